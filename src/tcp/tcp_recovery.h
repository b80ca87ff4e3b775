/* Loss recovery: what to send again and when a loss is over. How much may be in flight is the congestion
 * control's business. A recovery marks records of the scoreboard and answers one question: what is next. */

#ifndef TCP_TCP_RECOVERY_H
#define TCP_TCP_RECOVERY_H

#include "tcp/tcp_cc.h"
#include "tcp/tcp_sent.h"

typedef struct TcpRecoveryOps TcpRecoveryOps;
typedef struct TcpRecovery {
    const TcpRecoveryOps *ops;
    TcpSentQueue *sent;   /* the connection's */
    TcpCc *cc;            /* told of losses through tcp_cc_on_loss(), and of their end */
    uint32_t mss_bytes;
    bool sack;            /* both sides agreed on SACK */
    bool on;              /* fast recovery */
    bool after_timeout;   /* RTO recovery: everything up to `recover` may be lost */
    TcpSeq recover;       /* RFC 6582, 6675 RecoveryPoint: highest sequence sent when it began */
    uint32_t dupacks;     /* in a row */
    uint32_t dupthresh;   /* 3 */
    uint32_t inflation_bytes; /* Reno, NewReno: cwnd inflated by segments that have left */
    uint32_t lost_hint;   /* index where the search for lost records goes on */
    SimKey because[3];    /* packets of the latest duplicate ACKs, oldest first: the trigger */
    void *state;          /* ops->state_bytes long */
} TcpRecovery;

typedef struct TcpRecoveryAck {
    int64_t now_ns;
    const TcpSentAck *sent;  /* what the scoreboard learned, applied already */
    TcpSeq snd_una, snd_nxt;
    uint32_t in_flight_bytes; /* FlightSize before the ACK */
    bool duplicate;          /* RFC 5681 section 2: a duplicate ACK */
    SimKey packet;           /* the ACK's id */
} TcpRecoveryAck;

/* What the sender may do next. */
typedef enum TcpRecoveryNext {
    TCP_NEXT_NOTHING,    /* only a timer or an ACK helps */
    TCP_NEXT_RETRANSMIT, /* *out_index of the scoreboard */
    TCP_NEXT_NEW         /* new data, if there is any and the window has room */
} TcpRecoveryNext;

struct TcpRecoveryOps {
    const char *name; /* the word used in scenarios: tahoe, reno, newreno, sack */
    size_t state_bytes;
    bool wants_sack;
    /* Required: an ACK (new or duplicate) was applied to the scoreboard. May mark, begin, end. */
    void (*on_ack)(TcpRecovery *recovery, const TcpRecoveryAck *ack);
    /* Required: the retransmission timer expired: mark what is deemed lost, set `after_timeout`. The
     * caller has told the congestion control and backed the timer off. */
    void (*on_timeout)(TcpRecovery *recovery, TcpSeq snd_nxt, int64_t now_ns);
    /* Required: the next thing to send. `may_send_bytes` is what the congestion window still allows. */
    TcpRecoveryNext (*next)(TcpRecovery *recovery, uint32_t may_send_bytes, uint32_t *out_index);
    /* Required: bytes deemed in flight, to be compared with cwnd. */
    uint32_t (*in_flight_bytes)(const TcpRecovery *recovery);
    /* Optional: bytes that may be sent beyond cwnd now (limited transmit, inflation). NULL: 0. */
    uint32_t (*allowance_bytes)(const TcpRecovery *recovery);
};

const TcpRecoveryOps *const *tcp_recovery_registry(void); /* NULL-terminated */
const TcpRecoveryOps *tcp_recovery_find(const char *name);

void tcp_recovery_init(TcpRecovery *recovery, const TcpRecoveryOps *ops, TcpSentQueue *sent, TcpCc *cc);
void tcp_recovery_clear(TcpRecovery *recovery);
void tcp_recovery_established(TcpRecovery *recovery, uint32_t mss_bytes, bool sack, TcpSeq iss);
/* Wrappers: the only callers of the hooks. */
void tcp_recovery_on_ack(TcpRecovery *recovery, const TcpRecoveryAck *ack);
void tcp_recovery_on_timeout(TcpRecovery *recovery, TcpSeq snd_nxt, int64_t now_ns);
TcpRecoveryNext tcp_recovery_next(TcpRecovery *recovery, uint32_t may_send_bytes,
                                  uint32_t *out_index);
uint32_t tcp_recovery_in_flight_bytes(const TcpRecovery *recovery);
uint32_t tcp_recovery_allowance_bytes(const TcpRecovery *recovery);

#endif
