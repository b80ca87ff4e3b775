/* Protects: NewReno as Linux has it (tcp_recovery_linux_newreno.c): duplicate ACKs count as SACKed
 * segments; in fast recovery they let so many new segments go that the flight shrinks evenly to
 * ssthresh, and a partial ACK repairs the next hole. Windows of 20 segments, halved by a loss. */

#include "lib/tcp-bed.h"

enum { MSS = 1460, WINDOW = 20 };

static void open_sender(TcpBed *bed)
{
    TcpConfig config;
    tcp_bed_config(&config);
    config.initial_window_segments = WINDOW;
    config.cc = tcp_cc_find("linux-reno");
    config.recovery = tcp_recovery_find("linux-newreno");
    tcp_bed_open(bed, &config);
    tcp_bed_reach(bed, TCP_STATE_ESTABLISHED);
    tcp_bed_send(bed, 40 * MSS);
    tcp_bed_forget(bed);
}

static void duplicate(TcpBed *bed)
{
    tcp_bed_inject(bed, ". 1:1(0) ack 1 win 65535");
}

static void expect_segment(TcpBed *bed, uint32_t number)
{
    g_autofree char *text = g_strdup_printf(". %u:%u(1460) ack 1", 1 + number * MSS,
                                            1 + (number + 1) * MSS);
    tcp_bed_expect(bed, text);
}

/* RFC 3042 for two; the third sends the oldest again; from the fourth on every second lets one go
 * (PRR: a half of what was delivered). */
static void test_rate(void)
{
    TcpBed bed;
    open_sender(&bed);
    duplicate(&bed);
    expect_segment(&bed, WINDOW);
    duplicate(&bed);
    expect_segment(&bed, WINDOW + 1);
    duplicate(&bed);
    expect_segment(&bed, 0);
    tcp_bed_expect_nothing(&bed);
    uint32_t sent = 0;
    for (int i = 0; i < 10; i++) {
        duplicate(&bed);
        if (i % 2 == 1) {
            expect_segment(&bed, WINDOW + 2 + sent++);
        }
        tcp_bed_expect_nothing(&bed);
    }
    tcp_bed_close(&bed);
}

/* A partial ACK shows the next hole; the full one ends recovery at ssthresh. */
static void test_partial(void)
{
    TcpBed bed;
    open_sender(&bed);
    for (int i = 0; i < 6; i++) {
        duplicate(&bed);
    }
    tcp_bed_forget(&bed);
    tcp_bed_inject(&bed, ". 1:1(0) ack 4381 win 65535");
    expect_segment(&bed, 3);
    tcp_bed_forget(&bed);
    tcp_bed_injectf(&bed, ". 1:1(0) ack %u win 65535", 1 + (WINDOW + 2) * MSS);
    TcpVars vars;
    tcp_conn_vars(bed.conn, &vars);
    g_assert_false(vars.in_recovery);
    g_assert_cmpuint(vars.cwnd_bytes, ==, WINDOW / 2 * MSS);
    tcp_bed_forget(&bed);
    tcp_bed_close(&bed);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/tcp/linux-newreno/rate", test_rate);
    g_test_add_func("/tcp/linux-newreno/partial", test_partial);
    return g_test_run();
}
