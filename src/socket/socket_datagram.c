/* UDP sockets. */

#include "socket/socket_internal.h"

static void on_udp(void *above, UdpSocket *udp, const InetError *error, int64_t now_ns)
{
    Socket *socket = above;
    if (error == NULL) {
        socket_emit(socket, SOCKET_EVENT_READABLE, now_ns);
        return;
    }
    socket->icmp_error = error;
    socket->error = error->type == ICMP_UNREACHABLE && error->code == ICMP_UNREACHABLE_PORT
                        ? SOCKET_REFUSED
                        : SOCKET_UNREACHABLE;
    socket_emit(socket, SOCKET_EVENT_ERROR, now_ns);
}

SocketError socket_datagram_open(Socket *socket)
{
    if (socket->udp == NULL) {
        socket->udp = udp_open(socket->host->udp, socket->addr, socket->port,
                               SOCKET_UDP_BUFFER_BYTES, on_udp, socket);
        if (socket->udp == NULL) {
            return SOCKET_ADDRESS_IN_USE;
        }
        socket->port = udp_port(socket->udp);
    }
    return SOCKET_OK;
}

SocketError socket_datagram_connect(Socket *socket, InetAddr addr, uint16_t port)
{
    SocketError result = socket_datagram_open(socket);
    if (result == SOCKET_OK) {
        socket->peer = addr;
        socket->peer_port = port;
        udp_connect(socket->udp, addr, port);
    }
    return result;
}

Payload socket_datagram_pattern(Socket *socket, uint64_t len_bytes)
{
    Payload payload = { .len_bytes = (uint32_t)MIN(len_bytes, UINT32_MAX) };
    if (len_bytes > 0) {
        payload.stream = socket->stream;
        payload.offset = socket->written_bytes;
    }
    return payload;
}

static SocketError send_payload(Socket *socket, InetAddr addr, uint16_t port, Payload payload,
                                int64_t now_ns)
{
    uint32_t len_bytes = payload.len_bytes;
    SocketError result = socket_datagram_open(socket);
    if (result == SOCKET_OK && len_bytes > SOCKET_DATAGRAM_MAX_BYTES) {
        result = SOCKET_TOO_BIG;
    }
    if (result != SOCKET_OK) {
        payload_clear(&payload);
        return result;
    }
    if (payload.stream == 0 && len_bytes > 0) {
        payload.stream = socket->stream;
        payload.offset = socket->written_bytes;
    }
    bool own = payload.stream == socket->stream;
    if (!udp_send(socket->udp, addr, port, payload, now_ns)) {
        return SOCKET_NO_ROUTE;
    }
    socket->written_bytes += own ? len_bytes : 0;
    return SOCKET_OK;
}

SocketError socket_datagram_send_pattern(Socket *socket, uint64_t len_bytes, uint64_t *out_taken,
                                         int64_t now_ns)
{
    if (socket->peer_port == 0) {
        return SOCKET_NOT_CONNECTED;
    }
    Payload payload = socket_datagram_pattern(socket, len_bytes);
    SocketError result = send_payload(socket, socket->peer, socket->peer_port, payload, now_ns);
    *out_taken = result == SOCKET_OK ? len_bytes : 0;
    return result;
}

SocketError socket_send_to(Socket *socket, InetAddr addr, uint16_t port, uint64_t len_bytes,
                           int64_t now_ns)
{
    socket_begin_address(socket, "send-to", addr, port, now_ns);
    Payload payload = socket_datagram_pattern(socket, len_bytes);
    SocketError result = send_payload(socket, addr, port, payload, now_ns);
    return socket_end(socket, "send-to", result, now_ns);
}

SocketError socket_send_payload_to(Socket *socket, InetAddr addr, uint16_t port, Payload payload,
                                   int64_t now_ns)
{
    socket_begin_address(socket, "send-to", addr, port, now_ns);
    SocketError result = send_payload(socket, addr, port, payload, now_ns);
    return socket_end(socket, "send-to", result, now_ns);
}

SocketError socket_set_ttl(Socket *socket, uint8_t ttl)
{
    g_assert(socket->kind == SOCKET_DATAGRAM);
    SocketError result = socket_datagram_open(socket);
    if (result == SOCKET_OK) {
        udp_set_header(socket->udp, ttl, 0);
    }
    return result;
}

bool socket_receive_datagram(Socket *socket, UdpDatagram *out_datagram, int64_t now_ns)
{
    if (socket->udp == NULL || !udp_receive(socket->udp, out_datagram)) {
        return false;
    }
    socket_begin_address(socket, "receive-from", out_datagram->from, out_datagram->from_port,
                         now_ns);
    socket->received_bytes += out_datagram->payload.len_bytes;
    socket->host->received_bytes += out_datagram->payload.len_bytes;
    socket_end(socket, "receive-from", SOCKET_OK, now_ns);
    return true;
}

void socket_datagram_close(Socket *socket)
{
    if (socket->udp != NULL) {
        udp_close(g_steal_pointer(&socket->udp));
    }
}
