/* Fast Open: data on the SYN, for a client that shows a cookie which the server gave it before (RFC
 * 7413).
 *
 * A client asks for a cookie with an option on an ordinary SYN; the SYN-ACK brings it, and the host
 * remembers it with the server's MSS. From then on tcp_connect() holds the SYN back until the
 * program writes. A server that knows the cookie for its own hands the connection to the program in
 * SYN-RECEIVED; any other sign of trouble leads back to the ordinary handshake. */

#ifndef TCP_TCP_FAST_OPEN_H
#define TCP_TCP_FAST_OPEN_H

#include "tcp/tcp_internal.h"

/* What only a connection needs that offers Fast Open, or is asked for it, until its SYN is
 * acknowledged. */
struct TcpFastOpen {
    WireTcpCookie cookie;  /* for the first SYN, or SYN-ACK */
    bool offered;          /* it goes there */
    TcpListener *listener; /* among whose pending ones it counts (4.1.2); NULL: none */
};

/* What a host knows of the servers it has asked, by address. */
typedef struct TcpFastCache TcpFastCache;
void tcp_fast_cache_free(TcpFastCache *cache); /* NULL: there is none yet */

/* ---- the client ---- */

/* An active open begins: settles what its SYN offers and whether it waits for data. */
void tcp_fast_open_begin(TcpConn *conn, int64_t now_ns);
/* How much of what is written the SYN takes: nothing unless it is the first one and has leave. */
uint32_t tcp_fast_open_syn_bytes(const TcpConn *conn);
/* A SYN came with the ACK of ours, which is off the scoreboard. Learns from its options, and has
 * data sent again that went with our SYN and was not taken (4.2.2). */
void tcp_fast_open_answered(TcpConn *conn, const TcpSegment *seg);
/* The SYN was lost, or an ICMP error came: none is tried with this server for a while (4.1.3.1). */
void tcp_fast_open_failed(TcpConn *conn, int64_t now_ns);

/* ---- the server ---- */

/* A connection was spawned for this SYN. Grants a cookie, or takes the connection in at once: then
 * tcp_conn.accepted_early is set. */
void tcp_fast_open_arrival(TcpConn *conn, const TcpSegment *seg);
/* The cookie of a client of this host (4.1.2): a hash of both addresses, the same for all ports. */
void tcp_fast_open_cookie(const TcpStack *tcp, const TcpConfig *config, const TcpEnds *ends,
                          WireTcpCookie *out_cookie);

/* ---- both ---- */

/* The option of the first SYN or SYN-ACK, where room is left for it. */
void tcp_fast_open_offer(const TcpConn *conn, WireTcp *syn);
/* Our SYN is acknowledged, or never will be: the connection is pending no longer. */
void tcp_fast_open_done(TcpConn *conn);

#endif
