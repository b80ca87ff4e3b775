#ifndef TCP_TCP_CC_WESTWOOD_H
#define TCP_TCP_CC_WESTWOOD_H

#include "tcp/tcp_cc.h"

extern const TcpCcOps tcp_cc_westwood;

#endif
