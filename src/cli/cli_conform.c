/* wirelab conform: how the stack answers every segment in every state, beside what the RFCs
 * expect. */

#include "cli/cli.h"

#include "scenario/scenario_diag.h"
#include "study/conform_report.h"

/* False after naming the word that is none. */
static bool read_filter(const Cli *cli, char **words, ConformFilter *out_filter)
{
    const char *unknown = conform_filter_read((const char *const *)words, out_filter);
    if (unknown == NULL) {
        return true;
    }
    g_autofree char *upper = g_ascii_strup(unknown, -1);
    g_autofree char *lower = g_ascii_strdown(unknown, -1);
    g_autofree const char **known = conform_words();
    const char *meant = scenario_suggest(upper, known);
    meant = meant != NULL ? meant : scenario_suggest(lower, known);
    if (meant != NULL) {
        cli_error(cli, N_("'%s' is no part of the grid; did you mean '%s'?"), unknown, meant);
    } else {
        cli_error(cli, N_("'%s' is no part of the grid; its words stand in the table's margins"),
                  unknown);
    }
    return false;
}

static GArray *judge_all(const ConformFilter *filter)
{
    g_autoptr(GArray) cells = conform_cells(filter);
    GArray *results = g_array_sized_new(FALSE, FALSE, sizeof(ConformResult), cells->len);
    for (guint i = 0; i < cells->len; i++) {
        ConformResult result;
        conform_judge(&g_array_index(cells, ConformCell, i), &result);
        g_array_append_val(results, result);
    }
    return results;
}

/* In words stand the cells that are wrong, and all where some were asked for or with -v. */
static void put_text(const Cli *cli, GString *out, const GArray *results, bool all)
{
    if (!cli->quiet) {
        conform_report_table(out, results, cli->lang, cli->colour_out);
        g_string_append_c(out, '\n');
    }
    for (guint i = 0; i < results->len && !cli->quiet; i++) {
        const ConformResult *result = &g_array_index(results, ConformResult, i);
        if (all || result->verdict == CONFORM_WRONG) {
            conform_report_cell(out, result, cli->lang);
        }
    }
    conform_report_summary(out, results, cli->lang);
}

CliStatus cli_conform(Cli *cli, const CliVerb *verb, int argc, char **argv)
{
    const GOptionEntry entries[] = { { 0 } };
    CliStatus status = CLI_FINE;
    if (!cli_parse(cli, verb, &argc, &argv, entries, &status)) {
        return status;
    }
    ConformFilter filter;
    if (!read_filter(cli, argv + 1, &filter)) {
        return CLI_USAGE;
    }
    g_autoptr(GArray) results = judge_all(&filter);
    g_autoptr(GString) out = g_string_new(NULL);
    if (cli->json) {
        conform_report_json(out, results, cli->lang);
    } else {
        put_text(cli, out, results, argc > 1 || cli->verbose);
    }
    if (!cli_put(cli, out->str)) {
        return CLI_IO;
    }
    return conform_report_count(results, CONFORM_WRONG) > 0 ? CLI_FAILED : CLI_FINE;
}
