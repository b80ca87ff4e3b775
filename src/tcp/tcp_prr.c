#include "tcp/tcp_prr.h"

/* RFC 9937 6.1. */
void tcp_prr_begin(TcpPrr *prr, const TcpRecovery *recovery, const TcpRecoveryAck *ack)
{
    const TcpSentQueue *sent = recovery->sent;
    uint32_t sacked_before_bytes = sent->sacked_bytes - ack->sent->newly_sacked_bytes;
    *prr = (TcpPrr){
        .recover_fs_bytes = sent->out_bytes - sacked_before_bytes + ack->sent->acked_bytes,
        .snd_nxt = ack->snd_nxt,
    };
    if (recovery->traits.whole_segments) {
        prr->recover_fs_bytes = recovery->trouble->prior_cwnd_bytes;
    }
}

/* RFC 9937 6.2: SndCnt. It may be negative: more was sent than the proportion allows for. */
static int64_t send_count(const TcpPrr *prr, const TcpRecovery *recovery, const TcpSentAck *sent,
                          bool safe)
{
    int64_t ssthresh_bytes = recovery->cc->ssthresh_bytes;
    int64_t pipe_bytes = tcp_sent_pipe_bytes(recovery->sent);
    if (pipe_bytes > ssthresh_bytes) {
        int64_t fs_bytes = MAX(prr->recover_fs_bytes, 1);
        int64_t share_bytes = (prr->delivered_bytes * ssthresh_bytes + fs_bytes - 1) / fs_bytes;
        if (recovery->traits.whole_segments) {
            int64_t mss_bytes = recovery->mss_bytes;
            share_bytes = (share_bytes + mss_bytes - 1) / mss_bytes * mss_bytes;
        }
        return share_bytes - prr->out_bytes;
    }
    /* The conservative bound; where all goes well, slow start on top. */
    int64_t unused_bytes = (int64_t)prr->delivered_bytes - prr->out_bytes;
    int64_t count_bytes = MAX(unused_bytes, sent->delivered_bytes);
    count_bytes += safe ? recovery->mss_bytes : 0;
    return MIN(ssthresh_bytes - pipe_bytes, count_bytes);
}

void tcp_prr_on_ack(TcpPrr *prr, TcpRecovery *recovery, const TcpRecoveryAck *ack, bool lost_more)
{
    prr->out_bytes += ack->snd_nxt - prr->snd_nxt;
    prr->snd_nxt = ack->snd_nxt;
    if (ack->sent->delivered_bytes == 0 && prr->out_bytes > 0) {
        return;
    }
    prr->delivered_bytes += ack->sent->delivered_bytes;
    bool safe = ack->sent->acked_bytes > 0 && !lost_more;
    int64_t count_bytes = send_count(prr, recovery, ack->sent, safe);
    if (prr->out_bytes == 0 && count_bytes <= 0) {
        count_bytes = recovery->mss_bytes; /* the fast retransmission itself */
    }
    int64_t window_bytes = tcp_sent_pipe_bytes(recovery->sent) + MAX(count_bytes, 0);
    recovery->allowance_bytes = (int32_t)(window_bytes - recovery->cc->cwnd_bytes);
}

void tcp_prr_on_retransmit(TcpPrr *prr, uint32_t len_bytes)
{
    prr->out_bytes += len_bytes;
}
