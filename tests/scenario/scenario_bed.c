#include "scenario/scenario_bed.h"

#include "scenario/scenario_expect.h"
#include "scenario/scenario_judge.h"
#include "scenario/scenario_watch.h"
#include "trace/trace_tables.h"

#include <glib/gstdio.h>
#include <string.h>

Scenario *scenario_bed_load(const char *yaml, const char *const *settings, const Lang *lang,
                            char **out_errors)
{
    g_autofree char *models = g_test_build_filename(G_TEST_DIST, "models", NULL);
    const char *const folders[] = { models, NULL };
    const ScenarioRequest request = { .path = "t.yaml", .settings = settings, .folders = folders };
    g_autoptr(ScenarioDiag) diag = scenario_diag_new(lang, false);
    g_autoptr(GBytes) bytes = g_bytes_new(yaml, strlen(yaml));
    Scenario *scenario = scenario_load_bytes(&request, bytes, diag);
    if (scenario == NULL) {
        *out_errors = scenario_diag_to_string(diag);
    }
    return scenario;
}

Scenario *scenario_bed_load_good(const char *yaml, const char *const *settings)
{
    g_autofree char *errors = NULL;
    Scenario *scenario = scenario_bed_load(yaml, settings, NULL, &errors);
    g_assert_cmpstr(errors, ==, NULL);
    return scenario;
}

static char *failures_text(const Scenario *scenario, const GPtrArray *failures)
{
    GString *out = g_string_new(NULL);
    for (guint i = 0; i < failures->len; i++) {
        const ScenarioFailure *failure = failures->pdata[i];
        g_autofree char *where = scenario_where(scenario, failure->mark);
        g_string_append_printf(out, "%s: %s\n", where, failure->message);
    }
    return g_string_free(out, FALSE);
}

static char *trace_text(const TraceRun *run)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *path = NULL;
    gint fd = g_file_open_tmp("wirelab-XXXXXX", &path, &error);
    g_assert_no_error(error);
    g_close(fd, NULL);
    trace_run_write(run, path, &error);
    g_assert_no_error(error);
    char *text = NULL;
    g_file_get_contents(path, &text, NULL, &error);
    g_assert_no_error(error);
    g_unlink(path);
    return text;
}

/* Builds and runs; *out_failures is what did not come true. */
static char *run(const Scenario *scenario, char **out_failures)
{
    g_autoptr(ScenarioDiag) diag = scenario_diag_new(NULL, false);
    scenario_diag_set_sources(diag, scenario_doc_sources(scenario->doc));
    g_autoptr(ScenarioBuilt) built = scenario_build(scenario, NULL, diag);
    if (built == NULL) {
        *out_failures = scenario_diag_to_string(diag);
        return g_strdup("");
    }
    g_autoptr(ScenarioWatch) watch = scenario_watch_new(scenario, built, TRACE_LEVEL_FULL, true);
    g_autoptr(ScenarioExpectations) expectations = scenario_expectations_new(scenario, watch->log);
    int64_t end_ns = world_run(built->world, scenario->config.stop_ns.number);
    world_settle(built->world);
    trace_log_finish(watch->log, end_ns);
    scenario_expectations_check(expectations, NULL, built->failures);
    scenario_judge_programs(built, NULL);
    scenario_judge_results(built, NULL);
    *out_failures = failures_text(scenario, built->failures);
    g_autofree char *trace = trace_text(trace_log_run(watch->log));
    g_autoptr(GString) summary = trace_summary_text(trace_log_run(watch->log), NULL);
    g_clear_pointer(&built, scenario_built_free);
    return g_strconcat(trace, summary->str, NULL);
}

char *scenario_bed_run(const Scenario *scenario)
{
    g_autofree char *failures = NULL;
    g_autofree char *left = run(scenario, &failures);
    return g_strconcat(left, failures, NULL);
}

char *scenario_bed_failures(const Scenario *scenario)
{
    char *failures = NULL;
    g_free(run(scenario, &failures));
    return failures;
}
