/* A packet: one thing from the moment a host makes it to the moment it dies, whatever wires it crosses.
 *
 * It travels either parsed (headers as structs, a reference to its payload) or raw (octets with a tag:
 * injected, corrupted, unknown). Its wire image, with true lengths and checksums, is made only when somebody
 * looks: packet_serialise(). Whoever holds the pointer owns it; functions that take it say so. Blocks come
 * from the world's pool. */

#ifndef WIRE_PACKET_H
#define WIRE_PACKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/sim.h"
#include "sim/sim_pool.h"
#include "wire/addr.h"
#include "wire/payload.h"
#include "wire/wire_eth.h"
#include "wire/wire_tcp.h"

enum { IP_PROTOCOL_ICMP = 1, IP_PROTOCOL_TCP = 6, IP_PROTOCOL_UDP = 17, IP_PROTOCOL_NONE = 255 };

/* The network header, common to the families; IPv4 fields keep their RFC 791 names. */
typedef struct WireIp {
    InetAddr src, dst;
    uint8_t protocol;
    uint8_t ttl;          /* hop limit */
    uint8_t tos;          /* DSCP and ECN */
    uint8_t option_bytes; /* IPv4 options, a multiple of 4, kept in Packet.ip_options */
    uint16_t ident;
    uint16_t fragment_offset; /* in 8-octet units */
    bool dont_fragment, more_fragments;
} WireIp;

typedef struct WireUdp {
    uint16_t src_port, dst_port;
} WireUdp;

/* The octets after the rest-of-header word (echo data, the quoted datagram) are the payload. */
typedef struct WireIcmp {
    uint8_t type, code;
    uint32_t rest; /* identifier << 16 | sequence, gateway, next-hop MTU, pointer << 24 */
} WireIcmp;

typedef struct WireArp {
    uint16_t operation; /* 1 request, 2 reply */
    MacAddr sender_mac, target_mac;
    InetAddr sender_addr, target_addr;
} WireArp;

typedef enum PacketLink { PACKET_LINK_ETHERNET, PACKET_LINK_RAW_IP } PacketLink;

/* What the bytes after the link header are. */
typedef enum PacketKind {
    PACKET_TCP,
    PACKET_UDP,
    PACKET_ICMP,
    PACKET_ARP,
    PACKET_IP_OTHER, /* another protocol, or a fragment: the whole IP payload is in `payload` */
    PACKET_RAW       /* raw octets in `payload.bytes`, the link header included */
} PacketKind;

/* Why a packet was made. One name table: packet_why_to_string() (msgid for people, stable word in traces). */
typedef enum PacketWhy {
    PACKET_WHY_NONE,
    PACKET_WHY_OPEN,             /* SYN of an active open, or SYN-ACK */
    PACKET_WHY_DATA,             /* new data */
    PACKET_WHY_CLOSE,            /* FIN, alone or with the last data */
    PACKET_WHY_ACK,              /* acknowledges at once */
    PACKET_WHY_DELAYED_ACK,      /* the delayed-ACK timer, or the second full segment */
    PACKET_WHY_DUPLICATE_ACK,    /* a segment out of order, or one that is not acceptable */
    PACKET_WHY_WINDOW_UPDATE,
    PACKET_WHY_RETRANSMIT_TIMEOUT,
    PACKET_WHY_RETRANSMIT_FAST,  /* third duplicate ACK, or SACK says lost */
    PACKET_WHY_RETRANSMIT_RECOVERY, /* a further one of the same recovery */
    PACKET_WHY_LIMITED_TRANSMIT,
    PACKET_WHY_WINDOW_PROBE,
    PACKET_WHY_KEEP_ALIVE,
    PACKET_WHY_CHALLENGE_ACK,
    PACKET_WHY_RESET,            /* abort by the program, or a connection given up */
    PACKET_WHY_RESET_REPLY,      /* answers a segment that belongs to no connection */
    PACKET_WHY_DATAGRAM,         /* UDP from a program */
    PACKET_WHY_ECHO_REQUEST,
    PACKET_WHY_ECHO_REPLY,
    PACKET_WHY_ICMP_ERROR,
    PACKET_WHY_ARP_REQUEST,
    PACKET_WHY_ARP_REPLY,
    PACKET_WHY_ARP_ANNOUNCE,     /* gratuitous ARP, probe or defence */
    PACKET_WHY_FRAGMENT,
    PACKET_WHY_DUPLICATE,        /* made by a link's fault */
    PACKET_WHY_INJECTED,
    PACKET_N_WHYS
} PacketWhy;

const char *packet_why_to_string(PacketWhy why);

typedef struct Packet Packet;
struct Packet {
    /* Where it is. One owner at a time uses these: a queue, a wire, a table of waiting packets. */
    Packet *next;
    int64_t started_at_ns; /* when its transmission on the present wire begins */
    int64_t arrives_at_ns; /* at the far end of the present wire */
    SimKey wire_key;       /* drawn from the wire when it was accepted; orders its arrival */
    SimKey wire_cause;     /* the event in which it was given to the present wire */

    /* What it is to the truth. */
    SimKey id;             /* drawn from its maker; never changes */
    SimKey made_in;        /* the event in which it was made */
    SimKey original;       /* id of the packet it repeats, is a fragment of or a copy of; 0: none */
    PacketWhy why;

    /* What it says. */
    PacketKind kind;
    PacketLink link;
    bool corrupted;        /* its octets were changed on the way */
    bool ip_options_owned;
    uint32_t network_bytes; /* IP datagram or ARP message, without link header, padding, check sequence */
    WireEth eth;            /* PACKET_LINK_ETHERNET */
    WireIp ip;              /* all but ARP and raw */
    union {
        WireTcp tcp;
        WireUdp udp;
        WireIcmp icmp;
        WireArp arp;
    };
    uint8_t *ip_options;    /* g_malloc'ed, ip.option_bytes long; NULL nearly always */
    Payload payload;
    SimPool *pool;          /* where it goes back to */
};

/* A packet with everything zero but pool, id (drawn from the maker) and made_in. */
Packet *packet_new(SimPool *pool, SimEntity *maker, SimKey made_in, PacketWhy why);
/* A raw packet of these octets (link header included), copied. */
Packet *packet_new_raw(SimPool *pool, SimEntity *maker, SimKey made_in, PacketWhy why,
                       PacketLink link, const uint8_t *bytes, size_t len_bytes);
/* A copy with an id of its own and `original` set. */
Packet *packet_copy(const Packet *pkt, SimEntity *maker, SimKey made_in, PacketWhy why);
void packet_free(Packet *pkt);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Packet, packet_free)

/* Sets network_bytes from the headers and the payload; call after filling them in. */
void packet_set_length(Packet *pkt);

/* Octets of the frame as captured: link header, datagram, padding; no check sequence. */
uint32_t packet_frame_bytes(const Packet *pkt);
/* Octets that take time on the wire: the frame with its check sequence, or the bare datagram (raw-ip). */
uint32_t packet_wire_bytes(const Packet *pkt);

/* Writes packet_frame_bytes() octets with correct lengths and checksums (a raw packet as it is). */
void packet_serialise(const Packet *pkt, uint8_t *out_bytes);

/* Why octets could not be taken for a packet, in the order of the checks. */
typedef enum PacketFault {
    PACKET_OK,
    PACKET_FAULT_SHORT,            /* truncated link, network or transport header */
    PACKET_FAULT_ETHERTYPE,
    PACKET_FAULT_IP_VERSION,
    PACKET_FAULT_IP_HEADER,        /* header length or total length does not fit */
    PACKET_FAULT_IP_CHECKSUM,
    PACKET_FAULT_TRANSPORT_HEADER, /* lengths of TCP, UDP, ICMP, ARP do not fit */
    PACKET_FAULT_TRANSPORT_CHECKSUM,
    PACKET_FAULT_TCP_OPTION,
    PACKET_N_FAULTS
} PacketFault;

const char *packet_fault_to_string(PacketFault fault);

/* Which checks a reader makes of a raw packet: a switch looks at the link header alone, a router at the
 * network header, an end host at all of it. */
typedef enum PacketDepth { PACKET_DEPTH_LINK, PACKET_DEPTH_NETWORK, PACKET_DEPTH_TRANSPORT } PacketDepth;

/* Reads the octets of a raw packet into its structs down to `depth` and verifies the checksums on the way.
 * To full depth with PACKET_OK it becomes a parsed packet (its payload is literal bytes of unknown stream).
 * On a fault, or at a lesser depth, the packet stays raw with the headers read so far filled in. Parsed
 * packets are PACKET_OK at once. */
PacketFault packet_parse(Packet *pkt, PacketDepth depth);

/* After a router changed ip.ttl or the link header of a packet that is still raw: writes the changed
 * fields back to the octets and updates the header checksum incrementally (RFC 1624). */
void packet_update_raw(Packet *pkt);

/* Flips bits: the packet becomes raw with true wire octets, then bit `bit` of the frame (counted from the
 * first octet's most significant bit) is inverted. */
void packet_corrupt_bit(Packet *pkt, uint64_t bit);

/* The checking build: serialises, parses again and asserts that the result equals the packet. */
void packet_check_round_trip(const Packet *pkt);

#endif
