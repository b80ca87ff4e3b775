/* What the verbs of the command share: the user's language and wishes, exit statuses, messages. */

#ifndef CLI_CLI_H
#define CLI_CLI_H

#include "sim/lang.h"

#include <glib.h>
#include <stdbool.h>

#define CLI_MOST_LINES 2000000u /* a few hundred MB in memory */

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
    Lang *lang;          /* of messages */
    uint32_t most_lines; /* of a trace under `record: auto` */
    bool quiet, verbose, json;
    bool colour_out; /* standard output takes colour */
    bool colour_err; /* the same for messages */
} Cli;

typedef struct CliVerb {
    const char *name;
    const char *arguments; /* msgid: "SCENARIO..." */
    int least, most;       /* how many arguments */
    bool reports;          /* it has the option --json */
    const char *help;      /* msgid: one line */
    CliStatus (*run)(Cli *cli, const struct CliVerb *verb, int argc, char **argv);
} CliVerb;

/* In the order of the manual; ends with a NULL name. */
const CliVerb *cli_verbs(void);

/* Reads the options of a verb, `own` beside those that every verb has (quiet, verbose, json, color,
 * help). Fills cli and takes them out of argv; argv[0] is the verb, and the arguments are as many
 * as it wants. own ends with a zeroed entry, descriptions are msgids. False: leave with
 * *out_status; what is wrong was said, or the help printed. */
bool cli_parse(Cli *cli, const CliVerb *verb, int *argc, char ***argv, const GOptionEntry *own,
               CliStatus *out_status);

/* "wirelab: ..." on standard error. format is a msgid. */
void cli_error(const Cli *cli, const char *format, ...) G_GNUC_PRINTF(2, 3);
/* The same unless the user asked for quiet. */
void cli_note(const Cli *cli, const char *format, ...) G_GNUC_PRINTF(2, 3);
/* Text as it is, on standard output. False after saying that it could not be written, unless
 * the reader has gone, who does not want to hear it. */
bool cli_put(const Cli *cli, const char *text);
/* Appends a row of a table for the terminal: "  left      right\n", right at cell `column`, wide
 * characters counted as two. */
void cli_put_row(GString *out, const char *left, int column, const char *right);

/* Folders with profiles and scenarios beside the program: installed, or in a source tree. Ends with
 * a NULL; owned by the caller (g_strfreev). kind: "models" or "scenarios". */
char **cli_data_folders(const char *kind);

CliStatus cli_run(Cli *cli, const CliVerb *verb, int argc, char **argv);
CliStatus cli_check(Cli *cli, const CliVerb *verb, int argc, char **argv);
CliStatus cli_show(Cli *cli, const CliVerb *verb, int argc, char **argv);
CliStatus cli_ladder(Cli *cli, const CliVerb *verb, int argc, char **argv);
CliStatus cli_plot(Cli *cli, const CliVerb *verb, int argc, char **argv);
CliStatus cli_compare(Cli *cli, const CliVerb *verb, int argc, char **argv);
CliStatus cli_conform(Cli *cli, const CliVerb *verb, int argc, char **argv);
CliStatus cli_rfc(Cli *cli, const CliVerb *verb, int argc, char **argv);
CliStatus cli_torture(Cli *cli, const CliVerb *verb, int argc, char **argv);
CliStatus cli_schema(Cli *cli, const CliVerb *verb, int argc, char **argv);
CliStatus cli_explain(Cli *cli, const CliVerb *verb, int argc, char **argv);
CliStatus cli_list(Cli *cli, const CliVerb *verb, int argc, char **argv);

#endif
