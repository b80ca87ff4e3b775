/* Protects: the ready-made applications: their tables, what each does on the wire, and what it
 * makes of a peer that closes early, resets, or is not there. */

#include "app/app.h"

#include <string.h>

#include "app/app_result.h"
#include "app/app_traceroute.h"
#include "lib/app-bed.h"

#define MS SIM_NS_PER_MS
#define S SIM_NS_PER_S
#define MBIT INT64_C(1000000)

static const AppSetting no_settings[] = { { 0 } };

/* ---- the registry ---- */

static void check_params(const AppOps *ops)
{
    for (const SimParamSpec *spec = ops->params; spec->name != NULL; spec++) {
        g_assert_nonnull(spec->help);
        for (const SimParamSpec *other = ops->params; other != spec; other++) {
            g_assert_cmpstr(other->name, !=, spec->name);
        }
        if (spec->unit != SIM_UNIT_TEXT && spec->unit != SIM_UNIT_HOST_PORT && !spec->required) {
            g_assert_cmpint(spec->fallback, >=, spec->min);
            g_assert_cmpint(spec->fallback, <=, spec->max);
        }
    }
}

static void test_required_hooks(void)
{
    uint32_t count = 0;
    for (const AppOps *const *at = app_registry(); *at != NULL; at++, count++) {
        const AppOps *ops = *at;
        g_assert_nonnull(ops->name);
        g_assert_nonnull(ops->start);
        g_assert_nonnull(ops->on_event);
        g_assert_true((ops->params == NULL) == (ops->configure == NULL));
        g_assert_cmpuint(ops->config_bytes, <=, ops->state_bytes);
        g_assert_true(app_find(ops->name) == ops); /* no name is used twice */
        check_params(ops);
    }
    g_assert_cmpuint(count, ==, 8);
    g_assert_null(app_find("steps"));
}

typedef struct Refusal {
    const char *label, *app;
    AppSetting settings[5];
    bool refused;
} Refusal;

static const Refusal refusals[] = {
    { "over-alone", "request-response", { { "over", S, NULL }, { "count", 5, NULL } }, false },
    { "over-and-parallel",
      "request-response",
      { { "over", S, NULL }, { "parallel", 2, NULL } },
      true },
    { "over-and-think", "request-response", { { "over", S, NULL }, { "think", 1, NULL } }, true },
    { "over-without-end", "request-response", { { "over", S, NULL }, { "count", 0, NULL } }, true },
    { "neither-rate-nor-gap", "constant-rate", { { 0 } }, true },
    { "rate-and-gap", "constant-rate", { { "rate", 1, NULL }, { "gap", 1, NULL } }, true },
    { "rate", "constant-rate", { { "rate", 1000, NULL } }, false },
};

static void test_refusal(gconstpointer data)
{
    const Refusal *row = data;
    g_autoptr(HostBed) bed = host_bed_new(NULL, 0);
    g_autoptr(GError) error = app_bed_refusal(bed, app_find(row->app), row->settings);
    g_assert_true((error != NULL) == row->refused);
}

/* ---- results ---- */

static int64_t result_of(const App *app, const char *name)
{
    for (const AppResult *const *at = app->ops->results; *at != NULL; at++) {
        if (strcmp((*at)->name, name) == 0) {
            return (*at)->get(app);
        }
    }
    g_error("%s has no result '%s'", app->ops->name, name);
}

/* A program that has not started has nothing to hide and nothing to show. */
static void check_results(HostBed *bed, const AppOps *ops)
{
    g_autoptr(App) app = app_new(ops, bed->client.sockets, ops->name, 1, NULL, NULL);
    g_assert_nonnull(ops->results[0]);
    for (const AppResult *const *at = ops->results; *at != NULL; at++) {
        int64_t value = (*at)->get(app);
        g_assert_true(value == 0 || value == APP_NO_RESULT);
        g_assert_true(g_regex_match_simple("^[a-z]+(-[a-z]+)*$", (*at)->name, 0, 0));
        for (const AppResult *const *other = ops->results; other != at; other++) {
            g_assert_cmpstr((*other)->name, !=, (*at)->name);
        }
    }
}

/* One word means one thing, whichever program says it. */
static void check_vocabulary(const AppOps *ops)
{
    for (const AppResult *const *at = ops->results; *at != NULL; at++) {
        const AppResult *first = NULL;
        for (size_t i = 0; first == NULL; i++) {
            const AppResult *result = app_result_nth(i);
            g_assert_nonnull(result);
            first = strcmp(result->name, (*at)->name) == 0 ? result : NULL;
        }
        g_assert_cmpint(first->unit, ==, (*at)->unit);
        g_assert_cmpstr(first->label, ==, (*at)->label);
        g_assert_cmpstr(first->help, ==, (*at)->help);
    }
}

static void test_results(void)
{
    g_autoptr(HostBed) bed = host_bed_new(NULL, 0);
    check_results(bed, &app_steps);
    check_vocabulary(&app_steps);
    for (const AppOps *const *at = app_registry(); *at != NULL; at++) {
        check_results(bed, *at);
        check_vocabulary(*at);
    }
}

static void test_results_are_listed_once(void)
{
    g_autoptr(GHashTable) names = g_hash_table_new(g_str_hash, g_str_equal);
    for (size_t i = 0; app_result_nth(i) != NULL; i++) {
        g_assert_true(g_hash_table_add(names, (gpointer)app_result_nth(i)->name));
    }
    g_assert_true(g_hash_table_contains(names, "hops"));
    g_assert_true(g_hash_table_contains(names, "goodput"));
}

/* ---- a client and a server ---- */

typedef struct Pair {
    HostBed *bed;
    App *client, *server;
} Pair;

/* Makes both, starts the server, then the client. */
static Pair pair_start(HostBed *bed, const char *client, const AppSetting *client_settings,
                       const char *server, const AppSetting *server_settings)
{
    Pair pair = { .bed = bed };
    pair.server = app_bed_new(bed, &bed->server, app_find(server), server_settings);
    pair.client = app_bed_new(bed, &bed->client, app_find(client), client_settings);
    app_start(pair.server, 0);
    app_start(pair.client, 0);
    return pair;
}

static void pair_free(Pair *pair)
{
    g_assert_cmpuint(pair->bed->wrong, ==, 0);
    app_free(pair->client);
    app_free(pair->server);
    host_bed_free(pair->bed);
}

/* ---- bulk and discard ---- */

static void test_bulk(gconstpointer data)
{
    const AppSetting *settings = data;
    int64_t bytes = settings[1].value;
    Pair pair =
        pair_start(host_bed_new(NULL, 100 * MBIT), "bulk", settings, "discard", no_settings);
    host_bed_run_until(pair.bed, 20 * S);
    g_assert_true(pair.client->done);
    g_assert_null(pair.client->failure);
    g_assert_cmpuint(pair.client->stats.completed, ==, 1);
    g_assert_cmpuint(pair.client->stats.sent_bytes, ==, bytes);
    g_assert_cmpuint(pair.server->stats.received_bytes, ==, bytes);
    g_assert_cmpuint(pair.server->stats.completed, ==, 1);
    g_assert_cmpint(result_of(pair.client, "sent-bytes"), ==, bytes);
    g_assert_cmpint(result_of(pair.client, "time"), >, 0);
    g_assert_cmpint(result_of(pair.client, "goodput"), <, 100 * MBIT);
    pair_free(&pair);
}

static const AppSetting bulk_one_byte[] = { { "to", 0, "server:9" }, { "bytes", 1, NULL }, { 0 } };
static const AppSetting bulk_small_chunks[] = {
    { "to", 0, "server:9" }, { "bytes", 100001, NULL }, { "chunk", 7, NULL }, { 0 }
};
static const AppSetting bulk_large[] = { { "to", 0, "server:9" },
                                         { "bytes", 30000000, NULL },
                                         { 0 } };
static const AppSetting bulk_endless[] = { { "to", 0, "server:9" }, { 0 } };

/* Without end: the link stays full, and nothing is ever done. 100 Mbit/s carry 12.5 MB a second
 * with headers; the slow start takes a little of it. */
static void test_bulk_endless(void)
{
    Pair pair =
        pair_start(host_bed_new(NULL, 100 * MBIT), "bulk", bulk_endless, "discard", no_settings);
    host_bed_run_until(pair.bed, 2 * S);
    g_assert_false(pair.client->done);
    g_assert_cmpuint(pair.server->stats.received_bytes, >, 22 * 1000 * 1000);
    g_assert_cmpuint(pair.server->stats.received_bytes, <, 25 * 1000 * 1000);
    pair_free(&pair);
}

/* Losses on the way change nothing that a program sees. */
static void test_bulk_with_losses(void)
{
    HostBed *bed = host_bed_new(NULL, 100 * MBIT);
    for (uint32_t nth = 5; nth < 2000; nth += 97) {
        host_bed_drop_data(bed, nth);
    }
    Pair pair = pair_start(bed, "bulk", bulk_large, "discard", no_settings);
    host_bed_run_until(bed, 100 * S);
    g_assert_true(pair.client->done);
    g_assert_cmpuint(pair.server->stats.received_bytes, ==, 30000000);
    pair_free(&pair);
}

static void test_bulk_refused(void)
{
    static const AppSetting wrong_port[] = { { "to", 0, "server:10" }, { 0 } };
    Pair pair = pair_start(host_bed_new(NULL, 0), "bulk", wrong_port, "discard", no_settings);
    host_bed_run_until(pair.bed, S);
    g_assert_true(pair.client->done);
    g_assert_nonnull(pair.client->failure);
    g_assert_cmpint(pair.client->failure_error, ==, SOCKET_REFUSED);
    pair_free(&pair);
}

static void test_unknown_host(void)
{
    static const AppSetting unknown[] = { { "to", 0, "elsewhere:9" }, { 0 } };
    static const AppSetting no_port[] = { { "to", 0, "server:0" }, { 0 } };
    Pair pair = pair_start(host_bed_new(NULL, 0), "bulk", unknown, "discard", no_settings);
    g_assert_true(pair.client->done);
    g_assert_cmpstr(pair.client->failure, ==, "no address is known for the host");
    g_autoptr(App) other = app_bed_new(pair.bed, &pair.bed->client, app_find("bulk"), no_port);
    app_start(other, 0);
    g_assert_nonnull(other->failure);
    pair_free(&pair);
}

/* The host of the sink crashes: the sender hears of it by a reset, and says so. */
static void test_bulk_reset(void)
{
    Pair pair =
        pair_start(host_bed_new(NULL, 100 * MBIT), "bulk", bulk_endless, "discard", no_settings);
    host_bed_run_until(pair.bed, 100 * MS);
    host_bed_crash(pair.bed, &pair.bed->server);
    app_reset(pair.server);
    g_assert_cmpuint(pair.server->stats.received_bytes, ==, 0);
    pair.bed->server.node->up = true;
    app_start(pair.server, 100 * MS);
    host_bed_run_until(pair.bed, 10 * S);
    g_assert_true(pair.client->done);
    g_assert_cmpint(pair.client->failure_error, ==, SOCKET_RESET);
    pair_free(&pair);
}

/* Two programs that want the same port. */
static void test_port_taken(void)
{
    g_autoptr(HostBed) bed = host_bed_new(NULL, 0);
    g_autoptr(App) first = app_bed_new(bed, &bed->server, app_find("discard"), no_settings);
    g_autoptr(App) second = app_bed_new(bed, &bed->server, app_find("discard"), no_settings);
    app_start(first, 0);
    app_start(second, 0);
    g_assert_null(first->failure);
    g_assert_cmpstr(second->failure, ==, "the port is taken");
    g_assert_cmpint(second->failure_error, ==, SOCKET_ADDRESS_IN_USE);
}

/* ---- echo ---- */

static void test_echo_stream(void)
{
    static const AppStep steps[] = {
        { .kind = APP_STEP_CONNECT, .text = "", .host = "server", .port = 7 },
        { .kind = APP_STEP_SEND, .text = "", .bytes = 3000000 },
        { .kind = APP_STEP_SHUTDOWN, .text = "" },
        { .kind = APP_STEP_RECEIVE, .text = "", .bytes = UINT64_MAX },
        { .kind = APP_STEP_CLOSE, .text = "" },
        { 0 },
    };
    g_autoptr(HostBed) bed = host_bed_new(NULL, 100 * MBIT);
    g_autoptr(App) server = app_bed_new(bed, &bed->server, app_find("echo"), no_settings);
    g_autoptr(App) client = app_bed_steps(bed, &bed->client, steps);
    app_start(server, 0);
    app_start(client, 0);
    host_bed_run_until(bed, 20 * S);
    g_assert_true(client->done);
    g_assert_null(client->failure);
    g_assert_cmpuint(client->stats.received_bytes, ==, 3000000);
    g_assert_cmpuint(server->stats.completed, ==, 1);
    g_assert_cmpuint(bed->wrong, ==, 0);
}

static void test_echo_datagrams(void)
{
    static const AppSetting udp[] = { { "transport", 1, NULL }, { 0 } };
    static const AppSetting sender[] = {
        { "to", 0, "server:7" }, { "gap", MS, NULL }, { "count", 10, NULL }, { 0 }
    };
    Pair pair = pair_start(host_bed_new(NULL, 0), "constant-rate", sender, "echo", udp);
    host_bed_run_until(pair.bed, 20 * MS);
    g_assert_cmpuint(pair.server->stats.received_pkts, ==, 10);
    g_assert_cmpint(result_of(pair.client, "answers"), ==, 10);
    g_assert_cmpint(result_of(pair.server, "sent"), ==, 10);
    pair_free(&pair);
}

/* ---- request and response ---- */

static void test_exchange(void)
{
    static const AppSetting client[] = { { "to", 0, "server:80" }, { 0 } };
    HostBed *bed = host_bed_new(NULL, 0);
    host_bed_watch(bed);
    Pair pair = pair_start(bed, "request-response", client, "respond", no_settings);
    g_string_truncate(bed->log, 0);
    host_bed_run_until(bed, 20 * MS);
    g_assert_true(pair.client->done);
    g_assert_cmpuint(pair.client->stats.completed, ==, 1);
    g_assert_cmpuint(pair.client->stats.received_bytes, ==, 10240);
    g_assert_cmpuint(pair.server->stats.received_bytes, ==, 1024);
    g_assert_cmpint(result_of(pair.client, "exchanges"), ==, 1);
    g_assert_cmpint(result_of(pair.client, "latency-avg"), ==, 8 * MS);
    /* The server closes first, as HTTP/1.0 does. */
    g_assert_nonnull(strstr(bed->log->str, "client * eof"));
    g_assert_null(strstr(bed->log->str, "server * eof"));
    pair_free(&pair);
}

/* 2,000 connections opened evenly over a second, as a load of short connections is: the instants
 * are exact, all complete, and none is forgotten. */
static void test_load(void)
{
    static const AppSetting client[] = {
        { "to", 0, "server:80" }, { "count", 2000, NULL }, { "over", S, NULL }, { 0 }
    };
    Pair pair = pair_start(host_bed_new(NULL, 1000 * MBIT), "request-response", client, "respond",
                           no_settings);
    host_bed_run_until(pair.bed, 500 * MS - 1);
    g_assert_cmpuint(pair.client->stats.opened, ==, 1000);
    host_bed_run_until(pair.bed, 500 * MS);
    g_assert_cmpuint(pair.client->stats.opened, ==, 1001);
    host_bed_run_until(pair.bed, 2 * S);
    g_assert_true(pair.client->done);
    g_assert_cmpuint(pair.client->stats.completed, ==, 2000);
    g_assert_cmpuint(pair.server->stats.completed, ==, 2000);
    g_assert_cmpuint(pair.client->stats.received_bytes, ==, UINT64_C(2000) * 10240);
    pair_free(&pair);
}

/* Three users who think for 100 ms: an exchange lasts 10 ms here (opening, request, the response in
 * one window, the server's FIN with it), so each asks at about 0, 110, 220, ... */
static void test_users(void)
{
    static const AppSetting client[] = { { "to", 0, "server:80" },
                                         { "count", 0, NULL },
                                         { "parallel", 3, NULL },
                                         { "think", 100 * MS, NULL },
                                         { 0 } };
    Pair pair =
        pair_start(host_bed_new(NULL, 0), "request-response", client, "respond", no_settings);
    host_bed_run_until(pair.bed, 1050 * MS);
    g_assert_false(pair.client->done);
    g_assert_cmpuint(pair.client->stats.opened, ==, 30);
    g_assert_cmpuint(pair.client->stats.completed, ==, 30);
    pair_free(&pair);
}

/* Without thinking, one after the other until the count is reached. */
static void test_one_after_the_other(void)
{
    static const AppSetting client[] = {
        { "to", 0, "server:80" }, { "count", 20, NULL }, { "response", 1, NULL }, { 0 }
    };
    static const AppSetting server[] = { { "response", 1, NULL }, { 0 } };
    Pair pair = pair_start(host_bed_new(NULL, 0), "request-response", client, "respond", server);
    host_bed_run_until(pair.bed, S);
    g_assert_true(pair.client->done);
    g_assert_cmpuint(pair.client->stats.completed, ==, 20);
    pair_free(&pair);
}

/* A response larger than any buffer, and a request too. */
static void test_large_exchange(void)
{
    static const AppSetting client[] = {
        { "to", 0, "server:80" }, { "request", 3000000, NULL }, { "response", 4000000, NULL }, { 0 }
    };
    static const AppSetting server[] = { { "request", 3000000, NULL },
                                         { "response", 4000000, NULL },
                                         { 0 } };
    Pair pair =
        pair_start(host_bed_new(NULL, 100 * MBIT), "request-response", client, "respond", server);
    host_bed_run_until(pair.bed, 10 * S);
    g_assert_true(pair.client->done);
    g_assert_cmpuint(pair.client->stats.completed, ==, 1);
    pair_free(&pair);
}

/* A server that sends less than was agreed, and one that is not there. */
static void test_failed_exchanges(void)
{
    static const AppSetting expects_more[] = { { "to", 0, "server:80" },
                                               { "response", 20000, NULL },
                                               { 0 } };
    static const AppSetting wrong_port[] = { { "to", 0, "server:81" },
                                             { "count", 3, NULL },
                                             { 0 } };
    Pair pair =
        pair_start(host_bed_new(NULL, 0), "request-response", expects_more, "respond", no_settings);
    host_bed_run_until(pair.bed, S);
    g_assert_true(pair.client->done);
    g_assert_cmpint(result_of(pair.client, "failed"), ==, 1);
    g_assert_cmpint(result_of(pair.client, "latency-max"), ==, APP_NO_RESULT);
    g_assert_cmpstr(pair.client->failure, ==, "a response was not of the length agreed");
    pair_free(&pair);

    pair =
        pair_start(host_bed_new(NULL, 0), "request-response", wrong_port, "respond", no_settings);
    host_bed_run_until(pair.bed, S);
    g_assert_true(pair.client->done);
    g_assert_cmpint(result_of(pair.client, "failed"), ==, 3); /* the first does not stop it */
    g_assert_cmpstr(pair.client->failure, ==, "an exchange failed");
    g_assert_cmpint(pair.client->failure_error, ==, SOCKET_REFUSED);
    pair_free(&pair);
}

/* A client that goes away in the middle of its request. */
static void test_half_a_request(void)
{
    static const AppStep steps[] = {
        { .kind = APP_STEP_CONNECT, .text = "", .host = "server", .port = 80 },
        { .kind = APP_STEP_SEND, .text = "", .bytes = 1000 },
        { .kind = APP_STEP_SHUTDOWN, .text = "" },
        { .kind = APP_STEP_RECEIVE, .text = "", .bytes = UINT64_MAX },
        { 0 },
    };
    g_autoptr(HostBed) bed = host_bed_new(NULL, 0);
    g_autoptr(App) server = app_bed_new(bed, &bed->server, app_find("respond"), no_settings);
    g_autoptr(App) client = app_bed_steps(bed, &bed->client, steps);
    app_start(server, 0);
    app_start(client, 0);
    host_bed_run_until(bed, S);
    g_assert_true(client->done);
    g_assert_cmpuint(client->stats.received_bytes, ==, 0);
    g_assert_cmpuint(server->stats.failed, ==, 1);
}

/* ---- constant rate ---- */

/* The n-th datagram leaves at n * size * 8 / rate, however little the gap divides: 1000 B at 3
 * Mbit/s is 2,666,666 2/3 ns. */
static void test_rate_is_exact(void)
{
    static const AppSetting client[] = {
        { "to", 0, "server:9" }, { "size", 1000, NULL }, { "rate", 3 * MBIT, NULL }, { 0 }
    };
    static const AppSetting server[] = { { "transport", 1, NULL }, { 0 } };
    Pair pair = pair_start(host_bed_new(NULL, 0), "constant-rate", client, "discard", server);
    host_bed_run_until(pair.bed, 8 * MS - 1);
    g_assert_cmpuint(pair.client->stats.sent_pkts, ==, 3);
    host_bed_run_until(pair.bed, 8 * MS);
    g_assert_cmpuint(pair.client->stats.sent_pkts, ==, 4);
    host_bed_run_until(pair.bed, 8 * S);
    g_assert_cmpuint(pair.client->stats.sent_pkts, ==, 3001);
    g_assert_cmpuint(pair.server->stats.received_bytes, ==,
                     pair.server->stats.received_pkts * 1000);
    pair_free(&pair);
}

static void test_gap_and_duration(void)
{
    static const AppSetting client[] = {
        { "to", 0, "server:9" }, { "gap", 12017, NULL }, { "for", 120170, NULL }, { 0 }
    };
    static const AppSetting server[] = { { "transport", 1, NULL }, { 0 } };
    Pair pair = pair_start(host_bed_new(NULL, 0), "constant-rate", client, "discard", server);
    host_bed_run_until(pair.bed, S);
    g_assert_true(pair.client->done);
    g_assert_cmpuint(pair.client->stats.sent_pkts, ==, 10);
    g_assert_cmpuint(pair.server->stats.received_pkts, ==, 10);
    pair_free(&pair);
}

/* ---- ping and traceroute ---- */

static void test_ping(void)
{
    static const AppSetting settings[] = { { "to", 0, "server" }, { "count", 3, NULL }, { 0 } };
    g_autoptr(HostBed) bed = host_bed_new(NULL, 0);
    g_autoptr(App) app = app_bed_new(bed, &bed->client, app_find("ping"), settings);
    app_start(app, 0);
    host_bed_run_until(bed, 2 * S + 4 * MS);
    g_assert_true(app->done);
    g_assert_cmpuint(app->stats.completed, ==, 3);
    g_assert_cmpuint(app->stats.failed, ==, 0);
    g_assert_cmpint(result_of(app, "rtt-min"), ==, 4 * MS);
    g_assert_cmpint(result_of(app, "rtt-avg"), ==, 4 * MS);
    g_assert_cmpint(result_of(app, "loss"), ==, 0);
    g_assert_cmpint(result_of(app, "finished"), ==, 1);
}

static void test_ping_unanswered(void)
{
    static const AppSetting settings[] = {
        { "to", 0, "server" }, { "count", 2, NULL }, { "timeout", 5 * S, NULL }, { 0 }
    };
    g_autoptr(HostBed) bed = host_bed_new(NULL, 0);
    g_autoptr(App) app = app_bed_new(bed, &bed->client, app_find("ping"), settings);
    net_link_set_up(bed->links[1], false, 0);
    app_start(app, 0);
    host_bed_run_until(bed, 6 * S - 1);
    g_assert_false(app->done);
    host_bed_run_until(bed, 6 * S);
    g_assert_true(app->done);
    g_assert_cmpint(result_of(app, "lost"), ==, 2);
    g_assert_cmpint(result_of(app, "loss"), ==, 1000000000);
    g_assert_cmpint(result_of(app, "rtt-max"), ==, APP_NO_RESULT);
}

static void test_ping_dies_on_the_way(void)
{
    static const AppSetting settings[] = {
        { "to", 0, "server" }, { "count", 2, NULL }, { "ttl", 1, NULL }, { 0 }
    };
    g_autoptr(HostBed) bed = host_bed_new(NULL, 0);
    g_autoptr(App) app = app_bed_new(bed, &bed->client, app_find("ping"), settings);
    app_start(app, 0);
    host_bed_run_until(bed, S + 2 * MS); /* the errors come back: no need to wait longer */
    g_assert_true(app->done);
    g_assert_cmpuint(app->stats.completed, ==, 0);
    g_assert_cmpint(result_of(app, "lost"), ==, 2);
}

/* Both kinds of probes find the same. */
static void test_traceroute(gconstpointer data)
{
    const AppSetting settings[] = { { "to", 0, "server" },
                                    { "probes", 2, NULL },
                                    { "probe", GPOINTER_TO_INT(data), NULL },
                                    { 0 } };
    static const struct {
        uint8_t ttl;
        uint32_t addr;
        int64_t rtt_ns;
    } expected[] = { { 1, 0x0a0000fe, 2 * MS },
                     { 1, 0x0a0000fe, 2 * MS },
                     { 2, 0x0a000102, 4 * MS },
                     { 2, 0x0a000102, 4 * MS } };
    g_autoptr(HostBed) bed = host_bed_new(NULL, 0);
    g_autoptr(App) app = app_bed_new(bed, &bed->client, app_find("traceroute"), settings);
    app_start(app, 0);
    host_bed_run_until(bed, 12 * MS);
    g_assert_true(app->done);
    g_assert_cmpint(result_of(app, "hops"), ==, 2);
    uint32_t count;
    const AppHop *hops = app_traceroute_hops(app, &count);
    g_assert_cmpuint(count, ==, G_N_ELEMENTS(expected));
    for (uint32_t i = 0; i < count; i++) {
        g_assert_cmpuint(hops[i].ttl, ==, expected[i].ttl);
        g_assert_true(inet_addr_equal(hops[i].addr, inet_addr_v4(expected[i].addr)));
        g_assert_cmpint(hops[i].rtt_ns, ==, expected[i].rtt_ns);
    }
}

/* Nobody answers behind the router: so many hops, so many seconds, and an end. */
static void test_traceroute_gives_up(void)
{
    static const AppSetting settings[] = {
        { "to", 0, "server" }, { "probes", 1, NULL }, { "max-hops", 4, NULL }, { 0 }
    };
    g_autoptr(HostBed) bed = host_bed_new(NULL, 0);
    g_autoptr(App) app = app_bed_new(bed, &bed->client, app_find("traceroute"), settings);
    net_link_set_up(bed->links[1], false, 0);
    app_start(app, 0);
    host_bed_run_until(bed, 10 * S);
    g_assert_true(app->done);
    g_assert_cmpint(result_of(app, "hops"), ==, APP_NO_RESULT);
    g_assert_cmpint(result_of(app, "lost"), ==, 3);
    uint32_t count;
    const AppHop *hops = app_traceroute_hops(app, &count);
    g_assert_cmpuint(count, ==, 4);
    g_assert_cmpint(hops[0].rtt_ns, ==, 2 * MS);
    g_assert_cmpint(hops[3].rtt_ns, ==, -1);
}

/* The router knows no way to that address: that is the end, but not the host. */
static void test_traceroute_unreachable(void)
{
    static const AppSetting settings[] = { { "to", 0, "nowhere" }, { "probes", 1, NULL }, { 0 } };
    g_autoptr(HostBed) bed = host_bed_new(NULL, 0);
    g_autoptr(App) app = app_bed_new(bed, &bed->client, app_find("traceroute"), settings);
    app_start(app, 0);
    host_bed_run_until(bed, 20 * S);
    g_assert_true(app->done);
    uint32_t count;
    const AppHop *hops = app_traceroute_hops(app, &count);
    g_assert_cmpuint(count, ==, 1);
    g_assert_true(inet_addr_equal(hops[0].addr, inet_addr_v4(0x0a0000fe)));
    g_assert_cmpint(result_of(app, "hops"), ==, APP_NO_RESULT);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/app/required-hooks", test_required_hooks);
    g_test_add_func("/app/results", test_results);
    g_test_add_func("/app/results-listed-once", test_results_are_listed_once);
    for (size_t i = 0; i < G_N_ELEMENTS(refusals); i++) {
        g_autofree char *path = g_strdup_printf("/app/configure/%s", refusals[i].label);
        g_test_add_data_func(path, &refusals[i], test_refusal);
    }
    g_test_add_data_func("/app/bulk/one-byte", bulk_one_byte, test_bulk);
    g_test_add_data_func("/app/bulk/small-chunks", bulk_small_chunks, test_bulk);
    g_test_add_data_func("/app/bulk/large", bulk_large, test_bulk);
    g_test_add_func("/app/bulk/endless", test_bulk_endless);
    g_test_add_func("/app/bulk/with-losses", test_bulk_with_losses);
    g_test_add_func("/app/bulk/refused", test_bulk_refused);
    g_test_add_func("/app/bulk/reset", test_bulk_reset);
    g_test_add_func("/app/unknown-host", test_unknown_host);
    g_test_add_func("/app/port-taken", test_port_taken);
    g_test_add_func("/app/echo/stream", test_echo_stream);
    g_test_add_func("/app/echo/datagrams", test_echo_datagrams);
    g_test_add_func("/app/request-response/exchange", test_exchange);
    g_test_add_func("/app/request-response/load", test_load);
    g_test_add_func("/app/request-response/users", test_users);
    g_test_add_func("/app/request-response/one-after-the-other", test_one_after_the_other);
    g_test_add_func("/app/request-response/large", test_large_exchange);
    g_test_add_func("/app/request-response/failed", test_failed_exchanges);
    g_test_add_func("/app/respond/half-a-request", test_half_a_request);
    g_test_add_func("/app/constant-rate/exact", test_rate_is_exact);
    g_test_add_func("/app/constant-rate/gap-and-duration", test_gap_and_duration);
    g_test_add_func("/app/ping/answered", test_ping);
    g_test_add_func("/app/ping/unanswered", test_ping_unanswered);
    g_test_add_func("/app/ping/dies-on-the-way", test_ping_dies_on_the_way);
    g_test_add_data_func("/app/traceroute/udp", GINT_TO_POINTER(0), test_traceroute);
    g_test_add_data_func("/app/traceroute/icmp", GINT_TO_POINTER(1), test_traceroute);
    g_test_add_func("/app/traceroute/unreachable", test_traceroute_unreachable);
    g_test_add_func("/app/traceroute/gives-up", test_traceroute_gives_up);
    return g_test_run();
}
