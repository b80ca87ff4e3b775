/* The calls from above: RFC 9293 section 3.10.1 to 3.10.5. */

#include "tcp/tcp_ecn.h"
#include "tcp/tcp_fast_open.h"

/* ---- OPEN ---- */

/* Departs: MUST-51 to MUST-53. There are no source routes: IP options are stepped over below
 * (MUST-50), and routers no longer follow them (RFC 7126 section 4). */

/* MUST-46: a connection is between two hosts. */
static bool is_possible_peer(const TcpStack *tcp, InetAddr addr, uint16_t port)
{
    return port != 0 && inet_addr_family(addr) != INET_FAMILY_NONE &&
           !inet_addr_is_multicast(addr) && !inet_stack_is_broadcast(tcp->inet, addr);
}

/* Fills in what the caller left open. */
static bool find_ends(TcpStack *tcp, TcpEnds *ends, InetPath *path)
{
    if (!is_possible_peer(tcp, ends->remote, ends->remote_port) ||
        !inet_path_find(tcp->inet, ends->remote, path)) {
        return false;
    }
    if (inet_addr_family(ends->local) == INET_FAMILY_NONE) {
        ends->local = path->src; /* MUST-44 */
    } else if (!inet_stack_has_addr(tcp->inet, ends->local)) {
        return false;
    }
    if (ends->local_port == 0) {
        ends->local_port = tcp_stack_pick_port(tcp, ends);
    }
    return ends->local_port != 0 && tcp_stack_find(tcp, ends) == NULL;
}

TcpConn *tcp_connect(TcpStack *tcp, InetAddr from, uint16_t from_port, InetAddr to,
                     uint16_t to_port, const TcpConfig *config, TcpNoteFn on_note, void *holder,
                     int64_t now_ns)
{
    TcpOpening opening = { .ends = { from, to, from_port, to_port }, .active = true };
    if (!find_ends(tcp, &opening.ends, &opening.path)) {
        return NULL;
    }
    opening.config = tcp_stack_share_config(tcp, config);
    TcpConn *conn = tcp_conn_new(tcp, &opening, now_ns);
    conn->on_note = on_note;
    conn->holder = holder;
    tcp->stats.active_opens++;
    tcp_ecn_open(conn);
    tcp_conn_enter(conn);
    tcp_conn_set_state(conn, TCP_EVENT_OPEN_ACTIVE, now_ns);
    tcp_fast_open_begin(conn, now_ns);
    if (G_LIKELY(!conn->syn_waits)) {
        tcp_output_syn(conn, now_ns);
    } else {
        /* In an event of its own: the caller does not know the connection yet. */
        sim_arm(tcp->node->sim, &conn->events[TCP_SLOT_RECEIVER], now_ns, &tcp->node->entity);
    }
    tcp_timer_user(conn, false, now_ns);
    tcp_conn_leave(conn, now_ns);
    return conn;
}

bool tcp_connect_waits(const TcpConn *conn)
{
    return conn->syn_waits;
}

void tcp_connect_now(TcpConn *conn, int64_t now_ns)
{
    if (conn->syn_waits) {
        tcp_conn_enter(conn);
        tcp_output_syn(conn, now_ns);
        tcp_conn_leave(conn, now_ns);
    }
}

/* ---- SEND ---- */

static bool may_send(const TcpConn *conn)
{
    return !conn->fin_wanted &&
           (conn->state == TCP_STATE_SYN_SENT || conn->state == TCP_STATE_SYN_RCVD ||
            conn->state == TCP_STATE_ESTABLISHED || conn->state == TCP_STATE_CLOSE_WAIT);
}

uint32_t tcp_send_room_bytes(const TcpConn *conn)
{
    return may_send(conn) ? tcp_sendbuf_room_bytes(&conn->sendbuf) : 0;
}

void tcp_send(TcpConn *conn, Payload payload, bool push, bool urgent, int64_t now_ns)
{
    g_assert(payload.len_bytes <= tcp_send_room_bytes(conn));
    if (payload.len_bytes == 0) {
        payload_clear(&payload);
        return;
    }
    tcp_conn_enter(conn);
    conn->unsent_bytes += payload.len_bytes;
    conn->writable_told = false;
    conn->more = conn->holding;
    TcpSeq end = conn->snd_nxt + conn->unsent_bytes;
    tcp_sendbuf_append(&conn->sendbuf, payload);
    if (push) {
        conn->push_seq = end;
    }
    if (urgent) {
        conn->snd_up = end;
        conn->urgent_out = true;
        conn->urgent_owed = true;
    }
    if (G_UNLIKELY(conn->syn_waits)) {
        tcp_output_syn(conn, now_ns);
    }
    tcp_timer_user(conn, false, now_ns);
    tcp_conn_leave(conn, now_ns);
}

void tcp_send_more(TcpConn *conn, Payload payload, int64_t now_ns)
{
    conn->holding = true; /* until tcp_output() has seen it */
    tcp_send(conn, payload, false, false, now_ns);
}

void tcp_send_pattern(TcpConn *conn, uint32_t len_bytes, bool push, bool urgent, int64_t now_ns)
{
    Payload payload = { .len_bytes = len_bytes,
                        .stream = len_bytes > 0 ? tcp_conn_stream(conn) : 0,
                        .offset = conn->sendbuf.end };
    tcp_send(conn, payload, push, urgent, now_ns);
}

/* ---- RECEIVE ---- */

static bool may_read(const TcpConn *conn)
{
    /* CLOSED: what lies here while the program is told of the end. */
    return conn->state >= TCP_STATE_ESTABLISHED || conn->accepted_early ||
           conn->state == TCP_STATE_CLOSED;
}

Payload tcp_receive(TcpConn *conn, uint32_t max_bytes, int64_t now_ns)
{
    if (!may_read(conn) || conn->reasm.ready_bytes == 0) {
        return (Payload){ 0 };
    }
    Payload payload = tcp_reasm_read(&conn->reasm, max_bytes);
    conn->bytes_delivered += payload.len_bytes;
    const TcpProbe *probe = conn->tcp->probe;
    if (probe != NULL && probe->on_delivered != NULL) {
        probe->on_delivered(probe->watcher, conn, &payload, now_ns);
    }
    if (conn->urgent_in && tcp_urgent_bytes(conn) == 0) {
        conn->urgent_in = false;
    }
    if (G_UNLIKELY(conn->space != NULL)) {
        tcp_space_read(conn, payload.len_bytes, now_ns);
    }
    if (G_UNLIKELY(conn->pace != NULL) && !conn->lingering && tcp_pace_due_after_read(conn)) {
        /* What the program goes on to write does not delay it. */
        tcp_transmit_ack(conn, PACKET_WHY_DELAYED_ACK, now_ns);
    } else if (G_UNLIKELY(conn->lingering)) {
        if (conn->reasm.ready_bytes == 0) {
            tcp_conn_all_read(conn, now_ns);
        }
    } else if (conn->ack_why == PACKET_WHY_NONE && tcp_window_update_due(conn)) {
        tcp_conn_enter(conn);
        conn->ack_why = PACKET_WHY_WINDOW_UPDATE;
        tcp_conn_leave(conn, now_ns);
    }
    return payload;
}

uint32_t tcp_readable_bytes(const TcpConn *conn)
{
    return may_read(conn) ? conn->reasm.ready_bytes : 0;
}

uint32_t tcp_urgent_bytes(const TcpConn *conn)
{
    TcpSeq next_unread = conn->reasm.rcv_nxt - conn->reasm.ready_bytes;
    return conn->urgent_in && seq_gt(conn->rcv_up, next_unread) ? conn->rcv_up - next_unread : 0;
}

bool tcp_at_eof(const TcpConn *conn)
{
    return conn->fin_reached && conn->reasm.ready_bytes == 0;
}

/* ---- CLOSE, ABORT ---- */

static void close_sending(TcpConn *conn, int64_t now_ns)
{
    switch (conn->state) {
    case TCP_STATE_SYN_SENT:
        tcp_conn_end(conn, TCP_EVENT_CLOSE, TCP_REASON_CLOSED, now_ns);
        break;
    case TCP_STATE_SYN_RCVD:
        /* RFC 9293 3.10.4: at once if nothing waits to be sent, else when the handshake is done. */
        conn->fin_wanted = true;
        if (conn->accepted_early) {
            tcp_conn_set_state(conn, TCP_EVENT_CLOSE, now_ns);
        } else if (conn->unsent_bytes == 0) {
            tcp_conn_start_sending(conn, now_ns);
            tcp_conn_set_state(conn, TCP_EVENT_CLOSE, now_ns);
        }
        break;
    case TCP_STATE_ESTABLISHED:
    case TCP_STATE_CLOSE_WAIT:
        conn->fin_wanted = true;
        tcp_conn_set_state(conn, TCP_EVENT_CLOSE, now_ns);
        tcp_timer_user(conn, false, now_ns);
        break;
    default:
        break; /* closed already */
    }
}

void tcp_shutdown(TcpConn *conn, int64_t now_ns)
{
    tcp_conn_enter(conn);
    close_sending(conn, now_ns);
    tcp_conn_leave(conn, now_ns);
}

/* Nobody will read what waits, and the peer has not been told that it arrived at its end (RFC
 * 2525 2.17). */
static bool loses_data(const TcpConn *conn)
{
    bool early = conn->accepted_early && conn->state == TCP_STATE_SYN_RCVD;
    return conn->reasm.ready_bytes > 0 &&
           (early || conn->state == TCP_STATE_ESTABLISHED || conn->state == TCP_STATE_FIN_WAIT_1 ||
            conn->state == TCP_STATE_FIN_WAIT_2 || conn->state == TCP_STATE_CLOSE_WAIT);
}

/* The program lets go. False: the connection has ended, and only lingered for it. */
static bool release(TcpConn *conn)
{
    conn->released = true;
    conn->on_note = NULL;
    conn->lingering = false;
    return conn->state != TCP_STATE_CLOSED;
}

void tcp_close(TcpConn *conn, int64_t now_ns)
{
    tcp_conn_enter(conn);
    if (!release(conn)) {
        /* nothing is left to be closed */
    } else if (loses_data(conn)) {
        tcp_conn_reset(conn, TCP_EVENT_ABORT, TCP_REASON_DATA_LOST, now_ns);
    } else {
        close_sending(conn, now_ns);
    }
    tcp_conn_leave(conn, now_ns);
}

void tcp_abort(TcpConn *conn, int64_t now_ns)
{
    tcp_conn_enter(conn);
    if (release(conn)) {
        tcp_conn_reset(conn, TCP_EVENT_ABORT, TCP_REASON_ABORTED, now_ns);
    }
    tcp_conn_leave(conn, now_ns);
}

/* ---- options ---- */

void tcp_set_nagle(TcpConn *conn, bool on, int64_t now_ns)
{
    tcp_conn_enter(conn);
    conn->nagle = on;
    tcp_conn_leave(conn, now_ns);
}

void tcp_set_cork(TcpConn *conn, bool on, int64_t now_ns)
{
    conn->corked = on;
    if (!on) {
        tcp_flush(conn, now_ns);
    }
}

void tcp_flush(TcpConn *conn, int64_t now_ns)
{
    tcp_conn_enter(conn);
    conn->sws_override = true; /* ends with this event's output */
    tcp_conn_leave(conn, now_ns);
}

void tcp_set_keep_alive(TcpConn *conn, bool on, int64_t now_ns)
{
    conn->keep_alive = on;
    if (on) {
        tcp_timer_keep_alive(conn, now_ns);
    } else {
        tcp_timer_cancel(conn, TCP_TIMER_KEEP_ALIVE, now_ns);
    }
}

void tcp_set_tos(TcpConn *conn, uint8_t tos)
{
    conn->tos = tos;
}

void tcp_set_receive_buffer(TcpConn *conn, uint32_t bytes, int64_t now_ns)
{
    tcp_conn_enter(conn);
    /* SHLD-14: what was offered is not taken back. */
    conn->rcv_buf_bytes = MAX(bytes, conn->reasm.ready_bytes + tcp_window_offered(conn));
    if (may_read(conn) && conn->ack_why == PACKET_WHY_NONE && tcp_window_update_due(conn)) {
        conn->ack_why = PACKET_WHY_WINDOW_UPDATE;
    }
    tcp_conn_leave(conn, now_ns);
}

void tcp_set_user_timeout(TcpConn *conn, int64_t timeout_ns, int64_t now_ns)
{
    if (timeout_ns == 0 && conn->timeout_adopted) {
        return; /* none of the program's own: the peer's stays */
    }
    bool told = (int64_t)conn->user_timeout_ms * SIM_NS_PER_MS == timeout_ns;
    conn->timeout_fixed = timeout_ns != 0;
    conn->timeout_adopted = false;
    conn->timeout_owed |= conn->config->user_timeout_option && !told; /* RFC 5482 section 3 */
    tcp_conn_set_user_timeout(conn, timeout_ns);
    tcp_timer_cancel(conn, TCP_TIMER_USER, now_ns);
    tcp_timer_user(conn, true, now_ns);
}
