/* The window of RFC 5681: slow start, congestion avoidance, one half after a loss, one segment
 * after a time-out. Both phases count the bytes acknowledged, not the ACKs (RFC 3465): in slow
 * start at most one segment an ACK, in congestion avoidance one segment a window. The window grows
 * only while it is what limits the sender. */

#include "tcp/tcp_cc_reno.h"

typedef struct RenoState {
    uint32_t acked_bytes; /* towards the next segment of congestion avoidance */
} RenoState;

/* RFC 5681 3.1: cwnd grows by one SMSS when a whole window has been acknowledged. */
static void avoid_congestion(TcpCc *cc, uint32_t acked_bytes)
{
    RenoState *state = cc->state;
    state->acked_bytes += acked_bytes;
    if (state->acked_bytes >= cc->cwnd_bytes) {
        state->acked_bytes = MIN(state->acked_bytes - cc->cwnd_bytes, cc->cwnd_bytes);
        cc->cwnd_bytes += cc->mss_bytes;
    }
}

static void on_ack(TcpCc *cc, const TcpCcAck *ack)
{
    if (ack->in_recovery || !ack->cwnd_limited) {
        return;
    }
    if (tcp_cc_in_slow_start(cc)) {
        tcp_cc_slow_start(cc, ack->acked_bytes);
    } else {
        avoid_congestion(cc, ack->acked_bytes);
    }
}

static void on_loss(TcpCc *cc, const TcpCcLoss *loss)
{
    RenoState *state = cc->state;
    state->acked_bytes = 0;
    if (loss->kind != TCP_CC_LOSS_TIMEOUT_AGAIN) {
        /* RFC 5681 3.1 equation (4). */
        cc->ssthresh_bytes = MAX(loss->in_flight_bytes / 2, 2 * cc->mss_bytes);
    }
    bool timeout = loss->kind == TCP_CC_LOSS_TIMEOUT || loss->kind == TCP_CC_LOSS_TIMEOUT_AGAIN;
    cc->cwnd_bytes = timeout ? cc->mss_bytes : cc->ssthresh_bytes;
}

const TcpCcOps tcp_cc_reno = {
    .name = "reno",
    .state_bytes = sizeof(RenoState),
    .on_ack = on_ack,
    .on_loss = on_loss,
};
