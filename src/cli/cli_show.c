/* wirelab show: summary and ladder in the terminal, of a saved run or of a scenario that is run for
 * it. */

#include <sys/ioctl.h>
#include <unistd.h>

#include "cli/cli_load.h"
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

static CliStatus show_run(const Cli *cli, const TraceRun *run, const GString *summary)
{
    g_autoptr(Lang) lang = cli_saved_lang(run);
    g_autoptr(Ladder) ladder = ladder_new(run, lang);
    g_autoptr(GString) text = ladder_text(ladder, terminal_cells(), cli->colour_out);
    bool good = cli_put(cli, summary->str) && cli_put(cli, "\n") && cli_put(cli, text->str);
    return good ? CLI_FINE : CLI_IO;
}

static CliStatus show_saved(const Cli *cli, const char *folder)
{
    g_autoptr(TraceRun) run = cli_saved_read(cli, folder);
    if (run == NULL) {
        return CLI_IO;
    }
    g_autofree char *path = g_build_filename(folder, "summary.txt", NULL);
    g_autofree char *contents = NULL;
    g_autoptr(GError) error = NULL;
    if (!g_file_get_contents(path, &contents, NULL, &error)) {
        cli_error(cli, "%s", error->message);
        return CLI_IO;
    }
    g_autoptr(GString) summary = g_string_new(contents);
    return show_run(cli, run, summary);
}

static CliStatus show_scenario(const Cli *cli, const char *path)
{
    CliStatus status = CLI_FINE;
    g_autoptr(Scenario) scenario = cli_load(cli, path, NULL, &status);
    if (scenario == NULL) {
        return status;
    }
    g_autoptr(ScenarioDiag) diag = scenario_diag_new(cli->lang, cli->colour_err);
    scenario_diag_set_sources(diag, scenario_doc_sources(scenario->doc));
    g_autoptr(ScenarioBuilt) built = scenario_build(scenario, cli->lang, diag);
    if (built == NULL) {
        g_autofree char *text = scenario_diag_to_string(diag);
        g_printerr("%s", text);
        return CLI_INVALID;
    }
    g_autoptr(ScenarioWatch) watch = scenario_watch_new(scenario, built, TRACE_LEVEL_FULL, true);
    int64_t end_ns = world_run(built->world, scenario->config.stop_ns.number);
    world_settle(built->world);
    trace_log_finish(watch->log, end_ns);
    const TraceRun *run = trace_log_run(watch->log);
    g_autoptr(Lang) lang = cli_saved_lang(run);
    g_autoptr(GString) summary = trace_summary_text(run, lang);
    return show_run(cli, run, summary);
}

CliStatus cli_show(Cli *cli, const CliVerb *verb, int argc, char **argv)
{
    GOptionEntry entries[] = { { 0 } };
    if (!cli_parse(cli, verb, &argc, &argv, entries)) {
        return CLI_USAGE;
    }
    if (argc != 2) {
        return cli_wrong_usage(cli, verb);
    }
    return g_file_test(argv[1], G_FILE_TEST_IS_DIR) ? show_saved(cli, argv[1])
                                                    : show_scenario(cli, argv[1]);
}
