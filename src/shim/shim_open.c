/* socket() to close(): how a descriptor comes by a connection and loses it. */

#include "shim/shim_private.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>

/* A program that does not bind connects from here. */
#define OWN_ADDR inet_addr_v4(0xc0a80001) /* 192.168.0.1 */

static int fail(int error)
{
    errno = error;
    return -1;
}

static bool read_addr(const struct sockaddr *addr, socklen_t len, InetAddr *out_addr,
                      uint16_t *out_port)
{
    struct sockaddr_in in;
    if (addr == NULL || len < sizeof in || addr->sa_family != AF_INET) {
        return false;
    }
    memcpy(&in, addr, sizeof in);
    uint32_t host_order = ntohl(in.sin_addr.s_addr);
    *out_addr = host_order == INADDR_ANY ? (InetAddr){ 0 } : inet_addr_v4(host_order);
    *out_port = ntohs(in.sin_port);
    return true;
}

static void write_addr(InetAddr from, uint16_t port, struct sockaddr *addr, socklen_t *len)
{
    if (addr != NULL && len != NULL) {
        struct sockaddr_in in = { .sin_family = AF_INET,
                                  .sin_port = htons(port),
                                  .sin_addr = { htonl(inet_addr_to_v4(from)) } };
        memcpy(addr, &in, MIN(*len, sizeof in));
        *len = sizeof in;
    }
}

static int open_socket(void *userdata, int domain, int type, int protocol)
{
    Shim *shim = userdata;
    if (domain != AF_INET) {
        return fail(EAFNOSUPPORT);
    }
    if ((type & ~(SOCK_NONBLOCK | SOCK_CLOEXEC)) != SOCK_STREAM) {
        return fail(EPROTONOSUPPORT);
    }
    shim_enter(shim);
    ShimSocket *socket = shim_socket_new(shim, SHIM_STREAM);
    if (socket != NULL) {
        socket->nonblocking = (type & SOCK_NONBLOCK) != 0;
    }
    shim_leave(shim);
    return socket != NULL ? socket->fd : -1;
}

static int open_bind(void *userdata, int fd, const struct sockaddr *addr, socklen_t len)
{
    Shim *shim = userdata;
    InetAddr local;
    uint16_t port;
    if (!read_addr(addr, len, &local, &port)) {
        return fail(EINVAL);
    }
    shim_enter(shim);
    ShimSocket *socket = shim_socket_find(shim, fd);
    int result = socket != NULL ? 0 : -1;
    if (socket != NULL && inet_addr_family(local) != INET_FAMILY_NONE &&
        !shim_world_build(shim, local)) {
        result = fail(EADDRNOTAVAIL);
    } else if (socket != NULL) {
        socket->addr = local;
        socket->port = port;
    }
    shim_leave(shim);
    return result;
}

/* ---- listen, accept ---- */

static void on_ready(void *holder, TcpListener *listener, int64_t now_ns)
{
    /* whoever waits in accept() tries after the event */
}

static int start_listening(Shim *shim, ShimSocket *socket, int backlog)
{
    TcpConfig config;
    shim_world_build(shim, OWN_ADDR);
    shim_settings_read(shim, &config);
    shim_options_apply(socket, &config);
    config.backlog = (uint32_t)MAX(backlog, 0) + 1; /* as Linux counts them */
    socket->listener =
        tcp_listen(shim->host->tcp, socket->addr, socket->port, &config, on_ready, socket);
    return socket->listener != NULL ? 0 : fail(EADDRINUSE);
}

static int open_listen(void *userdata, int fd, int backlog)
{
    Shim *shim = userdata;
    shim_enter(shim);
    ShimSocket *socket = shim_socket_find(shim, fd);
    int result = -1;
    if (socket != NULL && socket->listener == NULL) {
        result = socket->opened ? fail(EINVAL) : start_listening(shim, socket, backlog);
    } else if (socket != NULL) {
        result = 0;
    }
    shim_leave(shim);
    return result;
}

static ssize_t attempt_accept(ShimCall *call)
{
    ShimSocket *listening = call->socket;
    if (!tcp_listener_is_ready(listening->listener)) {
        call->error = EAGAIN;
        return -1;
    }
    ShimSocket *socket = shim_socket_new(listening->shim, SHIM_STREAM);
    if (socket == NULL) {
        call->error = EMFILE;
        return -1;
    }
    socket->conn = tcp_accept(listening->listener, shim_socket_note, socket);
    socket->opened = true;
    socket->told = true;
    g_array_append_vals(socket->options, listening->options->data, listening->options->len);
    return socket->fd;
}

static int open_accept(void *userdata, int fd, struct sockaddr *addr, socklen_t *len)
{
    Shim *shim = userdata;
    shim_enter(shim);
    ShimSocket *listening = shim_socket_find(shim, fd);
    int result = -1;
    if (listening != NULL && listening->listener == NULL) {
        result = fail(EINVAL);
    } else if (listening != NULL) {
        ShimCall call = { .attempt = attempt_accept,
                          .socket = listening,
                          .waits = !listening->nonblocking,
                          .give_up_at_us = INT64_MAX };
        result = (int)shim_call(shim, &call);
    }
    ShimSocket *socket = result >= 0 ? shim_socket_find(shim, result) : NULL;
    if (socket != NULL && socket->conn != NULL) {
        write_addr(tcp_conn_remote_addr(socket->conn), tcp_conn_remote_port(socket->conn), addr,
                   len);
    }
    shim_leave(shim);
    return result;
}

/* ---- connect ---- */

static int start_connecting(Shim *shim, ShimSocket *socket, InetAddr to, uint16_t port)
{
    TcpConfig config;
    shim_world_build(shim, OWN_ADDR);
    shim_settings_read(shim, &config);
    shim_options_apply(socket, &config);
    socket->conn = tcp_connect(shim->host->tcp, socket->addr, socket->port, to, port, &config,
                               shim_socket_note, socket, shim_now_ns(shim));
    if (socket->conn == NULL) {
        return fail(ENETUNREACH);
    }
    socket->opened = true;
    return 0;
}

static ssize_t attempt_connect(ShimCall *call)
{
    ShimSocket *socket = call->socket;
    if (shim_is_opening(socket)) {
        call->error = EAGAIN;
    } else if (socket->conn != NULL || socket->pending == 0) {
        socket->told = true;
        return 0;
    } else {
        call->error = shim_take_error(socket);
        socket->opened = false;
    }
    return -1;
}

/* The first call says that it is under way, later ones that it still is, or how it went. */
static int connect_stream(Shim *shim, ShimSocket *socket, InetAddr to, uint16_t port)
{
    bool first = !socket->opened;
    if (socket->told || socket->listener != NULL) {
        return fail(EISCONN);
    }
    if (first && start_connecting(shim, socket, to, port) < 0) {
        return -1;
    }
    ShimCall call = { .attempt = attempt_connect,
                      .socket = socket,
                      .waits = !socket->nonblocking,
                      .give_up_at_us = INT64_MAX };
    int result = (int)shim_call(shim, &call);
    if (result < 0 && errno == EAGAIN) {
        return fail(first ? EINPROGRESS : EALREADY);
    }
    return result;
}

static int open_connect(void *userdata, int fd, const struct sockaddr *addr, socklen_t len)
{
    Shim *shim = userdata;
    InetAddr to;
    uint16_t port;
    if (!read_addr(addr, len, &to, &port)) {
        return fail(EINVAL);
    }
    shim_enter(shim);
    ShimSocket *socket = shim_socket_find(shim, fd);
    int result = socket != NULL ? connect_stream(shim, socket, to, port) : -1;
    shim_leave(shim);
    return result;
}

/* ---- the end ---- */

static void let_go(ShimSocket *socket)
{
    int64_t now_ns = shim_now_ns(socket->shim);
    TcpConn *conn = g_steal_pointer(&socket->conn);
    if (socket->listener != NULL) {
        tcp_listener_close(socket->listener, now_ns);
    }
    if (conn != NULL && socket->aborts) {
        tcp_abort(conn, now_ns);
    } else if (conn != NULL) {
        tcp_close(conn, now_ns);
    }
}

static int open_close(void *userdata, int fd)
{
    Shim *shim = userdata;
    shim_enter(shim);
    ShimSocket *socket = shim_socket_find(shim, fd);
    if (socket != NULL) {
        let_go(socket);
        shim_socket_free(socket);
    }
    shim_leave(shim);
    return socket != NULL ? 0 : -1;
}

static int open_shutdown(void *userdata, int fd, int how)
{
    Shim *shim = userdata;
    shim_enter(shim);
    ShimSocket *socket = shim_socket_find(shim, fd);
    int result = -1;
    if (socket != NULL && (how < SHUT_RD || how > SHUT_RDWR)) {
        result = fail(EINVAL);
    } else if (socket != NULL && socket->conn == NULL) {
        result = fail(ENOTCONN);
    } else if (socket != NULL) {
        socket->read_shut |= how != SHUT_WR;
        if (how != SHUT_RD && !socket->write_shut) {
            socket->write_shut = true;
            tcp_shutdown(socket->conn, shim_now_ns(shim));
        }
        shim_settle(shim);
        result = 0;
    }
    shim_leave(shim);
    return result;
}

void shim_open_fill(ShimInterface *interface)
{
    interface->socket = open_socket;
    interface->bind = open_bind;
    interface->listen = open_listen;
    interface->accept = open_accept;
    interface->connect = open_connect;
    interface->close = open_close;
    interface->shutdown = open_shutdown;
}
