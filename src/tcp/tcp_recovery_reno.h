#ifndef TCP_TCP_RECOVERY_RENO_H
#define TCP_TCP_RECOVERY_RENO_H

#include "tcp/tcp_recovery.h"

extern const TcpRecoveryOps tcp_recovery_reno;

#endif
