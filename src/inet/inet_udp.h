/* UDP (RFC 768, 1122 section 4.1): sockets of datagrams with a bounded receive buffer. */

#ifndef INET_INET_UDP_H
#define INET_INET_UDP_H

#include "inet/inet_stack.h"

typedef struct UdpStack UdpStack;
typedef struct UdpSocket UdpSocket;

typedef struct UdpDatagram {
    InetAddr from, to;
    uint16_t from_port, to_port;
    Payload payload; /* owned by whoever holds the datagram */
    SimKey packet;   /* id */
} UdpDatagram;

/* Something to read, or an ICMP error (a connected socket: refused). The socket may be closed in
 * the call. */
typedef void (*UdpEventFn)(void *above, UdpSocket *socket, const InetError *error, int64_t now_ns);

/* Registers with the host's Internet layer, which must outlive it. */
UdpStack *udp_stack_new(InetStack *inet);
/* Frees the sockets that are still open, too. */
void udp_stack_free(UdpStack *udp);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(UdpStack, udp_stack_free)

/* port 0: an ephemeral one. NULL if the port is taken, by a socket on the same address or on any.
 * addr unspecified: any. buffer_bytes counts the UDP headers of the datagrams that wait, too.
 * on_event may be NULL. */
UdpSocket *udp_open(UdpStack *udp, InetAddr addr, uint16_t port, uint32_t buffer_bytes,
                    UdpEventFn on_event, void *above);
void udp_close(UdpSocket *socket);
uint16_t udp_port(const UdpSocket *socket);
/* Fixes the peer: others' datagrams are not delivered, errors are. */
void udp_connect(UdpSocket *socket, InetAddr addr, uint16_t port);
/* What datagrams carry from now on (RFC 1122 4.1.4). ttl 0: the host's default.
 * Departs: IP options cannot be set, which section 4.1.4 asks for; no program here would. */
void udp_set_header(UdpSocket *socket, uint8_t ttl, uint8_t tos);
/* Takes the payload; at most 65,507 octets. From the socket's address, or if that is any, the one
 * that the route gives. False: no route, or too long. */
bool udp_send(UdpSocket *socket, InetAddr to, uint16_t to_port, Payload payload, int64_t now_ns);
/* The next datagram; false if there is none. */
bool udp_receive(UdpSocket *socket, UdpDatagram *out_datagram);

#endif
