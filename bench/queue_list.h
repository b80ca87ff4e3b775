/* Doubly linked lists through the events, for the contenders made of lists. A list is the pointer
 * to its first event; link[0] is the next event, link[1] the one before, NULL at the ends. */

#ifndef BENCH_QUEUE_LIST_H
#define BENCH_QUEUE_LIST_H

#include "sim/sim.h"

/* Nobody is shown what comes. */
#define sim_queue_set_ahead(queue, ahead) ((void)(queue), (void)(ahead))

static inline bool list_before(const SimEvent *a, const SimEvent *b)
{
    return a->queued_at_ns < b->queued_at_ns ||
           (a->queued_at_ns == b->queued_at_ns && a->queued_key < b->queued_key);
}

/* Links an event in behind another, or in front of all if that is NULL. */
static inline void list_insert_after(SimEvent **list, SimEvent *previous, SimEvent *event)
{
    SimEvent **place = previous != NULL ? &previous->queue.link[0] : list;
    event->queue.link[0] = *place;
    event->queue.link[1] = previous;
    if (*place != NULL) {
        (*place)->queue.link[1] = event;
    }
    *place = event;
}

static inline void list_prepend(SimEvent **list, SimEvent *event)
{
    list_insert_after(list, NULL, event);
}

static inline void list_insert_sorted(SimEvent **list, SimEvent *event)
{
    SimEvent *previous = NULL, *next = *list;
    while (next != NULL && list_before(next, event)) {
        previous = next;
        next = next->queue.link[0];
    }
    list_insert_after(list, previous, event);
}

static inline void list_remove(SimEvent **list, SimEvent *event)
{
    SimEvent *next = event->queue.link[0], *previous = event->queue.link[1];
    if (next != NULL) {
        next->queue.link[1] = previous;
    }
    *(previous != NULL ? &previous->queue.link[0] : list) = next;
}

/* The first event in order of a list in no order that is not empty. */
static inline SimEvent *list_least(SimEvent *list)
{
    SimEvent *least = list;
    for (SimEvent *event = list->queue.link[0]; event != NULL; event = event->queue.link[0]) {
        least = list_before(event, least) ? event : least;
    }
    return least;
}

#endif
