/* wirelab check: every problem of the scenarios named. A scenario is also built, since the parts of
 * a world have a say; nothing is run. */

#include "cli/cli_load.h"
#include "scenario/scenario_build.h"
#include "scenario/scenario_resolve.h"

static CliStatus check_one(const Cli *cli, const char *path, const char *const *settings,
                           bool resolved)
{
    CliStatus status = CLI_FINE;
    g_autoptr(Scenario) scenario = cli_load(cli, path, settings, &status);
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
    if (resolved) {
        g_autoptr(GString) text = scenario_resolve(scenario);
        return cli_put(cli, text->str) ? CLI_FINE : CLI_IO;
    }
    if (cli->verbose) {
        cli_note(cli, N_("%s: no problems"), path);
    }
    return CLI_FINE;
}

CliStatus cli_check(Cli *cli, const CliVerb *verb, int argc, char **argv)
{
    g_auto(GStrv) settings = NULL;
    gboolean resolved = FALSE;
    GOptionEntry entries[] = {
        { .long_name = "set",
          .arg = G_OPTION_ARG_STRING_ARRAY,
          .arg_data = &settings,
          .description = N_("set a key, like links.wire.delay=5ms"),
          .arg_description = "KEY=VALUE" },
        { .long_name = "resolved",
          .arg_data = &resolved,
          .description = N_("print the scenario with every default written out") },
        { 0 },
    };
    if (!cli_parse(cli, verb, &argc, &argv, entries)) {
        return CLI_USAGE;
    }
    if (argc < 2) {
        return cli_wrong_usage(cli, verb);
    }
    CliStatus worst = CLI_FINE;
    for (int i = 1; i < argc; i++) {
        CliStatus status = check_one(cli, argv[i], (const char *const *)settings, resolved);
        worst = MAX(worst, status);
    }
    return worst;
}
