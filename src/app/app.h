/* Programs on hosts. A program is an AppOps with a block of state; it acts in `start`, at its timer
 * and at its sockets' events, and reaches nothing below socket/. */

#ifndef APP_APP_H
#define APP_APP_H

#include "sim/sim_params.h"
#include "socket/socket.h"

typedef struct AppOps AppOps;
typedef struct App App;

/* How a program looks a name up: bare names are static, in the world. False: unknown. */
typedef bool (*AppResolveFn)(void *world, const char *name, InetAddr *out_addr);

struct App {
    const AppOps *ops;
    SocketHost *host;        /* borrowed */
    Sim *sim;                /* borrowed */
    SimEntity *entity;       /* the host's: timers are armed in its name */
    const char *name;        /* stable: "client", "client#2" */
    AppResolveFn resolve;
    void *world;
    Rng rng;                 /* the program's own stream */
    SimEvent timer;          /* runs ops->on_timer */
    void *state;             /* ops->state_bytes long, zeroed and freed by the caller */
    bool done;               /* it has nothing more to do: set by the program */
    const char *failure;     /* msgid: a step did not go as the program says; NULL: fine */
    uint32_t failure_step;   /* its index; the scenario knows the line */
    SocketError failure_error;
    SocketError failure_expected;
};

struct AppOps {
    const char *name; /* the word used in scenarios */
    size_t state_bytes;
    const SimParamSpec *params; /* its keys */
    /* Reads parameters; may borrow texts from them. False sets error. */
    bool (*configure)(App *app, const SimParams *params, GError **error);
    void (*start)(App *app, int64_t now_ns);                       /* required */
    void (*on_event)(App *app, Socket *socket, SocketEvent event, int64_t now_ns); /* required */
    void (*on_timer)(App *app, int64_t now_ns);                    /* optional */
    void (*clear)(App *app); /* optional: frees what state holds */
};

const AppOps *const *app_registry(void); /* NULL-terminated: ready-made applications */
const AppOps *app_find(const char *name);

/* Parts of a program's life; the world calls these. */
App *app_new(const AppOps *ops, SocketHost *host, const char *name, uint64_t seed,
             AppResolveFn resolve, void *world);
void app_free(App *app);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(App, app_free)
void app_start(App *app, int64_t now_ns);
/* The host crashed: state back to before start, timers cancelled; sockets are gone already. */
void app_reset(App *app);

#endif
