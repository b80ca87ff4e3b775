/* Packets for tests that need some. */

#include "lib/packets.h"

#include <string.h>

void test_packets_init(TestPackets *packets)
{
    sim_pool_init(&packets->pool, sizeof(Packet));
    sim_entity_init(&packets->maker, 1);
}

void test_packets_clear(TestPackets *packets)
{
    g_assert_cmpuint(packets->pool.in_use, ==, 0);
    sim_pool_clear(&packets->pool);
}

static Packet *new_packet(TestPackets *packets, PacketKind kind, PacketLink link, uint16_t type)
{
    Packet *pkt = packet_new(&packets->pool, &packets->maker, 0, PACKET_WHY_DATA);
    pkt->kind = kind;
    pkt->link = link;
    pkt->eth =
        (WireEth){ .dst = { { 2, 0, 0, 0, 0, 2 } }, .src = { { 2, 0, 0, 0, 0, 1 } }, .type = type };
    return pkt;
}

static Packet *new_datagram(TestPackets *packets, PacketKind kind, PacketLink link,
                            uint8_t protocol)
{
    Packet *pkt = new_packet(packets, kind, link, WIRE_ETHERTYPE_IPV4);
    pkt->ip = (WireIp){ .src = TEST_CLIENT_ADDR,
                        .dst = TEST_SERVER_ADDR,
                        .protocol = protocol,
                        .ttl = 64,
                        .dont_fragment = true };
    return pkt;
}

Packet *test_packet_tcp(TestPackets *packets, PacketLink link, uint16_t flags, TcpSeq seq,
                        uint32_t payload_bytes)
{
    Packet *pkt = new_datagram(packets, PACKET_TCP, link, IP_PROTOCOL_TCP);
    pkt->tcp = (WireTcp){ .src_port = 49152,
                          .dst_port = 9,
                          .seq = seq,
                          .flags = flags,
                          .window = 65535,
                          .options = TCP_OPT_TIMESTAMPS };
    if (payload_bytes != 0) {
        pkt->payload = (Payload){ .len_bytes = payload_bytes, .stream = 1 };
    }
    packet_set_length(pkt);
    return pkt;
}

Packet *test_packet_udp(TestPackets *packets, PacketLink link, const char *text)
{
    Packet *pkt = new_datagram(packets, PACKET_UDP, link, IP_PROTOCOL_UDP);
    pkt->udp = (WireUdp){ .src_port = 49152, .dst_port = 9 };
    pkt->payload = payload_literal((const uint8_t *)text, (uint32_t)strlen(text));
    packet_set_length(pkt);
    return pkt;
}

Packet *test_packet_echo(TestPackets *packets, PacketLink link, uint32_t payload_bytes)
{
    Packet *pkt = new_datagram(packets, PACKET_ICMP, link, IP_PROTOCOL_ICMP);
    pkt->icmp = (WireIcmp){ .type = 8, .rest = 0x00010001 };
    pkt->payload = (Payload){ .len_bytes = payload_bytes, .stream = 2 };
    packet_set_length(pkt);
    return pkt;
}

Packet *test_packet_arp(TestPackets *packets)
{
    Packet *pkt = new_packet(packets, PACKET_ARP, PACKET_LINK_ETHERNET, WIRE_ETHERTYPE_ARP);
    pkt->eth.dst = mac_addr_broadcast;
    pkt->arp = (WireArp){ .operation = WIRE_ARP_REQUEST,
                          .sender_mac = pkt->eth.src,
                          .sender_addr = TEST_CLIENT_ADDR,
                          .target_addr = TEST_SERVER_ADDR };
    packet_set_length(pkt);
    return pkt;
}
