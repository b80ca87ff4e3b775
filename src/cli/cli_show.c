/* wirelab show: summary and ladder in the terminal, of a saved run or of a scenario that is run for
 * it. */

#include <sys/ioctl.h>
#include <unistd.h>

#include "cli/cli_load.h"
#include "cli/cli_record.h"
#include "cli/cli_saved.h"
#include "render/render_ladder.h"
#include "scenario/scenario_watch.h"
#include "trace/trace_tables.h"

/* As wide as the terminal; 0: standard output is none, or does not say. */
static int terminal_cells(void)
{
    struct winsize size;
    return isatty(STDOUT_FILENO) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

/* summary: as summary.txt, or as summary.json where that was asked for. Where packets were not
 * recorded it says so, and there is no ladder. */
static CliStatus show_run(const Cli *cli, const TraceRun *run, const char *summary, bool full)
{
    if (cli->json || run->recording.level < TRACE_LEVEL_FULL) {
        return cli_put(cli, summary) ? CLI_FINE : CLI_IO;
    }
    g_autoptr(Lang) lang = cli_saved_lang(run);
    g_autoptr(Ladder) ladder = ladder_new(run, lang, full);
    g_autoptr(GString) text = ladder_text(ladder, terminal_cells(), cli->colour_out);
    bool good = cli_put(cli, summary) && cli_put(cli, "\n") && cli_put(cli, text->str);
    return good ? CLI_FINE : CLI_IO;
}

/* The summary counts what the trace does not say, so it is read too. */
static CliStatus show_saved(const Cli *cli, const char *folder, bool full)
{
    g_autoptr(TraceRun) run = cli_saved_read(cli, folder);
    if (run == NULL) {
        return CLI_IO;
    }
    g_autofree char *path =
        g_build_filename(folder, cli->json ? "summary.json" : "summary.txt", NULL);
    g_autofree char *summary = NULL;
    g_autoptr(GError) error = NULL;
    if (!g_file_get_contents(path, &summary, NULL, &error)) {
        cli_error(cli, "%s", error->message);
        return CLI_IO;
    }
    return show_run(cli, run, summary, full);
}

/* The run, as far as it is recorded; owned by the caller. NULL after adding to diag. */
static TraceRun *run_recorded(const Cli *cli, Scenario *scenario, ScenarioDiag *diag,
                              CliStatus *out_status)
{
    CliRecord record = cli_record_new(cli, scenario, true);
    TraceRun *run = NULL;
    while (run == NULL) {
        g_autoptr(ScenarioBuilt) built = cli_build(scenario, diag, out_status);
        if (built == NULL) {
            return NULL;
        }
        g_autoptr(ScenarioWatch) watch =
            scenario_watch_new(scenario, built, (TraceLevel)record.level, true);
        cli_record_apply(&record, watch->log);
        int64_t end_ns = world_run(built->world, scenario->config.stop_ns.number);
        world_settle(built->world);
        trace_log_finish(watch->log, end_ns);
        if (!cli_record_again(&record, cli, watch->log)) {
            run = trace_log_steal_run(watch->log);
        }
    }
    return run;
}

/* Runs a scenario for its pictures alone: nothing is left in any folder, nothing is judged. */
static CliStatus show_scenario(const Cli *cli, const char *path, const char *const *plugins,
                               bool full)
{
    CliStatus status = CLI_FINE;
    g_autoptr(ScenarioDiag) diag = scenario_diag_new(cli->lang, cli->colour_err);
    g_autoptr(Scenario) scenario = cli_load(path, NULL, plugins, diag, &status);
    g_autoptr(TraceRun) run = scenario == NULL ? NULL : run_recorded(cli, scenario, diag, &status);
    if (run == NULL) {
        cli_say_problems(diag);
        return status;
    }
    g_autoptr(Lang) lang = cli_saved_lang(run);
    g_autoptr(GString) summary =
        cli->json ? trace_summary_json(run) : trace_summary_text(run, lang);
    return show_run(cli, run, summary->str, full);
}

CliStatus cli_show(Cli *cli, const CliVerb *verb, int argc, char **argv)
{
    gboolean full = FALSE;
    g_auto(GStrv) plugins = NULL;
    const GOptionEntry entries[] = { cli_full_option(&full), CLI_PLUGIN_OPTION(&plugins), { 0 } };
    CliStatus status = CLI_FINE;
    if (!cli_parse(cli, verb, &argc, &argv, entries, &status)) {
        return status;
    }
    return g_file_test(argv[1], G_FILE_TEST_IS_DIR)
               ? show_saved(cli, argv[1], full)
               : show_scenario(cli, argv[1], (const char *const *)plugins, full);
}
