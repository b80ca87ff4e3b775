#include "scenario/scenario_watch.h"

static void add_nodes(const World *world, TraceLog *log)
{
    static const TracePlaceKind kinds[] = { [WORLD_HOST] = TRACE_PLACE_HOST,
                                            [WORLD_ROUTER] = TRACE_PLACE_ROUTER,
                                            [WORLD_SWITCH] = TRACE_PLACE_SWITCH,
                                            [WORLD_OUTSIDE] = TRACE_PLACE_HOST };
    const GPtrArray *nodes = world_nodes(world);
    for (guint i = 0; i < nodes->len; i++) {
        const WorldNode *node = nodes->pdata[i];
        trace_log_add_node(log, kinds[node->kind], node->net);
    }
}

static void add_links(const World *world, TraceLog *log)
{
    const GPtrArray *links = world_links(world);
    for (guint i = 0; i < links->len; i++) {
        const WorldLink *link = links->pdata[i];
        for (unsigned side = 0; side < 2; side++) {
            trace_log_add_wire(log, net_link_wire(link->net, side), link->config.type);
        }
    }
}

static void add_addresses(const World *world, TraceLog *log)
{
    const GPtrArray *nodes = world_nodes(world);
    for (guint i = 0; i < nodes->len; i++) {
        const WorldNode *node = nodes->pdata[i];
        for (guint k = 0; node->inet != NULL && k < node->ends->len; k++) {
            const WorldEnd *end = node->ends->pdata[k];
            trace_log_add_addr(log, node->net, end->addr);
        }
    }
}

static void add_programs(const World *world, TraceLog *log)
{
    const GPtrArray *programs = world_programs(world);
    for (guint i = 0; i < programs->len; i++) {
        const WorldProgram *program = programs->pdata[i];
        trace_log_add_program(log, program->node->net, program->app);
    }
}

static void on_host(void *watcher, const WorldNode *node, const char *what, int64_t now_ns)
{
    trace_log_host(watcher, node->net, what, now_ns);
}

static bool is_end(const TraceRun *run, const TraceConn *conn, unsigned end, const char *host)
{
    uint32_t place = conn->end[end].place;
    return place != TRACE_NONE && g_str_equal(trace_place(run, place)->name, host);
}

static uint32_t find_isn(void *above, const char *name, InetAddr from, uint32_t out_iss[2])
{
    const TraceRun *run = trace_log_run(above);
    uint32_t count = 0;
    for (guint i = 0; i < run->conns->len; i++) {
        const TraceConn *conn = trace_conn(run, i);
        bool is_named = g_str_equal(conn->name, name);
        unsigned own = inet_addr_equal(conn->end[1].addr, from) ? 1 : 0;
        if ((!is_named && !is_end(run, conn, 0, name) && !is_end(run, conn, 1, name)) ||
            !conn->end[own].iss_known) {
            continue;
        }
        out_iss[0] = conn->end[own].iss;
        out_iss[1] = conn->end[!own].iss;
        if (is_named) {
            return 1;
        }
        count++;
    }
    return count;
}

static void describe_run(const Scenario *scenario, TraceRun *run)
{
    const ScenarioConfig *config = &scenario->config;
    run->scenario = trace_run_text(run, scenario->name);
    run->title_en = trace_run_text(run, config->title.en.text);
    run->title_zh = trace_run_text(run, config->title.zh.text);
    run->about_en = trace_run_text(run, config->about.en.text);
    run->about_zh = trace_run_text(run, config->about.zh.text);
    run->lang = config->lang.number == 0 ? "en" : "zh";
    run->seed = (uint64_t)config->seed.number;
    g_autofree char *modules = scenario_modules_json(scenario->modules);
    run->modules = trace_run_text(run, modules);
}

ScenarioWatch *scenario_watch_new(const Scenario *scenario, ScenarioBuilt *built, TraceLevel level,
                                  bool keep_lines)
{
    ScenarioWatch *watch = g_new0(ScenarioWatch, 1);
    watch->log = trace_log_new(world_sim(built->world), level, keep_lines);
    describe_run(scenario, trace_log_run(watch->log));
    add_nodes(built->world, watch->log);
    add_links(built->world, watch->log);
    add_addresses(built->world, watch->log);
    add_programs(built->world, watch->log);
    watch->observer = (WorldObserver){ .net = trace_log_net_probe(watch->log),
                                       .inet = trace_log_inet_probe(watch->log),
                                       .tcp = trace_log_tcp_probe(watch->log),
                                       .socket = trace_log_socket_probe(watch->log),
                                       .watcher = watch->log,
                                       .on_host = on_host };
    world_add_observer(built->world, &watch->observer);
    built->find_isn = find_isn;
    built->above = watch->log;
    return watch;
}

void scenario_watch_free(ScenarioWatch *watch)
{
    if (watch == NULL) {
        return;
    }
    trace_log_free(watch->log);
    g_free(watch);
}

int scenario_watch_level(const Scenario *scenario)
{
    static const int levels[SCENARIO_N_EXPECTS] = {
        [SCENARIO_EXPECT_STATES] = TRACE_LEVEL_CONNECTIONS,
        [SCENARIO_EXPECT_RETRANSMISSIONS] = TRACE_LEVEL_SUMMARY,
        [SCENARIO_EXPECT_SEGMENTS] = TRACE_LEVEL_SUMMARY,
        [SCENARIO_EXPECT_DROPS] = TRACE_LEVEL_FULL,
        [SCENARIO_EXPECT_MARKS] = TRACE_LEVEL_FULL,
        [SCENARIO_EXPECT_CE_RECEIVED] = TRACE_LEVEL_SUMMARY,
        [SCENARIO_EXPECT_ECE_SENT] = TRACE_LEVEL_SUMMARY,
        [SCENARIO_EXPECT_ECN_REDUCTIONS] = TRACE_LEVEL_SUMMARY,
        [SCENARIO_EXPECT_COMPLETION] = TRACE_LEVEL_CONNECTIONS,
        [SCENARIO_EXPECT_DELIVERED] = TRACE_LEVEL_SUMMARY,
        [SCENARIO_EXPECT_NO_RESET] = TRACE_LEVEL_FULL,
        [SCENARIO_EXPECT_ERROR] = TRACE_LEVEL_SUMMARY,
        [SCENARIO_EXPECT_STORY] = TRACE_LEVEL_FULL,
        [SCENARIO_EXPECT_RESULT] = -1, /* programs count by themselves */
    };
    int level = -1;
    for (uint32_t i = 0; i < scenario->config.expect.count; i++) {
        const ScenarioExpect *expect = scenario_item(&scenario->config.expect, ScenarioExpect, i);
        level = MAX(level, levels[expect->kind]);
    }
    for (uint32_t i = 0; i < scenario->config.inject.count; i++) {
        if (scenario_item(&scenario->config.inject, ScenarioInject, i)->of.given) {
            level = MAX(level, (int)TRACE_LEVEL_CONNECTIONS);
        }
    }
    return level;
}

bool scenario_watch_keeps(const Scenario *scenario)
{
    for (uint32_t i = 0; i < scenario->config.expect.count; i++) {
        const ScenarioExpect *expect = scenario_item(&scenario->config.expect, ScenarioExpect, i);
        if (expect->kind == SCENARIO_EXPECT_STORY) {
            return true;
        }
    }
    return false;
}
