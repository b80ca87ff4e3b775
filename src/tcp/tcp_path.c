#include "tcp/tcp_path.h"

#include "tcp/tcp_fast_open.h"

/* RFC 4821 7.2: what nearly every path takes, then what every host must (RFC 879), then less. */
static const uint16_t sure_mtus[] = { 1064, 576, 296 };

/* RFC 7413 4.2.2: a SYN whose data did not pass goes again without. */
static void resend_syn_alone(TcpConn *conn, int64_t now_ns)
{
    SimKey packet = tcp_output_again(conn, 0, PACKET_WHY_RETRANSMIT_RECOVERY, now_ns);
    tcp_sent_again(&conn->sent, 0, packet, true, now_ns);
    tcp_fast_open_failed(conn, now_ns);
}

static void set_segments(TcpConn *conn, uint16_t seg_limit_bytes)
{
    tcp_conn_limit_segments(conn, seg_limit_bytes);
    if (conn->recovery.ops != NULL && conn->state != TCP_STATE_TIME_WAIT) {
        tcp_cc_set_mss(&conn->cc, conn->snd_mss_bytes);
        tcp_recovery_set_mss(&conn->recovery, conn->snd_mss_bytes);
    }
}

/* Smaller segments from now on; what is outstanding was too big and goes out again, cut anew.
 * The window stays: nothing says that the path is congested (RFC 1191 6.4). */
static void fit(TcpConn *conn, int64_t now_ns)
{
    inet_path_find(conn->tcp->inet, conn->ends.remote, &conn->path);
    uint16_t seg_limit_bytes = tcp_options_segment_bytes(conn, conn->path.mtu_bytes);
    if (conn->state == TCP_STATE_CLOSED || seg_limit_bytes >= conn->seg_limit_bytes) {
        return; /* another of the same burst, or a lie */
    }
    tcp_conn_enter(conn);
    set_segments(conn, seg_limit_bytes);
    if (conn->recovery.ops != NULL && conn->state != TCP_STATE_TIME_WAIT) {
        tcp_recovery_resend_all(&conn->recovery, conn->snd_nxt, now_ns);
        conn->recovery.why = PACKET_WHY_RETRANSMIT_RECOVERY;
    } else if (conn->state == TCP_STATE_SYN_SENT && conn->sent.count > 1) {
        resend_syn_alone(conn, now_ns);
    }
    tcp_conn_leave(conn, now_ns);
}

/* RFC 1191 6.1: every connection to the destination is told, or its segments would die in this
 * host. */
void tcp_path_lower(TcpStack *tcp, InetAddr dst, uint32_t mtu_bytes, int64_t now_ns)
{
    inet_path_learn_mtu(tcp->inet, dst, mtu_bytes, now_ns);
    TcpConn *next;
    for (TcpConn *conn = tcp->first; conn != NULL; conn = next) {
        next = conn->next;
        if (inet_addr_equal(conn->ends.remote, dst)) {
            fit(conn, now_ns);
        }
    }
}

void tcp_path_renewed(TcpConn *conn)
{
    uint16_t seg_limit_bytes = tcp_options_segment_bytes(conn, conn->path.mtu_bytes);
    seg_limit_bytes = MIN(seg_limit_bytes, conn->peer_mss_bytes);
    if (conn->recovery.ops != NULL && seg_limit_bytes != conn->seg_limit_bytes) {
        set_segments(conn, seg_limit_bytes);
    }
}

void tcp_path_report(TcpConn *conn, uint32_t mtu_bytes, TcpSeq seq, int64_t now_ns)
{
    if (tcp_options_segment_bytes(conn, mtu_bytes) < conn->longest_acked_bytes) {
        conn->doubted_mtu_bytes = (uint16_t)MIN(mtu_bytes, UINT16_MAX);
        conn->doubted_seq = seq;
        return;
    }
    tcp_path_lower(conn->tcp, conn->ends.remote, mtu_bytes, now_ns);
}

void tcp_path_acked(TcpConn *conn, TcpSeq ack)
{
    const TcpSent *oldest = tcp_sent_at(&conn->sent, 0);
    if (seq_geq(ack, oldest->end)) {
        uint32_t option_bytes = conn->seg_limit_bytes - conn->snd_mss_bytes;
        uint32_t bytes = oldest->end - oldest->seq + option_bytes;
        conn->longest_acked_bytes = (uint16_t)MAX(conn->longest_acked_bytes, bytes);
    }
    if (seq_gt(ack, conn->doubted_seq)) {
        conn->doubted_mtu_bytes = 0;
    }
}

/* The same segment has timed out again and again. If it is longer than what passes nearly
 * everywhere, shorter ones are tried from now on. */
static void suspect_black_hole(TcpConn *conn, int64_t now_ns)
{
    const TcpSent *oldest = tcp_sent_at(&conn->sent, 0);
    uint32_t len_bytes = oldest->end - oldest->seq;
    for (size_t i = 0; i < G_N_ELEMENTS(sure_mtus); i++) {
        if (tcp_options_segment_bytes(conn, sure_mtus[i]) < len_bytes) {
            tcp_path_lower(conn->tcp, conn->ends.remote, sure_mtus[i], now_ns);
            return;
        }
    }
}

void tcp_path_timed_out(TcpConn *conn, int64_t now_ns)
{
    const TcpConfig *config = conn->config;
    uint32_t doubted_bytes = conn->doubted_mtu_bytes;
    if (G_UNLIKELY(doubted_bytes != 0)) {
        conn->doubted_mtu_bytes = 0;
        tcp_path_lower(conn->tcp, conn->ends.remote, doubted_bytes, now_ns);
    } else if (config->black_hole_detection && conn->retries >= config->r1_retries) {
        suspect_black_hole(conn, now_ns);
    }
}
