/* A ladder queue (Tang, Goh, Thng, "Ladder queue: an O(1) priority queue structure for large-scale
 * discrete event simulation", TOMACS 2005): a list in no order at the top, rungs of ever finer
 * buckets below it, a sorted list at the bottom. */

#define BENCH_QUEUE ladder
#define BENCH_QUEUE_NAME "ladder"
#define SIM_SIM_QUEUE_H

#include "bench/queue_names.h"

#include <string.h>

#include "bench/queue_list.h"

enum { CROWD = 50, RUNGS = 8 };

typedef struct Bucket {
    SimEvent *list;
    size_t count;
} Bucket;

typedef struct Rung {
    int64_t start_ns, width_ns;
    size_t next; /* the first bucket not yet taken */
    size_t bucket_count, capacity, event_count;
    Bucket *buckets;
} Rung;

typedef struct SimQueue {
    Bucket top;
    int64_t top_start_ns, top_least_ns, top_most_ns;
    unsigned rung_count;
    Rung rungs[RUNGS];
    Bucket bottom;
} SimQueue;

static void reset_top(SimQueue *queue)
{
    queue->top = (Bucket){ 0 };
    queue->top_least_ns = INT64_MAX;
    queue->top_most_ns = 0;
}

static void sim_queue_init(SimQueue *queue)
{
    memset(queue, 0, sizeof *queue);
    reset_top(queue);
}

static void sim_queue_clear(SimQueue *queue)
{
    for (unsigned i = 0; i < RUNGS; i++) {
        g_free(queue->rungs[i].buckets);
    }
}

static size_t sim_queue_allocated_bytes(const SimQueue *queue)
{
    size_t bytes = 0;
    for (unsigned i = 0; i < RUNGS; i++) {
        bytes += queue->rungs[i].capacity * sizeof(Bucket);
    }
    return bytes;
}

static inline int64_t taken_until_ns(const Rung *rung)
{
    return rung->start_ns + (int64_t)rung->next * rung->width_ns;
}

/* The rung that an event due below the top stands on, or NULL: at the bottom. */
static inline Rung *rung_of(SimQueue *queue, const SimEvent *event)
{
    for (unsigned i = 0; i < queue->rung_count; i++) {
        if (event->queued_at_ns >= taken_until_ns(&queue->rungs[i])) {
            return &queue->rungs[i];
        }
    }
    return NULL;
}

static inline Bucket *bucket_of(Rung *rung, const SimEvent *event)
{
    return &rung->buckets[(event->queued_at_ns - rung->start_ns) / rung->width_ns];
}

static inline void put_on_rung(Rung *rung, SimEvent *event)
{
    Bucket *bucket = bucket_of(rung, event);
    list_prepend(&bucket->list, event);
    bucket->count++;
    rung->event_count++;
}

/* A rung below the others, of width_ns buckets from start_ns to end_ns, with the events of a list.
 */
static void add_rung(SimQueue *queue, int64_t start_ns, int64_t end_ns, int64_t width_ns,
                     SimEvent *event)
{
    Rung *rung = &queue->rungs[queue->rung_count++];
    size_t count = (size_t)((end_ns - start_ns) / width_ns) + 1;
    if (rung->capacity < count) {
        rung->buckets = g_renew(Bucket, rung->buckets, count);
        rung->capacity = count;
    }
    memset(rung->buckets, 0, count * sizeof *rung->buckets);
    rung->start_ns = start_ns;
    rung->width_ns = width_ns;
    rung->bucket_count = count;
    rung->next = rung->event_count = 0;
    for (SimEvent *next; event != NULL; event = next) {
        next = event->queue.link[0];
        put_on_rung(rung, event);
    }
}

static void open_top(SimQueue *queue)
{
    int64_t least_ns = queue->top_least_ns, most_ns = queue->top_most_ns;
    int64_t width_ns = (most_ns - least_ns) / (int64_t)queue->top.count + 1;
    add_rung(queue, least_ns, most_ns, width_ns, queue->top.list);
    const Rung *rung = &queue->rungs[0];
    queue->top_start_ns = rung->start_ns + (int64_t)rung->bucket_count * rung->width_ns;
    reset_top(queue);
}

/* Takes the next bucket of a rung that holds events: crowded ones to a new rung, others to the
 * bottom. */
static void take_bucket(SimQueue *queue, Rung *rung)
{
    while (rung->buckets[rung->next].list == NULL) {
        rung->next++;
    }
    Bucket taken = rung->buckets[rung->next];
    int64_t start_ns = taken_until_ns(rung);
    rung->next++;
    rung->event_count -= taken.count;
    if (taken.count > CROWD && queue->rung_count < RUNGS && rung->width_ns > 1) {
        int64_t width_ns = rung->width_ns / (int64_t)taken.count + 1;
        add_rung(queue, start_ns, start_ns + rung->width_ns - 1, width_ns, taken.list);
        return;
    }
    for (SimEvent *event = taken.list, *next; event != NULL; event = next) {
        next = event->queue.link[0];
        list_insert_sorted(&queue->bottom.list, event);
    }
    queue->bottom.count += taken.count;
}

static void fill_bottom(SimQueue *queue)
{
    while (queue->bottom.list == NULL) {
        if (queue->rung_count > 0 && queue->rungs[queue->rung_count - 1].event_count == 0) {
            queue->rung_count--;
        } else if (queue->rung_count > 0) {
            take_bucket(queue, &queue->rungs[queue->rung_count - 1]);
        } else if (queue->top.list != NULL) {
            open_top(queue);
        } else {
            return;
        }
    }
}

static inline void put_on_top(SimQueue *queue, SimEvent *event)
{
    list_prepend(&queue->top.list, event);
    queue->top.count++;
    queue->top_least_ns = MIN(queue->top_least_ns, event->queued_at_ns);
    queue->top_most_ns = MAX(queue->top_most_ns, event->queued_at_ns);
}

/* A bottom that has grown into a crowd becomes a rung. */
static void spread_bottom(SimQueue *queue)
{
    const Rung *above = queue->rung_count > 0 ? &queue->rungs[queue->rung_count - 1] : NULL;
    int64_t end_ns = above != NULL ? taken_until_ns(above) : queue->top_start_ns;
    int64_t start_ns = queue->bottom.list->queued_at_ns;
    int64_t width_ns = (end_ns - start_ns) / (int64_t)queue->bottom.count + 1;
    if (queue->rung_count < RUNGS && end_ns - start_ns > 1) {
        SimEvent *list = queue->bottom.list;
        queue->bottom = (Bucket){ 0 };
        add_rung(queue, start_ns, end_ns - 1, width_ns, list);
    }
}

static inline void sim_queue_push(SimQueue *queue, SimEvent *event)
{
    if (event->queued_at_ns >= queue->top_start_ns) {
        put_on_top(queue, event);
        return;
    }
    Rung *rung = rung_of(queue, event);
    if (rung != NULL) {
        put_on_rung(rung, event);
        return;
    }
    list_insert_sorted(&queue->bottom.list, event);
    if (++queue->bottom.count > CROWD) {
        spread_bottom(queue);
    }
}

static inline void sim_queue_remove(SimQueue *queue, SimEvent *event)
{
    Bucket *bucket = &queue->top;
    if (event->queued_at_ns < queue->top_start_ns) {
        Rung *rung = rung_of(queue, event);
        bucket = rung != NULL ? bucket_of(rung, event) : &queue->bottom;
        if (rung != NULL) {
            rung->event_count--;
        }
    }
    list_remove(&bucket->list, event);
    bucket->count--;
}

static inline SimEvent *sim_queue_first(SimQueue *queue, int64_t limit_ns)
{
    if (queue->bottom.list == NULL) {
        fill_bottom(queue);
    }
    SimEvent *first = queue->bottom.list;
    return first != NULL && first->queued_at_ns <= limit_ns ? first : NULL;
}

static inline void sim_queue_pop(SimQueue *queue, SimEvent *first)
{
    list_remove(&queue->bottom.list, first);
    queue->bottom.count--;
}

#include "bench/queue_run.h"
