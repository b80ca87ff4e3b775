/* Protects: the window of RFC 5681 grows and falls by its equations. */

#include "tcp/tcp_cc_reno.h"

#define MSS 1000u

static void start(TcpCc *cc, uint32_t cwnd_segments, uint32_t ssthresh_segments)
{
    tcp_cc_init(cc, &tcp_cc_reno, NULL);
    tcp_cc_established(cc, MSS, cwnd_segments * MSS, 0);
    cc->ssthresh_bytes = ssthresh_segments * MSS;
}

static void acknowledge(TcpCc *cc, uint32_t acked_bytes)
{
    tcp_cc_on_ack(cc, &(TcpCcAck){ .acked_bytes = acked_bytes, .cwnd_limited = true });
}

/* Slow start doubles the window each round trip when every segment is acknowledged, and grows it by
 * half when every second one is: the limit of RFC 5681's equation (2). */
static void test_slow_start(gconstpointer data)
{
    uint32_t per_ack = GPOINTER_TO_UINT(data), window = 8;
    TcpCc cc;
    start(&cc, window, 1000);
    for (int round = 0; round < 3; round++) {
        for (uint32_t acked = 0; acked < window; acked += per_ack) {
            acknowledge(&cc, per_ack * MSS);
        }
        window += window / per_ack;
        g_assert_cmpuint(cc.cwnd_bytes, ==, window * MSS);
    }
    tcp_cc_clear(&cc);
}

/* Congestion avoidance: one segment for each window acknowledged, however the ACKs are cut. */
static void test_congestion_avoidance(gconstpointer data)
{
    uint32_t per_ack_bytes = GPOINTER_TO_UINT(data);
    TcpCc cc;
    start(&cc, 10, 10);
    for (uint32_t window = 10; window < 20; window++) {
        g_assert_cmpuint(cc.cwnd_bytes, ==, window * MSS);
        for (uint32_t acked = 0; acked < window * MSS; acked += per_ack_bytes) {
            g_assert_cmpuint(cc.cwnd_bytes, ==, window * MSS);
            acknowledge(&cc, per_ack_bytes);
        }
    }
    tcp_cc_clear(&cc);
}

/* At cwnd == ssthresh either may be used; here it is congestion avoidance. */
static void test_threshold(void)
{
    TcpCc cc;
    start(&cc, 9, 10);
    acknowledge(&cc, MSS);
    g_assert_cmpuint(cc.cwnd_bytes, ==, 10 * MSS);
    acknowledge(&cc, MSS);
    g_assert_cmpuint(cc.cwnd_bytes, ==, 10 * MSS);
    tcp_cc_clear(&cc);
}

/* One ACK of several windows, as after a repaired loss, is not several round trips. */
static void test_large_ack(void)
{
    TcpCc cc;
    start(&cc, 10, 10);
    acknowledge(&cc, 100 * MSS);
    g_assert_cmpuint(cc.cwnd_bytes, ==, 11 * MSS);
    acknowledge(&cc, MSS);
    g_assert_cmpuint(cc.cwnd_bytes, ==, 12 * MSS);
    acknowledge(&cc, 10 * MSS);
    g_assert_cmpuint(cc.cwnd_bytes, ==, 12 * MSS);
    tcp_cc_clear(&cc);
}

/* Equation (4) takes FlightSize, not cwnd: a sender that had little to send falls further. */
static void test_flight_size(void)
{
    TcpCc cc;
    start(&cc, 40, 40);
    tcp_cc_on_loss(&cc, &(TcpCcLoss){ .kind = TCP_CC_LOSS_RECOVERY, .in_flight_bytes = 12 * MSS });
    g_assert_cmpuint(cc.ssthresh_bytes, ==, 6 * MSS);
    g_assert_cmpuint(cc.cwnd_bytes, ==, 6 * MSS);
    tcp_cc_clear(&cc);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_data_func("/tcp/cc-reno/slow-start/every-segment", GUINT_TO_POINTER(1),
                         test_slow_start);
    g_test_add_data_func("/tcp/cc-reno/slow-start/delayed-acks", GUINT_TO_POINTER(2),
                         test_slow_start);
    g_test_add_data_func("/tcp/cc-reno/avoidance/every-segment", GUINT_TO_POINTER(MSS),
                         test_congestion_avoidance);
    g_test_add_data_func("/tcp/cc-reno/avoidance/split-acks", GUINT_TO_POINTER(MSS / 10),
                         test_congestion_avoidance);
    g_test_add_func("/tcp/cc-reno/threshold", test_threshold);
    g_test_add_func("/tcp/cc-reno/large-ack", test_large_ack);
    g_test_add_func("/tcp/cc-reno/flight-size", test_flight_size);
    return g_test_run();
}
