/* Ethernet II (RFC 894): 14 octets before the payload; frames shorter than 60 octets are padded,
 * and the 4 octets of check sequence that follow count on the wire but are not captured. */

#ifndef WIRE_WIRE_ETH_H
#define WIRE_WIRE_ETH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wire/addr.h"

#define WIRE_ETH_HEADER_BYTES 14
#define WIRE_ETH_MIN_FRAME_BYTES 60 /* without check sequence */
#define WIRE_ETH_FCS_BYTES 4
#define WIRE_ETH_PREAMBLE_GAP_BYTES 20 /* counted only if the link says `count-gap: true` */

enum { WIRE_ETHERTYPE_IPV4 = 0x0800, WIRE_ETHERTYPE_ARP = 0x0806, WIRE_ETHERTYPE_IPV6 = 0x86dd };

typedef struct WireEth {
    MacAddr dst, src;
    uint16_t type;
} WireEth;

/* False if there are fewer than 14 octets; *out_header is then untouched. */
bool wire_eth_parse(const uint8_t *bytes, size_t len_bytes, WireEth *out_header);
void wire_eth_write(const WireEth *header, uint8_t out_bytes[WIRE_ETH_HEADER_BYTES]);

#endif
