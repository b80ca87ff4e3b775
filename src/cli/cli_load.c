#include "cli/cli_load.h"

Scenario *cli_load(const Cli *cli, const char *path, const char *const *settings,
                   CliStatus *out_status)
{
    g_auto(GStrv) folders = cli_data_folders("models");
    g_autoptr(ScenarioDiag) diag = scenario_diag_new(cli->lang, cli->colour_err);
    const ScenarioRequest request = { .path = path,
                                      .settings = settings,
                                      .folders = (const char *const *)folders };
    bool io = false;
    Scenario *scenario = scenario_load(&request, diag, &io);
    if (scenario == NULL) {
        g_autofree char *text = scenario_diag_to_string(diag);
        g_printerr("%s", text);
        *out_status = io ? CLI_IO : CLI_INVALID;
    }
    return scenario;
}
