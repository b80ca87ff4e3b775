/* An indexed heap: every event knows its place, so that it is taken out without a search.
 *
 * HEAP_ARITY is its arity. With HEAP_KEEPS_OPEN the place of the event popped last stays open until
 * the next push or pop, so that arming in a handler costs one descent instead of two. */

#ifndef BENCH_QUEUE_HEAP_H
#define BENCH_QUEUE_HEAP_H

#include "sim/sim.h"

/* Nobody is shown what comes. */
#define sim_queue_set_ahead(queue, ahead) ((void)(queue), (void)(ahead))

typedef struct SimQueueSlot {
    int64_t at_ns;
    SimKey key;
    SimEvent *event;
} SimQueueSlot;

typedef struct SimQueue {
    SimQueueSlot *slots;
    size_t length, capacity;
    bool open; /* slots[0] belongs to the event popped last and waits for another */
} SimQueue;

static inline void sim_queue_init(SimQueue *queue)
{
    *queue = (SimQueue){ 0 };
}

static inline void sim_queue_clear(SimQueue *queue)
{
    g_free(queue->slots);
}

static inline size_t sim_queue_allocated_bytes(const SimQueue *queue)
{
    return queue->capacity * sizeof *queue->slots;
}

static inline bool sim_queue_slot_before(const SimQueueSlot *a, const SimQueueSlot *b)
{
    return a->at_ns < b->at_ns || (a->at_ns == b->at_ns && a->key < b->key);
}

static inline void sim_queue_put(SimQueue *queue, size_t i, SimQueueSlot slot)
{
    queue->slots[i] = slot;
    slot.event->queue.slot[0] = i;
}

/* Fills place i, or one above it, with a slot that may be earlier than its parents. */
static inline void sim_queue_rise(SimQueue *queue, size_t i, SimQueueSlot slot)
{
    while (i > 0) {
        size_t parent = (i - 1) / HEAP_ARITY;
        if (!sim_queue_slot_before(&slot, &queue->slots[parent])) {
            break;
        }
        sim_queue_put(queue, i, queue->slots[parent]);
        i = parent;
    }
    sim_queue_put(queue, i, slot);
}

/* Fills place i, or one below it, with a slot that may be later than its children. */
static inline void sim_queue_sink(SimQueue *queue, size_t i, SimQueueSlot slot)
{
    for (;;) {
        size_t first = i * HEAP_ARITY + 1;
        size_t end = MIN(first + HEAP_ARITY, queue->length);
        if (first >= end) {
            break;
        }
        size_t least = first;
        for (size_t child = first + 1; child < end; child++) {
            if (sim_queue_slot_before(&queue->slots[child], &queue->slots[least])) {
                least = child;
            }
        }
        if (!sim_queue_slot_before(&queue->slots[least], &slot)) {
            break;
        }
        sim_queue_put(queue, i, queue->slots[least]);
        i = least;
    }
    sim_queue_put(queue, i, slot);
}

/* Gives place i, which has lost its event, to the last one. */
static inline void sim_queue_fill(SimQueue *queue, size_t i)
{
    queue->length--;
    if (i == queue->length) {
        return;
    }
    SimQueueSlot last = queue->slots[queue->length];
    size_t parent = i > 0 ? (i - 1) / HEAP_ARITY : 0;
    if (i > 0 && sim_queue_slot_before(&last, &queue->slots[parent])) {
        sim_queue_rise(queue, i, last);
    } else {
        sim_queue_sink(queue, i, last);
    }
}

static inline void sim_queue_close(SimQueue *queue)
{
    if (queue->open) {
        queue->open = false;
        sim_queue_fill(queue, 0);
    }
}

/* Puts an event that is not in the queue at (queued_at_ns, queued_key). */
static inline void sim_queue_push(SimQueue *queue, SimEvent *event)
{
    SimQueueSlot slot = { event->queued_at_ns, event->queued_key, event };
    if (queue->open) {
        queue->open = false;
        sim_queue_sink(queue, 0, slot);
        return;
    }
    if (queue->length == queue->capacity) {
        queue->capacity = MAX(64, 2 * queue->capacity);
        queue->slots = g_renew(SimQueueSlot, queue->slots, queue->capacity);
    }
    sim_queue_rise(queue, queue->length++, slot);
}

/* Takes out an event that is in the queue. */
static inline void sim_queue_remove(SimQueue *queue, SimEvent *event)
{
    sim_queue_close(queue);
    sim_queue_fill(queue, event->queue.slot[0]);
}

/* The first event queued at or before limit_ns; NULL if there is none. */
static inline SimEvent *sim_queue_first(SimQueue *queue, int64_t limit_ns)
{
    sim_queue_close(queue);
    if (queue->length == 0 || queue->slots[0].at_ns > limit_ns) {
        return NULL;
    }
    return queue->slots[0].event;
}

/* Takes out the event that sim_queue_first() has just returned. */
static inline void sim_queue_pop(SimQueue *queue, SimEvent *first)
{
    queue->open = true;
    if (!HEAP_KEEPS_OPEN) {
        sim_queue_close(queue);
    }
}

#endif
