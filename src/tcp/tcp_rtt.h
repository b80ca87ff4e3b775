/* The retransmission timer's arithmetic (RFC 6298): srtt, rttvar, rto with back-off. */

#ifndef TCP_TCP_RTT_H
#define TCP_TCP_RTT_H

#include <stdint.h>

typedef struct TcpRtt {
    int64_t srtt_ns, rttvar_ns; /* -1 before the first sample */
    int64_t min_rtt_ns;         /* least sample so far; -1: none */
    int64_t rto_ns;             /* without back-off */
    int64_t min_rto_ns, max_rto_ns;
    uint32_t backoff;           /* doublings in force */
} TcpRtt;

/* initial_rto_ns: 1 s (RFC 6298 2.1), 3 s after a lost SYN (5.7) is the caller's business. */
void tcp_rtt_init(TcpRtt *rtt, int64_t initial_rto_ns, int64_t min_rto_ns, int64_t max_rto_ns);
/* Folds one sample into the estimate (section 2); rtt_ns >= 0, never from a segment sent twice unless
 * timestamps tell which (Karn, section 3). samples_per_rtt >= 1 thins the gain when every ACK is timed
 * (RFC 7323 appendix G). Clears the back-off. */
void tcp_rtt_sample(TcpRtt *rtt, int64_t rtt_ns, uint32_t samples_per_rtt);
/* Doubles the time-out (5.5), up to max_rto_ns. */
void tcp_rtt_back_off(TcpRtt *rtt);
void tcp_rtt_clear_back_off(TcpRtt *rtt);
/* The time-out now in force, back-off included. */
int64_t tcp_rtt_rto(const TcpRtt *rtt);

#endif
