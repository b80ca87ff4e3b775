/* Protects: explicit congestion notification (RFC 3168 section 6.1, RFC 8311): how it is agreed and
 * how not, what bears ECT, how marks come back, and that the window answers once. */

#include "lib/tcp-bed.h"

#include "tcp/tcp_ecn.h"

enum { MSS = 1000 };

static void open_bed(TcpBed *bed, TcpEcnUse use)
{
    TcpConfig config;
    tcp_bed_config(&config);
    config.mss_bytes = MSS;
    config.ecn = use;
    config.cc = tcp_cc_find("reno");
    config.delayed_ack = false;
    tcp_bed_open(bed, &config);
    bed->reads = true;
}

static void connect_one(TcpBed *bed)
{
    tcp_bed_connect(bed);
    tcp_bed_expect(bed, "[noecn] SEW 0:0(0) win 65535 <mss 1000>");
    tcp_bed_inject(bed, "SE. 0:0(0) ack 1 win 65535 <mss 1000>");
    tcp_bed_expect(bed, "[noecn] . 1:1(0) ack 1");
}

static void accept_one(TcpBed *bed)
{
    tcp_bed_listen(bed);
    tcp_bed_inject(bed, "SEW 0:0(0) win 65535 <mss 1000>");
    tcp_bed_expect(bed, "[noecn] SE. 0:0(0) ack 1 win 65535 <mss 1000>");
    tcp_bed_inject(bed, ". 1:1(0) ack 1 win 65535");
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

/* ---- RFC3168-ECN-NEG-1 ---- */

typedef struct Answer {
    const char *label;
    TcpEcnUse use;
    const char *syn, *syn_ack; /* ours, and the peer's answer */
    bool agreed;
} Answer;

static const Answer answers[] = {
    { "agreed", TCP_ECN_ON, "SEW 0:0(0)", "SE. 0:0(0) ack 1 win 65535 <mss 1000>", true },
    { "silent", TCP_ECN_ON, "SEW 0:0(0)", "S. 0:0(0) ack 1 win 65535 <mss 1000>", false },
    { "reflected", TCP_ECN_ON, "SEW 0:0(0)", "SEW. 0:0(0) ack 1 win 65535 <mss 1000>", false },
    { "cwr-alone", TCP_ECN_ON, "SEW 0:0(0)", "SW. 0:0(0) ack 1 win 65535 <mss 1000>", false },
    { "unasked", TCP_ECN_ACCEPT, "S 0:0(0)", "SE. 0:0(0) ack 1 win 65535 <mss 1000>", false },
    { "off", TCP_ECN_OFF, "S 0:0(0)", "SE. 0:0(0) ack 1 win 65535 <mss 1000>", false },
};

static void test_answer(gconstpointer data)
{
    const Answer *row = data;
    TcpBed bed;
    open_bed(&bed, row->use);
    tcp_bed_connect(&bed);
    tcp_bed_expect(&bed, row->syn);
    tcp_bed_inject(&bed, row->syn_ack);
    tcp_bed_expect(&bed, "[noecn] . 1:1(0) ack 1");
    g_assert_cmpint(stats_of(&bed).agreed, ==, row->agreed);
    tcp_bed_send(&bed, 100);
    tcp_bed_expect(&bed,
                   row->agreed ? "[ect0] P. 1:101(100) ack 1" : "[noecn] P. 1:101(100) ack 1");
    tcp_bed_close(&bed);
}

typedef struct Offer {
    const char *label;
    TcpEcnUse use;
    const char *syn, *syn_ack; /* the peer's, and our answer */
    bool agreed;
} Offer;

static const Offer offers[] = {
    { "accepts", TCP_ECN_ACCEPT, "SEW 0:0(0) win 65535 <mss 1000>", "SE. 0:0(0) ack 1", true },
    { "on", TCP_ECN_ON, "SEW 0:0(0) win 65535 <mss 1000>", "SE. 0:0(0) ack 1", true },
    { "off", TCP_ECN_OFF, "SEW 0:0(0) win 65535 <mss 1000>", "S. 0:0(0) ack 1", false },
    { "ece-alone", TCP_ECN_ON, "SE 0:0(0) win 65535 <mss 1000>", "S. 0:0(0) ack 1", false },
    { "cwr-alone", TCP_ECN_ON, "SW 0:0(0) win 65535 <mss 1000>", "S. 0:0(0) ack 1", false },
    { "accurate-asked", TCP_ECN_ON, "SEWA 0:0(0) win 65535 <mss 1000>", "SE. 0:0(0) ack 1", true },
};

static void test_offer(gconstpointer data)
{
    const Offer *row = data;
    TcpBed bed;
    open_bed(&bed, row->use);
    tcp_bed_listen(&bed);
    tcp_bed_inject(&bed, row->syn);
    tcp_bed_expect(&bed, row->syn_ack);
    tcp_bed_inject(&bed, ". 1:1(0) ack 1 win 65535");
    g_assert_cmpint(stats_of(&bed).agreed, ==, row->agreed);
    tcp_bed_close(&bed);
}

/* 6.1.1: two SYNs that cross are two offers. */
static void test_simultaneous(void)
{
    TcpBed bed;
    open_bed(&bed, TCP_ECN_ON);
    tcp_bed_connect(&bed);
    tcp_bed_expect(&bed, "SEW 0:0(0)");
    tcp_bed_inject(&bed, "SEW 0:0(0) win 65535 <mss 1000>");
    tcp_bed_expect(&bed, "[noecn] SE. 0:0(0) ack 1");
    tcp_bed_inject(&bed, "SE. 0:0(0) ack 1 win 65535 <mss 1000>");
    g_assert_true(stats_of(&bed).agreed);
    tcp_bed_close(&bed);
}

/* 6.1.1: who sees a SYN without the flags after one with them must set no ECT. */
static void test_syn_again_without(void)
{
    TcpBed bed;
    open_bed(&bed, TCP_ECN_ON);
    tcp_bed_listen(&bed);
    tcp_bed_inject(&bed, "SEW 0:0(0) win 65535 <mss 1000>");
    tcp_bed_expect(&bed, "SE. 0:0(0) ack 1");
    tcp_bed_inject(&bed, "S 0:0(0) win 65535 <mss 1000>");
    tcp_bed_expect(&bed, "S. 0:0(0) ack 1");
    tcp_bed_inject(&bed, ". 1:1(0) ack 1 win 65535");
    g_assert_false(stats_of(&bed).agreed);
    tcp_bed_close(&bed);
}

/* ---- 6.1.1.1: falling back ---- */

static void test_syn_lost(void)
{
    TcpBed bed;
    open_bed(&bed, TCP_ECN_ON);
    tcp_bed_connect(&bed);
    tcp_bed_expect(&bed, "SEW 0:0(0)");
    tcp_bed_run(&bed, SIM_NS_PER_S);
    tcp_bed_expect(&bed, "S 0:0(0)");
    /* It was the first that has arrived: marks are echoed, but nothing of ours bears ECT. */
    tcp_bed_inject(&bed, "SE. 0:0(0) ack 1 win 65535 <mss 1000>");
    tcp_bed_expect(&bed, ". 1:1(0) ack 1");
    tcp_bed_inject(&bed, "[ce] . 1:101(100) ack 1 win 65535");
    tcp_bed_expect(&bed, "E. 1:1(0) ack 101");
    tcp_bed_send(&bed, 100);
    tcp_bed_expect(&bed, "[noecn] PE. 1:101(100) ack 101");
    tcp_bed_close(&bed);
}

static void test_syn_reset(void)
{
    TcpBed bed;
    open_bed(&bed, TCP_ECN_ON);
    tcp_bed_connect(&bed);
    tcp_bed_expect(&bed, "SEW 0:0(0)");
    tcp_bed_inject(&bed, "R. 0:0(0) ack 1 win 0");
    tcp_bed_expect(&bed, "S 0:0(0)");
    tcp_bed_expect_states(&bed, "CLOSED SYN-SENT");
    tcp_bed_inject(&bed, "R. 0:0(0) ack 1 win 0");
    tcp_bed_expect_states(&bed, "SYN-SENT CLOSED");
    g_assert_cmpint(bed.reason, ==, TCP_REASON_REFUSED);
    tcp_bed_close(&bed);
}

/* ---- RFC3168-ECN-ECT-1, RFC8311-ECN-ECT0-1, RFC8311-ECN-CTRL-1 ---- */

static void test_codepoints(void)
{
    TcpBed bed;
    open_bed(&bed, TCP_ECN_ON);
    connect_one(&bed); /* SYN and pure ACK: no */
    tcp_bed_send(&bed, 2 * MSS);
    tcp_bed_expect(&bed, "[ect0] . 1:1001(1000) ack 1");
    tcp_bed_expect(&bed, "[ect0] P. 1001:2001(1000) ack 1");
    tcp_bed_run(&bed, SIM_NS_PER_S);
    tcp_bed_expect(&bed, "[noecn] . 1:1001(1000) ack 1"); /* a retransmission: no */
    tcp_bed_inject(&bed, ". 1:1(0) ack 2001 win 0");
    tcp_bed_send(&bed, 100);
    tcp_bed_run(&bed, 2 * SIM_NS_PER_S);
    tcp_bed_expect(&bed, "[noecn] . 2001:2002(1) ack 1"); /* a window probe: no */
    tcp_bed_inject(&bed, ". 1:1(0) ack 2001 win 65535");
    tcp_bed_expect(&bed, "[ect0] PW. 2001:2101(100) ack 1"); /* and CWR for the time-out */
    tcp_bed_inject(&bed, ". 1:1(0) ack 2101 win 65535");
    tcp_shutdown(bed.conn, tcp_bed_now(&bed));
    tcp_bed_run(&bed, SIM_NS_PER_MS);
    tcp_bed_expect(&bed, "[noecn] F. 2101:2101(0) ack 1"); /* a FIN without data: no */
    tcp_bed_close(&bed);
}

/* DSCP is the program's, the ECN field TCP's. */
static void test_dscp_stays(void)
{
    TcpBed bed;
    open_bed(&bed, TCP_ECN_ON);
    connect_one(&bed);
    tcp_set_tos(bed.conn, 0xb9);
    tcp_bed_send(&bed, 100);
    Packet *pkt = tcp_bed_take(&bed, __FILE__, __LINE__);
    g_assert_cmphex(pkt->ip.tos, ==, 0xb8 | WIRE_IP_ECT_0);
    packet_free(pkt);
    tcp_bed_close(&bed);
}

/* ---- the receiver: RFC3168-ECN-ECE-1 ---- */

static void test_echo(void)
{
    TcpBed bed;
    open_bed(&bed, TCP_ECN_ACCEPT);
    accept_one(&bed);
    tcp_bed_inject(&bed, "[ect0] . 1:101(100) ack 1 win 65535");
    tcp_bed_expect(&bed, ". 1:1(0) ack 101");
    tcp_bed_inject(&bed, "[ce] . 101:201(100) ack 1 win 65535");
    tcp_bed_expect(&bed, "E. 1:1(0) ack 201");
    tcp_bed_inject(&bed, "[ect0] . 201:301(100) ack 1 win 65535");
    tcp_bed_expect(&bed, "E. 1:1(0) ack 301"); /* until CWR */
    tcp_bed_inject(&bed, "[ect0] W. 301:401(100) ack 1 win 65535");
    tcp_bed_expect(&bed, ". 1:1(0) ack 401");
    /* What bears both tells of new congestion. */
    tcp_bed_inject(&bed, "[ce] W. 401:501(100) ack 1 win 65535");
    tcp_bed_expect(&bed, "E. 1:1(0) ack 501");
    g_assert_cmpuint(stats_of(&bed).ce_received, ==, 2);
    g_assert_cmpuint(stats_of(&bed).ece_sent, ==, 3);
    tcp_bed_close(&bed);
}

/* 6.1.4: the mark of a pure ACK; RFC3168-ECN-OOW-1: of what lies outside the window. */
static void test_marks_that_do_not_count(void)
{
    TcpBed bed;
    open_bed(&bed, TCP_ECN_ACCEPT);
    accept_one(&bed);
    tcp_bed_inject(&bed, "[ce] . 1:1(0) ack 1 win 65535");
    tcp_bed_inject(&bed, "[ce] . 70001:70101(100) ack 1 win 65535");
    tcp_bed_expect(&bed, ". 1:1(0) ack 1");
    tcp_bed_inject(&bed, "[ect0] . 1:101(100) ack 1 win 65535");
    tcp_bed_expect(&bed, ". 1:1(0) ack 101");
    tcp_bed_inject(&bed, "[ce] . 1:101(100) ack 1 win 65535"); /* known already */
    tcp_bed_expect(&bed, ". 1:1(0) ack 101");
    g_assert_cmpuint(stats_of(&bed).ce_received, ==, 0);
    tcp_bed_close(&bed);
}

/* Who has not agreed reads marks as nothing. */
static void test_not_agreed(void)
{
    TcpBed bed;
    open_bed(&bed, TCP_ECN_OFF);
    tcp_bed_accept_one(&bed);
    tcp_bed_inject(&bed, "[ce] . 1:101(100) ack 1 win 65535");
    tcp_bed_expect(&bed, "[noecn] . 1:1(0) ack 101");
    tcp_bed_close(&bed);
}

/* ---- the sender: RFC3168-ECN-RESP-1, RFC3168-ECN-CWR-1 ---- */

/* Ten segments are out, the window is full. */
static void send_window(TcpBed *bed, uint32_t more_bytes)
{
    connect_one(bed);
    g_assert_cmpuint(cwnd_of(bed), ==, 10 * MSS);
    tcp_bed_send(bed, 10 * MSS + more_bytes);
    for (unsigned i = 0; i < 10; i++) {
        packet_free(tcp_bed_take(bed, __FILE__, __LINE__));
    }
}

static void test_once_a_window(void)
{
    TcpBed bed;
    open_bed(&bed, TCP_ECN_ON);
    send_window(&bed, 20 * MSS);
    tcp_bed_inject(&bed, "E. 1:1(0) ack 1001 win 65535");
    g_assert_cmpuint(cwnd_of(&bed), ==, 5 * MSS); /* like one loss */
    tcp_bed_inject(&bed, "E. 1:1(0) ack 5001 win 65535");
    g_assert_cmpuint(cwnd_of(&bed), ==, 5 * MSS); /* neither again, nor does it grow */
    tcp_bed_inject(&bed, "E. 1:1(0) ack 7001 win 65535");
    tcp_bed_expect(&bed, "[ect0] W. 10001:11001(1000) ack 1"); /* CWR on the first new data... */
    tcp_bed_expect(&bed, "[ect0] . 11001:12001(1000) ack 1");  /* ...alone */
    tcp_bed_inject(&bed, "E. 1:1(0) ack 10001 win 65535");
    g_assert_cmpuint(cwnd_of(&bed), ==, 5 * MSS);
    g_assert_cmpuint(stats_of(&bed).reductions, ==, 1);
    tcp_bed_forget(&bed);
    /* What was sent after the cut is marked: a new window. */
    tcp_bed_inject(&bed, "E. 1:1(0) ack 11001 win 65535");
    g_assert_cmpuint(stats_of(&bed).reductions, ==, 2);
    g_assert_cmpuint(cwnd_of(&bed), ==, 5 * MSS / 2);
    tcp_bed_forget(&bed);
    tcp_bed_close(&bed);
}

/* 6.1.2: a loss among what marks have answered for is no second congestion; CWR does not ride on
 * the retransmission. */
static void test_marks_then_loss(void)
{
    TcpBed bed;
    open_bed(&bed, TCP_ECN_ON);
    send_window(&bed, 20 * MSS);
    tcp_bed_inject(&bed, "E. 1:1(0) ack 1001 win 65535");
    for (unsigned i = 0; i < 3; i++) {
        tcp_bed_inject(&bed, "E. 1:1(0) ack 1001 win 65535");
    }
    tcp_bed_expect(&bed, "[noecn] . 1001:2001(1000) ack 1");
    g_assert_cmpuint(cwnd_of(&bed), ==, 5 * MSS);
    tcp_bed_inject(&bed, ". 1:1(0) ack 10001 win 65535");
    tcp_bed_expect(&bed, "[ect0] W. 10001:11001(1000) ack 1");
    g_assert_cmpuint(cwnd_of(&bed), ==, 5 * MSS);
    tcp_bed_forget(&bed);
    tcp_bed_close(&bed);
}

/* The other way round: marks of the window whose loss has been answered. */
static void test_loss_then_marks(void)
{
    TcpBed bed;
    open_bed(&bed, TCP_ECN_ON);
    send_window(&bed, 20 * MSS);
    for (unsigned i = 0; i < 3; i++) {
        tcp_bed_inject(&bed, ". 1:1(0) ack 1 win 65535");
    }
    uint32_t after_loss_bytes = cwnd_of(&bed);
    tcp_bed_forget(&bed);
    tcp_bed_inject(&bed, "E. 1:1(0) ack 12001 win 65535");
    g_assert_cmpuint(cwnd_of(&bed), ==, after_loss_bytes);
    g_assert_cmpuint(stats_of(&bed).reductions, ==, 0);
    tcp_bed_expect(&bed, "[ect0] W. 12001:13001(1000) ack 1"); /* any reduction is told */
    tcp_bed_forget(&bed);
    tcp_bed_close(&bed);
}

/* RFC3168-ECN-ONE-1: at a window of one segment each mark makes the sender wait for a time-out,
 * each twice as long as the one before. */
static void test_one_segment(void)
{
    TcpBed bed;
    TcpConfig config;
    tcp_bed_config(&config);
    config.mss_bytes = MSS;
    config.ecn = TCP_ECN_ON;
    config.cc = tcp_cc_find("reno");
    config.initial_window_segments = 1;
    tcp_bed_open(&bed, &config);
    connect_one(&bed);
    tcp_bed_send(&bed, 5 * MSS);
    tcp_bed_expect(&bed, "[ect0] . 1:1001(1000) ack 1");
    tcp_bed_inject(&bed, "E. 1:1(0) ack 1001 win 65535");
    g_assert_cmpuint(cwnd_of(&bed), ==, MSS);
    tcp_bed_run(&bed, 999 * SIM_NS_PER_MS);
    tcp_bed_expect_nothing(&bed);
    tcp_bed_run(&bed, 2 * SIM_NS_PER_MS);
    tcp_bed_expect(&bed, "[ect0] W. 1001:2001(1000) ack 1");
    tcp_bed_inject(&bed, "E. 1:1(0) ack 2001 win 65535");
    tcp_bed_run(&bed, 1999 * SIM_NS_PER_MS);
    tcp_bed_expect_nothing(&bed);
    tcp_bed_run(&bed, 2 * SIM_NS_PER_MS);
    tcp_bed_expect(&bed, "[ect0] W. 2001:3001(1000) ack 1");
    /* Without a mark it goes on at once. */
    tcp_bed_inject(&bed, ". 1:1(0) ack 3001 win 65535");
    tcp_bed_expect(&bed, "[ect0] . 3001:4001(1000) ack 1");
    tcp_bed_forget(&bed);
    tcp_bed_close(&bed);
}

/* ---- DCTCP's receiver and handshake (RFC 8257 3.2, 3.6) ---- */

static void open_dctcp(TcpBed *bed)
{
    TcpConfig config;
    tcp_bed_config(&config);
    config.mss_bytes = MSS;
    config.ecn = TCP_ECN_ON;
    config.cc = tcp_cc_find("dctcp");
    tcp_bed_open(bed, &config);
    bed->reads = true;
    tcp_bed_listen(bed);
    tcp_bed_inject(bed, "[ce] SEW 0:0(0) win 65535 <mss 1000>");
    tcp_bed_expect(bed, "[ect0] SE. 0:0(0) ack 1 win 65535 <mss 1000>");
    tcp_bed_inject(bed, ". 1:1(0) ack 1 win 65535");
}

/* RFC8257-DCTCP-ECE-1, RFC8257-DCTCP-ACK-1: each ACK covers data of one kind, CWR or not. */
static void test_mirror(void)
{
    TcpBed bed;
    open_dctcp(&bed);
    tcp_bed_inject(&bed, "[ect0] . 1:1001(1000) ack 1 win 65535");
    tcp_bed_expect_nothing(&bed); /* delayed */
    tcp_bed_inject(&bed, "[ce] . 1001:2001(1000) ack 1 win 65535");
    tcp_bed_expect(&bed, ". 1:1(0) ack 1001"); /* at once, for what was not marked */
    tcp_bed_expect_nothing(&bed);
    tcp_bed_inject(&bed, "[ce] . 2001:3001(1000) ack 1 win 65535");
    tcp_bed_expect(&bed, "E. 1:1(0) ack 3001");
    tcp_bed_inject(&bed, "[ce] W. 3001:4001(1000) ack 1 win 65535");
    tcp_bed_inject(&bed, "[ect0] . 4001:5001(1000) ack 1 win 65535");
    tcp_bed_expect(&bed, "E. 1:1(0) ack 4001");
    tcp_bed_inject(&bed, "[ect0] . 5001:6001(1000) ack 1 win 65535");
    tcp_bed_expect(&bed, ". 1:1(0) ack 6001");
    tcp_bed_close(&bed);
}

/* RFC8257-DCTCP-SYN-1: SYN, SYN-ACK and RST bear ECT, and their marks are ignored. */
static void test_control_bears_ect(void)
{
    TcpBed bed;
    open_dctcp(&bed);
    g_assert_cmpuint(stats_of(&bed).ce_received, ==, 0);
    tcp_abort(bed.conn, tcp_bed_now(&bed));
    bed.conn = NULL;
    tcp_bed_run(&bed, SIM_NS_PER_MS);
    tcp_bed_expect(&bed, "[ect0] R 1:1(0)");
    tcp_bed_close(&bed);
}

/* RFC8311-ECN-NONCE-1: the former NS bit says nothing to who knows RFC 3168 alone. */
static void test_no_nonce(void)
{
    TcpBed bed;
    open_bed(&bed, TCP_ECN_ACCEPT);
    accept_one(&bed);
    tcp_bed_inject(&bed, "[ect1] A. 1:101(100) ack 1 win 65535");
    tcp_bed_expect(&bed, "[noecn] . 1:1(0) ack 101");
    tcp_bed_close(&bed);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(answers); i++) {
        g_autofree char *path =
            g_strconcat("/tcp/ecn/RFC3168-ECN-NEG-1/answer/", answers[i].label, NULL);
        g_test_add_data_func(path, &answers[i], test_answer);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(offers); i++) {
        g_autofree char *path =
            g_strconcat("/tcp/ecn/RFC3168-ECN-NEG-1/offer/", offers[i].label, NULL);
        g_test_add_data_func(path, &offers[i], test_offer);
    }
    g_test_add_data_func("/tcp/ecn/SHLD-8", &answers[0], test_answer);
    g_test_add_func("/tcp/ecn/simultaneous", test_simultaneous);
    g_test_add_func("/tcp/ecn/syn-again-without", test_syn_again_without);
    g_test_add_func("/tcp/ecn/syn-lost", test_syn_lost);
    g_test_add_func("/tcp/ecn/syn-reset", test_syn_reset);
    g_test_add_func("/tcp/ecn/RFC3168-ECN-ECT-1", test_codepoints);
    g_test_add_func("/tcp/ecn/dscp-stays", test_dscp_stays);
    g_test_add_func("/tcp/ecn/RFC3168-ECN-ECE-1", test_echo);
    g_test_add_func("/tcp/ecn/RFC3168-ECN-OOW-1", test_marks_that_do_not_count);
    g_test_add_func("/tcp/ecn/not-agreed", test_not_agreed);
    g_test_add_func("/tcp/ecn/RFC3168-ECN-RESP-1", test_once_a_window);
    g_test_add_func("/tcp/ecn/RFC3168-ECN-CWR-1", test_marks_then_loss);
    g_test_add_func("/tcp/ecn/loss-then-marks", test_loss_then_marks);
    g_test_add_func("/tcp/ecn/RFC3168-ECN-ONE-1", test_one_segment);
    g_test_add_func("/tcp/ecn/RFC8311-ECN-NONCE-1", test_no_nonce);
    g_test_add_func("/tcp/ecn/RFC8257-DCTCP-ECE-1", test_mirror);
    g_test_add_func("/tcp/ecn/RFC8257-DCTCP-SYN-1", test_control_bears_ect);
    return g_test_run();
}
