/* The contest of event queues: every contender runs the same loads through the library's event
 * core, compiled around it, and must run the events in the same order. */

#ifndef BENCH_QUEUE_H
#define BENCH_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A power of two: the delays are taken in turn without a division. */
#define BENCH_QUEUE_DELAYS 65536

/* The hold model: each event, when it runs, is armed again one delay later. */
typedef struct BenchQueueLoad {
    const char *name;
    const uint32_t *delay_ns; /* BENCH_QUEUE_DELAYS of them */
    bool timers;              /* every arm also moves timers: see queue_run.h */
    size_t pending;           /* events in the queue, about */
    uint64_t events;          /* to be measured, after a warm-up */
} BenchQueueLoad;

typedef struct BenchQueueResult {
    double ns_per_event;
    uint64_t checksum; /* of which event ran when, in order */
} BenchQueueResult;

typedef struct BenchQueue {
    const char *name;
    BenchQueueResult (*run)(const BenchQueueLoad *load);
} BenchQueue;

extern const BenchQueue bench_queue_binary_heap;
extern const BenchQueue bench_queue_quad_heap;
extern const BenchQueue bench_queue_calendar;
extern const BenchQueue bench_queue_ladder;
extern const BenchQueue bench_queue_wheel;
extern const BenchQueue bench_queue_library;

#endif
