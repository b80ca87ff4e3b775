/* The network header as a plain struct, common to the families; IPv4 fields keep their RFC 791
 * names. */

#ifndef WIRE_WIRE_IP_H
#define WIRE_WIRE_IP_H

#include <stdbool.h>
#include <stdint.h>

#include "wire/addr.h"

enum { IP_PROTOCOL_ICMP = 1, IP_PROTOCOL_TCP = 6, IP_PROTOCOL_UDP = 17, IP_PROTOCOL_NONE = 255 };

typedef struct WireIp {
    InetAddr src, dst;
    uint8_t protocol;
    uint8_t ttl;          /* hop limit */
    uint8_t tos;          /* DSCP and ECN */
    uint8_t option_bytes; /* IPv4 options, a multiple of 4, 0..40; kept in Packet.ip_options */
    uint16_t ident;
    uint16_t fragment_offset; /* in 8-octet units */
    bool dont_fragment, more_fragments;
} WireIp;

/* The ECN field of tos (RFC 3168 section 5). */
enum {
    WIRE_IP_NOT_ECT = 0x00,
    WIRE_IP_ECT_1 = 0x01,
    WIRE_IP_ECT_0 = 0x02,
    WIRE_IP_CE = 0x03,
    WIRE_IP_ECN_MASK = 0x03
};

static inline uint8_t wire_ip_ecn(const WireIp *header)
{
    return header->tos & WIRE_IP_ECN_MASK;
}

static inline bool wire_ip_is_ce(const WireIp *header)
{
    return wire_ip_ecn(header) == WIRE_IP_CE;
}

/* "Not-ECT", "ECT(1)", "ECT(0)", "CE". */
static inline const char *wire_ip_ecn_to_string(const WireIp *header)
{
    static const char *const words[] = { "Not-ECT", "ECT(1)", "ECT(0)", "CE" };
    return words[wire_ip_ecn(header)];
}

static inline bool wire_ip_is_fragment(const WireIp *header)
{
    return header->more_fragments || header->fragment_offset != 0;
}

#endif
