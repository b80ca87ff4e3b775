#include "world/world_private.h"

#include "net/net_ahead.h"
#include "sim/lang.h"
#include "sim/sim_pool.h"

#include <string.h>

typedef struct WorldEvent {
    SimEvent event; /* has to be first */
    World *world;
    WorldEventFn fn;
    void *data;
    GDestroyNotify free_data;
} WorldEvent;

#define DEFAULT_RATE_BPS INT64_C(1000000000)
#define DEFAULT_QUEUE_PKTS 1000
#define DEFAULT_MTU_BYTES 1500

static void node_free(gpointer data)
{
    WorldNode *node = data;
    g_clear_pointer(&node->sockets, socket_host_free);
    g_clear_pointer(&node->tcp, tcp_stack_free);
    g_clear_pointer(&node->udp, udp_stack_free);
    g_clear_pointer(&node->inet, inet_stack_free);
    g_clear_pointer(&node->sw, net_switch_free);
    g_clear_pointer(&node->programs, g_ptr_array_unref);
    g_ptr_array_unref(node->ends);
    net_node_free(node->net);
    g_free(node);
}

static void link_free(gpointer data)
{
    WorldLink *link = data;
    net_link_free(link->net);
    g_free((char *)link->config.name);
    g_free(link);
}

static void event_free(gpointer data)
{
    WorldEvent *event = data;
    sim_cancel(event->world->sim, &event->event);
    if (event->free_data != NULL) {
        event->free_data(event->data);
    }
    g_free(event);
}

World *world_new(uint64_t seed)
{
    World *world = g_new0(World, 1);
    world->sim = sim_new();
    net_ahead_start(world->sim);
    world->seed = seed;
    sim_pool_init(&world->packets, sizeof(Packet));
    sim_entity_init(&world->entity, 1);
    world->next_entity = 2;
    world->nodes = g_ptr_array_new_with_free_func(node_free);
    world->links = g_ptr_array_new_with_free_func(link_free);
    world->programs = g_ptr_array_new_with_free_func(world_program_free);
    world->events = g_ptr_array_new_with_free_func(event_free);
    world->networks = g_array_new(FALSE, TRUE, sizeof(WorldNetwork));
    g_array_set_clear_func(world->networks, world_network_clear);
    world->nodes_by_name = g_hash_table_new(g_str_hash, g_str_equal);
    world->links_by_name = g_hash_table_new(g_str_hash, g_str_equal);
    world->observers = g_ptr_array_new();
    return world;
}

void world_free(World *world)
{
    if (world == NULL) {
        return;
    }
    /* Nobody watches the end, in which everything is given up without a word. */
    g_ptr_array_set_size(world->observers, 0);
    world_set_probes(world);
    for (guint i = 0; i < world->nodes->len; i++) {
        WorldNode *node = world->nodes->pdata[i];
        if (node->sockets != NULL) {
            world_crash(world, node, sim_now(world->sim));
        }
    }
    g_ptr_array_unref(world->events);
    g_ptr_array_unref(world->programs);
    g_hash_table_unref(world->nodes_by_name);
    g_hash_table_unref(world->links_by_name);
    g_ptr_array_unref(world->links);
    g_ptr_array_unref(world->nodes);
    g_array_unref(world->networks);
    g_ptr_array_unref(world->observers);
    world_fan_out_free(world->fan_out);
    sim_pool_clear(&world->packets);
    sim_free(world->sim);
    g_free(world);
}

Sim *world_sim(const World *world)
{
    return world->sim;
}

void world_host_config_init(WorldHostConfig *config)
{
    inet_config_init(&config->inet);
    tcp_config_init(&config->tcp);
}

static WorldNode *add_node(World *world, const char *name, WorldNodeKind kind)
{
    g_assert(!world->connected && world_find_node(world, name) == NULL);
    WorldNode *node = g_new0(WorldNode, 1);
    node->kind = kind;
    node->index = world->nodes->len;
    node->net = net_node_new(world->sim, &world->packets, world->next_entity++, name);
    node->ends = g_ptr_array_new();
    g_ptr_array_add(world->nodes, node);
    g_hash_table_insert(world->nodes_by_name, node->net->name, node);
    return node;
}

/* The one made last that is a host or a router; NULL: none. */
static const WorldNode *last_with_tcp(const World *world)
{
    for (uint32_t i = world->nodes->len; i > 0; i--) {
        const WorldNode *node = g_ptr_array_index(world->nodes, i - 1);
        if (node->tcp != NULL) {
            return node;
        }
    }
    return NULL;
}

WorldNode *world_add_host(World *world, const char *name, const WorldHostConfig *config)
{
    const WorldNode *last = last_with_tcp(world);
    WorldNode *node = add_node(world, name, config->inet.forwards ? WORLD_ROUTER : WORLD_HOST);
    node->inet = inet_stack_new(node->net, &config->inet, world->seed);
    node->udp = udp_stack_new(node->inet);
    node->tcp = tcp_stack_new(node->inet, world->seed, &config->tcp);
    if (last != NULL) {
        tcp_stack_share(node->tcp, last->tcp); /* hosts of one group follow each other */
    }
    node->sockets = socket_host_new(node->inet, node->tcp, node->udp);
    return node;
}

WorldNode *world_add_switch(World *world, const char *name, int64_t ageing_ns)
{
    WorldNode *node = add_node(world, name, WORLD_SWITCH);
    node->sw = net_switch_new(node->net, ageing_ns);
    return node;
}

WorldNode *world_add_outside(World *world, const char *name, WorldFrameFn on_frame, void *above)
{
    WorldNode *node = add_node(world, name, WORLD_OUTSIDE);
    node->on_frame = on_frame;
    node->above = above;
    return node;
}

static void receive_outside(NetPort *port, Packet *pkt, int64_t now_ns)
{
    WorldNode *node = port->above;
    uint32_t len_bytes = packet_frame_bytes(pkt);
    g_autofree uint8_t *bytes = g_malloc(len_bytes);
    packet_serialise(pkt, bytes);
    packet_free(pkt);
    node->on_frame(node->above, node, bytes, len_bytes, now_ns);
}

void world_link_config_init(WorldLinkConfig *config, const char *name, WorldNode *from,
                            WorldNode *to)
{
    const NetWireConfig wire = { .rate_bps = DEFAULT_RATE_BPS,
                                 .delay_ns = SIM_NS_PER_MS,
                                 .queue_limit = DEFAULT_QUEUE_PKTS };
    *config = (WorldLinkConfig){ .name = name,
                                 .type = PACKET_LINK_ETHERNET,
                                 .mtu_bytes = DEFAULT_MTU_BYTES,
                                 .end = { { .node = from }, { .node = to } },
                                 .wire = { wire, wire } };
}

static void plug_in(WorldLink *link, unsigned side)
{
    WorldEnd *end = &link->end[side];
    end->link = link;
    end->side = side;
    end->node = link->config.end[side].node;
    end->port = net_node_add_port(end->node->net, link->config.end[side].mac);
    g_ptr_array_add(end->node->ends, end);
    if (end->node->kind == WORLD_OUTSIDE) {
        end->port->promiscuous = true;
        end->port->receive = receive_outside;
        end->port->above = end->node;
    }
}

WorldLink *world_add_link(World *world, const WorldLinkConfig *config)
{
    g_assert(!world->connected && world_find_link(world, config->name) == NULL &&
             config->end[0].node != config->end[1].node);
    WorldLink *link = g_new0(WorldLink, 1);
    link->index = world->links->len;
    link->config = *config;
    link->config.name = g_strdup(config->name);
    plug_in(link, 0);
    plug_in(link, 1);
    link->net = net_link_new(link->config.name, config->type, config->mtu_bytes, link->end[0].port,
                             link->end[1].port, config->wire, world->seed, world->next_entity);
    world->next_entity += 2;
    for (unsigned side = 0; side < 2; side++) {
        if (link->end[side].node->sw != NULL) {
            net_switch_add_port(link->end[side].node->sw, link->end[side].port);
        }
    }
    g_ptr_array_add(world->links, link);
    g_hash_table_insert(world->links_by_name, (gpointer)link->config.name, link);
    return link;
}

bool world_connect(World *world, WorldRouting routing)
{
    g_assert(!world->connected);
    if (!world_number(world)) {
        return false;
    }
    world->connected = true;
    world_compute_routes(world, routing);
    return true;
}

bool world_add_route(WorldNode *node, InetAddr network, uint8_t prefix_bits, InetAddr gateway,
                     uint32_t metric)
{
    for (guint i = 0; i < node->ends->len; i++) {
        const WorldEnd *end = node->ends->pdata[i];
        if (inet_addr_in_prefix(gateway, end->addr, inet_iface_prefix_bits(end->iface))) {
            inet_route_add(node->inet, network, prefix_bits, gateway, end->iface, metric);
            return true;
        }
    }
    return false;
}

static void run_event(SimEvent *event, int64_t now_ns)
{
    WorldEvent *world_event = (WorldEvent *)(void *)event;
    world_event->fn(world_event->world, world_event->data, now_ns);
}

void world_at(World *world, int64_t at_ns, WorldEventFn fn, void *data, GDestroyNotify free_data)
{
    WorldEvent *event = g_new0(WorldEvent, 1);
    event->world = world;
    event->fn = fn;
    event->data = data;
    event->free_data = free_data;
    sim_event_init(&event->event, run_event);
    sim_arm(world->sim, &event->event, at_ns, &world->entity);
    g_ptr_array_add(world->events, event);
}

void world_crash(World *world, WorldNode *node, int64_t now_ns)
{
    g_assert(node->sockets != NULL);
    if (!node->net->up) {
        return;
    }
    world_announce_host(world, node, N_("crash"), now_ns);
    node->net->up = false;
    socket_host_crash(node->sockets, now_ns);
    tcp_stack_crash(node->tcp, now_ns);
    inet_stack_reset(node->inet);
    for (guint i = 0; node->programs != NULL && i < node->programs->len; i++) {
        world_program_crash(node->programs->pdata[i]);
    }
}

static void bring_up(WorldNode *node, int64_t now_ns)
{
    for (guint i = 0; i < node->ends->len; i++) {
        const WorldEnd *end = node->ends->pdata[i];
        inet_iface_up(end->iface, now_ns);
    }
}

void world_reboot(World *world, WorldNode *node, int64_t now_ns)
{
    g_assert(node->sockets != NULL);
    if (node->net->up) {
        return;
    }
    node->net->up = true;
    world_announce_host(world, node, N_("reboot"), now_ns);
    bring_up(node, now_ns);
    for (guint i = 0; node->programs != NULL && i < node->programs->len; i++) {
        world_program_restart(node->programs->pdata[i], now_ns);
    }
}

Packet *world_new_packet(World *world, PacketWhy why)
{
    return packet_new(&world->packets, &world->entity, sim_current(world->sim), why);
}

Packet *world_new_raw_packet(World *world, PacketLink link, const uint8_t *bytes, size_t len_bytes)
{
    return packet_new_raw(&world->packets, &world->entity, sim_current(world->sim),
                          PACKET_WHY_INJECTED, link, bytes, len_bytes);
}

void world_put_frame(World *world, NetPort *port, const uint8_t *bytes, size_t len_bytes)
{
    net_port_arrive(port, world_new_raw_packet(world, port->link, bytes, len_bytes),
                    sim_now(world->sim));
}

static void start(World *world)
{
    g_assert(world->connected);
    world->started = true;
    for (guint i = 0; i < world->nodes->len; i++) {
        WorldNode *node = world->nodes->pdata[i];
        if (node->inet != NULL) {
            bring_up(node, sim_now(world->sim));
        }
    }
}

int64_t world_run(World *world, int64_t until_ns)
{
    if (!world->started) {
        start(world);
    }
    sim_run(world->sim, until_ns);
    return sim_next_at(world->sim) == SIM_NEVER ? sim_last_at(world->sim) : sim_now(world->sim);
}

void world_settle(World *world)
{
    for (guint i = 0; i < world->links->len; i++) {
        const WorldLink *link = world->links->pdata[i];
        net_wire_settle(net_link_wire(link->net, 0), sim_now(world->sim));
        net_wire_settle(net_link_wire(link->net, 1), sim_now(world->sim));
    }
}

const GPtrArray *world_nodes(const World *world)
{
    return world->nodes;
}

const GPtrArray *world_links(const World *world)
{
    return world->links;
}

const GPtrArray *world_programs(const World *world)
{
    return world->programs;
}

WorldNode *world_find_node(const World *world, const char *name)
{
    return g_hash_table_lookup(world->nodes_by_name, name);
}

WorldLink *world_find_link(const World *world, const char *name)
{
    return g_hash_table_lookup(world->links_by_name, name);
}

bool world_resolve(const World *world, const char *name, InetAddr *out_addr)
{
    const WorldNode *node = world_find_node(world, name);
    if (node == NULL) {
        return inet_addr_parse(name, out_addr);
    }
    if (inet_addr_family(node->addr) == INET_FAMILY_NONE) {
        return false;
    }
    *out_addr = node->addr;
    return true;
}

static bool shares_network(const WorldNode *node, uint32_t network)
{
    for (guint i = 0; i < node->ends->len; i++) {
        const WorldEnd *end = node->ends->pdata[i];
        if (end->network == network) {
            return true;
        }
    }
    return false;
}

bool world_resolve_from(const World *world, const WorldNode *from, const char *name,
                        InetAddr *out_addr)
{
    const WorldNode *node = world_find_node(world, name);
    if (node == NULL || node == from || node->inet == NULL || node->ends->len < 2) {
        return world_resolve(world, name, out_addr);
    }
    const WorldEnd *best = NULL;
    for (guint i = 0; i < node->ends->len; i++) {
        const WorldEnd *end = node->ends->pdata[i];
        InetPath path;
        if (shares_network(from, end->network)) {
            best = end;
            break;
        }
        if (best == NULL && inet_path_find(from->inet, end->addr, &path)) {
            best = end;
        }
    }
    *out_addr = best == NULL ? node->addr : best->addr;
    return true;
}

const WorldEnd *world_find_station(const World *world, const WorldEnd *from, InetAddr addr)
{
    const GPtrArray *stations =
        g_array_index(world->networks, WorldNetwork, from->network).stations;
    for (guint i = 0; i < stations->len; i++) {
        const WorldEnd *end = stations->pdata[i];
        if (inet_addr_equal(end->addr, addr)) {
            return end;
        }
    }
    return NULL;
}

WorldStats world_stats(const World *world)
{
    WorldStats stats = { .events = sim_event_count(world->sim) };
    for (guint i = 0; i < world->links->len; i++) {
        const WorldLink *link = world->links->pdata[i];
        for (unsigned side = 0; side < 2; side++) {
            stats.hops += net_wire_stats(net_link_wire(link->net, side)).sent_pkts;
        }
    }
    for (guint i = 0; i < world->nodes->len; i++) {
        const WorldNode *node = world->nodes->pdata[i];
        stats.delivered_bytes +=
            node->sockets == NULL ? 0 : socket_host_received_bytes(node->sockets);
    }
    return stats;
}
