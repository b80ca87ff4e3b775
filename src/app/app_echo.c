/* Sends back what it gets (RFC 862): the same bytes, so they keep their numbers. */

#include "app/app_echo.h"

#include "app/app_result.h"
#include "app/app_server.h"

enum { MOST_AT_ONCE_BYTES = 64 * 1024 };

static const SimParamSpec params[] = { APP_SERVER_PARAMS(7), { 0 } };

static const AppResult *const results[] = {
    &app_result_connections,
    &app_result_received,
    &app_result_sent,
    &app_result_sent_bytes,
    &app_result_received_bytes,
    &app_result_lost,
    &app_result_loss,
    &app_result_reordered,
    &app_result_duplicated,
    &app_result_failed,
    NULL,
};

static void answer(App *app, Socket *socket, UdpDatagram *datagram, int64_t now_ns)
{
    app->stats.sent_pkts++;
    app->stats.sent_bytes += datagram->payload.len_bytes;
    Payload payload = datagram->payload;
    datagram->payload = (Payload){ 0 };
    socket_send_payload_to(socket, datagram->from, datagram->from_port, payload, now_ns);
}

/* Moves what waits to the send buffer, as far as it has room; the rest waits for WRITABLE. */
static void serve(App *app, Socket *socket, int64_t now_ns)
{
    for (;;) {
        uint64_t room_bytes = socket_send_room_bytes(socket), taken_bytes;
        Payload payload;
        socket_receive_payload(socket, (uint32_t)MIN(room_bytes, MOST_AT_ONCE_BYTES), &payload,
                               now_ns);
        if (payload.len_bytes == 0) {
            break;
        }
        app_count_read(app, payload.len_bytes, now_ns);
        socket_send(socket, &payload, true, false, &taken_bytes, now_ns);
        app->stats.sent_bytes += taken_bytes;
    }
    if (socket_at_eof(socket)) {
        app_server_end(app, socket, true, now_ns);
    }
}

static void on_event(App *app, Socket *socket, SocketEvent event, int64_t now_ns)
{
    static const AppService service = { .serve = serve, .answer = answer };
    app_server_on_event(app, socket, event, &service, now_ns);
}

const AppOps app_echo = {
    .name = "echo",
    .state_bytes = sizeof(AppServer),
    .config_bytes = sizeof(AppServer),
    .params = params,
    .results = results,
    .configure = app_server_configure,
    .start = app_server_start,
    .on_event = on_event,
};
