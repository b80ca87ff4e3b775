/* A host or a router that hears what the input says: a row of datagrams and ARP messages whose
 * headers hold whatever options, fragments, quoted datagrams and addresses the input chooses, but
 * whose checksums are right. Whatever comes, no packet is lost and memory stays bounded.
 *
 * The first octet chooses host or router. Each message is eight octets, then its options and
 * payload. */

#include <string.h>

#include "fuzz/fuzz.h"
#include "inet/inet_icmp.h"
#include "inet/inet_udp.h"

#define MESSAGE_BYTES 8

typedef struct World {
    Sim *sim;
    SimPool packets;
    NetNode *node;
    InetStack *stack;
    UdpStack *udp;
} World;

/* The addresses that mean something here, ours first. */
static const uint32_t addrs[16] = {
    0x0a000001, 0x0a010001, 0x0a000002, 0x0a000003, 0x0a010002, 0x0a0000ff, 0xffffffff, 0x7f000001,
    0xe0000001, 0x00000000, 0x14000001, 0x63000001, 0xf0000001, 0x0a0100ff, 0x0a000009, 0x14000002,
};

static void hear_echo(void *above, const IcmpEcho *reply, const InetError *error, int64_t now_ns)
{
}

static void world_init(World *world, bool forwards)
{
    InetConfig config;
    inet_config_init(&config);
    config.forwards = forwards;
    config.reassembly_max_bytes = 4096;
    world->sim = sim_new();
    sim_pool_init(&world->packets, sizeof(Packet));
    world->node = net_node_new(world->sim, &world->packets, 1, "h");
    world->stack = inet_stack_new(world->node, &config, 1);
    for (uint32_t n = 0; n < 2; n++) {
        NetPort *port = net_node_add_port(world->node, (MacAddr){ { 2, 0, 0, 0, 0, (uint8_t)n } });
        port->mtu_bytes = 576;
        inet_iface_new(world->stack, port, inet_addr_v4(addrs[n]), 24);
    }
    NetPort *first = g_ptr_array_index(world->node->ports, 0);
    inet_route_add(world->stack, inet_addr_v4(20u << 24), 8, inet_addr_v4(addrs[2]), first->above,
                   0);
    icmp_echo_open(world->stack, hear_echo, NULL);
    world->udp = udp_stack_new(world->stack);
    udp_open(world->udp, (InetAddr){ 0 }, 7, 1000, NULL, NULL);
}

static void world_clear(World *world)
{
    sim_run(world->sim, sim_now(world->sim) + 200 * SIM_NS_PER_S);
    udp_stack_free(world->udp);
    inet_stack_free(world->stack);
    g_assert_cmpuint(world->packets.in_use, ==, 0);
    net_node_free(world->node);
    sim_pool_clear(&world->packets);
    sim_free(world->sim);
}

static void fill_arp(Packet *pkt, const uint8_t *message)
{
    pkt->kind = PACKET_ARP;
    pkt->arp.operation = message[2] % 4;
    memcpy(pkt->arp.sender_mac.octet, message + 2, 6);
    pkt->arp.sender_addr = inet_addr_v4(addrs[message[1] % 16]);
    pkt->arp.target_addr = inet_addr_v4(addrs[message[1] / 16]);
}

static void fill_transport(Packet *pkt, const uint8_t *message)
{
    static const uint8_t protocols[] = { IP_PROTOCOL_ICMP, IP_PROTOCOL_UDP, 99, IP_PROTOCOL_TCP };
    static const uint8_t types[] = { 0, 3, 4, 5, 8, 11, 12, 77 };
    bool whole = (message[2] & 3) == 0;
    pkt->ip.protocol = protocols[message[0] / 8 % 4];
    pkt->kind = PACKET_IP_OTHER;
    if (whole && pkt->ip.protocol == IP_PROTOCOL_ICMP) {
        pkt->kind = PACKET_ICMP;
        pkt->icmp.type = types[message[3] % 8];
        pkt->icmp.code = message[3] / 8 % 8;
        pkt->icmp.rest = message[4] % 16 < 8 ? 0x10001 : addrs[message[4] % 16];
    } else if (whole && pkt->ip.protocol == IP_PROTOCOL_UDP) {
        pkt->kind = PACKET_UDP;
        pkt->udp = (WireUdp){ .src_port = message[3], .dst_port = message[4] % 16 };
    } else if (!whole) {
        pkt->ip.fragment_offset = message[3];
        pkt->ip.more_fragments = (message[2] & 1) != 0 || message[3] == 0;
    } else if (pkt->ip.protocol == IP_PROTOCOL_TCP) {
        pkt->ip.protocol = 98;
    }
}

/* Takes octets from the input's end; how many there were. */
static uint32_t take(const uint8_t **data, size_t *size, uint32_t want)
{
    uint32_t taken = (uint32_t)MIN(*size, want);
    *data += taken;
    *size -= taken;
    return taken;
}

static void fill_ip(Packet *pkt, const uint8_t *message, const uint8_t **data, size_t *size)
{
    pkt->ip.src = inet_addr_v4(addrs[message[1] % 16]);
    pkt->ip.dst = inet_addr_v4(addrs[message[1] / 16]);
    pkt->ip.ttl = message[2] / 8 % 4 == 0 ? 1 : 64;
    pkt->ip.dont_fragment = (message[2] & 4) != 0;
    pkt->ip.ident = message[2] / 128;
    fill_transport(pkt, message);
    const uint8_t *options = *data;
    uint32_t option_bytes = take(data, size, message[5] % 11 * 4) & ~UINT32_C(3);
    pkt->ip.option_bytes = (uint8_t)option_bytes;
    pkt->ip_options = g_memdup2(options, option_bytes);
    const uint8_t *payload = *data;
    pkt->payload = payload_literal(payload, take(data, size, message[6]));
}

static Packet *as_raw(World *world, Packet *pkt)
{
    uint8_t frame[WIRE_ETH_HEADER_BYTES + 60 + 20 + 256];
    g_assert_cmpuint(packet_frame_bytes(pkt), <=, sizeof frame);
    packet_serialise(pkt, frame);
    Packet *raw = packet_new_raw(&world->packets, &world->node->entity, 0, PACKET_WHY_INJECTED,
                                 pkt->link, frame, packet_frame_bytes(pkt));
    packet_free(pkt);
    return raw;
}

/* Bits of the first octet: 0-2 ARP if all set, 3-4 protocol, 5 second port, 6 raw, 7 to everybody.
 */
static void hear(World *world, const uint8_t *message, const uint8_t **data, size_t *size)
{
    NetPort *port = g_ptr_array_index(world->node->ports, message[0] / 32 % 2);
    Packet *pkt = packet_new(&world->packets, &world->node->entity, 0, PACKET_WHY_INJECTED);
    pkt->eth.dst = (message[0] & 0x80) != 0 ? mac_addr_broadcast : port->mac;
    pkt->eth.src = (MacAddr){ { 2, 0, 0, 0, 1, 1 } };
    pkt->eth.type = WIRE_ETHERTYPE_IPV4;
    if (message[0] % 8 == 7) {
        pkt->eth.type = WIRE_ETHERTYPE_ARP;
        fill_arp(pkt, message);
    } else {
        fill_ip(pkt, message, data, size);
    }
    packet_set_length(pkt);
    if ((message[0] & 0x40) != 0) {
        pkt = as_raw(world, pkt);
    }
    net_port_arrive(port, pkt, sim_now(world->sim));
    sim_run(world->sim, sim_now(world->sim) + message[7] * (SIM_NS_PER_S / 8));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1 || size > 4096) {
        return 0;
    }
    World world;
    world_init(&world, (data[0] & 1) != 0);
    data++;
    size--;
    while (size >= MESSAGE_BYTES) {
        const uint8_t *message = data;
        take(&data, &size, MESSAGE_BYTES);
        hear(&world, message, &data, &size);
    }
    world_clear(&world);
    return 0;
}
