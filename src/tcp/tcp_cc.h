/* Congestion control: the registry, the wrappers that call an algorithm's hooks, and what the
 * algorithms share. What an algorithm is stands in tcp_cc_ops.h. */

#ifndef TCP_TCP_CC_H
#define TCP_TCP_CC_H

#include <glib.h>

#include "sim/sim_rng.h"
#include "tcp/tcp_cc_ops.h"

const TcpCcOps *const *tcp_cc_registry(void); /* NULL-terminated, in the manual's order */
const TcpCcOps *tcp_cc_find(const char *name);

/* The only callers of the hooks; they keep mss <= cwnd and assert the books. */
void tcp_cc_init(TcpCc *cc, const TcpCcOps *ops, Rng *rng);
/* Reads the parameters of ops->params; NULL: their defaults. */
bool tcp_cc_configure(TcpCc *cc, const SimParams *params, GError **error);
void tcp_cc_clear(TcpCc *cc);
void tcp_cc_established(TcpCc *cc, uint32_t mss_bytes, uint32_t initial_window_bytes,
                        int64_t now_ns);
void tcp_cc_on_ack(TcpCc *cc, const TcpCcAck *ack);
void tcp_cc_on_loss(TcpCc *cc, const TcpCcLoss *loss);
void tcp_cc_on_recovered(TcpCc *cc, int64_t now_ns);
void tcp_cc_on_undo(TcpCc *cc, uint32_t prior_cwnd_bytes, uint32_t prior_ssthresh_bytes,
                    int64_t now_ns);
void tcp_cc_on_sent(TcpCc *cc, uint32_t in_flight_bytes, int64_t now_ns);
/* restart_window_bytes: RFC 5681 4.1, min(IW, cwnd) if more than an RTO passed; 0: none is
 * configured. */
void tcp_cc_on_idle(TcpCc *cc, int64_t idle_ns, int64_t rto_ns, uint32_t restart_window_bytes,
                    int64_t now_ns);
void tcp_cc_set_mss(TcpCc *cc, uint32_t mss_bytes);
/* "slow-start", "congestion-avoidance", or the algorithm's own words. */
const char *tcp_cc_phase(const TcpCc *cc);

/* RFC 6928 section 2: min(10 * MSS, max(2 * MSS, 14600)); segments > 0 replaces it by that many. */
uint32_t tcp_cc_initial_window_bytes(uint32_t mss_bytes, uint32_t segments);

/* Shared parts, for tcp_cc_*.c. */

/* Slow start: cwnd grows by min(N, SMSS) for N bytes acknowledged (RFC 5681 3.1 equation 2, which
 * is RFC 3465 with L = 1), or as the connection's TcpSlowStart says. */
void tcp_cc_slow_start(TcpCc *cc, const TcpCcAck *ack);
/* Congestion avoidance of RFC 5681 3.1: one SMSS for each window acknowledged. *counted_bytes:
 * towards the next one; 0 at first and after a loss. */
void tcp_cc_avoid_congestion(TcpCc *cc, uint32_t acked_bytes, uint32_t *counted_bytes);
/* The answer of RFC 5681 3.1 to a loss: half, or one segment after a time-out. */
void tcp_cc_halve(TcpCc *cc, const TcpCcLoss *loss);

#endif
