/* A small network for the tests of the Internet layer: real stacks on real wires, and stations that
 * speak only what a test puts into their mouths. Everything that happens is written down as lines
 * of text. */

#ifndef TESTS_INET_LAB_H
#define TESTS_INET_LAB_H

#include "inet/inet_icmp.h"
#include "inet/inet_stack.h"
#include "inet/inet_udp.h"
#include "net/net_wire.h"

#define LAB_MTU_BYTES 1500

/* What is written down. */
enum {
    LAB_SEEN = 1,       /* "x saw ...": a station got a datagram */
    LAB_GOT = 2,        /* "h got ...": a stack hands a datagram to a protocol */
    LAB_DISCARD = 4,    /* "h drops ...: why" */
    LAB_SENT = 8,       /* "h sends ..." */
    LAB_FORWARD = 16,   /* "h forwards ..." */
    LAB_NEIGHBOUR = 32, /* "h: 10.0.0.2 learned 02:..." */
    LAB_ARP = 64,       /* a station got an ARP message */
    LAB_REASSEMBLED = 128,
    LAB_TIME = 256 /* "17ms " before each line */
};

/* A host without a stack, at the far end of a link from a stack under test. */
typedef struct LabStation {
    struct Lab *lab;
    NetPort *port;
    InetAddr addr;
    bool answers_arp; /* for every address asked for but the asker's: true at first */
    WireEth seen;     /* the link header of the latest frame */
    GPtrArray *kept;  /* of Packet, owned: the datagrams seen, kept if the test sets it */
} LabStation;

typedef struct Lab {
    Sim *sim;
    SimPool packets;
    GPtrArray *nodes, *stacks, *links, *stations;
    uint32_t next_entity;
    GString *log;  /* lines of what happened since it was last looked at */
    unsigned logs; /* LAB_SEEN | LAB_GOT | LAB_DISCARD at first */
    InetProbe probe;
} Lab;

Lab *lab_new(void);
void lab_free(Lab *lab);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Lab, lab_free)

/* A host or router; config NULL: the defaults. The n-th node is entity 100 n. */
InetStack *lab_stack(Lab *lab, const char *name, const InetConfig *config);
/* Joins two stacks by a link of 1 ms delay and no transmission time. Addresses as "10.0.0.1/24".
 * The first port of node n has the MAC address 02:00:00:00:0n:01. Returns the interface at a. */
InetIface *lab_join(Lab *lab, InetStack *a, const char *addr_a, InetStack *b, const char *addr_b,
                    PacketLink type, uint32_t mtu_bytes);
/* Joins a stack to a new station. */
LabStation *lab_station(Lab *lab, const char *name, const char *addr, InetStack *stack,
                        const char *stack_addr, PacketLink type, uint32_t mtu_bytes);
InetIface *lab_iface(InetStack *stack, guint index);
void lab_up(InetStack *stack, int64_t now_ns);

InetAddr lab_addr(const char *text);
MacAddr lab_mac(const char *text);

/* A packet from the station, ready to be changed: to its neighbour's MAC address, TTL 64,
 * identification 7. */
Packet *lab_udp(LabStation *station, const char *src, const char *dst, uint16_t src_port,
                uint16_t dst_port, uint32_t len_bytes);
Packet *lab_icmp(LabStation *station, const char *src, const char *dst, uint8_t type, uint8_t code,
                 uint32_t rest, uint32_t len_bytes);
Packet *lab_ip(LabStation *station, const char *src, const char *dst, uint8_t protocol,
               uint32_t len_bytes);
Packet *lab_arp(LabStation *station, uint16_t operation, const char *sender_mac, const char *sender,
                const char *target_mac, const char *target);
/* Gives it IP options, in hex. */
void lab_set_options(Packet *pkt, const char *hex);
/* An ICMP error about `about`, which it takes, as a router would send it. */
Packet *lab_icmp_about(LabStation *station, const char *src, Packet *about, uint8_t type,
                       uint8_t code, uint32_t rest);
/* The same octets as a raw packet; takes it. */
Packet *lab_raw(Packet *pkt);
/* Puts the packet on the station's wire, and runs until it and its answers have arrived; takes
 * it. */
void lab_say(LabStation *station, Packet *pkt);
/* Puts it on the wire without running. */
void lab_put(LabStation *station, Packet *pkt);

void lab_run_ms(Lab *lab, int64_t more_ms);
int64_t lab_now(const Lab *lab);

/* Compares the log with the lines expected ("" is nothing) and empties it. */
void lab_expect(Lab *lab, const char *lines);
void lab_forget(Lab *lab);
uint64_t lab_discards(const InetStack *stack, InetDiscard why);

/* "UDP 10.0.0.1:5 > 10.0.0.2:7 ttl 64 len 10": of the payload, or of a raw packet's datagram. */
char *lab_describe(const Packet *pkt);

/* A pinger, and a UDP socket, that write what they get into the log. */
uint16_t lab_pinger(Lab *lab, InetStack *stack);
UdpSocket *lab_socket(Lab *lab, UdpStack *udp, const char *addr, uint16_t port);

#endif
