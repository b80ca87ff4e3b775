/* What TCP announces. `trace/` fills the struct in; a NULL pointer means nobody watches. */

#ifndef TCP_TCP_PROBE_H
#define TCP_TCP_PROBE_H

#include "tcp/tcp_fsm.h"
#include "wire/packet.h"

typedef struct TcpConn TcpConn;
typedef struct TcpStack TcpStack;

typedef enum TcpTimer {
    TCP_TIMER_RETRANSMIT,
    TCP_TIMER_REORDERING, /* RFC 8985 6.2 */
    TCP_TIMER_LOSS_PROBE, /* RFC 8985 7.2 */
    TCP_TIMER_PERSIST,
    TCP_TIMER_DELAYED_ACK,
    TCP_TIMER_KEEP_ALIVE,
    TCP_TIMER_TIME_WAIT,
    TCP_TIMER_USER,
    TCP_N_TIMERS
} TcpTimer;
const char *tcp_timer_to_string(TcpTimer timer); /* "retransmit" */

typedef enum TcpTimerChange { TCP_TIMER_SET, TCP_TIMER_CANCELLED, TCP_TIMER_FIRED } TcpTimerChange;

/* Why a connection ended, or what the program is told. One name table. */
typedef enum TcpReason {
    TCP_REASON_NONE,
    TCP_REASON_CLOSED,      /* orderly: both FINs acknowledged */
    TCP_REASON_RESET,       /* the peer reset it */
    TCP_REASON_REFUSED,     /* RST answered our SYN */
    TCP_REASON_ABORTED,     /* our program aborted */
    TCP_REASON_TIMEOUT,     /* R2 or the user timeout passed */
    TCP_REASON_KEEP_ALIVE,  /* keep-alive probes were not answered */
    TCP_REASON_UNREACHABLE, /* hard ICMP error */
    TCP_REASON_NO_ROUTE,
    TCP_REASON_CRASHED,   /* the host crashed */
    TCP_REASON_DATA_LOST, /* closed with unread data: RFC 2525 2.17, RST was sent */
    TCP_N_REASONS
} TcpReason;
const char *tcp_reason_to_string(TcpReason reason); /* msgid for people: "refused by the peer" */

/* The sender's variables as they stand; all windows in bytes. */
typedef struct TcpVars {
    TcpSeq iss, irs, snd_una, snd_nxt, rcv_nxt;
    uint32_t snd_wnd, rcv_wnd;
    uint32_t cwnd_bytes, ssthresh_bytes, in_flight_bytes;
    int64_t srtt_ns, rttvar_ns, rto_ns; /* -1 before the first sample; rto with back-off */
    bool in_recovery;
    /* "slow-start", "congestion-avoidance", "fast-recovery", "timeout-recovery", or the word of an
     * algorithm that has other phases: "startup", "probe-rtt" */
    const char *cc_phase;
} TcpVars;

typedef struct TcpProbe {
    void *watcher;
    /* A listener came to be or was closed. The connections it spawns begin in LISTEN. */
    void (*on_listen)(void *watcher, const TcpStack *tcp, uint16_t port, TcpState from,
                      TcpEvent event, TcpState to, int64_t now_ns);
    /* A connection object came to be (active open, or spawned by a listener), before its first
     * state. */
    void (*on_created)(void *watcher, const TcpConn *conn, int64_t now_ns);
    void (*on_state)(void *watcher, const TcpConn *conn, TcpState from, TcpEvent event, TcpState to,
                     int64_t now_ns);
    /* A segment is about to be handed to IP. because: packets that made TCP send it, when the
     * event being handled does not tell all (three duplicate ACKs). */
    void (*on_segment)(void *watcher, const TcpConn *conn, const Packet *pkt, const SimKey *because,
                       uint32_t because_count, int64_t now_ns);
    /* A segment of this connection arrived; before any check. */
    void (*on_arrival)(void *watcher, const TcpConn *conn, const Packet *pkt, int64_t now_ns);
    /* cwnd, ssthresh, in-flight, windows or timer estimates changed; at most once an event. */
    void (*on_vars)(void *watcher, const TcpConn *conn, int64_t now_ns);
    void (*on_timer)(void *watcher, const TcpConn *conn, TcpTimer timer, TcpTimerChange change,
                     int64_t due_at_ns, int64_t now_ns);
    /* In-order bytes handed to the program. */
    void (*on_delivered)(void *watcher, const TcpConn *conn, const Payload *payload,
                         int64_t now_ns);
    void (*on_closed)(void *watcher, const TcpConn *conn, TcpReason reason, int64_t now_ns);
} TcpProbe;

#endif
