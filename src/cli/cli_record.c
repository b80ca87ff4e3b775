#include "cli/cli_record.h"

#include "scenario/scenario_watch.h"

/* By the words of `record:`; auto begins with everything. */
static const TraceLevel levels[] = { TRACE_LEVEL_FULL, TRACE_LEVEL_FULL, TRACE_LEVEL_CONNECTIONS,
                                     TRACE_LEVEL_SUMMARY };

CliRecord cli_record_new(const Cli *cli, const Scenario *scenario, bool leaves)
{
    int64_t word = scenario->config.record.number;
    int least = scenario_watch_level(scenario);
    int level = leaves ? (int)levels[word] : cli->json ? (int)TRACE_LEVEL_SUMMARY : -1;
    bool is_automatic = leaves && word == 0;
    return (CliRecord){ .level = MAX(level, least),
                        .least = least,
                        .because = least > level  ? TRACE_BECAUSE_EXPECTED
                                   : is_automatic ? TRACE_BECAUSE_FITS
                                                  : TRACE_BECAUSE_ASKED,
                        .is_automatic = is_automatic,
                        .most_lines = cli->most_lines };
}

void cli_record_apply(const CliRecord *record, TraceLog *log)
{
    trace_log_run(log)->recording = (TraceRecording){ .level = (TraceLevel)record->level,
                                                      .because = record->because,
                                                      .most_lines = record->most_lines };
    if (record->is_automatic && record->level > record->least) {
        trace_log_limit(log, record->most_lines);
    }
}

bool cli_record_again(CliRecord *record, const Cli *cli, const TraceLog *log)
{
    if (!trace_log_overflowed(log)) {
        return false;
    }
    g_assert(record->level > TRACE_LEVEL_SUMMARY); /* which has no lines */
    record->level--;
    record->because = TRACE_BECAUSE_TOO_LONG;
    cli_note(cli,
             record->level == TRACE_LEVEL_CONNECTIONS
                 ? N_("the trace goes past %u lines: once more, recording connections without "
                      "packets; 'record: full' keeps everything")
                 : N_("the trace goes past %u lines: once more, recording a summary alone; "
                      "'record: full' keeps everything"),
             record->most_lines);
    return true;
}
