/* pipe() and splice(): bytes that go from a socket to a pipe, and from a pipe to a socket. */

#include "shim/shim_private.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

static int pipe_pipe(void *userdata, int fds[2])
{
    Shim *shim = userdata;
    shim_enter(shim);
    ShimSocket *from = shim_socket_new(shim, SHIM_PIPE), *to = shim_socket_new(shim, SHIM_PIPE);
    int result = from != NULL && to != NULL ? 0 : -1;
    if (result == 0) {
        from->held = g_byte_array_new();
        to->held = g_byte_array_ref(from->held);
        fds[0] = from->fd;
        fds[1] = to->fd;
    }
    shim_leave(shim);
    return result;
}

/* What waits in the stream, up to the most; urgent data ends a run, and is no part of it. */
static ssize_t attempt_fill(ShimCall *call)
{
    ShimSocket *socket = call->socket;
    GByteArray *held = call->into->held;
    if (socket->conn == NULL || tcp_readable_bytes(socket->conn) == 0) {
        call->error = socket->pending != 0 ? shim_take_error(socket) : EAGAIN;
        return shim_at_eof(socket) ? 0 : -1;
    }
    size_t before = held->len;
    while (held->len - before < (size_t)call->most && socket->conn != NULL) {
        Payload payload = tcp_receive(socket->conn, (uint32_t)(call->most - (held->len - before)),
                                      shim_now_ns(socket->shim));
        if (payload.len_bytes == 0) {
            break;
        }
        g_byte_array_set_size(held, held->len + payload.len_bytes);
        payload_write(&payload, held->data + held->len - payload.len_bytes);
        payload_clear(&payload);
    }
    return held->len - before;
}

static ssize_t attempt_drain(ShimCall *call)
{
    ShimSocket *socket = call->socket;
    GByteArray *held = call->into->held;
    if (socket->conn == NULL || socket->write_shut) {
        call->error = EPIPE;
        return -1;
    }
    uint32_t room = tcp_send_room_bytes(socket->conn);
    uint32_t len = MIN(MIN(room, held->len), (uint32_t)call->most);
    if (len == 0) {
        call->error = EAGAIN;
        return -1;
    }
    Payload payload = payload_literal(held->data, len);
    g_byte_array_remove_range(held, 0, len);
    tcp_send(socket->conn, payload, true, false, shim_now_ns(socket->shim));
    return len;
}

static int pipe_splice(void *userdata, int from_fd, loff_t *from_at, int to_fd, loff_t *to_at,
                       size_t len, unsigned flags)
{
    Shim *shim = userdata;
    int result = -1;
    shim_enter(shim);
    ShimSocket *from = shim_socket_find(shim, from_fd), *to = shim_socket_find(shim, to_fd);
    if (from != NULL && to != NULL && (from->kind == SHIM_PIPE) == (to->kind == SHIM_PIPE)) {
        errno = EINVAL;
    } else if (from != NULL && to != NULL) {
        bool fills = to->kind == SHIM_PIPE;
        ShimCall call = { .attempt = fills ? attempt_fill : attempt_drain,
                          .socket = fills ? from : to,
                          .into = fills ? to : from,
                          .waits =
                              (flags & SPLICE_F_NONBLOCK) == 0 && !(fills ? from : to)->nonblocking,
                          .give_up_at_us = INT64_MAX,
                          .most = (int)MIN(len, INT32_MAX) };
        result = (int)shim_call(shim, &call);
    }
    shim_leave(shim);
    return result;
}

void shim_pipe_fill(ShimInterface *interface)
{
    interface->pipe = pipe_pipe;
    interface->splice = pipe_splice;
}
