/* Westwood+ (Grieco, Mascolo, "Performance evaluation and comparison of Westwood+, New Reno, and
 * Vegas TCP congestion control", ACM CCR 34(2), 2004): grows like Reno; a loss does not halve the
 * window but sets it to what the path was seen to take, the rate at which data arrived times the
 * least round-trip time. So a loss that no queue caused costs little.
 *
 * The rate is counted over a round trip, 50 ms at least, and smoothed twice by 1/8 (as Linux does).
 * Departs: without SACK, a duplicate ACK does not count as a segment delivered. */

#include "tcp/tcp_cc_westwood.h"

#include "sim/sim.h"

#define LEAST_SPAN_NS (50 * SIM_NS_PER_MS)

typedef struct WestwoodState {
    int64_t span_at_ns; /* what is delivered is counted since then */
    uint64_t span_bytes;
    int64_t rate_bps, rough_bps; /* smoothed twice, and once; 0: not measured yet */
    int64_t min_rtt_ns;          /* 0: not measured yet, or anew after a time-out */
    uint32_t acked_bytes;        /* as in Reno */
} WestwoodState;

static int64_t smooth(int64_t old_bps, int64_t new_bps)
{
    return old_bps == 0 ? new_bps : (7 * old_bps + new_bps) / 8;
}

static void measure(WestwoodState *westwood, const TcpCcAck *ack)
{
    westwood->span_bytes += ack->delivered_bytes;
    if (ack->rtt_ns > 0) {
        westwood->min_rtt_ns =
            westwood->min_rtt_ns == 0 ? ack->rtt_ns : MIN(westwood->min_rtt_ns, ack->rtt_ns);
    }
    int64_t span_ns = ack->now_ns - westwood->span_at_ns;
    if (ack->srtt_ns < 0 || span_ns <= MAX(ack->srtt_ns, LEAST_SPAN_NS)) {
        return;
    }
    int64_t rate_bps =
        (int64_t)((unsigned __int128)westwood->span_bytes * 8 * SIM_NS_PER_S / (uint64_t)span_ns);
    westwood->rough_bps = smooth(westwood->rough_bps, rate_bps);
    westwood->rate_bps = smooth(westwood->rate_bps, westwood->rough_bps);
    westwood->span_bytes = 0;
    westwood->span_at_ns = ack->now_ns;
}

static void init(TcpCc *cc, int64_t now_ns)
{
    WestwoodState *westwood = cc->state;
    westwood->span_at_ns = now_ns;
}

static void on_ack(TcpCc *cc, const TcpCcAck *ack)
{
    WestwoodState *westwood = cc->state;
    measure(westwood, ack);
    if (ack->in_recovery || !ack->cwnd_limited || ack->acked_bytes == 0) {
        return;
    }
    if (tcp_cc_in_slow_start(cc)) {
        tcp_cc_slow_start(cc, ack);
    } else {
        tcp_cc_avoid_congestion(cc, ack->acked_bytes, &westwood->acked_bytes);
    }
}

/* What the path holds without a queue. */
static uint32_t path_bytes(const WestwoodState *westwood)
{
    unsigned __int128 bits =
        (unsigned __int128)westwood->rate_bps * (uint64_t)westwood->min_rtt_ns / SIM_NS_PER_S;
    return (uint32_t)MIN(bits / 8, G_MAXINT32);
}

static void on_loss(TcpCc *cc, const TcpCcLoss *loss)
{
    WestwoodState *westwood = cc->state;
    bool timeout = loss->kind == TCP_CC_LOSS_TIMEOUT || loss->kind == TCP_CC_LOSS_TIMEOUT_AGAIN;
    westwood->acked_bytes = 0;
    if (loss->kind != TCP_CC_LOSS_TIMEOUT_AGAIN) {
        cc->ssthresh_bytes = MAX(path_bytes(westwood), 2 * cc->mss_bytes);
    }
    if (timeout) {
        westwood->min_rtt_ns = 0; /* the path may be another one now */
        cc->cwnd_bytes = cc->mss_bytes;
    } else {
        /* Departs: never more than now, were the estimate ever so high. */
        cc->cwnd_bytes = MIN(cc->cwnd_bytes, cc->ssthresh_bytes);
        cc->ssthresh_bytes = MAX(cc->cwnd_bytes, 2 * cc->mss_bytes);
    }
}

const TcpCcOps tcp_cc_westwood = {
    .name = "westwood",
    .state_bytes = sizeof(WestwoodState),
    .wants_rate = true,
    .init = init,
    .on_ack = on_ack,
    .on_loss = on_loss,
};
