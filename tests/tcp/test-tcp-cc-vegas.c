/* Protects: Vegas keeps between alpha and beta segments in the queue, and doubles every other
 * round. */

#include "tcp/tcp_cc_vegas.h"

#include "lib/tcp-path.h"

#define RATE_BPS 8000000
#define RTT_NS (49 * SIM_NS_PER_MS) /* and 1 ms for a segment: 50 of them fill the path */
#define BDP_SEGMENTS 50

static void set_up(Path *path)
{
    *path = (Path){ .rate_bps = RATE_BPS, .rtt_ns = RTT_NS };
    path_start(path, &tcp_cc_vegas);
}

typedef struct Range {
    uint32_t least, most; /* windows, in segments */
} Range;

static void note_window(Path *path, void *data)
{
    Range *range = data;
    uint32_t segments = path->cc.cwnd_bytes / PATH_MSS;
    range->least = MIN(range->least, segments);
    range->most = MAX(range->most, segments);
}

/* The equilibrium: what the path holds, and 2 to 4 segments (alpha and beta) in the queue. */
static void test_equilibrium(void)
{
    Path path;
    set_up(&path);
    path_run(&path, 10 * SIM_NS_PER_S, NULL, NULL);
    Range range = { UINT32_MAX, 0 };
    path_run(&path, 30 * SIM_NS_PER_S, note_window, &range);
    g_assert_cmpuint(range.least, >=, BDP_SEGMENTS + 2);
    g_assert_cmpuint(range.most, <=, BDP_SEGMENTS + 4);
    g_assert_cmpint(path_queued_bytes(&path), <=, 4 * PATH_MSS);
    path_clear(&path);
}

/* With alpha = beta = 10 the queue is ten segments long, give or take what a round late to see it
 * adds. */
static void test_parameters(void)
{
    const SimParams params = { .specs = tcp_cc_vegas.params, .values = (int64_t[]){ 10, 10, 1 } };
    Path path;
    set_up(&path);
    g_assert_true(tcp_cc_configure(&path.cc, &params, NULL));
    path_run(&path, 20 * SIM_NS_PER_S, NULL, NULL);
    Range range = { UINT32_MAX, 0 };
    path_run(&path, 30 * SIM_NS_PER_S, note_window, &range);
    g_assert_cmpuint(range.least, >=, BDP_SEGMENTS + 8);
    g_assert_cmpuint(range.most, <=, BDP_SEGMENTS + 12);
    path_clear(&path);
}

/* Half as fast: the queue that is there is seen, and drained a segment a round. */
static void test_slower(void)
{
    Path path;
    set_up(&path);
    path_run(&path, 10 * SIM_NS_PER_S, NULL, NULL);
    path.rate_bps = RATE_BPS / 2;
    path_run(&path, 30 * SIM_NS_PER_S, NULL, NULL);
    g_assert_cmpuint(path.cc.cwnd_bytes, <=, (BDP_SEGMENTS / 2 + 6) * PATH_MSS);
    g_assert_cmpuint(path.cc.cwnd_bytes, >=, BDP_SEGMENTS / 2 * PATH_MSS);
    path_clear(&path);
}

/* Slow start: twice the window in two round trips, not in one; it ends before the queue is longer
 * than a few segments. */
static void test_slow_start(void)
{
    Path path;
    set_up(&path);
    path.rate_bps = 1000 * INT64_C(8000000); /* no queue */
    path_run(&path, RTT_NS * 5 / 2, NULL, NULL);
    uint32_t early = path.cc.cwnd_bytes;
    path_run(&path, RTT_NS * 13 / 2, NULL, NULL); /* four rounds on: two of them double */
    g_assert_cmpuint(path.cc.cwnd_bytes, >=, early * 3);
    g_assert_cmpuint(path.cc.cwnd_bytes, <=, early * 5);
    path_clear(&path);

    set_up(&path);
    path_run(&path, 5 * SIM_NS_PER_S, NULL, NULL);
    g_assert_false(tcp_cc_in_slow_start(&path.cc));
    g_assert_cmpuint(path.cc.ssthresh_bytes, <=, 2 * BDP_SEGMENTS * PATH_MSS);
    path_clear(&path);
}

/* A loss halves, as in Reno. */
static void test_loss(void)
{
    Path path;
    set_up(&path);
    path_run(&path, 10 * SIM_NS_PER_S, NULL, NULL);
    uint32_t flight_bytes = path.sent.out_bytes;
    path_lose(&path);
    g_assert_cmpuint(path.cc.cwnd_bytes, ==, flight_bytes / 2);
    path_clear(&path);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/tcp/cc-vegas/equilibrium", test_equilibrium);
    g_test_add_func("/tcp/cc-vegas/parameters", test_parameters);
    g_test_add_func("/tcp/cc-vegas/slower", test_slower);
    g_test_add_func("/tcp/cc-vegas/slow-start", test_slow_start);
    g_test_add_func("/tcp/cc-vegas/loss", test_loss);
    return g_test_run();
}
