/* Protects: acknowledgements that follow the pace of the data (tcp_pace.c): at once for the first
 * sixteen segments and after silence, every second after that, with a program's answer, at most
 * once a millisecond beyond a gap. */

#include "lib/tcp-bed.h"

#define MS SIM_NS_PER_MS

enum { LEN = 1000, QUICK = 16, ROUND_TRIP_MS = 60 /* the most that an ACK is delayed */ };

typedef struct Pace {
    TcpBed bed;
    uint32_t seq; /* the next of the peer's */
    uint32_t ack; /* the next of the host's */
} Pace;

static void open_pace(Pace *pace, bool sack)
{
    TcpConfig config;
    tcp_bed_config(&config);
    config.quick_ack = true;
    config.delayed_fin_ack = true;
    config.sack = sack;
    tcp_bed_open(&pace->bed, &config);
    tcp_bed_listen(&pace->bed);
    tcp_bed_inject(&pace->bed,
                   sack ? "S 0:0(0) win 65535 <mss 1460,sackOK>" : "S 0:0(0) win 65535 <mss 1460>");
    tcp_bed_run(&pace->bed, ROUND_TRIP_MS * MS);
    tcp_bed_inject(&pace->bed, ". 1:1(0) ack 1 win 65535");
    tcp_bed_run(&pace->bed, 10);
    tcp_bed_forget(&pace->bed);
    pace->bed.reads = true;
    pace->seq = 1;
    pace->ack = 1;
}

static void arrive(Pace *pace, const char *flags, uint32_t len_bytes)
{
    tcp_bed_injectf(&pace->bed, "%s %u:%u(%u) ack %u win 65535", flags, pace->seq,
                    pace->seq + len_bytes, len_bytes, pace->ack);
    pace->seq += len_bytes;
}

static void expect_ack(Pace *pace)
{
    g_autofree char *text = g_strdup_printf(". %u:%u(0) ack %u", pace->ack, pace->ack, pace->seq);
    tcp_bed_expect(&pace->bed, text);
}

static void use_up_quick(Pace *pace)
{
    for (int i = 0; i < QUICK; i++) {
        arrive(pace, ".", LEN);
        expect_ack(pace);
    }
}

/* The first sixteen, then every second. */
static void test_quick(void)
{
    Pace pace;
    open_pace(&pace, false);
    use_up_quick(&pace);
    arrive(&pace, ".", LEN);
    tcp_bed_expect_nothing(&pace.bed);
    arrive(&pace, ".", LEN);
    expect_ack(&pace);
    tcp_bed_close(&pace.bed);
}

/* After more than a time-out without data the sender begins with few segments again. */
static void test_quick_again(void)
{
    Pace pace;
    open_pace(&pace, false);
    use_up_quick(&pace);
    tcp_bed_run(&pace.bed, 5 * SIM_NS_PER_S);
    use_up_quick(&pace);
    arrive(&pace, ".", LEN);
    tcp_bed_expect_nothing(&pace.bed);
    tcp_bed_run(&pace.bed, 40 * MS);
    expect_ack(&pace);
    tcp_bed_close(&pace.bed);
}

/* The end of a write, all read: nothing more may come soon. */
static void test_pushed(void)
{
    Pace pace;
    open_pace(&pace, false);
    use_up_quick(&pace);
    arrive(&pace, "P.", LEN);
    expect_ack(&pace);
    pace.bed.reads = false;
    arrive(&pace, "P.", LEN);
    tcp_bed_expect_nothing(&pace.bed);
    Payload payload = tcp_receive(pace.bed.conn, LEN, tcp_bed_now(&pace.bed));
    payload_clear(&payload);
    tcp_bed_run(&pace.bed, 10);
    expect_ack(&pace);
    tcp_bed_close(&pace.bed);
}

/* A program that answers: its answers bear the acknowledgements; one that does not come is waited
 * for 40 ms, and no longer expected. */
static void test_interactive(void)
{
    Pace pace;
    open_pace(&pace, false);
    arrive(&pace, "P.", 100);
    expect_ack(&pace);
    tcp_bed_send(&pace.bed, 50);
    tcp_bed_expect(&pace.bed, "P. 1:51(50) ack 101");
    pace.ack = 51;
    arrive(&pace, "P.", 100);
    tcp_bed_expect_nothing(&pace.bed);
    tcp_bed_send(&pace.bed, 50);
    tcp_bed_expect(&pace.bed, "P. 51:101(50) ack 201");
    pace.ack = 101;
    arrive(&pace, "P.", 100);
    tcp_bed_run(&pace.bed, 38 * MS);
    tcp_bed_expect_nothing(&pace.bed);
    tcp_bed_run(&pace.bed, 3 * MS);
    expect_ack(&pace);
    arrive(&pace, "P.", 100);
    expect_ack(&pace);
    tcp_bed_close(&pace.bed);
}

/* A FIN before any text: no delay is known yet, the program alone may answer first. */
static void test_fin(void)
{
    Pace pace;
    open_pace(&pace, false);
    tcp_bed_inject(&pace.bed, "F. 1:1(0) ack 1 win 65535");
    pace.seq = 2;
    expect_ack(&pace);
    tcp_bed_close(&pace.bed);
}

/* The delay follows the gaps: 40 ms at first, then half of it and the gap. */
static void test_delay(void)
{
    Pace pace;
    open_pace(&pace, false);
    pace.bed.reads = false;
    use_up_quick(&pace);
    tcp_bed_run(&pace.bed, 35 * MS);
    arrive(&pace, ".", LEN);
    tcp_bed_run(&pace.bed, 53 * MS);
    tcp_bed_expect_nothing(&pace.bed);
    tcp_bed_run(&pace.bed, 3 * MS);
    expect_ack(&pace);
    tcp_bed_close(&pace.bed);
}

static void arrive_early(Pace *pace)
{
    pace->seq += LEN;
    tcp_bed_injectf(&pace->bed, ". %u:%u(%u) ack 1 win 65535", pace->seq, pace->seq + LEN, LEN);
}

/* Beyond a gap: at once three times, then the rest together, a part of the round trip later. */
static void test_compressed(void)
{
    Pace pace;
    open_pace(&pace, true);
    use_up_quick(&pace);
    uint32_t hole = pace.seq;
    for (int i = 0; i < 3; i++) {
        arrive_early(&pace);
        g_autofree char *text =
            g_strdup_printf(". 1:1(0) ack %u <sack %u:%u>", hole, hole + LEN, pace.seq + LEN);
        tcp_bed_expect(&pace.bed, text);
    }
    arrive_early(&pace);
    arrive_early(&pace);
    tcp_bed_expect_nothing(&pace.bed);
    tcp_bed_run(&pace.bed, MS);
    g_autofree char *text =
        g_strdup_printf(". 1:1(0) ack %u <sack %u:%u>", hole, hole + LEN, pace.seq + LEN);
    tcp_bed_expect(&pace.bed, text);
    /* What fills the gap is acknowledged at once (RFC 5681 4.2). */
    tcp_bed_injectf(&pace.bed, ". %u:%u(%u) ack 1 win 65535", hole, hole + LEN, LEN);
    pace.seq += LEN;
    expect_ack(&pace);
    tcp_bed_close(&pace.bed);
}

/* What has arrived already comes again: its sender needs to hear soon, and for a while. */
static void test_hurry(void)
{
    Pace pace;
    open_pace(&pace, false);
    use_up_quick(&pace);
    tcp_bed_injectf(&pace.bed, ". 1:%u(%u) ack 1 win 65535", 1 + LEN, LEN);
    expect_ack(&pace);
    arrive(&pace, ".", LEN);
    expect_ack(&pace);
    tcp_bed_close(&pace.bed);
}

/* Full segments are those that come: two of the same length lower the measure. */
static void test_shorter(void)
{
    Pace pace;
    open_pace(&pace, false);
    use_up_quick(&pace);
    pace.bed.reads = false;
    for (int i = 0; i < 2; i++) {
        arrive(&pace, ".", 600);
    }
    expect_ack(&pace);
    arrive(&pace, ".", 600);
    tcp_bed_expect_nothing(&pace.bed);
    arrive(&pace, ".", 600);
    expect_ack(&pace);
    tcp_bed_close(&pace.bed);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/tcp/pace/quick", test_quick);
    g_test_add_func("/tcp/pace/quick-again", test_quick_again);
    g_test_add_func("/tcp/pace/pushed", test_pushed);
    g_test_add_func("/tcp/pace/interactive", test_interactive);
    g_test_add_func("/tcp/pace/fin", test_fin);
    g_test_add_func("/tcp/pace/delay", test_delay);
    g_test_add_func("/tcp/pace/compressed", test_compressed);
    g_test_add_func("/tcp/pace/hurry", test_hurry);
    g_test_add_func("/tcp/pace/shorter", test_shorter);
    return g_test_run();
}
