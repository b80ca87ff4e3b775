/* A learning switch (IEEE 802.1D-2004 section 7): forwards a frame to the port behind which it last
 * saw the destination, else to all others that are plugged in; entries age. Frames are stored and
 * forwarded: each arrives whole and waits in the queue of the wire it leaves by.
 *
 * The filtering database is bounded: while NET_SWITCH_MAX_STATIONS are known and none of them has
 * aged, a new one is not learned and frames for it are flooded (section 7.9: that is permitted). */

#ifndef NET_NET_SWITCH_H
#define NET_NET_SWITCH_H

#include "net/net_node.h"

#define NET_SWITCH_MAX_STATIONS 16384

typedef struct NetSwitch NetSwitch;

/* A switch on a node of which it borrows everything; it must go before the node. ageing_ns > 0,
 * 300 s by default in scenarios. */
NetSwitch *net_switch_new(NetNode *node, int64_t ageing_ns);
void net_switch_free(NetSwitch *sw);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(NetSwitch, net_switch_free)

/* Makes a port of the node one of the switch's: takes over its handler and makes it promiscuous. */
void net_switch_add_port(NetSwitch *sw, NetPort *port);

/* The port behind which the station is known to be; NULL: unknown, or its entry has aged. */
NetPort *net_switch_find(const NetSwitch *sw, const MacAddr *station, int64_t now_ns);
/* Entries in the database, aged ones that nobody has stumbled on included. */
uint32_t net_switch_station_count(const NetSwitch *sw);

#endif
