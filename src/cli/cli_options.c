#include "cli/cli_options.h"

#include <string.h>

#include "render/render_ladder_cells.h"
#include "scenario/scenario_diag.h"

#define OPTION_COLUMN_CELLS 33

static const GOptionEntry help_entry = { .long_name = "help",
                                         .short_name = 'h',
                                         .description = N_("show this help") };

/* ---- help ---- */

/* "  -o, --output=DIR   the folder of the run" */
static void put_option(GString *out, const Lang *lang, const GOptionEntry *entry)
{
    g_autoptr(GString) left = g_string_new(NULL);
    if (entry->short_name != 0) {
        g_string_append_printf(left, "-%c, ", entry->short_name);
    } else {
        g_string_append(left, "    ");
    }
    g_string_append_printf(left, "--%s", entry->long_name);
    if (entry->arg != G_OPTION_ARG_NONE) {
        g_string_append_printf(left, "=%s", entry->arg_description);
    }
    cli_put_row(out, left->str, OPTION_COLUMN_CELLS, lang_text(lang, entry->description));
}

static char *usage_line(const Cli *cli, const CliOptions *options)
{
    const char *arguments = lang_text(cli->lang, options->arguments);
    return g_strdup_printf(lang_text(cli->lang, N_("usage: %s [OPTION...]%s%s")), options->name,
                           arguments[0] == '\0' ? "" : " ", arguments);
}

void cli_options_say_usage(const Cli *cli, const CliOptions *options)
{
    g_autofree char *usage = usage_line(cli, options);
    cli_error(cli, "%s", usage);
}

static CliStatus print_help(const Cli *cli, const CliOptions *options)
{
    g_autofree char *usage = usage_line(cli, options);
    g_autoptr(GString) out = g_string_new(usage);
    g_string_append_printf(out, "\n%s\n\n%s\n", lang_text(cli->lang, options->help),
                           lang_text(cli->lang, N_("Options:")));
    for (const GOptionEntry *entry = options->entries; entry->long_name != NULL; entry++) {
        put_option(out, cli->lang, entry);
    }
    put_option(out, cli->lang, &help_entry);
    if (options->more != NULL) {
        g_string_append_printf(out, "\n%s", options->more);
    }
    return cli_put(cli, out->str) ? CLI_FINE : CLI_IO;
}

/* ---- errors ---- */

static const GOptionEntry *find_long(const CliOptions *options, const char *name, size_t len)
{
    for (const GOptionEntry *entry = options->entries; entry->long_name != NULL; entry++) {
        if (strlen(entry->long_name) == len && memcmp(entry->long_name, name, len) == 0) {
            return entry;
        }
    }
    return strlen("help") == len && memcmp("help", name, len) == 0 ? &help_entry : NULL;
}

static const GOptionEntry *find_short(const CliOptions *options, char letter)
{
    for (const GOptionEntry *entry = options->entries; entry->long_name != NULL; entry++) {
        if (entry->short_name == letter) {
            return entry;
        }
    }
    return letter == 'h' ? &help_entry : NULL;
}

static void say_unknown(const Cli *cli, const CliOptions *options, const char *option)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    for (const GOptionEntry *entry = options->entries; entry->long_name != NULL; entry++) {
        g_ptr_array_add(names, (char *)entry->long_name);
    }
    g_ptr_array_add(names, (char *)help_entry.long_name);
    g_ptr_array_add(names, NULL);
    const char *meant =
        option[1] == '-' ? scenario_suggest(option + 2, (const char *const *)names->pdata) : NULL;
    if (meant != NULL) {
        cli_error(cli, N_("there is no option '%s'; did you mean '--%s'?"), option, meant);
    } else {
        cli_error(cli, N_("there is no option '%s'; try '%s --help'"), option, options->name);
    }
}

/* One option as it is written, its value aside, and what it wants of the next argument. */
typedef struct Written {
    char *name;                /* "--only", "-o" */
    const GOptionEntry *entry; /* NULL: there is no such option */
    bool has_value;            /* in the same argument */
} Written;

/* The last option of an argument (-qo DIR has two), or the first that is not known. */
static Written read_written(const CliOptions *options, const char *argument)
{
    if (argument[1] == '-') {
        size_t len = strcspn(argument + 2, "=");
        return (Written){ .name = g_strndup(argument, len + 2),
                          .entry = find_long(options, argument + 2, len),
                          .has_value = argument[len + 2] == '=' };
    }
    const char *letter = argument + 1;
    const GOptionEntry *entry = find_short(options, *letter);
    while (entry != NULL && entry->arg == G_OPTION_ARG_NONE && letter[1] != '\0') {
        entry = find_short(options, *++letter);
    }
    return (Written){ .name = g_strdup_printf("-%c", *letter),
                      .entry = entry,
                      .has_value = letter[1] != '\0' };
}

/* What is wrong with an option, said; true if nothing is. last: no argument follows. */
static bool is_right(const Cli *cli, const CliOptions *options, const Written *written, bool last)
{
    if (written->entry == NULL) {
        say_unknown(cli, options, written->name);
        return false;
    }
    bool wants_value = written->entry->arg != G_OPTION_ARG_NONE;
    if (wants_value && !written->has_value && last) {
        cli_error(cli, N_("the option %s needs a value: %s"), written->name,
                  written->entry->arg_description);
        return false;
    }
    if (!wants_value && written->has_value) {
        cli_error(cli, N_("the option %s takes no value"), written->name);
        return false;
    }
    return true;
}

/* Looks all options over before GLib reads them. *out_help: it was asked for. */
static bool are_right(const Cli *cli, const CliOptions *options, int argc, char **argv,
                      bool *out_help)
{
    for (int i = 1; i < argc && !g_str_equal(argv[i], "--"); i++) {
        if (argv[i][0] != '-' || argv[i][1] == '\0') {
            if (options->before_verb) {
                break;
            }
            continue;
        }
        Written written = read_written(options, argv[i]);
        bool right = is_right(cli, options, &written, i + 1 == argc);
        g_free(written.name);
        if (!right) {
            return false;
        }
        *out_help |= written.entry == &help_entry;
        i += written.entry->arg != G_OPTION_ARG_NONE && !written.has_value;
    }
    return true;
}

/* GLib leaves "--" where it stands if something like an option follows; one that stands after the
 * verb is the verb's. */
static void drop_separator(int *argc, char **argv, bool before_verb)
{
    int end = before_verb ? MIN(*argc, 2) : *argc;
    for (int i = 1; i < end; i++) {
        if (g_str_equal(argv[i], "--")) {
            memmove(&argv[i], &argv[i + 1], (size_t)(*argc - i) * sizeof argv[0]);
            --*argc;
            return;
        }
    }
}

bool cli_options_read(const Cli *cli, const CliOptions *options, int *argc, char ***argv,
                      CliStatus *out_status)
{
    bool help = false;
    if (!are_right(cli, options, *argc, *argv, &help)) {
        *out_status = CLI_USAGE;
        return false;
    }
    if (help) {
        *out_status = print_help(cli, options);
        return false;
    }
    g_autoptr(GOptionContext) context = g_option_context_new(NULL);
    g_option_context_add_main_entries(context, options->entries, NULL);
    g_option_context_set_help_enabled(context, FALSE);
    g_option_context_set_strict_posix(context, options->before_verb);
    g_autoptr(GError) error = NULL;
    if (!g_option_context_parse(context, argc, argv, &error)) {
        cli_error(cli, "%s", error->message);
        *out_status = CLI_USAGE;
        return false;
    }
    drop_separator(argc, *argv, options->before_verb);
    return true;
}
