/* What the two files of the step language share and nobody else sees. */

#ifndef APP_APP_STEPS_INTERNAL_H
#define APP_APP_STEPS_INTERNAL_H

#include "app/app_steps.h"

/* A repeat that is under way. */
typedef struct Loop {
    uint32_t first, end; /* steps [first, end) */
    uint32_t left;       /* rounds after this one; UINT32_MAX: without end */
} Loop;

typedef struct Steps {
    const AppStep *steps;
    uint32_t count;
    struct {
        uint32_t at;          /* the step that is being run */
        bool begun;           /* it has been called before */
        bool running;         /* a call is under way... */
        bool again;           /* ...and an event came meanwhile */
        uint32_t events;      /* bit set of events since the step began */
        uint64_t progress;    /* bytes or datagrams that it has moved */
        int64_t wake_at_ns;   /* 0: it waits for no instant */
        int64_t started_ns;   /* when the first step began */
        GArray *loops;        /* of Loop, innermost last */
        Socket *prepared;     /* made by bind or set; the next to listen or connect */
        GPtrArray *listeners; /* of Socket, in the order of their steps */
        Socket *stream, *datagram;
    } run;
} Steps;

/* Runs a step, or goes on with it. True: it has ended, with *out_error. False: it waits. */
typedef bool (*StepFn)(App *app, const AppStep *step, SocketError *out_error, int64_t now_ns);

/* What runs a kind of step. */
StepFn app_steps_fn(AppStepKind kind);

#endif
