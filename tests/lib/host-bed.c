#include "lib/host-bed.h"

static const BedHost *host_of(const HostBed *bed, const SocketHost *sockets)
{
    return bed->client.sockets == sockets ? &bed->client : &bed->server;
}

static void G_GNUC_PRINTF(4, 5)
    note(HostBed *bed, const SocketHost *sockets, int64_t now_ns, const char *format, ...)
{
    g_string_append_printf(bed->log, "%" G_GINT64_FORMAT "ms %s ", now_ns / SIM_NS_PER_MS,
                           host_of(bed, sockets)->node->name);
    va_list args;
    va_start(args, format);
    g_string_append_vprintf(bed->log, format, args);
    va_end(args);
    g_string_append_c(bed->log, '\n');
}

static void on_call(void *watcher, const SocketHost *host, const Socket *socket,
                    const TcpConn *conn, const char *call, const char *text, int64_t now_ns)
{
    note(watcher, host, now_ns, "%s%s%s", call, text[0] != '\0' ? " " : "", text);
}

static void on_return(void *watcher, const SocketHost *host, const Socket *socket,
                      const TcpConn *conn, const char *call, SocketError result, int64_t now_ns)
{
    note(watcher, host, now_ns, "%s = %s", call, socket_error_to_string(result));
}

static void on_event(void *watcher, const SocketHost *host, const Socket *socket,
                     const TcpConn *conn, SocketEvent event, SocketError error, int64_t now_ns)
{
    note(watcher, host, now_ns, "* %s%s%s", socket_event_to_string(event),
         error != SOCKET_OK ? " " : "", error != SOCKET_OK ? socket_error_to_string(error) : "");
}

static void on_wrong_bytes(void *watcher, const SocketHost *host, const Socket *socket,
                           uint64_t offset, int64_t now_ns)
{
    HostBed *bed = watcher;
    bed->wrong++;
}

/* ---- building ---- */

static NetPort *add_port(BedHost *host)
{
    MacAddr mac = { { 2, 0, 0, 0, (uint8_t)host->node->entity.id,
                      (uint8_t)host->node->ports->len } };
    return net_node_add_port(host->node, mac);
}

static void build_host(HostBed *bed, BedHost *host, uint32_t entity, const char *name,
                       const TcpConfig *tcp)
{
    InetConfig config;
    inet_config_init(&config);
    config.forwards = tcp == NULL;
    host->node = net_node_new(bed->sim, &bed->packets, entity, name);
    host->inet = inet_stack_new(host->node, &config, 1);
    if (tcp != NULL) {
        host->tcp = tcp_stack_new(host->inet, 1, tcp);
        host->udp = udp_stack_new(host->inet);
        host->sockets = socket_host_new(host->inet, host->tcp, host->udp);
        socket_host_set_probe(host->sockets, &bed->probe);
    }
}

static InetIface *plug(HostBed *bed, int i, BedHost *host, uint32_t addr, uint32_t router_addr,
                       int64_t rate_bps)
{
    NetWireConfig wire = { .rate_bps = rate_bps, .delay_ns = SIM_NS_PER_MS, .queue_limit = 1000 };
    NetWireConfig both[2] = { wire, wire };
    NetPort *port = add_port(host), *router_port = add_port(&bed->router);
    NetPort *left = i == 0 ? port : router_port, *right = i == 0 ? router_port : port;
    bed->links[i] = net_link_new(i == 0 ? "west" : "east", PACKET_LINK_RAW_IP, 1500, left, right,
                                 both, 1, 100 + 2 * (uint32_t)i);
    InetIface *iface = inet_iface_new(host->inet, port, inet_addr_v4(addr), 24);
    inet_iface_new(bed->router.inet, router_port, inet_addr_v4(router_addr), 24);
    inet_route_add(host->inet, inet_addr_v4(0), 0, inet_addr_v4(router_addr), iface, 0);
    return iface;
}

HostBed *host_bed_new(const TcpConfig *tcp, int64_t rate_bps)
{
    HostBed *bed = g_new0(HostBed, 1);
    TcpConfig standard;
    tcp_config_init(&standard);
    bed->sim = sim_new();
    sim_pool_init(&bed->packets, sizeof(Packet));
    bed->log = g_string_new(NULL);
    bed->probe = (SocketProbe){ .watcher = bed, .on_wrong_bytes = on_wrong_bytes };
    build_host(bed, &bed->client, 1, "client", tcp != NULL ? tcp : &standard);
    build_host(bed, &bed->router, 2, "router", NULL);
    build_host(bed, &bed->server, 3, "server", tcp != NULL ? tcp : &standard);
    plug(bed, 0, &bed->client, 0x0a000001, 0x0a0000fe, rate_bps);
    plug(bed, 1, &bed->server, 0x0a000102, 0x0a0001fe, rate_bps);
    return bed;
}

static void free_host(BedHost *host)
{
    g_clear_pointer(&host->sockets, socket_host_free);
    g_clear_pointer(&host->tcp, tcp_stack_free);
    g_clear_pointer(&host->udp, udp_stack_free);
    inet_stack_free(host->inet);
}

void host_bed_free(HostBed *bed)
{
    free_host(&bed->client);
    free_host(&bed->router);
    free_host(&bed->server);
    net_link_free(bed->links[0]);
    net_link_free(bed->links[1]);
    net_node_free(bed->client.node);
    net_node_free(bed->router.node);
    net_node_free(bed->server.node);
    g_assert_cmpuint(bed->packets.in_use, ==, 0);
    sim_pool_clear(&bed->packets);
    sim_free(bed->sim);
    g_string_free(bed->log, TRUE);
    g_free(bed);
}

/* ---- running ---- */

void host_bed_watch(HostBed *bed)
{
    bed->probe.on_call = on_call;
    bed->probe.on_return = on_return;
    bed->probe.on_event = on_event;
}

void host_bed_run_until(HostBed *bed, int64_t until_ns)
{
    sim_run(bed->sim, until_ns);
}

int64_t host_bed_now(const HostBed *bed)
{
    return sim_now(bed->sim);
}

void host_bed_drop_data(HostBed *bed, uint32_t nth)
{
    NetFault fault = {
        .match = NET_MATCH_ANY, .first = nth, .last = nth, .action = NET_FAULT_DROP
    };
    fault.match.has_payload = true;
    net_wire_add_fault(net_link_wire(bed->links[0], 0), &fault);
}

void host_bed_expect(HostBed *bed, const char *lines)
{
    g_assert_cmpstr(bed->log->str, ==, lines);
    g_string_truncate(bed->log, 0);
}

void host_bed_crash(HostBed *bed, BedHost *host)
{
    int64_t now_ns = sim_now(bed->sim);
    host->node->up = false;
    socket_host_crash(host->sockets, now_ns);
    tcp_stack_crash(host->tcp, now_ns);
    inet_stack_reset(host->inet);
}
