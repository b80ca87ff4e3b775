/* Protects: the checks of RFC 9293 3.10.7.4 in every synchronised state: what is refused, with what
 * answer, for what reason, and that a refused segment changes nothing. With RFC 5961's challenges.
 */

#include "lib/tcp-bed.h"

#include <string.h>

typedef struct Row {
    const char *label, *flags;
    int32_t seq_offset; /* from the next octet expected */
    uint32_t len_bytes;
    int32_t ack_offset; /* from the next octet we would send */
    PacketWhy answer;   /* PACKET_WHY_NONE: silence */
    InetDiscard discard;
} Row;

static const Row rows[] = {
    /* First: sequence number. */
    { "old-text", "P.", -100, 100, 0, PACKET_WHY_DUPLICATE_ACK, INET_DISCARD_TCP_DUPLICATE },
    { "old-fin", "F.", -1, 0, 0, PACKET_WHY_DUPLICATE_ACK, INET_DISCARD_TCP_DUPLICATE },
    { "beyond", "P.", 70000, 100, 0, PACKET_WHY_DUPLICATE_ACK, INET_DISCARD_TCP_WINDOW },
    { "beyond-empty", ".", 70000, 0, 0, PACKET_WHY_DUPLICATE_ACK, INET_DISCARD_TCP_WINDOW },
    { "keep-alive", ".", -1, 0, 0, PACKET_WHY_DUPLICATE_ACK, INET_DISCARD_TCP_WINDOW },
    { "far-behind", "P.", -2000000000, 100, 0, PACKET_WHY_DUPLICATE_ACK,
      INET_DISCARD_TCP_DUPLICATE },
    /* Second: RST (RFC 5961 3.2). */
    { "rst-beyond", "R", 70000, 0, 0, PACKET_WHY_NONE, INET_DISCARD_TCP_RST },
    { "rst-behind", "R", -1, 0, 0, PACKET_WHY_NONE, INET_DISCARD_TCP_RST },
    { "rst-in-window", "R", 5, 0, 0, PACKET_WHY_CHALLENGE_ACK, INET_DISCARD_TCP_RST },
    { "rst-ack-in-window", "R.", 5, 0, 0, PACKET_WHY_CHALLENGE_ACK, INET_DISCARD_TCP_RST },
    /* Fourth: SYN (RFC 5961 4.2), whatever its number. */
    { "syn-behind", "S", -5, 0, 0, PACKET_WHY_CHALLENGE_ACK, INET_DISCARD_TCP_SYN },
    { "syn-ack-in-window", "S.", 5, 0, 0, PACKET_WHY_CHALLENGE_ACK, INET_DISCARD_TCP_SYN },
    { "syn-ack-exact", "S.", 0, 0, 0, PACKET_WHY_CHALLENGE_ACK, INET_DISCARD_TCP_SYN },
    { "syn-ack-beyond", "S.", 70000, 0, 0, PACKET_WHY_CHALLENGE_ACK, INET_DISCARD_TCP_SYN },
    /* Fifth: ACK. */
    { "no-ack", "P", 0, 100, 0, PACKET_WHY_NONE, INET_DISCARD_TCP_NO_ACK },
    { "future-ack", "P.", 0, 100, 1, PACKET_WHY_CHALLENGE_ACK, INET_DISCARD_TCP_FUTURE_ACK },
    { "far-future-ack", ".", 0, 0, 100000, PACKET_WHY_CHALLENGE_ACK, INET_DISCARD_TCP_FUTURE_ACK },
    { "old-ack", "P.", 0, 100, -70000, PACKET_WHY_CHALLENGE_ACK, INET_DISCARD_TCP_OLD_ACK },
};

static void inject(TcpBed *bed, TcpState state, const Row *row)
{
    int32_t seq = (int32_t)tcp_bed_peer_next(state) + row->seq_offset;
    int32_t ack = (int32_t)tcp_bed_host_next(state) + row->ack_offset;
    if (strchr(row->flags, '.') != NULL) {
        tcp_bed_injectf(bed, "%s %d:%d(%u) ack %d win 65535", row->flags, seq, seq, row->len_bytes,
                        ack);
    } else {
        tcp_bed_injectf(bed, "%s %d:%d(%u) win 65535", row->flags, seq, seq, row->len_bytes);
    }
}

static bool is_answered(const Row *row, TcpState state)
{
    /* RFC 1337. */
    bool ignored = state == TCP_STATE_TIME_WAIT && strchr(row->flags, 'R') != NULL;
    return row->answer != PACKET_WHY_NONE && !ignored;
}

static void test_refused(gconstpointer data)
{
    const Row *row = data;
    for (TcpState state = TCP_STATE_ESTABLISHED; state <= TCP_STATE_TIME_WAIT; state++) {
        TcpConfig config;
        TcpBed bed;
        tcp_bed_config(&config);
        tcp_bed_open(&bed, &config);
        tcp_bed_reach(&bed, state);
        inject(&bed, state, row);
        if (is_answered(row, state)) {
            g_autofree char *text =
                g_strdup_printf(". %u:%u(0) ack %u", tcp_bed_host_next(state),
                                tcp_bed_host_next(state), tcp_bed_peer_next(state));
            tcp_bed_expect_why(&bed, text, row->answer);
        }
        tcp_bed_expect_nothing(&bed);
        tcp_bed_expect_states(&bed, "");
        tcp_bed_expect_notes(&bed, "");
        g_assert_cmpint(bed.discard, ==, row->discard);
        g_assert_cmpuint(tcp_readable_bytes(bed.conn), ==, 0);
        tcp_bed_close(&bed);
    }
}

static void open_bed(TcpBed *bed, TcpState state)
{
    TcpConfig config;
    tcp_bed_config(&config);
    tcp_bed_open(bed, &config);
    tcp_bed_reach(bed, state);
}

/* SHLD-2: a RST may carry text. */
static void test_rst_with_text(void)
{
    TcpBed bed;
    open_bed(&bed, TCP_STATE_ESTABLISHED);
    tcp_bed_inject(&bed, "R. 1:31(30) ack 1 win 0");
    tcp_bed_expect_states(&bed, "ESTABLISHED CLOSED");
    tcp_bed_close(&bed);
}

/* RFC 5961 3.1: with the window full of text held out of order, a RST exactly at rcv_nxt still
 * works. */
static void test_rst_exact_behind_gap(void)
{
    TcpBed bed;
    open_bed(&bed, TCP_STATE_ESTABLISHED);
    tcp_bed_inject(&bed, "P. 101:201(100) ack 1 win 65535");
    tcp_bed_forget(&bed);
    tcp_bed_inject(&bed, "R 201:201(0) win 0");
    tcp_bed_expect_why(&bed, ". 1:1(0) ack 1", PACKET_WHY_CHALLENGE_ACK);
    tcp_bed_inject(&bed, "R 1:1(0) win 0");
    tcp_bed_expect_states(&bed, "ESTABLISHED CLOSED");
    tcp_bed_close(&bed);
}

/* RFC 5961 section 7: ten challenges a second. */
static void test_challenge_rate(void)
{
    TcpBed bed;
    open_bed(&bed, TCP_STATE_ESTABLISHED);
    for (unsigned i = 0; i < 15; i++) {
        tcp_bed_inject(&bed, "R 5:5(0) win 0");
    }
    g_assert_cmpuint(g_queue_get_length(&bed.sent), ==, 10);
    g_assert_cmpuint(tcp_stack_stats(bed.tcp)->challenge_acks, ==, 10);
    tcp_bed_forget(&bed);
    tcp_bed_run(&bed, SIM_NS_PER_S);
    tcp_bed_inject(&bed, "R 5:5(0) win 0");
    tcp_bed_expect(&bed, ". 1:1(0) ack 1");
    tcp_bed_close(&bed);
}

/* RFC 9293 figure 9 and 10: the peer has rebooted and opens anew; the challenge makes it reset us.
 */
static void test_half_open(void)
{
    TcpBed bed;
    open_bed(&bed, TCP_STATE_ESTABLISHED);
    tcp_bed_inject(&bed, "S 400:400(0) win 65535 <mss 1460>");
    tcp_bed_expect_why(&bed, ". 1:1(0) ack 1", PACKET_WHY_CHALLENGE_ACK);
    tcp_bed_inject(&bed, "R 1:1(0) win 0"); /* its answer: SEQ = our ACK */
    tcp_bed_expect_states(&bed, "ESTABLISHED CLOSED");
    tcp_bed_close(&bed);
}

/* ---- CLOSED ---- */

typedef struct ClosedRow {
    const char *label, *segment, *answer;
} ClosedRow;

/* RFC 9293 3.10.7.1, 3.5.2 group 1. */
static const ClosedRow closed_rows[] = {
    { "syn", "S 0:0(0) win 1000", "R. -1000000000:-1000000000(0) ack 1" },
    { "syn-text", "S 0:10(10) win 1000", "R. -1000000000:-1000000000(0) ack 11" },
    { "fin", "F 5:5(0) win 1000", "R. -1000000000:-1000000000(0) ack 6" },
    { "ack", ". 5:5(0) ack 7 win 1000", "R 7:7(0)" },
    { "text", "P. 5:105(100) ack 7 win 1000", "R 7:7(0)" },
    { "rst", "R 5:5(0) win 0", NULL },
    { "rst-ack", "R. 5:5(0) ack 7 win 0", NULL },
};

static void test_closed(gconstpointer data)
{
    const ClosedRow *row = data;
    TcpBed bed;
    open_bed(&bed, TCP_STATE_CLOSED);
    bed.iss = 1000000000; /* a reset without an ACK to go by has number 0 */
    tcp_bed_inject(&bed, row->segment);
    if (row->answer != NULL) {
        tcp_bed_expect_why(&bed, row->answer, PACKET_WHY_RESET_REPLY);
    }
    g_assert_cmpint(bed.discard, ==, INET_DISCARD_NO_CONNECTION);
    tcp_bed_close(&bed);
}

/* ---- what is accepted though it does not fit exactly ---- */

static void expect_read(TcpBed *bed, uint64_t bytes)
{
    g_assert_cmpuint(bed->read_bytes, ==, bytes);
}

/* RFC9293-TRIM-1. */
static void test_overlaps(void)
{
    TcpBed bed;
    open_bed(&bed, TCP_STATE_ESTABLISHED);
    bed.reads = true;
    tcp_bed_inject(&bed, "P. 1:101(100) ack 1 win 65535");
    tcp_bed_inject(&bed, "P. 51:201(150) ack 1 win 65535"); /* half old */
    expect_read(&bed, 200);
    tcp_bed_inject(&bed, "P. -9:301(310) ack 1 win 65535"); /* from before the SYN */
    expect_read(&bed, 300);
    tcp_bed_forget(&bed);
    tcp_bed_close(&bed);
}

/* Text and FIN beyond the right edge are cut off and will come again. */
static void test_cut_at_edge(void)
{
    TcpBed bed;
    TcpConfig config;
    tcp_bed_config(&config);
    config.receive_buffer_bytes = 1000;
    tcp_bed_open(&bed, &config);
    tcp_bed_reach(&bed, TCP_STATE_ESTABLISHED);
    tcp_bed_inject(&bed, "FP. 1:1201(1200) ack 1 win 65535");
    tcp_bed_expect(&bed, ". 1:1(0) ack 1001 win 0");
    tcp_bed_expect_states(&bed, "");
    g_assert_cmpuint(tcp_readable_bytes(bed.conn), ==, 1000);
    tcp_bed_close(&bed);
}

/* RFC 9293 3.10.7.4: an old ACK does not make text worthless. */
static void test_text_with_old_ack(void)
{
    TcpBed bed;
    open_bed(&bed, TCP_STATE_ESTABLISHED);
    bed.reads = true;
    tcp_bed_send(&bed, 1000);
    tcp_bed_inject(&bed, ". 1:1(0) ack 1001 win 65535");
    tcp_bed_inject(&bed, "P. 1:101(100) ack 501 win 65535");
    expect_read(&bed, 100);
    tcp_bed_forget(&bed);
    tcp_bed_close(&bed);
}

/* Text in states that have seen the peer's FIN is ignored. */
static void test_text_after_fin(void)
{
    TcpBed bed;
    open_bed(&bed, TCP_STATE_CLOSE_WAIT);
    tcp_bed_inject(&bed, "P. 2:102(100) ack 1 win 65535");
    g_assert_cmpuint(tcp_readable_bytes(bed.conn), ==, 0);
    tcp_bed_forget(&bed);
    tcp_bed_close(&bed);
}

/* SHLD-31, MAY-13: early text is kept. */
static void test_early_text(void)
{
    TcpBed bed;
    open_bed(&bed, TCP_STATE_ESTABLISHED);
    bed.reads = true;
    tcp_bed_inject(&bed, "P. 101:201(100) ack 1 win 65535");
    tcp_bed_expect_why(&bed, ". 1:1(0) ack 1", PACKET_WHY_DUPLICATE_ACK);
    expect_read(&bed, 0);
    tcp_bed_inject(&bed, "P. 1:101(100) ack 1 win 65535");
    tcp_bed_expect_why(&bed, ". 1:1(0) ack 201", PACKET_WHY_ACK);
    expect_read(&bed, 200);
    tcp_bed_close(&bed);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *path = g_strdup_printf("/tcp/arrival/refused/%s", rows[i].label);
        g_test_add_data_func(path, &rows[i], test_refused);
        if (rows[i].discard == INET_DISCARD_TCP_OLD_ACK) {
            g_test_add_data_func("/tcp/rfc9293/MAY-12", &rows[i], test_refused);
        }
    }
    for (size_t i = 0; i < G_N_ELEMENTS(closed_rows); i++) {
        g_autofree char *path = g_strdup_printf("/tcp/arrival/closed/%s", closed_rows[i].label);
        g_test_add_data_func(path, &closed_rows[i], test_closed);
    }
    g_test_add_func("/tcp/rfc9293/SHLD-2", test_rst_with_text);
    g_test_add_func("/tcp/arrival/rst-exact-behind-gap", test_rst_exact_behind_gap);
    g_test_add_func("/tcp/arrival/challenge-rate", test_challenge_rate);
    g_test_add_func("/tcp/arrival/half-open", test_half_open);
    g_test_add_func("/tcp/arrival/overlaps", test_overlaps);
    g_test_add_func("/tcp/arrival/cut-at-edge", test_cut_at_edge);
    g_test_add_func("/tcp/arrival/text-with-old-ack", test_text_with_old_ack);
    g_test_add_func("/tcp/arrival/text-after-fin", test_text_after_fin);
    g_test_add_func("/tcp/rfc9293/SHLD-31", test_early_text);
    g_test_add_func("/tcp/rfc9293/MAY-13", test_early_text);
    return g_test_run();
}
