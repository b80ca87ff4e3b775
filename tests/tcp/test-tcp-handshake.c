/* Protects: how connections open (RFC 9293 3.5, 3.10.7.2, 3.10.7.3): active, passive, simultaneous;
 * what SYNs bring, what they are answered with, and how long they are sent again. */

#include "lib/tcp-bed.h"

static void open_bed(TcpBed *bed)
{
    TcpConfig config;
    tcp_bed_config(&config);
    tcp_bed_open(bed, &config);
}

/* ---- the ordinary ways ---- */

static void test_passive(void)
{
    TcpBed bed;
    open_bed(&bed);
    tcp_bed_listen(&bed);
    tcp_bed_inject(&bed, "S 0:0(0) win 65535 <mss 1460>");
    tcp_bed_expect_why(&bed, "S. 0:0(0) ack 1 win 65535 <mss 1460>", PACKET_WHY_OPEN);
    tcp_bed_expect_states(&bed, "LISTEN SYN-RCVD");
    tcp_bed_inject(&bed, ". 1:1(0) ack 1 win 65535");
    tcp_bed_expect_states(&bed, "SYN-RCVD ESTABLISHED");
    tcp_bed_expect_notes(&bed, "accepted");
    g_assert_false(tcp_conn_is_active(bed.conn));
    tcp_bed_close(&bed);
}

static void test_active(void)
{
    TcpBed bed;
    open_bed(&bed);
    tcp_bed_connect(&bed);
    tcp_bed_expect_why(&bed, "S 0:0(0) win 65535 <mss 1460>", PACKET_WHY_OPEN);
    tcp_bed_inject(&bed, "S. 0:0(0) ack 1 win 65535 <mss 1460>");
    tcp_bed_expect_why(&bed, ". 1:1(0) ack 1 win 65535", PACKET_WHY_ACK);
    tcp_bed_expect_states(&bed, "CLOSED SYN-SENT ESTABLISHED");
    tcp_bed_expect_notes(&bed, "established");
    g_assert_true(tcp_conn_is_active(bed.conn));
    tcp_bed_close(&bed);
}

/* RFC 9293 figure 8: our SYN, their SYN, both SYN-ACKs; nothing more. */
static void test_simultaneous(void)
{
    TcpBed bed;
    open_bed(&bed);
    tcp_bed_connect(&bed);
    tcp_bed_expect(&bed, "S 0:0(0)");
    tcp_bed_inject(&bed, "S 0:0(0) win 65535 <mss 1460>");
    tcp_bed_expect_why(&bed, "S. 0:0(0) ack 1", PACKET_WHY_OPEN);
    tcp_bed_inject(&bed, "S. 0:0(0) ack 1 win 65535 <mss 1460>");
    tcp_bed_expect_nothing(&bed);
    tcp_bed_expect_states(&bed, "CLOSED SYN-SENT SYN-RCVD ESTABLISHED");
    tcp_bed_expect_notes(&bed, "established");
    tcp_bed_close(&bed);
}

/* The other end's SYN-ACK was lost: its ACK of ours, or data, is as good. */
static void test_simultaneous_by_ack(void)
{
    TcpBed bed;
    open_bed(&bed);
    tcp_bed_connect(&bed);
    tcp_bed_inject(&bed, "S 0:0(0) win 65535 <mss 1460>");
    tcp_bed_forget(&bed);
    tcp_bed_inject(&bed, ". 1:1(0) ack 1 win 65535");
    tcp_bed_expect_states(&bed, "SYN-RCVD ESTABLISHED");
    tcp_bed_close(&bed);
}

/* ---- what SYNs carry ---- */

/* Text that was written before the handshake is done rides on its third segment. */
static void test_data_on_third(void)
{
    TcpBed bed;
    open_bed(&bed);
    tcp_bed_connect(&bed);
    tcp_bed_expect(&bed, "S 0:0(0)");
    tcp_bed_send(&bed, 100);
    tcp_bed_expect_nothing(&bed);
    tcp_bed_inject(&bed, "S. 0:0(0) ack 1 win 65535 <mss 1460>");
    tcp_bed_expect_why(&bed, "P. 1:101(100) ack 1", PACKET_WHY_DATA);
    tcp_bed_close(&bed);
}

/* A program that writes when it hears that it is connected writes after the third segment. */
static void write_when_established(void *holder, TcpConn *conn, TcpNote note, TcpReason reason,
                                   int64_t now_ns)
{
    if (note == TCP_NOTE_ESTABLISHED) {
        tcp_send_pattern(conn, 100, false, false, now_ns);
    }
}

static void test_data_after_third(void)
{
    TcpBed bed;
    open_bed(&bed);
    bed.peer_tcp_port = 80;
    tcp_connect(bed.tcp, (InetAddr){ 0 }, 0, TCP_BED_PEER, 80, NULL, write_when_established, NULL,
                0);
    tcp_bed_run(&bed, 10);
    tcp_bed_expect(&bed, "S 0:0(0)");
    tcp_bed_inject(&bed, "S. 0:0(0) ack 1 win 65535 <mss 1460>");
    tcp_bed_expect(&bed, ". 1:1(0) ack 1");
    tcp_bed_expect(&bed, "P. 1:101(100) ack 1");
    tcp_bed_close(&bed);
}

/* Text on a SYN is kept and acknowledged, but not given to anyone before the handshake is done. */
static void test_data_on_syn(void)
{
    TcpBed bed;
    open_bed(&bed);
    bed.reads = true;
    tcp_bed_listen(&bed);
    tcp_bed_inject(&bed, "S 0:100(100) win 65535 <mss 1460>");
    tcp_bed_expect(&bed, "S. 0:0(0) ack 101");
    tcp_bed_expect_notes(&bed, "");
    tcp_bed_inject(&bed, ". 101:101(0) ack 1 win 65535");
    tcp_bed_expect_notes(&bed, "accepted readable");
    g_assert_cmpuint(bed.read_bytes, ==, 100);
    tcp_bed_close(&bed);
}

/* Text on a SYN-ACK is read at once, and the third segment acknowledges it. */
static void test_data_on_syn_ack(void)
{
    TcpBed bed;
    open_bed(&bed);
    bed.reads = true;
    tcp_bed_connect(&bed);
    tcp_bed_expect(&bed, "S 0:0(0)");
    tcp_bed_inject(&bed, "S. 0:50(50) ack 1 win 65535 <mss 1460>");
    tcp_bed_expect(&bed, ". 1:1(0) ack 51");
    g_assert_cmpuint(bed.read_bytes, ==, 50);
    tcp_bed_close(&bed);
}

static void test_fin_on_syn(void)
{
    TcpBed bed;
    open_bed(&bed);
    tcp_bed_listen(&bed);
    tcp_bed_inject(&bed, "SF 0:10(10) win 65535 <mss 1460>");
    tcp_bed_expect(&bed, "S. 0:0(0) ack 11");
    tcp_bed_inject(&bed, ". 12:12(0) ack 1 win 65535");
    tcp_bed_expect(&bed, ". 1:1(0) ack 12");
    tcp_bed_expect_states(&bed, "LISTEN SYN-RCVD ESTABLISHED CLOSE-WAIT");
    tcp_bed_close(&bed);
}

/* The ACK of the SYN-ACK is lost; the first text does its work. */
static void test_data_instead_of_ack(void)
{
    TcpBed bed;
    open_bed(&bed);
    tcp_bed_reach(&bed, TCP_STATE_SYN_RCVD);
    tcp_bed_inject(&bed, "P. 1:101(100) ack 1 win 65535");
    tcp_bed_expect_notes(&bed, "accepted readable");
    g_assert_cmpuint(tcp_readable_bytes(bed.conn), ==, 100);
    tcp_bed_close(&bed);
}

/* ---- wrong answers ---- */

/* RFC 9293 figure 9: an old duplicate SYN is answered, and the answer refused. */
static void test_old_duplicate_syn(void)
{
    TcpBed bed;
    open_bed(&bed);
    tcp_bed_listen(&bed);
    tcp_bed_inject(&bed, "S -10:-10(0) win 65535 <mss 1460>");
    tcp_bed_expect(&bed, "S. 0:0(0) ack -9");
    tcp_bed_inject(&bed, "R -9:-9(0) win 0");
    tcp_bed_expect_states(&bed, "LISTEN SYN-RCVD CLOSED");
    bed.iss_known = false;
    tcp_bed_inject(&bed, "S 0:0(0) win 65535 <mss 1460>");
    tcp_bed_expect(&bed, "S. 0:0(0) ack 1");
    tcp_bed_inject(&bed, ". 1:1(0) ack 1 win 65535");
    tcp_bed_expect_notes(&bed, "accepted");
    tcp_bed_close(&bed);
}

typedef struct SynSentRow {
    const char *label, *segment, *answer, *states;
    TcpReason reason;
} SynSentRow;

static const SynSentRow syn_sent_rows[] = {
    /* RFC 9293 3.10.7.3, first. */
    { "ack-too-low", ". 0:0(0) ack 0 win 1000", "R 0:0(0)", "", TCP_REASON_NONE },
    { "ack-too-high", ". 0:0(0) ack 2 win 1000", "R 2:2(0)", "", TCP_REASON_NONE },
    { "syn-ack-too-high", "S. 0:0(0) ack 9 win 1000", "R 9:9(0)", "", TCP_REASON_NONE },
    { "rst-ack-too-high", "R. 0:0(0) ack 9 win 0", NULL, "", TCP_REASON_NONE },
    /* Second; RFC 5961 3.2. */
    { "rst-without-ack", "R 0:0(0) win 0", NULL, "", TCP_REASON_NONE },
    { "refused", "R. 0:0(0) ack 1 win 0", NULL, "SYN-SENT CLOSED", TCP_REASON_REFUSED },
    /* Fifth. */
    { "good-ack-no-syn", ". 0:0(0) ack 1 win 1000", NULL, "", TCP_REASON_NONE },
    { "nothing-set", "- 0:0(0) win 1000", NULL, "", TCP_REASON_NONE },
    { "fin", "F. 0:0(0) ack 1 win 1000", NULL, "", TCP_REASON_NONE },
};

static void test_syn_sent(gconstpointer data)
{
    const SynSentRow *row = data;
    TcpBed bed;
    open_bed(&bed);
    tcp_bed_reach(&bed, TCP_STATE_SYN_SENT);
    tcp_bed_inject(&bed, row->segment);
    if (row->answer != NULL) {
        tcp_bed_expect_why(&bed, row->answer, PACKET_WHY_RESET_REPLY);
    }
    tcp_bed_expect_states(&bed, row->states);
    g_assert_cmpint(bed.reason, ==, row->reason);
    tcp_bed_close(&bed);
}

typedef struct ListenRow {
    const char *label, *segment, *answer;
} ListenRow;

static const ListenRow listen_rows[] = {
    { "rst", "R 0:0(0) win 0", NULL },
    { "rst-ack", "R. 0:0(0) ack 5 win 0", NULL },
    { "ack", ". 0:0(0) ack 5 win 1000", "R 5:5(0)" },
    { "syn-ack", "S. 0:0(0) ack 5 win 1000", "R 5:5(0)" },
    { "data-ack", "P. 0:100(100) ack 5 win 1000", "R 5:5(0)" },
    { "fin-ack", "F. 0:0(0) ack 5 win 1000", "R 5:5(0)" },
    { "nothing-set", "- 0:0(0) win 1000", NULL },
    { "fin", "F 0:0(0) win 1000", NULL },
    { "data", "P 0:100(100) win 1000", NULL },
};

static void test_listen(gconstpointer data)
{
    const ListenRow *row = data;
    TcpBed bed;
    open_bed(&bed);
    tcp_bed_listen(&bed);
    tcp_bed_inject(&bed, row->segment);
    if (row->answer != NULL) {
        tcp_bed_expect_why(&bed, row->answer, PACKET_WHY_RESET_REPLY);
    }
    tcp_bed_expect_states(&bed, "");
    tcp_bed_close(&bed);
}

/* RFC 9293 3.10.7.4: what does not acknowledge our SYN is refused, and the handshake goes on. */
static void test_syn_rcvd_wrong_ack(void)
{
    TcpBed bed;
    open_bed(&bed);
    tcp_bed_reach(&bed, TCP_STATE_SYN_RCVD);
    tcp_bed_inject(&bed, ". 1:1(0) ack 0 win 1000");
    tcp_bed_expect(&bed, "R 0:0(0)");
    tcp_bed_inject(&bed, ". 1:1(0) ack 2 win 1000");
    tcp_bed_expect(&bed, "R 2:2(0)");
    tcp_bed_expect_states(&bed, "");
    tcp_bed_inject(&bed, ". 1:1(0) ack 1 win 1000");
    tcp_bed_expect_states(&bed, "SYN-RCVD ESTABLISHED");
    tcp_bed_close(&bed);
}

/* MUST-11: a spawned connection vanishes without a word to the program and the listener goes on;
 * the active opener of a simultaneous open is told that it was refused. */
static void test_reset_in_syn_rcvd(void)
{
    TcpBed bed;
    open_bed(&bed);
    tcp_bed_reach(&bed, TCP_STATE_SYN_RCVD);
    tcp_bed_inject(&bed, "R 1:1(0) win 0");
    tcp_bed_expect_notes(&bed, "");
    tcp_bed_expect_states(&bed, "SYN-RCVD CLOSED");
    tcp_bed_inject(&bed, "S 0:0(0) win 65535 <mss 1460>");
    tcp_bed_forget(&bed);
    tcp_bed_close(&bed);

    open_bed(&bed);
    tcp_bed_connect(&bed);
    tcp_bed_inject(&bed, "S 0:0(0) win 65535 <mss 1460>");
    tcp_bed_forget(&bed);
    tcp_bed_inject(&bed, "R 1:1(0) win 0");
    tcp_bed_expect_notes(&bed, "closed");
    g_assert_cmpint(bed.reason, ==, TCP_REASON_REFUSED);
    tcp_bed_close(&bed);
}

/* ---- sent again ---- */

/* The peer has not seen our SYN-ACK: it gets it again, as the same segment. */
static void test_syn_again(void)
{
    TcpBed bed;
    open_bed(&bed);
    tcp_bed_listen(&bed);
    tcp_bed_inject(&bed, "S 0:0(0) win 65535 <mss 1460>");
    Packet *first = tcp_bed_take(&bed, __FILE__, __LINE__);
    SimKey first_id = first->id;
    packet_free(first);
    tcp_bed_inject(&bed, "S 0:0(0) win 65535 <mss 1460>");
    const Packet *second = g_queue_peek_head(&bed.sent);
    g_assert_cmpuint(packet_original(second), ==, first_id);
    tcp_bed_expect_why(&bed, "S. 0:0(0) ack 1", PACKET_WHY_DUPLICATE_ACK);
    tcp_bed_close(&bed);
}

/* MUST-23: 1, 3, 7, 15, 31, 63, 123 s; at 183 s, past 180, it gives up. MUST-22, SHLD-9: the
 * program is told of trouble on the way. */
static void test_syn_r2(void)
{
    TcpBed bed;
    open_bed(&bed);
    tcp_bed_connect(&bed);
    tcp_bed_expect(&bed, "S 0:0(0)");
    static const int sent_at_s[] = { 1, 3, 7, 15, 31, 63, 123 };
    for (size_t i = 0; i < G_N_ELEMENTS(sent_at_s); i++) {
        int64_t due_ns = sent_at_s[i] * SIM_NS_PER_S;
        tcp_bed_run(&bed, due_ns - tcp_bed_now(&bed) - 1);
        tcp_bed_expect_nothing(&bed);
        tcp_bed_run(&bed, 10);
        tcp_bed_expect_why(&bed, "S 0:0(0) <mss 1460>", PACKET_WHY_RETRANSMIT_TIMEOUT);
    }
    tcp_bed_expect_notes(&bed, "advice");
    tcp_bed_run(&bed, 183 * SIM_NS_PER_S - tcp_bed_now(&bed));
    tcp_bed_expect_notes(&bed, "closed");
    g_assert_cmpint(bed.reason, ==, TCP_REASON_TIMEOUT);
    tcp_bed_close(&bed);
}

static void test_syn_ack_again(void)
{
    TcpBed bed;
    open_bed(&bed);
    tcp_bed_reach(&bed, TCP_STATE_SYN_RCVD);
    tcp_bed_run(&bed, SIM_NS_PER_S + 1);
    tcp_bed_expect_why(&bed, "S. 0:0(0) ack 1", PACKET_WHY_RETRANSMIT_TIMEOUT);
    tcp_bed_inject(&bed, ". 1:1(0) ack 1 win 65535");
    tcp_bed_expect_notes(&bed, "accepted");
    tcp_bed_close(&bed);
}

/* RFC 6298 (5.7): a SYN that timed out makes the time-out of the first text 3 s. RFC 6928: one loss
 * leaves the initial window alone, two make it one segment. */
static void test_after_lost_syns(gconstpointer data)
{
    unsigned losses = GPOINTER_TO_UINT(data);
    TcpBed bed;
    open_bed(&bed);
    tcp_bed_connect(&bed);
    tcp_bed_run(&bed, (losses == 1 ? 1 : 3) * SIM_NS_PER_S);
    tcp_bed_inject(&bed, "S. 0:0(0) ack 1 win 65535 <mss 1460>");
    tcp_bed_forget(&bed);
    TcpVars vars;
    tcp_conn_vars(bed.conn, &vars);
    g_assert_cmpuint(vars.cwnd_bytes, ==, losses == 1 ? 10 * 1460 : 1460);
    tcp_bed_send(&bed, 100);
    tcp_bed_expect(&bed, "P. 1:101(100) ack 1");
    tcp_bed_run(&bed, 3 * SIM_NS_PER_S - 100);
    tcp_bed_expect_nothing(&bed);
    tcp_bed_run(&bed, 200);
    tcp_bed_expect_why(&bed, "P. 1:101(100) ack 1", PACKET_WHY_RETRANSMIT_TIMEOUT);
    tcp_bed_close(&bed);
}

/* ---- closing before it is open ---- */

static void test_close_in_syn_sent(void)
{
    TcpBed bed;
    open_bed(&bed);
    tcp_bed_reach(&bed, TCP_STATE_SYN_SENT);
    tcp_shutdown(bed.conn, tcp_bed_now(&bed));
    tcp_bed_expect_states(&bed, "SYN-SENT CLOSED");
    tcp_bed_inject(&bed, "S. 0:0(0) ack 1 win 65535");
    tcp_bed_expect_why(&bed, "R 1:1(0)", PACKET_WHY_RESET_REPLY);
    tcp_bed_close(&bed);
}

/* In SYN-RECEIVED the FIN goes at once if nothing waits, else after what waits (RFC 9293 3.10.4).
 */
static void test_close_in_syn_rcvd(gconstpointer data)
{
    bool with_data = GPOINTER_TO_UINT(data);
    TcpBed bed;
    open_bed(&bed);
    tcp_bed_connect(&bed);
    tcp_bed_inject(&bed, "S 0:0(0) win 65535 <mss 1460>");
    tcp_bed_forget(&bed);
    if (with_data) {
        tcp_bed_send(&bed, 100);
    }
    tcp_shutdown(bed.conn, tcp_bed_now(&bed));
    tcp_bed_run(&bed, 10);
    if (with_data) {
        tcp_bed_expect_nothing(&bed);
        tcp_bed_inject(&bed, ". 1:1(0) ack 1 win 65535");
        tcp_bed_expect(&bed, "FP. 1:101(100) ack 1");
        tcp_bed_expect_states(&bed, "SYN-RCVD ESTABLISHED FIN-WAIT-1");
    } else {
        tcp_bed_expect(&bed, "F. 1:1(0) ack 1");
        tcp_bed_expect_states(&bed, "SYN-RCVD FIN-WAIT-1");
        tcp_bed_inject(&bed, ". 1:1(0) ack 1 win 65535");
        tcp_bed_inject(&bed, ". 1:1(0) ack 2 win 65535");
        tcp_bed_expect_states(&bed, "FIN-WAIT-1 FIN-WAIT-2");
    }
    tcp_bed_close(&bed);
}

/* ---- the backlog ---- */

static void test_backlog(void)
{
    TcpBed bed;
    TcpConfig config;
    tcp_bed_config(&config);
    config.backlog = 2;
    tcp_bed_open(&bed, &config);
    tcp_bed_listen(&bed);
    for (uint16_t port = 1000; port < 1003; port++) {
        bed.peer_tcp_port = port;
        bed.iss_known = false;
        tcp_bed_inject(&bed, "S 0:0(0) win 65535 <mss 1460>");
    }
    g_assert_cmpint(bed.discard, ==, INET_DISCARD_BACKLOG);
    g_assert_cmpuint(g_queue_get_length(&bed.sent), ==, 2);
    g_assert_cmpuint(tcp_stack_stats(bed.tcp)->listen_drops, ==, 1);
    /* One that ends makes room. */
    bed.peer_tcp_port = 1000;
    tcp_bed_inject(&bed, "R 1:1(0) win 0");
    tcp_bed_forget(&bed);
    bed.peer_tcp_port = 1002;
    bed.iss_known = false;
    tcp_bed_inject(&bed, "S 0:0(0) win 65535 <mss 1460>");
    tcp_bed_expect(&bed, "S. 0:0(0) ack 1");
    /* What nobody has accepted is reset when the listener goes. */
    tcp_listener_close(bed.listener, tcp_bed_now(&bed));
    tcp_bed_run(&bed, 10);
    g_assert_cmpuint(tcp_stack_stats(bed.tcp)->resets_sent, ==, 2);
    tcp_bed_forget(&bed);
    tcp_bed_close(&bed);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/tcp/handshake/passive", test_passive);
    g_test_add_func("/tcp/handshake/active", test_active);
    g_test_add_func("/tcp/rfc9293/MUST-10", test_simultaneous);
    g_test_add_func("/tcp/handshake/simultaneous-by-ack", test_simultaneous_by_ack);
    g_test_add_func("/tcp/handshake/data-on-third", test_data_on_third);
    g_test_add_func("/tcp/handshake/data-after-third", test_data_after_third);
    g_test_add_func("/tcp/handshake/data-on-syn", test_data_on_syn);
    g_test_add_func("/tcp/handshake/data-on-syn-ack", test_data_on_syn_ack);
    g_test_add_func("/tcp/handshake/fin-on-syn", test_fin_on_syn);
    g_test_add_func("/tcp/handshake/data-instead-of-ack", test_data_instead_of_ack);
    g_test_add_func("/tcp/handshake/old-duplicate-syn", test_old_duplicate_syn);
    for (size_t i = 0; i < G_N_ELEMENTS(syn_sent_rows); i++) {
        g_autofree char *path =
            g_strdup_printf("/tcp/handshake/syn-sent/%s", syn_sent_rows[i].label);
        g_test_add_data_func(path, &syn_sent_rows[i], test_syn_sent);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(listen_rows); i++) {
        g_autofree char *path = g_strdup_printf("/tcp/handshake/listen/%s", listen_rows[i].label);
        g_test_add_data_func(path, &listen_rows[i], test_listen);
    }
    g_test_add_func("/tcp/handshake/syn-rcvd-wrong-ack", test_syn_rcvd_wrong_ack);
    g_test_add_func("/tcp/rfc9293/MUST-11", test_reset_in_syn_rcvd);
    g_test_add_func("/tcp/handshake/syn-again", test_syn_again);
    g_test_add_func("/tcp/rfc9293/MUST-22", test_syn_r2);
    g_test_add_func("/tcp/rfc9293/MUST-23", test_syn_r2);
    g_test_add_func("/tcp/handshake/syn-ack-again", test_syn_ack_again);
    g_test_add_data_func("/tcp/handshake/after-one-lost-syn", GUINT_TO_POINTER(1),
                         test_after_lost_syns);
    g_test_add_data_func("/tcp/handshake/after-two-lost-syns", GUINT_TO_POINTER(2),
                         test_after_lost_syns);
    g_test_add_func("/tcp/handshake/close-in-syn-sent", test_close_in_syn_sent);
    g_test_add_data_func("/tcp/handshake/close-in-syn-rcvd", GUINT_TO_POINTER(0),
                         test_close_in_syn_rcvd);
    g_test_add_data_func("/tcp/handshake/close-in-syn-rcvd-with-data", GUINT_TO_POINTER(1),
                         test_close_in_syn_rcvd);
    g_test_add_func("/tcp/handshake/backlog", test_backlog);
    return g_test_run();
}
