/* What a hop costs with everything above it: bulk flows over a dumbbell, and short connections,
 * from programs down to wires. The same networks as scenarios/bench/, built by hand. */

#include <stdio.h>
#include <string.h>

#include "app/app_steps.h"
#include "bench/bench.h"
#include "net/net_wire.h"

#define MS SIM_NS_PER_MS
#define S SIM_NS_PER_S
#define GBIT INT64_C(1000000000)

typedef struct Host {
    NetNode *node;
    InetStack *inet;
    TcpStack *tcp;
    UdpStack *udp;
    SocketHost *sockets;
    App *app;
    SimEvent start; /* of app */
    InetAddr addr;
} Host;

typedef struct Net {
    Sim *sim;
    SimPool packets;
    uint32_t pairs, link_count;
    Host *clients, *servers, routers[2];
    NetLink **links;
    uint32_t next_entity;
} Net;

static void start_app(SimEvent *event, int64_t now_ns)
{
    Host *host = (Host *)((char *)event - offsetof(Host, start));
    app_start(host->app, now_ns);
}

static void make_host(Net *net, Host *host, const char *name, bool router, const TcpConfig *tcp)
{
    InetConfig config;
    inet_config_init(&config);
    config.forwards = router;
    host->node = net_node_new(net->sim, &net->packets, ++net->next_entity, name);
    host->inet = inet_stack_new(host->node, &config, 1);
    if (!router) {
        host->tcp = tcp_stack_new(host->inet, 1, tcp);
        host->udp = udp_stack_new(host->inet);
        host->sockets = socket_host_new(host->inet, host->tcp, host->udp);
    }
}

static NetPort *add_port(Host *host)
{
    uint32_t id = host->node->entity.id;
    MacAddr mac = { { 2, 0, (uint8_t)(id >> 8), (uint8_t)id, (uint8_t)(host->node->ports->len >> 8),
                      (uint8_t)host->node->ports->len } };
    return net_node_add_port(host->node, mac);
}

/* A link with a network of its own, 30 bits long. */
static void join(Net *net, Host *a, Host *b, uint32_t network, int64_t delay_ns)
{
    NetWireConfig wire = { .rate_bps = GBIT, .delay_ns = delay_ns, .queue_limit = 1000 };
    NetPort *port_a = add_port(a), *port_b = add_port(b);
    net->links[net->link_count] =
        net_link_new("link", PACKET_LINK_ETHERNET, 1500, port_a, port_b,
                     (NetWireConfig[]){ wire, wire }, 1, 100000 + 2 * net->link_count);
    net->link_count++;
    InetIface *iface = inet_iface_new(a->inet, port_a, inet_addr_v4(network + 1), 30);
    inet_iface_new(b->inet, port_b, inet_addr_v4(network + 2), 30);
    a->addr = inet_addr_v4(network + 1);
    inet_route_add(a->inet, inet_addr_v4(0), 0, inet_addr_v4(network + 2), iface, 0);
}

/* Clients 10.x, servers 11.x, each beside its router, which may be one and the same. */
static void build(Net *net, uint32_t pairs, bool two_routers, const TcpConfig *tcp)
{
    *net = (Net){ .sim = sim_new(), .pairs = pairs };
    sim_pool_init(&net->packets, sizeof(Packet));
    net->clients = g_new0(Host, pairs);
    net->servers = g_new0(Host, pairs);
    net->links = g_new0(NetLink *, 2 * pairs + 1);
    make_host(net, &net->routers[0], "left", true, NULL);
    make_host(net, &net->routers[1], "right", true, NULL);
    Host *right = &net->routers[two_routers];
    if (two_routers) {
        join(net, &net->routers[0], right, 0xc0a80000, 10 * MS);
        inet_route_add(right->inet, inet_addr_v4(0), 0, inet_addr_v4(0xc0a80001),
                       right->node->ports->pdata[0] != NULL
                           ? ((NetPort *)right->node->ports->pdata[0])->above
                           : NULL,
                       0);
    }
    for (uint32_t i = 0; i < pairs; i++) {
        make_host(net, &net->clients[i], "client", false, tcp);
        make_host(net, &net->servers[i], "server", false, tcp);
        join(net, &net->clients[i], &net->routers[0], 0x0a000000 + 4 * i, MS);
        join(net, &net->servers[i], right, 0x0b000000 + 4 * i, MS);
    }
}

static bool resolve(void *world, const char *name, InetAddr *out_addr)
{
    const Host *server = world;
    *out_addr = server->addr;
    return true;
}

typedef struct Setting {
    const char *name;
    int64_t value;
} Setting;

static void give_app(Host *host, const char *name, Host *peer, const Setting *settings,
                     int64_t start_ns)
{
    const AppOps *ops = app_find(name);
    int64_t values[16] = { 0 };
    const char *texts[16] = { NULL };
    host->app = app_new(ops, host->sockets, name, 1, resolve, peer);
    for (size_t i = 0; ops->params[i].name != NULL; i++) {
        values[i] = ops->params[i].fallback;
        texts[i] = strcmp(ops->params[i].name, "to") == 0 ? "server:80" : NULL;
        for (const Setting *setting = settings; setting->name != NULL; setting++) {
            if (strcmp(ops->params[i].name, setting->name) == 0) {
                values[i] = setting->value;
            }
        }
    }
    const SimParams params = { ops->params, values, texts };
    g_assert_true(ops->configure(host->app, &params, NULL));
    sim_event_init(&host->start, start_app);
    sim_arm(host->app->sim, &host->start, start_ns, &host->node->entity);
}

static uint64_t hops_of(const Net *net)
{
    uint64_t hops = 0;
    for (uint32_t i = 0; i < 2 * net->link_count; i++) {
        hops += net_wire_stats(net_link_wire(net->links[i / 2], i % 2)).sent_pkts;
    }
    return hops;
}

static void report(const Net *net, const char *label, int64_t run_ns)
{
    uint64_t bytes = 0, events = sim_event_count(net->sim), hops = hops_of(net);
    for (uint32_t i = 0; i < net->pairs; i++) {
        bytes += socket_host_received_bytes(net->servers[i].sockets) +
                 socket_host_received_bytes(net->clients[i].sockets);
    }
    printf("%-24s %7.3f s %9.1f ns/hop %10" G_GUINT64_FORMAT " hops %10" G_GUINT64_FORMAT
           " events %11" G_GUINT64_FORMAT " bytes\n",
           label, (double)run_ns / 1e9, (double)run_ns / (double)hops, hops, events, bytes);
}

static void clear_host(Host *host)
{
    g_clear_pointer(&host->app, app_free);
    g_clear_pointer(&host->sockets, socket_host_free);
    g_clear_pointer(&host->tcp, tcp_stack_free);
    g_clear_pointer(&host->udp, udp_stack_free);
    g_clear_pointer(&host->inet, inet_stack_free);
}

static void clear(Net *net)
{
    for (uint32_t i = 0; i < net->pairs; i++) {
        clear_host(&net->clients[i]);
        clear_host(&net->servers[i]);
    }
    clear_host(&net->routers[0]);
    clear_host(&net->routers[1]);
    for (uint32_t i = 0; i < net->link_count; i++) {
        net_link_free(net->links[i]);
    }
    for (uint32_t i = 0; i < net->pairs; i++) {
        net_node_free(net->clients[i].node);
        net_node_free(net->servers[i].node);
    }
    net_node_free(net->routers[0].node);
    net_node_free(net->routers[1].node);
    sim_pool_clear(&net->packets);
    sim_free(net->sim);
    g_free(net->clients);
    g_free(net->servers);
    g_free(net->links);
}

static void run(Net *net, const char *label, int64_t until_ns)
{
    int64_t start_ns = bench_now_ns();
    sim_run(net->sim, until_ns);
    report(net, label, bench_now_ns() - start_ns);
    clear(net);
}

static void bulk_flows(uint32_t flows, int64_t seconds)
{
    static const Setting sink[] = { { "port", 80 }, { 0 } }, none[] = { { 0 } };
    TcpConfig tcp;
    tcp_config_init(&tcp);
    tcp.receive_buffer_bytes = tcp.send_buffer_bytes = 4 << 20;
    tcp.min_rto_ns = 200 * MS;
    Net net;
    build(&net, flows, true, &tcp);
    for (uint32_t i = 0; i < flows; i++) {
        give_app(&net.servers[i], "discard", NULL, sink, 0);
        give_app(&net.clients[i], "bulk", &net.servers[i], none, MS + 100 * MS * i / flows);
    }
    g_autofree char *label = g_strdup_printf("bulk, %u flows", flows);
    run(&net, label, seconds * S);
}

static void short_connections(uint32_t connections)
{
    enum { PAIRS = 8 };
    const Setting client[] = { { "count", connections / PAIRS }, { "over", 10 * S }, { 0 } };
    static const Setting none[] = { { 0 } };
    TcpConfig tcp;
    tcp_config_init(&tcp);
    tcp.receive_buffer_bytes = tcp.send_buffer_bytes = 131072;
    Net net;
    build(&net, PAIRS, false, &tcp);
    for (uint32_t i = 0; i < PAIRS; i++) {
        give_app(&net.servers[i], "respond", NULL, none, 0);
        give_app(&net.clients[i], "request-response", &net.servers[i], client,
                 10 * MS + 10 * S * i / connections);
    }
    g_autofree char *label = g_strdup_printf("%u short connections", connections);
    run(&net, label, 12 * S + 10 * MS);
}

int main(int argc, char **argv)
{
    const char *only = argc > 1 ? argv[1] : "";
    if (strstr("bulk-10", only) != NULL) {
        bulk_flows(10, 10);
    }
    if (strstr("bulk-100", only) != NULL) {
        bulk_flows(100, 10);
    }
    if (strstr("bulk-1000", only) != NULL) {
        bulk_flows(1000, 10);
    }
    if (strstr("short", only) != NULL) {
        short_connections(20000);
    }
    return 0;
}
