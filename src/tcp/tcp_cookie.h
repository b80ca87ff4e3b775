/* SYN cookies: under a flood of SYNs a listener keeps nothing of a connection before the handshake
 * is done (RFC 4987 section 3.6). What it must know is in the sequence number of its SYN-ACK, and
 * comes back in the ACK of that:
 *
 *     ISN = F(four-tuple) + client's ISN + (minute << 24) +
 *         (F(four-tuple, client's ISN, minute) + MSS) mod 2^24
 *
 * with a number for one of a few MSS. Window scale and SACK come back where both ends have
 * timestamps, in the lowest six bits of what the client echoes; else they are lost. */

#ifndef TCP_TCP_COOKIE_H
#define TCP_TCP_COOKIE_H

#include "tcp/tcp_internal.h"

/* Answers the SYN of a connection from that opening, and forgets it. Borrows the packet. */
void tcp_cookie_answer(TcpListener *listener, TcpOpening *opening, const Packet *syn,
                       int64_t now_ns);
/* Whether the ACK brings back a cookie of this listener, not older than two minutes. Then *out_syn
 * is the SYN as far as it is known again. */
bool tcp_cookie_check(const TcpListener *listener, const TcpEnds *ends, const Packet *ack,
                      WireTcp *out_syn, int64_t now_ns);

#endif
