/* Protects: what a reader is told of recovery. What is in flight is what recovery counts, not what
 * was SACKed, so that it stays within the window; a loss probe of old data is shown as a segment
 * sent again, which a probe of a closed window is not. */

#include "lib/run-scenario.h"

static void test_in_flight(void)
{
    g_autoptr(TraceRun) run = run_scenario("scenarios/lossy-transfer-cubic.yaml");
    uint32_t widest_bytes = 0, in_recovery = 0;
    for (uint32_t i = 0; i < run->lines->len; i++) {
        const TraceLine *line = trace_line(run, i);
        if (line->what != TRACE_VARS || line->end != 0) {
            continue;
        }
        /* The window before the loss, and the two segments of limited transmit. */
        widest_bytes = MAX(widest_bytes, line->vars.cwnd_bytes);
        g_assert_cmpuint(line->vars.in_flight_bytes, <=, widest_bytes + 2 * 1000);
        in_recovery += line->vars.in_recovery;
    }
    g_assert_cmpuint(in_recovery, >, 0);
}

/* How many of the packets sent for a reason count as sent again; *out_sent: all of them. */
static uint32_t count_again(const TraceRun *run, PacketWhy why, uint32_t *out_sent)
{
    uint32_t again = 0;
    *out_sent = 0;
    for (uint32_t i = 0; i < run->packets->len; i++) {
        const TracePacket *pkt = trace_packet(run, i);
        *out_sent += pkt->snapshot->why == why;
        again += pkt->snapshot->why == why && trace_packet_is_again(pkt);
    }
    return again;
}

typedef struct Probe {
    const char *label, *scenario;
    PacketWhy why;
    bool again;
} Probe;

static const Probe probes[] = {
    { "/e2e/recovery-told/loss-probe", "scenarios/tail-loss-probe.yaml", PACKET_WHY_LOSS_PROBE,
      true },
    { "/e2e/recovery-told/window-probe", "scenarios/zero-window.yaml", PACKET_WHY_WINDOW_PROBE,
      false },
    { "/e2e/recovery-told/time-out", "scenarios/retransmission-timeout.yaml",
      PACKET_WHY_RETRANSMIT_TIMEOUT, true },
};

static void test_probe(gconstpointer data)
{
    const Probe *row = data;
    g_autoptr(TraceRun) run = run_scenario(row->scenario);
    uint32_t sent;
    uint32_t again = count_again(run, row->why, &sent);
    g_assert_cmpuint(sent, >, 0);
    g_assert_cmpuint(again, ==, row->again ? sent : 0);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/e2e/recovery-told/in-flight", test_in_flight);
    for (size_t i = 0; i < G_N_ELEMENTS(probes); i++) {
        g_test_add_data_func(probes[i].label, &probes[i], test_probe);
    }
    return g_test_run();
}
