#include "shim/shim_private.h"

#include <errno.h>
#include <sys/eventfd.h>
#include <unistd.h>

ShimSocket *shim_socket_new(Shim *shim, ShimKind kind)
{
    int fd = eventfd(0, EFD_CLOEXEC);
    if (fd < 0) {
        return NULL;
    }
    if (shim->sockets->len <= (guint)fd) {
        g_ptr_array_set_size(shim->sockets, fd + 1);
    }
    ShimSocket *socket = g_new0(ShimSocket, 1);
    socket->shim = shim;
    socket->kind = kind;
    socket->fd = fd;
    socket->options = g_array_new(FALSE, FALSE, sizeof(ShimOption));
    shim->sockets->pdata[fd] = socket;
    return socket;
}

ShimSocket *shim_socket_find(Shim *shim, int fd)
{
    ShimSocket *socket =
        fd >= 0 && (guint)fd < shim->sockets->len ? shim->sockets->pdata[fd] : NULL;
    if (socket == NULL) {
        errno = EBADF;
    }
    return socket;
}

void shim_socket_free(ShimSocket *socket)
{
    Shim *shim = socket->shim;
    shim->sockets->pdata[socket->fd] = NULL;
    shim_call_off(socket);
    close(socket->fd); /* the tool may have closed it before: it is nobody else's then either */
    g_array_unref(socket->options);
    g_queue_clear(&socket->ready);
    g_clear_pointer(&socket->leftover, g_byte_array_unref);
    g_clear_pointer(&socket->watched, g_array_unref);
    g_clear_pointer(&socket->held, g_byte_array_unref);
    g_free(socket);
}

/* ---- what becomes of a connection ---- */

/* What the program is told when the connection has ended (errno(3)). */
static int error_of(const ShimSocket *socket, TcpReason reason)
{
    static const int errors[TCP_N_REASONS] = {
        [TCP_REASON_RESET] = ECONNRESET,         [TCP_REASON_REFUSED] = ECONNREFUSED,
        [TCP_REASON_TIMEOUT] = ETIMEDOUT,        [TCP_REASON_KEEP_ALIVE] = ETIMEDOUT,
        [TCP_REASON_UNREACHABLE] = EHOSTUNREACH, [TCP_REASON_NO_ROUTE] = ENETUNREACH,
    };
    /* Whoever reads has been told of the end already, and only writing fails. */
    return reason == TCP_REASON_RESET && socket->at_eof ? EPIPE : errors[reason];
}

/* Linux lets the program read what had arrived, whatever ended the connection. */
static void keep_unread(ShimSocket *socket, TcpConn *conn, int64_t now_ns)
{
    while (tcp_readable_bytes(conn) > 0) {
        Payload payload = tcp_receive(conn, UINT32_MAX, now_ns);
        if (socket->leftover == NULL) {
            socket->leftover = g_byte_array_new();
        }
        guint held = socket->leftover->len;
        g_byte_array_set_size(socket->leftover, held + payload.len_bytes);
        payload_write(&payload, socket->leftover->data + held);
        payload_clear(&payload);
    }
}

uint32_t shim_readable_bytes(const ShimSocket *socket)
{
    return socket->conn != NULL       ? tcp_readable_bytes(socket->conn)
           : socket->leftover != NULL ? socket->leftover->len
                                      : 0;
}

void shim_socket_note(void *holder, TcpConn *conn, TcpNote note, TcpReason reason, int64_t now_ns)
{
    ShimSocket *socket = holder;
    if (note == TCP_NOTE_ESTABLISHED && socket->syn_limited) {
        tcp_set_user_timeout(conn, 0, now_ns);
    } else if (note == TCP_NOTE_PEER_CLOSED) {
        socket->at_eof = true;
    } else if (note == TCP_NOTE_CLOSED) {
        socket->pending = error_of(socket, reason);
        keep_unread(socket, conn, now_ns);
        tcp_conn_facts(conn, &socket->last);
        socket->conn = NULL;
    }
}
