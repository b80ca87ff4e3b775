#include "scenario/scenario_plan.h"

#include <string.h>

#define NO_NETWORK UINT32_MAX

/* Sets of numbers, kept as trees. */
static uint32_t find_root(uint32_t *parent, uint32_t i)
{
    while (parent[i] != i) {
        parent[i] = parent[parent[i]];
        i = parent[i];
    }
    return i;
}

static uint32_t *new_sets(uint32_t count)
{
    uint32_t *parent = g_new(uint32_t, MAX(count, 1));
    for (uint32_t i = 0; i < count; i++) {
        parent[i] = i;
    }
    return parent;
}

/* False: they were one already. */
static bool join(uint32_t *parent, uint32_t a, uint32_t b)
{
    uint32_t root_a = find_root(parent, a);
    uint32_t root_b = find_root(parent, b);
    parent[MAX(root_a, root_b)] = MIN(root_a, root_b);
    return root_a != root_b;
}

static bool is_switch(const ScenarioStation *station)
{
    return station->host->kind.number == SCENARIO_SWITCH;
}

uint32_t scenario_plan_node(const ScenarioPlan *plan, const ScenarioHost *host, uint32_t member)
{
    return plan->first_node[host->head.index] + (member == 0 ? 0 : member - 1);
}

static void count_nodes(ScenarioPlan *plan, const ScenarioConfig *config)
{
    plan->first_node = g_new(uint32_t, MAX(config->hosts.count, 1));
    for (uint32_t i = 0; i < config->hosts.count; i++) {
        const ScenarioHost *host = scenario_item(&config->hosts, ScenarioHost, i);
        plan->first_node[i] = plan->node_count;
        plan->node_count += MAX(scenario_host_members(host), 1);
    }
}

/* Gives what one item of `ends` says to the stations it names. */
static void give_end(ScenarioStation *stations, uint32_t pairs, const ScenarioNames *names,
                     const ScenarioLink *link, const ScenarioEnd *end)
{
    for (unsigned side = 0; side < 2; side++) {
        uint32_t first = 0;
        uint32_t last = 0;
        if (!scenario_names_end_members(names, link, side, end->head.name, &first, &last)) {
            continue;
        }
        for (uint32_t i = first; i <= last && i < pairs; i++) {
            ScenarioStation *station = &stations[2 * i + side];
            station->address = end->address.given ? &end->address : station->address;
            station->mac = end->mac.given ? &end->mac : station->mac;
        }
    }
}

static void add_link(ScenarioPlan *plan, const ScenarioNames *names, const ScenarioLink *link)
{
    uint32_t members = scenario_names_link_members(names, link);
    uint32_t pairs = MAX(members, 1);
    ScenarioStation *stations = &plan->stations[plan->station_count];
    for (uint32_t i = 0; i < pairs; i++) {
        for (unsigned side = 0; side < 2; side++) {
            ScenarioStation *station = &stations[2 * i + side];
            *station = (ScenarioStation){ .link = link, .member = members == 0 ? 0 : i + 1 };
            station->host_member =
                scenario_names_end_host(names, link, side, station->member, &station->host);
            station->node = scenario_plan_node(plan, station->host, station->host_member);
        }
    }
    for (uint32_t i = 0; i < link->ends.count; i++) {
        give_end(stations, pairs, names, link, scenario_item(&link->ends, ScenarioEnd, i));
    }
    plan->station_count += 2 * pairs;
}

static void add_links(ScenarioPlan *plan, const ScenarioConfig *config, const ScenarioNames *names)
{
    size_t count = 0;
    for (uint32_t i = 0; i < config->links.count; i++) {
        const ScenarioLink *link = scenario_item(&config->links, ScenarioLink, i);
        count += 2 * (size_t)MAX(scenario_names_link_members(names, link), 1);
    }
    plan->stations = g_new(ScenarioStation, MAX(count, 1));
    for (uint32_t i = 0; i < config->links.count; i++) {
        add_link(plan, names, scenario_item(&config->links, ScenarioLink, i));
    }
}

static void find_networks(ScenarioPlan *plan)
{
    g_autofree uint32_t *parent = new_sets(plan->node_count);
    for (uint32_t i = 0; i < plan->station_count; i += 2) {
        const ScenarioStation *ends = &plan->stations[i];
        if (is_switch(&ends[0]) && is_switch(&ends[1]) &&
            !join(parent, ends[0].node, ends[1].node) && plan->loop == NULL) {
            plan->loop = ends[0].link;
        }
    }
    g_autofree uint32_t *of_switch = g_new(uint32_t, MAX(plan->node_count, 1));
    for (uint32_t i = 0; i < plan->node_count; i++) {
        of_switch[i] = NO_NETWORK;
    }
    for (uint32_t i = 0; i < plan->station_count; i += 2) {
        ScenarioStation *ends = &plan->stations[i];
        const ScenarioStation *at = is_switch(&ends[0]) ? &ends[0] : &ends[1];
        uint32_t own = NO_NETWORK;
        uint32_t *known = is_switch(at) ? &of_switch[find_root(parent, at->node)] : &own;
        *known = *known == NO_NETWORK ? plan->network_count++ : *known;
        ends[0].network = ends[1].network = *known;
    }
}

static void list_stations(ScenarioPlan *plan)
{
    plan->first_of = g_new0(uint32_t, (size_t)plan->node_count + 1);
    plan->stations_of = g_new(uint32_t, MAX(plan->station_count, 1));
    for (uint32_t i = 0; i < plan->station_count; i++) {
        plan->first_of[plan->stations[i].node + 1]++;
    }
    for (uint32_t i = 0; i < plan->node_count; i++) {
        plan->first_of[i + 1] += plan->first_of[i];
    }
    g_autofree uint32_t *next = g_memdup2(plan->first_of, plan->node_count * sizeof(uint32_t));
    for (uint32_t i = 0; i < plan->station_count; i++) {
        plan->stations_of[next[plan->stations[i].node]++] = i;
    }
}

/* Only routers forward: a host with two links joins nothing. */
static void find_areas(ScenarioPlan *plan)
{
    plan->area_of_network = new_sets(plan->network_count);
    for (uint32_t node = 0; node < plan->node_count; node++) {
        const ScenarioStation *first = NULL;
        for (uint32_t i = plan->first_of[node]; i < plan->first_of[node + 1]; i++) {
            const ScenarioStation *station = &plan->stations[plan->stations_of[i]];
            first = first == NULL ? station : first;
            if (station->host->kind.number == SCENARIO_ROUTER) {
                join(plan->area_of_network, first->network, station->network);
            }
        }
    }
    for (uint32_t i = 0; i < plan->network_count; i++) {
        plan->area_of_network[i] = find_root(plan->area_of_network, i);
    }
}

ScenarioPlan *scenario_plan_new(const ScenarioConfig *config, const ScenarioNames *names)
{
    ScenarioPlan *plan = g_new0(ScenarioPlan, 1);
    count_nodes(plan, config);
    add_links(plan, config, names);
    find_networks(plan);
    list_stations(plan);
    find_areas(plan);
    return plan;
}

void scenario_plan_free(ScenarioPlan *plan)
{
    if (plan == NULL) {
        return;
    }
    g_free(plan->stations);
    g_free(plan->first_node);
    g_free(plan->area_of_network);
    g_free(plan->stations_of);
    g_free(plan->first_of);
    g_free(plan);
}

bool scenario_plan_joined(const ScenarioPlan *plan, uint32_t from, uint32_t to)
{
    if (from == to) {
        return true;
    }
    for (uint32_t i = plan->first_of[from]; i < plan->first_of[from + 1]; i++) {
        uint32_t area = plan->area_of_network[plan->stations[plan->stations_of[i]].network];
        for (uint32_t k = plan->first_of[to]; k < plan->first_of[to + 1]; k++) {
            if (plan->area_of_network[plan->stations[plan->stations_of[k]].network] == area) {
                return true;
            }
        }
    }
    return false;
}
