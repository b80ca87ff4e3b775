/* UDP headers to and from octets. */

#include "wire/wire_udp.h"

#include <glib.h>

#include "wire/wire_bytes.h"

PacketFault wire_udp_parse(const uint8_t *bytes, size_t len_bytes, WireUdp *out_header,
                           uint32_t *out_total_bytes)
{
    if (len_bytes < WIRE_UDP_HEADER_BYTES) {
        return PACKET_FAULT_SHORT;
    }
    uint32_t total_bytes = wire_get16(bytes + 4);
    if (total_bytes < WIRE_UDP_HEADER_BYTES || total_bytes > len_bytes) {
        return PACKET_FAULT_TRANSPORT_HEADER;
    }
    *out_header = (WireUdp){ .src_port = wire_get16(bytes), .dst_port = wire_get16(bytes + 2) };
    *out_total_bytes = total_bytes;
    return PACKET_OK;
}

void wire_udp_write(const WireUdp *header, uint32_t total_bytes,
                    uint8_t out_bytes[WIRE_UDP_HEADER_BYTES])
{
    g_assert(total_bytes >= WIRE_UDP_HEADER_BYTES && total_bytes <= UINT16_MAX);
    wire_put16(out_bytes, header->src_port);
    wire_put16(out_bytes + 2, header->dst_port);
    wire_put16(out_bytes + 4, (uint16_t)total_bytes);
    wire_put16(out_bytes + 6, 0);
}
