/* Protects: BBR finds the rate and the round-trip time of a path, and goes round its cycle of
 * gains. */

#include "tcp/tcp_cc_bbr.h"

#include "lib/tcp-path.h"

#define RATE_BPS 10000000
#define RTT_NS (40 * SIM_NS_PER_MS)
#define BDP_BYTES (RATE_BPS / 8 / 25)
/* With the transmission of the segment itself. */
#define LEAST_RTT_NS (RTT_NS + PATH_MSS * 8 * SIM_NS_PER_S / RATE_BPS)

static void set_up(Path *path)
{
    *path = (Path){ .rate_bps = RATE_BPS, .rtt_ns = RTT_NS };
    path_start(path, &tcp_cc_bbr);
}

/* What the trace says, one word a change. */
static void note_phase(Path *path, void *data)
{
    GString *words = data;
    const char *word = tcp_cc_phase(&path->cc);
    if (!g_str_has_suffix(words->str, word)) {
        g_string_append_printf(words, " %s", word);
    }
}

static void test_phases(void)
{
    Path path;
    set_up(&path);
    g_autoptr(GString) words = g_string_new(NULL);
    path_run(&path, 12 * SIM_NS_PER_S, note_phase, words);
    g_assert_cmpstr(words->str, ==, " startup drain probe-bw probe-rtt probe-bw");
    path_clear(&path);
}

/* Startup: from 10 segments in a round trip to the 50 that the path takes it is a factor of five,
 * and the rate doubles each round: 2.3 rounds, and those until it is seen. */
static void test_startup_doubles(void)
{
    Path path;
    set_up(&path);
    int64_t full_bps = (int64_t)RATE_BPS * 2885 / 1000 * 95 / 100;
    path_run(&path, 2 * LEAST_RTT_NS, NULL, NULL);
    g_assert_cmpint(path.cc.pacing_bps, <, full_bps);
    path_run(&path, 6 * LEAST_RTT_NS, NULL, NULL);
    g_assert_cmpint(path.cc.pacing_bps, >=, full_bps);
    path_clear(&path);
}

/* A phase of the cycle: a pacing rate and how long it was in force. */
typedef struct Phase {
    int64_t rate_bps, since_ns, lasted_ns;
} Phase;

static void note_rate(Path *path, void *data)
{
    GArray *phases = data;
    Phase *last = phases->len > 0 ? &g_array_index(phases, Phase, phases->len - 1) : NULL;
    if (last != NULL) {
        last->lasted_ns = path->now_ns - last->since_ns;
    }
    if (last == NULL || last->rate_bps != path->cc.pacing_bps) {
        Phase phase = { .rate_bps = path->cc.pacing_bps, .since_ns = path->now_ns };
        g_array_append_val(phases, phase);
    }
}

static void assert_near(int64_t value, int64_t expected, int64_t percent)
{
    if (ABS(value - expected) > expected * percent / 100) {
        g_error("%" G_GINT64_FORMAT " is not within %" G_GINT64_FORMAT " %% of %" G_GINT64_FORMAT,
                value, percent, expected);
    }
}

/* 5/4 for a round trip, 3/4 for one at most, six of 1; each with Linux's margin of 1 %. */
static void test_gain_cycle(void)
{
    Path path;
    set_up(&path);
    path_run(&path, 3 * SIM_NS_PER_S, NULL, NULL);
    g_autoptr(GArray) phases = g_array_new(FALSE, FALSE, sizeof(Phase));
    path_run(&path, 6 * SIM_NS_PER_S, note_rate, phases);
    uint32_t cycles = 0;
    for (uint32_t i = 1; i + 3 < phases->len; i++) {
        const Phase *up = &g_array_index(phases, Phase, i);
        if (up->rate_bps < RATE_BPS * 11 / 10) {
            continue;
        }
        assert_near(up[0].rate_bps, (int64_t)RATE_BPS * 125 * 99 / 10000, 2);
        assert_near(up[1].rate_bps, (int64_t)RATE_BPS * 75 * 99 / 10000, 2);
        assert_near(up[2].rate_bps, (int64_t)RATE_BPS * 99 / 100, 2);
        assert_near(up[0].lasted_ns, LEAST_RTT_NS, 25); /* the queue it makes delays its ACKs */
        g_assert_cmpint(up[1].lasted_ns, <=, LEAST_RTT_NS * 105 / 100);
        assert_near(up[2].lasted_ns, 6 * LEAST_RTT_NS, 5);
        cycles++;
    }
    g_assert_cmpuint(cycles, >=, 7);
    path_clear(&path);
}

/* Once settled: the whole rate, no more than two products in flight, hardly any queue. */
static void test_steady_state(void)
{
    Path path;
    set_up(&path);
    path_run(&path, 2 * SIM_NS_PER_S, NULL, NULL);
    uint64_t before = path.delivered_bytes;
    path_run(&path, 9 * SIM_NS_PER_S, NULL, NULL);
    assert_near((int64_t)(path.delivered_bytes - before), (int64_t)RATE_BPS / 8 * 7, 2);
    g_assert_cmpuint(path.cc.cwnd_bytes, <=, 2 * BDP_BYTES + 20 * PATH_MSS);
    g_assert_cmpint(path_queued_bytes(&path), <, BDP_BYTES / 2);
    path_clear(&path);
}

static void note_least_window(Path *path, void *data)
{
    GArray *phases = data;
    if (path->cc.cwnd_bytes == 4 * PATH_MSS) {
        Phase phase = { .since_ns = path->now_ns };
        g_array_append_val(phases, phase);
    }
}

/* The least round-trip time is ten seconds old: four segments for 200 ms and a round trip. */
static void test_probe_rtt(void)
{
    Path path;
    set_up(&path);
    g_autoptr(GArray) at = g_array_new(FALSE, FALSE, sizeof(Phase));
    path_run(&path, 15 * SIM_NS_PER_S, note_least_window, at);
    g_assert_cmpuint(at->len, >, 1);
    int64_t from_ns = g_array_index(at, Phase, 0).since_ns;
    int64_t to_ns = g_array_index(at, Phase, at->len - 1).since_ns;
    g_assert_cmpint(from_ns, >, 10 * SIM_NS_PER_S);
    g_assert_cmpint(from_ns, <, 11 * SIM_NS_PER_S);
    g_assert_cmpint(to_ns - from_ns, >=, 200 * SIM_NS_PER_MS);
    g_assert_cmpint(to_ns - from_ns, <=, 200 * SIM_NS_PER_MS + 3 * LEAST_RTT_NS);
    path_clear(&path);
}

/* A path twice as fast is found at 5/4 a cycle: four cycles, ten with a margin. One of half the
 * rate once the old maximum has left the window of ten rounds. */
static void test_rate_changes(void)
{
    Path path;
    set_up(&path);
    path_run(&path, 2 * SIM_NS_PER_S, NULL, NULL);
    path.rate_bps = 2 * RATE_BPS;
    path_run(&path, path.now_ns + 10 * 8 * LEAST_RTT_NS, NULL, NULL);
    g_assert_cmpint(path.cc.pacing_bps, >, (int64_t)RATE_BPS * 2 * 70 / 100);
    path.rate_bps = RATE_BPS / 2;
    path_run(&path, path.now_ns + 4 * SIM_NS_PER_S, NULL, NULL);
    g_assert_cmpint(path.cc.pacing_bps, <, (int64_t)RATE_BPS * 70 / 100);
    path_clear(&path);
}

/* A loss is no measure of the path. */
static void test_loss(void)
{
    Path path;
    set_up(&path);
    path_run(&path, 3 * SIM_NS_PER_S, NULL, NULL);
    int64_t pacing_bps = path.cc.pacing_bps;
    uint32_t cwnd_bytes = path.cc.cwnd_bytes;
    path_lose(&path);
    g_assert_cmpint(path.cc.pacing_bps, ==, pacing_bps);
    const TcpCcLoss loss = { .now_ns = path.now_ns, .kind = TCP_CC_LOSS_TIMEOUT };
    tcp_cc_on_loss(&path.cc, &loss);
    g_assert_cmpuint(path.cc.cwnd_bytes, ==, PATH_MSS);
    path_run(&path, path.now_ns + SIM_NS_PER_S, NULL, NULL);
    g_assert_cmpuint(path.cc.cwnd_bytes, >=, cwnd_bytes * 9 / 10);
    path_clear(&path);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/tcp/cc-bbr/phases", test_phases);
    g_test_add_func("/tcp/cc-bbr/startup-doubles", test_startup_doubles);
    g_test_add_func("/tcp/cc-bbr/gain-cycle", test_gain_cycle);
    g_test_add_func("/tcp/cc-bbr/steady-state", test_steady_state);
    g_test_add_func("/tcp/cc-bbr/probe-rtt", test_probe_rtt);
    g_test_add_func("/tcp/cc-bbr/rate-changes", test_rate_changes);
    g_test_add_func("/tcp/cc-bbr/loss", test_loss);
    return g_test_run();
}
