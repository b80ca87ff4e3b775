#include "net/net_wire_private.h"

#include <stdlib.h>

struct NetLink {
    NetWire wire[2];
    char *name;
};

static void plug_in(NetPort *port, NetWire *out, PacketLink type, uint32_t mtu_bytes)
{
    g_assert(port->out == NULL);
    port->link = type;
    port->mtu_bytes = mtu_bytes;
    port->out = out;
}

NetLink *net_link_new(const char *name, PacketLink type, uint32_t mtu_bytes, NetPort *a, NetPort *b,
                      const NetWireConfig config[2], uint64_t seed, uint32_t first_entity)
{
    NetLink *link = sim_lines_new0(1, sizeof *link);
    link->name = g_strdup(name);
    plug_in(a, &link->wire[0], type, mtu_bytes);
    plug_in(b, &link->wire[1], type, mtu_bytes);
    net_wire_init(&link->wire[0], a, b, link->name, &config[0], seed, first_entity);
    net_wire_init(&link->wire[1], b, a, link->name, &config[1], seed, first_entity + 1);
    return link;
}

void net_link_free(NetLink *link)
{
    if (link == NULL) {
        return;
    }
    for (unsigned direction = 0; direction < 2; direction++) {
        NetWire *wire = &link->wire[direction];
        net_wire_from(wire)->out = NULL;
        net_wire_clear(wire);
    }
    g_free(link->name);
    free(link);
}

const char *net_link_name(const NetLink *link)
{
    return link->name;
}

NetWire *net_link_wire(NetLink *link, unsigned direction)
{
    g_assert(direction < 2);
    return &link->wire[direction];
}

void net_link_set_up(NetLink *link, bool up, int64_t now_ns)
{
    net_wire_set_up(&link->wire[0], up, now_ns);
    net_wire_set_up(&link->wire[1], up, now_ns);
}
