/* How much of a run is recorded. A trace is whole or it is not there: under `record: auto` a run
 * whose trace grows past a number of lines is run again, from the start and one level lower. That
 * depends on the number of lines alone, so the same scenario always leaves the same. */

#ifndef CLI_CLI_RECORD_H
#define CLI_CLI_RECORD_H

#include "cli/cli.h"
#include "scenario/scenario.h"
#include "trace/trace_log.h"

typedef struct CliRecord {
    int level; /* TraceLevel of the next attempt; -1: nothing has to be recorded */
    int least; /* what the scenario expects and injects needs, likewise */
    TraceBecause because;
    bool is_automatic; /* as long as it is above least, most_lines holds */
    uint32_t most_lines;
} CliRecord;

/* As `record:` says, and no less than the scenario needs. leaves: files or pictures are made of it;
 * otherwise only what the scenario needs, and the summary for --json. */
CliRecord cli_record_new(const Cli *cli, const Scenario *scenario, bool leaves);
/* Tells the log of it, before the run. */
void cli_record_apply(const CliRecord *record, TraceLog *log);
/* After trace_log_finish(): whether there has to be another attempt, since the trace grew too long;
 * the record is one level lower then, and that was said. */
bool cli_record_again(CliRecord *record, const Cli *cli, const TraceLog *log);

#endif
