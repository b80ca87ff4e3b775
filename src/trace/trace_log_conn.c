#include <string.h>

#include "trace/trace_log_private.h"

/* ---- connections ---- */

/* "client-server-80", then "client-server-80-2". */
static char *name_conn(TraceLog *log, const TraceEnd end[2])
{
    char from[INET_ADDR_TEXT_BYTES], to[INET_ADDR_TEXT_BYTES];
    char *base = g_strdup_printf("%s-%s-%u", trace_run_name_of(log->run, end[0].addr, from),
                                 trace_run_name_of(log->run, end[1].addr, to), end[1].port);
    guint count = GPOINTER_TO_UINT(g_hash_table_lookup(log->names, base)) + 1;
    g_hash_table_insert(log->names, g_strdup(base), GUINT_TO_POINTER(count));
    if (count == 1) {
        return base;
    }
    char *numbered = g_strdup_printf("%s-%u", base, count);
    g_free(base);
    return numbered;
}

static char *ends_text(const TraceEnd *opener, const TraceEnd *other)
{
    char from[INET_ADDR_TEXT_BYTES], to[INET_ADDR_TEXT_BYTES];
    inet_addr_format(opener->addr, from);
    inet_addr_format(other->addr, to);
    return g_strdup_printf("%s %u %s %u", from, opener->port, to, other->port);
}

/* The latest connection whose second end waits for this one, or TRACE_NONE. */
static uint32_t find_half(const TraceLog *log, const TraceEnd *own, const TraceEnd *peer)
{
    g_autofree char *key = ends_text(peer, own);
    guint found = GPOINTER_TO_UINT(g_hash_table_lookup(log->halves, key));
    return found != 0 && trace_conn(log->run, found - 1)->end[1].place == TRACE_NONE ? found - 1
                                                                                     : TRACE_NONE;
}

/* waits: its other end may still come to be. */
static uint32_t new_conn(TraceLog *log, const TraceEnd *own, const TraceEnd *peer, uint8_t e,
                         bool waits)
{
    TraceConn made = { .name = NULL };
    made.end[e] = *own;
    made.end[!e] = *peer;
    g_autofree char *name = name_conn(log, made.end);
    made.name = trace_run_text(log->run, name);
    g_array_append_val(log->run->conns, made);
    EndTrack none;
    memset(none.timer_set, 0xff, sizeof none.timer_set);
    none.live = NULL;
    g_array_append_val(log->ends, none);
    g_array_append_val(log->ends, none);
    if (waits) {
        g_hash_table_insert(log->halves, ends_text(&made.end[0], &made.end[1]),
                            GUINT_TO_POINTER(log->run->conns->len));
    }
    return log->run->conns->len - 1;
}

/* Whether the segment being handled was put on a wire by hand. */
static bool handles_injected(TraceLog *log)
{
    if (log->received == TRACE_NONE) {
        return false;
    }
    const Pending *p = trace_log_pending(log, log->received);
    uint32_t packet = trace_log_received_packet(log);
    const Packet *kept = packet == TRACE_NONE ? NULL : trace_packet(log->run, packet)->snapshot;
    PacketWhy why = p->has_packet ? p->packet.why : kept != NULL ? kept->why : PACKET_WHY_NONE;
    return why == PACKET_WHY_INJECTED;
}

/* The connection this end belongs to. The active opener is end 0; a second active opener of the
 * same four-tuple (simultaneous open) is the other end of the first one's. */
static uint32_t join_conn(TraceLog *log, const TcpConn *conn, uint32_t place, uint8_t *out_end)
{
    TraceEnd own = { .place = place,
                     .opened_at_ns = sim_now(log->sim),
                     .closed_at_ns = -1,
                     .addr = tcp_conn_local_addr(conn),
                     .port = tcp_conn_local_port(conn) };
    TraceEnd peer = { .place = TRACE_NONE,
                      .closed_at_ns = -1,
                      .addr = tcp_conn_remote_addr(conn),
                      .port = tcp_conn_remote_port(conn) };
    uint32_t index = find_half(log, &own, &peer);
    *out_end = 1;
    if (index != TRACE_NONE && handles_injected(log)) {
        /* A forged SYN with the four-tuple of somebody who waits for an answer to his own. */
        return new_conn(log, &own, &peer, 1, false);
    }
    if (index == TRACE_NONE) {
        *out_end = tcp_conn_is_active(conn) ? 0 : 1;
        return new_conn(log, &own, &peer, *out_end, true);
    }
    trace_conn(log->run, index)->end[1].place = place;
    trace_conn(log->run, index)->end[1].opened_at_ns = own.opened_at_ns;
    return index;
}

/* The tag of a connection holds its place in the run: index * 2 + end + 1. */
static bool conn_of(const TcpConn *conn, uint32_t *out_conn, uint8_t *out_end)
{
    uintptr_t tag = conn == NULL ? 0 : tcp_conn_tag(conn);
    *out_conn = tag == 0 ? TRACE_NONE : (uint32_t)((tag - 1) / 2);
    *out_end = tag == 0 ? 0 : (uint8_t)((tag - 1) % 2);
    return tag != 0;
}

static Pending *record_conn(TraceLog *log, TraceWhat what, const TcpConn *conn, int64_t now_ns)
{
    uint32_t place =
        trace_log_place_of_node(log, inet_stack_node(tcp_stack_inet(tcp_conn_stack(conn))));
    Pending *p = trace_log_record(log, what, place, now_ns);
    conn_of(conn, &p->line.conn, &p->line.end);
    return p;
}

/* The segment being handled is for this end. Who put it on a wire by hand could not know. */
static void give_received(TraceLog *log, uint32_t conn, uint8_t end)
{
    if (log->received == TRACE_NONE) {
        return;
    }
    Pending *p = trace_log_pending(log, log->received);
    trace_log_give_conn(p, conn, end);
    p->sender_end = !end;
    uint32_t index = trace_log_received_packet(log);
    if (index != TRACE_NONE && trace_packet(log->run, index)->conn == TRACE_NONE) {
        trace_packet(log->run, index)->conn = conn;
        trace_packet(log->run, index)->sender_end = !end;
    }
}

/* ---- TCP ---- */

static void on_created(void *watcher, const TcpConn *conn, int64_t now_ns)
{
    TraceLog *log = watcher;
    uint32_t place =
        trace_log_place_of_node(log, inet_stack_node(tcp_stack_inet(tcp_conn_stack(conn))));
    uint8_t end;
    uint32_t index = join_conn(log, conn, place, &end);
    /* The tag is the watchers' own word; the connection itself is not touched. */
    tcp_conn_set_tag((TcpConn *)conn, (uintptr_t)index * 2 + end + 1);
    g_array_index(log->ends, EndTrack, index * 2 + end).live = conn;
    if (log->level == TRACE_LEVEL_SUMMARY) {
        return;
    }
    record_conn(log, TRACE_CREATED, conn, now_ns);
    if (log->open_call != TRACE_NONE) {
        trace_log_give_conn(&g_array_index(log->batch, Pending, log->open_call), index, end);
    }
    give_received(log, index, end);
}

/* Of a host, not of a connection: there is none yet. */
static void on_listen(void *watcher, const TcpStack *tcp, uint16_t port, TcpState from,
                      TcpEvent event, TcpState to, int64_t now_ns)
{
    TraceLog *log = watcher;
    (void)port;
    uint32_t place = trace_log_place_of_node(log, inet_stack_node(tcp_stack_inet(tcp)));
    Pending *p = trace_log_record(log, TRACE_STATE, place, now_ns);
    p->line.state.from = from;
    p->line.state.by = event;
    p->line.state.to = to;
}

static void on_state(void *watcher, const TcpConn *conn, TcpState from, TcpEvent event, TcpState to,
                     int64_t now_ns)
{
    Pending *p = record_conn(watcher, TRACE_STATE, conn, now_ns);
    p->line.state.from = from;
    p->line.state.to = to;
    p->line.state.by = event;
}

static void on_segment(void *watcher, const TcpConn *conn, const Packet *pkt, const SimKey *because,
                       uint32_t because_count, int64_t now_ns)
{
    TraceLog *log = watcher;
    (void)now_ns;
    log->segment_id = pkt->id;
    conn_of(conn, &log->segment_conn, &log->segment_end);
    for (uint32_t i = 0; i < 3; i++) {
        log->segment_because[i] = i < because_count ? because[i] : 0;
    }
    if ((pkt->tcp.flags & TCP_SYN) != 0 && log->segment_conn != TRACE_NONE) {
        TraceEnd *end = &trace_conn(log->run, log->segment_conn)->end[log->segment_end];
        end->iss = pkt->tcp.seq;
        end->iss_known = true;
    }
}

/* A peer that no host of this world is: its SYN tells its ISS. */
static void learn_forged_iss(TraceLog *log, uint32_t conn, uint8_t end, const Packet *pkt)
{
    TraceEnd *peer = &trace_conn(log->run, conn)->end[!end];
    if ((pkt->tcp.flags & TCP_SYN) != 0 && !peer->iss_known) {
        peer->iss = pkt->tcp.seq;
        peer->iss_known = true;
    }
}

static void on_arrival(void *watcher, const TcpConn *conn, const Packet *pkt, int64_t now_ns)
{
    TraceLog *log = watcher;
    (void)now_ns;
    uint32_t index;
    uint8_t end;
    if (!conn_of(conn, &index, &end)) {
        return;
    }
    learn_forged_iss(log, index, end, pkt);
    give_received(log, index, end);
}

static void on_vars(void *watcher, const TcpConn *conn, int64_t now_ns)
{
    if (trace_log_wants(watcher, TRACE_VARS)) {
        Pending *p = record_conn(watcher, TRACE_VARS, conn, now_ns);
        tcp_conn_vars(conn, &p->line.vars);
    }
}

static void on_timer(void *watcher, const TcpConn *conn, TcpTimer timer, TcpTimerChange change,
                     int64_t due_at_ns, int64_t now_ns)
{
    TraceLog *log = watcher;
    if (!trace_log_wants(log, TRACE_TIMER)) {
        return;
    }
    Pending *p = record_conn(log, TRACE_TIMER, conn, now_ns);
    p->line.timer.timer = timer;
    p->line.timer.change = change;
    p->line.timer.due_at_ns = due_at_ns;
    if (p->line.conn == TRACE_NONE) {
        return;
    }
    EndTrack *track = &g_array_index(log->ends, EndTrack, p->line.conn * 2 + p->line.end);
    if (change == TCP_TIMER_SET) {
        track->timer_set[timer] = p->recorded;
    } else if (change == TCP_TIMER_FIRED) {
        p->line.cause = track->timer_set[timer];
        log->root = p->recorded;
    }
}

static void on_delivered(void *watcher, const TcpConn *conn, const Payload *payload, int64_t now_ns)
{
    if (trace_log_wants(watcher, TRACE_DELIVER)) {
        Pending *p = record_conn(watcher, TRACE_DELIVER, conn, now_ns);
        p->line.deliver.offset = payload->offset;
        p->line.deliver.bytes = payload->len_bytes;
    }
}

/* Copies what a connection end has counted. */
static void take_account(TraceLog *log, const TcpConn *conn)
{
    uint32_t index;
    uint8_t e;
    if (conn_of(conn, &index, &e)) {
        TraceEnd *end = &trace_conn(log->run, index)->end[e];
        tcp_conn_stats(conn, &end->stats);
        tcp_conn_vars(conn, &end->vars);
    }
}

static void on_closed(void *watcher, const TcpConn *conn, TcpReason reason, int64_t now_ns)
{
    TraceLog *log = watcher;
    uint32_t index;
    uint8_t e;
    if (conn_of(conn, &index, &e)) {
        take_account(log, conn);
        trace_conn(log->run, index)->end[e].closed_at_ns = now_ns;
        trace_conn(log->run, index)->end[e].reason = reason;
        g_array_index(log->ends, EndTrack, index * 2 + e).live = NULL;
    }
    if (log->level > TRACE_LEVEL_SUMMARY) {
        record_conn(log, TRACE_CLOSED, conn, now_ns)->line.reason = reason;
    }
}

/* ---- programs ---- */

static Pending *record_socket(TraceLog *log, TraceWhat what, const SocketHost *host,
                              const TcpConn *conn, int64_t now_ns)
{
    Pending *p = trace_log_record(
        log, what, trace_log_place_of_node(log, inet_stack_node(socket_host_inet(host))), now_ns);
    conn_of(conn, &p->line.conn, &p->line.end);
    return p;
}

/* The arguments of a call as its program would write them: "server:80" for "10.0.1.2:80". */
static const char *name_hosts(TraceLog *log, const char *text)
{
    const char *colon = strrchr(text, ':');
    g_autofree char *host = colon != NULL ? g_strndup(text, (gsize)(colon - text)) : g_strdup(text);
    InetAddr addr;
    if (!inet_addr_parse(host, &addr)) {
        return trace_run_text(log->run, text);
    }
    char unknown[INET_ADDR_TEXT_BYTES];
    g_autofree char *named =
        g_strconcat(trace_run_name_of(log->run, addr, unknown), colon != NULL ? colon : "", NULL);
    return trace_run_text(log->run, named);
}

static void on_call(void *watcher, const SocketHost *host, const Socket *socket,
                    const TcpConn *conn, const char *call, const char *text, int64_t now_ns)
{
    TraceLog *log = watcher;
    (void)socket;
    Pending *p = record_socket(log, TRACE_CALL, host, conn, now_ns);
    p->line.call.call = trace_run_text(log->run, call);
    p->line.call.text = name_hosts(log, text);
    p->line.call.result = SOCKET_OK;
    if (log->told != TRACE_NONE) {
        p->line.cause = log->told;
    }
    g_array_append_val(log->calls, log->root);
    log->root = p->recorded;
    log->open_call = p->line.conn == TRACE_NONE ? log->batch->len - 1 : TRACE_NONE;
}

static void on_return(void *watcher, const SocketHost *host, const Socket *socket,
                      const TcpConn *conn, const char *call, SocketError result, int64_t now_ns)
{
    TraceLog *log = watcher;
    (void)host, (void)socket, (void)conn, (void)call, (void)now_ns;
    g_assert(log->calls->len > 0);
    for (guint i = log->batch->len; result != SOCKET_OK && i-- > 0;) {
        Pending *p = &g_array_index(log->batch, Pending, i);
        if (p->recorded == log->root) {
            p->line.call.result = result;
            break;
        }
    }
    log->root = g_array_index(log->calls, uint32_t, log->calls->len - 1);
    g_array_set_size(log->calls, log->calls->len - 1);
    log->open_call = TRACE_NONE;
}

static void on_socket_event(void *watcher, const SocketHost *host, const Socket *socket,
                            const TcpConn *conn, SocketEvent event, SocketError error,
                            int64_t now_ns)
{
    TraceLog *log = watcher;
    (void)socket;
    Pending *p = record_socket(log, TRACE_EVENT, host, conn, now_ns);
    p->line.event.event = event;
    p->line.event.error = error;
    log->told = p->recorded;
}

static void on_wrong_bytes(void *watcher, const SocketHost *host, const Socket *socket,
                           uint64_t offset, int64_t now_ns)
{
    Pending *p = record_socket(watcher, TRACE_WRONG_BYTES, host, socket_conn(socket), now_ns);
    p->line.deliver.offset = offset;
}

void trace_log_fill_conn_probes(TraceLog *log)
{
    bool by_line = log->level > TRACE_LEVEL_SUMMARY;
    log->tcp_probe = (TcpProbe){ .watcher = log,
                                 .on_listen = by_line ? on_listen : NULL,
                                 .on_created = on_created,
                                 .on_state = by_line ? on_state : NULL,
                                 .on_segment = by_line ? on_segment : NULL,
                                 .on_arrival = by_line ? on_arrival : NULL,
                                 .on_vars = by_line ? on_vars : NULL,
                                 .on_timer = by_line ? on_timer : NULL,
                                 .on_delivered = by_line ? on_delivered : NULL,
                                 .on_closed = on_closed };
    log->socket_probe = (SocketProbe){ .watcher = log,
                                       .on_call = on_call,
                                       .on_return = on_return,
                                       .on_event = on_socket_event,
                                       .on_wrong_bytes = on_wrong_bytes };
}

void trace_log_take_accounts(TraceLog *log)
{
    for (guint i = 0; i < log->ends->len; i++) {
        const EndTrack *end = &g_array_index(log->ends, EndTrack, i);
        if (end->live != NULL) {
            take_account(log, end->live);
        }
    }
}
