/* Reno: fast retransmit and fast recovery (RFC 5681 section 3.2), which ends with the first ACK of
 * new data. The window inflates by a segment for each one that has left the network; cwnd itself
 * stays at ssthresh. */

#include "tcp/tcp_recovery_reno.h"

static void on_new_ack(TcpRecovery *recovery, const TcpRecoveryAck *ack)
{
    recovery->dupacks = 0;
    recovery->allowance_bytes = 0;
    if (recovery->on) {
        /* RFC 5681 3.2 step 6: deflate. */
        tcp_recovery_finish(recovery, ack->now_ns);
    }
    tcp_recovery_check_gone_back(recovery, ack->snd_una);
}

static void on_ack(TcpRecovery *recovery, const TcpRecoveryAck *ack)
{
    if (ack->sent->acked_bytes > 0) {
        on_new_ack(recovery, ack);
    } else if (ack->duplicate) {
        /* While going back, they answer segments sent twice (RFC 6582 section 4), not a further
         * loss. */
        tcp_recovery_on_dupack(recovery, ack, !recovery->after_timeout);
    }
}

const TcpRecoveryOps tcp_recovery_reno = {
    .name = "reno",
    .on_ack = on_ack,
    .on_timeout = tcp_recovery_go_back,
    .next = tcp_recovery_next_inflated,
};
