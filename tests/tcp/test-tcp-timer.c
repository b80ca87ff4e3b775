/* Protects: what happens when nothing arrives. Retransmission (RFC 6298, RFC 9293 3.8.1), R1 and R2
 * (3.8.3), keep-alive (3.8.4), the user timeout (3.10.8); and what is announced of timers. */

#include "lib/tcp-bed.h"

static void open_with(TcpBed *bed, const TcpConfig *config)
{
    tcp_bed_open(bed, config);
    tcp_bed_reach(bed, TCP_STATE_ESTABLISHED);
}

static void open_bed(TcpBed *bed)
{
    TcpConfig config;
    tcp_bed_config(&config);
    open_with(bed, &config);
}

/* Runs to this time after the connection was there, give or take a microsecond. */
static void run_to(TcpBed *bed, int64_t at_ns)
{
    tcp_bed_run(bed, at_ns - tcp_bed_now(bed));
}

/* ---- retransmission ---- */

/* MUST-19: doubled each time, up to 60 s; the oldest segment alone. SHLD-11: 100 s are not too
 * long. */
static void test_back_off(void)
{
    TcpBed bed;
    open_bed(&bed);
    tcp_bed_send(&bed, 2920);
    int64_t at_ns = tcp_bed_now(&bed), gap_ns = SIM_NS_PER_S;
    tcp_bed_forget(&bed);
    for (unsigned i = 0; i < 6; i++) {
        at_ns += gap_ns;
        run_to(&bed, at_ns - 1000);
        tcp_bed_expect_nothing(&bed);
        run_to(&bed, at_ns + 1000);
        tcp_bed_expect_why(&bed, ". 1:1461(1460) ack 1", PACKET_WHY_RETRANSMIT_TIMEOUT);
        gap_ns = MIN(2 * gap_ns, 60 * SIM_NS_PER_S);
    }
    tcp_bed_close(&bed);
}

/* RFC 6298 (5.2), (5.3): each ACK of new data starts the timer anew, the last one stops it. */
static void test_restart(void)
{
    TcpBed bed;
    open_bed(&bed);
    tcp_bed_send(&bed, 2920);
    tcp_bed_forget(&bed);
    tcp_bed_run(&bed, 900 * SIM_NS_PER_MS);
    tcp_bed_inject(&bed, ". 1:1(0) ack 1461 win 65535");
    tcp_bed_run(&bed, 900 * SIM_NS_PER_MS);
    tcp_bed_expect_nothing(&bed);
    tcp_bed_inject(&bed, ". 1:1(0) ack 2921 win 65535");
    tcp_bed_run(&bed, 60 * SIM_NS_PER_S);
    tcp_bed_expect_nothing(&bed);
    tcp_bed_close(&bed);
}

/* MUST-18: no sample from a segment sent twice, and the doubled time-out stays until there is one.
 */
static void test_karn(void)
{
    TcpBed bed;
    TcpVars before, after;
    open_bed(&bed);
    tcp_bed_send(&bed, 100);
    tcp_bed_run(&bed, 1500 * SIM_NS_PER_MS);
    tcp_bed_forget(&bed);
    tcp_conn_vars(bed.conn, &before);
    tcp_bed_inject(&bed, ". 1:1(0) ack 101 win 65535");
    tcp_conn_vars(bed.conn, &after);
    g_assert_cmpint(after.srtt_ns, ==, before.srtt_ns);
    g_assert_cmpint(after.rto_ns, ==, 2 * SIM_NS_PER_S);
    tcp_bed_send(&bed, 100);
    tcp_bed_inject(&bed, ". 1:1(0) ack 201 win 65535");
    tcp_conn_vars(bed.conn, &after);
    g_assert_cmpint(after.rto_ns, ==, SIM_NS_PER_S);
    tcp_bed_forget(&bed);
    tcp_bed_close(&bed);
}

/* A time-out sends everything outstanding again, as the window opens from one segment. */
static void test_go_back(void)
{
    TcpBed bed;
    open_bed(&bed);
    tcp_bed_send(&bed, 5840);
    tcp_bed_forget(&bed);
    tcp_bed_run(&bed, SIM_NS_PER_S + 1000);
    tcp_bed_expect_why(&bed, ". 1:1461(1460) ack 1", PACKET_WHY_RETRANSMIT_TIMEOUT);
    tcp_bed_expect_nothing(&bed);
    tcp_bed_inject(&bed, ". 1:1(0) ack 1461 win 65535");
    tcp_bed_expect_why(&bed, ". 1461:2921(1460) ack 1", PACKET_WHY_RETRANSMIT_RECOVERY);
    tcp_bed_expect_why(&bed, ". 2921:4381(1460) ack 1", PACKET_WHY_RETRANSMIT_RECOVERY);
    tcp_bed_expect_nothing(&bed);
    /* The rest had arrived. */
    tcp_bed_inject(&bed, ". 1:1(0) ack 5841 win 65535");
    tcp_bed_run(&bed, 60 * SIM_NS_PER_S);
    tcp_bed_expect_nothing(&bed);
    tcp_bed_close(&bed);
}

/* ---- R1, R2 ---- */

/* MUST-20, SHLD-9, SHLD-10: after three retransmissions the program is told; after R2 it is over.
 */
static void test_r1_r2(void)
{
    TcpBed bed;
    TcpConfig config;
    tcp_bed_config(&config);
    config.r2_retries = 5;
    open_with(&bed, &config);
    tcp_bed_send(&bed, 100);
    int64_t sent_at_ns = tcp_bed_now(&bed);
    run_to(&bed, sent_at_ns + 14 * SIM_NS_PER_S);
    tcp_bed_expect_notes(&bed, "");
    run_to(&bed, sent_at_ns + 15 * SIM_NS_PER_S + 1000);
    tcp_bed_expect_notes(&bed, "advice");
    run_to(&bed, sent_at_ns + 62 * SIM_NS_PER_S);
    tcp_bed_expect_states(&bed, "");
    run_to(&bed, sent_at_ns + 63 * SIM_NS_PER_S + 1000);
    tcp_bed_expect_states(&bed, "ESTABLISHED CLOSED");
    tcp_bed_expect_notes(&bed, "closed");
    g_assert_cmpint(bed.reason, ==, TCP_REASON_TIMEOUT);
    g_assert_cmpuint(g_queue_get_length(&bed.sent), ==, 6); /* and no RST: RFC 9293 3.10.8 */
    tcp_bed_forget(&bed);
    tcp_bed_close(&bed);
}

/* MUST-21: never. */
static void test_never_give_up(void)
{
    TcpBed bed;
    TcpConfig config;
    tcp_bed_config(&config);
    config.r2_retries = 0;
    open_with(&bed, &config);
    tcp_bed_send(&bed, 100);
    tcp_bed_run(&bed, 100000 * SIM_NS_PER_S);
    tcp_bed_expect_states(&bed, "");
    tcp_bed_forget(&bed);
    tcp_bed_inject(&bed, ". 1:1(0) ack 101 win 65535");
    tcp_bed_expect_notes(&bed, "writable sent");
    tcp_bed_close(&bed);
}

/* SHLD-11: by default at the first time-out after 100 s. An ACK on the way starts the count anew.
 */
static void test_r2_time(void)
{
    TcpBed bed;
    open_bed(&bed);
    tcp_bed_send(&bed, 2920);
    int64_t sent_at_ns = tcp_bed_now(&bed);
    run_to(&bed, sent_at_ns + 40 * SIM_NS_PER_S);
    tcp_bed_inject(&bed, ". 1:1(0) ack 1461 win 65535");
    run_to(&bed, sent_at_ns + 140 * SIM_NS_PER_S);
    tcp_bed_expect_states(&bed, "");
    run_to(&bed, sent_at_ns + 240 * SIM_NS_PER_S);
    tcp_bed_expect_states(&bed, "ESTABLISHED CLOSED");
    tcp_bed_forget(&bed);
    tcp_bed_close(&bed);
}

/* The count of milliseconds behind R2 wraps after 49 days, and nothing happens. */
static void test_r2_after_wrap(void)
{
    TcpBed bed;
    open_bed(&bed);
    tcp_bed_run(&bed, INT64_C(4294967) * SIM_NS_PER_S - 10 * SIM_NS_PER_S);
    tcp_bed_send(&bed, 100);
    tcp_bed_run(&bed, 40 * SIM_NS_PER_S);
    tcp_bed_expect_states(&bed, "");
    tcp_bed_inject(&bed, ". 1:1(0) ack 101 win 65535");
    tcp_bed_run(&bed, INT64_C(2000000) * SIM_NS_PER_S);
    tcp_bed_send(&bed, 100);
    tcp_bed_run(&bed, 40 * SIM_NS_PER_S);
    tcp_bed_expect_states(&bed, "");
    tcp_bed_forget(&bed);
    tcp_bed_close(&bed);
}

/* More probes than are counted. */
static void test_many_keep_alives(void)
{
    TcpBed bed;
    TcpConfig config;
    tcp_bed_config(&config);
    config.keep_alive = true;
    config.keep_alive_idle_ns = SIM_NS_PER_S;
    config.keep_alive_interval_ns = SIM_NS_PER_S;
    config.keep_alive_probes = 1000;
    open_with(&bed, &config);
    tcp_bed_run(&bed, 2000 * SIM_NS_PER_S);
    tcp_bed_expect_states(&bed, "ESTABLISHED CLOSED");
    tcp_bed_forget(&bed);
    tcp_bed_close(&bed);
}

/* ---- the user timeout ---- */

static void test_user_timeout(void)
{
    TcpBed bed;
    TcpConfig config;
    tcp_bed_config(&config);
    config.user_timeout_ns = 10 * SIM_NS_PER_S;
    open_with(&bed, &config);
    tcp_bed_run(&bed, 100 * SIM_NS_PER_S); /* idle: it does not run */
    tcp_bed_send(&bed, 2920);
    int64_t sent_at_ns = tcp_bed_now(&bed);
    run_to(&bed, sent_at_ns + 9 * SIM_NS_PER_S);
    tcp_bed_inject(&bed, ". 1:1(0) ack 1461 win 65535"); /* progress */
    run_to(&bed, sent_at_ns + 18 * SIM_NS_PER_S);
    tcp_bed_expect_states(&bed, "");
    run_to(&bed, sent_at_ns + 19 * SIM_NS_PER_S + 1000);
    tcp_bed_expect_states(&bed, "ESTABLISHED CLOSED");
    g_assert_cmpint(bed.reason, ==, TCP_REASON_TIMEOUT);
    tcp_bed_forget(&bed);
    tcp_bed_close(&bed);
}

/* It may be set, changed and taken away while the connection lives. */
static void test_set_user_timeout(void)
{
    TcpBed bed;
    open_bed(&bed);
    tcp_bed_send(&bed, 100);
    tcp_set_user_timeout(bed.conn, 5 * SIM_NS_PER_S, tcp_bed_now(&bed));
    tcp_bed_run(&bed, 4 * SIM_NS_PER_S);
    tcp_set_user_timeout(bed.conn, 0, tcp_bed_now(&bed));
    tcp_bed_run(&bed, 20 * SIM_NS_PER_S);
    tcp_bed_expect_states(&bed, "");
    tcp_set_user_timeout(bed.conn, 5 * SIM_NS_PER_S, tcp_bed_now(&bed));
    tcp_bed_run(&bed, 5 * SIM_NS_PER_S);
    tcp_bed_expect_states(&bed, "ESTABLISHED CLOSED");
    tcp_bed_forget(&bed);
    tcp_bed_close(&bed);
}

/* ---- keep-alive ---- */

/* MUST-25: an idle connection is silent for ever. */
static void test_no_keep_alive(void)
{
    TcpBed bed;
    open_bed(&bed);
    tcp_bed_run(&bed, 1000000 * SIM_NS_PER_S);
    tcp_bed_expect_nothing(&bed);
    tcp_bed_expect_states(&bed, "");
    tcp_bed_close(&bed);
}

/* MUST-24, MUST-28, SHLD-12: switched on by the program; first after two hours; no text. */
static void test_keep_alive(void)
{
    TcpBed bed;
    open_bed(&bed);
    tcp_set_keep_alive(bed.conn, true, tcp_bed_now(&bed));
    int64_t on_at_ns = tcp_bed_now(&bed);
    run_to(&bed, on_at_ns + 7200 * SIM_NS_PER_S - 1000);
    tcp_bed_expect_nothing(&bed);
    run_to(&bed, on_at_ns + 7200 * SIM_NS_PER_S + 1000);
    tcp_bed_expect_why(&bed, ". 0:0(0) ack 1", PACKET_WHY_KEEP_ALIVE);
    tcp_bed_inject(&bed, ". 1:1(0) ack 1 win 65535");
    /* Answered: the next one follows two hours later. */
    tcp_bed_run(&bed, 7199 * SIM_NS_PER_S);
    tcp_bed_expect_nothing(&bed);
    tcp_bed_run(&bed, 2 * SIM_NS_PER_S);
    tcp_bed_expect_why(&bed, ". 0:0(0) ack 1", PACKET_WHY_KEEP_ALIVE);
    tcp_set_keep_alive(bed.conn, false, tcp_bed_now(&bed));
    tcp_bed_run(&bed, 100000 * SIM_NS_PER_S);
    tcp_bed_expect_nothing(&bed);
    tcp_bed_close(&bed);
}

static void open_keeping_alive(TcpBed *bed)
{
    TcpConfig config;
    tcp_bed_config(&config);
    config.keep_alive = true;
    config.keep_alive_idle_ns = 100 * SIM_NS_PER_S; /* MUST-27 */
    config.keep_alive_interval_ns = 10 * SIM_NS_PER_S;
    config.keep_alive_probes = 3;
    open_with(bed, &config);
}

/* MUST-29: one unanswered probe is not enough; three are, here. */
static void test_keep_alive_gives_up(void)
{
    TcpBed bed;
    open_keeping_alive(&bed);
    tcp_bed_run(&bed, 121 * SIM_NS_PER_S);
    g_assert_cmpuint(g_queue_get_length(&bed.sent), ==, 3);
    tcp_bed_expect_states(&bed, "");
    tcp_bed_run(&bed, 10 * SIM_NS_PER_S);
    tcp_bed_expect_states(&bed, "ESTABLISHED CLOSED");
    g_assert_cmpint(bed.reason, ==, TCP_REASON_KEEP_ALIVE);
    tcp_bed_forget(&bed);
    tcp_bed_close(&bed);
}

/* MUST-26: not while something is outstanding, nor as long as anything arrives. */
static void test_keep_alive_only_idle(void)
{
    TcpBed bed;
    open_keeping_alive(&bed);
    for (unsigned i = 0; i < 5; i++) {
        tcp_bed_run(&bed, 90 * SIM_NS_PER_S);
        tcp_bed_expect_nothing(&bed);
        tcp_bed_injectf(&bed, "P. %u:%u(1) ack 1 win 65535", 1 + i, 2 + i);
        tcp_bed_run(&bed, SIM_NS_PER_S);
        g_autofree char *ack = g_strdup_printf(". 1:1(0) ack %u", 2 + i);
        tcp_bed_expect_why(&bed, ack, PACKET_WHY_DELAYED_ACK);
    }
    tcp_bed_close(&bed);
}

static void test_keep_alive_while_outstanding(void)
{
    TcpBed bed;
    TcpConfig config;
    tcp_bed_config(&config);
    config.keep_alive = true;
    config.keep_alive_idle_ns = 5 * SIM_NS_PER_S;
    config.r2_retries = 0;
    open_with(&bed, &config);
    tcp_bed_send(&bed, 100);
    tcp_bed_run(&bed, 100 * SIM_NS_PER_S);
    while (!g_queue_is_empty(&bed.sent)) {
        Packet *pkt = tcp_bed_take(&bed, __FILE__, __LINE__);
        g_assert_cmpint(pkt->why, !=, PACKET_WHY_KEEP_ALIVE);
        packet_free(pkt);
    }
    tcp_bed_inject(&bed, ". 1:1(0) ack 101 win 65535");
    tcp_bed_run(&bed, 5 * SIM_NS_PER_S);
    tcp_bed_expect_why(&bed, ". 100:100(0) ack 1", PACKET_WHY_KEEP_ALIVE);
    tcp_bed_close(&bed);
}

/* ---- what is announced ---- */

static void on_timer(void *watcher, const TcpConn *conn, TcpTimer timer, TcpTimerChange change,
                     int64_t due_at_ns, int64_t now_ns)
{
    static const char *const words[] = { "set", "cancelled", "fired" };
    g_string_append_printf(watcher, "%s %s %d; ", tcp_timer_to_string(timer), words[change],
                           (int)((due_at_ns - now_ns) / SIM_NS_PER_MS));
}

static void test_announced(void)
{
    TcpBed bed;
    open_bed(&bed);
    g_autoptr(GString) heard = g_string_new(NULL);
    TcpProbe probe = { .watcher = heard, .on_timer = on_timer };
    tcp_stack_set_probe(bed.tcp, &probe);
    tcp_bed_inject(&bed, "P. 1:101(100) ack 1 win 65535");
    tcp_bed_check_text(heard, __FILE__, __LINE__, "delayed-ack set 40; ");
    tcp_bed_send(&bed, 100);
    tcp_bed_check_text(heard, __FILE__, __LINE__,
                       "delayed-ack cancelled 39; retransmit set 1000; ");
    tcp_bed_run(&bed, SIM_NS_PER_S);
    tcp_bed_check_text(heard, __FILE__, __LINE__, "retransmit fired 0; retransmit set 2000; ");
    tcp_bed_inject(&bed, ". 101:101(0) ack 101 win 65535");
    tcp_bed_check_text(heard, __FILE__, __LINE__, "retransmit cancelled 1999; ");
    tcp_bed_forget(&bed);
    tcp_bed_close(&bed);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/tcp/rfc9293/MUST-19", test_back_off);
    g_test_add_func("/tcp/timer/restart", test_restart);
    g_test_add_func("/tcp/rfc9293/MUST-18", test_karn);
    g_test_add_func("/tcp/timer/go-back", test_go_back);
    g_test_add_func("/tcp/rfc9293/MUST-20/r1-r2", test_r1_r2);
    g_test_add_func("/tcp/rfc9293/SHLD-9", test_r1_r2);
    g_test_add_func("/tcp/rfc9293/SHLD-10", test_r1_r2);
    g_test_add_func("/tcp/rfc9293/MUST-21", test_never_give_up);
    g_test_add_func("/tcp/rfc9293/SHLD-11", test_r2_time);
    g_test_add_func("/tcp/timer/r2-after-wrap", test_r2_after_wrap);
    g_test_add_func("/tcp/timer/many-keep-alives", test_many_keep_alives);
    g_test_add_func("/tcp/timer/user-timeout", test_user_timeout);
    g_test_add_func("/tcp/timer/set-user-timeout", test_set_user_timeout);
    g_test_add_func("/tcp/rfc9293/MUST-25", test_no_keep_alive);
    g_test_add_func("/tcp/rfc9293/MAY-5", test_keep_alive);
    g_test_add_func("/tcp/rfc9293/MUST-24", test_keep_alive);
    g_test_add_func("/tcp/rfc9293/MUST-28", test_keep_alive);
    g_test_add_func("/tcp/rfc9293/SHLD-12", test_keep_alive);
    g_test_add_func("/tcp/rfc9293/MUST-27", test_keep_alive_gives_up);
    g_test_add_func("/tcp/rfc9293/MUST-29", test_keep_alive_gives_up);
    g_test_add_func("/tcp/rfc9293/MUST-26", test_keep_alive_only_idle);
    g_test_add_func("/tcp/timer/keep-alive-while-outstanding", test_keep_alive_while_outstanding);
    g_test_add_func("/tcp/timer/announced", test_announced);
    return g_test_run();
}
