/* Protects: the range that the manual and the messages give for a key is one that can be written:
 * both of its bounds read back as themselves. Walks the table of keys and those of all parts. */

#include "scenario/scenario_keys.h"
#include "scenario/scenario_quantity.h"

#include <string.h>

static void check_bound(const SimParamSpec *spec, int64_t bound)
{
    g_autofree char *text = scenario_quantity_format(spec->unit, bound);
    int64_t value = -1;
    g_autofree char *complaint = scenario_quantity_parse(spec->unit, text, NULL, &value);
    if (complaint != NULL || value != bound) {
        g_error("'%s' cannot be %s: %s", spec->name, text, complaint);
    }
}

static void check_spec(const SimParamSpec *spec)
{
    bool has_range = spec->unit == SIM_UNIT_NUMBER ||
                     (scenario_quantity_has_suffix(spec->unit) && spec->unit != SIM_UNIT_QUEUE);
    if (has_range) {
        g_assert_cmpint(spec->min, <=, spec->max);
        check_bound(spec, spec->min);
        check_bound(spec, spec->max);
    }
}

static guint check_parts(const ScenarioParts *parts)
{
    guint count = 0;
    for (size_t i = 0; parts->params != NULL && parts->name(i) != NULL; i++) {
        const SimParamSpec *spec = parts->params(i);
        for (; spec != NULL && spec->name != NULL; spec++, count++) {
            check_spec(spec);
        }
    }
    return count;
}

/* Keys below the map that were not counted yet. */
static guint check_map(GHashTable *seen, const ScenarioMap *map)
{
    guint count = 0;
    if (!g_hash_table_add(seen, (gpointer)map)) {
        return 0;
    }
    for (const ScenarioKey *key = map->keys; key->spec.name != NULL; key++, count++) {
        bool is_value = key->form == SCENARIO_FORM_VALUE || key->form == SCENARIO_FORM_VALUES;
        if (is_value) {
            check_spec(&key->spec);
        }
        count += key->map != NULL ? check_map(seen, key->map) : 0;
    }
    return count + (map->parts != NULL ? check_parts(map->parts) : 0);
}

static void test_bounds(void)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);
    g_assert_cmpuint(check_map(seen, &scenario_map_top), >, 150);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/scenario/bounds/can-be-written", test_bounds);
    return g_test_run();
}
