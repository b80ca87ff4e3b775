/* The pending events of one world, in the exact order of (queued_at_ns, queued_key).
 *
 * Events at or before edge_ns are near: a sorted ring, mostly of one or two. All others are far, in
 * the buckets of a radix tree over time: a time is eight digits of eight bits, and an event stands
 * at the level of the highest digit in which its time differs from edge_ns, in the bucket of that
 * digit's value. So the lowest bucket in use at the lowest level in use holds what comes next. When
 * the ring runs dry that bucket becomes the ring and edge_ns the bucket's end; a crowded bucket is
 * first dealt out to the level below, and a ring that grows long is dealt out again. How fine the
 * buckets are thus follows the crowd, with nothing to tune or to resize.
 *
 * A rise of edge_ns changes the bucket of no event that stays far, so an event's bucket is found
 * again from its time; its place in the bucket is written into it. Arming and cancelling are O(1),
 * as is, amortised, the rest: an event goes down a level at most seven times. A bucket is an array
 * of times beside the events, so that dealing out a crowd reads no event: with many pending, a look
 * at each would be a cache miss. The arrays are recycled by size: once a crowd has been
 * through, only a bucket fuller than any before takes another.
 *
 * Chosen by measurement over heaps, a calendar, a ladder and a hierarchical wheel of lists: see
 * bench/bench-queue.c. Everything is inline; sim.c alone includes this file. */

#ifndef SIM_SIM_QUEUE_H
#define SIM_SIM_QUEUE_H

#include <string.h>

#include "sim/sim.h"

#define SIM_QUEUE_DIGIT_BITS 8
#define SIM_QUEUE_BUCKETS (1 << SIM_QUEUE_DIGIT_BITS)
#define SIM_QUEUE_LEVELS 8
#define SIM_QUEUE_WORD_BITS 64
#define SIM_QUEUE_WORDS (SIM_QUEUE_BUCKETS / SIM_QUEUE_WORD_BITS)

#define SIM_QUEUE_CROWD 8  /* a bucket of more is dealt out before it is sorted */
#define SIM_QUEUE_WALK 24  /* more steps to a place in the ring deal the ring out */
#define SIM_QUEUE_LEAST 4  /* slots in the smallest array of a bucket */
#define SIM_QUEUE_KEEP 64  /* slots in the largest array that an empty bucket keeps */
#define SIM_QUEUE_BUSY 3   /* levels, from the lowest, whose buckets keep theirs at all */
#define SIM_QUEUE_AHEAD 16 /* events to be written soon are fetched so many slots ahead */
#define SIM_QUEUE_SIZES 32 /* arrays of 2^0 to 2^31 slots */

typedef struct SimQueueSlot {
    uint64_t at_ns;
    SimEvent *event; /* its queue.slot[0] is this slot's index */
} SimQueueSlot;

typedef struct SimQueueBucket {
    SimQueueSlot *slots;
    uint32_t count, capacity;
} SimQueueBucket;

typedef struct SimQueueLevel {
    uint64_t used[SIM_QUEUE_WORDS]; /* bit b of word w: bucket 64 w + b holds an event */
    uint32_t words;                 /* bit w: used[w] is not 0 */
    SimQueueBucket buckets[SIM_QUEUE_BUCKETS];
} SimQueueLevel;

/* An array of slots that no bucket uses. */
typedef union SimQueueSpare {
    union SimQueueSpare *next;
    SimQueueSlot slots[SIM_QUEUE_LEAST];
} SimQueueSpare;

typedef struct SimQueue {
    uint64_t edge_ns;   /* the last time that is near */
    uint64_t bottom_ns; /* where the bucket that became the ring starts; edge_ns is never below */
    uint32_t levels;    /* bit l: level[l] holds an event */
    SimEvent ring;      /* before the first and after the last: link[0] is next, link[1] previous */
    SimQueueSpare *spare[SIM_QUEUE_SIZES]; /* by the logarithm of their capacity */
    size_t slot_bytes;                     /* allocated, in buckets and spare */
    SimAheadFn ahead;                      /* NULL: nobody */
    uint64_t shown_ns; /* what the buckets up to here held has been shown to it */
    SimQueueLevel level[SIM_QUEUE_LEVELS];
} SimQueue;

typedef struct SimQueuePlace {
    unsigned level, bucket;
} SimQueuePlace;

static inline void sim_queue_init(SimQueue *queue)
{
    memset(queue, 0, sizeof *queue);
    queue->ring.queued_at_ns = -1; /* before any event */
    queue->ring.queue.link[0] = queue->ring.queue.link[1] = &queue->ring;
}

static inline void sim_queue_clear(SimQueue *queue)
{
    for (unsigned i = 0; i < SIM_QUEUE_LEVELS * SIM_QUEUE_BUCKETS; i++) {
        g_free(queue->level[i / SIM_QUEUE_BUCKETS].buckets[i % SIM_QUEUE_BUCKETS].slots);
    }
    for (unsigned i = 0; i < SIM_QUEUE_SIZES; i++) {
        for (SimQueueSpare *spare = queue->spare[i], *next; spare != NULL; spare = next) {
            next = spare->next;
            g_free(spare);
        }
    }
}

static inline void sim_queue_set_ahead(SimQueue *queue, SimAheadFn ahead)
{
    queue->ahead = ahead;
}

/* Memory allocated beside the queue itself. */
static inline size_t sim_queue_allocated_bytes(const SimQueue *queue)
{
    return queue->slot_bytes;
}

static inline bool sim_queue_before(const SimEvent *a, const SimEvent *b)
{
    return a->queued_at_ns < b->queued_at_ns ||
           (a->queued_at_ns == b->queued_at_ns && a->queued_key < b->queued_key);
}

static inline void sim_queue_link(SimEvent *previous, SimEvent *next)
{
    previous->queue.link[0] = next;
    next->queue.link[1] = previous;
}

static inline void sim_queue_give_slots(SimQueue *queue, SimQueueSlot *slots, uint32_t capacity)
{
    SimQueueSpare *spare = (SimQueueSpare *)slots;
    unsigned size = (unsigned)__builtin_ctz(capacity);
    spare->next = queue->spare[size];
    queue->spare[size] = spare;
}

static inline SimQueueSlot *sim_queue_take_slots(SimQueue *queue, uint32_t capacity)
{
    unsigned size = (unsigned)__builtin_ctz(capacity);
    SimQueueSpare *spare = queue->spare[size];
    if (spare != NULL) {
        queue->spare[size] = spare->next;
        return spare->slots;
    }
    queue->slot_bytes += capacity * sizeof(SimQueueSlot);
    return g_new(SimQueueSlot, capacity);
}

/* Doubles a bucket; out of line, since few pushes need it. */
G_GNUC_NO_INLINE static void sim_queue_grow(SimQueue *queue, SimQueueBucket *bucket)
{
    uint32_t capacity = MAX(2 * bucket->capacity, SIM_QUEUE_LEAST);
    g_assert(capacity > bucket->capacity);
    SimQueueSlot *slots = sim_queue_take_slots(queue, capacity);
    if (bucket->count > 0) {
        memcpy(slots, bucket->slots, bucket->count * sizeof *slots);
        sim_queue_give_slots(queue, bucket->slots, bucket->capacity);
    }
    bucket->slots = slots;
    bucket->capacity = capacity;
}

static inline unsigned sim_queue_digit(uint64_t at_ns, unsigned level)
{
    return at_ns >> (level * SIM_QUEUE_DIGIT_BITS) & (SIM_QUEUE_BUCKETS - 1);
}

/* Where an event of a time that is far stands. */
static inline SimQueuePlace sim_queue_place(const SimQueue *queue, uint64_t at_ns)
{
    unsigned bit = 63 - (unsigned)__builtin_clzll(at_ns ^ queue->edge_ns);
    unsigned level = bit / SIM_QUEUE_DIGIT_BITS;
    return (SimQueuePlace){ level, sim_queue_digit(at_ns, level) };
}

static inline void sim_queue_put(SimQueue *queue, SimQueuePlace place, SimQueueSlot slot)
{
    SimQueueLevel *level = &queue->level[place.level];
    SimQueueBucket *bucket = &level->buckets[place.bucket];
    if (G_UNLIKELY(bucket->count == bucket->capacity)) {
        sim_queue_grow(queue, bucket);
    }
    slot.event->queue.slot[0] = bucket->count;
    bucket->slots[bucket->count++] = slot;

    unsigned word = place.bucket / SIM_QUEUE_WORD_BITS;
    level->used[word] |= UINT64_C(1) << place.bucket % SIM_QUEUE_WORD_BITS;
    level->words |= 1u << word;
    queue->levels |= 1u << place.level;
}

/* Unsets the bits of a bucket that holds no event any more. */
static inline void sim_queue_unmark(SimQueue *queue, SimQueuePlace place)
{
    SimQueueLevel *level = &queue->level[place.level];
    unsigned word = place.bucket / SIM_QUEUE_WORD_BITS;
    level->used[word] &= ~(UINT64_C(1) << place.bucket % SIM_QUEUE_WORD_BITS);
    level->words &= ~((uint32_t)(level->used[word] == 0) << word);
    queue->levels &= ~((uint32_t)(level->words == 0) << place.level);
}

/* The bucket of what comes next; some level must be in use. */
static inline SimQueuePlace sim_queue_lowest(const SimQueue *queue)
{
    unsigned i = (unsigned)__builtin_ctz(queue->levels);
    const SimQueueLevel *level = &queue->level[i];
    unsigned word = (unsigned)__builtin_ctz(level->words);
    unsigned bit = (unsigned)__builtin_ctzll(level->used[word]);
    return (SimQueuePlace){ i, word * SIM_QUEUE_WORD_BITS + bit };
}

static inline void sim_queue_put_far(SimQueue *queue, SimEvent *event)
{
    SimQueueSlot slot = { (uint64_t)event->queued_at_ns, event };
    sim_queue_put(queue, sim_queue_place(queue, slot.at_ns), slot);
}

/* Sorts an event into the ring; returns the number of steps it took. Most go first or last. */
static inline unsigned sim_queue_put_near(SimQueue *queue, SimEvent *event)
{
    SimEvent *next = &queue->ring;
    unsigned steps = 0;
    if (sim_queue_before(event, next->queue.link[1])) {
        for (next = next->queue.link[0]; sim_queue_before(next, event); steps++) {
            next = next->queue.link[0];
        }
    }
    sim_queue_link(next->queue.link[1], event);
    sim_queue_link(event, next);
    return steps;
}

/* Deals the ring out again, but for its first event and what is due with it or before bottom_ns. */
static inline void sim_queue_deal_ring(SimQueue *queue)
{
    SimEvent *event = queue->ring.queue.link[0];
    queue->edge_ns = MAX((uint64_t)event->queued_at_ns, queue->bottom_ns);
    while (event != &queue->ring && (uint64_t)event->queued_at_ns <= queue->edge_ns) {
        event = event->queue.link[0];
    }
    SimEvent *last = event->queue.link[1];
    for (SimEvent *next; event != &queue->ring; event = next) {
        next = event->queue.link[0];
        sim_queue_put_far(queue, event);
    }
    sim_queue_link(last, &queue->ring);
}

/* Puts an event that is not in the queue at (queued_at_ns, queued_key). */
static inline void sim_queue_push(SimQueue *queue, SimEvent *event)
{
    if ((uint64_t)event->queued_at_ns > queue->edge_ns) {
        sim_queue_put_far(queue, event);
    } else if (sim_queue_put_near(queue, event) > SIM_QUEUE_WALK) {
        sim_queue_deal_ring(queue);
    }
}

/* Takes out an event that is in the queue. */
static inline void sim_queue_remove(SimQueue *queue, SimEvent *event)
{
    uint64_t at_ns = (uint64_t)event->queued_at_ns;
    if (at_ns <= queue->edge_ns) {
        sim_queue_link(event->queue.link[1], event->queue.link[0]);
        return;
    }
    SimQueuePlace place = sim_queue_place(queue, at_ns);
    SimQueueBucket *bucket = &queue->level[place.level].buckets[place.bucket];
    uint64_t index = event->queue.slot[0];
    SimQueueSlot last = bucket->slots[--bucket->count];
    last.event->queue.slot[0] = index;
    bucket->slots[index] = last;
    if (bucket->count == 0) {
        sim_queue_unmark(queue, place);
    }
}

/* Deals the slots of a bucket out to the level below. */
static inline void sim_queue_deal(SimQueue *queue, unsigned level, const SimQueueBucket *bucket)
{
    for (uint32_t i = 0; i < bucket->count; i++) {
        uint32_t ahead = MIN(i + SIM_QUEUE_AHEAD, bucket->count - 1);
        __builtin_prefetch(bucket->slots[ahead].event, 1);
        SimQueueSlot slot = bucket->slots[i];
        sim_queue_put(queue, (SimQueuePlace){ level, sim_queue_digit(slot.at_ns, level) }, slot);
    }
}

/* Merges two sorted lists that end in NULL. */
static inline SimEvent *sim_queue_merge(SimEvent *a, SimEvent *b)
{
    SimEvent *sorted = NULL, **tail = &sorted;
    while (a != NULL && b != NULL) {
        SimEvent **least = sim_queue_before(a, b) ? &a : &b;
        *tail = *least;
        tail = &(*least)->queue.link[0];
        *least = *tail;
    }
    *tail = a != NULL ? a : b;
    return sorted;
}

/* Makes a crowd of one time the ring. A merge sort: run i is empty or 2^i long. */
static inline void sim_queue_sort_crowd(SimQueue *queue, const SimQueueBucket *bucket)
{
    SimEvent *runs[SIM_QUEUE_SIZES] = { NULL }, *sorted = NULL;
    for (uint32_t i = 0; i < bucket->count; i++) {
        SimEvent *run = bucket->slots[i].event;
        run->queue.link[0] = NULL;
        unsigned j = 0;
        for (; runs[j] != NULL; j++) {
            run = sim_queue_merge(runs[j], run);
            runs[j] = NULL;
        }
        runs[j] = run;
    }
    for (unsigned j = 0; j < SIM_QUEUE_SIZES; j++) {
        sorted = sim_queue_merge(runs[j], sorted);
    }
    for (SimEvent *next; sorted != NULL; sorted = next) {
        next = sorted->queue.link[0];
        sim_queue_link(queue->ring.queue.link[1], sorted);
        sim_queue_link(sorted, &queue->ring);
    }
}

/* Makes a bucket of few events the ring. */
static inline void sim_queue_sort_few(SimQueue *queue, const SimQueueBucket *bucket)
{
    for (uint32_t i = 0; i < bucket->count; i++) {
        __builtin_prefetch(bucket->slots[i].event, 1);
    }
    for (uint32_t i = 0; i < bucket->count; i++) {
        sim_queue_put_near(queue, bucket->slots[i].event);
    }
}

/* The capacity up to which an empty bucket keeps its slots for the next lap of its level. Laps of
 * the upper levels last seconds and more: theirs would be allocated all through a run. */
static inline uint32_t sim_queue_keeps(unsigned level)
{
    return level < SIM_QUEUE_BUSY ? SIM_QUEUE_KEEP : 0;
}

/* Empties a bucket into *out_bucket, whose slots stay as they are while they are read. */
static inline void sim_queue_take_bucket(SimQueue *queue, SimQueuePlace place,
                                         SimQueueBucket *out_bucket)
{
    SimQueueBucket *bucket = &queue->level[place.level].buckets[place.bucket];
    *out_bucket = *bucket;
    bucket->count = 0;
    if (bucket->capacity > sim_queue_keeps(place.level)) {
        *bucket = (SimQueueBucket){ 0 };
    }
    sim_queue_unmark(queue, place);
}

/* Shows a bucket that has come up, whose last time is end_ns. What a crowd is dealt out to is shown
 * later instead, and what was shown is not shown again when it has been dealt out. */
static inline void sim_queue_show(SimQueue *queue, const SimQueueBucket *bucket, uint64_t end_ns)
{
    const SimEvent *events[SIM_AHEAD_MOST];
    if (bucket->count > SIM_AHEAD_MOST || end_ns <= queue->shown_ns) {
        return;
    }
    for (uint32_t i = 0; i < bucket->count; i++) {
        events[i] = bucket->slots[i].event;
    }
    queue->shown_ns = end_ns;
    queue->ahead(events, bucket->count, (int64_t)MIN(end_ns, (uint64_t)SIM_NEVER));
}

/* Fills the empty ring from the far, if the lowest bucket starts at or before limit_ns; returns its
 * first event, or NULL. */
static inline SimEvent *sim_queue_refill(SimQueue *queue, uint64_t limit_ns)
{
    while (queue->levels != 0) {
        SimQueuePlace place = sim_queue_lowest(queue);
        unsigned shift = place.level * SIM_QUEUE_DIGIT_BITS;
        uint64_t at_ns = queue->level[place.level].buckets[place.bucket].slots[0].at_ns;
        uint64_t bottom_ns = at_ns >> shift << shift;
        if (bottom_ns > limit_ns) {
            return NULL;
        }
        SimQueueBucket bucket;
        sim_queue_take_bucket(queue, place, &bucket);
        bool deal = bucket.count > SIM_QUEUE_CROWD && place.level > 0;
        uint64_t end_ns = bottom_ns | ((UINT64_C(1) << shift) - 1);
        queue->bottom_ns = bottom_ns;
        queue->edge_ns = deal ? bottom_ns : end_ns;
        if (G_LIKELY(bucket.count == 1)) {
            sim_queue_link(&queue->ring, bucket.slots[0].event);
            sim_queue_link(bucket.slots[0].event, &queue->ring);
        } else if (deal) {
            sim_queue_deal(queue, place.level - 1, &bucket);
        } else if (bucket.count > SIM_QUEUE_CROWD) {
            sim_queue_sort_crowd(queue, &bucket);
        } else {
            sim_queue_sort_few(queue, &bucket);
        }
        if (queue->ahead != NULL) {
            sim_queue_show(queue, &bucket, end_ns);
        }
        if (bucket.capacity > sim_queue_keeps(place.level)) {
            sim_queue_give_slots(queue, bucket.slots, bucket.capacity);
        }
        if (!deal) {
            return queue->ring.queue.link[0];
        }
    }
    return NULL;
}

/* The first event queued at or before limit_ns; NULL if there is none. */
static inline SimEvent *sim_queue_first(SimQueue *queue, int64_t limit_ns)
{
    SimEvent *first = queue->ring.queue.link[0];
    if (first == &queue->ring) {
        first = sim_queue_refill(queue, (uint64_t)limit_ns);
        if (first == NULL) {
            return NULL;
        }
    }
    return first->queued_at_ns <= limit_ns ? first : NULL;
}

/* Takes out the event that sim_queue_first() has just returned. */
static inline void sim_queue_pop(SimQueue *queue, SimEvent *first)
{
    sim_queue_link(&queue->ring, first->queue.link[0]);
}

#endif
