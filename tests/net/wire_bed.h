/* A link between two nodes without a stack, and a log of all that happens to the packets put on it.
 */

#ifndef TESTS_NET_WIRE_BED_H
#define TESTS_NET_WIRE_BED_H

#include "net/net_wire.h"

typedef struct WireBed {
    Sim *sim;
    SimPool packets;
    NetNode *a, *b; /* entities 1 and 2 */
    NetLink *link;  /* "wire", entities 3 and 4 */
    NetWire *wire;  /* from a to b */
    NetProbe probe;
    GString *log; /* one line an arrival; with wire_bed_watch(), one each call of the probe */
} WireBed;

/* 8 Mbit/s (an octet takes 1 us), 1 ms, 50 packets, nothing else. */
NetWireConfig wire_bed_config(void);

/* Opens a raw-ip link with an MTU of 1500, both directions alike; seed 1. */
void wire_bed_open(WireBed *bed, const NetWireConfig *config);
void wire_bed_open_with(WireBed *bed, const NetWireConfig *config, PacketLink link, uint64_t seed);
/* Frees everything and asserts that no packet is left over. */
void wire_bed_close(WireBed *bed);
/* Logs every call of the probe, of wire and nodes, from now on. */
void wire_bed_watch(WireBed *bed);

/* A TCP segment (ACK) whose datagram has that many octets, at least 40, made by a; named #1, #2,
 * ... */
Packet *wire_bed_tcp(WireBed *bed, uint32_t network_bytes);
/* Runs until at_ns and offers a packet to the wire; takes it. */
void wire_bed_offer(WireBed *bed, int64_t at_ns, Packet *pkt);
/* The same for a new segment. */
void wire_bed_send(WireBed *bed, int64_t at_ns, uint32_t network_bytes);
/* Runs until nothing is left to happen. */
void wire_bed_finish(WireBed *bed);

/* Compares the log, line by line, and empties it. */
void wire_bed_expect(WireBed *bed, const char *lines);

#endif
