#include <string.h>

#include "trace/trace_log_private.h"

/* ---- Internet layer ---- */

static Pending *record_inet(TraceLog *log, TraceWhat what, const InetStack *stack,
                            const Packet *pkt, int64_t now_ns)
{
    return trace_log_record_packet(log, what, trace_log_place_of_node(log, inet_stack_node(stack)),
                                   pkt, now_ns);
}

/* A segment that no connection of the host sends is a reset in reply: to what has been received. */
static void answer_received(TraceLog *log, Pending *p)
{
    uint32_t packet = trace_log_received_packet(log);
    if (packet != TRACE_NONE && trace_packet(log->run, packet)->conn != TRACE_NONE) {
        p->sender_end = !trace_packet(log->run, packet)->sender_end;
        trace_log_give_conn(p, trace_packet(log->run, packet)->conn, p->sender_end);
    }
}

static void on_send(void *watcher, const InetStack *stack, const Packet *pkt, int64_t now_ns)
{
    TraceLog *log = watcher;
    Pending *p = record_inet(log, TRACE_SEND, stack, pkt, now_ns);
    if (log->segment_id == pkt->id) {
        trace_log_give_conn(p, log->segment_conn, log->segment_end);
        p->sender_end = log->segment_end;
        memcpy(p->because_ids, log->segment_because, sizeof p->because_ids);
    } else if (pkt->kind == PACKET_TCP) {
        answer_received(log, p);
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
    if (!trace_log_is_unseen(watcher, TRACE_FORWARD, pkt)) {
        record_inet(watcher, TRACE_FORWARD, stack, pkt, now_ns);
    }
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
    Pending *p = trace_log_record(log, TRACE_NEIGHBOUR,
                                  trace_log_place_of_node(log, inet_stack_node(stack)), now_ns);
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
    Pending *p = trace_log_record_packet(log, what, place, pkt, now_ns);
    p->line.hop.wire = trace_log_place_of_wire(log, wire);
    p->line.hop.eth = pkt->eth;
    p->line.hop.ttl = pkt->ip.ttl;
    p->line.hop.tos = pkt->ip.tos;
    p->line.hop.arrives_at_ns = pkt->arrives_at_ns;
    return p;
}

static void on_offer(void *watcher, const NetWire *wire, const Packet *pkt, int64_t now_ns)
{
    TraceLog *log = watcher;
    if (!trace_log_is_unseen(log, TRACE_OFFER, pkt)) {
        record_hop(log, TRACE_OFFER, trace_log_place_of_node(log, net_wire_from(wire)->node), wire,
                   pkt, now_ns);
    }
}

static void on_transmit(void *watcher, const NetWire *wire, const Packet *pkt, int64_t now_ns)
{
    record_hop(watcher, TRACE_TRANSMIT, trace_log_place_of_wire(watcher, wire), wire, pkt, now_ns);
}

static void on_arrive(void *watcher, const NetWire *wire, const Packet *pkt, int64_t now_ns)
{
    TraceLog *log = watcher;
    if (trace_log_is_unseen(log, TRACE_ARRIVE, pkt)) {
        return;
    }
    Pending *p =
        record_hop(log, TRACE_ARRIVE, trace_log_place_of_node(log, net_wire_to(wire)->node), wire,
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
    uint32_t place =
        wire != NULL ? trace_log_place_of_wire(log, wire) : trace_log_place_of_node(log, node);
    Pending *p = trace_log_record_packet(log, TRACE_DROP, place, pkt, now_ns);
    p->line.net.drop = why;
    keep_detail(log, p, detail);
}

static void on_fault(void *watcher, const NetWire *wire, const Packet *pkt, NetFaultKind kind,
                     const NetDetail *detail, int64_t now_ns)
{
    TraceLog *log = watcher;
    Pending *p =
        trace_log_record_packet(log, TRACE_FAULT, trace_log_place_of_wire(log, wire), pkt, now_ns);
    p->line.net.fault = kind;
    keep_detail(log, p, detail);
}

static void on_queue(void *watcher, const NetWire *wire, uint32_t queue_pkts, uint64_t queue_bytes,
                     int64_t now_ns)
{
    TraceLog *log = watcher;
    Pending *p = trace_log_record(log, TRACE_QUEUE, trace_log_place_of_wire(log, wire), now_ns);
    p->line.queue.pkts = queue_pkts;
    p->line.queue.bytes = queue_bytes;
}

static void on_change(void *watcher, const NetWire *wire, const NetChange *change, int64_t now_ns)
{
    TraceLog *log = watcher;
    Pending *p = trace_log_record(log, TRACE_CHANGE, trace_log_place_of_wire(log, wire), now_ns);
    p->line.change = *change;
    p->line.change.what = trace_run_text(log->run, change->what);
}

void trace_log_fill_net_probes(TraceLog *log)
{
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
}
