/* How slow start grows the window, and when it ends before a loss ends it. One choice for every
 * window that begins with slow start: an algorithm calls tcp_cc_slow_start() and need not know.
 * Off, there is no block and the window grows as RFC 5681 says. */

#ifndef TCP_TCP_SLOW_START_H
#define TCP_TCP_SLOW_START_H

#include "tcp/tcp_cc.h"

typedef struct TcpSlowStartOps TcpSlowStartOps;

/* The head of a block of ops->state_bytes. */
struct TcpSlowStart {
    const TcpSlowStartOps *ops;
};

struct TcpSlowStartOps {
    const char *name;                       /* the word used in scenarios */
    size_t state_bytes;                     /* begins with a TcpSlowStart; zeroed otherwise */
    void (*init)(TcpSlowStart *slow_start); /* optional */
    /* Required: an ACK in slow start: lets cwnd grow; may end slow start by setting ssthresh to
     * cwnd. */
    void (*on_ack)(TcpCc *cc, TcpSlowStart *slow_start, const TcpCcAck *ack);
    void (*on_loss)(TcpCc *cc, TcpSlowStart *slow_start, const TcpCcLoss *loss); /* optional */
    /* Optional: a word for traces; NULL, or no hook: "slow-start". */
    const char *(*phase)(const TcpSlowStart *slow_start);
};

/* NULL-terminated, in the manual's order. */
const TcpSlowStartOps *const *tcp_slow_start_registry(void);

TcpSlowStart *tcp_slow_start_new(const TcpSlowStartOps *ops);

extern const TcpSlowStartOps tcp_slow_start_plus_plus; /* tcp_slow_start_plus_plus.c */

#endif
