/* The user timeout option (RFC 5482): each end tells how long it will wait for an acknowledgement,
 * and the other may wait as long. Long ones keep a connection over a break of the network, short
 * ones free a server sooner.
 *
 * The names of its section 3: ENABLED is the key, ADV_UTO the program's own user timeout or else
 * the advertised one of the configuration, CHANGEABLE what no program has set. */

#ifndef TCP_TCP_USER_TIMEOUT_H
#define TCP_TCP_USER_TIMEOUT_H

#include "tcp/tcp_internal.h"

/* Octets that the option takes of the next segment without SYN. */
uint32_t tcp_user_timeout_bytes(const TcpConn *conn);
/* Puts the option on a segment, where it is due and has room. */
void tcp_user_timeout_offer(TcpConn *conn, WireTcp *tcp);
/* Adopts the peer's, within the limits (3.1). The segment was acceptable. */
void tcp_user_timeout_take(TcpConn *conn, const WireTcp *tcp, int64_t now_ns);

#endif
