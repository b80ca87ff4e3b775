/* Loads a scenario for a verb, builds its world, and says what is wrong with it. */

#ifndef CLI_CLI_LOAD_H
#define CLI_CLI_LOAD_H

#include "cli/cli.h"
#include "scenario/scenario_build.h"

/* settings: "KEY=VALUE", ends with a NULL; may be NULL. NULL: diag holds what is wrong, and
 * *out_status says which kind it is. */
Scenario *cli_load(const char *path, const char *const *settings, ScenarioDiag *diag,
                   CliStatus *out_status);

/* The world of a scenario. NULL: as above. */
ScenarioBuilt *cli_build(Scenario *scenario, ScenarioDiag *diag, CliStatus *out_status);

/* Prints what diag holds, on standard error. */
void cli_say_problems(ScenarioDiag *diag);

#endif
