/* Reno as Linux counts it: in whole segments, slow start by what was delivered (RFC 3465 without a
 * limit), half of cwnd (not of the flight) after a loss. */

#include "tcp/tcp_cc_linux_reno.h"

#include "tcp/tcp_cc_segments.h"

enum { LEAST_SSTHRESH = 2 };

static void on_ack(TcpCc *cc, const TcpCcAck *ack)
{
    uint32_t delivered = tcp_cc_segments(cc, ack->delivered_bytes);
    if (ack->in_recovery || !ack->cwnd_limited) {
        return;
    }
    if (tcp_cc_in_slow_start(cc)) {
        delivered = tcp_cc_segments_slow_start(cc, delivered);
    }
    if (delivered > 0) {
        tcp_cc_segments_avoid(cc, cc->state, tcp_cc_cwnd_segments(cc), delivered);
    }
}

static void on_loss(TcpCc *cc, const TcpCcLoss *loss)
{
    uint32_t half = tcp_cc_cwnd_segments(cc) / 2;
    tcp_cc_segments_reduce(cc, cc->state, loss->kind, MAX(half, LEAST_SSTHRESH));
}

static void on_recovered(TcpCc *cc, int64_t now_ns)
{
    TcpCcSegments *segments = cc->state;
    segments->reduced = false;
}

static void on_undo(TcpCc *cc, uint32_t prior_cwnd_bytes, uint32_t prior_ssthresh_bytes,
                    int64_t now_ns)
{
    tcp_cc_segments_undo(cc, cc->state, prior_cwnd_bytes, prior_ssthresh_bytes);
}

const TcpCcOps tcp_cc_linux_reno = {
    .name = "linux-reno",
    .state_bytes = sizeof(TcpCcSegments),
    .on_ack = on_ack,
    .on_loss = on_loss,
    .on_recovered = on_recovered,
    .on_undo = on_undo,
};
