/* What programs have made of it: those that failed, and what is expected of the numbers that they
 * tell (app_result.h). Every such number has a key of its own under `expect:`, by the lists of the
 * programs alone. */

#ifndef SCENARIO_SCENARIO_JUDGE_H
#define SCENARIO_SCENARIO_JUDGE_H

#include "scenario/scenario_build.h"
#include "scenario/scenario_keys.h"

/* The expectations named after results, for the table of keys. */
extern const ScenarioParts scenario_result_parts;

/* Such an expectation with the values of its part where those of others are: of, are, min, max. */
ScenarioExpect scenario_judge_unfold(const ScenarioExpect *expect);

/* Finds the program that each expectation of a result means; adds to diag where there is none, or
 * more than one. */
void scenario_judge_bind(ScenarioBuilt *built, const Scenario *scenario, ScenarioDiag *diag);

/* After the run: appends a failure for each program that did not end as it says, unless it is
 * expected how many of its doings `failed`... */
void scenario_judge_programs(ScenarioBuilt *built, const Lang *lang);
/* ...and for each expected result that is another. */
void scenario_judge_results(ScenarioBuilt *built, const Lang *lang);

#endif
