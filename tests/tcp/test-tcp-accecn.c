/* Protects: more accurate ECN feedback (RFC 9768): the handshake and its fallbacks, the counter in
 * the flags, when marks are told, and what the sender makes of a counter of three bits. */

#include "lib/tcp-bed.h"

#include "tcp/tcp_ecn.h"

enum { MSS = 1000 };

static void open_bed(TcpBed *bed, TcpEcnUse use, const char *cc)
{
    TcpConfig config;
    tcp_bed_config(&config);
    config.mss_bytes = MSS;
    config.ecn = use;
    config.cc = tcp_cc_find(cc);
    tcp_bed_open(bed, &config);
    bed->reads = true;
}

static TcpEcnStats stats_of(const TcpBed *bed)
{
    TcpConnStats stats;
    tcp_conn_stats(bed->conn, &stats);
    return stats.ecn;
}

static uint32_t cwnd_of(const TcpBed *bed)
{
    TcpVars vars;
    tcp_conn_vars(bed->conn, &vars);
    return vars.cwnd_bytes;
}

/* Agreed, nothing marked: the counters stand at 5, which is AE and ECE. */
static void accept_one(TcpBed *bed)
{
    open_bed(bed, TCP_ECN_ACCURATE, "reno");
    tcp_bed_listen(bed);
    tcp_bed_inject(bed, "SEWA 0:0(0) win 65535 <mss 1000>");
    tcp_bed_expect(bed, "[noecn] SW. 0:0(0) ack 1");
    tcp_bed_inject(bed, "W. 1:1(0) ack 1 win 65535");
}

static void connect_one(TcpBed *bed)
{
    open_bed(bed, TCP_ECN_ACCURATE, "reno");
    tcp_bed_connect(bed);
    tcp_bed_expect(bed, "[noecn] SEWA 0:0(0)");
    tcp_bed_inject(bed, "SW. 0:0(0) ack 1 win 65535 <mss 1000>");
    tcp_bed_expect(bed, "[noecn] W. 1:1(0) ack 1");
}

/* ---- RFC9768-ACCECN-SYNACK-1 ---- */

typedef struct Offer {
    const char *label, *syn, *syn_ack;
} Offer;

static const Offer offers[] = {
    { "not-ect", "[noecn] SEWA 0:0(0) win 65535 <mss 1000>", "SW. 0:0(0) ack 1" },
    { "ect1", "[ect1] SEWA 0:0(0) win 65535 <mss 1000>", "SEW. 0:0(0) ack 1" },
    { "ect0", "[ect0] SEWA 0:0(0) win 65535 <mss 1000>", "SA. 0:0(0) ack 1" },
    { "ce", "[ce] SEWA 0:0(0) win 65535 <mss 1000>", "SWA. 0:0(0) ack 1" },
    { "classic", "SEW 0:0(0) win 65535 <mss 1000>", "SE. 0:0(0) ack 1" },
    { "none", "S 0:0(0) win 65535 <mss 1000>", "S. 0:0(0) ack 1" },
    { "ae-alone", "SA 0:0(0) win 65535 <mss 1000>", "S. 0:0(0) ack 1" },
};

static void test_offer(gconstpointer data)
{
    const Offer *row = data;
    TcpBed bed;
    open_bed(&bed, TCP_ECN_ACCURATE, "reno");
    tcp_bed_listen(&bed);
    tcp_bed_inject(&bed, row->syn);
    tcp_bed_expect(&bed, row->syn_ack);
    tcp_bed_close(&bed);
}

/* ---- RFC9768-ACCECN-SYN-1, -FALL-1, -HS-1 ---- */

typedef struct Answer {
    const char *label, *syn_ack, *ack;
    const char *data; /* the first of ours */
} Answer;

static const Answer answers[] = {
    { "not-ect", "[noecn] SW. 0:0(0) ack 1 win 65535 <mss 1000>", "W. 1:1(0) ack 1",
      "[ect0] PEA. 1:101(100) ack 1" },
    { "ect1", "[ect1] SEW. 0:0(0) ack 1 win 65535 <mss 1000>", "EW. 1:1(0) ack 1",
      "[ect0] PEA. 1:101(100) ack 1" },
    { "ect0", "[ect0] SA. 0:0(0) ack 1 win 65535 <mss 1000>", "A. 1:1(0) ack 1",
      "[ect0] PEA. 1:101(100) ack 1" },
    { "ce", "[ce] SW. 0:0(0) ack 1 win 65535 <mss 1000>", "WA. 1:1(0) ack 1",
      "[ect0] PWA. 1:101(100) ack 1" },
    { "classic", "SE. 0:0(0) ack 1 win 65535 <mss 1000>", ". 1:1(0) ack 1",
      "[ect0] P. 1:101(100) ack 1" },
    { "nonce", "SEA. 0:0(0) ack 1 win 65535 <mss 1000>", ". 1:1(0) ack 1",
      "[ect0] P. 1:101(100) ack 1" },
    { "none", "S. 0:0(0) ack 1 win 65535 <mss 1000>", ". 1:1(0) ack 1",
      "[noecn] P. 1:101(100) ack 1" },
    { "reflected", "SEWA. 0:0(0) ack 1 win 65535 <mss 1000>", ". 1:1(0) ack 1",
      "[noecn] P. 1:101(100) ack 1" },
};

static void test_answer(gconstpointer data)
{
    const Answer *row = data;
    TcpBed bed;
    open_bed(&bed, TCP_ECN_ACCURATE, "reno");
    tcp_bed_connect(&bed);
    tcp_bed_expect(&bed, "[noecn] SEWA 0:0(0)");
    tcp_bed_inject(&bed, row->syn_ack);
    tcp_bed_expect(&bed, row->ack);
    tcp_bed_send(&bed, 100);
    tcp_bed_expect(&bed, row->data);
    tcp_bed_close(&bed);
}

/* 3.1.4: asked once more, then not. */
static void test_syn_lost(void)
{
    TcpBed bed;
    open_bed(&bed, TCP_ECN_ACCURATE, "reno");
    tcp_bed_connect(&bed);
    tcp_bed_expect(&bed, "SEWA 0:0(0)");
    tcp_bed_run(&bed, SIM_NS_PER_S);
    tcp_bed_expect(&bed, "SEWA 0:0(0)");
    tcp_bed_run(&bed, 2 * SIM_NS_PER_S);
    tcp_bed_expect(&bed, "S 0:0(0)");
    tcp_bed_close(&bed);
}

/* ---- the receiver: RFC9768-ACCECN-INIT-1, -ACE-1, -ACK-1 ---- */

static void test_counter(void)
{
    TcpBed bed;
    accept_one(&bed);
    tcp_bed_inject(&bed, "[ect0] EA. 1:1001(1000) ack 1 win 65535");
    tcp_bed_inject(&bed, "[ect0] EA. 1001:2001(1000) ack 1 win 65535");
    tcp_bed_expect(&bed, "EA. 1:1(0) ack 2001"); /* 5 */
    /* From not marked to marked: at once. */
    tcp_bed_inject(&bed, "[ce] EA. 2001:3001(1000) ack 1 win 65535");
    tcp_bed_expect(&bed, "WA. 1:1(0) ack 3001"); /* 6 */
    /* The second mark since. */
    tcp_bed_inject(&bed, "[ce] EA. 3001:3101(100) ack 1 win 65535");
    tcp_bed_expect_nothing(&bed);
    tcp_bed_inject(&bed, "[ce] EA. 3101:3201(100) ack 1 win 65535");
    tcp_bed_expect(&bed, ". 1:1(0) ack 3201"); /* 8, of which three bits are 0 */
    g_assert_cmpuint(stats_of(&bed).ce_received, ==, 3);
    tcp_bed_close(&bed);
}

/* Marks of pure ACKs count, but are told no sooner than the third. */
static void test_marks_of_acks(void)
{
    TcpBed bed;
    accept_one(&bed);
    tcp_bed_inject(&bed, "[ce] EA. 1:1(0) ack 1 win 65535");
    tcp_bed_inject(&bed, "[ce] EA. 1:1(0) ack 1 win 65535");
    tcp_bed_expect_nothing(&bed);
    tcp_bed_inject(&bed, "[ce] EA. 1:1(0) ack 1 win 65535");
    tcp_bed_expect(&bed, "[noecn] . 1:1(0) ack 1"); /* 8 */
    tcp_bed_close(&bed);
}

/* RFC9768-ACCECN-ZERO-1 */
static void test_zero_in_syn_rcvd(void)
{
    TcpBed bed;
    open_bed(&bed, TCP_ECN_ACCURATE, "reno");
    tcp_bed_listen(&bed);
    tcp_bed_inject(&bed, "SEWA 0:0(0) win 65535 <mss 1000>");
    tcp_bed_expect(&bed, "SW. 0:0(0) ack 1");
    tcp_bed_inject(&bed, ". 1:1(0) ack 1 win 65535");
    tcp_bed_inject(&bed, "[ce] . 1:101(100) ack 1 win 65535");
    tcp_bed_expect(&bed, "WA. 1:1(0) ack 101"); /* it goes on telling */
    tcp_bed_send(&bed, 100);
    tcp_bed_expect(&bed, "[noecn] PWA. 1:101(100) ack 101");
    tcp_bed_close(&bed);
}

/* ---- the sender ---- */

static void send_window(TcpBed *bed)
{
    connect_one(bed);
    tcp_bed_send(bed, 30 * MSS);
    for (unsigned i = 0; i < 10; i++) {
        packet_free(tcp_bed_take(bed, __FILE__, __LINE__));
    }
}

static void test_reduction(void)
{
    TcpBed bed;
    send_window(&bed);
    tcp_bed_inject(&bed, "WA. 1:1(0) ack 1001 win 65535"); /* 6: one mark */
    g_assert_cmpuint(cwnd_of(&bed), ==, 5 * MSS);
    tcp_bed_inject(&bed, "EWA. 1:1(0) ack 2001 win 65535"); /* another, of the same window */
    g_assert_cmpuint(cwnd_of(&bed), ==, 5 * MSS);
    g_assert_cmpuint(stats_of(&bed).reductions, ==, 1);
    tcp_bed_inject(&bed, "EWA. 1:1(0) ack 7001 win 65535");
    tcp_bed_expect(&bed, "[ect0] EA. 10001:11001(1000) ack 1"); /* no CWR: the flags are a count */
    tcp_bed_forget(&bed);
    tcp_bed_close(&bed);
}

/* 3.2.2.4: a counter that begins at 0 has been tampered with. */
static void test_zeroed(void)
{
    TcpBed bed;
    send_window(&bed);
    tcp_bed_inject(&bed, ". 1:1(0) ack 1001 win 65535");
    g_assert_cmpuint(stats_of(&bed).reductions, ==, 0);
    tcp_bed_expect(&bed, "[noecn] EA. 10001:11001(1000) ack 1");
    tcp_bed_forget(&bed);
    tcp_bed_close(&bed);
}

typedef struct Wrap {
    const char *label;
    uint16_t flags;
    uint32_t packets, marks; /* acknowledged; how many of them are taken for marked */
} Wrap;

/* RFC9768-ACCECN-WRAP-1: from 5, by the ACE of one ACK. */
static const Wrap wraps[] = {
    { "none", TCP_AE | TCP_ECE, 2, 0 },
    { "one", TCP_AE | TCP_CWR, 2, 1 },
    { "seven", TCP_AE, 7, 7 },
    { "round-once", TCP_AE | TCP_CWR, 9, 9 },      /* 1 or 9: the safe guess */
    { "not-quite-round", TCP_AE | TCP_CWR, 8, 1 }, /* 9 would be more than there were */
    { "none-or-eight", TCP_AE | TCP_ECE, 10, 8 },
    { "round-twice", TCP_AE | TCP_CWR, 17, 17 },
};

static void test_wrap(gconstpointer data)
{
    const Wrap *row = data;
    TcpAccEcn accurate = { .s_cep = 5 };
    Packet pkt = { .tcp.flags = (uint16_t)(row->flags | TCP_ACK) };
    TcpSegment seg;
    tcp_input_begin(&seg, &pkt, 0, 0);
    g_assert_cmpuint(tcp_accecn_marks(&accurate, &seg, row->packets), ==, row->marks);
    g_assert_cmpuint(accurate.s_cep, ==, 5 + row->marks);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(offers); i++) {
        g_autofree char *path =
            g_strconcat("/tcp/accecn/RFC9768-ACCECN-SYNACK-1/", offers[i].label, NULL);
        g_test_add_data_func(path, &offers[i], test_offer);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(answers); i++) {
        g_autofree char *path =
            g_strconcat("/tcp/accecn/RFC9768-ACCECN-FALL-1/", answers[i].label, NULL);
        g_test_add_data_func(path, &answers[i], test_answer);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(wraps); i++) {
        g_autofree char *path =
            g_strconcat("/tcp/accecn/RFC9768-ACCECN-WRAP-1/", wraps[i].label, NULL);
        g_test_add_data_func(path, &wraps[i], test_wrap);
    }
    g_test_add_func("/tcp/accecn/syn-lost", test_syn_lost);
    g_test_add_func("/tcp/accecn/RFC9768-ACCECN-ACK-1", test_counter);
    g_test_add_func("/tcp/accecn/marks-of-acks", test_marks_of_acks);
    g_test_add_func("/tcp/accecn/RFC9768-ACCECN-ZERO-1", test_zero_in_syn_rcvd);
    g_test_add_func("/tcp/accecn/RFC9768-ACCECN-ACE-1", test_reduction);
    g_test_add_func("/tcp/accecn/zeroed", test_zeroed);
    return g_test_run();
}
