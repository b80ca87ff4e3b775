/* The UDP header (RFC 768). */

#ifndef WIRE_WIRE_UDP_H
#define WIRE_WIRE_UDP_H

#include <stddef.h>
#include <stdint.h>

#include "wire/packet_fault.h"

#define WIRE_UDP_HEADER_BYTES 8

typedef struct WireUdp {
    uint16_t src_port, dst_port;
} WireUdp;

/* *out_total_bytes is the length field: 8..len_bytes (octets beyond it are no part of the
 * datagram). SHORT or TRANSPORT_HEADER on a fault, both outputs then untouched. The checksum is the
 * caller's business. */
PacketFault wire_udp_parse(const uint8_t *bytes, size_t len_bytes, WireUdp *out_header,
                           uint32_t *out_total_bytes);
/* Writes 8 octets with a zero checksum; total_bytes 8..65535 counts the header. */
void wire_udp_write(const WireUdp *header, uint32_t total_bytes,
                    uint8_t out_bytes[WIRE_UDP_HEADER_BYTES]);

#endif
