/* A learning switch (IEEE 802.1D-2004 section 7): forwards a frame to the port behind which it last saw the
 * destination, else to all others; entries age. */

#ifndef NET_NET_SWITCH_H
#define NET_NET_SWITCH_H

#include "net/net_node.h"

typedef struct NetSwitch NetSwitch;

/* Takes over the node's ports as they are plugged in; ageing_ns > 0 (300 s by default in scenarios). */
NetSwitch *net_switch_new(NetNode *node, int64_t ageing_ns);
void net_switch_free(NetSwitch *sw);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(NetSwitch, net_switch_free)

/* Makes a port of the node one of the switch's. */
void net_switch_add_port(NetSwitch *sw, NetPort *port);

#endif
