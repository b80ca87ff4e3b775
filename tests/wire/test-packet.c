/* Protects: the life of a packet: what a new one holds, who owns what, lengths on the wire, copies,
 * and changes to the octets of raw ones. */

#include "wire/packet.h"

#include <string.h>

#include "lib/hex.h"

typedef struct World {
    SimPool pool;
    SimEntity maker;
} World;

static void set_up(World *world, gconstpointer data)
{
    sim_pool_init(&world->pool, sizeof(Packet));
    sim_entity_init(&world->maker, 5);
}

static void tear_down(World *world, gconstpointer data)
{
    g_assert_cmpuint(world->pool.in_use, ==, 0);
    sim_pool_clear(&world->pool);
}

static Packet *new_packet(World *world)
{
    return packet_new(&world->pool, &world->maker, 77, PACKET_WHY_DATA);
}

static Packet *new_tcp(World *world, uint32_t payload_bytes)
{
    Packet *pkt = new_packet(world);
    pkt->eth = (WireEth){ .dst = { { 2, 0, 0, 0, 0, 2 } },
                          .src = { { 2, 0, 0, 0, 0, 1 } },
                          .type = WIRE_ETHERTYPE_IPV4 };
    pkt->ip = (WireIp){ .src = inet_addr_v4(0xc0000201),
                        .dst = inet_addr_v4(0xc6336402),
                        .protocol = IP_PROTOCOL_TCP,
                        .ttl = 64 };
    pkt->tcp = (WireTcp){ .src_port = 49152, .dst_port = 80, .flags = TCP_ACK };
    pkt->payload = (Payload){ .len_bytes = payload_bytes, .stream = payload_bytes != 0 };
    packet_set_length(pkt);
    return pkt;
}

static Packet *new_raw(World *world, PacketLink link, const char *hex)
{
    g_autoptr(GByteArray) bytes = test_hex(hex);
    return packet_new_raw(&world->pool, &world->maker, 77, PACKET_WHY_INJECTED, link, bytes->data,
                          bytes->len);
}

/* A block from the pool still holds its last life: nothing of it may show. */
static void test_new_is_zero(World *world, gconstpointer data)
{
    Packet *old = new_packet(world);
    memset(&old->started_at_ns, 0xee, sizeof *old - sizeof old->next);
    old->pool = &world->pool;
    old->payload.bytes = NULL;
    old->ip_options = NULL;
    packet_free(old);

    g_autoptr(Packet) pkt = new_packet(world);
    g_assert_true(pkt == old);
    Packet zero;
    memset(&zero, 0, sizeof zero);
    zero.id = (SimKey)5 << SIM_SERIAL_BITS | 2;
    zero.wire_cause = 77;
    zero.pool = &world->pool;
    zero.why = PACKET_WHY_DATA;
    g_assert_cmphex(pkt->id, ==, zero.id);
    g_assert_cmpmem(&pkt->tcp, offsetof(WireTcp, sack), &zero.tcp, offsetof(WireTcp, sack));
    g_assert_cmpmem(&pkt->ip.protocol, 8, &zero.ip.protocol, 8);
    g_assert_true(pkt->wire_cause == 77 && pkt->why == PACKET_WHY_DATA && pkt->next == NULL);
    g_assert_true(pkt->started_at_ns == 0 && pkt->arrives_at_ns == 0 && packet_original(pkt) == 0);
    g_assert_true(pkt->wire_key == 0 && !pkt->late && pkt->network_bytes == 0);
    g_assert_true(pkt->kind == PACKET_TCP && pkt->link == PACKET_LINK_ETHERNET);
    g_assert_true(pkt->fault == PACKET_OK && !pkt->corrupted && pkt->eth.type == 0);
    g_assert_true(pkt->payload.len_bytes == 0 && pkt->payload.stream == 0);
}

/* No allocation in the steady state. */
static void test_pool_is_reused(World *world, gconstpointer data)
{
    packet_free(new_tcp(world, 1448));
    uint64_t slabs = world->pool.slab_count;
    for (int i = 0; i < 10000; i++) {
        packet_free(new_tcp(world, 1448));
    }
    g_assert_cmpuint(world->pool.slab_count, ==, slabs);
}

typedef struct Length {
    const char *label;
    PacketKind kind;
    PacketLink link;
    uint32_t payload_bytes, network_bytes, frame_bytes, wire_bytes;
} Length;

static const Length lengths[] = {
    { "ack", PACKET_TCP, PACKET_LINK_ETHERNET, 0, 40, 60, 64 },
    { "ack-raw-ip", PACKET_TCP, PACKET_LINK_RAW_IP, 0, 40, 40, 40 },
    { "last-padded", PACKET_TCP, PACKET_LINK_ETHERNET, 5, 45, 60, 64 },
    { "exactly-60", PACKET_TCP, PACKET_LINK_ETHERNET, 6, 46, 60, 64 },
    { "first-unpadded", PACKET_TCP, PACKET_LINK_ETHERNET, 7, 47, 61, 65 },
    { "full-segment", PACKET_TCP, PACKET_LINK_ETHERNET, 1460, 1500, 1514, 1518 },
    { "full-segment-raw-ip", PACKET_TCP, PACKET_LINK_RAW_IP, 1460, 1500, 1500, 1500 },
    { "udp", PACKET_UDP, PACKET_LINK_ETHERNET, 100, 128, 142, 146 },
    { "icmp", PACKET_ICMP, PACKET_LINK_ETHERNET, 56, 84, 98, 102 },
    { "fragment", PACKET_IP_OTHER, PACKET_LINK_ETHERNET, 1480, 1500, 1514, 1518 },
    { "arp", PACKET_ARP, PACKET_LINK_ETHERNET, 0, 28, 60, 64 },
};

static void test_length(World *world, gconstpointer data)
{
    const Length *row = data;
    g_autoptr(Packet) pkt = new_packet(world);
    pkt->kind = row->kind;
    pkt->link = row->link;
    pkt->payload.len_bytes = row->payload_bytes;
    packet_set_length(pkt);
    g_assert_cmpuint(pkt->network_bytes, ==, row->network_bytes);
    g_assert_cmpuint(packet_frame_bytes(pkt), ==, row->frame_bytes);
    g_assert_cmpuint(packet_wire_bytes(pkt), ==, row->wire_bytes);
}

static void test_length_with_options(World *world, gconstpointer data)
{
    g_autoptr(Packet) pkt = new_packet(world);
    pkt->tcp.options = TCP_OPT_TIMESTAMPS;
    pkt->payload.len_bytes = 1448;
    packet_set_length(pkt);
    g_assert_cmpuint(pkt->tcp.header_bytes, ==, 32);
    g_assert_cmpuint(pkt->network_bytes, ==, 1500);
    pkt->ip.option_bytes = 8;
    pkt->ip_options = g_malloc0(pkt->ip.option_bytes);
    packet_set_length(pkt);
    g_assert_cmpuint(pkt->network_bytes, ==, 1508);
}

static void test_length_of_raw(World *world, gconstpointer data)
{
    g_autoptr(Packet) shorter = new_raw(world, PACKET_LINK_ETHERNET, "00");
    g_assert_cmpuint(packet_frame_bytes(shorter), ==, 1);
    g_assert_cmpuint(packet_wire_bytes(shorter), ==, 64);
    g_assert_cmpuint(shorter->network_bytes, ==, 0);
    g_autoptr(Packet) datagram = new_raw(world, PACKET_LINK_RAW_IP, "4500");
    g_assert_cmpuint(packet_wire_bytes(datagram), ==, 2);
    g_assert_cmpuint(datagram->network_bytes, ==, 2);
}

static void test_copy(World *world, gconstpointer data)
{
    g_autoptr(Packet) pkt = new_tcp(world, 0);
    pkt->payload = payload_literal((const uint8_t *)"abc", 3);
    pkt->ip.option_bytes = 4;
    pkt->ip_options = g_memdup2("\1\1\1\0", 4);
    pkt->next = pkt;
    pkt->wire_key = 9;
    packet_set_original(pkt, 8);
    packet_set_length(pkt);
    g_autoptr(Packet) copy = packet_copy(pkt, &world->maker, 78, PACKET_WHY_DUPLICATE);
    g_assert_cmpstr(packet_difference(copy, pkt), ==, NULL);
    g_assert_cmphex(packet_original(copy), ==, pkt->id);
    g_assert_cmphex(copy->id, !=, pkt->id);
    g_assert_cmpuint(copy->wire_cause, ==, 78);
    g_assert_cmpint(copy->why, ==, PACKET_WHY_DUPLICATE);
    g_assert_null(copy->next);
    g_assert_cmphex(copy->wire_key, ==, 0);
    g_assert_true(copy->ip_options != pkt->ip_options);
}

static void test_copy_of_raw(World *world, gconstpointer data)
{
    g_autoptr(Packet) pkt = new_raw(world, PACKET_LINK_ETHERNET, "0011223344");
    pkt->corrupted = true;
    g_autoptr(Packet) copy = packet_copy(pkt, &world->maker, 78, PACKET_WHY_DUPLICATE);
    g_assert_cmpint(copy->kind, ==, PACKET_RAW);
    g_assert_true(copy->corrupted);
    g_assert_cmpstr(packet_difference(copy, pkt), ==, NULL);
}

typedef struct Bit {
    const char *label;
    uint64_t bit;
    uint32_t octet;
    uint8_t mask;
    PacketFault fault;
} Bit;

/* A frame of 14 + 20 + 20 + 10 octets. */
static const Bit bits[] = {
    { "first-bit-is-the-most-significant", 0, 0, 0x80, PACKET_OK },
    { "ethertype", 12 * 8 + 7, 12, 0x01, PACKET_FAULT_ETHERTYPE },
    { "ip-version", 14 * 8, 14, 0x80, PACKET_FAULT_IP_VERSION },
    { "ip-header-length", 14 * 8 + 7, 14, 0x01, PACKET_FAULT_IP_HEADER },
    { "ttl", 22 * 8 + 1, 22, 0x40, PACKET_FAULT_IP_CHECKSUM },
    { "tcp-checksum", 50 * 8, 50, 0x80, PACKET_FAULT_TRANSPORT_CHECKSUM },
    { "last-bit", 64 * 8 - 1, 63, 0x01, PACKET_FAULT_TRANSPORT_CHECKSUM },
};

static void test_corrupt(World *world, gconstpointer data)
{
    const Bit *row = data;
    uint8_t before[64], after[64];
    g_autoptr(Packet) pkt = new_tcp(world, 10);
    SimKey id = pkt->id;
    g_assert_cmpuint(packet_frame_bytes(pkt), ==, sizeof before);
    packet_serialise(pkt, before);
    packet_corrupt_bit(pkt, row->bit);
    g_assert_cmpuint(packet_frame_bytes(pkt), ==, sizeof after);
    packet_serialise(pkt, after);
    before[row->octet] ^= row->mask;
    g_assert_cmpmem(after, sizeof after, before, sizeof before);
    g_assert_true(pkt->corrupted);
    g_assert_cmpint(pkt->kind, ==, PACKET_RAW);
    g_assert_cmphex(pkt->id, ==, id);
    g_assert_cmpstr(packet_fault_to_string(packet_parse(pkt, PACKET_DEPTH_TRANSPORT)), ==,
                    packet_fault_to_string(row->fault));
}

/* As in life: two flips may cancel in the sum, and the octets are taken for good. */
static void test_corrupt_twice_unseen(World *world, gconstpointer data)
{
    g_autoptr(Packet) swapped = new_tcp(world, 0);
    swapped->payload = payload_literal((const uint8_t *)"\x10\x00\x00\x00", 4);
    packet_set_length(swapped);
    packet_corrupt_bit(swapped, 54 * 8 + 3);
    packet_corrupt_bit(swapped, 56 * 8 + 3);
    g_assert_cmpint(packet_parse(swapped, PACKET_DEPTH_TRANSPORT), ==, PACKET_OK);
    g_assert_cmpmem(payload_bytes(&swapped->payload), 4, "\x00\x00\x10\x00", 4);
    g_assert_true(swapped->corrupted);
}

#define RAW_DATAGRAM                                                                               \
    "45000028 12344000 40063c65 c0000201 c6336402 "                                                \
    "c0000050 01020304 0a0b0c0d 501001f6 e7380000"
#define RAW_FRAME "020000000002 020000000001 0800 " RAW_DATAGRAM " 000000000000"

/* What a router does to a packet that is still raw. */
static void test_update_raw(World *world, gconstpointer data)
{
    g_autoptr(Packet) pkt = new_raw(world, PACKET_LINK_ETHERNET, RAW_FRAME);
    g_assert_cmpint(packet_parse(pkt, PACKET_DEPTH_NETWORK), ==, PACKET_OK);
    pkt->ip.ttl--;
    pkt->ip.tos = 3;
    pkt->eth.dst.octet[5] = 4;
    pkt->eth.src.octet[5] = 3;
    packet_update_raw(pkt);
    g_assert_cmpint(pkt->kind, ==, PACKET_RAW);
    g_autoptr(GByteArray) expected =
        test_hex("020000000004 020000000003 0800 45030028 12344000 3f063d62 c0000201 c6336402"
                 "c0000050 01020304 0a0b0c0d 501001f6 e7380000 000000000000");
    test_assert_bytes(payload_bytes(&pkt->payload), pkt->payload.len_bytes, expected);
    g_assert_cmpint(packet_parse(pkt, PACKET_DEPTH_TRANSPORT), ==, PACKET_OK);
}

/* A copy shares the octets: changing one of the two must leave the other. */
static void test_update_raw_leaves_copies(World *world, gconstpointer data)
{
    g_autoptr(Packet) pkt = new_raw(world, PACKET_LINK_ETHERNET, RAW_FRAME);
    g_autoptr(Packet) copy = packet_copy(pkt, &world->maker, 0, PACKET_WHY_DUPLICATE);
    g_assert_cmpint(packet_parse(pkt, PACKET_DEPTH_NETWORK), ==, PACKET_OK);
    pkt->ip.ttl = 1;
    packet_update_raw(pkt);
    g_autoptr(GByteArray) expected = test_hex(RAW_FRAME);
    test_assert_bytes(payload_bytes(&copy->payload), copy->payload.len_bytes, expected);
}

static void test_link_to_raw_ip(World *world, gconstpointer data)
{
    g_autoptr(Packet) pkt = new_raw(world, PACKET_LINK_ETHERNET, RAW_FRAME);
    g_assert_cmpint(packet_parse(pkt, PACKET_DEPTH_NETWORK), ==, PACKET_OK);
    packet_set_link(pkt, PACKET_LINK_RAW_IP);
    packet_update_raw(pkt);
    g_autoptr(GByteArray) expected = test_hex(RAW_DATAGRAM);
    test_assert_bytes(payload_bytes(&pkt->payload), pkt->payload.len_bytes, expected);
    g_assert_cmpint(packet_parse(pkt, PACKET_DEPTH_TRANSPORT), ==, PACKET_OK);
}

static void test_link_to_ethernet(World *world, gconstpointer data)
{
    g_autoptr(Packet) pkt = new_raw(world, PACKET_LINK_RAW_IP, RAW_DATAGRAM);
    g_assert_cmpint(packet_parse(pkt, PACKET_DEPTH_NETWORK), ==, PACKET_OK);
    packet_set_link(pkt, PACKET_LINK_ETHERNET);
    pkt->eth = (WireEth){ .dst = { { 2, 0, 0, 0, 0, 2 } },
                          .src = { { 2, 0, 0, 0, 0, 1 } },
                          .type = WIRE_ETHERTYPE_IPV4 };
    packet_update_raw(pkt);
    g_autoptr(GByteArray) expected = test_hex(RAW_FRAME);
    test_assert_bytes(payload_bytes(&pkt->payload), pkt->payload.len_bytes, expected);
}

static void test_link_of_parsed(World *world, gconstpointer data)
{
    g_autoptr(Packet) pkt = new_tcp(world, 0);
    packet_set_link(pkt, PACKET_LINK_RAW_IP);
    g_assert_cmpuint(packet_frame_bytes(pkt), ==, 40);
    packet_check_round_trip(pkt);
}

/* Every part of a packet that is visible on the wire counts as a difference. */
typedef struct Change {
    const char *part;
    size_t at; /* in Packet */
    uint8_t octet;
} Change;

#define CHANGE(part, field)                                                                        \
    {                                                                                              \
        part, offsetof(Packet, field), 1                                                           \
    }

static const Change changes[] = {
    CHANGE("length", network_bytes),
    CHANGE("link header", eth.dst),
    CHANGE("link header", eth.src),
    CHANGE("link header", eth.type),
    CHANGE("ip header", ip.src),
    CHANGE("ip header", ip.dst),
    CHANGE("ip header", ip.protocol),
    CHANGE("ip header", ip.ttl),
    CHANGE("ip header", ip.tos),
    CHANGE("ip header", ip.ident),
    CHANGE("ip header", ip.fragment_offset),
    CHANGE("ip header", ip.dont_fragment),
    CHANGE("ip header", ip.more_fragments),
    CHANGE("transport header", tcp.src_port),
    CHANGE("transport header", tcp.dst_port),
    CHANGE("transport header", tcp.seq),
    CHANGE("transport header", tcp.ack),
    CHANGE("transport header", tcp.flags),
    CHANGE("transport header", tcp.window),
    CHANGE("transport header", tcp.urgent),
    CHANGE("transport header", tcp.mss),
    CHANGE("transport header", tcp.options),
    CHANGE("transport header", tcp.window_scale),
    CHANGE("transport header", tcp.sack_count),
    CHANGE("transport header", tcp.header_bytes),
    CHANGE("transport header", tcp.ts_val),
    CHANGE("transport header", tcp.ts_ecr),
    CHANGE("transport header", tcp.sack[2].right),
    CHANGE("payload", payload.offset),
    CHANGE("payload", payload.stream),
};

static void test_difference(World *world, gconstpointer data)
{
    g_autoptr(Packet) pkt = new_tcp(world, 10);
    pkt->tcp.options = TCP_OPT_MSS | TCP_OPT_TIMESTAMPS | TCP_OPT_WINDOW_SCALE | TCP_OPT_SACK;
    pkt->tcp.sack_count = 3;
    g_autoptr(Packet) other = packet_copy(pkt, &world->maker, 0, PACKET_WHY_DUPLICATE);
    g_assert_cmpstr(packet_difference(pkt, other), ==, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(changes); i++) {
        uint8_t *octet = (uint8_t *)other + changes[i].at;
        *octet ^= changes[i].octet;
        g_test_message("%zu", i);
        g_assert_cmpstr(packet_difference(pkt, other), ==, changes[i].part);
        *octet ^= changes[i].octet;
    }
    other->kind = PACKET_UDP;
    g_assert_cmpstr(packet_difference(pkt, other), ==, "kind");
}

/* Fields of options that are not there say nothing. */
static void test_difference_without_options(World *world, gconstpointer data)
{
    g_autoptr(Packet) pkt = new_tcp(world, 10);
    g_autoptr(Packet) other = packet_copy(pkt, &world->maker, 0, PACKET_WHY_DUPLICATE);
    other->tcp.mss = 1;
    other->tcp.ts_val = 1;
    other->tcp.window_scale = 1;
    other->tcp.sack[0].left = 1;
    g_assert_cmpstr(packet_difference(pkt, other), ==, NULL);
}

static void test_names(World *world, gconstpointer data)
{
    for (PacketWhy why = 0; why < PACKET_N_WHYS; why++) {
        g_assert_nonnull(packet_why_to_string(why));
        for (PacketWhy other = 0; other < why; other++) {
            g_assert_cmpstr(packet_why_to_string(why), !=, packet_why_to_string(other));
        }
    }
}

static void add(const char *label, gconstpointer data, void (*test)(World *, gconstpointer))
{
    g_autofree char *path = g_strdup_printf("/wire/packet/%s", label);
    g_test_add(path, World, data, set_up, test, tear_down);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    add("new-is-zero", NULL, test_new_is_zero);
    add("pool-is-reused", NULL, test_pool_is_reused);
    for (size_t i = 0; i < G_N_ELEMENTS(lengths); i++) {
        g_autofree char *label = g_strdup_printf("length/%s", lengths[i].label);
        add(label, &lengths[i], test_length);
    }
    add("length/with-options", NULL, test_length_with_options);
    add("length/of-raw", NULL, test_length_of_raw);
    add("copy", NULL, test_copy);
    add("copy-of-raw", NULL, test_copy_of_raw);
    for (size_t i = 0; i < G_N_ELEMENTS(bits); i++) {
        g_autofree char *label = g_strdup_printf("corrupt/%s", bits[i].label);
        add(label, &bits[i], test_corrupt);
    }
    add("corrupt/twice-unseen", NULL, test_corrupt_twice_unseen);
    add("update-raw", NULL, test_update_raw);
    add("update-raw-leaves-copies", NULL, test_update_raw_leaves_copies);
    add("link/to-raw-ip", NULL, test_link_to_raw_ip);
    add("link/to-ethernet", NULL, test_link_to_ethernet);
    add("link/of-parsed", NULL, test_link_of_parsed);
    add("difference", NULL, test_difference);
    add("difference-without-options", NULL, test_difference_without_options);
    add("names", NULL, test_names);
    return g_test_run();
}
