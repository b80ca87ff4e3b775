/* Loss recovery: what to send again and when a loss is over. How much may be in flight is the
 * congestion control's business. A recovery marks records of the scoreboard and answers one
 * question: what is next.
 *
 * At every ACK the connection calls, in this order, tcp_sent_ack(), tcp_recovery_on_ack(), and, if
 * the ACK moved snd_una, tcp_cc_on_ack() with in_recovery as tcp_recovery_on_ack() returned it. It
 * then sends while tcp_recovery_next() names something, telling tcp_recovery_on_retransmit() of
 * what was sent again. At a retransmission time-out it calls tcp_recovery_on_timeout().
 *
 * A recovery may ask to be woken before that timer expires (tcp_recovery_wake()): the connection
 * asks after each event, and calls tcp_recovery_on_wake() when the time has come. */

#ifndef TCP_TCP_RECOVERY_H
#define TCP_TCP_RECOVERY_H

#include "tcp/tcp_cc.h"
#include "tcp/tcp_sent.h"
#include "wire/packet.h"

#define TCP_DUPTHRESH 3 /* duplicate ACKs that mean a loss (RFC 5681 3.2, RFC 6675 section 2) */

/* What a connection wants of any recovery. */
typedef struct TcpRecoveryTraits {
    bool limited_transmit : 1; /* RFC 3042 */
    bool prr : 1;              /* RFC 9937, where the recovery counts what was delivered... */
    bool whole_segments : 1;   /* ...in segments, rounded up */
    bool linux_rack : 1;       /* RACK in Linux's order: see tcp_recovery_rack.c */
    bool undo : 1;             /* RFC 3522, RFC 3708: what was no loss is taken back */
    bool f_rto : 1;            /* RFC 5682 */
    uint32_t timer_slack_ns;   /* timers run so much longer */
} TcpRecoveryTraits;

/* What wakes a recovery. */
typedef enum TcpRecoveryWake {
    TCP_WAKE_NONE,
    TCP_WAKE_REORDERING, /* what may have been overtaken has had time enough */
    TCP_WAKE_PROBE       /* no ACK comes: the last segment may be lost (RFC 8985 section 7) */
} TcpRecoveryWake;

/* RFC 5682: whose ACK is waited for. */
typedef enum TcpFRto {
    TCP_F_RTO_OFF,
    TCP_F_RTO_FIRST, /* the first after the time-out */
    TCP_F_RTO_SECOND /* that of the new data sent then */
} TcpFRto;

/* What only a connection needs that has had a duplicate ACK, a time-out or a mark. */
typedef struct TcpTrouble {
    /* Of the latest loss, as tcp_undo.c keeps it. */
    uint32_t prior_cwnd_bytes, prior_ssthresh_bytes;
    TcpSeq undo_from, undo_end; /* what was outstanding */
    int64_t first_resent_at_ns; /* -1: nothing was sent again yet */
    uint32_t resent_count;      /* retransmissions that no D-SACK has reported */
    uint8_t f_rto;              /* TcpFRto */
    bool undo_on;               /* a sign may still come */
    bool undone;                /* it came, and there was no other loss since */
    bool echo_seen;             /* an ACK has moved snd_una since */
    bool cut;                   /* snd_una is not beyond cut_end */
    bool cut_by_ecn;            /* ...and it was marks that reduced the window */
    bool cut_untold;            /* the peer has not been told of it by CWR */
    TcpSeq cut_end;             /* snd_nxt when the window was reduced last */
    uint32_t because_count;
    SimKey because[TCP_DUPTHRESH]; /* the trigger: the latest duplicate ACKs, oldest first */
} TcpTrouble;

typedef struct TcpRecoveryOps TcpRecoveryOps;
typedef struct TcpRecovery {
    const TcpRecoveryOps *ops;
    TcpSentQueue *sent; /* the connection's */
    TcpCc *cc;          /* told of losses through tcp_cc_on_loss(), and of their end */
    uint32_t mss_bytes;
    TcpRecoveryTraits traits;
    uint8_t why;            /* PacketWhy of the next retransmission */
    bool on : 1;            /* fast recovery */
    bool after_timeout : 1; /* what was out at a time-out is being sent again, up to `recover` */
    bool counts_pipe : 1;   /* in flight is the scoreboard's pipe; else everything outstanding */
    bool resend_now : 1;    /* the oldest segment goes out at once, whatever the window says... */
    bool probe : 1;         /* ...or, instead, a loss probe */
    bool too_early : 1;     /* this ACK showed that the time-out had been spurious */
    bool keep_timer : 1; /* this ACK does not restart the retransmission timer (RFC 6582 3.2 (3)) */
    TcpSeq recover;      /* RFC 6582 recover + 1, 6675 RecoveryPoint: snd_nxt when it began */
    uint32_t dupacks;    /* in a row */
    uint32_t before_dupacks_bytes; /* outstanding when the first came (RFC 5681 3.2 step 2) */
    uint32_t partial_acks;         /* in this fast recovery (RFC 6582) */
    int32_t allowance_bytes;       /* beyond cwnd, < 0: short of it: limited transmit, inflation */
    TcpTrouble *trouble;           /* NULL: there was none yet */
    void *state;                   /* ops->state_bytes long, zeroed and freed by the wrappers */
} TcpRecovery;

typedef struct TcpRecoveryAck {
    int64_t now_ns;
    const TcpSentAck *sent;      /* what the scoreboard learned, applied already */
    TcpSeq snd_una, snd_nxt;     /* after the ACK */
    bool duplicate;              /* RFC 5681 section 2: a duplicate ACK */
    SimKey packet;               /* the ACK's id */
    int64_t rtt_ns;              /* the sample of this ACK; -1: none */
    int64_t srtt_ns, min_rtt_ns; /* -1 before the first sample */
    /* The latest instant at which a segment can have borne the timestamp that is echoed; -1: there
     * is none, or nothing was sent twice that it could tell apart. */
    int64_t echo_at_ns;
} TcpRecoveryAck;

/* What the sender may do next. */
typedef enum TcpRecoveryNext {
    TCP_NEXT_NOTHING,    /* only a timer or an ACK helps */
    TCP_NEXT_RETRANSMIT, /* *out_index of the scoreboard */
    TCP_NEXT_NEW,        /* new data, if there is any and the window has room */
    TCP_NEXT_PROBE       /* one segment of new data, whatever the congestion window says */
} TcpRecoveryNext;

struct TcpRecoveryOps {
    const char *name; /* the word used in scenarios: tahoe, reno, newreno, sack, rack */
    size_t state_bytes;
    bool wants_sack; /* false: SACK is not offered to the peer */
    /* Required: an ACK was applied to the scoreboard: a duplicate, one of new data, or one with
     * SACK blocks. May mark records, begin and end, change the allowance. */
    void (*on_ack)(TcpRecovery *recovery, const TcpRecoveryAck *ack);
    /* Required: the retransmission timer expired: mark what is deemed lost, set `after_timeout`.
     * The congestion control has been told. */
    void (*on_timeout)(TcpRecovery *recovery, TcpSeq snd_nxt, int64_t now_ns);
    /* Required: the next thing to send while `on` or `after_timeout`, but for resend_now, which the
     * wrapper sees to. */
    TcpRecoveryNext (*next)(TcpRecovery *recovery, int64_t may_send_bytes, bool has_new,
                            uint32_t *out_index);
    /* Optional: record `index` is about to be counted as sent again; false: the copy is not to be
     * counted as in flight. NULL: it is counted. */
    bool (*on_retransmit)(TcpRecovery *recovery, uint32_t index, int64_t now_ns);
    /* Optional: new data went out; it is in the scoreboard. srtt_ns: -1 before the first sample. */
    void (*on_new)(TcpRecovery *recovery, int64_t srtt_ns, int64_t now_ns);
    /* Optional, both or none: when it wants to be woken and what for, TCP_WAKE_NONE: not at all;
     * and that the time has come: it may mark records, begin recovery, set resend_now. */
    TcpRecoveryWake (*wake)(const TcpRecovery *recovery, int64_t *out_at_ns);
    void (*on_wake)(TcpRecovery *recovery, TcpRecoveryWake wake, TcpSeq snd_nxt, int64_t now_ns);
    /* Optional: nothing was lost after all, the scoreboard says so already, and recovery is over.
     */
    void (*on_undo)(TcpRecovery *recovery);
    void (*clear)(TcpRecovery *recovery); /* optional: gives back what the state holds */
};

/* NULL-terminated, in the manual's order. */
const TcpRecoveryOps *const *tcp_recovery_registry(void);
const TcpRecoveryOps *tcp_recovery_find(const char *name);

void tcp_recovery_init(TcpRecovery *recovery, const TcpRecoveryOps *ops, TcpSentQueue *sent,
                       TcpCc *cc);
void tcp_recovery_clear(TcpRecovery *recovery);
/* Before the first data; iss: the SYN is acknowledged already. */
void tcp_recovery_established(TcpRecovery *recovery, uint32_t mss_bytes,
                              const TcpRecoveryTraits *traits, TcpSeq iss);
void tcp_recovery_set_mss(TcpRecovery *recovery, uint32_t mss_bytes);

/* Wrappers: the only callers of the hooks. */

/* Whether the ACK belongs to a fast recovery: TcpCcAck.in_recovery. Sets keep_timer and too_early.
 */
bool tcp_recovery_on_ack(TcpRecovery *recovery, const TcpRecoveryAck *ack);
/* The peer says that a packet was marked. flight_bytes: outstanding before this ACK. Tells the
 * congestion control, unless it has answered congestion in this window of data already (RFC 3168
 * 6.1.2); whether it has been told. After tcp_recovery_on_ack(). */
bool tcp_recovery_on_ecn(TcpRecovery *recovery, uint32_t flight_bytes, TcpSeq snd_nxt,
                         int64_t now_ns);
/* The retransmission timer expired: tells the congestion control first. */
void tcp_recovery_on_timeout(TcpRecovery *recovery, TcpCcLossKind kind, TcpSeq snd_nxt,
                             int64_t now_ns);
/* Everything outstanding is to be sent again, though the network is not to blame. */
void tcp_recovery_resend_all(TcpRecovery *recovery, TcpSeq snd_nxt, int64_t now_ns);
void tcp_recovery_on_wake(TcpRecovery *recovery, TcpRecoveryWake wake, TcpSeq snd_nxt,
                          int64_t now_ns);
TcpRecoveryNext tcp_recovery_next_slow(TcpRecovery *recovery, int64_t may_send_bytes, bool has_new,
                                       uint32_t *out_index);
/* Record `index` went out again in packet `packet`: updates it, and what comes next. */
void tcp_recovery_on_retransmit(TcpRecovery *recovery, uint32_t index, SimKey packet,
                                int64_t now_ns);

/* What to send next. may_send_bytes: cwnd + allowance - in flight, may be negative. has_new: there
 * is unsent data within the receiver's window, Nagle's delay aside. TCP_NEXT_RETRANSMIT is sent
 * without looking at the congestion window again. */
static inline TcpRecoveryNext tcp_recovery_next(TcpRecovery *recovery, int64_t may_send_bytes,
                                                bool has_new, uint32_t *out_index)
{
    if (G_LIKELY(!recovery->on && !recovery->after_timeout && !recovery->resend_now)) {
        return has_new ? TCP_NEXT_NEW : TCP_NEXT_NOTHING;
    }
    return tcp_recovery_next_slow(recovery, may_send_bytes, has_new, out_index);
}

/* New data went out. */
static inline void tcp_recovery_on_new(TcpRecovery *recovery, int64_t srtt_ns, int64_t now_ns)
{
    if (G_UNLIKELY(recovery->ops->on_new != NULL)) {
        recovery->ops->on_new(recovery, srtt_ns, now_ns);
        recovery->probe = false;
    }
}

/* When it wants to be woken. */
static inline TcpRecoveryWake tcp_recovery_wake(const TcpRecovery *recovery, int64_t *out_at_ns)
{
    return G_LIKELY(recovery->ops->wake == NULL) ? TCP_WAKE_NONE
                                                 : recovery->ops->wake(recovery, out_at_ns);
}

/* Bytes deemed in flight, to be compared with cwnd. */
static inline uint32_t tcp_recovery_in_flight_bytes(const TcpRecovery *recovery)
{
    return recovery->counts_pipe ? tcp_sent_pipe_bytes(recovery->sent) : recovery->sent->out_bytes;
}

/* FlightSize for ssthresh (RFC 5681 3.1: what is outstanding in the network), before anything is
 * marked lost. */
uint32_t tcp_recovery_flight_bytes(const TcpRecovery *recovery);

/* May be sent beyond cwnd now; negative: that much less than cwnd. */
static inline int32_t tcp_recovery_allowance_bytes(const TcpRecovery *recovery)
{
    return recovery->allowance_bytes;
}

/* "open", "fast-recovery", "timeout-recovery": a stable word for traces. */
const char *tcp_recovery_phase(const TcpRecovery *recovery);

/* ---- shared parts, for tcp_recovery_*.c ---- */

/* Congestion: tells the congestion control, and remembers for which window of data. */
void tcp_recovery_reduce(TcpRecovery *recovery, TcpCcLossKind kind, uint32_t flight_bytes,
                         TcpSeq snd_nxt, int64_t now_ns);

/* Made when it is first wanted. */
TcpTrouble *tcp_recovery_trouble(TcpRecovery *recovery);
/* Counts a duplicate ACK and remembers its packet; they are counted anew from dupacks 0. */
void tcp_recovery_count_dupack(TcpRecovery *recovery, const TcpRecoveryAck *ack);
/* Fast retransmit (RFC 5681 3.2 step 2 and 3, RFC 6675 section 5 (4)): tells the congestion
 * control, sets `recover`, and has the oldest segment sent at once. The caller sets `on`. */
void tcp_recovery_fast_retransmit(TcpRecovery *recovery, TcpCcLossKind kind, TcpSeq snd_nxt,
                                  int64_t now_ns);
/* A duplicate ACK where the window inflates (RFC 5681 3.2 steps 1 to 4): limited transmit, fast
 * retransmit, inflation. may_begin: it can mean a loss. Not for recoveries with SACK, where pipe
 * shrinks by what was delivered and that is enough (RFC 6675 section 5 (3)). */
void tcp_recovery_on_dupack(TcpRecovery *recovery, const TcpRecoveryAck *ack, bool may_begin);
/* Fast recovery is over; tells the congestion control. */
void tcp_recovery_finish(TcpRecovery *recovery, int64_t now_ns);
/* Everything outstanding that is not SACKed is to be sent again in order, as the window opens
 * (go-back-N). */
void tcp_recovery_go_back(TcpRecovery *recovery, TcpSeq snd_nxt, int64_t now_ns);
/* The same for what was sent last at that instant or before. */
void tcp_recovery_go_back_to(TcpRecovery *recovery, TcpSeq snd_nxt, int64_t sent_by_ns);
/* Ends go-back-N when snd_una has reached `recover`. */
void tcp_recovery_check_gone_back(TcpRecovery *recovery, TcpSeq snd_una);
/* The hook `next` while going back: the first record that is lost and not sent again. */
TcpRecoveryNext tcp_recovery_next_lost(TcpRecovery *recovery, int64_t may_send_bytes, bool has_new,
                                       uint32_t *out_index);
/* The hook `next` where the window inflates: new data in fast recovery, else as above. */
TcpRecoveryNext tcp_recovery_next_inflated(TcpRecovery *recovery, int64_t may_send_bytes,
                                           bool has_new, uint32_t *out_index);

#endif
