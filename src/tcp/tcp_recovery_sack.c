/* Recovery with SACK (RFC 6675): the scoreboard says which segments are lost, pipe how much is in
 * flight; NextSeg() picks what goes next. A retransmission that is lost itself waits for the
 * time-out. */

#include "tcp/tcp_recovery_sack.h"

#include "tcp/tcp_prr.h"

typedef struct SackState {
    TcpPrr prr;    /* used if the traits say so */
    TcpSeq rescue; /* RescueRxt + 1: no rescue before snd_una has passed it */
    bool rescuing; /* next() just offered a rescue, by rule (4) */
} SackState;

static bool oldest_is_lost(const TcpSentQueue *sent)
{
    return sent->count > 0 && (tcp_sent_at(sent, 0)->flags & TCP_SENT_LOST) != 0;
}

/* RFC 6675 section 5, step (4). */
static void begin(TcpRecovery *recovery, const TcpRecoveryAck *ack)
{
    SackState *state = recovery->state;
    tcp_recovery_fast_retransmit(recovery, TCP_CC_LOSS_RECOVERY, ack->snd_nxt, ack->now_ns);
    tcp_sent_resend_from_oldest(recovery->sent);
    recovery->on = true;
    recovery->counts_pipe = true;
    state->rescue = tcp_sent_at(recovery->sent, 0)->end;
    tcp_prr_begin(&state->prr, recovery, ack);
}

/* Begins and ends recovery. */
static void follow(TcpRecovery *recovery, const TcpRecoveryAck *ack)
{
    if (recovery->on) {
        if (seq_geq(ack->snd_una, recovery->recover)) {
            tcp_recovery_finish(recovery, ack->now_ns);
        }
        return;
    }
    /* RFC 6675 5.1: no new recovery before what was out at a time-out is acknowledged. Section 2:
     * only an ACK that brings SACK news counts as a duplicate. */
    if (recovery->after_timeout || !ack->sent->sack_was_new) {
        return;
    }
    tcp_recovery_count_dupack(recovery, ack);
    if (recovery->dupacks >= TCP_DUPTHRESH || oldest_is_lost(recovery->sent)) {
        begin(recovery, ack);
    }
}

static void on_ack(TcpRecovery *recovery, const TcpRecoveryAck *ack)
{
    SackState *state = recovery->state;
    if (ack->sent->acked_bytes > 0) {
        recovery->dupacks = 0;
        tcp_recovery_check_gone_back(recovery, ack->snd_una);
    }
    uint32_t lost_bytes = recovery->sent->lost_bytes;
    tcp_sent_find_losses(recovery->sent, TCP_DUPTHRESH, recovery->mss_bytes);
    follow(recovery, ack);
    if (recovery->on && recovery->traits.prr) {
        tcp_prr_on_ack(&state->prr, recovery, ack, recovery->sent->lost_bytes > lost_bytes);
    }
}

/* The highest record that is not SACKED: all above it are. */
static uint32_t highest_hole(const TcpSentQueue *sent)
{
    uint32_t i = sent->count - 1;
    while (i > 0 && (tcp_sent_at(sent, i)->flags & TCP_SENT_SACKED)) {
        i--;
    }
    return i;
}

/* Departs: RFC 6675 rescues the highest hole even if it was sent again just before; here its copy
 * is waited for. */
static TcpRecoveryNext rescue(const TcpSentQueue *sent, SackState *state, uint32_t *out_index)
{
    uint32_t i = highest_hole(sent);
    if (tcp_sent_at(sent, i)->flags & TCP_SENT_RETRANSMITTED) {
        return TCP_NEXT_NOTHING;
    }
    state->rescuing = true;
    *out_index = i;
    return TCP_NEXT_RETRANSMIT;
}

/* NextSeg(), RFC 6675 section 4. */
static TcpRecoveryNext next_seg(TcpRecovery *recovery, bool has_new, uint32_t *out_index)
{
    TcpSentQueue *sent = recovery->sent;
    SackState *state = recovery->state;
    uint32_t hole = tcp_sent_next_hole(sent);
    bool below_sacked = hole < sent->count && sent->sacked_bytes > 0 &&
                        seq_leq(tcp_sent_at(sent, hole)->end, sent->highest_sacked);
    *out_index = hole;
    state->rescuing = false;
    if (below_sacked && (tcp_sent_at(sent, hole)->flags & TCP_SENT_LOST)) {
        return TCP_NEXT_RETRANSMIT; /* rule (1) */
    }
    if (has_new) {
        return TCP_NEXT_NEW; /* rule (2) */
    }
    if (below_sacked) {
        return TCP_NEXT_RETRANSMIT; /* rule (3) */
    }
    if (sent->count > 0 && seq_gt(tcp_sent_at(sent, 0)->seq, state->rescue)) {
        return rescue(sent, state, out_index); /* rule (4) */
    }
    return TCP_NEXT_NOTHING;
}

static TcpRecoveryNext next(TcpRecovery *recovery, int64_t may_send_bytes, bool has_new,
                            uint32_t *out_index)
{
    if (recovery->after_timeout) {
        return tcp_recovery_next_lost(recovery, may_send_bytes, has_new, out_index);
    }
    /* RFC 6675 section 5 (C): only while cwnd - pipe >= 1 SMSS. */
    if (may_send_bytes < recovery->mss_bytes) {
        return TCP_NEXT_NOTHING;
    }
    return next_seg(recovery, has_new, out_index);
}

/* RFC 6675 section 5 (C.2): a rescue moves neither HighRxt nor pipe, and there is one a
 * recovery. */
static bool on_retransmit(TcpRecovery *recovery, uint32_t index, int64_t now_ns)
{
    SackState *state = recovery->state;
    const TcpSent *record = tcp_sent_at(recovery->sent, index);
    tcp_prr_on_retransmit(&state->prr, record->end - record->seq);
    if (!state->rescuing) {
        return true;
    }
    state->rescuing = false;
    state->rescue = recovery->recover;
    return false;
}

const TcpRecoveryOps tcp_recovery_sack = {
    .name = "sack",
    .state_bytes = sizeof(SackState),
    .wants_sack = true,
    .on_ack = on_ack,
    .on_timeout = tcp_recovery_go_back,
    .next = next,
    .on_retransmit = on_retransmit,
};
