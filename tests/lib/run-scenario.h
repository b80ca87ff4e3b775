/* Runs a scenario in the process of the test and remembers all of it. */

#ifndef TESTS_LIB_RUN_SCENARIO_H
#define TESTS_LIB_RUN_SCENARIO_H

#include "trace/trace_log.h"

/* Loads a scenario of the source tree ("scenarios/handshake.yaml"), runs it to its end and returns
 * the run, owned. The test fails if it cannot be loaded or built. */
TraceRun *run_scenario(const char *path);
/* The same; `before` sees the recorder, with all places, before anything happens. */
TraceRun *run_scenario_watched(const char *path, void (*before)(TraceLog *log, void *data),
                               void *data);

#endif
