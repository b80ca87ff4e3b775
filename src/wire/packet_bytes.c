/* Packets to and from octets: link header, network header, transport header, payload. */

#include <string.h>

#include "wire/checksum.h"
#include "wire/packet.h"
#include "wire/wire_bytes.h"

/* How a transport protects its octets; all zero for kinds without a checksum. */
typedef struct TransportFormat {
    uint8_t protocol;    /* ip.protocol */
    uint8_t checksum_at; /* where the checksum stands in the header; 0: none */
    bool pseudo_header;
    bool may_be_absent; /* a checksum of zero means that none was made */
} TransportFormat;

static const TransportFormat formats[] = {
    [PACKET_TCP] = { IP_PROTOCOL_TCP, 16, true, false },
    [PACKET_UDP] = { IP_PROTOCOL_UDP, 6, true, true },
    [PACKET_ICMP] = { IP_PROTOCOL_ICMP, 2, false, false },
    [PACKET_ARP] = { 0 },
    [PACKET_IP_OTHER] = { 0 },
};

static uint32_t ip_header_bytes(const Packet *pkt)
{
    return WIRE_IPV4_HEADER_BYTES + pkt->ip.option_bytes;
}

static uint16_t transport_checksum(const TransportFormat *format, const WireIp *ip,
                                   const uint8_t *bytes, uint32_t len_bytes)
{
    uint64_t sum = checksum_add(0, bytes, len_bytes);
    if (format->pseudo_header) {
        sum = checksum_add_pseudo(sum, ip->src, ip->dst, format->protocol, len_bytes);
    }
    return checksum_finish(sum);
}

static void write_transport_header(const Packet *pkt, uint32_t len_bytes, uint8_t *out_bytes)
{
    switch (pkt->kind) {
    case PACKET_TCP:
        wire_tcp_write(&pkt->tcp, out_bytes);
        break;
    case PACKET_UDP:
        wire_udp_write(&pkt->udp, len_bytes, out_bytes);
        break;
    case PACKET_ICMP:
        wire_icmp_write(&pkt->icmp, out_bytes);
        break;
    case PACKET_ARP:
        wire_arp_write(&pkt->arp, out_bytes);
        break;
    case PACKET_IP_OTHER:
    case PACKET_RAW:
        break;
    }
}

/* Header and payload of the transport, len_bytes in all, with the checksum. */
static void write_transport(const Packet *pkt, uint32_t len_bytes, uint8_t *out_bytes)
{
    uint32_t header_bytes = packet_transport_header_bytes(pkt);
    g_assert(header_bytes + pkt->payload.len_bytes == len_bytes);
    write_transport_header(pkt, len_bytes, out_bytes);
    payload_write(&pkt->payload, out_bytes + header_bytes);

    const TransportFormat *format = &formats[pkt->kind];
    if (format->checksum_at == 0) {
        return;
    }
    uint16_t checksum = transport_checksum(format, &pkt->ip, out_bytes, len_bytes);
    if (format->may_be_absent && checksum == 0) {
        checksum = 0xffff; /* RFC 768: a computed zero is sent as all ones */
    }
    wire_put16(out_bytes + format->checksum_at, checksum);
}

void packet_serialise_network(const Packet *pkt, uint8_t *out_bytes)
{
    if (pkt->kind == PACKET_RAW) {
        uint32_t at = pkt->link == PACKET_LINK_ETHERNET ? WIRE_ETH_HEADER_BYTES : 0;
        g_assert(at + pkt->network_bytes <= pkt->payload.len_bytes);
        memcpy(out_bytes, payload_bytes(&pkt->payload) + at, pkt->network_bytes);
    } else if (pkt->kind == PACKET_ARP) {
        write_transport(pkt, pkt->network_bytes, out_bytes);
    } else {
        uint32_t header_bytes = ip_header_bytes(pkt);
        wire_ipv4_write(&pkt->ip, pkt->ip_options, pkt->network_bytes, out_bytes);
        write_transport(pkt, pkt->network_bytes - header_bytes, out_bytes + header_bytes);
    }
}

void packet_serialise(const Packet *pkt, uint8_t *out_bytes)
{
    if (pkt->kind == PACKET_RAW) {
        payload_write(&pkt->payload, out_bytes);
        return;
    }
    uint32_t at = 0;
    if (pkt->link == PACKET_LINK_ETHERNET) {
        wire_eth_write(&pkt->eth, out_bytes);
        at = WIRE_ETH_HEADER_BYTES;
    }
    packet_serialise_network(pkt, out_bytes + at);
    at += pkt->network_bytes;
    memset(out_bytes + at, 0, packet_frame_bytes(pkt) - at);
}

/* ---- reading ---- */

static PacketFault parse_arp(Packet *pkt, const uint8_t *bytes, size_t len_bytes)
{
    PacketFault fault = wire_arp_parse(bytes, len_bytes, &pkt->arp);
    if (fault == PACKET_OK) {
        pkt->kind = PACKET_ARP;
        pkt->network_bytes = WIRE_ARP_BYTES;
        payload_clear(&pkt->payload);
    }
    return fault;
}

static PacketFault parse_ipv4(Packet *pkt, const uint8_t *bytes, size_t len_bytes)
{
    uint32_t total_bytes;
    uint8_t *old_options = pkt->ip.option_bytes != 0 ? pkt->ip_options : NULL;
    PacketFault fault = wire_ipv4_parse(bytes, len_bytes, &pkt->ip, &total_bytes);
    if (fault == PACKET_OK) {
        pkt->network_bytes = total_bytes;
        g_free(old_options);
        pkt->ip_options = g_memdup2(bytes + WIRE_IPV4_HEADER_BYTES, pkt->ip.option_bytes);
    }
    return fault;
}

/* One protocol's header; *out_kind and *out_total_bytes (the octets covered by the checksum) are
 * set if it could be read at all. A bad TCP option is reported though they are. */
static PacketFault read_transport_header(Packet *pkt, const uint8_t *bytes, uint32_t len_bytes,
                                         PacketKind *out_kind, uint32_t *out_total_bytes)
{
    *out_kind = PACKET_IP_OTHER;
    *out_total_bytes = len_bytes;
    switch (pkt->ip.protocol) {
    case IP_PROTOCOL_TCP:
        *out_kind = PACKET_TCP;
        return wire_tcp_parse(bytes, len_bytes, &pkt->tcp);
    case IP_PROTOCOL_UDP:
        *out_kind = PACKET_UDP;
        return wire_udp_parse(bytes, len_bytes, &pkt->udp, out_total_bytes);
    case IP_PROTOCOL_ICMP:
        *out_kind = PACKET_ICMP;
        return wire_icmp_parse(bytes, len_bytes, &pkt->icmp);
    default:
        return PACKET_OK;
    }
}

static bool checksum_is_good(const Packet *pkt, PacketKind kind, const uint8_t *bytes,
                             uint32_t len_bytes)
{
    const TransportFormat *format = &formats[kind];
    if (format->checksum_at == 0) {
        return true;
    }
    if (format->may_be_absent && wire_get16(bytes + format->checksum_at) == 0) {
        return true;
    }
    return transport_checksum(format, &pkt->ip, bytes, len_bytes) == 0;
}

/* Turns the packet, whose payload starts with ip_at octets before the IP payload of len_bytes, into
 * a parsed one; a fault leaves it as it is. */
static PacketFault parse_ip_payload(Packet *pkt, uint32_t ip_at, uint32_t len_bytes)
{
    const uint8_t *bytes = payload_bytes(&pkt->payload) + ip_at;
    PacketKind kind = PACKET_IP_OTHER;
    uint32_t total_bytes = len_bytes;
    PacketFault fault = PACKET_OK;
    if (!wire_ip_is_fragment(&pkt->ip)) {
        fault = read_transport_header(pkt, bytes, len_bytes, &kind, &total_bytes);
    }
    bool readable = fault == PACKET_OK || fault == PACKET_FAULT_TCP_OPTION;
    if (readable && !checksum_is_good(pkt, kind, bytes, total_bytes)) {
        return PACKET_FAULT_TRANSPORT_CHECKSUM;
    }
    if (fault != PACKET_OK) {
        return fault;
    }
    pkt->kind = kind;
    uint32_t header_bytes = packet_transport_header_bytes(pkt);
    pkt->network_bytes = ip_header_bytes(pkt) + total_bytes;
    Payload rest = payload_slice(&pkt->payload, ip_at + header_bytes, total_bytes - header_bytes);
    payload_clear(&pkt->payload);
    pkt->payload = rest;
    return PACKET_OK;
}

static PacketFault parse_raw(Packet *pkt, PacketDepth depth)
{
    const uint8_t *bytes = payload_bytes(&pkt->payload);
    uint32_t len_bytes = pkt->payload.len_bytes;
    uint32_t at = 0;
    if (pkt->link == PACKET_LINK_ETHERNET) {
        if (!wire_eth_parse(bytes, len_bytes, &pkt->eth)) {
            return PACKET_FAULT_SHORT;
        }
        at = WIRE_ETH_HEADER_BYTES;
    }
    if (depth == PACKET_DEPTH_LINK) {
        return PACKET_OK;
    }
    if (pkt->link == PACKET_LINK_ETHERNET && pkt->eth.type == WIRE_ETHERTYPE_ARP) {
        return parse_arp(pkt, bytes + at, len_bytes - at);
    }
    if (pkt->link == PACKET_LINK_ETHERNET && pkt->eth.type != WIRE_ETHERTYPE_IPV4) {
        return PACKET_FAULT_ETHERTYPE;
    }
    PacketFault fault = parse_ipv4(pkt, bytes + at, len_bytes - at);
    if (fault != PACKET_OK || depth == PACKET_DEPTH_NETWORK) {
        return fault;
    }
    uint32_t header_bytes = ip_header_bytes(pkt);
    return parse_ip_payload(pkt, at + header_bytes, pkt->network_bytes - header_bytes);
}

PacketFault packet_parse(Packet *pkt, PacketDepth depth)
{
    if (G_LIKELY(pkt->kind != PACKET_RAW)) {
        return PACKET_OK;
    }
    pkt->fault = parse_raw(pkt, depth);
    return pkt->fault;
}

PacketFault packet_parse_transport(Packet *pkt)
{
    g_assert(pkt->kind == PACKET_IP_OTHER && !wire_ip_is_fragment(&pkt->ip));
    pkt->fault = parse_ip_payload(pkt, 0, pkt->payload.len_bytes);
    return pkt->fault;
}
