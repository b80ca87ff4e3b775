/* What a scenario expects its story to tell. */

#ifndef SCENARIO_SCENARIO_EXPECT_STORY_H
#define SCENARIO_SCENARIO_EXPECT_STORY_H

#include "scenario/scenario_build.h"
#include "trace/trace_run.h"

/* Appends a failure for the first words of `tells` that no line holds after the line of the words
 * before them, and for each of `never` that some line holds. Words are those of the English story,
 * whatever the language of the files; they begin and end where words of the line do, and a line may
 * be given whole, time and all. The run has kept its lines. */
void scenario_expect_story_check(const ScenarioExpect *expect, const TraceRun *run,
                                 const Lang *lang, GPtrArray *failures);

#endif
