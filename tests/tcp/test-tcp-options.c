/* Protects: what two ends agree on by options, and what they then do: MSS (RFC 9293 3.7.1), window
 * scale and timestamps with PAWS (RFC 7323), SACK (RFC 2018, 2883). */

#include "lib/tcp-bed.h"

#define DAY_NS (24 * 3600 * SIM_NS_PER_S)

/* ---- MSS ---- */

typedef struct MssRow {
    const char *label;
    uint32_t mss_bytes; /* configured; 0: from the MTU */
    bool timestamps;
    const char *syn;
    const char *answer;
    uint32_t full_bytes; /* payload of a full segment */
} MssRow;

static const MssRow mss_rows[] = {
    { "rfc9293/MUST-65", 0, false, "S 0:0(0) win 65535 <mss 1000>", "S. 0:0(0) ack 1 <mss 1460>",
      1000 },
    { "rfc9293/MUST-14/both", 0, false, "S 0:0(0) win 65535 <mss 1000>",
      "S. 0:0(0) ack 1 <mss 1460>", 1000 },
    { "rfc9293/MUST-15/none", 0, false, "S 0:0(0) win 65535", "S. 0:0(0) ack 1 <mss 1460>", 536 },
    { "rfc9293/MUST-16/mtu", 0, false, "S 0:0(0) win 65535 <mss 9000>",
      "S. 0:0(0) ack 1 <mss 1460>", 1460 },
    { "rfc9293/MUST-16/timestamps", 0, true, "S 0:0(0) win 65535 <mss 1000,TS val 1 ecr 0>",
      "S. 0:0(0) ack 1 <mss 1460,TS val 0 ecr 1>", 988 },
    { "rfc9293/MUST-67/configured", 700, false, "S 0:0(0) win 65535 <mss 1460>",
      "S. 0:0(0) ack 1 <mss 700>", 700 },
    { "options/mss-tiny", 0, false, "S 0:0(0) win 65535 <mss 1>", "S. 0:0(0) ack 1 <mss 1460>",
      64 },
};

static void test_mss(gconstpointer data)
{
    const MssRow *row = data;
    TcpConfig config;
    TcpBed bed;
    tcp_bed_config(&config);
    config.mss_bytes = row->mss_bytes;
    config.timestamps = row->timestamps;
    tcp_bed_open(&bed, &config);
    tcp_bed_listen(&bed);
    tcp_bed_inject(&bed, row->syn);
    tcp_bed_expect(&bed, row->answer);
    tcp_bed_inject(&bed, row->timestamps ? ". 1:1(0) ack 1 win 65535 <TS val 1 ecr 0>"
                                         : ". 1:1(0) ack 1 win 65535");
    tcp_bed_send(&bed, 2 * row->full_bytes);
    for (unsigned i = 0; i < 2; i++) {
        Packet *pkt = tcp_bed_take(&bed, __FILE__, __LINE__);
        g_assert_cmpuint(pkt->payload.len_bytes, ==, row->full_bytes);
        g_assert_cmpuint(pkt->tcp.options & TCP_OPT_MSS, ==, 0); /* MUST-65 */
        packet_free(pkt);
    }
    tcp_bed_close(&bed);
}

/* ---- window scale ---- */

typedef struct ScaleRow {
    const char *label;
    bool ours;
    uint32_t buffer_bytes;
    const char *syn, *answer;
    const char *ack;        /* our window after the handshake, as written */
    uint32_t snd_wnd_bytes; /* what we make of a window field of 1000 */
} ScaleRow;

static const ScaleRow scale_rows[] = {
    { "both", true, 1 << 20, "S 0:0(0) win 65535 <mss 1460,wscale 7>",
      "S. 0:0(0) ack 1 win 65535 <mss 1460,wscale 5>", ". 1:1(0) ack 101 win 32764", 128000 },
    { "peer-has-none", true, 1 << 20, "S 0:0(0) win 65535 <mss 1460>",
      "S. 0:0(0) ack 1 win 65535 <mss 1460>", ". 1:1(0) ack 101 win 65435", 1000 },
    { "we-have-none", false, 1 << 20, "S 0:0(0) win 65535 <mss 1460,wscale 7>",
      "S. 0:0(0) ack 1 win 65535 <mss 1460>", ". 1:1(0) ack 101 win 65435", 1000 },
    { "zero", true, 65535, "S 0:0(0) win 65535 <mss 1460,wscale 0>",
      "S. 0:0(0) ack 1 win 65535 <mss 1460,wscale 0>", ". 1:1(0) ack 101 win 65435", 1000 },
    { "above-14-is-14", true, 65535, "S 0:0(0) win 65535 <mss 1460,wscale 200>",
      "S. 0:0(0) ack 1 win 65535 <mss 1460,wscale 0>", ". 1:1(0) ack 101 win 65435", 16384000 },
};

/* SHLD-5, MAY-3: on the SYN of an active open too. */
static void test_mss_on_syn(void)
{
    TcpBed bed;
    TcpConfig config;
    tcp_bed_config(&config);
    tcp_bed_open(&bed, &config);
    tcp_bed_connect(&bed);
    tcp_bed_expect(&bed, "S 0:0(0) win 65535 <mss 1460>");
    tcp_bed_close(&bed);
}

static void test_scale(gconstpointer data)
{
    const ScaleRow *row = data;
    TcpConfig config;
    TcpBed bed;
    tcp_bed_config(&config);
    config.window_scaling = row->ours;
    config.receive_buffer_bytes = row->buffer_bytes;
    tcp_bed_open(&bed, &config);
    tcp_bed_listen(&bed);
    tcp_bed_inject(&bed, row->syn);
    tcp_bed_expect(&bed, row->answer);
    tcp_bed_inject(&bed, ". 1:1(0) ack 1 win 1000");
    TcpVars vars;
    tcp_conn_vars(bed.conn, &vars);
    g_assert_cmpuint(vars.snd_wnd, ==, row->snd_wnd_bytes);
    tcp_bed_inject(&bed, "P. 1:101(100) ack 1 win 1000");
    tcp_bed_run(&bed, 40 * SIM_NS_PER_MS);
    tcp_bed_expect(&bed, row->ack);
    tcp_bed_close(&bed);
}

/* RFC 7323 2.2: the window of a SYN is never scaled, nor is the option heeded elsewhere. */
static void test_scale_only_in_syn(void)
{
    TcpConfig config;
    TcpBed bed;
    tcp_bed_config(&config);
    config.window_scaling = true;
    tcp_bed_open(&bed, &config);
    tcp_bed_connect(&bed);
    tcp_bed_forget(&bed);
    tcp_bed_inject(&bed, "S. 0:0(0) ack 1 win 1000 <mss 1460,wscale 4>");
    TcpVars vars;
    tcp_conn_vars(bed.conn, &vars);
    g_assert_cmpuint(vars.snd_wnd, ==, 1000);
    tcp_bed_inject(&bed, ". 1:1(0) ack 1 win 1000 <wscale 9>");
    tcp_conn_vars(bed.conn, &vars);
    g_assert_cmpuint(vars.snd_wnd, ==, 16000);
    tcp_bed_forget(&bed);
    tcp_bed_close(&bed);
}

/* ---- timestamps ---- */

static void open_with_timestamps(TcpBed *bed)
{
    TcpConfig config;
    tcp_bed_config(&config);
    config.timestamps = true;
    tcp_bed_open(bed, &config);
    bed->reads = true;
    tcp_bed_listen(bed);
    tcp_bed_inject(bed, "S 0:0(0) win 65535 <mss 1460,TS val 100 ecr 0>");
    tcp_bed_expect(bed, "S. 0:0(0) ack 1 <mss 1460,TS val 0 ecr 100>");
    tcp_bed_inject(bed, ". 1:1(0) ack 1 win 65535 <TS val 100 ecr 0>");
    tcp_bed_forget(bed);
}

/* RFC 7323 3.2: on everything but RST, or on nothing. */
static void test_timestamps_on_all(void)
{
    TcpBed bed;
    open_with_timestamps(&bed);
    tcp_bed_run(&bed, 7 * SIM_NS_PER_MS);
    tcp_bed_send(&bed, 100);
    tcp_bed_expect(&bed, "P. 1:101(100) ack 1 <TS val 7 ecr 100>");
    tcp_abort(bed.conn, tcp_bed_now(&bed));
    tcp_bed_run(&bed, 10);
    const Packet *rst = g_queue_peek_head(&bed.sent);
    g_assert_cmpuint(rst->tcp.options, ==, 0);
    tcp_bed_forget(&bed);
    tcp_bed_close(&bed);
}

static void test_timestamps_not_agreed(void)
{
    TcpConfig config;
    TcpBed bed;
    tcp_bed_config(&config);
    config.timestamps = true;
    tcp_bed_open(&bed, &config);
    tcp_bed_connect(&bed);
    tcp_bed_expect(&bed, "S 0:0(0) <mss 1460,TS val 0 ecr 0>");
    tcp_bed_inject(&bed, "S. 0:0(0) ack 1 win 65535 <mss 1460>");
    const Packet *ack = g_queue_peek_head(&bed.sent);
    g_assert_cmpuint(ack->tcp.options, ==, 0);
    tcp_bed_forget(&bed);
    tcp_bed_close(&bed);
}

/* RFC 7323 4.3: (A) the earliest segment that is not acknowledged yet, (B) the last in order while
 * there is a gap, (C) the one that fills it. */
static void test_echo(void)
{
    TcpBed bed;
    open_with_timestamps(&bed);
    tcp_bed_inject(&bed, ". 1:1449(1448) ack 1 win 65535 <TS val 201 ecr 0>");
    tcp_bed_inject(&bed, ". 1449:2897(1448) ack 1 win 65535 <TS val 202 ecr 0>");
    tcp_bed_expect(&bed, ". 1:1(0) ack 2897 <TS val 0 ecr 201>");
    tcp_bed_inject(&bed, ". 4345:5793(1448) ack 1 win 65535 <TS val 204 ecr 0>");
    tcp_bed_expect(&bed, ". 1:1(0) ack 2897 <TS val 0 ecr 201>");
    tcp_bed_inject(&bed, ". 2897:4345(1448) ack 1 win 65535 <TS val 203 ecr 0>");
    tcp_bed_expect(&bed, ". 1:1(0) ack 5793 <TS val 0 ecr 203>");
    tcp_bed_close(&bed);
}

/* RFC 7323 5.3 (R1). */
static void test_paws(void)
{
    TcpBed bed;
    open_with_timestamps(&bed);
    tcp_bed_inject(&bed, "P. 1:101(100) ack 1 win 65535 <TS val 99 ecr 0>");
    tcp_bed_expect_why(&bed, ". 1:1(0) ack 1", PACKET_WHY_DUPLICATE_ACK);
    g_assert_cmpint(bed.discard, ==, INET_DISCARD_TCP_PAWS);
    g_assert_cmpuint(bed.read_bytes, ==, 0);
    /* The same timestamp is not older. */
    tcp_bed_inject(&bed, "P. 1:101(100) ack 1 win 65535 <TS val 100 ecr 0>");
    g_assert_cmpuint(bed.read_bytes, ==, 100);
    tcp_bed_close(&bed);
}

/* RFC 7323 3.2: without the option a segment is dropped in silence; 5.2: RST needs none. */
static void test_missing_timestamp(void)
{
    TcpBed bed;
    open_with_timestamps(&bed);
    tcp_bed_inject(&bed, "P. 1:101(100) ack 1 win 65535");
    tcp_bed_expect_nothing(&bed);
    g_assert_cmpuint(bed.read_bytes, ==, 0);
    tcp_bed_inject(&bed, "R. 1:1(0) ack 1 win 0 <TS val 1 ecr 0>");
    tcp_bed_expect_states(&bed, "ESTABLISHED CLOSED");
    tcp_bed_close(&bed);
}

/* RFC 7323 5.5: after 24 days without news the peer's clock may have wrapped. */
static void test_paws_after_24_days(void)
{
    TcpBed bed;
    open_with_timestamps(&bed);
    tcp_bed_run(&bed, 25 * DAY_NS);
    tcp_bed_inject(&bed, "P. 1:101(100) ack 1 win 65535 <TS val 50 ecr 0>");
    g_assert_cmpuint(bed.read_bytes, ==, 100);
    tcp_bed_forget(&bed);
    tcp_bed_close(&bed);
}

typedef struct EchoRow {
    const char *label;
    const char *ack;
    bool sampled;
} EchoRow;

/* 100 octets sent at 0, and again at 1 s; the answer comes at 1.5 s. */
static const EchoRow echoes[] = {
    /* RFC 7323 4.1: a retransmission gives no sample by Karn's rule, but its echo does. */
    { "of-the-retransmission", ". 1:1(0) ack 101 win 65535 <TS val 300 ecr 1000>", true },
    /* The ACK of the original was lost; the copy was a duplicate, and TS.Recent did not move. */
    { "of-the-original", ". 1:1(0) ack 101 win 65535 <TS val 300 ecr 0>", false },
    { "of-the-future", ". 1:1(0) ack 101 win 65535 <TS val 300 ecr 2000>", false },
};

static void test_echo_times_retransmission(gconstpointer data)
{
    const EchoRow *row = data;
    TcpBed bed;
    open_with_timestamps(&bed);
    TcpVars vars;
    tcp_bed_send(&bed, 100);
    tcp_bed_run(&bed, SIM_NS_PER_S + 500 * SIM_NS_PER_MS);
    tcp_bed_forget(&bed);
    tcp_conn_vars(bed.conn, &vars);
    int64_t srtt_ns = vars.srtt_ns, rto_ns = vars.rto_ns;
    tcp_bed_inject(&bed, row->ack);
    tcp_conn_vars(bed.conn, &vars);
    if (row->sampled) {
        g_assert_cmpint(vars.srtt_ns, >, srtt_ns);
        g_assert_cmpint(vars.srtt_ns, <=, 500 * SIM_NS_PER_MS);
        g_assert_cmpint(vars.rto_ns, <, rto_ns); /* and the back-off ends */
    } else {
        g_assert_cmpint(vars.srtt_ns, ==, srtt_ns);
        g_assert_cmpint(vars.rto_ns, ==, rto_ns);
    }
    tcp_bed_close(&bed);
}

/* ---- SACK ---- */

static void open_with_sack(TcpBed *bed, bool timestamps)
{
    TcpConfig config;
    tcp_bed_config(&config);
    config.sack = true;
    config.timestamps = timestamps;
    tcp_bed_open(bed, &config);
    bed->reads = true;
    tcp_bed_listen(bed);
    tcp_bed_inject(bed, timestamps ? "S 0:0(0) win 65535 <mss 1460,sackOK,TS val 1 ecr 0>"
                                   : "S 0:0(0) win 65535 <mss 1460,sackOK>");
    tcp_bed_inject(bed, timestamps ? ". 1:1(0) ack 1 win 65535 <TS val 1 ecr 0>"
                                   : ". 1:1(0) ack 1 win 65535");
    tcp_bed_forget(bed);
}

/* RFC 2018 section 4: the block of the latest segment first; four blocks at most. */
static void test_sack_blocks(void)
{
    TcpBed bed;
    open_with_sack(&bed, false);
    tcp_bed_inject(&bed, "P. 101:201(100) ack 1 win 65535");
    tcp_bed_expect(&bed, ". 1:1(0) ack 1 <sack 101:201>");
    tcp_bed_inject(&bed, "P. 301:401(100) ack 1 win 65535");
    tcp_bed_expect(&bed, ". 1:1(0) ack 1 <sack 301:401 101:201>");
    tcp_bed_inject(&bed, "P. 501:601(100) ack 1 win 65535");
    tcp_bed_inject(&bed, "P. 701:801(100) ack 1 win 65535");
    tcp_bed_inject(&bed, "P. 901:1001(100) ack 1 win 65535");
    tcp_bed_expect(&bed, ". 1:1(0) ack 1 <sack 501:601 301:401 101:201>");
    tcp_bed_expect(&bed, ". 1:1(0) ack 1 <sack 701:801 501:601 301:401 101:201>");
    tcp_bed_expect(&bed, ". 1:1(0) ack 1 <sack 901:1001 701:801 501:601 301:401>");
    /* Text that we send carries blocks too, and is so much shorter. */
    tcp_bed_send(&bed, 1460);
    tcp_bed_expect(&bed, ". 1:1421(1420) ack 1 <sack 901:1001 701:801 501:601 301:401>");
    tcp_bed_forget(&bed);
    tcp_bed_close(&bed);
}

/* RFC 2018 section 3: three beside timestamps. */
static void test_sack_with_timestamps(void)
{
    TcpBed bed;
    open_with_sack(&bed, true);
    for (unsigned i = 1; i <= 4; i++) {
        tcp_bed_injectf(&bed, "P. %u:%u(100) ack 1 win 65535 <TS val 1 ecr 0>", 200 * i + 1,
                        200 * i + 101);
    }
    Packet *last = g_queue_pop_tail(&bed.sent);
    g_assert_cmpuint(last->tcp.sack_count, ==, 3);
    g_assert_cmpuint(last->tcp.header_bytes, ==, 60);
    packet_free(last);
    tcp_bed_forget(&bed);
    tcp_bed_close(&bed);
}

/* RFC 2018 section 2: no blocks to a peer that has not asked. */
static void test_sack_not_agreed(void)
{
    TcpConfig config;
    TcpBed bed;
    tcp_bed_config(&config);
    config.sack = true;
    tcp_bed_open(&bed, &config);
    tcp_bed_reach(&bed, TCP_STATE_ESTABLISHED);
    tcp_bed_inject(&bed, "P. 101:201(100) ack 1 win 65535");
    const Packet *ack = g_queue_peek_head(&bed.sent);
    g_assert_cmpuint(ack->tcp.options, ==, 0);
    tcp_bed_forget(&bed);
    tcp_bed_close(&bed);
}

/* RFC 2883: what comes twice is reported once, before the rest. */
static void test_dsack(void)
{
    TcpBed bed;
    open_with_sack(&bed, false);
    tcp_bed_inject(&bed, "P. 1:101(100) ack 1 win 65535");
    tcp_bed_inject(&bed, "P. 1:101(100) ack 1 win 65535");
    tcp_bed_expect(&bed, ". 1:1(0) ack 101 <sack 1:101>");
    tcp_bed_inject(&bed, "P. 201:301(100) ack 1 win 65535");
    tcp_bed_expect(&bed, ". 1:1(0) ack 101 <sack 201:301>");
    tcp_bed_inject(&bed, "P. 201:301(100) ack 1 win 65535");
    tcp_bed_expect(&bed, ". 1:1(0) ack 101 <sack 201:301 201:301>");
    tcp_bed_inject(&bed, "P. 401:501(100) ack 1 win 65535");
    tcp_bed_expect(&bed, ". 1:1(0) ack 101 <sack 401:501 201:301>");
    tcp_bed_close(&bed);
}

/* RFC 2883 section 4: a segment that is new in part is acknowledged like new data, late; what was
 * a duplicate is reported then. */
static void test_dsack_delayed(void)
{
    TcpBed bed;
    open_with_sack(&bed, false);
    tcp_bed_inject(&bed, ". 1:1001(1000) ack 1 win 65535");
    tcp_bed_inject(&bed, ". 501:1501(1000) ack 1 win 65535");
    tcp_bed_expect_nothing(&bed);
    tcp_bed_inject(&bed, ". 1501:2501(1000) ack 1 win 65535");
    tcp_bed_expect(&bed, ". 1:1(0) ack 2501 <sack 501:1001>");
    tcp_bed_inject(&bed, ". 3501:4501(1000) ack 1 win 65535");
    tcp_bed_expect(&bed, ". 1:1(0) ack 2501 <sack 3501:4501>");
    tcp_bed_close(&bed);
}

/* An ACK that reports a duplicate answers that, whenever what it acknowledges was sent. */
static void test_dsack_times_nothing(void)
{
    TcpBed bed;
    TcpVars vars;
    open_with_sack(&bed, false);
    tcp_conn_vars(bed.conn, &vars);
    int64_t srtt_ns = vars.srtt_ns;
    tcp_bed_send(&bed, 100);
    tcp_bed_run(&bed, 900 * SIM_NS_PER_MS);
    tcp_bed_forget(&bed);
    tcp_bed_inject(&bed, ". 1:1(0) ack 101 win 65535 <sack 0:1>");
    tcp_conn_vars(bed.conn, &vars);
    g_assert_cmpint(vars.srtt_ns, ==, srtt_ns);
    g_assert_cmpuint(vars.snd_una, ==, vars.snd_nxt);
    tcp_bed_close(&bed);
}

static void add_rows(const char *prefix, gconstpointer rows, size_t count, size_t size,
                     GTestDataFunc fn)
{
    for (size_t i = 0; i < count; i++) {
        gconstpointer row = (const char *)rows + i * size;
        g_autofree char *path = g_strconcat(prefix, *(const char *const *)row, NULL);
        g_test_add_data_func(path, row, fn);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    add_rows("/tcp/", mss_rows, G_N_ELEMENTS(mss_rows), sizeof mss_rows[0], test_mss);
    g_test_add_func("/tcp/rfc9293/SHLD-5", test_mss_on_syn);
    g_test_add_func("/tcp/rfc9293/MAY-3", test_mss_on_syn);
    add_rows("/tcp/options/scale/", scale_rows, G_N_ELEMENTS(scale_rows), sizeof scale_rows[0],
             test_scale);
    g_test_add_func("/tcp/options/scale-only-in-syn", test_scale_only_in_syn);
    g_test_add_func("/tcp/options/timestamps-on-all", test_timestamps_on_all);
    g_test_add_func("/tcp/options/timestamps-not-agreed", test_timestamps_not_agreed);
    g_test_add_func("/tcp/options/echo", test_echo);
    g_test_add_func("/tcp/options/paws", test_paws);
    g_test_add_func("/tcp/options/missing-timestamp", test_missing_timestamp);
    g_test_add_func("/tcp/options/paws-after-24-days", test_paws_after_24_days);
    add_rows("/tcp/options/echo-times-retransmission/", echoes, G_N_ELEMENTS(echoes),
             sizeof echoes[0], test_echo_times_retransmission);
    g_test_add_func("/tcp/options/sack-blocks", test_sack_blocks);
    g_test_add_func("/tcp/options/sack-with-timestamps", test_sack_with_timestamps);
    g_test_add_func("/tcp/options/sack-not-agreed", test_sack_not_agreed);
    g_test_add_func("/tcp/options/dsack", test_dsack);
    g_test_add_func("/tcp/options/dsack-delayed", test_dsack_delayed);
    g_test_add_func("/tcp/options/dsack-times-nothing", test_dsack_times_nothing);
    return g_test_run();
}
