/* Loss recovery: the registry, the wrappers, and what the algorithms share. */

#include "tcp/tcp_recovery.h"

#include <string.h>

#include "tcp/tcp_recovery_linux_newreno.h"
#include "tcp/tcp_recovery_newreno.h"
#include "tcp/tcp_recovery_rack.h"
#include "tcp/tcp_recovery_reno.h"
#include "tcp/tcp_recovery_sack.h"
#include "tcp/tcp_recovery_tahoe.h"
#include "tcp/tcp_undo.h"

static const TcpRecoveryOps *const registry[] = { &tcp_recovery_tahoe,
                                                  &tcp_recovery_reno,
                                                  &tcp_recovery_newreno,
                                                  &tcp_recovery_sack,
                                                  &tcp_recovery_rack,
                                                  &tcp_recovery_linux_newreno,
                                                  NULL };

const TcpRecoveryOps *const *tcp_recovery_registry(void)
{
    return registry;
}

const TcpRecoveryOps *tcp_recovery_find(const char *name)
{
    for (const TcpRecoveryOps *const *ops = registry; *ops != NULL; ops++) {
        if (strcmp((*ops)->name, name) == 0) {
            return *ops;
        }
    }
    return NULL;
}

void tcp_recovery_init(TcpRecovery *recovery, const TcpRecoveryOps *ops, TcpSentQueue *sent,
                       TcpCc *cc)
{
    *recovery = (TcpRecovery){
        .ops = ops,
        .sent = sent,
        .cc = cc,
        .state = ops->state_bytes != 0 ? g_malloc0(ops->state_bytes) : NULL,
    };
}

void tcp_recovery_clear(TcpRecovery *recovery)
{
    if (recovery->ops->clear != NULL && recovery->state != NULL) {
        recovery->ops->clear(recovery);
    }
    g_clear_pointer(&recovery->state, g_free);
    g_clear_pointer(&recovery->trouble, g_free);
}

/* How in-flight bytes are counted while nothing is wrong. Without limited transmit, news of
 * segments delivered above a hole must not let new ones go. */
static void count_as_usual(TcpRecovery *recovery)
{
    recovery->counts_pipe = recovery->ops->wants_sack && recovery->traits.limited_transmit;
}

void tcp_recovery_established(TcpRecovery *recovery, uint32_t mss_bytes,
                              const TcpRecoveryTraits *traits, TcpSeq iss)
{
    recovery->mss_bytes = mss_bytes;
    recovery->traits = *traits;
    recovery->recover = iss;
    count_as_usual(recovery);
}

void tcp_recovery_set_mss(TcpRecovery *recovery, uint32_t mss_bytes)
{
    recovery->mss_bytes = mss_bytes;
}

void tcp_recovery_reduce(TcpRecovery *recovery, TcpCcLossKind kind, uint32_t flight_bytes,
                         TcpSeq snd_nxt, int64_t now_ns)
{
    const TcpCcLoss loss = { .now_ns = now_ns, .kind = kind, .in_flight_bytes = flight_bytes };
    TcpTrouble *trouble = tcp_recovery_trouble(recovery);
    tcp_cc_on_loss(recovery->cc, &loss);
    trouble->cut = true;
    trouble->cut_by_ecn = kind == TCP_CC_LOSS_ECN;
    trouble->cut_untold = true;
    trouble->cut_end = snd_nxt;
}

/* The loss was none (RFC 4015, RFC 9438 4.9). */
static void undo(TcpRecovery *recovery, int64_t now_ns)
{
    TcpTrouble *trouble = recovery->trouble;
    trouble->undone = true;
    tcp_sent_find_again(recovery->sent);
    recovery->on = false;
    recovery->after_timeout = false;
    recovery->resend_now = false;
    recovery->allowance_bytes = 0;
    recovery->dupacks = 0;
    count_as_usual(recovery);
    trouble->cut = false;
    tcp_cc_on_undo(recovery->cc, trouble->prior_cwnd_bytes, trouble->prior_ssthresh_bytes, now_ns);
    tcp_undo_forget(recovery);
    if (recovery->ops->on_undo != NULL) {
        recovery->ops->on_undo(recovery);
    }
}

bool tcp_recovery_on_ack(TcpRecovery *recovery, const TcpRecoveryAck *ack)
{
    bool was_on = recovery->on;
    recovery->keep_timer = false;
    recovery->too_early = false;
    if (G_UNLIKELY(recovery->trouble != NULL)) {
        recovery->trouble->cut &= seq_leq(ack->snd_una, recovery->trouble->cut_end);
        if (tcp_undo_on_ack(recovery, ack)) {
            recovery->too_early = recovery->after_timeout;
            undo(recovery, ack->now_ns);
        }
    }
    recovery->ops->on_ack(recovery, ack);
    return was_on || recovery->on;
}

bool tcp_recovery_on_ecn(TcpRecovery *recovery, uint32_t flight_bytes, TcpSeq snd_nxt,
                         int64_t now_ns)
{
    bool answered = recovery->trouble != NULL && recovery->trouble->cut;
    if (recovery->on || recovery->after_timeout || answered) {
        return false;
    }
    /* What limited transmit sent beyond cwnd is not counted. */
    tcp_recovery_reduce(recovery, TCP_CC_LOSS_ECN, MIN(flight_bytes, recovery->cc->cwnd_bytes),
                        snd_nxt, now_ns);
    return true;
}

void tcp_recovery_on_timeout(TcpRecovery *recovery, TcpCcLossKind kind, TcpSeq snd_nxt,
                             int64_t now_ns)
{
    if (recovery->trouble != NULL && recovery->trouble->undone) {
        /* What the first time-out of the segment did to the window is undone. */
        kind = TCP_CC_LOSS_TIMEOUT;
    }
    bool anew = kind == TCP_CC_LOSS_TIMEOUT && tcp_undo_judges_timeout(recovery);
    if ((!recovery->on && !recovery->after_timeout) || anew) {
        tcp_undo_begin(recovery, true, snd_nxt);
    } else if (kind == TCP_CC_LOSS_TIMEOUT) {
        tcp_undo_forget(recovery);
    }
    tcp_recovery_reduce(recovery, kind, tcp_recovery_flight_bytes(recovery), snd_nxt, now_ns);
    tcp_recovery_resend_all(recovery, snd_nxt, now_ns);
}

void tcp_recovery_resend_all(TcpRecovery *recovery, TcpSeq snd_nxt, int64_t now_ns)
{
    recovery->on = false;
    recovery->probe = false;
    recovery->why = PACKET_WHY_RETRANSMIT_TIMEOUT;
    recovery->ops->on_timeout(recovery, snd_nxt, now_ns);
}

void tcp_recovery_on_wake(TcpRecovery *recovery, TcpRecoveryWake wake, TcpSeq snd_nxt,
                          int64_t now_ns)
{
    recovery->ops->on_wake(recovery, wake, snd_nxt, now_ns);
}

/* Not so where the receiver took back what it had SACKed: that is left to the time-out. */
static bool oldest_is_missing(const TcpSentQueue *sent)
{
    return sent->count > 0 && (tcp_sent_at(sent, 0)->flags & TCP_SENT_SACKED) == 0;
}

/* RFC 8985 7.3: a probe is one segment of new data, or else the last one again. */
static TcpRecoveryNext next_probe(TcpRecovery *recovery, bool has_new, uint32_t *out_index)
{
    const TcpSentQueue *sent = recovery->sent;
    recovery->resend_now = false;
    if (has_new) {
        return TCP_NEXT_PROBE;
    }
    g_assert(sent->count > 0 && sent->sacked_count == 0);
    recovery->why = PACKET_WHY_LOSS_PROBE;
    *out_index = sent->count - 1;
    return TCP_NEXT_RETRANSMIT;
}

TcpRecoveryNext tcp_recovery_next_slow(TcpRecovery *recovery, int64_t may_send_bytes, bool has_new,
                                       uint32_t *out_index)
{
    if (recovery->resend_now) {
        if (recovery->probe) {
            return next_probe(recovery, has_new, out_index);
        }
        if (oldest_is_missing(recovery->sent)) {
            *out_index = 0;
            return TCP_NEXT_RETRANSMIT;
        }
        recovery->resend_now = false;
    }
    if (!recovery->on && !recovery->after_timeout) {
        return has_new ? TCP_NEXT_NEW : TCP_NEXT_NOTHING;
    }
    if (recovery->after_timeout && tcp_undo_wants_new(recovery, has_new)) {
        return TCP_NEXT_NEW;
    }
    return recovery->ops->next(recovery, may_send_bytes, has_new, out_index);
}

void tcp_recovery_on_retransmit(TcpRecovery *recovery, uint32_t index, SimKey packet,
                                int64_t now_ns)
{
    const TcpRecoveryOps *ops = recovery->ops;
    bool counted = ops->on_retransmit == NULL || ops->on_retransmit(recovery, index, now_ns);
    tcp_undo_on_retransmit(recovery, now_ns);
    recovery->probe = false;
    tcp_sent_again(recovery->sent, index, packet, counted, now_ns);
    recovery->resend_now = recovery->resend_now && index != 0;
    recovery->why = PACKET_WHY_RETRANSMIT_RECOVERY;
}

uint32_t tcp_recovery_flight_bytes(const TcpRecovery *recovery)
{
    uint32_t out_bytes = recovery->sent->out_bytes, cwnd_bytes = recovery->cc->cwnd_bytes;
    if (recovery->on || recovery->after_timeout) {
        /* What went beyond cwnd took the place of segments that have left the network, or is lost
         * and not sent again yet. */
        return MIN(out_bytes, cwnd_bytes);
    }
    /* RFC 5681 3.2 step 2: what limited transmit sent beyond cwnd is not counted. */
    return recovery->dupacks == 0 ? out_bytes
                                  : MIN(out_bytes, MAX(cwnd_bytes, recovery->before_dupacks_bytes));
}

const char *tcp_recovery_phase(const TcpRecovery *recovery)
{
    return recovery->on ? "fast-recovery" : recovery->after_timeout ? "timeout-recovery" : "open";
}

/* ---- shared parts ---- */

TcpTrouble *tcp_recovery_trouble(TcpRecovery *recovery)
{
    if (recovery->trouble == NULL) {
        recovery->trouble = g_new0(TcpTrouble, 1);
    }
    return recovery->trouble;
}

void tcp_recovery_count_dupack(TcpRecovery *recovery, const TcpRecoveryAck *ack)
{
    TcpTrouble *trouble = tcp_recovery_trouble(recovery);
    if (recovery->dupacks == 0) {
        recovery->before_dupacks_bytes = recovery->sent->out_bytes;
        trouble->because_count = 0;
    }
    recovery->dupacks++;
    if (trouble->because_count == TCP_DUPTHRESH) {
        memmove(trouble->because, trouble->because + 1,
                (TCP_DUPTHRESH - 1) * sizeof trouble->because[0]);
        trouble->because_count--;
    }
    trouble->because[trouble->because_count++] = ack->packet;
}

/* RFC 3168 6.1.2: what was lost and what was marked in one window is one congestion. */
static bool is_answered(const TcpRecovery *recovery)
{
    const TcpTrouble *trouble = recovery->trouble;
    return trouble != NULL && trouble->cut && trouble->cut_by_ecn && recovery->sent->count > 0 &&
           seq_lt(tcp_sent_at(recovery->sent, 0)->seq, trouble->cut_end);
}

void tcp_recovery_fast_retransmit(TcpRecovery *recovery, TcpCcLossKind kind, TcpSeq snd_nxt,
                                  int64_t now_ns)
{
    tcp_undo_begin(recovery, false, snd_nxt);
    if (!is_answered(recovery)) {
        tcp_recovery_reduce(recovery, kind, tcp_recovery_flight_bytes(recovery), snd_nxt, now_ns);
    }
    recovery->recover = snd_nxt;
    recovery->partial_acks = 0;
    recovery->resend_now = true;
    recovery->why = PACKET_WHY_RETRANSMIT_FAST;
}

void tcp_recovery_on_dupack(TcpRecovery *recovery, const TcpRecoveryAck *ack, bool may_begin)
{
    uint32_t mss_bytes = recovery->mss_bytes;
    tcp_recovery_count_dupack(recovery, ack);
    if (recovery->on) {
        recovery->allowance_bytes += (int32_t)mss_bytes; /* RFC 5681 3.2 step 4 */
    } else if (may_begin && recovery->dupacks < TCP_DUPTHRESH &&
               recovery->traits.limited_transmit) {
        /* RFC 3042: the first and the second allow one new segment each. */
        recovery->allowance_bytes = (int32_t)(recovery->dupacks * mss_bytes);
    } else if (may_begin && recovery->dupacks == TCP_DUPTHRESH) {
        tcp_recovery_fast_retransmit(recovery, TCP_CC_LOSS_RECOVERY, ack->snd_nxt, ack->now_ns);
        recovery->on = true;
        /* Step 3: cwnd counts as ssthresh + 3 * SMSS. */
        recovery->allowance_bytes = (int32_t)(TCP_DUPTHRESH * mss_bytes);
    }
}

void tcp_recovery_finish(TcpRecovery *recovery, int64_t now_ns)
{
    recovery->on = false;
    recovery->resend_now = false;
    recovery->allowance_bytes = 0;
    recovery->dupacks = 0;
    count_as_usual(recovery);
    tcp_cc_on_recovered(recovery->cc, now_ns);
}

void tcp_recovery_go_back(TcpRecovery *recovery, TcpSeq snd_nxt, int64_t now_ns)
{
    tcp_recovery_go_back_to(recovery, snd_nxt, now_ns);
}

void tcp_recovery_go_back_to(TcpRecovery *recovery, TcpSeq snd_nxt, int64_t sent_by_ns)
{
    tcp_sent_lose_old(recovery->sent, sent_by_ns);
    recovery->after_timeout = true;
    recovery->counts_pipe = true;
    recovery->resend_now = true;
    recovery->recover = snd_nxt;
    recovery->allowance_bytes = 0;
    recovery->dupacks = 0;
}

void tcp_recovery_check_gone_back(TcpRecovery *recovery, TcpSeq snd_una)
{
    if (recovery->after_timeout && seq_geq(snd_una, recovery->recover)) {
        recovery->after_timeout = false;
        count_as_usual(recovery);
    }
}

TcpRecoveryNext tcp_recovery_next_lost(TcpRecovery *recovery, int64_t may_send_bytes, bool has_new,
                                       uint32_t *out_index)
{
    uint32_t index = tcp_sent_next_hole(recovery->sent);
    if (index < recovery->sent->count) {
        const TcpSent *hole = tcp_sent_at(recovery->sent, index);
        if (seq_leq(hole->end, recovery->recover)) {
            uint32_t len_bytes = MIN(hole->end - hole->seq, recovery->mss_bytes);
            *out_index = index;
            return may_send_bytes >= len_bytes ? TCP_NEXT_RETRANSMIT : TCP_NEXT_NOTHING;
        }
    }
    return has_new ? TCP_NEXT_NEW : TCP_NEXT_NOTHING;
}

TcpRecoveryNext tcp_recovery_next_inflated(TcpRecovery *recovery, int64_t may_send_bytes,
                                           bool has_new, uint32_t *out_index)
{
    if (recovery->after_timeout) {
        return tcp_recovery_next_lost(recovery, may_send_bytes, has_new, out_index);
    }
    /* RFC 5681 3.2 step 5: new data, as far as the inflated window allows. */
    return has_new ? TCP_NEXT_NEW : TCP_NEXT_NOTHING;
}
