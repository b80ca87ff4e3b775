/* ICMP input (RFC 792, RFC 1122 section 3.2.2): what each type of message means here. Sending
 * errors and the echo service are next door. */

#include "inet/inet_internal.h"
#include "sim/lang.h"
#include "wire/wire_bytes.h"

#define ANY_CODE UINT8_MAX

/* Rows of one type: the codes that have a name, then ANY_CODE. */
static const struct {
    uint8_t type, code;
    const char *name;
} icmp_names[] = {
    { ICMP_ECHO_REPLY, ANY_CODE, N_("echo reply") },
    { ICMP_UNREACHABLE, ICMP_UNREACHABLE_NET, N_("network unreachable") },
    { ICMP_UNREACHABLE, ICMP_UNREACHABLE_HOST, N_("host unreachable") },
    { ICMP_UNREACHABLE, ICMP_UNREACHABLE_PROTOCOL, N_("protocol unreachable") },
    { ICMP_UNREACHABLE, ICMP_UNREACHABLE_PORT, N_("port unreachable") },
    { ICMP_UNREACHABLE, ICMP_UNREACHABLE_NEEDS_FRAGMENTATION, N_("fragmentation needed") },
    { ICMP_UNREACHABLE, ICMP_UNREACHABLE_SOURCE_ROUTE, N_("source route failed") },
    { ICMP_UNREACHABLE, ANY_CODE, N_("destination unreachable") },
    { ICMP_SOURCE_QUENCH, ANY_CODE, N_("source quench") },
    { ICMP_REDIRECT, ANY_CODE, N_("redirect") },
    { ICMP_ECHO, ANY_CODE, N_("echo request") },
    { ICMP_TIME_EXCEEDED, ICMP_TIME_EXCEEDED_TTL, N_("time to live exceeded") },
    { ICMP_TIME_EXCEEDED, ICMP_TIME_EXCEEDED_REASSEMBLY, N_("reassembly time exceeded") },
    { ICMP_TIME_EXCEEDED, ANY_CODE, N_("time exceeded") },
    { ICMP_PARAMETER_PROBLEM, ANY_CODE, N_("parameter problem") },
};

const char *icmp_to_string(uint8_t type, uint8_t code)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(icmp_names); i++) {
        bool code_fits = icmp_names[i].code == code || icmp_names[i].code == ANY_CODE;
        if (icmp_names[i].type == type && code_fits) {
            return icmp_names[i].name;
        }
    }
    return N_("ICMP message");
}

bool inet_icmp_is_error(uint8_t type)
{
    return type == ICMP_UNREACHABLE || type == ICMP_SOURCE_QUENCH || type == ICMP_REDIRECT ||
           type == ICMP_TIME_EXCEEDED || type == ICMP_PARAMETER_PROBLEM;
}

/* Messages about our datagrams. */

/* What an old router that gave no MTU may have met: the next lower of the common sizes (RFC
 * 1191 7.1). */
static uint32_t guess_mtu(uint32_t sent_bytes)
{
    static const uint32_t plateaus[] = { 32000, 17914, 8166, 4352, 2002, 1492, 1006, 508, 296 };
    for (unsigned i = 0; i < G_N_ELEMENTS(plateaus); i++) {
        if (plateaus[i] < sent_bytes) {
            return plateaus[i];
        }
    }
    return INET_MIN_MTU_BYTES;
}

/* Reads addresses and ports from the beginning of a datagram, which somebody else wrote: nothing in
 * it can be relied on. False: too short, or not from here. */
static bool read_quoted(const InetStack *stack, const uint8_t *bytes, uint32_t len_bytes,
                        InetError *error)
{
    WireIp ip;
    if (!wire_ipv4_parse_quoted(bytes, len_bytes, &ip) || !inet_stack_has_addr(stack, ip.src)) {
        return false;
    }
    uint32_t header_bytes = WIRE_IPV4_HEADER_BYTES + ip.option_bytes;
    if (len_bytes < header_bytes + 8) { /* RFC 792: 64 bits of the original's data */
        return false;
    }
    error->src = ip.src;
    error->dst = ip.dst;
    error->protocol = ip.protocol;
    if (ip.fragment_offset != 0) {
        return true; /* these are not the transport's first octets */
    }
    const uint8_t *transport = bytes + header_bytes;
    bool icmp = ip.protocol == IP_PROTOCOL_ICMP;
    if (icmp && transport[0] != ICMP_ECHO) {
        return false; /* nobody waits for the fate of other messages */
    }
    unsigned ports_at = icmp ? 4 : 0;
    error->src_port = wire_get16(transport + ports_at);
    error->dst_port = wire_get16(transport + ports_at + 2);
    error->seq = wire_get32(transport + 4);
    return true;
}

bool inet_icmp_report(InetStack *stack, InetError *error, const uint8_t *bytes, uint32_t len_bytes,
                      int64_t now_ns)
{
    if (!read_quoted(stack, bytes, len_bytes, error)) {
        return false;
    }
    if (error->type == ICMP_UNREACHABLE && error->code == ICMP_UNREACHABLE_NEEDS_FRAGMENTATION) {
        uint32_t mtu_bytes = error->rest & 0xffff;
        error->rest =
            mtu_bytes != 0 ? MAX(mtu_bytes, INET_MIN_MTU_BYTES) : guess_mtu(wire_get16(bytes + 2));
    }
    /* RFC 1122 3.2.2: to the transport named by the quoted header. */
    const InetProtocol *protocol = inet_protocol_find(stack, error->protocol);
    if (protocol == NULL || protocol->ops->error == NULL) {
        return false;
    }
    protocol->ops->error(protocol->above, error, now_ns);
    return true;
}

static void finish(InetStack *stack, Packet *pkt, bool understood, int64_t now_ns)
{
    if (understood) {
        packet_free(pkt);
    } else {
        inet_discard(stack, pkt, INET_DISCARD_ICMP, now_ns);
    }
}

static InetError error_from(const Packet *pkt)
{
    return (InetError){ .type = pkt->icmp.type,
                        .code = pkt->icmp.code,
                        .rest = pkt->icmp.rest,
                        .ttl = pkt->ip.ttl,
                        .reporter = pkt->ip.src };
}

static void receive_error(InetStack *stack, Packet *pkt, int64_t now_ns)
{
    InetError error = error_from(pkt);
    bool ours = inet_icmp_report(stack, &error, payload_bytes(&pkt->payload),
                                 pkt->payload.len_bytes, now_ns);
    finish(stack, pkt, ours, now_ns);
}

/* RFC 1122 3.2.2.2: believed only from the gateway now used for that host, and only if the better
 * one is on the same link. */
static bool obey_redirect(InetStack *stack, const Packet *pkt)
{
    InetError error = error_from(pkt);
    InetPath path;
    if (!stack->config.accept_redirects || stack->forwards ||
        !read_quoted(stack, payload_bytes(&pkt->payload), pkt->payload.len_bytes, &error) ||
        !inet_path_find(stack, error.dst, &path)) {
        return false;
    }
    InetAddr gateway = inet_addr_v4(error.rest);
    if (path.kind != INET_PATH_UNICAST || path.neighbour == NULL ||
        !inet_addr_equal(path.neighbour->addr, pkt->ip.src) ||
        !inet_addr_in_prefix(gateway, path.iface->addr, path.iface->prefix_bits) ||
        inet_stack_has_addr(stack, gateway) || inet_stack_is_broadcast(stack, gateway)) {
        return false;
    }
    inet_route_learn(stack, error.dst, gateway, path.iface);
    return true;
}

static void receive_redirect(InetStack *stack, Packet *pkt, int64_t now_ns)
{
    finish(stack, pkt, obey_redirect(stack, pkt), now_ns);
}

/* The types that mean something; all others are dropped without a word (RFC 1122 3.2.2), source
 * quench among them (RFC 6633 section 3). Departs: timestamps, information and address mask are not
 * served; RFC 1122 3.2.2.7-9 leaves them to choice and RFC 6918 gives two of them up. */
static const struct {
    uint8_t type;
    void (*receive)(InetStack *stack, Packet *pkt, int64_t now_ns);
} receivers[] = {
    { ICMP_ECHO, inet_icmp_echo_answer },      { ICMP_ECHO_REPLY, inet_icmp_echo_reply },
    { ICMP_UNREACHABLE, receive_error },       { ICMP_TIME_EXCEEDED, receive_error },
    { ICMP_PARAMETER_PROBLEM, receive_error }, { ICMP_REDIRECT, receive_redirect },
};

static void receive(void *above, Packet *pkt, int64_t now_ns)
{
    InetStack *stack = above;
    for (unsigned i = 0; i < G_N_ELEMENTS(receivers); i++) {
        if (receivers[i].type == pkt->icmp.type) {
            receivers[i].receive(stack, pkt, now_ns);
            return;
        }
    }
    inet_discard(stack, pkt, INET_DISCARD_ICMP, now_ns);
}

static void on_error(void *above, const InetError *error, int64_t now_ns)
{
    inet_icmp_echo_failed(above, error, now_ns);
}

void inet_icmp_init(InetStack *stack)
{
    static const InetProtocolOps icmp = { IP_PROTOCOL_ICMP, receive, on_error, NULL };
    inet_register(stack, &icmp, stack);
}
