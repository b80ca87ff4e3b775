/* What holds for a connection between any two events; checked after each of them in every build. */

#include "tcp/tcp_internal.h"

static void check_sender(const TcpConn *conn)
{
    uint32_t out_bytes = conn->snd_nxt - conn->snd_una;
    g_assert(seq_leq(conn->snd_una, conn->snd_nxt));
    g_assert(conn->sent.out_bytes == out_bytes || conn->state == TCP_STATE_TIME_WAIT);
    g_assert(conn->sendbuf.end - conn->sendbuf.base <= conn->sendbuf.limit_bytes);
    g_assert(conn->unsent_bytes <= conn->sendbuf.end - conn->sendbuf.base);
    if (conn->recovery.ops != NULL && conn->state != TCP_STATE_TIME_WAIT) {
        g_assert(conn->cc.cwnd_bytes >= conn->cc.mss_bytes);
        g_assert(conn->sent.sacked_bytes + conn->sent.lost_bytes <= out_bytes);
    }
    /* Whatever is outstanding is looked after by a timer. */
    g_assert(conn->sent.count == 0 || sim_event_armed(&conn->events[TCP_SLOT_SENDER]));
}

static void check_receiver(const TcpConn *conn)
{
    /* tcp_window.c rounds up by less than a unit; a buffer of memory (tcp_space.c) has promised
     * what longer segments would take. */
    uint32_t slack = UINT32_C(1) << conn->rcv_shift;
    uint32_t promised_bytes = conn->reasm.ready_bytes + tcp_window_offered(conn);
    g_assert(seq_leq(conn->last_ack_sent, tcp_conn_rcv_nxt(conn)));
    g_assert(conn->space != NULL || promised_bytes < conn->rcv_buf_bytes + slack);
    g_assert(conn->reasm.early_bytes <= tcp_window_offered(conn));
}

void tcp_check_invariants(const TcpConn *conn)
{
    check_sender(conn);
    if (conn->state >= TCP_STATE_SYN_RCVD) {
        check_receiver(conn);
    }
}
