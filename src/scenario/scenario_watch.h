/* Puts a recorder (trace_log.h) into a scenario's world: places in the order of entities,
 * addresses, title, and the observer with its probes. */

#ifndef SCENARIO_SCENARIO_WATCH_H
#define SCENARIO_SCENARIO_WATCH_H

#include "scenario/scenario_build.h"
#include "trace/trace_log.h"
#include "world/world_observe.h"

typedef struct ScenarioWatch {
    TraceLog *log;
    WorldObserver observer;
} ScenarioWatch;

/* Between building and running. Both borrowed ones must outlive the watch, which must outlive the
 * last run of the world. Injections find connections through it. keep_lines: as of trace_log_new().
 */
ScenarioWatch *scenario_watch_new(const Scenario *scenario, ScenarioBuilt *built, TraceLevel level,
                                  bool keep_lines);
void scenario_watch_free(ScenarioWatch *watch);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ScenarioWatch, scenario_watch_free)

/* How much has to be recorded for what the scenario expects and injects; -1: nothing. */
int scenario_watch_level(const Scenario *scenario);
/* Whether what it expects is asked of lines that are kept. */
bool scenario_watch_keeps(const Scenario *scenario);

#endif
