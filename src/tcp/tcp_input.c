/* Segment arrival in the states from SYN-RECEIVED on: one function per check of RFC 9293 section
 * 3.10.7.4, in its order. RFC 7323's test of timestamps comes before them, RFC 5961's rules
 * stand where they belong. */

#include "tcp/tcp_ecn.h"
#include "tcp/tcp_user_timeout.h"

void tcp_input_begin(TcpSegment *seg, Packet *pkt, uint8_t shift, int64_t now_ns)
{
    const WireTcp *tcp = &pkt->tcp;
    *seg = (TcpSegment){
        .pkt = pkt,
        .tcp = tcp,
        .seq = tcp->seq,
        .len_bytes = pkt->payload.len_bytes,
        .wnd = (uint32_t)tcp->window << (tcp->flags & TCP_SYN ? 0 : shift),
        .flags = tcp->flags,
        .now_ns = now_ns,
    };
}

static TcpVerdict drop(TcpSegment *seg, InetDiscard discard)
{
    seg->discard = discard;
    return TCP_DROP;
}

static TcpVerdict reply(TcpSegment *seg, PacketWhy why, InetDiscard discard)
{
    seg->discard = discard;
    seg->reply = why;
    return TCP_REPLY;
}

/* RFC 5961 section 7: so many answers a second, each connection by itself. */
static bool may_answer(TcpConn *conn, int64_t now_ns)
{
    uint16_t second = (uint16_t)(now_ns / SIM_NS_PER_S);
    if (second != conn->challenge_second) {
        conn->challenge_second = second;
        conn->challenges = 0;
    }
    if (conn->challenges >= MIN(conn->config->challenge_ack_hz, UINT16_MAX)) {
        return false;
    }
    conn->challenges++;
    return true;
}

TcpVerdict tcp_input_challenge(TcpConn *conn, TcpSegment *seg, InetDiscard discard)
{
    if (!may_answer(conn, seg->now_ns)) {
        return drop(seg, discard);
    }
    conn->tcp->stats.challenge_acks++;
    return reply(seg, PACKET_WHY_CHALLENGE_ACK, discard);
}

/* ---- before the first: RFC 7323 5.3 (R1) ---- */

static TcpVerdict check_timestamps(TcpConn *conn, TcpSegment *seg)
{
    if (!conn->ts_ok || (seg->flags & TCP_RST)) {
        return TCP_CONTINUE;
    }
    if (G_UNLIKELY((seg->tcp->options & TCP_OPT_TIMESTAMPS) == 0)) {
        /* RFC 7323 3.2 */
        return conn->config->timestamps_required ? drop(seg, INET_DISCARD_TCP_PAWS) : TCP_CONTINUE;
    }
    if (G_UNLIKELY(tcp_options_is_old(conn, seg->tcp, seg->now_ns))) {
        return reply(seg, PACKET_WHY_DUPLICATE_ACK, INET_DISCARD_TCP_PAWS);
    }
    return TCP_CONTINUE;
}

/* RFC 7323 5.3 (R3), for a segment that has passed the first check. */
static void take_timestamp(TcpConn *conn, const TcpSegment *seg)
{
    if (conn->ts_ok && seq_leq(seg->seq, conn->last_ack_sent) && (seg->flags & TCP_RST) == 0 &&
        G_LIKELY(seg->tcp->options & TCP_OPT_TIMESTAMPS) &&
        seq_geq(seg->tcp->ts_val, conn->ts_recent)) {
        tcp_options_take_timestamp(conn, seg->tcp->ts_val, seg->now_ns);
    }
}

/* ---- first: the sequence number ---- */

/* The table of RFC 9293 section 3.4, and its allowance for what arrives at a closed window
 * (MUST-66). */
static bool is_acceptable(const TcpSegment *seg, TcpSeq rcv_nxt, uint32_t wnd, uint32_t seq_len)
{
    if (wnd == 0) {
        return seg->seq == rcv_nxt;
    }
    return seq_in(seg->seq, rcv_nxt, wnd) ||
           (seq_len > 0 && seq_in(seg->seq + seq_len - 1, rcv_nxt, wnd));
}

/* RFC9293-TRIM-1, at the right edge; what lies before rcv_nxt is cut off by reassembly. */
void tcp_input_trim(const TcpConn *conn, TcpSegment *seg)
{
    uint32_t room = seq_gt(conn->rcv_adv, seg->seq) ? conn->rcv_adv - seg->seq : 0;
    bool fin = (seg->flags & TCP_FIN) != 0;
    if (seg->len_bytes + fin <= room) {
        return;
    }
    seg->len_bytes = MIN(seg->len_bytes, room);
    seg->flags &= (uint16_t)~TCP_FIN;
    seg->cut = true;
}

/* The SYN of a connection that is waiting for the ACK of its own. True: the check is done, with
 * *verdict. */
static bool is_syn_again(TcpConn *conn, TcpSegment *seg, TcpVerdict *verdict)
{
    if (conn->state != TCP_STATE_SYN_RCVD || (seg->flags & TCP_SYN) == 0 || seg->seq != conn->irs) {
        return false;
    }
    if (seg->flags & TCP_ACK) {
        /* RFC 9293 figure 8, line 6: the SYN of a simultaneous open comes again with the ACK of
         * ours. The SYN is cut off as known, the ACK counts. */
        seg->seq++;
        seg->flags &= (uint16_t)~TCP_SYN;
        tcp_input_trim(conn, seg);
        *verdict = TCP_CONTINUE;
    } else {
        /* Departs: the RFC answers with a bare ACK, of which a peer in SYN-SENT can make
         * nothing; it gets the SYN-ACK again, which says the same. */
        if (conn->ecn != NULL) {
            tcp_ecn_take_syn_again(conn, seg);
        }
        SimKey packet = tcp_output_again(conn, 0, PACKET_WHY_DUPLICATE_ACK, seg->now_ns);
        tcp_sent_again(&conn->sent, 0, packet, true, seg->now_ns);
        *verdict = drop(seg, INET_DISCARD_TCP_DUPLICATE);
    }
    return true;
}

/* Lets the scoreboard of what arrived see old text, so that it is reported by D-SACK (RFC 2883). */
static void note_old_text(TcpConn *conn, TcpSegment *seg, TcpSeq rcv_nxt)
{
    if (conn->sack_ok && seg->len_bytes > 0 && seq_leq(seg->seq + seg->len_bytes, rcv_nxt)) {
        tcp_reasm_insert(&conn->reasm, seg->seq, tcp_text_take(seg));
    }
}

static TcpVerdict refuse(TcpConn *conn, TcpSegment *seg, TcpSeq rcv_nxt, uint32_t seq_len)
{
    bool is_old = seq_len > 0 && seq_leq(seg->seq + seq_len, rcv_nxt);
    InetDiscard discard = is_old ? INET_DISCARD_TCP_DUPLICATE : INET_DISCARD_TCP_WINDOW;
    if (seg->flags & TCP_RST) {
        return drop(seg, INET_DISCARD_TCP_RST);
    }
    if (seg->flags & TCP_SYN) {
        return tcp_input_challenge(conn, seg, INET_DISCARD_TCP_SYN);
    }
    if (conn->state == TCP_STATE_TIME_WAIT && (seg->flags & TCP_FIN)) {
        /* RFC 9293 3.10.7.4, eighth: the peer has not seen our ACK. */
        tcp_timer_time_wait(conn, seg->now_ns);
    }
    if (seq_len == 0 && !may_answer(conn, seg->now_ns)) {
        return drop(seg, discard); /* or two ends out of step would answer each other for ever */
    }
    if (G_UNLIKELY(conn->pace != NULL) && is_old) {
        tcp_pace_hurry(conn);
    }
    note_old_text(conn, seg, rcv_nxt);
    return reply(seg, PACKET_WHY_DUPLICATE_ACK, discard);
}

static TcpVerdict check_sequence(TcpConn *conn, TcpSegment *seg)
{
    TcpSeq rcv_nxt = tcp_conn_rcv_nxt(conn);
    uint32_t wnd = tcp_window_offered(conn);
    uint32_t seq_len = wire_tcp_seq_len(seg->tcp, seg->len_bytes);
    TcpVerdict verdict;
    if (G_UNLIKELY(seg->seq != rcv_nxt || seq_len > wnd)) {
        if (is_syn_again(conn, seg, &verdict)) {
            return verdict;
        }
        if (!is_acceptable(seg, rcv_nxt, wnd, seq_len)) {
            return refuse(conn, seg, rcv_nxt, seq_len);
        }
        tcp_input_trim(conn, seg);
    }
    take_timestamp(conn, seg);
    if (G_UNLIKELY(conn->ecn != NULL)) {
        tcp_ecn_arrival(conn, seg);
    }
    if (G_UNLIKELY((seg->tcp->options & TCP_OPT_RARE) != 0)) {
        tcp_user_timeout_take(conn, seg->tcp, seg->now_ns);
    }
    return TCP_CONTINUE;
}

/* ---- second: RST ---- */

static TcpVerdict check_reset(TcpConn *conn, TcpSegment *seg)
{
    if (G_LIKELY((seg->flags & TCP_RST) == 0)) {
        return TCP_CONTINUE;
    }
    if (conn->state == TCP_STATE_TIME_WAIT) {
        return drop(seg, INET_DISCARD_TCP_RST); /* RFC 1337 */
    }
    if (conn->config->challenge_ack && seg->seq != tcp_conn_rcv_nxt(conn)) {
        return tcp_input_challenge(conn, seg, INET_DISCARD_TCP_RST); /* RFC 5961 3.2 */
    }
    /* MUST-11: in SYN-RECEIVED an active opener is refused; a spawned connection was nobody's
     * yet. */
    bool refused = conn->state == TCP_STATE_SYN_RCVD && conn->active;
    conn->tcp->stats.resets_received++;
    tcp_conn_end(conn, TCP_EVENT_RCV_RST, refused ? TCP_REASON_REFUSED : TCP_REASON_RESET,
                 seg->now_ns);
    return TCP_DONE;
}

/* ---- third: security; obsolete ---- */

/* ---- fourth: SYN ---- */

static TcpVerdict check_syn(TcpConn *conn, TcpSegment *seg)
{
    if (G_LIKELY((seg->flags & TCP_SYN) == 0)) {
        return TCP_CONTINUE;
    }
    if (conn->state == TCP_STATE_SYN_RCVD && !conn->active) {
        /* "Return to LISTEN". */
        tcp_conn_end(conn, TCP_EVENT_RCV_SYN, TCP_REASON_RESET, seg->now_ns);
        return TCP_DONE;
    }
    if (conn->config->challenge_ack || conn->state == TCP_STATE_TIME_WAIT) {
        return tcp_input_challenge(conn, seg, INET_DISCARD_TCP_SYN); /* RFC 5961 4.2 */
    }
    tcp_conn_reset(conn, TCP_EVENT_RCV_SYN, TCP_REASON_RESET, seg->now_ns); /* RFC 793 */
    return TCP_DONE;
}

/* ---- fifth: ACK ---- */

static TcpVerdict check_ack(TcpConn *conn, TcpSegment *seg)
{
    if (G_UNLIKELY((seg->flags & TCP_ACK) == 0)) {
        return drop(seg, INET_DISCARD_TCP_NO_ACK);
    }
    if (G_UNLIKELY(conn->state == TCP_STATE_SYN_RCVD)) {
        TcpVerdict verdict = tcp_handshake_syn_rcvd(conn, seg);
        if (verdict != TCP_CONTINUE) {
            return verdict;
        }
    }
    return tcp_ack_check(conn, seg);
}

/* ---- sixth to eighth: URG, text, FIN (tcp_text.c) ---- */

static TcpVerdict run_checks(TcpConn *conn, TcpSegment *seg)
{
    TcpVerdict verdict = check_timestamps(conn, seg);
    if (verdict == TCP_CONTINUE) {
        verdict = check_sequence(conn, seg);
    }
    if (verdict == TCP_CONTINUE) {
        verdict = check_reset(conn, seg);
    }
    if (verdict == TCP_CONTINUE) {
        verdict = check_syn(conn, seg);
    }
    if (verdict == TCP_CONTINUE) {
        verdict = check_ack(conn, seg);
    }
    if (verdict == TCP_CONTINUE) {
        verdict = tcp_text_arrival(conn, seg);
    }
    return verdict;
}

void tcp_input_announce(const TcpConn *conn, const Packet *pkt, int64_t now_ns)
{
    const TcpProbe *probe = conn->tcp->probe;
    if (G_UNLIKELY(probe != NULL) && probe->on_arrival != NULL) {
        probe->on_arrival(probe->watcher, conn, pkt, now_ns);
    }
}

void tcp_input(TcpConn *conn, Packet *pkt, int64_t now_ns)
{
    TcpSegment seg;
    tcp_input_begin(&seg, pkt, conn->snd_shift, now_ns);
    tcp_conn_enter(conn);
    conn->segments_received++;
    tcp_input_announce(conn, pkt, now_ns);
    TcpVerdict verdict = G_UNLIKELY(conn->state == TCP_STATE_SYN_SENT)
                             ? tcp_handshake_syn_sent(conn, &seg)
                             : run_checks(conn, &seg);
    if (verdict == TCP_REPLY) {
        conn->ack_why = (uint8_t)seg.reply;
    }
    if (verdict == TCP_DROP || verdict == TCP_REPLY) {
        inet_discard(conn->tcp->inet, pkt, seg.discard, now_ns);
    } else {
        tcp_timer_keep_alive(conn, now_ns);
        packet_free(pkt);
    }
    tcp_conn_leave(conn, now_ns);
}
