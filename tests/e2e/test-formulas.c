/* Protects: what can be computed with a pencil. Throughput of one segment per round trip and loss
 * (the square-root law), of a window per round trip, of a bottleneck kept busy or not by one flow;
 * the growth of slow start; the time-outs of RFC 6298; how two flows share. Each row says how far
 * the run may be from the formula. */

#include <string.h>

#include "scenario/scenario_watch.h"

#define MS SIM_NS_PER_MS
#define SEC SIM_NS_PER_S

/* ---- a scenario in the making ---- */

typedef struct Bed {
    Scenario *scenario;
    ScenarioBuilt *built;
} Bed;

static void G_GNUC_PRINTF(2, 3) bed_open(Bed *bed, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    g_autofree char *yaml = g_strdup_vprintf(format, args);
    va_end(args);
    g_autoptr(GBytes) bytes = g_bytes_new(yaml, strlen(yaml));
    g_autoptr(ScenarioDiag) diag = scenario_diag_new(NULL, false);
    ScenarioRequest request = { .path = "formula.yaml" };
    bed->scenario = scenario_load_bytes(&request, bytes, diag);
    bed->built = bed->scenario == NULL ? NULL : scenario_build(bed->scenario, NULL, diag);
    if (bed->built == NULL) {
        g_autofree char *text = scenario_diag_to_string(diag);
        g_error("%s\n%s", yaml, text);
    }
}

static void bed_close(Bed *bed)
{
    scenario_built_free(bed->built);
    scenario_free(bed->scenario);
}

static uint64_t received_bytes(const Bed *bed, const char *host)
{
    return socket_host_received_bytes(world_find_node(bed->built->world, host)->sockets);
}

/* Octets a second that arrive at a host between two instants. */
static double rate_between(Bed *bed, const char *host, int64_t from_ns, int64_t to_ns)
{
    world_run(bed->built->world, from_ns);
    uint64_t before = received_bytes(bed, host);
    world_run(bed->built->world, to_ns);
    return (double)(received_bytes(bed, host) - before) * 1e9 / (double)(to_ns - from_ns);
}

/* Simulated seconds of a measurement; the bands hold for the short ones too. */
static int64_t long_or_short_ns(int64_t long_s, int64_t short_s)
{
    return (g_getenv("WIRELAB_LONG") != NULL ? long_s : short_s) * SEC;
}

static void assert_within(const char *what, double value, double least, double most)
{
    g_test_message("%s: %.4g, expected %.4g to %.4g", what, value, least, most);
    g_assert_cmpfloat(value, >=, least);
    g_assert_cmpfloat(value, <=, most);
}

/* ---- the square-root law ---- */

/* Mathis et al. 1997: rate = MSS / RTT * C / sqrt(p), C = sqrt(3/2). That is so with delayed
 * acknowledgements too, where the paper has sqrt(3/4): congestion avoidance counts octets and not
 * acknowledgements (RFC 5681 3.1). At a percent a window is some ten segments, and now and then a
 * loss costs a time-out. */
typedef struct MathisRow {
    const char *label;
    const char *congestion, *recovery, *loss;
    bool delayed_ack;
    double inverse_root; /* 1/sqrt(p) */
    double least, most;  /* of the formula's rate */
} MathisRow;

static const MathisRow mathis_rows[] = {
    { "newreno-0.1%", "newreno", "newreno", "0.1%", false, 31.623, 0.9, 1.1 },
    { "newreno-0.3%", "newreno", "newreno", "0.3%", false, 18.257, 0.9, 1.1 },
    { "newreno-1%", "newreno", "newreno", "1%", false, 10, 0.8, 1.05 },
    { "sack-0.1%", "newreno", "sack", "0.1%", false, 31.623, 0.9, 1.1 },
    { "sack-0.3%", "newreno", "sack", "0.3%", false, 18.257, 0.9, 1.1 },
    { "sack-1%", "newreno", "sack", "1%", false, 10, 0.8, 1.05 },
    { "sack-delayed-ack-0.1%", "newreno", "sack", "0.1%", true, 31.623, 0.9, 1.1 },
    { "sack-delayed-ack-0.3%", "newreno", "sack", "0.3%", true, 18.257, 0.9, 1.1 },
    { "sack-delayed-ack-1%", "newreno", "sack", "1%", true, 10, 0.8, 1.05 },
};

static void test_mathis(gconstpointer data)
{
    const MathisRow *row = data;
    const double mss_bytes = 1000, rtt_s = 0.05;
    Bed bed;
    bed_open(&bed,
             "wirelab: 1\n"
             "hosts:\n"
             "  a: {tcp: {mss: 1000B, timestamps: false, send-buffer: 8MiB, congestion: %s, "
             "recovery: %s}}\n"
             "  b: {tcp: {mss: 1000B, receive-buffer: 8MiB, delayed-ack: %s}}\n"
             "links: {w: {between: [a, b], rate: 1Gbit/s, delay: 25ms, toward: {b: {loss: %s}}}}\n"
             "apps: {a: {bulk: {to: b:9}}, b: {discard: {port: 9}}}\n",
             row->congestion, row->recovery, row->delayed_ack ? "true" : "false", row->loss);
    double rate = rate_between(&bed, "b", 10 * SEC, 10 * SEC + long_or_short_ns(3000, 300));
    double law = mss_bytes / rtt_s * 1.22474 * row->inverse_root; /* sqrt(3/2) */
    assert_within(row->label, rate / law, row->least, row->most);
    bed_close(&bed);
}

/* ---- a window in a round trip ---- */

static void test_window_limited(void)
{
    Bed bed;
    bed_open(&bed, "wirelab: 1\n"
                   "hosts:\n"
                   "  a: {tcp: {mss: 1000B, timestamps: false, send-buffer: 8MiB}}\n"
                   "  b: {tcp: {mss: 1000B, receive-buffer: 40kB}}\n"
                   "links: {w: {between: [a, b], rate: 1Gbit/s, delay: 50ms}}\n"
                   "apps: {a: {bulk: {to: b:9}}, b: {discard: {port: 9}}}\n");
    assert_within("window / RTT", rate_between(&bed, "b", 10 * SEC, 110 * SEC) / (40000 / 0.1),
                  0.98, 1.001);
    bed_close(&bed);
}

/* ---- one flow at a bottleneck ---- */

/* Of a flow that halves its window W at W = BDP + queue, with b = queue / BDP < 1: below the BDP it
 * sends W in a round trip, above it the rate of the link, while round trips grow longer
 * (Appenzeller et al. 2004 ask for b = 1: then the link is never idle). */
static double utilisation(double b)
{
    double short_of = (1 - b) / 2, over = b + b * b / 2;
    return b >= 1 ? 1 : (short_of * (3 + b) / 4 + over) / (short_of + over);
}

typedef struct QueueRow {
    const char *label;
    const char *congestion;
    unsigned queue_pkts; /* of a BDP of 100 */
    double least, most;  /* of what the formula says */
} QueueRow;

static const QueueRow queue_rows[] = {
    { "newreno-tenth", "newreno", 10, 0.96, 1.04 },
    { "newreno-quarter", "newreno", 25, 0.96, 1.04 },
    { "newreno-half", "newreno", 50, 0.96, 1.04 },
    { "newreno-whole", "newreno", 100, 0.98, 1.01 },
    { "newreno-double", "newreno", 200, 0.98, 1.01 },
    /* It gives back three tenths only, and comes back fast. */
    { "cubic-whole", "cubic", 100, 0.99, 1.01 },
};

static void test_queue(gconstpointer data)
{
    const QueueRow *row = data;
    /* 1000 octets and 40 of headers: 1250000 octets/s and 83.2 ms are 100 of them. */
    Bed bed;
    bed_open(&bed,
             "wirelab: 1\n"
             "hosts:\n"
             "  a: {tcp: {mss: 1000B, timestamps: false, send-buffer: 8MiB, congestion: %s}}\n"
             "  b: {tcp: {mss: 1000B, receive-buffer: 8MiB, delayed-ack: false}}\n"
             "links:\n"
             "  w: {between: [a, b], type: raw-ip, rate: 10Mbit/s, delay: 41600us, "
             "queue: %upkt}\n"
             "apps: {a: {bulk: {to: b:9}}, b: {discard: {port: 9}}}\n",
             row->congestion, row->queue_pkts);
    double rate = rate_between(&bed, "b", 50 * SEC, 50 * SEC + long_or_short_ns(1000, 200));
    double used = rate / (1250000.0 * 1000 / 1040);
    assert_within(row->label, used / utilisation(row->queue_pkts / 100.0), row->least, row->most);
    bed_close(&bed);
}

/* ---- two flows ---- */

/* Of the same round trip, started apart; some jitter keeps their losses from falling into step. */
static void test_fairness(void)
{
    Bed bed;
    bed_open(&bed, "wirelab: 1\n"
                   "hosts:\n"
                   "  a: {tcp: {mss: 1000B, send-buffer: 8MiB, congestion: newreno}}\n"
                   "  c: {tcp: {mss: 1000B, send-buffer: 8MiB, congestion: newreno}}\n"
                   "  r: {kind: router}\n"
                   "  s: {kind: router}\n"
                   "  b: {tcp: {receive-buffer: 8MiB}}\n"
                   "  d: {tcp: {receive-buffer: 8MiB}}\n"
                   "links:\n"
                   "  ar: {between: [a, r], rate: 1Gbit/s, delay: 1ms, jitter: 1ms}\n"
                   "  cr: {between: [c, r], rate: 1Gbit/s, delay: 1ms, jitter: 1ms}\n"
                   "  rs: {between: [r, s], rate: 10Mbit/s, delay: 20ms, queue: 50pkt}\n"
                   "  sb: {between: [s, b], rate: 1Gbit/s, delay: 1ms}\n"
                   "  sd: {between: [s, d], rate: 1Gbit/s, delay: 1ms}\n"
                   "apps:\n"
                   "  a: {bulk: {to: b:9}}\n"
                   "  c: {bulk: {to: d:9}, start: 7s}\n"
                   "  b: {discard: {port: 9}}\n"
                   "  d: {discard: {port: 9}}\n");
    world_run(bed.built->world, 100 * SEC);
    double before_b = (double)received_bytes(&bed, "b"),
           before_d = (double)received_bytes(&bed, "d");
    world_run(bed.built->world, 600 * SEC);
    double b = (double)received_bytes(&bed, "b") - before_b;
    double d = (double)received_bytes(&bed, "d") - before_d;
    assert_within("Jain's index", (b + d) * (b + d) / (2 * (b * b + d * d)), 0.98, 1);
    assert_within("utilisation", (b + d) / 500 / (1250000.0 * 1000 / 1070), 0.97, 1.01);
    bed_close(&bed);
}

/* ---- what the trace shows ---- */

static TraceRun *run_traced(Bed *bed, int64_t until_ns)
{
    ScenarioWatch *watch = scenario_watch_new(bed->scenario, bed->built, TRACE_LEVEL_FULL, true);
    int64_t end_ns = world_run(bed->built->world, until_ns);
    trace_log_finish(watch->log, end_ns);
    TraceRun *run = trace_log_steal_run(watch->log);
    bed_close(bed); /* the watch outlives the world's last run */
    scenario_watch_free(watch);
    return run;
}

/* The sender's window at an instant. */
static uint32_t cwnd_at(const TraceRun *run, int64_t at_ns)
{
    uint32_t cwnd_bytes = 0;
    for (uint32_t i = 0; i < run->lines->len && trace_line(run, i)->time_ns <= at_ns; i++) {
        const TraceLine *line = trace_line(run, i);
        if (line->what == TRACE_VARS && line->end == 0) {
            cwnd_bytes = line->vars.cwnd_bytes;
        }
    }
    return cwnd_bytes;
}

typedef struct GrowthRow {
    const char *label;
    bool delayed_ack;
    unsigned first_round;
    double factor, slack; /* of a round trip */
} GrowthRow;

/* Of the first four segments one is acknowledged when the delay is over: that round is odd. */
static const GrowthRow growth_rows[] = {
    { "every-segment-acknowledged", false, 1, 2, 0 },
    { "every-other-acknowledged", true, 2, 1.5, 0.08 },
};

static void test_slow_start(gconstpointer data)
{
    const GrowthRow *row = data;
    Bed bed;
    bed_open(&bed,
             "wirelab: 1\n"
             "hosts:\n"
             "  a: {tcp: {mss: 1000B, timestamps: false, send-buffer: 8MiB, initial-window: 4, "
             "congestion: newreno}}\n"
             "  b: {tcp: {mss: 1000B, receive-buffer: 8MiB, delayed-ack: %s}}\n"
             "links: {w: {between: [a, b], rate: 10Gbit/s, delay: 50ms}}\n"
             "apps: {a: {bulk: {to: b:9}}, b: {discard: {port: 9}}}\n",
             row->delayed_ack ? "true" : "false");
    g_autoptr(TraceRun) run = run_traced(&bed, SEC);
    /* The handshake takes the first round trip, and the ARP before it another one; from then on
     * each is 100 ms. By half of the next one a round's acknowledgements are in. */
    for (unsigned round = row->first_round; round < 7; round++) {
        double before = cwnd_at(run, (150 + 100 * round) * MS);
        double after = cwnd_at(run, (250 + 100 * round) * MS);
        g_autofree char *what = g_strdup_printf("%s, round %u", row->label, round);
        assert_within(what, after / before, row->factor - row->slack, row->factor + row->slack);
    }
}

/* RFC 6298 5.5: each time-out doubles the next, up to the longest. */
static void test_back_off(void)
{
    Bed bed;
    bed_open(&bed, "wirelab: 1\n"
                   "hosts: {a: {tcp: {max-rto: 20s, r2-retries: forever}}, b: }\n"
                   "links: {w: {between: [a, b], rate: 1Gbit/s, delay: 5ms}}\n"
                   "apps:\n"
                   "  a: [connect: b:80, wait: 1s, send: {bytes: 1kB, expect: ok}, wait: closed]\n"
                   "  b: [listen: 80, accept, wait: 1h]\n"
                   "events: [{at: 500ms, link: w, do: down}]\n");
    g_autoptr(TraceRun) run = run_traced(&bed, 96 * SEC);
    static const int64_t gaps_s[] = { 1, 2, 4, 8, 16, 20, 20, 20 };
    int64_t sent_at_ns = -1;
    unsigned count = 0;
    for (uint32_t i = 0; i < run->lines->len; i++) {
        const TraceLine *line = trace_line(run, i);
        if (line->what != TRACE_SEND || line->time_ns < SEC || line->packet == TRACE_NONE ||
            trace_packet(run, line->packet)->snapshot->payload.len_bytes == 0) {
            continue;
        }
        if (sent_at_ns >= 0) {
            g_assert_cmpuint(count, <, G_N_ELEMENTS(gaps_s));
            g_assert_cmpint(line->time_ns - sent_at_ns, ==, gaps_s[count++] * SEC);
        }
        sent_at_ns = line->time_ns;
    }
    g_assert_cmpuint(count, ==, G_N_ELEMENTS(gaps_s));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(mathis_rows); i++) {
        g_autofree char *path = g_strdup_printf("/e2e/formulas/mathis/%s", mathis_rows[i].label);
        g_test_add_data_func(path, &mathis_rows[i], test_mathis);
    }
    g_test_add_func("/e2e/formulas/window-limited", test_window_limited);
    for (size_t i = 0; i < G_N_ELEMENTS(queue_rows); i++) {
        g_autofree char *path = g_strdup_printf("/e2e/formulas/queue/%s", queue_rows[i].label);
        g_test_add_data_func(path, &queue_rows[i], test_queue);
    }
    g_test_add_func("/e2e/formulas/fairness", test_fairness);
    for (size_t i = 0; i < G_N_ELEMENTS(growth_rows); i++) {
        g_autofree char *path =
            g_strdup_printf("/e2e/formulas/slow-start/%s", growth_rows[i].label);
        g_test_add_data_func(path, &growth_rows[i], test_slow_start);
    }
    g_test_add_func("/e2e/formulas/back-off", test_back_off);
    return g_test_run();
}
