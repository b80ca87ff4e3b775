/* What a hop costs by itself: a ring of nodes that pass parsed packets on, with no stack above. */

#include <stdio.h>

#include "bench/bench.h"
#include "net/net_wire.h"

enum { ROUNDS = 7, HOPS = 1000000 };

typedef struct Load {
    const char *label;
    uint32_t nodes;
    uint32_t pkts_per_wire;
    bool queued;       /* else every packet meets an idle transmitter */
    bool mixed;        /* lengths alternate */
    uint32_t loss_ppb; /* a chance that never comes: what the draw costs */
} Load;

static const Load loads[] = {
    { "10 wires, 1 in flight", 10, 1, false, false, 0 },
    { "10 wires, 100 in flight", 10, 100, false, false, 0 },
    { "10 wires, 100 queued", 10, 100, true, false, 0 },
    { "10 wires, 100 queued, mixed", 10, 100, true, true, 0 },
    { "10 wires, 100 in flight, loss", 10, 100, false, false, 1 },
    { "1000 wires, 1 in flight", 1000, 1, false, false, 0 },
    { "1000 wires, 100 in flight", 1000, 100, false, false, 0 },
    { "1000 wires, 100 queued", 1000, 100, true, false, 0 },
};

typedef struct Ring {
    Sim *sim;
    SimPool packets;
    NetNode **nodes;
    NetLink **links;
    uint32_t length;
} Ring;

/* Port 0 comes from the node before, port 1 goes to the one behind. */
static void pass_on(NetPort *port, Packet *pkt, int64_t now_ns)
{
    net_port_send(port->node->ports->pdata[1], pkt, now_ns);
}

static void build(Ring *ring, const Load *load)
{
    NetWireConfig config = {
        .rate_bps = 1000000000,
        .delay_ns = load->queued ? 10 * SIM_NS_PER_US : 10 * SIM_NS_PER_MS,
        .queue_limit = 1000,
        .loss_ppb = load->loss_ppb,
    };
    ring->sim = sim_new();
    sim_pool_init(&ring->packets, sizeof(Packet));
    ring->length = load->nodes;
    ring->nodes = g_new(NetNode *, load->nodes);
    ring->links = g_new(NetLink *, load->nodes);
    for (uint32_t i = 0; i < load->nodes; i++) {
        NetNode *node = net_node_new(ring->sim, &ring->packets, 1 + i, "node");
        net_node_add_port(node, (MacAddr){ 0 })->receive = pass_on;
        net_node_add_port(node, (MacAddr){ 0 });
        ring->nodes[i] = node;
    }
    for (uint32_t i = 0; i < load->nodes; i++) {
        NetPort *from = ring->nodes[i]->ports->pdata[1];
        NetPort *to = ring->nodes[(i + 1) % load->nodes]->ports->pdata[0];
        ring->links[i] =
            net_link_new("link", PACKET_LINK_RAW_IP, 1500, from, to,
                         (NetWireConfig[]){ config, config }, 1, 1 + load->nodes + 2 * i);
    }
}

static void fill(Ring *ring, const Load *load)
{
    for (uint32_t k = 0; k < load->pkts_per_wire; k++) {
        for (uint32_t i = 0; i < ring->length; i++) {
            Packet *pkt = packet_new(&ring->packets, &ring->nodes[i]->entity, 0, PACKET_WHY_NONE);
            pkt->kind = PACKET_TCP;
            pkt->link = PACKET_LINK_RAW_IP;
            pkt->network_bytes = load->mixed && k % 3 == 0 ? 52 : 1500;
            net_port_send(ring->nodes[i]->ports->pdata[1], pkt, 0);
        }
    }
}

static void clear(Ring *ring)
{
    for (uint32_t i = 0; i < ring->length; i++) {
        net_link_free(ring->links[i]);
    }
    for (uint32_t i = 0; i < ring->length; i++) {
        net_node_free(ring->nodes[i]);
    }
    g_free(ring->links);
    g_free(ring->nodes);
    sim_pool_clear(&ring->packets);
    sim_free(ring->sim);
}

static void run_hops(Sim *sim, uint64_t hops)
{
    uint64_t until = sim_event_count(sim) + hops;
    while (sim_event_count(sim) < until) {
        sim_run(sim, sim_now(sim) + SIM_NS_PER_MS);
    }
}

static double measure(const Load *load)
{
    double ns[ROUNDS];
    Ring ring;
    build(&ring, load);
    fill(&ring, load);
    run_hops(ring.sim, HOPS / 4);
    for (unsigned round = 0; round < ROUNDS; round++) {
        uint64_t before = sim_event_count(ring.sim);
        int64_t start_ns = bench_now_ns();
        run_hops(ring.sim, HOPS);
        uint64_t hops = sim_event_count(ring.sim) - before;
        ns[round] = (double)(bench_now_ns() - start_ns) / (double)hops;
    }
    clear(&ring);
    return bench_median(ns, ROUNDS);
}

int main(void)
{
    printf("hop: ns of processor time each, median of %d rounds of %d\n", ROUNDS, HOPS);
    for (size_t i = 0; i < G_N_ELEMENTS(loads); i++) {
        printf("%-32s %7.1f\n", loads[i].label, measure(&loads[i]));
    }
    return 0;
}
