#include "cli/cli_options.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "render/render_ladder_cells.h"

static const CliVerb verbs[] = {
    { "run", N_("SCENARIO"), 1, 1, true, N_("run a scenario and check what it expects"), cli_run },
    { "check", N_("SCENARIO..."), 1, INT_MAX, true,
      N_("print every problem of scenarios, and run nothing"), cli_check },
    { "show", N_("RUN|SCENARIO"), 1, 1, true, N_("show a run, or a scenario's, in the terminal"),
      cli_show },
    { "ladder", N_("RUN"), 1, 1, false, N_("draw the ladder of a saved run again"), cli_ladder },
    { "plot", N_("RUN"), 1, 1, false, N_("draw the plots of a saved run again"), cli_plot },
    { "compare", N_("RUN|CAPTURE RUN|CAPTURE"), 2, 2, true,
      N_("compare two runs or captures: identical, shifted in time, or different"), cli_compare },
    { "conform", N_("[STATE|SEGMENT|PLACE|ACK]..."), 0, INT_MAX, true,
      N_("try every segment in every state, and compare with RFC 9293 and RFC 5961"), cli_conform },
    { "rfc", N_("[NUMBER|ID]..."), 0, INT_MAX, true,
      N_("what the RFCs demand, whether it is met, and the tests that show it"), cli_rfc },
    { "torture", N_("SCENARIO"), 1, 1, true,
      N_("run a scenario again with every fault of every packet, and judge each run"),
      cli_torture },
    { "list", "", 0, 0, true, N_("list the scenarios and models that are at hand"), cli_list },
    { "schema", "", 0, 0, false, N_("print the JSON Schema of scenarios"), cli_schema },
    { "explain", N_("[KEY]..."), 0, INT_MAX, false, N_("explain keys of a scenario"), cli_explain },
    { 0 },
};

const CliVerb *cli_verbs(void)
{
    return verbs;
}

static void say(const Cli *cli, const char *format, va_list args)
{
    g_autofree char *message = g_strdup_vprintf(lang_text(cli->lang, format), args);
    g_printerr("wirelab: %s\n", message);
}

void cli_error(const Cli *cli, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    say(cli, format, args);
    va_end(args);
}

void cli_note(const Cli *cli, const char *format, ...)
{
    if (cli->quiet) {
        return;
    }
    va_list args;
    va_start(args, format);
    say(cli, format, args);
    va_end(args);
}

bool cli_put(const Cli *cli, const char *text)
{
    if (fputs(text, stdout) >= 0 && fflush(stdout) == 0) {
        return true;
    }
    if (errno != EPIPE) {
        cli_error(cli, N_("cannot write to standard output: %s"), g_strerror(errno));
    }
    return false;
}

void cli_put_row(GString *out, const char *left, int column, const char *right)
{
    int space = column - 2 - ladder_cells_of(left);
    g_string_append_printf(out, "  %s%*s%s\n", left, MAX(space, 1), "", right);
}

/* NO_COLOR (no-color.org) and a terminal that cannot show any speak against it; the option decides.
 */
static bool wants_colour(const char *choice, int fd)
{
    if (g_strcmp0(choice, "always") == 0 || g_strcmp0(choice, "never") == 0) {
        return choice[0] == 'a';
    }
    const char *no_color = g_getenv("NO_COLOR");
    const char *term = g_getenv("TERM");
    return (no_color == NULL || no_color[0] == '\0') && g_strcmp0(term, "dumb") != 0 &&
           isatty(fd) != 0;
}

/* Adds the entries of one table to another one. */
static void add_entries(GArray *all, const GOptionEntry *entries)
{
    for (; entries->long_name != NULL; entries++) {
        g_array_append_vals(all, entries, 1);
    }
}

static bool is_colour_choice(const Cli *cli, const char *choice)
{
    static const char *const choices[] = { "auto", "always", "never", NULL };
    if (choice == NULL || g_strv_contains(choices, choice)) {
        return true;
    }
    cli_error(cli, N_("--color must be auto, always or never, not '%s'"), choice);
    return false;
}

bool cli_parse(Cli *cli, const CliVerb *verb, int *argc, char ***argv, const GOptionEntry *own,
               CliStatus *out_status)
{
    gboolean quiet = FALSE;
    gboolean verbose = FALSE;
    gboolean json = FALSE;
    g_autofree char *color = NULL;
    const GOptionEntry common[] = {
        { .long_name = "quiet",
          .short_name = 'q',
          .arg_data = &quiet,
          .description = N_("say less") },
        { .long_name = "verbose",
          .short_name = 'v',
          .arg_data = &verbose,
          .description = N_("say more") },
        { .long_name = "color",
          .arg = G_OPTION_ARG_STRING,
          .arg_data = &color,
          .description = N_("whether to use colours"),
          .arg_description = "auto|always|never" },
        { 0 },
    };
    const GOptionEntry reporting[] = {
        { .long_name = "json", .arg_data = &json, .description = N_("report as JSON") },
        { 0 },
    };
    g_autoptr(GArray) entries = g_array_new(TRUE, FALSE, sizeof(GOptionEntry));
    add_entries(entries, own);
    if (verb->reports) {
        add_entries(entries, reporting);
    }
    add_entries(entries, common);
    g_autofree char *name = g_strdup_printf("wirelab %s", verb->name);
    CliOptions options = { .name = name,
                           .arguments = verb->arguments,
                           .help = verb->help,
                           .entries = (const GOptionEntry *)(void *)entries->data };
    if (!cli_options_read(cli, &options, argc, argv, out_status)) {
        return false;
    }
    if (*argc - 1 < verb->least || *argc - 1 > verb->most) {
        cli_options_say_usage(cli, &options);
        *out_status = CLI_USAGE;
        return false;
    }
    if (!is_colour_choice(cli, color)) {
        *out_status = CLI_USAGE;
        return false;
    }
    cli->quiet = quiet;
    cli->verbose = verbose;
    cli->json = json;
    cli->colour_out = wants_colour(color, STDOUT_FILENO);
    cli->colour_err = wants_colour(color, STDERR_FILENO);
    return true;
}

char **cli_data_folders(const char *kind)
{
    g_autoptr(GStrvBuilder) folders = g_strv_builder_new();
    g_autofree char *program = g_file_read_link("/proc/self/exe", NULL);
    g_autofree char *beside = program == NULL ? NULL : g_path_get_dirname(program);
    g_autofree char *above = beside == NULL ? NULL : g_path_get_dirname(beside);
    const char *const places[] = { beside, above, WIRELAB_PKGDATADIR };
    for (size_t i = 0; i < G_N_ELEMENTS(places); i++) {
        g_autofree char *folder =
            places[i] == NULL ? NULL : g_build_filename(places[i], kind, NULL);
        if (folder != NULL && g_file_test(folder, G_FILE_TEST_IS_DIR)) {
            g_strv_builder_add(folders, folder);
        }
    }
    return g_strv_builder_end(folders);
}
