/* What the files of this room share: the world behind the interface, its descriptors, the calls
 * that wait.
 *
 * One host, whose only link leads out of the world: what the tool sends is put in at the host's
 * port, what the host sends waits in a queue until the tool asks for it. Time moves only when the
 * tool waits (usleep, the next segment) or asks for it again and again.
 *
 * Every function of the interface holds `mutex` from shim_enter() to shim_leave(). A call that must
 * wait is finished inside the simulation, at the event that satisfies it, by whichever thread runs
 * that event; its own thread only brings the result home (shim_wait.c). */

#ifndef SHIM_SHIM_PRIVATE_H
#define SHIM_SHIM_PRIVATE_H

#include <pthread.h>

#include "shim/shim_abi.h"
#include "world/world.h"

/* When the simulation begins, for the tool: any instant is as good. */
#define SHIM_EPOCH_US (INT64_C(1000000000) * 1000000)
/* What leaves the host is outside so much later. */
#define SHIM_WIRE_NS 1

typedef struct Shim Shim;
typedef struct ShimSocket ShimSocket;

/* ---- descriptors (shim_fd.c) ---- */

typedef enum ShimKind { SHIM_STREAM, SHIM_EPOLL, SHIM_PIPE } ShimKind;

/* What is behind a descriptor: a stream, an epoll set, or one end of a pipe. */
struct ShimSocket {
    Shim *shim;
    ShimKind kind;
    int fd; /* one of the kernel's, so that it is unique and can be closed behind our back */
    bool nonblocking;

    /* A stream, its place in life told by `listener` and `conn`. */
    TcpListener *listener;
    uint32_t backlog;
    GQueue
        ready; /* of a listener: ShimSocket not asked for by accept() yet, which may have ended */
    TcpConn *conn;   /* NULL: not opened yet, or gone */
    GArray *options; /* of ShimOption: what the next connection has instead of the settings */
    InetAddr addr;   /* bound to */
    uint16_t port;
    InetAddr peer; /* accepted from */
    uint16_t peer_port;
    bool opened;   /* connect() or accept() made a connection, whatever has become of it */
    bool accepted; /* by accept(), rather than connect() */
    bool told;     /* ... and connect() has returned 0 */
    bool read_shut, write_shut;
    bool at_eof;          /* the peer had closed when the connection ended */
    bool aborts;          /* SO_LINGER of no time: close() resets */
    bool wants_inq;       /* TCP_INQ */
    bool syn_limited;     /* the user timeout stands for TCP_SYNCNT until the handshake is done */
    int pending;          /* the error that the next call reports, once; 0: none */
    TcpConnFacts last;    /* of a connection that has ended, as it was then */
    GByteArray *leftover; /* what was not read of it; NULL: nothing */
    uint8_t fast_open_key[16];
    bool has_fast_open_key;

    GArray *watched;  /* SHIM_EPOLL: of ShimWatch */
    GByteArray *held; /* SHIM_PIPE: what was put in and not taken out, shared by both ends */
};

/* One setsockopt() of a number. */
typedef struct ShimOption {
    int level, name, value;
} ShimOption;

ShimSocket *shim_socket_new(Shim *shim, ShimKind kind);
/* NULL, and errno EBADF: not ours. */
ShimSocket *shim_socket_find(Shim *shim, int fd);
/* Forgets it; the connection goes on closing by itself. */
void shim_socket_free(ShimSocket *socket);
/* Has the socket hear of what becomes of the connection it holds: a TcpNoteFn. */
void shim_socket_note(void *holder, TcpConn *conn, TcpNote note, TcpReason reason, int64_t now_ns);

/* ---- calls that may wait (shim_wait.c) ---- */

typedef struct ShimCall ShimCall;
/* Tries to finish: the result, or -1 with call->error; EAGAIN: not yet. */
typedef ssize_t (*ShimAttempt)(ShimCall *call);

struct ShimCall {
    ShimAttempt attempt;
    ShimSocket *socket; /* on which; poll(): NULL, and `shim` instead */
    Shim *shim;
    bool waits;            /* false: one attempt is all */
    int64_t give_up_at_us; /* INT64_MAX: never; else attempt() sees that it has passed */
    /* Arguments, as the attempt needs them. */
    const struct iovec *iov;
    size_t iov_count;
    int flags;
    struct msghdr *msg;
    struct pollfd *fds;
    nfds_t fd_count;
    struct epoll_event *events;
    int most;
    ShimSocket *into; /* splice(): the pipe */
    size_t moved;     /* by earlier attempts */
    bool under_way;   /* write(): it sent the SYN itself */

    ssize_t result;
    int error;
    bool done;
    int64_t done_at_us;
};

/* Makes the call and returns its result, errno set. Releases the mutex while it waits. */
ssize_t shim_call(Shim *shim, ShimCall *call);
/* The socket goes: calls that wait for it fail. */
void shim_call_off(const ShimSocket *socket);
/* Gives threads whose calls are done the time, in real life, to return from them. */
void shim_let_return(Shim *shim);
/* After every event: whoever waits tries again. */
void shim_settle(Shim *shim);

/* ---- the world (shim_world.c) ---- */

typedef struct ShimFrame {
    int64_t at_us;
    size_t len;
    uint8_t bytes[];
} ShimFrame;

struct Shim {
    pthread_mutex_t mutex;
    pthread_cond_t finished; /* a call that waited is done */
    pthread_t main_thread;
    uint32_t returning;   /* calls that are done, their threads still on the way home */
    uint64_t entries;     /* calls into the interface so far */
    uint32_t clock_asked; /* gettimeofday() by the main thread, nothing else in between */

    World *world;      /* NULL until an address is known */
    int64_t before_us; /* what passed before there was one */
    WorldNode *host;
    NetPort *port;
    GQueue sent; /* of ShimFrame, oldest first */

    GPtrArray *sockets; /* by descriptor; NULL in between */
    GPtrArray *waiting; /* of ShimCall */

    uint32_t mtu_bytes;
    char *settings_dir;   /* where the host's settings are read; NULL: nowhere */
    char *refused_dir;    /* what the kernel would not have: goes before them; NULL: none */
    GHashTable *settings; /* given instead of that: name to text */
};

Shim *shim_new(const char *flags);
void shim_free(Shim *shim);
void shim_enter(Shim *shim);
/* Lets what was sent in the call get out of the world, and whoever waits for it go on. Keeps errno.
 */
void shim_leave(Shim *shim);

/* There is a world from now on, in which the host has this address. False: it has another. */
bool shim_world_build(Shim *shim, InetAddr addr);
void shim_world_put(Shim *shim, const uint8_t *bytes, size_t len);

/* ---- the clock (shim_clock.c) ---- */

int64_t shim_now_us(const Shim *shim);
static inline int64_t shim_now_ns(const Shim *shim)
{
    return shim->world == NULL ? 0 : sim_now(world_sim(shim->world));
}
/* Runs the world until that instant of the tool's clock. */
void shim_run_until_us(Shim *shim, int64_t until_us);
/* Runs one event, and who waits for it. False: none comes until then. */
bool shim_step(Shim *shim, int64_t until_ns);
/* What the calling thread is told next instead of the time: when the call it waited in was done. */
void shim_clock_answer(int64_t at_us);

/* ---- settings (shim_settings.c) ---- */

/* Reads mtu=N, settings=DIRECTORY or settings=none, refused=DIRECTORY and NAME=VALUE, in words. */
void shim_settings_flags(Shim *shim, const char *flags);
/* What connections begin with now: Linux's defaults, then its settings as they stand. */
void shim_settings_read(const Shim *shim, TcpConfig *out_config);
/* The same for this socket: what setsockopt() asked for goes before (shim_options.c). */
void shim_options_apply(const ShimSocket *socket, TcpConfig *config);
/* One number of a setting; fallback: it is not there. */
int64_t shim_setting(const Shim *shim, const char *name, int64_t fallback);

/* Fast Open for a connect(), or for a listener whose TCP_FASTOPEN is queue_len; 0: not set. False:
 * the host does not let clients. */
bool shim_settings_fast_client(const Shim *shim, TcpConfig *config);
void shim_settings_fast_server(const Shim *shim, uint32_t queue_len, uint32_t backlog,
                               TcpConfig *config);

/* Listeners spawn connections by what the settings and their options are now. */
void shim_configure_listeners(Shim *shim);
/* Bytes that a read would return. */
uint32_t shim_readable_bytes(const ShimSocket *socket);

/* Poll says writable only while fewer bytes than this were never sent (TCP_NOTSENT_LOWAT). */
uint32_t shim_notsent_lowat(const ShimSocket *socket);

/* The value that setsockopt() gave last; 0: none. */
int shim_option(const ShimSocket *socket, int level, int name);
/* Opens the connection; 0, or -1 and errno. fast: with Fast Open, where the host lets it. */
int shim_start_connecting(ShimSocket *socket, InetAddr to, uint16_t port, bool fast);
bool shim_read_addr(const struct sockaddr *addr, socklen_t len, InetAddr *out_addr,
                    uint16_t *out_port);

/* ---- the interface by subject: each fills in its part ---- */

void shim_open_fill(ShimInterface *interface);    /* shim_open.c: socket to close */
void shim_data_fill(ShimInterface *interface);    /* shim_data.c: read and write */
void shim_options_fill(ShimInterface *interface); /* shim_options.c: options, fcntl, ioctl */
void shim_poll_fill(ShimInterface *interface);    /* shim_poll.c: poll, epoll */
void shim_pipe_fill(ShimInterface *interface);    /* shim_pipe.c: pipe, splice */
void shim_net_fill(ShimInterface *interface);     /* shim_clock.c: time and segments */

/* The handshake is not done yet; what was accepted by Fast Open does not care. */
static inline bool shim_is_opening(const ShimSocket *socket)
{
    TcpState state = socket->conn != NULL ? tcp_conn_state(socket->conn) : TCP_STATE_CLOSED;
    return !socket->accepted && (state == TCP_STATE_SYN_SENT || state == TCP_STATE_SYN_RCVD);
}
/* connect() has returned, and the first write will send the SYN. */
static inline bool shim_waits_for_data(const ShimSocket *socket)
{
    return socket->conn != NULL && tcp_connect_waits(socket->conn);
}
/* The peer has closed, and all is read. */
static inline bool shim_at_eof(const ShimSocket *socket)
{
    return socket->at_eof || (socket->conn != NULL && tcp_at_eof(socket->conn));
}
/* What poll() would say of it: POLLIN, POLLOUT, ... */
short shim_readiness(const ShimSocket *socket);
/* Room enough to be worth a write. */
bool shim_is_writable(const ShimSocket *socket);
/* The error that a call on it reports now, taken; 0: none. */
static inline int shim_take_error(ShimSocket *socket)
{
    int error = socket->pending;
    socket->pending = 0;
    return error;
}

/* getsockopt(), whoever calls it. */
int shim_getsockopt(Shim *shim, int fd, int level, int name, void *value, socklen_t *len);
/* TCP_INFO and its like (shim_info.c): fills at most *len octets, says how many. False: not one of
 * them. */
bool shim_info_get(const ShimSocket *socket, int level, int name, void *value, socklen_t *len);

#endif
