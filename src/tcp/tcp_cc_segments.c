#include "tcp/tcp_cc_segments.h"

uint32_t tcp_cc_segments_slow_start(TcpCc *cc, uint32_t delivered)
{
    uint32_t cwnd = tcp_cc_cwnd_segments(cc), ssthresh = cc->ssthresh_bytes / cc->mss_bytes;
    uint32_t grown = MIN(cwnd + delivered, MAX(ssthresh, cwnd));
    cc->cwnd_bytes = grown * cc->mss_bytes;
    return delivered - (grown - cwnd);
}

void tcp_cc_segments_avoid(TcpCc *cc, TcpCcSegments *segments, uint32_t per_segment,
                           uint32_t delivered)
{
    if (segments->credit >= per_segment) {
        segments->credit = 0; /* from a larger window: one segment at once, not several */
        cc->cwnd_bytes += cc->mss_bytes;
    }
    segments->credit += delivered;
    cc->cwnd_bytes += segments->credit / per_segment * cc->mss_bytes;
    segments->credit %= per_segment;
}

bool tcp_cc_segments_reduces(const TcpCcSegments *segments, TcpCcLossKind kind)
{
    return kind != TCP_CC_LOSS_TIMEOUT_AGAIN && !segments->reduced;
}

void tcp_cc_segments_reduce(TcpCc *cc, TcpCcSegments *segments, TcpCcLossKind kind,
                            uint32_t ssthresh_segments)
{
    if (tcp_cc_segments_reduces(segments, kind)) {
        cc->ssthresh_bytes = ssthresh_segments * cc->mss_bytes;
    }
    segments->credit = 0;
    segments->reduced = kind == TCP_CC_LOSS_RECOVERY;
    bool timeout = kind == TCP_CC_LOSS_TIMEOUT || kind == TCP_CC_LOSS_TIMEOUT_AGAIN;
    cc->cwnd_bytes = timeout ? cc->mss_bytes : MIN(cc->cwnd_bytes, cc->ssthresh_bytes);
}

void tcp_cc_segments_undo(TcpCc *cc, TcpCcSegments *segments, uint32_t prior_cwnd_bytes,
                          uint32_t prior_ssthresh_bytes)
{
    segments->reduced = false;
    cc->cwnd_bytes = MAX(cc->cwnd_bytes, prior_cwnd_bytes);
    cc->ssthresh_bytes = MAX(cc->ssthresh_bytes, prior_ssthresh_bytes);
}
