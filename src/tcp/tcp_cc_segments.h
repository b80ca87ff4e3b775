/* A congestion window that grows in whole segments, as Linux counts it: what its Reno and its CUBIC
 * share. */

#ifndef TCP_TCP_CC_SEGMENTS_H
#define TCP_TCP_CC_SEGMENTS_H

#include "tcp/tcp_cc.h"

/* Acknowledgements that have not made up a segment of growth yet. */
typedef struct TcpCcSegments {
    uint32_t credit;
    bool reduced; /* recovery is on, and has reduced the window already */
} TcpCcSegments;

static inline uint32_t tcp_cc_segments(const TcpCc *cc, uint32_t bytes)
{
    return (bytes + cc->mss_bytes - 1) / cc->mss_bytes;
}

static inline uint32_t tcp_cc_cwnd_segments(const TcpCc *cc)
{
    return cc->cwnd_bytes / cc->mss_bytes;
}

/* Slow start: as many segments as were delivered, but no further than ssthresh. Returns how many
 * of `delivered` are left for congestion avoidance. */
uint32_t tcp_cc_segments_slow_start(TcpCc *cc, uint32_t delivered);
/* Congestion avoidance: a segment for every `per_segment` delivered. */
void tcp_cc_segments_avoid(TcpCc *cc, TcpCcSegments *segments, uint32_t per_segment,
                           uint32_t delivered);
/* A loss, for which ssthresh shall be so many segments unless it counts for one that has been
 * answered: sets ssthresh and cwnd. True: ssthresh was set. */
bool tcp_cc_segments_reduces(const TcpCcSegments *segments, TcpCcLossKind kind);
void tcp_cc_segments_reduce(TcpCc *cc, TcpCcSegments *segments, TcpCcLossKind kind,
                            uint32_t ssthresh_segments);
/* The loss was none. */
void tcp_cc_segments_undo(TcpCc *cc, TcpCcSegments *segments, uint32_t prior_cwnd_bytes,
                          uint32_t prior_ssthresh_bytes);

#endif
