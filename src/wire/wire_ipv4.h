/* The IPv4 header (RFC 791 section 3.1). Options are carried as octets and not looked into. */

#ifndef WIRE_WIRE_IPV4_H
#define WIRE_WIRE_IPV4_H

#include <stddef.h>

#include "wire/packet_fault.h"
#include "wire/wire_ip.h"

#define WIRE_IPV4_HEADER_BYTES 20
#define WIRE_IPV4_MAX_OPTION_BYTES 40
#define WIRE_IPV4_MAX_BYTES 65535

/* Reads and verifies a header. *out_total_bytes, header included, fits len_bytes. The options
 * follow the fixed 20 octets. SHORT, IP_VERSION, IP_HEADER or IP_CHECKSUM on a fault; both are then
 * untouched. */
PacketFault wire_ipv4_parse(const uint8_t *bytes, size_t len_bytes, WireIp *out_header,
                            uint32_t *out_total_bytes);
/* Reads the header of a datagram quoted in an ICMP message, whose end is missing and whose checksum
 * a router may have left stale: only the header has to be there. False, untouched, if it is not. */
bool wire_ipv4_parse_quoted(const uint8_t *bytes, size_t len_bytes, WireIp *out_header);
/* Writes 20 + option_bytes octets, checksum included. options may be NULL if option_bytes is 0. */
void wire_ipv4_write(const WireIp *header, const uint8_t *options, uint32_t total_bytes,
                     uint8_t *out_bytes);
/* Changes type of service and time to live in a written header, and its checksum with them
 * (RFC 1624 equation 3). */
void wire_ipv4_update(uint8_t *bytes, uint8_t tos, uint8_t ttl);

#endif
