/* Protects: a loss that was none is taken back, and only then. By the echo of a timestamp (Eifel:
 * RFC 3522, 4015), by D-SACKs for all that was sent again (RFC 3708), by what is acknowledged after
 * a time-out without having been sent again (F-RTO: RFC 5682). Segments of 1000 octets, a window of
 * ten, a round trip of 100 ms. */

#include "lib/tcp-bed.h"

#define MS SIM_NS_PER_MS

typedef struct Options {
    bool sack, timestamps, undo, f_rto;
    const char *recovery;
} Options;

static void open_bed(TcpBed *bed, const Options *options)
{
    TcpConfig config;
    tcp_bed_config(&config);
    config.sack = options->sack;
    config.timestamps = options->timestamps;
    config.undo = options->undo;
    config.f_rto = options->f_rto;
    config.recovery = options->recovery != NULL ? tcp_recovery_find(options->recovery) : NULL;
    config.cc = tcp_cc_find("reno");
    config.initial_window_segments = 10;
    tcp_bed_open(bed, &config);
    tcp_bed_listen(bed);
    const char *sack = options->sack ? ",sackOK" : "";
    const char *times = options->timestamps ? ",TS val 1 ecr 0" : "";
    tcp_bed_injectf(bed, "S 0:0(0) win 65535 <mss %u%s%s>", options->timestamps ? 1012 : 1000, sack,
                    times);
    tcp_bed_run(bed, 100 * MS - 10);
    tcp_bed_inject(bed, options->timestamps ? ". 1:1(0) ack 1 win 65535 <TS val 2 ecr 0>"
                                            : ". 1:1(0) ack 1 win 65535");
    tcp_bed_forget(bed);
}

/* The whole window is out, more waits, and the timer expires: segment 1 goes again. */
static void time_out(TcpBed *bed)
{
    tcp_bed_send(bed, 20000);
    tcp_bed_run(bed, SIM_NS_PER_S);
    tcp_bed_forget(bed);
}

static void expect_window(TcpBed *bed, uint32_t cwnd_bytes, bool in_recovery)
{
    TcpVars vars;
    tcp_conn_vars(bed->conn, &vars);
    g_assert_cmpuint(vars.cwnd_bytes, ==, cwnd_bytes);
    g_assert_cmpint(vars.in_recovery, ==, in_recovery);
}

/* ---- Eifel ---- */

typedef struct EchoRow {
    const char *label;
    bool undo;
    const char
        *ack; /* the first after the time-out; at 0.1 s the originals went, at 1.1 s the copy */
    bool undone;
} EchoRow;

static const EchoRow echoes[] = {
    { "of-the-original", true, ". 1:1(0) ack 2001 win 65535 <TS val 3 ecr 100>", true },
    { "of-the-copy", true, ". 1:1(0) ack 2001 win 65535 <TS val 3 ecr 1100>", false },
    /* RFC 3522 step 6: only the ACKs were lost. */
    { "of-the-original-all-acked", true, ". 1:1(0) ack 10001 win 65535 <TS val 3 ecr 100>", false },
    { "not-wanted", false, ". 1:1(0) ack 2001 win 65535 <TS val 3 ecr 100>", false },
};

static void test_echo(gconstpointer data)
{
    const EchoRow *row = data;
    const Options options = { .timestamps = true, .undo = row->undo };
    TcpBed bed;
    open_bed(&bed, &options);
    time_out(&bed);
    expect_window(&bed, 1000, true);
    tcp_bed_inject(&bed, row->ack);
    if (row->undone) {
        expect_window(&bed, 11000, false); /* as it was, and slow start goes on */
        tcp_bed_expect_why(&bed, ". 10001:11001(1000) ack 1 <...>", PACKET_WHY_DATA);
    } else {
        TcpVars vars;
        tcp_conn_vars(bed.conn, &vars);
        g_assert_cmpuint(vars.cwnd_bytes, <=, 2000);
    }
    tcp_bed_forget(&bed);
    tcp_bed_close(&bed);
}

/* The first ACK that moves snd_una decides: a later echo of an original tells nothing. */
static void test_first_echo(void)
{
    const Options options = { .timestamps = true, .undo = true };
    TcpBed bed;
    open_bed(&bed, &options);
    time_out(&bed);
    tcp_bed_inject(&bed, ". 1:1(0) ack 1001 win 65535 <TS val 3 ecr 1100>");
    tcp_bed_inject(&bed, ". 1:1(0) ack 2001 win 65535 <TS val 3 ecr 100>");
    TcpVars vars;
    tcp_conn_vars(bed.conn, &vars);
    g_assert_cmpuint(vars.cwnd_bytes, <=, 3000);
    tcp_bed_forget(&bed);
    tcp_bed_close(&bed);
}

/* ---- D-SACK ---- */

/* Reordering looks like a loss; the duplicate tells that it was none, after the recovery is over.
 */
static void test_duplicate(gconstpointer data)
{
    bool undo = data != NULL;
    const Options options = { .sack = true, .undo = undo };
    TcpBed bed;
    open_bed(&bed, &options);
    tcp_bed_send(&bed, 10000);
    tcp_bed_run(&bed, 100 * MS);
    tcp_bed_forget(&bed);
    tcp_bed_inject(&bed, ". 1:1(0) ack 1 win 65535 <sack 1001:4001>");
    tcp_bed_expect_why(&bed, ". 1:1001(1000) ack 1", PACKET_WHY_RETRANSMIT_FAST);
    expect_window(&bed, 5000, true);
    tcp_bed_inject(&bed, ". 1:1(0) ack 10001 win 65535");
    expect_window(&bed, 5000, false);
    tcp_bed_inject(&bed, ". 1:1(0) ack 10001 win 65535 <sack 0:1>"); /* not ours */
    expect_window(&bed, 5000, false);
    tcp_bed_inject(&bed, ". 1:1(0) ack 10001 win 65535 <sack 1:1001>");
    expect_window(&bed, undo ? 10000 : 5000, false);
    tcp_bed_forget(&bed);
    tcp_bed_close(&bed);
}

/* The network's own duplicate of another segment is taken for the one that was sent again, and the
 * time-out is undone while its segment is still missing. The next time-out of the segment, though
 * it is no first one (RFC 5681 3.1), sets the threshold anew. */
static void test_time_out_after_undo(void)
{
    const Options options = { .sack = true, .undo = true };
    TcpBed bed;
    open_bed(&bed, &options);
    time_out(&bed);
    tcp_bed_inject(&bed, ". 1:1(0) ack 1 win 65535 <sack 1001:2001 1001:3001>");
    expect_window(&bed, 10000, false);
    tcp_bed_forget(&bed);
    tcp_bed_run(&bed, 2 * SIM_NS_PER_S);
    expect_window(&bed, 1000, true);
    TcpVars vars;
    tcp_conn_vars(bed.conn, &vars);
    g_assert_cmpuint(vars.ssthresh_bytes, <=, 6000);
    tcp_bed_forget(&bed);
    tcp_bed_close(&bed);
}

/* ---- F-RTO ---- */

typedef struct RtoRow {
    const char *label;
    bool sack;
    const char *first, *second; /* ACKs after the time-out */
    bool news;                  /* new data goes after the first */
    bool undone;
} RtoRow;

static const RtoRow rtos[] = {
    { "spurious", false, ". 1:1(0) ack 1001 win 65535", ". 1:1(0) ack 2001 win 65535", true, true },
    { "lost", false, ". 1:1(0) ack 1001 win 65535", ". 1:1(0) ack 1001 win 65535", true, false },
    /* RFC5682-FRTO-DUP-1, as the first. */
    { "duplicate-first", false, ". 1:1(0) ack 1 win 65535", ". 1:1(0) ack 1001 win 65535", false,
      false },
    { "all-acked", false, ". 1:1(0) ack 10001 win 65535", NULL, true, false },
    { "sack-spurious", true, ". 1:1(0) ack 1001 win 65535",
      ". 1:1(0) ack 1001 win 65535 <sack 2001:3001>", true, true },
    /* Only the new data has arrived. */
    { "sack-lost", true, ". 1:1(0) ack 1001 win 65535",
      ". 1:1(0) ack 1001 win 65535 <sack 10001:11001>", true, false },
};

/* RFC5682-FRTO-SPUR-1: what had only been late is not sent again. */
static void expect_only_new(TcpBed *bed)
{
    for (const GList *link = bed->sent.head; link != NULL; link = link->next) {
        g_assert_false(packet_is_retransmission(link->data));
    }
}

static void test_f_rto(gconstpointer data)
{
    const RtoRow *row = data;
    const Options options = { .sack = row->sack, .f_rto = true };
    TcpBed bed;
    open_bed(&bed, &options);
    time_out(&bed);
    tcp_bed_inject(&bed, row->first);
    if (row->news) {
        tcp_bed_expect_why(&bed, ". 10001:11001(1000) ack 1", PACKET_WHY_DATA);
        tcp_bed_expect(&bed, ". 11001:12001(1000) ack 1");
        tcp_bed_expect_nothing(&bed);
    } else {
        tcp_bed_forget(&bed);
    }
    if (row->second != NULL) {
        tcp_bed_inject(&bed, row->second);
    }
    TcpVars vars;
    tcp_conn_vars(bed.conn, &vars);
    if (row->undone) {
        g_assert_cmpuint(vars.cwnd_bytes, >=, 10000);
        g_assert_false(vars.in_recovery);
        /* RFC 4015 3.3: SRTT 1 s, RTTVAR half of it. */
        g_assert_cmpint(vars.rto_ns, >=, 3 * SIM_NS_PER_S);
        expect_only_new(&bed);
    } else {
        g_assert_cmpuint(vars.cwnd_bytes, <=, 3000);
    }
    tcp_bed_forget(&bed);
    tcp_bed_close(&bed);
}

/* RFC5682-FRTO-AGAIN-1: the timer expires once more while the procedure runs; it begins afresh with
 * what is the oldest then, and can still find the time-out spurious. */
static void test_f_rto_again(void)
{
    const Options options = { .f_rto = true };
    TcpBed bed;
    open_bed(&bed, &options);
    time_out(&bed);
    tcp_bed_inject(&bed, ". 1:1(0) ack 1001 win 65535");
    tcp_bed_forget(&bed);
    tcp_bed_run(&bed, 2 * SIM_NS_PER_S);
    tcp_bed_expect_why(&bed, ". 1001:2001(1000) ack 1", PACKET_WHY_RETRANSMIT_TIMEOUT);
    tcp_bed_expect_nothing(&bed);
    tcp_bed_inject(&bed, ". 1:1(0) ack 2001 win 65535");
    tcp_bed_expect_why(&bed, ". 12001:13001(1000) ack 1", PACKET_WHY_DATA);
    tcp_bed_expect(&bed, ". 13001:14001(1000) ack 1");
    tcp_bed_expect_nothing(&bed);
    tcp_bed_inject(&bed, ". 1:1(0) ack 3001 win 65535");
    expect_only_new(&bed);
    tcp_bed_forget(&bed);
    tcp_bed_close(&bed);
}

/* RFC5682-FRTO-NODATA-1: nothing new to send, so what is deemed lost goes as ever. */
static void test_f_rto_without_data(void)
{
    const Options options = { .f_rto = true };
    TcpBed bed;
    open_bed(&bed, &options);
    tcp_bed_send(&bed, 5000);
    tcp_bed_run(&bed, SIM_NS_PER_S);
    tcp_bed_forget(&bed);
    tcp_bed_inject(&bed, ". 1:1(0) ack 1001 win 65535");
    tcp_bed_expect_why(&bed, ". 1001:2001(1000) ack 1", PACKET_WHY_RETRANSMIT_RECOVERY);
    tcp_bed_forget(&bed);
    tcp_bed_close(&bed);
}

/* RFC5682-FRTO-SPUR-1 under RACK: what was deemed lost is watched again, and its loss is found. */
static void test_lost_after_undo(void)
{
    const Options options = { .sack = true, .f_rto = true, .recovery = "rack" };
    TcpBed bed;
    open_bed(&bed, &options);
    tcp_bed_send(&bed, 20000);
    tcp_bed_run(&bed, 1300 * MS); /* a probe, then the time-out */
    tcp_bed_forget(&bed);
    tcp_bed_inject(&bed, ". 1:1(0) ack 1001 win 65535");
    tcp_bed_forget(&bed);
    tcp_bed_inject(&bed, ". 1:1(0) ack 2001 win 65535");
    tcp_bed_forget(&bed);
    tcp_bed_run(&bed, 100 * MS);
    tcp_bed_inject(&bed, ". 1:1(0) ack 2001 win 65535 <sack 3001:12001>");
    tcp_bed_run(&bed, 100 * MS);
    tcp_bed_expect_why(&bed, ". 2001:3001(1000) ack 1", PACKET_WHY_RETRANSMIT_FAST);
    tcp_bed_forget(&bed);
    tcp_bed_close(&bed);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(echoes); i++) {
        g_autofree char *path = g_strdup_printf("/tcp/undo/echo/%s", echoes[i].label);
        g_test_add_data_func(path, &echoes[i], test_echo);
    }
    g_test_add_func("/tcp/undo/first-echo", test_first_echo);
    g_test_add_data_func("/tcp/undo/duplicate/wanted", GUINT_TO_POINTER(1), test_duplicate);
    g_test_add_data_func("/tcp/undo/duplicate/not-wanted", NULL, test_duplicate);
    g_test_add_func("/tcp/undo/duplicate/then-time-out", test_time_out_after_undo);
    for (size_t i = 0; i < G_N_ELEMENTS(rtos); i++) {
        g_autofree char *path = g_strdup_printf("/tcp/undo/f-rto/%s", rtos[i].label);
        g_test_add_data_func(path, &rtos[i], test_f_rto);
    }
    g_test_add_func("/tcp/undo/f-rto/RFC5682-FRTO-AGAIN-1", test_f_rto_again);
    g_test_add_func("/tcp/undo/f-rto/without-data", test_f_rto_without_data);
    g_test_add_func("/tcp/undo/lost-after-undo", test_lost_after_undo);
    return g_test_run();
}
