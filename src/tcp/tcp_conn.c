/* The life of a connection: made, established, ended; its state and who is told. RFC 9293
 * section 3.3. */

#include "tcp/tcp_ecn.h"
#include "tcp/tcp_fast_open.h"
#include "tcp/tcp_user_timeout.h"

#include <stdlib.h>
#include <string.h>

#include "sim/sim_lines.h"

/* An idle connection stays under 1 KiB, so that a large world fits a small machine. */
G_STATIC_ASSERT(sizeof(TcpConn) <= 1024);

#define AFTER_SYN_LOSS_RTO_NS (3 * SIM_NS_PER_S)

/* A random stream for the congestion control, named by host and connection. */
static Rng *new_rng(const TcpConn *conn)
{
    g_autofree char *name =
        g_strdup_printf("tcp %s cc %016" G_GINT64_MODIFIER "x",
                        inet_stack_node(conn->tcp->inet)->name, tcp_conn_stream(conn));
    Rng *rng = g_new(Rng, 1);
    rng_init(rng, conn->tcp->seed, name);
    return rng;
}

static void start_congestion_control(TcpConn *conn)
{
    const TcpCcOps *ops = conn->config->cc;
    tcp_cc_init(&conn->cc, ops, ops->draws ? new_rng(conn) : NULL);
    bool configured = tcp_cc_configure(&conn->cc, conn->config->cc_params, NULL);
    g_assert(configured); /* the scenario has checked it */
    if (conn->config->slow_start != NULL) {
        conn->cc.slow_start = tcp_slow_start_new(conn->config->slow_start);
    }
}

void tcp_conn_set_iss(TcpConn *conn, TcpSeq iss)
{
    conn->iss = iss;
    conn->snd_una = iss;
    conn->snd_nxt = iss;
    conn->push_seq = iss;
    conn->buf_seq = iss + 1;
}

void tcp_conn_set_user_timeout(TcpConn *conn, int64_t timeout_ns)
{
    int64_t timeout_ms = (timeout_ns + SIM_NS_PER_MS - 1) / SIM_NS_PER_MS;
    conn->user_timeout_ms = (uint32_t)MIN(timeout_ms, UINT32_MAX);
}

TcpConn *tcp_conn_new(TcpStack *tcp, const TcpOpening *opening, int64_t now_ns)
{
    TcpConfig *config = opening->config;
    TcpConn *conn = sim_lines_new0(1, sizeof(TcpConn));
    conn->tcp = tcp;
    conn->config = config;
    conn->ends = opening->ends;
    conn->path = opening->path;
    conn->active = opening->active;
    conn->state = opening->active ? TCP_STATE_CLOSED : TCP_STATE_LISTEN;
    conn->nagle = config->nagle;
    conn->keep_alive = config->keep_alive;
    tcp_conn_set_user_timeout(conn, config->user_timeout_ns);
    conn->timeout_fixed = config->user_timeout_ns != 0;
    conn->timeout_owed = config->user_timeout_option;
    conn->rcv_buf_bytes = config->receive_buffer_bytes;
    conn->tos = config->tos;
    if (G_UNLIKELY(tcp_burst_wanted(config))) {
        conn->burst = g_new0(TcpBurst, 1);
    }
    if (G_UNLIKELY(config->receive_buffer_max_bytes != 0)) {
        tcp_space_init(conn);
    }
    uint64_t offsets = tcp_stack_hash(tcp, TCP_HASH_CLOCKS, &conn->ends);
    tcp_conn_set_iss(conn, tcp_stack_isn(tcp, config, (uint32_t)offsets, now_ns));
    conn->ts_offset = (uint32_t)(offsets >> 32);
    tcp_options_init(conn);
    tcp_sendbuf_init(&conn->sendbuf, config->send_buffer_bytes);
    tcp_sent_init(&conn->sent);
    tcp_rtt_init(&conn->rtt, config->initial_rto_ns, config->min_rto_ns, config->max_rto_ns);
    start_congestion_control(conn);
    tcp_timer_init(conn);
    tcp_stack_add(tcp, conn);
    if (tcp->probe != NULL && tcp->probe->on_created != NULL) {
        tcp->probe->on_created(tcp->probe->watcher, conn, now_ns);
    }
    return conn;
}

/* Gives back what only a connection that still sends needs. */
static void clear_sender(TcpConn *conn)
{
    uint64_t written = conn->sendbuf.end; /* which the statistics are made from */
    tcp_pacing_stop(conn);
    tcp_sent_forget_rate(&conn->sent);
    tcp_sent_clear(&conn->sent);
    tcp_sendbuf_clear(&conn->sendbuf);
    conn->sendbuf.base = written;
    conn->sendbuf.end = written;
    conn->unsent_bytes = 0;
    if (conn->recovery.ops != NULL) {
        tcp_recovery_clear(&conn->recovery);
    }
}

void tcp_conn_free(TcpConn *conn)
{
    tcp_timer_clear(conn);
    tcp_stack_remove(conn->tcp, conn);
    clear_sender(conn);
    g_clear_pointer(&conn->cc.rng, g_free);
    tcp_cc_clear(&conn->cc); /* kept until now: it tells its phase as long as somebody may ask */
    tcp_reasm_clear(&conn->reasm);
    g_rc_box_release(conn->config);
    tcp_ecn_close(conn);
    g_free(conn->told);
    tcp_fast_open_done(conn);
    g_free(conn->burst);
    g_free(conn->pace);
    g_free(conn->space);
    free(conn);
}

void tcp_conn_set_state(TcpConn *conn, TcpEvent event, int64_t now_ns)
{
    TcpState from = conn->state, to = tcp_fsm_next(from, event);
    g_assert(to != TCP_N_STATES);
    conn->state = (uint8_t)to;
    const TcpProbe *probe = conn->tcp->probe;
    if (probe != NULL && probe->on_state != NULL) {
        probe->on_state(probe->watcher, conn, from, event, to, now_ns);
    }
}

uint32_t tcp_conn_segment_bytes(const TcpConn *conn)
{
    if (G_LIKELY(!conn->sack_ok || !tcp_reasm_has_sacks(&conn->reasm))) {
        return conn->snd_mss_bytes - tcp_user_timeout_bytes(conn);
    }
    return MAX(conn->seg_limit_bytes, WIRE_TCP_MAX_OPTION_BYTES + 1) - WIRE_TCP_MAX_OPTION_BYTES;
}

void tcp_conn_limit_segments(TcpConn *conn, uint16_t seg_limit_bytes)
{
    uint8_t options = conn->ts_ok ? TCP_OPT_TIMESTAMPS : 0;
    uint32_t option_bytes = wire_tcp_header_bytes(options, 0) - WIRE_TCP_HEADER_BYTES;
    conn->seg_limit_bytes = seg_limit_bytes;
    conn->snd_mss_bytes = (uint16_t)(MAX(seg_limit_bytes, option_bytes + 1) - option_bytes);
}

uint32_t tcp_conn_initial_window(const TcpConn *conn)
{
    /* RFC 5681 3.1: one segment if the SYN was lost; RFC 6928 section 2: if it was lost more
     * than once. */
    uint32_t segments = conn->syn_timeouts > 1 ? 1 : conn->config->initial_window_segments;
    return tcp_cc_initial_window_bytes(conn->snd_mss_bytes, segments);
}

void tcp_conn_start_sending(TcpConn *conn, int64_t now_ns)
{
    const TcpRecoveryOps *ops = conn->config->recovery;
    if (ops == NULL || (ops->wants_sack && !conn->sack_ok)) {
        const char *newreno = conn->config->linux_rack ? "linux-newreno" : "newreno";
        ops = tcp_recovery_find(conn->sack_ok ? "sack" : newreno);
    }
    tcp_cc_established(&conn->cc, conn->snd_mss_bytes, tcp_conn_initial_window(conn), now_ns);
    tcp_recovery_init(&conn->recovery, ops, &conn->sent, &conn->cc);
    const TcpRecoveryTraits traits = { .limited_transmit = conn->config->limited_transmit,
                                       .prr = conn->config->prr && !conn->cc.ops->steers_recovery,
                                       .whole_segments = conn->config->whole_segments,
                                       .linux_rack = conn->config->linux_rack,
                                       .timer_slack_ns = (uint32_t)conn->config->timer_slack_ns,
                                       .undo = conn->config->undo,
                                       .f_rto = conn->config->f_rto };
    tcp_recovery_established(&conn->recovery, conn->snd_mss_bytes, &traits, conn->iss);
    if (conn->cc.ops->wants_rate) {
        tcp_sent_measure_rate(&conn->sent, now_ns);
    }
    tcp_pacing_start(conn);
    if (conn->syn_timeouts > 0) {
        /* RFC 6298 (5.7). */
        int64_t least_ns = MIN(AFTER_SYN_LOSS_RTO_NS, conn->rtt.max_rto_ns);
        conn->rtt.rto_ns = MAX(conn->rtt.rto_ns, least_ns);
        tcp_rtt_clear_back_off(&conn->rtt);
    }
    conn->last_sent_at_ns = now_ns;
    conn->retries = 0;
    conn->advised = false;
    if (G_UNLIKELY(conn->burst != NULL)) {
        tcp_burst_start(conn, now_ns);
    }
    if (G_UNLIKELY(conn->config->quick_ack && conn->pace == NULL)) {
        tcp_pace_init(conn, now_ns);
    }
    if (G_UNLIKELY(conn->space != NULL)) {
        tcp_space_established(conn, now_ns);
    }
}

void tcp_conn_established(TcpConn *conn, TcpEvent event, int64_t now_ns)
{
    tcp_conn_start_sending(conn, now_ns);
    tcp_conn_set_state(conn, event, now_ns);
    if (G_LIKELY(!conn->told_open)) {
        tcp_conn_note(conn, TCP_NOTE_ESTABLISHED);
    }
    tcp_timer_keep_alive(conn, now_ns);
    if (conn->fin_wanted) {
        /* RFC 9293 3.10.4: the CLOSE that waited in SYN-RECEIVED for queued data. */
        tcp_conn_set_state(conn, TCP_EVENT_CLOSE, now_ns);
    }
}

void tcp_conn_end(TcpConn *conn, TcpEvent event, TcpReason reason, int64_t now_ns)
{
    bool opening = conn->state == TCP_STATE_SYN_SENT || conn->state == TCP_STATE_SYN_RCVD;
    conn->tcp->stats.failed_opens += opening;
    tcp_conn_set_state(conn, event, now_ns);
    g_assert(conn->state == TCP_STATE_CLOSED);
    tcp_timer_cancel_all(conn, now_ns);
    tcp_stack_hide(conn->tcp, conn);
    conn->ack_why = PACKET_WHY_NONE;
    conn->ack_first = false;
    conn->reason = (uint8_t)reason;
    tcp_fast_open_done(conn);
    if (conn->spawned) {
        tcp_listener_lost(conn->listener, conn);
    }
    const TcpProbe *probe = conn->tcp->probe;
    if (probe != NULL && probe->on_closed != NULL) {
        probe->on_closed(probe->watcher, conn, reason, now_ns);
    }
    /* After an orderly end the program may still read what came, and is told after that. */
    conn->lingering = reason == TCP_REASON_CLOSED && !conn->released && conn->reasm.ready_bytes > 0;
    if (!conn->lingering) {
        conn->notes = 0;
        tcp_conn_note(conn, TCP_NOTE_CLOSED);
    }
}

void tcp_conn_all_read(TcpConn *conn, int64_t now_ns)
{
    /* In an event of its own: the program is in the middle of a call. */
    sim_arm(conn->tcp->node->sim, &conn->events[TCP_SLOT_SENDER], now_ns, &conn->tcp->node->entity);
}

void tcp_conn_reset(TcpConn *conn, TcpEvent event, TcpReason reason, int64_t now_ns)
{
    switch (conn->state) {
    case TCP_STATE_SYN_RCVD:
    case TCP_STATE_ESTABLISHED:
    case TCP_STATE_FIN_WAIT_1:
    case TCP_STATE_FIN_WAIT_2:
    case TCP_STATE_CLOSE_WAIT:
        tcp_transmit_reset(conn, now_ns);
        break;
    default:
        break; /* RFC 9293 3.10.5: the others have nothing left that a reset could end */
    }
    tcp_conn_end(conn, event, reason, now_ns);
}

void tcp_conn_time_wait(TcpConn *conn, TcpEvent event, int64_t now_ns)
{
    tcp_conn_set_state(conn, event, now_ns);
    tcp_timer_cancel_all(conn, now_ns);
    clear_sender(conn);
    tcp_timer_time_wait(conn, now_ns);
}

/* ---- the frame around every event ---- */

void tcp_conn_note(TcpConn *conn, TcpNote note)
{
    conn->notes |= (uint8_t)(1 << note);
}

static TcpReason reason_of_note(const TcpConn *conn, TcpNote note)
{
    return note == TCP_NOTE_CLOSED   ? (TcpReason)conn->reason
           : note == TCP_NOTE_ADVICE ? (TcpReason)conn->advice
                                     : TCP_REASON_NONE;
}

static void deliver_notes(TcpConn *conn, int64_t now_ns)
{
    while (conn->notes != 0) {
        TcpNote note = (TcpNote)g_bit_nth_lsf(conn->notes, -1);
        conn->notes &= (uint8_t)(conn->notes - 1);
        if (note == TCP_NOTE_ESTABLISHED && conn->spawned) {
            tcp_listener_ready(conn->listener, conn, now_ns);
        } else if (conn->on_note != NULL) {
            conn->on_note(conn->holder, conn, note, reason_of_note(conn, note), now_ns);
        }
    }
}

static void announce_vars(TcpConn *conn, int64_t now_ns)
{
    const TcpProbe *probe = conn->tcp->probe;
    if (probe->on_vars == NULL) {
        return;
    }
    TcpVars vars;
    memset(&vars, 0, sizeof vars); /* padding too: it is compared */
    tcp_conn_vars(conn, &vars);
    if (conn->told == NULL) {
        conn->told = g_new0(TcpVars, 1);
    }
    if (memcmp(conn->told, &vars, sizeof vars) != 0) {
        *conn->told = vars;
        probe->on_vars(probe->watcher, conn, now_ns);
    }
}

void tcp_conn_enter(TcpConn *conn)
{
    conn->busy++;
}

static void finish_event(TcpConn *conn, int64_t now_ns)
{
    if (conn->ack_first) {
        conn->ack_first = false;
        tcp_output(conn, now_ns);
    }
    deliver_notes(conn, now_ns);
    if (G_UNLIKELY(conn->state == TCP_STATE_CLOSED)) {
        return;
    }
    tcp_output(conn, now_ns);
    if (G_UNLIKELY(conn->tcp->probe != NULL)) {
        announce_vars(conn, now_ns);
    }
    tcp_check_invariants(conn);
}

void tcp_conn_leave(TcpConn *conn, int64_t now_ns)
{
    if (conn->busy == 1) {
        finish_event(conn, now_ns);
    }
    conn->busy--;
    if (G_UNLIKELY(conn->state == TCP_STATE_CLOSED) && conn->busy == 0 && !conn->lingering) {
        tcp_conn_free(conn);
    }
}

/* ---- what others may ask ---- */

TcpState tcp_conn_state(const TcpConn *conn)
{
    return (TcpState)conn->state;
}

TcpStack *tcp_conn_stack(const TcpConn *conn)
{
    return conn->tcp;
}

InetAddr tcp_conn_local_addr(const TcpConn *conn)
{
    return conn->ends.local;
}

InetAddr tcp_conn_remote_addr(const TcpConn *conn)
{
    return conn->ends.remote;
}

uint16_t tcp_conn_local_port(const TcpConn *conn)
{
    return conn->ends.local_port;
}

uint16_t tcp_conn_remote_port(const TcpConn *conn)
{
    return conn->ends.remote_port;
}

bool tcp_conn_is_active(const TcpConn *conn)
{
    return conn->active;
}

uint64_t tcp_conn_stream(const TcpConn *conn)
{
    return tcp_stack_hash(conn->tcp, TCP_HASH_STREAM, &conn->ends) | 1; /* 0 means unknown */
}

static const char *phase_of(const TcpConn *conn)
{
    return conn->recovery.on || conn->recovery.after_timeout ? tcp_recovery_phase(&conn->recovery)
                                                             : tcp_cc_phase(&conn->cc);
}

/* As recovery counts it: what was SACKed or is deemed lost is not in the network. */
static uint32_t in_flight_bytes(const TcpConn *conn)
{
    bool sends = conn->recovery.ops != NULL;
    return sends ? tcp_recovery_in_flight_bytes(&conn->recovery) : conn->sent.out_bytes;
}

/* Where segments are counted, what recovery lets be in flight is the window. */
static uint32_t cwnd_bytes(const TcpConn *conn)
{
    if (G_LIKELY(!conn->config->whole_segments) || !conn->recovery.on) {
        return conn->cc.cwnd_bytes;
    }
    int64_t bytes = (int64_t)conn->cc.cwnd_bytes + tcp_recovery_allowance_bytes(&conn->recovery);
    return (uint32_t)MAX(bytes, conn->cc.mss_bytes);
}

void tcp_conn_vars(const TcpConn *conn, TcpVars *out_vars)
{
    out_vars->iss = conn->iss;
    out_vars->irs = conn->irs;
    out_vars->snd_una = conn->snd_una;
    out_vars->snd_nxt = conn->snd_nxt;
    out_vars->rcv_nxt = tcp_conn_rcv_nxt(conn);
    out_vars->snd_wnd = conn->snd_wnd;
    out_vars->rcv_wnd = tcp_window_offered(conn);
    out_vars->cwnd_bytes = cwnd_bytes(conn);
    out_vars->ssthresh_bytes = conn->cc.ssthresh_bytes;
    out_vars->in_flight_bytes = in_flight_bytes(conn);
    out_vars->srtt_ns = conn->rtt.srtt_ns;
    out_vars->rttvar_ns = conn->rtt.rttvar_ns;
    out_vars->rto_ns = tcp_rtt_rto(&conn->rtt);
    out_vars->in_recovery = conn->recovery.on || conn->recovery.after_timeout;
    out_vars->cc_phase = phase_of(conn);
}

uintptr_t tcp_conn_tag(const TcpConn *conn)
{
    return conn->tag;
}

void tcp_conn_set_tag(TcpConn *conn, uintptr_t tag)
{
    conn->tag = tag;
}

void tcp_conn_stats(const TcpConn *conn, TcpConnStats *out_stats)
{
    uint64_t first_time_bytes = conn->sendbuf.end - conn->unsent_bytes;
    *out_stats = (TcpConnStats){
        .segments_sent = conn->segments_sent,
        .segments_received = conn->segments_received,
        .segments_retransmitted = conn->segments_retransmitted,
        .bytes_sent = first_time_bytes + conn->bytes_retransmitted,
        .bytes_retransmitted = conn->bytes_retransmitted,
        .bytes_acked = conn->sendbuf.base,
        .bytes_delivered = conn->bytes_delivered,
        .timeouts = conn->timeouts,
        .fast_retransmits = conn->fast_retransmits,
        .dupacks_received = conn->dupacks_received,
    };
    if (conn->ecn != NULL) {
        out_stats->ecn = conn->ecn->stats;
        out_stats->ecn.agreed = conn->ecn->agreed;
    }
}
