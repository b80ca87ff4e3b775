/* What a scenario expects, held against the run: a subscriber of the recorder that is asked at the
 * end. */

#ifndef SCENARIO_SCENARIO_EXPECT_H
#define SCENARIO_SCENARIO_EXPECT_H

#include "scenario/scenario.h"
#include "scenario/scenario_build.h"
#include "trace/trace_log.h"

typedef struct ScenarioExpectations ScenarioExpectations;

/* Follows the recorder's lines; before the run. Everything is borrowed. */
ScenarioExpectations *scenario_expectations_new(const Scenario *scenario, TraceLog *log);
void scenario_expectations_free(ScenarioExpectations *expectations);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ScenarioExpectations, scenario_expectations_free)

/* After trace_log_finish(): appends a ScenarioFailure for each expectation that does not hold, in
 * the order of the scenario. Packets are named by their small numbers where packets were recorded;
 * what a story is to tell needs a run whose lines were kept (scenario_watch_keeps()). */
void scenario_expectations_check(ScenarioExpectations *expectations, const Lang *lang,
                                 GPtrArray *failures);

#endif
