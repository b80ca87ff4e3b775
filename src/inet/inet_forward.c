/* Forwarding (RFC 1812 section 5): one look-up, one less to live, on to the next hop. */

#include "inet/inet_internal.h"

/* RFC 1812 5.2.7.2: the sender could have reached the next hop itself. */
static void advise_sender(InetIface *in, const Packet *pkt, InetAddr next_hop, int64_t now_ns)
{
    InetStack *stack = in->stack;
    if (!stack->config.send_redirects ||
        !inet_addr_in_prefix(pkt->ip.src, in->addr, in->prefix_bits) ||
        !inet_addr_in_prefix(next_hop, in->addr, in->prefix_bits)) {
        return;
    }
    if (pkt->ip.option_bytes != 0 && inet_options_read(pkt).source_route) {
        return;
    }
    inet_icmp_error(stack, pkt, ICMP_REDIRECT, ICMP_REDIRECT_HOST, inet_addr_to_v4(next_hop),
                    now_ns);
}

/* Takes a packet that dies here, and tells its sender. */
static void refuse(InetStack *stack, Packet *pkt, InetDiscard why, uint8_t type, uint8_t code,
                   uint32_t rest, int64_t now_ns)
{
    inet_icmp_error(stack, pkt, type, code, rest, now_ns);
    inet_discard(stack, pkt, why, now_ns);
}

static bool cannot_be_cut(const InetPath *path, const Packet *pkt)
{
    return pkt->network_bytes > path->iface->port->mtu_bytes && pkt->ip.dont_fragment;
}

/* Why a packet cannot go on; false: it can. It is gone then, and its sender told where that is
 * allowed. */
static bool refused(InetStack *stack, const InetPath *path, Packet *pkt, int64_t now_ns)
{
    if (G_UNLIKELY(pkt->link == PACKET_LINK_ETHERNET && mac_addr_is_group(&pkt->eth.dst))) {
        /* RFC 1812 5.3.4: what a link's broadcast brought is not forwarded. */
        inet_discard(stack, pkt, INET_DISCARD_NOT_LOCAL, now_ns);
    } else if (G_UNLIKELY(path == NULL)) {
        refuse(stack, pkt, INET_DISCARD_NO_ROUTE, ICMP_UNREACHABLE, ICMP_UNREACHABLE_NET, 0,
               now_ns);
    } else if (G_UNLIKELY(path->kind != INET_PATH_UNICAST)) {
        inet_discard(stack, pkt, INET_DISCARD_NOT_LOCAL, now_ns);
    } else if (G_UNLIKELY(pkt->ip.ttl <= 1)) {
        refuse(stack, pkt, INET_DISCARD_TTL, ICMP_TIME_EXCEEDED, ICMP_TIME_EXCEEDED_TTL, 0, now_ns);
    } else if (G_UNLIKELY(cannot_be_cut(path, pkt))) {
        /* RFC 1191 section 4: the next hop's MTU in the low half. */
        refuse(stack, pkt, INET_DISCARD_CANNOT_FRAGMENT, ICMP_UNREACHABLE,
               ICMP_UNREACHABLE_NEEDS_FRAGMENTATION, path->iface->port->mtu_bytes, now_ns);
    } else {
        return false;
    }
    return true;
}

void inet_forward(InetIface *in, const InetPath *path, Packet *pkt, int64_t now_ns)
{
    InetStack *stack = in->stack;
    if (G_UNLIKELY(refused(stack, path, pkt, now_ns))) {
        return;
    }
    /* Copies: a message of our own may use the cache, and the path with it. */
    InetIface *out = path->iface;
    InetNeighbour *neighbour = path->neighbour;
    if (G_UNLIKELY(out == in && neighbour != NULL)) {
        advise_sender(in, pkt, neighbour->addr, now_ns);
    }
    pkt->ip.ttl--;
    if (stack->probe != NULL && stack->probe->on_forward != NULL) {
        stack->probe->on_forward(stack->probe->watcher, stack, pkt, now_ns);
    }
    uint32_t mtu_bytes = out->port->mtu_bytes;
    if (G_LIKELY(pkt->network_bytes <= mtu_bytes)) {
        inet_transmit(out, neighbour, pkt, now_ns);
    } else {
        inet_fragment_send(out, neighbour, pkt, mtu_bytes, now_ns);
    }
}
