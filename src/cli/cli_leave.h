/* What a run leaves: the files of its folder, by the words of `outputs:` and --only. */

#ifndef CLI_CLI_LEAVE_H
#define CLI_CLI_LEAVE_H

#include "cli/cli.h"
#include "scenario/scenario_watch.h"

typedef struct CliLeave CliLeave;

/* Which outputs: a bit for each word of `outputs:` in its order. */
typedef uint32_t CliOutputs;

/* By --only ("none", or words with commas between; NULL: not given), else by the scenario. False
 * after saying which word is not known. */
bool cli_leave_choose(const Cli *cli, const char *only, const Scenario *scenario,
                      CliOutputs *out_outputs);

/* Those of them that can be made of what is recorded at this level. */
CliOutputs cli_leave_possible(CliOutputs chosen, TraceLevel level);
/* Whether any of them is written from the lines of the whole run; captures are written from each
 * line as it comes, so that for them alone nothing needs to be kept. */
bool cli_leave_keeps(CliOutputs chosen);
/* Their words, with commas between; owned by the caller. */
char *cli_leave_words(CliOutputs chosen);

/* Begins the folder of a run that is about to start: some files are written while it goes. place:
 * NULL for results/NAME. lang: of the files. NULL sets error. */
CliLeave *cli_leave_begin(const char *place, const Scenario *scenario, const Lang *lang,
                          CliOutputs outputs, TraceLog *log, GError **error);
void cli_leave_free(CliLeave *leave);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CliLeave, cli_leave_free)

/* After trace_log_finish(): writes the rest and puts the folder in place, with the suffix ("";
 * ".interrupted"). False sets error, and nothing was put anywhere. */
bool cli_leave_end(CliLeave *leave, const char *suffix, GError **error);

/* Why the plots were not drawn, after cli_leave_end(); NULL: they were, or nobody wanted them. */
const char *cli_leave_trouble(const CliLeave *leave);
/* Where it is: "results/handshake", the suffix not counted; borrowed. */
const char *cli_leave_place(const CliLeave *leave);

#endif
