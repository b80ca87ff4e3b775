/* The wirelab program: finds the verb, and hands its answer to the shell. */

#include "config.h"

#include "cli/cli.h"
#include "cli/cli_abort.h"
#include "cli/cli_lang.h"

#include <locale.h>
#include <string.h>

/* What `--help` says below the options. Owned by the caller. */
static char *list_verbs(const Lang *lang)
{
    GString *out = g_string_new(lang_text(lang, N_("Verbs:")));
    for (const CliVerb *verb = cli_verbs(); verb->name != NULL; verb++) {
        g_autofree char *call =
            g_strdup_printf("%s %s", verb->name, lang_text(lang, verb->arguments));
        g_string_append_printf(out, "\n  %-24s %s", call, lang_text(lang, verb->help));
    }
    g_string_append_printf(out, "\n\n%s",
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
          .description = lang_text(cli->lang, N_("print the version and leave")) },
        { 0 },
    };
    g_autofree char *help = list_verbs(cli->lang);
    g_autoptr(GOptionContext) context = g_option_context_new(lang_text(cli->lang, N_("VERB ...")));
    g_option_context_add_main_entries(context, entries, NULL);
    g_option_context_set_description(context, help);
    g_option_context_set_strict_posix(context, TRUE);
    g_autoptr(GError) error = NULL;
    if (!g_option_context_parse(context, argc, argv, &error)) {
        cli_error(cli, "%s", error->message);
        *out_status = CLI_USAGE;
        return false;
    }
    if (show_version) {
        *out_status = cli_put(cli, "wirelab " PACKAGE_VERSION "\n") ? CLI_FINE : CLI_IO;
        return false;
    }
    return true;
}

int main(int argc, char **argv)
{
    setlocale(LC_CTYPE, "");
    g_autoptr(Lang) lang = lang_new(cli_lang_of_user());
    cli_abort_install(lang);
    Cli cli = { .lang = lang };
    CliStatus status = CLI_USAGE;
    if (!read_own_options(&cli, &argc, &argv, &status)) {
        return (int)status;
    }
    if (argc < 2) {
        cli_error(&cli, N_("which verb? Try 'wirelab --help'"));
        return CLI_USAGE;
    }
    for (const CliVerb *verb = cli_verbs(); verb->name != NULL; verb++) {
        if (strcmp(verb->name, argv[1]) == 0) {
            return (int)verb->run(&cli, verb, argc - 1, argv + 1);
        }
    }
    cli_error(&cli, N_("there is no verb '%s'; try 'wirelab --help'"), argv[1]);
    return CLI_USAGE;
}
