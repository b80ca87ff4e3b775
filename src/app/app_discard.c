/* A sink (RFC 863): takes what comes, counts it, and closes when the peer does. */

#include "app/app_discard.h"

#include "app/app_server.h"
#include "sim/lang.h"

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
      .words = app_server_transports,
      .help = N_("over which protocol") },
    { 0 },
};

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
        app_server_end(app, socket, true, now_ns);
    }
}

static void serve(App *app, Socket *socket, int64_t now_ns)
{
    if (socket_kind(socket) == SOCKET_DATAGRAM) {
        take_datagrams(app, socket, now_ns);
    } else {
        take_bytes(app, socket, now_ns);
    }
}

static void on_event(App *app, Socket *socket, SocketEvent event, int64_t now_ns)
{
    app_server_on_event(app, socket, event, serve, now_ns);
}

const AppOps app_discard = {
    .name = "discard",
    .state_bytes = sizeof(AppServer),
    .config_bytes = sizeof(AppServer),
    .params = params,
    .configure = app_server_configure,
    .start = app_server_start,
    .on_event = on_event,
};
