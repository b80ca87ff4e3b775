/* Sends so many bytes over one connection, or without end, as fast as the connection takes them. */

#include "app/app_bulk.h"

#include "app/app_result.h"
#include "sim/lang.h"

typedef struct Bulk {
    const char *to;
    uint64_t bytes, chunk_bytes; /* bytes 0: without end */
    struct {
        uint64_t left_bytes;
        int64_t started_at_ns;
        bool shut;
    } run;
} Bulk;

static const SimParamSpec params[] = {
    { .name = "to",
      .unit = SIM_UNIT_HOST_PORT,
      .required = true,
      .help = N_("where to connect to, as host:port") },
    { .name = "bytes",
      .unit = SIM_UNIT_BYTES,
      .max = SIM_PARAM_MAX_BYTES,
      .help = N_("how much to send; 0 is without end") },
    { .name = "chunk",
      .unit = SIM_UNIT_BYTES,
      .fallback = 64 * 1024,
      .min = 1,
      .max = INT64_C(1) << 30,
      .help = N_("how much to write at a time") },
    { 0 },
};

static const AppResult *const results[] = {
    &app_result_sent_bytes, &app_result_time, &app_result_goodput, &app_result_finished, NULL,
};

static bool configure(App *app, const SimParams *values, GError **error)
{
    Bulk *bulk = app->state;
    bulk->to = sim_params_text(values, "to");
    bulk->bytes = (uint64_t)sim_params_get(values, "bytes");
    bulk->chunk_bytes = (uint64_t)sim_params_get(values, "chunk");
    return true;
}

static void start(App *app, int64_t now_ns)
{
    Bulk *bulk = app->state;
    InetAddr addr;
    uint16_t port = 0;
    bulk->run.started_at_ns = now_ns;
    bulk->run.left_bytes = bulk->bytes != 0 ? bulk->bytes : UINT64_MAX;
    if (!app_find_host(app, bulk->to, &addr, &port)) {
        return;
    }
    Socket *socket = app_socket(app, SOCKET_STREAM);
    app->stats.opened++;
    SocketError result = socket_connect(socket, addr, port, now_ns);
    if (result != SOCKET_OK) {
        app_fail(app, N_("could not connect"), result);
        socket_free(socket, now_ns);
    }
}

static void fill(App *app, Socket *socket, int64_t now_ns)
{
    Bulk *bulk = app->state;
    app_write(app, socket, &bulk->run.left_bytes, bulk->chunk_bytes, now_ns);
    if (bulk->run.left_bytes == 0 && !bulk->run.shut) {
        bulk->run.shut = true;
        socket_shutdown(socket, now_ns);
    }
}

/* The peer has it all, and has closed, too. */
static void count_transfer(App *app, int64_t now_ns)
{
    const Bulk *bulk = app->state;
    app->stats.completed++;
    app->stats.moved_bytes = app->stats.sent_bytes;
    app->stats.first_at_ns = bulk->run.started_at_ns;
    app->stats.last_at_ns = now_ns;
    app->done = true;
}

static void finish(App *app, Socket *socket, int64_t now_ns)
{
    const Bulk *bulk = app->state;
    SocketError error = socket_error(socket);
    if (bulk->run.shut && error == SOCKET_OK) {
        count_transfer(app, now_ns);
    } else {
        app->stats.failed++;
        app_fail(app, N_("the connection ended before all was sent"), error);
    }
    socket_free(socket, now_ns);
}

static void on_event(App *app, Socket *socket, SocketEvent event, int64_t now_ns)
{
    switch (event) {
    case SOCKET_EVENT_CONNECTED:
    case SOCKET_EVENT_WRITABLE:
        fill(app, socket, now_ns);
        break;
    case SOCKET_EVENT_READABLE:
        app_read_all(app, socket, now_ns);
        break;
    case SOCKET_EVENT_EOF:
    case SOCKET_EVENT_CLOSED:
        finish(app, socket, now_ns);
        break;
    default:
        break;
    }
}

const AppOps app_bulk = {
    .name = "bulk",
    .state_bytes = sizeof(Bulk),
    .config_bytes = G_STRUCT_OFFSET(Bulk, run),
    .params = params,
    .results = results,
    .configure = configure,
    .start = start,
    .on_event = on_event,
};
