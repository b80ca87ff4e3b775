/* IP output: a datagram made here finds its way, gets its identification and goes to the link, to
 * ourselves or into pieces. */

#include "inet/inet_internal.h"

void inet_transmit(InetIface *iface, InetNeighbour *neighbour, Packet *pkt, int64_t now_ns)
{
    NetPort *port = iface->port;
    if (neighbour != NULL) {
        if (G_UNLIKELY(now_ns >= neighbour->usable_until_ns)) {
            inet_neighbour_send(neighbour, pkt, now_ns);
            return;
        }
        pkt->eth = neighbour->eth;
    }
    if (G_UNLIKELY(pkt->kind == PACKET_RAW)) {
        packet_set_link(pkt, port->link);
        packet_update_raw(pkt);
    }
    pkt->link = port->link;
    net_port_send(port, pkt, now_ns);
}

/* To ourselves: it arrives in an event of its own, so that no handler is called from a sender's
 * call. */
static void send_loop(InetStack *stack, Packet *pkt, int64_t now_ns)
{
    pkt->link = PACKET_LINK_RAW_IP;
    inet_packet_queue_push(&stack->loop, pkt);
    if (!sim_event_armed(&stack->loop_event)) {
        sim_arm(stack->node->sim, &stack->loop_event, now_ns, &stack->node->entity);
    }
}

/* The way to dst: the flow's own if it is still good, renewed if not; the stack's if there is
 * none. */
static InetPath *use_path(InetStack *stack, InetPath *path, InetAddr dst, int64_t now_ns)
{
    if (path == NULL) {
        return inet_path_lookup(stack, dst, now_ns);
    }
    if (G_LIKELY(inet_path_is_valid(stack, path, dst) && now_ns < stack->paths_until_ns)) {
        return path;
    }
    return inet_path_find(stack, dst, path) ? path : NULL;
}

/* RFC 6864 4: an identification has to differ from those of other datagrams between the same hosts
 * that may be cut and are still under way. One counter for all that the host sends does, atomic
 * ones included. */
static void fill_in(InetStack *stack, const InetPath *path, Packet *pkt)
{
    pkt->ip.ident = stack->next_ident++;
    if (pkt->ip.ttl == 0) {
        pkt->ip.ttl = stack->ttl;
    }
    if (inet_addr_family(pkt->ip.src) == INET_FAMILY_NONE) {
        bool v4 = inet_addr_family(pkt->ip.dst) == INET_FAMILY_IPV4;
        pkt->ip.src = path != NULL ? path->src : v4 ? inet_addr_v4(0) : (InetAddr){ 0 };
    }
    if (pkt->network_bytes == 0) {
        packet_set_length(pkt);
    }
}

bool inet_send(InetStack *stack, Packet *pkt, InetPath *path, int64_t now_ns)
{
    path = use_path(stack, path, pkt->ip.dst, now_ns);
    fill_in(stack, path, pkt);
    if (G_UNLIKELY(path == NULL)) {
        inet_discard(stack, pkt, INET_DISCARD_NO_ROUTE, now_ns);
        return false;
    }
    if (G_UNLIKELY(pkt->network_bytes > path->mtu_bytes && pkt->ip.dont_fragment)) {
        inet_discard(stack, pkt, INET_DISCARD_CANNOT_FRAGMENT, now_ns);
        return false;
    }
    if (stack->probe != NULL && stack->probe->on_send != NULL) {
        stack->probe->on_send(stack->probe->watcher, stack, pkt, now_ns);
    }
    if (G_UNLIKELY(path->kind == INET_PATH_LOCAL)) {
        send_loop(stack, pkt, now_ns);
    } else if (G_UNLIKELY(pkt->network_bytes > path->mtu_bytes)) {
        inet_fragment_send(path->iface, path->neighbour, pkt, path->mtu_bytes, now_ns);
    } else {
        inet_transmit(path->iface, path->neighbour, pkt, now_ns);
    }
    return true;
}
