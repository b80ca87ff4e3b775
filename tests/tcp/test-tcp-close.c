/* Protects: how connections end (RFC 9293 3.6, 3.10.4, 3.10.5): in four segments, in three, from
 * both sides at once, half way, by force; and TIME-WAIT (RFC 1337, 6191). */

#include "lib/tcp-bed.h"

#define MSL_NS (30 * SIM_NS_PER_S)

static void open_bed(TcpBed *bed, TcpState state)
{
    TcpConfig config;
    tcp_bed_config(&config);
    config.msl_ns = MSL_NS;
    tcp_bed_open(bed, &config);
    tcp_bed_reach(bed, state);
}

static void shut_down(TcpBed *bed)
{
    tcp_shutdown(bed->conn, tcp_bed_now(bed));
    tcp_bed_run(bed, 10);
}

/* ---- orderly ---- */

/* RFC 9293 figure 12, seen from the side that closes first. MUST-12: the program is told "closed".
 */
static void test_four_segments(void)
{
    TcpBed bed;
    open_bed(&bed, TCP_STATE_ESTABLISHED);
    shut_down(&bed);
    tcp_bed_expect_why(&bed, "F. 1:1(0) ack 1", PACKET_WHY_CLOSE);
    tcp_bed_inject(&bed, ". 1:1(0) ack 2 win 65535");
    tcp_bed_inject(&bed, "F. 1:1(0) ack 2 win 65535");
    tcp_bed_expect_why(&bed, ". 2:2(0) ack 2", PACKET_WHY_ACK);
    tcp_bed_expect_states(&bed, "ESTABLISHED FIN-WAIT-1 FIN-WAIT-2 TIME-WAIT");
    tcp_bed_expect_notes(&bed, "writable sent peer-closed");
    tcp_bed_run(&bed, 2 * MSL_NS);
    tcp_bed_expect_notes(&bed, "closed");
    g_assert_cmpint(bed.reason, ==, TCP_REASON_CLOSED);
    tcp_bed_close(&bed);
}

/* Figure 12 from the other side: the FIN is acknowledged before the program can have closed. */
static void test_four_segments_other_side(void)
{
    TcpBed bed;
    open_bed(&bed, TCP_STATE_ESTABLISHED);
    bed.closes = true;
    tcp_bed_inject(&bed, "F. 1:1(0) ack 1 win 65535");
    tcp_bed_expect_why(&bed, ". 1:1(0) ack 2", PACKET_WHY_ACK);
    tcp_bed_expect_why(&bed, "F. 1:1(0) ack 2", PACKET_WHY_CLOSE);
    tcp_bed_inject(&bed, ". 2:2(0) ack 2 win 65535");
    tcp_bed_expect_states(&bed, "ESTABLISHED CLOSE-WAIT LAST-ACK CLOSED");
    tcp_bed_close(&bed);
}

/* With delayed_fin_ack the ACK waits, and the FIN of a program that closes at once carries it. */
static void test_three_segments(void)
{
    TcpBed bed;
    TcpConfig config;
    tcp_bed_config(&config);
    config.delayed_fin_ack = true;
    tcp_bed_open(&bed, &config);
    tcp_bed_reach(&bed, TCP_STATE_ESTABLISHED);
    bed.closes = true;
    tcp_bed_inject(&bed, "F. 1:1(0) ack 1 win 65535");
    tcp_bed_expect(&bed, "F. 1:1(0) ack 2");
    tcp_bed_expect_nothing(&bed);
    tcp_bed_close(&bed);
}

/* A program that does not close: the ACK goes when the delay is over. */
static void test_delayed_fin_ack(void)
{
    TcpBed bed;
    TcpConfig config;
    tcp_bed_config(&config);
    config.delayed_fin_ack = true;
    tcp_bed_open(&bed, &config);
    tcp_bed_reach(&bed, TCP_STATE_ESTABLISHED);
    tcp_bed_inject(&bed, "F. 1:1(0) ack 1 win 65535");
    tcp_bed_expect_nothing(&bed);
    tcp_bed_run(&bed, 40 * SIM_NS_PER_MS);
    tcp_bed_expect_why(&bed, ". 1:1(0) ack 2", PACKET_WHY_DELAYED_ACK);
    tcp_bed_close(&bed);
}

/* FIN and the ACK of ours in one segment: straight to TIME-WAIT (figure 5, note 3). */
static void test_fin_with_ack(void)
{
    TcpBed bed;
    open_bed(&bed, TCP_STATE_FIN_WAIT_1);
    tcp_bed_inject(&bed, "F. 1:1(0) ack 2 win 65535");
    tcp_bed_expect(&bed, ". 2:2(0) ack 2");
    tcp_bed_expect_states(&bed, "FIN-WAIT-1 TIME-WAIT");
    tcp_bed_close(&bed);
}

/* RFC 9293 figure 13. */
static void test_simultaneous(void)
{
    TcpBed bed;
    open_bed(&bed, TCP_STATE_FIN_WAIT_1);
    tcp_bed_inject(&bed, "F. 1:1(0) ack 1 win 65535");
    tcp_bed_expect(&bed, ". 2:2(0) ack 2");
    tcp_bed_inject(&bed, ". 2:2(0) ack 2 win 65535");
    tcp_bed_expect_states(&bed, "FIN-WAIT-1 CLOSING TIME-WAIT");
    tcp_bed_close(&bed);
}

/* A FIN waits for what was written before it, and rides with the last of it. */
static void test_fin_after_data(void)
{
    TcpBed bed;
    open_bed(&bed, TCP_STATE_ESTABLISHED);
    tcp_send_pattern(bed.conn, 20000, false, false, tcp_bed_now(&bed));
    shut_down(&bed);
    tcp_bed_expect_states(&bed, "ESTABLISHED FIN-WAIT-1");
    g_assert_cmpuint(g_queue_get_length(&bed.sent), ==, 10); /* the initial window */
    tcp_bed_forget(&bed);
    tcp_bed_inject(&bed, ". 1:1(0) ack 14601 win 65535");
    tcp_bed_expect(&bed, ". 14601:16061(1460) ack 1");
    tcp_bed_expect(&bed, ". 16061:17521(1460) ack 1");
    tcp_bed_expect(&bed, ". 17521:18981(1460) ack 1");
    tcp_bed_expect_why(&bed, "FP. 18981:20001(1020) ack 1", PACKET_WHY_CLOSE);
    tcp_bed_close(&bed);
}

/* Half-closed: text goes on arriving and being acknowledged in FIN-WAIT-2. */
static void test_half_close(void)
{
    TcpBed bed;
    open_bed(&bed, TCP_STATE_FIN_WAIT_2);
    bed.reads = true;
    tcp_bed_inject(&bed, "P. 1:1461(1460) ack 2 win 65535");
    tcp_bed_inject(&bed, "P. 1461:2921(1460) ack 2 win 65535");
    tcp_bed_expect(&bed, ". 2:2(0) ack 2921");
    g_assert_cmpuint(bed.read_bytes, ==, 2920);
    /* ... and the other way: text goes on being sent in CLOSE-WAIT. */
    tcp_bed_close(&bed);
    open_bed(&bed, TCP_STATE_CLOSE_WAIT);
    tcp_bed_send(&bed, 100);
    tcp_bed_expect(&bed, "P. 1:101(100) ack 2");
    tcp_bed_close(&bed);
}

/* A FIN that arrives before text that was sent earlier waits for it. */
static void test_early_fin(void)
{
    TcpBed bed;
    open_bed(&bed, TCP_STATE_ESTABLISHED);
    tcp_bed_inject(&bed, "F. 101:101(0) ack 1 win 65535");
    tcp_bed_expect_why(&bed, ". 1:1(0) ack 1", PACKET_WHY_DUPLICATE_ACK);
    tcp_bed_expect_states(&bed, "");
    tcp_bed_inject(&bed, "P. 1:101(100) ack 1 win 65535");
    tcp_bed_expect(&bed, ". 1:1(0) ack 102");
    tcp_bed_expect_states(&bed, "ESTABLISHED CLOSE-WAIT");
    tcp_bed_expect_notes(&bed, "readable peer-closed");
    g_assert_false(tcp_at_eof(bed.conn));
    Payload payload = tcp_receive(bed.conn, 1000, tcp_bed_now(&bed));
    g_assert_cmpuint(payload.len_bytes, ==, 100);
    g_assert_true(tcp_at_eof(bed.conn));
    tcp_bed_close(&bed);
}

/* The FIN comes again: acknowledged again, nothing else happens. */
static void test_fin_again(void)
{
    TcpBed bed;
    open_bed(&bed, TCP_STATE_CLOSE_WAIT);
    tcp_bed_inject(&bed, "F. 1:1(0) ack 1 win 65535");
    tcp_bed_expect_why(&bed, ". 1:1(0) ack 2", PACKET_WHY_DUPLICATE_ACK);
    tcp_bed_expect_states(&bed, "");
    tcp_bed_expect_notes(&bed, "");
    tcp_bed_close(&bed);
}

/* Our FIN is lost and sent again. */
static void test_lost_fin(void)
{
    TcpBed bed;
    open_bed(&bed, TCP_STATE_FIN_WAIT_1);
    tcp_bed_run(&bed, SIM_NS_PER_S);
    tcp_bed_expect_why(&bed, "F. 1:1(0) ack 1", PACKET_WHY_RETRANSMIT_TIMEOUT);
    tcp_bed_inject(&bed, ". 1:1(0) ack 2 win 65535");
    tcp_bed_expect_states(&bed, "FIN-WAIT-1 FIN-WAIT-2");
    tcp_bed_run(&bed, 100 * SIM_NS_PER_S);
    tcp_bed_expect_nothing(&bed);
    tcp_bed_close(&bed);
}

/* ---- by force ---- */

static const TcpState resetting_states[] = { TCP_STATE_SYN_RCVD, TCP_STATE_ESTABLISHED,
                                             TCP_STATE_FIN_WAIT_1, TCP_STATE_FIN_WAIT_2,
                                             TCP_STATE_CLOSE_WAIT };
static const TcpState silent_states[] = { TCP_STATE_SYN_SENT, TCP_STATE_CLOSING, TCP_STATE_LAST_ACK,
                                          TCP_STATE_TIME_WAIT };

static void abort_in(TcpState state, bool resets)
{
    TcpBed bed;
    open_bed(&bed, state);
    if (bed.conn != NULL) {
        tcp_abort(bed.conn, tcp_bed_now(&bed));
    } else {
        tcp_listener_close(bed.listener, tcp_bed_now(&bed));
    }
    tcp_bed_run(&bed, 10);
    if (resets) {
        g_autofree char *text =
            g_strdup_printf("R %u:%u(0)", tcp_bed_host_next(state), tcp_bed_host_next(state));
        tcp_bed_expect_why(&bed, text, PACKET_WHY_RESET);
    }
    tcp_bed_expect_nothing(&bed);
    tcp_bed_expect_notes(&bed, ""); /* the program knows */
    tcp_bed_run(&bed, 100 * SIM_NS_PER_S);
    tcp_bed_expect_nothing(&bed);
    tcp_bed_close(&bed);
}

/* RFC 9293 3.10.5. */
static void test_abort(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(resetting_states); i++) {
        abort_in(resetting_states[i], true);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(silent_states); i++) {
        abort_in(silent_states[i], false);
    }
}

/* RFC 2525 2.17: a close that leaves text unread says so by RST. */
static void test_close_with_unread(void)
{
    TcpBed bed;
    open_bed(&bed, TCP_STATE_ESTABLISHED);
    tcp_bed_inject(&bed, "P. 1:101(100) ack 1 win 65535");
    tcp_close(bed.conn, tcp_bed_now(&bed));
    tcp_bed_run(&bed, 10);
    tcp_bed_expect_why(&bed, "R 1:1(0)", PACKET_WHY_RESET);
    tcp_bed_expect_states(&bed, "ESTABLISHED CLOSED");
    tcp_bed_close(&bed);
}

/* RFC 1122 4.2.2.13: text that arrives after the close is answered by RST too; after a shutdown it
 * is still welcome. */
static void test_text_after_close(void)
{
    TcpBed bed;
    open_bed(&bed, TCP_STATE_ESTABLISHED);
    tcp_close(bed.conn, tcp_bed_now(&bed));
    tcp_bed_run(&bed, 10);
    tcp_bed_expect(&bed, "F. 1:1(0) ack 1");
    tcp_bed_inject(&bed, ". 1:1(0) ack 2 win 65535");
    tcp_bed_expect_states(&bed, "ESTABLISHED FIN-WAIT-1 FIN-WAIT-2");
    tcp_bed_inject(&bed, "P. 1:101(100) ack 2 win 65535");
    tcp_bed_expect_why(&bed, "R 2:2(0)", PACKET_WHY_RESET);
    g_assert_cmpint(bed.discard, ==, INET_DISCARD_TCP_CLOSED);
    tcp_bed_expect_states(&bed, "FIN-WAIT-2 CLOSED");
    tcp_bed_expect_notes(&bed, ""); /* nobody holds it any more */
    tcp_bed_close(&bed);
}

/* What arrived before an orderly end is there to be read after it; then the program is told. */
static void test_read_after_end(void)
{
    TcpBed bed;
    open_bed(&bed, TCP_STATE_ESTABLISHED);
    tcp_bed_inject(&bed, "FP. 1:101(100) ack 1 win 65535");
    shut_down(&bed);
    tcp_bed_inject(&bed, ". 102:102(0) ack 2 win 65535");
    tcp_bed_expect_states(&bed, "ESTABLISHED CLOSE-WAIT LAST-ACK CLOSED");
    tcp_bed_forget(&bed);
    g_assert_cmpuint(tcp_readable_bytes(bed.conn), ==, 100);
    tcp_receive(bed.conn, 60, tcp_bed_now(&bed));
    tcp_bed_run(&bed, SIM_NS_PER_S);
    tcp_bed_expect_notes(&bed, "");
    tcp_receive(bed.conn, 60, tcp_bed_now(&bed));
    g_assert_true(tcp_at_eof(bed.conn));
    tcp_bed_run(&bed, 0);
    tcp_bed_expect_notes(&bed, "closed");
    g_assert_cmpint(bed.reason, ==, TCP_REASON_CLOSED);
    /* The four-tuple was free at once. */
    bed.iss_known = false;
    tcp_bed_inject(&bed, "S 0:0(0) win 65535 <mss 1460>");
    tcp_bed_expect(&bed, "S. 0:0(0) ack 1");
    tcp_bed_forget(&bed);
    tcp_bed_close(&bed);
}

/* ... or it is let go unread. */
static void test_let_go_after_end(gconstpointer data)
{
    TcpBed bed;
    open_bed(&bed, TCP_STATE_ESTABLISHED);
    tcp_bed_inject(&bed, "FP. 1:101(100) ack 1 win 65535");
    shut_down(&bed);
    tcp_bed_inject(&bed, ". 102:102(0) ack 2 win 65535");
    tcp_bed_forget(&bed);
    switch (GPOINTER_TO_UINT(data)) {
    case 0:
        tcp_close(bed.conn, tcp_bed_now(&bed));
        break;
    case 1:
        tcp_abort(bed.conn, tcp_bed_now(&bed));
        break;
    default:
        tcp_stack_crash(bed.tcp, tcp_bed_now(&bed));
        break;
    }
    tcp_bed_run(&bed, SIM_NS_PER_S);
    tcp_bed_expect_notes(&bed, "");
    tcp_bed_close(&bed);
}

/* MUST-12. */
static void test_reset_is_no_close(void)
{
    TcpBed bed;
    open_bed(&bed, TCP_STATE_ESTABLISHED);
    tcp_bed_inject(&bed, "R. 1:1(0) ack 1 win 0");
    tcp_bed_expect_notes(&bed, "closed");
    g_assert_cmpint(bed.reason, ==, TCP_REASON_RESET);
    tcp_bed_close(&bed);
}

/* ---- TIME-WAIT ---- */

/* MUST-13. */
static void test_time_wait_lasts(void)
{
    TcpBed bed;
    open_bed(&bed, TCP_STATE_FIN_WAIT_2);
    int64_t begin_ns = tcp_bed_now(&bed);
    tcp_bed_inject(&bed, "F. 1:1(0) ack 2 win 65535");
    tcp_bed_forget(&bed);
    tcp_bed_run(&bed, begin_ns + 2 * MSL_NS - tcp_bed_now(&bed) - 1);
    tcp_bed_expect_states(&bed, "");
    tcp_bed_run(&bed, 1);
    tcp_bed_expect_states(&bed, "TIME-WAIT CLOSED");
    tcp_bed_close(&bed);
}

/* The last ACK was lost: the FIN comes again, is acknowledged, and 2 MSL begin anew. */
static void test_time_wait_again(void)
{
    TcpBed bed;
    open_bed(&bed, TCP_STATE_TIME_WAIT);
    tcp_bed_run(&bed, MSL_NS);
    int64_t begin_ns = tcp_bed_now(&bed);
    tcp_bed_inject(&bed, "F. 1:1(0) ack 2 win 65535");
    tcp_bed_expect_why(&bed, ". 2:2(0) ack 2", PACKET_WHY_DUPLICATE_ACK);
    tcp_bed_run(&bed, begin_ns + 2 * MSL_NS - tcp_bed_now(&bed) - 1);
    tcp_bed_expect_states(&bed, "");
    tcp_bed_run(&bed, 1);
    tcp_bed_expect_states(&bed, "TIME-WAIT CLOSED");
    tcp_bed_close(&bed);
}

/* RFC 9293 3.10.7.4, eighth: a FIN that lies in the window, behind the peer's first, is
 * acknowledged as well, and TIME-WAIT begins anew. */
static void test_time_wait_fin_in_window(void)
{
    TcpBed bed;
    open_bed(&bed, TCP_STATE_TIME_WAIT);
    tcp_bed_run(&bed, MSL_NS);
    tcp_bed_inject(&bed, "F. 2:2(0) ack 2 win 65535");
    tcp_bed_expect_why(&bed, ". 2:2(0) ack 2", PACKET_WHY_DUPLICATE_ACK);
    tcp_bed_run(&bed, MSL_NS + MSL_NS / 2);
    tcp_bed_expect_states(&bed, "");
    tcp_bed_run(&bed, MSL_NS / 2);
    tcp_bed_expect_states(&bed, "TIME-WAIT CLOSED");
    tcp_bed_close(&bed);
}

/* RFC 1337: nothing that arrives ends it early. */
static void test_time_wait_hazards(void)
{
    TcpBed bed;
    open_bed(&bed, TCP_STATE_TIME_WAIT);
    tcp_bed_inject(&bed, "R 2:2(0) win 0");
    g_assert_cmpint(bed.discard, ==, INET_DISCARD_TCP_RST);
    tcp_bed_inject(&bed, "P. 1:101(100) ack 2 win 65535");
    tcp_bed_inject(&bed, ". 2:2(0) ack 9 win 65535");
    tcp_bed_inject(&bed, "S 1:1(0) win 65535");
    tcp_bed_expect_states(&bed, "");
    tcp_bed_forget(&bed);
    tcp_bed_close(&bed);
}

typedef struct ReopenRow {
    const char *label;
    bool old_timestamps;
    const char *syn;
    bool reopens;
} ReopenRow;

/* RFC 6191 section 2. The old connection's last timestamp is 1000, its last number 1. */
static const ReopenRow reopen_rows[] = {
    { "newer-timestamp", true, "S 1:1(0) win 65535 <mss 1460,TS val 1001 ecr 0>", true },
    { "same-timestamp-newer-seq", true, "S 3:3(0) win 65535 <mss 1460,TS val 1000 ecr 0>", true },
    { "same-timestamp-same-seq", true, "S 2:2(0) win 65535 <mss 1460,TS val 1000 ecr 0>", false },
    { "older-timestamp", true, "S 9:9(0) win 65535 <mss 1460,TS val 999 ecr 0>", false },
    { "no-timestamp-newer-seq", true, "S 9:9(0) win 65535 <mss 1460>", true },
    { "no-timestamp-older-seq", true, "S 1:1(0) win 65535 <mss 1460>", false },
    { "first-timestamp", false, "S 1:1(0) win 65535 <mss 1460,TS val 5 ecr 0>", true },
    { "never-newer-seq", false, "S 9:9(0) win 65535 <mss 1460>", true },
    { "never-older-seq", false, "S 1:1(0) win 65535 <mss 1460>", false },
};

static void end_with_timestamps(TcpBed *bed, bool timestamps)
{
    const char *option = timestamps ? "TS val 1000 ecr 0" : "nop";
    tcp_bed_listen(bed);
    tcp_bed_injectf(bed, "S 0:0(0) win 65535 <mss 1460,%s>", option);
    tcp_bed_injectf(bed, ". 1:1(0) ack 1 win 65535 <%s>", option);
    shut_down(bed);
    tcp_bed_injectf(bed, "F. 1:1(0) ack 2 win 65535 <%s>", option);
    tcp_bed_forget(bed);
}

static void test_reopen(gconstpointer data)
{
    const ReopenRow *row = data;
    TcpBed bed;
    TcpConfig config;
    tcp_bed_config(&config);
    config.timestamps = true;
    tcp_bed_open(&bed, &config);
    end_with_timestamps(&bed, row->old_timestamps);
    bed.conn = NULL;
    TcpSeq old_iss = bed.iss;
    bed.iss_known = false;
    tcp_bed_inject(&bed, row->syn);
    if (row->reopens) {
        tcp_bed_expect_states(&bed, "TIME-WAIT CLOSED SYN-RCVD");
        /* RFC 1122 4.2.2.13: beyond what the old connection used. */
        g_assert_true(seq_gt(bed.iss, old_iss + 2));
    } else {
        tcp_bed_expect_states(&bed, "");
    }
    tcp_bed_forget(&bed);
    tcp_bed_close(&bed);
}

/* RFC1337-TW-DUP-1: a new connection has begun in the place of the one in TIME-WAIT; what is left
 * of the old one on the way neither enters nor resets it. */
static void test_old_duplicates(void)
{
    TcpBed bed;
    open_bed(&bed, TCP_STATE_TIME_WAIT);
    TcpSeq old_iss = bed.iss;
    bed.iss_known = false;
    tcp_bed_inject(&bed, "S 100000:100000(0) win 65535 <mss 1460>");
    tcp_bed_expect(&bed, "S. 0:0(0) ack 100001 <...>");
    g_assert_true(seq_gt(bed.iss, old_iss + 2));
    tcp_bed_inject(&bed, ". 100001:100001(0) ack 1 win 65535");
    tcp_bed_forget(&bed);
    const int32_t old_ack = (int32_t)(old_iss + 2 - bed.iss);
    tcp_bed_injectf(&bed, "P. 1:101(100) ack %d win 65535", old_ack);
    tcp_bed_injectf(&bed, "F. 1:1(0) ack %d win 65535", old_ack);
    tcp_bed_injectf(&bed, ". 2:2(0) ack %d win 65535", old_ack);
    tcp_bed_inject(&bed, "R 2:2(0) win 0");
    tcp_bed_expect_states(&bed, "");
    g_assert_cmpuint(tcp_readable_bytes(bed.conn), ==, 0);
    tcp_bed_forget(&bed);
    tcp_bed_inject(&bed, "P. 100001:100101(100) ack 1 win 65535");
    g_assert_cmpuint(tcp_readable_bytes(bed.conn), ==, 100);
    tcp_bed_forget(&bed);
    tcp_bed_close(&bed);
}

/* Nobody listens: the SYN is for the old connection, which challenges it. */
static void test_no_reopen_without_listener(void)
{
    TcpBed bed;
    open_bed(&bed, TCP_STATE_TIME_WAIT);
    tcp_listener_close(bed.listener, tcp_bed_now(&bed));
    tcp_bed_inject(&bed, "S 100:100(0) win 65535 <mss 1460>");
    tcp_bed_expect_why(&bed, ". 2:2(0) ack 2", PACKET_WHY_CHALLENGE_ACK);
    tcp_bed_expect_states(&bed, "");
    tcp_bed_close(&bed);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/tcp/close/four-segments", test_four_segments);
    g_test_add_func("/tcp/close/four-segments-other-side", test_four_segments_other_side);
    g_test_add_func("/tcp/close/three-segments", test_three_segments);
    g_test_add_func("/tcp/close/delayed-fin-ack", test_delayed_fin_ack);
    g_test_add_func("/tcp/close/fin-with-ack", test_fin_with_ack);
    g_test_add_func("/tcp/close/simultaneous", test_simultaneous);
    g_test_add_func("/tcp/close/fin-after-data", test_fin_after_data);
    g_test_add_func("/tcp/close/half", test_half_close);
    g_test_add_func("/tcp/close/early-fin", test_early_fin);
    g_test_add_func("/tcp/close/fin-again", test_fin_again);
    g_test_add_func("/tcp/close/lost-fin", test_lost_fin);
    g_test_add_func("/tcp/close/abort", test_abort);
    g_test_add_func("/tcp/close/unread", test_close_with_unread);
    g_test_add_func("/tcp/rfc9293/SHLD-3", test_text_after_close);
    g_test_add_func("/tcp/rfc9293/MAY-1", test_text_after_close);
    g_test_add_func("/tcp/close/read-after-end", test_read_after_end);
    g_test_add_data_func("/tcp/close/close-after-end", GUINT_TO_POINTER(0), test_let_go_after_end);
    g_test_add_data_func("/tcp/close/abort-after-end", GUINT_TO_POINTER(1), test_let_go_after_end);
    g_test_add_data_func("/tcp/close/crash-after-end", GUINT_TO_POINTER(2), test_let_go_after_end);
    g_test_add_func("/tcp/rfc9293/MUST-12", test_reset_is_no_close);
    g_test_add_func("/tcp/rfc9293/MUST-13", test_time_wait_lasts);
    g_test_add_func("/tcp/close/time-wait-again", test_time_wait_again);
    g_test_add_func("/tcp/close/time-wait-fin-in-window", test_time_wait_fin_in_window);
    g_test_add_func("/tcp/close/time-wait-hazards", test_time_wait_hazards);
    for (size_t i = 0; i < G_N_ELEMENTS(reopen_rows); i++) {
        g_autofree char *path = g_strdup_printf("/tcp/rfc9293/%s/%s",
                                                reopen_rows[i].old_timestamps ? "SHLD-4" : "MAY-2",
                                                reopen_rows[i].label);
        g_test_add_data_func(path, &reopen_rows[i], test_reopen);
    }
    g_test_add_func("/tcp/close/RFC1337-TW-DUP-1", test_old_duplicates);
    g_test_add_func("/tcp/close/no-reopen-without-listener", test_no_reopen_without_listener);
    return g_test_run();
}
