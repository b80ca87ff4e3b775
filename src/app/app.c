/* The life of a program, and the parts that programs share. */

#include "app/app.h"

#include <string.h>

#include "app/app_bulk.h"
#include "app/app_constant_rate.h"
#include "app/app_discard.h"
#include "app/app_echo.h"
#include "app/app_flow.h"
#include "app/app_ping.h"
#include "app/app_request_response.h"
#include "app/app_respond.h"
#include "app/app_traceroute.h"
#include "sim/lang.h"

GQuark app_error_quark(void)
{
    return g_quark_from_static_string("app-error-quark");
}

static const AppOps *const registry[] = {
    &app_bulk,    &app_constant_rate, &app_discard, &app_echo, &app_ping, &app_request_response,
    &app_respond, &app_traceroute,    NULL,
};

const AppOps *const *app_registry(void)
{
    return registry;
}

const AppOps *app_find(const char *name)
{
    for (const AppOps *const *ops = registry; *ops != NULL; ops++) {
        if (strcmp((*ops)->name, name) == 0) {
            return *ops;
        }
    }
    return NULL;
}

/* ---- life ---- */

static void on_timer(SimEvent *event, int64_t now_ns)
{
    App *app = (App *)((char *)event - G_STRUCT_OFFSET(App, timer));
    app->ops->on_timer(app, now_ns);
}

App *app_new(const AppOps *ops, SocketHost *host, const char *name, uint64_t seed,
             AppResolveFn resolve, void *world)
{
    NetNode *node = inet_stack_node(socket_host_inet(host));
    App *app = g_new0(App, 1);
    app->ops = ops;
    app->host = host;
    app->sim = node->sim;
    app->entity = &node->entity;
    app->name = g_strdup(name);
    app->resolve = resolve;
    app->world = world;
    app->state = g_malloc0(ops->state_bytes);
    g_autofree char *stream = g_strdup_printf("app %s", name);
    rng_init(&app->rng, seed, stream);
    sim_event_init(&app->timer, on_timer);
    return app;
}

static void clear_state(App *app)
{
    sim_cancel(app->sim, &app->timer);
    g_clear_pointer(&app->flows, g_hash_table_unref);
    if (app->ops->clear != NULL) {
        app->ops->clear(app);
    }
}

void app_free(App *app)
{
    clear_state(app);
    g_free(app->state);
    g_free(app->name);
    g_free(app);
}

void app_start(App *app, int64_t now_ns)
{
    app->ops->start(app, now_ns);
}

void app_reset(App *app)
{
    clear_state(app);
    size_t kept_bytes = app->ops->config_bytes;
    memset((char *)app->state + kept_bytes, 0, app->ops->state_bytes - kept_bytes);
    app->stats = (AppStats){ 0 };
    app->done = false;
    app->step = 0;
    app->failure = NULL;
    app->failure_expected = SOCKET_OK;
}

/* ---- shared parts ---- */

void app_on_socket(void *program, Socket *socket, SocketEvent event, int64_t now_ns)
{
    App *app = program;
    if (G_UNLIKELY(event == SOCKET_EVENT_WRONG_BYTES)) {
        app_note_failure(app, N_("it received other bytes than were sent"), SOCKET_OK);
    } else {
        app->ops->on_event(app, socket, event, now_ns);
    }
}

Socket *app_socket(App *app, SocketKind kind)
{
    app->stats.has_datagrams |= kind != SOCKET_STREAM;
    return socket_new(app->host, kind, app_on_socket, app);
}

Socket *app_serve(App *app, SocketKind kind, uint16_t port, int64_t now_ns)
{
    Socket *socket = app_socket(app, kind);
    SocketError result = socket_bind(socket, (InetAddr){ 0 }, port, now_ns);
    if (result == SOCKET_OK && kind == SOCKET_STREAM) {
        result = socket_listen(socket, 0, now_ns);
    }
    if (result != SOCKET_OK) {
        app_fail(app, N_("the port is taken"), result);
        socket_free(socket, now_ns);
        return NULL;
    }
    return socket;
}

bool app_find_host(App *app, const char *text, InetAddr *out_addr, uint16_t *out_port)
{
    const char *colon = strrchr(text, ':');
    g_autofree char *name = colon != NULL ? g_strndup(text, (gsize)(colon - text)) : g_strdup(text);
    guint64 port = 0;
    bool has_port = colon != NULL;
    if ((has_port && !g_ascii_string_to_unsigned(colon + 1, 10, 1, UINT16_MAX, &port, NULL)) ||
        !app->resolve(app->world, name, out_addr)) {
        app_fail(app, N_("no address is known for the host"), SOCKET_NO_ROUTE);
        return false;
    }
    if (has_port) {
        *out_port = (uint16_t)port;
    }
    return true;
}

void app_note_failure(App *app, const char *failure, SocketError error)
{
    if (app->failure == NULL) {
        app->failure = failure;
        app->failure_error = error;
        app->failure_step = app->step;
    }
}

void app_fail(App *app, const char *failure, SocketError error)
{
    app_note_failure(app, failure, error);
    app->done = true;
}

void app_wake_at(App *app, int64_t at_ns)
{
    sim_arm(app->sim, &app->timer, at_ns, app->entity);
}

void app_count_read(App *app, uint64_t bytes, int64_t now_ns)
{
    AppStats *stats = &app->stats;
    if (bytes > 0) {
        stats->received_bytes += bytes;
        stats->first_at_ns = stats->moved_bytes == 0 ? now_ns : stats->first_at_ns;
        stats->last_at_ns = now_ns;
        stats->moved_bytes += bytes;
    }
}

void app_count_time(App *app, int64_t time_ns)
{
    AppStats *stats = &app->stats;
    stats->min_time_ns = stats->times == 0 ? time_ns : MIN(stats->min_time_ns, time_ns);
    stats->max_time_ns = MAX(stats->max_time_ns, time_ns);
    stats->sum_time_ns += time_ns;
    stats->times++;
}

SocketError app_read_all(App *app, Socket *socket, int64_t now_ns)
{
    uint64_t bytes;
    SocketError result = socket_receive(socket, UINT64_MAX, &bytes, now_ns);
    app_count_read(app, bytes, now_ns);
    return result;
}

bool app_read_datagram(App *app, Socket *socket, UdpDatagram *out_datagram, int64_t now_ns)
{
    if (!socket_receive_datagram(socket, out_datagram, now_ns)) {
        return false;
    }
    app_flow_count(app, out_datagram, now_ns);
    return true;
}

SocketError app_write(App *app, Socket *socket, uint64_t *left_bytes, uint64_t chunk_bytes,
                      int64_t now_ns)
{
    while (*left_bytes > 0) {
        uint64_t offered_bytes = MIN(*left_bytes, chunk_bytes), taken_bytes;
        SocketError result =
            socket_send_pattern(socket, offered_bytes, true, false, &taken_bytes, now_ns);
        *left_bytes -= taken_bytes;
        app->stats.sent_bytes += taken_bytes;
        if (result != SOCKET_OK || taken_bytes < offered_bytes) {
            return result;
        }
    }
    return SOCKET_OK;
}
