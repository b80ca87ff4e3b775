#ifndef TCP_TCP_RECOVERY_TAHOE_H
#define TCP_TCP_RECOVERY_TAHOE_H

#include "tcp/tcp_recovery.h"

extern const TcpRecoveryOps tcp_recovery_tahoe;

#endif
