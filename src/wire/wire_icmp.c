/* ICMP headers to and from octets. */

#include "wire/wire_icmp.h"

#include "wire/wire_bytes.h"

PacketFault wire_icmp_parse(const uint8_t *bytes, size_t len_bytes, WireIcmp *out_header)
{
    if (len_bytes < WIRE_ICMP_HEADER_BYTES) {
        return PACKET_FAULT_SHORT;
    }
    *out_header = (WireIcmp){ .type = bytes[0], .code = bytes[1], .rest = wire_get32(bytes + 4) };
    return PACKET_OK;
}

void wire_icmp_write(const WireIcmp *header, uint8_t out_bytes[WIRE_ICMP_HEADER_BYTES])
{
    out_bytes[0] = header->type;
    out_bytes[1] = header->code;
    wire_put16(out_bytes + 2, 0);
    wire_put32(out_bytes + 4, header->rest);
}
