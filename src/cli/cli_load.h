/* Loads a scenario for a verb, builds its world, and says what is wrong with it. */

#ifndef CLI_CLI_LOAD_H
#define CLI_CLI_LOAD_H

#include "cli/cli.h"
#include "scenario/scenario_build.h"

/* The option --plugin of every verb that loads scenarios. */
#define CLI_PLUGIN_OPTION(plugins_)                                                                \
    {                                                                                              \
        .long_name = "plugin", .arg = G_OPTION_ARG_FILENAME_ARRAY, .arg_data = plugins_,           \
        .description = N_("load a congestion control of your own; see wirelab-tcp(7)"),            \
        .arg_description = "FILE.so"                                                               \
    }

/* settings: "KEY=VALUE", plugins: files; each ends with a NULL and may be NULL. NULL: diag holds
 * what is wrong, and *out_status says which kind it is. */
Scenario *cli_load(const char *path, const char *const *settings, const char *const *plugins,
                   ScenarioDiag *diag, CliStatus *out_status);

/* The world of a scenario. NULL: as above. */
ScenarioBuilt *cli_build(Scenario *scenario, ScenarioDiag *diag, CliStatus *out_status);

/* Prints what diag holds, on standard error. */
void cli_say_problems(ScenarioDiag *diag);

#endif
