/* Keys of `topology:`: ready-made networks. */

#include "scenario/scenario_keys_table.h"

#define TOPOLOGY_COUNT(word, field, default_, max_, help_)                                         \
    {                                                                                              \
        .spec = { word, SIM_UNIT_NUMBER, default_, 1, max_, .help = help_ },                       \
        FIELD(ScenarioTopology, field)                                                             \
    }
#define TOPOLOGY_LINK(word, field, help_)                                                          \
    {                                                                                              \
        .spec = { word, .help = help_ }, .form = SCENARIO_FORM_MAP,                                \
        FIELD(ScenarioTopology, field), .map = &scenario_map_topology_link                         \
    }

static const ScenarioKey chain_keys[] = {
    TOPOLOGY_COUNT("routers", routers, 1, MAX_COUNT, N_("Routers between the two hosts.")),
    TOPOLOGY_LINK("link", link, N_("Every link of the chain.")),
    { .spec = { NULL } },
};
static const ScenarioMap chain_map = { .title = N_("a chain"), .keys = chain_keys };

static const ScenarioKey star_keys[] = {
    TOPOLOGY_COUNT("leaves", leaves, 4, MAX_COUNT, N_("Hosts around the centre.")),
    { .spec = { "centre", SIM_UNIT_WORD, SCENARIO_SWITCH, .words = scenario_host_kinds,
                .help = N_("What stands in the centre.") },
      FIELD(ScenarioTopology, centre) },
    TOPOLOGY_LINK("link", link, N_("Every link of the star.")),
    { .spec = { NULL } },
};
static const ScenarioMap star_map = { .title = N_("a star"), .keys = star_keys };

static const ScenarioKey dumbbell_keys[] = {
    TOPOLOGY_COUNT("senders", senders, 2, MAX_COUNT, N_("Hosts on the left.")),
    { .spec = { "receivers", SIM_UNIT_NUMBER, 0, 1, MAX_COUNT,
                .help = N_("Hosts on the right; auto: as many as senders.") },
      FIELD(ScenarioTopology, receivers),
      .special = scenario_word_auto_0 },
    TOPOLOGY_LINK("access", access, N_("Links between hosts and their router.")),
    TOPOLOGY_LINK("bottleneck", bottleneck, N_("The link between the two routers.")),
    { .spec = { NULL } },
};
static const ScenarioMap dumbbell_map = { .title = N_("a dumbbell"), .keys = dumbbell_keys };

static const ScenarioKey fat_tree_keys[] = {
    { .spec = { "k", SIM_UNIT_NUMBER, 4, 2, 128,
                .help = N_("Ports of each router, an even number; k^3/4 hosts.") },
      FIELD(ScenarioTopology, k) },
    TOPOLOGY_LINK("link", link, N_("Every link of the tree.")),
    { .spec = { NULL } },
};
static const ScenarioMap fat_tree_map = { .title = N_("a fat tree"), .keys = fat_tree_keys };

static const ScenarioKey topology_keys[] = {
    { .spec = { "chain", .help = N_("left - router.1 - ... - router.n - right.") },
      .form = SCENARIO_FORM_VARIANT,
      .map = &chain_map,
      .variant = SCENARIO_TOPOLOGY_CHAIN },
    { .spec = { "star", .help = N_("leaf.1 to leaf.n around centre.") },
      .form = SCENARIO_FORM_VARIANT,
      .map = &star_map,
      .variant = SCENARIO_TOPOLOGY_STAR },
    { .spec = { "dumbbell", .help = N_("sender.1 to sender.n - left - right - receiver.1 to "
                                       "receiver.m.") },
      .form = SCENARIO_FORM_VARIANT,
      .map = &dumbbell_map,
      .variant = SCENARIO_TOPOLOGY_DUMBBELL },
    { .spec = { "fat-tree", .help = N_("host.n below edge.n, aggregation.n and core.n routers.") },
      .form = SCENARIO_FORM_VARIANT,
      .map = &fat_tree_map,
      .variant = SCENARIO_TOPOLOGY_FAT_TREE },
    { .spec = { NULL } },
};

const ScenarioMap scenario_map_topology = {
    .title = N_("the topology"),
    .keys = topology_keys,
    .bytes = sizeof(ScenarioTopology),
    .one_of = true,
    .kind_offset = offsetof(ScenarioTopology, kind),
};
