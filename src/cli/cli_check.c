/* wirelab check: every problem of the scenarios named. A scenario is also built, since the parts of
 * a world have a say; nothing is run. */

#include "cli/cli_load.h"
#include "scenario/scenario_resolve.h"
#include "trace/trace_json.h"

typedef struct Wishes {
    char **settings, **plugins;
    gboolean resolved;
} Wishes;

/* Loads and builds a scenario into diag; prints it resolved if that is wished. */
static CliStatus look_at(const Cli *cli, const Wishes *wishes, const char *path, ScenarioDiag *diag)
{
    CliStatus status = CLI_FINE;
    g_autoptr(Scenario) scenario = cli_load(path, (const char *const *)wishes->settings,
                                            (const char *const *)wishes->plugins, diag, &status);
    if (scenario == NULL) {
        return status;
    }
    g_autoptr(ScenarioBuilt) built = cli_build(scenario, diag, &status);
    if (built != NULL && wishes->resolved) {
        g_autoptr(GString) text = scenario_resolve(scenario);
        return cli_put(cli, text->str) ? CLI_FINE : CLI_IO;
    }
    return status;
}

/* json: where the problems go, an array for each scenario; NULL: to standard error, in words. */
static CliStatus check_one(const Cli *cli, const Wishes *wishes, const char *path, GString *json)
{
    g_autoptr(ScenarioDiag) diag = scenario_diag_new(cli->lang, cli->colour_err);
    CliStatus status = look_at(cli, wishes, path, diag);
    if (json != NULL) {
        g_autofree char *problems = scenario_diag_to_json(diag);
        g_string_append(json, json->len == 1 ? "" : ",\n");
        trace_json_put_text(json, path);
        g_string_append_printf(json, ":%s", problems);
        return status;
    }
    cli_say_problems(diag);
    if (status == CLI_FINE && cli->verbose) {
        cli_note(cli, N_("%s: no problems"), path);
    }
    return status;
}

CliStatus cli_check(Cli *cli, const CliVerb *verb, int argc, char **argv)
{
    g_auto(GStrv) settings = NULL, plugins = NULL;
    gboolean resolved = FALSE;
    const GOptionEntry entries[] = {
        { .long_name = "set",
          .arg = G_OPTION_ARG_STRING_ARRAY,
          .arg_data = &settings,
          .description = N_("set a key, like links.wire.delay=5ms"),
          .arg_description = "KEY=VALUE" },
        { .long_name = "resolved",
          .arg_data = &resolved,
          .description = N_("print the scenario with every default written out") },
        CLI_PLUGIN_OPTION(&plugins),
        { 0 },
    };
    CliStatus status = CLI_FINE;
    if (!cli_parse(cli, verb, &argc, &argv, entries, &status)) {
        return status;
    }
    const Wishes wishes = { settings, plugins, resolved };
    g_autoptr(GString) json = cli->json ? g_string_new("{") : NULL;
    for (int i = 1; i < argc; i++) {
        CliStatus one = check_one(cli, &wishes, argv[i], json);
        status = MAX(status, one);
    }
    if (json != NULL) {
        g_string_append(json, "}\n");
        return cli_put(cli, json->str) ? status : CLI_IO;
    }
    return status;
}
