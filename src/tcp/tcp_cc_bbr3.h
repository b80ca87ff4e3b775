#ifndef TCP_TCP_CC_BBR3_H
#define TCP_TCP_CC_BBR3_H

#include "tcp/tcp_cc.h"

extern const TcpCcOps tcp_cc_bbr3;

#endif
