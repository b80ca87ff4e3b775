#include "app/app_server.h"

const char *const app_server_transports[] = { "tcp", "udp", NULL };

bool app_server_configure(App *app, const SimParams *values, GError **error)
{
    AppServer *server = app->state;
    server->port = (uint16_t)sim_params_get(values, "port");
    server->kind = sim_params_get(values, "transport") == 0 ? SOCKET_STREAM : SOCKET_DATAGRAM;
    return true;
}

void app_server_start(App *app, int64_t now_ns)
{
    const AppServer *server = app->state;
    app_serve(app, server->kind, server->port, now_ns);
}

void app_server_end(App *app, Socket *socket, bool served, int64_t now_ns)
{
    app->stats.completed += served;
    app->stats.failed += !served;
    socket_free(socket, now_ns);
}

/* The first bytes may have come before the connection was accepted. */
static void accept_one(App *app, Socket *listener, const AppService *service, int64_t now_ns)
{
    Socket *socket = socket_accept(listener, app_on_socket, app, now_ns);
    if (socket != NULL) {
        app->stats.opened++;
        service->serve(app, socket, now_ns);
    }
}

static void take_datagrams(App *app, Socket *socket, const AppService *service, int64_t now_ns)
{
    UdpDatagram datagram;
    while (app_read_datagram(app, socket, &datagram, now_ns)) {
        if (service->answer != NULL) {
            service->answer(app, socket, &datagram, now_ns);
        }
        payload_clear(&datagram.payload);
    }
}

void app_server_on_event(App *app, Socket *socket, SocketEvent event, const AppService *service,
                         int64_t now_ns)
{
    if (socket_kind(socket) == SOCKET_DATAGRAM) {
        take_datagrams(app, socket, service, now_ns);
        return;
    }
    switch (event) {
    case SOCKET_EVENT_ACCEPTABLE:
        accept_one(app, socket, service, now_ns);
        break;
    case SOCKET_EVENT_READABLE:
    case SOCKET_EVENT_WRITABLE:
    case SOCKET_EVENT_EOF:
        service->serve(app, socket, now_ns);
        break;
    case SOCKET_EVENT_CLOSED:
        app_server_end(app, socket, false, now_ns);
        break;
    default:
        break;
    }
}
