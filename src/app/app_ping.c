/* Sends ICMP echo requests, one each interval, and times the replies. */

#include "app/app_ping.h"

#include "app/app_result.h"
#include "sim/lang.h"

enum { REMEMBERED = 1024 /* requests whose reply may still come */ };

typedef struct Ping {
    const char *to;
    uint32_t size_bytes;
    uint64_t count; /* 0: without end */
    int64_t interval_ns, timeout_ns;
    uint8_t ttl;
    bool dont_fragment;
    struct {
        InetAddr addr;
        Socket *socket;
        uint64_t answered;              /* replies and errors */
        int64_t sent_at_ns[REMEMBERED]; /* by sequence number; 0: answered, or never sent */
    } run;
} Ping;

static const SimParamSpec params[] = {
    { .name = "to", .unit = SIM_UNIT_TEXT, .required = true, .help = N_("the host to ask") },
    { .name = "count",
      .unit = SIM_UNIT_NUMBER,
      .fallback = 4,
      .max = SIM_PARAM_MAX_COUNT,
      .help = N_("how many requests; 0 is without end") },
    { .name = "interval",
      .unit = SIM_UNIT_DURATION,
      .fallback = SIM_NS_PER_S,
      .min = 1,
      .max = SIM_PARAM_MAX_NS,
      .help = N_("from one request to the next") },
    { .name = "size",
      .unit = SIM_UNIT_BYTES,
      .fallback = 56,
      .max = 65507,
      .help = N_("data in each request") },
    { .name = "ttl",
      .unit = SIM_UNIT_NUMBER,
      .max = 255,
      .help = N_("how many hops it may go; 0 is the host's default") },
    { .name = "dont-fragment",
      .unit = SIM_UNIT_BOOL,
      .max = 1,
      .help = N_("forbid fragmentation") },
    { .name = "timeout",
      .unit = SIM_UNIT_DURATION,
      .fallback = SIM_NS_PER_S,
      .min = 1,
      .max = SIM_PARAM_MAX_NS,
      .help = N_("how long to wait for the last reply") },
    { 0 },
};

static const AppResult *const results[] = {
    &app_result_sent,     &app_result_received,
    &app_result_lost,     &app_result_loss,
    &app_result_rtt_min,  &app_result_rtt_avg,
    &app_result_rtt_max,  &app_result_failed,
    &app_result_finished, NULL,
};

static bool configure(App *app, const SimParams *values, GError **error)
{
    Ping *ping = app->state;
    ping->to = sim_params_text(values, "to");
    ping->count = (uint64_t)sim_params_get(values, "count");
    ping->interval_ns = sim_params_get(values, "interval");
    ping->size_bytes = (uint32_t)sim_params_get(values, "size");
    ping->ttl = (uint8_t)sim_params_get(values, "ttl");
    ping->dont_fragment = sim_params_get(values, "dont-fragment") != 0;
    ping->timeout_ns = sim_params_get(values, "timeout");
    return true;
}

static bool all_sent(const App *app)
{
    const Ping *ping = app->state;
    return ping->count != 0 && app->stats.opened == ping->count;
}

static void finish(App *app, int64_t now_ns)
{
    Ping *ping = app->state;
    app->done = true;
    sim_cancel(app->sim, &app->timer);
    socket_free(ping->run.socket, now_ns);
}

static void on_timer(App *app, int64_t now_ns)
{
    Ping *ping = app->state;
    if (all_sent(app)) {
        finish(app, now_ns);
        return;
    }
    uint16_t sequence = (uint16_t)(app->stats.opened + 1);
    app->stats.opened++;
    SocketError result = socket_echo(ping->run.socket, ping->run.addr, sequence, ping->ttl,
                                     ping->dont_fragment, ping->size_bytes, now_ns);
    if (result == SOCKET_OK) {
        app->stats.sent_pkts++;
        app->stats.sent_bytes += ping->size_bytes;
        app->stats.lost_pkts++; /* until there is a reply */
        ping->run.sent_at_ns[sequence % REMEMBERED] = now_ns + 1;
    } else {
        app->stats.failed++;
        app_note_failure(app, N_("a request could not be sent"), result);
    }
    app_wake_at(app, now_ns + (all_sent(app) ? ping->timeout_ns : ping->interval_ns));
}

static void start(App *app, int64_t now_ns)
{
    Ping *ping = app->state;
    uint16_t no_port;
    if (app_find_host(app, ping->to, &ping->run.addr, &no_port)) {
        ping->run.socket = app_socket(app, SOCKET_ECHO);
        on_timer(app, now_ns);
    }
}

static void count_reply(App *app, const IcmpEcho *reply, int64_t rtt_ns)
{
    app_count_time(app, rtt_ns);
    app->stats.completed++;
    app->stats.received_pkts++;
    app->stats.received_bytes += reply->len_bytes;
    app->stats.lost_pkts--;
}

static void on_event(App *app, Socket *socket, SocketEvent event, int64_t now_ns)
{
    Ping *ping = app->state;
    const IcmpEcho *reply = socket_echo_reply(socket);
    int64_t *sent_at_ns = &ping->run.sent_at_ns[reply->sequence % REMEMBERED];
    if (*sent_at_ns == 0) {
        return; /* answered already */
    }
    if (event == SOCKET_EVENT_READABLE) {
        count_reply(app, reply, now_ns + 1 - *sent_at_ns);
    }
    *sent_at_ns = 0;
    ping->run.answered++;
    if (all_sent(app) && ping->run.answered == app->stats.sent_pkts) {
        finish(app, now_ns);
    }
}

const AppOps app_ping = {
    .name = "ping",
    .state_bytes = sizeof(Ping),
    .config_bytes = G_STRUCT_OFFSET(Ping, run),
    .params = params,
    .results = results,
    .configure = configure,
    .start = start,
    .on_event = on_event,
    .on_timer = on_timer,
};
