/* Protects: HyStart++ leaves slow start by the numbers of RFC 9406, and comes back if that was too
 * early. */

#include "tcp/tcp_slow_start.h"

#include "sim/sim.h"
#include "tcp/tcp_cc_reno.h"

#define MSS 1000u

/* A sender whose round-trip time the test chooses, a round at a time. */
typedef struct Drive {
    TcpCc cc;
    int64_t now_ns;
    uint32_t window; /* segments out in this round */
} Drive;

static void drive_start(Drive *drive, int64_t pacing_bps)
{
    *drive = (Drive){ .window = 20 };
    tcp_cc_init(&drive->cc, &tcp_cc_reno, NULL);
    drive->cc.slow_start = tcp_slow_start_new(&tcp_slow_start_plus_plus);
    drive->cc.pacing_bps = pacing_bps;
    tcp_cc_established(&drive->cc, MSS, drive->window * MSS, 0);
}

/* A round: what was out is acknowledged, `per_ack` segments at once, each with this sample. What
 * the last ACK lets go counts to the round after the next, so a new round-trip time is seen by the
 * end of the second round that has it. */
static void drive_round(Drive *drive, int64_t rtt_ms, uint32_t per_ack)
{
    uint32_t next = 0;
    for (uint32_t acked = 0; acked < drive->window; acked += per_ack) {
        drive->now_ns += rtt_ms * SIM_NS_PER_MS / drive->window;
        uint32_t count = MIN(per_ack, drive->window - acked);
        const TcpCcAck ack = { .now_ns = drive->now_ns,
                               .acked_bytes = count * MSS,
                               .delivered_bytes = count * MSS,
                               .in_flight_bytes = (drive->window - acked + next) * MSS,
                               .rtt_ns = rtt_ms * SIM_NS_PER_MS,
                               .cwnd_limited = true };
        tcp_cc_on_ack(&drive->cc, &ack);
        next = drive->cc.cwnd_bytes / MSS - (drive->window - acked - count);
    }
    drive->window = next;
}

static void assert_phase(const Drive *drive, const char *word)
{
    g_assert_cmpstr(tcp_cc_phase(&drive->cc), ==, word);
}

/* The round-trip time does not rise: the window doubles for ever. */
static void test_flat(void)
{
    Drive drive;
    drive_start(&drive, 0);
    for (int round = 0; round < 6; round++) {
        uint32_t before = drive.cc.cwnd_bytes;
        drive_round(&drive, 40, 1);
        g_assert_cmpuint(drive.cc.cwnd_bytes, ==, 2 * before);
    }
    assert_phase(&drive, "slow-start");
    tcp_cc_clear(&drive.cc);
}

/* RttThresh is an eighth of the last round's, between 4 and 16 ms. */
typedef struct Thresh {
    const char *label;
    int64_t last_ms, calm_ms, rise_ms;
} Thresh;

static const Thresh thresholds[] = {
    { "least-4ms", 10, 13, 14 },
    { "eighth", 80, 89, 90 },
    { "most-16ms", 400, 415, 416 },
};

static void test_threshold(gconstpointer data)
{
    const Thresh *row = data;
    Drive drive;
    drive_start(&drive, 0);
    drive_round(&drive, row->last_ms, 1);
    drive_round(&drive, row->last_ms, 1);
    drive_round(&drive, row->calm_ms, 1);
    drive_round(&drive, row->calm_ms, 1);
    assert_phase(&drive, "slow-start");
    tcp_cc_clear(&drive.cc);

    drive_start(&drive, 0);
    drive_round(&drive, row->last_ms, 1);
    drive_round(&drive, row->last_ms, 1);
    drive_round(&drive, row->rise_ms, 1);
    drive_round(&drive, row->rise_ms, 1);
    assert_phase(&drive, "conservative-slow-start");
    tcp_cc_clear(&drive.cc);
}

/* Conservative slow start: a quarter of the growth, for five rounds with the one it began in; then
 * congestion avoidance at the window reached. */
static void test_conservative(void)
{
    Drive drive;
    drive_start(&drive, 0);
    drive_round(&drive, 40, 1);
    drive_round(&drive, 40, 1);
    drive_round(&drive, 50, 1);
    drive_round(&drive, 50, 1);
    for (int round = 2; round < 5; round++) {
        assert_phase(&drive, "conservative-slow-start");
        uint32_t before = drive.cc.cwnd_bytes;
        drive_round(&drive, 50, 1);
        g_assert_cmpuint(drive.cc.cwnd_bytes, >=, before * 124 / 100);
        g_assert_cmpuint(drive.cc.cwnd_bytes, <=, before * 126 / 100);
    }
    drive_round(&drive, 50, 1);
    assert_phase(&drive, "congestion-avoidance");
    g_assert_cmpuint(drive.cc.ssthresh_bytes, >=, drive.cc.cwnd_bytes - 2 * MSS);
    g_assert_cmpuint(drive.cc.ssthresh_bytes, <=, drive.cc.cwnd_bytes);
    tcp_cc_clear(&drive.cc);
}

/* The rise was spurious: slow start goes on. */
static void test_spurious(void)
{
    Drive drive;
    drive_start(&drive, 0);
    drive_round(&drive, 40, 1);
    drive_round(&drive, 40, 1);
    drive_round(&drive, 50, 1);
    drive_round(&drive, 50, 1);
    assert_phase(&drive, "conservative-slow-start");
    drive_round(&drive, 40, 1);
    assert_phase(&drive, "slow-start");
    uint32_t before = drive.cc.cwnd_bytes;
    drive_round(&drive, 40, 1);
    g_assert_cmpuint(drive.cc.cwnd_bytes, >=, 2 * before - MSS); /* a part of a segment waits */
    tcp_cc_clear(&drive.cc);
}

/* Fewer than N_RTT_SAMPLE samples in a round tell nothing. */
static void test_few_samples(void)
{
    Drive drive;
    drive_start(&drive, 0);
    drive_round(&drive, 40, 3); /* seven ACKs */
    drive.window = 20;
    drive_round(&drive, 80, 3);
    assert_phase(&drive, "slow-start");
    tcp_cc_clear(&drive.cc);
}

/* L: at most eight segments an ACK; no limit where the sender is paced. */
static void test_stretched_ack(void)
{
    for (int64_t pacing_bps = 0; pacing_bps <= 1; pacing_bps++) {
        Drive drive;
        drive_start(&drive, pacing_bps);
        const TcpCcAck ack = {
            .acked_bytes = 20 * MSS, .in_flight_bytes = 20 * MSS, .rtt_ns = -1, .cwnd_limited = true
        };
        tcp_cc_on_ack(&drive.cc, &ack);
        g_assert_cmpuint(drive.cc.cwnd_bytes, ==, (pacing_bps == 0 ? 28 : 40) * MSS);
        tcp_cc_clear(&drive.cc);
    }
}

/* Section 4.3: after a loss slow start ends at ssthresh, whatever the round-trip time does. */
static void test_after_loss(void)
{
    Drive drive;
    drive_start(&drive, 0);
    drive_round(&drive, 40, 1);
    const TcpCcLoss loss = { .kind = TCP_CC_LOSS_TIMEOUT, .in_flight_bytes = 1000 * MSS };
    tcp_cc_on_loss(&drive.cc, &loss);
    drive.window = 1;
    for (int round = 0; round < 5; round++) {
        uint32_t before = drive.cc.cwnd_bytes;
        drive_round(&drive, 40 + 20 * round, 1);
        g_assert_cmpuint(drive.cc.cwnd_bytes, ==, 2 * before);
    }
    assert_phase(&drive, "slow-start");
    tcp_cc_clear(&drive.cc);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/tcp/slow-start/flat", test_flat);
    for (size_t i = 0; i < G_N_ELEMENTS(thresholds); i++) {
        g_autofree char *path =
            g_strdup_printf("/tcp/slow-start/threshold/%s", thresholds[i].label);
        g_test_add_data_func(path, &thresholds[i], test_threshold);
    }
    g_test_add_func("/tcp/slow-start/conservative", test_conservative);
    g_test_add_func("/tcp/slow-start/spurious", test_spurious);
    g_test_add_func("/tcp/slow-start/few-samples", test_few_samples);
    g_test_add_func("/tcp/slow-start/stretched-ack", test_stretched_ack);
    g_test_add_func("/tcp/slow-start/after-loss", test_after_loss);
    return g_test_run();
}
