/* A sink (RFC 863): takes what comes, counts it, and closes when the peer does. */

#include "app/app_discard.h"

#include "app/app_result.h"
#include "app/app_server.h"

static const SimParamSpec params[] = { APP_SERVER_PARAMS(9), { 0 } };

static const AppResult *const results[] = {
    &app_result_connections,
    &app_result_received,
    &app_result_received_bytes,
    &app_result_lost,
    &app_result_loss,
    &app_result_reordered,
    &app_result_duplicated,
    &app_result_time,
    &app_result_goodput,
    &app_result_failed,
    NULL,
};

/* Reads what waits; closes at the end of the stream. */
static void serve(App *app, Socket *socket, int64_t now_ns)
{
    app_read_all(app, socket, now_ns);
    if (socket_at_eof(socket)) {
        app_server_end(app, socket, true, now_ns);
    }
}

static void on_event(App *app, Socket *socket, SocketEvent event, int64_t now_ns)
{
    static const AppService service = { .serve = serve };
    app_server_on_event(app, socket, event, &service, now_ns);
}

const AppOps app_discard = {
    .name = "discard",
    .state_bytes = sizeof(AppServer),
    .config_bytes = sizeof(AppServer),
    .params = params,
    .results = results,
    .configure = app_server_configure,
    .start = app_server_start,
    .on_event = on_event,
};
