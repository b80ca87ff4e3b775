#ifndef TCP_TCP_CC_VEGAS_H
#define TCP_TCP_CC_VEGAS_H

#include "tcp/tcp_cc.h"

extern const TcpCcOps tcp_cc_vegas;

#endif
