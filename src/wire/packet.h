/* A packet: one thing from the moment a host makes it to the moment it dies, whatever wires it
 * crosses.
 *
 * It travels either parsed (headers as structs, a reference to its payload) or raw (octets with a
 * tag: injected, corrupted, unknown). Its wire image, with true lengths and checksums, is made only
 * when somebody looks: packet_serialise(). Whoever holds the pointer owns it; functions that take
 * it say so. Blocks come from the world's pool. */

#ifndef WIRE_PACKET_H
#define WIRE_PACKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "sim/sim.h"
#include "sim/sim_pool.h"
#include "wire/packet_fault.h"
#include "wire/payload.h"
#include "wire/wire_arp.h"
#include "wire/wire_eth.h"
#include "wire/wire_icmp.h"
#include "wire/wire_ipv4.h"
#include "wire/wire_tcp.h"
#include "wire/wire_udp.h"

typedef enum PacketLink { PACKET_LINK_ETHERNET, PACKET_LINK_RAW_IP } PacketLink;

/* What the bytes after the link header are. */
typedef enum PacketKind {
    PACKET_TCP,
    PACKET_UDP,
    PACKET_ICMP,
    PACKET_ARP,      /* on Ethernet only */
    PACKET_IP_OTHER, /* another protocol, or a fragment: the whole IP payload is in `payload` */
    PACKET_RAW       /* raw octets in `payload.bytes`, the link header included */
} PacketKind;

/* Why a packet was made. One name table: packet_why_to_string() (msgid for people, stable word in
 * traces). */
typedef enum PacketWhy {
    PACKET_WHY_NONE,
    PACKET_WHY_OPEN,          /* SYN of an active open, or SYN-ACK */
    PACKET_WHY_SYN_COOKIE,    /* SYN-ACK with a cookie (RFC 4987 3.6): nothing is kept */
    PACKET_WHY_DATA,          /* new data */
    PACKET_WHY_CLOSE,         /* FIN, alone or with the last data */
    PACKET_WHY_ACK,           /* acknowledges at once */
    PACKET_WHY_DELAYED_ACK,   /* the delayed-ACK timer, or the second full segment */
    PACKET_WHY_DUPLICATE_ACK, /* a segment out of order, or one that is not acceptable */
    PACKET_WHY_WINDOW_UPDATE,
    PACKET_WHY_RETRANSMIT_TIMEOUT,
    PACKET_WHY_RETRANSMIT_FAST,     /* third duplicate ACK, or SACK says lost */
    PACKET_WHY_RETRANSMIT_RECOVERY, /* a further one of the same recovery */
    PACKET_WHY_LIMITED_TRANSMIT,
    PACKET_WHY_LOSS_PROBE, /* new data, or the last segment again: RFC 8985 section 7 */
    PACKET_WHY_WINDOW_PROBE,
    PACKET_WHY_KEEP_ALIVE,
    PACKET_WHY_CHALLENGE_ACK,
    PACKET_WHY_RESET,       /* abort by the program, or a connection given up */
    PACKET_WHY_RESET_REPLY, /* answers a segment that belongs to no connection */
    PACKET_WHY_DATAGRAM,    /* UDP from a program */
    PACKET_WHY_ECHO_REQUEST,
    PACKET_WHY_ECHO_REPLY,
    PACKET_WHY_ICMP_ERROR,
    PACKET_WHY_ARP_REQUEST,
    PACKET_WHY_ARP_REPLY,
    PACKET_WHY_ARP_ANNOUNCE, /* gratuitous ARP, probe or defence */
    PACKET_WHY_FRAGMENT,
    PACKET_WHY_DUPLICATE, /* made by a link's fault */
    PACKET_WHY_INJECTED,
    PACKET_N_WHYS
} PacketWhy;

const char *packet_why_to_string(PacketWhy why);
/* Whether that means a segment sent again; repeats: the packet repeats another one. A loss probe
 * may carry new data; a window probe and a keep-alive are no retransmissions. */
bool packet_why_is_again(PacketWhy why, bool repeats);

typedef struct Packet Packet;
struct Packet {
    /* The first cache line: all that a queue or a wire looks at. One owner at a time uses `next`
     * and the instants: a queue, a wire, a table of waiting packets. */
    Packet *next;
    int64_t started_at_ns; /* when its transmission on the present wire begins */
    int64_t arrives_at_ns; /* at the far end of the present wire */
    SimKey wire_key;       /* drawn from the wire when it was accepted; orders its arrival */
    SimKey wire_cause;     /* the event in which it was given to the present wire; before the first,
                            * that in which it was made */
    SimKey id;             /* drawn from its maker; never changes */
    PacketWhy why : 8;
    PacketKind kind : 8;
    PacketLink link : 8;
    PacketFault fault : 8;  /* what packet_parse() found last */
    uint32_t network_bytes; /* IP datagram or ARP message, without link header and padding */
    SimPool *pool;          /* where it goes back to */

    /* The second: all that a switch or a router looks at. */
    WireEth eth;           /* PACKET_LINK_ETHERNET */
    bool corrupted : 1;        /* its octets were changed on the way */
    bool may_be_overtaken : 1; /* on the present wire: while extra_ns holds it back */
    bool late : 1;             /* extra_ns is valid */
    bool repeats : 1;          /* `original` is valid */
    WireIp ip;                 /* all but ARP and raw */

    /* The third: all that an end host looks at besides, of TCP all but the SACK blocks, which reach
     * into the fourth. */
    Payload payload;
    union {
        WireTcp tcp;
        WireUdp udp;
        WireIcmp icmp;
        WireArp arp;
    };

    /* The rest of the fourth: what few packets have. Not written, so not even fetched, in one that
     * has nothing of it; what is valid, other lines say. */
    uint8_t *ip_options; /* g_malloc'ed, ip.option_bytes long; valid if that is not 0 */
    SimKey original;     /* see packet_original() */
    int64_t extra_ns;    /* jitter or delay on the present wire; outside of one not `late` */
};

#define PACKET_LINE_BYTES 64
#define PACKET_HOT_LINES 3 /* all that most packets are made and read in */
G_STATIC_ASSERT(offsetof(Packet, eth) == PACKET_LINE_BYTES);
G_STATIC_ASSERT(offsetof(Packet, payload) == 2 * PACKET_LINE_BYTES);
G_STATIC_ASSERT(offsetof(Packet, tcp.sack) == 3 * PACKET_LINE_BYTES);
G_STATIC_ASSERT(sizeof(Packet) > 3 * PACKET_LINE_BYTES && sizeof(Packet) <= 4 * PACKET_LINE_BYTES);

/* A packet with everything zero but pool, id (drawn from the maker), why and wire_cause (made_in);
 * of the fourth line nothing is valid. */
static inline Packet *packet_new(SimPool *pool, SimEntity *maker, SimKey made_in, PacketWhy why)
{
    Packet *pkt = sim_pool_take(pool);
    /* Line by line, which compilers turn into vector stores; as a whole it would be a call. */
    char *lines = (char *)pkt;
    memset(lines, 0, PACKET_LINE_BYTES);
    memset(lines + PACKET_LINE_BYTES, 0, PACKET_LINE_BYTES);
    memset(lines + 2 * PACKET_LINE_BYTES, 0, PACKET_LINE_BYTES);
    pkt->id = sim_entity_item_key(maker);
    pkt->wire_cause = made_in;
    pkt->why = why;
    pkt->pool = pool;
    return pkt;
}

/* A raw packet of these octets (link header included), copied. */
Packet *packet_new_raw(SimPool *pool, SimEntity *maker, SimKey made_in, PacketWhy why,
                       PacketLink link, const uint8_t *bytes, size_t len_bytes);
/* The id of the packet it repeats, is a fragment of or a copy of; 0: none. */
static inline SimKey packet_original(const Packet *pkt)
{
    return G_UNLIKELY(pkt->repeats) ? pkt->original : 0;
}
static inline void packet_set_original(Packet *pkt, SimKey original)
{
    if (G_UNLIKELY(original != 0)) {
        pkt->repeats = true;
        pkt->original = original;
    }
}
static inline bool packet_is_retransmission(const Packet *pkt)
{
    return packet_why_is_again(pkt->why, pkt->repeats);
}
/* A copy with an id of its own and `original` set. */
Packet *packet_copy(const Packet *pkt, SimEntity *maker, SimKey made_in, PacketWhy why);

void packet_drop_owned(Packet *pkt); /* the slow path of packet_free() */

static inline void packet_free(Packet *pkt)
{
    if (G_UNLIKELY(pkt->payload.bytes != NULL || pkt->ip.option_bytes != 0)) {
        packet_drop_owned(pkt);
    }
    sim_pool_give(pkt->pool, pkt);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Packet, packet_free)

/* Octets from the IP header to the payload, both excluded (ARP: the message); for TCP what
 * tcp.header_bytes says. */
static inline uint32_t packet_transport_header_bytes(const Packet *pkt)
{
    switch (pkt->kind) {
    case PACKET_TCP:
        return pkt->tcp.header_bytes;
    case PACKET_UDP:
        return WIRE_UDP_HEADER_BYTES;
    case PACKET_ICMP:
        return WIRE_ICMP_HEADER_BYTES;
    case PACKET_ARP:
        return WIRE_ARP_BYTES;
    case PACKET_IP_OTHER:
    case PACKET_RAW:
        break;
    }
    return 0;
}

/* Sets network_bytes, and for TCP header_bytes, from the headers and the payload of a packet that
 * is not raw; call after filling them in. */
static inline void packet_set_length(Packet *pkt)
{
    g_assert(pkt->kind != PACKET_RAW);
    if (pkt->kind == PACKET_TCP) {
        pkt->tcp.header_bytes = wire_tcp_length(&pkt->tcp);
    }
    pkt->network_bytes = packet_transport_header_bytes(pkt) + pkt->payload.len_bytes;
    if (pkt->kind != PACKET_ARP) {
        pkt->network_bytes += WIRE_IPV4_HEADER_BYTES + pkt->ip.option_bytes;
    }
    g_assert(pkt->network_bytes <= WIRE_IPV4_MAX_BYTES);
}

/* Octets of the frame as captured: link header, datagram, padding; no check sequence. */
static inline uint32_t packet_frame_bytes(const Packet *pkt)
{
    if (G_UNLIKELY(pkt->kind == PACKET_RAW)) {
        return pkt->payload.len_bytes;
    }
    if (pkt->link == PACKET_LINK_RAW_IP) {
        return pkt->network_bytes;
    }
    return MAX(WIRE_ETH_HEADER_BYTES + pkt->network_bytes, WIRE_ETH_MIN_FRAME_BYTES);
}

/* Octets that take time on the wire: the frame with its check sequence (at least 64: a raw frame
 * that is shorter gets its padding from the interface), or the bare datagram (raw-ip). */
static inline uint32_t packet_wire_bytes(const Packet *pkt)
{
    uint32_t frame_bytes = packet_frame_bytes(pkt);
    if (pkt->link == PACKET_LINK_RAW_IP) {
        return frame_bytes;
    }
    return MAX(frame_bytes, WIRE_ETH_MIN_FRAME_BYTES) + WIRE_ETH_FCS_BYTES;
}

/* Writes packet_frame_bytes() octets with correct lengths and checksums (a raw packet as it is). */
void packet_serialise(const Packet *pkt, uint8_t *out_bytes);
/* Writes network_bytes octets: the same without link header and padding, for fragments and for
 * quoting in an ICMP message. A raw packet must have been parsed to PACKET_DEPTH_NETWORK. */
void packet_serialise_network(const Packet *pkt, uint8_t *out_bytes);

/* Which checks a reader makes of a raw packet: a switch looks at the link header alone, a router at
 * the network header, an end host at all of it. */
typedef enum PacketDepth {
    PACKET_DEPTH_LINK,
    PACKET_DEPTH_NETWORK,
    PACKET_DEPTH_TRANSPORT
} PacketDepth;

/* Reads the octets of a raw packet into its structs down to `depth` and verifies the checksums on
 * the way. To full depth with PACKET_OK it becomes a parsed packet (its payload is literal bytes of
 * unknown stream); ARP has nothing below the network header, so it does at PACKET_DEPTH_NETWORK
 * already. On a fault, or at a lesser depth, the packet stays raw with the headers read so far
 * filled in. Parsed packets are PACKET_OK at once. What a parsed packet does not keep: options of
 * unknown kinds and their order, reserved bits, padding. */
PacketFault packet_parse(Packet *pkt, PacketDepth depth);

/* Reads the transport header in the payload of a PACKET_IP_OTHER that is no fragment: a reassembled
 * datagram. It becomes TCP, UDP or ICMP by ip.protocol, and stays as it is for other protocols or
 * on a fault. The payload has to be literal. */
PacketFault packet_parse_transport(Packet *pkt);

/* After ip.ttl, ip.tos or the link header of a packet that is still raw was changed: writes the
 * changed fields back to the octets and updates the header checksum incrementally (RFC 1624). The
 * packet must have been parsed to PACKET_DEPTH_NETWORK. */
void packet_update_raw(Packet *pkt);

/* Moves a packet to another type of link. `eth` is the caller's to fill in. The octets of a raw
 * packet, parsed to PACKET_DEPTH_NETWORK, lose their link header and padding or get room for them;
 * call packet_update_raw() next. */
void packet_set_link(Packet *pkt, PacketLink link);

/* Flips bits: the packet becomes raw with true wire octets, then bit `bit` of the frame (counted
 * from the first octet's most significant bit) is inverted. */
void packet_corrupt_bit(Packet *pkt, uint64_t bit);

/* The first part in which two parsed packets say different things ("ip", "tcp", "payload"), NULL if
 * they are the same on the wire. */
const char *packet_difference(const Packet *a, const Packet *b);

/* The checking build: serialises, parses again and asserts that the result equals the packet. */
void packet_check_round_trip(const Packet *pkt);

#endif
