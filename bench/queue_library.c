/* The queue of the library, src/sim/sim_queue.h. */

#define BENCH_QUEUE library
#define BENCH_QUEUE_NAME "wirelab"

#include "bench/queue_names.h"

#include "bench/queue_run.h"
