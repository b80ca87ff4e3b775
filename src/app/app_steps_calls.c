/* The steps: one function each. It is called when the step is reached and again after each event
 * and timer, until it says that the step has ended; so it asks how things stand rather than which
 * event came, and no event can be missed. */

#include "app/app_steps_internal.h"
#include "sim/lang.h"

/* ---- sockets ---- */

static Socket *prepared_stream(App *app)
{
    Steps *steps = app->state;
    if (steps->run.prepared == NULL) {
        steps->run.prepared = app_socket(app, SOCKET_STREAM);
    }
    return steps->run.prepared;
}

static Socket *datagram_socket(App *app)
{
    Steps *steps = app->state;
    if (steps->run.datagram == NULL) {
        steps->run.datagram = app_socket(app, SOCKET_DATAGRAM);
    }
    return steps->run.datagram;
}

static void drop(Socket **socket, int64_t now_ns)
{
    if (*socket != NULL) {
        socket_free(g_steal_pointer(socket), now_ns);
    }
}

/* Gives the calls that follow the step's words. A step is one call to those who watch, however
 * often it reads or writes. */
static void word_calls(const App *app, Socket *socket, const AppStep *step)
{
    const Steps *steps = app->state;
    socket_set_words(socket, step->text);
    socket_set_quiet(socket, steps->run.begun);
}

/* The stream that sends and receives; NULL, and an error, if there is none. */
static Socket *current_stream(App *app, const AppStep *step, SocketError *out_error)
{
    const Steps *steps = app->state;
    if (steps->run.stream == NULL) {
        *out_error = SOCKET_NOT_CONNECTED;
        return NULL;
    }
    word_calls(app, steps->run.stream, step);
    return steps->run.stream;
}

/* ---- time ---- */

/* Whether the step's instant has come; until then the program sleeps. */
static bool is_due(App *app, int64_t at_ns, int64_t now_ns)
{
    Steps *steps = app->state;
    if (at_ns <= now_ns) {
        return true;
    }
    steps->run.wake_at_ns = at_ns;
    app_wake_at(app, at_ns);
    return false;
}

/* Whether a pause that the step has made still lasts. */
static bool is_pausing(const App *app, int64_t now_ns)
{
    const Steps *steps = app->state;
    return now_ns < steps->run.wake_at_ns;
}

/* ---- opening ---- */

static bool run_bind(App *app, const AppStep *step, SocketError *out_error, int64_t now_ns)
{
    const Steps *steps = app->state;
    InetAddr addr = { 0 };
    if (step->host != NULL && !app->resolve(app->world, step->host, &addr)) {
        *out_error = SOCKET_NO_ROUTE;
        return true;
    }
    /* What the port is for shows in what comes first: a connection or a datagram. */
    bool datagram = false;
    for (uint32_t i = steps->run.at + 1; i < steps->count; i++) {
        AppStepKind kind = steps->steps[i].kind;
        datagram = kind == APP_STEP_SEND_TO || kind == APP_STEP_RECEIVE_FROM;
        if (datagram || kind == APP_STEP_LISTEN || kind == APP_STEP_CONNECT) {
            break;
        }
    }
    Socket *socket = datagram ? datagram_socket(app) : prepared_stream(app);
    word_calls(app, socket, step);
    *out_error = socket_bind(socket, addr, step->port, now_ns);
    return true;
}

static bool run_listen(App *app, const AppStep *step, SocketError *out_error, int64_t now_ns)
{
    Steps *steps = app->state;
    Socket *socket = prepared_stream(app);
    if (step->port != 0) {
        socket_set_quiet(socket, true); /* a part of listening */
        *out_error = socket_bind(socket, (InetAddr){ 0 }, step->port, now_ns);
    }
    word_calls(app, socket, step);
    if (*out_error == SOCKET_OK) {
        *out_error = socket_listen(socket, step->count, now_ns);
    }
    if (*out_error == SOCKET_OK) {
        g_ptr_array_add(steps->run.listeners, g_steal_pointer(&steps->run.prepared));
    }
    return true;
}

/* A connection of the first listener that has one; NULL: none has. */
static Socket *accept_any(App *app, const AppStep *step, int64_t now_ns)
{
    const Steps *steps = app->state;
    Socket *socket = NULL;
    for (uint32_t i = 0; i < steps->run.listeners->len && socket == NULL; i++) {
        Socket *listener = g_ptr_array_index(steps->run.listeners, i);
        word_calls(app, listener, step);
        socket = socket_accept(listener, app_on_socket, app, now_ns);
    }
    return socket;
}

static bool run_accept(App *app, const AppStep *step, SocketError *out_error, int64_t now_ns)
{
    Steps *steps = app->state;
    if (steps->run.listeners->len == 0) {
        *out_error = SOCKET_NOT_CONNECTED;
        return true;
    }
    Socket *socket = accept_any(app, step, now_ns);
    if (socket == NULL) {
        return false;
    }
    app->stats.opened++;
    drop(&steps->run.stream, now_ns);
    steps->run.stream = socket;
    return true;
}

static SocketError begin_connect(App *app, const AppStep *step, int64_t now_ns)
{
    Steps *steps = app->state;
    InetAddr addr;
    if (!app->resolve(app->world, step->host, &addr)) {
        return SOCKET_NO_ROUTE;
    }
    Socket *socket = prepared_stream(app);
    steps->run.prepared = NULL;
    drop(&steps->run.stream, now_ns);
    steps->run.stream = socket;
    app->stats.opened++;
    word_calls(app, socket, step);
    return socket_connect(socket, addr, step->port, now_ns);
}

static bool run_connect(App *app, const AppStep *step, SocketError *out_error, int64_t now_ns)
{
    const Steps *steps = app->state;
    if (!steps->run.begun) {
        *out_error = begin_connect(app, step, now_ns);
        if (*out_error != SOCKET_OK || step->no_wait) {
            return true;
        }
    }
    if (socket_conn(steps->run.stream) == NULL) {
        *out_error = socket_error(steps->run.stream);
        return true;
    }
    return socket_is_connected(steps->run.stream);
}

/* ---- sending ---- */

/* Offers the next part of what the step sends. */
static SocketError write_part(Socket *socket, const AppStep *step, uint64_t done_bytes,
                              uint64_t offered_bytes, uint64_t *out_taken, int64_t now_ns)
{
    bool last = done_bytes + offered_bytes == step->bytes;
    bool urgent = step->kind == APP_STEP_SEND_URGENT && last;
    if (step->literal == NULL) {
        return socket_send_pattern(socket, offered_bytes, true, urgent, out_taken, now_ns);
    }
    uint64_t room_bytes = socket_send_room_bytes(socket);
    uint32_t part_bytes = (uint32_t)MIN(offered_bytes, room_bytes);
    Payload part = payload_literal((const uint8_t *)step->literal + done_bytes, part_bytes);
    SocketError result = socket_send(socket, &part, true, urgent, out_taken, now_ns);
    payload_clear(&part);
    return result;
}

static bool run_send(App *app, const AppStep *step, SocketError *out_error, int64_t now_ns)
{
    Steps *steps = app->state;
    Socket *socket = current_stream(app, step, out_error);
    while (socket != NULL && steps->run.progress < step->bytes && !is_pausing(app, now_ns)) {
        uint64_t left_bytes = step->bytes - steps->run.progress, taken_bytes;
        uint64_t offered_bytes =
            step->chunk_bytes != 0 ? MIN(left_bytes, step->chunk_bytes) : left_bytes;
        *out_error =
            write_part(socket, step, steps->run.progress, offered_bytes, &taken_bytes, now_ns);
        socket_set_quiet(socket, true);
        if (*out_error != SOCKET_OK) {
            return true;
        }
        steps->run.progress += taken_bytes;
        app->stats.sent_bytes += taken_bytes;
        if (taken_bytes < offered_bytes) {
            return false;
        }
        if (step->time_ns > 0 && steps->run.progress < step->bytes) {
            is_due(app, now_ns + step->time_ns, now_ns);
        }
    }
    return socket == NULL || steps->run.progress == step->bytes;
}

/* ---- receiving ---- */

static bool run_receive(App *app, const AppStep *step, SocketError *out_error, int64_t now_ns)
{
    Steps *steps = app->state;
    Socket *socket = current_stream(app, step, out_error);
    while (socket != NULL && steps->run.progress < step->bytes && !is_pausing(app, now_ns)) {
        uint64_t left_bytes = step->bytes - steps->run.progress, got_bytes;
        uint64_t wanted_bytes =
            step->chunk_bytes != 0 ? MIN(left_bytes, step->chunk_bytes) : left_bytes;
        *out_error = socket_receive(socket, wanted_bytes, &got_bytes, now_ns);
        socket_set_quiet(socket, true);
        if (*out_error != SOCKET_OK) {
            bool was_wanted = *out_error == SOCKET_CLOSED && step->bytes == UINT64_MAX;
            *out_error = was_wanted ? SOCKET_OK : *out_error;
            return true;
        }
        steps->run.progress += got_bytes;
        app_count_read(app, got_bytes, now_ns);
        if (got_bytes == 0) {
            return false;
        }
        if (step->time_ns > 0) {
            is_due(app, now_ns + step->time_ns, now_ns);
        }
    }
    return socket == NULL || steps->run.progress == step->bytes;
}

/* ---- closing ---- */

static bool run_shutdown(App *app, const AppStep *step, SocketError *out_error, int64_t now_ns)
{
    Socket *socket = current_stream(app, step, out_error);
    if (socket != NULL) {
        *out_error = socket_shutdown(socket, now_ns);
    }
    return true;
}

/* What `close` is about, no longer the program's; NULL: there is nothing to close. */
static Socket *take_closable(Steps *steps)
{
    if (steps->run.stream != NULL) {
        return g_steal_pointer(&steps->run.stream);
    }
    GPtrArray *listeners = steps->run.listeners;
    return listeners->len > 0 ? g_ptr_array_steal_index(listeners, listeners->len - 1)
                              : g_steal_pointer(&steps->run.datagram);
}

static bool run_close(App *app, const AppStep *step, SocketError *out_error, int64_t now_ns)
{
    Socket *socket = take_closable(app->state);
    if (socket == NULL) {
        *out_error = SOCKET_NOT_CONNECTED;
        return true;
    }
    word_calls(app, socket, step);
    *out_error = socket_close(socket, now_ns);
    socket_free(socket, now_ns);
    return true;
}

static bool run_abort(App *app, const AppStep *step, SocketError *out_error, int64_t now_ns)
{
    Steps *steps = app->state;
    Socket *socket = current_stream(app, step, out_error);
    if (socket != NULL) {
        *out_error = socket_abort(socket, now_ns);
        drop(&steps->run.stream, now_ns);
    }
    return true;
}

/* ---- waiting ---- */

/* Whether what an event announces is so now. */
static bool holds(const Socket *socket, SocketEvent event)
{
    switch (event) {
    case SOCKET_EVENT_CONNECTED:
        return socket_is_connected(socket);
    case SOCKET_EVENT_READABLE:
        return socket_readable_bytes(socket) > 0;
    case SOCKET_EVENT_WRITABLE:
        return socket_send_room_bytes(socket) > 0;
    case SOCKET_EVENT_URGENT:
        return socket_urgent_bytes(socket) > 0;
    case SOCKET_EVENT_EOF:
        return socket_eof_seen(socket);
    case SOCKET_EVENT_SENT:
        return socket_is_sent(socket);
    case SOCKET_EVENT_CLOSED:
        return socket_conn(socket) == NULL;
    default:
        return false; /* announced only */
    }
}

static bool run_wait_event(App *app, const AppStep *step, SocketError *out_error)
{
    const Steps *steps = app->state;
    const Socket *socket = steps->run.stream;
    if ((steps->run.events & 1u << step->until) != 0) {
        return true;
    }
    if (socket == NULL) {
        *out_error = step->until == SOCKET_EVENT_CLOSED ? SOCKET_OK : SOCKET_NOT_CONNECTED;
        return step->until != SOCKET_EVENT_ACCEPTABLE;
    }
    if (holds(socket, step->until)) {
        return true;
    }
    if (socket_conn(socket) == NULL) {
        *out_error = socket_error(socket) != SOCKET_OK ? socket_error(socket) : SOCKET_CLOSED;
        return true;
    }
    return false;
}

static bool run_wait(App *app, const AppStep *step, SocketError *out_error, int64_t now_ns)
{
    Steps *steps = app->state;
    if (step->wait_event) {
        return run_wait_event(app, step, out_error);
    }
    return steps->run.begun ? !is_pausing(app, now_ns)
                            : is_due(app, now_ns + step->time_ns, now_ns);
}

/* An instant that passed while earlier steps lasted is a failure, but the program goes on. One from
 * before its start is no surprise to a program that began anew after a reboot. */
static bool run_at(App *app, const AppStep *step, SocketError *out_error, int64_t now_ns)
{
    const Steps *steps = app->state;
    if (step->time_ns < now_ns && step->time_ns >= steps->run.started_ns) {
        app_note_failure(app, N_("the instant of 'at' had passed when the program came here"),
                         SOCKET_OK);
    }
    return is_due(app, step->time_ns, now_ns);
}

/* ---- the rest ---- */

static bool run_repeat(App *app, const AppStep *step, SocketError *out_error, int64_t now_ns)
{
    Steps *steps = app->state;
    const Loop loop = { .first = steps->run.at + 1,
                        .end = steps->run.at + 1 + step->body,
                        .left = step->count - 1 }; /* 0: without end */
    g_assert(step->body > 0 && loop.end <= steps->count);
    g_array_append_val(steps->run.loops, loop);
    return true;
}

static bool run_set(App *app, const AppStep *step, SocketError *out_error, int64_t now_ns)
{
    const Steps *steps = app->state;
    bool live = steps->run.stream != NULL && socket_conn(steps->run.stream) != NULL;
    Socket *socket = live ? steps->run.stream : prepared_stream(app);
    step->set(socket_config(socket), step->value);
    socket_config_changed(socket, now_ns);
    return true;
}

static bool run_send_to(App *app, const AppStep *step, SocketError *out_error, int64_t now_ns)
{
    InetAddr addr;
    if (!app->resolve(app->world, step->host, &addr)) {
        *out_error = SOCKET_NO_ROUTE;
        return true;
    }
    Socket *socket = datagram_socket(app);
    word_calls(app, socket, step);
    if (step->literal != NULL) {
        Payload payload = payload_literal((const uint8_t *)step->literal, (uint32_t)step->bytes);
        *out_error = socket_send_payload_to(socket, addr, step->port, payload, now_ns);
    } else {
        *out_error = socket_send_to(socket, addr, step->port, step->bytes, now_ns);
    }
    if (*out_error == SOCKET_OK) {
        app->stats.sent_pkts++;
        app->stats.sent_bytes += step->bytes;
    }
    return true;
}

static bool run_receive_from(App *app, const AppStep *step, SocketError *out_error, int64_t now_ns)
{
    Steps *steps = app->state;
    Socket *socket = datagram_socket(app);
    UdpDatagram datagram;
    socket_set_words(socket, step->text);
    while (steps->run.progress < step->count) {
        socket_set_quiet(socket, steps->run.progress > 0);
        if (!app_read_datagram(app, socket, &datagram, now_ns)) {
            bool failed = (steps->run.events & 1u << SOCKET_EVENT_ERROR) != 0;
            *out_error = failed ? socket_error(socket) : SOCKET_OK;
            return failed;
        }
        payload_clear(&datagram.payload);
        steps->run.progress++;
    }
    return true;
}

/* ---- all of them ---- */

static const struct {
    const char *key;
    StepFn run;
} kinds[APP_N_STEPS] = {
    [APP_STEP_LISTEN] = { "listen", run_listen },
    [APP_STEP_BIND] = { "bind", run_bind },
    [APP_STEP_ACCEPT] = { "accept", run_accept },
    [APP_STEP_CONNECT] = { "connect", run_connect },
    [APP_STEP_SEND] = { "send", run_send },
    [APP_STEP_SEND_URGENT] = { "send-urgent", run_send },
    [APP_STEP_RECEIVE] = { "receive", run_receive },
    [APP_STEP_SHUTDOWN] = { "shutdown", run_shutdown },
    [APP_STEP_CLOSE] = { "close", run_close },
    [APP_STEP_ABORT] = { "abort", run_abort },
    [APP_STEP_WAIT] = { "wait", run_wait },
    [APP_STEP_AT] = { "at", run_at },
    [APP_STEP_REPEAT] = { "repeat", run_repeat },
    [APP_STEP_SET] = { "set", run_set },
    [APP_STEP_SEND_TO] = { "send-to", run_send_to },
    [APP_STEP_RECEIVE_FROM] = { "receive-from", run_receive_from },
};

const char *app_step_kind_to_string(AppStepKind kind)
{
    g_assert(kind < APP_N_STEPS);
    return kinds[kind].key;
}

StepFn app_steps_fn(AppStepKind kind)
{
    return kinds[kind].run;
}
