/* What a congestion control is: how much may be in flight. What to resend, and when a loss is over,
 * is recovery's business. An algorithm sees its window, the ACK's facts and its own block; never a
 * connection, a timer or a packet. Windows are bytes; arithmetic is integer: the same input must
 * give the same bytes on every machine.
 *
 * This header is installed. An algorithm of your own is a shared object that exports one
 * TcpCcModule under the name of TCP_CC_MODULE; `wirelab run --plugin mycc.so` loads it, and
 * scenarios name it like any other. wirelab-tcp(7) prints an example. It needs this header alone,
 * may keep no state outside of its block, and is called only from one thread. */

#ifndef TCP_TCP_CC_OPS_H
#define TCP_TCP_CC_OPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/sim_params.h"

#define TCP_SSTHRESH_INFINITE UINT32_MAX

typedef struct Rng Rng;                   /* sim_rng.h */
typedef struct TcpSlowStart TcpSlowStart; /* tcp_slow_start.h */
typedef struct _GError GError;            /* GLib's */

typedef struct TcpCcOps TcpCcOps;
typedef struct TcpCc { /* everything an algorithm may see or change */
    const TcpCcOps *ops;
    uint32_t mss_bytes;      /* sender's maximum segment, options taken off */
    uint32_t cwnd_bytes;     /* >= mss_bytes after every hook: the wrapper sees to it */
    uint32_t ssthresh_bytes; /* TCP_SSTHRESH_INFINITE at the start */
    bool self_limited;  /* it sends less than the path takes, on purpose: what is measured meanwhile
                         * counts as if the program had held the sender back */
    int64_t pacing_bps; /* 0: not paced; bits of payload a second */
    Rng *rng;           /* the connection's own stream; NULL unless ops->draws */
    void *state;        /* ops->state_bytes long, zeroed and freed by the caller */
    TcpSlowStart *slow_start; /* the stack's: how slow start grows; NULL: as RFC 5681 says */
} TcpCc;

/* How fast the network delivered, and what an algorithm that models the path asks besides
 * (draft-ietf-ccwg-bbr section 4.1). The newest segment delivered by this ACK is P. */
typedef struct TcpRateSample {
    int64_t rate_bps;          /* valid if interval_ns > 0 */
    int64_t interval_ns;       /* over which the rate was measured; 0: this ACK measures nothing */
    uint64_t total_bytes;      /* delivered on this connection so far */
    uint64_t prior_bytes;      /* the same when P was sent */
    uint32_t delivered_bytes;  /* total less prior */
    uint32_t lost_bytes;       /* deemed lost since P was sent */
    uint32_t newly_lost_bytes; /* deemed lost because of this ACK */
    uint32_t tx_in_flight_bytes;                     /* when P was sent, P included */
    uint32_t prior_in_flight_bytes, in_flight_bytes; /* before this ACK, and now */
    bool app_limited; /* P was sent while the program held the sender back */
    bool repairing;   /* losses are being repaired, after a time-out too */
} TcpRateSample;

typedef struct TcpCcAck {
    int64_t now_ns;
    uint32_t
        acked_bytes; /* newly acknowledged cumulatively by this ACK; 0 only if ops->wants_rate */
    uint32_t delivered_bytes;    /* newly delivered, by ACK or SACK */
    uint32_t in_flight_bytes;    /* before this ACK */
    int64_t rtt_ns;              /* the sample of this ACK; -1: none */
    int64_t srtt_ns, min_rtt_ns; /* as they stand; -1: no sample yet */
    bool in_recovery;  /* recovery is on: grow nothing unless the algorithm says otherwise */
    bool cwnd_limited; /* the window, not the program or the receiver, held the sender back */
    /* Explicit congestion notification: the ACK says that packets were marked, and so many of
     * acked_bytes were in such. The window does not grow on an ACK with ECE (RFC 3168 6.1.2). */
    bool ecn_echo;
    uint32_t marked_bytes;
    const TcpRateSample *rate; /* NULL unless ops->wants_rate */
} TcpCcAck;

typedef enum TcpCcLossKind {
    TCP_CC_LOSS_RECOVERY,      /* duplicate ACKs or SACK: recovery begins */
    TCP_CC_LOSS_TIMEOUT,       /* first RTO of this data */
    TCP_CC_LOSS_TIMEOUT_AGAIN, /* a further RTO of the same data: RFC 5681 3.1 keeps ssthresh */
    TCP_CC_LOSS_ECN            /* packets were marked: once a window; down to one segment */
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
    bool draws; /* it wants random numbers: TcpCc.rng; not for modules, which cannot draw them */
    bool wants_rate;      /* it is told TcpCcAck.rate, of every ACK that delivers anything */
    bool paces;           /* it sets pacing_bps, and the sender is paced */
    bool steers_recovery; /* cwnd counts in recovery too: no rate reduction (PRR) beside it, no
                           * restart window; ssthresh may stay infinite */
    bool mirrors_ecn; /* the receiver echoes marks as they come, not until CWR, and SYNs and resets
                       * bear ECT (RFC 8257 3.2, 3.6), where ECN is agreed */
    /* Optional: reads parameters. Called once, before init; false sets error (a contradiction
     * between values; single ranges are checked before). */
    bool (*configure)(TcpCc *cc, const SimParams *params, GError **error);
    /* Optional: the connection is established; mss, cwnd (initial window) and ssthresh are set. */
    void (*init)(TcpCc *cc, int64_t now_ns);
    /* Required: an ACK moved snd_una; with wants_rate also one that only brings SACK news. May
     * change cwnd, ssthresh, pacing. */
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
    /* Optional: sending starts again after idle_ns > rto_ns without any; with wants_rate, whenever
     * nothing was outstanding. The restart window of RFC 5681 4.1 has been applied, if the
     * connection is configured so. */
    void (*on_idle)(TcpCc *cc, int64_t idle_ns, int64_t rto_ns, int64_t now_ns);
    /* Optional: a stable word for traces: in which phase it is. NULL: slow start or congestion
     * avoidance, by cwnd and ssthresh. */
    const char *(*phase)(const TcpCc *cc);
};

static inline bool tcp_cc_in_slow_start(const TcpCc *cc)
{
    return cc->cwnd_bytes < cc->ssthresh_bytes;
}

/* ---- loadable modules ---- */

/* Counts up whenever something above changes in a way that a module built before would notice. */
#define TCP_CC_ABI 1
#define TCP_CC_MODULE "wirelab_tcp_cc"

typedef struct TcpCcModule {
    uint32_t abi; /* TCP_CC_ABI of the header it was built with */
    const TcpCcOps *ops;
} TcpCcModule;

#endif
