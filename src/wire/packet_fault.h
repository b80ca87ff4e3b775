/* Why octets could not be taken for a packet: the answer of every wire_*_parse(). */

#ifndef WIRE_PACKET_FAULT_H
#define WIRE_PACKET_FAULT_H

/* In the order of the checks. */
typedef enum PacketFault {
    PACKET_OK,
    PACKET_FAULT_SHORT, /* truncated link, network or transport header */
    PACKET_FAULT_ETHERTYPE,
    PACKET_FAULT_IP_VERSION,
    PACKET_FAULT_IP_HEADER, /* header length or total length does not fit */
    PACKET_FAULT_IP_CHECKSUM,
    PACKET_FAULT_TRANSPORT_HEADER, /* lengths of TCP, UDP, ICMP, ARP do not fit */
    PACKET_FAULT_TRANSPORT_CHECKSUM,
    PACKET_FAULT_TCP_OPTION, /* a length of 0 or 1, or past the header (RFC 9293 MUST-7) */
    PACKET_N_FAULTS
} PacketFault;

/* A stable word for traces, and a message id for people. */
const char *packet_fault_to_string(PacketFault fault);

#endif
