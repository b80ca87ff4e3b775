#ifndef TCP_TCP_CC_BBR_H
#define TCP_TCP_CC_BBR_H

#include "tcp/tcp_cc.h"

extern const TcpCcOps tcp_cc_bbr;

#endif
