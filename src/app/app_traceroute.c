/* Finds the routers on the way to a host: probes that may go one hop, two hops, ..., each answered
 * by a time exceeded from where it dies, until the host itself answers. One at a time. A probe is a
 * UDP datagram to a port where nobody listens, another for each, which the host answers by a port
 * unreachable; or an ICMP echo request, which it answers by a reply. */

#include "app/app_traceroute.h"

#include "app/app_result.h"
#include "sim/lang.h"

#define FIRST_PORT 33434 /* as traceroutes have it */

typedef enum Probe { PROBE_UDP, PROBE_ICMP } Probe;

typedef struct Traceroute {
    const char *to;
    uint32_t size_bytes, probes;
    uint8_t max_hops;
    int64_t timeout_ns;
    Probe probe;
    struct {
        InetAddr addr;
        Socket *socket;
        GArray *hops; /* of AppHop: the last one is being probed */
        int64_t sent_at_ns;
        bool reached; /* the host has answered */
        bool ended;   /* or somebody who will not pass it on */
    } run;
} Traceroute;

static const char *const probe_words[] = { "udp", "icmp", NULL };

static const SimParamSpec params[] = {
    { .name = "to", .unit = SIM_UNIT_TEXT, .required = true, .help = N_("the host to find") },
    { .name = "max-hops",
      .unit = SIM_UNIT_NUMBER,
      .fallback = 30,
      .min = 1,
      .max = 255,
      .help = N_("give up after so many hops") },
    { .name = "probe",
      .unit = SIM_UNIT_WORD,
      .max = 1,
      .words = probe_words,
      .help = N_("what a probe is: a datagram to a port from 33434 on, or an echo request") },
    { .name = "probes",
      .unit = SIM_UNIT_NUMBER,
      .fallback = 3,
      .min = 1,
      .max = 100,
      .help = N_("probes for each hop") },
    { .name = "timeout",
      .unit = SIM_UNIT_DURATION,
      .fallback = SIM_NS_PER_S,
      .min = 1,
      .max = SIM_PARAM_MAX_NS,
      .help = N_("how long to wait for each answer") },
    { .name = "size",
      .unit = SIM_UNIT_BYTES,
      .fallback = 32,
      .max = 65507,
      .help = N_("data in each probe") },
    { 0 },
};

static int64_t get_hops(const App *app)
{
    const Traceroute *trace = app->state;
    return trace->run.reached ? g_array_index(trace->run.hops, AppHop, trace->run.hops->len - 1).ttl
                              : APP_NO_RESULT;
}

static const AppResult hops = {
    .name = "hops",
    .unit = SIM_UNIT_NUMBER,
    .label = N_("hops"),
    .help = N_("How many hops away the host is, if it has been found."),
    .get = get_hops,
};

static const AppResult *const results[] = {
    &hops,
    &app_result_sent,
    &app_result_received,
    &app_result_lost,
    &app_result_loss,
    &app_result_finished,
    NULL,
};

static bool configure(App *app, const SimParams *values, GError **error)
{
    Traceroute *trace = app->state;
    trace->to = sim_params_text(values, "to");
    trace->probe = (Probe)sim_params_get(values, "probe");
    trace->max_hops = (uint8_t)sim_params_get(values, "max-hops");
    trace->probes = (uint32_t)sim_params_get(values, "probes");
    trace->timeout_ns = sim_params_get(values, "timeout");
    trace->size_bytes = (uint32_t)sim_params_get(values, "size");
    return true;
}

const AppHop *app_traceroute_hops(const App *app, uint32_t *out_count)
{
    const Traceroute *trace = app->state;
    *out_count = trace->run.hops != NULL ? trace->run.hops->len : 0;
    return *out_count > 0 ? &g_array_index(trace->run.hops, AppHop, 0) : NULL;
}

static void finish(App *app, int64_t now_ns)
{
    Traceroute *trace = app->state;
    app->done = true;
    sim_cancel(app->sim, &app->timer);
    socket_free(trace->run.socket, now_ns);
}

static SocketError send_probe(const Traceroute *trace, uint32_t index, uint8_t ttl, int64_t now_ns)
{
    Socket *socket = trace->run.socket;
    if (trace->probe == PROBE_ICMP) {
        return socket_echo(socket, trace->run.addr, (uint16_t)(index + 1), ttl, false,
                           trace->size_bytes, now_ns);
    }
    SocketError result = socket_set_ttl(socket, ttl);
    return result != SOCKET_OK
               ? result
               : socket_send_to(socket, trace->run.addr, (uint16_t)(FIRST_PORT + index),
                                trace->size_bytes, now_ns);
}

static void probe(App *app, int64_t now_ns)
{
    Traceroute *trace = app->state;
    uint32_t index = trace->run.hops->len;
    const AppHop hop = { .ttl = (uint8_t)(index / trace->probes + 1), .rtt_ns = -1 };
    g_array_append_val(trace->run.hops, hop);
    trace->run.sent_at_ns = now_ns;
    app->stats.opened++;
    app->stats.sent_pkts++;
    app->stats.sent_bytes += trace->size_bytes;
    app->stats.lost_pkts++; /* until there is an answer */
    SocketError result = send_probe(trace, index, hop.ttl, now_ns);
    if (result != SOCKET_OK) {
        app_note_failure(app, N_("a request could not be sent"), result);
    }
    app_wake_at(app, now_ns + trace->timeout_ns);
}

/* The latest probe has been answered, or was not in time. */
static void go_on(App *app, int64_t now_ns)
{
    Traceroute *trace = app->state;
    uint32_t done_probes = trace->run.hops->len;
    bool hop_done = done_probes % trace->probes == 0;
    if (hop_done && (trace->run.ended || done_probes / trace->probes == trace->max_hops)) {
        finish(app, now_ns);
    } else {
        probe(app, now_ns);
    }
}

static void on_timer(App *app, int64_t now_ns)
{
    go_on(app, now_ns);
}

static void start(App *app, int64_t now_ns)
{
    Traceroute *trace = app->state;
    uint16_t no_port;
    if (app_find_host(app, trace->to, &trace->run.addr, &no_port)) {
        trace->run.socket =
            app_socket(app, trace->probe == PROBE_UDP ? SOCKET_DATAGRAM : SOCKET_ECHO);
        trace->run.hops = g_array_new(FALSE, FALSE, sizeof(AppHop));
        probe(app, now_ns);
    }
}

/* An answer to a probe, as both kinds of probes have it. */
typedef struct Answer {
    uint32_t number; /* of the probe, from 1 */
    InetAddr from;
    bool reached; /* by the host itself */
    bool ended;   /* nobody will answer from further away */
} Answer;

static Answer read_echo(const Socket *socket, SocketEvent event)
{
    const IcmpEcho *echo = socket_echo_reply(socket);
    bool reply = event == SOCKET_EVENT_READABLE;
    return (Answer){ .number = echo->sequence,
                     .from = echo->from,
                     .reached = reply,
                     .ended = reply || socket_icmp_error(socket)->type != ICMP_TIME_EXCEEDED };
}

static Answer read_error(const InetError *error)
{
    return (Answer){ .number = error->dst_port - FIRST_PORT + 1u,
                     .from = error->reporter,
                     .reached =
                         error->type == ICMP_UNREACHABLE && error->code == ICMP_UNREACHABLE_PORT,
                     .ended = error->type != ICMP_TIME_EXCEEDED };
}

static void on_event(App *app, Socket *socket, SocketEvent event, int64_t now_ns)
{
    Traceroute *trace = app->state;
    if (trace->probe == PROBE_UDP && event != SOCKET_EVENT_ERROR) {
        return; /* somebody listens there after all, and has answered */
    }
    Answer answer = trace->probe == PROBE_ICMP ? read_echo(socket, event)
                                               : read_error(socket_icmp_error(socket));
    AppHop *hop = &g_array_index(trace->run.hops, AppHop, trace->run.hops->len - 1);
    if (answer.number != trace->run.hops->len) {
        return; /* too late */
    }
    hop->addr = answer.from;
    hop->rtt_ns = now_ns - trace->run.sent_at_ns;
    app->stats.completed++;
    app->stats.received_pkts++;
    app->stats.lost_pkts--;
    trace->run.reached |= answer.reached;
    trace->run.ended |= answer.ended;
    go_on(app, now_ns);
}

static void clear(App *app)
{
    Traceroute *trace = app->state;
    g_clear_pointer(&trace->run.hops, g_array_unref);
}

const AppOps app_traceroute = {
    .name = "traceroute",
    .state_bytes = sizeof(Traceroute),
    .config_bytes = G_STRUCT_OFFSET(Traceroute, run),
    .params = params,
    .results = results,
    .configure = configure,
    .start = start,
    .on_event = on_event,
    .on_timer = on_timer,
    .clear = clear,
};
