/* Ethernet headers to and from octets. */

#include "wire/wire_eth.h"

#include <string.h>

#include "wire/wire_bytes.h"

bool wire_eth_parse(const uint8_t *bytes, size_t len_bytes, WireEth *out_header)
{
    if (len_bytes < WIRE_ETH_HEADER_BYTES) {
        return false;
    }
    memcpy(out_header->dst.octet, bytes, 6);
    memcpy(out_header->src.octet, bytes + 6, 6);
    out_header->type = wire_get16(bytes + 12);
    return true;
}

void wire_eth_write(const WireEth *header, uint8_t out_bytes[WIRE_ETH_HEADER_BYTES])
{
    memcpy(out_bytes, header->dst.octet, 6);
    memcpy(out_bytes + 6, header->src.octet, 6);
    wire_put16(out_bytes + 12, header->type);
}
