/* The window of RFC 5681: slow start, congestion avoidance, one half after a loss, one segment
 * after a time-out. Both phases count the bytes acknowledged, not the ACKs (RFC 3465): in slow
 * start at most one segment an ACK, in congestion avoidance one segment a window. The window grows
 * only while it is what limits the sender. */

#include "tcp/tcp_cc_reno.h"

typedef struct RenoState {
    uint32_t acked_bytes; /* towards the next segment of congestion avoidance */
} RenoState;

static void on_ack(TcpCc *cc, const TcpCcAck *ack)
{
    if (ack->in_recovery || ack->ecn_echo || !ack->cwnd_limited) {
        return;
    }
    RenoState *state = cc->state;
    if (tcp_cc_in_slow_start(cc)) {
        tcp_cc_slow_start(cc, ack);
    } else {
        tcp_cc_avoid_congestion(cc, ack->acked_bytes, &state->acked_bytes);
    }
}

static void on_loss(TcpCc *cc, const TcpCcLoss *loss)
{
    RenoState *state = cc->state;
    state->acked_bytes = 0;
    tcp_cc_halve(cc, loss);
}

const TcpCcOps tcp_cc_reno = {
    .name = "reno",
    .state_bytes = sizeof(RenoState),
    .on_ack = on_ack,
    .on_loss = on_loss,
};
