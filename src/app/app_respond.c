/* Answers each connection as an HTTP/1.0 server does: reads a request of known size, sends a
 * response of known size, and closes first. Holds nothing for a connection but its socket. */

#include "app/app_respond.h"

#include "app/app_result.h"
#include "app/app_server.h"

typedef struct Respond {
    AppServer server;
    uint64_t request_bytes, response_bytes;
} Respond;

static const SimParamSpec params[] = {
    { .name = "port",
      .unit = SIM_UNIT_NUMBER,
      .fallback = 80,
      .min = 1,
      .max = UINT16_MAX,
      .help = N_("the port to serve") },
    { .name = "request",
      .unit = SIM_UNIT_BYTES,
      .fallback = 1024,
      .max = SIM_PARAM_MAX_BYTES,
      .help = N_("how much to read before the response") },
    { .name = "response",
      .unit = SIM_UNIT_BYTES,
      .fallback = 10240,
      .max = SIM_PARAM_MAX_BYTES,
      .help = N_("how much to send in response") },
    { 0 },
};

static const AppResult *const results[] = {
    &app_result_connections,    &app_result_exchanges,  &app_result_failed,
    &app_result_received_bytes, &app_result_sent_bytes, NULL,
};

static bool configure(App *app, const SimParams *values, GError **error)
{
    Respond *respond = app->state;
    respond->server.port = (uint16_t)sim_params_get(values, "port");
    respond->server.kind = SOCKET_STREAM;
    respond->request_bytes = (uint64_t)sim_params_get(values, "request");
    respond->response_bytes = (uint64_t)sim_params_get(values, "response");
    return true;
}

/* Reads what has come of the request, writes what fits of the response, and closes behind it. */
static void serve(App *app, Socket *socket, int64_t now_ns)
{
    const Respond *respond = app->state;
    app_read_all(app, socket, now_ns);
    if (socket_received_bytes(socket) >= respond->request_bytes) {
        uint64_t left_bytes = respond->response_bytes - socket_written_bytes(socket);
        app_write(app, socket, &left_bytes, left_bytes, now_ns);
        if (left_bytes == 0) {
            app_server_end(app, socket, true, now_ns);
        }
    } else if (socket_eof_seen(socket)) {
        app_server_end(app, socket, false, now_ns);
    }
}

static void on_event(App *app, Socket *socket, SocketEvent event, int64_t now_ns)
{
    static const AppService service = { .serve = serve };
    app_server_on_event(app, socket, event, &service, now_ns);
}

const AppOps app_respond = {
    .name = "respond",
    .state_bytes = sizeof(Respond),
    .config_bytes = sizeof(Respond),
    .params = params,
    .results = results,
    .configure = configure,
    .start = app_server_start,
    .on_event = on_event,
};
