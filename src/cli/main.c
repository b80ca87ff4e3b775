/* The wirelab program: finds the verb, and hands its answer to the shell. */

#include "config.h"

#include "cli/cli_abort.h"
#include "cli/cli_lang.h"
#include "cli/cli_options.h"
#include "cli/cli_signals.h"

#include "scenario/scenario_diag.h"

#include <locale.h>

#define VERB_COLUMN_CELLS 27

/* What `--help` says below the options. Owned by the caller. */
static char *list_verbs(const Lang *lang)
{
    GString *out = g_string_new(lang_text(lang, N_("Verbs:")));
    g_string_append_c(out, '\n');
    for (const CliVerb *verb = cli_verbs(); verb->name != NULL; verb++) {
        g_autofree char *call =
            g_strdup_printf("%s %s", verb->name, lang_text(lang, verb->arguments));
        cli_put_row(out, call, VERB_COLUMN_CELLS, lang_text(lang, verb->help));
    }
    g_string_append_printf(out, "\n%s\n",
                           lang_text(lang, N_("wirelab VERB --help says more of a verb.")));
    return g_string_free(out, FALSE);
}

/* Reads what stands before the verb. False: the program is done, with this status. */
static bool read_own_options(const Cli *cli, int *argc, char ***argv, CliStatus *out_status)
{
    gboolean show_version = FALSE;
    const GOptionEntry entries[] = {
        { .long_name = "version",
          .arg_data = &show_version,
          .description = N_("print the version and leave") },
        { 0 },
    };
    g_autofree char *verbs = list_verbs(cli->lang);
    CliOptions options = { .name = "wirelab",
                           .arguments = N_("VERB ..."),
                           .help = N_("A network laboratory in a file."),
                           .more = verbs,
                           .entries = entries,
                           .before_verb = true };
    if (!cli_options_read(cli, &options, argc, argv, out_status)) {
        return false;
    }
    if (show_version) {
        *out_status = cli_put(cli, "wirelab " PACKAGE_VERSION "\n") ? CLI_FINE : CLI_IO;
        return false;
    }
    return true;
}

/* NULL after saying that there is none of this name. */
static const CliVerb *find_verb(const Cli *cli, const char *name)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    for (const CliVerb *verb = cli_verbs(); verb->name != NULL; verb++) {
        if (g_str_equal(verb->name, name)) {
            return verb;
        }
        g_ptr_array_add(names, (char *)verb->name);
    }
    g_ptr_array_add(names, NULL);
    const char *meant = scenario_suggest(name, (const char *const *)names->pdata);
    if (meant != NULL) {
        cli_error(cli, N_("there is no verb '%s'; did you mean '%s'?"), name, meant);
    } else {
        cli_error(cli, N_("there is no verb '%s'; try 'wirelab --help'"), name);
    }
    return NULL;
}

int main(int argc, char **argv)
{
    setlocale(LC_CTYPE, "");
    g_autoptr(Lang) lang = lang_new(cli_lang_of_user());
    cli_abort_install(lang);
    cli_signals_outlive_readers();
    Cli cli = { .lang = lang, .most_lines = CLI_MOST_LINES };
    CliStatus status = CLI_USAGE;
    if (!read_own_options(&cli, &argc, &argv, &status)) {
        return (int)status;
    }
    if (argc < 2) {
        cli_error(&cli, N_("which verb? Try 'wirelab --help'"));
        return CLI_USAGE;
    }
    const CliVerb *verb = find_verb(&cli, argv[1]);
    return verb == NULL ? CLI_USAGE : (int)verb->run(&cli, verb, argc - 1, argv + 1);
}
