/* Sockets of ICMP echo: what ping and traceroute are made of. */

#include "socket/socket_internal.h"

static void on_echo(void *above, const IcmpEcho *reply, const InetError *error, int64_t now_ns)
{
    Socket *socket = above;
    socket->echo = *reply;
    socket->icmp_error = error;
    if (error == NULL) {
        socket_emit(socket, SOCKET_EVENT_READABLE, now_ns);
    } else {
        socket->error = SOCKET_UNREACHABLE;
        socket_emit(socket, SOCKET_EVENT_ERROR, now_ns);
    }
}

SocketError socket_echo(Socket *socket, InetAddr addr, uint16_t sequence, uint8_t ttl,
                        bool dont_fragment, uint32_t len_bytes, int64_t now_ns)
{
    g_assert(socket->kind == SOCKET_ECHO);
    socket_begin_address(socket, "echo", addr, 0, now_ns);
    if (socket->echo_ident == 0) {
        socket->echo_ident = icmp_echo_open(socket->host->inet, on_echo, socket);
    }
    Payload payload = socket_datagram_pattern(socket, len_bytes);
    socket->written_bytes += len_bytes;
    bool sent = icmp_echo_send(socket->host->inet, socket->echo_ident, sequence, addr, ttl,
                               dont_fragment, payload, now_ns);
    return socket_end(socket, "echo", sent ? SOCKET_OK : SOCKET_NO_ROUTE, now_ns);
}

const IcmpEcho *socket_echo_reply(const Socket *socket)
{
    return &socket->echo;
}

const InetError *socket_icmp_error(const Socket *socket)
{
    return socket->icmp_error;
}

void socket_echo_close(Socket *socket)
{
    if (socket->echo_ident != 0) {
        icmp_echo_close(socket->host->inet, socket->echo_ident);
        socket->echo_ident = 0;
    }
}
