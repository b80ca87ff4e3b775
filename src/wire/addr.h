/* Addresses as values: MAC addresses, and Internet addresses of any family behind one type.
 *
 * An InetAddr is 128 bits. IPv4 addresses are held IPv4-mapped (RFC 4291 section 2.5.5.2), so one
 * comparison, one hash and one text form serve every family. All zero is "unspecified". */

#ifndef WIRE_ADDR_H
#define WIRE_ADDR_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

typedef struct MacAddr {
    uint8_t octet[6];
} MacAddr;

extern const MacAddr mac_addr_broadcast;

static inline bool mac_addr_equal(const MacAddr *a, const MacAddr *b)
{
    return memcmp(a->octet, b->octet, sizeof a->octet) == 0;
}
/* Broadcast or multicast. */
static inline bool mac_addr_is_group(const MacAddr *mac)
{
    return (mac->octet[0] & 1) != 0;
}
/* "02:00:00:00:00:01"; out_text holds 18 bytes. */
void mac_addr_format(const MacAddr *mac, char out_text[18]);
bool mac_addr_parse(const char *text, MacAddr *out_mac);

typedef enum InetFamily { INET_FAMILY_NONE, INET_FAMILY_IPV4, INET_FAMILY_IPV6 } InetFamily;

typedef struct InetAddr {
    uint64_t hi, lo; /* the 16 octets as two big-endian numbers, in host order */
} InetAddr;

#define INET_ADDR_TEXT_BYTES 46

static inline InetAddr inet_addr_v4(uint32_t host_order)
{
    return (InetAddr){ 0, UINT64_C(0xffff00000000) | host_order };
}
static inline InetFamily inet_addr_family(InetAddr a)
{
    return a.hi != 0 || (a.lo >> 32 != 0xffff && a.lo != 0) ? INET_FAMILY_IPV6
           : a.lo == 0                                      ? INET_FAMILY_NONE
                                                            : INET_FAMILY_IPV4;
}
static inline uint32_t inet_addr_to_v4(InetAddr a)
{
    return (uint32_t)a.lo;
}
static inline bool inet_addr_equal(InetAddr a, InetAddr b)
{
    return a.hi == b.hi && a.lo == b.lo;
}
bool inet_addr_is_multicast(InetAddr a);
bool inet_addr_is_loopback(InetAddr a);
/* All ones; a network's own broadcast address is known to `inet/`. */
static inline bool inet_addr_is_broadcast(InetAddr a)
{
    return inet_addr_equal(a, inet_addr_v4(UINT32_MAX));
}
/* prefix_bits counts within the family: 0..32 or 0..128. */
bool inet_addr_in_prefix(InetAddr a, InetAddr network, uint8_t prefix_bits);
InetAddr inet_addr_mask(InetAddr a, uint8_t prefix_bits);
int inet_addr_compare(InetAddr a, InetAddr b); /* a total order */
void inet_addr_format(InetAddr a, char out_text[INET_ADDR_TEXT_BYTES]);
bool inet_addr_parse(const char *text, InetAddr *out_addr);

#endif
