/* ARP messages to and from octets. */

#include "wire/wire_arp.h"

#include <string.h>

#include "wire/wire_bytes.h"

/* Hardware type Ethernet, protocol type IPv4, lengths 6 and 4: all that is understood. */
static const uint8_t ethernet_ipv4[6] = { 0x00, 0x01, 0x08, 0x00, 6, 4 };

enum { AT_OPERATION = 6, AT_SENDER_MAC = 8, AT_SENDER = 14, AT_TARGET_MAC = 18, AT_TARGET = 24 };

PacketFault wire_arp_parse(const uint8_t *bytes, size_t len_bytes, WireArp *out_message)
{
    if (len_bytes < WIRE_ARP_BYTES) {
        return PACKET_FAULT_SHORT;
    }
    if (memcmp(bytes, ethernet_ipv4, sizeof ethernet_ipv4) != 0) {
        return PACKET_FAULT_TRANSPORT_HEADER;
    }
    out_message->operation = wire_get16(bytes + AT_OPERATION);
    memcpy(out_message->sender_mac.octet, bytes + AT_SENDER_MAC, 6);
    memcpy(out_message->target_mac.octet, bytes + AT_TARGET_MAC, 6);
    out_message->sender_addr = inet_addr_v4(wire_get32(bytes + AT_SENDER));
    out_message->target_addr = inet_addr_v4(wire_get32(bytes + AT_TARGET));
    return PACKET_OK;
}

void wire_arp_write(const WireArp *message, uint8_t out_bytes[WIRE_ARP_BYTES])
{
    memcpy(out_bytes, ethernet_ipv4, sizeof ethernet_ipv4);
    wire_put16(out_bytes + AT_OPERATION, message->operation);
    memcpy(out_bytes + AT_SENDER_MAC, message->sender_mac.octet, 6);
    wire_put32(out_bytes + AT_SENDER, inet_addr_to_v4(message->sender_addr));
    memcpy(out_bytes + AT_TARGET_MAC, message->target_mac.octet, 6);
    wire_put32(out_bytes + AT_TARGET, inet_addr_to_v4(message->target_addr));
}
