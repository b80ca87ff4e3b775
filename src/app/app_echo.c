/* Sends back what it gets (RFC 862): the same bytes, so they keep their numbers. */

#include "app/app_echo.h"

#include "sim/lang.h"

enum { MOST_AT_ONCE_BYTES = 64 * 1024 };

typedef struct Echo {
    uint16_t port;
    SocketKind kind;
} Echo;

static const char *const transports[] = { "tcp", "udp", NULL };

static const SimParamSpec params[] = {
    { .name = "port",
      .unit = SIM_UNIT_NUMBER,
      .fallback = 7,
      .min = 1,
      .max = UINT16_MAX,
      .help = N_("the port to serve") },
    { .name = "transport",
      .unit = SIM_UNIT_WORD,
      .max = 1,
      .words = transports,
      .help = N_("over which protocol") },
    { 0 },
};

static bool configure(App *app, const SimParams *values, GError **error)
{
    Echo *echo = app->state;
    echo->port = (uint16_t)sim_params_get(values, "port");
    echo->kind = sim_params_get(values, "transport") == 0 ? SOCKET_STREAM : SOCKET_DATAGRAM;
    return true;
}

static void start(App *app, int64_t now_ns)
{
    const Echo *echo = app->state;
    app_serve(app, echo->kind, echo->port, now_ns);
}

static void return_datagrams(App *app, Socket *socket, int64_t now_ns)
{
    UdpDatagram datagram;
    while (socket_receive_datagram(socket, &datagram, now_ns)) {
        uint32_t len_bytes = datagram.payload.len_bytes;
        app->stats.received_pkts++;
        app->stats.sent_pkts++;
        app->stats.received_bytes += len_bytes;
        app->stats.sent_bytes += len_bytes;
        socket_send_payload_to(socket, datagram.from, datagram.from_port, datagram.payload, now_ns);
    }
}

/* Moves what waits to the send buffer, as far as it has room; the rest waits for WRITABLE. */
static void return_bytes(App *app, Socket *socket, int64_t now_ns)
{
    for (;;) {
        uint64_t room_bytes = socket_send_room_bytes(socket), taken_bytes;
        Payload payload;
        socket_receive_payload(socket, (uint32_t)MIN(room_bytes, MOST_AT_ONCE_BYTES), &payload,
                               now_ns);
        if (payload.len_bytes == 0) {
            break;
        }
        app->stats.received_bytes += payload.len_bytes;
        socket_send(socket, &payload, true, false, &taken_bytes, now_ns);
        app->stats.sent_bytes += taken_bytes;
    }
    if (socket_at_eof(socket)) {
        app->stats.completed++;
        socket_free(socket, now_ns);
    }
}

static void accept_one(App *app, Socket *listener, int64_t now_ns)
{
    Socket *socket = socket_accept(listener, app_on_socket, app, now_ns);
    if (socket != NULL) {
        app->stats.opened++;
        return_bytes(app, socket, now_ns);
    }
}

static void on_event(App *app, Socket *socket, SocketEvent event, int64_t now_ns)
{
    switch (event) {
    case SOCKET_EVENT_ACCEPTABLE:
        accept_one(app, socket, now_ns);
        break;
    case SOCKET_EVENT_READABLE:
        if (socket_kind(socket) == SOCKET_DATAGRAM) {
            return_datagrams(app, socket, now_ns);
            break;
        }
        return_bytes(app, socket, now_ns);
        break;
    case SOCKET_EVENT_WRITABLE:
    case SOCKET_EVENT_EOF:
        return_bytes(app, socket, now_ns);
        break;
    case SOCKET_EVENT_CLOSED:
        app->stats.failed++;
        socket_free(socket, now_ns);
        break;
    default:
        break;
    }
}

const AppOps app_echo = {
    .name = "echo",
    .state_bytes = sizeof(Echo),
    .config_bytes = sizeof(Echo),
    .params = params,
    .configure = configure,
    .start = start,
    .on_event = on_event,
};
