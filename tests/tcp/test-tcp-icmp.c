/* Protects: what ICMP errors do to connections: RFC 9293 3.9.2.2, path MTU discovery (RFC 1191),
 * and what is not believed (RFC 5927). */

#include "inet/inet_icmp.h"
#include "lib/tcp-bed.h"

static void open_bed(TcpBed *bed, TcpState state)
{
    TcpConfig config;
    tcp_bed_config(&config);
    tcp_bed_open(bed, &config);
    tcp_bed_reach(bed, state);
}

typedef struct ErrorRow {
    const char *label;
    uint8_t type, code;
    TcpState state;
    bool ends; /* else the program is told, if it says so */
    bool advises;
} ErrorRow;

static const ErrorRow error_rows[] = {
    /* MUST-56: soft errors. */
    { "net-opening", ICMP_UNREACHABLE, 0, TCP_STATE_SYN_SENT, false, true },
    { "host-opening", ICMP_UNREACHABLE, 1, TCP_STATE_SYN_SENT, false, true },
    { "source-route-opening", ICMP_UNREACHABLE, 5, TCP_STATE_SYN_SENT, false, true },
    { "net", ICMP_UNREACHABLE, 0, TCP_STATE_ESTABLISHED, false, true },
    { "host", ICMP_UNREACHABLE, 1, TCP_STATE_ESTABLISHED, false, true },
    { "source-route", ICMP_UNREACHABLE, 5, TCP_STATE_ESTABLISHED, false, true },
    { "time-exceeded", ICMP_TIME_EXCEEDED, 0, TCP_STATE_ESTABLISHED, false, true },
    { "parameter-problem", ICMP_PARAMETER_PROBLEM, 0, TCP_STATE_ESTABLISHED, false, true },
    /* Hard ones: SHLD-26 while opening, RFC 5927 5.2 after. */
    { "protocol-opening", ICMP_UNREACHABLE, 2, TCP_STATE_SYN_SENT, true, false },
    { "port-opening", ICMP_UNREACHABLE, 3, TCP_STATE_SYN_SENT, true, false },
    { "protocol", ICMP_UNREACHABLE, 2, TCP_STATE_ESTABLISHED, false, true },
    { "port", ICMP_UNREACHABLE, 3, TCP_STATE_ESTABLISHED, false, true },
    /* MUST-55. */
    { "source-quench", 4, 0, TCP_STATE_ESTABLISHED, false, false },
};

/* MUST-54. */
static void test_error(gconstpointer data)
{
    const ErrorRow *row = data;
    TcpBed bed;
    open_bed(&bed, row->state);
    if (row->state == TCP_STATE_ESTABLISHED) {
        tcp_bed_send(&bed, 100);
    }
    tcp_bed_forget(&bed);
    tcp_bed_icmp(&bed, row->type, row->code, 0, row->state == TCP_STATE_ESTABLISHED ? 1 : 0);
    tcp_bed_expect_notes(&bed, row->ends ? "closed" : row->advises ? "advice" : "");
    g_assert_cmpint(bed.reason, ==, row->ends ? TCP_REASON_UNREACHABLE : TCP_REASON_NONE);
    tcp_bed_expect_nothing(&bed);
    tcp_bed_close(&bed);
}

/* RFC 5927 4.1: what the error quotes must be under way. */
static void test_not_believed(void)
{
    TcpBed bed;
    open_bed(&bed, TCP_STATE_ESTABLISHED);
    tcp_bed_icmp(&bed, ICMP_UNREACHABLE, 1, 0, 1); /* nothing is */
    tcp_bed_send(&bed, 100);
    tcp_bed_forget(&bed);
    tcp_bed_icmp(&bed, ICMP_UNREACHABLE, 1, 0, 0);
    tcp_bed_icmp(&bed, ICMP_UNREACHABLE, 1, 0, 101);
    tcp_bed_icmp(&bed, ICMP_UNREACHABLE, ICMP_UNREACHABLE_NEEDS_FRAGMENTATION, 600, 101);
    tcp_bed_expect_notes(&bed, "");
    tcp_bed_expect_nothing(&bed);
    tcp_bed_close(&bed);
}

/* SHLD-20: who does not want soft errors is not told of any, and the connection goes on. */
static void test_no_reports(void)
{
    TcpConfig config;
    TcpBed bed;
    tcp_bed_config(&config);
    tcp_bed_open(&bed, &config);
    bed.peer_tcp_port = 80;
    g_assert_nonnull(tcp_connect(bed.tcp, (InetAddr){ 0 }, 0, TCP_BED_PEER, 80, &config, NULL, NULL,
                                 tcp_bed_now(&bed)));
    tcp_bed_run(&bed, 10);
    tcp_bed_expect(&bed, "S 0:0(0) <...>");
    tcp_bed_icmp(&bed, ICMP_UNREACHABLE, 1, 0, 0);
    tcp_bed_expect_notes(&bed, "");
    tcp_bed_inject(&bed, "S. 0:0(0) ack 1 win 65535 <mss 1460>");
    tcp_bed_expect(&bed, ". 1:1(0) ack 1");
    tcp_bed_close(&bed);
}

/* ---- path MTU ---- */

/* The first estimate is the MTU of the first hop, and no router may cut what is sent. */
static void test_first_estimate(void)
{
    TcpBed bed;
    open_bed(&bed, TCP_STATE_ESTABLISHED);
    tcp_bed_send(&bed, 1460);
    Packet *pkt = tcp_bed_take(&bed, __FILE__, __LINE__);
    g_assert_cmpuint(pkt->network_bytes, ==, 1500);
    g_assert_true(pkt->ip.dont_fragment);
    packet_free(pkt);
    tcp_bed_close(&bed);
}

static void too_big(TcpBed *bed, uint32_t mtu_bytes, TcpSeq seq)
{
    tcp_bed_icmp(bed, ICMP_UNREACHABLE, ICMP_UNREACHABLE_NEEDS_FRAGMENTATION, mtu_bytes, seq);
}

/* RFC1191-PMTU-DEC-1: what was too big goes again in smaller segments, the window stays; what comes
 * after is small from the start. */
static void test_lower_mtu(void)
{
    TcpBed bed;
    TcpVars vars;
    open_bed(&bed, TCP_STATE_ESTABLISHED);
    tcp_bed_send(&bed, 2920);
    tcp_bed_forget(&bed);
    too_big(&bed, 1040, 1);
    tcp_bed_expect_why(&bed, ". 1:1001(1000) ack 1", PACKET_WHY_RETRANSMIT_RECOVERY);
    tcp_bed_expect(&bed, ". 1001:1461(460) ack 1");
    tcp_bed_expect(&bed, ". 1461:2461(1000) ack 1");
    tcp_bed_expect(&bed, "P. 2461:2921(460) ack 1");
    tcp_conn_vars(bed.conn, &vars);
    g_assert_cmpuint(vars.cwnd_bytes, ==, 14600);
    /* RFC1191-PMTU-BURST-1: the second of the burst says nothing new. */
    too_big(&bed, 1040, 1461);
    tcp_bed_expect_nothing(&bed);
    tcp_bed_inject(&bed, ". 1:1(0) ack 2921 win 65535");
    tcp_bed_send(&bed, 1000);
    tcp_bed_expect(&bed, "P. 2921:3921(1000) ack 1");
    tcp_bed_close(&bed);
}

/* RFC1191-PMTU-NOINC-1, RFC1191-PMTU-MIN-1. */
static void test_odd_mtus(void)
{
    TcpBed bed;
    open_bed(&bed, TCP_STATE_ESTABLISHED);
    tcp_bed_send(&bed, 1460);
    tcp_bed_forget(&bed);
    too_big(&bed, 9000, 1);
    tcp_bed_expect_nothing(&bed);
    /* Too narrow for us to be sure that all fits: fragments are allowed. */
    too_big(&bed, 68, 1);
    Packet *pkt = tcp_bed_take(&bed, __FILE__, __LINE__);
    g_assert_cmpuint(pkt->network_bytes, <=, 68);
    g_assert_true(pkt->ip.more_fragments);
    packet_free(pkt);
    tcp_bed_forget(&bed);
    tcp_bed_close(&bed);
}

/* A SYN-ACK's peer learns our MSS from the link, not from the path that the ICMP message told of.
 */
static void test_mss_after_lower_mtu(void)
{
    TcpBed bed;
    open_bed(&bed, TCP_STATE_ESTABLISHED);
    tcp_bed_send(&bed, 1460);
    too_big(&bed, 1040, 1);
    tcp_bed_forget(&bed);
    bed.peer_tcp_port = 2000;
    bed.iss_known = false;
    tcp_bed_inject(&bed, "S 0:0(0) win 65535 <mss 1460>");
    tcp_bed_expect(&bed, "S. 0:0(0) ack 1 <mss 1460>");
    tcp_bed_inject(&bed, ". 1:1(0) ack 1 win 65535");
    tcp_bed_send(&bed, 1460);
    tcp_bed_expect(&bed, ". 1:1001(1000) ack 1");
    tcp_bed_forget(&bed);
    tcp_bed_close(&bed);
}

/* RFC1191-PMTU-INC-1, RFC 1191 6.3: what was learned is forgotten after ten minutes, and longer
 * segments are tried; never longer than the peer wants. */
static void test_forgotten(void)
{
    TcpBed bed;
    open_bed(&bed, TCP_STATE_ESTABLISHED);
    tcp_bed_send(&bed, 1460);
    too_big(&bed, 1040, 1);
    tcp_bed_forget(&bed);
    tcp_bed_inject(&bed, ". 1:1(0) ack 1461 win 65535");
    tcp_bed_run(&bed, 590 * SIM_NS_PER_S);
    tcp_bed_send(&bed, 1460);
    tcp_bed_expect(&bed, ". 1461:2461(1000) ack 1");
    tcp_bed_inject(&bed, ". 1:1(0) ack 2461 win 65535");
    tcp_bed_expect(&bed, "P. 2461:2921(460) ack 1");
    tcp_bed_inject(&bed, ". 1:1(0) ack 2921 win 65535");
    tcp_bed_run(&bed, 20 * SIM_NS_PER_S);
    tcp_bed_send(&bed, 1000 + 1460); /* the first one finds out */
    tcp_bed_expect(&bed, ". 2921:3921(1000) ack 1");
    tcp_bed_expect(&bed, "P. 3921:5381(1460) ack 1");
    tcp_bed_close(&bed);
}

/* ---- reports are verified: RFC 5927 7.2 ---- */

static void open_verifying(TcpBed *bed)
{
    TcpConfig config;
    tcp_bed_config(&config);
    config.verify_path_mtu = true;
    tcp_bed_open(bed, &config);
    tcp_bed_reach(bed, TCP_STATE_ESTABLISHED);
    tcp_bed_send(bed, 1460);
    tcp_bed_expect(bed, "P. 1:1461(1460) ack 1");
}

/* Nothing that long has been acknowledged yet. */
static void test_first_report(void)
{
    TcpBed bed;
    open_verifying(&bed);
    too_big(&bed, 1040, 1);
    tcp_bed_expect(&bed, ". 1:1001(1000) ack 1");
    tcp_bed_expect(&bed, "P. 1001:1461(460) ack 1");
    tcp_bed_close(&bed);
}

/* The segment arrives all the same, and the forged report is forgotten. */
static void test_belied_report(void)
{
    TcpBed bed;
    open_verifying(&bed);
    tcp_bed_inject(&bed, ". 1:1(0) ack 1461 win 65535");
    tcp_bed_send(&bed, 1460);
    tcp_bed_expect(&bed, "P. 1461:2921(1460) ack 1");
    too_big(&bed, 1040, 1461);
    tcp_bed_expect_nothing(&bed);
    tcp_bed_inject(&bed, ". 1:1(0) ack 2921 win 65535");
    tcp_bed_send(&bed, 1460);
    tcp_bed_expect(&bed, "P. 2921:4381(1460) ack 1");
    tcp_bed_run(&bed, SIM_NS_PER_S);
    tcp_bed_expect(&bed, "P. 2921:4381(1460) ack 1"); /* this time-out has no report */
    tcp_bed_close(&bed);
}

/* The path has become narrower: a time-out later that is believed. */
static void test_confirmed_report(void)
{
    TcpBed bed;
    open_verifying(&bed);
    tcp_bed_inject(&bed, ". 1:1(0) ack 1461 win 65535");
    tcp_bed_send(&bed, 1460);
    tcp_bed_expect(&bed, "P. 1461:2921(1460) ack 1");
    too_big(&bed, 1040, 1461);
    tcp_bed_expect_nothing(&bed);
    tcp_bed_run(&bed, SIM_NS_PER_S);
    tcp_bed_expect_why(&bed, ". 1461:2461(1000) ack 1", PACKET_WHY_RETRANSMIT_TIMEOUT);
    tcp_bed_close(&bed);
}

/* ---- no message comes ---- */

static void open_doubting(TcpBed *bed)
{
    TcpConfig config;
    tcp_bed_config(&config);
    config.black_hole_detection = true;
    tcp_bed_open(bed, &config);
    tcp_bed_reach(bed, TCP_STATE_ESTABLISHED);
}

/* At 1, 3, 7 and 15 s the segment goes again; the fourth time it is past R1. */
static void test_black_hole(void)
{
    TcpBed bed;
    open_doubting(&bed);
    tcp_bed_send(&bed, 1460);
    tcp_bed_expect(&bed, "P. 1:1461(1460) ack 1");
    for (int i = 0; i < 3; i++) {
        tcp_bed_run(&bed, (SIM_NS_PER_S << i) + SIM_NS_PER_MS);
        tcp_bed_expect_why(&bed, "P. 1:1461(1460) ack 1", PACKET_WHY_RETRANSMIT_TIMEOUT);
    }
    tcp_bed_run(&bed, 8 * SIM_NS_PER_S);
    tcp_bed_expect_why(&bed, ". 1:1025(1024) ack 1", PACKET_WHY_RETRANSMIT_TIMEOUT);
    tcp_bed_forget(&bed);
    tcp_bed_run(&bed, 16 * SIM_NS_PER_S);
    tcp_bed_expect(&bed, ". 1:537(536) ack 1");
    tcp_bed_forget(&bed);
    tcp_bed_run(&bed, 32 * SIM_NS_PER_S);
    tcp_bed_expect(&bed, ". 1:257(256) ack 1");
    tcp_bed_inject(&bed, ". 1:1(0) ack 1461 win 65535");
    tcp_bed_forget(&bed);
    tcp_bed_send(&bed, 300);
    tcp_bed_expect(&bed, ". 1461:1717(256) ack 1");
    tcp_bed_forget(&bed);
    tcp_bed_close(&bed);
}

/* A short segment that times out says nothing about long ones. */
static void test_no_black_hole(void)
{
    TcpBed bed;
    open_doubting(&bed);
    tcp_bed_send(&bed, 200);
    tcp_bed_run(&bed, 40 * SIM_NS_PER_S);
    tcp_bed_inject(&bed, ". 1:1(0) ack 201 win 65535");
    tcp_bed_forget(&bed);
    tcp_bed_send(&bed, 1460);
    tcp_bed_expect(&bed, "P. 201:1661(1460) ack 1");
    tcp_bed_close(&bed);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(error_rows); i++) {
        g_autofree char *path = g_strdup_printf("/tcp/icmp/error/%s", error_rows[i].label);
        g_test_add_data_func(path, &error_rows[i], test_error);
    }
    g_test_add_data_func("/tcp/rfc9293/MUST-54", &error_rows[3], test_error);
    g_test_add_data_func("/tcp/rfc9293/MUST-55", &error_rows[12], test_error);
    g_test_add_data_func("/tcp/rfc9293/MUST-56", &error_rows[4], test_error);
    g_test_add_data_func("/tcp/rfc9293/MUST-47", &error_rows[4], test_error);
    g_test_add_data_func("/tcp/rfc9293/SHLD-25", &error_rows[4], test_error);
    g_test_add_data_func("/tcp/rfc9293/SHLD-26", &error_rows[9], test_error);
    g_test_add_func("/tcp/rfc9293/SHLD-20", test_no_reports);
    g_test_add_func("/tcp/icmp/RFC1191-PMTU-DF-1", test_first_estimate);
    g_test_add_func("/tcp/icmp/not-believed", test_not_believed);
    g_test_add_func("/tcp/icmp/lower-mtu", test_lower_mtu);
    g_test_add_func("/tcp/icmp/odd-mtus", test_odd_mtus);
    g_test_add_func("/tcp/icmp/forgotten", test_forgotten);
    g_test_add_func("/tcp/icmp/first-report", test_first_report);
    g_test_add_func("/tcp/icmp/belied-report", test_belied_report);
    g_test_add_func("/tcp/icmp/confirmed-report", test_confirmed_report);
    g_test_add_func("/tcp/icmp/black-hole", test_black_hole);
    g_test_add_func("/tcp/icmp/no-black-hole", test_no_black_hole);
    g_test_add_func("/tcp/icmp/mss-after-lower-mtu", test_mss_after_lower_mtu);
    return g_test_run();
}
