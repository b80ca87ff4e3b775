/* Loads a scenario for a verb and says what is wrong with it. */

#ifndef CLI_CLI_LOAD_H
#define CLI_CLI_LOAD_H

#include "cli/cli.h"
#include "scenario/scenario.h"

/* settings: "KEY=VALUE", ends with a NULL; may be NULL. NULL after printing all errors; *out_status
 * then says which kind they are. */
Scenario *cli_load(const Cli *cli, const char *path, const char *const *settings,
                   CliStatus *out_status);

#endif
