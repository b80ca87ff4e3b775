/* The interpreter of the step language: where a program is, its loops, and what ends it. */

#include "app/app_result.h"
#include "app/app_steps_internal.h"
#include "sim/lang.h"

enum { MOST_STEPS_AT_ONCE = 1000000 /* without waiting: the program goes round in no time */ };

/* Goes to the next step, and back to the first of a loop that is not done. */
static void go_on(App *app)
{
    Steps *steps = app->state;
    GArray *loops = steps->run.loops;
    steps->run.at++;
    while (loops->len > 0) {
        Loop *loop = &g_array_index(loops, Loop, loops->len - 1);
        if (steps->run.at != loop->end) {
            break;
        }
        if (loop->left > 0) {
            loop->left -= loop->left != UINT32_MAX;
            steps->run.at = loop->first;
            break;
        }
        g_array_set_size(loops, loops->len - 1);
    }
    app->step = steps->run.at;
    steps->run.begun = false;
    steps->run.events = 0;
    steps->run.progress = 0;
    steps->run.wake_at_ns = 0;
    sim_cancel(app->sim, &app->timer);
}

static void fail_step(App *app, const char *failure, SocketError error, SocketError expected)
{
    if (app->failure == NULL) {
        app->failure_expected = expected;
    }
    app_fail(app, failure, error);
    app->stats.failed++;
}

/* Runs the step that the program is at. False: it waits, or the program has failed. */
static bool run_one(App *app, int64_t now_ns)
{
    Steps *steps = app->state;
    const AppStep *step = &steps->steps[steps->run.at];
    SocketError error = SOCKET_OK;
    steps->run.again = false;
    if (!app_steps_fn(step->kind)(app, step, &error, now_ns)) {
        steps->run.begun = true;
        return steps->run.again;
    }
    if (error != step->expect) {
        fail_step(app, N_("the step did not end as expected"), error, step->expect);
        return false;
    }
    go_on(app);
    return true;
}

static void advance(App *app, int64_t now_ns)
{
    Steps *steps = app->state;
    steps->run.again = true;
    if (steps->run.running || app->done) {
        return;
    }
    steps->run.running = true;
    uint32_t left = MOST_STEPS_AT_ONCE;
    while (steps->run.at < steps->count && run_one(app, now_ns)) {
        if (--left == 0) {
            fail_step(app, N_("the program repeats without ever waiting"), SOCKET_OK, SOCKET_OK);
            break;
        }
    }
    steps->run.running = false;
    if (steps->run.at == steps->count && !app->done) {
        app->done = true;
        app->stats.completed++;
    }
}

static void start(App *app, int64_t now_ns)
{
    Steps *steps = app->state;
    steps->run.loops = g_array_new(FALSE, FALSE, sizeof(Loop));
    steps->run.listeners = g_ptr_array_new();
    steps->run.started_ns = now_ns;
    advance(app, now_ns);
}

static void on_event(App *app, Socket *socket, SocketEvent event, int64_t now_ns)
{
    Steps *steps = app->state;
    steps->run.events |= 1u << event;
    advance(app, now_ns);
}

static void on_timer(App *app, int64_t now_ns)
{
    advance(app, now_ns);
}

static void clear(App *app)
{
    Steps *steps = app->state;
    g_clear_pointer(&steps->run.loops, g_array_unref);
    g_clear_pointer(&steps->run.listeners, g_ptr_array_unref);
}

static const AppResult *const results[] = {
    &app_result_connections,
    &app_result_sent_bytes,
    &app_result_received_bytes,
    &app_result_sent,
    &app_result_received,
    &app_result_lost,
    &app_result_loss,
    &app_result_reordered,
    &app_result_duplicated,
    &app_result_finished,
    NULL,
};

void app_steps_set(App *app, const AppStep *steps, uint32_t count)
{
    Steps *state = app->state;
    state->steps = steps;
    state->count = count;
}

const AppOps app_steps = {
    .name = "steps",
    .state_bytes = sizeof(Steps),
    .config_bytes = G_STRUCT_OFFSET(Steps, run),
    .results = results,
    .start = start,
    .on_event = on_event,
    .on_timer = on_timer,
    .clear = clear,
};
