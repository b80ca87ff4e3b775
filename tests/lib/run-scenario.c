#include "lib/run-scenario.h"

#include "scenario/scenario_watch.h"

TraceRun *run_scenario(const char *path)
{
    return run_scenario_watched(path, NULL, NULL);
}

TraceRun *run_scenario_watched(const char *path, void (*before)(TraceLog *log, void *data),
                               void *data)
{
    g_autofree char *file = g_test_build_filename(G_TEST_DIST, path, NULL);
    g_autofree char *models = g_test_build_filename(G_TEST_DIST, "models", NULL);
    const char *const folders[] = { models, NULL };
    ScenarioRequest request = { .path = file, .folders = folders };
    g_autoptr(ScenarioDiag) diag = scenario_diag_new(NULL, false);
    bool io = false;
    g_autoptr(Scenario) scenario = scenario_load(&request, diag, &io);
    g_autoptr(ScenarioBuilt) built = scenario != NULL ? scenario_build(scenario, NULL, diag) : NULL;
    if (built == NULL) {
        g_autofree char *text = scenario_diag_to_string(diag);
        g_test_message("%s", text);
        g_assert_nonnull(built);
    }
    g_autoptr(ScenarioWatch) watch = scenario_watch_new(scenario, built, TRACE_LEVEL_FULL, true);
    if (before != NULL) {
        before(watch->log, data);
    }
    int64_t end_ns = world_run(built->world, scenario->config.stop_ns.number);
    trace_log_finish(watch->log, end_ns);
    return trace_log_steal_run(watch->log);
}
