/* A calendar queue (Brown, "Calendar queues", CACM 1988): days are sorted lists, a year as many
 * days as a power of two, the length of a day another, drawn from the gaps between the next events
 * when the year is made longer or shorter. */

#define BENCH_QUEUE calendar
#define BENCH_QUEUE_NAME "calendar"
#define SIM_SIM_QUEUE_H

#include "bench/queue_names.h"

#include "bench/queue_list.h"

enum { LEAST_DAYS = 16, SAMPLE = 25, GAPS_PER_DAY = 3 };

typedef struct SimQueue {
    SimEvent **days;
    size_t day_count, event_count;
    unsigned day_shift; /* a day is 2^day_shift ns long */
    int64_t today;      /* no event is due on an earlier day, counted from the start of time */
} SimQueue;

static void sim_queue_init(SimQueue *queue)
{
    *queue = (SimQueue){ .day_count = LEAST_DAYS, .day_shift = 10 };
    queue->days = g_new0(SimEvent *, LEAST_DAYS);
}

static void sim_queue_clear(SimQueue *queue)
{
    g_free(queue->days);
}

static size_t sim_queue_allocated_bytes(const SimQueue *queue)
{
    return queue->day_count * sizeof *queue->days;
}

static inline int64_t date_of(const SimQueue *queue, const SimEvent *event)
{
    return event->queued_at_ns >> queue->day_shift;
}

static inline SimEvent **day_of(const SimQueue *queue, int64_t date)
{
    return &queue->days[(size_t)date & (queue->day_count - 1)];
}

static inline void put(SimQueue *queue, SimEvent *event)
{
    int64_t date = date_of(queue, event);
    list_insert_sorted(day_of(queue, date), event);
    queue->today = MIN(queue->today, date);
}

/* The first event of all when the year to come holds none. */
static SimEvent *search_directly(const SimQueue *queue)
{
    SimEvent *first = NULL;
    for (size_t i = 0; i < queue->day_count; i++) {
        SimEvent *event = queue->days[i];
        if (event != NULL && (first == NULL || list_before(event, first))) {
            first = event;
        }
    }
    return first;
}

/* Turns the calendar to the first event; there must be one. */
static inline SimEvent *turn(SimQueue *queue)
{
    for (size_t i = 0; i < queue->day_count; i++) {
        int64_t date = queue->today + (int64_t)i;
        SimEvent *event = *day_of(queue, date);
        if (event != NULL && date_of(queue, event) == date) {
            queue->today = date;
            return event;
        }
    }
    SimEvent *event = search_directly(queue);
    queue->today = date_of(queue, event);
    return event;
}

/* The logarithm of a length of day that puts a few of the next events into each. */
static unsigned sample_day_shift(SimQueue *queue)
{
    SimEvent *sample[SAMPLE];
    size_t count = MIN(queue->event_count, SAMPLE);
    for (size_t i = 0; i < count; i++) {
        sample[i] = turn(queue);
        list_remove(day_of(queue, queue->today), sample[i]);
    }
    for (size_t i = 0; i < count; i++) {
        put(queue, sample[i]);
    }
    if (count < 2) {
        return queue->day_shift;
    }
    int64_t span_ns = sample[count - 1]->queued_at_ns - sample[0]->queued_at_ns;
    uint64_t day_ns = GAPS_PER_DAY * (uint64_t)span_ns / (count - 1);
    return day_ns > 0 ? 63 - (unsigned)__builtin_clzll(day_ns) : 0;
}

static void resize(SimQueue *queue, size_t day_count)
{
    unsigned day_shift = sample_day_shift(queue);
    SimEvent **old = queue->days;
    size_t old_count = queue->day_count;
    queue->today = queue->today << queue->day_shift >> day_shift;
    queue->day_shift = day_shift;
    queue->day_count = day_count;
    queue->days = g_new0(SimEvent *, day_count);
    for (size_t i = 0; i < old_count; i++) {
        for (SimEvent *event = old[i], *next; event != NULL; event = next) {
            next = event->queue.link[0];
            put(queue, event);
        }
    }
    g_free(old);
}

static inline void sim_queue_push(SimQueue *queue, SimEvent *event)
{
    put(queue, event);
    if (++queue->event_count > 2 * queue->day_count) {
        resize(queue, 2 * queue->day_count);
    }
}

static inline void sim_queue_remove(SimQueue *queue, SimEvent *event)
{
    list_remove(day_of(queue, date_of(queue, event)), event);
    if (--queue->event_count < queue->day_count / 2 && queue->day_count > LEAST_DAYS) {
        resize(queue, queue->day_count / 2);
    }
}

static inline SimEvent *sim_queue_first(SimQueue *queue, int64_t limit_ns)
{
    if (queue->event_count == 0) {
        return NULL;
    }
    SimEvent *first = turn(queue);
    return first->queued_at_ns <= limit_ns ? first : NULL;
}

static inline void sim_queue_pop(SimQueue *queue, SimEvent *first)
{
    sim_queue_remove(queue, first);
}

#include "bench/queue_run.h"
