/* What the verbs of the command share: the user's language and wishes, exit statuses, messages. */

#ifndef CLI_CLI_H
#define CLI_CLI_H

#include "sim/lang.h"

#include <glib.h>
#include <stdbool.h>

typedef enum CliStatus {
    CLI_FINE = 0,
    CLI_FAILED = 1, /* an expectation failed, or the runs differ */
    CLI_USAGE = 2,
    CLI_INVALID = 3, /* the scenario is not valid */
    CLI_IO = 4,
    CLI_BUG = 5, /* a failed assertion too */
    CLI_INTERRUPTED = 130
} CliStatus;

typedef struct Cli {
    Lang *lang; /* of messages */
    bool quiet, verbose, json;
    bool colour_out; /* standard output takes colour */
    bool colour_err; /* the same for messages */
} Cli;

typedef struct CliVerb {
    const char *name;
    const char *arguments; /* msgid: "SCENARIO..." */
    const char *help;      /* msgid: one line */
    CliStatus (*run)(Cli *cli, const struct CliVerb *verb, int argc, char **argv);
} CliVerb;

/* In the order of the manual; ends with a NULL name. */
const CliVerb *cli_verbs(void);

/* Reads the options of a verb, `own` beside those that every verb has (quiet, verbose, json, color,
 * help). Fills cli, removes them from argv; argv[0] is the verb. own ends with a zeroed entry,
 * descriptions are msgids. False after saying what is wrong. */
bool cli_parse(Cli *cli, const CliVerb *verb, int *argc, char ***argv, GOptionEntry *own);

/* "wirelab: ..." on standard error. format is a msgid. */
void cli_error(const Cli *cli, const char *format, ...) G_GNUC_PRINTF(2, 3);
/* The same unless the user asked for quiet. */
void cli_note(const Cli *cli, const char *format, ...) G_GNUC_PRINTF(2, 3);
/* Says how the verb is used, and returns CLI_USAGE. */
CliStatus cli_wrong_usage(const Cli *cli, const CliVerb *verb);

/* Text as it is, on standard output. False after saying that it could not be written. */
bool cli_put(const Cli *cli, const char *text);

/* Folders with profiles and scenarios beside the program: installed, or in a source tree. Ends with
 * a NULL; owned by the caller (g_strfreev). kind: "models" or "scenarios". */
char **cli_data_folders(const char *kind);

CliStatus cli_run(Cli *cli, const CliVerb *verb, int argc, char **argv);
CliStatus cli_check(Cli *cli, const CliVerb *verb, int argc, char **argv);
CliStatus cli_show(Cli *cli, const CliVerb *verb, int argc, char **argv);
CliStatus cli_ladder(Cli *cli, const CliVerb *verb, int argc, char **argv);
CliStatus cli_plot(Cli *cli, const CliVerb *verb, int argc, char **argv);
CliStatus cli_compare(Cli *cli, const CliVerb *verb, int argc, char **argv);
CliStatus cli_schema(Cli *cli, const CliVerb *verb, int argc, char **argv);
CliStatus cli_explain(Cli *cli, const CliVerb *verb, int argc, char **argv);
CliStatus cli_list(Cli *cli, const CliVerb *verb, int argc, char **argv);

#endif
