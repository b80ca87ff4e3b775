/* Protects: after a loss Westwood+ has the window that its bandwidth estimate fills. */

#include "tcp/tcp_cc_westwood.h"

#include "lib/tcp-path.h"

#define RATE_BPS 8000000
#define RTT_NS (49 * SIM_NS_PER_MS) /* and 1 ms for a segment: 50 of them fill the path */
#define BDP_BYTES (50 * PATH_MSS)

/* Grown until a round trip lasts twice as long as it must: half the window waits in the queue. */
static void set_up(Path *path)
{
    *path = (Path){ .rate_bps = RATE_BPS, .rtt_ns = RTT_NS };
    path_start(path, &tcp_cc_westwood);
    path->cc.ssthresh_bytes = BDP_BYTES;
    while (path->cc.cwnd_bytes < 2 * BDP_BYTES) {
        path_run(path, path->now_ns + RTT_NS, NULL, NULL);
    }
}

/* rate * least round-trip time: exactly what the path holds without a queue. */
static void test_estimate(void)
{
    Path path;
    set_up(&path);
    path_lose(&path);
    g_assert_cmpuint(path.cc.cwnd_bytes, ==, path.cc.ssthresh_bytes);
    g_assert_cmpuint(path.cc.ssthresh_bytes, >=, BDP_BYTES * 96 / 100);
    g_assert_cmpuint(path.cc.ssthresh_bytes, <=, BDP_BYTES * 104 / 100);
    path_clear(&path);
}

/* A loss by chance, while the queue is empty, costs next to nothing; Reno's costs half. */
static void test_random_loss(void)
{
    Path path;
    set_up(&path);
    path_lose(&path);
    path_run(&path, path.now_ns + SIM_NS_PER_S, NULL, NULL);
    uint32_t before = path.cc.cwnd_bytes;
    path_lose(&path);
    g_assert_cmpuint(path.cc.cwnd_bytes, >=, MIN(before, BDP_BYTES) * 9 / 10);
    path_clear(&path);
}

/* A time-out: one segment, ssthresh as above, and the round-trip time is measured anew. */
static void test_time_out(void)
{
    Path path;
    set_up(&path);
    const TcpCcLoss loss = { .now_ns = path.now_ns, .kind = TCP_CC_LOSS_TIMEOUT };
    tcp_cc_on_loss(&path.cc, &loss);
    g_assert_cmpuint(path.cc.cwnd_bytes, ==, PATH_MSS);
    g_assert_cmpuint(path.cc.ssthresh_bytes, >=, BDP_BYTES * 96 / 100);
    path.rtt_ns = 2 * RTT_NS;
    path_run(&path, path.now_ns + 6 * SIM_NS_PER_S, NULL, NULL);
    path_lose(&path);
    g_assert_cmpuint(path.cc.ssthresh_bytes, >=, BDP_BYTES * 3 / 2);
    path_clear(&path);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/tcp/cc-westwood/estimate", test_estimate);
    g_test_add_func("/tcp/cc-westwood/random-loss", test_random_loss);
    g_test_add_func("/tcp/cc-westwood/time-out", test_time_out);
    return g_test_run();
}
