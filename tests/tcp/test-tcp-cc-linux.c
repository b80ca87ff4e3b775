/* Protects: Reno and CUBIC as Linux counts them, in whole segments: slow start by what was
 * delivered, HyStart's two ways out of it, 5 % a round trip before the first loss, the curve after
 * one, fast convergence, ssthresh from cwnd. */

#include "tcp/tcp_cc.h"

#include "sim/sim.h"

enum { MSS = 1000 };

#define MS SIM_NS_PER_MS

static void open_cc(TcpCc *cc, const char *name, uint32_t window)
{
    tcp_cc_init(cc, tcp_cc_find(name), NULL);
    tcp_cc_established(cc, MSS, window * MSS, MS);
}

static void ack(TcpCc *cc, uint32_t segments, int64_t rtt_ns, int64_t now_ns)
{
    const TcpCcAck facts = { .now_ns = now_ns,
                             .acked_bytes = segments * MSS,
                             .delivered_bytes = segments * MSS,
                             .in_flight_bytes = cc->cwnd_bytes,
                             .rtt_ns = rtt_ns,
                             .srtt_ns = rtt_ns,
                             .min_rtt_ns = rtt_ns,
                             .cwnd_limited = true };
    tcp_cc_on_ack(cc, &facts);
}

static void lose(TcpCc *cc, TcpCcLossKind kind, int64_t now_ns)
{
    const TcpCcLoss loss = { .now_ns = now_ns, .kind = kind, .in_flight_bytes = 4 * MSS };
    tcp_cc_on_loss(cc, &loss);
}

static void test_reno(void)
{
    TcpCc cc;
    open_cc(&cc, "linux-reno", 10);
    ack(&cc, 3, 40 * MS, 50 * MS);
    g_assert_cmpuint(cc.cwnd_bytes, ==, 13 * MSS); /* as much as was delivered */
    lose(&cc, TCP_CC_LOSS_RECOVERY, 60 * MS);
    g_assert_cmpuint(cc.ssthresh_bytes, ==, 6 * MSS); /* of cwnd, not of the flight */
    lose(&cc, TCP_CC_LOSS_TIMEOUT, 70 * MS);
    g_assert_cmpuint(cc.ssthresh_bytes, ==, 6 * MSS); /* recovery was on: no second reduction */
    g_assert_cmpuint(cc.cwnd_bytes, ==, MSS);
    ack(&cc, 8, 40 * MS, 80 * MS);
    g_assert_cmpuint(cc.cwnd_bytes, ==, 6 * MSS); /* up to ssthresh; three are left over */
    ack(&cc, 2, 40 * MS, 90 * MS);
    g_assert_cmpuint(cc.cwnd_bytes, ==, 6 * MSS);
    ack(&cc, 1, 40 * MS, 91 * MS);
    g_assert_cmpuint(cc.cwnd_bytes, ==, 7 * MSS);
    tcp_cc_clear(&cc);
}

/* Acknowledgements less than 2 ms apart, for longer than half of the least round trip. */
static void test_train(void)
{
    TcpCc cc;
    open_cc(&cc, "linux-cubic", 30);
    int64_t now_ns = 100 * MS;
    for (int i = 0; i < 20; i++, now_ns += MS) {
        ack(&cc, 1, 40 * MS, now_ns);
        g_assert_cmpuint(cc.ssthresh_bytes, ==, TCP_SSTHRESH_INFINITE);
    }
    ack(&cc, 1, 40 * MS, now_ns); /* 20 ms after the round began: not more than 20.5 */
    g_assert_cmpuint(cc.ssthresh_bytes, ==, TCP_SSTHRESH_INFINITE);
    uint32_t window_bytes = cc.cwnd_bytes;
    ack(&cc, 1, 40 * MS, now_ns + MS);
    g_assert_cmpuint(cc.ssthresh_bytes, ==, window_bytes);
    tcp_cc_clear(&cc);
}

/* The least of eight round trips and more is an eighth above the least of all, 4 ms at least. */
static void test_delay(void)
{
    TcpCc cc;
    open_cc(&cc, "linux-cubic", 16);
    ack(&cc, 1, 40 * MS, 100 * MS);
    for (int i = 0; i < 18; i++) {
        ack(&cc, 1, 44 * MS, 200 * MS + i * 3 * MS);
    }
    g_assert_cmpuint(cc.ssthresh_bytes, ==, TCP_SSTHRESH_INFINITE);
    /* The next round, in which all take 46 ms: known after eight. */
    int64_t now_ns = 300 * MS;
    for (int i = 0; i < 60 && cc.ssthresh_bytes == TCP_SSTHRESH_INFINITE; i++, now_ns += 3 * MS) {
        ack(&cc, 1, 46 * MS, now_ns);
    }
    g_assert_cmpuint(cc.ssthresh_bytes, !=, TCP_SSTHRESH_INFINITE);
    tcp_cc_clear(&cc);
}

/* A segment for twenty delivered while no loss has told of a limit. */
static void test_first_growth(void)
{
    TcpCc cc;
    open_cc(&cc, "linux-cubic", 50);
    cc.ssthresh_bytes = 50 * MSS;
    int64_t now_ns = 100 * MS;
    for (int i = 0; i < 40; i++, now_ns += MS) {
        ack(&cc, 1, 40 * MS, now_ns);
    }
    g_assert_cmpuint(cc.cwnd_bytes, ==, 52 * MSS);
    tcp_cc_clear(&cc);
}

static void test_losses(void)
{
    TcpCc cc;
    open_cc(&cc, "linux-cubic", 100);
    lose(&cc, TCP_CC_LOSS_RECOVERY, 100 * MS);
    g_assert_cmpuint(cc.ssthresh_bytes, ==, 70 * MSS);
    tcp_cc_on_recovered(&cc, 140 * MS);
    /* Back at 100 after K = cbrt(30 / 0.4) = 4.2 s, slowly around it. */
    int64_t now_ns = 140 * MS;
    for (int i = 0; i < 20; i++, now_ns += 200 * MS) { /* too far for Reno to be faster */
        for (uint32_t k = 0; k < 50; k++) {
            ack(&cc, 2, 200 * MS, now_ns + k * MS / 2);
        }
    }
    g_assert_cmpuint(cc.cwnd_bytes, >=, 98 * MSS);
    g_assert_cmpuint(cc.cwnd_bytes, <=, 101 * MSS);
    /* Fast convergence: below the last maximum, the next is (1 + 0.7) / 2 of cwnd. */
    cc.cwnd_bytes = 80 * MSS;
    lose(&cc, TCP_CC_LOSS_RECOVERY, now_ns);
    g_assert_cmpuint(cc.ssthresh_bytes, ==, 56 * MSS);
    tcp_cc_on_undo(&cc, 80 * MSS, 70 * MSS, now_ns);
    g_assert_cmpuint(cc.cwnd_bytes, ==, 80 * MSS);
    lose(&cc, TCP_CC_LOSS_TIMEOUT, now_ns);
    g_assert_cmpuint(cc.cwnd_bytes, ==, MSS);
    tcp_cc_clear(&cc);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/tcp/cc-linux/reno", test_reno);
    g_test_add_func("/tcp/cc-linux/hystart/train", test_train);
    g_test_add_func("/tcp/cc-linux/hystart/delay", test_delay);
    g_test_add_func("/tcp/cc-linux/first-growth", test_first_growth);
    g_test_add_func("/tcp/cc-linux/losses", test_losses);
    return g_test_run();
}
