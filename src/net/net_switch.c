#include "net/net_switch.h"

#include "net/net_wire.h"

/* One station seen: an open-addressed table with linear probing, sized to a power of two. Entries
 * are never taken out singly; an aged one counts as absent until the table is rebuilt without
 * those. */
typedef struct Station {
    uint64_t key; /* the six octets with bit 48 set; 0: the place is free */
    int64_t seen_at_ns;
    NetPort *port;
} Station;

struct NetSwitch {
    NetNode *node;
    int64_t ageing_ns;
    Station *stations;
    uint32_t bits;                /* 1 << bits places */
    uint32_t count;               /* places in use */
    int64_t oldest_expires_at_ns; /* before that a full table has no place to give back */
};

enum { FIRST_BITS = 4 };

static uint64_t station_key(const MacAddr *mac)
{
    uint64_t key = 1;
    for (unsigned i = 0; i < sizeof mac->octet; i++) {
        key = key << 8 | mac->octet[i];
    }
    return key;
}

/* The station's place, or the free one where it belongs. */
static Station *place_of(const NetSwitch *sw, uint64_t key)
{
    uint32_t mask = (UINT32_C(1) << sw->bits) - 1;
    uint32_t i = (uint32_t)(key * UINT64_C(0x9e3779b97f4a7c15) >> (64 - sw->bits));
    while (sw->stations[i].key != 0 && sw->stations[i].key != key) {
        i = (i + 1) & mask;
    }
    return &sw->stations[i];
}

static bool has_aged(const NetSwitch *sw, const Station *station, int64_t now_ns)
{
    return now_ns - station->seen_at_ns >= sw->ageing_ns;
}

NetSwitch *net_switch_new(NetNode *node, int64_t ageing_ns)
{
    NetSwitch *sw = g_new0(NetSwitch, 1);
    g_assert(ageing_ns > 0);
    sw->node = node;
    sw->ageing_ns = ageing_ns;
    sw->bits = FIRST_BITS;
    sw->stations = g_new0(Station, 1u << FIRST_BITS);
    return sw;
}

void net_switch_free(NetSwitch *sw)
{
    if (sw != NULL) {
        g_free(sw->stations);
        g_free(sw);
    }
}

/* Moves the entries that have not aged to a table of 1 << bits places. */
static void rebuild(NetSwitch *sw, uint32_t bits, int64_t now_ns)
{
    Station *old = sw->stations;
    uint32_t places = UINT32_C(1) << sw->bits;

    sw->stations = g_new0(Station, (size_t)1 << bits);
    sw->bits = bits;
    sw->count = 0;
    sw->oldest_expires_at_ns = SIM_NEVER;
    for (uint32_t i = 0; i < places; i++) {
        if (old[i].key != 0 && !has_aged(sw, &old[i], now_ns)) {
            int64_t expires_at_ns = old[i].seen_at_ns + sw->ageing_ns;
            sw->oldest_expires_at_ns = MIN(sw->oldest_expires_at_ns, expires_at_ns);
            *place_of(sw, old[i].key) = old[i];
            sw->count++;
        }
    }
    g_free(old);
}

/* Whether one more station fits, after aged ones were thrown out or the table was doubled. */
static bool make_room(NetSwitch *sw, int64_t now_ns)
{
    bool full = sw->count >= NET_SWITCH_MAX_STATIONS;
    bool crowded = 2 * sw->count >= UINT32_C(1) << sw->bits;
    if ((full && now_ns >= sw->oldest_expires_at_ns) || (crowded && !full)) {
        rebuild(sw, sw->bits, now_ns);
        if (2 * sw->count >= UINT32_C(1) << sw->bits) {
            rebuild(sw, sw->bits + 1, now_ns);
        }
    }
    return sw->count < NET_SWITCH_MAX_STATIONS;
}

/* IEEE 802.1D-2004 7.8, the learning process: not from group addresses. */
static void learn(NetSwitch *sw, const MacAddr *src, NetPort *port, int64_t now_ns)
{
    uint64_t key = station_key(src);
    Station *station = place_of(sw, key);

    if (mac_addr_is_group(src)) {
        return;
    }
    if (station->key == 0) {
        if (!make_room(sw, now_ns)) {
            return;
        }
        station = place_of(sw, key);
        station->key = key;
        sw->count++;
    }
    station->port = port;
    station->seen_at_ns = now_ns;
}

NetPort *net_switch_find(const NetSwitch *sw, const MacAddr *station, int64_t now_ns)
{
    const Station *found = place_of(sw, station_key(station));
    return found->key != 0 && !has_aged(sw, found, now_ns) ? found->port : NULL;
}

uint32_t net_switch_station_count(const NetSwitch *sw)
{
    return sw->count;
}

static bool can_send(const NetPort *port)
{
    return port->out != NULL && net_wire_is_up(port->out);
}

/* To every other port: copies in the order of the ports, the packet itself to the first of them. */
static void flood(NetSwitch *sw, const NetPort *from, Packet *pkt, int64_t now_ns)
{
    const GPtrArray *ports = sw->node->ports;
    NetPort *first = NULL;

    for (guint i = 0; i < ports->len; i++) {
        NetPort *port = ports->pdata[i];
        if (port == from || port->above != sw || !can_send(port)) {
            continue;
        }
        if (first == NULL) {
            first = port;
        } else {
            SimKey made_in = sim_current(sw->node->sim);
            net_port_send(port, packet_copy(pkt, &sw->node->entity, made_in, pkt->why), now_ns);
        }
    }
    if (first != NULL) {
        net_port_send(first, pkt, now_ns);
    } else {
        net_node_drop(sw->node, pkt, NET_DROP_NO_PORT, now_ns);
    }
}

/* IEEE 802.1D-2004 7.7, the forwarding process. A station behind a port that is down may have
 * another way. */
static void forward(NetPort *from, Packet *pkt, int64_t now_ns)
{
    NetSwitch *sw = from->above;
    const MacAddr *dst = &pkt->eth.dst;

    learn(sw, &pkt->eth.src, from, now_ns);
    NetPort *to = mac_addr_is_group(dst) ? NULL : net_switch_find(sw, dst, now_ns);
    if (to == from) {
        net_node_drop(sw->node, pkt, NET_DROP_NO_PORT, now_ns);
    } else if (to != NULL && can_send(to)) {
        net_port_send(to, pkt, now_ns);
    } else {
        flood(sw, from, pkt, now_ns);
    }
}

void net_switch_add_port(NetSwitch *sw, NetPort *port)
{
    g_assert(port->node == sw->node);
    port->promiscuous = true;
    port->receive = forward;
    port->above = sw;
}
