/* The textbook queue, with which the others are compared; indexed, since events are cancelled. */

#define BENCH_QUEUE binary_heap
#define BENCH_QUEUE_NAME "binary heap"
#define SIM_SIM_QUEUE_H
#define HEAP_ARITY 2
#define HEAP_KEEPS_OPEN false

#include "bench/queue_names.h"

#include "bench/queue_heap.h"

#include "bench/queue_run.h"
