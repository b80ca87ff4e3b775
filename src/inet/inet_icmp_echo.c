/* The echo service of ICMP: the server every host has (RFC 1122 section 3.2.2.6), and the programs
 * that ask. */

#include "inet/inet_internal.h"

#define ECHO_MAX_BYTES (WIRE_IPV4_MAX_BYTES - WIRE_IPV4_HEADER_BYTES - WIRE_ICMP_HEADER_BYTES)

typedef struct IcmpPinger {
    uint16_t ident;
    IcmpEchoFn on_reply;
    void *above;
} IcmpPinger;

/* NULL: nobody has the ident. */
static IcmpPinger *find_pinger(const InetStack *stack, uint16_t ident)
{
    for (guint i = 0; stack->pingers != NULL && i < stack->pingers->len; i++) {
        IcmpPinger *pinger = g_ptr_array_index(stack->pingers, i);
        if (pinger->ident == ident) {
            return pinger;
        }
    }
    return NULL;
}

uint16_t icmp_echo_open(InetStack *stack, IcmpEchoFn on_reply, void *above)
{
    if (stack->pingers == NULL) {
        stack->pingers = g_ptr_array_new_with_free_func(g_free);
    }
    g_assert(stack->pingers->len < UINT16_MAX);
    do {
        stack->next_echo_ident++;
    } while (stack->next_echo_ident == 0 || find_pinger(stack, stack->next_echo_ident));
    IcmpPinger *pinger = g_new(IcmpPinger, 1);
    *pinger = (IcmpPinger){ stack->next_echo_ident, on_reply, above };
    g_ptr_array_add(stack->pingers, pinger);
    return pinger->ident;
}

void icmp_echo_close(InetStack *stack, uint16_t ident)
{
    IcmpPinger *pinger = find_pinger(stack, ident);
    g_assert(pinger != NULL);
    g_ptr_array_remove(stack->pingers, pinger);
}

bool icmp_echo_send(InetStack *stack, uint16_t ident, uint16_t sequence, InetAddr dst, uint8_t ttl,
                    bool dont_fragment, Payload payload, int64_t now_ns)
{
    if (payload.len_bytes > ECHO_MAX_BYTES) {
        payload_clear(&payload);
        return false;
    }
    Packet *pkt = inet_packet_new(stack, PACKET_WHY_ECHO_REQUEST);
    pkt->kind = PACKET_ICMP;
    pkt->ip.dst = dst;
    pkt->ip.protocol = IP_PROTOCOL_ICMP;
    pkt->ip.ttl = ttl;
    pkt->ip.dont_fragment = dont_fragment;
    pkt->icmp = (WireIcmp){ .type = ICMP_ECHO, .rest = (uint32_t)ident << 16 | sequence };
    pkt->payload = payload;
    return inet_send(stack, pkt, NULL, now_ns);
}

void inet_icmp_echo_answer(InetStack *stack, Packet *pkt, int64_t now_ns)
{
    /* RFC 1122 3.2.2.6: one to everybody may stay unanswered, and does. */
    if (!inet_stack_has_addr(stack, pkt->ip.dst)) {
        inet_discard(stack, pkt, INET_DISCARD_ICMP, now_ns);
        return;
    }
    Packet *reply = inet_packet_new(stack, PACKET_WHY_ECHO_REPLY);
    reply->kind = PACKET_ICMP;
    reply->ip.src = pkt->ip.dst; /* RFC 1122 3.2.2.6: the address that was asked */
    reply->ip.dst = pkt->ip.src;
    reply->ip.protocol = IP_PROTOCOL_ICMP;
    reply->ip.tos = pkt->ip.tos & 0xfc; /* RFC 1349 5.1; not the ECN bits, which mean this packet */
    reply->icmp = (WireIcmp){ .type = ICMP_ECHO_REPLY, .rest = pkt->icmp.rest };
    reply->payload = pkt->payload;
    pkt->payload = (Payload){ 0 };
    packet_free(pkt);
    inet_send(stack, reply, NULL, now_ns);
}

void inet_icmp_echo_reply(InetStack *stack, Packet *pkt, int64_t now_ns)
{
    IcmpEcho reply = {
        .from = pkt->ip.src,
        .ident = (uint16_t)(pkt->icmp.rest >> 16),
        .sequence = (uint16_t)pkt->icmp.rest,
        .ttl = pkt->ip.ttl,
        .len_bytes = pkt->payload.len_bytes,
    };
    const IcmpPinger *pinger = find_pinger(stack, reply.ident);
    if (pinger == NULL) {
        inet_discard(stack, pkt, INET_DISCARD_ICMP, now_ns);
        return;
    }
    packet_free(pkt);
    pinger->on_reply(pinger->above, &reply, NULL, now_ns);
}

void inet_icmp_echo_failed(InetStack *stack, const InetError *error, int64_t now_ns)
{
    IcmpEcho echo = {
        .from = error->reporter,
        .ident = error->src_port,
        .sequence = error->dst_port,
        .ttl = error->ttl,
    };
    const IcmpPinger *pinger = find_pinger(stack, echo.ident);
    if (pinger == NULL) {
        return;
    }
    if (error->type == ICMP_UNREACHABLE && error->code == ICMP_UNREACHABLE_NEEDS_FRAGMENTATION) {
        inet_path_learn_mtu(stack, error->dst, error->rest, now_ns);
    }
    pinger->on_reply(pinger->above, &echo, error, now_ns);
}
