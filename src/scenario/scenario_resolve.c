#include "scenario/scenario_resolve.h"

#include "scenario/scenario_keys.h"
#include "scenario/scenario_value.h"

#include <string.h>

#define INDENT 2

/* How much is written. */
typedef enum Detail {
    DETAIL_ALL,
    DETAIL_GIVEN, /* by the scenario or its profiles */
    DETAIL_NEEDED /* of that, what would not hold without it, if no profile says otherwise */
} Detail;

static void write_map(GString *out, const ScenarioMap *map, const void *base, int indent,
                      Detail detail);

static const void *field_of(const ScenarioKey *key, const void *base)
{
    return (const uint8_t *)base + key->offset;
}

static void put_indent(GString *out, int indent)
{
    g_string_append_printf(out, "%*s", indent, "");
}

/* Whether a text can stand without quotes and is read back as a text by every YAML. */
static bool is_plain(const char *text)
{
    static const char *const taken[] = { "true", "false", "null", "yes", "no",
                                         "on",   "off",   "y",    "n",   NULL };
    if (!g_ascii_isalpha(text[0]) || g_strv_contains(taken, text)) {
        return false;
    }
    for (const char *at = text; *at != '\0'; at++) {
        bool colon = *at == ':' && g_ascii_isalnum(at[1]);
        if (!g_ascii_isalnum(*at) && strchr("._/*-", *at) == NULL && !colon) {
            return false;
        }
    }
    return true;
}

static void put_text(GString *out, const char *text)
{
    if (is_plain(text)) {
        g_string_append(out, text);
        return;
    }
    g_string_append_c(out, '"');
    for (const char *at = text; *at != '\0'; at++) {
        switch (*at) {
        case '"':
        case '\\':
            g_string_append_printf(out, "\\%c", *at);
            break;
        case '\n':
            g_string_append(out, "\\n");
            break;
        default:
            if ((uint8_t)*at < 0x20 || *at == 0x7f) {
                g_string_append_printf(out, "\\x%02x", (unsigned)(uint8_t)*at);
            } else {
                g_string_append_c(out, *at);
            }
            break;
        }
    }
    g_string_append_c(out, '"');
}

/* A value; false if there is none to write. */
static bool put_value(GString *out, const ScenarioKey *key, const ScenarioValue *value)
{
    g_autofree char *text = scenario_value_format(key, value);
    if (text == NULL) {
        return false;
    }
    if (key->spec.unit == SIM_UNIT_TEXT || key->spec.unit == SIM_UNIT_HOST_PORT) {
        put_text(out, text);
    } else {
        g_string_append(out, text);
    }
    return true;
}

static void put_key(GString *out, const char *name, int indent)
{
    put_indent(out, indent);
    g_string_append_printf(out, "%s:", name);
}

/* Where a map stands over another one, whatever is given counts. */
static Detail detail_below(const ScenarioKey *key, Detail detail)
{
    return key->partial ? DETAIL_GIVEN : detail;
}

static bool is_wanted(const ScenarioKey *key, const ScenarioValue *value, Detail detail)
{
    return detail == DETAIL_ALL || key->spec.required ||
           (value->given && (detail == DETAIL_GIVEN || !scenario_value_is_default(key, value)));
}

static void write_value(GString *out, const ScenarioKey *key, const ScenarioValue *value,
                        int indent)
{
    gsize before = out->len;
    put_key(out, key->spec.name, indent);
    g_string_append_c(out, ' ');
    if (put_value(out, key, value)) {
        g_string_append_c(out, '\n');
    } else {
        g_string_truncate(out, before);
    }
}

static void write_values(GString *out, const ScenarioKey *key, const ScenarioList *list, int indent)
{
    put_key(out, key->spec.name, indent);
    g_string_append(out, " [");
    for (uint32_t i = 0; i < list->count; i++) {
        g_string_append(out, i == 0 ? "" : ", ");
        put_value(out, key, scenario_item(list, ScenarioValue, i));
    }
    g_string_append(out, "]\n");
}

/* A map below a key; nothing at all, and false, if there is nothing in it. */
static bool write_below(GString *out, const char *name, const ScenarioMap *map, const void *base,
                        int indent, Detail detail)
{
    gsize before = out->len;
    put_key(out, name, indent);
    g_string_append_c(out, '\n');
    gsize start = out->len;
    write_map(out, map, base, indent + INDENT, detail);
    if (out->len == start) {
        g_string_truncate(out, before);
        return false;
    }
    return true;
}

/* An item of a list: its first line gets the dash. */
static void write_item(GString *out, const ScenarioMap *map, const void *item, int indent,
                       Detail detail)
{
    gsize start = out->len;
    write_map(out, map, item, indent + INDENT, detail);
    g_assert(out->len > start + (gsize)indent);
    out->str[start + (gsize)indent] = '-';
}

static const void *item_at(const ScenarioList *list, const ScenarioMap *map, uint32_t i)
{
    return (const uint8_t *)list->items + (size_t)i * map->bytes;
}

static void write_list(GString *out, const ScenarioKey *key, const ScenarioList *list, int indent,
                       Detail detail)
{
    if (list->count == 0) {
        return;
    }
    put_key(out, key->spec.name, indent);
    g_string_append_c(out, '\n');
    for (uint32_t i = 0; i < list->count; i++) {
        write_item(out, key->map, item_at(list, key->map, i), indent + INDENT, detail);
    }
}

/* A map in which whatever stands below a name stands for its only key. */
static void write_only_brief(GString *out, const ScenarioMap *map, const void *item,
                             const char *name, int indent, Detail detail)
{
    ScenarioKey key = *scenario_map_find(map, map->brief);
    key.spec.name = name;
    write_list(out, &key, field_of(&key, item), indent, detail);
}

static void write_empty(GString *out, const char *name, int indent)
{
    put_key(out, name, indent);
    g_string_append(out, " {}\n");
}

static void write_named(GString *out, const ScenarioKey *key, const ScenarioList *list, int indent,
                        Detail detail)
{
    if (list->count == 0) {
        return;
    }
    put_key(out, key->spec.name, indent);
    g_string_append_c(out, '\n');
    for (uint32_t i = 0; i < list->count; i++) {
        const ScenarioHead *head = item_at(list, key->map, i);
        g_autoptr(GString) name = g_string_new(NULL);
        put_text(name, head->name);
        if (key->map->only_brief) {
            write_only_brief(out, key->map, head, name->str, indent + INDENT, detail);
        } else if (!write_below(out, name->str, key->map, head, indent + INDENT,
                                detail_below(key, detail)) &&
                   detail != DETAIL_ALL) {
            write_empty(out, name->str, indent + INDENT);
        }
    }
}

static void write_variant(GString *out, const ScenarioKey *key, const void *base, int indent,
                          Detail detail)
{
    const void *target = key->map->bytes > 0 ? *(void *const *)field_of(key, base) : base;
    if (key->map->brief != NULL &&
        scenario_map_find(key->map, key->map->brief)->form == SCENARIO_FORM_LIST) {
        ScenarioKey brief = *scenario_map_find(key->map, key->map->brief);
        brief.spec.name = key->spec.name;
        write_list(out, &brief, field_of(&brief, target), indent, detail);
        return;
    }
    if (!write_below(out, key->spec.name, key->map, target, indent, detail_below(key, detail))) {
        write_empty(out, key->spec.name, indent);
    }
}

static void write_key(GString *out, const ScenarioKey *key, const void *base, int indent,
                      Detail detail)
{
    const void *field = field_of(key, base);
    switch (key->form) {
    case SCENARIO_FORM_VALUE:
        if (is_wanted(key, field, detail)) {
            write_value(out, key, field, indent);
        }
        break;
    case SCENARIO_FORM_VALUES:
        if (((const ScenarioList *)field)->given) {
            write_values(out, key, field, indent);
        }
        break;
    case SCENARIO_FORM_MAP:
        write_below(out, key->spec.name, key->map, field, indent, detail);
        break;
    case SCENARIO_FORM_OPTION:
        if (*(void *const *)field != NULL) {
            write_below(out, key->spec.name, key->map, *(void *const *)field, indent,
                        detail_below(key, detail));
        }
        break;
    case SCENARIO_FORM_LIST:
    case SCENARIO_FORM_MANY:
        write_list(out, key, field, indent, detail);
        break;
    case SCENARIO_FORM_NAMED:
        write_named(out, key, field, indent, detail);
        break;
    case SCENARIO_FORM_VARIANT:
    case SCENARIO_FORM_INCLUDE:
        break;
    }
}

static void write_part(GString *out, const ScenarioPart *part, int indent, Detail detail)
{
    for (uint32_t i = 0; part->specs != NULL && part->specs[i].name != NULL; i++) {
        ScenarioKey key = { .spec = part->specs[i] };
        if (is_wanted(&key, &part->values[i], detail)) {
            write_value(out, &key, &part->values[i], indent);
        }
    }
}

static void write_kind(GString *out, const ScenarioMap *map, const void *base, int indent,
                       Detail detail)
{
    int kind = *(const int *)(const void *)((const uint8_t *)base + map->kind_offset);
    for (const ScenarioKey *key = map->keys; key->spec.name != NULL; key++) {
        if (key->form == SCENARIO_FORM_VARIANT && key->variant == kind) {
            write_variant(out, key, base, indent, detail);
            return;
        }
    }
    if (map->parts != NULL && kind == map->part_variant) {
        const ScenarioPart *part =
            (const ScenarioPart *)(const void *)((const uint8_t *)base + map->part_offset);
        put_key(out, part->name, indent);
        g_string_append_c(out, '\n');
        gsize start = out->len;
        write_part(out, part, indent + INDENT, detail);
        if (out->len == start) {
            g_string_truncate(out, start - 1);
            g_string_append(out, " {}\n");
        }
    }
}

static void write_map(GString *out, const ScenarioMap *map, const void *base, int indent,
                      Detail detail)
{
    if (map->one_of) {
        write_kind(out, map, base, indent, detail);
    }
    for (const ScenarioKey *key = map->keys; key->spec.name != NULL; key++) {
        if (!key->consumed && (key->applies == NULL || key->applies(base))) {
            write_key(out, key, base, indent, detail);
        }
    }
    if (map->part_key != NULL) {
        write_part(out,
                   (const ScenarioPart *)(const void *)((const uint8_t *)base + map->part_offset),
                   indent, detail);
    }
}

static GString *resolve(const Scenario *scenario, Detail detail)
{
    ScenarioConfig config = scenario->config;
    config.name.text = scenario->name;
    GString *out = g_string_new(NULL);
    write_map(out, &scenario_map_top, &config, 0, detail);
    return out;
}

GString *scenario_resolve(const Scenario *scenario)
{
    return resolve(scenario, DETAIL_ALL);
}

static bool names_profile(const ScenarioConfig *config)
{
    bool named = false;
    for (uint32_t i = 0; i < config->hosts.count; i++) {
        named = named || scenario_item(&config->hosts, ScenarioHost, i)->stack.given;
    }
    for (uint32_t i = 0; i < config->links.count; i++) {
        const ScenarioLink *link = scenario_item(&config->links, ScenarioLink, i);
        named = named || link->model.given || link->wire.queue.model.given;
    }
    return named;
}

GString *scenario_resolve_briefly(const Scenario *scenario)
{
    const ScenarioConfig *config = &scenario->config;
    /* What a topology has made of its keys is not marked as given. */
    Detail detail = config->topology.kind >= 0 ? DETAIL_ALL
                    : names_profile(config)    ? DETAIL_GIVEN
                                               : DETAIL_NEEDED;
    return resolve(scenario, detail);
}
