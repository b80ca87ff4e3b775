#ifndef TCP_TCP_RECOVERY_SACK_H
#define TCP_TCP_RECOVERY_SACK_H

#include "tcp/tcp_recovery.h"

extern const TcpRecoveryOps tcp_recovery_sack;

#endif
