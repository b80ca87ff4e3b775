/* wirelab compare: two runs, and what differs between them first. */

#include "cli/cli.h"
#include "compare/compare.h"

CliStatus cli_compare(Cli *cli, const CliVerb *verb, int argc, char **argv)
{
    const GOptionEntry entries[] = { { 0 } };
    CliStatus status = CLI_FINE;
    if (!cli_parse(cli, verb, &argc, &argv, entries, &status)) {
        return status;
    }
    g_autoptr(GError) error = NULL;
    g_autoptr(Comparison) comparison = compare_runs(argv[1], argv[2], &error);
    if (comparison == NULL) {
        cli_error(cli, "%s", error->message);
        return CLI_IO;
    }
    g_autoptr(GString) text =
        cli->json ? compare_json(comparison) : compare_text(comparison, cli->lang);
    if (!cli_put(cli, text->str)) {
        return CLI_IO;
    }
    return comparison->verdict == COMPARE_IDENTICAL ? CLI_FINE : CLI_FAILED;
}
