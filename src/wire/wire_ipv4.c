/* IPv4 headers to and from octets. */

#include "wire/wire_ipv4.h"

#include <glib.h>
#include <string.h>

#include "wire/checksum.h"
#include "wire/wire_bytes.h"

enum { FLAG_DONT_FRAGMENT = 0x4000, FLAG_MORE_FRAGMENTS = 0x2000, MASK_OFFSET = 0x1fff };

/* Where the fields stand. */
enum {
    AT_VERSION = 0,
    AT_TOS = 1,
    AT_TOTAL = 2,
    AT_IDENT = 4,
    AT_FRAGMENT = 6,
    AT_TTL = 8,
    AT_PROTOCOL = 9,
    AT_CHECKSUM = 10,
    AT_SRC = 12,
    AT_DST = 16
};

static uint32_t get_header_bytes(const uint8_t *bytes)
{
    return (bytes[AT_VERSION] & 0x0f) * 4u;
}

/* The header itself, whatever follows it. */
static PacketFault check_form(const uint8_t *bytes, size_t len_bytes)
{
    if (len_bytes < 1) {
        return PACKET_FAULT_SHORT;
    }
    if (bytes[AT_VERSION] >> 4 != 4) {
        return PACKET_FAULT_IP_VERSION;
    }
    if (len_bytes < WIRE_IPV4_HEADER_BYTES) {
        return PACKET_FAULT_SHORT;
    }
    uint32_t header_bytes = get_header_bytes(bytes);
    if (header_bytes < WIRE_IPV4_HEADER_BYTES || header_bytes > len_bytes) {
        return PACKET_FAULT_IP_HEADER;
    }
    return PACKET_OK;
}

static void read_header(const uint8_t *bytes, WireIp *out_header)
{
    uint16_t fragment = wire_get16(bytes + AT_FRAGMENT);
    *out_header = (WireIp){
        .src = inet_addr_v4(wire_get32(bytes + AT_SRC)),
        .dst = inet_addr_v4(wire_get32(bytes + AT_DST)),
        .protocol = bytes[AT_PROTOCOL],
        .ttl = bytes[AT_TTL],
        .tos = bytes[AT_TOS],
        .option_bytes = (uint8_t)(get_header_bytes(bytes) - WIRE_IPV4_HEADER_BYTES),
        .ident = wire_get16(bytes + AT_IDENT),
        .fragment_offset = fragment & MASK_OFFSET,
        .dont_fragment = (fragment & FLAG_DONT_FRAGMENT) != 0,
        .more_fragments = (fragment & FLAG_MORE_FRAGMENTS) != 0,
    };
}

PacketFault wire_ipv4_parse(const uint8_t *bytes, size_t len_bytes, WireIp *out_header,
                            uint32_t *out_total_bytes)
{
    PacketFault fault = check_form(bytes, len_bytes);
    if (fault != PACKET_OK) {
        return fault;
    }
    uint32_t header_bytes = get_header_bytes(bytes);
    uint32_t total_bytes = wire_get16(bytes + AT_TOTAL);
    if (total_bytes < header_bytes || total_bytes > len_bytes) {
        return PACKET_FAULT_IP_HEADER;
    }
    if (checksum_finish(checksum_add(0, bytes, header_bytes)) != 0) {
        return PACKET_FAULT_IP_CHECKSUM;
    }
    read_header(bytes, out_header);
    *out_total_bytes = total_bytes;
    return PACKET_OK;
}

bool wire_ipv4_parse_quoted(const uint8_t *bytes, size_t len_bytes, WireIp *out_header)
{
    if (check_form(bytes, len_bytes) != PACKET_OK) {
        return false;
    }
    read_header(bytes, out_header);
    return true;
}

void wire_ipv4_write(const WireIp *header, const uint8_t *options, uint32_t total_bytes,
                     uint8_t *out_bytes)
{
    uint32_t header_bytes = WIRE_IPV4_HEADER_BYTES + header->option_bytes;
    g_assert(header_bytes <= total_bytes && total_bytes <= WIRE_IPV4_MAX_BYTES);
    out_bytes[AT_VERSION] = (uint8_t)(0x40 | header_bytes / 4);
    out_bytes[AT_TOS] = header->tos;
    wire_put16(out_bytes + AT_TOTAL, (uint16_t)total_bytes);
    wire_put16(out_bytes + AT_IDENT, header->ident);
    wire_put16(out_bytes + AT_FRAGMENT,
               (uint16_t)((header->dont_fragment ? FLAG_DONT_FRAGMENT : 0) |
                          (header->more_fragments ? FLAG_MORE_FRAGMENTS : 0) |
                          header->fragment_offset));
    out_bytes[AT_TTL] = header->ttl;
    out_bytes[AT_PROTOCOL] = header->protocol;
    wire_put16(out_bytes + AT_CHECKSUM, 0);
    wire_put32(out_bytes + AT_SRC, inet_addr_to_v4(header->src));
    wire_put32(out_bytes + AT_DST, inet_addr_to_v4(header->dst));
    if (header->option_bytes != 0) {
        memcpy(out_bytes + WIRE_IPV4_HEADER_BYTES, options, header->option_bytes);
    }
    wire_put16(out_bytes + AT_CHECKSUM, checksum_finish(checksum_add(0, out_bytes, header_bytes)));
}

static void update_word(uint8_t *bytes, size_t at, uint16_t word)
{
    uint16_t checksum = wire_get16(bytes + AT_CHECKSUM);
    checksum = checksum_update(checksum, wire_get16(bytes + at), word);
    wire_put16(bytes + at, word);
    wire_put16(bytes + AT_CHECKSUM, checksum);
}

void wire_ipv4_update(uint8_t *bytes, uint8_t tos, uint8_t ttl)
{
    update_word(bytes, AT_VERSION, (uint16_t)(bytes[AT_VERSION] << 8 | tos));
    update_word(bytes, AT_TTL, (uint16_t)(ttl << 8 | bytes[AT_PROTOCOL]));
}
