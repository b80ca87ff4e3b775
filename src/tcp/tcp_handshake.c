/* Opening: what a SYN does in LISTEN, what arrives in SYN-SENT, and the ACK that ends SYN-RECEIVED
 * (RFC 9293 3.10.7.2, 3.10.7.3, 3.10.7.4 fifth). */

#include "tcp/tcp_ecn.h"
#include "tcp/tcp_fast_open.h"

static TcpVerdict drop(TcpSegment *seg, InetDiscard discard)
{
    seg->discard = discard;
    return TCP_DROP;
}

/* The peer's SYN, wherever it comes: sequence numbers, options, window. What is left of the
 * segment follows the SYN. */
static void take_syn(TcpConn *conn, TcpSegment *seg)
{
    uint32_t offered = tcp_window_offered(conn); /* by our own SYN, when irs was not known */
    conn->irs = seg->seq;
    tcp_reasm_init(&conn->reasm, conn->irs + 1);
    conn->last_ack_sent = conn->irs + 1;
    conn->rcv_adv = conn->irs + 1 + offered;
    tcp_options_accept(conn, seg->tcp, seg->now_ns);
    tcp_ecn_take_syn(conn, seg);
    tcp_ack_take_window(conn, seg);
    if ((seg->flags & TCP_ACK) == 0) {
        conn->snd_wl2 = conn->iss;
    }
    seg->seq++;
    seg->flags &= (uint16_t)~TCP_SYN;
}

/* RFC 7413 4.2.2: a server of Fast Open takes text by a cookie or not at all. */
static bool takes_text(const TcpConn *conn)
{
    bool serves = (conn->config->fast_open & TCP_FAST_OPEN_SERVER) != 0;
    return conn->accepted_early || (conn->config->syn_data && (conn->active || !serves));
}

void tcp_handshake_syn_only(TcpConn *conn, TcpSegment *seg)
{
    take_syn(conn, seg);
    tcp_conn_set_state(conn, TCP_EVENT_RCV_SYN, seg->now_ns);
    if (takes_text(conn)) {
        tcp_text_early(conn, seg);
    }
    tcp_output_syn(conn, seg->now_ns);
    tcp_timer_user(conn, false, seg->now_ns);
    if (G_UNLIKELY(conn->accepted_early)) {
        tcp_conn_start_sending(conn, seg->now_ns);
        conn->told_open = true;
        tcp_conn_note(conn, TCP_NOTE_ESTABLISHED);
    }
}

void tcp_handshake_by_cookie(TcpConn *conn, TcpSegment *syn)
{
    take_syn(conn, syn);
    tcp_conn_set_state(conn, TCP_EVENT_RCV_SYN, syn->now_ns);
    tcp_window_advertise(conn, true); /* as it was then */
    tcp_output_recall_syn(conn, syn->now_ns);
}

/* What came with SYNs may be read now. */
static void release_early_text(TcpConn *conn)
{
    if (conn->reasm.ready_bytes > 0) {
        tcp_conn_note(conn, TCP_NOTE_READABLE);
    }
}

/* ---- SYN-SENT ---- */

static TcpVerdict check_ack_of_syn(TcpConn *conn, TcpSegment *seg)
{
    TcpSeq ack = seg->tcp->ack;
    if ((seg->flags & TCP_ACK) == 0 || (seq_gt(ack, conn->iss) && seq_leq(ack, conn->snd_nxt))) {
        return TCP_CONTINUE;
    }
    tcp_transmit_reset_reply(conn->tcp, seg->pkt, seg->now_ns);
    return drop(seg, INET_DISCARD_TCP_FUTURE_ACK);
}

static TcpVerdict check_reset(TcpConn *conn, TcpSegment *seg)
{
    if ((seg->flags & TCP_RST) == 0) {
        return TCP_CONTINUE;
    }
    if ((seg->flags & TCP_ACK) == 0) {
        return drop(seg, INET_DISCARD_TCP_RST);
    }
    conn->tcp->stats.resets_received++;
    if (tcp_ecn_syn_reset(conn, seg->now_ns)) {
        return drop(seg, INET_DISCARD_TCP_RST);
    }
    tcp_conn_end(conn, TCP_EVENT_RCV_RST, TCP_REASON_REFUSED, seg->now_ns);
    return TCP_DONE;
}

static TcpVerdict check_syn(TcpConn *conn, TcpSegment *seg)
{
    if ((seg->flags & TCP_SYN) == 0) {
        return drop(seg, INET_DISCARD_TCP_STATE);
    }
    if ((seg->flags & TCP_ACK) == 0) {
        tcp_handshake_syn_only(conn, seg); /* simultaneous open (MUST-10) */
        return TCP_DONE;
    }
    take_syn(conn, seg);
    tcp_ack_syn(conn, seg);
    tcp_conn_established(conn, TCP_EVENT_RCV_SYN_ACK, seg->now_ns);
    tcp_fast_open_answered(conn, seg);
    conn->ack_why = PACKET_WHY_ACK;
    conn->ack_first = true;
    tcp_input_trim(conn, seg);
    return tcp_text_arrival(conn, seg);
}

TcpVerdict tcp_handshake_syn_sent(TcpConn *conn, TcpSegment *seg)
{
    TcpVerdict verdict = check_ack_of_syn(conn, seg);
    if (verdict == TCP_CONTINUE) {
        verdict = check_reset(conn, seg);
    }
    if (verdict == TCP_CONTINUE) {
        verdict = check_syn(conn, seg);
    }
    return verdict;
}

/* ---- SYN-RECEIVED ---- */

TcpVerdict tcp_handshake_syn_rcvd(TcpConn *conn, TcpSegment *seg)
{
    TcpSeq ack = seg->tcp->ack;
    if (!seq_gt(ack, conn->snd_una) || seq_gt(ack, conn->snd_nxt)) {
        tcp_transmit_reset_reply(conn->tcp, seg->pkt, seg->now_ns);
        return drop(seg, INET_DISCARD_TCP_FUTURE_ACK);
    }
    if (conn->spawned && !conn->accepted_early && tcp_listener_ready_full(conn->listener)) {
        return drop(seg, INET_DISCARD_BACKLOG); /* it will come again */
    }
    if (G_UNLIKELY(conn->accepted_early)) {
        tcp_conn_set_state(conn, TCP_EVENT_RCV_ACK_OF_SYN, seg->now_ns);
        return TCP_CONTINUE; /* it sends already: the ACK is like any other */
    }
    bool crossed = (seg->tcp->flags & TCP_SYN) != 0;
    tcp_ack_syn(conn, seg);
    tcp_ack_take_window(conn, seg);
    tcp_conn_established(conn, crossed ? TCP_EVENT_RCV_SYN_ACK : TCP_EVENT_RCV_ACK_OF_SYN,
                         seg->now_ns);
    tcp_fast_open_answered(conn, seg);
    release_early_text(conn);
    return TCP_CONTINUE;
}
