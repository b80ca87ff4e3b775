/* A node and its ports. A node is an entity: a host, router or switch; what it does with a frame is
 * a handler that a room above registers. Nodes meet only through wires. */

#ifndef NET_NET_NODE_H
#define NET_NET_NODE_H

#include "net/net_probe.h"
#include "sim/sim.h"
#include "wire/packet.h"

typedef struct NetPort NetPort;

/* Takes the packet, which arrived whole at the port. */
typedef void (*NetReceiveFn)(NetPort *port, Packet *pkt, int64_t now_ns);

/* A packet will arrive at the port soon. Called for a batch of such packets with step 0, for all of
 * them with step 1, and so on to NET_AHEAD_STEPS: each step fetches into the cache what arrival
 * will look at and follows the pointers in what the last one fetched, so that the misses of a batch
 * overlap. It changes nothing. */
typedef void (*NetAheadFn)(const NetPort *port, const Packet *pkt, unsigned step);
#define NET_AHEAD_STEPS 6

struct NetPort { /* one cache line */
    NetNode *node;
    uint32_t index; /* within the node */
    MacAddr mac;
    PacketLink link;    /* of the link it is plugged into */
    uint32_t mtu_bytes; /* largest datagram */
    bool promiscuous;   /* takes other stations' frames too: a switch's port */
    NetWire *out;       /* the wire away from here; NULL: unplugged */
    NetReceiveFn receive;
    NetAheadFn ahead; /* NULL: none */
    void *above;      /* the handler's own: an IP interface, a switch port */
};

struct NetNode {
    SimEntity entity;
    char *name;
    Sim *sim;              /* borrowed */
    SimPool *packets;      /* borrowed */
    const NetProbe *probe; /* borrowed; NULL: nobody watches */
    bool up;               /* false after a crash: everything that arrives is dropped */
    GPtrArray *ports;      /* of NetPort, owned */
    uint64_t dropped_pkts[NET_N_DROPS];
};

NetNode *net_node_new(Sim *sim, SimPool *packets, uint32_t entity_id, const char *name);
void net_node_free(NetNode *node);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(NetNode, net_node_free)

/* A new port, owned by the node. */
NetPort *net_node_add_port(NetNode *node, MacAddr mac);

/* Gives the packet to the port's wire; takes it. Dropped and announced if the port is unplugged or
 * the node is down. */
void net_port_send(NetPort *port, Packet *pkt, int64_t now_ns);

/* A frame arrives at the port, from its wire or put in by a test, an injection or a live device;
 * takes it. Frames for other stations and, in a node that is down, all frames are dropped and
 * announced here. The link header of a raw frame is read first, so `eth` holds for every frame that
 * the handler gets. */
void net_port_arrive(NetPort *port, Packet *pkt, int64_t now_ns);

/* Counts and announces a death inside the node; takes the packet. */
void net_node_drop(NetNode *node, Packet *pkt, NetDrop why, int64_t now_ns);

#endif
