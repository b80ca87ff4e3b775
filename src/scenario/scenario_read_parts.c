/* Defaults, and the keys that pluggable parts bring: the word that chooses one, and its values. */

#include "scenario/scenario_read_inner.h"

/* The index-th part of the map, those of loaded modules behind the registry's. */
static const char *part_name(const ScenarioReader *reader, const ScenarioMap *map, size_t index,
                             const SimParamSpec **out_specs)
{
    const ScenarioKey *key = map->part_key != NULL ? scenario_map_find(map, map->part_key) : NULL;
    size_t count = key != NULL && key->modules ? scenario_key_word_count(key) : SIZE_MAX;
    if (index >= count) {
        const TcpCcOps *ops = scenario_modules_at(scenario_doc_modules(reader->doc), index - count);
        *out_specs = ops->params;
        return ops->name;
    }
    *out_specs = map->parts->params == NULL ? NULL : map->parts->params(index);
    return map->parts->name(index);
}

void scenario_read_choose_part(ScenarioReader *reader, const ScenarioMap *map, void *base,
                               size_t index, ScenarioMark mark)
{
    ScenarioPart *part = scenario_read_part(map, base);
    part->name = part_name(reader, map, index, &part->specs);
    part->mark = mark;
    uint32_t count = 0;
    while (part->specs != NULL && part->specs[count].name != NULL) {
        count++;
    }
    part->values =
        count == 0 ? NULL : scenario_doc_alloc(reader->doc, count * sizeof *part->values);
    for (uint32_t i = 0; i < count; i++) {
        part->values[i].number = part->specs[i].fallback;
    }
}

void scenario_read_defaults(ScenarioReader *reader, const ScenarioMap *map, void *base)
{
    for (const ScenarioKey *key = map->keys; key->spec.name != NULL; key++) {
        if (key->form == SCENARIO_FORM_VALUE) {
            ScenarioValue *value = scenario_read_field(key, base);
            value->number = scenario_key_fallback(key);
            value->text = key->fallback_text;
        } else if (key->form == SCENARIO_FORM_MAP) {
            scenario_read_defaults(reader, key->map, scenario_read_field(key, base));
        }
    }
    if (map->one_of) {
        *scenario_read_kind(map, base) = -1;
    }
    if (map->part_key != NULL) {
        int64_t fallback = scenario_key_fallback(scenario_map_find(map, map->part_key));
        if (fallback >= 0) {
            scenario_read_choose_part(reader, map, base, (size_t)fallback, (ScenarioMark){ 0 });
        }
    }
}

static void read_part_value(ScenarioReader *reader, const ScenarioPart *part, uint32_t i,
                            const ScenarioNode *node)
{
    ScenarioKey key = { .spec = part->specs[i] };
    scenario_value_read(reader->values, &key, node, &part->values[i]);
}

bool scenario_read_part_key(ScenarioReader *reader, const ScenarioPart *part,
                            const ScenarioNode *node)
{
    for (uint32_t i = 0; part->specs != NULL && part->specs[i].name != NULL; i++) {
        if (g_str_equal(part->specs[i].name, node->key)) {
            read_part_value(reader, part, i, node);
            return true;
        }
    }
    return false;
}

void scenario_read_check_part(ScenarioReader *reader, const ScenarioContext *at,
                              const ScenarioPart *part, ScenarioMark mark)
{
    for (uint32_t i = 0; part->specs != NULL && part->specs[i].name != NULL; i++) {
        ScenarioKey key = { .spec = part->specs[i] };
        scenario_read_check_required(reader, at, &key, part->values[i].given, mark);
    }
}

static void report_unknown_param(ScenarioReader *reader, const ScenarioContext *at,
                                 const ScenarioPart *part, const ScenarioNode *node)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    for (const SimParamSpec *spec = part->specs; spec != NULL && spec->name != NULL; spec++) {
        g_ptr_array_add(names, (gpointer)spec->name);
    }
    g_ptr_array_add(names, NULL);
    scenario_read_unknown_key(reader, at, node->key_mark, node->key, names);
}

/* The map of a part whose name is itself a key: its values are all there is in it. */
static void read_part_map(ScenarioReader *reader, const ScenarioContext *at,
                          const ScenarioNode *node, void *base)
{
    ScenarioPart *part = scenario_read_part(at->parent->map, base);
    uint32_t errors = scenario_diag_count(reader->diag);
    if (node->kind == SCENARIO_NODE_MAP) {
        for (const ScenarioNode *child = node->first; child != NULL; child = child->next) {
            if (!scenario_read_is_free_key(child->key) &&
                !scenario_read_part_key(reader, part, child)) {
                report_unknown_param(reader, at, part, child);
            }
        }
    } else if (!scenario_node_is_null(node)) {
        g_autofree char *where = scenario_read_describe(reader, at);
        scenario_diag_error(reader->diag, node->mark, N_("%s must be a map"), where);
        return;
    }
    if (scenario_diag_count(reader->diag) == errors) {
        scenario_read_check_part(reader, at, part, node->key == NULL ? node->mark : node->key_mark);
    }
}

/* A part whose name is a key of the map (an application). False: no part has that name. */
bool scenario_read_part_variant(ScenarioReader *reader, const ScenarioContext *at, const char *word,
                                ScenarioMark mark, const ScenarioNode *node, void *base)
{
    const ScenarioMap *map = at->map;
    for (size_t i = 0; map->parts != NULL && map->part_key == NULL && map->parts->name(i) != NULL;
         i++) {
        if (!g_str_equal(map->parts->name(i), word)) {
            continue;
        }
        if (scenario_read_set_kind(reader, at, base, map->part_variant, word, mark)) {
            scenario_read_choose_part(reader, map, base, i, mark);
            static const ScenarioMap no_map = { .title = "" };
            const ScenarioContext below = { .parent = at,
                                            .map = &no_map,
                                            .key = map->parts->name(i) };
            read_part_map(reader, &below, node, base);
        }
        return true;
    }
    return false;
}

/* The word that chooses a part. */
void scenario_read_part_word(ScenarioReader *reader, const ScenarioContext *at,
                             const ScenarioKey *key, const ScenarioNode *node, void *base)
{
    ScenarioValue *value = scenario_read_field(key, base);
    scenario_value_read(reader->values, key, node, value);
    const ScenarioPart *part = scenario_read_part(at->map, base);
    const SimParamSpec *specs;
    const char *name = part_name(reader, at->map, (size_t)MAX(value->number, 0), &specs);
    if (value->given && (part->name == NULL || !g_str_equal(part->name, name))) {
        scenario_read_choose_part(reader, at->map, base, (size_t)value->number, node->mark);
    }
}

/* The key that chooses a part comes before those that the part brings. */
void scenario_read_part_choice(ScenarioReader *reader, const ScenarioContext *at,
                               const ScenarioNode *node, void *base)
{
    const ScenarioNode *choice = scenario_node_find(node, at->map->part_key);
    if (choice != NULL) {
        scenario_read_part_word(reader, at, scenario_map_find(at->map, at->map->part_key), choice,
                                base);
    }
}

const SimParams *scenario_part_params(ScenarioDoc *doc, const ScenarioPart *part)
{
    if (part->specs == NULL) {
        return NULL;
    }
    uint32_t count = 0;
    while (part->specs[count].name != NULL) {
        count++;
    }
    int64_t *values = scenario_doc_alloc(doc, MAX(count, 1) * sizeof *values);
    const char **texts = scenario_doc_alloc(doc, MAX(count, 1) * sizeof *texts);
    for (uint32_t i = 0; i < count; i++) {
        values[i] = part->values[i].number;
        texts[i] = part->values[i].text;
    }
    SimParams *params = scenario_doc_alloc(doc, sizeof *params);
    *params = (SimParams){ .specs = part->specs, .values = values, .texts = texts };
    return params;
}
