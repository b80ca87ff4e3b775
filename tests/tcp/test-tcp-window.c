/* Protects: flow control. What window is offered and when (RFC 9293 3.8.6, 3.8.6.2.2), what is done
 * with the peer's window: closed, shrunk, too small to be worth a segment (3.8.6.1, 3.8.6.2.1, RFC
 * 6429). */

#include "lib/tcp-bed.h"

static void open_with(TcpBed *bed, const TcpConfig *config)
{
    tcp_bed_open(bed, config);
    tcp_bed_reach(bed, TCP_STATE_ESTABLISHED);
}

static void open_bed(TcpBed *bed)
{
    TcpConfig config;
    tcp_bed_config(&config);
    open_with(bed, &config);
}

/* ---- the window we offer ---- */

static void read_some(TcpBed *bed, uint32_t len_bytes)
{
    Payload payload = tcp_receive(bed->conn, len_bytes, tcp_bed_now(bed));
    g_assert_cmpuint(payload.len_bytes, ==, len_bytes);
    payload_clear(&payload);
    tcp_bed_run(bed, 10);
}

/* A program that does not read: the window closes octet by octet, the right edge stays. */
static void test_closes(void)
{
    TcpBed bed;
    TcpConfig config;
    tcp_bed_config(&config);
    config.receive_buffer_bytes = 4000;
    open_with(&bed, &config);
    tcp_bed_inject(&bed, "P. 1:1461(1460) ack 1 win 65535");
    tcp_bed_inject(&bed, "P. 1461:2921(1460) ack 1 win 65535");
    tcp_bed_expect(&bed, ". 1:1(0) ack 2921 win 1080");
    tcp_bed_inject(&bed, "P. 2921:4001(1080) ack 1 win 65535");
    tcp_bed_run(&bed, 40 * SIM_NS_PER_MS);
    tcp_bed_expect(&bed, ". 1:1(0) ack 4001 win 0");
    /* MAY-8; RFC9293-ZWP-REPLY-1: each probe is answered, nothing of it is kept. */
    for (unsigned i = 0; i < 3; i++) {
        tcp_bed_inject(&bed, ". 4001:4002(1) ack 1 win 65535");
        tcp_bed_expect(&bed, ". 1:1(0) ack 4001 win 0");
    }
    g_assert_cmpuint(tcp_readable_bytes(bed.conn), ==, 4000);
    tcp_bed_close(&bed);
}

/* MUST-39: nothing is offered before it is worth a segment; then at once, for the peer waits. */
static void test_opens(void)
{
    TcpBed bed;
    TcpConfig config;
    tcp_bed_config(&config);
    config.receive_buffer_bytes = 4000;
    open_with(&bed, &config);
    tcp_bed_inject(&bed, "P. 1:1461(1460) ack 1 win 65535");
    tcp_bed_inject(&bed, "P. 1461:2921(1460) ack 1 win 65535");
    tcp_bed_inject(&bed, "P. 2921:4001(1080) ack 1 win 65535");
    tcp_bed_run(&bed, 40 * SIM_NS_PER_MS);
    tcp_bed_forget(&bed);
    read_some(&bed, 500);
    tcp_bed_expect_nothing(&bed);
    tcp_bed_inject(&bed, ". 4001:4002(1) ack 1 win 65535");
    tcp_bed_expect(&bed, ". 1:1(0) ack 4001 win 0");
    read_some(&bed, 959);
    tcp_bed_expect_nothing(&bed);
    read_some(&bed, 1); /* 1460 in all */
    tcp_bed_expect_why(&bed, ". 1:1(0) ack 4001 win 1460", PACKET_WHY_WINDOW_UPDATE);
    read_some(&bed, 1000); /* not twice what is offered */
    tcp_bed_expect_nothing(&bed);
    read_some(&bed, 1000);
    tcp_bed_expect_why(&bed, ". 1:1(0) ack 4001 win 3460", PACKET_WHY_WINDOW_UPDATE);
    tcp_bed_close(&bed);
}

/* A stream that is read as it comes needs no updates: its ACKs carry the window; nor does a buffer
 * that is larger than the field can tell without scaling. */
static void test_no_needless_update(gconstpointer data)
{
    TcpBed bed;
    TcpConfig config;
    tcp_bed_config(&config);
    config.receive_buffer_bytes = GPOINTER_TO_UINT(data);
    open_with(&bed, &config);
    bed.reads = true;
    for (unsigned i = 0; i < 10; i++) {
        tcp_bed_injectf(&bed, ". %u:%u(1460) ack 1 win 65535", 1 + 1460 * i, 1461 + 1460 * i);
    }
    g_assert_cmpuint(g_queue_get_length(&bed.sent), ==, 5);
    tcp_bed_expect(&bed, ". 1:1(0) ack 2921 win 65535");
    tcp_bed_forget(&bed);
    tcp_bed_close(&bed);
}

/* SHLD-14: a buffer made smaller takes nothing back. */
static void test_smaller_buffer(void)
{
    TcpBed bed;
    open_bed(&bed);
    tcp_set_receive_buffer(bed.conn, 1000, tcp_bed_now(&bed));
    tcp_bed_inject(&bed, "P. 1:1001(1000) ack 1 win 65535");
    tcp_bed_run(&bed, 40 * SIM_NS_PER_MS);
    tcp_bed_expect(&bed, ". 1:1(0) ack 1001 win 64535");
    tcp_bed_close(&bed);
}

/* ... and one made larger is told when there is reason to. */
static void test_larger_buffer(void)
{
    TcpBed bed;
    TcpConfig config;
    tcp_bed_config(&config);
    config.receive_buffer_bytes = 2000;
    open_with(&bed, &config);
    tcp_set_receive_buffer(bed.conn, 8000, tcp_bed_now(&bed));
    tcp_bed_run(&bed, 10);
    tcp_bed_expect_why(&bed, ". 1:1(0) ack 1 win 8000", PACKET_WHY_WINDOW_UPDATE);
    tcp_bed_close(&bed);
}

/* REC-1: a window of more than 16 bits. A scaled window is told in units. Tiny segments close it
 * all the same. RFC7323-WS-SHRINK-1: it moves back by less than a unit then, and what was offered
 * is still accepted. */
static void test_scaled_tiny_segments(void)
{
    TcpBed bed;
    TcpConfig config;
    tcp_bed_config(&config);
    config.window_scaling = true;
    config.receive_buffer_bytes = 1 << 18; /* shift 3 */
    tcp_bed_open(&bed, &config);
    tcp_bed_listen(&bed);
    tcp_bed_inject(&bed, "S 0:0(0) win 65535 <mss 1460,wscale 0>");
    tcp_bed_inject(&bed, ". 1:1(0) ack 1 win 65535");
    tcp_bed_inject(&bed, ". 1:1461(1460) ack 1 win 65535");
    tcp_bed_run(&bed, 40 * SIM_NS_PER_MS);
    tcp_bed_forget(&bed);
    uint32_t edge = 0, highest_edge = 0;
    for (unsigned i = 0; i < 1000 || edge >= highest_edge; i++) {
        tcp_bed_injectf(&bed, ". %u:%u(1) ack 1 win 65535", 1461 + i, 1462 + i);
        tcp_bed_run(&bed, 40 * SIM_NS_PER_MS);
        Packet *ack = tcp_bed_take(&bed, __FILE__, __LINE__);
        uint32_t promised_bytes = ((uint32_t)ack->tcp.window << 3) + 1461 + i;
        g_assert_cmpuint(promised_bytes, <, (1 << 18) + 8);
        edge = promised_bytes + 1;
        highest_edge = MAX(highest_edge, edge);
        packet_free(ack);
    }
    tcp_bed_injectf(&bed, ". %u:%u(1) ack 1 win 65535", highest_edge - 1, highest_edge);
    g_assert_cmpint(bed.discard, ==, INET_N_DISCARDS);
    tcp_bed_injectf(&bed, ". %u:%u(1) ack 1 win 65535", highest_edge, highest_edge + 1);
    g_assert_cmpint(bed.discard, ==, INET_DISCARD_TCP_WINDOW);
    tcp_bed_forget(&bed);
    tcp_bed_close(&bed);
}

/* MUST-66: URG and RST count while our window is closed. */
static void test_urgent_at_closed_window(void)
{
    TcpBed bed;
    TcpConfig config;
    tcp_bed_config(&config);
    config.receive_buffer_bytes = 1000;
    open_with(&bed, &config);
    tcp_bed_inject(&bed, "P. 1:1001(1000) ack 1 win 65535");
    tcp_bed_run(&bed, 40 * SIM_NS_PER_MS);
    tcp_bed_forget(&bed);
    tcp_bed_inject(&bed, "P. 1001:1101(100) ack 1 win 65535 urg 100");
    tcp_bed_expect_notes(&bed, "urgent");
    g_assert_cmpuint(tcp_urgent_bytes(bed.conn), ==, 1100);
    tcp_bed_forget(&bed);
    tcp_bed_inject(&bed, "R. 1001:1001(0) ack 1 win 0");
    tcp_bed_expect_states(&bed, "ESTABLISHED CLOSED");
    tcp_bed_close(&bed);
}

/* ---- the peer's window ---- */

/* MUST-1, REC-1: 32768 and more is a large window. */
static void test_large_window(void)
{
    TcpBed bed;
    TcpConfig config;
    tcp_bed_config(&config);
    config.initial_window_segments = 60;
    open_with(&bed, &config);
    tcp_bed_send(&bed, 65535);
    g_assert_cmpuint(g_queue_get_length(&bed.sent), ==, 44); /* the rest waits: Nagle */
    tcp_bed_forget(&bed);
    tcp_bed_close(&bed);
}

/* RFC9293-WND-1: a segment older than the one the window came from does not change it. */
static void test_old_segment_keeps_window(void)
{
    TcpBed bed;
    TcpVars vars;
    open_bed(&bed);
    tcp_bed_inject(&bed, "P. 101:201(100) ack 1 win 5000");
    tcp_bed_inject(&bed, "P. 1:101(100) ack 1 win 3000");
    tcp_conn_vars(bed.conn, &vars);
    g_assert_cmpuint(vars.snd_wnd, ==, 5000);
    tcp_bed_inject(&bed, ". 201:201(0) ack 1 win 4000");
    tcp_conn_vars(bed.conn, &vars);
    g_assert_cmpuint(vars.snd_wnd, ==, 4000);
    tcp_bed_forget(&bed);
    tcp_bed_close(&bed);
}

/* ... unless its ACK is news: else the old window would be counted from the new snd_una, and more
 * sent than was ever offered. */
static void test_news_in_old_segment(void)
{
    TcpBed bed;
    open_bed(&bed);
    tcp_bed_inject(&bed, "P. 101:201(100) ack 1 win 4380"); /* the segment before it was lost */
    tcp_bed_send(&bed, 8760);
    tcp_bed_forget(&bed);
    tcp_bed_inject(&bed, "P. 1:101(100) ack 2921 win 1460");
    tcp_bed_expect(&bed, ". 4381:4381(0) ack 201");
    tcp_bed_expect_nothing(&bed); /* 2921 + 1460 are out */
    tcp_bed_inject(&bed, ". 201:201(0) ack 4381 win 1460");
    tcp_bed_expect(&bed, ". 4381:5841(1460) ack 201");
    tcp_bed_expect_nothing(&bed);
    tcp_bed_close(&bed);
}

/* Sends 3000 octets into a window of 2000, of which the peer acknowledges all and offers no more.
 */
static void close_window(TcpBed *bed)
{
    tcp_bed_inject(bed, ". 1:1(0) ack 1 win 2000");
    tcp_bed_send(bed, 3000);
    tcp_bed_expect(bed, ". 1:1461(1460) ack 1");
    tcp_bed_inject(bed, ". 1:1(0) ack 1461 win 540");
    tcp_bed_expect_nothing(bed); /* MUST-38: not worth a segment */
    tcp_bed_inject(bed, ". 1:1(0) ack 1461 win 0");
    tcp_bed_forget(bed);
}

/* MUST-36, SHLD-29, SHLD-30: one octet after an RTO, then at doubling intervals, without end as
 * long as the peer answers (MUST-37). */
static void test_probe(void)
{
    TcpBed bed;
    open_bed(&bed);
    close_window(&bed);
    int64_t gap_ns = SIM_NS_PER_S, at_ns = tcp_bed_now(&bed);
    for (unsigned i = 0; i < 12; i++) {
        at_ns += gap_ns;
        tcp_bed_run(&bed, at_ns - tcp_bed_now(&bed) - 1000);
        tcp_bed_expect_nothing(&bed);
        tcp_bed_run(&bed, 2000);
        tcp_bed_expect_why(&bed, ". 1461:1462(1) ack 1", PACKET_WHY_WINDOW_PROBE);
        tcp_bed_inject(&bed, ". 1:1(0) ack 1461 win 0");
        gap_ns = MIN(2 * gap_ns, 60 * SIM_NS_PER_S);
    }
    tcp_bed_expect_notes(&bed, "");
    /* The window opens: what was probed with is sent in a segment of its own length. */
    tcp_bed_inject(&bed, ". 1:1(0) ack 1461 win 65535");
    tcp_bed_expect_why(&bed, ". 1461:2921(1460) ack 1", PACKET_WHY_DATA);
    tcp_bed_expect_nothing(&bed); /* Nagle */
    tcp_bed_close(&bed);
}

/* RFC9293-ZWP-OPEN-1: the window update was lost; the probe's octet is taken and acknowledged. */
static void test_probe_is_accepted(void)
{
    TcpBed bed;
    open_bed(&bed);
    close_window(&bed);
    tcp_bed_run(&bed, 2 * SIM_NS_PER_S);
    tcp_bed_expect(&bed, ". 1461:1462(1) ack 1");
    tcp_bed_inject(&bed, ". 1:1(0) ack 1462 win 65535");
    tcp_bed_expect(&bed, ". 1462:2922(1460) ack 1");
    tcp_bed_inject(&bed, ". 1:1(0) ack 2922 win 65535");
    tcp_bed_expect(&bed, "P. 2922:3001(79) ack 1");
    tcp_bed_inject(&bed, ". 1:1(0) ack 3001 win 65535");
    TcpConnStats stats;
    tcp_conn_stats(bed.conn, &stats);
    g_assert_cmpuint(stats.bytes_acked, ==, 3000);
    tcp_bed_close(&bed);
}

/* RFC9293-ZWP-DEAD-1: silence counts, and ends the connection by R2. */
static void test_probe_unanswered(void)
{
    TcpBed bed;
    open_bed(&bed);
    close_window(&bed);
    tcp_bed_run(&bed, 120 * SIM_NS_PER_S);
    tcp_bed_expect_notes(&bed, "advice");
    tcp_bed_run(&bed, 60 * SIM_NS_PER_S);
    tcp_bed_expect_notes(&bed, "closed");
    g_assert_cmpint(bed.reason, ==, TCP_REASON_TIMEOUT);
    tcp_bed_forget(&bed);
    tcp_bed_close(&bed);
}

/* A FIN needs a window like any octet, and is its own probe. */
static void test_fin_at_closed_window(void)
{
    TcpBed bed;
    open_bed(&bed);
    tcp_bed_inject(&bed, ". 1:1(0) ack 1 win 100");
    tcp_bed_send(&bed, 100);
    tcp_bed_inject(&bed, ". 1:1(0) ack 101 win 0");
    tcp_bed_forget(&bed);
    tcp_shutdown(bed.conn, tcp_bed_now(&bed));
    tcp_bed_run(&bed, 10);
    tcp_bed_expect_nothing(&bed);
    tcp_bed_run(&bed, 2 * SIM_NS_PER_S);
    tcp_bed_expect_why(&bed, "F. 101:101(0) ack 1", PACKET_WHY_WINDOW_PROBE);
    tcp_bed_inject(&bed, ". 1:1(0) ack 102 win 0");
    tcp_bed_expect_states(&bed, "ESTABLISHED FIN-WAIT-1 FIN-WAIT-2");
    tcp_bed_close(&bed);
}

/* RFC6429-ZWP-ABORT-1. */
static void test_abort_at_closed_window(void)
{
    TcpBed bed;
    open_bed(&bed);
    close_window(&bed);
    tcp_abort(bed.conn, tcp_bed_now(&bed));
    tcp_bed_run(&bed, SIM_NS_PER_S);
    tcp_bed_expect(&bed, "R 1461:1461(0)");
    tcp_bed_expect_nothing(&bed);
    tcp_bed_close(&bed);
}

/* MUST-34, SHLD-15: the right edge is pulled back under what is outstanding; nothing new goes. */
static void test_shrunk_window(void)
{
    TcpBed bed;
    open_bed(&bed);
    tcp_bed_send(&bed, 5840);
    tcp_bed_forget(&bed);
    tcp_bed_inject(&bed, ". 1:1(0) ack 1461 win 1000");
    tcp_bed_send(&bed, 2920);
    tcp_bed_expect_nothing(&bed);
    /* SHLD-16, MAY-7: what was sent goes again as usual. */
    tcp_bed_run(&bed, SIM_NS_PER_S + 1000);
    tcp_bed_expect_why(&bed, ". 1461:2921(1460) ack 1", PACKET_WHY_RETRANSMIT_TIMEOUT);
    tcp_bed_expect_nothing(&bed);
    tcp_bed_close(&bed);
}

/* MUST-35: pulled back to nothing: probes with the oldest octet outstanding. SHLD-17: not given up
 * while the peer answers. */
static void test_shrunk_to_zero(void)
{
    TcpBed bed;
    open_bed(&bed);
    tcp_bed_send(&bed, 5840);
    tcp_bed_forget(&bed);
    tcp_bed_inject(&bed, ". 1:1(0) ack 1461 win 0");
    for (unsigned i = 0; i < 20; i++) {
        tcp_bed_run(&bed, 60 * SIM_NS_PER_S);
        tcp_bed_expect_why(&bed, ". 1461:1462(1) ack 1", PACKET_WHY_WINDOW_PROBE);
        tcp_bed_forget(&bed);
        tcp_bed_inject(&bed, ". 1:1(0) ack 1461 win 0");
    }
    tcp_bed_expect_states(&bed, "");
    tcp_bed_inject(&bed, ". 1:1(0) ack 1461 win 65535");
    tcp_bed_run(&bed, 60 * SIM_NS_PER_S);
    tcp_bed_expect_why(&bed, ". 1461:2921(1460) ack 1", PACKET_WHY_RETRANSMIT_TIMEOUT);
    tcp_bed_forget(&bed);
    tcp_bed_close(&bed);
}

/* ---- silly windows ---- */

/* MUST-38 and RFC1122-SWS-OVER-1: less than a segment and less than half the largest window waits,
 * for half a second at most. */
static void test_sws_override(void)
{
    TcpBed bed;
    open_bed(&bed);
    tcp_bed_inject(&bed, ". 1:1(0) ack 1 win 500");
    tcp_bed_send(&bed, 2000);
    tcp_bed_expect_nothing(&bed);
    tcp_bed_run(&bed, 499 * SIM_NS_PER_MS);
    tcp_bed_expect_nothing(&bed);
    tcp_bed_run(&bed, SIM_NS_PER_MS);
    tcp_bed_expect(&bed, ". 1:501(500) ack 1");
    tcp_bed_close(&bed);
}

/* RFC 9293 3.8.6.2.1 (3): half the largest window seen is worth a segment. */
static void test_sws_half_window(void)
{
    TcpBed bed;
    TcpConfig config;
    tcp_bed_config(&config);
    tcp_bed_open(&bed, &config);
    tcp_bed_listen(&bed);
    tcp_bed_inject(&bed, "S 0:0(0) win 1000 <mss 1460>");
    tcp_bed_inject(&bed, ". 1:1(0) ack 1 win 500");
    tcp_bed_forget(&bed);
    tcp_bed_send(&bed, 2000);
    tcp_bed_expect(&bed, ". 1:501(500) ack 1");
    tcp_bed_close(&bed);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/tcp/rfc9293/MAY-8", test_closes);
    g_test_add_func("/tcp/rfc9293/MUST-39", test_opens);
    g_test_add_data_func("/tcp/window/no-needless-update/small-buffer", GUINT_TO_POINTER(65535),
                         test_no_needless_update);
    g_test_add_data_func("/tcp/window/no-needless-update/large-buffer", GUINT_TO_POINTER(1 << 20),
                         test_no_needless_update);
    g_test_add_func("/tcp/rfc9293/SHLD-14", test_smaller_buffer);
    g_test_add_func("/tcp/window/larger-buffer", test_larger_buffer);
    g_test_add_func("/tcp/window/scaled-tiny-segments", test_scaled_tiny_segments);
    g_test_add_func("/tcp/rfc9293/REC-1", test_scaled_tiny_segments);
    g_test_add_func("/tcp/rfc9293/MUST-66", test_urgent_at_closed_window);
    g_test_add_func("/tcp/rfc9293/MUST-1", test_large_window);
    g_test_add_func("/tcp/window/old-segment-keeps-window", test_old_segment_keeps_window);
    g_test_add_func("/tcp/window/news-in-old-segment", test_news_in_old_segment);
    g_test_add_func("/tcp/rfc9293/MUST-36", test_probe);
    g_test_add_func("/tcp/rfc9293/MUST-37", test_probe);
    g_test_add_func("/tcp/rfc9293/SHLD-29", test_probe);
    g_test_add_func("/tcp/rfc9293/SHLD-30", test_probe);
    g_test_add_func("/tcp/window/probe-is-accepted", test_probe_is_accepted);
    g_test_add_func("/tcp/window/probe-unanswered", test_probe_unanswered);
    g_test_add_func("/tcp/window/fin-at-closed-window", test_fin_at_closed_window);
    g_test_add_func("/tcp/window/abort-at-closed-window", test_abort_at_closed_window);
    g_test_add_func("/tcp/rfc9293/MUST-34", test_shrunk_window);
    g_test_add_func("/tcp/rfc9293/SHLD-15", test_shrunk_window);
    g_test_add_func("/tcp/rfc9293/SHLD-16", test_shrunk_window);
    g_test_add_func("/tcp/rfc9293/MAY-7", test_shrunk_window);
    g_test_add_func("/tcp/rfc9293/MUST-35", test_shrunk_to_zero);
    g_test_add_func("/tcp/rfc9293/SHLD-17", test_shrunk_to_zero);
    g_test_add_func("/tcp/rfc9293/MUST-38", test_sws_override);
    g_test_add_func("/tcp/window/sws-half-window", test_sws_half_window);
    return g_test_run();
}
