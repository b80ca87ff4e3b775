/* How wide the path is: path MTU discovery by ICMP (RFC 1191), and what to do where no message
 * comes (RFC 2923 2.1, RFC 4821). What is learned belongs to the host: all connections to a
 * destination have it, and it is forgotten after ten minutes. */

#ifndef TCP_TCP_PATH_H
#define TCP_TCP_PATH_H

#include "tcp/tcp_internal.h"

/* Somebody on the way to dst takes no more than this, as a report says that was believed. Every
 * connection there sends smaller segments, and again what was too big. */
void tcp_path_lower(TcpStack *tcp, InetAddr dst, uint32_t mtu_bytes, int64_t now_ns);
/* The same for a report about the segment of this connection that begins at seq. Where reports are
 * verified, one that longer segments have belied must wait: until the segment times out, which
 * shows that it is true, or is acknowledged, which shows that it was forged (RFC 5927 7.2). */
void tcp_path_report(TcpConn *conn, uint32_t mtu_bytes, TcpSeq seq, int64_t now_ns);
/* Everything up to ack is acknowledged; the scoreboard does not know yet. For verification. */
void tcp_path_acked(TcpConn *conn, TcpSeq ack);
/* The oldest segment has timed out. */
void tcp_path_timed_out(TcpConn *conn, int64_t now_ns);
/* The way was looked up anew: another route, or a path MTU was forgotten. */
void tcp_path_renewed(TcpConn *conn);

#endif
