#include "scenario/scenario_check_apps.h"

#include "scenario/scenario_names.h"
#include "scenario/scenario_program.h"
#include "world/world.h"

static void try_program(const Scenario *scenario, World *world, WorldNode *node,
                        const ScenarioProgram *program, uint32_t member, ScenarioDiag *diag)
{
    const WorldProgramConfig config = {
        .name = "tried",
        .ops = app_find(program->app.name),
        .params = scenario_program_params(scenario, program, member),
    };
    g_autoptr(GError) error = NULL;
    if (world_add_program(world, node, &config, &error) == NULL) {
        /* What an application says of its parameters is a msgid. */
        scenario_diag_error(diag, program->mark, "%s",
                            lang_text(scenario_diag_lang(diag), error->message));
    }
}

void scenario_check_apps(const Scenario *scenario, ScenarioDiag *diag)
{
    g_autoptr(World) world = world_new(0);
    WorldHostConfig config;
    world_host_config_init(&config);
    WorldNode *node = world_add_host(world, "tried", &config);
    world_connect(world, WORLD_ROUTING_NONE);
    for (uint32_t i = 0; i < scenario->config.apps.count; i++) {
        const ScenarioPrograms *programs =
            scenario_item(&scenario->config.apps, ScenarioPrograms, i);
        ScenarioRef ref = { 0 };
        scenario_names_host(scenario->names, programs->head.name, &ref);
        for (uint32_t k = 0; k < programs->programs.count; k++) {
            const ScenarioProgram *program = scenario_item(&programs->programs, ScenarioProgram, k);
            if (program->kind == SCENARIO_PROGRAM_APP) {
                try_program(scenario, world, node, program, ref.first, diag);
            }
        }
    }
}
