/* What may stand behind a key: values with their units and bounds, lists, references to maps. */

#include "scenario/scenario_schema_inner.h"

#include "scenario/scenario_quantity.h"

#include <string.h>

#define FREE_KEYS "^x-"

char *scenario_schema_definition_name(const ScenarioMap *map)
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

static void put_reference(ScenarioSchemaWriter *writer, const ScenarioMap *map)
{
    if (!g_ptr_array_find(writer->maps, map, NULL)) {
        g_ptr_array_add(writer->maps, (gpointer)map);
    }
    g_autofree char *name = scenario_schema_definition_name(map);
    g_autofree char *path = g_strconcat("#/definitions/", name, NULL);
    scenario_schema_put_text(writer, "$ref", path);
}

void scenario_schema_add_reference(ScenarioSchemaWriter *writer, const ScenarioMap *map)
{
    scenario_schema_begin_object(writer, NULL);
    put_reference(writer, map);
    scenario_schema_end_object(writer);
}

static void put_words(ScenarioSchemaWriter *writer, const ScenarioKey *key)
{
    scenario_schema_begin_array(writer, "enum");
    for (size_t i = 0; scenario_key_word(key, i) != NULL; i++) {
        json_builder_add_string_value(writer->json, scenario_key_word(key, i));
    }
    scenario_schema_end_array(writer);
}

static void put_special(ScenarioSchemaWriter *writer, const ScenarioKey *key)
{
    scenario_schema_begin_array(writer, "enum");
    for (const ScenarioWord *word = key->special; word->word != NULL; word++) {
        json_builder_add_string_value(writer->json, word->word);
    }
    scenario_schema_end_array(writer);
}

/* Type and bounds of a value, the special words beside it not counted. */
static void put_plain_value(ScenarioSchemaWriter *writer, const ScenarioKey *key)
{
    g_autofree char *pattern = scenario_quantity_pattern(key->spec.unit);
    switch (key->spec.unit) {
    case SIM_UNIT_BOOL:
        scenario_schema_put_text(writer, "type", "boolean");
        break;
    case SIM_UNIT_NUMBER:
        scenario_schema_put_text(writer, "type", "integer");
        scenario_schema_put_int(writer, "minimum", key->spec.min);
        scenario_schema_put_int(writer, "maximum", key->spec.max);
        break;
    case SIM_UNIT_WORD:
        put_words(writer, key);
        break;
    case SIM_UNIT_HOST_PORT:
        scenario_schema_put_text(writer, "type", "string");
        scenario_schema_put_text(writer, "pattern", "^[a-z0-9.*-]+:[1-9][0-9]{0,4}$");
        break;
    case SIM_UNIT_TEXT:
        scenario_schema_put_text(writer, "type", "string");
        if (scenario_syntax_get(key->syntax)->pattern != NULL) {
            scenario_schema_put_text(writer, "pattern", scenario_syntax_get(key->syntax)->pattern);
        }
        break;
    default:
        scenario_schema_put_text(writer, "type", "string");
        scenario_schema_put_text(writer, "pattern", pattern);
        break;
    }
}

/* The ends of a link by number, which validators do not take for texts. */
static void put_end_numbers(ScenarioSchemaWriter *writer)
{
    scenario_schema_begin_array(writer, "enum");
    json_builder_add_int_value(writer->json, 1);
    json_builder_add_int_value(writer->json, 2);
    scenario_schema_end_array(writer);
}

static void put_value(ScenarioSchemaWriter *writer, const ScenarioKey *key)
{
    bool is_end = key->spec.unit == SIM_UNIT_TEXT && key->syntax == SCENARIO_SYNTAX_END;
    if (key->special == NULL && !is_end) {
        put_plain_value(writer, key);
        return;
    }
    scenario_schema_begin_array(writer, "anyOf");
    scenario_schema_begin_object(writer, NULL);
    put_plain_value(writer, key);
    scenario_schema_end_object(writer);
    scenario_schema_begin_object(writer, NULL);
    if (is_end) {
        put_end_numbers(writer);
    } else {
        put_special(writer, key);
    }
    scenario_schema_end_object(writer);
    scenario_schema_end_array(writer);
}

static void add_value(ScenarioSchemaWriter *writer, const ScenarioKey *key)
{
    scenario_schema_begin_object(writer, NULL);
    put_value(writer, key);
    scenario_schema_end_object(writer);
}

static void put_values(ScenarioSchemaWriter *writer, const ScenarioKey *key)
{
    scenario_schema_begin_array(writer, "anyOf");
    if (key->spec.min <= 1) {
        add_value(writer, key);
    }
    scenario_schema_begin_object(writer, NULL);
    scenario_schema_put_text(writer, "type", "array");
    scenario_schema_put_int(writer, "minItems", key->spec.min);
    scenario_schema_put_int(writer, "maxItems", key->spec.max);
    scenario_schema_begin_object(writer, "items");
    put_value(writer, key);
    scenario_schema_end_object(writer);
    scenario_schema_end_object(writer);
    scenario_schema_end_array(writer);
}

static void put_array(ScenarioSchemaWriter *writer, const ScenarioMap *map)
{
    scenario_schema_put_text(writer, "type", "array");
    scenario_schema_begin_object(writer, "items");
    put_reference(writer, map);
    scenario_schema_end_object(writer);
}

static void put_list(ScenarioSchemaWriter *writer, const ScenarioMap *map)
{
    scenario_schema_begin_array(writer, "anyOf");
    scenario_schema_begin_object(writer, NULL);
    put_array(writer, map);
    scenario_schema_end_object(writer);
    scenario_schema_put_type(writer, "null");
    scenario_schema_end_array(writer);
}

static void put_many(ScenarioSchemaWriter *writer, const ScenarioMap *map)
{
    scenario_schema_begin_array(writer, "anyOf");
    scenario_schema_add_reference(writer, map);
    scenario_schema_begin_object(writer, NULL);
    put_array(writer, map);
    scenario_schema_end_object(writer);
    scenario_schema_end_array(writer);
}

void scenario_schema_put_free_keys(ScenarioSchemaWriter *writer)
{
    scenario_schema_begin_object(writer, "patternProperties");
    scenario_schema_begin_object(writer, FREE_KEYS);
    scenario_schema_end_object(writer);
    scenario_schema_end_object(writer);
}

static void put_named(ScenarioSchemaWriter *writer, const ScenarioKey *key)
{
    scenario_schema_begin_array(writer, "anyOf");
    scenario_schema_begin_object(writer, NULL);
    scenario_schema_put_text(writer, "type", "object");
    scenario_schema_begin_object(writer, "propertyNames");
    scenario_schema_put_text(writer, "pattern", scenario_syntax_get(key->syntax)->pattern);
    scenario_schema_end_object(writer);
    scenario_schema_put_free_keys(writer);
    scenario_schema_begin_object(writer, "additionalProperties");
    put_reference(writer, key->map);
    scenario_schema_end_object(writer);
    scenario_schema_end_object(writer);
    scenario_schema_put_type(writer, "null");
    scenario_schema_end_array(writer);
}

static void put_include(ScenarioSchemaWriter *writer)
{
    scenario_schema_begin_array(writer, "anyOf");
    scenario_schema_put_type(writer, "string");
    scenario_schema_begin_object(writer, NULL);
    scenario_schema_put_text(writer, "type", "array");
    scenario_schema_begin_object(writer, "items");
    scenario_schema_put_text(writer, "type", "string");
    scenario_schema_end_object(writer);
    scenario_schema_end_object(writer);
    scenario_schema_end_array(writer);
}

void scenario_schema_put_form(ScenarioSchemaWriter *writer, const ScenarioKey *key)
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
        scenario_schema_begin_array(writer, "allOf");
        scenario_schema_add_reference(writer, key->map);
        scenario_schema_end_array(writer);
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

void scenario_schema_put_key(ScenarioSchemaWriter *writer, const ScenarioKey *key)
{
    scenario_schema_begin_object(writer, key->spec.name);
    if (key->spec.help != NULL) {
        scenario_schema_put_text(writer, "description", lang_text(writer->lang, key->spec.help));
    }
    scenario_schema_put_form(writer, key);
    scenario_schema_end_object(writer);
}
