/* Protects: CUBIC in fixed point follows the curves and the tables printed in RFC 9438. */

#include "tcp/tcp_cc_cubic.h"

#include "sim/sim.h"

#define MSS 1448u
#define RTT_NS (200 * SIM_NS_PER_MS) /* long enough for the curve to be above Reno's line */

/* A sender that is always held back by its window: ACKs of `ack_segments` each, evenly over a round
 * trip. */
typedef struct Drive {
    TcpCc cc;
    int64_t now_ns, rtt_ns;
    uint32_t ack_segments;
    uint64_t acked_segments;
} Drive;

static void drive_start(Drive *drive, uint32_t window_segments)
{
    *drive = (Drive){ .rtt_ns = RTT_NS, .ack_segments = 1 };
    tcp_cc_init(&drive->cc, &tcp_cc_cubic, NULL);
    g_assert_true(tcp_cc_configure(&drive->cc, NULL, NULL));
    tcp_cc_established(&drive->cc, MSS, window_segments * MSS, 0);
}

static void drive_ack(Drive *drive, bool cwnd_limited)
{
    uint32_t cwnd_segments = drive->cc.cwnd_bytes / MSS;
    drive->now_ns += drive->rtt_ns * drive->ack_segments / cwnd_segments;
    drive->acked_segments += drive->ack_segments;
    const TcpCcAck ack = { .now_ns = drive->now_ns,
                           .acked_bytes = drive->ack_segments * MSS,
                           .delivered_bytes = drive->ack_segments * MSS,
                           .in_flight_bytes = drive->cc.cwnd_bytes,
                           .rtt_ns = drive->rtt_ns,
                           .srtt_ns = drive->rtt_ns,
                           .min_rtt_ns = drive->rtt_ns,
                           .cwnd_limited = cwnd_limited };
    tcp_cc_on_ack(&drive->cc, &ack);
}

static void drive_until(Drive *drive, int64_t until_ns, bool cwnd_limited)
{
    while (drive->now_ns < until_ns) {
        drive_ack(drive, cwnd_limited);
    }
}

static void drive_lose(Drive *drive, TcpCcLossKind kind)
{
    const TcpCcLoss loss = { .now_ns = drive->now_ns,
                             .kind = kind,
                             .in_flight_bytes = drive->cc.cwnd_bytes };
    tcp_cc_on_loss(&drive->cc, &loss);
}

/* cwnd in hundredths of a segment. */
static int64_t window_of(const Drive *drive)
{
    return (int64_t)drive->cc.cwnd_bytes * 100 / MSS;
}

static void assert_window(const Drive *drive, int64_t hundredths, int64_t within)
{
    if (ABS(window_of(drive) - hundredths) > within) {
        g_error("cwnd is %" G_GINT64_FORMAT "/100 segments, expected %" G_GINT64_FORMAT,
                window_of(drive), hundredths);
    }
}

/* W_cubic(t) = 0.4 (t - K)^3 + W_max (equation 1), in hundredths of a segment. */
typedef struct Point {
    int64_t at_ms, hundredths;
} Point;

/* A loss at 100 segments: cwnd_epoch 70, K = cbrt(30 / 0.4) = 4.2172 s. */
static const Point after_loss[] = {
    { 0, 7000 },     { 1000, 8668 },  { 2000, 9564 },  { 3000, 9928 },   { 4217, 10000 },
    { 5000, 10019 }, { 6000, 10227 }, { 8000, 12165 }, { 10000, 17735 }, { 12000, 28850 },
};

static void follow(Drive *drive, const Point *points, size_t count, int64_t start_ns,
                   int64_t within)
{
    for (size_t i = 0; i < count; i++) {
        drive_until(drive, start_ns + points[i].at_ms * SIM_NS_PER_MS, true);
        assert_window(drive, points[i].hundredths, within);
    }
}

static void test_curve(gconstpointer data)
{
    Drive drive;
    drive_start(&drive, 100);
    drive.ack_segments = GPOINTER_TO_UINT(data);
    drive_lose(&drive, TCP_CC_LOSS_RECOVERY);
    g_assert_cmpuint(drive.cc.ssthresh_bytes, ==, 70 * MSS);
    follow(&drive, after_loss, G_N_ELEMENTS(after_loss), drive.now_ns, 120);
    tcp_cc_clear(&drive.cc);
}

/* Section 4.2: the target is at most half a window ahead, however far the curve has run. */
static void test_target_is_clamped(void)
{
    Drive drive;
    drive_start(&drive, 100);
    drive_lose(&drive, TCP_CC_LOSS_RECOVERY);
    drive_until(&drive, SIM_NS_PER_S, true);
    uint32_t before_bytes = drive.cc.cwnd_bytes;
    drive.now_ns += 3600 * SIM_NS_PER_S; /* an hour without an ACK, for any reason */
    drive_ack(&drive, true);
    g_assert_cmpuint(drive.cc.cwnd_bytes, >, before_bytes);
    g_assert_cmpuint(drive.cc.cwnd_bytes, <=, before_bytes + MSS / 2 + 1);
    tcp_cc_clear(&drive.cc);
}

/* Section 4.2, 5.8: t stands still while the program, not the window, holds the sender back... */
static void test_application_limited(void)
{
    Drive drive;
    drive_start(&drive, 100);
    drive_lose(&drive, TCP_CC_LOSS_RECOVERY);
    drive_until(&drive, 2 * SIM_NS_PER_S, true);
    uint32_t before_bytes = drive.cc.cwnd_bytes;
    drive_until(&drive, 30 * SIM_NS_PER_S, false);
    g_assert_cmpuint(drive.cc.cwnd_bytes, ==, before_bytes);
    follow(&drive, after_loss + 3, G_N_ELEMENTS(after_loss) - 3, 28 * SIM_NS_PER_S, 120);
    tcp_cc_clear(&drive.cc);
}

/* ...and while there is nothing to send at all. */
static void test_idle(void)
{
    Drive drive;
    drive_start(&drive, 100);
    drive_lose(&drive, TCP_CC_LOSS_RECOVERY);
    drive_until(&drive, 2 * SIM_NS_PER_S, true);
    drive.now_ns += 28 * SIM_NS_PER_S;
    tcp_cc_on_idle(&drive.cc, 28 * SIM_NS_PER_S, SIM_NS_PER_S, 0, drive.now_ns);
    follow(&drive, after_loss + 3, G_N_ELEMENTS(after_loss) - 3, 28 * SIM_NS_PER_S, 120);
    tcp_cc_clear(&drive.cc);
}

/* Section 4.8: after a time-out slow start to 70, then K = 0 and W_max = cwnd: 70 + 0.4 t^3. */
static void test_time_out(void)
{
    static const Point curve[] = {
        { 0, 7000 }, { 5000, 12000 }, { 8000, 27480 }, { 10000, 47000 }
    };
    Drive drive;
    drive_start(&drive, 100);
    drive_lose(&drive, TCP_CC_LOSS_TIMEOUT);
    while (tcp_cc_in_slow_start(&drive.cc)) {
        drive_ack(&drive, true);
    }
    follow(&drive, curve, G_N_ELEMENTS(curve), drive.now_ns, 300);
    tcp_cc_clear(&drive.cc);
}

/* Section 4.7: a second loss at 80 < 100 lowers W_max to 80 (1 + 0.7) / 2 = 68, so K = cbrt(12 /
 * 0.4) = 3.107 s; without fast convergence it is 80 and K = 3.915 s. The window is flat there. */
static void test_fast_convergence(gconstpointer data)
{
    bool fast = data != NULL;
    const SimParams params = { .specs = tcp_cc_cubic.params, .values = (int64_t[]){ fast } };
    Drive drive;
    drive_start(&drive, 100);
    g_assert_true(tcp_cc_configure(&drive.cc, &params, NULL));
    drive_lose(&drive, TCP_CC_LOSS_RECOVERY);
    drive.cc.cwnd_bytes = 80 * MSS;
    drive_lose(&drive, TCP_CC_LOSS_RECOVERY);
    drive_until(&drive, (fast ? 3107 : 3915) * SIM_NS_PER_MS, true);
    assert_window(&drive, fast ? 6800 : 8000, 50);
    tcp_cc_clear(&drive.cc);
}

/* Section 4.9: undone, a loss leaves no trace on the curve. */
static void test_undo(void)
{
    Drive drive;
    drive_start(&drive, 100);
    drive_lose(&drive, TCP_CC_LOSS_RECOVERY);
    drive_until(&drive, 6 * SIM_NS_PER_S, true);
    uint32_t cwnd_bytes = drive.cc.cwnd_bytes, ssthresh_bytes = drive.cc.ssthresh_bytes;
    drive_lose(&drive, TCP_CC_LOSS_RECOVERY);
    tcp_cc_on_undo(&drive.cc, cwnd_bytes, ssthresh_bytes, drive.now_ns);
    g_assert_cmpuint(drive.cc.cwnd_bytes, ==, cwnd_bytes);
    follow(&drive, after_loss + 7, G_N_ELEMENTS(after_loss) - 7, 0, 120);

    /* A window that has grown past the old one meanwhile is left alone. */
    drive_lose(&drive, TCP_CC_LOSS_RECOVERY);
    cwnd_bytes = drive.cc.cwnd_bytes;
    tcp_cc_on_undo(&drive.cc, cwnd_bytes - MSS, ssthresh_bytes, drive.now_ns);
    g_assert_cmpuint(drive.cc.cwnd_bytes, ==, cwnd_bytes);
    tcp_cc_clear(&drive.cc);
}

/* Section 4.6: on ECN the window may fall to one segment, not only to two. */
static void test_ecn_floor(void)
{
    Drive drive;
    drive_start(&drive, 2);
    drive_lose(&drive, TCP_CC_LOSS_ECN);
    g_assert_cmpuint(drive.cc.ssthresh_bytes, ==, 2 * MSS);
    g_assert_cmpuint(drive.cc.cwnd_bytes, ==, 2 * MSS * 7 / 10);
    drive_lose(&drive, TCP_CC_LOSS_ECN);
    g_assert_cmpuint(drive.cc.cwnd_bytes, ==, MSS);
    tcp_cc_clear(&drive.cc);
}

/* Section 4.3, short round trips: alpha 9/17 segment a round trip from 70 until the window before
 * the loss is regained, after 30 * 17 / 9 = 57 of them, then one. Divided by the window of the
 * moment, so within 1 %. */
static void test_reno_friendly(void)
{
    Drive drive;
    drive_start(&drive, 100);
    drive.rtt_ns = 5 * SIM_NS_PER_MS;
    drive_lose(&drive, TCP_CC_LOSS_RECOVERY);
    drive_until(&drive, 50 * drive.rtt_ns, true);
    assert_window(&drive, 7000 + 50 * 900 / 17, 100);
    drive_until(&drive, (57 + 50) * drive.rtt_ns, true);
    assert_window(&drive, 15000, 200);
    tcp_cc_clear(&drive.cc);
}

/* Section 5.1, tables 1 and 2: average window under one loss in every 1/p segments. */
typedef struct Average {
    const char *label;
    int64_t rtt_ns;
    uint32_t segments_per_loss, losses;
    int64_t segments;
} Average;

static const Average averages[] = {
    { "table-1-p-1e-2", 100 * SIM_NS_PER_MS, 100, 400, 12 },
    { "table-1-p-1e-3", 100 * SIM_NS_PER_MS, 1000, 100, 38 },
    { "table-1-p-1e-4", 100 * SIM_NS_PER_MS, 10000, 40, 187 },
    { "table-1-p-1e-5", 100 * SIM_NS_PER_MS, 100000, 20, 1054 },
    { "table-2-p-1e-3", 10 * SIM_NS_PER_MS, 1000, 100, 38 },
    { "table-2-p-1e-4", 10 * SIM_NS_PER_MS, 10000, 40, 120 },
    { "table-2-p-1e-5", 10 * SIM_NS_PER_MS, 100000, 20, 379 },
};

/* The RFC's formulas count windows as real numbers and begin each epoch at once; 4 % covers the
 * difference. */
static void test_average(gconstpointer data)
{
    const Average *row = data;
    Drive drive;
    drive_start(&drive, (uint32_t)row->segments);
    drive.rtt_ns = row->rtt_ns;
    drive.cc.ssthresh_bytes = drive.cc.cwnd_bytes;
    int64_t start_ns = 0;
    uint64_t start_segments = 0;
    for (uint32_t loss = 0; loss < row->losses; loss++) {
        if (loss == row->losses / 4) { /* settled */
            start_ns = drive.now_ns;
            start_segments = drive.acked_segments;
        }
        for (uint32_t i = 0; i < row->segments_per_loss; i++) {
            drive_ack(&drive, true);
        }
        drive_lose(&drive, TCP_CC_LOSS_RECOVERY);
    }
    int64_t hundredths = (int64_t)(drive.acked_segments - start_segments) * 100 * row->rtt_ns /
                         (drive.now_ns - start_ns);
    g_test_message("average window %" G_GINT64_FORMAT "/100 segments", hundredths);
    g_assert_cmpint(hundredths, >=, row->segments * 96 - 50);
    g_assert_cmpint(hundredths, <=, row->segments * 104 + 50);
    tcp_cc_clear(&drive.cc);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_data_func("/tcp/cc-cubic/curve/every-segment-acknowledged", GUINT_TO_POINTER(1),
                         test_curve);
    g_test_add_data_func("/tcp/cc-cubic/curve/delayed-acks", GUINT_TO_POINTER(2), test_curve);
    g_test_add_func("/tcp/cc-cubic/target-is-clamped", test_target_is_clamped);
    g_test_add_func("/tcp/cc-cubic/application-limited", test_application_limited);
    g_test_add_func("/tcp/cc-cubic/idle", test_idle);
    g_test_add_func("/tcp/cc-cubic/time-out", test_time_out);
    g_test_add_data_func("/tcp/cc-cubic/fast-convergence/on", GUINT_TO_POINTER(1),
                         test_fast_convergence);
    g_test_add_data_func("/tcp/cc-cubic/fast-convergence/off", NULL, test_fast_convergence);
    g_test_add_func("/tcp/cc-cubic/undo", test_undo);
    g_test_add_func("/tcp/cc-cubic/ecn-floor", test_ecn_floor);
    g_test_add_func("/tcp/cc-cubic/reno-friendly", test_reno_friendly);
    for (size_t i = 0; i < G_N_ELEMENTS(averages); i++) {
        g_autofree char *path = g_strdup_printf("/tcp/cc-cubic/average/%s", averages[i].label);
        g_test_add_data_func(path, &averages[i], test_average);
    }
    return g_test_run();
}
