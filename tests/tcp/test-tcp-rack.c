/* Protects: RACK-TLP (RFC 8985). What it learns of time and reordering (sections 6.2 steps 1 to 4),
 * what is lost and when (step 5), what was sent again and is lost again, and probes for the tail
 * (section 7). The round trip is 100 ms. */

#include "tcp/tcp_rack.h"

#include "lib/tcp-bed.h"
#include "tcp/tcp_copies.h"
#include "tcp/tcp_recovery_rack.h"

#define MS SIM_NS_PER_MS

/* ---- what is learned ---- */

static TcpRecoveryAck news(const TcpSentAck *sent, int64_t now_ns)
{
    return (TcpRecoveryAck){ .now_ns = now_ns,
                             .sent = sent,
                             .rtt_ns = -1,
                             .srtt_ns = 120 * MS,
                             .min_rtt_ns = 100 * MS,
                             .echo_at_ns = -1 };
}

static TcpSentAck delivered(int64_t once_at_ns, TcpSeq end)
{
    return (TcpSentAck){ .delivered_bytes = 100,
                         .newest_once = { once_at_ns, 1 },
                         .newest_again = { -1, 0 },
                         .lowest_once = end,
                         .highest = end,
                         .resent_at_ns = -1 };
}

static void update(TcpRack *rack, const TcpSentAck *sent, int64_t now_ns)
{
    const TcpRecoveryAck ack = news(sent, now_ns);
    tcp_rack_update(rack, &ack);
}

typedef struct SampleRow {
    const char *label;
    int64_t sent_at_ms, echo_at_ms, now_ms;
    bool taken;
} SampleRow;

/* RFC8985-RACK-SAMPLE-1: a segment sent again, first at 0. */
static const SampleRow samples[] = {
    { "a-round-trip-later", 200, -1, 300, true },
    { "too-soon", 200, -1, 299, false },
    { "echo-of-the-copy", 200, 200, 300, true },
    { "echo-of-the-original", 200, 0, 350, false },
};

static void test_sample(gconstpointer data)
{
    const SampleRow *row = data;
    TcpRack rack;
    tcp_rack_init(&rack);
    TcpSentAck sent = delivered(-1, 0);
    sent.newest_again = (TcpSentMark){ row->sent_at_ms * MS, 2 };
    sent.highest = 500;
    TcpRecoveryAck ack = news(&sent, row->now_ms * MS);
    ack.echo_at_ns = row->echo_at_ms < 0 ? -1 : row->echo_at_ms * MS;
    rack.min_rtt_ns = 100 * MS;
    tcp_rack_update(&rack, &ack);
    g_assert_cmpint(rack.newest.sent_at_ns, ==, row->taken ? row->sent_at_ms * MS : -1);
    g_assert_cmpint(rack.rtt_ns, ==, row->taken ? (row->now_ms - row->sent_at_ms) * MS : 0);
}

/* RFC8985-RACK-REO-1: what was sent once is delivered below the highest delivered; a retransmission
 * there means nothing. */
static void test_reordering(void)
{
    TcpRack rack;
    tcp_rack_init(&rack);
    TcpSentAck sent = delivered(0, 500);
    update(&rack, &sent, 100 * MS);
    sent = delivered(1 * MS, 600);
    update(&rack, &sent, 101 * MS);
    g_assert_false(rack.reordering_seen);
    sent = delivered(-1, 0);
    sent.newest_again = (TcpSentMark){ 50 * MS, 2 };
    sent.highest = 300;
    update(&rack, &sent, 150 * MS);
    g_assert_false(rack.reordering_seen);
    sent = delivered(0, 400);
    update(&rack, &sent, 151 * MS);
    g_assert_true(rack.reordering_seen);
    g_assert_cmpuint(rack.fack, ==, 600);
}

/* RFC8985-RACK-WND-1 */
static void test_window(void)
{
    TcpRack rack;
    tcp_rack_init(&rack);
    TcpSentAck sent = delivered(0, 500);
    g_assert_cmpint(tcp_rack_reo_wnd_ns(&rack, false, 0), ==, 0); /* no sample yet */
    update(&rack, &sent, 100 * MS);
    g_assert_cmpint(tcp_rack_reo_wnd_ns(&rack, false, 0), ==, 25 * MS);
    g_assert_cmpint(tcp_rack_reo_wnd_ns(&rack, false, 2), ==, 25 * MS);
    g_assert_cmpint(tcp_rack_reo_wnd_ns(&rack, false, 3), ==, 0);
    g_assert_cmpint(tcp_rack_reo_wnd_ns(&rack, true, 0), ==, 0);
    rack.reordering_seen = true;
    g_assert_cmpint(tcp_rack_reo_wnd_ns(&rack, true, 3), ==, 25 * MS);
    rack.reo_wnd_mult = 3;
    g_assert_cmpint(tcp_rack_reo_wnd_ns(&rack, false, 0), ==, 75 * MS);
    rack.reo_wnd_mult = 5;
    g_assert_cmpint(tcp_rack_reo_wnd_ns(&rack, false, 0), ==, 120 * MS); /* SRTT at most */
}

static void adapt(TcpRack *rack, bool dsack, TcpSeq snd_una, bool recovered)
{
    const TcpSentAck sent = { .dsack = dsack };
    TcpRecoveryAck ack = news(&sent, 0);
    ack.snd_una = snd_una;
    ack.snd_nxt = snd_una + 1000;
    tcp_rack_adapt(rack, &ack, recovered);
}

/* RFC8985-RACK-DSACK-1: once a round trip; back to one after sixteen recoveries without. */
static void test_dsack(void)
{
    TcpRack rack;
    tcp_rack_init(&rack);
    adapt(&rack, true, 5000, false);
    g_assert_cmpuint(rack.reo_wnd_mult, ==, 2);
    adapt(&rack, true, 5999, false);
    g_assert_cmpuint(rack.reo_wnd_mult, ==, 2);
    adapt(&rack, true, 6000, false);
    g_assert_cmpuint(rack.reo_wnd_mult, ==, 3);
    for (unsigned i = 0; i < 15; i++) {
        adapt(&rack, false, 8000, true);
    }
    g_assert_cmpuint(rack.reo_wnd_mult, ==, 3);
    adapt(&rack, false, 8000, true);
    g_assert_cmpuint(rack.reo_wnd_mult, ==, 1);
}

static void test_copies(void)
{
    TcpCopies copies = { 0 };
    g_assert_null(tcp_copies_first(&copies));
    TcpSeq in = 0, out = 0;
    for (unsigned round = 0; round < 50; round++) {
        for (unsigned i = 0; i < 7; i++, in++) {
            tcp_copies_push(&copies, &(TcpCopy){ in, in + 1, in });
        }
        for (unsigned i = 0; i < 5; i++, out++) {
            g_assert_cmpuint(tcp_copies_first(&copies)->seq, ==, out);
            tcp_copies_pop(&copies);
        }
    }
    g_assert_cmpuint(copies.count, ==, in - out);
    tcp_copies_clear(&copies);
    g_assert_null(tcp_copies_first(&copies));
}

/* ---- what is done ---- */

/* An established connection whose first sample is 100 ms. */
static void open_bed(TcpBed *bed, uint32_t window_segments)
{
    TcpConfig config;
    tcp_bed_config(&config);
    config.sack = true;
    config.recovery = &tcp_recovery_rack;
    config.cc = tcp_cc_find("reno");
    config.initial_window_segments = window_segments;
    tcp_bed_open(bed, &config);
    tcp_bed_listen(bed);
    tcp_bed_inject(bed, "S 0:0(0) win 65535 <mss 1000,sackOK>");
    tcp_bed_run(bed, 100 * MS - 10);
    tcp_bed_inject(bed, ". 1:1(0) ack 1 win 65535");
    tcp_bed_forget(bed);
}

/* Sends so many segments and lets a round trip pass. */
static void send_segments(TcpBed *bed, uint32_t count)
{
    tcp_bed_send(bed, count * 1000);
    tcp_bed_run(bed, 100 * MS - 10);
    tcp_bed_forget(bed);
}

static uint32_t cwnd_of(TcpBed *bed)
{
    TcpVars vars;
    tcp_conn_vars(bed->conn, &vars);
    return vars.cwnd_bytes;
}

/* RFC8985-RACK-TIMER-1: one segment was overtaken. A quarter of a round trip later it is lost,
 * though no further ACK has come. */
static void test_timer(void)
{
    TcpBed bed;
    open_bed(&bed, 10);
    send_segments(&bed, 2);
    tcp_bed_inject(&bed, ". 1:1(0) ack 1 win 65535 <sack 1001:2001>");
    tcp_bed_run(&bed, 24 * MS);
    tcp_bed_expect_nothing(&bed);
    tcp_bed_run(&bed, 1 * MS);
    tcp_bed_expect_why(&bed, ". 1:1001(1000) ack 1", PACKET_WHY_RETRANSMIT_FAST);
    tcp_bed_expect_nothing(&bed);
    g_assert_cmpuint(cwnd_of(&bed), ==, 2000);
    tcp_bed_close(&bed);
}

/* ... or it comes in time: nothing is lost, and reordering is known from then on. */
static void test_late(void)
{
    TcpBed bed;
    open_bed(&bed, 10);
    send_segments(&bed, 2);
    tcp_bed_inject(&bed, ". 1:1(0) ack 1 win 65535 <sack 1001:2001>");
    tcp_bed_run(&bed, 20 * MS);
    tcp_bed_inject(&bed, ". 1:1(0) ack 2001 win 65535");
    tcp_bed_run(&bed, 5 * SIM_NS_PER_S);
    tcp_bed_expect_nothing(&bed);
    send_segments(&bed, 5);
    tcp_bed_inject(&bed, ". 1:1(0) ack 2001 win 65535 <sack 3001:7001>");
    tcp_bed_run(&bed, 20 * MS);
    tcp_bed_expect_nothing(&bed); /* four SACKed: three duplicates would have meant a loss */
    tcp_bed_inject(&bed, ". 1:1(0) ack 7001 win 65535");
    tcp_bed_expect_nothing(&bed);
    g_assert_cmpuint(cwnd_of(&bed), >=, 10000);
    tcp_bed_close(&bed);
}

/* RFC8985-RACK-LOSS-1: without reordering, three segments SACKed tell at once. What was sent again
 * is lost when something sent after it is delivered, and goes out a third time. */
static void test_lost_again(void)
{
    TcpBed bed;
    open_bed(&bed, 10);
    send_segments(&bed, 10);
    tcp_bed_send(&bed, 5000);
    tcp_bed_inject(&bed, ". 1:1(0) ack 1 win 65535 <sack 1001:4001>");
    tcp_bed_expect_why(&bed, ". 1:1001(1000) ack 1", PACKET_WHY_RETRANSMIT_FAST);
    tcp_bed_inject(&bed, ". 1:1(0) ack 1 win 65535 <sack 1001:10001>");
    tcp_bed_expect(&bed, ". 10001:11001(1000) ack 1");
    tcp_bed_forget(&bed);
    tcp_bed_run(&bed, 100 * MS);
    tcp_bed_inject(&bed, ". 1:1(0) ack 1 win 65535 <sack 1001:11001>");
    tcp_bed_expect_why(&bed, ". 1:1001(1000) ack 1", PACKET_WHY_RETRANSMIT_RECOVERY);
    tcp_bed_forget(&bed);
    tcp_bed_close(&bed);
}

/* RFC 8985 6.3: at a time-out, what was sent a moment ago is not lost. */
static void test_time_out(void)
{
    TcpBed bed;
    open_bed(&bed, 10);
    send_segments(&bed, 1);
    tcp_bed_inject(&bed, ". 1:1(0) ack 1001 win 65535");
    tcp_bed_send(&bed, 1000);
    tcp_bed_run(&bed, 990 * MS);
    tcp_bed_forget(&bed); /* a probe among them */
    tcp_bed_run(&bed, 405 * MS);
    tcp_bed_send(&bed, 1000);
    tcp_bed_forget(&bed);
    tcp_bed_run(&bed, 20 * MS);
    tcp_bed_expect_why(&bed, "P. 1001:2001(1000) ack 1", PACKET_WHY_RETRANSMIT_TIMEOUT);
    tcp_bed_inject(&bed, ". 1:1(0) ack 2001 win 65535");
    tcp_bed_expect_nothing(&bed); /* the second is still on its way */
    tcp_bed_close(&bed);
}

/* ---- probes ---- */

/* RFC8985-TLP-PTO-1, TLP-PROBE-1: two round trips without an ACK; nothing new to send: the last one
 * again. RFC8985-TLP-ONE-1: no further probe before an RTT sample; the time-out runs from the
 * probe. */
static void test_probe(void)
{
    TcpBed bed;
    open_bed(&bed, 10);
    send_segments(&bed, 2);
    tcp_bed_run(&bed, 99 * MS);
    tcp_bed_expect_nothing(&bed);
    tcp_bed_run(&bed, 1 * MS + 10);
    tcp_bed_expect_why(&bed, "P. 1001:2001(1000) ack 1", PACKET_WHY_LOSS_PROBE);
    tcp_bed_run(&bed, 990 * MS);
    tcp_bed_expect_nothing(&bed);
    tcp_bed_run(&bed, 20 * MS);
    tcp_bed_expect_why(&bed, ". 1:1001(1000) ack 1", PACKET_WHY_RETRANSMIT_TIMEOUT);
    tcp_bed_forget(&bed);
    tcp_bed_close(&bed);
}

/* RFC8985-TLP-ONE-1: an RTT sample came, but the probe is still out. */
static void test_probe_out(void)
{
    TcpBed bed;
    open_bed(&bed, 10);
    send_segments(&bed, 3);
    tcp_bed_run(&bed, 100 * MS + 10);
    tcp_bed_expect_why(&bed, "P. 2001:3001(1000) ack 1", PACKET_WHY_LOSS_PROBE);
    tcp_bed_inject(&bed, ". 1:1(0) ack 1001 win 65535");
    tcp_bed_run(&bed, 900 * MS);
    tcp_bed_expect_nothing(&bed);
    tcp_bed_close(&bed);
}

/* RFC8985-TLP-ONE-1: the probe was needless and is over, but nothing was timed since. */
static void test_probe_unsampled(void)
{
    TcpBed bed;
    open_bed(&bed, 10);
    send_segments(&bed, 3);
    tcp_bed_run(&bed, 100 * MS + 10);
    tcp_bed_inject(&bed, ". 1:1(0) ack 3001 win 65535");
    tcp_bed_inject(&bed, ". 1:1(0) ack 3001 win 65535 <sack 2001:3001>");
    tcp_bed_send(&bed, 1000);
    tcp_bed_forget(&bed);
    tcp_bed_run(&bed, 900 * MS);
    tcp_bed_expect_nothing(&bed);
    tcp_bed_run(&bed, 200 * MS);
    tcp_bed_expect_why(&bed, "P. 3001:4001(1000) ack 1", PACKET_WHY_RETRANSMIT_TIMEOUT);
    tcp_bed_close(&bed);
}

/* RFC8985-TLP-PTO-1: the ACK of a single segment may be delayed. */
static void test_probe_of_one(void)
{
    TcpBed bed;
    open_bed(&bed, 10);
    send_segments(&bed, 1);
    tcp_bed_run(&bed, 299 * MS);
    tcp_bed_expect_nothing(&bed);
    tcp_bed_run(&bed, 1 * MS + 10);
    tcp_bed_expect_why(&bed, "P. 1:1001(1000) ack 1", PACKET_WHY_LOSS_PROBE);
    tcp_bed_close(&bed);
}

/* RFC8985-TLP-PROBE-1: what waits for the congestion window goes first. */
static void test_probe_is_new(void)
{
    TcpBed bed;
    open_bed(&bed, 2);
    send_segments(&bed, 5);
    tcp_bed_run(&bed, 100 * MS + 10);
    tcp_bed_expect_why(&bed, ". 2001:3001(1000) ack 1", PACKET_WHY_LOSS_PROBE);
    tcp_bed_expect_nothing(&bed);
    tcp_bed_close(&bed);
}

/* The last of three is sent again as a probe; then another segment. */
static void probe_and_go_on(TcpBed *bed)
{
    open_bed(bed, 10);
    send_segments(bed, 3);
    tcp_bed_run(bed, 100 * MS + 10);
    tcp_bed_expect_why(bed, "P. 2001:3001(1000) ack 1", PACKET_WHY_LOSS_PROBE);
    tcp_bed_send(bed, 1000);
    tcp_bed_forget(bed);
}

/* RFC8985-TLP-CC-1: the probe repaired a loss, which the window pays for. */
static void test_probe_repairs(void)
{
    TcpBed bed;
    probe_and_go_on(&bed);
    tcp_bed_run(&bed, 100 * MS);
    tcp_bed_inject(&bed, ". 1:1(0) ack 4001 win 65535");
    g_assert_cmpuint(cwnd_of(&bed), <, 10000);
    tcp_bed_close(&bed);
}

/* ... but not where a D-SACK says that it was needless: only the ACKs were late. */
static void test_probe_needless(void)
{
    TcpBed bed;
    probe_and_go_on(&bed);
    tcp_bed_inject(&bed, ". 1:1(0) ack 3001 win 65535");
    tcp_bed_run(&bed, 100 * MS);
    tcp_bed_inject(&bed, ". 1:1(0) ack 3001 win 65535 <sack 2001:3001>");
    tcp_bed_inject(&bed, ". 1:1(0) ack 4001 win 65535");
    g_assert_cmpuint(cwnd_of(&bed), >=, 10000);
    tcp_bed_close(&bed);
}

/* ... also where nothing is outstanding when the D-SACK comes: what is sent later pays for nothing.
 */
static void test_probe_needless_at_end(void)
{
    TcpBed bed;
    open_bed(&bed, 10);
    send_segments(&bed, 3);
    tcp_bed_run(&bed, 100 * MS + 10);
    tcp_bed_inject(&bed, ". 1:1(0) ack 3001 win 65535");
    tcp_bed_inject(&bed, ". 1:1(0) ack 3001 win 65535 <sack 2001:3001>");
    tcp_bed_send(&bed, 1000);
    tcp_bed_inject(&bed, ". 1:1(0) ack 4001 win 65535");
    g_assert_cmpuint(cwnd_of(&bed), >=, 10000);
    tcp_bed_forget(&bed);
    tcp_bed_close(&bed);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(samples); i++) {
        g_autofree char *path = g_strdup_printf("/tcp/rack/sample/%s", samples[i].label);
        g_test_add_data_func(path, &samples[i], test_sample);
    }
    g_test_add_func("/tcp/rack/reordering", test_reordering);
    g_test_add_func("/tcp/rack/window", test_window);
    g_test_add_func("/tcp/rack/dsack", test_dsack);
    g_test_add_func("/tcp/rack/copies", test_copies);
    g_test_add_func("/tcp/rack/timer", test_timer);
    g_test_add_func("/tcp/rack/late", test_late);
    g_test_add_func("/tcp/rack/lost-again", test_lost_again);
    g_test_add_func("/tcp/rack/time-out", test_time_out);
    g_test_add_func("/tcp/rack/probe", test_probe);
    g_test_add_func("/tcp/rack/RFC8985-TLP-ONE-1/out", test_probe_out);
    g_test_add_func("/tcp/rack/RFC8985-TLP-ONE-1/unsampled", test_probe_unsampled);
    g_test_add_func("/tcp/rack/probe-needless-at-end", test_probe_needless_at_end);
    g_test_add_func("/tcp/rack/probe-of-one", test_probe_of_one);
    g_test_add_func("/tcp/rack/probe-is-new", test_probe_is_new);
    g_test_add_func("/tcp/rack/probe-repairs", test_probe_repairs);
    g_test_add_func("/tcp/rack/probe-needless", test_probe_needless);
    return g_test_run();
}
