/* What the files of this room share and nobody else sees: the connection, the stack, and the
 * steps between the arrival of a segment and what is sent because of it.
 *
 * Every event that touches a connection (a segment, a timer, a call from above) happens between
 * tcp_conn_enter() and tcp_conn_leave(). Inside, code changes variables, notes what the program
 * shall be told and which acknowledgement is due; the outermost tcp_conn_leave() then tells the
 * program, sends what may be sent, announces changed variables, checks the invariants and frees
 * the connection if it has ended. */

#ifndef TCP_TCP_INTERNAL_H
#define TCP_TCP_INTERNAL_H

#include "tcp/tcp_conn.h"
#include "tcp/tcp_pacing.h"
#include "tcp/tcp_reasm.h"
#include "tcp/tcp_rtt.h"
#include "tcp/tcp_sendbuf.h"

/* Timers that never run at the same time share an event. */
enum {
    TCP_SLOT_SENDER,   /* retransmit or persist; what recovery wants to be woken for; TIME-WAIT */
    TCP_SLOT_RECEIVER, /* delayed ACK */
    TCP_N_PLAIN_SLOTS,
    TCP_SLOT_IDLE = TCP_N_PLAIN_SLOTS, /* user timeout while something is outstanding, else
                                        * keep-alive: made when it is first set */
    TCP_N_SLOTS
};
typedef struct TcpIdleTimer {
    SimEvent event; /* first: it is how the timer is found */
    TcpConn *conn;
} TcpIdleTimer;

typedef struct TcpEcn TcpEcn; /* tcp_ecn.h */

/* The four-tuple. */
typedef struct TcpEnds {
    InetAddr local, remote;
    uint16_t local_port, remote_port;
} TcpEnds;

typedef struct TcpFastOpen TcpFastOpen; /* tcp_fast_open.h */

/* What a new connection needs. */
typedef struct TcpOpening {
    TcpEnds ends;
    InetPath path;     /* to the remote end */
    TcpConfig *config; /* a count of it, which the connection takes */
    bool active;       /* begins in CLOSED; else in LISTEN, like the listener that spawns it */
} TcpOpening;

/* When acknowledgements go, by the pace of arriving data: tcp_pace.c. */
typedef struct TcpPace {
    int64_t text_at_ns;   /* when text came last; at first, when the connection was established */
    int64_t delay_ns;     /* of an acknowledgement that waits; 0: no text came yet */
    TcpSeq gap_seq;       /* rcv_nxt that `duplicates` counts for */
    uint16_t quick;       /* so many acknowledgements go at once */
    uint16_t short_bytes; /* the last segment, where it was shorter than a full one; else 0 */
    uint8_t duplicates;   /* acknowledged while a gap stood at gap_seq */
    bool owed;            /* something came that no segment of ours has acknowledged */
    bool at_once;         /* ...and it closed a gap */
    bool pushed, pushed_twice; /* ...and segments that end a write were among it */
    bool interactive; /* the program answers what it reads: answers bear acknowledgements */
    bool compressing; /* what came beyond a gap is told together, by the timer */
} TcpPace;

/* The receive buffer as memory: tcp_space.c. */
typedef struct TcpSpace {
    uint32_t buffer_bytes, most_bytes; /* memory; it may grow so far */
    uint32_t used_bytes;               /* memory of what is held */
    uint32_t clamp_bytes;              /* the largest window that the buffer is good for... */
    uint32_t limit_bytes;              /* ...and how much of it is opened by now */
    uint32_t full_bytes;               /* the longest segment so far */
    uint16_t ratio;                    /* payload of 256 bytes of memory */
    uint32_t read_bytes;               /* what the program reads in a round trip... */
    TcpSeq read_from;                  /* ...counted from here... */
    int64_t read_at_ns;                /* ...and then */
    int64_t rtt_ns;                    /* 0: not known yet */
    uint32_t last_echo;
    TcpSeq round_end;    /* once this has come, a window has gone by... */
    int64_t round_at_ns; /* ...since then; 0: not counted yet */
} TcpSpace;

/* Sending in bursts, and how far the window is used: tcp_burst.c. */
typedef struct TcpBurst {
    TcpSeq small_end;    /* the latest segment that was less than full ends here */
    TcpSeq measured_end; /* of the window in which most_out was seen... */
    uint32_t most_out;   /* ...the most segments outstanding at a time */
    uint32_t used;       /* the same since the window was last used up... */
    int64_t used_at_ns;  /* ...then */
    bool limited;        /* cwnd was what stopped it in that window */
    TcpRttFloor floor;   /* of the time-out */
} TcpBurst;

struct TcpConn {
    /* Look-up. */
    TcpConn *hash_next;
    TcpEnds ends;
    uint8_t state;   /* TcpState; written by tcp_conn_set_state() alone */
    uint8_t busy;    /* nested tcp_conn_enter()s */
    uint8_t notes;   /* bit set of TcpNote not delivered yet */
    uint8_t ack_why; /* PacketWhy of the acknowledgement that is due; PACKET_WHY_NONE: none */

    /* What was agreed, and what this end was told. */
    bool active : 1;                           /* opened by tcp_connect() (MUST-11) */
    bool spawned : 1;                          /* by a listener, and not accepted yet */
    bool released : 1;                         /* the program has let go: nobody will read */
    bool lingering : 1;                        /* CLOSED, but what has arrived is not all read */
    bool sack_ok : 1, ts_ok : 1, scale_ok : 1; /* offered by us; from the peer's SYN on: agreed */
    bool nagle : 1, keep_alive : 1;
    bool corked : 1;  /* what is no full segment waits until it is uncorked */
    bool more : 1;    /* the latest write said that another one follows... */
    bool holding : 1; /* ...and is being made: what is no full segment waits for the next event */
    /* Where it stands. */
    bool ack_first : 1;    /* the due ACK goes out before the program is told */
    bool fin_wanted : 1;   /* the program has closed its side */
    bool fin_sent : 1;     /* snd_nxt is behind the FIN */
    bool fin_seen : 1;     /* fin_seq is valid: a FIN arrived, perhaps early */
    bool fin_reached : 1;  /* all before the FIN has arrived */
    bool urgent_out : 1;   /* snd_up is valid */
    bool urgent_owed : 1;  /* no segment has carried snd_up yet */
    bool urgent_in : 1;    /* rcv_up is valid */
    bool cwnd_limited : 1; /* when last it sent, the congestion window was what stopped it */
    bool writable_told : 1;
    bool probe_out : 1;    /* the octet at snd_nxt was sent as a window probe */
    bool sws_override : 1; /* RFC 9293 3.8.6.2.1 (4) */
    bool advised : 1;      /* R1 was passed */
    /* Fast Open (RFC 7413). */
    bool fast_open : 1;      /* `fast` is valid: our SYN is not acknowledged yet */
    bool syn_waits : 1;      /* in SYN-SENT, and nothing is sent before the program writes */
    bool told_open : 1;      /* the program takes it for established: TCP_NOTE_ESTABLISHED is out */
    bool accepted_early : 1; /* by a cookie: the program has it from SYN-RECEIVED on */
    bool syn_data_acked : 1; /* the data of the SYN was taken, all of it */
    /* The user timeout option (RFC 5482). */
    bool timeout_owed : 1;    /* no segment without SYN has told the peer of ours yet */
    bool timeout_fixed : 1;   /* the program has set it */
    bool timeout_adopted : 1; /* it follows the peer's */
    uint8_t snd_shift, rcv_shift;
    uint8_t syn_timeouts;

    /* Sending; the names of RFC 9293 section 3.3.1. */
    TcpSeq snd_una, snd_nxt, snd_wl1, snd_wl2, iss;
    uint32_t snd_wnd, max_snd_wnd;
    uint32_t unsent_bytes; /* written and never sent */
    TcpSeq buf_seq;        /* of the first byte in sendbuf */
    TcpSeq snd_up;         /* the octet after the urgent data (MUST-62) */
    /* Reports of a narrow path (RFC 5927 7.2), where they are verified. */
    uint16_t longest_acked_bytes; /* of one segment: payload and options */
    uint16_t doubted_mtu_bytes;   /* reported about the segment at doubted_seq; 0: nothing is */
    TcpSeq doubted_seq;
    TcpSeq push_seq;          /* the end of the latest write to be pushed */
    uint16_t seg_limit_bytes; /* payload and options of one segment: peer_mss_bytes, path's MTU */
    uint16_t snd_mss_bytes;   /* payload of one segment that has the usual options */
    uint8_t retries;          /* time-outs since snd_una moved */
    uint8_t probes;           /* window or keep-alive probes since something was heard */
    uint8_t probe_gap;        /* doublings between window probes */
    TcpSentQueue sent;
    TcpSendBuf sendbuf;

    /* Receiving. */
    uint16_t rcv_mss_bytes; /* payload of the largest that came: "full-sized" for delayed ACKs */
    uint16_t adv_mss_bytes; /* what our MSS option says */
    TcpSeq irs;
    TcpSeq rcv_adv; /* right edge of the window as the peer knows it */
    TcpSeq last_ack_sent;
    TcpSeq fin_seq;
    uint32_t rcv_buf_bytes;
    TcpReasm reasm; /* holds rcv_nxt, the FIN not counted */

    /* Timestamps (RFC 7323). */
    uint32_t ts_recent, ts_offset;
    uint32_t ts_recent_at_s;

    TcpStack *tcp;
    TcpConfig *config; /* shared, counted */
    InetPath path;
    TcpRtt rtt;
    TcpCc cc;
    TcpRecovery recovery;
    TcpPacer *pacer;    /* NULL: nothing is paced */
    TcpIdleTimer *idle; /* NULL: never set */
    SimEvent events[TCP_N_PLAIN_SLOTS];
    uint8_t slot_timer[TCP_N_SLOTS]; /* which TcpTimer the event serves */
    uint8_t reason, advice;          /* TcpReason */
    uint8_t tos;

    uint16_t challenges;       /* answered in this second... */
    uint16_t challenge_second; /* ...since the start of the run; wraps */
    uint16_t peer_mss_bytes;   /* the most that the peer wants in a segment, or our own MSS */
    uint32_t trouble_since_ms; /* when the segment or probe was sent that has had no answer yet */
    uint32_t user_timeout_ms;  /* 0: none */
    TcpSeq rcv_up;
    int64_t last_sent_at_ns; /* new data */
    int64_t rto_at_ns;       /* when the time-out is due, while recovery is woken before; 0: not */
    union {
        SimKey probe_packet; /* of the first window probe while probe_out */
        TcpFastOpen *fast;   /* while `fast_open`: then there are no such probes */
    };

    TcpNoteFn on_note; /* NULL: nobody holds it */
    union {
        void *holder;          /* on_note's */
        TcpListener *listener; /* while `spawned` */
    };
    TcpConn *prev, *next; /* of the stack, in the order of their making */
    uintptr_t tag;
    TcpBurst *burst; /* NULL unless the configuration has a key of its own for it */
    TcpPace *pace;   /* NULL unless the configuration says `quick-ack` */
    TcpSpace *space; /* NULL unless it says how far the receive buffer may grow */
    TcpEcn *ecn;     /* NULL: neither offered nor agreed */
    TcpVars *told;   /* as last announced; NULL while nobody watches */
    uint64_t bytes_retransmitted, bytes_delivered;
    uint32_t segments_sent, segments_received, segments_retransmitted;
    uint32_t timeouts, fast_retransmits, dupacks_received;
};

struct TcpListener {
    TcpStack *tcp;
    InetAddr addr;
    uint16_t port;
    TcpConfig *config; /* shared, counted */
    TcpListenerFn on_ready;
    void *holder;
    uint32_t pending;         /* connections not yet accepted, those in SYN-RCVD counted */
    uint32_t fast_pending;    /* opened by Fast Open whose handshake is not done, accepted or not */
    int64_t cookies_until_ns; /* a SYN cookie was given that is good till then */
    GQueue ready;             /* of TcpConn: handshake complete, oldest first */
};

/* A segment of a host's only connection touches the first line and no other. */
struct TcpStack {
    InetStack *inet;
    NetNode *node; /* clock, entity and packets */
    const TcpProbe *probe;
    TcpConn **buckets; /* of the table; &sole while there is one */
    uint32_t bucket_count, conn_count;
    TcpConn *sole; /* the bucket of the first connection */
    TcpStackStats stats;

    TcpConfig *config; /* shared, counted */
    TcpConn *first, *last;
    GPtrArray *listeners;
    uint64_t secret[2];              /* keys every hash of a four-tuple */
    uint64_t fast_key[2];            /* of Fast Open's cookies, where the configuration has none */
    struct TcpFastCache *fast_cache; /* NULL: no server was asked yet */
    uint64_t seed;
    int64_t fixed_isn, fixed_isn_at_ns; /* -1: none yet; the configured number and its first use */
    uint32_t next_port;
};

G_STATIC_ASSERT(offsetof(TcpStack, stats.segments_retransmitted) == SIM_LINE_BYTES);

/* A segment being looked at. Checks cut it to what lies in the window. */
typedef struct TcpSegment {
    Packet *pkt;
    const WireTcp *tcp;
    TcpSeq seq;
    uint32_t len_bytes; /* of text */
    uint32_t wnd;       /* scaled */
    uint16_t flags;
    bool fin_acked;      /* it acknowledges our FIN, and the state has not followed yet */
    bool cut;            /* its end lay beyond the window */
    InetDiscard discard; /* TCP_DROP, TCP_REPLY: why it goes no further */
    PacketWhy reply;     /* TCP_REPLY: which acknowledgement answers it */
    int64_t now_ns;
} TcpSegment;

/* What a check of RFC 9293 section 3.10.7 says. */
typedef enum TcpVerdict {
    TCP_CONTINUE,
    TCP_DROP,
    TCP_REPLY, /* drop it and answer with an acknowledgement */
    TCP_DONE   /* nothing more to look at; it was of use */
} TcpVerdict;

/* ---- tcp_stack.c ---- */

typedef enum TcpHashUse {
    TCP_HASH_CLOCKS, /* offsets of the sequence number's and the timestamp's clock */
    TCP_HASH_PORT,
    TCP_HASH_STREAM
} TcpHashUse;
/* A counted reference to a copy of config; NULL: to the stack's own. */
TcpConfig *tcp_stack_share_config(TcpStack *tcp, const TcpConfig *config);
/* A keyed hash of the four-tuple, one for each use (RFC 6528, RFC 7323 7.1, RFC 6056 3.3.3). */
uint64_t tcp_stack_hash(const TcpStack *tcp, TcpHashUse use, const TcpEnds *ends);
TcpConn *tcp_stack_find(const TcpStack *tcp, const TcpEnds *ends);
void tcp_stack_add(TcpStack *tcp, TcpConn *conn);
/* No segment will find it any more. */
void tcp_stack_hide(TcpStack *tcp, TcpConn *conn);
/* The stack forgets it; it is CLOSED and hidden, or else hidden too. */
void tcp_stack_remove(TcpStack *tcp, TcpConn *conn);
/* An ephemeral local port for the other three (RFC 6056 algorithm 3); 0: all are taken. */
uint16_t tcp_stack_pick_port(TcpStack *tcp, const TcpEnds *ends);
/* The initial sequence number of a new connection (RFC 6528, or the scenario's); offset: of its
 * four-tuple. */
TcpSeq tcp_stack_isn(TcpStack *tcp, const TcpConfig *config, uint32_t offset, int64_t now_ns);
void tcp_stack_receive(void *above, Packet *pkt, int64_t now_ns);          /* an InetProtocolFn */
void tcp_stack_ahead(const void *above, const Packet *pkt, unsigned step); /* an InetAheadFn */

/* ---- tcp_conn.c ---- */

/* A connection in CLOSED or LISTEN, known to the stack, announced. */
TcpConn *tcp_conn_new(TcpStack *tcp, const TcpOpening *opening, int64_t now_ns);
/* Without a word to anyone. */
void tcp_conn_free(TcpConn *conn);
/* Before anything is sent. */
void tcp_conn_set_iss(TcpConn *conn, TcpSeq iss);
/* Sets the user timeout, in whole milliseconds, at least one; 0: none. */
void tcp_conn_set_user_timeout(TcpConn *conn, int64_t timeout_ns);
void tcp_conn_enter(TcpConn *conn);
void tcp_conn_leave(TcpConn *conn, int64_t now_ns);
/* The one writer of the state; the event must mean something in the present one. */
void tcp_conn_set_state(TcpConn *conn, TcpEvent event, int64_t now_ns);
/* Congestion control and recovery begin; segment size and options are settled. */
void tcp_conn_start_sending(TcpConn *conn, int64_t now_ns);
/* The handshake is done. */
void tcp_conn_established(TcpConn *conn, TcpEvent event, int64_t now_ns);
/* The event ends the connection: CLOSED, timers off, found no more; the program will be told the
 * reason. */
void tcp_conn_end(TcpConn *conn, TcpEvent event, TcpReason reason, int64_t now_ns);
/* The same with a RST to the peer first, where the state calls for one (RFC 9293 3.10.5). */
void tcp_conn_reset(TcpConn *conn, TcpEvent event, TcpReason reason, int64_t now_ns);
/* Other timers off, buffers given back, 2 MSL begin. */
void tcp_conn_time_wait(TcpConn *conn, TcpEvent event, int64_t now_ns);
void tcp_conn_note(TcpConn *conn, TcpNote note);
/* The last byte of a connection that lingers was read: the program will be told that it is gone. */
void tcp_conn_all_read(TcpConn *conn, int64_t now_ns);
uint32_t tcp_conn_initial_window(const TcpConn *conn); /* RFC 6928, 5681 */
/* Largest payload of one segment now, room for the SACK blocks it may carry taken off. */
uint32_t tcp_conn_segment_bytes(const TcpConn *conn);
/* Segments hold so many bytes of payload and options from now on (MUST-16). */
void tcp_conn_limit_segments(TcpConn *conn, uint16_t seg_limit_bytes);

static inline TcpSeq tcp_conn_rcv_nxt(const TcpConn *conn)
{
    return conn->reasm.rcv_nxt + conn->fin_reached;
}
/* Data or a FIN waits to be sent for the first time. */
static inline bool tcp_conn_has_unsent(const TcpConn *conn)
{
    return conn->unsent_bytes != 0 || (conn->fin_wanted && !conn->fin_sent);
}

/* ---- tcp_options.c ---- */

/* What the configuration lets a new connection offer; its path is known. */
void tcp_options_init(TcpConn *conn);
/* Adds what only a SYN carries. */
void tcp_options_offer(const TcpConn *conn, WireTcp *syn);
bool tcp_options_wants_sack(const TcpConfig *config);
/* What the MSS option of a SYN says. */
uint16_t tcp_options_advertised_mss(const TcpConfig *config, const InetPath *path);
/* Payload and options of one segment over a path of this MTU. */
uint16_t tcp_options_segment_bytes(const TcpConn *conn, uint32_t mtu_bytes);
/* Takes the peer's SYN: MSS, window scale, SACK, timestamps. */
void tcp_options_accept(TcpConn *conn, const WireTcp *syn, int64_t now_ns);
/* The timestamp clock of the connection. */
uint32_t tcp_options_clock(const TcpConn *conn, int64_t now_ns);
void tcp_options_take_timestamp(TcpConn *conn, uint32_t ts_val, int64_t now_ns);
/* RFC 7323 5.3 (R1): the segment's timestamp is older than the last one. */
bool tcp_options_is_old(const TcpConn *conn, const WireTcp *tcp, int64_t now_ns);

/* ---- tcp_window.c ---- */

/* Window that the peer has been offered, from rcv_nxt on. */
static inline uint32_t tcp_window_offered(const TcpConn *conn)
{
    TcpSeq rcv_nxt = tcp_conn_rcv_nxt(conn);
    return seq_gt(conn->rcv_adv, rcv_nxt) ? conn->rcv_adv - rcv_nxt : 0;
}
/* The window that the memory of the buffer is good for now (tcp_space.c). */
uint32_t tcp_space_window(const TcpConn *conn);
/* The window field of the next segment; moves the right edge. */
uint16_t tcp_window_advertise(TcpConn *conn, bool syn);
/* Whether an acknowledgement for the window's sake alone is due, because the program has read. */
bool tcp_window_update_due(const TcpConn *conn);
uint8_t tcp_window_shift(uint32_t buffer_bytes);

/* The window as the latest segment told it. */
static inline uint32_t tcp_window_told(const TcpConn *conn)
{
    return seq_gt(conn->rcv_adv, conn->last_ack_sent) ? conn->rcv_adv - conn->last_ack_sent : 0;
}
/* Whether an acknowledgement now would offer a window no smaller than the one before. */
static inline bool tcp_window_keeps(const TcpConn *conn)
{
    return conn->space == NULL || tcp_space_window(conn) >= tcp_window_told(conn);
}

/* ---- tcp_pace.c: where conn->pace is not NULL ---- */

void tcp_pace_init(TcpConn *conn, int64_t now_ns);
/* In-order text was taken; closed_gap: nothing waits beyond a gap any more. */
void tcp_pace_text(TcpConn *conn, const TcpSegment *seg, bool closed_gap);
/* The peer's FIN was reached, and the program has not closed its side. */
void tcp_pace_fin(TcpConn *conn);
/* The peer sends again what has arrived, or into a closed window: answers go at once for a while.
 */
void tcp_pace_hurry(TcpConn *conn);
/* All of a segment was looked at: its acknowledgement goes at once, or a timer runs. */
void tcp_pace_decide(TcpConn *conn, int64_t now_ns);
/* Whether the program's reading makes the acknowledgement go that is owed. */
bool tcp_pace_due_after_read(const TcpConn *conn);
void tcp_pace_ack_sent(TcpConn *conn);
void tcp_pace_data_sent(TcpConn *conn, int64_t now_ns);
/* The timer has expired. */
void tcp_pace_timer(TcpConn *conn);

/* ---- tcp_space.c: where conn->space is not NULL ---- */

/* The window scale of a new connection. */
uint8_t tcp_space_shift(const TcpConfig *config);
void tcp_space_init(TcpConn *conn);
void tcp_space_established(TcpConn *conn, int64_t now_ns);
/* Text was kept, in order or beyond a gap. True: the window opens further. */
bool tcp_space_text(TcpConn *conn, const TcpSegment *seg, bool in_order);
/* The field of the next segment; moves the right edge. */
uint16_t tcp_space_advertise(TcpConn *conn, bool syn);
bool tcp_space_update_due(const TcpConn *conn);
/* The program has read so many bytes. */
void tcp_space_read(TcpConn *conn, uint32_t len_bytes, int64_t now_ns);
/* A segment with text came, and has not been kept yet: the round trip that its echo tells. */
void tcp_space_echo(TcpConn *conn, const TcpSegment *seg);

/* ---- tcp_listen.c ---- */

TcpListener *tcp_listener_find(const TcpStack *tcp, InetAddr addr, uint16_t port);
/* A segment for a listener (RFC 9293 3.10.7.2). Takes the packet. beyond: a sequence number that
 * the new connection's must exceed (RFC 1122 4.2.2.13), or NULL. */
void tcp_listener_arrival(TcpListener *listener, Packet *pkt, const TcpSeq *beyond, int64_t now_ns);
/* No connection more may wait for the program; false too where the backlog counts those in
 * SYN-RCVD, for then it never comes to that. */
bool tcp_listener_ready_full(const TcpListener *listener);
/* Announced: the program closes it, or the host crashes. Without a word: tcp_listener_free(). */
void tcp_listener_end(TcpListener *listener, TcpEvent event);
void tcp_listener_free(TcpListener *listener);
/* A spawned connection has completed its handshake, and has ended before it was accepted. */
void tcp_listener_ready(TcpListener *listener, TcpConn *conn, int64_t now_ns);
void tcp_listener_lost(TcpListener *listener, TcpConn *conn);

/* ---- tcp_input.c ---- */

/* A segment for a connection. Takes the packet. */
void tcp_input(TcpConn *conn, Packet *pkt, int64_t now_ns);
/* Reads the segment of a packet; shift: the peer's window scale. */
void tcp_input_begin(TcpSegment *seg, Packet *pkt, uint8_t shift, int64_t now_ns);
void tcp_input_announce(const TcpConn *conn, const Packet *pkt, int64_t now_ns);
/* Cuts off what lies beyond the window, and notes it in seg->cut. */
void tcp_input_trim(const TcpConn *conn, TcpSegment *seg);
/* Challenge ACK (RFC 5961), unless the second's share is used up. */
TcpVerdict tcp_input_challenge(TcpConn *conn, TcpSegment *seg, InetDiscard discard);

/* ---- tcp_text.c ---- */

/* URG, text and FIN. */
TcpVerdict tcp_text_arrival(TcpConn *conn, TcpSegment *seg);
/* Keeps what text and FIN a SYN brought for after the handshake. */
void tcp_text_early(TcpConn *conn, TcpSegment *seg);
/* The text that is left of the segment, owned by the caller. */
Payload tcp_text_take(TcpSegment *seg);

/* ---- tcp_handshake.c ---- */

/* A SYN without ACK, in LISTEN and in SYN-SENT: SYN-RECEIVED, and the answer. */
void tcp_handshake_syn_only(TcpConn *conn, TcpSegment *seg);
/* The ACK of a SYN cookie came: SYN-RECEIVED as if its SYN had just been answered. */
void tcp_handshake_by_cookie(TcpConn *conn, TcpSegment *syn);
/* RFC 9293 3.10.7.3. */
TcpVerdict tcp_handshake_syn_sent(TcpConn *conn, TcpSegment *seg);
/* The ACK check in SYN-RECEIVED. */
TcpVerdict tcp_handshake_syn_rcvd(TcpConn *conn, TcpSegment *seg);

/* ---- tcp_ack.c ---- */

/* RFC 9293 3.10.7.4, fifth, for the synchronised states. */
TcpVerdict tcp_ack_check(TcpConn *conn, TcpSegment *seg);
/* Takes the window of a segment that is new enough. */
void tcp_ack_take_window(TcpConn *conn, const TcpSegment *seg);
/* Lets the acknowledgement of our SYN leave the scoreboard and time the round trip. */
void tcp_ack_syn(TcpConn *conn, const TcpSegment *seg);

/* ---- tcp_output.c ---- */

/* Sends all that may go now, and sees to the sender's timer. */
void tcp_output(TcpConn *conn, int64_t now_ns);
void tcp_output_syn(TcpConn *conn, int64_t now_ns);
/* Our SYN went out when there was no connection yet. */
void tcp_output_recall_syn(TcpConn *conn, int64_t now_ns);
/* Sends the i-th record of the scoreboard again, cut to the present segment size. Returns the
 * packet's id. */
SimKey tcp_output_again(TcpConn *conn, uint32_t i, PacketWhy why, int64_t now_ns);
/* Sends one octet into a closed window (RFC 9293 3.8.6.1). */
void tcp_output_probe(TcpConn *conn, int64_t now_ns);
/* An ACK reached the octet sent as a probe: it counts as sent now. */
void tcp_output_adopt_probe(TcpConn *conn, int64_t now_ns);

/* ---- tcp_burst.c: where conn->burst is not NULL ---- */

/* Whether connections so configured have it. */
static inline bool tcp_burst_wanted(const TcpConfig *config)
{
    return config->offload || config->minshall || config->validation || config->floored_rto;
}
/* Sending begins. */
void tcp_burst_start(TcpConn *conn, int64_t now_ns);
/* Nagle's algorithm lets a small segment go. */
bool tcp_burst_passes_nagle(const TcpConn *conn);
/* How many bytes of new data leave now, as one burst; 0: none, and *out_limited tells whether cwnd
 * is why. usable_bytes: of the peer's window; in_recovery: nothing is held back. */
uint32_t tcp_burst_bytes(const TcpConn *conn, int64_t may_send_bytes, uint32_t usable_bytes,
                         int64_t now_ns, bool *out_limited);
/* A segment went out; less than full: small. */
void tcp_burst_sent(TcpConn *conn, uint32_t len_bytes);
/* Nothing more goes now. limited: cwnd is why; sent: something went. */
void tcp_burst_validate(TcpConn *conn, bool limited, bool sent, int64_t now_ns);
/* Whether cwnd may grow: it was the limit, or is less than twice what was used in slow start. */
bool tcp_burst_may_grow(const TcpConn *conn);
/* cwnd after idle_ns, for every rto_ns of which it is halved, down to the restart window. */
uint32_t tcp_burst_restart_bytes(const TcpConn *conn, int64_t idle_ns, int64_t rto_ns,
                                 uint32_t restart_bytes);

/* ---- tcp_transmit.c ---- */

typedef struct TcpOut {
    TcpSeq seq;
    uint32_t len_bytes; /* of text, taken from the send buffer */
    uint16_t flags;
    PacketWhy why;
    SimKey original;
    const SimKey *because;
    uint32_t because_count;
} TcpOut;

/* Makes the segment and hands it to IP. Returns its id. */
SimKey tcp_transmit(TcpConn *conn, const TcpOut *out, int64_t now_ns);
/* A bare acknowledgement; none is due after it. */
void tcp_transmit_ack(TcpConn *conn, PacketWhy why, int64_t now_ns);
/* <SEQ=SND.NXT><CTL=RST> */
void tcp_transmit_reset(TcpConn *conn, int64_t now_ns);
/* A segment of no connection, with these flags, numbers and options. path may be NULL. */
void tcp_transmit_stateless(TcpStack *tcp, const TcpEnds *ends, const WireTcp *header,
                            PacketWhy why, InetPath *path, int64_t now_ns);
/* The reset that answers a segment of no connection, or one that a connection cannot accept (RFC
 * 9293 3.5.2, 3.10.7.1). A RST is not answered. */
void tcp_transmit_reset_reply(TcpStack *tcp, const Packet *pkt, int64_t now_ns);

/* ---- tcp_timer.c ---- */

void tcp_timer_init(TcpConn *conn);
void tcp_timer_set(TcpConn *conn, TcpTimer timer, int64_t due_at_ns, int64_t now_ns);
void tcp_timer_cancel(TcpConn *conn, TcpTimer timer, int64_t now_ns);
bool tcp_timer_armed(const TcpConn *conn, TcpTimer timer);
void tcp_timer_cancel_all(TcpConn *conn, int64_t now_ns);
/* The same without a word, for good. */
void tcp_timer_clear(TcpConn *conn);
/* Something was heard from the peer, or sent to it: the keep-alive's idle time begins anew. */
void tcp_timer_keep_alive(TcpConn *conn, int64_t now_ns);
/* TIME-WAIT begins, or begins anew. */
void tcp_timer_time_wait(TcpConn *conn, int64_t now_ns);
/* How long the persist timer waits now. */
int64_t tcp_timer_persist_ns(const TcpConn *conn, int64_t now_ns);
/* Data is waiting, or was acknowledged: the user timeout begins, begins anew, or ends. */
void tcp_timer_user(TcpConn *conn, bool progress, int64_t now_ns);

/* ---- tcp_icmp.c ---- */

void tcp_icmp_error(void *above, const InetError *error, int64_t now_ns);

/* ---- tcp_check.c ---- */

/* What holds between any two events. */
void tcp_check_invariants(const TcpConn *conn);

#endif
