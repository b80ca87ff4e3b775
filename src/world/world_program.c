#include "world/world_private.h"

static void run_start(SimEvent *event, int64_t now_ns)
{
    WorldProgram *program = (WorldProgram *)(void *)event;
    if (program->node->net->up) {
        program->started = true;
        app_start(program->app, now_ns);
    }
}

static bool resolve(void *data, const char *name, InetAddr *out_addr)
{
    const WorldProgram *program = data;
    return world_resolve_from(program->world, program->node, name, out_addr);
}

static bool configure(App *app, const WorldProgramConfig *config, GError **error)
{
    if (config->ops == &app_steps) {
        app_steps_set(app, config->steps, config->step_count);
        return true;
    }
    return app->ops->configure == NULL || app->ops->configure(app, config->params, error);
}

WorldProgram *world_add_program(World *world, WorldNode *node, const WorldProgramConfig *config,
                                GError **error)
{
    g_assert(world->connected && node->sockets != NULL);
    WorldProgram *program = g_new0(WorldProgram, 1);
    program->world = world;
    program->node = node;
    program->app = app_new(config->ops, node->sockets, config->name, world->seed, resolve, program);
    if (!configure(program->app, config, error)) {
        app_free(program->app);
        g_free(program);
        return NULL;
    }
    program->start_at_ns = config->start_at_ns;
    program->stays_down = config->stays_down;
    sim_event_init(&program->start, run_start);
    sim_arm(world->sim, &program->start, config->start_at_ns, &node->net->entity);
    g_ptr_array_add(world->programs, program);
    if (node->programs == NULL) {
        node->programs = g_ptr_array_new();
    }
    g_ptr_array_add(node->programs, program);
    return program;
}

void world_program_free(gpointer data)
{
    WorldProgram *program = data;
    sim_cancel(program->world->sim, &program->start);
    app_free(program->app);
    g_free(program);
}

void world_program_crash(WorldProgram *program)
{
    if (program->started) {
        app_reset(program->app);
    }
}

void world_program_restart(WorldProgram *program, int64_t now_ns)
{
    bool was_due = program->start_at_ns < now_ns;
    if (was_due && !(program->started && program->stays_down)) {
        sim_arm(program->world->sim, &program->start, now_ns, &program->node->net->entity);
    }
}
