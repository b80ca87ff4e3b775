/* Who watches a world: one struct with the probes of every room. One observer's probes are set as
 * they are; more than one are served by a fan-out. */

#ifndef WORLD_WORLD_OBSERVE_H
#define WORLD_WORLD_OBSERVE_H

#include "world/world.h"

typedef struct WorldObserver {
    const NetProbe *net; /* each may be NULL: not interested */
    const InetProbe *inet;
    const TcpProbe *tcp;
    const SocketProbe *socket;
    void *watcher; /* first argument of on_host */
    /* A host crashed ("crash") or came back ("reboot"). Optional. */
    void (*on_host)(void *watcher, const WorldNode *node, const char *what, int64_t now_ns);
} WorldObserver;

/* Adds an observer, borrowed with its probes until it is removed or the world ends; after
 * world_connect() and before the first world_run(). Observers are called in the order of these
 * calls. */
void world_add_observer(World *world, const WorldObserver *observer);
/* It hears no more; the others go on. Not within an announcement. */
void world_remove_observer(World *world, const WorldObserver *observer);

#endif
