/* Parameters of ready-made programs: what only the programs themselves can say of them. */

#ifndef SCENARIO_SCENARIO_CHECK_APPS_H
#define SCENARIO_SCENARIO_CHECK_APPS_H

#include "scenario/scenario.h"

/* Puts every program into a world of one host, so that a scenario of a million is answered at once.
 * Nothing else may be wrong with the scenario. */
void scenario_check_apps(const Scenario *scenario, ScenarioDiag *diag);

#endif
