/* A sink (RFC 863): takes what comes, counts it, and closes when the peer does. */

#include "app/app_discard.h"

#include "sim/lang.h"

typedef struct Discard {
    uint16_t port;
    SocketKind kind;
} Discard;

static const char *const transports[] = { "tcp", "udp", NULL };

static const SimParamSpec params[] = {
    { .name = "port",
      .unit = SIM_UNIT_NUMBER,
      .fallback = 9,
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
    Discard *discard = app->state;
    discard->port = (uint16_t)sim_params_get(values, "port");
    discard->kind = sim_params_get(values, "transport") == 0 ? SOCKET_STREAM : SOCKET_DATAGRAM;
    return true;
}

static void start(App *app, int64_t now_ns)
{
    const Discard *discard = app->state;
    app_serve(app, discard->kind, discard->port, now_ns);
}

static void take_datagrams(App *app, Socket *socket, int64_t now_ns)
{
    UdpDatagram datagram;
    while (socket_receive_datagram(socket, &datagram, now_ns)) {
        app->stats.received_pkts++;
        app->stats.received_bytes += datagram.payload.len_bytes;
        payload_clear(&datagram.payload);
    }
}

/* Reads what waits; closes at the end of the stream. */
static void take_bytes(App *app, Socket *socket, int64_t now_ns)
{
    app_read_all(app, socket, now_ns);
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
        take_bytes(app, socket, now_ns);
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
            take_datagrams(app, socket, now_ns);
            break;
        }
        app_read_all(app, socket, now_ns);
        break;
    case SOCKET_EVENT_EOF:
        take_bytes(app, socket, now_ns);
        break;
    case SOCKET_EVENT_CLOSED:
        app->stats.failed++;
        socket_free(socket, now_ns);
        break;
    default:
        break;
    }
}

const AppOps app_discard = {
    .name = "discard",
    .state_bytes = sizeof(Discard),
    .config_bytes = sizeof(Discard),
    .params = params,
    .configure = configure,
    .start = start,
    .on_event = on_event,
};
