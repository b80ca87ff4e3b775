/* The sockets of one host, and what they announce. */

#include <stdlib.h>

#include "sim/lang.h"
#include "socket/socket_internal.h"

static const char *const event_names[SOCKET_N_EVENTS] = {
    [SOCKET_EVENT_CONNECTED] = N_("connected"),
    [SOCKET_EVENT_ACCEPTABLE] = N_("acceptable"),
    [SOCKET_EVENT_READABLE] = N_("readable"),
    [SOCKET_EVENT_WRITABLE] = N_("writable"),
    [SOCKET_EVENT_URGENT] = N_("urgent"),
    [SOCKET_EVENT_EOF] = N_("eof"),
    [SOCKET_EVENT_SENT] = N_("sent"),
    [SOCKET_EVENT_ADVICE] = N_("advice"),
    [SOCKET_EVENT_CLOSED] = N_("closed"),
    [SOCKET_EVENT_ERROR] = N_("error"),
    [SOCKET_EVENT_WRONG_BYTES] = N_("wrong bytes"),
};

const char *socket_event_to_string(SocketEvent event)
{
    g_assert(event < SOCKET_N_EVENTS);
    return event_names[event];
}

static const char *const error_names[SOCKET_N_ERRORS] = {
    [SOCKET_OK] = "ok",
    [SOCKET_REFUSED] = "refused",
    [SOCKET_RESET] = "reset",
    [SOCKET_TIMED_OUT] = "timed-out",
    [SOCKET_UNREACHABLE] = "unreachable",
    [SOCKET_NO_ROUTE] = "no-route",
    [SOCKET_ABORTED] = "aborted",
    [SOCKET_CLOSED] = "closed",
    [SOCKET_NOT_CONNECTED] = "not-connected",
    [SOCKET_ALREADY_CONNECTED] = "already-connected",
    [SOCKET_ADDRESS_IN_USE] = "address-in-use",
    [SOCKET_TOO_BIG] = "too-big",
    [SOCKET_HOST_DOWN] = "host-down",
};

const char *socket_error_to_string(SocketError error)
{
    g_assert(error < SOCKET_N_ERRORS);
    return error_names[error];
}

SocketHost *socket_host_new(InetStack *inet, TcpStack *tcp, UdpStack *udp)
{
    SocketHost *host = g_new0(SocketHost, 1);
    host->inet = inet;
    host->tcp = tcp;
    host->udp = udp;
    return host;
}

/* Frees every socket's own memory. */
static void forget_sockets(SocketHost *host)
{
    while (host->sockets != NULL) {
        Socket *socket = host->sockets;
        host->sockets = socket->after;
        g_free(socket->config);
        free(socket);
    }
}

void socket_host_free(SocketHost *host)
{
    forget_sockets(host);
    g_free(host);
}

void socket_host_crash(SocketHost *host, int64_t now_ns)
{
    for (Socket *socket = host->sockets; socket != NULL; socket = socket->after) {
        socket_datagram_close(socket);
        socket_echo_close(socket);
    }
    forget_sockets(host);
}

void socket_host_set_probe(SocketHost *host, const SocketProbe *probe)
{
    host->probe = probe;
}

InetStack *socket_host_inet(const SocketHost *host)
{
    return host->inet;
}

uint64_t socket_host_received_bytes(const SocketHost *host)
{
    return host->received_bytes;
}

uint64_t socket_host_wrong_bytes(const SocketHost *host)
{
    return host->wrong_bytes;
}

/* TCP's streams are drawn from a hash; these are told from them by their look: 'd', host, socket.
 */
uint64_t socket_new_stream(SocketHost *host)
{
    host->datagram_count++;
    uint64_t entity = inet_stack_node(host->inet)->entity.id;
    return UINT64_C(0xd) << 60 | entity << 24 | (host->datagram_count & 0xffffff);
}

/* ---- announcements ---- */

static void announce_call(const Socket *socket, const char *call, const char *text, int64_t now_ns)
{
    const SocketProbe *probe = socket->host->probe;
    if (probe->on_call != NULL) {
        probe->on_call(probe->watcher, socket->host, socket, socket->conn, call,
                       socket->words != NULL ? socket->words : text, now_ns);
    }
}

void socket_announce_call(const Socket *socket, const char *call, int64_t now_ns)
{
    announce_call(socket, call, "", now_ns);
}

void socket_announce_call_bytes(const Socket *socket, const char *call, uint64_t len_bytes,
                                int64_t now_ns)
{
    char text[24] = "";
    if (len_bytes != UINT64_MAX) {
        g_snprintf(text, sizeof text, "%" G_GUINT64_FORMAT, len_bytes);
    }
    announce_call(socket, call, text, now_ns);
}

void socket_announce_call_address(const Socket *socket, const char *call, InetAddr addr,
                                  uint16_t port, int64_t now_ns)
{
    char host[INET_ADDR_TEXT_BYTES] = "", text[INET_ADDR_TEXT_BYTES + 8];
    if (inet_addr_family(addr) != INET_FAMILY_NONE) {
        inet_addr_format(addr, host);
    }
    bool both = host[0] != '\0' && port != 0;
    if (port != 0) {
        g_snprintf(text, sizeof text, "%s%s%u", host, both ? ":" : "", port);
    } else {
        g_snprintf(text, sizeof text, "%s", host);
    }
    announce_call(socket, call, text, now_ns);
}

void socket_announce_return(const Socket *socket, const char *call, SocketError result,
                            int64_t now_ns)
{
    const SocketProbe *probe = socket->host->probe;
    if (probe->on_return != NULL) {
        probe->on_return(probe->watcher, socket->host, socket, socket->conn, call, result, now_ns);
    }
}

void socket_emit(Socket *socket, SocketEvent event, int64_t now_ns)
{
    const SocketProbe *probe = socket->host->probe;
    if (G_UNLIKELY(probe != NULL) && probe->on_event != NULL) {
        probe->on_event(probe->watcher, socket->host, socket, socket->conn, event,
                        (SocketError)socket->error, now_ns);
    }
    if (socket->on_event != NULL) {
        socket->on_event(socket->program, socket, event, now_ns);
    }
}
