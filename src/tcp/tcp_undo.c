#include "tcp/tcp_undo.h"

void tcp_undo_begin(TcpRecovery *recovery, bool timeout, TcpSeq snd_nxt)
{
    TcpTrouble *trouble = tcp_recovery_trouble(recovery);
    trouble->undo_on = recovery->traits.undo;
    trouble->undone = false;
    trouble->f_rto = timeout && recovery->traits.f_rto ? TCP_F_RTO_FIRST : TCP_F_RTO_OFF;
    trouble->prior_cwnd_bytes = recovery->cc->cwnd_bytes;
    trouble->prior_ssthresh_bytes = recovery->cc->ssthresh_bytes;
    trouble->first_resent_at_ns = -1;
    trouble->echo_seen = false;
    trouble->resent_count = 0;
    trouble->undo_end = snd_nxt;
    trouble->undo_from = recovery->sent->count > 0 ? tcp_sent_at(recovery->sent, 0)->seq : snd_nxt;
}

void tcp_undo_forget(TcpRecovery *recovery)
{
    TcpTrouble *trouble = tcp_recovery_trouble(recovery);
    trouble->undo_on = false;
    trouble->f_rto = TCP_F_RTO_OFF;
}

void tcp_undo_on_retransmit(TcpRecovery *recovery, int64_t now_ns)
{
    TcpTrouble *trouble = recovery->trouble;
    if (trouble == NULL || recovery->probe) {
        return;
    }
    if (trouble->first_resent_at_ns < 0) {
        trouble->first_resent_at_ns = now_ns;
    }
    trouble->resent_count++;
}

/* RFC 3522 section 3.2, steps 4 to 6. The first ACK that moves snd_una decides. One that reports a
 * duplicate answers the retransmission: the original's ACK was lost, and so it may be where all
 * that is out is acknowledged at once. */
static bool echo_tells(TcpRecovery *recovery, TcpTrouble *trouble, const TcpRecoveryAck *ack)
{
    if (!trouble->undo_on || trouble->first_resent_at_ns < 0 || trouble->echo_seen ||
        ack->sent->acked_bytes == 0) {
        return false;
    }
    trouble->echo_seen = true;
    return ack->echo_at_ns >= 0 && ack->echo_at_ns < trouble->first_resent_at_ns &&
           !ack->sent->dsack && recovery->sent->count > 0;
}

/* RFC 3708 section 3: everything that was sent again arrived twice. */
static bool duplicates_tell(TcpTrouble *trouble, const TcpRecoveryAck *ack)
{
    const TcpSentAck *sent = ack->sent;
    bool of_ours = sent->dsack && seq_geq(sent->duplicate.left, trouble->undo_from) &&
                   seq_leq(sent->duplicate.right, trouble->undo_end);
    if (!trouble->undo_on || !of_ours || trouble->resent_count == 0) {
        return false;
    }
    trouble->resent_count--;
    return trouble->resent_count == 0;
}

/* RFC 5682 2.1 and, with SACK, 3.1. */
static bool f_rto_tells(TcpRecovery *recovery, TcpTrouble *trouble, const TcpRecoveryAck *ack)
{
    const TcpSentAck *sent = ack->sent;
    TcpFRto phase = (TcpFRto)trouble->f_rto;
    trouble->f_rto = TCP_F_RTO_OFF;
    if (phase == TCP_F_RTO_FIRST && sent->acked_bytes > 0 && !sent->dsack &&
        seq_lt(ack->snd_una, trouble->undo_end)) {
        trouble->f_rto = TCP_F_RTO_SECOND; /* step 2b */
    }
    /* Step 3b: data from before the time-out, and not sent again since. */
    return phase == TCP_F_RTO_SECOND && sent->newest_once.sent_at_ns >= 0 &&
           seq_leq(sent->lowest_once, trouble->undo_end);
}

bool tcp_undo_on_ack(TcpRecovery *recovery, const TcpRecoveryAck *ack)
{
    TcpTrouble *trouble = recovery->trouble;
    bool news =
        ack->sent->acked_bytes > 0 || ack->duplicate || ack->sent->dsack || ack->sent->sack_was_new;
    if (G_LIKELY(trouble == NULL) || !news) {
        return false;
    }
    bool spurious = echo_tells(recovery, trouble, ack) || duplicates_tell(trouble, ack);
    if (trouble->f_rto != TCP_F_RTO_OFF && !spurious) {
        spurious = f_rto_tells(recovery, trouble, ack);
    }
    return spurious;
}

bool tcp_undo_judges_timeout(const TcpRecovery *recovery)
{
    return recovery->trouble != NULL && recovery->trouble->f_rto != TCP_F_RTO_OFF;
}

bool tcp_undo_wants_new(TcpRecovery *recovery, bool has_new)
{
    TcpTrouble *trouble = recovery->trouble;
    if (trouble == NULL || trouble->f_rto != TCP_F_RTO_SECOND) {
        return false;
    }
    trouble->f_rto = has_new ? TCP_F_RTO_SECOND : TCP_F_RTO_OFF;
    return has_new;
}
