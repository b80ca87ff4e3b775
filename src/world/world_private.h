/* The inside of a world, shared by the files that build it: world.c (nodes, links, the clock),
 * world_address.c (networks), world_route.c (ways), world_program.c and world_observe.c. */

#ifndef WORLD_WORLD_PRIVATE_H
#define WORLD_WORLD_PRIVATE_H

#include "world/world_observe.h"

/* Links that are one broadcast domain, with the hosts and routers on them. */
typedef struct WorldNetwork {
    InetAddr prefix;
    uint8_t prefix_bits;
    GPtrArray *stations; /* of WorldEnd, in the order of links */
} WorldNetwork;

typedef struct WorldFanOut WorldFanOut;

struct World {
    Sim *sim;
    SimPool packets;
    SimEntity entity; /* of what is done to the world from outside */
    uint64_t seed;
    uint32_t next_entity;
    bool connected, started;
    GPtrArray *nodes, *links, *programs, *events;
    GArray *networks; /* of WorldNetwork */
    GHashTable *nodes_by_name, *links_by_name;
    GPtrArray *observers; /* of WorldObserver, borrowed */
    WorldFanOut *fan_out; /* NULL: at most one observer */
};

/* Finds the networks and gives addresses: world_connect()'s first half. False: there are not
 * enough. */
bool world_number(World *world);
/* Computes routes: its second half. */
void world_compute_routes(World *world, WorldRouting routing);
void world_network_clear(gpointer network);

void world_program_free(gpointer program);
/* Starts, or will start when its time comes, what runs again after a reboot. */
void world_program_restart(WorldProgram *program, int64_t now_ns);
void world_program_crash(WorldProgram *program);

/* Sets the probes of all rooms as the observers want them. */
void world_set_probes(World *world);
void world_fan_out_free(WorldFanOut *fan_out);
void world_announce_host(World *world, const WorldNode *node, const char *what, int64_t now_ns);

#endif
