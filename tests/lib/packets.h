/* Packets for tests that need some, no matter which: one of each kind, from client to server. */

#ifndef TESTS_LIB_PACKETS_H
#define TESTS_LIB_PACKETS_H

#include "wire/packet.h"

#define TEST_CLIENT_ADDR inet_addr_v4(0xc0000201) /* 192.0.2.1 */
#define TEST_SERVER_ADDR inet_addr_v4(0xc6336402) /* 198.51.100.2 */

typedef struct TestPackets {
    SimPool pool;
    SimEntity maker;
} TestPackets;

void test_packets_init(TestPackets *packets);
/* Asserts that all packets were freed. */
void test_packets_clear(TestPackets *packets);

/* From client to server, port 49152 to 9; returned owned. */
Packet *test_packet_tcp(TestPackets *packets, PacketLink link, uint16_t flags, TcpSeq seq,
                        uint32_t payload_bytes);
Packet *test_packet_udp(TestPackets *packets, PacketLink link, const char *text);
Packet *test_packet_echo(TestPackets *packets, PacketLink link, uint32_t payload_bytes);
Packet *test_packet_arp(TestPackets *packets);

#endif
