/* Programs of a scenario as the application room wants them: steps in a row, with the words that
 * the trace shows. */

#ifndef SCENARIO_SCENARIO_PROGRAM_H
#define SCENARIO_SCENARIO_PROGRAM_H

#include "app/app_steps.h"
#include "scenario/scenario.h"

/* A program's steps, flattened, for the member of a family that runs it (0: no family): a star in
 * the name of a host is the member's number. step_marks[i] is where step i was written. All lives
 * as long as the scenario. */
typedef struct ScenarioSteps {
    AppStep *steps;
    ScenarioMark *marks;
    uint32_t count;
} ScenarioSteps;

ScenarioSteps scenario_program_steps(const Scenario *scenario, const ScenarioProgram *program,
                                     uint32_t member);

/* The parameters of a ready-made application, likewise. NULL: it has none. */
const SimParams *scenario_program_params(const Scenario *scenario, const ScenarioProgram *program,
                                         uint32_t member);

/* "client", or "client#2" for the second program of a host. Owned by the caller. */
char *scenario_program_name(const char *host, uint32_t index);

#endif
