/* Four children a node: half the levels, and mostly one cache line each. */

#define BENCH_QUEUE quad_heap
#define BENCH_QUEUE_NAME "4-ary heap"
#define SIM_SIM_QUEUE_H
#define HEAP_ARITY 4
#define HEAP_KEEPS_OPEN true

#include "bench/queue_names.h"

#include "bench/queue_heap.h"

#include "bench/queue_run.h"
