/* Whether two packets say the same on the wire, and the check that the parsed form and the octets
 * agree. */

#include <string.h>

#include "wire/packet.h"

static bool ip_equal(const WireIp *a, const WireIp *b)
{
    return inet_addr_equal(a->src, b->src) && inet_addr_equal(a->dst, b->dst) &&
           a->protocol == b->protocol && a->ttl == b->ttl && a->tos == b->tos &&
           a->option_bytes == b->option_bytes && a->ident == b->ident &&
           a->fragment_offset == b->fragment_offset && a->dont_fragment == b->dont_fragment &&
           a->more_fragments == b->more_fragments;
}

static bool tcp_rare_equal(const WireTcp *a, const WireTcp *b)
{
    return a->rare.options == b->rare.options && a->rare.user_timeout == b->rare.user_timeout &&
           a->rare.cookie_bytes == b->rare.cookie_bytes &&
           a->rare.cookie_trial == b->rare.cookie_trial &&
           memcmp(a->cookie, b->cookie, a->rare.cookie_bytes) == 0;
}

static bool tcp_options_equal(const WireTcp *a, const WireTcp *b)
{
    uint8_t options = a->options & (uint8_t)~TCP_OPT_UNKNOWN; /* not written again */
    if (options != (b->options & (uint8_t)~TCP_OPT_UNKNOWN)) {
        return false;
    }
    if ((options & TCP_OPT_MSS) != 0 && a->mss != b->mss) {
        return false;
    }
    if ((options & TCP_OPT_WINDOW_SCALE) != 0 && a->window_scale != b->window_scale) {
        return false;
    }
    if ((options & TCP_OPT_TIMESTAMPS) != 0 && (a->ts_val != b->ts_val || a->ts_ecr != b->ts_ecr)) {
        return false;
    }
    if ((options & TCP_OPT_RARE) != 0 && !tcp_rare_equal(a, b)) {
        return false;
    }
    return (options & TCP_OPT_SACK) == 0 ||
           (a->sack_count == b->sack_count &&
            memcmp(a->sack, b->sack, a->sack_count * sizeof a->sack[0]) == 0);
}

static bool tcp_equal(const WireTcp *a, const WireTcp *b)
{
    return a->src_port == b->src_port && a->dst_port == b->dst_port && a->seq == b->seq &&
           a->ack == b->ack && a->flags == b->flags && a->window == b->window &&
           a->urgent == b->urgent && a->header_bytes == b->header_bytes && tcp_options_equal(a, b);
}

static bool arp_equal(const WireArp *a, const WireArp *b)
{
    return a->operation == b->operation && mac_addr_equal(&a->sender_mac, &b->sender_mac) &&
           mac_addr_equal(&a->target_mac, &b->target_mac) &&
           inet_addr_equal(a->sender_addr, b->sender_addr) &&
           inet_addr_equal(a->target_addr, b->target_addr);
}

static bool transport_equal(const Packet *a, const Packet *b)
{
    switch (a->kind) {
    case PACKET_TCP:
        return tcp_equal(&a->tcp, &b->tcp);
    case PACKET_UDP:
        return a->udp.src_port == b->udp.src_port && a->udp.dst_port == b->udp.dst_port;
    case PACKET_ICMP:
        return a->icmp.type == b->icmp.type && a->icmp.code == b->icmp.code &&
               a->icmp.rest == b->icmp.rest;
    case PACKET_ARP:
        return arp_equal(&a->arp, &b->arp);
    case PACKET_IP_OTHER:
    case PACKET_RAW:
        break;
    }
    return true;
}

static bool link_equal(const Packet *a, const Packet *b)
{
    return a->link == PACKET_LINK_RAW_IP ||
           (mac_addr_equal(&a->eth.dst, &b->eth.dst) && mac_addr_equal(&a->eth.src, &b->eth.src) &&
            a->eth.type == b->eth.type);
}

const char *packet_difference(const Packet *a, const Packet *b)
{
    if (a->kind != b->kind || a->link != b->link) {
        return "kind";
    }
    if (a->kind != PACKET_RAW) {
        if (a->network_bytes != b->network_bytes) {
            return "length";
        }
        if (!link_equal(a, b)) {
            return "link header";
        }
        if (a->kind != PACKET_ARP && !ip_equal(&a->ip, &b->ip)) {
            return "ip header";
        }
        if (a->kind != PACKET_ARP && a->ip.option_bytes != 0 &&
            memcmp(a->ip_options, b->ip_options, a->ip.option_bytes) != 0) {
            return "ip options";
        }
        if (!transport_equal(a, b)) {
            return "transport header";
        }
    }
    return payload_same_bytes(&a->payload, &b->payload) ? NULL : "payload";
}

void packet_check_round_trip(const Packet *pkt)
{
    if (pkt->kind == PACKET_RAW) {
        return;
    }
    uint32_t len_bytes = packet_frame_bytes(pkt);
    uint8_t *bytes = g_malloc(len_bytes);
    packet_serialise(pkt, bytes);
    Packet again = { .kind = PACKET_RAW, .link = pkt->link };
    again.payload.bytes = g_bytes_new_take(bytes, len_bytes);
    again.payload.len_bytes = len_bytes;

    PacketFault fault = packet_parse(&again, PACKET_DEPTH_TRANSPORT);
    g_assert_cmpstr(packet_fault_to_string(fault), ==, packet_fault_to_string(PACKET_OK));
    g_assert_cmpstr(packet_difference(pkt, &again), ==, NULL);
    packet_drop_owned(&again);
}
