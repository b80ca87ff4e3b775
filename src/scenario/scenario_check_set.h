/* `set:` in the steps of a program: only what a program may set, and only where it still counts. */

#ifndef SCENARIO_SCENARIO_CHECK_SET_H
#define SCENARIO_SCENARIO_CHECK_SET_H

#include "scenario/scenario_config.h"

/* Reports what is a matter of the host; what a connection that is open cannot change any more; and
 * what no connection will follow to have. */
void scenario_check_set_steps(const ScenarioList *steps, ScenarioDiag *diag);

#endif
