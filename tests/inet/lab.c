#include "inet/lab.h"

#include "lib/hex.h"

/* Writing down. */

static void G_GNUC_PRINTF(2, 3) note(Lab *lab, const char *format, ...)
{
    if ((lab->logs & LAB_TIME) != 0) {
        g_string_append_printf(lab->log, "%" G_GINT64_FORMAT "ms ",
                               sim_now(lab->sim) / SIM_NS_PER_MS);
    }
    va_list args;
    va_start(args, format);
    g_string_append_vprintf(lab->log, format, args);
    va_end(args);
    g_string_append_c(lab->log, '\n');
}

static char *addr_text(InetAddr addr)
{
    char text[INET_ADDR_TEXT_BYTES];
    inet_addr_format(addr, text);
    return g_strdup(text);
}

static char *mac_text(const MacAddr *mac)
{
    char text[18];
    mac_addr_format(mac, text);
    return g_strdup(text);
}

static char *describe_arp(const Packet *pkt)
{
    g_autofree char *sender = addr_text(pkt->arp.sender_addr);
    g_autofree char *target = addr_text(pkt->arp.target_addr);
    g_autofree char *sender_mac = mac_text(&pkt->arp.sender_mac);
    g_autofree char *to = mac_text(&pkt->eth.dst);
    if (pkt->arp.operation == 1) {
        return g_strdup_printf("ARP who has %s tell %s at %s > %s", target, sender, sender_mac, to);
    }
    return g_strdup_printf("ARP %s is at %s tell %s > %s", sender, sender_mac, target, to);
}

static char *describe_transport(const Packet *pkt, const char *src, const char *dst)
{
    switch (pkt->kind) {
    case PACKET_UDP:
        return g_strdup_printf("UDP %s:%u > %s:%u", src, pkt->udp.src_port, dst, pkt->udp.dst_port);
    case PACKET_ICMP: {
        g_autofree char *rest =
            pkt->icmp.rest == 0 ? g_strdup("") : g_strdup_printf(" %08x", pkt->icmp.rest);
        return g_strdup_printf("ICMP %s%s %s > %s", icmp_to_string(pkt->icmp.type, pkt->icmp.code),
                               rest, src, dst);
    }
    case PACKET_RAW:
        return g_strdup_printf("raw %u %s > %s", pkt->ip.protocol, src, dst);
    default:
        return g_strdup_printf("IP %u %s > %s", pkt->ip.protocol, src, dst);
    }
}

char *lab_describe(const Packet *pkt)
{
    if (pkt->kind == PACKET_ARP) {
        return describe_arp(pkt);
    }
    g_autofree char *src = addr_text(pkt->ip.src);
    g_autofree char *dst = addr_text(pkt->ip.dst);
    g_autofree char *transport = describe_transport(pkt, src, dst);
    GString *text = g_string_new(transport);
    g_string_append_printf(text, " ttl %u len %u", pkt->ip.ttl,
                           pkt->kind == PACKET_RAW ? pkt->network_bytes : pkt->payload.len_bytes);
    if (pkt->ip.dont_fragment) {
        g_string_append(text, " DF");
    }
    if (wire_ip_is_fragment(&pkt->ip)) {
        g_string_append_printf(text, " at %u%s", pkt->ip.fragment_offset * 8,
                               pkt->ip.more_fragments ? " more" : "");
    }
    if (pkt->ip.option_bytes != 0) {
        g_string_append(text, " options ");
        for (unsigned i = 0; i < pkt->ip.option_bytes; i++) {
            g_string_append_printf(text, "%02x", pkt->ip_options[i]);
        }
    }
    return g_string_free(text, FALSE);
}

static void on_packet(Lab *lab, unsigned what, const InetStack *stack, const char *verb,
                      const Packet *pkt)
{
    if ((lab->logs & what) != 0) {
        g_autofree char *text = lab_describe(pkt);
        note(lab, "%s %s %s", inet_stack_node(stack)->name, verb, text);
    }
}

static void on_send(void *watcher, const InetStack *stack, const Packet *pkt, int64_t now_ns)
{
    on_packet(watcher, LAB_SENT, stack, "sends", pkt);
}

static void on_receive(void *watcher, const InetStack *stack, const Packet *pkt, int64_t now_ns)
{
    on_packet(watcher, LAB_GOT, stack, "got", pkt);
}

static void on_forward(void *watcher, const InetStack *stack, const Packet *pkt, int64_t now_ns)
{
    on_packet(watcher, LAB_FORWARD, stack, "forwards", pkt);
}

static void on_reassembled(void *watcher, const InetStack *stack, const Packet *pkt, int64_t now_ns)
{
    on_packet(watcher, LAB_REASSEMBLED, stack, "reassembled", pkt);
}

static void on_discard(void *watcher, const InetStack *stack, const Packet *pkt, InetDiscard why,
                       PacketFault fault, int64_t now_ns)
{
    Lab *lab = watcher;
    if ((lab->logs & LAB_DISCARD) != 0) {
        g_autofree char *text = lab_describe(pkt);
        note(lab, "%s drops %s: %s%s%s", inet_stack_node(stack)->name, text,
             inet_discard_to_string(why), fault == PACKET_OK ? "" : ", ",
             fault == PACKET_OK ? "" : packet_fault_to_string(fault));
    }
}

static void on_neighbour(void *watcher, const InetStack *stack, InetAddr addr, const MacAddr *mac,
                         const char *what, int64_t now_ns)
{
    Lab *lab = watcher;
    if ((lab->logs & LAB_NEIGHBOUR) != 0) {
        g_autofree char *addr_name = addr_text(addr);
        g_autofree char *mac_name = mac == NULL ? g_strdup("") : mac_text(mac);
        note(lab, "%s: %s %s %s", inet_stack_node(stack)->name, addr_name, what, mac_name);
    }
}

/* Building. */

Lab *lab_new(void)
{
    Lab *lab = g_new0(Lab, 1);
    lab->sim = sim_new();
    sim_pool_init(&lab->packets, sizeof(Packet));
    lab->nodes = g_ptr_array_new_with_free_func((GDestroyNotify)net_node_free);
    lab->stacks = g_ptr_array_new_with_free_func((GDestroyNotify)inet_stack_free);
    lab->links = g_ptr_array_new_with_free_func((GDestroyNotify)net_link_free);
    lab->stations = g_ptr_array_new_with_free_func(g_free);
    lab->log = g_string_new(NULL);
    lab->logs = LAB_SEEN | LAB_GOT | LAB_DISCARD;
    lab->probe = (InetProbe){
        .watcher = lab,
        .on_send = on_send,
        .on_receive = on_receive,
        .on_forward = on_forward,
        .on_discard = on_discard,
        .on_neighbour = on_neighbour,
        .on_reassembled = on_reassembled,
    };
    return lab;
}

void lab_free(Lab *lab)
{
    g_ptr_array_unref(lab->links);
    g_ptr_array_unref(lab->stacks);
    g_assert_cmpuint(lab->packets.in_use, ==, 0); /* nobody forgot a packet */
    g_ptr_array_unref(lab->nodes);
    g_ptr_array_unref(lab->stations);
    sim_pool_clear(&lab->packets);
    sim_free(lab->sim);
    g_string_free(lab->log, TRUE);
    g_free(lab);
}

static NetNode *add_node(Lab *lab, const char *name)
{
    uint32_t number = lab->nodes->len + 1;
    NetNode *node = net_node_new(lab->sim, &lab->packets, 100 * number, name);
    g_ptr_array_add(lab->nodes, node);
    return node;
}

static NetPort *add_port(NetNode *node)
{
    MacAddr mac = { { 2, 0, 0, 0, (uint8_t)(node->entity.id / 100),
                      (uint8_t)(node->ports->len + 1) } };
    return net_node_add_port(node, mac);
}

InetStack *lab_stack(Lab *lab, const char *name, const InetConfig *config)
{
    InetConfig defaults;
    inet_config_init(&defaults);
    InetStack *stack = inet_stack_new(add_node(lab, name), config == NULL ? &defaults : config, 1);
    inet_stack_set_probe(stack, &lab->probe);
    g_ptr_array_add(lab->stacks, stack);
    return stack;
}

static void plug(Lab *lab, NetPort *a, NetPort *b, PacketLink type, uint32_t mtu_bytes)
{
    NetWireConfig config = { .delay_ns = SIM_NS_PER_MS, .queue_limit = 1000 };
    NetWireConfig both[2] = { config, config };
    g_autofree char *name = g_strdup_printf("link%u", lab->links->len);
    uint32_t first_entity = 10000 + 2 * lab->links->len;
    g_ptr_array_add(lab->links, net_link_new(name, type, mtu_bytes, a, b, both, 1, first_entity));
}

InetAddr lab_addr(const char *text)
{
    InetAddr addr;
    g_assert_true(inet_addr_parse(text, &addr));
    return addr;
}

MacAddr lab_mac(const char *text)
{
    MacAddr mac;
    g_assert_true(mac_addr_parse(text, &mac));
    return mac;
}

/* "10.0.0.1/24" */
static InetIface *add_iface(InetStack *stack, NetPort *port, const char *text)
{
    g_auto(GStrv) parts = g_strsplit(text, "/", 2);
    uint8_t prefix_bits = (uint8_t)g_ascii_strtoull(parts[1], NULL, 10);
    return inet_iface_new(stack, port, lab_addr(parts[0]), prefix_bits);
}

InetIface *lab_join(Lab *lab, InetStack *a, const char *addr_a, InetStack *b, const char *addr_b,
                    PacketLink type, uint32_t mtu_bytes)
{
    NetPort *port_a = add_port(inet_stack_node(a)), *port_b = add_port(inet_stack_node(b));
    plug(lab, port_a, port_b, type, mtu_bytes);
    InetIface *iface = add_iface(a, port_a, addr_a);
    add_iface(b, port_b, addr_b);
    return iface;
}

InetIface *lab_iface(InetStack *stack, guint index)
{
    NetPort *port = g_ptr_array_index(inet_stack_node(stack)->ports, index);
    return port->above;
}

void lab_up(InetStack *stack, int64_t now_ns)
{
    for (guint i = 0; i < inet_stack_node(stack)->ports->len; i++) {
        inet_iface_up(lab_iface(stack, i), now_ns);
    }
}

/* Stations. */

static void answer_arp(LabStation *station, const Packet *request, int64_t now_ns)
{
    g_autofree char *mac = mac_text(&station->port->mac);
    g_autofree char *asked = addr_text(request->arp.target_addr);
    g_autofree char *asker = addr_text(request->arp.sender_addr);
    g_autofree char *asker_mac = mac_text(&request->arp.sender_mac);
    lab_put(station, lab_arp(station, 2, mac, asked, asker_mac, asker));
}

static void station_receive(NetPort *port, Packet *pkt, int64_t now_ns)
{
    LabStation *station = port->above;
    Lab *lab = station->lab;
    packet_check_round_trip(pkt);
    bool arp = pkt->kind == PACKET_ARP;
    station->seen = pkt->eth;
    if ((lab->logs & (arp ? LAB_ARP : LAB_SEEN)) != 0) {
        g_autofree char *text = lab_describe(pkt);
        note(lab, "%s saw %s", port->node->name, text);
    }
    if (arp && pkt->arp.operation == 1 && station->answers_arp &&
        !inet_addr_equal(pkt->arp.sender_addr, pkt->arp.target_addr)) {
        answer_arp(station, pkt, now_ns);
    }
    if (station->kept != NULL && !arp) {
        g_ptr_array_add(station->kept, pkt);
    } else {
        packet_free(pkt);
    }
}

LabStation *lab_station(Lab *lab, const char *name, const char *addr, InetStack *stack,
                        const char *stack_addr, PacketLink type, uint32_t mtu_bytes)
{
    LabStation *station = g_new0(LabStation, 1);
    station->lab = lab;
    station->addr = lab_addr(addr);
    station->answers_arp = true;
    station->port = add_port(add_node(lab, name));
    station->port->receive = station_receive;
    station->port->above = station;
    g_ptr_array_add(lab->stations, station);
    NetPort *port = add_port(inet_stack_node(stack));
    plug(lab, port, station->port, type, mtu_bytes);
    add_iface(stack, port, stack_addr);
    return station;
}

/* Packets. */

static Packet *packet_from(LabStation *station)
{
    NetPort *port = station->port;
    Packet *pkt = packet_new(&station->lab->packets, &port->node->entity, 0, PACKET_WHY_INJECTED);
    pkt->link = port->link;
    pkt->eth.src = port->mac;
    pkt->eth.dst = net_wire_to(port->out)->mac;
    pkt->eth.type = WIRE_ETHERTYPE_IPV4;
    return pkt;
}

static void fill(Packet *pkt, const char *src, const char *dst, PacketKind kind, uint8_t protocol,
                 uint32_t len_bytes)
{
    g_autofree uint8_t *bytes = g_malloc(len_bytes + 1);
    for (uint32_t i = 0; i < len_bytes; i++) {
        bytes[i] = (uint8_t)i;
    }
    pkt->kind = kind;
    pkt->ip.src = lab_addr(src);
    pkt->ip.dst = lab_addr(dst);
    pkt->ip.protocol = protocol;
    pkt->ip.ttl = 64;
    pkt->ip.ident = 7;
    pkt->payload = payload_literal(bytes, len_bytes);
    packet_set_length(pkt);
}

Packet *lab_udp(LabStation *station, const char *src, const char *dst, uint16_t src_port,
                uint16_t dst_port, uint32_t len_bytes)
{
    Packet *pkt = packet_from(station);
    fill(pkt, src, dst, PACKET_UDP, IP_PROTOCOL_UDP, len_bytes);
    pkt->udp = (WireUdp){ .src_port = src_port, .dst_port = dst_port };
    return pkt;
}

Packet *lab_icmp(LabStation *station, const char *src, const char *dst, uint8_t type, uint8_t code,
                 uint32_t rest, uint32_t len_bytes)
{
    Packet *pkt = packet_from(station);
    fill(pkt, src, dst, PACKET_ICMP, IP_PROTOCOL_ICMP, len_bytes);
    pkt->icmp = (WireIcmp){ .type = type, .code = code, .rest = rest };
    return pkt;
}

Packet *lab_ip(LabStation *station, const char *src, const char *dst, uint8_t protocol,
               uint32_t len_bytes)
{
    Packet *pkt = packet_from(station);
    fill(pkt, src, dst, PACKET_IP_OTHER, protocol, len_bytes);
    return pkt;
}

Packet *lab_arp(LabStation *station, uint16_t operation, const char *sender_mac, const char *sender,
                const char *target_mac, const char *target)
{
    Packet *pkt = packet_from(station);
    pkt->kind = PACKET_ARP;
    pkt->eth.type = WIRE_ETHERTYPE_ARP;
    pkt->eth.src = lab_mac(sender_mac);
    pkt->eth.dst = operation == 1 ? mac_addr_broadcast : lab_mac(target_mac);
    pkt->arp.operation = operation;
    pkt->arp.sender_mac = lab_mac(sender_mac);
    pkt->arp.sender_addr = lab_addr(sender);
    pkt->arp.target_mac = lab_mac(target_mac);
    pkt->arp.target_addr = lab_addr(target);
    packet_set_length(pkt);
    return pkt;
}

void lab_set_options(Packet *pkt, const char *hex)
{
    g_autoptr(GByteArray) bytes = test_hex(hex);
    pkt->ip.option_bytes = (uint8_t)bytes->len;
    pkt->ip_options = g_memdup2(bytes->data, bytes->len);
    packet_set_length(pkt);
}

Packet *lab_icmp_about(LabStation *station, const char *src, Packet *about, uint8_t type,
                       uint8_t code, uint32_t rest)
{
    g_autofree uint8_t *bytes = g_malloc(about->network_bytes);
    packet_serialise_network(about, bytes);
    g_autofree char *dst = addr_text(about->ip.src);
    Packet *pkt = lab_icmp(station, src, dst, type, code, rest, 0);
    payload_clear(&pkt->payload);
    pkt->payload = payload_literal(bytes, MIN(about->network_bytes, 548));
    packet_set_length(pkt);
    packet_free(about);
    return pkt;
}

Packet *lab_raw(Packet *pkt)
{
    uint32_t len_bytes = packet_frame_bytes(pkt);
    g_autofree uint8_t *bytes = g_malloc(len_bytes);
    packet_serialise(pkt, bytes);
    SimEntity maker = { .id = 1, .next_event = 1, .next_item = 1 };
    Packet *raw = packet_new_raw(pkt->pool, &maker, 0, pkt->why, pkt->link, bytes, len_bytes);
    packet_free(pkt);
    return raw;
}

void lab_put(LabStation *station, Packet *pkt)
{
    net_port_send(station->port, pkt, sim_now(station->lab->sim));
}

void lab_say(LabStation *station, Packet *pkt)
{
    lab_put(station, pkt);
    lab_run_ms(station->lab, 20);
}

/* Running and looking. */

void lab_run_ms(Lab *lab, int64_t more_ms)
{
    sim_run(lab->sim, sim_now(lab->sim) + more_ms * SIM_NS_PER_MS);
}

int64_t lab_now(const Lab *lab)
{
    return sim_now(lab->sim);
}

void lab_expect(Lab *lab, const char *lines)
{
    g_assert_cmpstr(lab->log->str, ==, lines);
    lab_forget(lab);
}

void lab_forget(Lab *lab)
{
    g_string_truncate(lab->log, 0);
}

uint64_t lab_discards(const InetStack *stack, InetDiscard why)
{
    return inet_stack_discards(stack)[why];
}

/* Programs. */

static void note_error(Lab *lab, const char *who, const InetError *error)
{
    g_autofree char *reporter = addr_text(error->reporter);
    g_autofree char *dst = addr_text(error->dst);
    note(lab, "%s: %s for %s says %s, rest %x", who, icmp_to_string(error->type, error->code), dst,
         reporter, error->rest);
}

static void on_echo(void *above, const IcmpEcho *reply, const InetError *error, int64_t now_ns)
{
    Lab *lab = above;
    if (error != NULL) {
        g_autofree char *who = g_strdup_printf("ping %u/%u", reply->ident, reply->sequence);
        note_error(lab, who, error);
    } else {
        g_autofree char *from = addr_text(reply->from);
        note(lab, "ping %u/%u: %u octets from %s ttl %u", reply->ident, reply->sequence,
             reply->len_bytes, from, reply->ttl);
    }
}

uint16_t lab_pinger(Lab *lab, InetStack *stack)
{
    return icmp_echo_open(stack, on_echo, lab);
}

static void on_udp(void *above, UdpSocket *socket, const InetError *error, int64_t now_ns)
{
    Lab *lab = above;
    UdpDatagram datagram;
    if (error != NULL) {
        g_autofree char *who = g_strdup_printf("socket %u", udp_port(socket));
        note_error(lab, who, error);
    } else if (udp_receive(socket, &datagram)) {
        g_autofree char *from = addr_text(datagram.from);
        g_autofree char *to = addr_text(datagram.to);
        note(lab, "socket %u: %u octets from %s:%u to %s", udp_port(socket),
             datagram.payload.len_bytes, from, datagram.from_port, to);
        payload_clear(&datagram.payload);
    }
}

UdpSocket *lab_socket(Lab *lab, UdpStack *udp, const char *addr, uint16_t port)
{
    InetAddr local = addr == NULL ? (InetAddr){ 0 } : lab_addr(addr);
    UdpSocket *socket = udp_open(udp, local, port, 65536, on_udp, lab);
    g_assert_nonnull(socket);
    return socket;
}
