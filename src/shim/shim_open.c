/* socket() to close(): how a descriptor comes by a connection and loses it. */

#include "shim/shim_private.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <string.h>

/* A program that does not bind connects from here. */
#define OWN_ADDR inet_addr_v4(0xc0a80001) /* 192.168.0.1 */

static int fail(int error)
{
    errno = error;
    return -1;
}

bool shim_read_addr(const struct sockaddr *addr, socklen_t len, InetAddr *out_addr,
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
    if (!shim_read_addr(addr, len, &local, &port)) {
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

/* Takes it at once, so that a connection which ends before accept() is still there to be told of.
 */
static void on_ready(void *holder, TcpListener *listener, int64_t now_ns)
{
    ShimSocket *listening = holder;
    ShimSocket *socket = shim_socket_new(listening->shim, SHIM_STREAM);
    g_assert(socket != NULL); /* no more descriptors */
    socket->conn = tcp_accept(listener, shim_socket_note, socket);
    socket->opened = true;
    socket->accepted = true;
    socket->told = true;
    socket->peer = tcp_conn_remote_addr(socket->conn);
    socket->peer_port = tcp_conn_remote_port(socket->conn);
    g_array_append_vals(socket->options, listening->options->data, listening->options->len);
    g_queue_push_tail(&listening->ready, socket);
}

static void configure(const ShimSocket *socket, TcpConfig *config)
{
    shim_settings_read(socket->shim, config);
    shim_options_apply(socket, config);
    config->backlog = socket->backlog;
    shim_settings_fast_server(socket->shim,
                              (uint32_t)shim_option(socket, IPPROTO_TCP, TCP_FASTOPEN),
                              config->backlog, config);
    if (socket->has_fast_open_key) {
        memcpy(config->fast_open_key, socket->fast_open_key, sizeof config->fast_open_key);
        config->fast_open_keyed = true;
    }
}

void shim_configure_listeners(Shim *shim)
{
    for (guint fd = 0; fd < shim->sockets->len; fd++) {
        const ShimSocket *socket = shim->sockets->pdata[fd];
        if (socket != NULL && socket->listener != NULL) {
            TcpConfig config;
            configure(socket, &config);
            tcp_listener_configure(socket->listener, &config);
        }
    }
}

static int start_listening(Shim *shim, ShimSocket *socket, int backlog)
{
    TcpConfig config;
    shim_world_build(shim, OWN_ADDR);
    socket->backlog = (uint32_t)MAX(backlog, 0) + 1; /* as Linux counts them */
    configure(socket, &config);
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
    const ShimSocket *socket = g_queue_pop_head(&call->socket->ready);
    if (socket == NULL) {
        call->error = EAGAIN;
        return -1;
    }
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
    if (socket != NULL) {
        write_addr(socket->peer, socket->peer_port, addr, len);
    }
    shim_leave(shim);
    return result;
}

/* ---- connect ---- */

int shim_start_connecting(ShimSocket *socket, InetAddr to, uint16_t port, bool fast)
{
    Shim *shim = socket->shim;
    TcpConfig config;
    shim_world_build(shim, OWN_ADDR);
    shim_settings_read(shim, &config);
    shim_options_apply(socket, &config);
    if (fast && !shim_settings_fast_client(shim, &config)) {
        return fail(EOPNOTSUPP);
    }
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
    if (shim_is_opening(socket) && !shim_waits_for_data(socket)) {
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
    bool fast = shim_option(socket, IPPROTO_TCP, TCP_FASTOPEN_CONNECT) != 0;
    if (first && shim_start_connecting(socket, to, port, fast) < 0) {
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
    if (!shim_read_addr(addr, len, &to, &port)) {
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
        for (ShimSocket *ready; (ready = g_queue_pop_head(&socket->ready)) != NULL;) {
            ready->aborts = true; /* as Linux does with what was not accepted */
            let_go(ready);
            shim_socket_free(ready);
        }
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
