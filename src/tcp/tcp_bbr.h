/* The arithmetic that both versions of BBR share: rates are bits of payload a second, gains 1/256.
 */

#ifndef TCP_TCP_BBR_H
#define TCP_TCP_BBR_H

#include <glib.h>
#include <stdint.h>

#include "sim/sim.h"

enum { BBR_UNIT = 256, BBR_PACING_PERCENT = 99 /* a little less than measured: queues drain */ };

/* Bytes at a rate over a time. */
static inline uint64_t bbr_product_bytes(int64_t rate_bps, int64_t time_ns)
{
    return (uint64_t)((unsigned __int128)rate_bps * (uint64_t)time_ns / (8 * SIM_NS_PER_S));
}

/* A gain times the rate, less the margin; at least 1. */
static inline int64_t bbr_paced(int64_t rate_bps, uint32_t gain)
{
    __int128 rate = (__int128)rate_bps * gain * BBR_PACING_PERCENT / (BBR_UNIT * 100);
    return MAX((int64_t)rate, 1);
}

/* A window in a round trip; before one was measured, in a millisecond. */
static inline int64_t bbr_window_rate(uint32_t window_bytes, int64_t srtt_ns)
{
    int64_t rtt_ns = srtt_ns > 0 ? srtt_ns : SIM_NS_PER_MS;
    return (int64_t)((__int128)window_bytes * 8 * SIM_NS_PER_S / rtt_ns);
}

#endif
