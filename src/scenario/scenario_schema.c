/* Each map of the table becomes one definition, whose forms are alternatives: the map itself (one
 * for each pluggable part that may be chosen in it), the word of a kind that needs nothing more,
 * the brief form. */

#include "scenario/scenario_schema_inner.h"

static void put_specs(ScenarioSchemaWriter *writer, const SimParamSpec *specs)
{
    for (; specs != NULL && specs->name != NULL; specs++) {
        const ScenarioKey key = { .spec = *specs };
        scenario_schema_put_key(writer, &key);
    }
}

static bool any_required(const ScenarioMap *map)
{
    for (const ScenarioKey *key = map->keys; key->spec.name != NULL; key++) {
        if (key->spec.required) {
            return true;
        }
    }
    return false;
}

static bool any_spec_required(const SimParamSpec *specs)
{
    for (; specs != NULL && specs->name != NULL; specs++) {
        if (specs->required) {
            return true;
        }
    }
    return false;
}

static const SimParamSpec *specs_of(const ScenarioMap *map, size_t part)
{
    return map->parts->params == NULL ? NULL : map->parts->params(part);
}

/* The object of an application's own keys. */
static void put_part_map(ScenarioSchemaWriter *writer, const SimParamSpec *specs, const char *name)
{
    scenario_schema_begin_object(writer, name);
    scenario_schema_begin_array(writer, "anyOf");
    scenario_schema_begin_object(writer, NULL);
    scenario_schema_put_text(writer, "type", "object");
    scenario_schema_begin_object(writer, "properties");
    put_specs(writer, specs);
    scenario_schema_end_object(writer);
    scenario_schema_begin_array(writer, "required");
    for (const SimParamSpec *spec = specs; spec != NULL && spec->name != NULL; spec++) {
        if (spec->required) {
            json_builder_add_string_value(writer->json, spec->name);
        }
    }
    scenario_schema_end_array(writer);
    scenario_schema_put_free_keys(writer);
    json_builder_set_member_name(writer->json, "additionalProperties");
    json_builder_add_boolean_value(writer->json, FALSE);
    scenario_schema_end_object(writer);
    if (!any_spec_required(specs)) {
        scenario_schema_put_type(writer, "null");
    }
    scenario_schema_end_array(writer);
    scenario_schema_end_object(writer);
}

/* Exactly one of the kinds. */
static void put_one_of(ScenarioSchemaWriter *writer, const ScenarioMap *map)
{
    scenario_schema_begin_array(writer, "oneOf");
    for (const ScenarioKey *key = map->keys; key->spec.name != NULL; key++) {
        if (key->form == SCENARIO_FORM_VARIANT) {
            scenario_schema_begin_object(writer, NULL);
            scenario_schema_begin_array(writer, "required");
            json_builder_add_string_value(writer->json, key->spec.name);
            scenario_schema_end_array(writer);
            scenario_schema_end_object(writer);
        }
    }
    for (size_t i = 0; map->parts != NULL && map->parts->name(i) != NULL; i++) {
        scenario_schema_begin_object(writer, NULL);
        scenario_schema_begin_array(writer, "required");
        json_builder_add_string_value(writer->json, map->parts->name(i));
        scenario_schema_end_array(writer);
        scenario_schema_end_object(writer);
    }
    scenario_schema_end_array(writer);
}

/* The word that chooses a part, fixed to that part. */
static void put_choice(ScenarioSchemaWriter *writer, const ScenarioMap *map, const char *part)
{
    const ScenarioKey *key = scenario_map_find(map, map->part_key);
    scenario_schema_begin_object(writer, key->spec.name);
    scenario_schema_put_text(writer, "description", lang_text(writer->lang, key->spec.help));
    scenario_schema_begin_array(writer, "enum");
    if (part != NULL) {
        json_builder_add_string_value(writer->json, part);
    }
    scenario_schema_end_array(writer);
    scenario_schema_end_object(writer);
}

static void put_properties(ScenarioSchemaWriter *writer, const ScenarioMap *map, const char *part,
                           const SimParamSpec *specs)
{
    scenario_schema_begin_object(writer, "properties");
    for (const ScenarioKey *key = map->keys; key->spec.name != NULL; key++) {
        if (map->part_key == NULL || !g_str_equal(key->spec.name, map->part_key)) {
            scenario_schema_put_key(writer, key);
        } else if (part != NULL) {
            put_choice(writer, map, part);
        }
    }
    put_specs(writer, specs);
    for (size_t i = 0; map->one_of && map->parts != NULL && map->parts->name(i) != NULL; i++) {
        put_part_map(writer, specs_of(map, i), map->parts->name(i));
    }
    scenario_schema_end_object(writer);
}

/* The map itself; with a part chosen in it, or none where none need be. */
static void put_object(ScenarioSchemaWriter *writer, const ScenarioMap *map, const char *part,
                       const SimParamSpec *specs, bool part_named)
{
    scenario_schema_put_text(writer, "type", "object");
    put_properties(writer, map, part, specs);
    scenario_schema_begin_array(writer, "required");
    for (const ScenarioKey *key = map->keys; key->spec.name != NULL; key++) {
        if (key->spec.required && key->form != SCENARIO_FORM_VARIANT) {
            json_builder_add_string_value(writer->json, key->spec.name);
        }
    }
    if (part_named) {
        json_builder_add_string_value(writer->json, map->part_key);
    }
    for (; specs != NULL && specs->name != NULL; specs++) {
        if (specs->required) {
            json_builder_add_string_value(writer->json, specs->name);
        }
    }
    scenario_schema_end_array(writer);
    scenario_schema_put_free_keys(writer);
    json_builder_set_member_name(writer->json, "additionalProperties");
    json_builder_add_boolean_value(writer->json, FALSE);
    if (map->one_of) {
        put_one_of(writer, map);
    }
}

static void add_object(ScenarioSchemaWriter *writer, const ScenarioMap *map, const char *part,
                       const SimParamSpec *specs, bool part_named)
{
    scenario_schema_begin_object(writer, NULL);
    put_object(writer, map, part, specs, part_named);
    scenario_schema_end_object(writer);
}

static void add_objects(ScenarioSchemaWriter *writer, const ScenarioMap *map)
{
    if (map->part_key == NULL) {
        add_object(writer, map, NULL, NULL, false);
        return;
    }
    int64_t fallback = scenario_key_fallback(scenario_map_find(map, map->part_key));
    if (fallback < 0) {
        add_object(writer, map, NULL, NULL, false);
    }
    for (size_t i = 0; map->parts->name(i) != NULL; i++) {
        add_object(writer, map, map->parts->name(i), specs_of(map, i), (int64_t)i != fallback);
    }
}

/* Words of the kinds that need nothing more. */
static void add_kind_words(ScenarioSchemaWriter *writer, const ScenarioMap *map)
{
    scenario_schema_begin_object(writer, NULL);
    scenario_schema_begin_array(writer, "enum");
    for (const ScenarioKey *key = map->keys; key->spec.name != NULL; key++) {
        if (key->form == SCENARIO_FORM_VARIANT && !any_required(key->map)) {
            json_builder_add_string_value(writer->json, key->spec.name);
        }
    }
    for (size_t i = 0; map->parts != NULL && map->parts->name(i) != NULL; i++) {
        if (!any_spec_required(specs_of(map, i))) {
            json_builder_add_string_value(writer->json, map->parts->name(i));
        }
    }
    scenario_schema_end_array(writer);
    scenario_schema_end_object(writer);
}

/* The brief form; of a kind's list, that list. */
static void add_brief(ScenarioSchemaWriter *writer, const ScenarioMap *map)
{
    const ScenarioKey *key = scenario_map_find(map, map->brief);
    scenario_schema_begin_object(writer, NULL);
    if (key->form == SCENARIO_FORM_VARIANT) {
        scenario_schema_put_form(writer, scenario_map_find(key->map, key->map->brief));
    } else {
        scenario_schema_put_form(writer, key);
    }
    scenario_schema_end_object(writer);
}

static bool may_be_empty(const ScenarioMap *map)
{
    return !map->one_of && !any_required(map) && !map->only_brief;
}

static void put_definition(ScenarioSchemaWriter *writer, const ScenarioMap *map)
{
    g_autofree char *name = scenario_schema_definition_name(map);
    scenario_schema_begin_object(writer, name);
    scenario_schema_put_text(writer, "title", lang_text(writer->lang, map->title));
    if (map->part_key == NULL && !map->one_of && map->brief == NULL && !may_be_empty(map)) {
        /* One form only: validators say more of it than of alternatives. */
        put_object(writer, map, NULL, NULL, false);
        scenario_schema_end_object(writer);
        return;
    }
    scenario_schema_begin_array(writer, "anyOf");
    if (!map->only_brief) {
        add_objects(writer, map);
    }
    if (map->one_of) {
        add_kind_words(writer, map);
    }
    if (map->brief != NULL) {
        add_brief(writer, map);
    }
    if (may_be_empty(map)) {
        scenario_schema_put_type(writer, "null");
    }
    scenario_schema_end_array(writer);
    scenario_schema_end_object(writer);
}

char *scenario_schema(const Lang *lang)
{
    ScenarioSchemaWriter writer = { .lang = lang };
    writer.json = json_builder_new();
    writer.maps = g_ptr_array_new();
    scenario_schema_begin_object(&writer, NULL);
    scenario_schema_put_text(&writer, "$schema", "http://json-schema.org/draft-07/schema#");
    scenario_schema_put_text(&writer, "title", lang_text(lang, N_("A wirelab scenario")));
    scenario_schema_begin_array(&writer, "allOf");
    scenario_schema_add_reference(&writer, &scenario_map_top);
    scenario_schema_end_array(&writer);
    scenario_schema_begin_object(&writer, "definitions");
    for (guint i = 0; i < writer.maps->len; i++) {
        put_definition(&writer, writer.maps->pdata[i]);
    }
    scenario_schema_end_object(&writer);
    scenario_schema_end_object(&writer);
    g_autoptr(JsonNode) root = json_builder_get_root(writer.json);
    g_autoptr(JsonGenerator) generator = json_generator_new();
    json_generator_set_root(generator, root);
    json_generator_set_pretty(generator, TRUE);
    g_autofree char *text = json_generator_to_data(generator, NULL);
    g_object_unref(writer.json);
    g_ptr_array_unref(writer.maps);
    return g_strconcat(text, "\n", NULL);
}
