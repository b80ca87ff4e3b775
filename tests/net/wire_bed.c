#include "net/wire_bed.h"

#include <string.h>

/* "#3", or "copy 1 of #3" for what the wire made, and what is wrong with it. */
static void log_packet(WireBed *bed, const Packet *pkt)
{
    uint64_t serial = pkt->id & ((UINT64_C(1) << SIM_SERIAL_BITS) - 1);
    SimKey original = packet_original(pkt);
    uint64_t of = original & ((UINT64_C(1) << SIM_SERIAL_BITS) - 1);
    if (original != 0) {
        g_string_append_printf(bed->log, "copy %" G_GUINT64_FORMAT " of ", serial);
    }
    g_string_append_printf(bed->log, "#%" G_GUINT64_FORMAT, original != 0 ? of : serial);
    g_string_append(bed->log, pkt->corrupted ? " corrupted" : "");
}

static void log_line(WireBed *bed, int64_t now_ns, const char *what, const Packet *pkt)
{
    g_assert_cmpint(now_ns, ==, sim_now(bed->sim));
    g_string_append_printf(bed->log, "%" G_GINT64_FORMAT " %s ", now_ns, what);
    log_packet(bed, pkt);
}

static void receive(NetPort *port, Packet *pkt, int64_t now_ns)
{
    WireBed *bed = port->above;
    log_line(bed, now_ns, "got", pkt);
    g_string_append_c(bed->log, '\n');
    packet_free(pkt);
}

static void on_offer(void *watcher, const NetWire *wire, const Packet *pkt, int64_t now_ns)
{
    log_line(watcher, now_ns, "offer", pkt);
    g_string_append_c(((WireBed *)watcher)->log, '\n');
}

static void on_transmit(void *watcher, const NetWire *wire, const Packet *pkt, int64_t now_ns)
{
    g_assert_cmpint(now_ns, ==, pkt->started_at_ns);
    log_line(watcher, now_ns, "transmit", pkt);
    g_string_append_c(((WireBed *)watcher)->log, '\n');
}

static void on_arrive(void *watcher, const NetWire *wire, const Packet *pkt, int64_t now_ns)
{
    log_line(watcher, now_ns, "arrive", pkt);
    g_string_append_c(((WireBed *)watcher)->log, '\n');
}

static void log_detail(GString *log, const NetDetail *detail)
{
    if (detail->fault_index >= 0) {
        g_string_append_printf(log, " by fault %d", detail->fault_index);
    }
    if (detail->rng_stream != NULL) {
        g_string_append_printf(log, " by '%s'", detail->rng_stream);
    }
    if (detail->extra_ns != 0) {
        g_string_append_printf(log, " +%" G_GINT64_FORMAT, detail->extra_ns);
    }
}

/* The queue that a packet met. */
static void log_queue(GString *log, const NetDetail *detail)
{
    bool in_pkts = detail->queue_limit_pkts > 0 || detail->queue_limit_bytes == 0;
    g_string_append_printf(log, " %" G_GUINT64_FORMAT "/%" G_GUINT64_FORMAT "%s",
                           in_pkts ? detail->queue_pkts : detail->queue_bytes,
                           in_pkts ? detail->queue_limit_pkts : detail->queue_limit_bytes,
                           in_pkts ? "" : " bytes");
}

static void on_drop(void *watcher, const NetWire *wire, const NetNode *node, const Packet *pkt,
                    NetDrop why, const NetDetail *detail, int64_t now_ns)
{
    WireBed *bed = watcher;
    log_line(bed, now_ns, "drop", pkt);
    g_string_append_printf(bed->log, " %s", net_drop_to_string(why));
    if (why == NET_DROP_QUEUE_FULL || why == NET_DROP_QUEUE_EARLY) {
        log_queue(bed->log, detail);
    }
    log_detail(bed->log, detail);
    g_string_append(bed->log, node != NULL ? " in a node\n" : "\n");
}

static void on_fault(void *watcher, const NetWire *wire, const Packet *pkt, NetFaultKind kind,
                     const NetDetail *detail, int64_t now_ns)
{
    WireBed *bed = watcher;
    log_line(bed, now_ns, net_fault_kind_to_string(kind), pkt);
    if (kind == NET_FAULT_MARK) {
        log_queue(bed->log, detail);
    }
    log_detail(bed->log, detail);
    if (kind == NET_FAULT_CORRUPT) {
        g_string_append_printf(bed->log, " bit %" G_GUINT64_FORMAT, detail->bit);
    }
    g_string_append_c(bed->log, '\n');
}

static void on_queue(void *watcher, const NetWire *wire, uint32_t queue_pkts, uint64_t queue_bytes,
                     int64_t now_ns)
{
    g_string_append_printf(((WireBed *)watcher)->log,
                           "%" G_GINT64_FORMAT " queue %u, %" G_GUINT64_FORMAT " bytes\n", now_ns,
                           queue_pkts, queue_bytes);
}

static void on_change(void *watcher, const NetWire *wire, const NetChange *change, int64_t now_ns)
{
    GString *log = ((WireBed *)watcher)->log;
    g_string_append_printf(log, "%" G_GINT64_FORMAT " change %s", now_ns, change->what);
    if (change->unit != SIM_N_UNITS) {
        g_string_append_printf(log, " %" G_GINT64_FORMAT " -> %" G_GINT64_FORMAT, change->from,
                               change->to);
    }
    g_string_append_c(log, '\n');
}

NetWireConfig wire_bed_config(void)
{
    return (NetWireConfig){ .rate_bps = 8000000, .delay_ns = SIM_NS_PER_MS, .queue_limit = 50 };
}

void wire_bed_open_with(WireBed *bed, const NetWireConfig *config, PacketLink link, uint64_t seed)
{
    *bed = (WireBed){ .sim = sim_new(), .log = g_string_new(NULL) };
    sim_pool_init(&bed->packets, sizeof(Packet));
    bed->a = net_node_new(bed->sim, &bed->packets, 1, "a");
    bed->b = net_node_new(bed->sim, &bed->packets, 2, "b");
    NetPort *from = net_node_add_port(bed->a, (MacAddr){ { 2, 0, 0, 0, 0, 1 } });
    NetPort *to = net_node_add_port(bed->b, (MacAddr){ { 2, 0, 0, 0, 0, 2 } });
    from->receive = to->receive = receive;
    from->above = to->above = bed;
    bed->link =
        net_link_new("wire", link, 1500, from, to, (NetWireConfig[]){ *config, *config }, seed, 3);
    bed->wire = net_link_wire(bed->link, 0);
    bed->probe = (NetProbe){
        .watcher = bed,
        .on_offer = on_offer,
        .on_transmit = on_transmit,
        .on_arrive = on_arrive,
        .on_drop = on_drop,
        .on_fault = on_fault,
        .on_queue = on_queue,
        .on_change = on_change,
    };
}

void wire_bed_open(WireBed *bed, const NetWireConfig *config)
{
    wire_bed_open_with(bed, config, PACKET_LINK_RAW_IP, 1);
}

void wire_bed_close(WireBed *bed)
{
    net_link_free(bed->link);
    g_assert_cmpuint(bed->packets.in_use, ==, 0);
    net_node_free(bed->a);
    net_node_free(bed->b);
    sim_pool_clear(&bed->packets);
    sim_free(bed->sim);
    g_string_free(bed->log, TRUE);
}

void wire_bed_watch(WireBed *bed)
{
    net_wire_set_probe(bed->wire, &bed->probe);
    bed->a->probe = &bed->probe;
    bed->b->probe = &bed->probe;
}

Packet *wire_bed_tcp(WireBed *bed, uint32_t network_bytes)
{
    Packet *pkt = packet_new(&bed->packets, &bed->a->entity, 0, PACKET_WHY_DATA);
    const NetPort *from = net_wire_from(bed->wire), *to = net_wire_to(bed->wire);
    g_assert_cmpuint(network_bytes, >=, 40);
    pkt->kind = PACKET_TCP;
    pkt->link = from->link;
    pkt->eth = (WireEth){ .dst = to->mac, .src = from->mac, .type = WIRE_ETHERTYPE_IPV4 };
    pkt->ip = (WireIp){ .src = inet_addr_v4(0x0a000001),
                        .dst = inet_addr_v4(0x0a000002),
                        .protocol = IP_PROTOCOL_TCP,
                        .ttl = 64 };
    pkt->tcp = (WireTcp){ .src_port = 1000, .dst_port = 80, .flags = TCP_ACK };
    pkt->payload = (Payload){ .len_bytes = network_bytes - 40, .stream = 1 };
    packet_set_length(pkt);
    g_assert_cmpuint(pkt->network_bytes, ==, network_bytes);
    return pkt;
}

void wire_bed_offer(WireBed *bed, int64_t at_ns, Packet *pkt)
{
    sim_run(bed->sim, at_ns);
    net_port_send(net_wire_from(bed->wire), pkt, at_ns);
}

void wire_bed_send(WireBed *bed, int64_t at_ns, uint32_t network_bytes)
{
    wire_bed_offer(bed, at_ns, wire_bed_tcp(bed, network_bytes));
}

void wire_bed_finish(WireBed *bed)
{
    sim_run(bed->sim, SIM_NEVER);
    net_wire_settle(bed->wire, sim_now(bed->sim));
}

void wire_bed_expect(WireBed *bed, const char *lines)
{
    g_assert_cmpstr(bed->log->str, ==, lines);
    g_string_truncate(bed->log, 0);
}
