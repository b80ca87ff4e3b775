/* read() and write() and their like, over one pair of attempts. */

#include "shim/shim_private.h"

#include <errno.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <string.h>

/* What TCP_INQ adds to a message. */
#ifndef TCP_CM_INQ
#define TCP_CM_INQ 36
#endif

static ssize_t fail(ShimCall *call, int error)
{
    call->error = error;
    return -1;
}

static size_t iov_bytes(const ShimCall *call)
{
    size_t total = 0;
    for (size_t i = 0; i < call->iov_count; i++) {
        total += call->iov[i].iov_len;
    }
    return total;
}

/* A buffer that is not there. */
static bool has_hole(const ShimCall *call)
{
    for (size_t i = 0; i < call->iov_count; i++) {
        if (call->iov[i].iov_base == NULL && call->iov[i].iov_len > 0) {
            return true;
        }
    }
    return false;
}

/* ---- write ---- */

/* Up to max_bytes from where the call stands. */
static Payload gather(const ShimCall *call, size_t max_bytes)
{
    g_autofree uint8_t *bytes = g_malloc(max_bytes);
    size_t skip = call->moved, filled = 0;
    for (size_t i = 0; i < call->iov_count && filled < max_bytes; i++) {
        size_t len = call->iov[i].iov_len;
        if (skip >= len) {
            skip -= len;
            continue;
        }
        size_t part = MIN(len - skip, max_bytes - filled);
        memcpy(bytes + filled, (const uint8_t *)call->iov[i].iov_base + skip, part);
        filled += part;
        skip = 0;
    }
    return payload_literal(bytes, (uint32_t)filled);
}

/* What of the call has been done counts more than why the rest cannot be. */
static ssize_t stop_writing(ShimCall *call, int error)
{
    if (call->moved > 0 && (error != EAGAIN || !call->waits)) {
        return (ssize_t)call->moved;
    }
    return fail(call, error);
}

/* The SYN takes what it can; without data it goes alone. */
static void send_on_syn(ShimCall *call, size_t total)
{
    ShimSocket *socket = call->socket;
    int64_t now_ns = shim_now_ns(socket->shim);
    size_t part = MIN(tcp_fast_open_room_bytes(socket->conn), total - call->moved);
    if (part == 0) {
        tcp_connect_now(socket->conn, now_ns);
        return;
    }
    Payload payload = gather(call, part);
    call->moved += part;
    tcp_send(socket->conn, payload, call->moved == total, false, now_ns);
}

static void send_part(const ShimCall *call, Payload payload, bool last)
{
    TcpConn *conn = call->socket->conn;
    int64_t now_ns = shim_now_ns(call->socket->shim);
    if (call->flags & MSG_MORE) {
        tcp_send_more(conn, payload, now_ns);
    } else {
        tcp_send(conn, payload, last, last && (call->flags & MSG_OOB) != 0, now_ns);
    }
}

static ssize_t attempt_write(ShimCall *call)
{
    ShimSocket *socket = call->socket;
    size_t total = iov_bytes(call);
    if (shim_waits_for_data(socket)) {
        if (has_hole(call)) {
            return fail(call, EFAULT);
        }
        send_on_syn(call, total);
        call->under_way = true;
    }
    if (socket->pending != 0) {
        /* Data on a SYN that was refused counts for nothing. */
        int error = shim_take_error(socket);
        return call->under_way ? fail(call, error) : stop_writing(call, error);
    }
    if (socket->conn == NULL || socket->write_shut) {
        return stop_writing(call, EPIPE);
    }
    if (shim_is_opening(socket)) {
        ssize_t result = stop_writing(call, EAGAIN);
        call->error = call->under_way && !call->waits ? EINPROGRESS : call->error;
        return result;
    }
    if (has_hole(call)) {
        return stop_writing(call, EFAULT);
    }
    while (call->moved < total) {
        size_t room = tcp_send_room_bytes(socket->conn);
        size_t part = MIN(room, total - call->moved);
        if (part == 0) {
            return stop_writing(call, EAGAIN);
        }
        Payload payload = gather(call, part);
        call->moved += part;
        send_part(call, payload, call->moved == total);
        if (socket->conn == NULL) {
            break;
        }
    }
    return (ssize_t)call->moved;
}

/* ---- read ---- */

static void scatter(ShimCall *call, const Payload *payload)
{
    g_autofree uint8_t *bytes = g_malloc(payload->len_bytes);
    payload_write(payload, bytes);
    size_t skip = call->moved, taken = 0;
    for (size_t i = 0; i < call->iov_count && taken < payload->len_bytes; i++) {
        size_t len = call->iov[i].iov_len;
        if (skip >= len) {
            skip -= len;
            continue;
        }
        size_t part = MIN(len - skip, payload->len_bytes - taken);
        memcpy((uint8_t *)call->iov[i].iov_base + skip, bytes + taken, part);
        taken += part;
        skip = 0;
    }
    call->moved += payload->len_bytes;
}

/* From a connection that is gone. */
static void take_leftover(ShimCall *call, size_t max_bytes)
{
    GByteArray *held = call->socket->leftover;
    guint part = (guint)MIN(held->len, max_bytes - call->moved);
    if (part > 0) {
        Payload payload = payload_literal(held->data, part);
        scatter(call, &payload);
        payload_clear(&payload);
        g_byte_array_remove_range(held, 0, part);
    }
}

static void take_bytes(ShimCall *call, size_t max_bytes)
{
    ShimSocket *socket = call->socket;
    if (socket->leftover != NULL) {
        take_leftover(call, max_bytes);
    }
    while (call->moved < max_bytes && socket->conn != NULL) {
        Payload payload =
            tcp_receive(socket->conn, (uint32_t)MIN(max_bytes - call->moved, UINT32_MAX),
                        shim_now_ns(socket->shim));
        if (payload.len_bytes == 0) {
            break;
        }
        scatter(call, &payload);
        payload_clear(&payload);
    }
}

/* What a read finds when no bytes wait. */
static ssize_t nothing_to_read(ShimCall *call)
{
    ShimSocket *socket = call->socket;
    if (socket->pending != 0) {
        return fail(call, shim_take_error(socket));
    }
    if (socket->read_shut || shim_at_eof(socket)) {
        return 0;
    }
    if (socket->conn == NULL) {
        return socket->opened ? 0 : fail(call, ENOTCONN);
    }
    return fail(call, EAGAIN);
}

static ssize_t attempt_read(ShimCall *call)
{
    ShimSocket *socket = call->socket;
    size_t wanted = iov_bytes(call);
    if (!socket->opened || shim_is_opening(socket)) {
        return fail(call, socket->opened ? EAGAIN : ENOTCONN);
    }
    if (wanted > 0 && has_hole(call)) {
        return fail(call, EFAULT);
    }
    take_bytes(call, wanted);
    bool all_wanted = (call->flags & MSG_WAITALL) != 0 && call->moved < wanted && call->waits;
    if (call->moved > 0 && !(all_wanted && socket->conn != NULL && !shim_at_eof(socket))) {
        return (ssize_t)call->moved;
    }
    ssize_t result = nothing_to_read(call);
    return result < 0 && call->moved > 0 && call->error != EAGAIN ? (ssize_t)call->moved : result;
}

/* ---- the calls ---- */

static ssize_t transfer(Shim *shim, int fd, ShimCall *call)
{
    ssize_t result = -1;
    shim_enter(shim);
    call->socket = shim_socket_find(shim, fd);
    if (call->socket != NULL && call->socket->kind != SHIM_STREAM) {
        errno = EINVAL;
    } else if (call->socket != NULL) {
        call->waits = !call->socket->nonblocking && (call->flags & MSG_DONTWAIT) == 0;
        call->give_up_at_us = INT64_MAX;
        result = shim_call(shim, call);
    }
    shim_leave(shim);
    return result;
}

static ssize_t data_readv(void *userdata, int fd, const struct iovec *iov, int count)
{
    ShimCall call = { .attempt = attempt_read, .iov = iov, .iov_count = (size_t)count };
    return transfer(userdata, fd, &call);
}

static ssize_t data_recv(void *userdata, int fd, void *buf, size_t len, int flags)
{
    struct iovec iov = { buf, len };
    ShimCall call = { .attempt = attempt_read, .iov = &iov, .iov_count = 1, .flags = flags };
    return transfer(userdata, fd, &call);
}

static ssize_t data_read(void *userdata, int fd, void *buf, size_t len)
{
    return data_recv(userdata, fd, buf, len, 0);
}

static ssize_t data_recvfrom(void *userdata, int fd, void *buf, size_t len, int flags,
                             struct sockaddr *addr, socklen_t *addr_len)
{
    return data_recv(userdata, fd, buf, len, flags);
}

/* Tells how much more waits. */
static void add_inq(const ShimSocket *socket, struct msghdr *msg, size_t room)
{
    if (socket == NULL || !socket->wants_inq || room < CMSG_SPACE(sizeof(int))) {
        return;
    }
    struct cmsghdr *control = msg->msg_control;
    int waits = (int)shim_readable_bytes(socket);
    waits += waits == 0 && shim_at_eof(socket); /* the end counts as one */
    control->cmsg_level = IPPROTO_TCP;
    control->cmsg_type = TCP_CM_INQ;
    control->cmsg_len = CMSG_LEN(sizeof waits);
    memcpy(CMSG_DATA(control), &waits, sizeof waits);
    msg->msg_controllen = control->cmsg_len;
}

static ssize_t data_recvmsg(void *userdata, int fd, struct msghdr *msg, int flags)
{
    Shim *shim = userdata;
    ShimCall call = {
        .attempt = attempt_read, .iov = msg->msg_iov, .iov_count = msg->msg_iovlen, .flags = flags
    };
    size_t room = msg->msg_control != NULL ? msg->msg_controllen : 0;
    if (flags & MSG_ERRQUEUE) {
        errno = EAGAIN;
        return -1;
    }
    ssize_t result = transfer(shim, fd, &call);
    msg->msg_controllen = 0;
    msg->msg_flags = 0;
    if (result >= 0) {
        pthread_mutex_lock(&shim->mutex);
        add_inq(shim_socket_find(shim, fd), msg, room);
        pthread_mutex_unlock(&shim->mutex);
    }
    return result;
}

static ssize_t data_writev(void *userdata, int fd, const struct iovec *iov, int count)
{
    ShimCall call = { .attempt = attempt_write, .iov = iov, .iov_count = (size_t)count };
    return transfer(userdata, fd, &call);
}

static ssize_t data_send(void *userdata, int fd, const void *buf, size_t len, int flags)
{
    struct iovec iov = { (void *)buf, len };
    ShimCall call = { .attempt = attempt_write, .iov = &iov, .iov_count = 1, .flags = flags };
    return transfer(userdata, fd, &call);
}

static ssize_t data_write(void *userdata, int fd, const void *buf, size_t len)
{
    return data_send(userdata, fd, buf, len, 0);
}

/* MSG_FASTOPEN: connect() and write() in one. */
static ssize_t connect_and_send(Shim *shim, int fd, ShimCall *call, const struct sockaddr *addr,
                                socklen_t addr_len)
{
    InetAddr to;
    uint16_t port;
    ssize_t result = -1;
    shim_enter(shim);
    ShimSocket *socket = shim_socket_find(shim, fd);
    TcpConfig config;
    if (socket == NULL) {
        /* errno is set */
    } else if (!shim_settings_fast_client(shim, &config) ||
               (addr != NULL && addr->sa_family == AF_UNSPEC)) {
        errno = EOPNOTSUPP;
    } else if (shim_is_opening(socket) && !shim_waits_for_data(socket)) {
        errno = EALREADY;
    } else if (socket->opened) {
        result = 0;
    } else if (!shim_read_addr(addr, addr_len, &to, &port)) {
        errno = EINVAL;
    } else {
        result = shim_start_connecting(socket, to, port, true);
        call->under_way = true;
    }
    shim_leave(shim);
    return result < 0 ? result : transfer(shim, fd, call);
}

static ssize_t data_sendto(void *userdata, int fd, const void *buf, size_t len, int flags,
                           const struct sockaddr *addr, socklen_t addr_len)
{
    if ((flags & MSG_FASTOPEN) == 0) {
        return data_send(userdata, fd, buf, len, flags);
    }
    struct iovec iov = { (void *)buf, len };
    ShimCall call = { .attempt = attempt_write, .iov = &iov, .iov_count = 1, .flags = flags };
    return connect_and_send(userdata, fd, &call, addr, addr_len);
}

static ssize_t data_sendmsg(void *userdata, int fd, const struct msghdr *msg, int flags)
{
    ShimCall call = {
        .attempt = attempt_write, .iov = msg->msg_iov, .iov_count = msg->msg_iovlen, .flags = flags
    };
    return (flags & MSG_FASTOPEN) != 0
               ? connect_and_send(userdata, fd, &call, msg->msg_name, msg->msg_namelen)
               : transfer(userdata, fd, &call);
}

void shim_data_fill(ShimInterface *interface)
{
    interface->read = data_read;
    interface->readv = data_readv;
    interface->recv = data_recv;
    interface->recvfrom = data_recvfrom;
    interface->recvmsg = data_recvmsg;
    interface->write = data_write;
    interface->writev = data_writev;
    interface->send = data_send;
    interface->sendto = data_sendto;
    interface->sendmsg = data_sendmsg;
}
