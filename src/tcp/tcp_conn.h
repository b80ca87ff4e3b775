/* One end of a TCP connection, as the socket room sees it (RFC 9293 section 3.9.1's user
 * interface).
 *
 * A connection is made by tcp_connect() or spawned by a listener; the stack owns it from first
 * to last. Its holder (the socket) may drop it at any time with tcp_close() or tcp_abort(),
 * after which no note follows; after either, and after TCP_NOTE_CLOSED, the pointer must not be
 * used again. Notes are delivered inside the event that causes them, in the order of the list
 * below, when the segment, timer or call has been dealt with and before anything is sent because
 * of it; a holder may call back into the connection from its handler, and what it writes rides
 * with the acknowledgement that is due. Two acknowledgements do not wait for the program: the
 * third segment of the handshake and, unless the configuration says otherwise, the one of a FIN. */

#ifndef TCP_TCP_CONN_H
#define TCP_TCP_CONN_H

#include "tcp/tcp_stack.h"

typedef struct TcpListener TcpListener;

typedef enum TcpNote {
    TCP_NOTE_ESTABLISHED,
    TCP_NOTE_URGENT,      /* urgent data is pending, or its end has moved on (MUST-32) */
    TCP_NOTE_READABLE,    /* in-order bytes wait */
    TCP_NOTE_PEER_CLOSED, /* the peer's FIN: no byte will follow those that wait */
    TCP_NOTE_WRITABLE,    /* it is worth while to write again: half of the send buffer is free, or
                           * nearly nothing is left to be sent. Once after each write, and whenever
                           * the buffer has run empty */
    TCP_NOTE_SENT,        /* everything written, and the FIN if closed, is acknowledged */
    TCP_NOTE_ADVICE,      /* R1 passed (reason: timeout), or a soft ICMP error (reason: unreachable;
                           * SHLD-25): for the log */
    TCP_NOTE_CLOSED       /* the connection is gone; see the reason. After an orderly end it comes
                           * only when everything that had arrived is read */
} TcpNote;

typedef void (*TcpNoteFn)(void *holder, TcpConn *conn, TcpNote note, TcpReason reason,
                          int64_t now_ns);
/* A connection has completed its handshake and waits to be accepted. */
typedef void (*TcpListenerFn)(void *holder, TcpListener *listener, int64_t now_ns);

/* addr unspecified: any. config NULL: the stack's. NULL if the port is taken by another listener
 * on an overlapping address. */
TcpListener *tcp_listen(TcpStack *tcp, InetAddr addr, uint16_t port, const TcpConfig *config,
                        TcpListenerFn on_ready, void *holder);
/* What connections spawned from now on begin with. */
void tcp_listener_configure(TcpListener *listener, const TcpConfig *config);
/* Connections not yet accepted are reset. */
void tcp_listener_close(TcpListener *listener, int64_t now_ns);
uint16_t tcp_listener_port(const TcpListener *listener);
/* The oldest established connection that waits, now held by the caller; NULL if there is none.
 * What arrived before is not announced again: ask tcp_readable_bytes() and tcp_at_eof(). */
TcpConn *tcp_accept(TcpListener *listener, TcpNoteFn on_note, void *holder);

/* Active open. from: one of this host's addresses, or unspecified: the address of the interface
 * that leads there (MUST-44). from_port 0: an ephemeral one (RFC 6056). config NULL: the
 * stack's. NULL: no route, a destination that is not one host (MUST-46), or the four-tuple is in
 * use. */
TcpConn *tcp_connect(TcpStack *tcp, InetAddr from, uint16_t from_port, InetAddr to,
                     uint16_t to_port, const TcpConfig *config, TcpNoteFn on_note, void *holder,
                     int64_t now_ns);

/* Fast Open (RFC 7413), client: where the host has the server's cookie, tcp_connect() sends nothing
 * yet. The SYN goes with the first write, or without data by tcp_connect_now(); a program that has
 * done neither is told TCP_NOTE_ESTABLISHED, once, as if the handshake were done. Server: such a
 * connection is ready for tcp_accept() in SYN-RECEIVED, and may be read from and written to. */
bool tcp_connect_waits(const TcpConn *conn);
void tcp_connect_now(TcpConn *conn, int64_t now_ns);
/* What a SYN that waits can carry; 0: none waits. */
uint32_t tcp_fast_open_room_bytes(const TcpConn *conn);
/* Whether data went, or came, on the SYN and was taken, all of it. */
bool tcp_syn_data_acked(const TcpConn *conn);

/* Room in the send buffer; 0 after tcp_shutdown(). */
uint32_t tcp_send_room_bytes(const TcpConn *conn);
/* Queues the payload, which must fit the room; takes it. Allowed from SYN-SENT on (sent when
 * established). push: RFC 9293's PUSH. urgent: the urgent pointer will point behind the last
 * byte (RFC 6093). */
void tcp_send(TcpConn *conn, Payload payload, bool push, bool urgent, int64_t now_ns);
/* The same for a write that the program will continue: only full segments of it go now, and none is
 * pushed; the rest goes with what comes next, or when an ACK or the persist timer lets it. */
void tcp_send_more(TcpConn *conn, Payload payload, int64_t now_ns);
/* Writes len bytes of the connection's own pattern stream, continuing where the last write
 * ended. */
void tcp_send_pattern(TcpConn *conn, uint32_t len_bytes, bool push, bool urgent, int64_t now_ns);
/* The next in-order bytes, owned by the caller; len 0: none now. Opens the window. */
Payload tcp_receive(TcpConn *conn, uint32_t max_bytes, int64_t now_ns);
uint32_t tcp_readable_bytes(const TcpConn *conn);
/* Bytes from the next unread one up to the urgent mark; 0: none pending (MUST-33). */
uint32_t tcp_urgent_bytes(const TcpConn *conn);
/* Whether the peer's FIN has been reached: all bytes before it are read. */
bool tcp_at_eof(const TcpConn *conn);

/* No more data from here: FIN after what is queued. Receiving goes on. */
void tcp_shutdown(TcpConn *conn, int64_t now_ns);
/* Shutdown, and the holder lets go: no note follows. Unread or later data is answered by RST
 * (RFC 1122 4.2.2.13, RFC 2525 2.17). */
void tcp_close(TcpConn *conn, int64_t now_ns);
/* RST, and gone. */
void tcp_abort(TcpConn *conn, int64_t now_ns);

TcpState tcp_conn_state(const TcpConn *conn);
TcpStack *tcp_conn_stack(const TcpConn *conn);
InetAddr tcp_conn_local_addr(const TcpConn *conn);
InetAddr tcp_conn_remote_addr(const TcpConn *conn);
uint16_t tcp_conn_local_port(const TcpConn *conn);
uint16_t tcp_conn_remote_port(const TcpConn *conn);
bool tcp_conn_is_active(const TcpConn *conn);  /* opened by tcp_connect() */
uint64_t tcp_conn_stream(const TcpConn *conn); /* number of the pattern stream it sends */
void tcp_conn_vars(const TcpConn *conn, TcpVars *out_vars);
/* An opaque word for watchers (the connection's place in a trace); 0 at first. */
uintptr_t tcp_conn_tag(const TcpConn *conn);
void tcp_conn_set_tag(TcpConn *conn, uintptr_t tag);

/* Options that may change while it lives. */
void tcp_set_nagle(TcpConn *conn, bool on, int64_t now_ns);
/* While it is corked only full segments go, until the persist timer expires. */
void tcp_set_cork(TcpConn *conn, bool on, int64_t now_ns);
/* What waits to become a full segment goes now, once. */
void tcp_flush(TcpConn *conn, int64_t now_ns);
void tcp_set_keep_alive(TcpConn *conn, bool on, int64_t now_ns);
void tcp_set_receive_buffer(TcpConn *conn, uint32_t bytes, int64_t now_ns);
void tcp_set_tos(TcpConn *conn, uint8_t tos); /* SHLD-21 */
void tcp_set_user_timeout(TcpConn *conn, int64_t timeout_ns, int64_t now_ns);

/* What came of congestion notification, at this end. */
typedef struct TcpEcnStats {
    bool agreed;           /* by both ends */
    uint32_t ce_received;  /* segments that the network had marked */
    uint32_t ece_sent, ece_received; /* segments with ECE, after the handshake */
    uint32_t reductions;   /* of the window because of marks */
} TcpEcnStats;

/* Counters of one connection. */
typedef struct TcpConnStats {
    uint64_t segments_sent, segments_received, segments_retransmitted;
    uint64_t bytes_sent, bytes_retransmitted, bytes_acked, bytes_delivered;
    uint64_t timeouts, fast_retransmits, dupacks_received;
    TcpEcnStats ecn;
} TcpConnStats;
void tcp_conn_stats(const TcpConn *conn, TcpConnStats *out_stats);

/* Where the sender is with its losses. */
typedef enum TcpLossPhase {
    TCP_PHASE_OPEN,
    TCP_PHASE_DISORDER, /* duplicate ACKs or SACK blocks, and no loss deemed yet */
    TCP_PHASE_RECOVERY,
    TCP_PHASE_LOSS /* after a time-out */
} TcpLossPhase;

/* What a connection knows of itself, for whoever asks now and then: the segments are counted. */
typedef struct TcpConnFacts {
    TcpLossPhase phase;
    bool sack, timestamps, scaling; /* agreed */
    bool syn_data;                  /* tcp_syn_data_acked() */
    bool fin_received;              /* and all before it */
    uint8_t snd_shift, rcv_shift;
    uint32_t timeouts, probes, backoff; /* in a row */
    uint32_t snd_mss_bytes, rcv_mss_bytes, adv_mss_bytes, mtu_bytes;
    uint32_t cwnd_bytes, ssthresh_bytes;    /* TCP_SSTHRESH_INFINITE: none yet */
    int64_t srtt_ns, rttvar_ns, min_rtt_ns; /* -1 before the first sample */
    int64_t rto_ns;
    /* Outstanding segments, and those of them that were SACKed, are deemed lost, have a copy in
     * flight. */
    uint32_t unacked_segments, sacked_segments, lost_segments, resent_segments;
    uint32_t unacked_bytes, unsent_bytes, send_buffer_bytes;
    uint32_t snd_wnd_bytes, rcv_wnd_bytes;
    int64_t last_sent_at_ns;  /* new data */
    uint32_t segments_resent; /* in all */
} TcpConnFacts;
void tcp_conn_facts(const TcpConn *conn, TcpConnFacts *out_facts);

#endif
