#include "lib/trace-builder.h"

#define MS SIM_NS_PER_MS

static void add_place(TraceRun *run, TracePlaceKind kind, const char *name, uint32_t from,
                      uint32_t to)
{
    TracePlace place = { .kind = kind,
                         .entity = run->places->len + 1,
                         .name = trace_run_text(run, name),
                         .link = kind == TRACE_PLACE_WIRE ? trace_run_text(run, "wire") : NULL,
                         .from = from,
                         .to = to };
    g_array_append_val(run->places, place);
}

TraceRun *trace_builder_pair(void)
{
    TraceRun *run = trace_run_new();
    run->scenario = trace_run_text(run, "built");
    run->title_en = trace_run_text(run, "Built by hand <&>");
    run->title_zh = trace_run_text(run, "手工搭建");
    run->lang = trace_run_text(run, "en");
    run->seed = 1;
    add_place(run, TRACE_PLACE_HOST, "client", TRACE_NONE, TRACE_NONE);
    add_place(run, TRACE_PLACE_HOST, "server", TRACE_NONE, TRACE_NONE);
    add_place(run, TRACE_PLACE_WIRE, "wire client>server", 0, 1);
    add_place(run, TRACE_PLACE_WIRE, "wire server>client", 1, 0);
    TraceConn conn = {
        .name = trace_run_text(run, "client-server-80"),
        .end = { { .place = 0,
                   .addr = inet_addr_v4(0x0a000001),
                   .port = 49152,
                   .iss = 100,
                   .iss_known = true },
                 { .place = 1,
                   .addr = inet_addr_v4(0x0a000002),
                   .port = 80,
                   .iss = 300,
                   .iss_known = true } },
    };
    g_array_append_val(run->conns, conn);
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
    line.call.call = trace_run_text(run, "call");
    line.call.text = trace_run_text(run, text);
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

static uint32_t last_line_of(const TraceRun *run, uint32_t packet)
{
    for (uint32_t i = run->lines->len; i-- > 0;) {
        if (trace_line(run, i)->packet == packet) {
            return i;
        }
    }
    return TRACE_NONE;
}

static void put_hop(TraceRun *run, int64_t at_ns, uint32_t place, TraceWhat what, uint32_t packet)
{
    TraceLine line = packet_line(at_ns, place, what, packet);
    line.cause = last_line_of(run, packet);
    line.hop.wire = 2 + (uint32_t)trace_packet(run, packet)->sender_end;
    line.hop.ttl = 64;
    add_line(run, line);
}

uint32_t trace_builder_segment(TraceRun *run, int64_t at_ns, uint8_t end, uint16_t flags,
                               uint32_t seq, uint32_t ack, uint32_t len, PacketWhy why,
                               uint32_t original)
{
    const TraceConn *conn = trace_conn(run, 0);
    uint32_t index = run->packets->len;
    TracePacket pkt = { .id = index + 1,
                        .original = original,
                        .because = { TRACE_NONE, TRACE_NONE, TRACE_NONE },
                        .conn = 0,
                        .sender_end = end,
                        .made = run->lines->len };
    Packet *p = &pkt.snapshot;
    p->kind = PACKET_TCP;
    p->why = why;
    p->link = PACKET_LINK_ETHERNET;
    p->network_bytes = 40 + len;
    p->payload.len_bytes = len;
    p->ip.src = conn->end[end].addr;
    p->ip.dst = conn->end[!end].addr;
    p->ip.protocol = IP_PROTOCOL_TCP;
    p->ip.ttl = 64;
    p->tcp = (WireTcp){ .src_port = conn->end[end].port,
                        .dst_port = conn->end[!end].port,
                        .seq = conn->end[end].iss + seq,
                        .ack = (flags & TCP_ACK) != 0 ? conn->end[!end].iss + ack : 0,
                        .flags = flags,
                        .window = 65535,
                        .header_bytes = 20 };
    g_array_append_val(run->packets, pkt);
    TraceLine line = packet_line(at_ns, end, TRACE_SEND, index);
    line.conn = 0;
    line.end = end;
    line.cause = run->lines->len > 0 ? run->lines->len - 1 : TRACE_NONE;
    add_line(run, line);
    put_hop(run, at_ns, end, TRACE_OFFER, index);
    return index;
}

void trace_builder_arrives(TraceRun *run, int64_t at_ns, uint32_t packet)
{
    uint8_t end = trace_packet(run, packet)->sender_end;
    int64_t sent_at_ns = trace_line(run, trace_packet(run, packet)->made)->time_ns;
    put_hop(run, sent_at_ns, 2u + end, TRACE_TRANSMIT, packet);
    put_hop(run, at_ns, !end, TRACE_ARRIVE, packet);
    TraceLine line = packet_line(at_ns, !end, TRACE_RECEIVE, packet);
    line.conn = 0;
    line.end = !end;
    line.cause = run->lines->len - 1;
    add_line(run, line);
}

void trace_builder_dropped(TraceRun *run, int64_t at_ns, uint32_t packet, NetDrop why)
{
    TraceLine line =
        packet_line(at_ns, 2u + trace_packet(run, packet)->sender_end, TRACE_DROP, packet);
    line.cause = last_line_of(run, packet);
    line.net.drop = why;
    line.net.detail.fault_index = 0;
    add_line(run, line);
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
