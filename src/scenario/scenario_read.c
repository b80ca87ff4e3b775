#include "scenario/scenario_read.h"

#include "scenario/scenario_models.h"
#include "scenario/scenario_value.h"

#include <string.h>

/* Where in the scenario something stands, for messages: a chain up to the top. */
typedef struct Context {
    const struct Context *parent;
    const ScenarioMap *map;
    const char *key;  /* under which the map stands */
    const char *name; /* of a named item */
    uint32_t index;   /* of a list's item, from 1; 0: none */
} Context;

struct ScenarioReader {
    ScenarioDoc *doc;
    ScenarioDiag *diag;
    ScenarioValueReader *values;
    ScenarioModels *models;
};

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

bool scenario_syntax_matches(ScenarioReader *reader, ScenarioSyntax syntax, const char *text)
{
    return scenario_value_matches(reader->values, syntax, text);
}

static void *field_of(const ScenarioKey *key, void *base)
{
    return (uint8_t *)base + key->offset;
}

static ScenarioPart *part_of(const ScenarioMap *map, void *base)
{
    return (ScenarioPart *)(void *)((uint8_t *)base + map->part_offset);
}

static int *kind_of(const ScenarioMap *map, void *base)
{
    return (int *)(void *)((uint8_t *)base + map->kind_offset);
}

/* A brief form leaves out a key that then need not be spoken of; nor need what has no name. */
static const Context *skip_unspoken(const Context *at)
{
    while (at->parent != NULL) {
        bool is_brief = at->key != NULL && at->parent->map->brief != NULL &&
                        g_str_equal(at->key, at->parent->map->brief);
        bool is_nameless = at->key == NULL && at->name == NULL && at->index == 0;
        if (!is_brief && !is_nameless) {
            break;
        }
        at = at->parent;
    }
    return at;
}

/* "link 'wire'", "'queue' of link 'wire'", "step 3 of the programs of 'client'". Owned by the
 * caller. */
static char *describe(const ScenarioReader *reader, const Context *at)
{
    const Lang *lang = scenario_diag_lang(reader->diag);
    at = skip_unspoken(at);
    g_autofree char *own = NULL;
    g_autofree char *number = g_strdup_printf("%u", at->index);
    if (at->map->named != NULL && (at->name != NULL || at->index > 0)) {
        own =
            g_strdup_printf(lang_text(lang, at->map->named), at->name != NULL ? at->name : number);
    } else if (at->key != NULL) {
        own = g_strdup_printf("'%s'", at->key);
    } else {
        own = g_strdup(lang_text(lang, at->map->title));
    }
    const Context *parent = at->parent;
    while (parent != NULL && parent->name == NULL && parent->key == NULL && parent->index == 0) {
        parent = parent->parent;
    }
    if (parent == NULL) {
        return g_steal_pointer(&own);
    }
    g_autofree char *whole = describe(reader, parent);
    return g_strdup_printf(lang_text(lang, N_("%s of %s")), own, whole);
}

/* Defaults */

static void choose_part(ScenarioReader *reader, const ScenarioMap *map, void *base, size_t index,
                        ScenarioMark mark)
{
    ScenarioPart *part = part_of(map, base);
    part->name = map->parts->name(index);
    part->mark = mark;
    part->specs = map->parts->params == NULL ? NULL : map->parts->params(index);
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

static void fill_defaults(ScenarioReader *reader, const ScenarioMap *map, void *base)
{
    for (const ScenarioKey *key = map->keys; key->spec.name != NULL; key++) {
        if (key->form == SCENARIO_FORM_VALUE) {
            ScenarioValue *value = field_of(key, base);
            value->number = scenario_key_fallback(key);
            value->text = key->fallback_text;
        } else if (key->form == SCENARIO_FORM_MAP) {
            fill_defaults(reader, key->map, field_of(key, base));
        }
    }
    if (map->one_of) {
        *kind_of(map, base) = -1;
    }
    if (map->part_key != NULL) {
        int64_t fallback = scenario_key_fallback(scenario_map_find(map, map->part_key));
        if (fallback >= 0) {
            choose_part(reader, map, base, (size_t)fallback, (ScenarioMark){ 0 });
        }
    }
}

/* Maps */

static void read_into(ScenarioReader *reader, const Context *at, const ScenarioNode *node,
                      void *base, bool partial);
static void start_struct(ScenarioReader *reader, const Context *at, const ScenarioNode *node,
                         void *base);

/* All keys that may stand in the map, for suggestions. The array is the caller's. */
static GPtrArray *key_names(const ScenarioMap *map, void *base)
{
    GPtrArray *names = g_ptr_array_new();
    for (const ScenarioKey *key = map->keys; key->spec.name != NULL; key++) {
        g_ptr_array_add(names, (gpointer)key->spec.name);
    }
    if (map->parts != NULL && map->part_key == NULL) {
        for (size_t i = 0; map->parts->name(i) != NULL; i++) {
            g_ptr_array_add(names, (gpointer)map->parts->name(i));
        }
    } else if (map->parts != NULL) {
        const SimParamSpec *specs = part_of(map, base)->specs;
        for (; specs != NULL && specs->name != NULL; specs++) {
            g_ptr_array_add(names, (gpointer)specs->name);
        }
    }
    g_ptr_array_add(names, NULL);
    return names;
}

static void report_unknown_key(ScenarioReader *reader, const Context *at, ScenarioMark mark,
                               const char *word, const GPtrArray *names)
{
    g_autofree char *where = describe(reader, at);
    const char *meant = scenario_suggest(word, (const char *const *)names->pdata);
    if (meant != NULL) {
        scenario_diag_error(reader->diag, mark, N_("unknown key '%s' in %s; did you mean '%s'?"),
                            word, where, meant);
    } else {
        scenario_diag_error(reader->diag, mark, N_("unknown key '%s' in %s"), word, where);
    }
}

static void report_unknown(ScenarioReader *reader, const Context *at, ScenarioMark mark,
                           const char *word, void *base)
{
    g_autoptr(GPtrArray) names = key_names(at->map, base);
    report_unknown_key(reader, at, mark, word, names);
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

/* Makes base one of the kind, or says that it is one already. */
static bool set_kind(ScenarioReader *reader, const Context *at, void *base, int kind,
                     const char *word, ScenarioMark mark)
{
    int *slot = kind_of(at->map, base);
    if (*slot >= 0) {
        g_autofree char *where = describe(reader, at);
        scenario_diag_error(reader->diag, mark,
                            N_("'%s' cannot stand in %s, which has its kind already; write a "
                               "second one"),
                            word, where);
        return false;
    }
    *slot = kind;
    /* Every struct with a kind has the mark of the word behind it. */
    ScenarioMark *mark_slot = (ScenarioMark *)(void *)(slot + 1);
    *mark_slot = mark;
    return true;
}

static void check_required(ScenarioReader *reader, const Context *at, const ScenarioKey *key,
                           bool given, ScenarioMark mark)
{
    if (!key->spec.required || given) {
        return;
    }
    g_autofree char *where = describe(reader, at);
    scenario_diag_error(reader->diag, mark, N_("%s needs the key '%s'"), where, key->spec.name);
}

static bool is_given(const ScenarioKey *key, void *base)
{
    void *field = field_of(key, base);
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

static void check_map_required(ScenarioReader *reader, const Context *at, void *base,
                               ScenarioMark mark)
{
    for (const ScenarioKey *key = at->map->keys; key->spec.name != NULL; key++) {
        check_required(reader, at, key, is_given(key, base), mark);
    }
}

static void read_part_value(ScenarioReader *reader, const ScenarioPart *part, uint32_t i,
                            const ScenarioNode *node)
{
    ScenarioKey key = { .spec = part->specs[i] };
    scenario_value_read(reader->values, &key, node, &part->values[i]);
}

static bool read_part_key(ScenarioReader *reader, const ScenarioPart *part,
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

static void check_part_required(ScenarioReader *reader, const Context *at, const ScenarioPart *part,
                                ScenarioMark mark)
{
    for (uint32_t i = 0; part->specs != NULL && part->specs[i].name != NULL; i++) {
        ScenarioKey key = { .spec = part->specs[i] };
        check_required(reader, at, &key, part->values[i].given, mark);
    }
}

static bool starts_with_x(const char *key)
{
    return key[0] == 'x' && key[1] == '-';
}

static void report_unknown_param(ScenarioReader *reader, const Context *at,
                                 const ScenarioPart *part, const ScenarioNode *node)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    for (const SimParamSpec *spec = part->specs; spec != NULL && spec->name != NULL; spec++) {
        g_ptr_array_add(names, (gpointer)spec->name);
    }
    g_ptr_array_add(names, NULL);
    report_unknown_key(reader, at, node->key_mark, node->key, names);
}

/* The map of a part whose name is itself a key: its values are all there is in it. */
static void read_part_map(ScenarioReader *reader, const Context *at, const ScenarioNode *node,
                          void *base)
{
    ScenarioPart *part = part_of(at->parent->map, base);
    uint32_t errors = scenario_diag_count(reader->diag);
    if (node->kind == SCENARIO_NODE_MAP) {
        for (const ScenarioNode *child = node->first; child != NULL; child = child->next) {
            if (!starts_with_x(child->key) && !read_part_key(reader, part, child)) {
                report_unknown_param(reader, at, part, child);
            }
        }
    } else if (!scenario_node_is_null(node)) {
        g_autofree char *where = describe(reader, at);
        scenario_diag_error(reader->diag, node->mark, N_("%s must be a map"), where);
        return;
    }
    if (scenario_diag_count(reader->diag) == errors) {
        check_part_required(reader, at, part, node->key == NULL ? node->mark : node->key_mark);
    }
}

/* A part whose name is a key of the map (an application). False: no part has that name. */
static bool read_part_variant(ScenarioReader *reader, const Context *at, const char *word,
                              ScenarioMark mark, const ScenarioNode *node, void *base)
{
    const ScenarioMap *map = at->map;
    for (size_t i = 0; map->parts != NULL && map->part_key == NULL && map->parts->name(i) != NULL;
         i++) {
        if (!g_str_equal(map->parts->name(i), word)) {
            continue;
        }
        if (set_kind(reader, at, base, map->part_variant, word, mark)) {
            choose_part(reader, map, base, i, mark);
            static const ScenarioMap no_map = { .title = "" };
            const Context below = { .parent = at, .map = &no_map, .key = map->parts->name(i) };
            read_part_map(reader, &below, node, base);
        }
        return true;
    }
    return false;
}

static void read_variant(ScenarioReader *reader, const Context *at, const ScenarioKey *key,
                         ScenarioMark mark, const ScenarioNode *node, void *base)
{
    if (!set_kind(reader, at, base, key->variant, key->spec.name, mark)) {
        return;
    }
    void *target = base;
    if (key->map->bytes > 0) {
        target = scenario_doc_alloc(reader->doc, key->map->bytes);
        *(void **)field_of(key, base) = target;
    }
    fill_defaults(reader, key->map, target);
    const Context below = { .parent = at, .map = key->map, .key = key->spec.name };
    read_into(reader, &below, node, target, key->partial);
}

/* An item of a list or a named map, read anew or over what stands there. */
static void read_item(ScenarioReader *reader, const Context *above, const ScenarioKey *key,
                      const ScenarioNode *node, void *item, bool is_new, uint32_t number)
{
    ScenarioHead *head = item;
    const Context at = { .parent = above,
                         .map = key->map,
                         .name = key->form == SCENARIO_FORM_NAMED ? node->key : NULL,
                         .index = key->form == SCENARIO_FORM_NAMED ? 0 : number };
    if (is_new) {
        start_struct(reader, &at, node, item);
        head->name = at.name;
        head->index = number == 0 ? 0 : number - 1;
        head->mark = at.name != NULL ? node->key_mark : node->mark;
    }
    read_into(reader, &at, node, item, key->partial);
}

static void *item_at(const ScenarioList *list, const ScenarioMap *map, uint32_t i)
{
    return (uint8_t *)list->items + (size_t)i * map->bytes;
}

static void read_list(ScenarioReader *reader, const Context *at, const ScenarioKey *key,
                      const ScenarioNode *node, ScenarioList *list)
{
    list->items = scenario_doc_alloc(reader->doc, MAX(node->count, 1) * key->map->bytes);
    list->count = 0;
    for (const ScenarioNode *child = node->first; child != NULL; child = child->next) {
        list->count++;
        read_item(reader, at, key, child, item_at(list, key->map, list->count - 1), true,
                  list->count);
    }
}

bool scenario_is_many(const ScenarioMap *map, const ScenarioNode *node)
{
    if (node->kind != SCENARIO_NODE_LIST || node->first == NULL) {
        return false;
    }
    const ScenarioNode *first = node->first;
    if (first->kind == SCENARIO_NODE_LIST) {
        return true;
    }
    const char *word = first->kind == SCENARIO_NODE_SCALAR ? first->text
                       : first->first == NULL              ? ""
                                                           : first->first->key;
    if (scenario_map_find(map, word) != NULL) {
        return true;
    }
    for (size_t i = 0; map->parts != NULL && map->parts->name(i) != NULL; i++) {
        if (g_str_equal(map->parts->name(i), word)) {
            return true;
        }
    }
    return false;
}

static void read_many(ScenarioReader *reader, const Context *at, const ScenarioKey *key,
                      const ScenarioNode *node, ScenarioList *list)
{
    if (scenario_is_many(key->map, node)) {
        read_list(reader, at, key, node, list);
        return;
    }
    list->items = scenario_doc_alloc(reader->doc, key->map->bytes);
    list->count = 1;
    read_item(reader, at, key, node, list->items, true, 0);
}

/* Existing items of the same name (from a topology or a profile) are read over. */
static void read_named(ScenarioReader *reader, const Context *at, const ScenarioKey *key,
                       const ScenarioNode *node, ScenarioList *list)
{
    uint32_t old_count = list->count;
    uint8_t *items =
        scenario_doc_alloc(reader->doc, MAX(old_count + node->count, 1) * key->map->bytes);
    if (old_count > 0) {
        memcpy(items, list->items, old_count * key->map->bytes);
    }
    list->items = items;
    g_autoptr(GHashTable) by_name = g_hash_table_new(g_str_hash, g_str_equal);
    for (uint32_t i = 0; i < old_count; i++) {
        ScenarioHead *head = item_at(list, key->map, i);
        g_hash_table_insert(by_name, (gpointer)head->name, head);
    }
    for (const ScenarioNode *child = node->first; child != NULL; child = child->next) {
        if (starts_with_x(child->key)) {
            continue;
        }
        if (!scenario_value_check_syntax(reader->values, key->syntax, child->key,
                                         child->key_mark)) {
            continue;
        }
        void *item = g_hash_table_lookup(by_name, child->key);
        bool is_new = item == NULL;
        if (is_new) {
            item = item_at(list, key->map, list->count++);
        }
        read_item(reader, at, key, child, item, is_new, is_new ? list->count : 0);
    }
}

static void read_values(ScenarioReader *reader, const Context *at, const ScenarioKey *key,
                        const ScenarioNode *node, ScenarioList *list)
{
    bool is_list = node->kind == SCENARIO_NODE_LIST;
    uint32_t count = is_list ? node->count : 1;
    ScenarioValue *values = scenario_doc_alloc(reader->doc, MAX(count, 1) * sizeof *values);
    ScenarioKey item_key = *key;
    item_key.spec.min = INT64_MIN;
    item_key.spec.max = INT64_MAX;
    list->items = values;
    list->count = count;
    const ScenarioNode *item = is_list ? node->first : node;
    for (uint32_t i = 0; i < count; i++, item = item->next) {
        scenario_value_read(reader->values, &item_key, item, &values[i]);
    }
    if (count < (uint64_t)key->spec.min || count > (uint64_t)key->spec.max) {
        g_autofree char *where = describe(reader, at);
        scenario_diag_error(reader->diag, node->mark,
                            N_("'%s' of %s has %u items; it must have %u"), key->spec.name, where,
                            count,
                            (unsigned)(count < key->spec.min ? key->spec.min : key->spec.max));
    }
}

/* Whether the node has the form that lists of this kind need; says so if not. */
static bool check_form(ScenarioReader *reader, const ScenarioKey *key, const ScenarioNode *node)
{
    const char *message = NULL;
    if (key->form == SCENARIO_FORM_LIST && node->kind != SCENARIO_NODE_LIST) {
        message = N_("'%s' must be a list: each item begins with '- '");
    } else if (key->form == SCENARIO_FORM_NAMED && node->kind != SCENARIO_NODE_MAP) {
        message = N_("'%s' must be a map: a name, a colon, what it names");
    }
    if (message != NULL) {
        scenario_diag_error(reader->diag, node->mark, message, key->spec.name);
    }
    return message == NULL;
}

static void read_list_form(ScenarioReader *reader, const Context *at, const ScenarioKey *key,
                           const ScenarioNode *node, ScenarioList *list)
{
    list->given = true;
    if (scenario_node_is_null(node) && key->form != SCENARIO_FORM_VALUES) {
        return;
    }
    if (!check_form(reader, key, node)) {
        return;
    }
    switch (key->form) {
    case SCENARIO_FORM_VALUES:
        read_values(reader, at, key, node, list);
        break;
    case SCENARIO_FORM_LIST:
        read_list(reader, at, key, node, list);
        break;
    case SCENARIO_FORM_MANY:
        read_many(reader, at, key, node, list);
        break;
    default:
        read_named(reader, at, key, node, list);
        break;
    }
}

static void read_key(ScenarioReader *reader, const Context *at, const ScenarioKey *key,
                     ScenarioMark mark, const ScenarioNode *node, void *base, bool partial)
{
    const Context below = { .parent = at, .map = key->map, .key = key->spec.name };
    void *field = field_of(key, base);
    switch (key->form) {
    case SCENARIO_FORM_VALUE:
        scenario_value_read(reader->values, key, node, field);
        break;
    case SCENARIO_FORM_MAP:
        read_into(reader, &below, node, field, partial || key->partial);
        break;
    case SCENARIO_FORM_OPTION:
        *(void **)field = scenario_doc_alloc(reader->doc, key->map->bytes);
        fill_defaults(reader, key->map, *(void **)field);
        read_into(reader, &below, node, *(void **)field, partial || key->partial);
        break;
    case SCENARIO_FORM_VARIANT:
        read_variant(reader, at, key, mark, node, base);
        break;
    case SCENARIO_FORM_INCLUDE:
        break;
    default:
        read_list_form(reader, at, key, node, field);
        break;
    }
}

/* The word that chooses a part. */
static void read_part_word(ScenarioReader *reader, const Context *at, const ScenarioKey *key,
                           const ScenarioNode *node, void *base)
{
    ScenarioValue *value = field_of(key, base);
    scenario_value_read(reader->values, key, node, value);
    const ScenarioPart *part = part_of(at->map, base);
    const char *name = at->map->parts->name((size_t)MAX(value->number, 0));
    if (value->given && (part->name == NULL || !g_str_equal(part->name, name))) {
        choose_part(reader, at->map, base, (size_t)value->number, node->mark);
    }
}

/* The key that chooses a part comes before those that the part brings. */
static void read_part_choice(ScenarioReader *reader, const Context *at, const ScenarioNode *node,
                             void *base)
{
    const ScenarioNode *choice = scenario_node_find(node, at->map->part_key);
    if (choice != NULL) {
        read_part_word(reader, at, scenario_map_find(at->map, at->map->part_key), choice, base);
    }
}

static void read_child(ScenarioReader *reader, const Context *at, const ScenarioNode *child,
                       void *base, bool partial)
{
    const ScenarioMap *map = at->map;
    if (starts_with_x(child->key) ||
        (map->part_key != NULL && g_str_equal(map->part_key, child->key))) {
        return;
    }
    const ScenarioKey *key = scenario_map_find(map, child->key);
    if (key != NULL) {
        read_key(reader, at, key, child->key_mark, child, base, partial);
    } else if (!(map->part_key != NULL && read_part_key(reader, part_of(map, base), child)) &&
               !read_part_variant(reader, at, child->key, child->key_mark, child, base)) {
        report_unknown(reader, at, child->key_mark, child->key, base);
    }
}

/* Reads the profile of that name over what is in base; one that must not be there may be missing.
 */
static void read_profile(ScenarioReader *reader, const Context *at, const char *name,
                         ScenarioMark mark, bool must_exist, void *base)
{
    const ScenarioNode *profile =
        scenario_models_enter(reader->models, name, at->map->profile_kind, mark, must_exist);
    if (profile != NULL) {
        read_into(reader, at, profile, base, true);
        scenario_models_leave(reader->models);
    }
}

/* The profile that the map names itself. */
static void read_named_profile(ScenarioReader *reader, const Context *at, const ScenarioNode *node,
                               void *base)
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
static void start_struct(ScenarioReader *reader, const Context *at, const ScenarioNode *node,
                         void *base)
{
    fill_defaults(reader, at->map, base);
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
static void read_brief(ScenarioReader *reader, const Context *at, const ScenarioNode *node,
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
        } else if (!read_part_variant(reader, at, node->text, node->mark, &empty, base)) {
            report_unknown(reader, at, node->mark, node->text, base);
        }
        return;
    }
    const ScenarioKey *key = map->brief == NULL ? NULL : scenario_map_find(map, map->brief);
    bool list_fits = key != NULL && key->form != SCENARIO_FORM_VALUE;
    if (key == NULL || (node->kind == SCENARIO_NODE_LIST && !list_fits)) {
        g_autofree char *where = describe(reader, at);
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
        read_part_word(reader, at, &named, node, base);
        return;
    }
    read_key(reader, at, &named, node->mark, node, base, partial);
}

static void check_kind(ScenarioReader *reader, const Context *at, void *base, ScenarioMark mark)
{
    if (*kind_of(at->map, base) >= 0) {
        return;
    }
    g_autofree char *where = describe(reader, at);
    g_autofree char *words = list_variants(at->map);
    scenario_diag_error(reader->diag, mark, N_("%s needs one of: %s"), where, words);
}

/* Keys that mean nothing beside the others. */
static void check_applies(ScenarioReader *reader, const Context *at, const ScenarioNode *node,
                          void *base)
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
static void read_into(ScenarioReader *reader, const Context *at, const ScenarioNode *node,
                      void *base, bool partial)
{
    uint32_t errors = scenario_diag_count(reader->diag);
    bool is_map = node != NULL && node->kind == SCENARIO_NODE_MAP && !at->map->only_brief;
    if (is_map) {
        if (at->map->profile_key != NULL) {
            read_named_profile(reader, at, node, base);
        }
        if (at->map->part_key != NULL) {
            read_part_choice(reader, at, node, base);
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
        check_part_required(reader, at, part_of(at->map, base), mark);
    }
}

void scenario_read(ScenarioReader *reader, const ScenarioMap *map, const ScenarioNode *node,
                   void *base)
{
    const Context at = { .map = map };
    start_struct(reader, &at, node, base);
    read_into(reader, &at, node, base, false);
}

void scenario_read_only(ScenarioReader *reader, const ScenarioMap *map, const ScenarioNode *node,
                        const char *only, void *base)
{
    const Context at = { .map = map };
    fill_defaults(reader, map, base);
    const ScenarioNode *child = scenario_node_find(node, only);
    if (child != NULL) {
        read_child(reader, &at, child, base, false);
    }
}

void scenario_read_rest(ScenarioReader *reader, const ScenarioMap *map, const ScenarioNode *node,
                        const char *already, void *base)
{
    const Context at = { .map = map };
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
        void *to = field_of(key, base);
        const void *from = (const uint8_t *)over + key->offset;
        if (key->form == SCENARIO_FORM_VALUE && ((const ScenarioValue *)from)->given) {
            *(ScenarioValue *)to = *(const ScenarioValue *)from;
        } else if (key->form == SCENARIO_FORM_MAP) {
            scenario_overlay(key->map, to, from);
        }
    }
    if (map->part_key != NULL) {
        overlay_part(
            part_of(map, base),
            (const ScenarioPart *)(const void *)((const uint8_t *)over + map->part_offset));
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
