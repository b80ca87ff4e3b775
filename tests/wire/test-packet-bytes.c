/* Protects: packets to and from octets. Each frame of the table is made from its parts and must be
 * these very octets, and the octets must be read as the same packet; then every fault a frame can
 * have. The octets were made apart from this code, and a dissector finds nothing wrong in them. */

#include <glib/gstdio.h>
#include <string.h>

#include "lib/hex.h"
#include "lib/tshark.h"
#include "trace/trace_pcapng.h"
#include "wire/checksum.h"
#include "wire/packet.h"
#include "wire/wire_bytes.h"

#define ETH "020000000002 020000000001 0800 "
#define ETH_ARP "020000000002 020000000001 0806 "
#define ADDRS "c0000201 c6336402 " /* 192.0.2.1 to 198.51.100.2 */

static const WireEth eth_ipv4 = { { { 2, 0, 0, 0, 0, 2 } },
                                  { { 2, 0, 0, 0, 0, 1 } },
                                  WIRE_ETHERTYPE_IPV4 };
static const WireEth eth_arp = { { { 2, 0, 0, 0, 0, 2 } },
                                 { { 2, 0, 0, 0, 0, 1 } },
                                 WIRE_ETHERTYPE_ARP };

typedef struct World {
    SimPool pool;
    SimEntity maker;
} World;

static void set_up(World *world, gconstpointer data)
{
    sim_pool_init(&world->pool, sizeof(Packet));
    sim_entity_init(&world->maker, 1);
}

static void tear_down(World *world, gconstpointer data)
{
    g_assert_cmpuint(world->pool.in_use, ==, 0);
    sim_pool_clear(&world->pool);
}

/* What the frames of the table have in common. */
static void fill_ip(Packet *pkt, uint8_t protocol)
{
    pkt->eth = eth_ipv4;
    pkt->ip = (WireIp){ .src = inet_addr_v4(0xc0000201),
                        .dst = inet_addr_v4(0xc6336402),
                        .protocol = protocol,
                        .ttl = 64,
                        .ident = 0x1234,
                        .dont_fragment = true };
}

static void fill_tcp(Packet *pkt, uint16_t flags)
{
    fill_ip(pkt, IP_PROTOCOL_TCP);
    pkt->kind = PACKET_TCP;
    pkt->tcp = (WireTcp){ .src_port = 49152, .dst_port = 80, .seq = 0x01020304, .flags = flags };
    if ((flags & TCP_ACK) != 0) {
        pkt->tcp.ack = 0x0a0b0c0d;
    }
    pkt->tcp.window = (flags & TCP_SYN) != 0 ? 64240 : 502;
}

static void fill_udp(Packet *pkt, const char *hex)
{
    g_autoptr(GByteArray) bytes = test_hex(hex);
    fill_ip(pkt, IP_PROTOCOL_UDP);
    pkt->kind = PACKET_UDP;
    pkt->udp = (WireUdp){ .src_port = 40000, .dst_port = 9 };
    pkt->payload = payload_literal(bytes->data, bytes->len);
}

static void fill_payload(Packet *pkt, uint8_t first, uint8_t len_bytes)
{
    uint8_t bytes[256];
    for (uint8_t i = 0; i < len_bytes; i++) {
        bytes[i] = (uint8_t)(first + i);
    }
    pkt->payload = payload_literal(bytes, len_bytes);
}

static void make_syn(Packet *pkt)
{
    fill_tcp(pkt, TCP_SYN);
    pkt->tcp.options =
        TCP_OPT_MSS | TCP_OPT_SACK_PERMITTED | TCP_OPT_TIMESTAMPS | TCP_OPT_WINDOW_SCALE;
    pkt->tcp.mss = 1460;
    pkt->tcp.ts_val = 0x11223344;
    pkt->tcp.window_scale = 7;
}

static void make_raw_ip_syn(Packet *pkt)
{
    make_syn(pkt);
    pkt->link = PACKET_LINK_RAW_IP;
}

static void make_data(Packet *pkt)
{
    fill_tcp(pkt, TCP_ACK | TCP_PSH);
    pkt->tcp.options = TCP_OPT_TIMESTAMPS;
    pkt->tcp.ts_val = 0x11223399;
    pkt->tcp.ts_ecr = 0x55667788;
    pkt->payload = payload_literal((const uint8_t *)"GET / HTTP/1.0\r\n\r\n", 18);
}

static void make_pattern(Packet *pkt)
{
    fill_tcp(pkt, TCP_ACK);
    pkt->payload = (Payload){ .len_bytes = 5, .stream = 0xabc, .offset = 36 };
}

static void make_sack(Packet *pkt)
{
    fill_tcp(pkt, TCP_ACK);
    pkt->tcp.options = TCP_OPT_TIMESTAMPS | TCP_OPT_SACK;
    pkt->tcp.ts_val = 0x11223399;
    pkt->tcp.ts_ecr = 0x55667788;
    pkt->tcp.sack_count = 3;
    pkt->tcp.sack[0] = (WireSack){ 1000, 2000 };
    pkt->tcp.sack[1] = (WireSack){ 3000, 4000 };
    pkt->tcp.sack[2] = (WireSack){ 5000, 6000 };
}

static void make_ack(Packet *pkt)
{
    fill_tcp(pkt, TCP_ACK);
}

static void make_all_flags(Packet *pkt)
{
    fill_tcp(pkt, 0x1ff);
    pkt->tcp.window = 0;
    pkt->tcp.urgent = 0xbeef;
}

static void make_udp(Packet *pkt)
{
    fill_udp(pkt, "77 69 72 65 6c 61 62");
}

static void make_udp_zero(Packet *pkt)
{
    fill_udp(pkt, "77 59"); /* whose sum comes out as zero */
}

static void make_echo(Packet *pkt)
{
    fill_ip(pkt, IP_PROTOCOL_ICMP);
    pkt->kind = PACKET_ICMP;
    pkt->icmp = (WireIcmp){ .type = 8, .rest = 0x12340001 };
    fill_payload(pkt, 0x10, 32);
}

static void make_unreachable(Packet *pkt)
{
    fill_ip(pkt, IP_PROTOCOL_ICMP);
    pkt->ip = (WireIp){ .src = inet_addr_v4(0xc6336402),
                        .dst = inet_addr_v4(0xc0000201),
                        .protocol = IP_PROTOCOL_ICMP,
                        .ttl = 255,
                        .tos = 0xc0,
                        .ident = 0x1234 };
    pkt->kind = PACKET_ICMP;
    pkt->icmp = (WireIcmp){ .type = 3, .code = 4, .rest = 1400 };
    g_autoptr(GByteArray) quoted =
        test_hex("4500003c 12344000 40063c51 " ADDRS "c0000050 01020304");
    pkt->payload = payload_literal(quoted->data, quoted->len);
}

static void make_arp(Packet *pkt)
{
    pkt->kind = PACKET_ARP;
    pkt->eth = eth_arp;
    pkt->arp = (WireArp){ .operation = WIRE_ARP_REQUEST,
                          .sender_mac = eth_arp.src,
                          .sender_addr = inet_addr_v4(0xc0000201),
                          .target_addr = inet_addr_v4(0xc6336402) };
}

static void make_first_fragment(Packet *pkt)
{
    fill_ip(pkt, IP_PROTOCOL_UDP);
    pkt->kind = PACKET_IP_OTHER;
    pkt->ip.dont_fragment = false;
    pkt->ip.more_fragments = true;
    g_autoptr(GByteArray) bytes = test_hex("9c40 0009 0048 92d9 0001 0203 0405 0607");
    pkt->payload = payload_literal(bytes->data, bytes->len);
}

static void make_last_fragment(Packet *pkt)
{
    fill_ip(pkt, IP_PROTOCOL_UDP);
    pkt->kind = PACKET_IP_OTHER;
    pkt->ip.dont_fragment = false;
    pkt->ip.fragment_offset = 6;
    fill_payload(pkt, 0x28, 24);
}

static void make_ip_options(Packet *pkt)
{
    make_udp(pkt);
    g_autoptr(GByteArray) options = test_hex("07070400 00000000");
    pkt->ip.option_bytes = (uint8_t)options->len;
    pkt->ip_options = g_memdup2(options->data, options->len);
}

static void make_other_protocol(Packet *pkt)
{
    fill_ip(pkt, 253);
    pkt->kind = PACKET_IP_OTHER;
    pkt->ip.ttl = 1;
    pkt->ip.tos = 0xc0;
    pkt->ip.dont_fragment = false;
    pkt->payload = payload_literal((const uint8_t *)"labs", 4);
}

static void make_empty_datagram(Packet *pkt)
{
    fill_ip(pkt, 253);
    pkt->kind = PACKET_IP_OTHER;
}

typedef struct Frame {
    const char *label;
    void (*make)(Packet *pkt);
    const char *hex; /* Ethernet: padding to 60 octets is added */
} Frame;

#define SYN_DATAGRAM                                                                               \
    "4500003c 12344000 40063c51 " ADDRS                                                            \
    "c0000050 01020304 00000000 a002faf0 581b0000 020405b4 0402080a 11223344 00000000 01030307"

static const Frame frames[] = {
    { "syn", make_syn, ETH SYN_DATAGRAM },
    { "syn-on-raw-ip", make_raw_ip_syn, SYN_DATAGRAM },
    { "data", make_data,
      ETH "45000046 12344000 40063c47 " ADDRS
          "c0000050 01020304 0a0b0c0d 801801f6 bdbd0000 0101080a 11223399 55667788"
          "474554202f20485454502f312e300d0a0d0a" },
    { "pattern", make_pattern, /* "0abc " */
      ETH "4500002d 12344000 40063c60 " ADDRS
          "c0000050 01020304 0a0b0c0d 501001f6 346f0000 3061626320" },
    { "sack", make_sack,
      ETH "45000050 12344000 40063c3d " ADDRS
          "c0000050 01020304 0a0b0c0d f01001f6 d4370000 0101080a 11223399 55667788"
          "0101051a 000003e8 000007d0 00000bb8 00000fa0 00001388 00001770" },
    { "ack-is-padded", make_ack,
      ETH "45000028 12344000 40063c65 " ADDRS "c0000050 01020304 0a0b0c0d 501001f6 e7380000" },
    { "all-flags", make_all_flags,
      ETH "45000028 12344000 40063c65 " ADDRS "c0000050 01020304 0a0b0c0d 51ff0000 2850beef" },
    { "udp", make_udp, ETH "45000023 12344000 40113c5f " ADDRS "9c400009 000fbf1e 776972656c6162" },
    { "udp-checksum-of-zero-is-sent-as-ones", make_udp_zero,
      ETH "4500001e 12344000 40113c64 " ADDRS "9c400009 000affff 7759" },
    { "echo", make_echo,
      ETH "4500003c 12344000 40013c56 " ADDRS "0800f3c8 12340001"
          "101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f" },
    { "unreachable", make_unreachable,
      ETH "45c00038 12340000 ff01bc99 c6336402 c0000201 0304332d 00000578"
          "4500003c 12344000 40063c51 " ADDRS "c0000050 01020304" },
    { "arp", make_arp, ETH_ARP "0001080006040001 020000000001 c0000201 000000000000 c6336402" },
    { "first-fragment", make_first_fragment,
      ETH "45000024 12342000 40115c5e " ADDRS "9c400009 004892d9 0001020304050607" },
    { "last-fragment", make_last_fragment,
      ETH "4500002c 12340006 40117c50 " ADDRS "28292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f" },
    { "ip-options", make_ip_options,
      ETH "4700002b 12344000 40112f50 " ADDRS "07070400 00000000"
          "9c400009 000fbf1e 776972656c6162" },
    { "other-protocol", make_other_protocol, ETH "45c00018 12340000 01fdb9be " ADDRS "6c616273" },
    { "empty-datagram", make_empty_datagram, ETH "45000014 12344000 40fd3b82 " ADDRS },
};

static GByteArray *frame_bytes(const Frame *row)
{
    GByteArray *bytes = test_hex(row->hex);
    guint len_bytes = bytes->len;
    if (g_str_has_prefix(row->hex, "0200") && len_bytes < WIRE_ETH_MIN_FRAME_BYTES) {
        g_byte_array_set_size(bytes, WIRE_ETH_MIN_FRAME_BYTES);
        memset(bytes->data + len_bytes, 0, bytes->len - len_bytes);
    }
    return bytes;
}

static Packet *made(World *world, const Frame *row)
{
    Packet *pkt = packet_new(&world->pool, &world->maker, 0, PACKET_WHY_DATA);
    row->make(pkt);
    packet_set_length(pkt);
    return pkt;
}

static Packet *raw(World *world, PacketLink link, const GByteArray *bytes)
{
    return packet_new_raw(&world->pool, &world->maker, 0, PACKET_WHY_INJECTED, link, bytes->data,
                          bytes->len);
}

static PacketLink link_of(const Frame *row)
{
    return g_str_has_prefix(row->hex, "45") ? PACKET_LINK_RAW_IP : PACKET_LINK_ETHERNET;
}

static void test_serialise(World *world, gconstpointer data)
{
    const Frame *row = data;
    g_autoptr(GByteArray) expected = frame_bytes(row);
    g_autoptr(Packet) pkt = made(world, row);
    g_assert_cmpuint(packet_frame_bytes(pkt), ==, expected->len);
    g_autofree uint8_t *written = g_malloc(expected->len);
    memset(written, 0xee, expected->len);
    packet_serialise(pkt, written);
    test_assert_bytes(written, expected->len, expected);
}

static void test_parse(World *world, gconstpointer data)
{
    const Frame *row = data;
    g_autoptr(GByteArray) bytes = frame_bytes(row);
    g_autoptr(Packet) expected = made(world, row);
    g_autoptr(Packet) pkt = raw(world, link_of(row), bytes);
    g_assert_cmpstr(packet_fault_to_string(packet_parse(pkt, PACKET_DEPTH_TRANSPORT)), ==,
                    packet_fault_to_string(PACKET_OK));
    g_assert_cmpstr(packet_difference(pkt, expected), ==, NULL);
    g_assert_cmpuint(pkt->payload.stream, ==, 0);
}

static void test_round_trip(World *world, gconstpointer data)
{
    g_autoptr(Packet) pkt = made(world, data);
    packet_check_round_trip(pkt);
}

/* A network header read by a router; then the transport by the host that the datagram is for. */
static void test_parse_in_steps(World *world, gconstpointer data)
{
    const Frame *row = data;
    g_autoptr(GByteArray) bytes = frame_bytes(row);
    g_autoptr(Packet) expected = made(world, row);
    g_autoptr(Packet) pkt = raw(world, link_of(row), bytes);
    g_assert_cmpint(packet_parse(pkt, PACKET_DEPTH_LINK), ==, PACKET_OK);
    g_assert_cmpint(pkt->kind, ==, PACKET_RAW);
    g_assert_cmphex(pkt->eth.type, ==, link_of(row) == PACKET_LINK_RAW_IP ? 0 : expected->eth.type);

    g_assert_cmpint(packet_parse(pkt, PACKET_DEPTH_NETWORK), ==, PACKET_OK);
    g_assert_cmpuint(pkt->network_bytes, ==, expected->network_bytes);
    if (expected->kind == PACKET_ARP) {
        g_assert_cmpint(pkt->kind, ==, PACKET_ARP);
    } else {
        g_assert_cmpint(pkt->kind, ==, PACKET_RAW);
        g_assert_cmpuint(pkt->ip.ttl, ==, expected->ip.ttl);
    }
    g_assert_cmpint(packet_parse(pkt, PACKET_DEPTH_TRANSPORT), ==, PACKET_OK);
    g_assert_cmpstr(packet_difference(pkt, expected), ==, NULL);
}

/* The datagram alone, of a packet made here and of one still raw: for fragments and quotes. */
static void test_serialise_network(World *world, gconstpointer data)
{
    const Frame *row = data;
    g_autoptr(GByteArray) expected = test_hex(row->hex);
    if (link_of(row) == PACKET_LINK_ETHERNET) {
        g_byte_array_remove_range(expected, 0, WIRE_ETH_HEADER_BYTES);
    }
    g_autoptr(Packet) pkt = made(world, row);
    g_assert_cmpuint(pkt->network_bytes, ==, expected->len);
    g_autofree uint8_t *written = g_malloc(expected->len);
    packet_serialise_network(pkt, written);
    test_assert_bytes(written, expected->len, expected);

    g_autoptr(GByteArray) bytes = frame_bytes(row);
    g_autoptr(Packet) still_raw = raw(world, link_of(row), bytes);
    g_assert_cmpint(packet_parse(still_raw, PACKET_DEPTH_NETWORK), ==, PACKET_OK);
    memset(written, 0, expected->len);
    packet_serialise_network(still_raw, written);
    test_assert_bytes(written, expected->len, expected);
}

/* Faults: a frame of the table, octets overwritten, the end cut off. */
typedef enum Repair { REPAIR_NOTHING, REPAIR_IP, REPAIR_TRANSPORT } Repair;

typedef struct Broken {
    const char *label;
    const char *frame;
    uint16_t at; /* where `hex` overwrites the frame */
    const char *hex;
    uint16_t len_bytes; /* cut to this; 0: whole */
    Repair repair;      /* makes checksums right again, up to this one */
    PacketDepth depth;  /* the least at which the fault is seen */
    PacketFault fault;
} Broken;

enum { ETHERTYPE_AT = 12, IP_AT = 14, TRANSPORT_AT = 34 };

static const Broken broken[] = {
    { "empty", "syn", 0, "", UINT16_MAX, REPAIR_NOTHING, PACKET_DEPTH_LINK, PACKET_FAULT_SHORT },
    { "13-octets", "syn", 0, "", 13, REPAIR_NOTHING, PACKET_DEPTH_LINK, PACKET_FAULT_SHORT },
    { "link-header-alone", "syn", 0, "", 14, REPAIR_NOTHING, PACKET_DEPTH_NETWORK,
      PACKET_FAULT_SHORT },
    { "ip-header-cut", "syn", 0, "", 33, REPAIR_NOTHING, PACKET_DEPTH_NETWORK, PACKET_FAULT_SHORT },
    { "raw-ip-empty", "syn-on-raw-ip", 0, "", UINT16_MAX, REPAIR_NOTHING, PACKET_DEPTH_NETWORK,
      PACKET_FAULT_SHORT },
    { "arp-cut", "arp", 0, "", 41, REPAIR_NOTHING, PACKET_DEPTH_NETWORK, PACKET_FAULT_SHORT },
    { "ethertype-vlan", "syn", ETHERTYPE_AT, "8100", 0, REPAIR_NOTHING, PACKET_DEPTH_NETWORK,
      PACKET_FAULT_ETHERTYPE },
    { "ethertype-is-a-length", "syn", ETHERTYPE_AT, "0040", 0, REPAIR_NOTHING, PACKET_DEPTH_NETWORK,
      PACKET_FAULT_ETHERTYPE },
    { "ip-version", "syn", IP_AT, "65", 0, REPAIR_IP, PACKET_DEPTH_NETWORK,
      PACKET_FAULT_IP_VERSION },
    { "ip-header-length", "syn", IP_AT, "44", 0, REPAIR_NOTHING, PACKET_DEPTH_NETWORK,
      PACKET_FAULT_IP_HEADER },
    { "ip-total-length", "syn", IP_AT + 2, "003d", 0, REPAIR_IP, PACKET_DEPTH_NETWORK,
      PACKET_FAULT_IP_HEADER },
    { "frame-cut", "syn", 0, "", 73, REPAIR_NOTHING, PACKET_DEPTH_NETWORK, PACKET_FAULT_IP_HEADER },
    { "ip-checksum", "syn", IP_AT + 8, "3f", 0, REPAIR_NOTHING, PACKET_DEPTH_NETWORK,
      PACKET_FAULT_IP_CHECKSUM },
    { "arp-of-another-kind", "arp", IP_AT + 5, "08", 0, REPAIR_NOTHING, PACKET_DEPTH_NETWORK,
      PACKET_FAULT_TRANSPORT_HEADER },
    { "tcp-cut", "ack-is-padded", IP_AT + 2, "0027", 0, REPAIR_IP, PACKET_DEPTH_TRANSPORT,
      PACKET_FAULT_SHORT },
    { "tcp-offset-too-small", "syn", TRANSPORT_AT + 12, "4002", 0, REPAIR_TRANSPORT,
      PACKET_DEPTH_TRANSPORT, PACKET_FAULT_TRANSPORT_HEADER },
    { "tcp-offset-too-large", "syn", TRANSPORT_AT + 12, "b002", 0, REPAIR_TRANSPORT,
      PACKET_DEPTH_TRANSPORT, PACKET_FAULT_TRANSPORT_HEADER },
    { "tcp-checksum", "data", TRANSPORT_AT + 40, "00", 0, REPAIR_NOTHING, PACKET_DEPTH_TRANSPORT,
      PACKET_FAULT_TRANSPORT_CHECKSUM },
    { "tcp-checksum-covers-addresses", "data", IP_AT + 12, "c0000203", 0, REPAIR_IP,
      PACKET_DEPTH_TRANSPORT, PACKET_FAULT_TRANSPORT_CHECKSUM },
    { "tcp-checksum-before-options", "syn", TRANSPORT_AT + 21, "00", 0, REPAIR_NOTHING,
      PACKET_DEPTH_TRANSPORT, PACKET_FAULT_TRANSPORT_CHECKSUM },
    { "tcp-option", "syn", TRANSPORT_AT + 21, "00", 0, REPAIR_TRANSPORT, PACKET_DEPTH_TRANSPORT,
      PACKET_FAULT_TCP_OPTION },
    { "udp-cut", "udp", IP_AT + 2, "001b", 0, REPAIR_IP, PACKET_DEPTH_TRANSPORT,
      PACKET_FAULT_SHORT },
    { "udp-length-too-large", "udp", TRANSPORT_AT + 4, "0010", 0, REPAIR_NOTHING,
      PACKET_DEPTH_TRANSPORT, PACKET_FAULT_TRANSPORT_HEADER },
    { "udp-length-too-small", "udp", TRANSPORT_AT + 4, "0007", 0, REPAIR_NOTHING,
      PACKET_DEPTH_TRANSPORT, PACKET_FAULT_TRANSPORT_HEADER },
    { "udp-checksum", "udp", TRANSPORT_AT + 8, "78", 0, REPAIR_NOTHING, PACKET_DEPTH_TRANSPORT,
      PACKET_FAULT_TRANSPORT_CHECKSUM },
    { "icmp-cut", "echo", IP_AT + 2, "001b", 0, REPAIR_IP, PACKET_DEPTH_TRANSPORT,
      PACKET_FAULT_SHORT },
    { "icmp-checksum", "echo", TRANSPORT_AT + 5, "35", 0, REPAIR_NOTHING, PACKET_DEPTH_TRANSPORT,
      PACKET_FAULT_TRANSPORT_CHECKSUM },
};

static const Frame *find_frame(const char *label)
{
    for (size_t i = 0; i < G_N_ELEMENTS(frames); i++) {
        if (g_str_equal(frames[i].label, label)) {
            return &frames[i];
        }
    }
    g_assert_not_reached();
}

static void repair_ip(uint8_t *datagram)
{
    wire_put16(datagram + 10, 0);
    wire_put16(datagram + 10, checksum_finish(checksum_add(0, datagram, 20)));
}

static void repair_tcp(uint8_t *datagram)
{
    uint32_t len_bytes = wire_get16(datagram + 2) - 20u;
    wire_put16(datagram + 36, 0);
    uint64_t sum = checksum_add_pseudo(0, inet_addr_v4(wire_get32(datagram + 12)),
                                       inet_addr_v4(wire_get32(datagram + 16)), 6, len_bytes);
    wire_put16(datagram + 36, checksum_finish(checksum_add(sum, datagram + 20, len_bytes)));
}

static GByteArray *broken_bytes(const Broken *row)
{
    g_autoptr(GByteArray) change = test_hex(row->hex);
    GByteArray *bytes = frame_bytes(find_frame(row->frame));
    if (change->len > 0) {
        memcpy(bytes->data + row->at, change->data, change->len);
    }
    if (row->repair == REPAIR_TRANSPORT) {
        repair_tcp(bytes->data + IP_AT);
    }
    if (row->repair != REPAIR_NOTHING) {
        repair_ip(bytes->data + IP_AT);
    }
    if (row->len_bytes != 0) {
        g_byte_array_set_size(bytes, row->len_bytes == UINT16_MAX ? 0 : row->len_bytes);
    }
    return bytes;
}

static void test_fault(World *world, gconstpointer data)
{
    const Broken *row = data;
    g_autoptr(GByteArray) bytes = broken_bytes(row);
    g_autoptr(Packet) pkt = raw(world, link_of(find_frame(row->frame)), bytes);
    for (PacketDepth depth = PACKET_DEPTH_LINK; depth <= PACKET_DEPTH_TRANSPORT; depth++) {
        PacketFault fault = depth < row->depth ? PACKET_OK : row->fault;
        g_assert_cmpstr(packet_fault_to_string(packet_parse(pkt, depth)), ==,
                        packet_fault_to_string(fault));
        g_assert_cmpint(pkt->fault, ==, fault);
        g_assert_cmpint(pkt->kind, ==, PACKET_RAW);
        g_assert_cmpmem(payload_bytes(&pkt->payload), pkt->payload.len_bytes, bytes->data,
                        bytes->len);
    }
}

static void test_every_fault_is_reached(World *world, gconstpointer data)
{
    bool reached[PACKET_N_FAULTS] = { [PACKET_OK] = true };
    for (size_t i = 0; i < G_N_ELEMENTS(broken); i++) {
        reached[broken[i].fault] = true;
    }
    for (size_t i = 0; i < PACKET_N_FAULTS; i++) {
        g_assert_true(reached[i]);
    }
}

/* RFC 768: a sender may leave the checksum out; what came so is not held to be wrong. */
static void test_udp_without_checksum(World *world, gconstpointer data)
{
    g_autoptr(GByteArray) bytes = frame_bytes(find_frame("udp"));
    wire_put16(bytes->data + TRANSPORT_AT + 6, 0);
    g_autoptr(Packet) expected = made(world, find_frame("udp"));
    g_autoptr(Packet) pkt = raw(world, PACKET_LINK_ETHERNET, bytes);
    g_assert_cmpint(packet_parse(pkt, PACKET_DEPTH_TRANSPORT), ==, PACKET_OK);
    g_assert_cmpstr(packet_difference(pkt, expected), ==, NULL);
}

/* Octets after the UDP length belong to nobody. */
static void test_udp_shorter_than_datagram(World *world, gconstpointer data)
{
    g_autoptr(GByteArray) bytes =
        test_hex("45000023 12344000 40113c5f " ADDRS "9c400009 000a0000 abcdefefefefef");
    g_autoptr(Packet) pkt = raw(world, PACKET_LINK_RAW_IP, bytes);
    g_assert_cmpint(packet_parse(pkt, PACKET_DEPTH_TRANSPORT), ==, PACKET_OK);
    g_assert_cmpuint(pkt->payload.len_bytes, ==, 2);
    packet_check_round_trip(pkt);
}

/* What inet/ does with fragments that are together again. */
static void test_parse_transport(World *world, gconstpointer data)
{
    g_autoptr(GByteArray) bytes = frame_bytes(find_frame("data"));
    g_autoptr(Packet) expected = made(world, find_frame("data"));
    g_autoptr(Packet) pkt = made(world, find_frame("other-protocol"));
    pkt->ip = expected->ip;
    payload_clear(&pkt->payload);
    pkt->payload = payload_literal(bytes->data + TRANSPORT_AT, bytes->len - TRANSPORT_AT);
    g_assert_cmpint(packet_parse_transport(pkt), ==, PACKET_OK);
    g_assert_cmpstr(packet_difference(pkt, expected), ==, NULL);
}

static void test_parse_transport_fault(World *world, gconstpointer data)
{
    g_autoptr(Packet) pkt = made(world, find_frame("other-protocol"));
    pkt->ip.protocol = IP_PROTOCOL_TCP;
    g_assert_cmpint(packet_parse_transport(pkt), ==, PACKET_FAULT_SHORT);
    g_assert_cmpint(pkt->kind, ==, PACKET_IP_OTHER);
    g_assert_cmpuint(pkt->payload.len_bytes, ==, 4);
}

/* An option of unknown kind is not carried on, and all else is. */
static void test_unknown_option_is_dropped(World *world, gconstpointer data)
{
    g_autoptr(GByteArray) bytes = test_hex("4500002c 12344000 40063c61 " ADDRS
                                           "c0000050 01020304 0a0b0c0d 60100000 00000000 fd040000");
    repair_tcp(bytes->data);
    g_autoptr(Packet) pkt = raw(world, PACKET_LINK_RAW_IP, bytes);
    g_assert_cmpint(packet_parse(pkt, PACKET_DEPTH_TRANSPORT), ==, PACKET_OK);
    g_assert_cmphex(pkt->tcp.options, ==, TCP_OPT_UNKNOWN);
    uint8_t written[44];
    packet_serialise(pkt, written);
    g_assert_cmpmem(written + 40, 4, "\0\0\0\0", 4);
    packet_check_round_trip(pkt);
}

static void test_largest_datagram(World *world, gconstpointer data)
{
    g_autoptr(Packet) pkt = packet_new(&world->pool, &world->maker, 0, PACKET_WHY_DATAGRAM);
    fill_udp(pkt, "");
    pkt->payload = (Payload){ .len_bytes = 65507, .stream = 1 };
    packet_set_length(pkt);
    g_assert_cmpuint(pkt->network_bytes, ==, 65535);
    packet_check_round_trip(pkt);
}

/* Another reader's opinion of all that is made here. */
static void test_dissector(World *world, gconstpointer data)
{
    g_autofree char *folder = g_dir_make_tmp("wirelab-test-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, "frames.pcapng", NULL);
    TracePcapng *capture = trace_pcapng_new(trace_output_new(path, NULL), NULL);
    trace_pcapng_add_interface(capture, "ethernet", NULL, PACKET_LINK_ETHERNET, 0);
    trace_pcapng_add_interface(capture, "raw-ip", NULL, PACKET_LINK_RAW_IP, 0);
    for (size_t i = 0; i < G_N_ELEMENTS(frames); i++) {
        g_autoptr(Packet) pkt = made(world, &frames[i]);
        TraceRecord record = { .interface = pkt->link == PACKET_LINK_RAW_IP };
        g_assert_true(trace_pcapng_write(capture, &record, pkt));
    }
    g_assert_true(trace_pcapng_close(capture, NULL));
    trace_pcapng_free(capture);
    test_tshark_accepts(path);
    g_remove(path);
    g_rmdir(folder);
}

static void add_frames(const char *what, void (*test)(World *, gconstpointer))
{
    for (size_t i = 0; i < G_N_ELEMENTS(frames); i++) {
        g_autofree char *path = g_strdup_printf("/wire/packet-bytes/%s/%s", what, frames[i].label);
        g_test_add(path, World, &frames[i], set_up, test, tear_down);
    }
}

static void add(const char *label, void (*test)(World *, gconstpointer))
{
    g_autofree char *path = g_strdup_printf("/wire/packet-bytes/%s", label);
    g_test_add(path, World, NULL, set_up, test, tear_down);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    add_frames("serialise", test_serialise);
    add_frames("parse", test_parse);
    add_frames("parse-in-steps", test_parse_in_steps);
    add_frames("round-trip", test_round_trip);
    add_frames("serialise-network", test_serialise_network);
    for (size_t i = 0; i < G_N_ELEMENTS(broken); i++) {
        g_autofree char *path = g_strdup_printf("/wire/packet-bytes/fault/%s", broken[i].label);
        g_test_add(path, World, &broken[i], set_up, test_fault, tear_down);
    }
    add("every-fault-is-reached", test_every_fault_is_reached);
    add("udp-without-checksum", test_udp_without_checksum);
    add("udp-shorter-than-datagram", test_udp_shorter_than_datagram);
    add("parse-transport", test_parse_transport);
    add("parse-transport-fault", test_parse_transport_fault);
    add("unknown-option-is-dropped", test_unknown_option_is_dropped);
    add("largest-datagram", test_largest_datagram);
    add("dissector", test_dissector);
    return g_test_run();
}
