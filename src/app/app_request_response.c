/* Opens connections, one exchange each: sends a request, reads the response to its end, closes
 * after the server. Either so many, opened evenly over a time, however long each lasts; or by so
 * many users at once, of whom each waits for his response, thinks, and asks again. Holds nothing
 * for a connection but its socket. */

#include "app/app_request_response.h"

#include "app/app_result.h"
#include "sim/lang.h"

typedef struct RequestResponse {
    const char *to;
    uint64_t request_bytes, response_bytes;
    uint64_t count; /* of connections; 0: without end */
    uint32_t parallel;
    int64_t over_ns, think_ns; /* over_ns > 0: evenly, whatever the others do */
    struct {
        InetAddr addr;
        uint16_t port;
        int64_t started_at_ns;
        uint64_t begun, ended; /* connections */
        GQueue thinking;       /* of int64_t *: when the users who think will ask, earliest first */
    } run;
} RequestResponse;

static const SimParamSpec params[] = {
    { .name = "to",
      .unit = SIM_UNIT_HOST_PORT,
      .required = true,
      .help = N_("where to connect to, as host:port") },
    { .name = "request",
      .unit = SIM_UNIT_BYTES,
      .fallback = 1024,
      .max = SIM_PARAM_MAX_BYTES,
      .help = N_("how much to send") },
    { .name = "response",
      .unit = SIM_UNIT_BYTES,
      .fallback = 10240,
      .max = SIM_PARAM_MAX_BYTES,
      .help = N_("how much the server will send") },
    { .name = "count",
      .unit = SIM_UNIT_NUMBER,
      .fallback = 1,
      .max = SIM_PARAM_MAX_COUNT,
      .help = N_("how many connections to open; 0 is without end") },
    { .name = "over",
      .unit = SIM_UNIT_DURATION,
      .max = SIM_PARAM_MAX_NS,
      .help = N_("open them evenly over this time, however long each lasts") },
    { .name = "parallel",
      .unit = SIM_UNIT_NUMBER,
      .fallback = 1,
      .min = 1,
      .max = 1000000,
      .help =
          N_("how many users ask at the same time, each again when the last response is there") },
    { .name = "think",
      .unit = SIM_UNIT_DURATION,
      .max = SIM_PARAM_MAX_NS,
      .help = N_("how long a user waits between a response and the next request") },
    { 0 },
};

static const AppResult *const results[] = {
    &app_result_exchanges,      &app_result_failed,      &app_result_sent_bytes,
    &app_result_received_bytes, &app_result_latency_min, &app_result_latency_avg,
    &app_result_latency_max,    &app_result_finished,    NULL,
};

static bool configure(App *app, const SimParams *values, GError **error)
{
    RequestResponse *rr = app->state;
    rr->to = sim_params_text(values, "to");
    rr->request_bytes = (uint64_t)sim_params_get(values, "request");
    rr->response_bytes = (uint64_t)sim_params_get(values, "response");
    rr->count = (uint64_t)sim_params_get(values, "count");
    rr->parallel = (uint32_t)sim_params_get(values, "parallel");
    rr->over_ns = sim_params_get(values, "over");
    rr->think_ns = sim_params_get(values, "think");
    if (rr->over_ns > 0 && (rr->parallel > 1 || rr->think_ns > 0 || rr->count == 0)) {
        g_set_error_literal(error, APP_ERROR, 0,
                            N_("'over' opens 'count' connections at fixed times; it goes with "
                               "neither 'parallel' nor 'think', nor with a count of 0"));
        return false;
    }
    return true;
}

/* ---- when to open the next ---- */

static bool has_more(const App *app)
{
    const RequestResponse *rr = app->state;
    return !app->done && (rr->count == 0 || rr->run.begun < rr->count);
}

/* The i-th of `count` instants spread evenly over over_ns: floor(over_ns * i / count). */
static int64_t spread_at(const RequestResponse *rr, uint64_t i)
{
    uint64_t over_ns = (uint64_t)rr->over_ns;
    return rr->run.started_at_ns +
           (int64_t)(over_ns / rr->count * i + over_ns % rr->count * i / rr->count);
}

static void open_one(App *app, int64_t now_ns)
{
    RequestResponse *rr = app->state;
    Socket *socket = app_socket(app, SOCKET_STREAM);
    rr->run.begun++;
    app->stats.opened++;
    SocketError result = socket_connect(socket, rr->run.addr, rr->run.port, now_ns);
    if (result != SOCKET_OK) {
        app->stats.failed++;
        app_fail(app, N_("could not connect"), result); /* nor would the next */
        socket_free(socket, now_ns);
    }
}

/* The user of a connection that has ended asks again, after he has thought. */
static void ask_again(App *app, int64_t now_ns)
{
    RequestResponse *rr = app->state;
    if (rr->over_ns > 0 || !has_more(app)) {
        return;
    }
    int64_t *at_ns = g_new(int64_t, 1);
    *at_ns = now_ns + rr->think_ns;
    g_queue_push_tail(&rr->run.thinking, at_ns);
    if (rr->run.thinking.length == 1) {
        app_wake_at(app, *at_ns);
    }
}

static void wake_user(App *app, int64_t now_ns)
{
    RequestResponse *rr = app->state;
    g_free(g_queue_pop_head(&rr->run.thinking));
    if (has_more(app)) {
        open_one(app, now_ns);
    }
    const int64_t *next_at_ns = g_queue_peek_head(&rr->run.thinking);
    if (next_at_ns != NULL) {
        app_wake_at(app, *next_at_ns);
    }
}

static void open_spread(App *app, int64_t now_ns)
{
    RequestResponse *rr = app->state;
    open_one(app, now_ns);
    if (has_more(app)) {
        app_wake_at(app, spread_at(rr, rr->run.begun));
    }
}

static void on_timer(App *app, int64_t now_ns)
{
    const RequestResponse *rr = app->state;
    if (rr->over_ns > 0) {
        open_spread(app, now_ns);
    } else {
        wake_user(app, now_ns);
    }
}

static void start(App *app, int64_t now_ns)
{
    RequestResponse *rr = app->state;
    rr->run.started_at_ns = now_ns;
    if (!app_find_host(app, rr->to, &rr->run.addr, &rr->run.port)) {
        return;
    }
    if (rr->over_ns > 0) {
        open_spread(app, now_ns);
        return;
    }
    for (uint32_t user = 0; user < rr->parallel && has_more(app); user++) {
        open_one(app, now_ns);
    }
}

/* ---- one exchange ---- */

static void finish(App *app, Socket *socket, int64_t now_ns)
{
    RequestResponse *rr = app->state;
    SocketError error = socket_error(socket);
    if (error == SOCKET_OK && socket_received_bytes(socket) == rr->response_bytes) {
        app->stats.completed++;
        app_count_time(app, now_ns - socket_connected_at_ns(socket));
    } else {
        app->stats.failed++;
        app_note_failure(app,
                         error != SOCKET_OK ? N_("an exchange failed")
                                            : N_("a response was not of the length agreed"),
                         error);
    }
    rr->run.ended++;
    socket_free(socket, now_ns);
    app->done |= rr->count != 0 && rr->run.ended == rr->count;
    ask_again(app, now_ns);
}

static void write_request(App *app, Socket *socket, int64_t now_ns)
{
    const RequestResponse *rr = app->state;
    uint64_t left_bytes = rr->request_bytes - socket_written_bytes(socket);
    app_write(app, socket, &left_bytes, left_bytes, now_ns);
}

static void on_event(App *app, Socket *socket, SocketEvent event, int64_t now_ns)
{
    switch (event) {
    case SOCKET_EVENT_CONNECTED:
    case SOCKET_EVENT_WRITABLE:
        write_request(app, socket, now_ns);
        break;
    case SOCKET_EVENT_READABLE:
        app_read_all(app, socket, now_ns);
        break;
    case SOCKET_EVENT_EOF:
        app_read_all(app, socket, now_ns);
        finish(app, socket, now_ns);
        break;
    case SOCKET_EVENT_CLOSED:
        finish(app, socket, now_ns);
        break;
    default:
        break;
    }
}

static void clear(App *app)
{
    RequestResponse *rr = app->state;
    g_queue_clear_full(&rr->run.thinking, g_free);
}

const AppOps app_request_response = {
    .name = "request-response",
    .state_bytes = sizeof(RequestResponse),
    .config_bytes = G_STRUCT_OFFSET(RequestResponse, run),
    .params = params,
    .results = results,
    .configure = configure,
    .start = start,
    .on_event = on_event,
    .on_timer = on_timer,
    .clear = clear,
};
