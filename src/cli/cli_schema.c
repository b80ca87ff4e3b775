/* wirelab schema, wirelab explain: what a scenario may say. */

#include "cli/cli.h"
#include "scenario/scenario_manual.h"
#include "scenario/scenario_schema.h"

CliStatus cli_schema(Cli *cli, const CliVerb *verb, int argc, char **argv)
{
    const GOptionEntry entries[] = { { 0 } };
    CliStatus status = CLI_FINE;
    if (!cli_parse(cli, verb, &argc, &argv, entries, &status)) {
        return status;
    }
    g_autofree char *schema = scenario_schema(cli->lang);
    return cli_put(cli, schema) ? CLI_FINE : CLI_IO;
}

static CliStatus explain_one(const Cli *cli, const char *path)
{
    g_autofree char *meant = NULL;
    g_autofree char *text = scenario_explain(path, cli->lang, &meant);
    if (text != NULL) {
        return cli_put(cli, text) ? CLI_FINE : CLI_IO;
    }
    if (meant != NULL) {
        cli_error(cli, N_("there is no key '%s'; did you mean '%s'?"), path, meant);
    } else {
        cli_error(cli, N_("there is no key '%s'"), path);
    }
    return CLI_USAGE;
}

CliStatus cli_explain(Cli *cli, const CliVerb *verb, int argc, char **argv)
{
    gboolean man = FALSE;
    const GOptionEntry entries[] = {
        { .long_name = "man",
          .arg_data = &man,
          .description = N_("all keys, as the manual page wirelab-scenario(5)") },
        { 0 },
    };
    CliStatus status = CLI_FINE;
    if (!cli_parse(cli, verb, &argc, &argv, entries, &status)) {
        return status;
    }
    if (argc < 2) {
        g_autofree char *text =
            man ? scenario_manual_page(cli->lang) : scenario_explain_all(cli->lang);
        return cli_put(cli, text) ? CLI_FINE : CLI_IO;
    }
    for (int i = 1; i < argc; i++) {
        CliStatus one = explain_one(cli, argv[i]);
        status = MAX(status, one);
    }
    return status;
}
