/* The timers of a connection and what they do (RFC 9293 3.8, 3.10.8; RFC 6298 section 5). */

#include <stdlib.h>

#include "sim/sim_lines.h"
#include "tcp/tcp_ecn.h"
#include "tcp/tcp_fast_open.h"
#include "tcp/tcp_path.h"

enum { MOST_TRIES = UINT8_MAX /* counted no further */ };

#define SWS_OVERRIDE_NS (500 * SIM_NS_PER_MS) /* RFC 9293 3.8.6.2.1: 0.1 to 1 s */

static const uint8_t slot_of[TCP_N_TIMERS] = {
    [TCP_TIMER_RETRANSMIT] = TCP_SLOT_SENDER,    [TCP_TIMER_REORDERING] = TCP_SLOT_SENDER,
    [TCP_TIMER_LOSS_PROBE] = TCP_SLOT_SENDER,    [TCP_TIMER_PERSIST] = TCP_SLOT_SENDER,
    [TCP_TIMER_DELAYED_ACK] = TCP_SLOT_RECEIVER, [TCP_TIMER_KEEP_ALIVE] = TCP_SLOT_IDLE,
    [TCP_TIMER_TIME_WAIT] = TCP_SLOT_SENDER,     [TCP_TIMER_USER] = TCP_SLOT_IDLE,
};

static void announce(const TcpConn *conn, TcpTimer timer, TcpTimerChange change, int64_t due_at_ns,
                     int64_t now_ns)
{
    const TcpProbe *probe = conn->tcp->probe;
    if (G_UNLIKELY(probe != NULL) && probe->on_timer != NULL) {
        probe->on_timer(probe->watcher, conn, timer, change, due_at_ns, now_ns);
    }
}

/* NULL: it was never set. */
static const SimEvent *event_of(const TcpConn *conn, uint8_t slot)
{
    return G_LIKELY(slot < TCP_N_PLAIN_SLOTS) ? &conn->events[slot]
           : conn->idle != NULL               ? &conn->idle->event
                                              : NULL;
}

bool tcp_timer_armed(const TcpConn *conn, TcpTimer timer)
{
    uint8_t slot = slot_of[timer];
    const SimEvent *event = event_of(conn, slot);
    return conn->slot_timer[slot] == timer && event != NULL && sim_event_armed(event);
}

static void fire_idle(SimEvent *event, int64_t now_ns);

static SimEvent *make_event(TcpConn *conn, uint8_t slot)
{
    if (G_UNLIKELY(slot == TCP_SLOT_IDLE) && conn->idle == NULL) {
        conn->idle = sim_lines_new0(1, sizeof *conn->idle);
        conn->idle->conn = conn;
        sim_event_init(&conn->idle->event, fire_idle);
    }
    return (SimEvent *)event_of(conn, slot);
}

void tcp_timer_set(TcpConn *conn, TcpTimer timer, int64_t due_at_ns, int64_t now_ns)
{
    uint8_t slot = slot_of[timer];
    if (G_UNLIKELY(conn->slot_timer[slot] != timer)) {
        tcp_timer_cancel(conn, (TcpTimer)conn->slot_timer[slot], now_ns);
        conn->slot_timer[slot] = (uint8_t)timer;
    }
    sim_arm(conn->tcp->node->sim, make_event(conn, slot), due_at_ns, &conn->tcp->node->entity);
    announce(conn, timer, TCP_TIMER_SET, due_at_ns, now_ns);
}

void tcp_timer_cancel(TcpConn *conn, TcpTimer timer, int64_t now_ns)
{
    if (tcp_timer_armed(conn, timer)) {
        SimEvent *event = make_event(conn, slot_of[timer]);
        int64_t due_at_ns = event->at_ns;
        sim_cancel(conn->tcp->node->sim, event);
        announce(conn, timer, TCP_TIMER_CANCELLED, due_at_ns, now_ns);
    }
}

void tcp_timer_cancel_all(TcpConn *conn, int64_t now_ns)
{
    for (unsigned slot = 0; slot < TCP_N_SLOTS; slot++) {
        tcp_timer_cancel(conn, (TcpTimer)conn->slot_timer[slot], now_ns);
    }
    if (G_UNLIKELY(conn->pacer != NULL)) {
        tcp_pacing_cancel(conn);
    }
}

void tcp_timer_clear(TcpConn *conn)
{
    for (unsigned slot = 0; slot < TCP_N_PLAIN_SLOTS; slot++) {
        sim_cancel(conn->tcp->node->sim, &conn->events[slot]);
    }
    if (conn->idle != NULL) {
        sim_cancel(conn->tcp->node->sim, &conn->idle->event);
        free(conn->idle);
    }
}

/* ---- giving up ---- */

static void count_up(uint8_t *count)
{
    *count = (uint8_t)MIN(*count + 1, MOST_TRIES);
}

/* Milliseconds that wrap: only differences mean anything. */
static uint32_t wrapped_ms(int64_t at_ns)
{
    return (uint32_t)(at_ns / SIM_NS_PER_MS);
}

/* RFC 9293 3.8.3: tells of trouble at R1, ends the connection at R2. True: it has ended. tries:
 * how often the same segment was sent again without an answer. */
static bool give_up(TcpConn *conn, uint32_t tries, int64_t now_ns)
{
    const TcpConfig *config = conn->config;
    int64_t waited_ns = (int64_t)(wrapped_ms(now_ns) - conn->trouble_since_ms) * SIM_NS_PER_MS;
    bool is_syn = conn->state == TCP_STATE_SYN_SENT || conn->state == TCP_STATE_SYN_RCVD;
    bool past_r2 = is_syn ? waited_ns >= config->syn_r2_ns
                          : !conn->timeout_adopted && /* else that decides */
                                (tries >= MIN(config->r2_retries, MOST_TRIES) ||
                                 (config->r2_ns > 0 && waited_ns >= config->r2_ns));
    if (past_r2 && config->r2_retries != 0) { /* MUST-20, MUST-21 */
        tcp_conn_end(conn, TCP_EVENT_TIMEOUT_USER, TCP_REASON_TIMEOUT, now_ns);
        return true;
    }
    if (tries >= config->r1_retries && !conn->advised) { /* MUST-20, SHLD-9 */
        conn->advised = true;
        inet_path_doubt(conn->tcp->inet, &conn->path, now_ns);
        conn->advice = TCP_REASON_TIMEOUT;
        tcp_conn_note(conn, TCP_NOTE_ADVICE);
    }
    return false;
}

/* ---- retransmission ---- */

static void resend_syn(TcpConn *conn, int64_t now_ns)
{
    count_up(&conn->syn_timeouts);
    tcp_fast_open_failed(conn, now_ns);
    tcp_rtt_back_off(&conn->rtt);
    if (conn->ecn != NULL) {
        tcp_ecn_syn_timed_out(conn);
    }
    SimKey packet = tcp_output_again(conn, 0, PACKET_WHY_RETRANSMIT_TIMEOUT, now_ns);
    tcp_sent_again(&conn->sent, 0, packet, true, now_ns);
}

static void on_retransmit(TcpConn *conn, int64_t now_ns)
{
    conn->rto_at_ns = 0;
    if (conn->retries == 0) {
        conn->trouble_since_ms = wrapped_ms(tcp_sent_at(&conn->sent, 0)->sent_at_ns);
    }
    if (give_up(conn, conn->retries, now_ns)) {
        return;
    }
    conn->timeouts++;
    if (conn->recovery.ops == NULL) {
        resend_syn(conn, now_ns);
    } else {
        /* RFC 6298 (5.4) to (5.6): the oldest segment first, the time-out doubled; RFC 5681 3.1. */
        TcpCcLossKind kind = conn->retries == 0 ? TCP_CC_LOSS_TIMEOUT : TCP_CC_LOSS_TIMEOUT_AGAIN;
        tcp_rtt_back_off(&conn->rtt);
        tcp_path_timed_out(conn, now_ns);
        tcp_recovery_on_timeout(&conn->recovery, kind, conn->snd_nxt, now_ns);
    }
    count_up(&conn->retries);
}

/* ---- what recovery waits for ---- */

static void on_reordering(TcpConn *conn, int64_t now_ns)
{
    bool was_on = conn->recovery.on;
    tcp_recovery_on_wake(&conn->recovery, TCP_WAKE_REORDERING, conn->snd_nxt, now_ns);
    conn->fast_retransmits += !was_on && conn->recovery.on;
}

/* RFC 8985 7.3: after the probe the time-out runs anew, whether there was one or not. Nagle's delay
 * does not hold it up. */
static void on_loss_probe(TcpConn *conn, int64_t now_ns)
{
    conn->rto_at_ns = 0;
    conn->sws_override = true;
    tcp_recovery_on_wake(&conn->recovery, TCP_WAKE_PROBE, conn->snd_nxt, now_ns);
}

/* ---- persist ---- */

/* The window is closed, or too small to be worth a segment: RFC 9293 3.8.6.1 and 3.8.6.2.1 (4). */
static void on_persist(TcpConn *conn, int64_t now_ns)
{
    if (conn->snd_wnd > 0) {
        conn->sws_override = true;
        conn->more = false; /* it has not come in time */
        return;
    }
    if (conn->probes == 0) {
        conn->trouble_since_ms = wrapped_ms(now_ns);
    }
    /* RFC 6429: only silence counts; probes is 0 again whenever the peer answers (MUST-37). */
    if (give_up(conn, conn->probes, now_ns)) {
        return;
    }
    tcp_output_probe(conn, now_ns);
    count_up(&conn->probes);
    conn->probe_gap = (uint8_t)MIN(conn->probe_gap + 1, 16);
}

int64_t tcp_timer_persist_ns(const TcpConn *conn, int64_t now_ns)
{
    if (G_UNLIKELY(conn->ecn != NULL) && tcp_ecn_held_ns(conn, now_ns) > 0) {
        return tcp_ecn_held_ns(conn, now_ns);
    }
    if (conn->snd_wnd > 0) {
        return SWS_OVERRIDE_NS;
    }
    /* SHLD-29, SHLD-30. */
    return tcp_rtt_doubled(&conn->rtt, conn->probe_gap);
}

/* ---- keep-alive ---- */

/* RFC 5482 4.2: a peer that may be silent for so long is not probed before. */
static int64_t keep_alive_idle_ns(const TcpConn *conn)
{
    int64_t adopted_ns =
        conn->timeout_adopted ? (int64_t)conn->user_timeout_ms * SIM_NS_PER_MS + SIM_NS_PER_S : 0;
    return MAX(conn->config->keep_alive_idle_ns, adopted_ns);
}

/* MUST-26: only while nothing is outstanding, which the retransmission timer looks after. */
static bool may_keep_alive(const TcpConn *conn)
{
    return conn->state >= TCP_STATE_ESTABLISHED && conn->state < TCP_STATE_TIME_WAIT &&
           conn->sent.out_bytes == 0 && !tcp_conn_has_unsent(conn);
}

void tcp_timer_keep_alive(TcpConn *conn, int64_t now_ns)
{
    if (G_LIKELY(!conn->keep_alive)) {
        return;
    }
    if (may_keep_alive(conn)) {
        tcp_timer_set(conn, TCP_TIMER_KEEP_ALIVE, now_ns + keep_alive_idle_ns(conn), now_ns);
    } else {
        tcp_timer_cancel(conn, TCP_TIMER_KEEP_ALIVE, now_ns);
    }
}

static void on_keep_alive(TcpConn *conn, int64_t now_ns)
{
    const TcpConfig *config = conn->config;
    if (!may_keep_alive(conn)) {
        return; /* it begins anew when what is outstanding is acknowledged */
    }
    if (conn->probes >= MIN(config->keep_alive_probes, MOST_TRIES)) { /* MUST-29 */
        tcp_conn_end(conn, TCP_EVENT_TIMEOUT_USER, TCP_REASON_KEEP_ALIVE, now_ns);
        return;
    }
    /* SHLD-12: no octet of garbage; SEG.SEQ = SND.NXT-1 is enough to be answered. */
    TcpOut probe = { .seq = conn->snd_nxt - 1, .flags = TCP_ACK, .why = PACKET_WHY_KEEP_ALIVE };
    tcp_transmit(conn, &probe, now_ns);
    count_up(&conn->probes);
    tcp_timer_set(conn, TCP_TIMER_KEEP_ALIVE, now_ns + config->keep_alive_interval_ns, now_ns);
}

/* ---- the others ---- */

static void on_delayed_ack(TcpConn *conn, int64_t now_ns)
{
    conn->ack_why = PACKET_WHY_DELAYED_ACK;
    if (conn->pace != NULL) {
        tcp_pace_timer(conn);
    }
}

void tcp_timer_time_wait(TcpConn *conn, int64_t now_ns)
{
    tcp_timer_set(conn, TCP_TIMER_TIME_WAIT, now_ns + 2 * conn->config->msl_ns, now_ns);
}

static void on_time_wait(TcpConn *conn, int64_t now_ns)
{
    tcp_conn_end(conn, TCP_EVENT_TIMEOUT_2MSL, TCP_REASON_CLOSED, now_ns);
}

void tcp_timer_user(TcpConn *conn, bool progress, int64_t now_ns)
{
    if (G_LIKELY(conn->user_timeout_ms == 0) || conn->state == TCP_STATE_TIME_WAIT) {
        return;
    }
    if (conn->sent.out_bytes == 0 && !tcp_conn_has_unsent(conn)) {
        tcp_timer_cancel(conn, TCP_TIMER_USER, now_ns);
    } else if (progress || !tcp_timer_armed(conn, TCP_TIMER_USER)) {
        int64_t due_at_ns = now_ns + (int64_t)conn->user_timeout_ms * SIM_NS_PER_MS;
        tcp_timer_set(conn, TCP_TIMER_USER, due_at_ns, now_ns);
    }
}

/* RFC 9293 3.10.8: USER TIMEOUT. */
static void on_user(TcpConn *conn, int64_t now_ns)
{
    tcp_conn_end(conn, TCP_EVENT_TIMEOUT_USER, TCP_REASON_TIMEOUT, now_ns);
}

/* The program goes on as if the handshake were done, and lets the SYN go by writing. */
static void tell_open(TcpConn *conn)
{
    if (conn->syn_waits) {
        conn->told_open = true;
        tcp_conn_note(conn, TCP_NOTE_ESTABLISHED);
    }
}

typedef void (*TimerFn)(TcpConn *conn, int64_t now_ns);

static const TimerFn actions[TCP_N_TIMERS] = {
    [TCP_TIMER_RETRANSMIT] = on_retransmit,   [TCP_TIMER_REORDERING] = on_reordering,
    [TCP_TIMER_LOSS_PROBE] = on_loss_probe,   [TCP_TIMER_PERSIST] = on_persist,
    [TCP_TIMER_DELAYED_ACK] = on_delayed_ack, [TCP_TIMER_KEEP_ALIVE] = on_keep_alive,
    [TCP_TIMER_TIME_WAIT] = on_time_wait,     [TCP_TIMER_USER] = on_user,
};

static void fire(TcpConn *conn, unsigned slot, int64_t now_ns)
{
    TcpTimer timer = (TcpTimer)conn->slot_timer[slot];
    tcp_conn_enter(conn);
    if (G_UNLIKELY(conn->lingering)) { /* no timer: tcp_conn_all_read() */
        conn->lingering = false;
        tcp_conn_note(conn, TCP_NOTE_CLOSED);
    } else if (G_UNLIKELY(slot == TCP_SLOT_RECEIVER && conn->state == TCP_STATE_SYN_SENT)) {
        tell_open(conn); /* no timer: tcp_connect() */
    } else {
        announce(conn, timer, TCP_TIMER_FIRED, now_ns, now_ns);
        actions[timer](conn, now_ns);
    }
    tcp_conn_leave(conn, now_ns);
}

static TcpConn *owner_of(SimEvent *event, unsigned slot)
{
    return (TcpConn *)((char *)(event - slot) - offsetof(TcpConn, events));
}

static void fire_sender(SimEvent *event, int64_t now_ns)
{
    fire(owner_of(event, TCP_SLOT_SENDER), TCP_SLOT_SENDER, now_ns);
}

static void fire_receiver(SimEvent *event, int64_t now_ns)
{
    fire(owner_of(event, TCP_SLOT_RECEIVER), TCP_SLOT_RECEIVER, now_ns);
}

static void fire_idle(SimEvent *event, int64_t now_ns)
{
    fire(((TcpIdleTimer *)event)->conn, TCP_SLOT_IDLE, now_ns);
}

void tcp_timer_init(TcpConn *conn)
{
    static const SimEventFn fns[TCP_N_PLAIN_SLOTS] = {
        [TCP_SLOT_SENDER] = fire_sender,
        [TCP_SLOT_RECEIVER] = fire_receiver,
    };
    for (unsigned slot = 0; slot < TCP_N_PLAIN_SLOTS; slot++) {
        sim_event_init(&conn->events[slot], fns[slot]);
    }
    conn->slot_timer[TCP_SLOT_SENDER] = TCP_TIMER_RETRANSMIT;
    conn->slot_timer[TCP_SLOT_RECEIVER] = TCP_TIMER_DELAYED_ACK;
    conn->slot_timer[TCP_SLOT_IDLE] = TCP_TIMER_KEEP_ALIVE;
}
