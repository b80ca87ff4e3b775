#include "scenario/scenario_build.h"

#include "scenario/scenario_events.h"
#include "scenario/scenario_judge.h"
#include "scenario/scenario_keys.h"
#include "scenario/scenario_names.h"
#include "scenario/scenario_plan.h"
#include "scenario/scenario_read.h"
#include "tcp/tcp_variant.h"

#include <string.h>

static void failure_free(gpointer data)
{
    ScenarioFailure *failure = data;
    g_free(failure->message);
    g_free(failure);
}

void scenario_failure_add(GPtrArray *failures, ScenarioMark mark, char *message)
{
    ScenarioFailure *failure = g_new(ScenarioFailure, 1);
    *failure = (ScenarioFailure){ .mark = mark, .message = message };
    g_ptr_array_add(failures, failure);
}

void scenario_built_free(ScenarioBuilt *built)
{
    if (built == NULL) {
        return;
    }
    world_free(built->world);
    g_array_unref(built->steps);
    g_array_unref(built->programs);
    g_array_unref(built->expected);
    g_ptr_array_unref(built->failures);
    g_free(built);
}

/* Hosts */

/* The built-in ones first, then those of loaded modules. */
static TcpVariant variant_of(const ScenarioDoc *doc, size_t number)
{
    uint32_t count = 0;
    const TcpVariant *variants = tcp_variant_list(&count);
    if (number < count) {
        return variants[number];
    }
    return (TcpVariant){ .cc = scenario_modules_at(scenario_doc_modules(doc), number - count) };
}

static void apply_tcp(ScenarioDoc *doc, const ScenarioTcp *tcp, TcpConfig *config)
{
    uint32_t i = 0;
    for (const ScenarioKey *key = scenario_map_tcp.keys; key->tcp_set != NULL; key++, i++) {
        key->tcp_set(config, tcp->values[i].number);
    }
    const TcpVariant variant = variant_of(doc, (size_t)tcp->congestion.name.number);
    config->cc = variant.cc;
    config->cc_params = scenario_part_params(doc, &tcp->congestion.part);
    config->recovery = tcp->recovery.number == 0
                           ? variant.recovery
                           : tcp_recovery_registry()[tcp->recovery.number - 1];
    config->slow_start =
        tcp->hystart.number == 0 ? NULL : tcp_slow_start_registry()[tcp->hystart.number - 1];
}

static void apply_inet(const ScenarioMap *map, const ScenarioInet *inet, InetConfig *config)
{
    uint32_t i = 0;
    for (const ScenarioKey *key = map->keys; key->spec.name != NULL; key++, i++) {
        key->inet_set(config, inet->values[i].number);
    }
}

static void add_host(ScenarioBuilt *built, const Scenario *scenario, const ScenarioHost *host)
{
    WorldHostConfig config;
    world_host_config_init(&config);
    apply_tcp(scenario->doc, &host->tcp, &config.tcp);
    apply_inet(&scenario_map_ip, &host->ip, &config.inet);
    apply_inet(&scenario_map_arp, &host->arp, &config.inet);
    config.inet.forwards = host->kind.number == SCENARIO_ROUTER;
    uint32_t members = scenario_host_members(host);
    for (uint32_t i = members == 0 ? 0 : 1; i <= members; i++) {
        g_autofree char *name = scenario_member_name(host->head.name, i);
        if (host->kind.number == SCENARIO_SWITCH) {
            world_add_switch(built->world, name, host->ageing_ns.number);
        } else {
            world_add_host(built->world, name, &config);
        }
    }
}

/* Links */

static NetWireConfig wire_config(const ScenarioWire *wire)
{
    return (NetWireConfig){
        .rate_bps = wire->rate_bps.number,
        .delay_ns = wire->delay_ns.number,
        .count_gap = wire->count_gap.number != 0,
        .queue_limit = wire->queue.limit.number,
        .marks = wire->queue.mark_above.number != SCENARIO_MARK_NEVER,
        .mark_above = wire->queue.mark_above.number,
        .loss_ppb = (uint32_t)wire->loss.chance_ppb.number,
        .duplicate_ppb = (uint32_t)wire->duplicate_ppb.number,
        .corrupt_ppb = (uint32_t)wire->corrupt_ppb.number,
        .reorder_ppb = (uint32_t)wire->reorder.chance_ppb.number,
        .reorder_ns = wire->reorder.by_ns.number,
        .jitter_ns = wire->jitter.up_to_ns.number,
        .jitter_reorders = wire->jitter.reorders.number != 0,
    };
}

/* Both directions of a link's member: what the link says, and over it what `toward` says. */
static void resolve_wires(const Scenario *scenario, const ScenarioLink *link, uint32_t member,
                          ScenarioWire out_wire[2])
{
    out_wire[0] = out_wire[1] = link->wire;
    for (uint32_t i = 0; i < link->toward.count; i++) {
        const ScenarioToward *toward = scenario_item(&link->toward, ScenarioToward, i);
        int direction = scenario_names_direction(scenario->names, link, member, toward->head.name);
        g_assert(direction >= 0);
        scenario_overlay(&scenario_map_wire, &out_wire[direction], &toward->wire);
    }
}

static void give_ends(const ScenarioStation ends[2], WorldLinkConfig *config)
{
    for (unsigned side = 0; side < 2; side++) {
        if (ends[side].address != NULL) {
            inet_addr_parse(ends[side].address->text, &config->end[side].addr);
        }
        if (ends[side].mac != NULL) {
            mac_addr_parse(ends[side].mac->text, &config->end[side].mac);
        }
    }
}

/* A given address without a given network is on the /24 around it. */
static void give_network(const ScenarioLink *link, WorldLinkConfig *config)
{
    if (link->network.given) {
        g_auto(GStrv) parts = g_strsplit(link->network.text, "/", 2);
        inet_addr_parse(parts[0], &config->network);
        config->prefix_bits = (uint8_t)g_ascii_strtoull(parts[1], NULL, 10);
        return;
    }
    for (unsigned side = 0; side < 2; side++) {
        if (inet_addr_family(config->end[side].addr) != INET_FAMILY_NONE) {
            config->prefix_bits = 24;
            config->network = inet_addr_mask(config->end[side].addr, config->prefix_bits);
        }
    }
}

static void set_parts(const Scenario *scenario, WorldLink *link, const ScenarioWire wire[2])
{
    for (unsigned i = 0; i < 2; i++) {
        NetWire *target = net_link_wire(link->net, i);
        const QdiscOps *qdisc = qdisc_find(wire[i].queue.part.name);
        if (qdisc != &qdisc_droptail) {
            net_wire_set_qdisc(target, qdisc, wire[i].queue.limit.number,
                               scenario_part_params(scenario->doc, &wire[i].queue.part));
        }
        if (wire[i].loss.part.name != NULL) {
            net_wire_set_loss(target, loss_find(wire[i].loss.part.name),
                              scenario_part_params(scenario->doc, &wire[i].loss.part));
        }
    }
}

static void add_link(ScenarioBuilt *built, const Scenario *scenario, const ScenarioStation ends[2])
{
    const ScenarioLink *link = ends[0].link;
    uint32_t member = ends[0].member;
    ScenarioWire wire[2];
    resolve_wires(scenario, link, member, wire);
    g_autofree char *name = scenario_member_name(link->head.name, member);
    g_autofree char *from = scenario_names_end(scenario->names, link, 0, member);
    g_autofree char *to = scenario_names_end(scenario->names, link, 1, member);
    WorldLinkConfig config;
    world_link_config_init(&config, name, world_find_node(built->world, from),
                           world_find_node(built->world, to));
    config.type = (PacketLink)link->type.number;
    config.mtu_bytes = (uint32_t)link->mtu_bytes.number;
    config.wire[0] = wire_config(&wire[0]);
    config.wire[1] = wire_config(&wire[1]);
    give_ends(ends, &config);
    give_network(link, &config);
    set_parts(scenario, world_add_link(built->world, &config), wire);
}

static void add_links(ScenarioBuilt *built, const Scenario *scenario)
{
    g_autoptr(ScenarioPlan) plan = scenario_plan_new(&scenario->config, scenario->names);
    for (uint32_t i = 0; i < plan->station_count; i += 2) {
        add_link(built, scenario, &plan->stations[i]);
    }
}

/* Routes of hosts' own */

static void add_route(ScenarioBuilt *built, WorldNode *node, const ScenarioRoute *route,
                      ScenarioDiag *diag)
{
    InetAddr network = inet_addr_v4(0);
    uint8_t prefix_bits = 0;
    if (!g_str_equal(route->to.text, "default")) {
        g_auto(GStrv) parts = g_strsplit(route->to.text, "/", 2);
        inet_addr_parse(parts[0], &network);
        prefix_bits = (uint8_t)g_ascii_strtoull(parts[1], NULL, 10);
    }
    const WorldNode *via = world_find_node(built->world, route->via.text);
    for (guint i = 0; via != NULL && i < via->ends->len; i++) {
        const WorldEnd *end = via->ends->pdata[i];
        if (world_add_route(node, network, prefix_bits, end->addr,
                            (uint32_t)route->metric.number)) {
            return;
        }
    }
    scenario_diag_error(diag, route->via.mark, N_("'%s' is on no network of '%s'"), route->via.text,
                        node->net->name);
}

static void add_routes(ScenarioBuilt *built, const Scenario *scenario, ScenarioDiag *diag)
{
    for (uint32_t i = 0; i < scenario->config.hosts.count; i++) {
        const ScenarioHost *host = scenario_item(&scenario->config.hosts, ScenarioHost, i);
        uint32_t members = scenario_host_members(host);
        for (uint32_t member = members == 0 ? 0 : 1; member <= members; member++) {
            g_autofree char *name = scenario_member_name(host->head.name, member);
            for (uint32_t k = 0; k < host->routes.count; k++) {
                add_route(built, world_find_node(built->world, name),
                          scenario_item(&host->routes, ScenarioRoute, k), diag);
            }
        }
    }
}

/* Programs */

/* Members of a family start evenly over the spread. */
static int64_t start_of(const ScenarioProgram *program, uint32_t place, uint32_t count)
{
    unsigned __int128 spread = (unsigned __int128)program->start.spread_ns.number * place / count;
    return program->start.at_ns.number + (int64_t)spread;
}

static void add_program(ScenarioBuilt *built, const Scenario *scenario, const char *host,
                        const ScenarioProgram *program, uint32_t member, int64_t start_at_ns)
{
    WorldNode *node = world_find_node(built->world, host);
    g_autofree char *name =
        scenario_program_name(host, node->programs == NULL ? 0 : node->programs->len);
    ScenarioSteps steps = { 0 };
    WorldProgramConfig config = { .name = name,
                                  .start_at_ns = start_at_ns,
                                  .stays_down = program->on_reboot.number != 0 };
    if (program->kind == SCENARIO_PROGRAM_STEPS) {
        steps = scenario_program_steps(scenario, program, member);
        config.ops = &app_steps;
        config.steps = steps.steps;
        config.step_count = steps.count;
    } else {
        config.ops = app_find(program->app.name);
        config.params = scenario_program_params(scenario, program, member);
    }
    const WorldProgram *added = world_add_program(built->world, node, &config, NULL);
    g_assert(added != NULL); /* scenario_check_apps() has tried it */
    g_array_append_val(built->steps, steps);
    g_array_append_val(built->programs, program);
}

static void add_programs(ScenarioBuilt *built, const Scenario *scenario)
{
    for (uint32_t i = 0; i < scenario->config.apps.count; i++) {
        const ScenarioPrograms *programs =
            scenario_item(&scenario->config.apps, ScenarioPrograms, i);
        ScenarioRef ref = { 0 };
        scenario_names_host(scenario->names, programs->head.name, &ref);
        uint32_t count = ref.last - ref.first + 1;
        for (uint32_t member = ref.first; member <= ref.last; member++) {
            g_autofree char *host = scenario_member_name(ref.host->head.name, member);
            for (uint32_t k = 0; k < programs->programs.count; k++) {
                const ScenarioProgram *program =
                    scenario_item(&programs->programs, ScenarioProgram, k);
                add_program(built, scenario, host, program, member,
                            start_of(program, member - ref.first, count));
            }
        }
    }
}

ScenarioBuilt *scenario_build(const Scenario *scenario, const Lang *lang, ScenarioDiag *diag)
{
    g_autoptr(ScenarioBuilt) built = g_new0(ScenarioBuilt, 1);
    built->world = world_new((uint64_t)scenario->config.seed.number);
    built->steps = g_array_new(FALSE, FALSE, sizeof(ScenarioSteps));
    built->programs = g_array_new(FALSE, FALSE, sizeof(const ScenarioProgram *));
    built->expected = g_array_new(FALSE, FALSE, sizeof(ScenarioExpected));
    built->failures = g_ptr_array_new_with_free_func(failure_free);
    for (uint32_t i = 0; i < scenario->config.hosts.count; i++) {
        add_host(built, scenario, scenario_item(&scenario->config.hosts, ScenarioHost, i));
    }
    add_links(built, scenario);
    if (!world_connect(built->world, (WorldRouting)scenario->config.routing.number)) {
        scenario_diag_error(diag, (ScenarioMark){ 0 },
                            N_("there are more networks than 10.0.0.0/8 has room for beside those "
                               "that are given; give some of them a 'network' elsewhere"));
        return NULL;
    }
    add_routes(built, scenario, diag);
    scenario_add_faults(built, scenario);
    add_programs(built, scenario);
    scenario_judge_bind(built, scenario, diag);
    scenario_add_events(built, scenario, lang);
    return scenario_diag_count(diag) > 0 ? NULL : g_steal_pointer(&built);
}
