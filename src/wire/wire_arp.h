/* ARP (RFC 826) between Ethernet and IPv4: a message of 28 octets. */

#ifndef WIRE_WIRE_ARP_H
#define WIRE_WIRE_ARP_H

#include <stddef.h>

#include "wire/addr.h"
#include "wire/packet_fault.h"

#define WIRE_ARP_BYTES 28

enum { WIRE_ARP_REQUEST = 1, WIRE_ARP_REPLY = 2 };

typedef struct WireArp {
    uint16_t operation; /* WIRE_ARP_*; others are carried as they are */
    MacAddr sender_mac, target_mac;
    InetAddr sender_addr, target_addr; /* IPv4 */
} WireArp;

/* SHORT below 28 octets, TRANSPORT_HEADER for other kinds of addresses; *out_message is then
 * untouched. */
PacketFault wire_arp_parse(const uint8_t *bytes, size_t len_bytes, WireArp *out_message);
void wire_arp_write(const WireArp *message, uint8_t out_bytes[WIRE_ARP_BYTES]);

#endif
