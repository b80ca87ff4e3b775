/* Protects: an expected story fails where, and only where, the run tells another one: words in the
 * wrong order, words that are part of longer ones, words that should never be told. */

#include <string.h>

#include "scenario/scenario_expect.h"
#include "scenario/scenario_watch.h"

typedef struct Row {
    const char *label, *story, *failure; /* NULL: it holds */
} Row;

static const Row rows[] = {
    { "tells", "[client > server SYN seq 0, server > client SYN ACK seq 0 ack 1]", NULL },
    { "with-its-time", "0.080227200  client SYN-SENT -> ESTABLISHED", NULL },
    { "one-alone", "client CLOSED -> SYN-SENT", NULL },
    { "brief-written-out", "{tells: client CLOSED -> SYN-SENT}", NULL },
    { "wrong-order", "[client SYN-SENT -> ESTABLISHED, client > server SYN seq 0]",
      "story: it does not tell 'client > server SYN seq 0' after "
      "'0.080227200  client SYN-SENT -> ESTABLISHED'" },
    { "same-line-twice", "[SYN-SENT -> ESTABLISHED, client SYN-SENT -> ESTABLISHED]",
      "story: it does not tell 'client SYN-SENT -> ESTABLISHED' after "
      "'0.080227200  client SYN-SENT -> ESTABLISHED'" },
    { "untold", "client > server FIN", "story: it does not tell 'client > server FIN'" },
    { "cut-short", "client > server SYN seq 0 win 6553",
      "story: it does not tell 'client > server SYN seq 0 win 6553'" },
    { "never", "{never: [FIN, RST]}", NULL },
    { "never-cut-short", "{never: server ESTABL}", NULL },
    { "told-though-never", "{never: [FIN, client > server SYN]}",
      "story: it should never tell 'client > server SYN', but does: "
      "'0.000000000  #1 client > server SYN seq 0 win 65535 <mss 1460, sackOK, wscale 5>'" },
};

static void test_row(gconstpointer data)
{
    const Row *row = data;
    g_autofree char *text = g_strdup_printf("wirelab: 1\n"
                                            "hosts: {client: {}, server: {}}\n"
                                            "links:\n"
                                            "  wire: {between: [client, server], rate: 10Mbit/s, "
                                            "delay: 20ms}\n"
                                            "apps:\n"
                                            "  server: [listen: 80, accept]\n"
                                            "  client: [connect: server:80]\n"
                                            "expect:\n"
                                            "  - story: %s\n",
                                            row->story);
    g_autoptr(GBytes) bytes = g_bytes_new(text, strlen(text));
    const ScenarioRequest request = { .path = "story.yaml" };
    g_autoptr(ScenarioDiag) diag = scenario_diag_new(NULL, false);
    g_autoptr(Scenario) scenario = scenario_load_bytes(&request, bytes, diag);
    g_assert_nonnull(scenario);
    g_assert_true(scenario_watch_keeps(scenario));
    g_autoptr(ScenarioBuilt) built = scenario_build(scenario, NULL, diag);
    g_autoptr(ScenarioWatch) watch =
        scenario_watch_new(scenario, built, (TraceLevel)scenario_watch_level(scenario), true);
    g_autoptr(ScenarioExpectations) expectations = scenario_expectations_new(scenario, watch->log);
    trace_log_finish(watch->log, world_run(built->world, SIM_NS_PER_S));
    scenario_expectations_check(expectations, NULL, built->failures);
    g_assert_cmpuint(built->failures->len, ==, row->failure != NULL);
    if (row->failure != NULL) {
        const ScenarioFailure *failure = built->failures->pdata[0];
        g_assert_cmpstr(failure->message, ==, row->failure);
        g_autofree char *where = scenario_where(scenario, failure->mark);
        g_assert_true(g_str_has_prefix(where, "story.yaml:9:"));
    }
}

static void test_says_nothing(void)
{
    static const char text[] = "wirelab: 1\nhosts: {a: {}}\nexpect:\n  - story: {}\n";
    g_autoptr(GBytes) bytes = g_bytes_new_static(text, strlen(text));
    const ScenarioRequest request = { .path = "story.yaml" };
    g_autoptr(ScenarioDiag) diag = scenario_diag_new(NULL, false);
    g_autoptr(Scenario) scenario = scenario_load_bytes(&request, bytes, diag);
    g_assert_null(scenario);
    g_autofree char *errors = scenario_diag_to_string(diag);
    g_assert_nonnull(strstr(errors, "story.yaml:4:5: error: this needs 'tells' or 'never'"));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *path = g_strdup_printf("/scenario/story/%s", rows[i].label);
        g_test_add_data_func(path, &rows[i], test_row);
    }
    g_test_add_func("/scenario/story/says-nothing", test_says_nothing);
    return g_test_run();
}
