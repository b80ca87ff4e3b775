/* Programs on hosts. A program is an AppOps with a block of state; it acts in `start`, at its timer
 * and at its sockets' events, and reaches nothing below socket/. */

#ifndef APP_APP_H
#define APP_APP_H

#include "sim/sim_params.h"
#include "socket/socket.h"

typedef struct AppOps AppOps;
typedef struct AppResult AppResult;
typedef struct App App;

#define APP_ERROR app_error_quark() /* a contradiction between parameters */
GQuark app_error_quark(void);

/* How a program looks a name up: bare names are static, in the world. False: unknown. */
typedef bool (*AppResolveFn)(void *world, const char *name, InetAddr *out_addr);

/* What a program has done so far; what means nothing to it stays 0. */
typedef struct AppStats {
    uint64_t opened, completed, failed; /* connections, exchanges, probes */
    uint64_t sent_bytes, received_bytes;
    uint64_t sent_pkts, received_pkts; /* datagrams, echoes */
    uint64_t lost_pkts, reordered_pkts, duplicated_pkts;
    uint64_t times; /* round trips or exchanges timed */
    int64_t min_time_ns, max_time_ns, sum_time_ns;
    uint64_t moved_bytes; /* from first_at_ns to last_at_ns */
    int64_t first_at_ns, last_at_ns;
    bool has_datagrams; /* it has had a socket for datagrams or echoes */
} AppStats;

struct App {
    const AppOps *ops;
    SocketHost *host;  /* borrowed */
    Sim *sim;          /* borrowed */
    SimEntity *entity; /* the host's: timers are armed in its name */
    char *name;        /* stable: "client", "client#2" */
    AppResolveFn resolve;
    void *world;
    Rng rng;        /* the program's own stream */
    SimEvent timer; /* runs ops->on_timer */
    void *state;    /* ops->state_bytes long, zeroed and freed by the caller */
    AppStats stats;
    GHashTable *flows;     /* of senders of datagrams, by stream: app_flow.c; only looked up */
    bool done;             /* it has nothing more to do: set by the program */
    uint32_t step;         /* of a list of steps: the one being run */
    const char *failure;   /* msgid: what first did not go as the program says; NULL: fine */
    uint32_t failure_step; /* `step` then; the scenario knows the line */
    SocketError failure_error;
    SocketError failure_expected;
};

struct AppOps {
    const char *name; /* the word used in scenarios */
    size_t state_bytes;
    size_t config_bytes; /* of these, at the start: what configure has set; outlives a crash */
    const SimParamSpec *params;      /* its keys */
    const AppResult *const *results; /* required: what it tells at the end; ends with a NULL */
    /* Reads parameters; may borrow texts from them. False sets error. Called once, before start. */
    bool (*configure)(App *app, const SimParams *params, GError **error);
    void (*start)(App *app, int64_t now_ns); /* required */
    /* Required: an event of a socket made by app_socket(), or accepted with app_on_socket(). */
    void (*on_event)(App *app, Socket *socket, SocketEvent event, int64_t now_ns);
    void (*on_timer)(App *app, int64_t now_ns); /* optional */
    /* Optional: frees what state holds; its sockets belong to the host and are gone or going. */
    void (*clear)(App *app);
};

const AppOps *const *app_registry(void); /* NULL-terminated: ready-made applications */
const AppOps *app_find(const char *name);

/* Parts of a program's life; the world calls these. The name is copied. */
App *app_new(const AppOps *ops, SocketHost *host, const char *name, uint64_t seed,
             AppResolveFn resolve, void *world);
/* Says nothing on the wire: sockets are the host's. */
void app_free(App *app);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(App, app_free)
void app_start(App *app, int64_t now_ns);
/* The host crashed: state back to before start, timers cancelled; sockets are gone already. */
void app_reset(App *app);

/* ---- shared parts, for app_*.c ---- */

/* A new socket whose events go to ops->on_event. */
Socket *app_socket(App *app, SocketKind kind);
/* The SocketFn of such sockets; the program is the App. */
void app_on_socket(void *program, Socket *socket, SocketEvent event, int64_t now_ns);
/* A new stream or datagram socket on a port of any address, listening if it is a stream. NULL, and
 * the program has failed, if the port is taken. */
Socket *app_serve(App *app, SocketKind kind, uint16_t port, int64_t now_ns);
/* Looks up "host" or "host:port"; *out_port is left alone where none is given. False: no address,
 * and the program has failed. */
bool app_find_host(App *app, const char *text, InetAddr *out_addr, uint16_t *out_port);
/* The program has nothing more to do, because of this. */
void app_fail(App *app, const char *failure, SocketError error);
/* Something has gone wrong, and the program goes on. The first such thing is what is told. */
void app_note_failure(App *app, const char *failure, SocketError error);
/* Runs ops->on_timer then. */
void app_wake_at(App *app, int64_t at_ns);
/* Counts bytes read, and with them the time that a transfer takes. */
void app_count_read(App *app, uint64_t bytes, int64_t now_ns);
/* Counts a round trip or an exchange. */
void app_count_time(App *app, int64_t time_ns);
/* Reads and counts all that waits. What the last read said. */
SocketError app_read_all(App *app, Socket *socket, int64_t now_ns);
/* Reads and counts a datagram. False: none waits. Its payload is the caller's. */
bool app_read_datagram(App *app, Socket *socket, UdpDatagram *out_datagram, int64_t now_ns);
/* Writes of the pattern what fits, up to *left_bytes, in writes of chunk_bytes, and takes it off.
 */
SocketError app_write(App *app, Socket *socket, uint64_t *left_bytes, uint64_t chunk_bytes,
                      int64_t now_ns);

#endif
