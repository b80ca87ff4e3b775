/* What may be sent now: by the peer's window, by the congestion window, by Nagle and the
 * silly-window rule (RFC 9293 3.7.4, 3.8.6.2.1), by what recovery wants sent again. */

#include "tcp/tcp_ecn.h"
#include "tcp/tcp_fast_open.h"
#include "tcp/tcp_rate.h"

/* Payload of a record: SYN and FIN take sequence numbers and no bytes. */
static uint32_t text_bytes(const TcpSent *record)
{
    return record->end - record->seq - ((record->ctl & TCP_SYN) != 0) -
           ((record->ctl & TCP_FIN) != 0);
}

static void record_sent(TcpConn *conn, const TcpOut *out, SimKey packet, int64_t now_ns)
{
    uint32_t seq_len = out->len_bytes + ((out->flags & (TCP_SYN | TCP_FIN)) != 0);
    TcpSent record = {
        .seq = out->seq,
        .end = out->seq + seq_len,
        .sent_at_ns = now_ns,
        .packet = packet,
        .first_packet = packet,
        .transmissions = 1,
        .ctl = (uint8_t)(out->flags & (TCP_SYN | TCP_FIN | TCP_PSH | TCP_URG)),
    };
    tcp_sent_push(&conn->sent, &record);
    conn->snd_nxt = record.end;
    conn->push_seq = seq_max(conn->push_seq, conn->snd_nxt);
}

/* RFC 7413: the SYN takes along what was written before it. It is two records, for a SYN that is
 * sent again goes alone. */
static void send_first_syn(TcpConn *conn, TcpOut *out, int64_t now_ns)
{
    uint32_t len_bytes = tcp_fast_open_syn_bytes(conn);
    conn->syn_waits = false;
    out->len_bytes = len_bytes;
    SimKey packet = tcp_transmit(conn, out, now_ns);
    out->len_bytes = 0;
    record_sent(conn, out, packet, now_ns);
    if (G_UNLIKELY(len_bytes > 0)) {
        const TcpOut text = { .seq = conn->snd_nxt, .len_bytes = len_bytes, .flags = TCP_PSH };
        record_sent(conn, &text, packet, now_ns);
        conn->unsent_bytes -= len_bytes;
    }
}

void tcp_output_syn(TcpConn *conn, int64_t now_ns)
{
    uint16_t flags = conn->state == TCP_STATE_SYN_SENT ? TCP_SYN : TCP_SYN | TCP_ACK;
    TcpOut out = { .seq = conn->iss, .flags = flags, .why = PACKET_WHY_OPEN };
    if (conn->sent.count == 0) {
        send_first_syn(conn, &out, now_ns);
    } else {
        SimKey packet = tcp_transmit(conn, &out, now_ns);
        /* Simultaneous open: our SYN goes out once more, with the ACK of theirs. */
        tcp_sent_again(&conn->sent, 0, packet, true, now_ns);
    }
}

void tcp_output_recall_syn(TcpConn *conn, int64_t now_ns)
{
    const TcpOut out = { .seq = conn->iss, .flags = TCP_SYN };
    record_sent(conn, &out, 0, now_ns);
    tcp_sent_again(&conn->sent, 0, 0, false, now_ns); /* nobody knows when it went: no sample */
}

/* ---- sending again ---- */

SimKey tcp_output_again(TcpConn *conn, uint32_t i, PacketWhy why, int64_t now_ns)
{
    uint32_t limit = tcp_conn_segment_bytes(conn);
    if (text_bytes(tcp_sent_at(&conn->sent, i)) > limit) {
        tcp_sent_split(&conn->sent, i, tcp_sent_at(&conn->sent, i)->seq + limit);
    }
    const TcpSent *record = tcp_sent_at(&conn->sent, i);
    TcpOut out = {
        .seq = record->seq,
        .len_bytes = text_bytes(record),
        .flags = (uint16_t)((record->ctl & ~TCP_URG) | TCP_ACK),
        .why = why,
        .original = record->first_packet,
    };
    if (conn->state == TCP_STATE_SYN_SENT) {
        out.flags = TCP_SYN;
    }
    const TcpTrouble *trouble = conn->recovery.trouble;
    if (why == PACKET_WHY_RETRANSMIT_FAST && trouble != NULL) {
        out.because = trouble->because;
        out.because_count = trouble->because_count;
    }
    return tcp_transmit(conn, &out, now_ns);
}

static void send_again(TcpConn *conn, uint32_t i, int64_t now_ns)
{
    SimKey packet = tcp_output_again(conn, i, (PacketWhy)conn->recovery.why, now_ns);
    if (G_UNLIKELY(conn->pacer != NULL)) {
        tcp_pacing_on_sent(conn, text_bytes(tcp_sent_at(&conn->sent, i)), now_ns);
    }
    tcp_recovery_on_retransmit(&conn->recovery, i, packet, now_ns);
}

/* ---- sending for the first time ---- */

static uint32_t usable_window(const TcpConn *conn)
{
    /* MUST-34: the peer may have taken window back. */
    uint32_t out_bytes = conn->snd_nxt - conn->snd_una;
    return conn->snd_wnd > out_bytes ? conn->snd_wnd - out_bytes : 0;
}

/* RFC 9293 3.8.6.2.1, (1) to (4): whether a segment of len is worth sending; limit: a full one. */
static bool is_worth_sending(const TcpConn *conn, uint32_t len, uint32_t limit)
{
    if (len == limit || conn->sws_override) {
        return true;
    }
    /* RFC 9293 3.7.4: a SYN on its way is no data. */
    bool idle = conn->snd_nxt == conn->snd_una || conn->snd_nxt == conn->iss + 1;
    if (G_UNLIKELY(conn->corked || conn->holding) && !conn->fin_wanted) {
        return false;
    }
    bool idle_or_eager =
        G_LIKELY(conn->burst == NULL) ? idle || !conn->nagle : tcp_burst_passes_nagle(conn);
    if (len == conn->unsent_bytes) {
        return idle_or_eager || conn->fin_wanted; /* after a FIN nothing will come to fill it */
    }
    return idle_or_eager && len >= conn->max_snd_wnd / 2;
}

static PacketWhy why_new(const TcpConn *conn, uint16_t flags)
{
    if (flags & TCP_FIN) {
        return PACKET_WHY_CLOSE;
    }
    if (G_UNLIKELY(conn->recovery.probe)) {
        return PACKET_WHY_LOSS_PROBE;
    }
    bool beyond = conn->sent.out_bytes >= conn->cc.cwnd_bytes;
    return beyond && !conn->recovery.on && conn->recovery.dupacks > 0 ? PACKET_WHY_LIMITED_TRANSMIT
                                                                      : PACKET_WHY_DATA;
}

/* RFC 5681 4.1. The algorithm hears of it even where slow start is not begun anew: time without
 * anything to send is no time to grow in (RFC 9438 5.8). */
static void restart_after_idle(TcpConn *conn, int64_t now_ns)
{
    if (conn->sent.count > 0) {
        return;
    }
    const TcpCcOps *ops = conn->cc.ops;
    int64_t idle_ns = now_ns - conn->last_sent_at_ns, rto_ns = tcp_rtt_rto(&conn->rtt);
    if (idle_ns > rto_ns || ops->wants_rate) {
        bool restarts = conn->config->slow_start_after_idle && !ops->steers_recovery;
        uint32_t restart_bytes = restarts ? tcp_conn_initial_window(conn) : 0;
        if (restart_bytes > 0 && conn->config->validation) {
            restart_bytes = tcp_burst_restart_bytes(conn, idle_ns, rto_ns, restart_bytes);
        }
        tcp_cc_on_idle(&conn->cc, idle_ns, rto_ns, restart_bytes, now_ns);
    }
}

static uint16_t flags_new(const TcpConn *conn, uint32_t len, uint32_t usable)
{
    uint16_t flags = TCP_ACK;
    bool last = len == conn->unsent_bytes, at_end = last && !conn->more;
    bool pushed =
        seq_gt(conn->push_seq, conn->snd_nxt) && seq_leq(conn->push_seq, conn->snd_nxt + len);
    if (len > 0 && (at_end || pushed)) {
        flags |= TCP_PSH; /* MUST-61 */
    }
    if (last && conn->fin_wanted && usable > len) {
        flags |= TCP_FIN;
    }
    return flags;
}

/* ends_burst: PSH goes with it, and not with what is sent again. */
static void transmit_new(TcpConn *conn, uint32_t len, uint16_t flags, bool ends_burst,
                         int64_t now_ns)
{
    restart_after_idle(conn, now_ns);
    TcpOut out = {
        .seq = conn->snd_nxt, .len_bytes = len, .flags = flags, .why = why_new(conn, flags)
    };
    out.flags |= ends_burst ? TCP_PSH : 0;
    SimKey packet = tcp_transmit(conn, &out, now_ns);
    out.flags = flags;
    record_sent(conn, &out, packet, now_ns);
    conn->unsent_bytes -= len;
    conn->fin_sent = (flags & TCP_FIN) != 0;
    conn->probe_out = false;
    conn->last_sent_at_ns = now_ns;
    if (G_UNLIKELY(conn->pacer != NULL)) {
        tcp_pacing_on_sent(conn, len, now_ns);
    }
    if (G_UNLIKELY(conn->burst != NULL)) {
        tcp_burst_sent(conn, len);
    }
    tcp_cc_on_sent(&conn->cc, conn->sent.out_bytes, now_ns);
    tcp_recovery_on_new(&conn->recovery, conn->rtt.srtt_ns, now_ns);
}

/* Sends one new segment, if cwnd has room for may_send_bytes. False: nothing more can go now. */
static bool send_new(TcpConn *conn, int64_t may_send_bytes, int64_t now_ns)
{
    uint32_t usable = usable_window(conn), limit = tcp_conn_segment_bytes(conn);
    uint32_t len = MIN(MIN(conn->unsent_bytes, limit), usable);
    if (len > may_send_bytes) {
        conn->cwnd_limited = true;
        return false;
    }
    if (conn->unsent_bytes > 0 && !is_worth_sending(conn, len, limit)) {
        return false;
    }
    transmit_new(conn, len, flags_new(conn, len, usable), false, now_ns);
    return true;
}

/* The same for a burst, which PSH ends. */
static bool send_burst(TcpConn *conn, int64_t may_send_bytes, int64_t now_ns)
{
    uint32_t usable = usable_window(conn), limit = tcp_conn_segment_bytes(conn);
    bool limited = may_send_bytes < conn->snd_mss_bytes, fin_alone = conn->unsent_bytes == 0;
    uint32_t bytes =
        fin_alone ? 0 : tcp_burst_bytes(conn, may_send_bytes, usable, now_ns, &limited);
    conn->cwnd_limited = limited;
    if (bytes == 0 && (!fin_alone || limited)) {
        return false;
    }
    for (bool first = true; first || bytes > 0; first = false) {
        uint32_t len = MIN(bytes, limit);
        transmit_new(conn, len, flags_new(conn, len, usable), len == bytes && !first, now_ns);
        bytes -= len;
        usable -= len;
    }
    return true;
}

static int64_t congestion_room(const TcpConn *conn, int64_t now_ns)
{
    if (G_UNLIKELY(conn->ecn != NULL) && tcp_ecn_held_ns(conn, now_ns) > 0) {
        return 0;
    }
    return (int64_t)conn->cc.cwnd_bytes + tcp_recovery_allowance_bytes(&conn->recovery) -
           tcp_recovery_in_flight_bytes(&conn->recovery);
}

/* Whether the next segment, if there is one and the windows let it go, must wait for its time. What
 * recovery wants at once does not. */
static bool is_held_by_pacing(TcpConn *conn, int64_t may_send_bytes, bool has_new, int64_t now_ns)
{
    const TcpRecovery *recovery = &conn->recovery;
    bool has_any = has_new || recovery->on || recovery->after_timeout;
    return has_any && may_send_bytes > 0 && !recovery->resend_now && tcp_pacing_holds(conn, now_ns);
}

/* False: nothing more can go now. */
static bool send_one(TcpConn *conn, int64_t now_ns)
{
    int64_t may_send_bytes = congestion_room(conn, now_ns);
    bool has_new = tcp_conn_has_unsent(conn) && usable_window(conn) > 0;
    uint32_t i;
    if (G_UNLIKELY(conn->pacer != NULL) &&
        is_held_by_pacing(conn, may_send_bytes, has_new, now_ns)) {
        return false; /* whether the window will be what stops it is known when its time has come */
    }
    conn->cwnd_limited = false;
    switch (tcp_recovery_next(&conn->recovery, may_send_bytes, has_new, &i)) {
    case TCP_NEXT_RETRANSMIT:
        send_again(conn, i, now_ns);
        return true;
    case TCP_NEXT_NEW:
        return G_LIKELY(!conn->config->offload) ? send_new(conn, may_send_bytes, now_ns)
                                                : send_burst(conn, may_send_bytes, now_ns);
    case TCP_NEXT_PROBE:
        return send_new(conn, INT64_MAX, now_ns);
    case TCP_NEXT_NOTHING:
        break;
    }
    conn->cwnd_limited = has_new || conn->recovery.after_timeout;
    return false;
}

/* ---- the closed window ---- */

void tcp_output_probe(TcpConn *conn, int64_t now_ns)
{
    if (G_UNLIKELY(conn->config->bare_probes) && conn->sent.count == 0) {
        TcpOut bare = { .seq = conn->snd_una - 1,
                        .flags = TCP_ACK,
                        .why = PACKET_WHY_WINDOW_PROBE };
        tcp_transmit(conn, &bare, now_ns);
        return;
    }
    TcpOut out = { .seq = conn->snd_una, .flags = TCP_ACK, .why = PACKET_WHY_WINDOW_PROBE };
    if (conn->sent.count > 0) {
        /* MUST-35: the window was taken back from under what is outstanding. */
        const TcpSent *oldest = tcp_sent_at(&conn->sent, 0);
        out.len_bytes = MIN(text_bytes(oldest), 1);
        out.flags |= out.len_bytes == 0 ? oldest->ctl & TCP_FIN : 0;
        out.original = oldest->first_packet;
    } else {
        out.len_bytes = MIN(conn->unsent_bytes, 1);
        out.flags |= out.len_bytes == 0 ? TCP_FIN : 0;
        out.original = conn->probe_out ? conn->probe_packet : 0;
    }
    SimKey packet = tcp_transmit(conn, &out, now_ns);
    if (conn->sent.count > 0) {
        tcp_sent_again(&conn->sent, 0, packet, false, now_ns);
    } else if (!conn->probe_out) {
        conn->probe_out = true;
        conn->probe_packet = packet;
    }
}

void tcp_output_adopt_probe(TcpConn *conn, int64_t now_ns)
{
    uint32_t len = MIN(conn->unsent_bytes, 1);
    TcpOut out = { .seq = conn->snd_nxt, .len_bytes = len, .flags = len == 0 ? TCP_FIN : 0 };
    record_sent(conn, &out, conn->probe_packet, now_ns);
    tcp_sent_again(&conn->sent, 0, conn->probe_packet, false, now_ns); /* Karn: gives no sample */
    conn->unsent_bytes -= len;
    conn->fin_sent = len == 0;
    conn->probe_out = false;
}

/* The earlier of the time-out and what recovery waits for: they share the timer (RFC 8985 section
 * 8). A probe due after the time-out goes instead of it (7.2). */
static void arm_with_wake(TcpConn *conn, TcpRecoveryWake wake, int64_t wake_at_ns, int64_t now_ns)
{
    static const TcpTimer timers[] = { [TCP_WAKE_NONE] = TCP_TIMER_RETRANSMIT,
                                       [TCP_WAKE_REORDERING] = TCP_TIMER_REORDERING,
                                       [TCP_WAKE_PROBE] = TCP_TIMER_LOSS_PROBE };
    if (conn->rto_at_ns == 0) {
        conn->rto_at_ns = now_ns + tcp_rtt_rto(&conn->rtt);
    }
    bool late = wake == TCP_WAKE_NONE || wake_at_ns > conn->rto_at_ns;
    int64_t due_at_ns = late ? conn->rto_at_ns : wake_at_ns;
    TcpTimer timer = late && wake == TCP_WAKE_REORDERING ? TCP_TIMER_RETRANSMIT : timers[wake];
    if (!tcp_timer_armed(conn, timer) || conn->events[TCP_SLOT_SENDER].at_ns != due_at_ns) {
        tcp_timer_set(conn, timer, due_at_ns, now_ns);
    }
}

/* RFC 6298 (5.1): the retransmission timer runs while something is outstanding. The persist
 * timer runs while the window is closed, or while what waits is not worth a segment and no ACK
 * can come. */
static void arm_timer(TcpConn *conn, int64_t now_ns)
{
    bool outstanding = conn->sent.count > 0, waiting = tcp_conn_has_unsent(conn);
    if (G_UNLIKELY(conn->pacer != NULL) && tcp_pacing_waits(conn)) {
        waiting = false; /* it does, but for no ACK: the pacer sees to it */
    }
    bool closed = conn->snd_wnd == 0 && conn->recovery.ops != NULL;
    TcpTimer timer = outstanding && !closed ? TCP_TIMER_RETRANSMIT : TCP_TIMER_PERSIST;
    int64_t wake_at_ns = 0;
    conn->rto_at_ns = timer == TCP_TIMER_PERSIST ? 0 : conn->rto_at_ns;
    if (timer == TCP_TIMER_RETRANSMIT && conn->recovery.ops != NULL &&
        conn->recovery.ops->wake != NULL) {
        TcpRecoveryWake wake = tcp_recovery_wake(&conn->recovery, &wake_at_ns);
        arm_with_wake(conn, wake, wake_at_ns, now_ns);
    } else if (!outstanding && !waiting) {
        if (G_UNLIKELY(conn->state == TCP_STATE_TIME_WAIT)) {
            return; /* which has the slot */
        }
        tcp_timer_cancel(conn, (TcpTimer)conn->slot_timer[TCP_SLOT_SENDER], now_ns);
    } else if (!tcp_timer_armed(conn, timer)) {
        int64_t wait_ns = timer == TCP_TIMER_RETRANSMIT ? tcp_rtt_rto(&conn->rtt)
                                                        : tcp_timer_persist_ns(conn, now_ns);
        tcp_timer_set(conn, timer, now_ns + wait_ns, now_ns);
    }
}

/* ---- all of it ---- */

/* An acknowledgement that must be seen as one: a segment with data is no duplicate ACK (RFC 5681
 * section 2). */
static bool must_go_alone(uint8_t why)
{
    return why == PACKET_WHY_DUPLICATE_ACK || why == PACKET_WHY_CHALLENGE_ACK;
}

/* draft-ietf-ccwg-bbr section 4.1.2.4: there is room in the window, nothing to send again, and
 * nothing new. */
static bool is_app_limited(const TcpConn *conn, int64_t now_ns)
{
    const TcpSentQueue *sent = &conn->sent;
    return !tcp_conn_has_unsent(conn) && congestion_room(conn, now_ns) > 0 &&
           sent->lost_bytes <= sent->retransmitted_bytes;
}

static void send_all(TcpConn *conn, int64_t now_ns)
{
    bool had_unsent = tcp_conn_has_unsent(conn);
    TcpSeq snd_nxt = conn->snd_nxt;
    while (send_one(conn, now_ns)) {
    }
    if (G_UNLIKELY(conn->burst != NULL) && had_unsent) {
        tcp_burst_validate(conn, conn->cwnd_limited, conn->snd_nxt != snd_nxt, now_ns);
    }
}

void tcp_output(TcpConn *conn, int64_t now_ns)
{
    if (G_UNLIKELY(must_go_alone(conn->ack_why))) {
        tcp_transmit_ack(conn, (PacketWhy)conn->ack_why, now_ns);
    }
    bool open = conn->recovery.ops != NULL && (conn->snd_wnd > 0 || conn->sent.count == 0);
    if (open && (conn->sent.count > 0 || tcp_conn_has_unsent(conn))) {
        send_all(conn, now_ns);
        if (G_UNLIKELY(conn->sent.rate != NULL) && is_app_limited(conn, now_ns)) {
            tcp_rate_app_limited(&conn->sent);
        }
    }
    conn->sws_override = false; /* both hold for this event's output alone */
    conn->holding = false;
    if (conn->ack_why != PACKET_WHY_NONE) {
        tcp_transmit_ack(conn, (PacketWhy)conn->ack_why, now_ns);
    } else if (G_UNLIKELY(conn->urgent_owed) && conn->recovery.ops != NULL) {
        /* RFC 9293 3.8.5, RFC 1122 4.2.2.4: urgency is told even where the window lets no data
         * pass. */
        tcp_transmit_ack(conn, PACKET_WHY_ACK, now_ns);
    }
    arm_timer(conn, now_ns);
}
