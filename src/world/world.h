/* A world: nodes, links and programs on one simulated clock. Build it, run it until t, put frames
 * in at a port, take frames out, free it; many per process.
 *
 * Build: world_new(), then nodes and links in their order, then world_connect() once, which gives
 * addresses, interfaces and routes; then programs, events and observers; then world_run() as often
 * as wanted. Entity ids follow the order of the calls (1 is the world itself), random streams are
 * named after names, so that a node or link added at the end disturbs nobody.
 *
 * Names and configurations are copied; parameters of pluggable parts (SimParams) are borrowed as
 * long as the world lives. Breaking an order or a rule stated here is a bug of the caller and
 * asserted. */

#ifndef WORLD_WORLD_H
#define WORLD_WORLD_H

#include "app/app_steps.h"
#include "net/net_switch.h"
#include "net/net_wire.h"

typedef struct World World;
typedef struct WorldNode WorldNode;
typedef struct WorldLink WorldLink;
typedef struct WorldProgram WorldProgram;

World *world_new(uint64_t seed);
void world_free(World *world);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(World, world_free)

Sim *world_sim(const World *world);

/* Nodes */

typedef enum WorldNodeKind {
    WORLD_HOST,
    WORLD_ROUTER,
    WORLD_SWITCH,
    WORLD_OUTSIDE /* what arrives there leaves the world */
} WorldNodeKind;

/* A frame has left the world: octets without check sequence, borrowed for the call. */
typedef void (*WorldFrameFn)(void *above, WorldNode *node, const uint8_t *bytes, size_t len_bytes,
                             int64_t now_ns);

/* One end of a link: where a node is plugged in. */
typedef struct WorldEnd {
    WorldLink *link;
    WorldNode *node;
    unsigned side; /* 0 or 1: which end of the link; wire `side` leads away from here */
    NetPort *port;
    InetIface *iface; /* hosts and routers, after world_connect() */
    InetAddr addr;    /* the same */
    uint32_t network; /* index of its network, after world_connect() */
} WorldEnd;

/* Read by anybody, written by the world alone. */
struct WorldNode {
    WorldNodeKind kind;
    uint32_t index; /* in the order of adding */
    NetNode *net;
    GPtrArray *ends;     /* of WorldEnd, in the order of its links; borrowed */
    GPtrArray *programs; /* of WorldProgram, borrowed; NULL: none */
    InetAddr addr;       /* its first one; unspecified before world_connect() and for switches */
    InetStack *inet;     /* hosts and routers only, from here on */
    UdpStack *udp;
    TcpStack *tcp;
    SocketHost *sockets;
    NetSwitch *sw;         /* switches */
    WorldFrameFn on_frame; /* outside */
    void *above;
};

typedef struct WorldHostConfig {
    InetConfig inet; /* inet.forwards makes it a router */
    TcpConfig tcp;
} WorldHostConfig;
void world_host_config_init(WorldHostConfig *config);

WorldNode *world_add_host(World *world, const char *name, const WorldHostConfig *config);
WorldNode *world_add_switch(World *world, const char *name, int64_t ageing_ns);
/* The rim of the world, for a test, a shim or a live device: it takes every frame whoever it is
 * for. */
WorldNode *world_add_outside(World *world, const char *name, WorldFrameFn on_frame, void *above);

/* Links */

typedef struct WorldLinkEnd {
    WorldNode *node;
    InetAddr addr; /* unspecified: given by world_connect() */
    MacAddr mac;   /* all zero: the same */
} WorldLinkEnd;

typedef struct WorldLinkConfig {
    const char *name;
    PacketLink type;
    uint32_t mtu_bytes;
    WorldLinkEnd end[2];
    NetWireConfig wire[2]; /* 0: away from end[0] */
    InetAddr network;      /* unspecified: given by world_connect() */
    uint8_t prefix_bits;   /* of network */
} WorldLinkConfig;
/* Ethernet, an MTU of 1500 octets, 1 Gbit/s, 1 ms and a queue of 1000 packets. */
void world_link_config_init(WorldLinkConfig *config, const char *name, WorldNode *from,
                            WorldNode *to);

struct WorldLink {
    uint32_t index;
    NetLink *net;
    WorldEnd end[2];
    WorldLinkConfig config;
};

WorldLink *world_add_link(World *world, const WorldLinkConfig *config);

typedef enum WorldRouting {
    WORLD_ROUTING_HOPS,
    WORLD_ROUTING_DELAY,
    WORLD_ROUTING_NONE
} WorldRouting;

/* Gives every link its network, every end its addresses, every host its interfaces and routes.
 *
 * Links joined by switches are one network. The n-th network, counted from 1 in the order of links,
 * is 10.(n / 256).(n % 256).0/24, or, where there are too many for that, the n-th block of four
 * addresses of 10.0.0.0/8; its stations count from .1 in the order of links. A larger network takes
 * a larger block. MAC addresses are 02:00 and the address so given. A host with one way out gets a
 * default route, anybody else a route to each network by the shortest path; of equal ones, by the
 * earlier nodes.
 *
 * False: 10.0.0.0/8, with what is given of it left out, has no room for all; nothing but freeing
 * may be done with the world then. */
bool world_connect(World *world, WorldRouting routing);

/* A further route of a host or router; gateway: on a network of its own. False: it is on none of
 * them. */
bool world_add_route(WorldNode *node, InetAddr network, uint8_t prefix_bits, InetAddr gateway,
                     uint32_t metric);

/* Programs */

typedef struct WorldProgramConfig {
    const char *name; /* unique; names its random stream */
    const AppOps *ops;
    const SimParams *params; /* borrowed; ready-made applications */
    const AppStep *steps;    /* borrowed; app_steps */
    uint32_t step_count;
    int64_t start_at_ns;
    bool stays_down; /* after a reboot of its host */
} WorldProgramConfig;

struct WorldProgram {
    SimEvent start; /* has to be first */
    World *world;
    WorldNode *node;
    App *app;
    int64_t start_at_ns;
    bool stays_down, started;
};

/* NULL sets error: the parameters contradict each other. */
WorldProgram *world_add_program(World *world, WorldNode *node, const WorldProgramConfig *config,
                                GError **error);

/* Things that happen */

typedef void (*WorldEventFn)(World *world, void *data, int64_t now_ns);
/* Calls fn at that time; events of one time in the order of these calls. free_data may be NULL. */
void world_at(World *world, int64_t at_ns, WorldEventFn fn, void *data, GDestroyNotify free_data);

/* Loses everything silently: connections, programs, caches, what is in its queues to be sent
 * excepted. */
void world_crash(World *world, WorldNode *node, int64_t now_ns);
/* Comes back after a crash; programs start again from the first step, unless they stay down. */
void world_reboot(World *world, WorldNode *node, int64_t now_ns);

/* A packet of the world's own making, with its place in the numbering; owned by the caller. */
Packet *world_new_packet(World *world, PacketWhy why);
Packet *world_new_raw_packet(World *world, PacketLink link, const uint8_t *bytes, size_t len_bytes);
/* A frame as if it had come over the wire: put in at the port. Link header included. */
void world_put_frame(World *world, NetPort *port, const uint8_t *bytes, size_t len_bytes);

/* Runs until that time, which is not before the last one. Returns it, or the time of the last event
 * if nothing is left to happen. */
int64_t world_run(World *world, int64_t until_ns);

/* Announces what has begun and not been told yet (net_wire_settle()): before an observer takes
 * stock. */
void world_settle(World *world);

/* Looking */

/* All that was added, in order; borrowed. */
const GPtrArray *world_nodes(const World *world);
const GPtrArray *world_links(const World *world);
const GPtrArray *world_programs(const World *world);
WorldNode *world_find_node(const World *world, const char *name);
WorldLink *world_find_link(const World *world, const char *name);
/* The address of a host by name, or an address in figures. False: unknown. */
bool world_resolve(const World *world, const char *name, InetAddr *out_addr);
/* The same as that node sees it: of a host with several addresses one on a network that the node is
 * on, else the first to which it has a route, else the first. */
bool world_resolve_from(const World *world, const WorldNode *from, const char *name,
                        InetAddr *out_addr);
/* The end with that address on the network of the given end; NULL: there is none. */
const WorldEnd *world_find_station(const World *world, const WorldEnd *from, InetAddr addr);

typedef struct WorldStats {
    uint64_t events;          /* handled by the clock */
    uint64_t hops;            /* frames put on a wire */
    uint64_t delivered_bytes; /* TCP and UDP payload read by programs */
} WorldStats;
WorldStats world_stats(const World *world);

#endif
