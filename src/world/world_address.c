/* Networks and addresses: which links are one network, and what everybody on it is called. */

#include "world/world_private.h"

#define NO_NETWORK UINT32_MAX
#define NET_10 UINT32_C(0x0a000000)
#define NET_10_BITS 8
/* A /24 for each network as long as 10.0.0.0/8 has them, the first of which is left out. */
#define WIDE_BITS 24
#define NARROW_BITS 30
#define MAX_WIDE_BLOCKS 65535

void world_network_clear(gpointer data)
{
    WorldNetwork *network = data;
    g_ptr_array_unref(network->stations);
}

/* The networks' own nodes: sets of nodes joined by links, kept as trees. A link that touches no
 * switch is a network of its own. */
static uint32_t find_root(uint32_t *parent, uint32_t i)
{
    while (parent[i] != i) {
        parent[i] = parent[parent[i]];
        i = parent[i];
    }
    return i;
}

static WorldNode *switch_of(const WorldLink *link, unsigned side)
{
    WorldNode *node = link->end[side].node;
    return node->kind == WORLD_SWITCH ? node : NULL;
}

static void join_switches(const World *world, uint32_t *parent)
{
    for (guint i = 0; i < world->links->len; i++) {
        const WorldLink *link = world->links->pdata[i];
        const WorldNode *a = switch_of(link, 0);
        const WorldNode *b = switch_of(link, 1);
        if (a != NULL && b != NULL) {
            uint32_t root_a = find_root(parent, a->index);
            uint32_t root_b = find_root(parent, b->index);
            parent[MAX(root_a, root_b)] = MIN(root_a, root_b);
        }
    }
}

static uint32_t new_network(World *world)
{
    WorldNetwork network = { .stations = g_ptr_array_new() };
    g_array_append_val(world->networks, network);
    return world->networks->len - 1;
}

static void find_networks(World *world)
{
    g_autofree uint32_t *parent = g_new(uint32_t, world->nodes->len);
    g_autofree uint32_t *of_switch = g_new(uint32_t, world->nodes->len);
    for (guint i = 0; i < world->nodes->len; i++) {
        parent[i] = i;
        of_switch[i] = NO_NETWORK;
    }
    join_switches(world, parent);
    for (guint i = 0; i < world->links->len; i++) {
        WorldLink *link = world->links->pdata[i];
        const WorldNode *sw = switch_of(link, 0) != NULL ? switch_of(link, 0) : switch_of(link, 1);
        uint32_t *known = sw == NULL ? NULL : &of_switch[find_root(parent, sw->index)];
        uint32_t index = known != NULL && *known != NO_NETWORK ? *known : new_network(world);
        if (known != NULL) {
            *known = index;
        }
        WorldNetwork *network = &g_array_index(world->networks, WorldNetwork, index);
        for (unsigned side = 0; side < 2; side++) {
            link->end[side].network = index;
            if (link->end[side].node->kind != WORLD_SWITCH) {
                g_ptr_array_add(network->stations, &link->end[side]);
            }
        }
        if (inet_addr_family(link->config.network) != INET_FAMILY_NONE &&
            inet_addr_family(network->prefix) == INET_FAMILY_NONE) {
            network->prefix = inet_addr_mask(link->config.network, link->config.prefix_bits);
            network->prefix_bits = link->config.prefix_bits;
        }
    }
}

/* A block of 10.0.0.0/8 counted in units of the width. */
static InetAddr block_prefix(uint32_t block, uint8_t bits)
{
    return inet_addr_v4(NET_10 | block << (32 - bits));
}

/* How many units a network needs: a power of two that holds its stations, the network's own address
 * and its broadcast address. */
static uint32_t block_count(const WorldNetwork *network, uint8_t bits)
{
    uint32_t blocks = 1;
    while (network->stations->len + 2 > blocks << (32 - bits)) {
        blocks *= 2;
    }
    return blocks;
}

static uint8_t log2_of(uint32_t power)
{
    return (uint8_t)(31 - __builtin_clz(power));
}

/* Whether the block meets a network whose prefix the scenario has given. */
static bool is_taken(const GArray *given, InetAddr prefix, uint8_t bits)
{
    for (guint i = 0; i < given->len; i++) {
        const WorldNetwork *other = &g_array_index(given, WorldNetwork, i);
        if (inet_addr_in_prefix(prefix, other->prefix, other->prefix_bits) ||
            inet_addr_in_prefix(other->prefix, prefix, bits)) {
            return true;
        }
    }
    return false;
}

/* The first free block for each network whose prefix is not given; false: there is none. Networks
 * with a given one are counted all the same, so that giving one does not move the others. */
static bool assign_prefixes(World *world, const GArray *given, uint8_t bits)
{
    const uint32_t all_blocks = UINT32_C(1) << (bits - NET_10_BITS);
    uint32_t next = 1;
    for (guint i = 0; i < world->networks->len; i++) {
        WorldNetwork *network = &g_array_index(world->networks, WorldNetwork, i);
        uint32_t blocks = block_count(network, bits);
        uint8_t prefix_bits = (uint8_t)(bits - log2_of(blocks));
        next = (next + blocks - 1) / blocks * blocks;
        if (inet_addr_family(network->prefix) == INET_FAMILY_NONE) {
            while (next + blocks <= all_blocks &&
                   is_taken(given, block_prefix(next, bits), prefix_bits)) {
                next += blocks;
            }
            if (next + blocks > all_blocks) {
                return false;
            }
            network->prefix = block_prefix(next, bits);
            network->prefix_bits = prefix_bits;
        }
        next += blocks;
    }
    return true;
}

static GArray *given_networks(const World *world)
{
    GArray *given = g_array_new(FALSE, FALSE, sizeof(WorldNetwork));
    for (guint i = 0; i < world->networks->len; i++) {
        const WorldNetwork *network = &g_array_index(world->networks, WorldNetwork, i);
        if (inet_addr_family(network->prefix) != INET_FAMILY_NONE) {
            g_array_append_vals(given, network, 1);
        }
    }
    return given;
}

/* Whether /24 networks are enough for all, those beside given ones included. */
static bool fits_wide(const World *world, uint32_t given_count)
{
    uint64_t blocks = given_count;
    for (guint i = 0; i < world->networks->len; i++) {
        /* Alignment wastes at most as much again. */
        uint32_t count = block_count(&g_array_index(world->networks, WorldNetwork, i), WIDE_BITS);
        blocks += count == 1 ? 1 : 2 * (uint64_t)count;
    }
    return blocks < MAX_WIDE_BLOCKS;
}

static bool is_given_on(const WorldNetwork *network, InetAddr addr)
{
    for (guint i = 0; i < network->stations->len; i++) {
        const WorldEnd *end = network->stations->pdata[i];
        if (inet_addr_equal(end->link->config.end[end->side].addr, addr)) {
            return true;
        }
    }
    return false;
}

static bool gives_addresses(const WorldNetwork *network)
{
    for (guint i = 0; i < network->stations->len; i++) {
        const WorldEnd *end = network->stations->pdata[i];
        if (inet_addr_family(end->link->config.end[end->side].addr) != INET_FAMILY_NONE) {
            return true;
        }
    }
    return false;
}

static MacAddr mac_of(InetAddr addr)
{
    uint32_t v4 = inet_addr_to_v4(addr);
    return (MacAddr){ { 0x02, 0x00, (uint8_t)(v4 >> 24), (uint8_t)(v4 >> 16), (uint8_t)(v4 >> 8),
                        (uint8_t)v4 } };
}

static bool mac_is_zero(const MacAddr *mac)
{
    static const MacAddr zero = { { 0 } };
    return mac_addr_equal(mac, &zero);
}

static void name_station(const WorldNetwork *network, WorldEnd *end, InetAddr turn)
{
    const WorldLinkEnd *config = &end->link->config.end[end->side];
    WorldNode *node = end->node;
    bool given = inet_addr_family(config->addr) != INET_FAMILY_NONE;
    end->addr = given ? config->addr : turn;
    if (mac_is_zero(&config->mac)) {
        end->port->mac = mac_of(turn);
    }
    if (node->inet != NULL) {
        end->iface = inet_iface_new(node->inet, end->port, end->addr, network->prefix_bits);
        if (inet_addr_family(node->addr) == INET_FAMILY_NONE) {
            node->addr = end->addr;
        }
    }
}

/* Stations count from .1; whoever has an address of his own keeps his turn, from which his MAC
 * address comes. */
static void name_stations(const WorldNetwork *network)
{
    uint32_t base = inet_addr_to_v4(network->prefix);
    bool any_given = gives_addresses(network);
    uint32_t turn = 1;
    for (guint i = 0; i < network->stations->len; i++) {
        WorldEnd *end = network->stations->pdata[i];
        bool given = inet_addr_family(end->link->config.end[end->side].addr) != INET_FAMILY_NONE;
        while (any_given && !given && is_given_on(network, inet_addr_v4(base + turn))) {
            turn++;
        }
        name_station(network, end, inet_addr_v4(base + turn));
        turn++;
    }
}

bool world_number(World *world)
{
    find_networks(world);
    g_autoptr(GArray) given = given_networks(world);
    if (!assign_prefixes(world, given, fits_wide(world, given->len) ? WIDE_BITS : NARROW_BITS)) {
        return false;
    }
    for (guint i = 0; i < world->networks->len; i++) {
        name_stations(&g_array_index(world->networks, WorldNetwork, i));
    }
    return true;
}
