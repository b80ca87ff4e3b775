#include "trace/trace_log.h"

#include <string.h>

#include "net/net_wire.h"

/* A run in memory stops growing here; captures and tables go on. */
#define MAX_LINES_KEPT 2000000u

/* What is remembered of a packet by its id. */
typedef struct PacketTrack {
    uint32_t index;     /* in run->packets; TRACE_NONE until its first line is handed out */
    uint32_t last_line; /* in order of recording: the latest that says where it is */
} PacketTrack;

/* A line before its instant is over. Causes and packets are still in recording order and by id. */
typedef struct Pending {
    TraceLine line;
    uint32_t recorded; /* rank in order of recording */
    SimKey packet_id;  /* 0: none */
    SimKey because_ids[3];
    uint8_t sender_end;
    bool has_packet;
    Packet packet; /* as it is at this line, if has_packet */
} Pending;

/* One end of a connection: itself while it lives, and the latest setting of each timer. */
typedef struct EndTrack {
    const TcpConn *live; /* NULL before and after */
    uint32_t timer_set[TCP_N_TIMERS];
} EndTrack;

typedef struct AddrPlace {
    InetAddr addr;
    uint32_t place;
} AddrPlace;

typedef struct Sink {
    TraceSinkFn on_line;
    void *sink;
} Sink;

struct TraceLog {
    Sim *sim;
    TraceLevel level;
    bool keep;
    TraceRun *run;
    GArray *sinks;           /* of Sink */
    GArray *addr_list;       /* of AddrPlace, in the order told */
    GHashTable *addrs;       /* text of an address -> place + 1; only looked up, like those below */
    GHashTable *halves;      /* both ends' text, opener first -> the latest such connection + 1 */
    GArray *place_by_entity; /* of uint32_t */
    GArray *serials;         /* of uint32_t, by place */
    GPtrArray *tracks;       /* by entity: GArray of PacketTrack, by serial */
    GArray *ends;            /* of EndTrack, two for each connection */
    GPtrArray *wires;        /* of NetWire, borrowed, by place; NULL for nodes */
    GHashTable *names;       /* base name of a connection -> how many bear it */
    GArray *batch;           /* of Pending: the lines of batch_at_ns */
    GArray *order;           /* scratch: indices into batch */
    GArray *numbers;         /* recording rank -> line, for causes; empty unless keep */
    int64_t batch_at_ns;
    uint32_t recorded;
    uint32_t handed_out;
    uint64_t dropped;

    /* The event being handled. */
    SimKey event;
    uint32_t root;      /* the line that stands for it: arrival, timer, call */
    uint32_t told;      /* the latest line that told a program something */
    GArray *calls;      /* of uint32_t: roots outside the calls now open */
    uint32_t open_call; /* batch index of a call that has no connection yet, or TRACE_NONE */
    uint32_t received;  /* batch index of the RECEIVE being handled, or TRACE_NONE */

    /* Said by TCP just before IP announces the same packet. */
    SimKey segment_id;
    uint32_t segment_conn;
    uint8_t segment_end;
    SimKey segment_because[3];

    NetProbe net_probe;
    InetProbe inet_probe;
    TcpProbe tcp_probe;
    SocketProbe socket_probe;
};

/* ---- places ---- */

static uint32_t place_of_entity(const TraceLog *log, uint32_t entity)
{
    g_assert(entity < log->place_by_entity->len);
    return g_array_index(log->place_by_entity, uint32_t, entity);
}

static uint32_t place_of_node(const TraceLog *log, const NetNode *node)
{
    return place_of_entity(log, node->entity.id);
}

static uint32_t place_of_wire(const TraceLog *log, const NetWire *wire)
{
    return place_of_entity(log, net_wire_entity(wire));
}

static uint32_t add_place(TraceLog *log, TracePlace place)
{
    uint32_t none = TRACE_NONE, zero = 0, index = log->run->places->len;
    while (log->place_by_entity->len <= place.entity) {
        g_array_append_val(log->place_by_entity, none);
    }
    g_array_index(log->place_by_entity, uint32_t, place.entity) = index;
    g_array_append_val(log->run->places, place);
    g_array_append_val(log->serials, zero);
    g_ptr_array_add(log->wires, NULL);
    return index;
}

uint32_t trace_log_add_node(TraceLog *log, TracePlaceKind kind, const NetNode *node)
{
    return add_place(log, (TracePlace){ .kind = kind,
                                        .entity = node->entity.id,
                                        .name = trace_run_text(log->run, node->name),
                                        .from = TRACE_NONE,
                                        .to = TRACE_NONE });
}

uint32_t trace_log_add_wire(TraceLog *log, const NetWire *wire, PacketLink type)
{
    const NetNode *from = net_wire_from(wire)->node, *to = net_wire_to(wire)->node;
    const char *link = net_wire_link_name(wire);
    g_autofree char *name = g_strdup_printf("%s %s>%s", link, from->name, to->name);
    uint32_t place = add_place(log, (TracePlace){ .kind = TRACE_PLACE_WIRE,
                                                  .entity = net_wire_entity(wire),
                                                  .name = trace_run_text(log->run, name),
                                                  .link = trace_run_text(log->run, link),
                                                  .from = place_of_node(log, from),
                                                  .to = place_of_node(log, to),
                                                  .type = type,
                                                  .rate_bps = net_wire_config(wire)->rate_bps });
    g_ptr_array_index(log->wires, place) = (void *)wire;
    return place;
}

void trace_log_add_addr(TraceLog *log, const NetNode *node, InetAddr addr)
{
    AddrPlace entry = { addr, place_of_node(log, node) };
    char text[INET_ADDR_TEXT_BYTES];
    inet_addr_format(addr, text);
    g_hash_table_insert(log->addrs, g_strdup(text), GUINT_TO_POINTER(entry.place + 1));
    g_array_append_val(log->addr_list, entry);
}

void trace_log_for_each_addr(const TraceLog *log,
                             void (*each)(void *data, InetAddr addr, const char *host), void *data)
{
    for (guint i = 0; i < log->addr_list->len; i++) {
        const AddrPlace *entry = &g_array_index(log->addr_list, AddrPlace, i);
        each(data, entry->addr, trace_place(log->run, entry->place)->name);
    }
}

void trace_log_add_sink(TraceLog *log, TraceSinkFn on_line, void *sink)
{
    Sink entry = { on_line, sink };
    g_array_append_val(log->sinks, entry);
}

/* ---- packets ---- */

static PacketTrack *track_of(TraceLog *log, SimKey id)
{
    uint32_t entity = (uint32_t)(id >> SIM_SERIAL_BITS);
    uint64_t serial = id & ((UINT64_C(1) << SIM_SERIAL_BITS) - 1);
    if (log->tracks->len <= entity) {
        g_ptr_array_set_size(log->tracks, (gint)entity + 1);
    }
    GArray *by_serial = g_ptr_array_index(log->tracks, entity);
    if (by_serial == NULL) {
        by_serial = g_array_new(FALSE, FALSE, sizeof(PacketTrack));
        g_ptr_array_index(log->tracks, entity) = by_serial;
    }
    PacketTrack fresh = { TRACE_NONE, TRACE_NONE };
    while (by_serial->len <= serial) {
        g_array_append_val(by_serial, fresh);
    }
    return &g_array_index(by_serial, PacketTrack, serial);
}

static uint32_t packet_index(TraceLog *log, SimKey id)
{
    return id == 0 ? TRACE_NONE : track_of(log, id)->index;
}

/* ---- recording ---- */

static void hand_out(TraceLog *log);

static void enter_event(TraceLog *log)
{
    SimKey event = sim_current(log->sim);
    if (event != log->event) {
        log->event = event;
        log->root = log->told = TRACE_NONE;
        log->open_call = log->received = TRACE_NONE;
        g_array_set_size(log->calls, 0);
    }
}

/* A new line at the end of the batch; its cause is the event's root until somebody knows better. */
static Pending *record(TraceLog *log, TraceWhat what, uint32_t place, int64_t now_ns)
{
    if (now_ns != log->batch_at_ns) {
        g_assert(now_ns > log->batch_at_ns);
        hand_out(log);
        log->batch_at_ns = now_ns;
    }
    enter_event(log);
    g_array_set_size(log->batch, log->batch->len + 1);
    Pending *p = &g_array_index(log->batch, Pending, log->batch->len - 1);
    memset(p, 0, offsetof(Pending, packet));
    p->recorded = log->recorded++;
    p->line = (TraceLine){ .time_ns = now_ns,
                           .place = place,
                           .serial = g_array_index(log->serials, uint32_t, place)++,
                           .what = what,
                           .conn = TRACE_NONE,
                           .packet = TRACE_NONE,
                           .cause = log->root };
    return p;
}

/* The same about a packet: it was last seen in another line, which is the cause. */
static Pending *record_packet(TraceLog *log, TraceWhat what, uint32_t place, const Packet *pkt,
                              int64_t now_ns)
{
    Pending *p = record(log, what, place, now_ns);
    PacketTrack *track = track_of(log, pkt->id);
    p->packet_id = pkt->id;
    p->line.cause = track->last_line != TRACE_NONE ? track->last_line : log->root;
    track->last_line = p->recorded;
    if (log->sinks->len > 0 || (log->keep && track->index == TRACE_NONE)) {
        p->has_packet = true;
        trace_snapshot(pkt, &p->packet);
    }
    return p;
}

/* ---- handing out ---- */

static gint compare_pending(gconstpointer a, gconstpointer b, gpointer user_data)
{
    const GArray *batch = user_data;
    const TraceLine *x = &g_array_index(batch, Pending, *(const uint32_t *)a).line;
    const TraceLine *y = &g_array_index(batch, Pending, *(const uint32_t *)b).line;
    if (x->place != y->place) {
        return x->place < y->place ? -1 : 1;
    }
    return x->serial < y->serial ? -1 : 1;
}

/* Numbers a packet at its first line. */
static void introduce_packet(TraceLog *log, const Pending *p, uint32_t number)
{
    PacketTrack *track = track_of(log, p->packet_id);
    if (track->index != TRACE_NONE) {
        return;
    }
    track->index = log->run->packets->len;
    TracePacket pkt = { .id = p->packet_id,
                        .original = TRACE_NONE,
                        .conn = p->line.conn,
                        .sender_end = p->sender_end,
                        .made = number };
    for (unsigned i = 0; i < 3; i++) {
        pkt.because[i] = packet_index(log, p->because_ids[i]);
    }
    if (p->has_packet) {
        pkt.original = packet_index(log, p->packet.original);
        if (log->keep) {
            trace_snapshot(&p->packet, &pkt.snapshot);
        }
    }
    g_array_append_val(log->run->packets, pkt);
}

static void resolve(TraceLog *log, Pending *p, uint32_t number)
{
    if (p->packet_id != 0) {
        introduce_packet(log, p, number);
        p->line.packet = packet_index(log, p->packet_id);
    }
    if (log->keep && p->line.cause != TRACE_NONE) {
        p->line.cause = g_array_index(log->numbers, uint32_t, p->line.cause);
    }
}

static void deliver(TraceLog *log, Pending *p, uint32_t number)
{
    for (guint i = 0; i < log->sinks->len; i++) {
        const Sink *sink = &g_array_index(log->sinks, Sink, i);
        sink->on_line(sink->sink, log->run, &p->line, number, p->has_packet ? &p->packet : NULL);
    }
    if (p->has_packet) {
        trace_snapshot_clear(&p->packet);
    }
    if (log->keep && log->run->lines->len < MAX_LINES_KEPT) {
        g_array_append_val(log->run->lines, p->line);
    } else {
        log->dropped += log->keep;
    }
}

static void hand_out(TraceLog *log)
{
    guint n = log->batch->len;
    g_array_set_size(log->order, n);
    for (uint32_t i = 0; i < n; i++) {
        g_array_index(log->order, uint32_t, i) = i;
    }
    if (n > 1) {
        g_qsort_with_data(log->order->data, (gint)n, sizeof(uint32_t), compare_pending, log->batch);
    }
    uint32_t first = log->handed_out;
    if (log->keep) {
        g_array_set_size(log->numbers, log->recorded);
    }
    for (uint32_t i = 0; log->keep && i < n; i++) {
        const Pending *p =
            &g_array_index(log->batch, Pending, g_array_index(log->order, uint32_t, i));
        g_array_index(log->numbers, uint32_t, p->recorded) = first + i;
    }
    for (uint32_t i = 0; i < n; i++) {
        Pending *p = &g_array_index(log->batch, Pending, g_array_index(log->order, uint32_t, i));
        resolve(log, p, first + i);
        deliver(log, p, first + i);
    }
    log->handed_out += n;
    g_array_set_size(log->batch, 0);
    log->open_call = log->received = TRACE_NONE;
}

/* ---- connections ---- */

static char *name_of_addr(const TraceLog *log, InetAddr addr)
{
    char text[INET_ADDR_TEXT_BYTES];
    inet_addr_format(addr, text);
    guint place = GPOINTER_TO_UINT(g_hash_table_lookup(log->addrs, text));
    return g_strdup(place != 0 ? trace_place(log->run, place - 1)->name : text);
}

/* "client-server-80", then "client-server-80-2". */
static char *name_conn(TraceLog *log, const TraceEnd end[2])
{
    g_autofree char *from = name_of_addr(log, end[0].addr);
    g_autofree char *to = name_of_addr(log, end[1].addr);
    char *base = g_strdup_printf("%s-%s-%u", from, to, end[1].port);
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

/* The latest connection whose end `e` waits for this one, or TRACE_NONE. */
static uint32_t find_half(const TraceLog *log, const TraceEnd *own, const TraceEnd *peer, uint8_t e)
{
    g_autofree char *key = e == 0 ? ends_text(own, peer) : ends_text(peer, own);
    guint found = GPOINTER_TO_UINT(g_hash_table_lookup(log->halves, key));
    return found != 0 && trace_conn(log->run, found - 1)->end[e].place == TRACE_NONE ? found - 1
                                                                                     : TRACE_NONE;
}

static uint32_t new_conn(TraceLog *log, const TraceEnd *own, const TraceEnd *peer, uint8_t e)
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
    g_hash_table_insert(log->halves, ends_text(&made.end[0], &made.end[1]),
                        GUINT_TO_POINTER(log->run->conns->len));
    return log->run->conns->len - 1;
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
    uint32_t index = find_half(log, &own, &peer, 1);
    *out_end = 1;
    if (index == TRACE_NONE) {
        *out_end = tcp_conn_is_active(conn) ? 0 : 1;
        return new_conn(log, &own, &peer, *out_end);
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
    uint32_t place = place_of_node(log, inet_stack_node(tcp_stack_inet(tcp_conn_stack(conn))));
    Pending *p = record(log, what, place, now_ns);
    conn_of(conn, &p->line.conn, &p->line.end);
    return p;
}

/* ---- TCP ---- */

static void give_conn(Pending *p, uint32_t conn, uint8_t end)
{
    p->line.conn = conn;
    p->line.end = end;
}

static void on_created(void *watcher, const TcpConn *conn, int64_t now_ns)
{
    TraceLog *log = watcher;
    uint32_t place = place_of_node(log, inet_stack_node(tcp_stack_inet(tcp_conn_stack(conn))));
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
        give_conn(&g_array_index(log->batch, Pending, log->open_call), index, end);
    }
    if (log->received != TRACE_NONE) {
        Pending *p = &g_array_index(log->batch, Pending, log->received);
        give_conn(p, index, end);
        p->sender_end = !end;
    }
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
    if (log->received != TRACE_NONE) {
        Pending *p = &g_array_index(log->batch, Pending, log->received);
        give_conn(p, index, end);
        p->sender_end = !end;
    }
}

static void on_vars(void *watcher, const TcpConn *conn, int64_t now_ns)
{
    Pending *p = record_conn(watcher, TRACE_VARS, conn, now_ns);
    tcp_conn_vars(conn, &p->line.vars);
}

static void on_timer(void *watcher, const TcpConn *conn, TcpTimer timer, TcpTimerChange change,
                     int64_t due_at_ns, int64_t now_ns)
{
    TraceLog *log = watcher;
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
    Pending *p = record_conn(watcher, TRACE_DELIVER, conn, now_ns);
    p->line.deliver.offset = payload->offset;
    p->line.deliver.bytes = payload->len_bytes;
}

/* Copies what a connection end has counted. */
static void take_account(TraceLog *log, const TcpConn *conn)
{
    uint32_t index;
    uint8_t e;
    if (conn_of(conn, &index, &e)) {
        TraceEnd *end = &trace_conn(log->run, index)->end[e];
        end->stats = *tcp_conn_stats(conn);
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
    Pending *p =
        record(log, what, place_of_node(log, inet_stack_node(socket_host_inet(host))), now_ns);
    conn_of(conn, &p->line.conn, &p->line.end);
    return p;
}

static void on_call(void *watcher, const SocketHost *host, const Socket *socket,
                    const TcpConn *conn, const char *call, const char *text, int64_t now_ns)
{
    TraceLog *log = watcher;
    (void)socket;
    Pending *p = record_socket(log, TRACE_CALL, host, conn, now_ns);
    p->line.call.call = trace_run_text(log->run, call);
    p->line.call.text = trace_run_text(log->run, text);
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

/* ---- Internet layer ---- */

static Pending *record_inet(TraceLog *log, TraceWhat what, const InetStack *stack,
                            const Packet *pkt, int64_t now_ns)
{
    return record_packet(log, what, place_of_node(log, inet_stack_node(stack)), pkt, now_ns);
}

static void on_send(void *watcher, const InetStack *stack, const Packet *pkt, int64_t now_ns)
{
    TraceLog *log = watcher;
    Pending *p = record_inet(log, TRACE_SEND, stack, pkt, now_ns);
    if (log->segment_id == pkt->id) {
        give_conn(p, log->segment_conn, log->segment_end);
        p->sender_end = log->segment_end;
        memcpy(p->because_ids, log->segment_because, sizeof p->because_ids);
    }
}

static void on_receive(void *watcher, const InetStack *stack, const Packet *pkt, int64_t now_ns)
{
    TraceLog *log = watcher;
    Pending *p = record_inet(log, TRACE_RECEIVE, stack, pkt, now_ns);
    log->root = p->recorded;
    log->received = log->batch->len - 1;
}

static void on_forward(void *watcher, const InetStack *stack, const Packet *pkt, int64_t now_ns)
{
    record_inet(watcher, TRACE_FORWARD, stack, pkt, now_ns);
}

static void on_discard(void *watcher, const InetStack *stack, const Packet *pkt, InetDiscard why,
                       PacketFault fault, int64_t now_ns)
{
    Pending *p = record_inet(watcher, TRACE_DISCARD, stack, pkt, now_ns);
    p->line.discard.discard = why;
    p->line.discard.parse_fault = fault;
}

static void on_neighbour(void *watcher, const InetStack *stack, InetAddr addr, const MacAddr *mac,
                         const char *what, int64_t now_ns)
{
    TraceLog *log = watcher;
    Pending *p = record(log, TRACE_NEIGHBOUR, place_of_node(log, inet_stack_node(stack)), now_ns);
    p->line.neighbour.text = trace_run_text(log->run, what);
    p->line.neighbour.addr = addr;
    if (mac != NULL) {
        p->line.neighbour.mac = *mac;
    }
}

static void on_reassembled(void *watcher, const InetStack *stack, const Packet *pkt, int64_t now_ns)
{
    record_inet(watcher, TRACE_REASSEMBLED, stack, pkt, now_ns);
}

/* ---- the lower network ---- */

static Pending *record_hop(TraceLog *log, TraceWhat what, uint32_t place, const NetWire *wire,
                           const Packet *pkt, int64_t now_ns)
{
    Pending *p = record_packet(log, what, place, pkt, now_ns);
    p->line.hop.wire = place_of_wire(log, wire);
    p->line.hop.eth = pkt->eth;
    p->line.hop.ttl = pkt->ip.ttl;
    p->line.hop.arrives_at_ns = pkt->arrives_at_ns;
    return p;
}

static void on_offer(void *watcher, const NetWire *wire, const Packet *pkt, int64_t now_ns)
{
    TraceLog *log = watcher;
    record_hop(log, TRACE_OFFER, place_of_node(log, net_wire_from(wire)->node), wire, pkt, now_ns);
}

static void on_transmit(void *watcher, const NetWire *wire, const Packet *pkt, int64_t now_ns)
{
    record_hop(watcher, TRACE_TRANSMIT, place_of_wire(watcher, wire), wire, pkt, now_ns);
}

static void on_arrive(void *watcher, const NetWire *wire, const Packet *pkt, int64_t now_ns)
{
    TraceLog *log = watcher;
    Pending *p = record_hop(log, TRACE_ARRIVE, place_of_node(log, net_wire_to(wire)->node), wire,
                            pkt, now_ns);
    log->root = p->recorded;
}

static void keep_detail(TraceLog *log, Pending *p, const NetDetail *detail)
{
    if (detail == NULL) {
        p->line.net.detail.fault_index = -1;
        return;
    }
    p->line.net.detail = *detail;
    p->line.net.detail.rng_stream = trace_run_text(log->run, detail->rng_stream);
}

static void on_drop(void *watcher, const NetWire *wire, const NetNode *node, const Packet *pkt,
                    NetDrop why, const NetDetail *detail, int64_t now_ns)
{
    TraceLog *log = watcher;
    uint32_t place = wire != NULL ? place_of_wire(log, wire) : place_of_node(log, node);
    Pending *p = record_packet(log, TRACE_DROP, place, pkt, now_ns);
    p->line.net.drop = why;
    keep_detail(log, p, detail);
}

static void on_fault(void *watcher, const NetWire *wire, const Packet *pkt, NetFaultKind kind,
                     const NetDetail *detail, int64_t now_ns)
{
    TraceLog *log = watcher;
    Pending *p = record_packet(log, TRACE_FAULT, place_of_wire(log, wire), pkt, now_ns);
    p->line.net.fault = kind;
    keep_detail(log, p, detail);
}

static void on_queue(void *watcher, const NetWire *wire, uint32_t queue_pkts, uint64_t queue_bytes,
                     int64_t now_ns)
{
    TraceLog *log = watcher;
    Pending *p = record(log, TRACE_QUEUE, place_of_wire(log, wire), now_ns);
    p->line.queue.pkts = queue_pkts;
    p->line.queue.bytes = queue_bytes;
}

static void on_change(void *watcher, const NetWire *wire, const char *what, int64_t now_ns)
{
    TraceLog *log = watcher;
    Pending *p = record(log, TRACE_CHANGE, place_of_wire(log, wire), now_ns);
    p->line.text = trace_run_text(log->run, what);
}

void trace_log_host(TraceLog *log, const NetNode *node, const char *what, int64_t now_ns)
{
    Pending *p = record(log, TRACE_HOST, place_of_node(log, node), now_ns);
    p->line.text = trace_run_text(log->run, what);
    log->root = p->recorded;
}

/* ---- life ---- */

static void free_track(void *data)
{
    if (data != NULL) {
        g_array_unref(data);
    }
}

static void fill_probes(TraceLog *log)
{
    bool by_line = log->level > TRACE_LEVEL_SUMMARY;
    log->net_probe = (NetProbe){ .watcher = log,
                                 .on_offer = on_offer,
                                 .on_transmit = on_transmit,
                                 .on_arrive = on_arrive,
                                 .on_drop = on_drop,
                                 .on_fault = on_fault,
                                 .on_queue = log->keep ? on_queue : NULL,
                                 .on_change = on_change };
    log->inet_probe = (InetProbe){ .watcher = log,
                                   .on_send = on_send,
                                   .on_receive = on_receive,
                                   .on_forward = on_forward,
                                   .on_discard = on_discard,
                                   .on_neighbour = on_neighbour,
                                   .on_reassembled = on_reassembled };
    log->tcp_probe = (TcpProbe){ .watcher = log,
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

TraceLog *trace_log_new(Sim *sim, TraceLevel level, bool keep_lines)
{
    TraceLog *log = g_new0(TraceLog, 1);
    log->sim = sim;
    log->level = level;
    log->keep = keep_lines;
    log->run = trace_run_new();
    log->sinks = g_array_new(FALSE, FALSE, sizeof(Sink));
    log->addr_list = g_array_new(FALSE, FALSE, sizeof(AddrPlace));
    log->addrs = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    log->halves = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    log->place_by_entity = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    log->serials = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    log->tracks = g_ptr_array_new_with_free_func(free_track);
    log->ends = g_array_new(FALSE, FALSE, sizeof(EndTrack));
    log->names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    log->batch = g_array_new(FALSE, FALSE, sizeof(Pending));
    log->order = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    log->numbers = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    log->calls = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    log->wires = g_ptr_array_new();
    log->batch_at_ns = INT64_MIN;
    log->root = log->told = log->open_call = log->received = TRACE_NONE;
    fill_probes(log);
    return log;
}

void trace_log_free(TraceLog *log)
{
    if (log == NULL) {
        return;
    }
    for (guint i = 0; i < log->batch->len; i++) {
        Pending *p = &g_array_index(log->batch, Pending, i);
        if (p->has_packet) {
            trace_snapshot_clear(&p->packet);
        }
    }
    GArray *arrays[] = { log->sinks, log->addr_list, log->place_by_entity, log->serials, log->ends,
                         log->batch, log->order,     log->numbers,         log->calls };
    for (size_t i = 0; i < G_N_ELEMENTS(arrays); i++) {
        g_array_unref(arrays[i]);
    }
    g_ptr_array_unref(log->tracks);
    g_ptr_array_unref(log->wires);
    g_hash_table_unref(log->addrs);
    g_hash_table_unref(log->halves);
    g_hash_table_unref(log->names);
    trace_run_free(log->run);
    g_free(log);
}

const NetProbe *trace_log_net_probe(TraceLog *log)
{
    return log->level == TRACE_LEVEL_FULL ? &log->net_probe : NULL;
}

const InetProbe *trace_log_inet_probe(TraceLog *log)
{
    return log->level == TRACE_LEVEL_FULL ? &log->inet_probe : NULL;
}

const TcpProbe *trace_log_tcp_probe(TraceLog *log)
{
    return &log->tcp_probe;
}

const SocketProbe *trace_log_socket_probe(TraceLog *log)
{
    return log->level >= TRACE_LEVEL_CONNECTIONS ? &log->socket_probe : NULL;
}

void trace_log_finish(TraceLog *log, int64_t end_ns)
{
    hand_out(log);
    log->run->end_ns = end_ns;
    for (guint i = 0; i < log->ends->len; i++) {
        const EndTrack *end = &g_array_index(log->ends, EndTrack, i);
        if (end->live != NULL) {
            take_account(log, end->live);
        }
    }
    for (guint i = 0; i < log->wires->len; i++) {
        const NetWire *wire = g_ptr_array_index(log->wires, i);
        if (wire != NULL) {
            trace_place(log->run, i)->stats = net_wire_stats(wire);
            trace_place(log->run, i)->rate_bps = net_wire_config(wire)->rate_bps;
        }
    }
}

TraceRun *trace_log_run(TraceLog *log)
{
    return log->run;
}

TraceRun *trace_log_steal_run(TraceLog *log)
{
    g_assert(log->batch->len == 0);
    return g_steal_pointer(&log->run);
}

uint64_t trace_log_lines_dropped(const TraceLog *log)
{
    return log->dropped;
}
