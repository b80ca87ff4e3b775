/* What all kinds of sockets have in common: their making, binding, closing, and what may be asked.
 */

#include <stdlib.h>

#include "sim/sim_lines.h"
#include "socket/socket_internal.h"

Socket *socket_new(SocketHost *host, SocketKind kind, SocketFn on_event, void *program)
{
    Socket *socket = sim_lines_new0(1, sizeof *socket);
    socket->host = host;
    socket->kind = (uint8_t)kind;
    socket->on_event = on_event;
    socket->program = program;
    socket->after = host->sockets;
    if (host->sockets != NULL) {
        host->sockets->before = socket;
    }
    host->sockets = socket;
    if (kind != SOCKET_STREAM) {
        socket->stream = socket_new_stream(host);
    }
    return socket;
}

static void close_any(Socket *socket, int64_t now_ns)
{
    socket->closed = true;
    socket_stream_close(socket, now_ns);
    socket_datagram_close(socket);
    socket_echo_close(socket);
}

void socket_free(Socket *socket, int64_t now_ns)
{
    socket->on_event = NULL;
    close_any(socket, now_ns);
    socket->doomed = true;
    if (socket->busy == 0) {
        socket_destroy(socket);
    }
}

void socket_destroy(Socket *socket)
{
    if (socket->before != NULL) {
        socket->before->after = socket->after;
    } else {
        socket->host->sockets = socket->after;
    }
    if (socket->after != NULL) {
        socket->after->before = socket->before;
    }
    g_free(socket->config);
    free(socket);
}

void socket_set_words(Socket *socket, const char *words)
{
    socket->words = words;
}

void socket_set_quiet(Socket *socket, bool quiet)
{
    socket->quiet = quiet;
}

static SocketError bind_any(Socket *socket, InetAddr addr, uint16_t port)
{
    if (socket->conn != NULL || socket->listener != NULL || socket->udp != NULL) {
        return SOCKET_ALREADY_CONNECTED;
    }
    socket->addr = addr;
    socket->port = port;
    return socket->kind == SOCKET_DATAGRAM ? socket_datagram_open(socket) : SOCKET_OK;
}

SocketError socket_bind(Socket *socket, InetAddr addr, uint16_t port, int64_t now_ns)
{
    socket_begin_address(socket, "bind", addr, port, now_ns);
    return socket_end(socket, "bind", bind_any(socket, addr, port), now_ns);
}

static SocketError connect_any(Socket *socket, InetAddr addr, uint16_t port, int64_t now_ns)
{
    if (socket->kind == SOCKET_STREAM) {
        return socket_stream_connect(socket, addr, port, now_ns);
    }
    if (socket->kind == SOCKET_DATAGRAM) {
        return socket_datagram_connect(socket, addr, port);
    }
    return SOCKET_NOT_CONNECTED; /* an echo socket has no peer */
}

SocketError socket_connect(Socket *socket, InetAddr addr, uint16_t port, int64_t now_ns)
{
    socket_begin_address(socket, "connect", addr, port, now_ns);
    bool up = inet_stack_node(socket->host->inet)->up;
    SocketError result = up ? connect_any(socket, addr, port, now_ns) : SOCKET_HOST_DOWN;
    return socket_end(socket, "connect", result, now_ns);
}

static SocketError send_any(Socket *socket, uint64_t len_bytes, bool push, bool urgent,
                            uint64_t *out_taken, int64_t now_ns)
{
    return socket->kind == SOCKET_STREAM
               ? socket_stream_send_pattern(socket, len_bytes, push, urgent, out_taken, now_ns)
               : socket_datagram_send_pattern(socket, len_bytes, out_taken, now_ns);
}

SocketError socket_send_pattern(Socket *socket, uint64_t len_bytes, bool push, bool urgent,
                                uint64_t *out_taken, int64_t now_ns)
{
    const char *call = urgent ? "send-urgent" : "send";
    *out_taken = 0;
    socket_begin_bytes(socket, call, len_bytes, now_ns);
    SocketError result = send_any(socket, len_bytes, push, urgent, out_taken, now_ns);
    return socket_end(socket, call, result, now_ns);
}

SocketError socket_close(Socket *socket, int64_t now_ns)
{
    socket_begin(socket, "close", now_ns);
    close_any(socket, now_ns);
    return socket_end(socket, "close", SOCKET_OK, now_ns);
}

/* ---- questions ---- */

SocketKind socket_kind(const Socket *socket)
{
    return (SocketKind)socket->kind;
}

SocketError socket_error(const Socket *socket)
{
    return (SocketError)socket->error;
}

bool socket_is_connected(const Socket *socket)
{
    return socket->connected && socket->conn != NULL;
}

bool socket_is_sent(const Socket *socket)
{
    return !socket->unsent;
}

bool socket_at_eof(const Socket *socket)
{
    return socket->conn != NULL ? tcp_at_eof(socket->conn) : socket->eof_seen;
}

bool socket_eof_seen(const Socket *socket)
{
    return socket->eof_seen;
}

uint64_t socket_readable_bytes(const Socket *socket)
{
    return socket->conn != NULL ? tcp_readable_bytes(socket->conn) : 0;
}

uint32_t socket_urgent_bytes(const Socket *socket)
{
    return socket->conn != NULL ? tcp_urgent_bytes(socket->conn) : 0;
}

uint64_t socket_received_bytes(const Socket *socket)
{
    return socket->received_bytes;
}

uint64_t socket_written_bytes(const Socket *socket)
{
    return socket->written_bytes;
}

int64_t socket_connected_at_ns(const Socket *socket)
{
    return socket->connected_at_ns;
}

TcpConn *socket_conn(const Socket *socket)
{
    return socket->conn;
}

TcpConfig *socket_config(Socket *socket)
{
    if (socket->config == NULL) {
        socket->config = g_new(TcpConfig, 1);
        *socket->config = *tcp_stack_config(socket->host->tcp);
    }
    return socket->config;
}

void socket_config_changed(Socket *socket, int64_t now_ns)
{
    const TcpConfig *config = socket->config;
    TcpConn *conn = socket->conn;
    if (conn == NULL || config == NULL) {
        return;
    }
    tcp_set_nagle(conn, config->nagle, now_ns);
    tcp_set_keep_alive(conn, config->keep_alive, now_ns);
    tcp_set_receive_buffer(conn, config->receive_buffer_bytes, now_ns);
    tcp_set_user_timeout(conn, config->user_timeout_ns, now_ns);
}
