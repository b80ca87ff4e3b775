/* Sending ICMP errors: to whom, about what never, how often, and with how much of the datagram. */

#include "inet/inet_internal.h"

/* RFC 1812 4.3.2.3: as much as fits, the headers of the error included. */
#define ERROR_MAX_BYTES 576
#define ERROR_TOS 0xc0 /* RFC 1812 4.3.2.5: precedence 6, internetwork control */

/* The first octet of an ICMP message in whatever form it is here; ICMP_ECHO if it has none. */
static uint8_t type_of(const Packet *pkt)
{
    if (pkt->kind == PACKET_ICMP) {
        return pkt->icmp.type;
    }
    uint32_t at = 0;
    if (pkt->kind == PACKET_RAW) {
        at = WIRE_IPV4_HEADER_BYTES + pkt->ip.option_bytes;
        at += pkt->link == PACKET_LINK_ETHERNET ? WIRE_ETH_HEADER_BYTES : 0;
    }
    return at < pkt->payload.len_bytes ? payload_bytes(&pkt->payload)[at] : ICMP_ECHO;
}

/* Who cannot be told: RFC 1122 3.2.2 asks for a source that is one host. */
static bool source_is_one_host(const InetStack *stack, const WireIp *ip)
{
    if (inet_addr_is_loopback(ip->src)) {
        return inet_addr_is_loopback(ip->dst); /* we talk to ourselves */
    }
    return inet_addr_is_host(ip->src) && !inet_stack_is_broadcast(stack, ip->src);
}

/* RFC 1122 3.2.2, RFC 1812 4.3.2.7: about these no error is ever sent. */
static bool is_forbidden(const InetStack *stack, const Packet *about)
{
    const WireIp *ip = &about->ip;
    bool by_group = about->link == PACKET_LINK_ETHERNET && mac_addr_is_group(&about->eth.dst);
    return ip->fragment_offset != 0 || by_group || inet_addr_is_multicast(ip->dst) ||
           inet_stack_is_broadcast(stack, ip->dst) || !source_is_one_host(stack, ip) ||
           (ip->protocol == IP_PROTOCOL_ICMP && inet_icmp_is_error(type_of(about)));
}

/* RFC 1812 4.3.2.8: a token bucket, kept as the time at which it would be full again. */
static bool take_token(InetStack *stack, int64_t now_ns)
{
    const InetConfig *config = &stack->config;
    if (config->icmp_error_rate_hz == 0) {
        return false;
    }
    int64_t token_ns = SIM_NS_PER_S / config->icmp_error_rate_hz;
    int64_t full_at_ns = MAX(stack->icmp_bucket_at_ns, now_ns);
    if (full_at_ns - now_ns > token_ns * (config->icmp_error_burst - 1)) {
        return false;
    }
    stack->icmp_bucket_at_ns = full_at_ns + token_ns;
    return true;
}

/* The beginning of the datagram, unaltered, at most max_bytes of it. */
static Payload quote(const Packet *about, uint32_t max_bytes)
{
    uint8_t *bytes = g_malloc(about->network_bytes);
    packet_serialise_network(about, bytes);
    return (Payload){ .len_bytes = MIN(about->network_bytes, max_bytes),
                      .bytes = g_bytes_new_take(bytes, about->network_bytes) };
}

void inet_icmp_error(InetStack *stack, const Packet *about, uint8_t type, uint8_t code,
                     uint32_t rest, int64_t now_ns)
{
    if (is_forbidden(stack, about) || !take_token(stack, now_ns)) {
        return;
    }
    Packet *pkt = inet_packet_new(stack, PACKET_WHY_ICMP_ERROR);
    pkt->kind = PACKET_ICMP;
    /* RFC 1122 3.2.1.3: from the address that was spoken to; RFC 1812 4.3.2.4: else from the
     * interface. */
    if (inet_stack_has_addr(stack, about->ip.dst)) {
        pkt->ip.src = about->ip.dst;
    }
    pkt->ip.dst = about->ip.src;
    pkt->ip.protocol = IP_PROTOCOL_ICMP;
    pkt->ip.tos = ERROR_TOS;
    pkt->icmp = (WireIcmp){ .type = type, .code = code, .rest = rest };
    pkt->payload = quote(about, ERROR_MAX_BYTES - WIRE_IPV4_HEADER_BYTES - WIRE_ICMP_HEADER_BYTES);
    inet_send(stack, pkt, NULL, now_ns);
}

void inet_icmp_failed(InetStack *stack, const Packet *about, uint8_t type, uint8_t code,
                      int64_t now_ns)
{
    if (!inet_stack_has_addr(stack, about->ip.src)) {
        inet_icmp_error(stack, about, type, code, 0, now_ns);
        return;
    }
    InetError error = { .type = type, .code = code, .reporter = about->ip.src };
    Payload quoted = quote(about, ERROR_MAX_BYTES);
    inet_icmp_report(stack, &error, payload_bytes(&quoted), quoted.len_bytes, now_ns);
    payload_clear(&quoted);
}
