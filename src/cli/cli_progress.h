/* Drives a world to its end in slices, so that the user sees how far it is and can interrupt it.
 * How it is sliced changes nothing in the world. */

#ifndef CLI_CLI_PROGRESS_H
#define CLI_CLI_PROGRESS_H

#include "cli/cli.h"
#include "trace/trace_log.h"
#include "world/world.h"

typedef struct CliProgress {
    int64_t end_ns;  /* of the run, on the simulated clock */
    int64_t wall_us; /* spent in the event loop */
    bool interrupted;
} CliProgress;

/* Runs until stop_ns, until nothing is left to happen, until the log overflows (NULL: there is
 * none), or until interrupted; signals are held by the caller (cli_signals_hold()). Shows a line on
 * a terminal, unless quiet, for runs over a second. */
CliProgress cli_progress_run(const Cli *cli, World *world, const TraceLog *log, int64_t stop_ns);

#endif
