/* What a connection would tell of itself if it were asked everything. */

#include "tcp/tcp_internal.h"

static void count_records(const TcpConn *conn, TcpConnFacts *facts)
{
    for (uint32_t i = 0; i < conn->sent.count; i++) {
        uint8_t flags = tcp_sent_at(&conn->sent, i)->flags;
        facts->sacked_segments += (flags & TCP_SENT_SACKED) != 0;
        facts->lost_segments += (flags & TCP_SENT_LOST) != 0;
        facts->resent_segments += (flags & TCP_SENT_RETRANSMITTED) != 0;
    }
    facts->unacked_segments = conn->sent.count;
}

static TcpLossPhase phase_of(const TcpRecovery *recovery)
{
    if (recovery->ops == NULL) {
        return TCP_PHASE_OPEN;
    }
    bool disorder = recovery->sent->sacked_bytes > 0 || recovery->dupacks > 0;
    return recovery->after_timeout ? TCP_PHASE_LOSS
           : recovery->on          ? TCP_PHASE_RECOVERY
           : disorder              ? TCP_PHASE_DISORDER
                                   : TCP_PHASE_OPEN;
}

void tcp_conn_facts(const TcpConn *conn, TcpConnFacts *out_facts)
{
    *out_facts = (TcpConnFacts){
        .phase = phase_of(&conn->recovery),
        .sack = conn->sack_ok,
        .timestamps = conn->ts_ok,
        .scaling = conn->scale_ok,
        .syn_data = tcp_syn_data_acked(conn),
        .fin_received = conn->fin_reached,
        .snd_shift = conn->snd_shift,
        .rcv_shift = conn->rcv_shift,
        .timeouts = conn->retries,
        .probes = conn->probes,
        .backoff = conn->rtt.backoff,
        .snd_mss_bytes = conn->snd_mss_bytes,
        .rcv_mss_bytes = conn->rcv_mss_bytes,
        .adv_mss_bytes = conn->adv_mss_bytes,
        .mtu_bytes = conn->path.mtu_bytes,
        .cwnd_bytes = conn->cc.cwnd_bytes,
        .ssthresh_bytes = conn->cc.ssthresh_bytes,
        .srtt_ns = conn->rtt.srtt_ns,
        .rttvar_ns = conn->rtt.rttvar_ns,
        .min_rtt_ns = conn->rtt.min_rtt_ns,
        .rto_ns = tcp_rtt_rto(&conn->rtt),
        .unacked_bytes = conn->sent.out_bytes,
        .unsent_bytes = conn->unsent_bytes,
        .send_buffer_bytes = conn->sendbuf.limit_bytes,
        .snd_wnd_bytes = conn->snd_wnd,
        .rcv_wnd_bytes = tcp_window_offered(conn),
        .last_sent_at_ns = conn->last_sent_at_ns,
        .segments_resent = conn->segments_retransmitted,
    };
    count_records(conn, out_facts);
}
