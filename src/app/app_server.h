/* What ready-made servers share: a port to serve, connections to accept, and their end. */

#ifndef APP_APP_SERVER_H
#define APP_APP_SERVER_H

#include "app/app.h"

/* A server's state begins with this. */
typedef struct AppServer {
    uint16_t port;
    SocketKind kind;
} AppServer;

extern const char *const app_server_transports[]; /* the words of a parameter "transport" */

/* AppOps.configure of a server with the parameters "port" and "transport". */
bool app_server_configure(App *app, const SimParams *values, GError **error);
/* AppOps.start of a server: serves the port. */
void app_server_start(App *app, int64_t now_ns);

/* Does what can be done at a connection or, over UDP, at the socket itself; called at every event
 * that may have made something possible, spurious ones too. May free the socket. */
typedef void (*AppServeFn)(App *app, Socket *socket, int64_t now_ns);

/* AppOps.on_event of a server: accepts what comes and serves it. */
void app_server_on_event(App *app, Socket *socket, SocketEvent event, AppServeFn serve,
                         int64_t now_ns);
/* Closes a connection that has been served, or else has failed, and counts it as such. */
void app_server_end(App *app, Socket *socket, bool served, int64_t now_ns);

#endif
