/* What a hop costs in whole scenarios, those of scenarios/bench/, as `wirelab run --only none` runs
 * them; how much more it costs as flows grow from ten to a thousand; and what a captured full-size
 * frame adds. The baseline is w0: forwarding, and next to nothing at the ends. */

#include <glib/gstdio.h>
#include <stdio.h>

#include "bench/bench.h"
#include "scenario/scenario_watch.h"
#include "trace/trace_capture.h"

enum { ROUNDS = 5 };

enum { W0, W2_N10, W2, W2_N1000, W4, N_WORKLOADS };

static const char *const names[N_WORKLOADS] = { "w0", "w2-n10", "w2", "w2-n1000", "w4" };

typedef struct Run {
    Scenario *scenario;
    ScenarioBuilt *built;
} Run;

static Run begin(const char *name, const char *const *settings)
{
    g_autofree char *path = g_strdup_printf(BENCH_SCENARIOS "/%s.yaml", name);
    ScenarioRequest request = { .path = path, .settings = settings };
    g_autoptr(ScenarioDiag) diag = scenario_diag_new(NULL, false);
    bool io = false;
    Run run = { .scenario = scenario_load(&request, diag, &io) };
    g_assert(run.scenario != NULL);
    run.built = scenario_build(run.scenario, NULL, diag);
    g_assert(run.built != NULL);
    return run;
}

static void end(Run *run)
{
    scenario_built_free(run->built);
    scenario_free(run->scenario);
}

/* Of the event loop. */
static int64_t time_ns(const Run *run)
{
    int64_t start_ns = bench_now_ns();
    world_run(run->built->world, run->scenario->config.stop_ns.number);
    return bench_now_ns() - start_ns;
}

static double hop_ns(const char *name)
{
    Run run = begin(name, NULL);
    double ns = (double)time_ns(&run) / (double)world_stats(run.built->world).hops;
    end(&run);
    return ns;
}

/* The same half second of w0, whose frames are all full-size, without and with a capture. */
static const char *const half_a_second[] = { "stop=500ms", NULL };

static double plain_ns(void)
{
    Run run = begin("w0", half_a_second);
    double ns = (double)time_ns(&run);
    end(&run);
    return ns;
}

static double captured_ns(const char *place, uint64_t *out_records)
{
    Run run = begin("w0", half_a_second);
    ScenarioWatch *watch = scenario_watch_new(run.scenario, run.built, TRACE_LEVEL_FULL, false);
    Lang *lang = lang_new("en");
    TraceFolder *folder = trace_folder_new(place, NULL);
    TraceCapture *capture = trace_capture_network(watch->log, folder, lang, NULL);
    int64_t start_ns = bench_now_ns();
    trace_log_finish(watch->log, world_run(run.built->world, run.scenario->config.stop_ns.number));
    bool closed = trace_capture_close(capture, NULL);
    double ns = (double)(bench_now_ns() - start_ns);
    g_assert(closed);
    *out_records = trace_capture_records(capture);
    trace_capture_free(capture);
    trace_folder_free(folder); /* the file with it: it was not committed */
    lang_free(lang);
    scenario_watch_free(watch);
    end(&run);
    return ns;
}

int main(void)
{
    double hop[N_WORKLOADS][ROUNDS], record[ROUNDS], medians[N_WORKLOADS];
    uint64_t records = 0;
    g_autofree char *parent = g_dir_make_tmp("wirelab-bench-XXXXXX", NULL);
    g_assert(parent != NULL);
    g_autofree char *place = g_build_filename(parent, "run", NULL);
    for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < N_WORKLOADS; i++) {
            hop[i][round] = hop_ns(names[i]);
        }
        double without = plain_ns();
        record[round] = (captured_ns(place, &records) - without) / (double)records;
    }
    g_rmdir(parent);
    for (int i = 0; i < N_WORKLOADS; i++) {
        medians[i] = bench_median(hop[i], ROUNDS);
        printf("%-10s %7.1f ns/hop  %5.2f of w0\n", names[i], medians[i], medians[i] / medians[W0]);
    }
    printf("%-30s %5.2f\n", "100 flows / 10 flows", medians[W2] / medians[W2_N10]);
    printf("%-30s %5.2f\n", "1000 flows / 10 flows", medians[W2_N1000] / medians[W2_N10]);
    printf("%-30s %5.0f ns of %" G_GUINT64_FORMAT " records\n", "captured full-size frame",
           bench_median(record, ROUNDS), records);
    return 0;
}
