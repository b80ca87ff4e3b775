/* ARP on Ethernet (RFC 826): requests, replies, and what any message teaches about its sender. */

#include "inet/inet_internal.h"

static const MacAddr mac_unknown = { { 0 } };

/* Sends a message with our own address on the link as sender; arp->sender_mac is filled in. */
static void send_arp(InetIface *iface, PacketWhy why, const MacAddr *to, WireArp arp,
                     int64_t now_ns)
{
    NetPort *port = iface->port;
    Packet *pkt = inet_packet_new(iface->stack, why);
    arp.sender_mac = port->mac;
    pkt->kind = PACKET_ARP;
    pkt->link = PACKET_LINK_ETHERNET;
    pkt->eth = (WireEth){ .dst = *to, .src = port->mac, .type = WIRE_ETHERTYPE_ARP };
    pkt->arp = arp;
    packet_set_length(pkt);
    net_port_send(port, pkt, now_ns);
}

void inet_arp_ask(InetNeighbour *neighbour, bool unicast, int64_t now_ns)
{
    InetIface *iface = neighbour->iface;
    WireArp arp = {
        .operation = WIRE_ARP_REQUEST,
        .sender_addr = iface->addr,
        .target_addr = neighbour->addr,
    };
    send_arp(iface, PACKET_WHY_ARP_REQUEST, unicast ? &neighbour->eth.dst : &mac_addr_broadcast,
             arp, now_ns);
}

void inet_arp_claim(InetIface *iface, bool probe, int64_t now_ns)
{
    WireArp arp = {
        .operation = WIRE_ARP_REQUEST,
        .sender_addr = probe ? inet_addr_v4(0) : iface->addr,
        .target_addr = iface->addr,
    };
    send_arp(iface, PACKET_WHY_ARP_ANNOUNCE, &mac_addr_broadcast, arp, now_ns);
}

static void reply(InetIface *iface, const WireArp *request, int64_t now_ns)
{
    WireArp arp = {
        .operation = WIRE_ARP_REPLY,
        .sender_addr = iface->addr,
        .target_mac = request->sender_mac,
        .target_addr = request->sender_addr,
    };
    send_arp(iface, PACKET_WHY_ARP_REPLY, &request->sender_mac, arp, now_ns);
}

/* Whether the sender's pair can be true. RFC 1812 3.3.2: nobody has a group address on the link; a
 * probe has no sender address (RFC 5227 1.1). */
static bool sender_is_one_host(const WireArp *arp)
{
    return !mac_addr_is_group(&arp->sender_mac) &&
           !mac_addr_equal(&arp->sender_mac, &mac_unknown) && inet_addr_is_host(arp->sender_addr);
}

/* RFC 826, packet reception: an entry that exists takes the sender's address on the link, whatever
 * the message is for; a new one is made only by a message for us. */
static void merge(InetIface *iface, const WireArp *arp, bool for_us, int64_t now_ns)
{
    InetNeighbour *neighbour = inet_neighbour_find(iface, arp->sender_addr);
    if (neighbour == NULL && for_us) {
        neighbour = inet_neighbour_get(iface, arp->sender_addr);
    }
    if (neighbour != NULL) {
        inet_neighbour_confirm(neighbour, arp->sender_mac, now_ns);
    }
}

void inet_arp_receive(InetIface *iface, Packet *pkt, int64_t now_ns)
{
    WireArp arp = pkt->arp;
    packet_free(pkt);
    if (mac_addr_equal(&arp.sender_mac, &iface->port->mac)) {
        return; /* our own, come back by a loop in the network */
    }
    if (inet_conflict_check(iface, &arp, now_ns) || !iface->usable) {
        return;
    }
    bool for_us = inet_addr_equal(arp.target_addr, iface->addr);
    if (sender_is_one_host(&arp)) {
        merge(iface, &arp, for_us, now_ns);
    }
    /* RFC 5227 2.5: probes are answered as requests are. */
    if (for_us && arp.operation == WIRE_ARP_REQUEST && !mac_addr_is_group(&arp.sender_mac)) {
        reply(iface, &arp, now_ns);
    }
}
