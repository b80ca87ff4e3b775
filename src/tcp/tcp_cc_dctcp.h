/* Data Center TCP (RFC 8257): see tcp_cc_dctcp.c. */

#ifndef TCP_TCP_CC_DCTCP_H
#define TCP_TCP_CC_DCTCP_H

#include "tcp/tcp_cc.h"

/* DCTCP.Alpha in fixed point: this much is 1. */
#define TCP_DCTCP_ALPHA_ONE (UINT32_C(1) << 30)

extern const TcpCcOps tcp_cc_dctcp;

/* DCTCP.Alpha of a connection that is controlled so, 0 to TCP_DCTCP_ALPHA_ONE. */
uint32_t tcp_cc_dctcp_alpha(const TcpCc *cc);

#endif
