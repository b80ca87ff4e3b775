/* Sends back what it gets (RFC 862): the same bytes, so they keep their numbers. */

#include "app/app_echo.h"

#include "app/app_server.h"
#include "sim/lang.h"

enum { MOST_AT_ONCE_BYTES = 64 * 1024 };

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
      .words = app_server_transports,
      .help = N_("over which protocol") },
    { 0 },
};

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
        app_server_end(app, socket, true, now_ns);
    }
}

static void serve(App *app, Socket *socket, int64_t now_ns)
{
    if (socket_kind(socket) == SOCKET_DATAGRAM) {
        return_datagrams(app, socket, now_ns);
    } else {
        return_bytes(app, socket, now_ns);
    }
}

static void on_event(App *app, Socket *socket, SocketEvent event, int64_t now_ns)
{
    app_server_on_event(app, socket, event, serve, now_ns);
}

const AppOps app_echo = {
    .name = "echo",
    .state_bytes = sizeof(AppServer),
    .config_bytes = sizeof(AppServer),
    .params = params,
    .configure = app_server_configure,
    .start = app_server_start,
    .on_event = on_event,
};
