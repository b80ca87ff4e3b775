/* Protects: ready-made networks and families are the hosts and links that they stand for, joined as
 * described, and everybody reaches everybody; a thousand hosts take five lines. */

#include "scenario/scenario_bed.h"

#include "scenario/scenario_build.h"

#include <string.h>

typedef struct Row {
    const char *label;
    const char *yaml;
    guint nodes, links;
    const char *from, *to; /* a path that exists */
    const char *link;      /* a link that exists */
} Row;

static const Row rows[] = {
    { "chain", "topology: {chain: {routers: 8}}", 10, 9, "left", "right", "hop-9" },
    { "chain-by-word", "topology: chain", 3, 2, "right", "left", "hop-1" },
    { "star", "topology: {star: {leaves: 5}}", 6, 5, "leaf.1", "leaf.5", "spoke.5" },
    { "star-router", "topology: {star: {leaves: 5, centre: router}}", 6, 5, "leaf.2", "leaf.4",
      "spoke.1" },
    { "dumbbell", "topology: {dumbbell: {senders: 500}}", 1002, 1001, "sender.500", "receiver.1",
      "right-access.500" },
    { "dumbbell-uneven", "topology: {dumbbell: {senders: 3, receivers: 1}}", 6, 5, "sender.3",
      "receiver.1", "bottleneck" },
    { "fat-tree-4", "topology: {fat-tree: {k: 4}}", 36, 48, "host.1", "host.16", "core-link-16" },
    { "fat-tree-8", "topology: {fat-tree: {k: 8}}", 208, 384, "host.1", "host.128", "edge-link-1" },
    { "family", "hosts: {a: {count: 3}, r: router}\nlinks: {l: {between: [a.*, r]}}", 4, 3, "a.1",
      "a.3", "l.2" },
    { "family-of-one", "hosts: {a: {count: 1}, r: router}\nlinks: {l: {between: [a.*, r]}}", 2, 1,
      "a.1", "r", "l.1" },
    { "family-pairs", "hosts: {a: {count: 3}, b: {count: 3}}\nlinks: {l: {between: [a.*, b.*]}}", 6,
      3, "a.2", "b.2", "l.2" },
    { "member", "hosts: {a: {count: 3}, b: }\nlinks: {l: {between: [a.2, b]}}", 4, 1, "a.2", "b",
      "l" },
};

/* Builds the network with a ping from one end to the other, and runs it. */
static void test_row(gconstpointer data)
{
    const Row *row = data;
    g_autofree char *yaml = g_strdup_printf(
        "wirelab: 1\n%s\napps: {%s: {ping: {to: %s, count: 1}}}\n", row->yaml, row->from, row->to);
    g_autoptr(Scenario) scenario = scenario_bed_load_good(yaml, NULL);
    g_autoptr(ScenarioDiag) diag = scenario_diag_new(NULL, false);
    g_autoptr(ScenarioBuilt) built = scenario_build(scenario, NULL, diag);
    g_assert_nonnull(built);
    g_assert_cmpuint(world_nodes(built->world)->len, ==, row->nodes);
    g_assert_cmpuint(world_links(built->world)->len, ==, row->links);
    g_assert_nonnull(world_find_link(built->world, row->link));
    world_run(built->world, 10 * SIM_NS_PER_S);
    const WorldProgram *program = world_programs(built->world)->pdata[0];
    g_assert_cmpuint(program->app->stats.received_pkts, ==, 1);
}

/* In a fat tree every router has k ports, and every core router one way to each pod. */
static void test_fat_tree_ports(void)
{
    g_autoptr(Scenario) scenario =
        scenario_bed_load_good("wirelab: 1\ntopology: {fat-tree: {k: 6}}\n", NULL);
    g_autoptr(ScenarioDiag) diag = scenario_diag_new(NULL, false);
    g_autoptr(ScenarioBuilt) built = scenario_build(scenario, NULL, diag);
    const GPtrArray *nodes = world_nodes(built->world);
    for (guint i = 0; i < nodes->len; i++) {
        const WorldNode *node = nodes->pdata[i];
        g_assert_cmpuint(node->ends->len, ==, node->kind == WORLD_ROUTER ? 6 : 1);
        bool is_core = g_str_has_prefix(node->net->name, "core");
        guint pods_seen = 0;
        for (guint k = 0; is_core && k < node->ends->len; k++) {
            const WorldEnd *end = node->ends->pdata[k];
            const char *below = end->link->end[1 - end->side].node->net->name;
            guint number = (guint)g_ascii_strtoull(strchr(below, '.') + 1, NULL, 10);
            pods_seen |= 1u << (number - 1) / 3;
        }
        g_assert_cmphex(pods_seen, ==, is_core ? 0x3f : 0);
    }
}

/* What hosts and links say of a topology's parts is laid over what the topology makes of them. */
static void test_overlay(void)
{
    g_autoptr(Scenario) scenario = scenario_bed_load_good(
        "wirelab: 1\n"
        "topology: {dumbbell: {senders: 3, access: {rate: 5Mbit/s}, bottleneck: {queue: 7pkt}}}\n"
        "hosts: {sender: {tcp: {nagle: false}}, extra: }\n"
        "links: {bottleneck: {delay: 33ms}, more: {between: [extra, left]}}\n",
        NULL);
    const ScenarioConfig *config = &scenario->config;
    g_assert_cmpuint(config->hosts.count, ==, 5);
    g_assert_cmpint(scenario_item(&config->hosts, ScenarioHost, 0)->count.number, ==, 3);
    const ScenarioLink *bottleneck = scenario_item(&config->links, ScenarioLink, 0);
    g_assert_cmpstr(bottleneck->head.name, ==, "bottleneck");
    g_assert_cmpint(bottleneck->wire.delay_ns.number, ==, 33000000);
    g_assert_cmpint(bottleneck->wire.queue.limit.number, ==, 7);
    const ScenarioLink *access = scenario_item(&config->links, ScenarioLink, 1);
    g_assert_cmpint(access->wire.rate_bps.number, ==, 5000000);
}

/* The members of a family start evenly over the spread, from the first on. */
static void test_spread(void)
{
    g_autoptr(Scenario) scenario =
        scenario_bed_load_good("wirelab: 1\n"
                               "hosts: {a: {count: 4}, r: router}\n"
                               "links: {l: {between: [a.*, r]}}\n"
                               "apps: {a: {discard: , start: {at: 1s, spread: 100ms}}}\n",
                               NULL);
    g_autoptr(ScenarioDiag) diag = scenario_diag_new(NULL, false);
    g_autoptr(ScenarioBuilt) built = scenario_build(scenario, NULL, diag);
    const GPtrArray *programs = world_programs(built->world);
    g_assert_cmpuint(programs->len, ==, 4);
    for (guint i = 0; i < programs->len; i++) {
        const WorldProgram *program = programs->pdata[i];
        g_assert_cmpint(program->start_at_ns, ==, SIM_NS_PER_S + i * 25 * SIM_NS_PER_MS);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *path = g_strdup_printf("/scenario/topology/%s", rows[i].label);
        g_test_add_data_func(path, &rows[i], test_row);
    }
    g_test_add_func("/scenario/topology/fat-tree-ports", test_fat_tree_ports);
    g_test_add_func("/scenario/topology/overlay", test_overlay);
    g_test_add_func("/scenario/topology/spread", test_spread);
    return g_test_run();
}
