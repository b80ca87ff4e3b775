/* The hold model of event queues, ns per event, beside a plain binary heap in the same run. Other
 * numbers of pending events than those below may be given as arguments. */

#include <glib.h>
#include <stdlib.h>

#include "bench/bench.h"
#include "bench/queue.h"
#include "sim/sim.h"
#include "sim/sim_rng.h"

#define ROUNDS 5
#define MANY_PENDING 100000 /* from here on, fewer rounds: filling the queue takes its time */
#define MANY_ROUNDS 3
#define LEAST_EVENTS 300000

/* The first is what the others are compared with. */
static const BenchQueue *const contenders[] = {
    &bench_queue_binary_heap, &bench_queue_quad_heap, &bench_queue_calendar,
    &bench_queue_ladder,      &bench_queue_wheel,     &bench_queue_library,
};
#define CONTENDERS G_N_ELEMENTS(contenders)

/* Mean 1 ms. */
static void draw_exponential(uint32_t *delay_ns)
{
    Rng rng;
    rng_init(&rng, 1, "exponential");
    for (size_t i = 0; i < BENCH_QUEUE_DELAYS; i++) {
        delay_ns[i] = (uint32_t)rng_exponential_ns(&rng, SIM_NS_PER_MS) + 1;
    }
}

/* As often the time of a frame at 1 Gbit/s as the delay of a link, 1 to 10 ms. */
static void draw_network(uint32_t *delay_ns)
{
    Rng rng;
    rng_init(&rng, 1, "network");
    for (size_t i = 0; i < BENCH_QUEUE_DELAYS; i++) {
        uint64_t link_ns = SIM_NS_PER_MS + rng_below(&rng, 9 * SIM_NS_PER_MS);
        delay_ns[i] = rng_below(&rng, 2) == 0 ? 12144 : (uint32_t)link_ns;
    }
}

static void print_head(const char *name)
{
    g_print("\n%s\n%9s", name, "pending");
    for (size_t i = 0; i < CONTENDERS; i++) {
        g_print("  %16s", contenders[i]->name);
    }
    g_print("\n");
}

static BenchQueueResult run(const BenchQueue *queue, const BenchQueueLoad *load,
                            uint64_t expected_checksum)
{
    BenchQueueResult result = queue->run(load);
    if (expected_checksum != 0 && result.checksum != expected_checksum) {
        g_printerr("bench-queue: the %s runs events in another order\n", queue->name);
        exit(EXIT_FAILURE);
    }
    return result;
}

/* One line of the table: the median of each contender, and of its ratios to the first of the same
 * round, so that a machine that is busy for a while tells no lies. */
static void measure(const BenchQueueLoad *load)
{
    double ns[CONTENDERS][ROUNDS], ratio[CONTENDERS][ROUNDS];
    size_t rounds = load->pending < MANY_PENDING ? ROUNDS : MANY_ROUNDS;
    uint64_t checksum = 0;
    for (size_t round = 0; round < rounds; round++) {
        for (size_t i = 0; i < CONTENDERS; i++) {
            BenchQueueResult result = run(contenders[i], load, checksum);
            checksum = result.checksum;
            ns[i][round] = result.ns_per_event;
            ratio[i][round] = ns[i][round] / ns[0][round];
        }
    }
    g_print("%9zu", load->pending);
    for (size_t i = 0; i < CONTENDERS; i++) {
        double median_ns = bench_median(ns[i], rounds);
        g_print("  %8.1f (%5.2f)", median_ns, bench_median(ratio[i], rounds));
    }
    g_print("\n");
}

static void measure_sizes(BenchQueueLoad load, const size_t *pending, size_t count)
{
    print_head(load.name);
    for (size_t i = 0; i < count; i++) {
        load.pending = pending[i];
        load.events = MAX(LEAST_EVENTS, pending[i]);
        measure(&load);
    }
}

int main(int argc, char **argv)
{
    static const size_t usual[] = { 10, 100, 1000, 4000, 100000, 1000000 };
    static uint32_t exponential[BENCH_QUEUE_DELAYS], network[BENCH_QUEUE_DELAYS];
    const BenchQueueLoad loads[] = {
        { .name = "exponential delays", .delay_ns = exponential },
        { .name = "network delays", .delay_ns = network },
        { .name = "network delays and timers", .delay_ns = network, .timers = true },
    };
    size_t given[16], given_count = 0;
    for (int i = 1; i < argc && given_count < G_N_ELEMENTS(given); i++) {
        given[given_count++] = MAX(1, g_ascii_strtoull(argv[i], NULL, 10));
    }
    draw_exponential(exponential);
    draw_network(network);

    g_print("event queues, hold model: ns per event (ratio to the %s)\n", contenders[0]->name);
    for (size_t i = 0; i < G_N_ELEMENTS(loads); i++) {
        if (given_count > 0) {
            measure_sizes(loads[i], given, given_count);
        } else {
            measure_sizes(loads[i], usual, G_N_ELEMENTS(usual));
        }
    }
    return EXIT_SUCCESS;
}
