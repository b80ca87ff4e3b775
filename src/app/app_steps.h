/* The step language: a program written as a list of socket calls (design section 3).
 *
 * A program runs its steps in order; a step that must wait (accept, connect, receive, a full send
 * buffer, wait) goes on when its event comes. One program has at most one current stream and one
 * datagram socket; `accept` and `connect` make a connection current, and the one before is closed.
 * It may listen on several ports: `accept` then takes a connection of the port named first among
 * those that have one. `bind` and `set` before a connection apply to the next socket. */

#ifndef APP_APP_STEPS_H
#define APP_APP_STEPS_H

#include "app/app.h"

typedef enum AppStepKind {
    APP_STEP_LISTEN, /* port, backlog */
    APP_STEP_BIND,   /* port (host address optional) */
    APP_STEP_ACCEPT,
    APP_STEP_CONNECT,     /* host, port; error */
    APP_STEP_SEND,        /* bytes of the pattern, or literal text; chunk: bytes a write */
    APP_STEP_SEND_URGENT, /* bytes */
    APP_STEP_RECEIVE,     /* bytes, or until_eof; each: bytes a read, every: pause between reads */
    APP_STEP_SHUTDOWN,
    APP_STEP_CLOSE, /* the current stream; if there is none, the latest listener, else the datagram
                     * socket */
    APP_STEP_ABORT,
    APP_STEP_WAIT,         /* duration, or for an event: established, sent, closed, urgent, eof */
    APP_STEP_AT,           /* until an instant of the simulated clock */
    APP_STEP_REPEAT,       /* count times the next `body` steps; count 0: without end */
    APP_STEP_SET,          /* one TCP option of the socket */
    APP_STEP_SEND_TO,      /* UDP datagram: host, port, bytes */
    APP_STEP_RECEIVE_FROM, /* UDP: count datagrams on the bound port */
    APP_N_STEPS
} AppStepKind;
const char *app_step_kind_to_string(AppStepKind kind); /* the key: "send-urgent" */

typedef struct AppStep {
    AppStepKind kind;
    const char *text; /* the step in the scenario's words, for the trace; borrowed */
    const char *host; /* borrowed name or address */
    uint16_t port;
    uint64_t bytes;       /* UINT64_MAX: until-eof */
    uint64_t chunk_bytes; /* send: a write at a time; receive: a read at a time; 0: as it comes */
    const char *literal;  /* send: text instead of the pattern; borrowed */
    int64_t time_ns;      /* wait, at, pause between reads or writes */
    uint32_t count;       /* repeat, backlog, receive-from */
    uint32_t body;        /* repeat: how many of the following steps */
    SocketEvent until;    /* wait for an event */
    bool wait_event;
    bool no_wait;       /* connect: go on at once; what is sent next rides on the handshake */
    SocketError expect; /* the error the step must end with; SOCKET_OK: none may happen */
    void (*set)(TcpConfig *config, int64_t value); /* set */
    int64_t value;
} AppStep;

extern const AppOps app_steps; /* not in the registry: written as a list, not by name */

/* Gives the program its steps, borrowed for its life. */
void app_steps_set(App *app, const AppStep *steps, uint32_t count);

#endif
