/* TCP sockets: calls down to a connection or listener, notes up, and the integrity check. */

#include "socket/socket_internal.h"

/* ---- notes ---- */

static const SocketEvent event_of_note[] = {
    [TCP_NOTE_ESTABLISHED] = SOCKET_EVENT_CONNECTED, [TCP_NOTE_URGENT] = SOCKET_EVENT_URGENT,
    [TCP_NOTE_READABLE] = SOCKET_EVENT_READABLE,     [TCP_NOTE_PEER_CLOSED] = SOCKET_EVENT_EOF,
    [TCP_NOTE_WRITABLE] = SOCKET_EVENT_WRITABLE,     [TCP_NOTE_SENT] = SOCKET_EVENT_SENT,
    [TCP_NOTE_ADVICE] = SOCKET_EVENT_ADVICE,         [TCP_NOTE_CLOSED] = SOCKET_EVENT_CLOSED,
};

static const SocketError error_of_reason[TCP_N_REASONS] = {
    [TCP_REASON_NONE] = SOCKET_OK,
    [TCP_REASON_CLOSED] = SOCKET_OK,
    [TCP_REASON_RESET] = SOCKET_RESET,
    [TCP_REASON_REFUSED] = SOCKET_REFUSED,
    [TCP_REASON_ABORTED] = SOCKET_ABORTED,
    [TCP_REASON_TIMEOUT] = SOCKET_TIMED_OUT,
    [TCP_REASON_KEEP_ALIVE] = SOCKET_TIMED_OUT,
    [TCP_REASON_UNREACHABLE] = SOCKET_UNREACHABLE,
    [TCP_REASON_NO_ROUTE] = SOCKET_NO_ROUTE,
    [TCP_REASON_CRASHED] = SOCKET_HOST_DOWN,
    [TCP_REASON_DATA_LOST] = SOCKET_ABORTED,
};

static void on_note(void *holder, TcpConn *conn, TcpNote note, TcpReason reason, int64_t now_ns)
{
    Socket *socket = holder;
    switch (note) {
    case TCP_NOTE_ESTABLISHED:
        socket->connected = true;
        break;
    case TCP_NOTE_PEER_CLOSED:
        socket->eof_seen = true;
        break;
    case TCP_NOTE_WRITABLE:
        if (socket->shut) {
            return; /* there is room, and nothing will be written */
        }
        break;
    case TCP_NOTE_SENT:
        socket->unsent = false;
        break;
    case TCP_NOTE_CLOSED:
        socket->error = (uint8_t)error_of_reason[reason];
        socket->conn = NULL;
        break;
    default:
        break;
    }
    socket_emit(socket, event_of_note[note], now_ns);
}

static void on_ready(void *holder, TcpListener *listener, int64_t now_ns)
{
    socket_emit(holder, SOCKET_EVENT_ACCEPTABLE, now_ns);
}

/* ---- opening ---- */

static SocketError listen_stream(Socket *socket, uint32_t backlog)
{
    if (socket->conn != NULL || socket->listener != NULL) {
        return SOCKET_ALREADY_CONNECTED;
    }
    if (backlog != 0) {
        socket_config(socket)->backlog = backlog;
    }
    socket->listener =
        tcp_listen(socket->host->tcp, socket->addr, socket->port, socket->config, on_ready, socket);
    return socket->listener != NULL ? SOCKET_OK : SOCKET_ADDRESS_IN_USE;
}

SocketError socket_listen(Socket *socket, uint32_t backlog, int64_t now_ns)
{
    socket_begin_address(socket, "listen", socket->addr, socket->port, now_ns);
    return socket_end(socket, "listen", listen_stream(socket, backlog), now_ns);
}

Socket *socket_accept(Socket *listener, SocketFn on_event, void *program, int64_t now_ns)
{
    Socket *socket = socket_new(listener->host, SOCKET_STREAM, on_event, program);
    socket->conn =
        listener->listener != NULL ? tcp_accept(listener->listener, on_note, socket) : NULL;
    if (socket->conn == NULL) {
        socket_free(socket, now_ns);
        return NULL;
    }
    socket->words = listener->words;
    socket->connected = true;
    socket->eof_seen = tcp_conn_state(socket->conn) == TCP_STATE_CLOSE_WAIT;
    socket->peer = tcp_conn_remote_addr(socket->conn);
    socket->peer_port = tcp_conn_remote_port(socket->conn);
    socket_begin_address(socket, "accept", socket->peer, socket->peer_port, now_ns);
    socket_end(socket, "accept", SOCKET_OK, now_ns);
    return socket;
}

/* Why TCP would not open: there is no way to such an address, or the four-tuple is taken. */
static SocketError why_not(Socket *socket)
{
    InetStack *inet = socket->host->inet;
    InetPath path = { 0 };
    bool one_host = socket->peer_port != 0 && !inet_addr_is_multicast(socket->peer) &&
                    !inet_stack_is_broadcast(inet, socket->peer);
    return one_host && inet_path_find(inet, socket->peer, &path) ? SOCKET_ADDRESS_IN_USE
                                                                 : SOCKET_NO_ROUTE;
}

/* What an earlier connection of the socket has left behind. */
static void forget_connection(Socket *socket)
{
    socket->error = SOCKET_OK;
    socket->connected = socket->shut = socket->eof_seen = false;
    socket->unsent = socket->out_of_step = false;
    socket->written_bytes = socket->received_bytes = 0;
    socket->peer_stream = 0;
}

SocketError socket_stream_connect(Socket *socket, InetAddr addr, uint16_t port, int64_t now_ns)
{
    if (socket->conn != NULL || socket->listener != NULL) {
        return SOCKET_ALREADY_CONNECTED;
    }
    if (socket->closed) {
        return SOCKET_CLOSED;
    }
    forget_connection(socket);
    socket->peer = addr;
    socket->peer_port = port;
    socket->connected_at_ns = now_ns;
    socket->conn = tcp_connect(socket->host->tcp, socket->addr, socket->port, addr, port,
                               socket->config, on_note, socket, now_ns);
    if (socket->conn == NULL) {
        socket->error = (uint8_t)why_not(socket);
    }
    return (SocketError)socket->error;
}

/* ---- sending ---- */

/* Whether a connection can be written to or, if receiving, read from; what the call says if not. */
static SocketError check_open(const Socket *socket)
{
    return socket->conn != NULL         ? SOCKET_OK
           : socket->error != SOCKET_OK ? (SocketError)socket->error
           : socket->connected          ? SOCKET_CLOSED
                                        : SOCKET_NOT_CONNECTED;
}

static SocketError check_sending(const Socket *socket)
{
    return socket->shut && socket->conn != NULL ? SOCKET_CLOSED : check_open(socket);
}

uint64_t socket_send_room_bytes(const Socket *socket)
{
    return check_sending(socket) == SOCKET_OK ? tcp_send_room_bytes(socket->conn) : 0;
}

static SocketError send_stream(Socket *socket, Payload *payload, bool push, bool urgent,
                               uint64_t *out_taken, int64_t now_ns)
{
    SocketError result = check_sending(socket);
    uint32_t len_bytes = payload->len_bytes;
    if (result != SOCKET_OK || len_bytes > tcp_send_room_bytes(socket->conn)) {
        return result;
    }
    if (payload->stream == 0) {
        payload->stream = tcp_conn_stream(socket->conn);
        payload->offset = socket->written_bytes;
    }
    socket->written_bytes += len_bytes;
    socket->unsent = true;
    *out_taken = len_bytes;
    Payload taken = *payload;
    *payload = (Payload){ 0 };
    tcp_send(socket->conn, taken, push, urgent, now_ns);
    return SOCKET_OK;
}

SocketError socket_send(Socket *socket, Payload *payload, bool push, bool urgent,
                        uint64_t *out_taken, int64_t now_ns)
{
    const char *call = urgent ? "send-urgent" : "send";
    *out_taken = 0;
    socket_begin_bytes(socket, call, payload->len_bytes, now_ns);
    SocketError result = send_stream(socket, payload, push, urgent, out_taken, now_ns);
    return socket_end(socket, call, result, now_ns);
}

SocketError socket_stream_send_pattern(Socket *socket, uint64_t len_bytes, bool push, bool urgent,
                                       uint64_t *out_taken, int64_t now_ns)
{
    SocketError result = check_sending(socket);
    if (result != SOCKET_OK) {
        return result;
    }
    uint32_t taken_bytes = (uint32_t)MIN(len_bytes, tcp_send_room_bytes(socket->conn));
    if (taken_bytes > 0) {
        bool last = taken_bytes == len_bytes;
        socket->written_bytes += taken_bytes;
        socket->unsent = true;
        *out_taken = taken_bytes;
        tcp_send_pattern(socket->conn, taken_bytes, push && last, urgent && last, now_ns);
    }
    return SOCKET_OK;
}

/* ---- receiving ---- */

static void on_wrong_bytes(Socket *socket, int64_t now_ns)
{
    const SocketProbe *probe = socket->host->probe;
    socket->out_of_step = true;
    if (probe != NULL && probe->on_wrong_bytes != NULL) {
        probe->on_wrong_bytes(probe->watcher, socket->host, socket, socket->received_bytes, now_ns);
    }
    if (socket->on_event != NULL) {
        socket->on_event(socket->program, socket, SOCKET_EVENT_WRONG_BYTES, now_ns);
    }
}

/* The next bytes must be the next range of the peer's stream. Its number is learned from the first
 * that has one; bare octets before that cannot be told. */
static void check_payload(Socket *socket, const Payload *payload, int64_t now_ns)
{
    if (G_UNLIKELY(socket->peer_stream == 0)) {
        socket->peer_stream = payload->stream;
    }
    bool right = socket->peer_stream == 0 ||
                 payload_matches(payload, socket->peer_stream, socket->received_bytes);
    if (G_UNLIKELY(!right)) {
        socket->host->wrong_bytes += payload->len_bytes;
        if (!socket->out_of_step) {
            on_wrong_bytes(socket, now_ns);
        }
    }
    socket->received_bytes += payload->len_bytes;
    socket->host->received_bytes += payload->len_bytes;
}

/* What a read says that got nothing. Who reads first has nothing to put on a SYN that waits for it
 * (RFC 7413). */
static SocketError nothing_to_read(Socket *socket, int64_t now_ns)
{
    if (socket->conn != NULL) {
        tcp_connect_now(socket->conn, now_ns);
    }
    SocketError result = check_open(socket);
    return result == SOCKET_OK && tcp_at_eof(socket->conn) ? SOCKET_CLOSED : result;
}

static SocketError receive_stream(Socket *socket, uint64_t max_bytes, uint64_t *out_bytes,
                                  int64_t now_ns)
{
    while (*out_bytes < max_bytes && socket->conn != NULL) {
        uint32_t part_bytes = (uint32_t)MIN(max_bytes - *out_bytes, UINT32_MAX);
        Payload payload = tcp_receive(socket->conn, part_bytes, now_ns);
        if (payload.len_bytes == 0) {
            break;
        }
        check_payload(socket, &payload, now_ns);
        *out_bytes += payload.len_bytes;
        payload_clear(&payload);
    }
    return *out_bytes == 0 && max_bytes > 0 ? nothing_to_read(socket, now_ns) : SOCKET_OK;
}

SocketError socket_receive(Socket *socket, uint64_t max_bytes, uint64_t *out_bytes, int64_t now_ns)
{
    *out_bytes = 0;
    socket_begin_bytes(socket, "receive", max_bytes, now_ns);
    SocketError result = receive_stream(socket, max_bytes, out_bytes, now_ns);
    return socket_end(socket, "receive", result, now_ns);
}

SocketError socket_receive_payload(Socket *socket, uint32_t max_bytes, Payload *out_payload,
                                   int64_t now_ns)
{
    SocketError result = SOCKET_OK;
    *out_payload = (Payload){ 0 };
    socket_begin_bytes(socket, "receive", max_bytes, now_ns);
    if (socket->conn != NULL) {
        *out_payload = tcp_receive(socket->conn, max_bytes, now_ns);
    }
    if (out_payload->len_bytes > 0) {
        check_payload(socket, out_payload, now_ns);
    } else if (max_bytes > 0) {
        result = nothing_to_read(socket, now_ns);
    }
    return socket_end(socket, "receive", result, now_ns);
}

/* ---- closing ---- */

SocketError socket_shutdown(Socket *socket, int64_t now_ns)
{
    socket_begin(socket, "shutdown", now_ns);
    SocketError result = check_sending(socket);
    if (result == SOCKET_OK) {
        socket->shut = true;
        socket->unsent = true; /* the FIN */
        tcp_shutdown(socket->conn, now_ns);
    }
    return socket_end(socket, "shutdown", result, now_ns);
}

void socket_stream_close(Socket *socket, int64_t now_ns)
{
    if (socket->conn != NULL) {
        tcp_close(g_steal_pointer(&socket->conn), now_ns);
    }
    if (socket->listener != NULL) {
        tcp_listener_close(g_steal_pointer(&socket->listener), now_ns);
    }
}

SocketError socket_abort(Socket *socket, int64_t now_ns)
{
    socket_begin(socket, "abort", now_ns);
    SocketError result = check_open(socket);
    if (result == SOCKET_OK) {
        socket->error = SOCKET_ABORTED;
        socket->closed = true;
        tcp_abort(g_steal_pointer(&socket->conn), now_ns);
    }
    return socket_end(socket, "abort", result, now_ns);
}
