/* What the Internet layer costs a packet, wires and events left out: forwarding by a router with
 * many routes, to few destinations and to many; sending by a flow that keeps its path; receiving.
 * The link is unplugged, so a packet that is sent dies at once. */

#include <stdio.h>

#include "bench/bench.h"
#include "inet/inet_stack.h"

enum { ROUNDS = 11, PACKETS = 200000, ROUTES = 4096, PROTOCOL = 99 };

typedef struct Bench {
    Sim *sim;
    SimPool packets;
    NetNode *node;
    InetStack *stack;
    NetPort *ports[2];
    InetPath path;
    uint32_t n_destinations;
} Bench;

typedef void (*BenchFn)(Bench *bench, Packet *pkt, uint32_t i);

static void take(void *above, Packet *pkt, int64_t now_ns)
{
    packet_free(pkt);
}

/* 10.N.0.0/16 on port N. */
static InetAddr on_port(uint32_t n, uint32_t host)
{
    return inet_addr_v4(10u << 24 | n << 16 | host);
}

static void learn_gateway(Bench *bench)
{
    Packet *pkt = packet_new(&bench->packets, &bench->node->entity, 0, PACKET_WHY_ARP_REPLY);
    pkt->kind = PACKET_ARP;
    pkt->eth.dst = bench->ports[1]->mac;
    pkt->arp = (WireArp){
        .operation = 2,
        .sender_mac = { { 2, 0, 0, 0, 0, 9 } },
        .sender_addr = on_port(1, 9),
        .target_addr = on_port(1, 1),
    };
    net_port_arrive(bench->ports[1], pkt, 0);
}

static void bench_init(Bench *bench)
{
    InetConfig config;
    inet_config_init(&config);
    config.forwards = true;
    bench->sim = sim_new();
    sim_pool_init(&bench->packets, sizeof(Packet));
    bench->node = net_node_new(bench->sim, &bench->packets, 1, "router");
    bench->stack = inet_stack_new(bench->node, &config, 1);
    for (uint32_t n = 0; n < 2; n++) {
        MacAddr mac = { { 2, 0, 0, 0, 0, (uint8_t)n } };
        bench->ports[n] = net_node_add_port(bench->node, mac);
        bench->ports[n]->mtu_bytes = 1500;
        inet_iface_new(bench->stack, bench->ports[n], on_port(n, 1), 16);
    }
    for (uint32_t i = 0; i < ROUTES; i++) {
        uint8_t prefix_bits = (uint8_t)(17 + i % 8);
        inet_route_add(bench->stack, inet_addr_v4(20u << 24 | i << 8), prefix_bits, on_port(1, 9),
                       bench->ports[1]->above, 0);
    }
    inet_route_add(bench->stack, inet_addr_v4(0), 0, on_port(1, 9), bench->ports[1]->above, 0);
    static const InetProtocolOps sink = { PROTOCOL, take, NULL, NULL };
    inet_register(bench->stack, &sink, NULL);
    learn_gateway(bench);
}

static void bench_clear(Bench *bench)
{
    inet_stack_free(bench->stack);
    net_node_free(bench->node);
    sim_pool_clear(&bench->packets);
    sim_free(bench->sim);
}

static void do_nothing(Bench *bench, Packet *pkt, uint32_t i)
{
    packet_free(pkt);
}

static void do_forward(Bench *bench, Packet *pkt, uint32_t i)
{
    pkt->ip.dst = inet_addr_v4(20u << 24 | (i % bench->n_destinations) * 97);
    net_port_arrive(bench->ports[0], pkt, 0);
}

static void do_send(Bench *bench, Packet *pkt, uint32_t i)
{
    inet_send(bench->stack, pkt, &bench->path, 0);
}

static void do_receive(Bench *bench, Packet *pkt, uint32_t i)
{
    pkt->ip.dst = on_port(0, 1);
    net_port_arrive(bench->ports[0], pkt, 0);
}

/* Nanoseconds a packet, of the best round; making the packet included. */
static double measure(Bench *bench, BenchFn fn)
{
    int64_t best_ns = INT64_MAX;
    for (int round = 0; round < ROUNDS; round++) {
        int64_t start_ns = bench_now_ns();
        for (uint32_t i = 0; i < PACKETS; i++) {
            Packet *pkt = packet_new(&bench->packets, &bench->node->entity, 0, PACKET_WHY_DATAGRAM);
            pkt->kind = PACKET_IP_OTHER;
            pkt->eth.dst = bench->ports[0]->mac;
            pkt->ip.src = on_port(0, 9);
            pkt->ip.dst = inet_addr_v4(20u << 24 | 5);
            pkt->ip.protocol = PROTOCOL;
            pkt->ip.ttl = 64;
            pkt->payload = (Payload){ .len_bytes = 1000, .stream = 1 };
            packet_set_length(pkt);
            fn(bench, pkt, i);
        }
        best_ns = MIN(best_ns, bench_now_ns() - start_ns);
    }
    return (double)best_ns / PACKETS;
}

int main(void)
{
    static const struct {
        const char *name;
        BenchFn fn;
        uint32_t n_destinations;
    } rows[] = {
        { "send by a kept path", do_send, 1 },
        { "receive", do_receive, 1 },
        { "forward, 1 destination", do_forward, 1 },
        { "forward, 100 destinations", do_forward, 100 },
        { "forward, 1000 destinations", do_forward, 1000 },
        { "forward, 10000 destinations", do_forward, 10000 },
        { "forward, 100000 destinations", do_forward, 100000 },
    };
    Bench bench = { .n_destinations = 1 };
    bench_init(&bench);
    double base_ns = measure(&bench, do_nothing);
    printf("Internet layer, ns a packet (%d routes, a packet's own %.1f ns taken off)\n", ROUTES,
           base_ns);
    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        bench.n_destinations = rows[i].n_destinations;
        printf("  %-30s %6.1f\n", rows[i].name, measure(&bench, rows[i].fn) - base_ns);
    }
    bench_clear(&bench);
    return 0;
}
