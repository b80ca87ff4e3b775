/* Fetching ahead. In a large world most of what a packet meets is out of the processor's caches,
 * and lies at the end of pointers: one miss after the other, each of them dear. But the event queue
 * knows some time ahead which packets arrive. So for a batch of them a pointer is followed for each
 * before the next pointer is followed for any: the misses overlap, and when the packets arrive all
 * is at hand. No result depends on it. */

#ifndef NET_NET_AHEAD_H
#define NET_NET_AHEAD_H

#include "net/net_wire.h"

/* From now on the arrivals of this world are fetched ahead. */
void net_ahead_start(Sim *sim);

/* Fetches what sending by the port looks at: the port itself; then, once that is at hand, its
 * wire. */
void net_ahead_port(const NetPort *port);
void net_ahead_out(const NetPort *port);

#endif
