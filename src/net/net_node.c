#include "net/net_node.h"

#include <stdlib.h>

#include "net/net_wire.h"
#include "sim/sim_lines.h"

G_STATIC_ASSERT(sizeof(NetPort) <= SIM_LINE_BYTES);

NetNode *net_node_new(Sim *sim, SimPool *packets, uint32_t entity_id, const char *name)
{
    NetNode *node = sim_lines_new0(1, sizeof *node);
    sim_entity_init(&node->entity, entity_id);
    node->name = g_strdup(name);
    node->sim = sim;
    node->packets = packets;
    node->up = true;
    node->ports = g_ptr_array_new_with_free_func(free);
    return node;
}

void net_node_free(NetNode *node)
{
    if (node != NULL) {
        g_ptr_array_unref(node->ports);
        g_free(node->name);
        free(node);
    }
}

NetPort *net_node_add_port(NetNode *node, MacAddr mac)
{
    NetPort *port = sim_lines_new0(1, sizeof *port);
    port->node = node;
    port->index = node->ports->len;
    port->mac = mac;
    g_ptr_array_add(node->ports, port);
    return port;
}

void net_node_drop(NetNode *node, Packet *pkt, NetDrop why, int64_t now_ns)
{
    node->dropped_pkts[why]++;
    if (node->probe != NULL && node->probe->on_drop != NULL) {
        node->probe->on_drop(node->probe->watcher, NULL, node, pkt, why, &NET_DETAIL_NONE, now_ns);
    }
    packet_free(pkt);
}

void net_port_send(NetPort *port, Packet *pkt, int64_t now_ns)
{
    if (G_UNLIKELY(!port->node->up)) {
        net_node_drop(port->node, pkt, NET_DROP_NODE_DOWN, now_ns);
        return;
    }
    if (G_UNLIKELY(port->out == NULL)) {
        net_node_drop(port->node, pkt, NET_DROP_LINK_DOWN, now_ns);
        return;
    }
    net_wire_offer(port->out, pkt, now_ns);
}

static inline bool is_for_port(const NetPort *port, const Packet *pkt)
{
    const MacAddr *dst = &pkt->eth.dst;
    return port->promiscuous || mac_addr_equal(dst, &port->mac) || mac_addr_is_group(dst);
}

void net_port_arrive(NetPort *port, Packet *pkt, int64_t now_ns)
{
    NetNode *node = port->node;

    g_assert(pkt->link == port->link);
    if (G_UNLIKELY(!node->up)) {
        net_node_drop(node, pkt, NET_DROP_NODE_DOWN, now_ns);
        return;
    }
    if (pkt->link == PACKET_LINK_ETHERNET) {
        bool raw = pkt->kind == PACKET_RAW;
        if (G_UNLIKELY(raw && packet_parse(pkt, PACKET_DEPTH_LINK) != PACKET_OK)) {
            net_node_drop(node, pkt, NET_DROP_BAD_FRAME, now_ns);
            return;
        }
        if (G_UNLIKELY(!is_for_port(port, pkt))) {
            net_node_drop(node, pkt, NET_DROP_NOT_FOR_US, now_ns);
            return;
        }
    }
    port->receive(port, pkt, now_ns);
}
