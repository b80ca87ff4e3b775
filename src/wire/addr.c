/* Addresses: text forms, kinds, prefixes. */

#include "wire/addr.h"

#include <arpa/inet.h>
#include <glib.h>
#include <stdio.h>
#include <string.h>

#include "wire/wire_bytes.h"

const MacAddr mac_addr_broadcast = { { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff } };

void mac_addr_format(const MacAddr *mac, char out_text[18])
{
    const uint8_t *o = mac->octet;
    g_snprintf(out_text, 18, "%02x:%02x:%02x:%02x:%02x:%02x", o[0], o[1], o[2], o[3], o[4], o[5]);
}

bool mac_addr_parse(const char *text, MacAddr *out_mac)
{
    MacAddr mac;
    for (int i = 0; i < 6; i++, text += 2) {
        if (i > 0 && *text++ != ':') {
            return false;
        }
        if (!g_ascii_isxdigit(text[0]) || !g_ascii_isxdigit(text[1])) {
            return false;
        }
        mac.octet[i] =
            (uint8_t)(g_ascii_xdigit_value(text[0]) << 4 | g_ascii_xdigit_value(text[1]));
    }
    if (*text != '\0') {
        return false;
    }
    *out_mac = mac;
    return true;
}

bool inet_addr_is_multicast(InetAddr a)
{
    return inet_addr_family(a) == INET_FAMILY_IPV6 ? a.hi >> 56 == 0xff
                                                   : inet_addr_to_v4(a) >> 28 == 0xe;
}

bool inet_addr_is_loopback(InetAddr a)
{
    return inet_addr_family(a) == INET_FAMILY_IPV6 ? a.hi == 0 && a.lo == 1
                                                   : inet_addr_to_v4(a) >> 24 == 127;
}

/* The topmost bits of a 64-bit number, bits 0..64. */
static uint64_t top_bits(unsigned bits)
{
    return bits == 0 ? 0 : ~UINT64_C(0) << (64 - bits);
}

InetAddr inet_addr_mask(InetAddr a, uint8_t prefix_bits)
{
    unsigned bits = prefix_bits;
    if (inet_addr_family(a) == INET_FAMILY_IPV4) {
        bits += 96;
    }
    g_assert(bits <= 128);
    a.hi &= top_bits(MIN(bits, 64));
    a.lo &= top_bits(bits > 64 ? bits - 64 : 0);
    return a;
}

bool inet_addr_in_prefix(InetAddr a, InetAddr network, uint8_t prefix_bits)
{
    bool v4 = inet_addr_family(a) == INET_FAMILY_IPV4;
    return v4 == (inet_addr_family(network) == INET_FAMILY_IPV4) &&
           inet_addr_equal(inet_addr_mask(a, prefix_bits), inet_addr_mask(network, prefix_bits));
}

int inet_addr_compare(InetAddr a, InetAddr b)
{
    if (a.hi != b.hi) {
        return a.hi < b.hi ? -1 : 1;
    }
    return (a.lo > b.lo) - (a.lo < b.lo);
}

void inet_addr_format(InetAddr a, char out_text[INET_ADDR_TEXT_BYTES])
{
    uint8_t octets[16];
    for (int i = 0; i < 8; i++) {
        octets[i] = (uint8_t)(a.hi >> (56 - 8 * i));
        octets[8 + i] = (uint8_t)(a.lo >> (56 - 8 * i));
    }
    bool v4 = inet_addr_family(a) == INET_FAMILY_IPV4;
    inet_ntop(v4 ? AF_INET : AF_INET6, v4 ? octets + 12 : octets, out_text, INET_ADDR_TEXT_BYTES);
}

bool inet_addr_parse(const char *text, InetAddr *out_addr)
{
    uint8_t octets[16];
    if (inet_pton(AF_INET, text, octets) == 1) {
        *out_addr = inet_addr_v4(wire_get32(octets));
        return true;
    }
    if (inet_pton(AF_INET6, text, octets) != 1) {
        return false;
    }
    out_addr->hi = (uint64_t)wire_get32(octets) << 32 | wire_get32(octets + 4);
    out_addr->lo = (uint64_t)wire_get32(octets + 8) << 32 | wire_get32(octets + 12);
    return true;
}
