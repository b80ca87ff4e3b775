/* The names that textbooks give to a pair of window and recovery. */

#ifndef TCP_TCP_VARIANT_H
#define TCP_TCP_VARIANT_H

#include "tcp/tcp_cc.h"
#include "tcp/tcp_recovery.h"

typedef struct TcpVariant {
    const char *name; /* the word used in scenarios: `congestion: newreno` */
    const TcpCcOps *cc;
    const TcpRecoveryOps *recovery; /* NULL: sack where both sides agree on it, else newreno */
} TcpVariant;

const TcpVariant *tcp_variant_list(uint32_t *out_count); /* in the manual's order */
const TcpVariant *tcp_variant_find(const char *name);

#endif
