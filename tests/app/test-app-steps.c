/* Protects: programs written as lists of calls do what they say, wait where they must, and are told
 * apart from programs that went wrong. */

#include "app/app_steps.h"

#include "lib/app-bed.h"

#define MS SIM_NS_PER_MS
#define UNTIL_EOF UINT64_MAX

/* The text of a step is its name here. */
#define STEP(step_kind, ...)                                                                       \
    {                                                                                              \
        .kind = APP_STEP_##step_kind, .text = #step_kind, __VA_ARGS__                              \
    }

enum { MOST_STEPS = 12 };

typedef struct Story {
    const char *label;
    AppStep client[MOST_STEPS], server[MOST_STEPS];
    int64_t until_ms;
    uint64_t client_got_bytes, server_got_bytes;
    const char *failure; /* of the client; NULL: both programs come to their end */
    uint32_t failure_step;
    SocketError failure_error;
} Story;

/* clang-format off */
static const Story stories[] = {
    { "handshake-and-teardown",
      { STEP(CONNECT, .host = "server", .port = 80), STEP(SEND, .bytes = 1000), STEP(CLOSE) },
      { STEP(LISTEN, .port = 80), STEP(ACCEPT), STEP(RECEIVE, .bytes = UNTIL_EOF), STEP(CLOSE) },
      100, 0, 1000 },
    { "both-ways",
      { STEP(CONNECT, .host = "server", .port = 80), STEP(SEND, .bytes = 300),
        STEP(RECEIVE, .bytes = 500),
        STEP(CLOSE), STEP(CLOSE, .expect = SOCKET_NOT_CONNECTED) },
      { STEP(LISTEN, .port = 80), STEP(ACCEPT), STEP(RECEIVE, .bytes = 300),
        STEP(SEND, .bytes = 500),
        STEP(RECEIVE, .bytes = UNTIL_EOF), STEP(CLOSE), STEP(CLOSE) },
      100, 500, 300 },
    /* A second listen leaves the first alone; the latest is closed first. */
    { "two-ports",
      { STEP(CONNECT, .host = "server", .port = 81), STEP(SEND, .bytes = 100), STEP(CLOSE),
        STEP(CONNECT, .host = "server", .port = 80), STEP(SEND, .bytes = 200), STEP(CLOSE),
        STEP(WAIT, .time_ns = 50 * MS),
        STEP(CONNECT, .host = "server", .port = 81, .expect = SOCKET_REFUSED),
        STEP(CONNECT, .host = "server", .port = 80), STEP(CLOSE) },
      { STEP(LISTEN, .port = 80), STEP(LISTEN, .port = 81),
        STEP(ACCEPT), STEP(RECEIVE, .bytes = UNTIL_EOF), STEP(CLOSE),
        STEP(ACCEPT), STEP(RECEIVE, .bytes = UNTIL_EOF), STEP(CLOSE),
        STEP(CLOSE), STEP(ACCEPT), STEP(CLOSE), STEP(CLOSE) },
      200, 0, 300 },
    /* More than any buffer holds: send waits for room, several times over. */
    { "long-transfer",
      { STEP(CONNECT, .host = "server", .port = 80), STEP(SEND, .bytes = 5000000), STEP(CLOSE) },
      { STEP(LISTEN, .port = 80), STEP(ACCEPT), STEP(RECEIVE, .bytes = UNTIL_EOF), STEP(CLOSE) },
      20000, 0, 5000000 },
    { "literal-text",
      { STEP(CONNECT, .host = "server", .port = 80),
        STEP(SEND, .literal = "hello, world", .bytes = 12),
        STEP(SHUTDOWN), STEP(WAIT, .wait_event = true, .until = SOCKET_EVENT_EOF), STEP(CLOSE) },
      { STEP(LISTEN, .port = 80), STEP(ACCEPT), STEP(RECEIVE, .bytes = UNTIL_EOF), STEP(CLOSE) },
      100, 0, 12 },
    { "bytes-run-out",
      { STEP(CONNECT, .host = "server", .port = 80), STEP(RECEIVE, .bytes = 100) },
      { STEP(LISTEN, .port = 80), STEP(ACCEPT), STEP(SEND, .bytes = 99), STEP(CLOSE) },
      100, 99, 0, "the step did not end as expected", 1, SOCKET_CLOSED },
    { "bytes-run-out-as-expected",
      { STEP(CONNECT, .host = "server", .port = 80),
        STEP(RECEIVE, .bytes = 100, .expect = SOCKET_CLOSED), STEP(CLOSE) },
      { STEP(LISTEN, .port = 80), STEP(ACCEPT), STEP(SEND, .bytes = 99), STEP(CLOSE) },
      100, 99, 0 },
    { "refused",
      { STEP(CONNECT, .host = "server", .port = 80) }, { STEP(WAIT, .time_ns = MS) },
      100, 0, 0, "the step did not end as expected", 0, SOCKET_REFUSED },
    { "refused-as-expected",
      { STEP(CONNECT, .host = "server", .port = 80, .expect = SOCKET_REFUSED),
        STEP(CONNECT, .host = "server", .port = 81, .expect = SOCKET_REFUSED) },
      { STEP(WAIT, .time_ns = MS) },
      100, 0, 0 },
    { "expected-error-does-not-come",
      { STEP(CONNECT, .host = "server", .port = 80, .expect = SOCKET_REFUSED) },
      { STEP(LISTEN, .port = 80), STEP(ACCEPT) },
      100, 0, 0, "the step did not end as expected", 0, SOCKET_OK },
    { "no-such-host",
      { STEP(CONNECT, .host = "nobody", .port = 80, .expect = SOCKET_NO_ROUTE) },
      { STEP(WAIT, .time_ns = MS) },
      100, 0, 0 },
    { "abort",
      { STEP(CONNECT, .host = "server", .port = 80), STEP(ABORT),
        STEP(RECEIVE, .bytes = 1, .expect = SOCKET_NOT_CONNECTED) },
      { STEP(LISTEN, .port = 80), STEP(ACCEPT),
        STEP(RECEIVE, .bytes = UNTIL_EOF, .expect = SOCKET_RESET),
        STEP(SEND, .bytes = 1, .expect = SOCKET_RESET), STEP(CLOSE) },
      100, 0, 0 },
    { "urgent",
      { STEP(CONNECT, .host = "server", .port = 80), STEP(SEND, .bytes = 20),
        STEP(SEND_URGENT, .bytes = 3),
        STEP(CLOSE) },
      { STEP(LISTEN, .port = 80), STEP(ACCEPT),
        STEP(WAIT, .wait_event = true, .until = SOCKET_EVENT_URGENT),
        STEP(RECEIVE, .bytes = UNTIL_EOF), STEP(CLOSE) },
      100, 0, 23 },
    { "wait-until-sent",
      { STEP(CONNECT, .host = "server", .port = 80), STEP(SEND, .bytes = 5000),
        STEP(WAIT, .wait_event = true, .until = SOCKET_EVENT_SENT), STEP(ABORT) },
      { STEP(LISTEN, .port = 80), STEP(ACCEPT), STEP(RECEIVE, .bytes = 5000),
        STEP(WAIT, .wait_event = true, .until = SOCKET_EVENT_CLOSED) },
      100, 0, 5000 },
    /* What is sent before the handshake is done rides on its third segment. */
    { "connect-without-waiting",
      { STEP(CONNECT, .host = "server", .port = 80, .no_wait = true), STEP(SEND, .bytes = 10),
        STEP(WAIT, .wait_event = true, .until = SOCKET_EVENT_SENT), STEP(CLOSE) },
      { STEP(LISTEN, .port = 80), STEP(ACCEPT), STEP(RECEIVE, .bytes = UNTIL_EOF), STEP(CLOSE) },
      100, 0, 10 },
    { "wait-for-what-cannot-come",
      { STEP(CONNECT, .host = "server", .port = 80),
        STEP(WAIT, .wait_event = true, .until = SOCKET_EVENT_URGENT, .expect = SOCKET_RESET) },
      { STEP(LISTEN, .port = 80), STEP(ACCEPT), STEP(ABORT) },
      100, 0, 0 },
    /* A server's loop, and loops in loops. */
    { "repeat",
      { STEP(REPEAT, .count = 3, .body = 4), STEP(CONNECT, .host = "server", .port = 80),
        STEP(REPEAT, .count = 2, .body = 1), STEP(SEND, .bytes = 100), STEP(CLOSE) },
      { STEP(LISTEN, .port = 80), STEP(REPEAT, .count = 3, .body = 3), STEP(ACCEPT),
        STEP(RECEIVE, .bytes = UNTIL_EOF), STEP(CLOSE) },
      100, 0, 600 },
    { "repeat-in-no-time",
      { STEP(REPEAT, .count = 0, .body = 1), STEP(WAIT, .time_ns = 0) },
      { STEP(WAIT, .time_ns = MS) },
      100, 0, 0, "the program repeats without ever waiting", 1, SOCKET_OK },
    { "datagrams",
      { STEP(BIND, .port = 4000), STEP(SEND_TO, .host = "server", .port = 9, .bytes = 40),
        STEP(SEND_TO, .host = "server", .port = 9, .bytes = 5, .literal = "there"),
        STEP(RECEIVE_FROM, .count = 1) },
      { STEP(BIND, .port = 9), STEP(RECEIVE_FROM, .count = 2), STEP(WAIT, .time_ns = MS),
        STEP(SEND_TO, .host = "client", .port = 4000, .bytes = 7) },
      100, 7, 45 },
    { "datagram-to-nobody",
      { STEP(SEND_TO, .host = "nobody", .port = 9, .bytes = 1, .expect = SOCKET_NO_ROUTE),
        STEP(SEND_TO, .host = "server", .port = 9, .bytes = 65508, .expect = SOCKET_TOO_BIG) },
      { STEP(WAIT, .time_ns = MS) },
      100, 0, 0 },
    { "port-taken",
      { STEP(LISTEN, .port = 80), STEP(LISTEN, .port = 80, .expect = SOCKET_ADDRESS_IN_USE) },
      { STEP(CLOSE, .expect = SOCKET_NOT_CONNECTED),
        STEP(SEND, .bytes = 1, .expect = SOCKET_NOT_CONNECTED),
        STEP(ACCEPT, .expect = SOCKET_NOT_CONNECTED) },
      100, 0, 0 },
};
/* clang-format on */

static void test_story(gconstpointer data)
{
    const Story *story = data;
    g_autoptr(HostBed) bed = host_bed_new(NULL, 100 * 1000 * 1000);
    g_autoptr(App) client = app_bed_steps(bed, &bed->client, story->client);
    g_autoptr(App) server = app_bed_steps(bed, &bed->server, story->server);
    app_start(server, 0);
    app_start(client, 0);
    host_bed_run_until(bed, story->until_ms * MS);
    g_assert_cmpstr(client->failure, ==, story->failure);
    g_assert_cmpstr(server->failure, ==, NULL);
    g_assert_true(client->done);
    if (story->failure != NULL) {
        g_assert_cmpuint(client->failure_step, ==, story->failure_step);
        g_assert_cmpint(client->failure_error, ==, story->failure_error);
    } else {
        g_assert_true(server->done);
    }
    g_assert_cmpuint(client->stats.received_bytes, ==, story->client_got_bytes);
    g_assert_cmpuint(server->stats.received_bytes, ==, story->server_got_bytes);
    g_assert_cmpuint(bed->wrong, ==, 0);
}

/* Waits, instants and pauses by the clock, and the calls in the scenario's own words: one call a
 * step, in however many parts it writes or reads. */
static void test_words(void)
{
    static const AppStep client_steps[] = {
        { .kind = APP_STEP_WAIT, .text = "10ms", .time_ns = 10 * MS },
        { .kind = APP_STEP_CONNECT, .text = "server:80", .host = "server", .port = 80 },
        { .kind = APP_STEP_AT, .text = "50ms", .time_ns = 50 * MS },
        { .kind = APP_STEP_SEND,
          .text = "20B",
          .bytes = 20,
          .chunk_bytes = 10,
          .time_ns = 20 * MS },
        { .kind = APP_STEP_CLOSE, .text = "" },
        { 0 },
    };
    g_autoptr(HostBed) bed = host_bed_new(NULL, 0);
    g_autoptr(App) client = app_bed_steps(bed, &bed->client, client_steps);
    static const AppStep server_steps[] = {
        { .kind = APP_STEP_LISTEN, .text = "80", .port = 80 },
        { .kind = APP_STEP_ACCEPT, .text = "" },
        { .kind = APP_STEP_RECEIVE, .text = "until-eof", .bytes = UNTIL_EOF },
        { 0 },
    };
    g_autoptr(App) server = app_bed_steps(bed, &bed->server, server_steps);
    host_bed_watch(bed);
    app_start(server, 0);
    app_start(client, 0);
    host_bed_run_until(bed, 80 * MS);
    host_bed_expect(bed, "0ms server listen 80\n"
                         "0ms server listen = ok\n"
                         "10ms client connect server:80\n"
                         "10ms client connect = ok\n"
                         "14ms client * connected\n"
                         "16ms server * acceptable\n"
                         "16ms server accept\n"
                         "16ms server accept = ok\n"
                         "16ms server receive until-eof\n"
                         "16ms server receive = ok\n"
                         "50ms client send 20B\n"
                         "50ms client send = ok\n"
                         "52ms server * readable\n"
                         "54ms client * writable\n"
                         "54ms client * sent\n"
                         "70ms client close\n"
                         "70ms client close = ok\n"
                         "72ms server * readable\n"
                         "72ms server * eof\n");
}

/* A slow reader: so much a time, and then a pause; the sender is held back by the window. */
static void test_slow_reader(void)
{
    static const AppStep client_steps[] = {
        STEP(CONNECT, .host = "server", .port = 80), STEP(SEND, .bytes = 100000), STEP(CLOSE), { 0 }
    };
    static const AppStep server_steps[] = {
        STEP(LISTEN, .port = 80),
        STEP(ACCEPT),
        STEP(RECEIVE, .bytes = UNTIL_EOF, .chunk_bytes = 1000, .time_ns = 10 * MS),
        STEP(CLOSE),
        { 0 },
    };
    TcpConfig config;
    tcp_config_init(&config);
    config.receive_buffer_bytes = 10000;
    g_autoptr(HostBed) bed = host_bed_new(&config, 0);
    g_autoptr(App) client = app_bed_steps(bed, &bed->client, client_steps);
    g_autoptr(App) server = app_bed_steps(bed, &bed->server, server_steps);
    app_start(server, 0);
    app_start(client, 0);
    host_bed_run_until(bed, 500 * MS);
    g_assert_cmpuint(server->stats.received_bytes, >=, 49000);
    g_assert_cmpuint(server->stats.received_bytes, <=, 50000);
    host_bed_run_until(bed, 1200 * MS);
    g_assert_true(server->done);
    g_assert_cmpuint(server->stats.received_bytes, ==, 100000);
}

static void set_send_buffer(TcpConfig *config, int64_t value)
{
    config->send_buffer_bytes = (uint32_t)value;
}

/* An option before connect belongs to that connection. */
static void test_set(void)
{
    static const AppStep client_steps[] = {
        STEP(SET, .set = set_send_buffer, .value = 1000),
        STEP(CONNECT, .host = "server", .port = 80),
        STEP(SEND, .bytes = 1001),
        STEP(CLOSE),
        { 0 },
    };
    static const AppStep server_steps[] = { STEP(LISTEN, .port = 80), { 0 } };
    g_autoptr(HostBed) bed = host_bed_new(NULL, 0);
    g_autoptr(App) client = app_bed_steps(bed, &bed->client, client_steps);
    g_autoptr(App) server = app_bed_steps(bed, &bed->server, server_steps);
    app_start(server, 0);
    app_start(client, 0);
    host_bed_run_until(bed, 6 * MS);
    g_assert_cmpuint(client->stats.sent_bytes, ==, 1000);
    host_bed_run_until(bed, 100 * MS);
    g_assert_true(client->done);
}

/* A host that crashes and comes back runs its program from the start. */
static void test_crash_and_restart(void)
{
    static const AppStep server_steps[] = { STEP(LISTEN, .port = 80),
                                            STEP(ACCEPT),
                                            STEP(RECEIVE, .bytes = UNTIL_EOF),
                                            STEP(CLOSE),
                                            { 0 } };
    static const AppStep client_steps[] = {
        STEP(CONNECT, .host = "server", .port = 80),
        STEP(AT, .time_ns = 30 * MS),
        STEP(SEND, .bytes = 10),
        STEP(RECEIVE, .bytes = 1, .expect = SOCKET_RESET),
        STEP(CONNECT, .host = "server", .port = 80),
        STEP(SEND, .bytes = 20),
        STEP(CLOSE),
        { 0 },
    };
    g_autoptr(HostBed) bed = host_bed_new(NULL, 0);
    g_autoptr(App) client = app_bed_steps(bed, &bed->client, client_steps);
    g_autoptr(App) server = app_bed_steps(bed, &bed->server, server_steps);
    app_start(server, 0);
    app_start(client, 0);
    host_bed_run_until(bed, 10 * MS);
    host_bed_crash(bed, &bed->server);
    app_reset(server);
    host_bed_run_until(bed, 20 * MS);
    bed->server.node->up = true;
    app_start(server, 20 * MS);
    host_bed_run_until(bed, 200 * MS);
    g_assert_true(client->done && server->done);
    g_assert_null(client->failure);
    g_assert_cmpuint(server->stats.received_bytes, ==, 20);
}

static void test_names(void)
{
    for (int i = 0; i < APP_N_STEPS; i++) {
        g_assert_nonnull(app_step_kind_to_string((AppStepKind)i));
    }
    g_assert_cmpstr(app_step_kind_to_string(APP_STEP_SEND_URGENT), ==, "send-urgent");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(stories); i++) {
        g_autofree char *path = g_strdup_printf("/app/steps/story/%s", stories[i].label);
        g_test_add_data_func(path, &stories[i], test_story);
    }
    g_test_add_func("/app/steps/words", test_words);
    g_test_add_func("/app/steps/slow-reader", test_slow_reader);
    g_test_add_func("/app/steps/set", test_set);
    g_test_add_func("/app/steps/crash-and-restart", test_crash_and_restart);
    g_test_add_func("/app/steps/names", test_names);
    return g_test_run();
}
