/* Sends UDP datagrams of one size at a constant rate, counted in their payload or given as the time
 * from the start of one to the start of the next. A rate is kept exactly in the long run. */

#include "app/app_constant_rate.h"

#include "app/app_result.h"
#include "sim/lang.h"

#define BIT_NS_PER_BYTE (8 * SIM_NS_PER_S)

typedef struct ConstantRate {
    const char *to;
    uint32_t size_bytes;
    int64_t gap_ns, gap_rest; /* a gap is gap_ns + gap_rest / rate_bps */
    int64_t rate_bps;
    int64_t duration_ns; /* 0: without end */
    uint64_t count;      /* 0: without end */
    struct {
        InetAddr addr;
        uint16_t port;
        Socket *socket;
        int64_t started_at_ns, next_at_ns;
        int64_t next_rest; /* next_at_ns is short by next_rest / rate_bps */
    } run;
} ConstantRate;

static const SimParamSpec params[] = {
    { .name = "to",
      .unit = SIM_UNIT_HOST_PORT,
      .required = true,
      .help = N_("where to send to, as host:port") },
    { .name = "size",
      .unit = SIM_UNIT_BYTES,
      .fallback = 1472,
      .min = 1,
      .max = 65507,
      .help = N_("payload of each datagram") },
    { .name = "rate",
      .unit = SIM_UNIT_RATE,
      .max = SIM_PARAM_MAX_BPS,
      .help = N_("payload sent a second; either this or 'gap'") },
    { .name = "gap",
      .unit = SIM_UNIT_DURATION,
      .max = SIM_PARAM_MAX_NS,
      .help = N_("time from the start of one datagram to the start of the next") },
    { .name = "count",
      .unit = SIM_UNIT_NUMBER,
      .max = SIM_PARAM_MAX_COUNT,
      .help = N_("how many datagrams; 0 is without end") },
    { .name = "for",
      .unit = SIM_UNIT_DURATION,
      .max = SIM_PARAM_MAX_NS,
      .help = N_("how long; 0 is without end") },
    { 0 },
};

static int64_t get_answers(const App *app)
{
    return (int64_t)app->stats.received_pkts;
}

/* Not "received": that the peer answers nothing is no loss. */
static const AppResult answers = {
    .name = "answers",
    .unit = SIM_UNIT_NUMBER,
    .label = N_("answers"),
    .help = N_("Datagrams that came back."),
    .get = get_answers,
};

static const AppResult *const results[] = {
    &app_result_sent, &app_result_sent_bytes, &app_result_failed,
    &answers,         &app_result_finished,   NULL,
};

static bool configure(App *app, const SimParams *values, GError **error)
{
    ConstantRate *rate = app->state;
    rate->to = sim_params_text(values, "to");
    rate->size_bytes = (uint32_t)sim_params_get(values, "size");
    rate->rate_bps = sim_params_get(values, "rate");
    rate->gap_ns = sim_params_get(values, "gap");
    rate->count = (uint64_t)sim_params_get(values, "count");
    rate->duration_ns = sim_params_get(values, "for");
    if ((rate->rate_bps > 0) == (rate->gap_ns > 0)) {
        g_set_error_literal(error, APP_ERROR, 0, N_("give either 'rate' or 'gap'"));
        return false;
    }
    if (rate->rate_bps > 0) {
        rate->gap_ns = rate->size_bytes * BIT_NS_PER_BYTE / rate->rate_bps;
        rate->gap_rest = rate->size_bytes * BIT_NS_PER_BYTE % rate->rate_bps;
    }
    return true;
}

static void step(ConstantRate *rate)
{
    rate->run.next_at_ns += rate->gap_ns;
    rate->run.next_rest += rate->gap_rest;
    if (rate->gap_rest > 0 && rate->run.next_rest >= rate->rate_bps) {
        rate->run.next_rest -= rate->rate_bps;
        rate->run.next_at_ns++;
    }
}

static bool is_over(const App *app)
{
    const ConstantRate *rate = app->state;
    return (rate->count != 0 && app->stats.sent_pkts >= rate->count) ||
           (rate->duration_ns != 0 &&
            rate->run.next_at_ns - rate->run.started_at_ns >= rate->duration_ns);
}

static void on_timer(App *app, int64_t now_ns)
{
    ConstantRate *rate = app->state;
    SocketError result =
        socket_send_to(rate->run.socket, rate->run.addr, rate->run.port, rate->size_bytes, now_ns);
    if (result == SOCKET_OK) {
        app->stats.sent_pkts++;
        app->stats.sent_bytes += rate->size_bytes;
    } else {
        app->stats.failed++;
        app_note_failure(app, N_("a datagram could not be sent"), result);
    }
    step(rate);
    if (is_over(app)) {
        app->done = true; /* the socket stays: answers may be on their way */
    } else {
        app_wake_at(app, rate->run.next_at_ns);
    }
}

static void start(App *app, int64_t now_ns)
{
    ConstantRate *rate = app->state;
    if (app_find_host(app, rate->to, &rate->run.addr, &rate->run.port)) {
        rate->run.socket = app_socket(app, SOCKET_DATAGRAM);
        rate->run.started_at_ns = rate->run.next_at_ns = now_ns;
        on_timer(app, now_ns);
    }
}

/* Answers are counted, and change nothing; nor do errors. */
static void on_event(App *app, Socket *socket, SocketEvent event, int64_t now_ns)
{
    UdpDatagram datagram;
    while (event == SOCKET_EVENT_READABLE && app_read_datagram(app, socket, &datagram, now_ns)) {
        payload_clear(&datagram.payload);
    }
}

const AppOps app_constant_rate = {
    .name = "constant-rate",
    .state_bytes = sizeof(ConstantRate),
    .config_bytes = G_STRUCT_OFFSET(ConstantRate, run),
    .params = params,
    .results = results,
    .configure = configure,
    .start = start,
    .on_event = on_event,
    .on_timer = on_timer,
};
