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

static inline bool wire_ip_is_fragment(const WireIp *header)
{
    return header->more_fragments || header->fragment_offset != 0;
}

#endif
