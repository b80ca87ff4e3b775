/* What RACK knows of time (RFC 8985 section 5): which segment delivered was sent last, how long its
 * way took, whether the network reorders, and how long to wait for what it may have overtaken.
 * Marks nothing; tcp_recovery_rack.c does. RFC names where they are kept. */

#ifndef TCP_TCP_RACK_H
#define TCP_TCP_RACK_H

#include "tcp/tcp_recovery.h"

typedef struct TcpRack {
    TcpSentMark newest;          /* RACK.xmit_ts, RACK.end_seq; -1: nothing was delivered yet */
    int64_t rtt_ns;              /* RACK.rtt */
    int64_t min_rtt_ns, srtt_ns; /* -1 before the first sample */
    TcpSeq fack;                 /* RACK.fack: the highest end delivered; valid if newest is */
    TcpSeq dsack_round;          /* valid if dsack_seen */
    bool dsack_seen;             /* mult was raised, and snd_una has not reached dsack_round */
    bool reordering_seen;
    uint8_t reo_wnd_mult, reo_wnd_persist;
} TcpRack;

void tcp_rack_init(TcpRack *rack);
/* RFC 8985 6.2, steps 1 to 3: takes what the ACK says was delivered. */
void tcp_rack_update(TcpRack *rack, const TcpRecoveryAck *ack);
/* Step 4: adapts the reordering window. recovered: the ACK ends a recovery. */
void tcp_rack_adapt(TcpRack *rack, const TcpRecoveryAck *ack, bool recovered);
/* RACK.reo_wnd. */
int64_t tcp_rack_reo_wnd_ns(const TcpRack *rack, bool in_recovery, uint32_t sacked_count);

#endif
