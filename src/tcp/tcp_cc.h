/* Congestion control: how much may be in flight. What to resend, and when a loss is over, is
 * recovery's business (tcp_recovery.h). An algorithm sees its window, the ACK's facts and its own
 * block; never a connection, a timer or a packet. Windows are bytes; arithmetic is integer. */

#ifndef TCP_TCP_CC_H
#define TCP_TCP_CC_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/sim_params.h"
#include "sim/sim_rng.h"

#define TCP_SSTHRESH_INFINITE UINT32_MAX

typedef struct TcpCcOps TcpCcOps;
typedef struct TcpCc { /* everything an algorithm may see or change */
    const TcpCcOps *ops;
    uint32_t mss_bytes;      /* sender's maximum segment, options taken off */
    uint32_t cwnd_bytes;     /* >= mss_bytes after every hook: the wrapper sees to it */
    uint32_t ssthresh_bytes; /* TCP_SSTHRESH_INFINITE at the start */
    int64_t pacing_bps;      /* 0: not paced */
    Rng *rng;    /* the connection's own stream; NULL unless ops->draws */
    void *state; /* ops->state_bytes long, zeroed and freed by the caller */
} TcpCc;

typedef struct TcpCcAck {
    int64_t now_ns;
    uint32_t acked_bytes;        /* newly acknowledged cumulatively by this ACK, > 0 */
    uint32_t delivered_bytes;    /* newly delivered, by ACK or SACK */
    uint32_t in_flight_bytes;    /* before this ACK */
    int64_t rtt_ns;              /* the sample of this ACK; -1: none */
    int64_t srtt_ns, min_rtt_ns; /* as they stand; -1: no sample yet */
    bool in_recovery;  /* recovery is on: grow nothing unless the algorithm says otherwise */
    bool cwnd_limited; /* the window, not the program or the receiver, held the sender back */
    bool ecn_echo;
} TcpCcAck;

typedef enum TcpCcLossKind {
    TCP_CC_LOSS_RECOVERY,      /* duplicate ACKs or SACK: recovery begins */
    TCP_CC_LOSS_TIMEOUT,       /* first RTO of this data */
    TCP_CC_LOSS_TIMEOUT_AGAIN, /* a further RTO of the same data: RFC 5681 3.1 keeps ssthresh */
    TCP_CC_LOSS_ECN
} TcpCcLossKind;

typedef struct TcpCcLoss {
    int64_t now_ns;
    TcpCcLossKind kind;
    uint32_t in_flight_bytes; /* FlightSize (RFC 5681), before anything is marked lost */
} TcpCcLoss;

struct TcpCcOps {
    const char *name; /* the word used in scenarios */
    size_t state_bytes;
    const SimParamSpec *params; /* optional: its keys in a scenario */
    bool draws;                 /* it wants random numbers: TcpCc.rng */
    /* Optional: reads parameters. Called once, before init; false sets error (a contradiction
     * between values; single ranges are checked before). */
    bool (*configure)(TcpCc *cc, const SimParams *params, GError **error);
    /* Optional: the connection is established; mss, cwnd (initial window) and ssthresh are set. */
    void (*init)(TcpCc *cc, int64_t now_ns);
    /* Required: an ACK moved snd_una. May change cwnd, ssthresh, pacing. */
    void (*on_ack)(TcpCc *cc, const TcpCcAck *ack);
    /* Required: must set ssthresh, and cwnd to where it should be when recovery ends; on a timeout
     * to the loss window. Recovery may hold the sender below or above cwnd meanwhile. */
    void (*on_loss)(TcpCc *cc, const TcpCcLoss *loss);
    void (*on_recovered)(TcpCc *cc, int64_t now_ns); /* optional: no change */
    /* Optional: recovery found that the loss was none; prior values are passed. NULL: they are
     * restored. */
    void (*on_undo)(TcpCc *cc, uint32_t prior_cwnd_bytes, uint32_t prior_ssthresh_bytes,
                    int64_t now_ns);
    /* Optional: new data left. */
    void (*on_sent)(TcpCc *cc, uint32_t in_flight_bytes, int64_t now_ns);
    /* Optional: sending starts again after idle_ns without any. The restart window of RFC 5681 4.1
     * has been applied, if the connection is configured so. */
    void (*on_idle)(TcpCc *cc, int64_t idle_ns, int64_t rto_ns, int64_t now_ns);
};

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

/* RFC 6928 section 2: min(10 * MSS, max(2 * MSS, 14600)); segments > 0 replaces it by that many. */
uint32_t tcp_cc_initial_window_bytes(uint32_t mss_bytes, uint32_t segments);

/* Shared parts, for tcp_cc_*.c. */

/* Slow start: cwnd grows by min(N, SMSS) for N bytes acknowledged (RFC 5681 3.1 equation 2, which
 * is RFC 3465 with L = 1). */
void tcp_cc_slow_start(TcpCc *cc, uint32_t acked_bytes);

static inline bool tcp_cc_in_slow_start(const TcpCc *cc)
{
    return cc->cwnd_bytes < cc->ssthresh_bytes;
}

#endif
