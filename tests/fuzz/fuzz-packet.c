/* Octets of a frame, read to every depth. Whatever is taken for a packet must be written and read
 * again as the same packet; what a router does to one that stays raw must leave it readable; a
 * corrupted one must be readable too, or be refused.
 *
 * The first octet of the input chooses the link (bit 0), and whether checksums are made right first
 * (bit 1), without which hardly any input would get past them. The second is the bit to corrupt. */

#include "fuzz/fuzz.h"
#include "wire/checksum.h"
#include "wire/packet.h"
#include "wire/wire_bytes.h"

typedef struct World {
    SimPool pool;
    SimEntity maker;
} World;

static void repair_transport(uint8_t *datagram, uint32_t header_bytes, uint32_t total_bytes)
{
    uint8_t *bytes = datagram + header_bytes;
    uint32_t len_bytes = total_bytes - header_bytes;
    uint8_t protocol = datagram[9];
    uint32_t at = protocol == IP_PROTOCOL_TCP ? 16 : protocol == IP_PROTOCOL_UDP ? 6 : 2;
    if (len_bytes < at + 2) {
        return;
    }
    if (protocol == IP_PROTOCOL_UDP) {
        len_bytes = MIN(len_bytes, wire_get16(bytes + 4));
    }
    uint64_t sum = 0;
    if (protocol != IP_PROTOCOL_ICMP) {
        sum = checksum_add_pseudo(0, inet_addr_v4(wire_get32(datagram + 12)),
                                  inet_addr_v4(wire_get32(datagram + 16)), protocol, len_bytes);
    }
    wire_put16(bytes + at, 0);
    wire_put16(bytes + at, checksum_finish(checksum_add(sum, bytes, len_bytes)));
}

static void repair(uint8_t *datagram, size_t len_bytes)
{
    if (len_bytes < WIRE_IPV4_HEADER_BYTES) {
        return;
    }
    uint32_t header_bytes = (datagram[0] & 0x0f) * 4u;
    uint32_t total_bytes = wire_get16(datagram + 2);
    if (header_bytes < WIRE_IPV4_HEADER_BYTES || header_bytes > total_bytes ||
        total_bytes > len_bytes) {
        return;
    }
    repair_transport(datagram, header_bytes, total_bytes);
    wire_put16(datagram + 10, 0);
    wire_put16(datagram + 10, checksum_finish(checksum_add(0, datagram, header_bytes)));
}

static Packet *new_raw(World *world, PacketLink link, const uint8_t *frame, size_t len_bytes)
{
    return packet_new_raw(&world->pool, &world->maker, 0, PACKET_WHY_INJECTED, link, frame,
                          len_bytes);
}

static void try_full_depth(World *world, PacketLink link, const uint8_t *frame, size_t len_bytes)
{
    g_autoptr(Packet) pkt = new_raw(world, link, frame, len_bytes);
    if (packet_parse(pkt, PACKET_DEPTH_TRANSPORT) != PACKET_OK) {
        g_assert(pkt->kind == PACKET_RAW && pkt->payload.len_bytes == len_bytes);
        return;
    }
    g_assert(pkt->kind != PACKET_RAW);
    packet_check_round_trip(pkt);
    g_autoptr(Packet) copy = packet_copy(pkt, &world->maker, 0, PACKET_WHY_DUPLICATE);
    packet_set_link(copy, PACKET_LINK_RAW_IP);
    if (copy->kind != PACKET_ARP) {
        packet_check_round_trip(copy);
    }
}

static void try_router(World *world, PacketLink link, const uint8_t *frame, size_t len_bytes)
{
    g_autoptr(Packet) pkt = new_raw(world, link, frame, len_bytes);
    packet_parse(pkt, PACKET_DEPTH_LINK);
    if (packet_parse(pkt, PACKET_DEPTH_NETWORK) != PACKET_OK || pkt->kind != PACKET_RAW) {
        return;
    }
    uint8_t ttl = --pkt->ip.ttl;
    pkt->eth.type = WIRE_ETHERTYPE_IPV4;
    packet_set_link(pkt, link == PACKET_LINK_ETHERNET ? PACKET_LINK_RAW_IP : PACKET_LINK_ETHERNET);
    packet_update_raw(pkt);
    PacketFault fault = packet_parse(pkt, PACKET_DEPTH_NETWORK);
    g_assert_cmpint(fault, ==, PACKET_OK);
    g_assert_cmpuint(pkt->ip.ttl, ==, ttl);
}

static void try_corruption(World *world, PacketLink link, const uint8_t *frame, size_t len_bytes,
                           uint8_t which)
{
    g_autoptr(Packet) pkt = new_raw(world, link, frame, len_bytes);
    packet_parse(pkt, PACKET_DEPTH_TRANSPORT);
    packet_corrupt_bit(pkt, which * UINT64_C(8) * packet_frame_bytes(pkt) / 256);
    if (packet_parse(pkt, PACKET_DEPTH_TRANSPORT) == PACKET_OK) {
        packet_check_round_trip(pkt);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 3 || size > 4096) {
        return 0;
    }
    PacketLink link = (data[0] & 1) != 0 ? PACKET_LINK_RAW_IP : PACKET_LINK_ETHERNET;
    size_t len_bytes = size - 2;
    g_autofree uint8_t *frame = g_memdup2(data + 2, len_bytes);
    size_t header_bytes = link == PACKET_LINK_ETHERNET ? WIRE_ETH_HEADER_BYTES : 0;
    if ((data[0] & 2) != 0 && len_bytes > header_bytes) {
        repair(frame + header_bytes, len_bytes - header_bytes);
    }
    World world;
    sim_pool_init(&world.pool, sizeof(Packet));
    sim_entity_init(&world.maker, 1);
    try_full_depth(&world, link, frame, len_bytes);
    try_router(&world, link, frame, len_bytes);
    try_corruption(&world, link, frame, len_bytes, data[1]);
    g_assert_cmpuint(world.pool.in_use, ==, 0);
    sim_pool_clear(&world.pool);
    return 0;
}
