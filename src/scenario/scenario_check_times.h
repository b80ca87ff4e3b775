/* `at:` in the steps of a program: not before what its start and its waits have made sure of. */

#ifndef SCENARIO_SCENARIO_CHECK_TIMES_H
#define SCENARIO_SCENARIO_CHECK_TIMES_H

#include "scenario/scenario_config.h"

/* So many members run the program. */
void scenario_check_times(const ScenarioProgram *program, uint32_t members, ScenarioDiag *diag);

#endif
