/* wirelab compare: two runs or captures, and what differs between them first. */

#include "cli/cli.h"
#include "compare/compare_flows.h"
#include "scenario/scenario_quantity.h"

#include <string.h>

/* What the command line asks for, as written; each NULL if not given. */
typedef struct Wishes {
    char *ignore, *also; /* parts of a segment, with commas */
    char *at;
    char *tolerance;
    char *info;
} Wishes;

static void wishes_clear(Wishes *wishes)
{
    g_free(wishes->ignore);
    g_free(wishes->also);
    g_free(wishes->at);
    g_free(wishes->tolerance);
    g_free(wishes->info);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Wishes, wishes_clear)

/* False after saying that a name is none. */
static bool read_parts(const Cli *cli, const char *text, unsigned *out_parts)
{
    g_auto(GStrv) names = g_strsplit(text != NULL ? text : "", ",", -1);
    *out_parts = 0;
    for (guint i = 0; names[i] != NULL; i++) {
        unsigned part = 0;
        while (part < FLOW_N_PARTS && strcmp(names[i], flow_part_to_string((FlowPart)part)) != 0) {
            part++;
        }
        if (part == FLOW_N_PARTS) {
            cli_error(cli, N_("'%s' is no part of a segment; these are: %s"), names[i],
                      "flags,seq,ack,len,sack,psh,window,options");
            return false;
        }
        *out_parts |= 1u << part;
    }
    return true;
}

static bool read_point(const Cli *cli, const char *text, FlowPoint *out_point)
{
    for (unsigned i = FLOW_POINT_UNKNOWN + 1; i < FLOW_N_POINTS && text != NULL; i++) {
        if (strcmp(text, flow_point_to_string((FlowPoint)i)) == 0) {
            *out_point = (FlowPoint)i;
            return true;
        }
    }
    if (text != NULL) {
        cli_error(cli, N_("--at must be client or server, not '%s'"), text);
    }
    return text == NULL;
}

static bool read_tolerance(const Cli *cli, const char *text, int64_t *out_ns)
{
    g_autofree char *wrong =
        text == NULL ? NULL : scenario_quantity_parse(SIM_UNIT_DURATION, text, cli->lang, out_ns);
    if (wrong != NULL) {
        cli_error(cli, "--tolerance: %s", wrong);
    }
    return wrong == NULL;
}

static bool read_wishes(const Cli *cli, const Wishes *wishes, CompareFlowsOptions *out_options)
{
    unsigned ignored, added;
    if (!read_parts(cli, wishes->ignore, &ignored) || !read_parts(cli, wishes->also, &added) ||
        !read_point(cli, wishes->at, &out_options->point) ||
        !read_tolerance(cli, wishes->tolerance, &out_options->tolerance_ns)) {
        return false;
    }
    out_options->parts = (FLOW_PARTS_USUAL | added) & ~ignored;
    out_options->info_path = wishes->info;
    return true;
}

static CliStatus conclude(const Cli *cli, CompareVerdict verdict, const GString *text)
{
    if (!cli_put(cli, text->str)) {
        return CLI_IO;
    }
    return verdict == COMPARE_IDENTICAL ? CLI_FINE : CLI_FAILED;
}

static CliStatus runs(const Cli *cli, const char *a, const char *b)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Comparison) comparison = compare_runs(a, b, &error);
    if (comparison == NULL) {
        cli_error(cli, "%s", error->message);
        return CLI_IO;
    }
    g_autoptr(GString) text =
        cli->json ? compare_json(comparison) : compare_text(comparison, cli->lang);
    return conclude(cli, comparison->verdict, text);
}

static CliStatus flows(const Cli *cli, const char *a, const char *b,
                       const CompareFlowsOptions *options)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(CompareFlows) comparison = compare_flows(a, b, options, &error);
    if (comparison == NULL) {
        cli_error(cli, "%s", error->message);
        return CLI_IO;
    }
    g_autoptr(GString) text =
        cli->json ? compare_flows_json(comparison) : compare_flows_text(comparison, cli->lang);
    return conclude(cli, comparison->verdict, text);
}

/* A folder is a run or a mistake; everything else may be a capture. */
static bool may_be_capture(const char *path)
{
    return !g_file_test(path, G_FILE_TEST_IS_DIR);
}

CliStatus cli_compare(Cli *cli, const CliVerb *verb, int argc, char **argv)
{
    g_auto(Wishes) wishes = { 0 };
    const GOptionEntry entries[] = {
        { .long_name = "ignore",
          .arg = G_OPTION_ARG_STRING,
          .arg_data = &wishes.ignore,
          .description = N_("leave these parts of a segment out: "
                            "flags,seq,ack,len,sack"),
          .arg_description = "PART,..." },
        { .long_name = "also",
          .arg = G_OPTION_ARG_STRING,
          .arg_data = &wishes.also,
          .description = N_("compare these parts too: psh,window,options"),
          .arg_description = "PART,..." },
        { .long_name = "tolerance",
          .arg = G_OPTION_ARG_STRING,
          .arg_data = &wishes.tolerance,
          .description = N_("times that differ by no more are the same"),
          .arg_description = "2ms" },
        { .long_name = "at",
          .arg = G_OPTION_ARG_STRING,
          .arg_data = &wishes.at,
          .description = N_("where the capture was made, if its handshake does not tell"),
          .arg_description = "client|server" },
        { .long_name = "info",
          .arg = G_OPTION_ARG_FILENAME,
          .arg_data = &wishes.info,
          .description = N_("a kernel's record of cwnd and ssthresh"),
          .arg_description = "FILE" },
        { 0 },
    };
    CompareFlowsOptions options = { 0 };
    CliStatus status = CLI_FINE;
    if (!cli_parse(cli, verb, &argc, &argv, entries, &status)) {
        return status;
    }
    if (!read_wishes(cli, &wishes, &options)) {
        return CLI_USAGE;
    }
    if (may_be_capture(argv[1]) || may_be_capture(argv[2])) {
        return flows(cli, argv[1], argv[2], &options);
    }
    if (wishes.ignore || wishes.also || wishes.tolerance || wishes.at || wishes.info) {
        cli_error(cli, N_("these options are for captures; two runs are compared line by line"));
        return CLI_USAGE;
    }
    return runs(cli, argv[1], argv[2]);
}
