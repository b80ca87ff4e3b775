/* What the files of the Internet layer share: the structs behind the opaque types, and the calls
 * between input, output, routes, neighbours, fragments and ICMP. Nobody outside of `inet/` includes
 * this. */

#ifndef INET_INET_INTERNAL_H
#define INET_INET_INTERNAL_H

#include "inet/inet_icmp.h"
#include "inet/inet_stack.h"
#include "sim/sim_lines.h"
#include "sim/sim_rng.h"

#define INET_LOCAL_MTU_BYTES 65535 /* of the way to ourselves */
#define INET_MIN_MTU_BYTES 68      /* RFC 791: every link carries this much */
#define INET_MAX_PROTOCOLS 8

/* A first-in first-out list of packets, linked by their `next`. */
typedef struct InetPacketQueue {
    Packet *head, *tail;
    uint32_t len_pkts;
} InetPacketQueue;

void inet_packet_queue_push(InetPacketQueue *queue, Packet *pkt);
Packet *inet_packet_queue_pop(InetPacketQueue *queue); /* NULL: empty */

typedef struct InetProtocol {
    const InetProtocolOps *ops;
    void *above;
} InetProtocol;

/* Where RFC 5227 stands with the address of an interface. */
typedef enum InetClaimState {
    INET_CLAIM_IDLE, /* never announced: used all the same, and defended */
    INET_CLAIM_PROBING,
    INET_CLAIM_ANNOUNCING,
    INET_CLAIM_LOST /* somebody else has it: not used */
} InetClaimState;

struct InetIface {
    InetStack *stack;
    NetPort *port;
    InetAddr addr;
    InetAddr broadcast; /* of its network; unspecified: it has none */
    uint8_t prefix_bits;
    bool usable; /* false while the address is being probed for, and when it is lost */
    InetClaimState claim;
    uint8_t claim_sent_pkts; /* probes or announcements */
    int64_t defended_at_ns;  /* SIM_NEVER: never */
    SimEvent claim_event;
};

typedef enum InetNeighbourState {
    INET_NEIGHBOUR_EMPTY,  /* nothing known, nothing asked */
    INET_NEIGHBOUR_ASKING, /* requests are out, packets wait */
    INET_NEIGHBOUR_KNOWN,
    INET_NEIGHBOUR_POLLING, /* known, but old: asked again while in use */
    INET_NEIGHBOUR_FIXED    /* a group address: mapped, not asked for */
} InetNeighbourState;

struct InetNeighbour {
    int64_t usable_until_ns; /* before this a packet goes out without further thought */
    WireEth eth;             /* the header of a frame to it */
    uint8_t state;           /* InetNeighbourState */
    InetAddr addr;
    InetIface *iface;
    uint32_t tries;       /* requests since it was known or empty */
    int64_t ask_after_ns; /* no request before this (RFC 1122 2.3.2.1) */
    InetPacketQueue waiting;
    SimEvent event; /* the next request, or giving up */
};

/* Ways that were looked up, in front of the look-up by prefix: a hash table by destination. A slot
 * is one cache line, and the first one looked at is nearly always the one. */
typedef struct InetPathCache {
    InetPath *slots;     /* INET_PATH_NONE: empty */
    uint32_t n_slots;    /* a power of two; 0 before the first look-up */
    uint32_t used;       /* slots that are not empty */
    uint64_t generation; /* of all that is in it */
} InetPathCache;

/* A datagram in transit touches the first cache line and no other, one for this host the second
 * too. */
struct InetStack {
    NetNode *node;
    const InetProbe *probe;
    uint64_t generation;    /* of routes, addresses and path MTUs; > 0 */
    int64_t paths_until_ns; /* when the first learned path MTU expires */
    InetPathCache cache;
    bool forwards; /* this and ttl as in config */
    uint8_t ttl;
    uint8_t n_protocols; /* of `protocols`, in use */
    uint16_t next_ident; /* RFC 6864: unique for as long as 65,536 datagrams of this host last */
    uint16_t next_echo_ident;

    uint8_t protocol_numbers[INET_MAX_PROTOCOLS]; /* of `protocols` */
    InetProtocol protocols[INET_MAX_PROTOCOLS];

    uint64_t seed;
    InetConfig config;
    GPtrArray *ifaces;     /* of InetIface, owned */
    GArray *names;         /* which addresses mean which of them; for inet_iface.c */
    GPtrArray *neighbours; /* of InetNeighbour, owned, in the order of their first look-up */
    GHashTable *neighbours_by_addr;
    GHashTable *routes;        /* chains of InetRoute by network and length */
    GByteArray *route_lengths; /* of 128, in use, longest first */
    GHashTable *path_mtus;     /* of InetPathMtu by destination; NULL: none learned */
    GPtrArray *reassemblies;   /* of InetReassembly, the oldest first; NULL: none yet */
    GPtrArray *pingers;        /* of IcmpPinger, owned; NULL: none yet */
    uint32_t reassembly_bytes;
    InetPacketQueue loop; /* sent to ourselves, not yet received */
    SimEvent loop_event;
    int64_t icmp_bucket_at_ns; /* when the bucket of ICMP errors would be full (GCRA) */
    Rng rng;                   /* of probes for an address */
    uint64_t discards[INET_N_DISCARDS];
};

#define INET_STACK_HOT_LINES 2 /* with its first three protocols */
G_STATIC_ASSERT(offsetof(InetStack, protocol_numbers) == SIM_LINE_BYTES);
G_STATIC_ASSERT(offsetof(InetStack, protocols[3]) <= INET_STACK_HOT_LINES * SIM_LINE_BYTES);

/* --- inet_stack.c --- */

/* As inet_discard(), with the fault the parser found. */
void inet_discard_fault(InetStack *stack, Packet *pkt, InetDiscard why, PacketFault fault,
                        int64_t now_ns);
/* NULL: nobody registered. */
const InetProtocol *inet_protocol_find(const InetStack *stack, uint8_t protocol);
/* A packet of this host, all but its id and reason zero. */
Packet *inet_packet_new(InetStack *stack, PacketWhy why);
/* Throws away, with NET_DROP_NODE_DOWN, all that waits in the queue. */
void inet_packet_queue_drop(InetStack *stack, InetPacketQueue *queue);

/* "0.0.0.0" or "::" or nothing at all. */
static inline bool inet_addr_is_any(InetAddr a)
{
    return inet_addr_equal(a, inet_addr_v4(0)) || (a.hi == 0 && a.lo == 0);
}

/* Whether the address can be that of one host: RFC 1122 3.2.1.3 leaves out this network (0/8),
 * groups, loopback and the reserved class E with its all ones. */
static inline bool inet_addr_is_host(InetAddr a)
{
    if (G_LIKELY(inet_addr_family(a) == INET_FAMILY_IPV4)) {
        uint32_t top = inet_addr_to_v4(a) >> 24;
        return top != 0 && top != 127 && top < 224;
    }
    return !inet_addr_is_any(a) && !inet_addr_is_multicast(a) && !inet_addr_is_loopback(a);
}

static inline uint64_t inet_addr_hash(InetAddr a)
{
    uint64_t hash = (a.hi ^ a.lo) * UINT64_C(0x9e3779b97f4a7c15);
    return hash ^ hash >> 32;
}

/* --- inet_iface.c --- */

void inet_iface_init(InetStack *stack);
/* Before the stack goes: ports lose their handlers. */
void inet_iface_clear(InetStack *stack);
/* The usable interface with this address; NULL: it is not ours. */
InetIface *inet_iface_of(const InetStack *stack, InetAddr addr);
/* The usable interface whose network has this broadcast address; NULL: it is no broadcast. */
InetIface *inet_iface_of_broadcast(const InetStack *stack, InetAddr addr);

/* --- inet_input.c --- */

/* A port's handler: every packet that a link brings. */
void inet_receive(NetPort *port, Packet *pkt, int64_t now_ns);
/* A port's NetAheadFn. */
void inet_ahead(const NetPort *port, const Packet *pkt, unsigned step);
/* Takes a datagram for this host: reassembles, then hands it to its protocol. */
void inet_deliver(InetStack *stack, Packet *pkt, int64_t now_ns);

/* --- inet_forward.c --- */

/* Takes a datagram for somebody else that came in by `in`. path: the way on; NULL: there is
 * none. */
void inet_forward(InetIface *in, const InetPath *path, Packet *pkt, int64_t now_ns);

/* --- inet_output.c --- */

/* Takes a finished datagram that fits the link; neighbour NULL: the link needs no addresses. */
void inet_transmit(InetIface *iface, InetNeighbour *neighbour, Packet *pkt, int64_t now_ns);

/* --- inet_route.c --- */

typedef struct InetRouteKey {
    InetAddr network;
    uint8_t length; /* of 128: IPv4 prefixes count from 96 */
} InetRouteKey;

typedef struct InetRoute InetRoute;
struct InetRoute {
    InetRouteKey key;
    bool learned; /* from a redirect */
    uint32_t metric;
    InetAddr gateway; /* any: on link */
    InetIface *iface;
    InetRoute *next; /* to the same network, not as good */
};

void inet_route_init(InetStack *stack);
void inet_route_clear(InetStack *stack);
/* The best route; NULL: none. */
const InetRoute *inet_route_find(const InetStack *stack, InetAddr dst);
/* A redirect's word: the host dst is reached by that gateway (RFC 1122 3.2.2.2). */
void inet_route_learn(InetStack *stack, InetAddr dst, InetAddr gateway, InetIface *iface);
void inet_route_forget_learned(InetStack *stack);

/* --- inet_path.c --- */

/* A valid way from the stack's cache, good until the next look-up; NULL: no route. */
InetPath *inet_path_lookup(InetStack *stack, InetAddr dst, int64_t now_ns);
/* Fetches what forwarding to dst will look at; steps as of an InetAheadFn. */
void inet_path_ahead(const InetStack *stack, InetAddr dst, unsigned step);
void inet_path_clear(InetStack *stack);

static inline bool inet_path_is_valid(const InetStack *stack, const InetPath *path, InetAddr dst)
{
    return path->generation == stack->generation && inet_addr_equal(path->dst, dst);
}

/* --- inet_neighbour.c --- */

/* The entry of a next hop or group, made if need be. It lives as long as the stack's generation. */
InetNeighbour *inet_neighbour_get(InetIface *iface, InetAddr addr);
/* An entry that holds something; NULL: there is none. */
InetNeighbour *inet_neighbour_find(InetIface *iface, InetAddr addr);
/* Takes a packet for a neighbour that is not usable at once: asks, and lets it wait or go. */
void inet_neighbour_send(InetNeighbour *neighbour, Packet *pkt, int64_t now_ns);
/* It said, or somebody said of it, that this is its address on the link. */
void inet_neighbour_confirm(InetNeighbour *neighbour, MacAddr mac, int64_t now_ns);
/* Polls the neighbour, if it is known, when it is next used. */
void inet_neighbour_doubt(InetNeighbour *neighbour, int64_t now_ns);
void inet_neighbour_free(InetNeighbour *neighbour);
/* Drops what waits, with NET_DROP_NODE_DOWN, and forgets all entries. */
void inet_neighbour_forget_all(InetStack *stack);
/* Announces a change to whoever watches. */
void inet_neighbour_announce(const InetStack *stack, InetAddr addr, const MacAddr *mac,
                             const char *what, int64_t now_ns);

/* --- inet_arp.c --- */

/* Asks for the neighbour's address on the link: everybody, or itself alone (RFC 1122 2.3.2.1). */
void inet_arp_ask(InetNeighbour *neighbour, bool unicast, int64_t now_ns);
/* Broadcasts a request for our own address: an announcement, or from nobody a probe (RFC 5227
 * 1.1). */
void inet_arp_claim(InetIface *iface, bool probe, int64_t now_ns);
/* Takes an ARP message. */
void inet_arp_receive(InetIface *iface, Packet *pkt, int64_t now_ns);

/* --- inet_conflict.c --- */

/* Looks at an ARP message of another station for a user of our address, and answers it (RFC 5227).
 * True: it is one. */
bool inet_conflict_check(InetIface *iface, const WireArp *arp, int64_t now_ns);
void inet_conflict_init(InetIface *iface);
void inet_conflict_stop(InetIface *iface);

/* --- inet_option.c --- */

/* What the options of a datagram hold for us. */
typedef struct InetOptions {
    int bad_at;        /* octet of the IP header that makes no sense; 0: all is well */
    bool source_route; /* of either kind, and not yet at its end */
} InetOptions;
InetOptions inet_options_read(const Packet *pkt);
/* Writes those with the copy bit, padded to a multiple of 4; returns how many octets. */
uint8_t inet_options_copied(const uint8_t *options, uint8_t len_bytes, uint8_t out_options[40]);

/* --- inet_fragment.c --- */

/* Takes a datagram longer than mtu_bytes, dont_fragment not set, and sends it in pieces. */
void inet_fragment_send(InetIface *iface, InetNeighbour *neighbour, Packet *pkt, uint32_t mtu_bytes,
                        int64_t now_ns);

/* --- inet_reassembly.c --- */

/* Takes a fragment. The whole datagram if this was the last missing piece, else NULL. */
Packet *inet_reassembly_add(InetStack *stack, Packet *pkt, int64_t now_ns);
/* Drops, with NET_DROP_NODE_DOWN, every unfinished datagram. */
void inet_reassembly_forget_all(InetStack *stack);
void inet_reassembly_free(InetStack *stack);

/* --- inet_icmp.c --- */

void inet_icmp_init(InetStack *stack);
/* Whether the message is about another datagram: the types that are never answered by an error. */
bool inet_icmp_is_error(uint8_t type);
/* Tells the protocol that sent the datagram, of which `bytes` are the beginning. error holds type,
 * code, rest, reporter and ttl; the rest is filled in. False: it is none of ours. */
bool inet_icmp_report(InetStack *stack, InetError *error, const uint8_t *bytes, uint32_t len_bytes,
                      int64_t now_ns);

/* --- inet_icmp_error.c --- */

/* A datagram of ours or in transit could not be delivered: tells its protocol or its sender.
 * Borrows it. */
void inet_icmp_failed(InetStack *stack, const Packet *about, uint8_t type, uint8_t code,
                      int64_t now_ns);

/* --- inet_icmp_echo.c --- */

/* Takes an echo request. */
void inet_icmp_echo_answer(InetStack *stack, Packet *pkt, int64_t now_ns);
/* Takes an echo reply. */
void inet_icmp_echo_reply(InetStack *stack, Packet *pkt, int64_t now_ns);
/* An error about an echo request of ours. */
void inet_icmp_echo_failed(InetStack *stack, const InetError *error, int64_t now_ns);

#endif
