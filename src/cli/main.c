/* The wirelab program: hands its arguments to the command line and its answer to the shell. */

#include "config.h"

#include "cli/cli_lang.h"
#include "sim/lang.h"

#include <locale.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
    setlocale(LC_CTYPE, "");
    g_autoptr(Lang) lang = lang_new(cli_lang_of_user());

    gboolean show_version = FALSE;
    const GOptionEntry entries[] = {
        { .long_name = "version",
          .arg = G_OPTION_ARG_NONE,
          .arg_data = &show_version,
          .description = lang_text(lang, N_("print the version and leave")) },
        { 0 },
    };
    g_autoptr(GOptionContext) context = g_option_context_new(lang_text(lang, N_("VERB ...")));
    g_option_context_add_main_entries(context, entries, NULL);

    g_autoptr(GError) error = NULL;
    if (!g_option_context_parse(context, &argc, &argv, &error)) {
        g_printerr("wirelab: %s\n", error->message);
        return 2;
    }
    if (show_version) {
        g_print("wirelab %s\n", PACKAGE_VERSION);
        return EXIT_SUCCESS;
    }
    g_printerr("wirelab: %s\n", lang_text(lang, N_("which verb? Try 'wirelab --help'")));
    return 2;
}
