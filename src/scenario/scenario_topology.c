#include "scenario/scenario_topology.h"

#include <string.h>

typedef struct Builder {
    ScenarioDoc *doc;
    ScenarioReader *reader;
    const ScenarioTopology *topology;
    GArray *hosts; /* of ScenarioHost */
    GArray *links; /* of ScenarioLink */
} Builder;

/* count 0: a single host. */
static void add_host(Builder *builder, const char *name, ScenarioHostKind kind, int64_t count)
{
    ScenarioHost host = { 0 };
    scenario_read(builder->reader, &scenario_map_host, NULL, &host);
    host.head = (ScenarioHead){ .name = name,
                                .index = builder->hosts->len,
                                .mark = builder->topology->mark };
    host.kind.number = kind;
    host.count.number = count;
    host.from_topology = true;
    g_array_append_val(builder->hosts, host);
}

/* ends: texts as `between:` has them. */
static void add_link(Builder *builder, const char *name, const char *from, const char *to,
                     const ScenarioLink *pattern)
{
    ScenarioLink link = *pattern;
    ScenarioValue *ends = scenario_doc_alloc(builder->doc, 2 * sizeof *ends);
    ScenarioMark mark = builder->topology->mark;
    ends[0] = (ScenarioValue){ .text = scenario_doc_text(builder->doc, from),
                               .mark = mark,
                               .given = true };
    ends[1] =
        (ScenarioValue){ .text = scenario_doc_text(builder->doc, to), .mark = mark, .given = true };
    link.head = (ScenarioHead){ .name = scenario_doc_text(builder->doc, name),
                                .index = builder->links->len,
                                .mark = mark };
    link.between = (ScenarioList){ .items = ends, .count = 2, .given = true };
    link.from_topology = true;
    g_array_append_val(builder->links, link);
}

/* left - router.1 - ... - router.n - right */
static void expand_chain(Builder *builder)
{
    const ScenarioTopology *topology = builder->topology;
    int64_t routers = topology->routers.number;
    add_host(builder, "left", SCENARIO_HOST, 0);
    add_host(builder, "router", SCENARIO_ROUTER, routers);
    add_host(builder, "right", SCENARIO_HOST, 0);
    for (int64_t i = 0; i <= routers; i++) {
        g_autofree char *name = g_strdup_printf("hop-%" G_GINT64_FORMAT, i + 1);
        g_autofree char *from = g_strdup_printf("router.%" G_GINT64_FORMAT, i);
        g_autofree char *to = g_strdup_printf("router.%" G_GINT64_FORMAT, i + 1);
        add_link(builder, name, i == 0 ? "left" : from, i == routers ? "right" : to,
                 &topology->link);
    }
}

static void expand_star(Builder *builder)
{
    const ScenarioTopology *topology = builder->topology;
    add_host(builder, "leaf", SCENARIO_HOST, topology->leaves.number);
    add_host(builder, "centre", (ScenarioHostKind)topology->centre.number, 0);
    add_link(builder, "spoke", "leaf.*", "centre", &topology->link);
}

/* The bottleneck comes first, so that its network is the first whatever the number of hosts. */
static void expand_dumbbell(Builder *builder)
{
    const ScenarioTopology *topology = builder->topology;
    int64_t receivers =
        topology->receivers.number == 0 ? topology->senders.number : topology->receivers.number;
    add_host(builder, "sender", SCENARIO_HOST, topology->senders.number);
    add_host(builder, "left", SCENARIO_ROUTER, 0);
    add_host(builder, "right", SCENARIO_ROUTER, 0);
    add_host(builder, "receiver", SCENARIO_HOST, receivers);
    add_link(builder, "bottleneck", "left", "right", &topology->bottleneck);
    add_link(builder, "left-access", "sender.*", "left", &topology->access);
    add_link(builder, "right-access", "right", "receiver.*", &topology->access);
}

static void add_tree_link(Builder *builder, const char *kind, int64_t number, const char *below,
                          int64_t below_number, const char *above, int64_t above_number)
{
    g_autofree char *name = g_strdup_printf("%s-%" G_GINT64_FORMAT, kind, number);
    g_autofree char *from = g_strdup_printf("%s.%" G_GINT64_FORMAT, below, below_number);
    g_autofree char *to = g_strdup_printf("%s.%" G_GINT64_FORMAT, above, above_number);
    add_link(builder, name, from, to, &builder->topology->link);
}

/* Al-Fares, Loukissas and Vahdat, "A scalable, commodity data center network architecture", SIGCOMM
 * 2008: k pods of k/2 edge and k/2 aggregation routers; (k/2)^2 core routers, each with one way to
 * each pod. */
static void expand_fat_tree(Builder *builder)
{
    int64_t k = builder->topology->k.number;
    int64_t half = k / 2;
    add_host(builder, "host", SCENARIO_HOST, k * half * half);
    add_host(builder, "edge", SCENARIO_ROUTER, k * half);
    add_host(builder, "aggregation", SCENARIO_ROUTER, k * half);
    add_host(builder, "core", SCENARIO_ROUTER, half * half);
    for (int64_t i = 0; i < k * half * half; i++) {
        add_tree_link(builder, "host-link", i + 1, "host", i + 1, "edge", i / half + 1);
    }
    for (int64_t i = 0; i < k * half * half; i++) {
        int64_t edge = i / half;
        int64_t pod = edge / half;
        add_tree_link(builder, "edge-link", i + 1, "edge", edge + 1, "aggregation",
                      pod * half + i % half + 1);
    }
    for (int64_t i = 0; i < k * half * half; i++) {
        int64_t aggregation = i / half;
        int64_t place = aggregation % half;
        add_tree_link(builder, "core-link", i + 1, "aggregation", aggregation + 1, "core",
                      place * half + i % half + 1);
    }
}

static ScenarioList list_of(ScenarioDoc *doc, const GArray *array, size_t item_bytes)
{
    ScenarioList list = { .count = array->len };
    list.items = scenario_doc_alloc(doc, MAX(array->len, 1) * item_bytes);
    if (array->len > 0) {
        memcpy(list.items, array->data, array->len * item_bytes);
    }
    return list;
}

void scenario_topology_expand(ScenarioDoc *doc, ScenarioReader *reader, ScenarioConfig *config,
                              ScenarioDiag *diag)
{
    static void (*const expand[])(Builder * builder) = {
        [SCENARIO_TOPOLOGY_CHAIN] = expand_chain,
        [SCENARIO_TOPOLOGY_STAR] = expand_star,
        [SCENARIO_TOPOLOGY_DUMBBELL] = expand_dumbbell,
        [SCENARIO_TOPOLOGY_FAT_TREE] = expand_fat_tree,
    };
    const ScenarioTopology *topology = &config->topology;
    if (topology->kind < 0 || scenario_diag_count(diag) > 0) {
        return;
    }
    if (topology->kind == SCENARIO_TOPOLOGY_FAT_TREE && topology->k.number % 2 != 0) {
        scenario_diag_error(diag, topology->k.mark, N_("'k' must be even, not %s"),
                            topology->k.text);
        return;
    }
    Builder builder = { .doc = doc, .reader = reader, .topology = topology };
    builder.hosts = g_array_new(FALSE, FALSE, sizeof(ScenarioHost));
    builder.links = g_array_new(FALSE, FALSE, sizeof(ScenarioLink));
    expand[topology->kind](&builder);
    config->hosts = list_of(doc, builder.hosts, sizeof(ScenarioHost));
    config->links = list_of(doc, builder.links, sizeof(ScenarioLink));
    g_array_unref(builder.hosts);
    g_array_unref(builder.links);
}
