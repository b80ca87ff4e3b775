/* poll() and epoll, over what each socket is ready for. */

#include "shim/shim_private.h"

#include <errno.h>
#include <linux/tcp.h>
#include <netinet/in.h>

#define US_PER_MS 1000

typedef struct ShimWatch {
    int fd;
    uint32_t events;
    epoll_data_t data;
    uint32_t told;    /* edge-triggered: what was reported and has not ceased since... */
    uint64_t arrived; /* ...when so many bytes had arrived */
} ShimWatch;

static short listener_readiness(const ShimSocket *socket)
{
    return g_queue_is_empty((GQueue *)&socket->ready) ? 0 : POLLIN | POLLRDNORM;
}

/* Of a socket without a live connection. */
static short gone_readiness(const ShimSocket *socket)
{
    short ready = POLLHUP | POLLOUT | POLLWRNORM;
    return socket->opened ? (short)(ready | POLLIN | POLLRDNORM | POLLRDHUP) : ready;
}

static short live_readiness(const ShimSocket *socket)
{
    TcpConnFacts facts;
    short ready = 0;
    tcp_conn_facts(socket->conn, &facts);
    bool peer_done = facts.fin_received || socket->read_shut;
    if (peer_done) {
        ready |= POLLIN | POLLRDNORM | POLLRDHUP;
    }
    if (peer_done && socket->write_shut) {
        ready |= POLLHUP;
    }
    if (tcp_readable_bytes(socket->conn) > 0) {
        ready |= POLLIN | POLLRDNORM;
    }
    if (tcp_urgent_bytes(socket->conn) > 0) {
        ready |= POLLPRI;
    }
    if (socket->write_shut || shim_is_writable(socket)) {
        ready |= POLLOUT | POLLWRNORM;
    }
    return ready;
}

uint32_t shim_notsent_lowat(const ShimSocket *socket)
{
    int asked = shim_option(socket, IPPROTO_TCP, TCP_NOTSENT_LOWAT);
    return asked != 0 ? (uint32_t)asked
                      : (uint32_t)shim_setting(socket->shim, "tcp_notsent_lowat", UINT32_MAX);
}

bool shim_is_writable(const ShimSocket *socket)
{
    TcpConnFacts facts;
    tcp_conn_facts(socket->conn, &facts);
    /* Linux: a third of the buffer is free. */
    return tcp_send_room_bytes(socket->conn) >= facts.send_buffer_bytes / 3 &&
           facts.unsent_bytes < shim_notsent_lowat(socket);
}

short shim_readiness(const ShimSocket *socket)
{
    short ready = 0;
    if (socket->kind != SHIM_STREAM) {
        return 0;
    }
    if (socket->listener != NULL) {
        ready = listener_readiness(socket);
    } else if (socket->conn == NULL) {
        ready = gone_readiness(socket);
    } else if (shim_waits_for_data(socket)) {
        ready = POLLOUT | POLLWRNORM;
    } else if (!shim_is_opening(socket)) {
        ready = live_readiness(socket);
    }
    return socket->pending != 0 ? (short)(ready | POLLERR) : ready;
}

static int64_t give_up_at(const Shim *shim, int timeout_ms)
{
    return timeout_ms < 0 ? INT64_MAX : shim_now_us(shim) + (int64_t)timeout_ms * US_PER_MS;
}

/* None is ready: not yet, or not any more. */
static ssize_t none_ready(ShimCall *call, Shim *shim)
{
    if (call->give_up_at_us <= shim_now_us(shim)) {
        return 0;
    }
    call->error = EAGAIN;
    return -1;
}

/* ---- poll ---- */

static ssize_t attempt_poll(ShimCall *call)
{
    ssize_t count = 0;
    for (nfds_t i = 0; i < call->fd_count; i++) {
        struct pollfd *fd = &call->fds[i];
        const ShimSocket *socket = shim_socket_find(call->shim, fd->fd);
        short wanted = (short)(fd->events | POLLERR | POLLHUP);
        fd->revents = socket == NULL ? POLLNVAL : (short)(shim_readiness(socket) & wanted);
        count += fd->revents != 0;
    }
    return count > 0 ? count : none_ready(call, call->shim);
}

static int poll_poll(void *userdata, struct pollfd *fds, nfds_t count, int timeout_ms)
{
    Shim *shim = userdata;
    shim_enter(shim);
    ShimCall call = { .attempt = attempt_poll,
                      .shim = shim,
                      .waits = true,
                      .give_up_at_us = give_up_at(shim, timeout_ms),
                      .fds = fds,
                      .fd_count = count };
    int result = (int)shim_call(shim, &call);
    shim_leave(shim);
    return result;
}

/* ---- epoll ---- */

static ShimSocket *find_set(Shim *shim, int fd)
{
    ShimSocket *set = shim_socket_find(shim, fd);
    if (set != NULL && set->kind != SHIM_EPOLL) {
        errno = EINVAL;
        return NULL;
    }
    return set;
}

static int poll_epoll_create(void *userdata, int size)
{
    Shim *shim = userdata;
    if (size <= 0) {
        errno = EINVAL;
        return -1;
    }
    shim_enter(shim);
    ShimSocket *set = shim_socket_new(shim, SHIM_EPOLL);
    if (set != NULL) {
        set->watched = g_array_new(FALSE, FALSE, sizeof(ShimWatch));
    }
    shim_leave(shim);
    return set != NULL ? set->fd : -1;
}

/* Its place in the set; the set's length: it is not there. */
static guint find_watch(const ShimSocket *set, int fd)
{
    guint i = 0;
    while (i < set->watched->len && g_array_index(set->watched, ShimWatch, i).fd != fd) {
        i++;
    }
    return i;
}

static int change_set(ShimSocket *set, int op, int fd, const struct epoll_event *event)
{
    guint at = find_watch(set, fd);
    bool known = at < set->watched->len;
    if (op == EPOLL_CTL_ADD ? known : !known) {
        errno = known ? EEXIST : ENOENT;
        return -1;
    }
    if (op == EPOLL_CTL_DEL) {
        g_array_remove_index(set->watched, at);
        return 0;
    }
    ShimWatch watch = { .fd = fd, .events = event->events, .data = event->data };
    if (known) {
        g_array_index(set->watched, ShimWatch, at) = watch;
    } else {
        g_array_append_val(set->watched, watch);
    }
    return 0;
}

static int poll_epoll_ctl(void *userdata, int epoll_fd, int op, int fd, struct epoll_event *event)
{
    Shim *shim = userdata;
    int result = -1;
    if (op != EPOLL_CTL_DEL && event == NULL) {
        errno = EFAULT;
        return -1;
    }
    shim_enter(shim);
    ShimSocket *set = find_set(shim, epoll_fd);
    if (set != NULL && shim_socket_find(shim, fd) != NULL) {
        result = change_set(set, op, fd, event);
        shim_settle(shim);
    }
    shim_leave(shim);
    return result;
}

/* Bytes that have come in order, read or not. */
static uint64_t arrived_bytes(const ShimSocket *socket)
{
    TcpConnStats stats = { 0 };
    if (socket->conn != NULL) {
        tcp_conn_stats(socket->conn, &stats);
    }
    return stats.bytes_delivered + shim_readable_bytes(socket);
}

/* What is to be reported of it now. */
static uint32_t news(Shim *shim, ShimWatch *watch)
{
    const ShimSocket *socket = shim_socket_find(shim, watch->fd);
    uint32_t ready = socket != NULL ? (uint16_t)shim_readiness(socket) : 0;
    ready &= watch->events | EPOLLERR | EPOLLHUP;
    uint64_t arrived = socket != NULL ? arrived_bytes(socket) : 0;
    watch->told &= arrived == watch->arrived ? ready : ready & ~(uint32_t)EPOLLIN;
    if ((watch->events & EPOLLET) == 0) {
        return ready;
    }
    return (ready & ~watch->told) != 0 ? ready : 0;
}

static ssize_t attempt_epoll_wait(ShimCall *call)
{
    ShimSocket *set = call->socket;
    int count = 0;
    for (guint i = 0; i < set->watched->len && count < call->most; i++) {
        ShimWatch *watch = &g_array_index(set->watched, ShimWatch, i);
        uint32_t ready = news(set->shim, watch);
        if (ready != 0) {
            call->events[count++] = (struct epoll_event){ .events = ready, .data = watch->data };
            watch->told |= ready;
            watch->arrived = arrived_bytes(shim_socket_find(set->shim, watch->fd));
        }
    }
    return count > 0 ? count : none_ready(call, set->shim);
}

static int poll_epoll_wait(void *userdata, int epoll_fd, struct epoll_event *events, int most,
                           int timeout_ms)
{
    Shim *shim = userdata;
    shim_enter(shim);
    ShimSocket *set = find_set(shim, epoll_fd);
    int result = -1;
    if (set != NULL) {
        ShimCall call = { .attempt = attempt_epoll_wait,
                          .socket = set,
                          .waits = true,
                          .give_up_at_us = give_up_at(shim, timeout_ms),
                          .events = events,
                          .most = most };
        result = (int)shim_call(shim, &call);
    }
    shim_leave(shim);
    return result;
}

void shim_poll_fill(ShimInterface *interface)
{
    interface->poll = poll_poll;
    interface->epoll_create = poll_epoll_create;
    interface->epoll_ctl = poll_epoll_ctl;
    interface->epoll_wait = poll_epoll_wait;
}
