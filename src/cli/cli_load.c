#include "cli/cli_load.h"

Scenario *cli_load(const char *path, const char *const *settings, const char *const *plugins,
                   ScenarioDiag *diag, CliStatus *out_status)
{
    g_auto(GStrv) folders = cli_data_folders("models");
    const ScenarioRequest request = { .path = path,
                                      .settings = settings,
                                      .modules = plugins,
                                      .folders = (const char *const *)folders };
    bool io = false;
    Scenario *scenario = scenario_load(&request, diag, &io);
    if (scenario == NULL) {
        *out_status = io ? CLI_IO : CLI_INVALID;
    }
    return scenario;
}

ScenarioBuilt *cli_build(Scenario *scenario, ScenarioDiag *diag, CliStatus *out_status)
{
    scenario_diag_set_sources(diag, scenario_doc_sources(scenario->doc));
    ScenarioBuilt *built = scenario_build(scenario, scenario_diag_lang(diag), diag);
    if (built == NULL) {
        *out_status = CLI_INVALID;
    }
    return built;
}

void cli_say_problems(ScenarioDiag *diag)
{
    g_autofree char *text = scenario_diag_to_string(diag);
    g_printerr("%s", text);
}
