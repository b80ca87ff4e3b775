/* Pacing: segments leave one by one, at the rate that the congestion control has set, instead of as
 * fast as the wire takes them.
 *
 * A connection that is paced has a TcpPacer from its establishment on; one that is not, and every
 * one in `standard`, has none. The pacer keeps the earliest time of the next segment, exactly: what
 * is left of a division is carried into the next. It wakes the connection by an event of its own,
 * which is not announced as the other timers are: it would bring two lines for every segment.
 *
 * Not held up, but charged for: what recovery wants at once, a loss probe, a time-out's
 * retransmission. Neither held up nor charged for: what carries no data. The first ten segments of
 * a connection go unpaced, as those of Linux do. */

#ifndef TCP_TCP_PACING_H
#define TCP_TCP_PACING_H

#include <stdbool.h>
#include <stdint.h>

typedef struct TcpConn TcpConn;
typedef struct TcpPacer TcpPacer;

/* Makes the pacer if the configuration or the congestion control wants one. */
void tcp_pacing_start(TcpConn *conn);
/* Gives it back; of a connection that has none, too. */
void tcp_pacing_stop(TcpConn *conn);

/* The rest is for a connection that has a pacer. */

/* True: the next segment must wait, and the connection will be woken when its time has come. */
bool tcp_pacing_holds(TcpConn *conn, int64_t now_ns);
/* Whether a wake-up is due. */
bool tcp_pacing_waits(const TcpConn *conn);
void tcp_pacing_cancel(TcpConn *conn);
/* So many bytes of text went out. */
void tcp_pacing_on_sent(TcpConn *conn, uint32_t len_bytes, int64_t now_ns);
/* Where the algorithm does not set it, the rate follows the window, as in Linux: 2 * cwnd / srtt
 * while the window is below half of ssthresh, else 1.2 * cwnd / srtt. */
void tcp_pacing_follow_window(TcpConn *conn);

#endif
