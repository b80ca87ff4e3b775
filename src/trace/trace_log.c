#include "trace/trace_log_private.h"

#include <string.h>

/* ---- places ---- */

static uint32_t place_of_entity(const TraceLog *log, uint32_t entity)
{
    g_assert(entity < log->place_by_entity->len);
    return g_array_index(log->place_by_entity, uint32_t, entity);
}

uint32_t trace_log_place_of_node(const TraceLog *log, const NetNode *node)
{
    return place_of_entity(log, node->entity.id);
}

uint32_t trace_log_place_of_wire(const TraceLog *log, const NetWire *wire)
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
                                                  .from = trace_log_place_of_node(log, from),
                                                  .to = trace_log_place_of_node(log, to),
                                                  .type = type,
                                                  .rate_bps = net_wire_config(wire)->rate_bps });
    g_ptr_array_index(log->wires, place) = (void *)wire;
    return place;
}

void trace_log_add_addr(TraceLog *log, const NetNode *node, InetAddr addr)
{
    trace_run_add_addr(log->run, addr, trace_log_place_of_node(log, node));
}

void trace_log_add_program(TraceLog *log, const NetNode *node, const App *app)
{
    const TraceProgram program = { .name = trace_run_text(log->run, app->name),
                                   .place = trace_log_place_of_node(log, node),
                                   .ops = app->ops };
    g_array_append_val(log->run->programs, program);
    g_ptr_array_add(log->apps, (void *)app);
}

static void take_results(TraceProgram *program, const App *app)
{
    guint count = 0;
    while (app->ops->results[count] != NULL) {
        count++;
    }
    program->done = app->done;
    program->failure = app->failure;
    program->failure_error = app->failure_error;
    program->failure_expected = app->failure_expected;
    program->values = g_new(int64_t, count);
    for (guint i = 0; i < count; i++) {
        program->values[i] = app->ops->results[i]->get(app);
    }
}

void trace_log_for_each_addr(const TraceLog *log,
                             void (*each)(void *data, InetAddr addr, const char *host), void *data)
{
    for (guint i = 0; i < log->run->addrs->len; i++) {
        const TraceAddr *entry = &g_array_index(log->run->addrs, TraceAddr, i);
        each(data, entry->addr, trace_place(log->run, entry->place)->name);
    }
}

void trace_log_add_sink(TraceLog *log, TraceKinds kinds, TraceSinkFn on_line, void *sink)
{
    Sink entry = { kinds, on_line, sink };
    g_array_append_val(log->sinks, entry);
    log->wanted |= kinds;
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

uint32_t trace_log_packet_index(TraceLog *log, SimKey id)
{
    return id == 0 ? TRACE_NONE : track_of(log, id)->index;
}

uint32_t trace_log_received_packet(TraceLog *log)
{
    return log->received == TRACE_NONE
               ? TRACE_NONE
               : trace_log_packet_index(log, trace_log_pending(log, log->received)->packet_id);
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
Pending *trace_log_record(TraceLog *log, TraceWhat what, uint32_t place, int64_t now_ns)
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
    p->line.time_ns = now_ns;
    p->line.place = place;
    p->line.serial = g_array_index(log->serials, uint32_t, place)++;
    p->line.what = what;
    p->line.conn = TRACE_NONE;
    p->line.packet = TRACE_NONE;
    p->line.cause = log->root;
    return p;
}

/* The same about a packet: it was last seen in another line, which is the cause. */
Pending *trace_log_record_packet(TraceLog *log, TraceWhat what, uint32_t place, const Packet *pkt,
                                 int64_t now_ns)
{
    Pending *p = trace_log_record(log, what, place, now_ns);
    PacketTrack *track = track_of(log, pkt->id);
    p->packet_id = pkt->id;
    p->line.cause = track->last_line != TRACE_NONE ? track->last_line : log->root;
    track->last_line = p->recorded;
    if (track->index == TRACE_NONE || (log->wanted & TRACE_KIND(what)) != 0) {
        p->has_packet = true;
        trace_snapshot(pkt, &p->packet);
    }
    return p;
}

bool trace_log_is_unseen(TraceLog *log, TraceWhat what, const Packet *pkt)
{
    return !trace_log_wants(log, what) && trace_log_packet_index(log, pkt->id) != TRACE_NONE;
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

static bool is_keeping(const TraceLog *log)
{
    return log->keep && log->run->lines->len < log->most_lines;
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
        pkt.because[i] = trace_log_packet_index(log, p->because_ids[i]);
    }
    if (is_keeping(log)) {
        pkt.snapshot = g_new0(Packet, 1);
    }
    if (p->has_packet) {
        pkt.original = trace_log_packet_index(log, packet_original(&p->packet));
        if (pkt.snapshot != NULL) {
            trace_snapshot(&p->packet, pkt.snapshot);
        }
    }
    g_array_append_val(log->run->packets, pkt);
}

static void resolve(TraceLog *log, Pending *p, uint32_t number)
{
    if (p->packet_id != 0) {
        introduce_packet(log, p, number);
        p->line.packet = trace_log_packet_index(log, p->packet_id);
    }
    if (log->keep && p->line.cause != TRACE_NONE) {
        p->line.cause = g_array_index(log->numbers, uint32_t, p->line.cause);
    }
}

static void deliver(TraceLog *log, Pending *p, uint32_t number)
{
    for (guint i = 0; i < log->sinks->len; i++) {
        const Sink *sink = &g_array_index(log->sinks, Sink, i);
        if ((sink->kinds & TRACE_KIND(p->line.what)) != 0) {
            sink->on_line(sink->sink, log->run, &p->line, number,
                          p->has_packet ? &p->packet : NULL);
        }
    }
    if (p->has_packet) {
        trace_snapshot_clear(&p->packet);
    }
    if (is_keeping(log)) {
        g_array_append_val(log->run->lines, p->line);
    } else if (log->keep) {
        log->overflowed = true;
        sim_stop(log->sim);
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

/* ---- life ---- */

void trace_log_host(TraceLog *log, const NetNode *node, const char *what, int64_t now_ns)
{
    Pending *p = trace_log_record(log, TRACE_HOST, trace_log_place_of_node(log, node), now_ns);
    p->line.text = trace_run_text(log->run, what);
    log->root = p->recorded;
}

static void free_track(void *data)
{
    if (data != NULL) {
        g_array_unref(data);
    }
}

TraceLog *trace_log_new(Sim *sim, TraceLevel level, bool keep_lines)
{
    TraceLog *log = g_new0(TraceLog, 1);
    log->sim = sim;
    log->level = level;
    log->keep = keep_lines;
    log->most_lines = UINT32_MAX;
    log->run = trace_run_new();
    log->run->recording.level = level;
    log->sinks = g_array_new(FALSE, FALSE, sizeof(Sink));
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
    log->apps = g_ptr_array_new();
    log->batch_at_ns = INT64_MIN;
    log->root = log->told = log->open_call = log->received = TRACE_NONE;
    trace_log_fill_net_probes(log);
    trace_log_fill_conn_probes(log);
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
    GArray *arrays[] = { log->sinks, log->place_by_entity, log->serials, log->ends,
                         log->batch, log->order,           log->numbers, log->calls };
    for (size_t i = 0; i < G_N_ELEMENTS(arrays); i++) {
        g_array_unref(arrays[i]);
    }
    g_ptr_array_unref(log->tracks);
    g_ptr_array_unref(log->wires);
    g_ptr_array_unref(log->apps);
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

/* Packets are numbered whether or not their lines are kept; a run has those whose lines it has. */
static void forget_packets_without_lines(TraceRun *run)
{
    guint n = run->packets->len;
    while (n > 0 && trace_packet(run, n - 1)->made >= run->lines->len) {
        n--;
    }
    g_array_set_size(run->packets, n);
}

void trace_log_finish(TraceLog *log, int64_t end_ns)
{
    hand_out(log);
    forget_packets_without_lines(log->run);
    log->run->end_ns = end_ns;
    trace_log_take_accounts(log);
    for (guint i = 0; i < log->apps->len; i++) {
        take_results(trace_program(log->run, i), log->apps->pdata[i]);
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

void trace_log_limit(TraceLog *log, uint32_t most_lines)
{
    log->most_lines = most_lines;
}

bool trace_log_overflowed(const TraceLog *log)
{
    return log->overflowed;
}
