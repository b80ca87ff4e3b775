/* Each map of the table becomes one definition, whose forms are alternatives: the map itself (one
 * for each pluggable part that may be chosen in it), the word of a kind that needs nothing more,
 * the brief form. */

#include "scenario/scenario_schema.h"

#include "scenario/scenario_keys.h"
#include "scenario/scenario_quantity.h"

#include <json-glib/json-glib.h>
#include <string.h>

#define FREE_KEYS "^x-"

typedef struct Writer {
    JsonBuilder *json;
    const Lang *lang;
    GPtrArray *maps; /* of const ScenarioMap, in the order in which they were first needed */
} Writer;

static void put_text(Writer *writer, const char *name, const char *value)
{
    json_builder_set_member_name(writer->json, name);
    json_builder_add_string_value(writer->json, value);
}

static void put_int(Writer *writer, const char *name, int64_t value)
{
    json_builder_set_member_name(writer->json, name);
    json_builder_add_int_value(writer->json, value);
}

static void begin_object(Writer *writer, const char *name)
{
    if (name != NULL) {
        json_builder_set_member_name(writer->json, name);
    }
    json_builder_begin_object(writer->json);
}

static void begin_array(Writer *writer, const char *name)
{
    json_builder_set_member_name(writer->json, name);
    json_builder_begin_array(writer->json);
}

static void end_object(Writer *writer)
{
    json_builder_end_object(writer->json);
}

static void end_array(Writer *writer)
{
    json_builder_end_array(writer->json);
}

static void put_type(Writer *writer, const char *type)
{
    begin_object(writer, NULL);
    put_text(writer, "type", type);
    end_object(writer);
}

/* "a fault" -> "fault", "the programs of a host" -> "programs-of-a-host". Owned by the caller. */
static char *definition_name(const ScenarioMap *map)
{
    const char *title = map->title;
    static const char *const articles[] = { "a ", "an ", "the " };
    for (size_t i = 0; i < G_N_ELEMENTS(articles); i++) {
        if (g_str_has_prefix(title, articles[i])) {
            title += strlen(articles[i]);
            break;
        }
    }
    return g_strdelimit(g_strdup(title), " ", '-');
}

static void put_reference(Writer *writer, const ScenarioMap *map)
{
    if (!g_ptr_array_find(writer->maps, map, NULL)) {
        g_ptr_array_add(writer->maps, (gpointer)map);
    }
    g_autofree char *name = definition_name(map);
    g_autofree char *path = g_strconcat("#/definitions/", name, NULL);
    put_text(writer, "$ref", path);
}

static void add_reference(Writer *writer, const ScenarioMap *map)
{
    begin_object(writer, NULL);
    put_reference(writer, map);
    end_object(writer);
}

/* Values */

static void put_words(Writer *writer, const ScenarioKey *key)
{
    begin_array(writer, "enum");
    for (size_t i = 0; scenario_key_word(key, i) != NULL; i++) {
        json_builder_add_string_value(writer->json, scenario_key_word(key, i));
    }
    end_array(writer);
}

static void put_special(Writer *writer, const ScenarioKey *key)
{
    begin_array(writer, "enum");
    for (const ScenarioWord *word = key->special; word->word != NULL; word++) {
        json_builder_add_string_value(writer->json, word->word);
    }
    end_array(writer);
}

/* Type and bounds of a value, the special words beside it not counted. */
static void put_plain_value(Writer *writer, const ScenarioKey *key)
{
    g_autofree char *pattern = scenario_quantity_pattern(key->spec.unit);
    switch (key->spec.unit) {
    case SIM_UNIT_BOOL:
        put_text(writer, "type", "boolean");
        break;
    case SIM_UNIT_NUMBER:
        put_text(writer, "type", "integer");
        put_int(writer, "minimum", key->spec.min);
        put_int(writer, "maximum", key->spec.max);
        break;
    case SIM_UNIT_WORD:
        put_words(writer, key);
        break;
    case SIM_UNIT_HOST_PORT:
        put_text(writer, "type", "string");
        put_text(writer, "pattern", "^[a-z0-9.*-]+:[1-9][0-9]{0,4}$");
        break;
    case SIM_UNIT_TEXT:
        put_text(writer, "type", "string");
        if (scenario_syntax_get(key->syntax)->pattern != NULL) {
            put_text(writer, "pattern", scenario_syntax_get(key->syntax)->pattern);
        }
        break;
    default:
        put_text(writer, "type", "string");
        put_text(writer, "pattern", pattern);
        break;
    }
}

/* The ends of a link by number, which validators do not take for texts. */
static void put_end_numbers(Writer *writer)
{
    begin_array(writer, "enum");
    json_builder_add_int_value(writer->json, 1);
    json_builder_add_int_value(writer->json, 2);
    end_array(writer);
}

static void put_value(Writer *writer, const ScenarioKey *key)
{
    bool is_end = key->spec.unit == SIM_UNIT_TEXT && key->syntax == SCENARIO_SYNTAX_END;
    if (key->special == NULL && !is_end) {
        put_plain_value(writer, key);
        return;
    }
    begin_array(writer, "anyOf");
    begin_object(writer, NULL);
    put_plain_value(writer, key);
    end_object(writer);
    begin_object(writer, NULL);
    if (is_end) {
        put_end_numbers(writer);
    } else {
        put_special(writer, key);
    }
    end_object(writer);
    end_array(writer);
}

static void add_value(Writer *writer, const ScenarioKey *key)
{
    begin_object(writer, NULL);
    put_value(writer, key);
    end_object(writer);
}

/* What stands behind a key */

static void put_values(Writer *writer, const ScenarioKey *key)
{
    begin_array(writer, "anyOf");
    if (key->spec.min <= 1) {
        add_value(writer, key);
    }
    begin_object(writer, NULL);
    put_text(writer, "type", "array");
    put_int(writer, "minItems", key->spec.min);
    put_int(writer, "maxItems", key->spec.max);
    begin_object(writer, "items");
    put_value(writer, key);
    end_object(writer);
    end_object(writer);
    end_array(writer);
}

static void put_array(Writer *writer, const ScenarioMap *map)
{
    put_text(writer, "type", "array");
    begin_object(writer, "items");
    put_reference(writer, map);
    end_object(writer);
}

static void put_list(Writer *writer, const ScenarioMap *map)
{
    begin_array(writer, "anyOf");
    begin_object(writer, NULL);
    put_array(writer, map);
    end_object(writer);
    put_type(writer, "null");
    end_array(writer);
}

static void put_many(Writer *writer, const ScenarioMap *map)
{
    begin_array(writer, "anyOf");
    add_reference(writer, map);
    begin_object(writer, NULL);
    put_array(writer, map);
    end_object(writer);
    end_array(writer);
}

static void put_free_keys(Writer *writer)
{
    begin_object(writer, "patternProperties");
    begin_object(writer, FREE_KEYS);
    end_object(writer);
    end_object(writer);
}

static void put_named(Writer *writer, const ScenarioKey *key)
{
    begin_array(writer, "anyOf");
    begin_object(writer, NULL);
    put_text(writer, "type", "object");
    begin_object(writer, "propertyNames");
    put_text(writer, "pattern", scenario_syntax_get(key->syntax)->pattern);
    end_object(writer);
    put_free_keys(writer);
    begin_object(writer, "additionalProperties");
    put_reference(writer, key->map);
    end_object(writer);
    end_object(writer);
    put_type(writer, "null");
    end_array(writer);
}

static void put_include(Writer *writer)
{
    begin_array(writer, "anyOf");
    put_type(writer, "string");
    begin_object(writer, NULL);
    put_text(writer, "type", "array");
    begin_object(writer, "items");
    put_text(writer, "type", "string");
    end_object(writer);
    end_object(writer);
    end_array(writer);
}

static void put_form(Writer *writer, const ScenarioKey *key)
{
    switch (key->form) {
    case SCENARIO_FORM_VALUE:
        put_value(writer, key);
        break;
    case SCENARIO_FORM_VALUES:
        put_values(writer, key);
        break;
    case SCENARIO_FORM_MAP:
    case SCENARIO_FORM_OPTION:
    case SCENARIO_FORM_VARIANT:
        /* Draft 7 ignores whatever stands beside a reference, the description too. */
        begin_array(writer, "allOf");
        add_reference(writer, key->map);
        end_array(writer);
        break;
    case SCENARIO_FORM_LIST:
        put_list(writer, key->map);
        break;
    case SCENARIO_FORM_MANY:
        put_many(writer, key->map);
        break;
    case SCENARIO_FORM_NAMED:
        put_named(writer, key);
        break;
    case SCENARIO_FORM_INCLUDE:
        put_include(writer);
        break;
    }
}

static void put_key(Writer *writer, const ScenarioKey *key)
{
    begin_object(writer, key->spec.name);
    if (key->spec.help != NULL) {
        put_text(writer, "description", lang_text(writer->lang, key->spec.help));
    }
    put_form(writer, key);
    end_object(writer);
}

/* Definitions */

static void put_specs(Writer *writer, const SimParamSpec *specs)
{
    for (; specs != NULL && specs->name != NULL; specs++) {
        const ScenarioKey key = { .spec = *specs };
        put_key(writer, &key);
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
static void put_part_map(Writer *writer, const SimParamSpec *specs, const char *name)
{
    begin_object(writer, name);
    begin_array(writer, "anyOf");
    begin_object(writer, NULL);
    put_text(writer, "type", "object");
    begin_object(writer, "properties");
    put_specs(writer, specs);
    end_object(writer);
    begin_array(writer, "required");
    for (const SimParamSpec *spec = specs; spec != NULL && spec->name != NULL; spec++) {
        if (spec->required) {
            json_builder_add_string_value(writer->json, spec->name);
        }
    }
    end_array(writer);
    put_free_keys(writer);
    json_builder_set_member_name(writer->json, "additionalProperties");
    json_builder_add_boolean_value(writer->json, FALSE);
    end_object(writer);
    if (!any_spec_required(specs)) {
        put_type(writer, "null");
    }
    end_array(writer);
    end_object(writer);
}

/* Exactly one of the kinds. */
static void put_one_of(Writer *writer, const ScenarioMap *map)
{
    begin_array(writer, "oneOf");
    for (const ScenarioKey *key = map->keys; key->spec.name != NULL; key++) {
        if (key->form == SCENARIO_FORM_VARIANT) {
            begin_object(writer, NULL);
            begin_array(writer, "required");
            json_builder_add_string_value(writer->json, key->spec.name);
            end_array(writer);
            end_object(writer);
        }
    }
    for (size_t i = 0; map->parts != NULL && map->parts->name(i) != NULL; i++) {
        begin_object(writer, NULL);
        begin_array(writer, "required");
        json_builder_add_string_value(writer->json, map->parts->name(i));
        end_array(writer);
        end_object(writer);
    }
    end_array(writer);
}

/* The word that chooses a part, fixed to that part. */
static void put_choice(Writer *writer, const ScenarioMap *map, const char *part)
{
    const ScenarioKey *key = scenario_map_find(map, map->part_key);
    begin_object(writer, key->spec.name);
    put_text(writer, "description", lang_text(writer->lang, key->spec.help));
    begin_array(writer, "enum");
    if (part != NULL) {
        json_builder_add_string_value(writer->json, part);
    }
    end_array(writer);
    end_object(writer);
}

static void put_properties(Writer *writer, const ScenarioMap *map, const char *part,
                           const SimParamSpec *specs)
{
    begin_object(writer, "properties");
    for (const ScenarioKey *key = map->keys; key->spec.name != NULL; key++) {
        if (map->part_key == NULL || !g_str_equal(key->spec.name, map->part_key)) {
            put_key(writer, key);
        } else if (part != NULL) {
            put_choice(writer, map, part);
        }
    }
    put_specs(writer, specs);
    for (size_t i = 0; map->one_of && map->parts != NULL && map->parts->name(i) != NULL; i++) {
        put_part_map(writer, specs_of(map, i), map->parts->name(i));
    }
    end_object(writer);
}

/* The map itself; with a part chosen in it, or none where none need be. */
static void put_object(Writer *writer, const ScenarioMap *map, const char *part,
                       const SimParamSpec *specs, bool part_named)
{
    put_text(writer, "type", "object");
    put_properties(writer, map, part, specs);
    begin_array(writer, "required");
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
    end_array(writer);
    put_free_keys(writer);
    json_builder_set_member_name(writer->json, "additionalProperties");
    json_builder_add_boolean_value(writer->json, FALSE);
    if (map->one_of) {
        put_one_of(writer, map);
    }
}

static void add_object(Writer *writer, const ScenarioMap *map, const char *part,
                       const SimParamSpec *specs, bool part_named)
{
    begin_object(writer, NULL);
    put_object(writer, map, part, specs, part_named);
    end_object(writer);
}

static void add_objects(Writer *writer, const ScenarioMap *map)
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
static void add_kind_words(Writer *writer, const ScenarioMap *map)
{
    begin_object(writer, NULL);
    begin_array(writer, "enum");
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
    end_array(writer);
    end_object(writer);
}

/* The brief form; of a kind's list, that list. */
static void add_brief(Writer *writer, const ScenarioMap *map)
{
    const ScenarioKey *key = scenario_map_find(map, map->brief);
    begin_object(writer, NULL);
    if (key->form == SCENARIO_FORM_VARIANT) {
        put_form(writer, scenario_map_find(key->map, key->map->brief));
    } else {
        put_form(writer, key);
    }
    end_object(writer);
}

static bool may_be_empty(const ScenarioMap *map)
{
    return !map->one_of && !any_required(map) && !map->only_brief;
}

static void put_definition(Writer *writer, const ScenarioMap *map)
{
    g_autofree char *name = definition_name(map);
    begin_object(writer, name);
    put_text(writer, "title", lang_text(writer->lang, map->title));
    if (map->part_key == NULL && !map->one_of && map->brief == NULL && !may_be_empty(map)) {
        /* One form only: validators say more of it than of alternatives. */
        put_object(writer, map, NULL, NULL, false);
        end_object(writer);
        return;
    }
    begin_array(writer, "anyOf");
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
        put_type(writer, "null");
    }
    end_array(writer);
    end_object(writer);
}

char *scenario_schema(const Lang *lang)
{
    Writer writer = { .lang = lang };
    writer.json = json_builder_new();
    writer.maps = g_ptr_array_new();
    begin_object(&writer, NULL);
    put_text(&writer, "$schema", "http://json-schema.org/draft-07/schema#");
    put_text(&writer, "title", lang_text(lang, N_("A wirelab scenario")));
    begin_array(&writer, "allOf");
    add_reference(&writer, &scenario_map_top);
    end_array(&writer);
    begin_object(&writer, "definitions");
    for (guint i = 0; i < writer.maps->len; i++) {
        put_definition(&writer, writer.maps->pdata[i]);
    }
    end_object(&writer);
    end_object(&writer);
    g_autoptr(JsonNode) root = json_builder_get_root(writer.json);
    g_autoptr(JsonGenerator) generator = json_generator_new();
    json_generator_set_root(generator, root);
    json_generator_set_pretty(generator, TRUE);
    g_autofree char *text = json_generator_to_data(generator, NULL);
    g_object_unref(writer.json);
    g_ptr_array_unref(writer.maps);
    return g_strconcat(text, "\n", NULL);
}
