/* wirelab rfc: what the documents demand, how the stack stands to it, and which test shows it. */

#include "cli/cli.h"

#include "study/rfc.h"

CliStatus cli_rfc(Cli *cli, const CliVerb *verb, int argc, char **argv)
{
    const GOptionEntry entries[] = { { 0 } };
    CliStatus status = CLI_FINE;
    if (!cli_parse(cli, verb, &argc, &argv, entries, &status)) {
        return status;
    }
    RfcFilter filter = { (const char *const *)argv + 1 };
    const char *unknown = rfc_filter_unknown(&filter);
    if (unknown != NULL) {
        cli_error(cli, N_("there is no document or requirement '%s'; 'wirelab rfc' lists them"),
                  unknown);
        return CLI_USAGE;
    }
    g_autoptr(GString) out = g_string_new(NULL);
    if (cli->json) {
        rfc_report_json(out, &filter, cli->lang);
    } else {
        if ((argc > 1 || cli->verbose) && !cli->quiet) {
            rfc_report_entries(out, &filter, cli->lang, cli->colour_out);
            g_string_append_c(out, '\n');
        }
        rfc_report_summary(out, &filter, cli->lang, cli->colour_out);
    }
    if (!cli_put(cli, out->str)) {
        return CLI_IO;
    }
    return rfc_count(&filter).of[RFC_MISSING] > 0 ? CLI_FAILED : CLI_FINE;
}
