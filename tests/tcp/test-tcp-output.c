/* Protects: what is sent when. Nagle (RFC 9293 3.7.4), PSH (3.9.1.2), delayed ACKs (3.8.6.3, RFC
 * 5681 4.2), urgent data (3.8.5, RFC 6093), the initial and the restart window (RFC 6928, 5681),
 * what a packet says of why it was sent. */

#include "lib/tcp-bed.h"

#define DELAY_NS (40 * SIM_NS_PER_MS)

static void open_bed(TcpBed *bed)
{
    TcpConfig config;
    tcp_bed_config(&config);
    tcp_bed_open(bed, &config);
    tcp_bed_reach(bed, TCP_STATE_ESTABLISHED);
}

static void write_pushed(TcpBed *bed, uint32_t len_bytes)
{
    tcp_send_pattern(bed->conn, len_bytes, true, false, tcp_bed_now(bed));
    tcp_bed_run(bed, 10);
}

/* ---- Nagle ---- */

/* SHLD-7: with something outstanding, small writes wait and are merged. */
static void test_nagle(void)
{
    TcpBed bed;
    open_bed(&bed);
    tcp_bed_send(&bed, 10);
    tcp_bed_expect(&bed, "P. 1:11(10) ack 1");
    tcp_bed_send(&bed, 10);
    tcp_bed_send(&bed, 10);
    tcp_bed_expect_nothing(&bed);
    tcp_bed_inject(&bed, ". 1:1(0) ack 11 win 65535");
    tcp_bed_expect(&bed, "P. 11:31(20) ack 1");
    /* SHLD-28: a full segment does not wait. */
    tcp_bed_send(&bed, 1500);
    tcp_bed_expect(&bed, ". 31:1491(1460) ack 1");
    tcp_bed_expect_nothing(&bed);
    tcp_bed_close(&bed);
}

/* MUST-17. */
static void test_no_nagle(void)
{
    TcpBed bed;
    open_bed(&bed);
    tcp_bed_send(&bed, 10);
    tcp_bed_send(&bed, 10);
    tcp_bed_expect(&bed, "P. 1:11(10) ack 1");
    tcp_bed_expect_nothing(&bed);
    tcp_set_nagle(bed.conn, false, tcp_bed_now(&bed)); /* what waits goes */
    tcp_bed_run(&bed, 10);
    tcp_bed_expect(&bed, "P. 11:21(10) ack 1");
    tcp_bed_send(&bed, 10);
    tcp_bed_expect(&bed, "P. 21:31(10) ack 1");
    tcp_bed_close(&bed);
}

/* Nothing will follow a FIN, so the rest before it does not wait. */
static void test_nagle_and_fin(void)
{
    TcpBed bed;
    open_bed(&bed);
    tcp_bed_send(&bed, 10);
    tcp_bed_send(&bed, 10);
    tcp_shutdown(bed.conn, tcp_bed_now(&bed));
    tcp_bed_run(&bed, 10);
    tcp_bed_expect(&bed, "P. 1:11(10) ack 1");
    tcp_bed_expect(&bed, "FP. 11:21(10) ack 1");
    tcp_bed_close(&bed);
}

/* ---- PSH ---- */

/* MUST-60, MUST-61: what empties the queue carries PSH, and nothing waits for a push. */
static void test_push(void)
{
    TcpBed bed;
    open_bed(&bed);
    tcp_bed_send(&bed, 2920);
    tcp_bed_expect(&bed, ". 1:1461(1460) ack 1");
    tcp_bed_expect(&bed, "P. 1461:2921(1460) ack 1");
    tcp_bed_close(&bed);
}

/* MAY-15, SHLD-27: the end of a pushed write is marked; of several in one segment, once. */
static void test_pushed_writes(void)
{
    TcpBed bed;
    open_bed(&bed);
    tcp_bed_inject(&bed, ". 1:1(0) ack 1 win 0");
    write_pushed(&bed, 700);
    write_pushed(&bed, 700);
    tcp_bed_send(&bed, 3000);
    tcp_bed_inject(&bed, ". 1:1(0) ack 1 win 4000");
    tcp_bed_expect(&bed, "P. 1:1461(1460) ack 1");
    tcp_bed_expect(&bed, ". 1461:2921(1460) ack 1");
    tcp_bed_expect_nothing(&bed); /* not a whole one: waits for an ACK */
    tcp_bed_close(&bed);
}

/* ---- delayed ACKs ---- */

/* SHLD-19: every second full-sized segment is acknowledged at once, whoever's MSS is the smaller.
 * MUST-59: no segment waits to be looked at when an ACK goes; it covers all that has arrived. */
static void test_every_second(void)
{
    TcpBed bed;
    open_bed(&bed);
    bed.reads = true;
    tcp_bed_inject(&bed, ". 1:1001(1000) ack 1 win 65535");
    tcp_bed_expect_nothing(&bed);
    tcp_bed_inject(&bed, ". 1001:2001(1000) ack 1 win 65535");
    tcp_bed_expect_why(&bed, ". 1:1(0) ack 2001", PACKET_WHY_DELAYED_ACK);
    tcp_bed_run(&bed, SIM_NS_PER_S);
    tcp_bed_expect_nothing(&bed);
    tcp_bed_close(&bed);
}

/* ... also where the peer's MSS is small, or options leave less than the least MSS of segments. */
static void test_every_second_short(gconstpointer data)
{
    uint32_t mss = GPOINTER_TO_UINT(data), len = mss - 12;
    TcpBed bed;
    TcpConfig config;
    tcp_bed_config(&config);
    config.timestamps = true;
    tcp_bed_open(&bed, &config);
    bed.reads = true;
    tcp_bed_listen(&bed);
    tcp_bed_injectf(&bed, "S 0:0(0) win 65535 <mss %u,TS val 1 ecr 0>", mss);
    tcp_bed_expect(&bed, "S. 0:0(0) ack 1 <...>");
    for (uint32_t seq = 1; seq < 1 + 6 * len; seq += 2 * len) {
        tcp_bed_injectf(&bed, ". %u:%u(%u) ack 1 win 65535 <TS val 1 ecr 0>", seq, seq + len, len);
        tcp_bed_expect_nothing(&bed);
        tcp_bed_injectf(&bed, ". %u:%u(%u) ack 1 win 65535 <TS val 1 ecr 0>", seq + len,
                        seq + 2 * len, len);
        Packet *ack = tcp_bed_take(&bed, __FILE__, __LINE__);
        g_assert_cmpuint(ack->tcp.ack, ==, TCP_BED_PEER_ISN + seq + 2 * len);
        packet_free(ack);
    }
    tcp_bed_close(&bed);
}

/* MUST-40, SHLD-18: a lone segment's ACK waits, no longer than half a second; here 40 ms. */
static void test_lone_segment(void)
{
    TcpBed bed;
    open_bed(&bed);
    tcp_bed_inject(&bed, "P. 1:101(100) ack 1 win 65535");
    tcp_bed_run(&bed, DELAY_NS - 20);
    tcp_bed_expect_nothing(&bed);
    tcp_bed_inject(&bed, "P. 101:201(100) ack 1 win 65535"); /* not put off by more */
    tcp_bed_run(&bed, 20);
    tcp_bed_expect_why(&bed, ". 1:1(0) ack 201", PACKET_WHY_DELAYED_ACK);
    tcp_bed_close(&bed);
}

/* RFC1122-DELACK-PIGGY-1, MUST-58: what the program writes meanwhile carries the ACK. */
static void test_piggyback(void)
{
    TcpBed bed;
    open_bed(&bed);
    tcp_bed_inject(&bed, "P. 1:101(100) ack 1 win 65535");
    tcp_bed_send(&bed, 50);
    tcp_bed_expect(&bed, "P. 1:51(50) ack 101");
    tcp_bed_inject(&bed, ". 101:101(0) ack 51 win 65535");
    tcp_bed_run(&bed, SIM_NS_PER_S);
    tcp_bed_expect_nothing(&bed);
    tcp_bed_close(&bed);
}

static void test_no_delay(void)
{
    TcpBed bed;
    TcpConfig config;
    tcp_bed_config(&config);
    config.delayed_ack = false;
    tcp_bed_open(&bed, &config);
    tcp_bed_reach(&bed, TCP_STATE_ESTABLISHED);
    tcp_bed_inject(&bed, "P. 1:101(100) ack 1 win 65535");
    tcp_bed_expect_why(&bed, ". 1:1(0) ack 101", PACKET_WHY_ACK);
    tcp_bed_close(&bed);
}

/* RFC5681-CC-ACK-1: above a gap, and filling it in part or whole: at once. */
static void test_gaps_at_once(void)
{
    TcpBed bed;
    open_bed(&bed);
    tcp_bed_inject(&bed, ". 1001:2001(1000) ack 1 win 65535");
    tcp_bed_expect_why(&bed, ". 1:1(0) ack 1", PACKET_WHY_DUPLICATE_ACK);
    tcp_bed_inject(&bed, ". 3001:4001(1000) ack 1 win 65535");
    tcp_bed_expect_why(&bed, ". 1:1(0) ack 1", PACKET_WHY_DUPLICATE_ACK);
    tcp_bed_inject(&bed, ". 1:1001(1000) ack 1 win 65535");
    tcp_bed_expect_why(&bed, ". 1:1(0) ack 2001", PACKET_WHY_ACK);
    tcp_bed_inject(&bed, ". 2001:3001(1000) ack 1 win 65535");
    tcp_bed_expect_why(&bed, ". 1:1(0) ack 4001", PACKET_WHY_ACK);
    tcp_bed_close(&bed);
}

/* RFC5681-CC-ACK-2: a duplicate ACK goes alone, and no second ACK follows it. */
static void test_duplicate_ack_alone(void)
{
    TcpBed bed;
    open_bed(&bed);
    tcp_bed_send(&bed, 14600);
    tcp_bed_send(&bed, 1460);
    tcp_bed_forget(&bed);
    tcp_bed_inject(&bed, ". 1001:2001(1000) ack 1461 win 65535");
    tcp_bed_expect_why(&bed, ". 14601:14601(0) ack 1", PACKET_WHY_DUPLICATE_ACK);
    tcp_bed_expect_why(&bed, "P. 14601:16061(1460) ack 1", PACKET_WHY_DATA);
    tcp_bed_expect_nothing(&bed);
    tcp_bed_close(&bed);
}

/* ---- urgent data ---- */

static void send_urgent(TcpBed *bed, uint32_t len_bytes)
{
    tcp_send_pattern(bed->conn, len_bytes, true, true, tcp_bed_now(bed));
    tcp_bed_run(bed, 10);
}

/* MUST-62: the pointer gives the octet after the last urgent one. MUST-31: over several segments.
 */
static void test_send_urgent(void)
{
    TcpBed bed;
    open_bed(&bed);
    send_urgent(&bed, 2000);
    tcp_bed_expect(&bed, ". 1:1461(1460) ack 1 urg 2000");
    tcp_bed_inject(&bed, ". 1:1(0) ack 1461 win 65535");
    tcp_bed_expect(&bed, "P. 1461:2001(540) ack 1 urg 540");
    tcp_bed_inject(&bed, ". 1:1(0) ack 2001 win 65535");
    tcp_bed_send(&bed, 10);
    tcp_bed_expect(&bed, "P. 2001:2011(10) ack 1");
    tcp_bed_close(&bed);
}

/* Urgency passes a closed window. */
static void test_urgent_past_window(void)
{
    TcpBed bed;
    open_bed(&bed);
    tcp_bed_inject(&bed, ". 1:1(0) ack 1 win 0");
    send_urgent(&bed, 100);
    tcp_bed_expect(&bed, ". 1:1(0) ack 1 urg 100");
    tcp_bed_expect_nothing(&bed);
    tcp_bed_inject(&bed, ". 1:1(0) ack 1 win 1000");
    tcp_bed_expect(&bed, "P. 1:101(100) ack 1 urg 100");
    tcp_bed_close(&bed);
}

/* MUST-30, MUST-32, MUST-33. */
static void test_receive_urgent(void)
{
    TcpBed bed;
    open_bed(&bed);
    tcp_bed_inject(&bed, "P. 1:11(10) ack 1 win 65535 urg 5");
    tcp_bed_expect_notes(&bed, "urgent readable");
    g_assert_cmpuint(tcp_urgent_bytes(bed.conn), ==, 5);
    tcp_bed_inject(&bed, "P. 11:21(10) ack 1 win 65535 urg 20"); /* its end moves on */
    tcp_bed_expect_notes(&bed, "urgent readable");
    g_assert_cmpuint(tcp_urgent_bytes(bed.conn), ==, 30);
    tcp_bed_inject(&bed, "P. 21:31(10) ack 1 win 65535 urg 10"); /* it does not */
    tcp_bed_expect_notes(&bed, "readable");
    Payload payload = tcp_receive(bed.conn, 12, tcp_bed_now(&bed));
    g_assert_cmpuint(payload.len_bytes, ==, 12);
    g_assert_cmpuint(tcp_urgent_bytes(bed.conn), ==, 18);
    tcp_receive(bed.conn, 18, tcp_bed_now(&bed));
    g_assert_cmpuint(tcp_urgent_bytes(bed.conn), ==, 0);
    tcp_bed_forget(&bed);
    tcp_bed_close(&bed);
}

/* ---- how much ---- */

typedef struct WindowRow {
    const char *label;
    uint16_t mss_bytes;
    uint32_t segments; /* configured; 0: RFC 6928 */
    uint32_t window_bytes;
} WindowRow;

/* RFC6928-IW-SIZE-1. */
static const WindowRow window_rows[] = {
    { "1460", 1460, 0, 14600 },
    { "536", 536, 0, 5360 },
    { "configured", 1000, 3, 3000 },
};

static void test_initial_window(gconstpointer data)
{
    const WindowRow *row = data;
    TcpBed bed;
    TcpConfig config;
    tcp_bed_config(&config);
    config.initial_window_segments = row->segments;
    tcp_bed_open(&bed, &config);
    tcp_bed_listen(&bed);
    tcp_bed_injectf(&bed, "S 0:0(0) win 65535 <mss %u>", row->mss_bytes);
    tcp_bed_inject(&bed, ". 1:1(0) ack 1 win 65535");
    tcp_bed_forget(&bed);
    tcp_bed_send(&bed, 60000);
    g_assert_cmpuint(g_queue_get_length(&bed.sent), ==, row->window_bytes / row->mss_bytes);
    tcp_bed_forget(&bed);
    tcp_bed_close(&bed);
}

/* RFC5681-CC-SYN-1: neither end's window grows by the handshake. */
static void test_handshake_opens_no_window(gconstpointer data)
{
    TcpBed bed;
    TcpConfig config;
    TcpVars vars;
    bool active = data != NULL;
    tcp_bed_config(&config);
    tcp_bed_open(&bed, &config);
    (active ? tcp_bed_connect_one : tcp_bed_accept_one)(&bed);
    tcp_conn_vars(bed.conn, &vars);
    g_assert_cmpuint(vars.cwnd_bytes, ==, 14600);
    tcp_bed_close(&bed);
}

/* RFC5681-CC-IDLE-1: a window grown large shrinks to the initial one when nothing was sent for an
 * RTO. */
static void test_idle(void)
{
    TcpBed bed;
    TcpVars vars;
    open_bed(&bed);
    tcp_bed_send(&bed, 29200);
    for (unsigned i = 2; i <= 20; i += 2) {
        tcp_bed_injectf(&bed, ". 1:1(0) ack %u win 65535", 1 + 1460 * i);
    }
    tcp_bed_forget(&bed);
    tcp_conn_vars(bed.conn, &vars);
    g_assert_cmpuint(vars.cwnd_bytes, >, 14600);
    tcp_bed_run(&bed, 2 * SIM_NS_PER_S);
    tcp_bed_send(&bed, 60000);
    g_assert_cmpuint(g_queue_get_length(&bed.sent), ==, 10);
    tcp_bed_forget(&bed);
    tcp_bed_close(&bed);
}

/* A program that fills the buffer is told when writing is worth while again, and that all arrived.
 */
static void test_writable(void)
{
    TcpBed bed;
    open_bed(&bed);
    tcp_bed_send(&bed, 65536);
    g_assert_cmpuint(tcp_send_room_bytes(bed.conn), ==, 0);
    tcp_bed_forget(&bed);
    tcp_bed_inject(&bed, ". 1:1(0) ack 2921 win 65535");
    tcp_bed_expect_notes(&bed, "");
    for (unsigned i = 3; i <= 44; i++) {
        tcp_bed_injectf(&bed, ". 1:1(0) ack %u win 65535", 1 + 1460 * i);
        tcp_bed_forget(&bed);
        if (tcp_send_room_bytes(bed.conn) >= 32768) {
            break;
        }
    }
    tcp_bed_inject(&bed, ". 1:1(0) ack 64241 win 65535");
    tcp_bed_expect_notes(&bed, ""); /* told already */
    tcp_bed_inject(&bed, ". 1:1(0) ack 65537 win 65535");
    tcp_bed_expect_notes(&bed, "writable sent");
    tcp_bed_forget(&bed);
    tcp_bed_close(&bed);
}

/* ---- why ---- */

/* Three duplicate ACKs: the retransmission names the packet it repeats, and the three that made TCP
 * send it. */
typedef struct Trigger {
    SimKey because[3];
    uint32_t count;
    SimKey original;
} Trigger;

static void on_segment(void *watcher, const TcpConn *conn, const Packet *pkt, const SimKey *because,
                       uint32_t because_count, int64_t now_ns)
{
    Trigger *trigger = watcher;
    if (pkt->why == PACKET_WHY_RETRANSMIT_FAST) {
        trigger->count = because_count;
        trigger->original = packet_original(pkt);
        for (uint32_t i = 0; i < MIN(because_count, 3); i++) {
            trigger->because[i] = because[i];
        }
    }
}

static void test_fast_retransmit_because(void)
{
    TcpBed bed;
    Trigger trigger = { { 0 } };
    open_bed(&bed);
    TcpProbe probe = { .watcher = &trigger, .on_segment = on_segment };
    tcp_stack_set_probe(bed.tcp, &probe);
    tcp_bed_send(&bed, 14600);
    SimKey first = ((const Packet *)g_queue_peek_head(&bed.sent))->id;
    tcp_bed_forget(&bed);
    SimKey dupacks[3];
    for (unsigned i = 0; i < 3; i++) {
        dupacks[i] = tcp_bed_inject(&bed, ". 1:1(0) ack 1 win 65535");
    }
    tcp_bed_expect_why(&bed, ". 1:1461(1460) ack 1", PACKET_WHY_RETRANSMIT_FAST);
    g_assert_cmpuint(trigger.count, ==, 3);
    g_assert_cmpuint(trigger.original, ==, first);
    for (unsigned i = 0; i < 3; i++) {
        g_assert_cmpuint(trigger.because[i], ==, dupacks[i]);
    }
    tcp_bed_close(&bed);
}

/* RFC 3042. */
static void test_limited_transmit(gconstpointer data)
{
    bool on = GPOINTER_TO_UINT(data);
    TcpBed bed;
    TcpConfig config;
    tcp_bed_config(&config);
    config.limited_transmit = on;
    tcp_bed_open(&bed, &config);
    tcp_bed_reach(&bed, TCP_STATE_ESTABLISHED);
    tcp_bed_send(&bed, 40000);
    tcp_bed_forget(&bed);
    tcp_bed_inject(&bed, ". 1:1(0) ack 1 win 65535");
    if (on) {
        tcp_bed_expect_why(&bed, ". 14601:16061(1460) ack 1", PACKET_WHY_LIMITED_TRANSMIT);
    }
    tcp_bed_expect_nothing(&bed);
    tcp_bed_close(&bed);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/tcp/rfc9293/SHLD-7", test_nagle);
    g_test_add_func("/tcp/rfc9293/SHLD-28", test_nagle);
    g_test_add_func("/tcp/rfc9293/MAY-16", test_nagle);
    g_test_add_func("/tcp/rfc9293/MUST-17", test_no_nagle);
    g_test_add_func("/tcp/output/nagle-and-fin", test_nagle_and_fin);
    g_test_add_func("/tcp/rfc9293/MUST-60", test_push);
    g_test_add_func("/tcp/rfc9293/MUST-61", test_push);
    g_test_add_func("/tcp/rfc9293/MAY-15", test_pushed_writes);
    g_test_add_func("/tcp/rfc9293/SHLD-27", test_pushed_writes);
    g_test_add_func("/tcp/rfc9293/SHLD-18", test_lone_segment);
    g_test_add_func("/tcp/rfc9293/SHLD-19", test_every_second);
    g_test_add_func("/tcp/rfc9293/MUST-59", test_every_second);
    g_test_add_data_func("/tcp/output/every-second/mss-536", GUINT_TO_POINTER(536),
                         test_every_second_short);
    g_test_add_data_func("/tcp/output/every-second/mss-100", GUINT_TO_POINTER(100),
                         test_every_second_short);
    g_test_add_func("/tcp/rfc9293/MUST-40", test_lone_segment);
    g_test_add_func("/tcp/rfc9293/MUST-58", test_piggyback);
    g_test_add_func("/tcp/output/no-delay", test_no_delay);
    g_test_add_func("/tcp/output/gaps-at-once", test_gaps_at_once);
    g_test_add_func("/tcp/output/duplicate-ack-alone", test_duplicate_ack_alone);
    g_test_add_func("/tcp/rfc9293/MUST-31", test_send_urgent);
    g_test_add_func("/tcp/rfc9293/MUST-62", test_send_urgent);
    g_test_add_func("/tcp/rfc9293/MUST-30", test_receive_urgent);
    g_test_add_func("/tcp/output/urgent-past-window", test_urgent_past_window);
    g_test_add_func("/tcp/rfc9293/MUST-32", test_receive_urgent);
    g_test_add_func("/tcp/rfc9293/MUST-33", test_receive_urgent);
    for (size_t i = 0; i < G_N_ELEMENTS(window_rows); i++) {
        g_autofree char *path =
            g_strdup_printf("/tcp/output/initial-window/%s", window_rows[i].label);
        g_test_add_data_func(path, &window_rows[i], test_initial_window);
    }
    g_test_add_data_func("/tcp/output/RFC5681-CC-SYN-1/passive", NULL,
                         test_handshake_opens_no_window);
    g_test_add_data_func("/tcp/output/RFC5681-CC-SYN-1/active", GUINT_TO_POINTER(1),
                         test_handshake_opens_no_window);
    g_test_add_func("/tcp/output/idle", test_idle);
    g_test_add_func("/tcp/output/writable", test_writable);
    g_test_add_func("/tcp/output/fast-retransmit-because", test_fast_retransmit_because);
    g_test_add_data_func("/tcp/output/limited-transmit", GUINT_TO_POINTER(1),
                         test_limited_transmit);
    g_test_add_data_func("/tcp/output/no-limited-transmit", GUINT_TO_POINTER(0),
                         test_limited_transmit);
    return g_test_run();
}
