#ifndef TCP_TCP_RECOVERY_LINUX_NEWRENO_H
#define TCP_TCP_RECOVERY_LINUX_NEWRENO_H

#include "tcp/tcp_recovery.h"

extern const TcpRecoveryOps tcp_recovery_linux_newreno;

#endif
