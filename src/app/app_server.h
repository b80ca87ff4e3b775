/* What ready-made servers share: a port to serve, connections to accept, and their end. */

#ifndef APP_APP_SERVER_H
#define APP_APP_SERVER_H

#include "app/app.h"
#include "sim/lang.h"

/* A server's state begins with this. */
typedef struct AppServer {
    uint16_t port;
    SocketKind kind;
} AppServer;

extern const char *const app_server_transports[]; /* the words of a parameter "transport" */

/* The rows of a server's parameters that app_server_configure() reads. */
#define APP_SERVER_PARAMS(port_)                                                                   \
    { .name = "port",                                                                              \
      .unit = SIM_UNIT_NUMBER,                                                                     \
      .fallback = port_,                                                                           \
      .min = 1,                                                                                    \
      .max = UINT16_MAX,                                                                           \
      .help = N_("the port to serve") },                                                           \
    {                                                                                              \
        .name = "transport", .unit = SIM_UNIT_WORD, .max = 1, .words = app_server_transports,      \
        .help = N_("over which protocol")                                                          \
    }

/* AppOps.configure of a server with these parameters. */
bool app_server_configure(App *app, const SimParams *values, GError **error);
/* AppOps.start of a server: serves the port. */
void app_server_start(App *app, int64_t now_ns);

/* What a server does with what comes. */
typedef struct AppService {
    /* Does what can be done at a connection; called at every event that may have made something
     * possible, spurious ones too. May free the socket. */
    void (*serve)(App *app, Socket *socket, int64_t now_ns);
    /* Answers a datagram, which has been counted; its payload may be taken. Optional. */
    void (*answer)(App *app, Socket *socket, UdpDatagram *datagram, int64_t now_ns);
} AppService;

/* AppOps.on_event of a server: accepts and serves connections, or takes datagrams. */
void app_server_on_event(App *app, Socket *socket, SocketEvent event, const AppService *service,
                         int64_t now_ns);
/* Closes a connection that has been served, or else has failed, and counts it as such. */
void app_server_end(App *app, Socket *socket, bool served, int64_t now_ns);

#endif
