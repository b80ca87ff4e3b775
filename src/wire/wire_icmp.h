/* The ICMP header (RFC 792): type, code, checksum and the rest-of-header word. What follows (echo
 * data, the quoted datagram) is payload. */

#ifndef WIRE_WIRE_ICMP_H
#define WIRE_WIRE_ICMP_H

#include <stddef.h>
#include <stdint.h>

#include "wire/packet_fault.h"

#define WIRE_ICMP_HEADER_BYTES 8

typedef struct WireIcmp {
    uint8_t type, code;
    uint32_t rest; /* identifier << 16 | sequence, gateway, next-hop MTU, pointer << 24 */
} WireIcmp;

/* SHORT below 8 octets; *out_header is then untouched. The checksum is the caller's business. */
PacketFault wire_icmp_parse(const uint8_t *bytes, size_t len_bytes, WireIcmp *out_header);
/* Writes 8 octets with a zero checksum. */
void wire_icmp_write(const WireIcmp *header, uint8_t out_bytes[WIRE_ICMP_HEADER_BYTES]);

#endif
