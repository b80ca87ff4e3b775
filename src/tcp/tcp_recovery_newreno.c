/* NewReno (RFC 6582, the careful variant of its section 3.2 step 2): fast recovery lasts until
 * everything sent before it is acknowledged; a partial ACK shows the next hole, which is sent again
 * at once. */

#include "tcp/tcp_recovery_newreno.h"

/* RFC 6582 3.2 step 3, partial acknowledgements. */
static void on_partial_ack(TcpRecovery *recovery, const TcpRecoveryAck *ack)
{
    uint32_t acked_bytes = ack->sent->acked_bytes;
    recovery->resend_now = true;
    recovery->allowance_bytes -= (int32_t)acked_bytes;
    if (acked_bytes >= recovery->mss_bytes) {
        recovery->allowance_bytes += (int32_t)recovery->mss_bytes;
    }
    /* "For the first partial ACK ... also reset the retransmit timer": the impatient variant. */
    recovery->keep_timer = recovery->partial_acks > 0;
    recovery->partial_acks++;
}

static void on_new_ack(TcpRecovery *recovery, const TcpRecoveryAck *ack)
{
    recovery->dupacks = 0;
    if (!recovery->on) {
        recovery->allowance_bytes = 0;
        tcp_recovery_check_gone_back(recovery, ack->snd_una);
    } else if (seq_geq(ack->snd_una, recovery->recover)) {
        /* Full acknowledgement, option 2: cwnd is ssthresh, as it was set when recovery began. */
        tcp_recovery_finish(recovery, ack->now_ns);
    } else {
        on_partial_ack(recovery, ack);
    }
}

static void on_ack(TcpRecovery *recovery, const TcpRecoveryAck *ack)
{
    if (ack->sent->acked_bytes > 0) {
        on_new_ack(recovery, ack);
    } else if (ack->duplicate) {
        /* RFC 6582 3.2 step 2: while the ACK does not cover more than `recover`, the duplicates may
         * answer segments that were sent twice. */
        tcp_recovery_on_dupack(recovery, ack, seq_gt(ack->snd_una, recovery->recover));
    }
}

const TcpRecoveryOps tcp_recovery_newreno = {
    .name = "newreno",
    .on_ack = on_ack,
    .on_timeout = tcp_recovery_go_back,
    .next = tcp_recovery_next_inflated,
};
