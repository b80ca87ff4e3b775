/* The Internet layer of one host or router: interfaces with addresses, routes, neighbours (ARP), IP
 * input and output, fragmentation and reassembly, ICMP, and the table of protocols above. It never
 * names a transport.
 *
 * Calls go down with inet_send(); packets come up through the handlers registered in the protocol
 * table. RFC 791, 792, 826, 894, 1122, 1812, 5227. */

#ifndef INET_INET_STACK_H
#define INET_INET_STACK_H

#include "net/net_node.h"
#include "wire/packet.h"

typedef struct InetStack InetStack;
typedef struct InetIface InetIface;
typedef struct InetNeighbour InetNeighbour;

typedef struct InetConfig {
    bool forwards;           /* a router; it obeys no redirects */
    uint8_t ttl;             /* 64 (RFC 1700); never 0 (RFC 1122 3.2.1.7) */
    int64_t arp_age_ns;      /* 20 min; an entry in use that is older is polled by unicast, and
                              * dropped if it does not answer (RFC 1122 2.3.2.1) */
    int64_t arp_retry_ns;    /* between requests: 1 s (RFC 1122 2.3.2.1: at most one a second) */
    uint32_t arp_tries;      /* 3, >= 1 */
    uint32_t arp_queue_pkts; /* 64, >= 1: packets that wait for one address, the latest of them
                              * (RFC 1122 2.3.2.2) */
    bool arp_announce;       /* gratuitous ARP when an interface comes up (RFC 5227 2.3) */
    bool arp_probe;          /* asks first whether the address is taken (RFC 5227 2.1) */
    int64_t reassembly_ns;   /* 60 s (RFC 1122 3.3.2) */
    uint32_t reassembly_max_bytes; /* 256 KiB: all unfinished datagrams of the host */
    uint32_t icmp_error_rate_hz;   /* 1000 errors a second from a token bucket; 0: none is sent */
    uint32_t icmp_error_burst;     /* 50, >= 1: the bucket */
    bool send_redirects, accept_redirects;
} InetConfig;
/* The defaults. No announcement and no probe: like the kernels of our day, which leave both to
 * programs (Departs: RFC 5227 section 2.1 wants probes before an address is used). */
void inet_config_init(InetConfig *config);

/* Why a packet died in the Internet layer or above. One name table; rooms above use the same list,
 * so that a trace has one column of reasons. */
typedef enum InetDiscard {
    INET_DISCARD_PARSE,     /* see PacketFault */
    INET_DISCARD_NOT_LOCAL, /* a host was given somebody else's datagram */
    INET_DISCARD_BAD_SOURCE,
    INET_DISCARD_TTL,
    INET_DISCARD_NO_ROUTE,
    INET_DISCARD_NEIGHBOUR,       /* ARP had no answer */
    INET_DISCARD_NEIGHBOUR_QUEUE, /* pushed out of the queue that waits for ARP */
    INET_DISCARD_CANNOT_FRAGMENT, /* DF set, or the family does not allow it */
    INET_DISCARD_REASSEMBLY_TIMEOUT,
    INET_DISCARD_FRAGMENT_OVERLAP,
    INET_DISCARD_FRAGMENT_DUPLICATE, /* the same octets are here already */
    INET_DISCARD_FRAGMENT_ECN, /* one is marked, and another is not ECN-capable (RFC 3168 5.3) */
    INET_DISCARD_REASSEMBLY_FULL,
    INET_DISCARD_OPTION,       /* a malformed IP option */
    INET_DISCARD_SOURCE_ROUTE, /* source routes are refused */
    INET_DISCARD_NO_PROTOCOL,
    INET_DISCARD_ICMP,    /* a message that means nothing here: unknown, or about nothing we sent */
    INET_DISCARD_NO_PORT, /* UDP: nobody listens */
    INET_DISCARD_RECEIVE_BUFFER, /* UDP: the program's buffer is full */
    INET_DISCARD_NO_CONNECTION,  /* TCP: no connection, no listener */
    INET_DISCARD_BACKLOG,        /* TCP: the listener's queue is full */
    INET_DISCARD_TCP_WINDOW,     /* outside the receive window: RFC 9293 3.10.7.4 first check */
    INET_DISCARD_TCP_PAWS,
    INET_DISCARD_TCP_OLD_ACK,
    INET_DISCARD_TCP_FUTURE_ACK, /* acknowledges what was never sent */
    INET_DISCARD_TCP_NO_ACK,     /* ACK bit off */
    INET_DISCARD_TCP_SYN,        /* SYN in a synchronised state: challenged */
    INET_DISCARD_TCP_RST,        /* RST that does not match exactly: challenged, or ignored */
    INET_DISCARD_TCP_DUPLICATE,  /* nothing new in it */
    INET_DISCARD_TCP_CLOSED,     /* data after the program has closed */
    INET_DISCARD_TCP_STATE,      /* means nothing in this state */
    INET_DISCARD_TCP_REASSEMBLY, /* no room out of order */
    INET_N_DISCARDS
} InetDiscard;
const char *inet_discard_to_string(InetDiscard discard);

typedef struct InetProbe {
    void *watcher;
    /* A host made this packet and hands it to the layer below; before ARP. */
    void (*on_send)(void *watcher, const InetStack *stack, const Packet *pkt, int64_t now_ns);
    /* It arrived for this host and goes up to a protocol. */
    void (*on_receive)(void *watcher, const InetStack *stack, const Packet *pkt, int64_t now_ns);
    void (*on_forward)(void *watcher, const InetStack *stack, const Packet *pkt, int64_t now_ns);
    void (*on_discard)(void *watcher, const InetStack *stack, const Packet *pkt, InetDiscard why,
                       PacketFault fault, int64_t now_ns);
    /* A neighbour entry changed: "learned", "changed", "expired", "failed"; or somebody else uses
     * our address: "conflict". mac: the one it has, had or, for a conflict, the other's; NULL for
     * "failed". */
    void (*on_neighbour)(void *watcher, const InetStack *stack, InetAddr addr, const MacAddr *mac,
                         const char *what, int64_t now_ns);
    /* Fragments became the datagram `pkt`. */
    void (*on_reassembled)(void *watcher, const InetStack *stack, const Packet *pkt,
                           int64_t now_ns);
} InetProbe;

/* Takes the packet, parsed to full depth with good checksums; pkt->ip says from and to. */
typedef void (*InetProtocolFn)(void *above, Packet *pkt, int64_t now_ns);

/* An ICMP error about a packet this host sent (RFC 1122 4.1.3.3, 4.2.3.9), as read from the headers
 * it quotes. A neighbour that does not answer ARP gives one too, "host unreachable" by an address
 * of ours. */
typedef struct InetError {
    uint8_t type, code;
    uint8_t ttl; /* with which the message came; 0: made here */
    uint8_t protocol;
    uint32_t rest; /* the rest-of-header word; needs-fragmentation: the MTU to use, >= 68, worked
                    * out from the quoted length where an old router gave none (RFC 1191 5) */
    InetAddr reporter;
    InetAddr src, dst;           /* of the quoted datagram: src is ours */
    uint16_t src_port, dst_port; /* ICMP: identifier and sequence number of the echo */
    TcpSeq seq;                  /* TCP */
} InetError;
typedef void (*InetErrorFn)(void *above, const InetError *error, int64_t now_ns);
/* A packet for this protocol will arrive soon: as a NetAheadFn, whose first two steps are IP's. */
typedef void (*InetAheadFn)(const void *above, const Packet *pkt, unsigned step);
#define INET_AHEAD_STEPS (NET_AHEAD_STEPS - 2)

InetStack *inet_stack_new(NetNode *node, const InetConfig *config, uint64_t seed);
void inet_stack_free(InetStack *stack);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(InetStack, inet_stack_free)

NetNode *inet_stack_node(const InetStack *stack);
uint64_t inet_stack_seed(const InetStack *stack); /* for the keys of those above */
void inet_stack_set_probe(InetStack *stack, const InetProbe *probe);
const InetProbe *inet_stack_probe(const InetStack *stack);
const uint64_t *inet_stack_discards(const InetStack *stack); /* counters by InetDiscard */
/* Forgets neighbours, fragments, learned routes and path MTUs: the host crashed. Packets that
 * waited die with NET_DROP_NODE_DOWN. Addresses and configured routes stay. */
void inet_stack_reset(InetStack *stack);

/* An interface with one address, owned by the stack, and the on-link route of its network. Takes
 * over the port's handler. */
InetIface *inet_iface_new(InetStack *stack, NetPort *port, InetAddr addr, uint8_t prefix_bits);
/* The port is plugged in and the host runs: announces the address, and probes for it before, if so
 * configured. While it is probed for, and after a conflict found so, the address is not used. */
void inet_iface_up(InetIface *iface, int64_t now_ns);
InetAddr inet_iface_addr(const InetIface *iface);
uint8_t inet_iface_prefix_bits(const InetIface *iface);
NetPort *inet_iface_port(const InetIface *iface);

/* Routes: longest prefix wins, then the lowest metric, then the older. gateway unspecified: on
 * link. */
void inet_route_add(InetStack *stack, InetAddr network, uint8_t prefix_bits, InetAddr gateway,
                    InetIface *iface, uint32_t metric);
/* Takes the best of the routes to this network by this gateway away. False: there is none. */
bool inet_route_remove(InetStack *stack, InetAddr network, uint8_t prefix_bits, InetAddr gateway);

/* What the hosts' layers of one protocol have in common. */
typedef struct InetProtocolOps {
    uint8_t protocol;
    InetProtocolFn receive;
    InetErrorFn error; /* NULL: it wants to hear of none */
    InetAheadFn ahead; /* NULL: none */
} InetProtocolOps;

/* Registers a protocol, once; ops: a constant. */
void inet_register(InetStack *stack, const InetProtocolOps *ops, void *above);

typedef enum InetPathKind {
    INET_PATH_NONE,
    INET_PATH_LOCAL, /* one of our addresses, or 127/8: delivered here, in an event of its own */
    INET_PATH_UNICAST,
    INET_PATH_BROADCAST, /* of a network we are on, or all ones */
    INET_PATH_MULTICAST
} InetPathKind;

/* The way to a destination, kept by a flow so that a look-up is one comparison; it renews itself in
 * inet_send() when routes or the path MTU have changed. Zeroed: empty. */
typedef struct InetPath {
    InetAddr dst;
    InetAddr src;        /* the address to send from */
    uint64_t generation; /* of the stack's routes when it was looked up */
    uint32_t mtu_bytes;  /* of the first link, or lower as learned from ICMP */
    InetPathKind kind;
    InetIface *iface;         /* NULL: local */
    InetNeighbour *neighbour; /* NULL: local, or the link needs no addresses */
} InetPath;

/* Looks the destination up. False: no route (the path is empty then). */
bool inet_path_find(InetStack *stack, InetAddr dst, InetPath *path);

/* A transport has had no answer along this path for long: what is known of the first hop is asked
 * again before it grows old (RFC 1122 3.3.1.4, 2.3.2.1; RFC 9293 3.8.3, MUST-20). */
void inet_path_doubt(InetStack *stack, const InetPath *path, int64_t now_ns);

/* Somebody on the way to dst cannot take more than this; the transport that sent the packet has
 * checked the report (RFC 1191, RFC 5927 section 7). Never below 68 octets, never raises the path
 * MTU (RFC 1191 section 3); forgotten after 10 minutes. */
void inet_path_learn_mtu(InetStack *stack, InetAddr dst, uint32_t mtu_bytes, int64_t now_ns);

/* Sends a datagram made here: fills in ident, ttl (if 0), src (if unspecified: the path's),
 * network_bytes (if 0) and the link header, fragments where needed, resolves. pkt->ip.dst is set;
 * path may be NULL. Takes the packet. False if it was discarded at once, which is also counted and
 * announced: no route, or with dont_fragment set longer than path->mtu_bytes. Never calls a handler
 * of the caller's before it returns. */
bool inet_send(InetStack *stack, Packet *pkt, InetPath *path, int64_t now_ns);

/* Whether the address is one of this host's. */
bool inet_stack_has_addr(const InetStack *stack, InetAddr addr);
/* Whether it is a broadcast of a network this host is on, or all ones. */
bool inet_stack_is_broadcast(const InetStack *stack, InetAddr addr);

/* Counts and announces a death at this layer or above; takes the packet. */
void inet_discard(InetStack *stack, Packet *pkt, InetDiscard why, int64_t now_ns);

/* Sends an ICMP error about a received packet, unless the rules forbid it (RFC 1122 3.2.2: never
 * about an error, a broadcast, a fragment other than the first...) or the rate limit is reached.
 * Borrows the packet. */
void inet_icmp_error(InetStack *stack, const Packet *about, uint8_t type, uint8_t code,
                     uint32_t rest, int64_t now_ns);

#endif
