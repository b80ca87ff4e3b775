#include "scenario/scenario_keys_walk.h"

#include "sim/lang.h"

typedef struct Visit {
    ScenarioKeyFn fn;
    void *data;
    GPtrArray *open; /* maps that are being visited */
} Visit;

static void visit_map(Visit *visit, const char *path, const ScenarioMap *map);

static char *join(const char *path, const char *word)
{
    return path[0] == '\0' ? g_strdup(word) : g_strconcat(path, ".", word, NULL);
}

static void visit_specs(Visit *visit, const char *path, const SimParamSpec *specs)
{
    for (; specs != NULL && specs->name != NULL; specs++) {
        const ScenarioKey key = { .spec = *specs };
        g_autofree char *below = join(path, specs->name);
        visit->fn(visit->data, below, &key);
    }
}

static void visit_parts(Visit *visit, const char *path, const ScenarioMap *map)
{
    for (size_t i = 0; map->parts != NULL && map->parts->name(i) != NULL; i++) {
        const SimParamSpec *specs = map->parts->params == NULL ? NULL : map->parts->params(i);
        if (map->part_key != NULL) {
            visit_specs(visit, path, specs);
            continue;
        }
        g_autofree char *below = join(path, map->parts->name(i));
        const ScenarioKey key = { .spec = { .name = map->parts->name(i),
                                            .help = N_("A ready-made application.") },
                                  .form = SCENARIO_FORM_MAP };
        visit->fn(visit->data, below, &key);
        visit_specs(visit, below, specs);
    }
}

static const char *place_of(ScenarioForm form)
{
    return form == SCENARIO_FORM_NAMED ? "*" : form == SCENARIO_FORM_LIST ? "0" : NULL;
}

static void visit_key(Visit *visit, const char *path, const ScenarioKey *key)
{
    g_autofree char *below = join(path, key->spec.name);
    visit->fn(visit->data, below, key);
    if (key->map == NULL) {
        return;
    }
    const ScenarioKey *content = key;
    if (key->form == SCENARIO_FORM_VARIANT && key->map->brief != NULL &&
        scenario_map_find(key->map, key->map->brief)->form == SCENARIO_FORM_LIST) {
        content = scenario_map_find(key->map, key->map->brief);
    }
    const char *place = place_of(content->form);
    g_autofree char *item = place == NULL ? g_strdup(below) : join(below, place);
    visit_map(visit, item, content->map);
}

static void visit_map(Visit *visit, const char *path, const ScenarioMap *map)
{
    if (g_ptr_array_find(visit->open, map, NULL)) {
        return;
    }
    g_ptr_array_add(visit->open, (gpointer)map);
    for (const ScenarioKey *key = map->keys; key->spec.name != NULL; key++) {
        if (map->only_brief) {
            visit_map(visit, path, key->map);
        } else {
            visit_key(visit, path, key);
        }
    }
    visit_parts(visit, path, map);
    g_ptr_array_set_size(visit->open, (gint)visit->open->len - 1);
}

void scenario_keys_walk(ScenarioKeyFn fn, void *data)
{
    Visit visit = { .fn = fn, .data = data, .open = g_ptr_array_new() };
    visit_map(&visit, "", &scenario_map_top);
    g_ptr_array_unref(visit.open);
}
