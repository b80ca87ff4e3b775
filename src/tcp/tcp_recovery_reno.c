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

static void on_dupack(TcpRecovery *recovery, const TcpRecoveryAck *ack)
{
    tcp_recovery_count_dupack(recovery, ack);
    if (recovery->on) {
        /* RFC 5681 3.2 step 4. */
        recovery->allowance_bytes += (int32_t)recovery->mss_bytes;
    } else if (recovery->after_timeout) {
        /* They answer segments sent twice (RFC 6582 section 4), not a further loss. */
    } else if (recovery->dupacks < TCP_DUPTHRESH) {
        tcp_recovery_allow_limited_transmit(recovery);
    } else if (recovery->dupacks == TCP_DUPTHRESH) {
        tcp_recovery_fast_retransmit(recovery, TCP_CC_LOSS_RECOVERY, ack->snd_nxt, ack->now_ns);
        recovery->on = true;
        /* RFC 5681 3.2 step 3: cwnd counts as ssthresh + 3 * SMSS. */
        recovery->allowance_bytes = (int32_t)(TCP_DUPTHRESH * recovery->mss_bytes);
    }
}

static void on_ack(TcpRecovery *recovery, const TcpRecoveryAck *ack)
{
    if (ack->sent->acked_bytes > 0) {
        on_new_ack(recovery, ack);
    } else if (ack->duplicate) {
        on_dupack(recovery, ack);
    }
}

static TcpRecoveryNext next(TcpRecovery *recovery, int64_t may_send_bytes, bool has_new,
                            uint32_t *out_index)
{
    if (recovery->after_timeout) {
        return tcp_recovery_next_lost(recovery, may_send_bytes, has_new, out_index);
    }
    /* RFC 5681 3.2 step 5: new data, as far as the inflated window allows. */
    return has_new ? TCP_NEXT_NEW : TCP_NEXT_NOTHING;
}

const TcpRecoveryOps tcp_recovery_reno = {
    .name = "reno",
    .on_ack = on_ack,
    .on_timeout = tcp_recovery_go_back,
    .next = next,
};
