/* What a segment brings once its ACK has been looked at: urgent pointer, text and FIN (RFC 9293
 * 3.10.7.4, sixth to eighth), and when it is acknowledged (RFC 5681 4.2, RFC 1122 4.2.3.2). */

#include "tcp/tcp_internal.h"

Payload tcp_text_take(TcpSegment *seg)
{
    Payload text = seg->pkt->payload;
    seg->pkt->payload = (Payload){ 0 };
    text.len_bytes = seg->len_bytes;
    return text;
}

static bool may_receive(const TcpConn *conn)
{
    return conn->state == TCP_STATE_ESTABLISHED || conn->state == TCP_STATE_FIN_WAIT_1 ||
           conn->state == TCP_STATE_FIN_WAIT_2;
}

/* ---- sixth: URG ---- */

static void take_urgent(TcpConn *conn, const TcpSegment *seg)
{
    TcpSeq up = seg->tcp->seq + seg->tcp->urgent;
    TcpSeq next_unread = conn->reasm.rcv_nxt - conn->reasm.ready_bytes;
    bool moved = conn->urgent_in ? seq_gt(up, conn->rcv_up) : seq_gt(up, next_unread);
    if (may_receive(conn) && moved) {
        conn->rcv_up = up;
        conn->urgent_in = true;
        tcp_conn_note(conn, TCP_NOTE_URGENT); /* MUST-32 */
    }
}

/* ---- seventh: text ---- */

/* In-order text without a gap: every second full-sized segment is acknowledged at once
 * (SHLD-19), the rest within the delay (MUST-40). */
static void schedule_ack(TcpConn *conn, int64_t now_ns)
{
    const TcpConfig *config = conn->config;
    uint32_t owed_bytes = tcp_conn_rcv_nxt(conn) - conn->last_ack_sent;
    if (!config->delayed_ack) {
        conn->ack_why = PACKET_WHY_ACK;
    } else if (owed_bytes >= 2 * (uint32_t)conn->rcv_mss_bytes) {
        conn->ack_why = PACKET_WHY_DELAYED_ACK;
    } else if (!tcp_timer_armed(conn, TCP_TIMER_DELAYED_ACK)) {
        tcp_timer_set(conn, TCP_TIMER_DELAYED_ACK, now_ns + config->delayed_ack_ns, now_ns);
    }
}

/* Text for a program that has closed: RFC 1122 4.2.2.13, SHLD-3. */
static TcpVerdict refuse_text(TcpConn *conn, TcpSegment *seg)
{
    seg->discard = INET_DISCARD_TCP_CLOSED;
    tcp_conn_reset(conn, TCP_EVENT_ABORT, TCP_REASON_DATA_LOST, seg->now_ns);
    return TCP_DROP;
}

/* What the text that was kept means for the window and for its acknowledgement. */
static void note_text(TcpConn *conn, const TcpSegment *seg, bool in_order, bool had_gap)
{
    if (G_UNLIKELY(conn->pace != NULL)) {
        if (in_order) {
            tcp_pace_text(conn, seg, had_gap && !tcp_reasm_has_gap(&conn->reasm));
        }
        conn->pace->owed = true;
    } else if (!in_order) {
        conn->ack_why = PACKET_WHY_DUPLICATE_ACK;
    } else if (had_gap) {
        conn->ack_why = PACKET_WHY_ACK; /* RFC 5681 4.2: it fills a gap, or part of one */
    } else if (conn->ack_why == PACKET_WHY_NONE) {
        schedule_ack(conn, seg->now_ns);
    }
    if (G_UNLIKELY(conn->space != NULL) && tcp_space_text(conn, seg, in_order) &&
        conn->pace != NULL) {
        conn->pace->quick |= 1; /* let the sender know of the larger window soon */
    }
}

/* The peer does not know what has arrived. */
static TcpVerdict refuse_old_text(TcpConn *conn, TcpSegment *seg)
{
    if (G_UNLIKELY(conn->pace != NULL)) {
        tcp_pace_hurry(conn);
        conn->pace->owed = true;
    }
    seg->reply = PACKET_WHY_DUPLICATE_ACK;
    return TCP_REPLY;
}

static TcpVerdict take_text(TcpConn *conn, TcpSegment *seg)
{
    if (conn->released && seq_gt(seg->seq + seg->len_bytes, conn->reasm.rcv_nxt)) {
        return refuse_text(conn, seg);
    }
    if (G_UNLIKELY(conn->space != NULL)) {
        tcp_space_echo(conn, seg);
    }
    if (G_LIKELY(conn->pace == NULL)) {
        conn->rcv_mss_bytes = (uint16_t)MAX(conn->rcv_mss_bytes, MIN(seg->len_bytes, UINT16_MAX));
    }
    bool had_gap = tcp_reasm_has_gap(&conn->reasm);
    switch (tcp_reasm_insert(&conn->reasm, seg->seq, tcp_text_take(seg))) {
    case TCP_REASM_IN_ORDER:
        tcp_conn_note(conn, TCP_NOTE_READABLE);
        note_text(conn, seg, true, had_gap);
        return TCP_CONTINUE;
    case TCP_REASM_EARLY:
        note_text(conn, seg, false, had_gap);
        return TCP_CONTINUE;
    case TCP_REASM_DUPLICATE:
        seg->discard = INET_DISCARD_TCP_DUPLICATE;
        break;
    case TCP_REASM_NO_ROOM:
        seg->discard = INET_DISCARD_TCP_REASSEMBLY;
        break;
    }
    return refuse_old_text(conn, seg);
}

/* ---- eighth: FIN ---- */

static void acknowledge_fin(TcpConn *conn, int64_t now_ns)
{
    bool waits = conn->config->delayed_fin_ack && conn->state == TCP_STATE_CLOSE_WAIT;
    if (waits && conn->pace != NULL) {
        tcp_pace_fin(conn);
    } else if (waits) {
        schedule_ack(conn, now_ns);
    } else {
        conn->ack_why = PACKET_WHY_ACK;
        conn->ack_first = true;
    }
}

static void reach_fin(TcpConn *conn, bool fin_acked, int64_t now_ns)
{
    conn->fin_reached = true;
    tcp_conn_note(conn, TCP_NOTE_PEER_CLOSED);
    switch (conn->state) {
    case TCP_STATE_ESTABLISHED:
        tcp_conn_set_state(conn, TCP_EVENT_RCV_FIN, now_ns);
        break;
    case TCP_STATE_FIN_WAIT_1:
        if (fin_acked) {
            tcp_conn_time_wait(conn, TCP_EVENT_RCV_FIN_ACK, now_ns);
        } else {
            tcp_conn_set_state(conn, TCP_EVENT_RCV_FIN, now_ns);
        }
        break;
    case TCP_STATE_FIN_WAIT_2:
        tcp_conn_time_wait(conn, TCP_EVENT_RCV_FIN, now_ns);
        break;
    default:
        g_assert_not_reached();
    }
    acknowledge_fin(conn, now_ns);
}

/* In the states that have seen the peer's FIN. CLOSING is none of them: there a segment that does
 * not acknowledge our FIN is ignored, and one that does leads to TIME-WAIT (fifth). */
static void take_fin_again(TcpConn *conn, int64_t now_ns)
{
    conn->ack_why = PACKET_WHY_DUPLICATE_ACK;
    if (conn->state == TCP_STATE_TIME_WAIT) {
        tcp_timer_time_wait(conn, now_ns);
    }
}

static void note_early_fin(TcpConn *conn)
{
    if (conn->pace != NULL) {
        conn->pace->owed = true;
    } else {
        conn->ack_why = PACKET_WHY_DUPLICATE_ACK;
    }
}

static void take_fin(TcpConn *conn, const TcpSegment *seg)
{
    if ((seg->flags & TCP_FIN) && may_receive(conn)) {
        conn->fin_seen = true;
        conn->fin_seq = seg->seq + seg->len_bytes;
        if (seq_lt(conn->reasm.rcv_nxt, conn->fin_seq)) {
            note_early_fin(conn);
        }
    } else if ((seg->flags & TCP_FIN) && conn->state != TCP_STATE_CLOSING) {
        take_fin_again(conn, seg->now_ns);
    }
    if (conn->fin_seen && !conn->fin_reached && seq_geq(conn->reasm.rcv_nxt, conn->fin_seq)) {
        reach_fin(conn, seg->fin_acked, seg->now_ns);
    } else if (seg->fin_acked) {
        tcp_conn_set_state(conn, TCP_EVENT_RCV_ACK_OF_FIN, seg->now_ns);
    }
}

TcpVerdict tcp_text_arrival(TcpConn *conn, TcpSegment *seg)
{
    TcpVerdict verdict = TCP_CONTINUE;
    if (G_UNLIKELY(seg->flags & TCP_URG)) {
        take_urgent(conn, seg);
    }
    if (G_UNLIKELY(seg->cut) && may_receive(conn)) {
        conn->ack_why = PACKET_WHY_DUPLICATE_ACK; /* tells where the window ends */
    }
    if (seg->len_bytes > 0 && may_receive(conn)) {
        verdict = take_text(conn, seg);
    }
    if (conn->state != TCP_STATE_CLOSED) {
        take_fin(conn, seg);
    }
    if (G_UNLIKELY(conn->pace != NULL) && verdict == TCP_CONTINUE &&
        conn->ack_why == PACKET_WHY_NONE) {
        tcp_pace_decide(conn, seg->now_ns);
    }
    return verdict;
}

void tcp_text_early(TcpConn *conn, TcpSegment *seg)
{
    /* RFC 9293 3.10.7.2: "Any other incoming control or data ... will be processed in the
     * SYN-RECEIVED state": kept, acknowledged, but not given to the program before the handshake
     * is done. */
    bool fin = (seg->flags & TCP_FIN) != 0;
    if (seg->len_bytes > conn->rcv_buf_bytes) {
        seg->len_bytes = conn->rcv_buf_bytes;
        fin = false;
    }
    if (fin) {
        conn->fin_seen = true;
        conn->fin_seq = seg->seq + seg->len_bytes;
    }
    if (seg->len_bytes > 0) {
        tcp_reasm_insert(&conn->reasm, seg->seq, tcp_text_take(seg));
    }
}
