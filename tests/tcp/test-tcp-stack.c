/* Protects: who a segment is for. Ports, listeners and four-tuples; initial sequence numbers (RFC
 * 6528); addresses that make no connection (RFC 9293 3.9.2.3); a host that crashes; many
 * connections in TIME-WAIT; what watchers are told. */

#include <string.h>

#include "lib/tcp-bed.h"

static void open_bed(TcpBed *bed)
{
    TcpConfig config;
    tcp_bed_config(&config);
    tcp_bed_open(bed, &config);
}

static TcpConn *connect_to(TcpBed *bed, InetAddr to, uint16_t to_port)
{
    return tcp_connect(bed->tcp, (InetAddr){ 0 }, 0, to, to_port, NULL, NULL, NULL,
                       tcp_bed_now(bed));
}

/* ---- initial sequence numbers ---- */

static TcpSeq iss_of(TcpConn *conn)
{
    TcpVars vars;
    tcp_conn_vars(conn, &vars);
    return vars.iss;
}

static TcpSeq iss_at(uint64_t seed, int64_t at_ns, uint16_t to_port)
{
    TcpBed bed;
    TcpConfig config;
    tcp_bed_config(&config);
    tcp_bed_open(&bed, &config);
    tcp_stack_free(bed.tcp);
    inet_stack_free(bed.inet);
    InetConfig inet_config;
    inet_config_init(&inet_config);
    bed.inet = inet_stack_new(bed.host, &inet_config, seed);
    inet_iface_up(inet_iface_new(bed.inet, bed.host_port, TCP_BED_HOST, 24), 0);
    bed.tcp = tcp_stack_new(bed.inet, seed, &config);
    tcp_bed_run(&bed, at_ns);
    TcpSeq iss = iss_of(tcp_connect(bed.tcp, (InetAddr){ 0 }, 5000, TCP_BED_PEER, to_port, NULL,
                                    NULL, NULL, at_ns));
    tcp_bed_run(&bed, 10);
    tcp_bed_forget(&bed);
    tcp_bed_close(&bed);
    return iss;
}

/* MUST-8: one step every 4 us. SHLD-1: another offset for each four-tuple and each secret. The same
 * scenario has the same numbers. */
static void test_isn(void)
{
    TcpSeq first = iss_at(1, 0, 80);
    g_assert_cmpuint(iss_at(1, 0, 80), ==, first);
    g_assert_cmpuint(iss_at(1, SIM_NS_PER_S, 80), ==, first + 250000);
    g_assert_cmpuint(iss_at(1, 0, 81) - first, >, 1000);
    g_assert_cmpuint(iss_at(2, 0, 80), !=, first);
}

/* How often each bit differs among neighbours, all 32 of them: half of the time. */
static void assert_unrelated(const TcpSeq *numbers, unsigned count)
{
    for (unsigned bit = 0; bit < 32; bit++) {
        unsigned flips = 0;
        for (unsigned i = 1; i < count; i++) {
            flips += (numbers[i] ^ numbers[i - 1]) >> bit & 1;
        }
        g_assert_cmpuint(flips, >, count / 3);
        g_assert_cmpuint(flips, <, count - count / 3);
    }
}

/* MUST-9: what is seen of a host's numbers tells nothing of others, or of the secret: neither ports
 * nor secrets that lie side by side give numbers that do. */
static void test_isn_secret(void)
{
    enum { COUNT = 512 };
    TcpSeq by_port[COUNT], by_secret[COUNT];
    for (unsigned i = 0; i < COUNT; i++) {
        by_port[i] = iss_at(1, 0, (uint16_t)(i + 1));
        by_secret[i] = iss_at(i + 1, 0, 80);
    }
    assert_unrelated(by_port, COUNT);
    assert_unrelated(by_secret, COUNT);
}

/* A figure's number is that of the first connection, whenever it comes; 400 us later it is 100
 * more, for all four-tuples and after a crash too: the clock is not in the memory that is lost. */
static void test_fixed_isn(void)
{
    TcpBed bed;
    TcpConfig config;
    tcp_bed_config(&config);
    config.fixed_isn = 300;
    tcp_bed_open(&bed, &config);
    tcp_bed_run(&bed, SIM_NS_PER_MS);
    g_assert_cmpuint(iss_of(connect_to(&bed, TCP_BED_PEER, 80)), ==, 300);
    tcp_bed_run(&bed, 400 * SIM_NS_PER_US);
    g_assert_cmpuint(iss_of(connect_to(&bed, TCP_BED_PEER, 81)), ==, 400);
    tcp_stack_crash(bed.tcp, tcp_bed_now(&bed));
    tcp_bed_run(&bed, 400 * SIM_NS_PER_US);
    g_assert_cmpuint(iss_of(connect_to(&bed, TCP_BED_PEER, 80)), ==, 500);
    tcp_bed_run(&bed, 10);
    tcp_bed_forget(&bed);
    tcp_bed_close(&bed);
}

/* ---- ports ---- */

/* RFC 6056: no port twice for one destination, none that is listened on, all of the dynamic ones.
 */
static void test_ephemeral_ports(void)
{
    TcpBed bed;
    open_bed(&bed);
    g_autofree bool *used = g_new0(bool, 65536);
    for (unsigned i = 0; i < 20000; i++) {
        TcpConn *conn = connect_to(&bed, TCP_BED_PEER, 80);
        uint16_t port = tcp_conn_local_port(conn);
        g_assert_cmpuint(port, >=, 32768);
        g_assert_false(used[port]);
        used[port] = true;
        if (i == 0) {
            g_assert_cmpuint(port, >=, 49152);
            /* The next one is listened on, and so left out. */
            g_assert_nonnull(tcp_listen(bed.tcp, (InetAddr){ 0 }, port + 1, NULL, NULL, NULL));
            used[port + 1] = true;
        }
    }
    tcp_stack_crash(bed.tcp, 0);
    tcp_bed_run(&bed, 10);
    tcp_bed_forget(&bed);
    tcp_bed_close(&bed);
}

static void test_ports_run_out(void)
{
    TcpBed bed;
    open_bed(&bed);
    for (unsigned i = 0; i < 32768; i++) {
        g_assert_nonnull(connect_to(&bed, TCP_BED_PEER, 80));
    }
    g_assert_null(connect_to(&bed, TCP_BED_PEER, 80));
    g_assert_nonnull(connect_to(&bed, TCP_BED_PEER, 81));
    tcp_stack_crash(bed.tcp, 0);
    tcp_bed_run(&bed, 10);
    tcp_bed_forget(&bed);
    tcp_bed_close(&bed);
}

/* MUST-41: a second listener on the port fails; on another address of its own it does not. MUST-42:
 * one on a port that connections use does not. */
static void test_listeners(void)
{
    TcpBed bed;
    open_bed(&bed);
    InetAddr any = { 0 };
    TcpListener *all = tcp_listen(bed.tcp, any, 80, NULL, NULL, NULL);
    g_assert_cmpuint(tcp_listener_port(all), ==, 80);
    g_assert_null(tcp_listen(bed.tcp, any, 80, NULL, NULL, NULL));
    g_assert_null(tcp_listen(bed.tcp, TCP_BED_HOST, 80, NULL, NULL, NULL));
    g_assert_nonnull(tcp_listen(bed.tcp, TCP_BED_HOST, 81, NULL, NULL, NULL));
    g_assert_nonnull(tcp_listen(bed.tcp, TCP_BED_PEER, 81, NULL, NULL, NULL));
    g_assert_null(tcp_listen(bed.tcp, any, 81, NULL, NULL, NULL));
    tcp_listener_close(all, 0);
    g_assert_nonnull(tcp_listen(bed.tcp, any, 80, NULL, NULL, NULL));
    TcpConn *conn = connect_to(&bed, TCP_BED_PEER, 80);
    g_assert_nonnull(tcp_listen(bed.tcp, any, tcp_conn_local_port(conn), NULL, NULL, NULL));
    tcp_bed_run(&bed, 10);
    tcp_bed_forget(&bed);
    tcp_bed_close(&bed);
}

/* Two connections between the same hosts do not get into each other's way. */
static void test_two_connections(void)
{
    TcpBed bed;
    open_bed(&bed);
    tcp_bed_accept_one(&bed);
    TcpConn *first = bed.conn;
    TcpSeq first_iss = bed.iss;
    bed.conn = NULL;
    bed.peer_tcp_port = 2000;
    bed.iss_known = false;
    tcp_bed_inject(&bed, "S 0:0(0) win 65535 <mss 1460>");
    tcp_bed_inject(&bed, ". 1:1(0) ack 1 win 65535");
    tcp_bed_inject(&bed, "P. 1:51(50) ack 1 win 65535");
    g_assert_true(bed.conn != first);
    g_assert_cmpuint(tcp_readable_bytes(bed.conn), ==, 50);
    g_assert_cmpuint(tcp_readable_bytes(first), ==, 0);
    bed.conn = first;
    bed.peer_tcp_port = 1000;
    bed.iss = first_iss;
    tcp_bed_inject(&bed, "R 1:1(0) win 0");
    tcp_bed_forget(&bed);
    tcp_bed_close(&bed);
}

/* A host may talk to itself; it may even connect a port to itself, which is a simultaneous open. */
static void test_to_oneself(void)
{
    TcpBed bed;
    open_bed(&bed);
    tcp_bed_listen(&bed);
    TcpConn *client = connect_to(&bed, TCP_BED_HOST, 80);
    tcp_bed_run(&bed, SIM_NS_PER_MS);
    g_assert_cmpint(tcp_conn_state(client), ==, TCP_STATE_ESTABLISHED);
    g_assert_cmpint(tcp_conn_state(bed.conn), ==, TCP_STATE_ESTABLISHED);
    tcp_send_pattern(client, 50000, false, false, tcp_bed_now(&bed));
    tcp_bed_run(&bed, SIM_NS_PER_S);
    g_assert_cmpuint(tcp_readable_bytes(bed.conn), ==, 50000);
    TcpConn *both = tcp_connect(bed.tcp, (InetAddr){ 0 }, 7000, TCP_BED_HOST, 7000, NULL, NULL,
                                NULL, tcp_bed_now(&bed));
    tcp_bed_run(&bed, SIM_NS_PER_MS);
    g_assert_cmpint(tcp_conn_state(both), ==, TCP_STATE_ESTABLISHED);
    tcp_bed_close(&bed);
}

/* ---- addresses ---- */

/* MUST-46. */
static void test_impossible_ends(void)
{
    TcpBed bed;
    open_bed(&bed);
    g_assert_null(connect_to(&bed, inet_addr_v4(0xffffffff), 80));
    g_assert_null(connect_to(&bed, inet_addr_v4(0xc00002ff), 80)); /* 192.0.2.255 */
    g_assert_null(connect_to(&bed, inet_addr_v4(0xe0000001), 80)); /* 224.0.0.1 */
    g_assert_null(connect_to(&bed, (InetAddr){ 0 }, 80));
    g_assert_null(connect_to(&bed, TCP_BED_PEER, 0));
    g_assert_null(connect_to(&bed, inet_addr_v4(0x0a000001), 80)); /* no route */
    /* MUST-43: the local address may be named, but must be one. */
    g_assert_null(tcp_connect(bed.tcp, TCP_BED_PEER, 0, TCP_BED_PEER, 80, NULL, NULL, NULL, 0));
    TcpConn *conn = tcp_connect(bed.tcp, TCP_BED_HOST, 0, TCP_BED_PEER, 80, NULL, NULL, NULL, 0);
    g_assert_true(inet_addr_equal(tcp_conn_local_addr(conn), TCP_BED_HOST));
    tcp_bed_run(&bed, 10);
    tcp_bed_forget(&bed);
    tcp_bed_close(&bed);
}

static void inject_between(TcpBed *bed, InetAddr src, InetAddr dst)
{
    Packet *pkt = packet_new(&bed->pool, &bed->peer->entity, 0, PACKET_WHY_INJECTED);
    pkt->kind = PACKET_TCP;
    pkt->link = PACKET_LINK_RAW_IP;
    pkt->ip = (WireIp){ .src = src, .dst = dst, .protocol = IP_PROTOCOL_TCP, .ttl = 64 };
    pkt->tcp = (WireTcp){ .src_port = 1000, .dst_port = 80, .flags = TCP_SYN, .window = 1000 };
    packet_set_length(pkt);
    net_port_arrive(bed->host_port, pkt, tcp_bed_now(bed));
    tcp_bed_run(bed, 10);
}

/* MUST-57, MUST-63: no answer, no connection. */
static void test_not_unicast(void)
{
    TcpBed bed;
    open_bed(&bed);
    tcp_bed_listen(&bed);
    inject_between(&bed, TCP_BED_PEER, inet_addr_v4(0xffffffff));
    inject_between(&bed, TCP_BED_PEER, inet_addr_v4(0xc00002ff));
    inject_between(&bed, TCP_BED_PEER, inet_addr_v4(0xe0000001));
    inject_between(&bed, inet_addr_v4(0xffffffff), TCP_BED_HOST);
    inject_between(&bed, inet_addr_v4(0xe0000001), TCP_BED_HOST);
    inject_between(&bed, (InetAddr){ 0 }, TCP_BED_HOST);
    tcp_bed_expect_nothing(&bed);
    tcp_bed_expect_states(&bed, "");
    tcp_bed_close(&bed);
}

/* MUST-44, MUST-45: the address of the interface that leads there, from first to last. */
static void test_source_address(void)
{
    TcpBed bed;
    open_bed(&bed);
    tcp_bed_connect_one(&bed);
    g_assert_true(inet_addr_equal(tcp_conn_local_addr(bed.conn), TCP_BED_HOST));
    g_assert_true(inet_addr_equal(tcp_conn_remote_addr(bed.conn), TCP_BED_PEER));
    tcp_bed_send(&bed, 10);
    Packet *pkt = tcp_bed_take(&bed, __FILE__, __LINE__);
    g_assert_true(inet_addr_equal(pkt->ip.src, TCP_BED_HOST));
    packet_free(pkt);
    tcp_bed_close(&bed);
}

/* MUST-48, MUST-49, SHLD-21, SHLD-22. */
static void test_ttl_and_tos(void)
{
    TcpBed bed;
    TcpConfig config;
    tcp_bed_config(&config);
    config.ttl = 9;
    config.tos = 0xb8;
    tcp_bed_open(&bed, &config);
    tcp_bed_connect(&bed);
    Packet *syn = tcp_bed_take(&bed, __FILE__, __LINE__);
    g_assert_cmpuint(syn->ip.ttl, ==, 9);
    g_assert_cmpuint(syn->ip.tos, ==, 0xb8);
    packet_free(syn);
    tcp_set_tos(bed.conn, 0x20);
    tcp_bed_inject(&bed, "S. 0:0(0) ack 1 win 65535 <mss 1460>");
    Packet *ack = tcp_bed_take(&bed, __FILE__, __LINE__);
    g_assert_cmpuint(ack->ip.tos, ==, 0x20);
    packet_free(ack);
    tcp_bed_close(&bed);
}

/* ---- ends ---- */

/* A crash says nothing on the wire and nothing to programs; afterwards everything is unknown. */
static void test_crash(void)
{
    TcpBed bed;
    open_bed(&bed);
    tcp_bed_accept_one(&bed);
    tcp_bed_send(&bed, 100);
    tcp_bed_forget(&bed);
    tcp_stack_crash(bed.tcp, tcp_bed_now(&bed));
    tcp_bed_expect_states(&bed, "ESTABLISHED CLOSED");
    tcp_bed_expect_notes(&bed, "");
    tcp_bed_run(&bed, 10 * SIM_NS_PER_S);
    tcp_bed_expect_nothing(&bed);
    tcp_bed_inject(&bed, "P. 1:11(10) ack 101 win 65535");
    tcp_bed_expect_why(&bed, "R 101:101(0)", PACKET_WHY_RESET_REPLY);
    tcp_bed_inject(&bed, "S 0:0(0) win 65535");
    g_assert_cmpint(bed.discard, ==, INET_DISCARD_NO_CONNECTION);
    tcp_bed_forget(&bed);
    tcp_bed_close(&bed);
}

/* A program that drops its connection while it is told something. */
static void abort_when_readable(void *holder, TcpConn *conn, TcpNote note, TcpReason reason,
                                int64_t now_ns)
{
    g_assert_cmpint(note, !=, TCP_NOTE_CLOSED);
    if (note == TCP_NOTE_READABLE) {
        tcp_abort(conn, now_ns);
        *(bool *)holder = true;
    } else {
        g_assert_false(*(bool *)holder);
    }
}

static void accept_for_abort(void *holder, TcpListener *listener, int64_t now_ns)
{
    tcp_accept(listener, abort_when_readable, holder);
}

static void test_abort_in_handler(void)
{
    TcpBed bed;
    bool aborted = false;
    open_bed(&bed);
    tcp_listen(bed.tcp, (InetAddr){ 0 }, 80, NULL, accept_for_abort, &aborted);
    tcp_bed_inject(&bed, "S 0:0(0) win 65535 <mss 1460>");
    tcp_bed_expect(&bed, "S. 0:0(0) ack 1");
    tcp_bed_inject(&bed, "FP. 1:11(10) ack 1 win 65535");
    g_assert_true(aborted);
    tcp_bed_expect(&bed, ". 1:1(0) ack 12"); /* a FIN is acknowledged before anyone is told */
    tcp_bed_expect(&bed, "R 1:1(0)");
    tcp_bed_close(&bed);
}

/* 20,000 ended connections are there for as long as they must, hold no buffers and cost nothing. */
static void test_many_in_time_wait(void)
{
    TcpBed bed;
    TcpConfig config;
    tcp_bed_config(&config);
    config.msl_ns = 30 * SIM_NS_PER_S;
    tcp_bed_open(&bed, &config);
    bed.closes = true;
    tcp_bed_listen(&bed);
    for (unsigned i = 0; i < 20000; i++) {
        bed.peer_tcp_port = (uint16_t)(1000 + i);
        bed.iss_known = false;
        tcp_bed_inject(&bed, "S 0:0(0) win 65535 <mss 1460>");
        tcp_bed_inject(&bed, ". 1:1(0) ack 1 win 65535");
        tcp_close(bed.conn, tcp_bed_now(&bed));
        bed.conn = NULL;
        tcp_bed_run(&bed, 10);
        tcp_bed_inject(&bed, "F. 1:1(0) ack 2 win 65535");
        tcp_bed_forget(&bed);
    }
    uint64_t events = sim_event_count(bed.sim);
    tcp_bed_run(&bed, 59 * SIM_NS_PER_S);
    g_assert_cmpuint(sim_event_count(bed.sim), ==, events);
    tcp_bed_run(&bed, SIM_NS_PER_S);
    g_assert_cmpuint(sim_event_count(bed.sim), ==, events + 20000);
    tcp_bed_close(&bed);
}

/* ---- watchers ---- */

static void on_listen(void *watcher, const TcpStack *tcp, uint16_t port, TcpState from,
                      TcpEvent event, TcpState to, int64_t now_ns)
{
    g_string_append_printf(watcher, "%u %s %s %s; ", port, tcp_state_to_string(from),
                           tcp_event_to_string(event), tcp_state_to_string(to));
}

/* A listener's life is announced as the state diagram has it. */
static void test_listener_announced(void)
{
    TcpBed bed;
    open_bed(&bed);
    g_autoptr(GString) heard = g_string_new(NULL);
    TcpProbe probe = { .watcher = heard, .on_listen = on_listen };
    tcp_stack_set_probe(bed.tcp, &probe);
    TcpListener *listener = tcp_listen(bed.tcp, (InetAddr){ 0 }, 80, NULL, NULL, NULL);
    tcp_bed_check_text(heard, __FILE__, __LINE__, "80 CLOSED open-passive LISTEN; ");
    tcp_listener_close(listener, 0);
    tcp_bed_check_text(heard, __FILE__, __LINE__, "80 LISTEN close CLOSED; ");
    tcp_listen(bed.tcp, (InetAddr){ 0 }, 81, NULL, NULL, NULL);
    g_string_set_size(heard, 0);
    tcp_stack_crash(bed.tcp, 0);
    tcp_bed_check_text(heard, __FILE__, __LINE__, "81 LISTEN crash CLOSED; ");
    tcp_bed_close(&bed);
}

typedef struct Seen {
    unsigned calls;
    TcpVars last;
    int64_t last_at_ns;
} Seen;

static void on_vars(void *watcher, const TcpConn *conn, int64_t now_ns)
{
    Seen *seen = watcher;
    TcpVars vars;
    memset(&vars, 0, sizeof vars);
    tcp_conn_vars(conn, &vars);
    g_assert_true(seen->calls == 0 || memcmp(&vars, &seen->last, sizeof vars) != 0);
    seen->last = vars;
    seen->calls++;
}

/* Variables are announced when they have changed, once an event. */
static void test_vars(void)
{
    TcpBed bed;
    Seen seen = { 0 };
    open_bed(&bed);
    TcpProbe probe = { .watcher = &seen, .on_vars = on_vars };
    tcp_stack_set_probe(bed.tcp, &probe);
    tcp_bed_accept_one(&bed);
    unsigned before = seen.calls;
    tcp_bed_send(&bed, 14600); /* ten segments in one event */
    g_assert_cmpuint(seen.calls, ==, before + 1);
    g_assert_cmpuint(seen.last.in_flight_bytes, ==, 14600);
    g_assert_cmpstr(seen.last.cc_phase, ==, "slow-start");
    tcp_bed_inject(&bed, ". 1:1(0) ack 2921 win 65535");
    g_assert_cmpuint(seen.calls, ==, before + 2);
    tcp_set_nagle(bed.conn, false, tcp_bed_now(&bed)); /* changes none of them */
    g_assert_cmpuint(seen.calls, ==, before + 2);
    tcp_bed_forget(&bed);
    tcp_bed_close(&bed);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/tcp/rfc9293/MUST-8", test_isn);
    g_test_add_func("/tcp/rfc9293/SHLD-1", test_isn);
    g_test_add_func("/tcp/rfc9293/MUST-9", test_isn_secret);
    g_test_add_func("/tcp/stack/fixed-isn", test_fixed_isn);
    g_test_add_func("/tcp/stack/ephemeral-ports", test_ephemeral_ports);
    g_test_add_func("/tcp/stack/ports-run-out", test_ports_run_out);
    g_test_add_func("/tcp/rfc9293/MUST-41", test_listeners);
    g_test_add_func("/tcp/rfc9293/MUST-42", test_listeners);
    g_test_add_func("/tcp/stack/two-connections", test_two_connections);
    g_test_add_func("/tcp/stack/to-oneself", test_to_oneself);
    g_test_add_func("/tcp/rfc9293/MUST-43", test_impossible_ends);
    g_test_add_func("/tcp/rfc9293/MUST-46", test_impossible_ends);
    g_test_add_func("/tcp/rfc9293/MUST-57", test_not_unicast);
    g_test_add_func("/tcp/rfc9293/MUST-63", test_not_unicast);
    g_test_add_func("/tcp/rfc9293/MUST-44", test_source_address);
    g_test_add_func("/tcp/rfc9293/MUST-45", test_source_address);
    g_test_add_func("/tcp/rfc9293/MUST-48", test_ttl_and_tos);
    g_test_add_func("/tcp/rfc9293/MUST-49", test_ttl_and_tos);
    g_test_add_func("/tcp/rfc9293/SHLD-21", test_ttl_and_tos);
    g_test_add_func("/tcp/rfc9293/SHLD-22", test_ttl_and_tos);
    g_test_add_func("/tcp/stack/crash", test_crash);
    g_test_add_func("/tcp/stack/abort-in-handler", test_abort_in_handler);
    g_test_add_func("/tcp/stack/many-in-time-wait", test_many_in_time_wait);
    g_test_add_func("/tcp/stack/listener-announced", test_listener_announced);
    g_test_add_func("/tcp/stack/vars", test_vars);
    return g_test_run();
}
