/* The retransmission timer's arithmetic (RFC 6298): srtt, rttvar, rto with back-off. */

#ifndef TCP_TCP_RTT_H
#define TCP_TCP_RTT_H

#include <stdint.h>

#include "sim/sim.h"
#include "wire/seq.h"

/* G, the clock granularity: a tick of the timestamp clock (RFC 7323 section 5.4 asks for 1 ms to 1
 * s). It keeps the time-out that far above srtt when the round-trip time does not vary at all, as
 * it may in a simulation. */
#define TCP_RTT_GRANULARITY_NS SIM_NS_PER_MS

typedef struct TcpRtt {
    int64_t srtt_ns, rttvar_ns; /* -1 before the first sample */
    int64_t min_rtt_ns;         /* least sample so far; -1: none */
    int64_t rto_ns;             /* without back-off */
    int64_t min_rto_ns, max_rto_ns;
    uint32_t backoff; /* doublings in force */
} TcpRtt;

/* What tcp_rtt_sample_floored() keeps beside: of four times the mean deviation, the largest of this
 * round trip, which ends when round_end is acknowledged, and what the time-out goes by. */
typedef struct TcpRttFloor {
    TcpSeq round_end;
    int64_t largest_ns, deviation_ns;
} TcpRttFloor;

typedef struct TcpRttSample {
    int64_t rtt_ns;          /* of the newest segment that the ACK covers: for min_rtt_ns */
    int64_t oldest_ns;       /* of the oldest: for the time-out, which must outlast that too */
    TcpSeq snd_una, snd_nxt; /* after the ACK */
} TcpRttSample;

/* initial_rto_ns: 1 s (RFC 6298 2.1), 3 s after a lost SYN (5.7) is the caller's business. */
void tcp_rtt_init(TcpRtt *rtt, int64_t initial_rto_ns, int64_t min_rto_ns, int64_t max_rto_ns);
/* Folds one sample into the estimate (section 2); rtt_ns >= 0, never from a segment sent twice
 * unless timestamps tell which (Karn, section 3). samples_per_rtt >= 1 thins the gain when every
 * ACK is timed (RFC 7323 appendix G). Clears the back-off. */
void tcp_rtt_sample(TcpRtt *rtt, int64_t rtt_ns, uint32_t samples_per_rtt);

/* The same as Linux does it: every sample counts in full; it is four times the deviation that is no
 * less than min_rto_ns, so that the time-out is always that far above srtt; it follows a larger
 * deviation at once, a smaller one by a quarter a round trip, and one that comes of shorter round
 * trips hardly. */
void tcp_rtt_sample_floored(TcpRtt *rtt, TcpRttFloor *floor, const TcpRttSample *sample);

/* After a spurious time-out: the estimate is at least what a first sample would make it, for the
 * path has become longer (RFC 4015 section 3.3). Clears the back-off. */
void tcp_rtt_adapt(TcpRtt *rtt, int64_t rtt_ns);

/* How many samples a round trip brings when every ACK is timed and every second segment is
 * acknowledged (RFC 7323 appendix G: ExpectedSamples), at least 1. */
static inline uint32_t tcp_rtt_expected_samples(uint32_t in_flight_bytes, uint32_t mss_bytes)
{
    uint32_t per_sample_bytes = 2 * mss_bytes;
    return in_flight_bytes <= per_sample_bytes
               ? 1
               : (in_flight_bytes + per_sample_bytes - 1) / per_sample_bytes;
}

/* Doubles the time-out (5.5), up to max_rto_ns. */
void tcp_rtt_back_off(TcpRtt *rtt);
void tcp_rtt_clear_back_off(TcpRtt *rtt);

/* The time-out doubled so many times, fewer than 63, up to max_rto_ns. */
static inline int64_t tcp_rtt_doubled(const TcpRtt *rtt, uint32_t doublings)
{
    return rtt->rto_ns >= rtt->max_rto_ns >> doublings ? rtt->max_rto_ns : rtt->rto_ns << doublings;
}

/* The time-out now in force, back-off included. */
static inline int64_t tcp_rtt_rto(const TcpRtt *rtt)
{
    return tcp_rtt_doubled(rtt, rtt->backoff);
}

#endif
