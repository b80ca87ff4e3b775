#ifndef TCP_TCP_RECOVERY_RACK_H
#define TCP_TCP_RECOVERY_RACK_H

#include "tcp/tcp_recovery.h"

extern const TcpRecoveryOps tcp_recovery_rack;

#endif
