/* A hierarchical timing wheel that keeps the exact order: eleven wheels of 64 slots, each slot a
 * list in no order, bits for the slots in use. An event stands on the wheel of the highest digit in
 * which its time differs from that of the event popped last. An event alone in its slot is popped
 * from where it stands; else the least is found and the others move down. */

#define BENCH_QUEUE wheel
#define BENCH_QUEUE_NAME "timing wheel"
#define SIM_SIM_QUEUE_H

#include "bench/queue_names.h"

#include <string.h>

#include "bench/queue_list.h"

enum { DIGIT_BITS = 6, SLOTS = 64, WHEELS = 11 };

typedef struct SimQueue {
    uint64_t base_ns;
    uint32_t wheels_used;
    uint64_t slots_used[WHEELS];
    SimEvent *slots[WHEELS][SLOTS];
} SimQueue;

typedef struct Place {
    unsigned wheel, slot;
} Place;

static void sim_queue_init(SimQueue *queue)
{
    memset(queue, 0, sizeof *queue);
}

static void sim_queue_clear(SimQueue *queue)
{
}

static size_t sim_queue_allocated_bytes(const SimQueue *queue)
{
    return 0;
}

static inline Place place_of(const SimQueue *queue, const SimEvent *event)
{
    uint64_t at_ns = (uint64_t)event->queued_at_ns;
    unsigned bit = 63 - (unsigned)__builtin_clzll((at_ns ^ queue->base_ns) | 1);
    unsigned wheel = bit / DIGIT_BITS;
    return (Place){ wheel, at_ns >> (wheel * DIGIT_BITS) & (SLOTS - 1) };
}

static inline Place lowest(const SimQueue *queue)
{
    unsigned wheel = (unsigned)__builtin_ctz(queue->wheels_used);
    return (Place){ wheel, (unsigned)__builtin_ctzll(queue->slots_used[wheel]) };
}

static inline void unmark(SimQueue *queue, Place place)
{
    queue->slots_used[place.wheel] &= ~(UINT64_C(1) << place.slot);
    if (queue->slots_used[place.wheel] == 0) {
        queue->wheels_used &= ~(1u << place.wheel);
    }
}

static inline void sim_queue_push(SimQueue *queue, SimEvent *event)
{
    Place place = place_of(queue, event);
    list_prepend(&queue->slots[place.wheel][place.slot], event);
    queue->slots_used[place.wheel] |= UINT64_C(1) << place.slot;
    queue->wheels_used |= 1u << place.wheel;
}

static inline void sim_queue_remove(SimQueue *queue, SimEvent *event)
{
    Place place = place_of(queue, event);
    SimEvent **slot = &queue->slots[place.wheel][place.slot];
    list_remove(slot, event);
    if (*slot == NULL) {
        unmark(queue, place);
    }
}

static inline SimEvent *sim_queue_first(SimQueue *queue, int64_t limit_ns)
{
    if (queue->wheels_used == 0) {
        return NULL;
    }
    Place place = lowest(queue);
    SimEvent *first = list_least(queue->slots[place.wheel][place.slot]);
    return first->queued_at_ns <= limit_ns ? first : NULL;
}

static inline void sim_queue_pop(SimQueue *queue, SimEvent *first)
{
    Place place = lowest(queue);
    sim_queue_remove(queue, first);
    queue->base_ns = (uint64_t)first->queued_at_ns;
    SimEvent *event = queue->slots[place.wheel][place.slot];
    if (place.wheel == 0 || event == NULL) {
        return;
    }
    queue->slots[place.wheel][place.slot] = NULL;
    unmark(queue, place);
    for (SimEvent *next; event != NULL; event = next) {
        next = event->queue.link[0];
        sim_queue_push(queue, event);
    }
}

#include "bench/queue_run.h"
