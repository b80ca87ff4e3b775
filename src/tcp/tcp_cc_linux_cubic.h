#ifndef TCP_TCP_CC_LINUX_CUBIC_H
#define TCP_TCP_CC_LINUX_CUBIC_H

#include "tcp/tcp_cc.h"

extern const TcpCcOps tcp_cc_linux_cubic;

#endif
