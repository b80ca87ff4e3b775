/* ICMP (RFC 792, 1122 section 3.2.2): the types, and the echo service offered to programs. */

#ifndef INET_INET_ICMP_H
#define INET_INET_ICMP_H

#include "inet/inet_stack.h"

enum {
    ICMP_ECHO_REPLY = 0,
    ICMP_UNREACHABLE = 3,
    ICMP_SOURCE_QUENCH = 4, /* neither sent nor believed (RFC 6633) */
    ICMP_REDIRECT = 5,
    ICMP_ECHO = 8,
    ICMP_TIME_EXCEEDED = 11,
    ICMP_PARAMETER_PROBLEM = 12
};
enum {
    ICMP_UNREACHABLE_NET = 0,
    ICMP_UNREACHABLE_HOST = 1,
    ICMP_UNREACHABLE_PROTOCOL = 2,
    ICMP_UNREACHABLE_PORT = 3,
    ICMP_UNREACHABLE_NEEDS_FRAGMENTATION = 4,
    ICMP_UNREACHABLE_SOURCE_ROUTE = 5
};
enum { ICMP_REDIRECT_HOST = 1 };
enum { ICMP_TIME_EXCEEDED_TTL = 0, ICMP_TIME_EXCEEDED_REASSEMBLY = 1 };

/* "host unreachable", a msgid. */
const char *icmp_to_string(uint8_t type, uint8_t code);

typedef struct IcmpEcho {
    InetAddr from;
    uint16_t ident, sequence;
    uint8_t ttl;
    uint32_t len_bytes;
} IcmpEcho;

/* Replies to an ident, and errors about echoes sent with it, come to the handler. error NULL: a
 * reply; else `reply` tells who reported the error (from, ttl) and of which echo (ident,
 * sequence). */
typedef void (*IcmpEchoFn)(void *above, const IcmpEcho *reply, const InetError *error,
                           int64_t now_ns);

/* Registers a pinger; the ident is chosen by the stack and returned (never 0). */
uint16_t icmp_echo_open(InetStack *stack, IcmpEchoFn on_reply, void *above);
void icmp_echo_close(InetStack *stack, uint16_t ident);
/* ttl 0: the stack's default. Takes the payload. False: no route. */
bool icmp_echo_send(InetStack *stack, uint16_t ident, uint16_t sequence, InetAddr dst, uint8_t ttl,
                    bool dont_fragment, Payload payload, int64_t now_ns);

#endif
