/* Protects: the client of Fast Open (RFC 7413 4.1.3, 4.2): how it comes by a cookie, what a SYN
 * with data carries, and that whatever goes wrong with it leads back to an ordinary handshake. */

#include "lib/tcp-bed.h"

#define COOKIE "<mss 1000,FO 0011223344556677>"

static void open_client(TcpBed *bed, uint8_t fast_open, bool cookies)
{
    TcpConfig config;
    tcp_bed_config(&config);
    config.fast_open = fast_open;
    config.fast_open_cookies = cookies;
    tcp_bed_open(bed, &config);
}

/* The connection goes, and another one may be opened. */
static void forget_connection(TcpBed *bed)
{
    if (bed->conn != NULL) {
        tcp_abort(bed->conn, tcp_bed_now(bed));
    }
    tcp_bed_run(bed, 10);
    tcp_bed_forget(bed);
    bed->conn = NULL;
    bed->iss_known = false;
}

/* A first connection, on which the server answers the request with these options. */
static void ask(TcpBed *bed, const char *answer)
{
    tcp_bed_connect(bed);
    tcp_bed_expect(bed, "S 0:0(0) <mss 1460,FO>");
    tcp_bed_injectf(bed, "S. 0:0(0) ack 1 win 65535 %s", answer);
    tcp_bed_expect(bed, ". 1:1(0) ack 1");
    tcp_bed_expect_notes(bed, "established");
    forget_connection(bed);
}

/* A host that has a cookie, and a second connection that waits for the program. */
static void open_with_cookie(TcpBed *bed)
{
    open_client(bed, TCP_FAST_OPEN_CLIENT, true);
    ask(bed, COOKIE);
    tcp_bed_connect(bed);
    g_assert_true(tcp_connect_waits(bed->conn));
    tcp_bed_expect_nothing(bed);
    tcp_bed_expect_notes(bed, "established");
}

static void send_on_syn(TcpBed *bed)
{
    tcp_bed_send(bed, 100);
    tcp_bed_expect_why(bed, "S 0:100(100) <mss 1460,FO 0011223344556677>", PACKET_WHY_OPEN);
    g_assert_false(tcp_connect_waits(bed->conn));
}

/* Whether the next connection tries, asks, or does neither. */
static void expect_next(TcpBed *bed, const char *syn)
{
    forget_connection(bed);
    tcp_bed_connect(bed);
    if (tcp_connect_waits(bed->conn)) {
        tcp_bed_send(bed, 10);
    }
    tcp_bed_expect(bed, syn);
}

static void test_first_asks(void)
{
    TcpBed bed;
    open_client(&bed, TCP_FAST_OPEN_CLIENT, true);
    ask(&bed, COOKIE);
    expect_next(&bed, "S 0:10(10) <mss 1460,FO 0011223344556677>");
    tcp_bed_close(&bed);
}

/* Data and SYN are acknowledged at once: a round trip is saved. */
static void test_data_taken(void)
{
    TcpBed bed;
    open_with_cookie(&bed);
    send_on_syn(&bed);
    tcp_bed_inject(&bed, "S. 0:0(0) ack 101 win 65535 <mss 1460>");
    tcp_bed_expect_why(&bed, ". 101:101(0) ack 1", PACKET_WHY_ACK);
    tcp_bed_expect_notes(&bed, "writable sent"); /* and not established once more */
    g_assert_true(tcp_syn_data_acked(bed.conn));
    tcp_bed_send(&bed, 50);
    tcp_bed_expect(&bed, "P. 101:151(50) ack 1");
    tcp_bed_close(&bed);
}

/* 4.1.3: as much as fits the MSS that the server announced, all options that there might be taken
 * off; the rest when it is established. */
static void test_long_data(void)
{
    TcpBed bed;
    open_with_cookie(&bed);
    g_assert_cmpuint(tcp_fast_open_room_bytes(bed.conn), ==, 960);
    tcp_bed_send(&bed, 2000);
    tcp_bed_expect(&bed, "S 0:960(960) <mss 1460,FO 0011223344556677>");
    tcp_bed_inject(&bed, "S. 0:0(0) ack 961 win 65535 <mss 1000>");
    tcp_bed_expect(&bed, ". 961:1961(1000) ack 1");
    tcp_bed_inject(&bed, ". 1:1(0) ack 1961 win 65535");
    tcp_bed_expect(&bed, "P. 1961:2001(40) ack 1");
    tcp_bed_close(&bed);
}

/* 4.2.2: what was not taken goes with the ACK of the SYN-ACK; and the server has said no. */
static void test_only_syn_taken(void)
{
    TcpBed bed;
    open_with_cookie(&bed);
    send_on_syn(&bed);
    uint32_t cwnd_before = 10 * 1460;
    tcp_bed_inject(&bed, "S. 0:0(0) ack 1 win 65535 <mss 1460>");
    tcp_bed_expect_why(&bed, "P. 1:101(100) ack 1", PACKET_WHY_RETRANSMIT_RECOVERY);
    g_assert_false(tcp_syn_data_acked(bed.conn));
    TcpVars vars;
    tcp_conn_vars(bed.conn, &vars);
    g_assert_cmpuint(vars.cwnd_bytes, ==, cwnd_before); /* nothing was lost */
    tcp_bed_inject(&bed, ". 1:1(0) ack 101 win 65535");
    tcp_bed_expect_notes(&bed, "writable sent");
    expect_next(&bed, "S 0:0(0) <mss 1460>");
    tcp_bed_close(&bed);
}

static void test_part_taken(void)
{
    TcpBed bed;
    open_with_cookie(&bed);
    send_on_syn(&bed);
    tcp_bed_inject(&bed, "S. 0:0(0) ack 41 win 65535 <mss 1460>");
    tcp_bed_expect(&bed, "P. 41:101(60) ack 1");
    g_assert_false(tcp_syn_data_acked(bed.conn));
    tcp_bed_close(&bed);
}

/* The server's key has changed: it grants another cookie with its refusal. */
static void test_new_cookie(void)
{
    TcpBed bed;
    open_with_cookie(&bed);
    send_on_syn(&bed);
    tcp_bed_inject(&bed, "S. 0:0(0) ack 1 win 65535 <mss 1460,FO aabbccdd>");
    tcp_bed_expect(&bed, "P. 1:101(100) ack 1");
    expect_next(&bed, "S 0:10(10) <mss 1460,FO aabbccdd>");
    tcp_bed_close(&bed);
}

/* 4.2.2, 4.1.3.1: a SYN that is sent again is an ordinary one, and so are the next ones. */
static void test_syn_lost(void)
{
    TcpBed bed;
    open_with_cookie(&bed);
    send_on_syn(&bed);
    tcp_bed_run(&bed, SIM_NS_PER_S);
    tcp_bed_expect_why(&bed, "S 0:0(0) <mss 1460>", PACKET_WHY_RETRANSMIT_TIMEOUT);
    tcp_bed_inject(&bed, "S. 0:0(0) ack 1 win 65535 <mss 1460>");
    tcp_bed_expect(&bed, "P. 1:101(100) ack 1");
    expect_next(&bed, "S 0:0(0) <mss 1460>");
    forget_connection(&bed);
    tcp_bed_run(&bed, bed.config.fast_open_hold_off_ns);
    expect_next(&bed, "S 0:10(10) <mss 1460,FO 0011223344556677>");
    tcp_bed_close(&bed);
}

/* The first SYN was only late: its data is acknowledged by the answer to it. */
static void test_syn_late(void)
{
    TcpBed bed;
    open_with_cookie(&bed);
    send_on_syn(&bed);
    tcp_bed_run(&bed, SIM_NS_PER_S);
    tcp_bed_expect(&bed, "S 0:0(0) <mss 1460>");
    tcp_bed_inject(&bed, "S. 0:0(0) ack 101 win 65535 <mss 1460>");
    tcp_bed_expect(&bed, ". 101:101(0) ack 1");
    tcp_bed_close(&bed);
}

/* RFC 9293 3.10.7.3: an acknowledgement of what was never sent. */
static void test_too_much_acknowledged(void)
{
    TcpBed bed;
    open_with_cookie(&bed);
    send_on_syn(&bed);
    tcp_bed_inject(&bed, "S. 0:0(0) ack 102 win 65535 <mss 1460>");
    tcp_bed_expect(&bed, "R 102:102(0)");
    g_assert_cmpint(tcp_conn_state(bed.conn), ==, TCP_STATE_SYN_SENT);
    tcp_bed_close(&bed);
}

static void test_answer_on_syn_ack(void)
{
    TcpBed bed;
    open_with_cookie(&bed);
    bed.reads = true;
    send_on_syn(&bed);
    tcp_bed_inject(&bed, "S. 0:200(200) ack 101 win 65535 <mss 1460>");
    tcp_bed_expect(&bed, ". 101:101(0) ack 201");
    g_assert_cmpuint(bed.read_bytes, ==, 200);
    tcp_bed_close(&bed);
}

static void test_refused(void)
{
    TcpBed bed;
    open_with_cookie(&bed);
    send_on_syn(&bed);
    tcp_bed_inject(&bed, "R. 0:0(0) ack 101");
    tcp_bed_expect_notes(&bed, "closed");
    g_assert_cmpint(bed.reason, ==, TCP_REASON_REFUSED);
    tcp_bed_close(&bed);
}

/* Both ends open at once, each with data; neither has proved anything to the other. */
static void test_simultaneous(void)
{
    TcpBed bed;
    open_with_cookie(&bed);
    send_on_syn(&bed);
    tcp_bed_inject(&bed, "S 0:0(0) win 65535 <mss 1460,FO 0011223344556677>");
    tcp_bed_expect(&bed, "S. 0:0(0) ack 1 <mss 1460>");
    tcp_bed_inject(&bed, "S. 0:0(0) ack 101 win 65535 <mss 1460>");
    g_assert_cmpint(tcp_conn_state(bed.conn), ==, TCP_STATE_ESTABLISHED);
    g_assert_true(tcp_syn_data_acked(bed.conn));
    tcp_bed_close(&bed);
}

/* A path that takes less than the SYN holds: it goes again, alone and at once. */
static void test_too_big_for_path(void)
{
    TcpBed bed;
    open_with_cookie(&bed);
    tcp_bed_send(&bed, 960);
    tcp_bed_expect(&bed, "S 0:960(960) <mss 1460,FO 0011223344556677>");
    tcp_bed_icmp(&bed, 3, 4, 600, 0);
    tcp_bed_expect(&bed, "S 0:0(0) <mss 1460>");
    tcp_bed_inject(&bed, "S. 0:0(0) ack 1 win 65535 <mss 1460>");
    tcp_bed_expect(&bed, ". 1:561(560) ack 1");
    tcp_bed_expect(&bed, "P. 561:961(400) ack 1");
    expect_next(&bed, "S 0:0(0) <mss 1460>");
    tcp_bed_close(&bed);
}

/* ---- without data ---- */

static void test_without_data(void)
{
    TcpBed bed;
    open_with_cookie(&bed);
    tcp_connect_now(bed.conn, tcp_bed_now(&bed));
    tcp_bed_run(&bed, 10);
    tcp_bed_expect(&bed, "S 0:0(0) <mss 1460,FO 0011223344556677>");
    tcp_bed_inject(&bed, "S. 0:0(0) ack 1 win 65535 <mss 1460>");
    tcp_bed_expect(&bed, ". 1:1(0) ack 1");
    g_assert_false(tcp_syn_data_acked(bed.conn));
    tcp_bed_close(&bed);
}

/* Nobody has heard of the connection: nothing is to be undone. */
static void test_closed_while_it_waits(void)
{
    TcpBed bed;
    open_with_cookie(&bed);
    tcp_close(g_steal_pointer(&bed.conn), tcp_bed_now(&bed));
    tcp_bed_run(&bed, SIM_NS_PER_S);
    tcp_bed_expect_nothing(&bed);
    tcp_bed_close(&bed);
}

/* A program that writes in the same event is told when the handshake is done. */
static void test_written_at_once(void)
{
    TcpBed bed;
    open_client(&bed, TCP_FAST_OPEN_CLIENT, true);
    ask(&bed, COOKIE);
    int64_t now_ns = tcp_bed_now(&bed);
    /* tcp_bed_connect() would let time pass. */
    bed.conn =
        tcp_connect(bed.tcp, (InetAddr){ 0 }, 0, TCP_BED_PEER, 80, &bed.config, NULL, NULL, now_ns);
    tcp_bed_send(&bed, 100);
    tcp_bed_expect(&bed, "S 0:100(100) <mss 1460,FO 0011223344556677>");
    tcp_bed_close(&bed);
}

/* ---- cookies ---- */

/* 4.1.1: no cookie is shorter, longer or odd; and one that was not asked for is none. */
static void test_bad_cookies(void)
{
    static const char *const answers[] = { "<mss 1000>", "<mss 1000,FO>" };
    for (size_t i = 0; i < G_N_ELEMENTS(answers); i++) {
        TcpBed bed;
        open_client(&bed, TCP_FAST_OPEN_CLIENT, true);
        ask(&bed, answers[i]);
        expect_next(&bed, "S 0:0(0) <mss 1460,FO>");
        tcp_bed_close(&bed);
    }
}

static void test_not_asked_for(void)
{
    TcpBed bed;
    open_client(&bed, TCP_FAST_OPEN_SERVER, true);
    tcp_bed_connect(&bed);
    tcp_bed_expect(&bed, "S 0:0(0) <mss 1460>");
    tcp_bed_inject(&bed, "S. 0:0(0) ack 1 win 65535 " COOKIE);
    tcp_bed_expect(&bed, ". 1:1(0) ack 1");
    bed.config.fast_open = TCP_FAST_OPEN_CLIENT;
    expect_next(&bed, "S 0:0(0) <mss 1460,FO>");
    tcp_bed_close(&bed);
}

static void test_trial_form(void)
{
    TcpBed bed;
    open_client(&bed, TCP_FAST_OPEN_CLIENT, true);
    ask(&bed, "<mss 1460,FOEXP 00112233>");
    expect_next(&bed, "S 0:10(10) <mss 1460,FOEXP 00112233>");
    tcp_bed_close(&bed);
}

static void test_no_cookies_wanted(void)
{
    TcpBed bed;
    open_client(&bed, TCP_FAST_OPEN_CLIENT, false);
    tcp_bed_connect(&bed);
    tcp_bed_expect_nothing(&bed);
    tcp_bed_send(&bed, 2000);
    tcp_bed_expect(&bed, "S 0:1420(1420) <mss 1460>");
    tcp_bed_close(&bed);
}

/* All options that a SYN has leave just so much room. */
static void test_longest_cookie(void)
{
    TcpBed bed;
    TcpConfig config;
    tcp_bed_config(&config);
    config.fast_open = TCP_FAST_OPEN_CLIENT;
    config.sack = config.timestamps = config.window_scaling = true;
    tcp_bed_open(&bed, &config);
    tcp_bed_connect(&bed);
    tcp_bed_expect(&bed, "S 0:0(0) <...>");
    tcp_bed_inject(&bed,
                   "S. 0:0(0) ack 1 win 65535 <mss 1460,FO 000102030405060708090a0b0c0d0e0f>");
    tcp_bed_expect(&bed, ". 1:1(0) ack 1");
    forget_connection(&bed);
    tcp_bed_connect(&bed);
    tcp_bed_send(&bed, 10);
    Packet *syn = tcp_bed_take(&bed, __FILE__, __LINE__);
    g_assert_cmpuint(syn->tcp.header_bytes, ==, 60);
    g_assert_cmpuint(syn->payload.len_bytes, ==, 10);
    packet_free(syn);
    tcp_bed_close(&bed);
}

/* A crash takes what the host knew of servers. */
static void test_crash(void)
{
    TcpBed bed;
    open_client(&bed, TCP_FAST_OPEN_CLIENT, true);
    ask(&bed, COOKIE);
    tcp_stack_crash(bed.tcp, tcp_bed_now(&bed));
    expect_next(&bed, "S 0:0(0) <mss 1460,FO>");
    tcp_bed_close(&bed);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/tcp/fast-open/client/first-asks", test_first_asks);
    g_test_add_func("/tcp/fast-open/client/data-taken", test_data_taken);
    g_test_add_func("/tcp/fast-open/client/long-data", test_long_data);
    g_test_add_func("/tcp/fast-open/client/only-syn-taken", test_only_syn_taken);
    g_test_add_func("/tcp/fast-open/client/part-taken", test_part_taken);
    g_test_add_func("/tcp/fast-open/client/new-cookie", test_new_cookie);
    g_test_add_func("/tcp/fast-open/client/syn-lost", test_syn_lost);
    g_test_add_func("/tcp/fast-open/client/syn-late", test_syn_late);
    g_test_add_func("/tcp/fast-open/client/too-much-acknowledged", test_too_much_acknowledged);
    g_test_add_func("/tcp/fast-open/client/answer-on-syn-ack", test_answer_on_syn_ack);
    g_test_add_func("/tcp/fast-open/client/refused", test_refused);
    g_test_add_func("/tcp/fast-open/client/simultaneous", test_simultaneous);
    g_test_add_func("/tcp/fast-open/client/too-big-for-path", test_too_big_for_path);
    g_test_add_func("/tcp/fast-open/client/without-data", test_without_data);
    g_test_add_func("/tcp/fast-open/client/closed-while-it-waits", test_closed_while_it_waits);
    g_test_add_func("/tcp/fast-open/client/written-at-once", test_written_at_once);
    g_test_add_func("/tcp/fast-open/client/bad-cookies", test_bad_cookies);
    g_test_add_func("/tcp/fast-open/client/not-asked-for", test_not_asked_for);
    g_test_add_func("/tcp/fast-open/client/trial-form", test_trial_form);
    g_test_add_func("/tcp/fast-open/client/no-cookies-wanted", test_no_cookies_wanted);
    g_test_add_func("/tcp/fast-open/client/longest-cookie", test_longest_cookie);
    g_test_add_func("/tcp/fast-open/client/crash", test_crash);
    return g_test_run();
}
