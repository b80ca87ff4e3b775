/* Tahoe (Jacobson 1988): three duplicate ACKs mean a loss, and there is one answer to any loss:
 * slow start from one segment, sending again from the hole on. What the receiver holds already is
 * skipped when an ACK says so. */

#include "tcp/tcp_recovery_tahoe.h"

static void on_ack(TcpRecovery *recovery, const TcpRecoveryAck *ack)
{
    if (ack->sent->acked_bytes > 0) {
        recovery->dupacks = 0;
        tcp_recovery_check_gone_back(recovery, ack->snd_una);
    } else if (ack->duplicate) {
        tcp_recovery_count_dupack(recovery, ack);
        /* Going back sends what the receiver may hold: duplicate ACKs then tell of no further
         * loss. */
        if (recovery->dupacks == TCP_DUPTHRESH && !recovery->after_timeout) {
            tcp_recovery_fast_retransmit(recovery, TCP_CC_LOSS_TIMEOUT, ack->snd_nxt, ack->now_ns);
            tcp_recovery_go_back(recovery, ack->snd_nxt, ack->now_ns);
        }
    }
}

const TcpRecoveryOps tcp_recovery_tahoe = {
    .name = "tahoe",
    .on_ack = on_ack,
    .on_timeout = tcp_recovery_go_back,
    .next = tcp_recovery_next_lost,
};
