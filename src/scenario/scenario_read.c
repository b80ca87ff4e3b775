#include "scenario/scenario_read_inner.h"

ScenarioReader *scenario_reader_new(ScenarioDoc *doc, ScenarioDiag *diag,
                                    const char *const *folders)
{
    ScenarioReader *reader = g_new0(ScenarioReader, 1);
    reader->doc = doc;
    reader->diag = diag;
    reader->values = scenario_value_reader_new(doc, diag);
    reader->models = scenario_models_new(doc, diag, folders);
    return reader;
}

void scenario_reader_free(ScenarioReader *reader)
{
    if (reader == NULL) {
        return;
    }
    scenario_value_reader_free(reader->values);
    scenario_models_free(reader->models);
    g_free(reader);
}

/* The words of a list, "a, b, c". Owned by the caller. */
static char *list_variants(const ScenarioMap *map)
{
    GString *out = g_string_new(NULL);
    for (const ScenarioKey *key = map->keys; key->spec.name != NULL; key++) {
        if (key->form == SCENARIO_FORM_VARIANT) {
            g_string_append_printf(out, "%s%s", out->len == 0 ? "" : ", ", key->spec.name);
        }
    }
    for (size_t i = 0; map->parts != NULL && map->part_key == NULL && map->parts->name(i) != NULL;
         i++) {
        g_string_append_printf(out, ", %s", map->parts->name(i));
    }
    return g_string_free(out, FALSE);
}

static bool is_given(const ScenarioKey *key, void *base)
{
    void *field = scenario_read_field(key, base);
    switch (key->form) {
    case SCENARIO_FORM_VALUE:
        return ((ScenarioValue *)field)->given;
    case SCENARIO_FORM_VALUES:
    case SCENARIO_FORM_LIST:
    case SCENARIO_FORM_MANY:
    case SCENARIO_FORM_NAMED:
        return ((ScenarioList *)field)->given;
    default:
        return true;
    }
}

static void check_map_required(ScenarioReader *reader, const ScenarioContext *at, void *base,
                               ScenarioMark mark)
{
    for (const ScenarioKey *key = at->map->keys; key->spec.name != NULL; key++) {
        scenario_read_check_required(reader, at, key, is_given(key, base), mark);
    }
}

static void read_variant(ScenarioReader *reader, const ScenarioContext *at, const ScenarioKey *key,
                         ScenarioMark mark, const ScenarioNode *node, void *base)
{
    if (!scenario_read_set_kind(reader, at, base, key->variant, key->spec.name, mark)) {
        return;
    }
    void *target = base;
    if (key->map->bytes > 0) {
        target = scenario_doc_alloc(reader->doc, key->map->bytes);
        *(void **)scenario_read_field(key, base) = target;
    }
    scenario_read_defaults(reader, key->map, target);
    const ScenarioContext below = { .parent = at, .map = key->map, .key = key->spec.name };
    scenario_read_into(reader, &below, node, target, key->partial);
}

static void read_key(ScenarioReader *reader, const ScenarioContext *at, const ScenarioKey *key,
                     ScenarioMark mark, const ScenarioNode *node, void *base, bool partial)
{
    const ScenarioContext below = { .parent = at, .map = key->map, .key = key->spec.name };
    void *field = scenario_read_field(key, base);
    switch (key->form) {
    case SCENARIO_FORM_VALUE:
        scenario_value_read(reader->values, key, node, field);
        break;
    case SCENARIO_FORM_MAP:
        scenario_read_into(reader, &below, node, field, partial || key->partial);
        break;
    case SCENARIO_FORM_OPTION:
        *(void **)field = scenario_doc_alloc(reader->doc, key->map->bytes);
        scenario_read_defaults(reader, key->map, *(void **)field);
        scenario_read_into(reader, &below, node, *(void **)field, partial || key->partial);
        break;
    case SCENARIO_FORM_VARIANT:
        read_variant(reader, at, key, mark, node, base);
        break;
    case SCENARIO_FORM_INCLUDE:
        break;
    default:
        scenario_read_list(reader, at, key, node, field);
        break;
    }
}

static void read_child(ScenarioReader *reader, const ScenarioContext *at, const ScenarioNode *child,
                       void *base, bool partial)
{
    const ScenarioMap *map = at->map;
    if (scenario_read_is_free_key(child->key) ||
        (map->part_key != NULL && g_str_equal(map->part_key, child->key))) {
        return;
    }
    const ScenarioKey *key = scenario_map_find(map, child->key);
    if (key != NULL) {
        read_key(reader, at, key, child->key_mark, child, base, partial);
    } else if (!(map->part_key != NULL &&
                 scenario_read_part_key(reader, scenario_read_part(map, base), child)) &&
               !scenario_read_part_variant(reader, at, child->key, child->key_mark, child, base)) {
        scenario_read_unknown(reader, at, child->key_mark, child->key, base);
    }
}

/* Reads the profile of that name over what is in base; one that must not be there may be missing.
 */
static void read_profile(ScenarioReader *reader, const ScenarioContext *at, const char *name,
                         ScenarioMark mark, bool must_exist, void *base)
{
    const ScenarioNode *profile =
        scenario_models_enter(reader->models, name, at->map->profile_kind, mark, must_exist);
    if (profile != NULL) {
        scenario_read_into(reader, at, profile, base, true);
        scenario_models_leave(reader->models);
    }
}

/* The profile that the map names itself. */
static void read_named_profile(ScenarioReader *reader, const ScenarioContext *at,
                               const ScenarioNode *node, void *base)
{
    const ScenarioNode *choice = scenario_node_find(node, at->map->profile_key);
    if (choice == NULL) {
        return;
    }
    const ScenarioKey *key = scenario_map_find(at->map, at->map->profile_key);
    ScenarioValue value = { 0 };
    scenario_value_read(reader->values, key, choice, &value);
    if (value.given) {
        /* The one that holds by default may be missing: the table says the same. */
        bool must_exist = g_strcmp0(value.text, key->fallback_text) != 0;
        read_profile(reader, at, value.text, choice->mark, must_exist, base);
    }
}

/* Fills a new struct: defaults, and the profile that holds where the map names none. */
void scenario_read_start(ScenarioReader *reader, const ScenarioContext *at,
                         const ScenarioNode *node, void *base)
{
    scenario_read_defaults(reader, at->map, base);
    if (at->map->profile_key == NULL ||
        (node != NULL && scenario_node_find(node, at->map->profile_key) != NULL)) {
        return;
    }
    const char *name = scenario_map_find(at->map, at->map->profile_key)->fallback_text;
    if (name != NULL) {
        read_profile(reader, at, name, (ScenarioMark){ 0 }, false, base);
    }
}

/* A scalar or list where a map may stand: the word of a kind, or the value of the brief key. */
static void read_brief(ScenarioReader *reader, const ScenarioContext *at, const ScenarioNode *node,
                       void *base, bool partial)
{
    const ScenarioMap *map = at->map;
    if (map->one_of && node->kind == SCENARIO_NODE_SCALAR) {
        static const ScenarioNode nothing = { .kind = SCENARIO_NODE_SCALAR,
                                              .plain = true,
                                              .text = "" };
        ScenarioNode empty = nothing;
        empty.mark = node->mark;
        const ScenarioKey *key = scenario_map_find(map, node->text);
        if (key != NULL && key->form == SCENARIO_FORM_VARIANT) {
            read_variant(reader, at, key, node->mark, &empty, base);
        } else if (!scenario_read_part_variant(reader, at, node->text, node->mark, &empty, base)) {
            scenario_read_unknown(reader, at, node->mark, node->text, base);
        }
        return;
    }
    const ScenarioKey *key = map->brief == NULL ? NULL : scenario_map_find(map, map->brief);
    bool list_fits = key != NULL && key->form != SCENARIO_FORM_VALUE;
    if (key == NULL || (node->kind == SCENARIO_NODE_LIST && !list_fits)) {
        g_autofree char *where = scenario_read_describe(reader, at);
        scenario_diag_error(reader->diag, node->mark,
                            node->kind == SCENARIO_NODE_LIST ? N_("%s cannot be a list")
                                                             : N_("%s must be a map"),
                            where);
        return;
    }
    ScenarioKey named = *key;
    if (key->form == SCENARIO_FORM_VALUE && at->key != NULL) {
        /* Messages speak of the key that was written. */
        named.spec.name = at->key;
    }
    if (map->part_key != NULL && g_str_equal(map->part_key, key->spec.name)) {
        scenario_read_part_word(reader, at, &named, node, base);
        return;
    }
    read_key(reader, at, &named, node->mark, node, base, partial);
}

static void check_kind(ScenarioReader *reader, const ScenarioContext *at, void *base,
                       ScenarioMark mark)
{
    if (*scenario_read_kind(at->map, base) >= 0) {
        return;
    }
    g_autofree char *where = scenario_read_describe(reader, at);
    g_autofree char *words = list_variants(at->map);
    scenario_diag_error(reader->diag, mark, N_("%s needs one of: %s"), where, words);
}

/* Keys that mean nothing beside the others. */
static void check_applies(ScenarioReader *reader, const ScenarioContext *at,
                          const ScenarioNode *node, void *base)
{
    for (const ScenarioKey *key = at->map->keys; key->spec.name != NULL; key++) {
        const ScenarioNode *child =
            key->applies == NULL ? NULL : scenario_node_find(node, key->spec.name);
        if (child != NULL && !key->applies(base)) {
            scenario_diag_error(reader->diag, child->key_mark, N_("'%s' is only for %s"),
                                key->spec.name,
                                lang_text(scenario_diag_lang(reader->diag), key->only_for));
        }
    }
}

/* Reads node over what is in base already. */
void scenario_read_into(ScenarioReader *reader, const ScenarioContext *at, const ScenarioNode *node,
                        void *base, bool partial)
{
    uint32_t errors = scenario_diag_count(reader->diag);
    bool is_map = node != NULL && node->kind == SCENARIO_NODE_MAP && !at->map->only_brief;
    if (is_map) {
        if (at->map->profile_key != NULL) {
            read_named_profile(reader, at, node, base);
        }
        if (at->map->part_key != NULL) {
            scenario_read_part_choice(reader, at, node, base);
        }
        for (const ScenarioNode *child = node->first; child != NULL; child = child->next) {
            read_child(reader, at, child, base, partial);
        }
    } else if (node != NULL && !scenario_node_is_null(node)) {
        read_brief(reader, at, node, base, partial);
    }
    ScenarioMark mark = node == NULL        ? (ScenarioMark){ 0 }
                        : node->key != NULL ? node->key_mark
                                            : node->mark;
    /* Of a map with other errors, what is missing may be what is wrong. */
    if (partial || scenario_diag_count(reader->diag) > errors) {
        return;
    }
    if (is_map) {
        check_applies(reader, at, node, base);
    }
    if (at->map->one_of) {
        check_kind(reader, at, base, mark);
    }
    check_map_required(reader, at, base, mark);
    if (at->map->part_key != NULL) {
        scenario_read_check_part(reader, at, scenario_read_part(at->map, base), mark);
    }
}

void scenario_read(ScenarioReader *reader, const ScenarioMap *map, const ScenarioNode *node,
                   void *base)
{
    const ScenarioContext at = { .map = map };
    scenario_read_start(reader, &at, node, base);
    scenario_read_into(reader, &at, node, base, false);
}

void scenario_read_only(ScenarioReader *reader, const ScenarioMap *map, const ScenarioNode *node,
                        const char *only, void *base)
{
    const ScenarioContext at = { .map = map };
    scenario_read_defaults(reader, map, base);
    const ScenarioNode *child = scenario_node_find(node, only);
    if (child != NULL) {
        read_child(reader, &at, child, base, false);
    }
}

void scenario_read_rest(ScenarioReader *reader, const ScenarioMap *map, const ScenarioNode *node,
                        const char *already, void *base)
{
    const ScenarioContext at = { .map = map };
    for (const ScenarioNode *child = node->first; child != NULL; child = child->next) {
        if (!g_str_equal(child->key, already)) {
            read_child(reader, &at, child, base, false);
        }
    }
    if (scenario_diag_count(reader->diag) == 0) {
        check_map_required(reader, &at, base, node->mark);
    }
}

static void overlay_part(ScenarioPart *base, const ScenarioPart *over)
{
    if (over->name == NULL || over->mark.line == 0) {
        return;
    }
    *base = *over;
}

void scenario_overlay(const ScenarioMap *map, void *base, const void *over)
{
    for (const ScenarioKey *key = map->keys; key->spec.name != NULL; key++) {
        void *to = scenario_read_field(key, base);
        const void *from = (const uint8_t *)over + key->offset;
        if (key->form == SCENARIO_FORM_VALUE && ((const ScenarioValue *)from)->given) {
            *(ScenarioValue *)to = *(const ScenarioValue *)from;
        } else if (key->form == SCENARIO_FORM_MAP) {
            scenario_overlay(key->map, to, from);
        }
    }
    if (map->part_key != NULL) {
        overlay_part(
            scenario_read_part(map, base),
            (const ScenarioPart *)(const void *)((const uint8_t *)over + map->part_offset));
    }
}