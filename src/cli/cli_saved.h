/* Saved runs, for the verbs that read them. */

#ifndef CLI_CLI_SAVED_H
#define CLI_CLI_SAVED_H

#include "cli/cli.h"
#include "trace/trace_run.h"

/* The trace of a run's folder. NULL after saying what is wrong. */
TraceRun *cli_saved_read(const Cli *cli, const char *folder);
/* A Lang for the language of its files; owned by the caller. */
Lang *cli_saved_lang(const TraceRun *run);
/* --full, of the verbs that show a ladder. */
GOptionEntry cli_full_option(gboolean *out_full);

#endif
