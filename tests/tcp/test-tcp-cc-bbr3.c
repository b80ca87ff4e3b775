/* Protects: BBR version 3 goes through its states with the gains of the draft's table (5.6.1), and
 * probes at its two time scales. */

#include "tcp/tcp_cc_bbr3.h"

#include "lib/tcp-path.h"

#define RATE_BPS 40000000
#define RTT_NS (50 * SIM_NS_PER_MS)
#define BDP_BYTES (RATE_BPS / 8 / 20)
/* With the transmission of the segment itself. */
#define LEAST_RTT_NS (RTT_NS + PATH_MSS * 8 * SIM_NS_PER_S / RATE_BPS)

static void set_up(Path *path)
{
    *path = (Path){ .rate_bps = RATE_BPS, .rtt_ns = RTT_NS };
    path_start(path, &tcp_cc_bbr3);
}

/* A stay in a state. */
typedef struct Stay {
    const char *word;
    int64_t since_ns, lasted_ns;
    int64_t pacing_bps;    /* when it had begun */
    uint32_t least_window; /* meanwhile */
} Stay;

static void note_stay(Path *path, void *data)
{
    GArray *stays = data;
    const char *word = tcp_cc_phase(&path->cc);
    Stay *last = stays->len > 0 ? &g_array_index(stays, Stay, stays->len - 1) : NULL;
    if (last == NULL || !g_str_equal(last->word, word)) {
        const Stay stay = { .word = word,
                            .since_ns = path->now_ns,
                            .pacing_bps = path->cc.pacing_bps,
                            .least_window = path->cc.cwnd_bytes };
        g_array_append_val(stays, stay);
        return;
    }
    last->lasted_ns = path->now_ns - last->since_ns;
    last->least_window = MIN(last->least_window, path->cc.cwnd_bytes);
}

static GArray *stays_until(int64_t until_ns)
{
    Path path;
    set_up(&path);
    GArray *stays = g_array_new(FALSE, FALSE, sizeof(Stay));
    path_run(&path, until_ns, note_stay, stays);
    path_clear(&path);
    return stays;
}

static const Stay *find_stay(const GArray *stays, const char *word, uint32_t from)
{
    for (uint32_t i = from; i < stays->len; i++) {
        if (g_str_equal(g_array_index(stays, Stay, i).word, word)) {
            return &g_array_index(stays, Stay, i);
        }
    }
    g_error("never in %s", word);
}

/* The states in their order. Drained, the first DOWN has nothing left to do and is over at once. */
static void test_order(void)
{
    static const char *const order[] = { "startup",         "drain",       "probe-bw-cruise",
                                         "probe-bw-refill", "probe-bw-up", "probe-bw-down",
                                         "probe-bw-cruise" };
    g_autoptr(GArray) stays = stays_until(6 * SIM_NS_PER_S);
    g_assert_cmpuint(stays->len, >=, G_N_ELEMENTS(order));
    for (uint32_t i = 0; i < G_N_ELEMENTS(order); i++) {
        g_assert_cmpstr(g_array_index(stays, Stay, i).word, ==, order[i]);
    }
}

static void note_fastest(Path *path, void *data)
{
    int64_t *fastest_bps = data;
    *fastest_bps = MAX(*fastest_bps, path->cc.pacing_bps);
}

/* 5.3.1: 2.77 times the rate, once that is found. */
static void test_startup(void)
{
    Path path;
    set_up(&path);
    int64_t fastest_bps = 0;
    path_run(&path, SIM_NS_PER_S, note_fastest, &fastest_bps);
    g_assert_cmpint(fastest_bps, >=, (int64_t)RATE_BPS * 277 / 100 * 97 / 100);
    g_assert_cmpint(fastest_bps, <=, (int64_t)RATE_BPS * 277 / 100);
    path_clear(&path);
}

/* 5.4.1: sending starts again at the rate that was measured, whatever the gain was. */
static void test_idle(void)
{
    Path path;
    set_up(&path);
    while (!g_str_equal(tcp_cc_phase(&path.cc), "probe-bw-up")) {
        path_run(&path, path.now_ns + SIM_NS_PER_MS, NULL, NULL);
    }
    g_assert_cmpint(path.cc.pacing_bps, >, (int64_t)RATE_BPS * 12 / 10);
    tcp_cc_on_idle(&path.cc, SIM_NS_PER_S, SIM_NS_PER_S, 0, path.now_ns);
    g_assert_cmpint(path.cc.pacing_bps, >=, (int64_t)RATE_BPS * 97 / 100);
    g_assert_cmpint(path.cc.pacing_bps, <=, (int64_t)RATE_BPS);
    path_clear(&path);
}

/* Table of 5.6.1, less the margin of 1 %. */
typedef struct Gain {
    const char *word;
    int64_t hundredths;
} Gain;

static const Gain gains[] = {
    { "drain", 50 },
    { "probe-bw-down", 90 },
    { "probe-bw-cruise", 100 },
    { "probe-bw-refill", 100 },
    { "probe-bw-up", 125 },
};

static void test_gain(gconstpointer data)
{
    const Gain *row = data;
    g_autoptr(GArray) stays = stays_until(6 * SIM_NS_PER_S);
    int64_t pacing_bps = find_stay(stays, row->word, 0)->pacing_bps;
    int64_t expected_bps = (int64_t)RATE_BPS * row->hundredths * 99 / 10000;
    g_assert_cmpint(pacing_bps, >=, expected_bps * 98 / 100);
    g_assert_cmpint(pacing_bps, <=, expected_bps * 102 / 100);
}

/* 5.3.3.5: from the first DOWN, over at once, to REFILL 2 to 3 s here, where 63 round trips last
 * longer; REFILL lasts one round trip. */
static void test_time_scale(void)
{
    g_autoptr(GArray) stays = stays_until(6 * SIM_NS_PER_S);
    const Stay *down = find_stay(stays, "probe-bw-cruise", 0);
    const Stay *refill = find_stay(stays, "probe-bw-refill", 0);
    int64_t wait_ns = refill->since_ns - down->since_ns;
    g_assert_cmpint(wait_ns, >=, 2 * SIM_NS_PER_S);
    g_assert_cmpint(wait_ns, <=, 3 * SIM_NS_PER_S + LEAST_RTT_NS);
    g_assert_cmpint(refill->lasted_ns, <=, 2 * LEAST_RTT_NS);
    g_assert_cmpint(refill->lasted_ns, >=, LEAST_RTT_NS / 2);
}

/* Short round trips: after as many of them as there are segments in the product. */
static void test_reno_time_scale(void)
{
    Path path = { .rate_bps = 8000000, .rtt_ns = 9 * SIM_NS_PER_MS }; /* 10 segments */
    path_start(&path, &tcp_cc_bbr3);
    g_autoptr(GArray) stays = g_array_new(FALSE, FALSE, sizeof(Stay));
    path_run(&path, 4 * SIM_NS_PER_S, note_stay, stays);
    const Stay *down = find_stay(stays, "probe-bw-cruise", 0);
    const Stay *refill = find_stay(stays, "probe-bw-refill", 0);
    g_assert_cmpint(refill->since_ns - down->since_ns, <=, 14 * 14 * SIM_NS_PER_MS);
    path_clear(&path);
}

/* 5.3.4: every five seconds half the product in flight, for 200 ms and a round trip. */
static void test_probe_rtt(void)
{
    g_autoptr(GArray) stays = stays_until(8 * SIM_NS_PER_S);
    const Stay *probe = find_stay(stays, "probe-rtt", 0);
    g_assert_cmpint(probe->since_ns, >, 5 * SIM_NS_PER_S);
    g_assert_cmpint(probe->since_ns, <, 6 * SIM_NS_PER_S);
    g_assert_cmpint(probe->lasted_ns, >=, 200 * SIM_NS_PER_MS);
    g_assert_cmpint(probe->lasted_ns, <=, 200 * SIM_NS_PER_MS + 4 * LEAST_RTT_NS);
    g_assert_cmpuint(probe->least_window, >=, BDP_BYTES * 45 / 100);
    g_assert_cmpuint(probe->least_window, <=, BDP_BYTES * 55 / 100);
}

/* The whole rate and hardly any queue; a faster path is found. */
static void test_steady_state(void)
{
    Path path;
    set_up(&path);
    path_run(&path, 2 * SIM_NS_PER_S, NULL, NULL);
    uint64_t before = path.delivered_bytes;
    path_run(&path, 5 * SIM_NS_PER_S, NULL, NULL);
    g_assert_cmpuint(path.delivered_bytes - before, >=, (uint64_t)RATE_BPS / 8 * 3 * 97 / 100);
    g_assert_cmpint(path_queued_bytes(&path), <, BDP_BYTES / 2);
    path.rate_bps = 2 * RATE_BPS;
    path_run(&path, path.now_ns + 12 * SIM_NS_PER_S, NULL, NULL);
    g_assert_cmpint(path.cc.pacing_bps, >, (int64_t)RATE_BPS * 15 / 10);
    path_clear(&path);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/tcp/cc-bbr3/order", test_order);
    g_test_add_func("/tcp/cc-bbr3/startup", test_startup);
    g_test_add_func("/tcp/cc-bbr3/idle", test_idle);
    for (size_t i = 0; i < G_N_ELEMENTS(gains); i++) {
        g_autofree char *path = g_strdup_printf("/tcp/cc-bbr3/gain/%s", gains[i].word);
        g_test_add_data_func(path, &gains[i], test_gain);
    }
    g_test_add_func("/tcp/cc-bbr3/time-scale", test_time_scale);
    g_test_add_func("/tcp/cc-bbr3/reno-time-scale", test_reno_time_scale);
    g_test_add_func("/tcp/cc-bbr3/probe-rtt", test_probe_rtt);
    g_test_add_func("/tcp/cc-bbr3/steady-state", test_steady_state);
    return g_test_run();
}
