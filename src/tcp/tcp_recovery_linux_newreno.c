/* NewReno as Linux has it, where SACK is not agreed: each duplicate ACK counts as a segment that
 * was SACKed, so that proportional rate reduction (RFC 9937) spreads the sending of fast recovery
 * where RFC 6582 inflates the window. All is counted in segments. */

#include "tcp/tcp_recovery_linux_newreno.h"

typedef struct LinuxNewReno {
    uint32_t arrived; /* segments that duplicate ACKs tell of, not acknowledged yet */
    /* PRR: since recovery began. */
    uint32_t prior, delivered, sent_again, sent_new;
    TcpSeq snd_nxt; /* up to which sent_new counts */
} LinuxNewReno;

static uint32_t segments(const TcpRecovery *recovery, uint32_t bytes)
{
    return (bytes + recovery->mss_bytes - 1) / recovery->mss_bytes;
}

/* RFC 9937 6.2 for `delivered` more; progress: the ACK moved snd_una. Sets what may be sent. */
static void reduce(TcpRecovery *recovery, LinuxNewReno *state, const TcpRecoveryAck *ack,
                   uint32_t delivered)
{
    int64_t out = recovery->sent->count,
            ssthresh = segments(recovery, recovery->cc->ssthresh_bytes);
    int64_t in_flight = MAX(out - (int64_t)state->arrived - recovery->resend_now, 0);
    bool progress = ack->sent->acked_bytes > 0;
    state->sent_new += segments(recovery, ack->snd_nxt - state->snd_nxt);
    state->snd_nxt = ack->snd_nxt;
    state->delivered += delivered;
    int64_t sent = (int64_t)state->sent_again + state->sent_new, count;
    if (in_flight > ssthresh) {
        count = (state->delivered * ssthresh + state->prior - 1) / state->prior - sent;
    } else {
        count = MAX((int64_t)state->delivered - sent, delivered) + progress;
        count = MIN(count, ssthresh - in_flight);
    }
    count = MAX(count, sent == 0) - recovery->resend_now;
    int64_t room_bytes = MAX(count, 0) * recovery->mss_bytes;
    recovery->allowance_bytes =
        (int32_t)(recovery->sent->out_bytes + room_bytes - recovery->cc->cwnd_bytes);
}

static void begin(TcpRecovery *recovery, LinuxNewReno *state, const TcpRecoveryAck *ack)
{
    uint32_t prior_bytes = recovery->cc->cwnd_bytes;
    tcp_recovery_fast_retransmit(recovery, TCP_CC_LOSS_RECOVERY, ack->snd_nxt, ack->now_ns);
    recovery->on = true;
    state->prior = MAX(segments(recovery, prior_bytes), 1);
    state->delivered = 0;
    state->sent_again = 0;
    state->sent_new = 0;
    state->snd_nxt = ack->snd_nxt;
}

static void on_duplicate(TcpRecovery *recovery, LinuxNewReno *state, const TcpRecoveryAck *ack)
{
    tcp_recovery_count_dupack(recovery, ack);
    state->arrived = MIN(state->arrived + 1, recovery->sent->count - 1);
    if (!recovery->on && recovery->dupacks == TCP_DUPTHRESH && !recovery->after_timeout) {
        begin(recovery, state, ack);
    }
    if (recovery->on) {
        reduce(recovery, state, ack, 1);
    } else if (!recovery->after_timeout && recovery->traits.limited_transmit) {
        recovery->allowance_bytes = (int32_t)(state->arrived * recovery->mss_bytes); /* RFC 3042 */
    }
}

static void on_new_ack(TcpRecovery *recovery, LinuxNewReno *state, const TcpRecoveryAck *ack)
{
    uint32_t acked = segments(recovery, ack->sent->acked_bytes), arrived = state->arrived;
    recovery->dupacks = 0;
    /* One of those acknowledged filled the hole; duplicate ACKs have told of the others. */
    state->arrived -= MIN(arrived, acked - 1);
    if (!recovery->on) {
        state->arrived = 0;
        recovery->allowance_bytes = 0;
        tcp_recovery_check_gone_back(recovery, ack->snd_una);
    } else if (seq_geq(ack->snd_una, recovery->recover)) {
        state->arrived = 0;
        tcp_recovery_finish(recovery, ack->now_ns);
    } else {
        recovery->resend_now = true; /* RFC 6582 3.2 step 3: the next hole */
        reduce(recovery, state, ack, acked > arrived ? acked - arrived : 1);
        recovery->keep_timer = recovery->partial_acks > 0;
        recovery->partial_acks++;
    }
}

static void on_ack(TcpRecovery *recovery, const TcpRecoveryAck *ack)
{
    if (ack->sent->acked_bytes > 0) {
        on_new_ack(recovery, recovery->state, ack);
    } else if (ack->duplicate && recovery->sent->count > 0) {
        on_duplicate(recovery, recovery->state, ack);
    }
}

static void on_timeout(TcpRecovery *recovery, TcpSeq snd_nxt, int64_t now_ns)
{
    LinuxNewReno *state = recovery->state;
    state->arrived = 0;
    tcp_recovery_go_back(recovery, snd_nxt, now_ns);
}

static bool on_retransmit(TcpRecovery *recovery, uint32_t index, int64_t now_ns)
{
    LinuxNewReno *state = recovery->state;
    state->sent_again++;
    return true;
}

const TcpRecoveryOps tcp_recovery_linux_newreno = {
    .name = "linux-newreno",
    .state_bytes = sizeof(LinuxNewReno),
    .on_ack = on_ack,
    .on_timeout = on_timeout,
    .next = tcp_recovery_next_inflated,
    .on_retransmit = on_retransmit,
};
