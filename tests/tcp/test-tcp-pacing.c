/* Protects: a paced connection sends each segment exactly when its time has come, and what recovery
 * wants at once, at once. */

#include "lib/tcp-bed.h"

#define RTT_NS (100 * SIM_NS_PER_MS)
#define WINDOW 40u
#define LEN 1000u

/* Established after one round trip of 100 ms, with a window of 40 segments and as many to send. */
static int64_t set_up(TcpBed *bed, bool pacing)
{
    TcpConfig config;
    tcp_bed_config(&config);
    config.pacing = pacing;
    config.initial_window_segments = WINDOW;
    tcp_bed_open(bed, &config);
    tcp_bed_listen(bed);
    tcp_bed_inject(bed, "S 0:0(0) win 65535 <mss 1000>");
    tcp_bed_run(bed, RTT_NS);
    tcp_bed_inject(bed, ". 1:1(0) ack 1 win 65535");
    tcp_bed_forget(bed);
    TcpVars vars;
    tcp_conn_vars(bed->conn, &vars);
    return vars.srtt_ns;
}

static uint32_t sent_count(const TcpBed *bed)
{
    return bed->sent.length;
}

static void test_off(void)
{
    TcpBed bed;
    set_up(&bed, false);
    tcp_bed_send(&bed, WINDOW * LEN);
    g_assert_cmpuint(sent_count(&bed), ==, WINDOW);
    tcp_bed_forget(&bed);
    tcp_bed_close(&bed);
}

/* Ten at once, the eleventh too, for nothing was charged before it; then one every srtt / 80: twice
 * the window in a round trip. The fractions of nanoseconds are not lost. */
static void test_slow_start_rate(void)
{
    TcpBed bed;
    int64_t srtt_ns = set_up(&bed, true), start_ns = tcp_bed_now(&bed);
    tcp_bed_send(&bed, WINDOW * LEN);
    g_assert_cmpuint(sent_count(&bed), ==, 11);
    start_ns = MAX(start_ns, tcp_bed_now(&bed) - SIM_NS_PER_MS);
    for (uint32_t i = 1; i <= 29; i++) {
        int64_t due_ns = i * srtt_ns / (2 * WINDOW);
        tcp_bed_run(&bed, start_ns + due_ns - SIM_NS_PER_MS / 2 - tcp_bed_now(&bed));
        g_assert_cmpuint(sent_count(&bed), ==, 10 + i);
        tcp_bed_run(&bed, start_ns + due_ns + SIM_NS_PER_MS / 2 - tcp_bed_now(&bed));
        g_assert_cmpuint(sent_count(&bed), ==, 11 + i);
    }
    tcp_bed_forget(&bed);
    tcp_bed_close(&bed);
}

/* The third duplicate ACK has the lost segment sent while others wait for their time. */
static void test_fast_retransmit(void)
{
    TcpBed bed;
    set_up(&bed, true);
    tcp_bed_send(&bed, WINDOW * LEN);
    tcp_bed_forget(&bed);
    for (int i = 0; i < 3; i++) {
        tcp_bed_inject(&bed, ". 1:1(0) ack 1 win 65535");
    }
    Packet *first = g_queue_peek_head(&bed.sent);
    g_assert_nonnull(first);
    bool again = false;
    for (GList *at = bed.sent.head; at != NULL; at = at->next) {
        again = again || ((Packet *)at->data)->why == PACKET_WHY_RETRANSMIT_FAST;
    }
    g_assert_true(again);
    g_assert_cmpuint(sent_count(&bed), <, 8);
    tcp_bed_forget(&bed);
    tcp_bed_close(&bed);
}

/* A connection that is reset while a segment waits is gone for good. */
static void test_reset_while_waiting(void)
{
    TcpBed bed;
    set_up(&bed, true);
    tcp_bed_send(&bed, WINDOW * LEN);
    tcp_bed_forget(&bed);
    tcp_bed_inject(&bed, "R 1:1(0)");
    tcp_bed_run(&bed, SIM_NS_PER_S);
    g_assert_cmpuint(sent_count(&bed), ==, 0);
    tcp_bed_forget(&bed);
    tcp_bed_close(&bed);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/tcp/pacing/off", test_off);
    g_test_add_func("/tcp/pacing/slow-start-rate", test_slow_start_rate);
    g_test_add_func("/tcp/pacing/fast-retransmit", test_fast_retransmit);
    g_test_add_func("/tcp/pacing/reset-while-waiting", test_reset_while_waiting);
    return g_test_run();
}
