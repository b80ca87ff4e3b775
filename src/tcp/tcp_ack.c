/* What an acknowledgement tells: RFC 9293 3.10.7.4, fifth; RFC 5681, 6298, 7323. */

#include "tcp/tcp_ecn.h"
#include "tcp/tcp_fast_open.h"
#include "tcp/tcp_path.h"
#include "tcp/tcp_rate.h"

enum { FEW_SEGMENTS = 8 /* so little unsent that the program should write again */ };

/* ---- the send window ---- */

/* RFC9293-WND-1: the segment is not older than the one the window was last taken from.
 * Departs: RFC 9293 3.10.7.4 goes by SEG.SEQ first, and so refuses the window of a retransmission
 * whose ACK is news. The old window would then be counted from the new snd_una, and reach beyond
 * anything the peer has offered. An ACK that moves snd_una brings its window along. */
static bool is_window_news(const TcpConn *conn, const TcpSegment *seg)
{
    return seq_gt(seg->tcp->ack, conn->snd_una) || seq_lt(conn->snd_wl1, seg->seq) ||
           (conn->snd_wl1 == seg->seq && seq_leq(conn->snd_wl2, seg->tcp->ack));
}

void tcp_ack_take_window(TcpConn *conn, const TcpSegment *seg)
{
    if ((conn->snd_wnd == 0) != (seg->wnd == 0)) {
        /* Whatever the timer waited for, closed is another matter than too small. */
        tcp_timer_cancel(conn, TCP_TIMER_PERSIST, seg->now_ns);
    }
    conn->snd_wnd = seg->wnd;
    conn->snd_wl1 = seg->seq;
    conn->snd_wl2 = seg->tcp->ack;
    conn->max_snd_wnd = MAX(conn->max_snd_wnd, seg->wnd);
    if (seg->wnd > 0) {
        conn->probe_gap = 0;
    }
}

/* ---- the round-trip time ---- */

/* The latest instant at which the timestamp that seg echoes can have been sent; -1: there is none,
 * or it was never sent. */
static int64_t echo_at_ns(const TcpConn *conn, const TcpSegment *seg)
{
    uint32_t echo = seg->tcp->ts_ecr, now = tcp_options_clock(conn, seg->now_ns);
    if (!conn->ts_ok || (seg->tcp->options & TCP_OPT_TIMESTAMPS) == 0 || seq_gt(echo, now)) {
        return -1;
    }
    int64_t ticks = seg->now_ns / SIM_NS_PER_MS - (int64_t)(now - echo);
    return ticks < 0 ? -1 : (ticks + 1) * SIM_NS_PER_MS - 1;
}

/* RFC 7323 4.1: an echoed timestamp times a segment that moves snd_una even where the scoreboard
 * cannot, because it was sent twice. -1: there is none.
 * Departs: an echo older than the latest transmission gives no sample. A retransmission that the
 * receiver did not need leaves its TS.Recent as it was: if the first ACK was lost, the echo tells
 * how long the time-out took, and each such sample makes the next one longer. By Karn's rule the
 * back-off stays until something was sent but once. */
static int64_t echoed_rtt(const TcpConn *conn, const TcpSegment *seg, const TcpSentAck *sent)
{
    if (!conn->ts_ok || (seg->tcp->options & TCP_OPT_TIMESTAMPS) == 0 || sent->resent_at_ns < 0) {
        return -1;
    }
    uint32_t echo = seg->tcp->ts_ecr, now = tcp_options_clock(conn, seg->now_ns);
    bool is_answer =
        seq_geq(echo, tcp_options_clock(conn, sent->resent_at_ns)) && seq_leq(echo, now);
    return is_answer ? (int64_t)(now - echo) * SIM_NS_PER_MS : -1;
}

static int64_t measure_rtt(const TcpConn *conn, const TcpSegment *seg, const TcpSentAck *sent)
{
    if (G_UNLIKELY(sent->dsack)) {
        return -1; /* it answers a duplicate, not what it acknowledges */
    }
    if (G_UNLIKELY(sent->resent_at_ns >= 0)) { /* Karn: RFC 6298 section 3 */
        return sent->acked_bytes > 0 ? echoed_rtt(conn, seg, sent) : -1;
    }
    return sent->newest_once.sent_at_ns >= 0 ? seg->now_ns - sent->newest_once.sent_at_ns : -1;
}

/* Linux times the oldest segment acknowledged for the time-out, the newest for all else. */
static void take_rtt(TcpConn *conn, const TcpSegment *seg, const TcpSentAck *sent, int64_t rtt_ns,
                     uint32_t flight_bytes)
{
    if (G_UNLIKELY(conn->config->floored_rto)) {
        bool once = sent->resent_at_ns < 0 && sent->newest_once.sent_at_ns >= 0;
        const TcpRttSample sample = { .rtt_ns = rtt_ns,
                                      .oldest_ns =
                                          once ? seg->now_ns - sent->lowest_once_at_ns : rtt_ns,
                                      .snd_una = seg->tcp->ack,
                                      .snd_nxt = conn->snd_nxt };
        tcp_rtt_sample_floored(&conn->rtt, &conn->burst->floor, &sample);
    } else {
        tcp_rtt_sample(&conn->rtt, rtt_ns,
                       tcp_rtt_expected_samples(flight_bytes, conn->snd_mss_bytes));
    }
}

/* ---- snd_una moves ---- */

static void note_room(TcpConn *conn)
{
    bool empty = conn->sendbuf.end == conn->sendbuf.base;
    uint32_t room = tcp_sendbuf_room_bytes(&conn->sendbuf);
    bool worth_while = room >= conn->sendbuf.limit_bytes / 2 ||
                       (conn->unsent_bytes < FEW_SEGMENTS * (uint32_t)conn->snd_mss_bytes &&
                        room >= conn->snd_mss_bytes);
    if (empty || (worth_while && !conn->writable_told)) {
        conn->writable_told = true;
        tcp_conn_note(conn, TCP_NOTE_WRITABLE);
    }
    if (conn->snd_una == conn->snd_nxt && !tcp_conn_has_unsent(conn)) {
        tcp_conn_note(conn, TCP_NOTE_SENT);
    }
}

/* The bytes before ack leave the send buffer. */
static void forget_acked(TcpConn *conn, TcpSeq ack)
{
    uint64_t held = conn->sendbuf.end - conn->sendbuf.base;
    if (seq_gt(ack, conn->buf_seq)) {
        uint32_t bytes = (uint32_t)MIN(held, ack - conn->buf_seq); /* less than that: the FIN */
        conn->buf_seq += bytes;
        tcp_sendbuf_drop_before(&conn->sendbuf, conn->sendbuf.base + bytes);
    }
    conn->snd_una = ack;
    if (conn->urgent_out && seq_geq(ack, conn->snd_up)) {
        conn->urgent_out = false;
    }
}

void tcp_ack_syn(TcpConn *conn, const TcpSegment *seg)
{
    TcpSentAck sent;
    tcp_sent_ack(&conn->sent, seg->tcp->ack, NULL, 0, &sent);
    bool data = sent.acked_bytes > 1; /* of Fast Open */
    forget_acked(conn, seg->tcp->ack);
    int64_t rtt_ns = measure_rtt(conn, seg, &sent);
    if (rtt_ns >= 0) {
        take_rtt(conn, seg, &sent, rtt_ns, 0);
    }
    tcp_timer_cancel(conn, TCP_TIMER_RETRANSMIT, seg->now_ns);
    tcp_timer_user(conn, true, seg->now_ns);
    if (G_UNLIKELY(data)) {
        note_room(conn);
    }
}

/* RFC 6298 (5.2), (5.3). */
static void restart_timer(TcpConn *conn, int64_t now_ns)
{
    if (conn->snd_una == conn->snd_nxt) {
        conn->rto_at_ns = 0;
        tcp_timer_cancel(conn, (TcpTimer)conn->slot_timer[TCP_SLOT_SENDER], now_ns);
    } else if (conn->rto_at_ns != 0) {
        conn->rto_at_ns = now_ns + tcp_rtt_rto(&conn->rtt); /* tcp_output() sees to the timer */
    } else if (tcp_timer_armed(conn, TCP_TIMER_RETRANSMIT) && !conn->recovery.keep_timer) {
        tcp_timer_set(conn, TCP_TIMER_RETRANSMIT, now_ns + tcp_rtt_rto(&conn->rtt), now_ns);
    }
}

static void make_progress(TcpConn *conn, TcpSeq ack, int64_t now_ns)
{
    forget_acked(conn, ack);
    conn->retries = 0;
    conn->advised = false;
    restart_timer(conn, now_ns);
    tcp_timer_user(conn, true, now_ns);
    note_room(conn);
}

/* ---- the acknowledgement as congestion control and recovery see it ---- */

/* RFC 5681 section 2: (a) data is outstanding, (b) no data, (c) no SYN or FIN, (d) nothing new
 * acknowledged, (e) the same window; and that is not closed, or the ACK answers a probe. */
static bool is_duplicate(const TcpConn *conn, const TcpSegment *seg, uint32_t old_wnd)
{
    return conn->sent.count > 0 && old_wnd > 0 && seg->len_bytes == 0 &&
           (seg->flags & (TCP_SYN | TCP_FIN)) == 0 && seg->tcp->ack == conn->snd_una &&
           seg->wnd == old_wnd;
}

/* Whether the ACK belongs to a fast recovery. */
static bool tell_recovery(TcpConn *conn, const TcpSegment *seg, const TcpSentAck *sent,
                          bool duplicate, int64_t rtt_ns)
{
    TcpRecovery *recovery = &conn->recovery;
    bool again = sent->resent_at_ns >= 0;
    TcpRecoveryAck ack = { .now_ns = seg->now_ns,
                           .sent = sent,
                           .snd_una = seg->tcp->ack,
                           .snd_nxt = conn->snd_nxt,
                           .duplicate = duplicate,
                           .packet = seg->pkt->id,
                           .rtt_ns = rtt_ns,
                           .srtt_ns = conn->rtt.srtt_ns,
                           .min_rtt_ns = conn->rtt.min_rtt_ns,
                           .echo_at_ns = G_UNLIKELY(again) ? echo_at_ns(conn, seg) : -1 };
    bool was_on = recovery->on || recovery->after_timeout;
    bool in_recovery = tcp_recovery_on_ack(recovery, &ack);
    conn->dupacks_received += duplicate;
    conn->fast_retransmits += !was_on && (recovery->on || recovery->after_timeout);
    return in_recovery;
}

/* RFC 4015 section 3.3: the ACK of an original that was only late. */
static void adapt_rtt(TcpConn *conn, const TcpSegment *seg, int64_t rtt_ns)
{
    int64_t sent_at_ns = echo_at_ns(conn, seg);
    int64_t late_ns = rtt_ns >= 0 ? rtt_ns : sent_at_ns >= 0 ? seg->now_ns - sent_at_ns : -1;
    if (late_ns >= 0 && conn->rtt.srtt_ns >= 0) {
        tcp_rtt_adapt(&conn->rtt, late_ns);
    }
}

/* For an algorithm that asks how fast the network delivers. */
static void sample_rate(TcpConn *conn, const TcpSentAck *sent, int64_t now_ns,
                        TcpRateSample *out_rate)
{
    tcp_rate_sample(&conn->sent, sent, conn->rtt.min_rtt_ns, now_ns, out_rate);
    out_rate->repairing = conn->recovery.on || conn->recovery.after_timeout;
}

static void tell_congestion_control(TcpConn *conn, const TcpSegment *seg, const TcpSentAck *sent,
                                    int64_t rtt_ns, bool in_recovery, uint32_t flight_bytes)
{
    TcpRateSample rate;
    TcpCcAck ack = {
        .now_ns = seg->now_ns,
        .acked_bytes = sent->acked_bytes,
        .delivered_bytes = sent->delivered_bytes,
        .in_flight_bytes = flight_bytes,
        .rtt_ns = rtt_ns,
        .srtt_ns = conn->rtt.srtt_ns,
        .min_rtt_ns = conn->rtt.min_rtt_ns,
        .in_recovery = in_recovery,
        .cwnd_limited =
            G_LIKELY(!conn->config->validation) ? conn->cwnd_limited : tcp_burst_may_grow(conn),
    };
    if (G_UNLIKELY(conn->ecn != NULL)) {
        tcp_ecn_tell(conn, seg, &ack);
    }
    if (G_UNLIKELY(conn->sent.rate != NULL)) {
        sample_rate(conn, sent, seg->now_ns, &rate);
        ack.rate = &rate;
    }
    if (ack.acked_bytes > 0 || conn->sent.rate != NULL) {
        tcp_cc_on_ack(&conn->cc, &ack);
    }
    if (G_UNLIKELY(conn->ecn != NULL)) {
        tcp_ecn_react(conn, &ack);
    }
    if (G_UNLIKELY(conn->pacer != NULL)) {
        tcp_pacing_follow_window(conn);
    }
    if (G_UNLIKELY(conn->cc.self_limited)) {
        tcp_rate_app_limited(&conn->sent);
    }
}

static void learn(TcpConn *conn, const TcpSegment *seg, uint32_t old_wnd)
{
    uint32_t flight_bytes = conn->sent.out_bytes;
    bool duplicate = is_duplicate(conn, seg, old_wnd);
    bool syn_acked = conn->snd_una == conn->iss && seg->tcp->ack != conn->iss;
    TcpSentAck sent;
    uint8_t blocks = conn->sack_ok ? seg->tcp->sack_count : 0;
    if (G_UNLIKELY(conn->config->verify_path_mtu)) {
        tcp_path_acked(conn, seg->tcp->ack);
    }
    tcp_sent_ack(&conn->sent, seg->tcp->ack, seg->tcp->sack, blocks, &sent);
    int64_t rtt_ns = measure_rtt(conn, seg, &sent);
    if (rtt_ns >= 0) {
        take_rtt(conn, seg, &sent, rtt_ns, flight_bytes);
    }
    bool in_recovery = tell_recovery(conn, seg, &sent, duplicate, rtt_ns);
    if (G_UNLIKELY(conn->recovery.too_early)) {
        adapt_rtt(conn, seg, rtt_ns);
    }
    bool progress = sent.acked_bytes > 0;
    /* RFC 5681 3.1: the ACK of a SYN opens no window. */
    sent.acked_bytes -= syn_acked;
    if (G_UNLIKELY(syn_acked)) {
        tcp_fast_open_done(conn);
    }
    bool delivered = !progress && conn->sent.rate != NULL && sent.delivered_bytes > 0;
    if (sent.acked_bytes > 0 || delivered || conn->ecn != NULL) {
        tell_congestion_control(conn, seg, &sent, rtt_ns, in_recovery, flight_bytes);
    }
    if (progress) {
        make_progress(conn, seg->tcp->ack, seg->now_ns);
    }
}

/* ---- the check ---- */

/* Our FIN, once sent, is the last thing in sequence space. */
static bool acks_fin(const TcpConn *conn)
{
    return conn->fin_sent && conn->snd_una == conn->snd_nxt;
}

static TcpVerdict follow_fin(TcpConn *conn, TcpSegment *seg)
{
    if (!acks_fin(conn)) {
        return TCP_CONTINUE;
    }
    switch (conn->state) {
    case TCP_STATE_FIN_WAIT_1:
        seg->fin_acked = true; /* the state follows when it is known whether a FIN came along */
        return TCP_CONTINUE;
    case TCP_STATE_CLOSING:
        tcp_conn_time_wait(conn, TCP_EVENT_RCV_ACK_OF_FIN, seg->now_ns);
        return TCP_CONTINUE;
    case TCP_STATE_LAST_ACK:
        tcp_conn_end(conn, TCP_EVENT_RCV_ACK_OF_FIN, TCP_REASON_CLOSED, seg->now_ns);
        return TCP_DONE;
    default:
        return TCP_CONTINUE;
    }
}

/* With nothing outstanding an ACK tells of what was sent only by a D-SACK: that it arrived twice.
 * After TIME-WAIT has begun nobody wants to know. */
static bool tells_of_sent(const TcpConn *conn, const TcpSegment *seg)
{
    return conn->sent.count > 0 || (G_UNLIKELY(seg->tcp->sack_count > 0) && conn->sack_ok &&
                                    conn->state != TCP_STATE_TIME_WAIT);
}

TcpVerdict tcp_ack_check(TcpConn *conn, TcpSegment *seg)
{
    TcpSeq ack = seg->tcp->ack;
    if (conn->probe_out && ack == conn->snd_nxt + 1) {
        tcp_output_adopt_probe(conn, seg->now_ns);
    }
    if (G_UNLIKELY(seq_gt(ack, conn->snd_nxt))) {
        return tcp_input_challenge(conn, seg, INET_DISCARD_TCP_FUTURE_ACK);
    }
    if (G_UNLIKELY(seq_lt(ack, conn->snd_una))) {
        /* RFC 5961 5.2 (MAY-12): older than any ACK the peer can have sent. */
        if (conn->config->challenge_ack && conn->snd_una - ack > conn->max_snd_wnd) {
            return tcp_input_challenge(conn, seg, INET_DISCARD_TCP_OLD_ACK);
        }
        return TCP_CONTINUE; /* a duplicate; its text may be new */
    }
    uint32_t old_wnd = conn->snd_wnd;
    conn->probes = 0;
    if (is_window_news(conn, seg)) {
        tcp_ack_take_window(conn, seg);
    }
    if (G_UNLIKELY(conn->snd_wnd == 0) && conn->config->bare_probes) {
        tcp_timer_cancel(conn, TCP_TIMER_PERSIST, seg->now_ns); /* it runs anew from the answer */
    }
    if (tells_of_sent(conn, seg)) {
        learn(conn, seg, old_wnd);
    }
    return follow_fin(conn, seg);
}
