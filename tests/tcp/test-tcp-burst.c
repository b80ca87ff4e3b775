/* Protects: data in bursts as Linux's segmentation offload makes them (tcp_burst.c), Nagle's
 * algorithm as Minshall changed it, and a congestion window that grows and stays only as far as it
 * is used (RFC 2861). */

#include "lib/tcp-bed.h"

#define MS SIM_NS_PER_MS

enum { MSS = 1460, ROUND_TRIP_MS = 40 };

static void open_burst(TcpBed *bed, TcpConfig *config)
{
    config->initial_window_segments = 10;
    tcp_bed_open(bed, config);
    tcp_bed_listen(bed);
    tcp_bed_inject(bed, "S 0:0(0) win 65535 <mss 1460>");
    tcp_bed_run(bed, ROUND_TRIP_MS * MS);
    tcp_bed_inject(bed, ". 1:1(0) ack 1 win 65535");
    tcp_bed_run(bed, 10);
    tcp_bed_forget(bed);
}

/* What a pacer would send in a millisecond, two at least; PSH ends each. */
static void test_pairs(void)
{
    TcpBed bed;
    TcpConfig config;
    tcp_bed_config(&config);
    config.offload = true;
    open_burst(&bed, &config);
    tcp_bed_send(&bed, 20 * MSS);
    for (uint32_t i = 0; i < 10; i++) {
        uint32_t seq = 1 + i * MSS;
        g_autofree char *text =
            g_strdup_printf("%s %u:%u(%u) ack 1", i % 2 == 0 ? "." : "P.", seq, seq + MSS, MSS);
        tcp_bed_expect(&bed, text);
    }
    tcp_bed_expect_nothing(&bed);
    tcp_bed_close(&bed);
}

/* PSH belongs to the burst: a segment of it that is sent again has none. */
static void test_again(void)
{
    TcpBed bed;
    TcpConfig config;
    tcp_bed_config(&config);
    config.offload = true;
    config.min_rto_ns = 200 * MS;
    open_burst(&bed, &config);
    tcp_bed_send(&bed, 3 * MSS);
    tcp_bed_forget(&bed);
    tcp_bed_inject(&bed, ". 1:1(0) ack 1461 win 65535");
    tcp_bed_run(&bed, 300 * MS);
    tcp_bed_expect(&bed, ". 1461:2921(1460) ack 1");
    tcp_bed_forget(&bed);
    tcp_bed_close(&bed);
}

/* One segment of room does not go while an acknowledgement is near that lets two go. */
static void test_waits(void)
{
    TcpBed bed;
    TcpConfig config;
    tcp_bed_config(&config);
    config.offload = true;
    config.cc = tcp_cc_find("reno");
    open_burst(&bed, &config);
    tcp_bed_send(&bed, 40 * MSS);
    tcp_bed_forget(&bed);
    tcp_bed_run(&bed, ROUND_TRIP_MS * MS);
    tcp_bed_inject(&bed, ". 1:1(0) ack 1461 win 65535"); /* one, and one by slow start */
    tcp_bed_expect(&bed, ". 14601:16061(1460) ack 1");
    tcp_bed_expect(&bed, "P. 16061:17521(1460) ack 1");
    tcp_bed_inject(&bed,
                   ". 1:1(0) ack 4381 win 65535"); /* two, and one: a pair, and one that waits */
    tcp_bed_expect(&bed, ". 17521:18981(1460) ack 1");
    tcp_bed_expect(&bed, "P. 18981:20441(1460) ack 1");
    tcp_bed_expect_nothing(&bed);
    tcp_bed_inject(&bed, ". 1:1(0) ack 5841 win 65535");
    tcp_bed_expect(&bed, ". 20441:21901(1460) ack 1");
    tcp_bed_expect(&bed, "P. 21901:23361(1460) ack 1");
    tcp_bed_forget(&bed);
    tcp_bed_close(&bed);
}

/* A small segment waits for small ones alone. */
static void test_minshall(void)
{
    TcpBed bed;
    TcpConfig config;
    tcp_bed_config(&config);
    config.minshall = true;
    open_burst(&bed, &config);
    tcp_bed_send(&bed, MSS);
    tcp_bed_expect(&bed, "P. 1:1461(1460) ack 1");
    tcp_bed_send(&bed, 10);
    tcp_bed_expect(&bed, "P. 1461:1471(10) ack 1");
    tcp_bed_send(&bed, 10);
    tcp_bed_expect_nothing(&bed);
    tcp_bed_inject(&bed, ". 1:1(0) ack 1461 win 65535");
    tcp_bed_expect_nothing(&bed);
    tcp_bed_inject(&bed, ". 1:1(0) ack 1471 win 65535");
    tcp_bed_expect(&bed, "P. 1471:1481(10) ack 1");
    tcp_bed_close(&bed);
}

static uint32_t window_segments(const TcpBed *bed)
{
    TcpVars vars;
    tcp_conn_vars(bed->conn, &vars);
    return vars.cwnd_bytes / MSS;
}

/* The program writes so many segments, and all are acknowledged a round trip later. */
static void use(TcpBed *bed, uint32_t segments, uint32_t *seq)
{
    tcp_bed_send(bed, segments * MSS);
    tcp_bed_forget(bed);
    tcp_bed_run(bed, ROUND_TRIP_MS * MS);
    *seq += segments * MSS;
    tcp_bed_injectf(bed, ". 1:1(0) ack %u win 65535", *seq);
}

/* Slow start goes on up to twice what is used; what stays unused for a time-out is given up. */
static void test_validation(void)
{
    TcpBed bed;
    TcpConfig config;
    tcp_bed_config(&config);
    config.validation = true;
    config.cc = tcp_cc_find("linux-reno");
    config.min_rto_ns = 200 * MS;
    open_burst(&bed, &config);
    uint32_t seq = 1;
    use(&bed, 4, &seq);
    g_assert_cmpuint(window_segments(&bed), ==, 10);
    use(&bed, 10, &seq);
    g_assert_cmpuint(window_segments(&bed), ==, 20);
    use(&bed, 11, &seq);
    g_assert_cmpuint(window_segments(&bed), ==, 31);
    for (int i = 0; i < 7; i++) {
        use(&bed, 4, &seq);
    }
    g_assert_cmpuint(window_segments(&bed), ==, 20); /* half of the way to 10 */
    /* Silence: halved for each time-out, down to the initial window. */
    tcp_bed_run(&bed, 20 * SIM_NS_PER_S);
    use(&bed, 4, &seq);
    g_assert_cmpuint(window_segments(&bed), ==, 10);
    tcp_bed_close(&bed);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/tcp/burst/pairs", test_pairs);
    g_test_add_func("/tcp/burst/again", test_again);
    g_test_add_func("/tcp/burst/waits", test_waits);
    g_test_add_func("/tcp/burst/minshall", test_minshall);
    g_test_add_func("/tcp/burst/validation", test_validation);
    return g_test_run();
}
