#include "cli/cli.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const CliVerb verbs[] = {
    { "run", N_("SCENARIO"), N_("run a scenario and check what it expects"), cli_run },
    { "check", N_("SCENARIO..."), N_("print every problem of scenarios, and run nothing"),
      cli_check },
    { "show", N_("RUN|SCENARIO"), N_("show a run, or a scenario's, in the terminal"), cli_show },
    { "ladder", N_("RUN"), N_("draw the ladder of a saved run again"), cli_ladder },
    { "plot", N_("RUN"), N_("draw the plots of a saved run again"), cli_plot },
    { "compare", N_("RUN RUN"), N_("compare two runs: identical, shifted in time, or different"),
      cli_compare },
    { "list", "", N_("list the scenarios and models that are at hand"), cli_list },
    { "schema", "", N_("print the JSON Schema of scenarios"), cli_schema },
    { "explain", N_("[KEY]..."), N_("explain keys of a scenario"), cli_explain },
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

CliStatus cli_wrong_usage(const Cli *cli, const CliVerb *verb)
{
    cli_error(cli, N_("usage: wirelab %s [OPTION...] %s"), verb->name,
              lang_text(cli->lang, verb->arguments));
    return CLI_USAGE;
}

bool cli_put(const Cli *cli, const char *text)
{
    if (fputs(text, stdout) >= 0 && fflush(stdout) == 0) {
        return true;
    }
    cli_error(cli, N_("cannot write to standard output: %s"), g_strerror(errno));
    return false;
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

static void translate(const Cli *cli, GOptionEntry *entries)
{
    for (; entries->long_name != NULL; entries++) {
        entries->description = lang_text(cli->lang, entries->description);
    }
}

bool cli_parse(Cli *cli, const CliVerb *verb, int *argc, char ***argv, GOptionEntry *own)
{
    gboolean quiet = FALSE;
    gboolean verbose = FALSE;
    gboolean json = FALSE;
    g_autofree char *color = NULL;
    GOptionEntry common[] = {
        { .long_name = "quiet",
          .short_name = 'q',
          .arg_data = &quiet,
          .description = N_("say less") },
        { .long_name = "verbose",
          .short_name = 'v',
          .arg_data = &verbose,
          .description = N_("say more") },
        { .long_name = "json", .arg_data = &json, .description = N_("report as JSON") },
        { .long_name = "color",
          .arg = G_OPTION_ARG_STRING,
          .arg_data = &color,
          .description = N_("colour"),
          .arg_description = "auto|always|never" },
        { 0 },
    };
    translate(cli, common);
    translate(cli, own);
    g_autofree char *usage = g_strdup_printf("%s - %s", lang_text(cli->lang, verb->arguments),
                                             lang_text(cli->lang, verb->help));
    g_autoptr(GOptionContext) context = g_option_context_new(usage);
    g_option_context_add_main_entries(context, own, NULL);
    g_option_context_add_main_entries(context, common, NULL);
    g_autoptr(GError) error = NULL;
    if (!g_option_context_parse(context, argc, argv, &error)) {
        cli_error(cli, "%s", error->message);
        return false;
    }
    if (color != NULL && !g_str_equal(color, "auto") && !g_str_equal(color, "always") &&
        !g_str_equal(color, "never")) {
        cli_error(cli, N_("--color must be auto, always or never, not '%s'"), color);
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
