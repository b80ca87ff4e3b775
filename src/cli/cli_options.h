/* Options of the command line. GLib reads them; what is said of them, help and errors, is ours,
 * since GLib speaks only the languages of locales that are installed. */

#ifndef CLI_CLI_OPTIONS_H
#define CLI_CLI_OPTIONS_H

#include "cli/cli.h"

typedef struct CliOptions {
    const char *name;      /* "wirelab run"; in usage and errors */
    const char *arguments; /* msgid: "SCENARIO..." */
    const char *help;      /* msgid: what it does, one line */
    const char *more;      /* below the options in the help, translated; NULL: nothing */
    /* Their values are as GOption's NONE, STRING, FILENAME and STRING_ARRAY; descriptions are
     * msgids; ends with a zeroed entry. --help and -h need none. */
    const GOptionEntry *entries;
    bool before_verb; /* options end at the first argument that is none */
} CliOptions;

/* Reads options into what the entries point at and takes them out of argv; argv[0] stays. False:
 * there is nothing left to do but to leave with *out_status, because the help was asked for and
 * printed, or because an option is unknown or lacks its value, which was said. */
bool cli_options_read(const Cli *cli, const CliOptions *options, int *argc, char ***argv,
                      CliStatus *out_status);

/* "usage: ..." as an error. */
void cli_options_say_usage(const Cli *cli, const CliOptions *options);

#endif
