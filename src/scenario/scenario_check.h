/* What keys mean together: names that must exist, addresses that must fit, keys that exclude or
 * need each other. Runs after everything was read without errors. */

#ifndef SCENARIO_SCENARIO_CHECK_H
#define SCENARIO_SCENARIO_CHECK_H

#include "scenario/scenario.h"

void scenario_check(const Scenario *scenario, ScenarioDiag *diag);

#endif
