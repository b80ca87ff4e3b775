/* RACK-TLP (RFC 8985): a segment is lost when one sent after it has been delivered and a reordering
 * window has passed; this holds for what was sent again as well. When no ACK comes, a probe brings
 * one before the time-out.
 *
 * Originals were sent in the order of their sequence numbers: a walk over the scoreboard judges
 * each of them once. What was sent again stands in a queue by time. Either ends at the first that
 * is not to be judged yet, so that an ACK costs no more where more is outstanding.
 *
 * Departs: RFC 8985 6.2 sets the timer for the last of those that wait, and then judges all; here
 * it is set for the first, and each is judged in its own time. */

#include "tcp/tcp_recovery_rack.h"

#include "tcp/tcp_copies.h"
#include "tcp/tcp_prr.h"
#include "tcp/tcp_rack.h"

#define PTO_WITHOUT_SRTT_NS SIM_NS_PER_S       /* RFC 8985 7.2 */
#define MAX_ACK_DELAY_NS (200 * SIM_NS_PER_MS) /* TLP.max_ack_delay */

typedef struct RackState {
    TcpRack rack;
    TcpPrr prr; /* used if the traits say so */
    bool begun;
    TcpSeq walk;           /* no original before it waits to be judged */
    TcpCopies copies;      /* sent again, not judged yet */
    TcpCopies lost_copies; /* to be sent once more */
    int64_t reorder_at_ns; /* when the first that waits is lost; 0: none does */
    int64_t probe_at_ns;   /* when a probe is due; 0: none is */
    TcpSeq probe_end;      /* TLP.end_seq, while probe_out */
    bool probe_out;
    bool probe_resent; /* TLP.is_retrans */
    bool unsampled;    /* no RTT sample since the last probe */
} RackState;

static RackState *state_of(TcpRecovery *recovery)
{
    RackState *state = recovery->state;
    if (!state->begun) {
        tcp_rack_init(&state->rack);
        state->begun = true;
    }
    return state;
}

/* ---- what is lost ---- */

/* RFC 8985 6.2 as it stands, and as Linux does it: the timer is for the last of those that wait. */
static bool waits_for_last(const TcpRecovery *recovery)
{
    return recovery->traits.linux_rack;
}

/* Departs: RFC 8985 6.2 takes RACK.rtt of the delivered segment that was sent last. Linux looks at
 * what an ACK SACKs before what it acknowledges, and keeps the round trip of the latter: where the
 * queue has shrunk meanwhile, a hole is given more time. */
static void time_in_order(RackState *state, const TcpRecoveryAck *ack)
{
    int64_t sent_at_ns = ack->sent->last_acked_at_ns;
    if (sent_at_ns >= 0 && ack->now_ns - sent_at_ns >= state->rack.min_rtt_ns) {
        state->rack.rtt_ns = ack->now_ns - sent_at_ns;
    }
}

/* A segment in flight: is it lost by now? */
typedef enum Verdict { LOST, WAITS, FINE } Verdict;

static Verdict judge(const TcpRecovery *recovery, RackState *state, const TcpSent *record,
                     int64_t reo_wnd_ns, int64_t now_ns)
{
    const TcpRack *rack = &state->rack;
    const TcpSentMark mark = { record->sent_at_ns, record->packet };
    if (!tcp_sent_after(&rack->newest, &mark)) {
        return FINE;
    }
    int64_t lost_at_ns = record->sent_at_ns + rack->rtt_ns + reo_wnd_ns;
    if (lost_at_ns <= now_ns) {
        return LOST;
    }
    bool later = lost_at_ns > state->reorder_at_ns;
    if (state->reorder_at_ns == 0 || later == waits_for_last(recovery)) {
        state->reorder_at_ns = lost_at_ns;
    }
    return WAITS;
}

static void judge_originals(TcpRecovery *recovery, RackState *state, int64_t reo_wnd_ns,
                            int64_t now_ns)
{
    TcpSentQueue *sent = recovery->sent;
    bool from_first = seq_leq(state->walk, tcp_sent_at(sent, 0)->seq);
    uint32_t i = from_first ? 0 : tcp_sent_find(sent, state->walk), first_waiting = UINT32_MAX;
    while (i < sent->count) {
        const TcpSent *record = tcp_sent_at(sent, i);
        if (record->flags & TCP_SENT_SACKED) {
            i += record->sacked_run;
            continue;
        }
        if ((record->flags & (TCP_SENT_LOST | TCP_SENT_EVER_RETRANSMITTED)) == 0) {
            Verdict verdict = judge(recovery, state, record, reo_wnd_ns, now_ns);
            if (verdict == LOST) {
                tcp_sent_lose(sent, i);
            } else if (verdict == FINE || !waits_for_last(recovery)) {
                break;
            } else {
                first_waiting = MIN(first_waiting, i);
            }
        }
        i++;
    }
    state->walk = tcp_sent_at(sent, MIN(MIN(i, first_waiting), sent->count - 1))->seq;
}

/* Lost, and not on its way again. */
static bool is_lost(const TcpSent *record)
{
    return (record->flags & (TCP_SENT_LOST | TCP_SENT_RETRANSMITTED)) == TCP_SENT_LOST;
}

static bool is_copy_in_flight(const TcpSent *record, const TcpCopy *copy)
{
    return record->sent_at_ns == copy->sent_at_ns && (record->flags & TCP_SENT_SACKED) == 0 &&
           !is_lost(record);
}

/* The first record of a copy that is still outstanding; count if there is none. */
static uint32_t find_copy(const TcpSentQueue *sent, const TcpCopy *copy)
{
    TcpSeq from = seq_max(copy->seq, tcp_sent_at(sent, 0)->seq);
    return seq_lt(from, copy->end) ? tcp_sent_find(sent, from) : sent->count;
}

/* False: the copy, or a part of it, is not to be judged yet. */
static bool judge_copy(TcpRecovery *recovery, RackState *state, const TcpCopy *copy,
                       int64_t reo_wnd_ns, int64_t now_ns)
{
    TcpSentQueue *sent = recovery->sent;
    uint32_t i = find_copy(sent, copy);
    for (; i < sent->count && seq_lt(tcp_sent_at(sent, i)->seq, copy->end); i++) {
        const TcpSent *record = tcp_sent_at(sent, i);
        if (is_copy_in_flight(record, copy)) {
            if (judge(recovery, state, record, reo_wnd_ns, now_ns) != LOST) {
                return false;
            }
            const TcpCopy lost = { .seq = record->seq, .end = record->end };
            tcp_copies_push(&state->lost_copies, &lost);
            tcp_sent_lose(sent, i);
        }
    }
    return true;
}

/* RFC 8985 6.2 step 5: RACK_detect_loss(). */
static void detect_losses(TcpRecovery *recovery, RackState *state, int64_t now_ns)
{
    TcpSentQueue *sent = recovery->sent;
    state->reorder_at_ns = 0;
    if (sent->count == 0) {
        tcp_copies_clear(&state->copies);
        tcp_copies_clear(&state->lost_copies);
        return;
    }
    bool in_recovery = recovery->on || recovery->after_timeout;
    int64_t reo_wnd_ns = tcp_rack_reo_wnd_ns(&state->rack, in_recovery, sent->sacked_count);
    judge_originals(recovery, state, reo_wnd_ns, now_ns);
    const TcpCopy *copy;
    while ((copy = tcp_copies_first(&state->copies)) != NULL) {
        const TcpCopy oldest = *copy;
        if (!judge_copy(recovery, state, &oldest, reo_wnd_ns, now_ns)) {
            break;
        }
        tcp_copies_pop(&state->copies);
    }
}

/* ---- probes: RFC 8985 section 7 ---- */

/* 7.2 and 7.3: one at a time, and only while nothing tells of a loss. */
static bool may_probe(const TcpRecovery *recovery, const RackState *state)
{
    return !recovery->on && !recovery->after_timeout && recovery->sent->count > 0 &&
           recovery->sent->sacked_count == 0 && !state->probe_out && !state->unsampled;
}

/* 7.2: TLP_calc_PTO(); the connection sees to it that it is not later than the time-out. */
static void schedule_probe(const TcpRecovery *recovery, RackState *state, int64_t srtt_ns,
                           int64_t now_ns)
{
    state->probe_at_ns = 0;
    if (may_probe(recovery, state)) {
        int64_t pto_ns = srtt_ns < 0 ? PTO_WITHOUT_SRTT_NS : 2 * srtt_ns;
        if (srtt_ns >= 0) {
            bool alone = recovery->sent->count == 1;
            pto_ns += alone ? MAX_ACK_DELAY_NS : recovery->traits.timer_slack_ns;
        }
        state->probe_at_ns = now_ns + pto_ns;
    }
}

static void note_probe(RackState *state, TcpSeq end, bool resent)
{
    state->probe_out = true;
    state->probe_end = end;
    state->probe_resent = resent;
    state->unsampled = true;
    state->probe_at_ns = 0;
}

/* 7.4.2: what the ACK says of the probe. */
static void judge_probe(TcpRecovery *recovery, RackState *state, const TcpRecoveryAck *ack)
{
    const TcpSentAck *sent = ack->sent;
    state->unsampled = state->unsampled && ack->rtt_ns < 0;
    if (!state->probe_out || seq_lt(ack->snd_una, state->probe_end)) {
        return;
    }
    bool needless = sent->dsack && sent->duplicate.right == state->probe_end;
    bool repaired = state->probe_resent && !needless && seq_gt(ack->snd_una, state->probe_end);
    bool plain_duplicate = ack->duplicate && !sent->dsack && sent->newly_sacked_bytes == 0;
    if (!state->probe_resent || needless || repaired || plain_duplicate) {
        state->probe_out = false;
    }
    if (repaired && !recovery->on && !recovery->after_timeout) {
        /* It made up for a loss that nothing else told of: the window pays for it. */
        tcp_recovery_reduce(recovery, TCP_CC_LOSS_RECOVERY, tcp_recovery_flight_bytes(recovery),
                            ack->snd_nxt, ack->now_ns);
        tcp_cc_on_recovered(recovery->cc, ack->now_ns);
    }
}

/* ---- recovery ---- */

static void begin(TcpRecovery *recovery, RackState *state, const TcpRecoveryAck *ack)
{
    tcp_recovery_fast_retransmit(recovery, TCP_CC_LOSS_RECOVERY, ack->snd_nxt, ack->now_ns);
    recovery->resend_now = is_lost(tcp_sent_at(recovery->sent, 0));
    recovery->on = true;
    recovery->counts_pipe = true;
    tcp_prr_begin(&state->prr, recovery, ack);
}

/* Detects losses, then begins and ends recovery. */
static void follow(TcpRecovery *recovery, RackState *state, const TcpRecoveryAck *ack)
{
    uint32_t lost_bytes = recovery->sent->lost_bytes;
    detect_losses(recovery, state, ack->now_ns);
    if (recovery->on && seq_geq(ack->snd_una, recovery->recover)) {
        tcp_recovery_finish(recovery, ack->now_ns);
    }
    if (!recovery->on && !recovery->after_timeout && recovery->sent->lost_bytes > 0) {
        begin(recovery, state, ack);
    }
    if (recovery->on && recovery->traits.prr) {
        tcp_prr_on_ack(&state->prr, recovery, ack, recovery->sent->lost_bytes > lost_bytes);
    }
}

static void on_ack(TcpRecovery *recovery, const TcpRecoveryAck *ack)
{
    RackState *state = state_of(recovery);
    bool was_in = recovery->on || recovery->after_timeout;
    if (ack->sent->acked_bytes > 0) {
        recovery->dupacks = 0;
        tcp_recovery_check_gone_back(recovery, ack->snd_una);
    }
    if (ack->sent->sack_was_new) {
        tcp_recovery_count_dupack(recovery, ack);
    }
    tcp_rack_update(&state->rack, ack);
    if (G_UNLIKELY(recovery->traits.linux_rack)) {
        time_in_order(state, ack);
    }
    tcp_rack_adapt(&state->rack, ack, was_in && seq_geq(ack->snd_una, recovery->recover));
    judge_probe(recovery, state, ack);
    follow(recovery, state, ack);
    if (ack->sent->acked_bytes > 0 || !may_probe(recovery, state)) {
        schedule_probe(recovery, state, ack->srtt_ns, ack->now_ns);
    }
}

/* RFC 8985 6.3: RACK_mark_losses_on_RTO(). */
static void on_timeout(TcpRecovery *recovery, TcpSeq snd_nxt, int64_t now_ns)
{
    RackState *state = state_of(recovery);
    int64_t reo_wnd_ns = tcp_rack_reo_wnd_ns(&state->rack, true, 0);
    tcp_recovery_go_back_to(recovery, snd_nxt, now_ns - state->rack.rtt_ns - reo_wnd_ns);
    tcp_copies_clear(&state->lost_copies);
    if (recovery->sent->count > 0) {
        state->walk = tcp_sent_at(recovery->sent, 0)->seq;
    }
    state->reorder_at_ns = 0;
    state->probe_at_ns = 0;
    state->probe_out = false;
}

/* The record to be sent again next; count if there is none. */
static uint32_t next_lost(TcpSentQueue *sent, RackState *state)
{
    const TcpCopy *copy;
    while (sent->count > 0 && (copy = tcp_copies_first(&state->lost_copies)) != NULL) {
        uint32_t i = find_copy(sent, copy);
        for (; i < sent->count && seq_lt(tcp_sent_at(sent, i)->seq, copy->end); i++) {
            if (is_lost(tcp_sent_at(sent, i))) {
                return i;
            }
        }
        tcp_copies_pop(&state->lost_copies);
    }
    return tcp_sent_next_lost(sent);
}

static TcpRecoveryNext next(TcpRecovery *recovery, int64_t may_send_bytes, bool has_new,
                            uint32_t *out_index)
{
    TcpSentQueue *sent = recovery->sent;
    uint32_t i = next_lost(sent, state_of(recovery));
    if (i == sent->count) {
        return has_new ? TCP_NEXT_NEW : TCP_NEXT_NOTHING;
    }
    const TcpSent *record = tcp_sent_at(sent, i);
    uint32_t len_bytes = MIN(record->end - record->seq, recovery->mss_bytes);
    *out_index = i;
    return may_send_bytes >= len_bytes ? TCP_NEXT_RETRANSMIT : TCP_NEXT_NOTHING;
}

static bool on_retransmit(TcpRecovery *recovery, uint32_t index, int64_t now_ns)
{
    RackState *state = state_of(recovery);
    const TcpSent *record = tcp_sent_at(recovery->sent, index);
    const TcpCopy copy = { record->seq, record->end, now_ns };
    tcp_copies_push(&state->copies, &copy);
    tcp_prr_on_retransmit(&state->prr, record->end - record->seq);
    if (recovery->probe) {
        note_probe(state, record->end, true);
    }
    return !recovery->probe;
}

static void on_new(TcpRecovery *recovery, int64_t srtt_ns, int64_t now_ns)
{
    RackState *state = state_of(recovery);
    const TcpSentQueue *sent = recovery->sent;
    if (sent->count == 1) {
        state->walk = tcp_sent_at(sent, 0)->seq;
    }
    if (recovery->probe) {
        note_probe(state, tcp_sent_at(sent, sent->count - 1)->end, false);
    } else {
        schedule_probe(recovery, state, srtt_ns, now_ns);
    }
}

static TcpRecoveryWake wake(const TcpRecovery *recovery, int64_t *out_at_ns)
{
    const RackState *state = recovery->state;
    if (state->reorder_at_ns != 0) {
        *out_at_ns = state->reorder_at_ns + recovery->traits.timer_slack_ns;
        return TCP_WAKE_REORDERING;
    }
    *out_at_ns = state->probe_at_ns;
    return state->probe_at_ns != 0 ? TCP_WAKE_PROBE : TCP_WAKE_NONE;
}

static void on_wake(TcpRecovery *recovery, TcpRecoveryWake wake, TcpSeq snd_nxt, int64_t now_ns)
{
    RackState *state = state_of(recovery);
    if (wake == TCP_WAKE_PROBE) {
        state->probe_at_ns = 0;
        recovery->probe = may_probe(recovery, state);
        recovery->resend_now = recovery->probe;
        return;
    }
    /* Linux lets the timer that begins recovery stand for an ACK that delivered a segment. */
    bool stands = recovery->traits.whole_segments && !recovery->on;
    const TcpSentAck nothing = { .resent_at_ns = -1,
                                 .delivered_bytes = stands ? recovery->mss_bytes : 0 };
    const TcpRecoveryAck no_ack = { .now_ns = now_ns,
                                    .sent = &nothing,
                                    .snd_una = tcp_sent_at(recovery->sent, 0)->seq,
                                    .snd_nxt = snd_nxt };
    follow(recovery, state, &no_ack);
}

static void on_undo(TcpRecovery *recovery)
{
    RackState *state = state_of(recovery);
    tcp_copies_clear(&state->lost_copies);
    if (recovery->sent->count > 0) {
        state->walk = tcp_sent_at(recovery->sent, 0)->seq;
    }
}

static void clear(TcpRecovery *recovery)
{
    RackState *state = recovery->state;
    tcp_copies_clear(&state->copies);
    tcp_copies_clear(&state->lost_copies);
}

const TcpRecoveryOps tcp_recovery_rack = {
    .name = "rack",
    .state_bytes = sizeof(RackState),
    .wants_sack = true,
    .on_ack = on_ack,
    .on_timeout = on_timeout,
    .next = next,
    .on_retransmit = on_retransmit,
    .on_new = on_new,
    .wake = wake,
    .on_wake = on_wake,
    .on_undo = on_undo,
    .clear = clear,
};
