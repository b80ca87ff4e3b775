/* Protects: SYN cookies (RFC 4987 3.6): nothing is kept of a SYN, everything needed comes back, and
 * what was forged, changed or is too old makes no connection; and when a listener is full. */

#include "lib/tcp-bed.h"

static void open_listener(TcpBed *bed, uint8_t cookies, uint32_t backlog, bool options)
{
    TcpConfig config;
    tcp_bed_config(&config);
    config.syn_cookies = cookies;
    config.backlog = backlog;
    config.sack = config.timestamps = config.window_scaling = options;
    tcp_bed_open(bed, &config);
    tcp_bed_listen(bed);
}

/* RFC4987-COOKIE-STATE-1: no state is reached, no timer runs. */
static void test_nothing_kept(void)
{
    TcpBed bed;
    open_listener(&bed, TCP_SYN_COOKIES_ALWAYS, 1, false);
    tcp_bed_inject(&bed, "S 0:0(0) win 65535 <mss 1460>");
    tcp_bed_expect_why(&bed, "S. 0:0(0) ack 1 win 65535 <mss 1460>", PACKET_WHY_SYN_COOKIE);
    tcp_bed_expect_states(&bed, "");
    tcp_bed_run(&bed, 300 * SIM_NS_PER_S);
    tcp_bed_expect_nothing(&bed);
    tcp_bed_close(&bed);
}

/* The ACK alone opens the connection, and data with it is read. */
static void test_opens(void)
{
    TcpBed bed;
    open_listener(&bed, TCP_SYN_COOKIES_ALWAYS, 1, false);
    tcp_bed_inject(&bed, "S 0:0(0) win 65535 <mss 1460>");
    tcp_bed_forget(&bed);
    tcp_bed_inject(&bed, "P. 1:101(100) ack 1 win 65535");
    tcp_bed_expect_states(&bed, "LISTEN SYN-RCVD ESTABLISHED");
    tcp_bed_expect_notes(&bed, "accepted readable");
    g_assert_cmpuint(tcp_readable_bytes(bed.conn), ==, 100);
    tcp_bed_send(&bed, 1460);
    tcp_bed_expect(&bed, "P. 1:1461(1460) ack 101");
    tcp_bed_close(&bed);
}

/* RFC4987-COOKIE-LOSS-1: the ACK was lost; data is as good. */
static void test_opens_late(void)
{
    TcpBed bed;
    open_listener(&bed, TCP_SYN_COOKIES_ALWAYS, 1, false);
    tcp_bed_inject(&bed, "S 0:0(0) win 65535 <mss 1460>");
    tcp_bed_forget(&bed);
    tcp_bed_run(&bed, 60 * SIM_NS_PER_S);
    tcp_bed_inject(&bed, "P. 1:101(100) ack 1 win 65535");
    tcp_bed_expect_notes(&bed, "accepted readable");
    tcp_bed_close(&bed);
}

/* RFC4987-COOKIE-MSS-1: it comes back rounded down to one of eight. */
typedef struct MssRow {
    const char *label;
    uint16_t announced;
    uint32_t sent;
} MssRow;

static const MssRow mss_rows[] = {
    { "as-it-is", 1460, 1460 }, { "rounded", 1400, 1220 }, { "default", 0, 536 },
    { "least", 1, 64 },         { "jumbo", 9000, 1460 }, /* our link's */
};

static void test_mss(gconstpointer data)
{
    const MssRow *row = data;
    TcpBed bed;
    open_listener(&bed, TCP_SYN_COOKIES_ALWAYS, 1, false);
    if (row->announced != 0) {
        tcp_bed_injectf(&bed, "S 0:0(0) win 65535 <mss %u>", row->announced);
    } else {
        tcp_bed_inject(&bed, "S 0:0(0) win 65535");
    }
    tcp_bed_forget(&bed);
    tcp_bed_inject(&bed, ". 1:1(0) ack 1 win 65535");
    tcp_bed_send(&bed, 2000);
    Packet *pkt = tcp_bed_take(&bed, __FILE__, __LINE__);
    g_assert_cmpuint(pkt->payload.len_bytes, ==, row->sent);
    packet_free(pkt);
    tcp_bed_forget(&bed);
    tcp_bed_close(&bed);
}

/* RFC4987-COOKIE-OPT-1: window scale and SACK come back in the echo of our timestamp... */
static void test_options(void)
{
    TcpBed bed;
    open_listener(&bed, TCP_SYN_COOKIES_ALWAYS, 1, true);
    tcp_bed_run(&bed, SIM_NS_PER_S);
    tcp_bed_inject(&bed, "S 0:0(0) win 1000 <mss 1460,sackOK,TS val 7 ecr 0,wscale 3>");
    Packet *answer = tcp_bed_take(&bed, __FILE__, __LINE__);
    uint32_t stamp = answer->tcp.ts_val;
    g_assert_cmpuint(answer->tcp.options, ==,
                     TCP_OPT_MSS | TCP_OPT_SACK_PERMITTED | TCP_OPT_TIMESTAMPS |
                         TCP_OPT_WINDOW_SCALE);
    g_assert_cmphex(stamp & 0x3f, ==, 0x13);
    packet_free(answer);
    uint32_t echo = stamp - bed.ts_base;
    tcp_bed_injectf(&bed, ". 1:1(0) ack 1 win 1000 <TS val 8 ecr %u>", echo);
    tcp_bed_expect_notes(&bed, "accepted");
    TcpVars vars;
    tcp_conn_vars(bed.conn, &vars);
    g_assert_cmpuint(vars.snd_wnd, ==, 8000);
    /* A gap is reported by SACK. */
    tcp_bed_injectf(&bed, ". 101:201(100) ack 1 win 1000 <TS val 9 ecr %u>", echo);
    Packet *ack = tcp_bed_take(&bed, __FILE__, __LINE__);
    g_assert_cmpuint(ack->tcp.sack_count, ==, 1);
    packet_free(ack);
    tcp_bed_close(&bed);
}

/* ...and are not offered where there are none. */
static void test_options_lost(void)
{
    TcpBed bed;
    open_listener(&bed, TCP_SYN_COOKIES_ALWAYS, 1, true);
    tcp_bed_inject(&bed, "S 0:0(0) win 1000 <mss 1460,sackOK,wscale 3>");
    tcp_bed_expect(&bed, "S. 0:0(0) ack 1 <mss 1460>");
    tcp_bed_inject(&bed, ". 1:1(0) ack 1 win 1000");
    TcpVars vars;
    tcp_conn_vars(bed.conn, &vars);
    g_assert_cmpuint(vars.snd_wnd, ==, 1000);
    tcp_bed_close(&bed);
}

/* ---- what is no cookie: RFC4987-COOKIE-CHECK-1 ---- */

typedef struct ForgedRow {
    const char *label;
    const char *ack;
    uint16_t port; /* 0: the same */
    int64_t later_ns;
    bool asked; /* a cookie was given before */
} ForgedRow;

static const ForgedRow forged_rows[] = {
    { "nobody-asked", ". 1:1(0) ack 1 win 65535", 0, 0, false },
    { "other-cookie", ". 1:1(0) ack 5001 win 65535", 0, 0, true },
    { "other-isn", ". 2:2(0) ack 1 win 65535", 0, 0, true },
    { "other-port", ". 1:1(0) ack 1 win 65535", 1001, 0, true },
    { "too-old", ". 1:1(0) ack 1 win 65535", 0, 129 * SIM_NS_PER_S, true },
};

static void test_forged(gconstpointer data)
{
    const ForgedRow *row = data;
    TcpBed bed;
    open_listener(&bed, TCP_SYN_COOKIES_ALWAYS, 1, false);
    if (row->asked) {
        tcp_bed_inject(&bed, "S 0:0(0) win 65535 <mss 1460>");
    }
    tcp_bed_forget(&bed);
    tcp_bed_run(&bed, row->later_ns);
    bed.peer_tcp_port = row->port != 0 ? row->port : bed.peer_tcp_port;
    tcp_bed_inject(&bed, row->ack);
    tcp_bed_expect_notes(&bed, "");
    tcp_bed_expect_states(&bed, "");
    Packet *reset = tcp_bed_take(&bed, __FILE__, __LINE__);
    g_assert_cmphex(reset->tcp.flags, ==, TCP_RST);
    packet_free(reset);
    tcp_bed_close(&bed);
}

/* RFC4987-COOKIE-MADE-1: the minute and the four-tuple make another one. */
static TcpSeq cookie_of(TcpBed *bed)
{
    tcp_bed_inject(bed, "S 0:0(0) win 65535 <mss 1460>");
    Packet *answer = tcp_bed_take(bed, __FILE__, __LINE__);
    TcpSeq cookie = answer->tcp.seq;
    packet_free(answer);
    return cookie;
}

static void test_made(void)
{
    TcpBed bed;
    open_listener(&bed, TCP_SYN_COOKIES_ALWAYS, 1, false);
    TcpSeq first = cookie_of(&bed);
    g_assert_cmphex(cookie_of(&bed), ==, first);
    tcp_bed_run(&bed, 64 * SIM_NS_PER_S);
    TcpSeq later = cookie_of(&bed);
    g_assert_cmphex(later, !=, first);
    bed.peer_tcp_port++;
    g_assert_cmphex(cookie_of(&bed), !=, later);
    tcp_bed_close(&bed);
}

/* ---- when: RFC4987-COOKIE-WHEN-1 ---- */

static void come(TcpBed *bed, uint16_t port)
{
    bed->peer_tcp_port = port;
    bed->iss_known = false;
    tcp_bed_inject(bed, "S 0:0(0) win 65535 <mss 1460>");
}

static void test_on_overflow(void)
{
    TcpBed bed;
    open_listener(&bed, TCP_SYN_COOKIES_ON_OVERFLOW, 2, false);
    come(&bed, 1001);
    tcp_bed_expect_why(&bed, "S. 0:0(0) ack 1", PACKET_WHY_OPEN);
    come(&bed, 1002);
    tcp_bed_expect_why(&bed, "S. 0:0(0) ack 1", PACKET_WHY_OPEN);
    tcp_bed_forget(&bed);
    come(&bed, 1003);
    tcp_bed_expect_why(&bed, "S. 0:0(0) ack 1", PACKET_WHY_SYN_COOKIE);
    tcp_bed_expect_states(&bed, "");
    tcp_bed_forget(&bed);
    tcp_bed_close(&bed);
}

static void test_off(void)
{
    TcpBed bed;
    open_listener(&bed, TCP_SYN_COOKIES_OFF, 1, false);
    come(&bed, 1001);
    tcp_bed_forget(&bed);
    come(&bed, 1002);
    tcp_bed_expect_nothing(&bed);
    g_assert_cmpint(bed.discard, ==, INET_DISCARD_BACKLOG);
    tcp_bed_close(&bed);
}

/* ---- two queues ---- */

/* Handshakes that are not done have a limit of their own. */
static void test_syn_backlog(void)
{
    TcpBed bed;
    TcpConfig config;
    tcp_bed_config(&config);
    config.backlog = 1;
    config.syn_backlog = 2;
    tcp_bed_open(&bed, &config);
    tcp_bed_listen(&bed);
    come(&bed, 1001);
    come(&bed, 1002);
    tcp_bed_forget(&bed);
    come(&bed, 1003);
    tcp_bed_expect_nothing(&bed);
    tcp_bed_close(&bed);
}

static void on_ready_not_accepting(void *holder, TcpListener *listener, int64_t now_ns)
{
}

/* Two handshakes are under way and there is place for one connection: the ACK of the second is
 * lost here, as it were, and its SYN-ACK goes again. */
static void test_accept_queue_full(void)
{
    TcpBed bed;
    TcpConfig config;
    tcp_bed_config(&config);
    config.backlog = 1;
    config.syn_backlog = 2;
    tcp_bed_open(&bed, &config);
    TcpListener *listener =
        tcp_listen(bed.tcp, (InetAddr){ 0 }, 80, &config, on_ready_not_accepting, NULL);
    g_assert_nonnull(listener);
    come(&bed, 1001);
    TcpSeq iss = bed.iss;
    come(&bed, 1002);
    tcp_bed_forget(&bed);
    tcp_bed_inject(&bed, ". 1:1(0) ack 1 win 65535");
    tcp_bed_expect_states(&bed, "SYN-RCVD ESTABLISHED");
    bed.peer_tcp_port = 1001;
    bed.iss = iss;
    tcp_bed_inject(&bed, ". 1:1(0) ack 1 win 65535");
    tcp_bed_expect_states(&bed, "");
    g_assert_cmpint(bed.discard, ==, INET_DISCARD_BACKLOG);
    tcp_bed_run(&bed, 2 * SIM_NS_PER_S);
    tcp_bed_expect(&bed, "S. 0:0(0) ack 1");
    tcp_bed_forget(&bed);
    tcp_bed_close(&bed);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/tcp/cookie/nothing-kept", test_nothing_kept);
    g_test_add_func("/tcp/cookie/opens", test_opens);
    g_test_add_func("/tcp/cookie/opens-late", test_opens_late);
    for (size_t i = 0; i < G_N_ELEMENTS(mss_rows); i++) {
        g_autofree char *path = g_strdup_printf("/tcp/cookie/mss/%s", mss_rows[i].label);
        g_test_add_data_func(path, &mss_rows[i], test_mss);
    }
    g_test_add_func("/tcp/cookie/options", test_options);
    g_test_add_func("/tcp/cookie/options-lost", test_options_lost);
    for (size_t i = 0; i < G_N_ELEMENTS(forged_rows); i++) {
        g_autofree char *path = g_strdup_printf("/tcp/cookie/forged/%s", forged_rows[i].label);
        g_test_add_data_func(path, &forged_rows[i], test_forged);
    }
    g_test_add_func("/tcp/cookie/made", test_made);
    g_test_add_func("/tcp/cookie/on-overflow", test_on_overflow);
    g_test_add_func("/tcp/cookie/off", test_off);
    g_test_add_func("/tcp/cookie/syn-backlog", test_syn_backlog);
    g_test_add_func("/tcp/cookie/accept-queue-full", test_accept_queue_full);
    return g_test_run();
}
