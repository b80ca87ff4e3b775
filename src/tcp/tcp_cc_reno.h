#ifndef TCP_TCP_CC_RENO_H
#define TCP_TCP_CC_RENO_H

#include "tcp/tcp_cc.h"

extern const TcpCcOps tcp_cc_reno;

#endif
