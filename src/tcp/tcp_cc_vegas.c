/* Vegas (Brakmo, Peterson, "TCP Vegas: end to end congestion avoidance on a global Internet", IEEE
 * JSAC 13(8), 1995): the least round-trip time is that of the empty path; what is in flight beyond
 * the rate times that lies in queues. Once a round trip the window grows by a segment if fewer than
 * alpha of its segments wait there, and shrinks by one if more than beta do. Slow start doubles
 * every other round only, so that between two rounds the measure holds, and ends when more than
 * gamma wait.
 *
 * Departs: the paper's finer retransmission timer is recovery's business; a loss halves the window
 * as in Reno, not by a quarter (as Linux does it). */

#include "tcp/tcp_cc_vegas.h"

#include "sim/lang.h"

enum { LEAST_SAMPLES = 3, LEAST_SEGMENTS = 2 };

typedef struct VegasState {
    uint32_t alpha, beta, gamma;     /* segments */
    int64_t base_rtt_ns, min_rtt_ns; /* ever, and of this round; 0: no sample yet */
    uint32_t samples;                /* in this round */
    uint32_t round_left_bytes;       /* to be acknowledged until the round ends */
    uint32_t acked_bytes;            /* as in Reno, where a round has too few samples */
    bool grows;                      /* slow start: this is a round that doubles */
} VegasState;

static const SimParamSpec params[] = {
    { .name = "alpha",
      .unit = SIM_UNIT_PACKETS,
      .fallback = 2,
      .min = 1,
      .max = 1000,
      .help = N_("Vegas: grow while fewer segments wait in queues") },
    { .name = "beta",
      .unit = SIM_UNIT_PACKETS,
      .fallback = 4,
      .min = 1,
      .max = 1000,
      .help = N_("Vegas: shrink while more segments wait in queues; at least alpha") },
    { .name = "gamma",
      .unit = SIM_UNIT_PACKETS,
      .fallback = 1,
      .min = 1,
      .max = 1000,
      .help = N_("Vegas: slow start ends when more segments wait in queues") },
    { 0 },
};

static bool configure(TcpCc *cc, const SimParams *values, GError **error)
{
    VegasState *vegas = cc->state;
    vegas->alpha = (uint32_t)sim_params_get(values, "alpha");
    vegas->gamma = (uint32_t)sim_params_get(values, "gamma");
    vegas->beta = MAX((uint32_t)sim_params_get(values, "beta"), vegas->alpha);
    return true;
}

static bool round_ends(VegasState *vegas, const TcpCcAck *ack)
{
    if (ack->acked_bytes < vegas->round_left_bytes) {
        vegas->round_left_bytes -= ack->acked_bytes;
        return false;
    }
    vegas->round_left_bytes = MAX(ack->in_flight_bytes, ack->acked_bytes) - ack->acked_bytes;
    return true;
}

static void begin_round(VegasState *vegas)
{
    vegas->samples = 0;
    vegas->min_rtt_ns = 0;
    vegas->grows = !vegas->grows;
}

static void sample(VegasState *vegas, int64_t rtt_ns)
{
    if (rtt_ns > 0) {
        vegas->base_rtt_ns = vegas->base_rtt_ns == 0 ? rtt_ns : MIN(vegas->base_rtt_ns, rtt_ns);
        vegas->min_rtt_ns = vegas->min_rtt_ns == 0 ? rtt_ns : MIN(vegas->min_rtt_ns, rtt_ns);
        vegas->samples++;
    }
}

/* What the window would be without a queue: its rate times the least round-trip time. */
static uint32_t unqueued_bytes(const TcpCc *cc, const VegasState *vegas)
{
    unsigned __int128 bytes = (unsigned __int128)cc->cwnd_bytes * (uint64_t)vegas->base_rtt_ns;
    return (uint32_t)(bytes / (uint64_t)vegas->min_rtt_ns);
}

/* The end of a round that was measured. */
static void adjust(TcpCc *cc, const VegasState *vegas)
{
    uint32_t mss_bytes = cc->mss_bytes, unqueued = unqueued_bytes(cc, vegas);
    uint32_t queued = cc->cwnd_bytes - unqueued;
    if (tcp_cc_in_slow_start(cc)) {
        if (queued > vegas->gamma * mss_bytes) {
            cc->cwnd_bytes = MIN(cc->cwnd_bytes, unqueued + mss_bytes);
            cc->cwnd_bytes = MAX(cc->cwnd_bytes, LEAST_SEGMENTS * mss_bytes);
            cc->ssthresh_bytes = cc->cwnd_bytes;
        }
        return;
    }
    if (queued > vegas->beta * mss_bytes) {
        cc->cwnd_bytes = MAX(cc->cwnd_bytes - mss_bytes, LEAST_SEGMENTS * mss_bytes);
        cc->ssthresh_bytes = MIN(cc->ssthresh_bytes, cc->cwnd_bytes); /* no slow start below it */
    } else if (queued < vegas->alpha * mss_bytes) {
        cc->cwnd_bytes += mss_bytes;
    }
}

static void on_ack(TcpCc *cc, const TcpCcAck *ack)
{
    VegasState *vegas = cc->state;
    sample(vegas, ack->rtt_ns);
    bool new_round = round_ends(vegas, ack);
    if (ack->in_recovery) {
        vegas->samples = 0; /* what is measured now says nothing about the round */
    } else if (new_round && vegas->samples >= LEAST_SAMPLES && ack->cwnd_limited) {
        adjust(cc, vegas);
    } else if (ack->cwnd_limited && tcp_cc_in_slow_start(cc)) {
        if (vegas->grows) {
            tcp_cc_slow_start(cc, ack);
        }
    } else if (ack->cwnd_limited && vegas->samples < LEAST_SAMPLES && new_round) {
        tcp_cc_avoid_congestion(cc, cc->cwnd_bytes, &vegas->acked_bytes);
    }
    if (new_round) {
        begin_round(vegas);
    }
}

static void on_loss(TcpCc *cc, const TcpCcLoss *loss)
{
    VegasState *vegas = cc->state;
    vegas->acked_bytes = 0;
    vegas->samples = 0;
    tcp_cc_halve(cc, loss);
}

const TcpCcOps tcp_cc_vegas = {
    .name = "vegas",
    .state_bytes = sizeof(VegasState),
    .params = params,
    .configure = configure,
    .on_ack = on_ack,
    .on_loss = on_loss,
};
