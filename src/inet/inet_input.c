/* IP input: from a port to the protocol above, or on to the next hop. */

#include "inet/inet_internal.h"
#include "net/net_ahead.h"

/* RFC 1122 3.2.1.3: a source must be one host's address; none at all is for hosts that still ask
 * for one, and only everybody on the link hears them. */
static bool source_is_good(const InetIface *iface, const WireIp *ip)
{
    if (G_LIKELY(inet_addr_is_host(ip->src))) {
        return !inet_addr_equal(ip->src, iface->broadcast);
    }
    return inet_addr_is_any(ip->src) && inet_addr_is_broadcast(ip->dst);
}

/* False: the packet was refused and is gone. */
static bool options_are_good(InetStack *stack, Packet *pkt, bool for_us, int64_t now_ns)
{
    InetOptions options = inet_options_read(pkt);
    if (options.bad_at != 0) {
        /* RFC 1122 3.2.2.5: the pointer names the octet. */
        inet_icmp_error(stack, pkt, ICMP_PARAMETER_PROBLEM, 0, (uint32_t)options.bad_at << 24,
                        now_ns);
        inet_discard(stack, pkt, INET_DISCARD_OPTION, now_ns);
        return false;
    }
    if (options.source_route && for_us) {
        /* Departs: RFC 1812 5.3.13.4 wants routers to follow source routes by default; nobody has
         * for decades, as they carry attackers past filters (RFC 7126 4.3). */
        inet_icmp_error(stack, pkt, ICMP_UNREACHABLE, ICMP_UNREACHABLE_SOURCE_ROUTE, 0, now_ns);
        inet_discard(stack, pkt, INET_DISCARD_SOURCE_ROUTE, now_ns);
        return false;
    }
    return true;
}

/* Hands a whole, parsed datagram to its protocol. */
static void dispatch(InetStack *stack, Packet *pkt, int64_t now_ns)
{
    const InetProtocol *protocol = inet_protocol_find(stack, pkt->ip.protocol);
    if (stack->probe != NULL && stack->probe->on_receive != NULL) {
        stack->probe->on_receive(stack->probe->watcher, stack, pkt, now_ns);
    }
    if (G_UNLIKELY(protocol == NULL)) {
        inet_icmp_error(stack, pkt, ICMP_UNREACHABLE, ICMP_UNREACHABLE_PROTOCOL, 0, now_ns);
        inet_discard(stack, pkt, INET_DISCARD_NO_PROTOCOL, now_ns);
        return;
    }
    protocol->ops->receive(protocol->above, pkt, now_ns);
}

void inet_deliver(InetStack *stack, Packet *pkt, int64_t now_ns)
{
    PacketFault fault = packet_parse(pkt, PACKET_DEPTH_TRANSPORT);
    if (G_UNLIKELY(fault != PACKET_OK)) {
        inet_discard_fault(stack, pkt, INET_DISCARD_PARSE, fault, now_ns);
        return;
    }
    if (G_UNLIKELY(wire_ip_is_fragment(&pkt->ip))) {
        pkt = inet_reassembly_add(stack, pkt, now_ns);
        if (pkt == NULL) {
            return;
        }
    }
    dispatch(stack, pkt, now_ns);
}

/* Whether a datagram that came in by iface is for this host. Weak host model (RFC 1122 3.3.4.2):
 * any of our addresses will do, by any interface. *out_path is a router's way on, NULL if it knows
 * none. */
static bool is_for_us(const InetIface *iface, InetAddr dst, int64_t now_ns, InetPath **out_path)
{
    if (G_LIKELY(inet_addr_equal(dst, iface->addr) && iface->usable)) {
        return true;
    }
    InetStack *stack = iface->stack;
    if (!stack->forwards) {
        return inet_iface_of(stack, dst) != NULL || inet_stack_is_broadcast(stack, dst);
    }
    InetPath *path = inet_path_lookup(stack, dst, now_ns);
    *out_path = path;
    if (path == NULL) {
        return false;
    }
    /* RFC 1122 3.2.1.3 (g): a loopback address is never seen outside of a host. */
    return path->kind == INET_PATH_BROADCAST ||
           (path->kind == INET_PATH_LOCAL && !inet_addr_is_loopback(dst));
}

static void receive_ip(InetIface *iface, Packet *pkt, int64_t now_ns)
{
    InetStack *stack = iface->stack;
    if (G_UNLIKELY(!source_is_good(iface, &pkt->ip))) {
        inet_discard(stack, pkt, INET_DISCARD_BAD_SOURCE, now_ns);
        return;
    }
    InetPath *path = NULL;
    bool for_us = is_for_us(iface, pkt->ip.dst, now_ns, &path);
    if (G_UNLIKELY(!for_us && !stack->forwards)) {
        inet_discard(stack, pkt, INET_DISCARD_NOT_LOCAL, now_ns);
        return;
    }
    if (G_UNLIKELY(pkt->ip.option_bytes != 0) && !options_are_good(stack, pkt, for_us, now_ns)) {
        return;
    }
    if (for_us) {
        inet_deliver(stack, pkt, now_ns);
    } else {
        inet_forward(iface, path, pkt, now_ns);
    }
}

void inet_receive(NetPort *port, Packet *pkt, int64_t now_ns)
{
    InetIface *iface = port->above;
    PacketFault fault = packet_parse(pkt, PACKET_DEPTH_NETWORK);
    if (G_UNLIKELY(fault != PACKET_OK)) {
        inet_discard_fault(iface->stack, pkt, INET_DISCARD_PARSE, fault, now_ns);
    } else if (G_UNLIKELY(pkt->kind == PACKET_ARP)) {
        inet_arp_receive(iface, pkt, now_ns);
    } else {
        receive_ip(iface, pkt, now_ns);
    }
}

void inet_ahead(const NetPort *port, const Packet *pkt, unsigned step)
{
    const InetIface *iface = port->above;
    if (step == 0) {
        sim_lines_fetch(iface, 1);
        sim_lines_fetch(port->node, 1);
        return;
    }
    const InetStack *stack = iface->stack;
    if (step == 1) {
        sim_lines_fetch(stack, INET_STACK_HOT_LINES);
        return;
    }
    step -= NET_AHEAD_STEPS - INET_AHEAD_STEPS;
    if (stack->forwards) {
        inet_path_ahead(stack, pkt->ip.dst, step);
        return;
    }
    if (step == 0) {
        net_ahead_out(port); /* by which most hosts answer */
    }
    const InetProtocol *protocol = inet_protocol_find(stack, pkt->ip.protocol);
    if (protocol != NULL && protocol->ops->ahead != NULL) {
        protocol->ops->ahead(protocol->above, pkt, step);
    }
}
