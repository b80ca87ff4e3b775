#include "lib/trace-builder.h"

#include <stdlib.h>

#define MS SIM_NS_PER_MS

TraceRun *trace_builder_new(void)
{
    TraceRun *run = trace_run_new();
    run->scenario = trace_run_text(run, "built");
    run->title_en = trace_run_text(run, "Built by hand <&>");
    run->title_zh = trace_run_text(run, "手工搭建");
    run->lang = trace_run_text(run, "en");
    run->seed = 1;
    return run;
}

static uint32_t add_place(TraceRun *run, TracePlace place)
{
    place.entity = run->places->len + 1;
    g_array_append_val(run->places, place);
    return run->places->len - 1;
}

InetAddr trace_builder_addr(uint32_t place)
{
    return inet_addr_v4(0x0a000001 + place);
}

uint32_t trace_builder_node(TraceRun *run, TracePlaceKind kind, const char *name)
{
    uint32_t place = add_place(run, (TracePlace){ .kind = kind,
                                                  .name = trace_run_text(run, name),
                                                  .from = TRACE_NONE,
                                                  .to = TRACE_NONE });
    if (kind == TRACE_PLACE_HOST) {
        trace_run_add_addr(run, trace_builder_addr(place), place);
    }
    return place;
}

static uint32_t add_wire(TraceRun *run, const char *link, uint32_t from, uint32_t to)
{
    g_autofree char *name =
        g_strdup_printf("%s %s>%s", link, trace_place(run, from)->name, trace_place(run, to)->name);
    return add_place(run, (TracePlace){ .kind = TRACE_PLACE_WIRE,
                                        .name = trace_run_text(run, name),
                                        .link = trace_run_text(run, link),
                                        .from = from,
                                        .to = to });
}

uint32_t trace_builder_link(TraceRun *run, const char *name, uint32_t a, uint32_t b)
{
    uint32_t wire = add_wire(run, name, a, b);
    add_wire(run, name, b, a);
    return wire;
}

uint32_t trace_builder_conn(TraceRun *run, const char *name, uint32_t opener, uint32_t other)
{
    TraceConn conn = {
        .name = trace_run_text(run, name),
        .end = { { .place = opener,
                   .addr = trace_builder_addr(opener),
                   .port = 49152,
                   .iss = 100,
                   .iss_known = true },
                 { .place = other,
                   .addr = trace_builder_addr(other),
                   .port = 80,
                   .iss = 300,
                   .iss_known = true } },
    };
    g_array_append_val(run->conns, conn);
    return run->conns->len - 1;
}

TraceRun *trace_builder_pair(void)
{
    TraceRun *run = trace_builder_new();
    trace_builder_node(run, TRACE_PLACE_HOST, "client");
    trace_builder_node(run, TRACE_PLACE_HOST, "server");
    trace_builder_link(run, "wire", 0, 1);
    trace_builder_conn(run, "client-server-80", 0, 1);
    return run;
}

static uint32_t add_line(TraceRun *run, TraceLine line)
{
    line.serial = run->lines->len;
    run->end_ns = MAX(run->end_ns, line.time_ns);
    g_array_append_val(run->lines, line);
    return run->lines->len - 1;
}

static TraceLine host_line(int64_t at_ns, uint8_t end, TraceWhat what)
{
    return (TraceLine){ .time_ns = at_ns,
                        .place = end,
                        .what = what,
                        .end = end,
                        .packet = TRACE_NONE,
                        .cause = TRACE_NONE };
}

uint32_t trace_builder_state(TraceRun *run, int64_t at_ns, uint8_t end, TcpState from, TcpEvent by,
                             TcpState to)
{
    TraceLine line = host_line(at_ns, end, TRACE_STATE);
    line.state.from = from;
    line.state.by = by;
    line.state.to = to;
    return add_line(run, line);
}

uint32_t trace_builder_call(TraceRun *run, int64_t at_ns, uint8_t end, const char *text)
{
    TraceLine line = host_line(at_ns, end, TRACE_CALL);
    g_auto(GStrv) parts = g_strsplit(text, ": ", 2);
    line.call.call = trace_run_text(run, parts[0]);
    line.call.text = trace_run_text(run, parts[1] != NULL ? parts[1] : "");
    return add_line(run, line);
}

uint32_t trace_builder_host(TraceRun *run, int64_t at_ns, uint8_t host, const char *what)
{
    TraceLine line = host_line(at_ns, host, TRACE_HOST);
    line.text = trace_run_text(run, what);
    return add_line(run, line);
}

uint32_t trace_builder_fired(TraceRun *run, int64_t set_at_ns, int64_t at_ns, uint8_t end,
                             TcpTimer timer)
{
    TraceLine line = host_line(at_ns, end, TRACE_TIMER);
    for (uint32_t i = 0; i < run->lines->len; i++) {
        line.cause = trace_line(run, i)->time_ns <= set_at_ns ? i : line.cause;
    }
    line.timer.timer = timer;
    line.timer.change = TCP_TIMER_FIRED;
    line.timer.due_at_ns = at_ns;
    return add_line(run, line);
}

static TraceLine packet_line(int64_t at_ns, uint32_t place, TraceWhat what, uint32_t packet)
{
    return (TraceLine){ .time_ns = at_ns,
                        .place = place,
                        .what = what,
                        .conn = TRACE_NONE,
                        .packet = packet,
                        .cause = TRACE_NONE };
}

TraceLine *trace_builder_line(TraceRun *run, int64_t at_ns, uint32_t place, TraceWhat what,
                              uint32_t packet)
{
    uint32_t index = add_line(run, packet_line(at_ns, place, what, packet));
    return trace_line(run, index);
}

static uint32_t last_line_of(const TraceRun *run, uint32_t packet)
{
    for (uint32_t i = run->lines->len; i-- > 0;) {
        if (trace_line(run, i)->packet == packet) {
            return i;
        }
    }
    return TRACE_NONE;
}

static TraceLine *put_hop(TraceRun *run, int64_t at_ns, uint32_t place, TraceWhat what,
                          uint32_t packet, uint32_t wire)
{
    TraceLine line = packet_line(at_ns, place, what, packet);
    line.cause = last_line_of(run, packet);
    line.hop.wire = wire;
    line.hop.ttl = 64;
    uint32_t index = add_line(run, line);
    return trace_line(run, index);
}

uint32_t trace_builder_packet(TraceRun *run, int64_t at_ns, uint32_t place, const Packet *like,
                              uint32_t original)
{
    TracePacket pkt = { .id = run->packets->len + 1,
                        .original = original,
                        .because = { TRACE_NONE, TRACE_NONE, TRACE_NONE },
                        .conn = TRACE_NONE,
                        .made = run->lines->len };
    bool by_wire = trace_place(run, place)->kind == TRACE_PLACE_WIRE;
    pkt.snapshot = g_new(Packet, 1);
    trace_snapshot(like, pkt.snapshot);
    g_array_append_val(run->packets, pkt);
    add_line(run,
             packet_line(at_ns, place, by_wire ? TRACE_FAULT : TRACE_SEND, run->packets->len - 1));
    return run->packets->len - 1;
}

static bool is_for(const TraceRun *run, const Packet *p, uint32_t place)
{
    if (p->kind == PACKET_RAW || trace_place(run, place)->kind != TRACE_PLACE_HOST) {
        return false;
    }
    return p->kind == PACKET_ARP || inet_addr_equal(p->ip.dst, trace_builder_addr(place));
}

void trace_builder_crosses(TraceRun *run, int64_t left_ns, int64_t arrives_ns, uint32_t packet,
                           uint32_t wire)
{
    uint32_t from = trace_place(run, wire)->from, to = trace_place(run, wire)->to;
    put_hop(run, left_ns, from, TRACE_OFFER, packet, wire);
    put_hop(run, left_ns, wire, TRACE_TRANSMIT, packet, wire)->hop.arrives_at_ns = arrives_ns;
    put_hop(run, arrives_ns, to, TRACE_ARRIVE, packet, wire);
    if (is_for(run, trace_packet(run, packet)->snapshot, to)) {
        TraceLine line = packet_line(arrives_ns, to, TRACE_RECEIVE, packet);
        line.conn = trace_packet(run, packet)->conn;
        line.end = !trace_packet(run, packet)->sender_end;
        line.cause = run->lines->len - 1;
        add_line(run, line);
    }
}

uint32_t trace_builder_segment(TraceRun *run, int64_t at_ns, uint8_t end, uint16_t flags,
                               uint32_t seq, uint32_t ack, uint32_t len, PacketWhy why,
                               uint32_t original)
{
    const TraceConn *conn = trace_conn(run, 0);
    Packet p = { .kind = PACKET_TCP,
                 .why = why,
                 .link = PACKET_LINK_ETHERNET,
                 .network_bytes = 40 + len,
                 .payload.len_bytes = len,
                 .ip = { .src = conn->end[end].addr,
                         .dst = conn->end[!end].addr,
                         .protocol = IP_PROTOCOL_TCP,
                         .ttl = 64 },
                 .tcp = { .src_port = conn->end[end].port,
                          .dst_port = conn->end[!end].port,
                          .seq = conn->end[end].iss + seq,
                          .ack = (flags & TCP_ACK) != 0 ? conn->end[!end].iss + ack : 0,
                          .flags = flags,
                          .window = 65535,
                          .header_bytes = 20 } };
    uint32_t cause = run->lines->len > 0 ? run->lines->len - 1 : TRACE_NONE;
    uint32_t index = trace_builder_packet(run, at_ns, conn->end[end].place, &p, original);
    trace_packet(run, index)->conn = 0;
    trace_packet(run, index)->sender_end = end;
    TraceLine *line = trace_line(run, run->lines->len - 1);
    line->conn = 0;
    line->end = end;
    line->cause = cause;
    return index;
}

static uint32_t wire_of(const TraceRun *run, uint32_t packet)
{
    return 2u + trace_packet(run, packet)->sender_end;
}

void trace_builder_arrives(TraceRun *run, int64_t at_ns, uint32_t packet)
{
    int64_t sent_at_ns = trace_line(run, trace_packet(run, packet)->made)->time_ns;
    trace_builder_crosses(run, sent_at_ns, at_ns, packet, wire_of(run, packet));
}

void trace_builder_dies(TraceRun *run, int64_t at_ns, uint32_t packet, uint32_t place, NetDrop why)
{
    TraceLine line = packet_line(at_ns, place, TRACE_DROP, packet);
    line.cause = last_line_of(run, packet);
    line.net.drop = why;
    line.net.detail.fault_index = why == NET_DROP_FAULT ? 0 : -1;
    add_line(run, line);
}

void trace_builder_dropped(TraceRun *run, int64_t at_ns, uint32_t packet, NetDrop why)
{
    trace_builder_dies(run, at_ns, packet, wire_of(run, packet), why);
}

void trace_builder_discarded(TraceRun *run, int64_t at_ns, uint32_t packet, InetDiscard why)
{
    TraceLine line =
        packet_line(at_ns, !trace_packet(run, packet)->sender_end, TRACE_DISCARD, packet);
    line.cause = last_line_of(run, packet);
    line.discard.discard = why;
    add_line(run, line);
}

/* A segment that arrives 20 ms after it was sent. */
static uint32_t sent_and_received(TraceRun *run, int64_t at_ns, uint8_t end, uint16_t flags,
                                  uint32_t seq, uint32_t ack, uint32_t len, PacketWhy why,
                                  uint32_t original)
{
    uint32_t packet = trace_builder_segment(run, at_ns, end, flags, seq, ack, len, why, original);
    trace_builder_arrives(run, at_ns + 20 * MS, packet);
    return packet;
}

TraceRun *trace_builder_story(void)
{
    const uint16_t S = TCP_SYN, A = TCP_ACK, F = TCP_FIN;
    TraceRun *run = trace_builder_pair();
    trace_builder_call(run, 0, 1, "listen: 80");
    trace_builder_call(run, 0, 0, "connect: server:80");
    trace_builder_state(run, 0, 0, TCP_STATE_CLOSED, TCP_EVENT_OPEN_ACTIVE, TCP_STATE_SYN_SENT);
    sent_and_received(run, 0, 0, S, 0, 0, 0, PACKET_WHY_OPEN, TRACE_NONE);
    trace_builder_state(run, 20 * MS, 1, TCP_STATE_LISTEN, TCP_EVENT_RCV_SYN, TCP_STATE_SYN_RCVD);
    sent_and_received(run, 20 * MS, 1, S | A, 0, 1, 0, PACKET_WHY_OPEN, TRACE_NONE);
    trace_builder_state(run, 40 * MS, 0, TCP_STATE_SYN_SENT, TCP_EVENT_RCV_SYN_ACK,
                        TCP_STATE_ESTABLISHED);
    sent_and_received(run, 40 * MS, 0, A, 1, 1, 0, PACKET_WHY_ACK, TRACE_NONE);
    trace_builder_state(run, 60 * MS, 1, TCP_STATE_SYN_RCVD, TCP_EVENT_RCV_ACK_OF_SYN,
                        TCP_STATE_ESTABLISHED);
    uint32_t lost =
        trace_builder_segment(run, 60 * MS, 1, A, 1, 1, 1000, PACKET_WHY_DATA, TRACE_NONE);
    trace_builder_dropped(run, 60 * MS, lost, NET_DROP_FAULT);
    trace_builder_fired(run, 60 * MS, 1060 * MS, 1, TCP_TIMER_RETRANSMIT);
    sent_and_received(run, 1060 * MS, 1, A, 1, 1, 1000, PACKET_WHY_RETRANSMIT_TIMEOUT, lost);
    sent_and_received(run, 1080 * MS, 0, F | A, 1, 1001, 0, PACKET_WHY_CLOSE, TRACE_NONE);
    trace_builder_state(run, 1100 * MS, 1, TCP_STATE_ESTABLISHED, TCP_EVENT_RCV_FIN,
                        TCP_STATE_CLOSE_WAIT);
    return run;
}

/* ---- a transfer ---- */

/* A window of segments that grows, each acknowledged when it arrives; the network takes 20 ms, and
 * a millisecond for each segment. One in ten is lost, and sent again a round trip later. */
TraceRun *trace_builder_transfer(uint32_t packets)
{
    const int64_t flight_ns = 20 * MS;
    TraceRun *run = trace_builder_pair();
    uint32_t seq = 1, window = 2, sent = 0;
    int64_t now_ns = 0;
    trace_builder_call(run, 0, 0, "send: 1MB");
    while (run->packets->len < packets) {
        uint32_t lost = TRACE_NONE, ack = seq;
        for (uint32_t i = 0; i < window && run->packets->len < packets; i++, sent++, seq += 1000) {
            int64_t at_ns = now_ns + i * MS;
            uint32_t data = trace_builder_segment(run, at_ns, 0, TCP_ACK, seq, 1, 1000,
                                                  PACKET_WHY_DATA, TRACE_NONE);
            if (sent % 10 == 9 && lost == TRACE_NONE) {
                trace_builder_dropped(run, at_ns, data, NET_DROP_QUEUE_FULL);
                lost = data;
                continue;
            }
            trace_builder_arrives(run, at_ns + flight_ns, data);
            ack += lost == TRACE_NONE ? 1000 : 0;
            uint32_t reply = trace_builder_segment(
                run, at_ns + flight_ns, 1, TCP_ACK, 1, ack, 0,
                lost == TRACE_NONE ? PACKET_WHY_ACK : PACKET_WHY_DUPLICATE_ACK, TRACE_NONE);
            trace_builder_arrives(run, at_ns + 2 * flight_ns, reply);
        }
        now_ns += 2 * flight_ns + window * MS;
        if (lost != TRACE_NONE && run->packets->len < packets) {
            sent_and_received(run, now_ns, 0, TCP_ACK, ack, 1, 1000, PACKET_WHY_RETRANSMIT_FAST,
                              lost);
            now_ns += 2 * flight_ns;
        }
        window = lost == TRACE_NONE ? window * 2 : MAX(window / 2, 2);
    }
    trace_builder_sort(run);
    return run;
}

/* ---- order ---- */

typedef struct Ranked {
    int64_t time_ns;
    uint32_t line;
} Ranked;

static gint compare_ranked(gconstpointer a, gconstpointer b)
{
    const Ranked *x = a, *y = b;
    if (x->time_ns != y->time_ns) {
        return x->time_ns < y->time_ns ? -1 : 1;
    }
    return (x->line > y->line) - (x->line < y->line);
}

void trace_builder_sort(TraceRun *run)
{
    guint n = run->lines->len;
    g_autofree Ranked *ranked = g_new(Ranked, n + 1);
    g_autofree uint32_t *moved = g_new(uint32_t, n + 1);
    g_autoptr(GArray) sorted = g_array_new(FALSE, FALSE, sizeof(TraceLine));
    for (guint i = 0; i < n; i++) {
        ranked[i] = (Ranked){ trace_line(run, i)->time_ns, i };
    }
    qsort(ranked, n, sizeof *ranked, compare_ranked);
    for (guint i = 0; i < n; i++) {
        moved[ranked[i].line] = i;
        g_array_append_val(sorted, *trace_line(run, ranked[i].line));
    }
    for (guint i = 0; i < n; i++) {
        TraceLine *line = &g_array_index(sorted, TraceLine, i);
        line->serial = i;
        line->cause = line->cause != TRACE_NONE ? moved[line->cause] : TRACE_NONE;
        *trace_line(run, i) = *line;
    }
    for (guint i = 0; i < run->packets->len; i++) {
        trace_packet(run, i)->made = moved[trace_packet(run, i)->made];
    }
}
