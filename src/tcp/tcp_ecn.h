/* Explicit congestion notification of a connection: agreed when it opens, then marks of the
 * network come back from the receiver and reduce the sender's window (RFC 3168 section 6.1, as RFC
 * 8311 leaves it).
 *
 * The block hangs from a connection that offers ECN or has agreed to it, and from no other: every
 * caller looks at TcpConn.ecn first. */

#ifndef TCP_TCP_ECN_H
#define TCP_TCP_ECN_H

#include "tcp/tcp_accecn.h"

struct TcpEcn {
    bool agreed;   /* the handshake has said so; else it is offered */
    bool no_ect;   /* what is sent does not bear ECT, though marks are echoed (RFC 3168 6.1.1) */
    bool echo;     /* receiver: ECE on every ACK until CWR comes (6.1.3), or DCTCP.CE */
    uint8_t holds; /* sender: marks in a row that met a window of one segment (6.1.2) */
    int64_t held_until_ns; /* ...and until when nothing goes out because of it */
    TcpAccEcn *accurate;   /* NULL: classic feedback */
    TcpEcnStats stats;
};

/* ---- the handshake ---- */

/* An active open: offers what the configuration says. */
void tcp_ecn_open(TcpConn *conn);
/* The peer's SYN, or SYN-ACK: agrees, or gives up. */
void tcp_ecn_take_syn(TcpConn *conn, const TcpSegment *seg);
/* The peer's SYN came again while its first was being answered. */
void tcp_ecn_take_syn_again(TcpConn *conn, const TcpSegment *seg);
/* Our SYN has timed out: whatever asks for ECN may be what keeps it from being answered. */
void tcp_ecn_syn_timed_out(TcpConn *conn);
/* Our SYN was answered by a reset (RFC 3168 6.1.1.1): true: it asked for ECN, and goes out again
 * without. */
bool tcp_ecn_syn_reset(TcpConn *conn, int64_t now_ns);
/* It plays no part any more. */
void tcp_ecn_close(TcpConn *conn);

/* ---- segments ---- */

/* A segment that the sequence number lets in, before anything is done with it. */
void tcp_ecn_arrival(TcpConn *conn, const TcpSegment *seg);
/* An ACK of what is outstanding, after recovery has seen it: fills in what the congestion control
 * is told of marks. */
void tcp_ecn_tell(TcpConn *conn, const TcpSegment *seg, TcpCcAck *ack);
/* It has been told: reduces the window, if there is cause. */
void tcp_ecn_react(TcpConn *conn, const TcpCcAck *ack);
/* A segment on its way out: its flags and the codepoint of its IP header. */
void tcp_ecn_fill(TcpConn *conn, const TcpOut *out, Packet *pkt);
/* How long nothing may go out because marks meet a window of one segment; 0: it may now. */
int64_t tcp_ecn_held_ns(const TcpConn *conn, int64_t now_ns);

#endif
