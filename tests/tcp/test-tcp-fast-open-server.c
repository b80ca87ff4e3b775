/* Protects: the server of Fast Open (RFC 7413 4.1.2, 4.2): who gets which cookie, what data on a
 * SYN is taken and handed to the program in SYN-RECEIVED, and when the handshake is an ordinary
 * one. */

#include "lib/tcp-bed.h"
#include "tcp/tcp_fast_open.h"

#include <string.h>

/* ---- the cookie itself ---- */

typedef struct Vector {
    const char *label;
    const char *key; /* as four words, the first octet of each last, which is how Linux writes it */
    const char *client, *server;
    const char *cookie;
} Vector;

/* What Linux answers. */
static const Vector vectors[] = {
    { "one", "f763bfa0813d80ed301d64cd904abcce", "10.248.0.2", "192.168.0.2", "00abaaabe8e954c2" },
    { "other-client", "f763bfa0813d80ed301d64cd904abcce", "10.248.0.3", "192.168.0.2",
      "1313a2da994a0951" },
    { "other-server", "f763bfa0813d80ed301d64cd904abcce", "10.248.0.3", "192.168.0.3",
      "76d2c1c530f51f79" },
    { "no-key", "00000000000000000000000000000000", "10.248.0.2", "192.168.0.2",
      "93b7aa4f550f8a1a" },
};

static char *hex(const uint8_t *bytes, size_t len)
{
    GString *text = g_string_new(NULL);
    for (size_t i = 0; i < len; i++) {
        g_string_append_printf(text, "%02x", bytes[i]);
    }
    return g_string_free(text, FALSE);
}

static void test_vector(gconstpointer data)
{
    const Vector *row = data;
    TcpBed bed;
    TcpConfig config;
    tcp_bed_config(&config);
    config.fast_open_keyed = true;
    for (int i = 0; i < 16; i++) {
        config.fast_open_key[i] = (uint8_t)(g_ascii_xdigit_value(row->key[2 * i]) << 4 |
                                            g_ascii_xdigit_value(row->key[2 * i + 1]));
    }
    tcp_bed_open(&bed, &config);
    TcpEnds ends = { .local_port = 80, .remote_port = 1000 };
    g_assert_true(inet_addr_parse(row->server, &ends.local));
    g_assert_true(inet_addr_parse(row->client, &ends.remote));
    WireTcpCookie cookie;
    tcp_fast_open_cookie(bed.tcp, &config, &ends, &cookie);
    g_autofree char *text = hex(cookie.bytes, cookie.len_bytes);
    g_assert_cmpstr(text, ==, row->cookie);
    tcp_bed_close(&bed);
}

/* ---- connections ---- */

static void open_server(TcpBed *bed, uint8_t fast_open)
{
    TcpConfig config;
    tcp_bed_config(&config);
    config.fast_open = fast_open;
    config.fast_open_keyed = true; /* all zero */
    tcp_bed_open(bed, &config);
    tcp_bed_listen(bed);
}

/* The peer's cookie, "FO 0011..." or as in the experiment. */
static char *cookie_of(const TcpBed *bed, const char *kind)
{
    const TcpEnds ends = { .local = TCP_BED_HOST, .remote = TCP_BED_PEER };
    WireTcpCookie cookie;
    tcp_fast_open_cookie(bed->tcp, &bed->config, &ends, &cookie);
    g_autofree char *text = hex(cookie.bytes, cookie.len_bytes);
    return g_strdup_printf("%s %s", kind, text);
}

static void syn_with_cookie(TcpBed *bed, uint32_t len)
{
    g_autofree char *cookie = cookie_of(bed, "FO");
    tcp_bed_injectf(bed, "S 0:%u(%u) win 65535 <mss 1460,%s>", len, len, cookie);
}

/* A SYN with a good cookie and data was taken, and the program has the connection. */
static void open_fast(TcpBed *bed)
{
    open_server(bed, TCP_FAST_OPEN_SERVER);
    syn_with_cookie(bed, 100);
    tcp_bed_expect(bed, "S. 0:0(0) ack 101 <mss 1460>");
    tcp_bed_expect_states(bed, "LISTEN SYN-RCVD");
    tcp_bed_expect_notes(bed, "accepted");
    g_assert_cmpuint(tcp_readable_bytes(bed->conn), ==, 100);
    g_assert_true(tcp_syn_data_acked(bed->conn));
}

/* It was not. */
static void expect_ordinary(TcpBed *bed, const char *syn_ack)
{
    tcp_bed_expect(bed, syn_ack);
    tcp_bed_expect_notes(bed, "");
}

static void expect_grant(const char *kind)
{
    TcpBed bed;
    open_server(&bed, TCP_FAST_OPEN_SERVER);
    g_autofree char *cookie = cookie_of(&bed, kind);
    g_autofree char *answer = g_strdup_printf("S. 0:0(0) ack 1 <mss 1460,%s>", cookie);
    tcp_bed_injectf(&bed, "S 0:10(10) win 65535 <mss 1460,%s>", kind);
    expect_ordinary(&bed, answer);
    tcp_bed_inject(&bed, ". 1:1(0) ack 1 win 65535");
    tcp_bed_expect_notes(&bed, "accepted");
    g_assert_cmpuint(tcp_readable_bytes(bed.conn), ==, 0); /* to be sent again */
    g_assert_false(tcp_syn_data_acked(bed.conn));
    tcp_bed_close(&bed);
}

static void test_request(void)
{
    expect_grant("FO");
}

static void test_trial_request(void)
{
    expect_grant("FOEXP");
}

/* The program reads, writes and is answered before the client's ACK has come. */
static void test_taken(void)
{
    TcpBed bed;
    open_fast(&bed);
    Payload payload = tcp_receive(bed.conn, 100, tcp_bed_now(&bed));
    g_assert_cmpuint(payload.len_bytes, ==, 100);
    payload_clear(&payload);
    tcp_bed_send(&bed, 50);
    tcp_bed_expect_why(&bed, "P. 1:51(50) ack 101", PACKET_WHY_DATA);
    tcp_bed_inject(&bed, ". 101:101(0) ack 51 win 65535");
    tcp_bed_expect_states(&bed, "SYN-RCVD ESTABLISHED");
    tcp_bed_expect_notes(&bed, "writable sent");
    tcp_bed_close(&bed);
}

static void test_without_data(void)
{
    TcpBed bed;
    open_server(&bed, TCP_FAST_OPEN_SERVER);
    syn_with_cookie(&bed, 0);
    tcp_bed_expect(&bed, "S. 0:0(0) ack 1 <mss 1460>");
    tcp_bed_expect_notes(&bed, "accepted");
    g_assert_false(tcp_syn_data_acked(bed.conn));
    tcp_bed_close(&bed);
}

/* 4.2.2: the SYN alone is acknowledged, and the right cookie granted. */
static void test_wrong_cookie(void)
{
    TcpBed bed;
    open_server(&bed, TCP_FAST_OPEN_SERVER);
    g_autofree char *cookie = cookie_of(&bed, "FO");
    g_autofree char *answer = g_strdup_printf("S. 0:0(0) ack 1 <mss 1460,%s>", cookie);
    tcp_bed_inject(&bed, "S 0:100(100) win 65535 <mss 1460,FO 0011223344556677>");
    expect_ordinary(&bed, answer);
    tcp_bed_inject(&bed, "P. 1:101(100) ack 1 win 65535");
    tcp_bed_expect_notes(&bed, "accepted readable");
    g_assert_cmpuint(tcp_readable_bytes(bed.conn), ==, 100);
    tcp_bed_close(&bed);
}

/* A server of Fast Open takes nothing from a SYN that shows no cookie. */
static void test_no_cookie(void)
{
    TcpBed bed;
    open_server(&bed, TCP_FAST_OPEN_SERVER);
    tcp_bed_inject(&bed, "S 0:100(100) win 65535 <mss 1460>");
    expect_ordinary(&bed, "S. 0:0(0) ack 1 <mss 1460>");
    tcp_bed_close(&bed);
}

/* Section 2: who did not ask for Fast Open does not take part in it. */
static void test_off(void)
{
    TcpBed bed;
    open_server(&bed, TCP_FAST_OPEN_CLIENT);
    bed.config.syn_data = true;
    syn_with_cookie(&bed, 100);
    expect_ordinary(&bed, "S. 0:0(0) ack 101 <mss 1460>"); /* kept: RFC 9293 3.10.7.2 */
    tcp_bed_close(&bed);
}

static void test_syn_data_not_kept(void)
{
    TcpBed bed;
    TcpConfig config;
    tcp_bed_config(&config);
    config.syn_data = false;
    tcp_bed_open(&bed, &config);
    tcp_bed_listen(&bed);
    tcp_bed_inject(&bed, "SF 0:100(100) win 65535 <mss 1460>");
    expect_ordinary(&bed, "S. 0:0(0) ack 1 <mss 1460>");
    tcp_bed_close(&bed);
}

static void test_cookies_not_wanted(void)
{
    TcpBed bed;
    TcpConfig config;
    tcp_bed_config(&config);
    config.fast_open = TCP_FAST_OPEN_SERVER;
    config.fast_open_cookies = false;
    tcp_bed_open(&bed, &config);
    tcp_bed_listen(&bed);
    tcp_bed_inject(&bed, "S 0:100(100) win 65535 <mss 1460>");
    tcp_bed_expect(&bed, "S. 0:0(0) ack 101 <mss 1460>");
    tcp_bed_expect_notes(&bed, "accepted");
    tcp_bed_close(&bed);
}

/* ---- the limit: 4.1.2, 5.1 ---- */

static void open_limited(TcpBed *bed)
{
    TcpConfig config;
    tcp_bed_config(&config);
    config.fast_open = TCP_FAST_OPEN_SERVER;
    config.fast_open_pending = 1;
    tcp_bed_open(bed, &config);
    tcp_bed_listen(bed);
    syn_with_cookie(bed, 10);
    tcp_bed_expect(bed, "S. 0:0(0) ack 11");
    tcp_bed_expect_notes(bed, "accepted");
}

/* Another client of that host comes. */
static void come_again(TcpBed *bed, const char *answer)
{
    bed->peer_tcp_port++;
    bed->iss_known = false;
    syn_with_cookie(bed, 10);
    tcp_bed_expect(bed, answer);
}

static void test_limit(void)
{
    TcpBed bed;
    open_limited(&bed);
    come_again(&bed, "S. 0:0(0) ack 1 <mss 1460>");
    tcp_bed_close(&bed);
}

static void test_limit_freed_by_ack(void)
{
    TcpBed bed;
    open_limited(&bed);
    tcp_bed_inject(&bed, ". 11:11(0) ack 1 win 65535");
    tcp_abort(g_steal_pointer(&bed.conn), tcp_bed_now(&bed));
    tcp_bed_run(&bed, 10);
    tcp_bed_forget(&bed);
    come_again(&bed, "S. 0:0(0) ack 11 <mss 1460>");
    tcp_bed_close(&bed);
}

/* As a scanner with a forged address would have it: its victim answers with a reset. */
static void test_limit_freed_by_reset(void)
{
    TcpBed bed;
    open_limited(&bed);
    tcp_bed_inject(&bed, "R 11:11(0)");
    tcp_bed_expect_notes(&bed, "closed");
    come_again(&bed, "S. 0:0(0) ack 11 <mss 1460>");
    tcp_bed_close(&bed);
}

static void test_limit_outlived_by_connection(void)
{
    TcpBed bed;
    open_limited(&bed);
    tcp_listener_close(bed.listener, tcp_bed_now(&bed));
    tcp_bed_inject(&bed, ". 11:11(0) ack 1 win 65535");
    tcp_bed_expect_states(&bed, "LISTEN SYN-RCVD ESTABLISHED");
    tcp_bed_close(&bed);
}

/* ---- before the handshake is done ---- */

static void test_syn_ack_lost(void)
{
    TcpBed bed;
    open_fast(&bed);
    tcp_bed_run(&bed, SIM_NS_PER_S);
    tcp_bed_expect_why(&bed, "S. 0:0(0) ack 101 <mss 1460>", PACKET_WHY_RETRANSMIT_TIMEOUT);
    tcp_bed_close(&bed);
}

/* Granted cookies are not repeated (4.2.2). */
static void test_granting_syn_ack_lost(void)
{
    TcpBed bed;
    open_server(&bed, TCP_FAST_OPEN_SERVER);
    tcp_bed_inject(&bed, "S 0:0(0) win 65535 <mss 1460,FO>");
    tcp_bed_expect(&bed, "S. 0:0(0) ack 1 <...>");
    tcp_bed_run(&bed, SIM_NS_PER_S);
    tcp_bed_expect(&bed, "S. 0:0(0) ack 1 <mss 1460>");
    tcp_bed_close(&bed);
}

static void test_syn_again(void)
{
    TcpBed bed;
    open_fast(&bed);
    tcp_bed_inject(&bed, "S 0:0(0) win 65535 <mss 1460>");
    tcp_bed_expect(&bed, "S. 0:0(0) ack 101 <mss 1460>");
    tcp_bed_inject(&bed, ". 101:101(0) ack 1 win 65535");
    tcp_bed_expect_states(&bed, "SYN-RCVD ESTABLISHED");
    tcp_bed_close(&bed);
}

static void test_client_closes(void)
{
    TcpBed bed;
    open_fast(&bed);
    tcp_bed_inject(&bed, "F. 101:101(0) ack 1 win 65535");
    tcp_bed_expect(&bed, ". 1:1(0) ack 102");
    tcp_bed_expect_states(&bed, "SYN-RCVD ESTABLISHED CLOSE-WAIT");
    tcp_bed_close(&bed);
}

/* The response, and the end of it, need not wait for the client's ACK. */
static void test_server_closes(void)
{
    TcpBed bed;
    open_fast(&bed);
    tcp_bed_send(&bed, 50);
    tcp_bed_expect(&bed, "P. 1:51(50) ack 101");
    tcp_shutdown(bed.conn, tcp_bed_now(&bed));
    tcp_bed_run(&bed, 10);
    tcp_bed_expect(&bed, "F. 51:51(0) ack 101");
    tcp_bed_expect_states(&bed, "SYN-RCVD FIN-WAIT-1");
    tcp_bed_inject(&bed, ". 101:101(0) ack 52 win 65535");
    tcp_bed_expect_states(&bed, "FIN-WAIT-1 FIN-WAIT-2");
    tcp_bed_close(&bed);
}

/* RFC 2525 2.17, from SYN-RECEIVED. */
static void test_closed_unread(void)
{
    TcpBed bed;
    open_fast(&bed);
    tcp_close(g_steal_pointer(&bed.conn), tcp_bed_now(&bed));
    tcp_bed_run(&bed, 10);
    tcp_bed_expect(&bed, "R 1:1(0)");
    tcp_bed_close(&bed);
}

static void on_ready_not_accepting(void *holder, TcpListener *listener, int64_t now_ns)
{
}

static void test_listener_closed(void)
{
    TcpBed bed;
    TcpConfig config;
    tcp_bed_config(&config);
    config.fast_open = TCP_FAST_OPEN_SERVER;
    tcp_bed_open(&bed, &config);
    TcpListener *listener =
        tcp_listen(bed.tcp, (InetAddr){ 0 }, 80, &config, on_ready_not_accepting, NULL);
    syn_with_cookie(&bed, 10);
    tcp_bed_expect(&bed, "S. 0:0(0) ack 11");
    tcp_listener_close(listener, tcp_bed_now(&bed));
    tcp_bed_run(&bed, 10);
    tcp_bed_expect(&bed, "R 1:1(0)");
    tcp_bed_close(&bed);
}

/* Data in flight before the handshake is done, and some of it lost. */
static void test_loss_in_syn_received(void)
{
    TcpBed bed;
    open_fast(&bed);
    tcp_bed_send(&bed, 5 * 1460);
    for (int i = 0; i < 4; i++) {
        tcp_bed_expect(&bed, i == 0   ? ". 1:1461(1460) ack 101"
                             : i == 1 ? ". 1461:2921(1460) ack 101"
                             : i == 2 ? ". 2921:4381(1460) ack 101"
                                      : ". 4381:5841(1460) ack 101");
    }
    tcp_bed_expect(&bed, "P. 5841:7301(1460) ack 101");
    tcp_bed_inject(&bed, ". 101:101(0) ack 1 win 65535"); /* of the SYN-ACK alone */
    tcp_bed_expect_states(&bed, "SYN-RCVD ESTABLISHED");
    for (int i = 0; i < 3; i++) {
        tcp_bed_inject(&bed, ". 101:101(0) ack 1 win 65535");
    }
    tcp_bed_expect_why(&bed, ". 1:1461(1460) ack 101", PACKET_WHY_RETRANSMIT_FAST);
    tcp_bed_close(&bed);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(vectors); i++) {
        g_autofree char *path =
            g_strdup_printf("/tcp/fast-open/server/vector/%s", vectors[i].label);
        g_test_add_data_func(path, &vectors[i], test_vector);
    }
    g_test_add_func("/tcp/fast-open/server/request", test_request);
    g_test_add_func("/tcp/fast-open/server/trial-request", test_trial_request);
    g_test_add_func("/tcp/fast-open/server/taken", test_taken);
    g_test_add_func("/tcp/fast-open/server/without-data", test_without_data);
    g_test_add_func("/tcp/fast-open/server/wrong-cookie", test_wrong_cookie);
    g_test_add_func("/tcp/fast-open/server/no-cookie", test_no_cookie);
    g_test_add_func("/tcp/fast-open/server/off", test_off);
    g_test_add_func("/tcp/fast-open/server/syn-data-not-kept", test_syn_data_not_kept);
    g_test_add_func("/tcp/fast-open/server/cookies-not-wanted", test_cookies_not_wanted);
    g_test_add_func("/tcp/fast-open/server/limit", test_limit);
    g_test_add_func("/tcp/fast-open/server/limit-freed-by-ack", test_limit_freed_by_ack);
    g_test_add_func("/tcp/fast-open/server/limit-freed-by-reset", test_limit_freed_by_reset);
    g_test_add_func("/tcp/fast-open/server/limit-outlived", test_limit_outlived_by_connection);
    g_test_add_func("/tcp/fast-open/server/syn-ack-lost", test_syn_ack_lost);
    g_test_add_func("/tcp/fast-open/server/granting-syn-ack-lost", test_granting_syn_ack_lost);
    g_test_add_func("/tcp/fast-open/server/syn-again", test_syn_again);
    g_test_add_func("/tcp/fast-open/server/client-closes", test_client_closes);
    g_test_add_func("/tcp/fast-open/server/server-closes", test_server_closes);
    g_test_add_func("/tcp/fast-open/server/closed-unread", test_closed_unread);
    g_test_add_func("/tcp/fast-open/server/listener-closed", test_listener_closed);
    g_test_add_func("/tcp/fast-open/server/loss-in-syn-received", test_loss_in_syn_received);
    return g_test_run();
}
