/* Lists: of scalars, of maps, and maps from free names to maps. */

#include "scenario/scenario_read_inner.h"

#include <string.h>

static void *item_at(const ScenarioList *list, const ScenarioMap *map, uint32_t i)
{
    return (uint8_t *)list->items + (size_t)i * map->bytes;
}

/* An item of a list or a named map, read anew or over what stands there. */
static void read_item(ScenarioReader *reader, const ScenarioContext *above, const ScenarioKey *key,
                      const ScenarioNode *node, void *item, bool is_new, uint32_t number)
{
    ScenarioHead *head = item;
    const ScenarioContext at = { .parent = above,
                                 .map = key->map,
                                 .name = key->form == SCENARIO_FORM_NAMED ? node->key : NULL,
                                 .index = key->form == SCENARIO_FORM_NAMED ? 0 : number };
    if (is_new) {
        scenario_read_start(reader, &at, node, item);
        head->name = at.name;
        head->index = number == 0 ? 0 : number - 1;
        head->mark = at.name != NULL ? node->key_mark : node->mark;
    }
    scenario_read_into(reader, &at, node, item, key->partial);
}

static void read_list(ScenarioReader *reader, const ScenarioContext *at, const ScenarioKey *key,
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

static void read_many(ScenarioReader *reader, const ScenarioContext *at, const ScenarioKey *key,
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
static void read_named(ScenarioReader *reader, const ScenarioContext *at, const ScenarioKey *key,
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
        if (scenario_read_is_free_key(child->key)) {
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

static void read_values(ScenarioReader *reader, const ScenarioContext *at, const ScenarioKey *key,
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
        g_autofree char *where = scenario_read_describe(reader, at);
        scenario_diag_error(reader->diag, node->mark, N_("'%s' of %s lists %u; it must list %u"),
                            key->spec.name, where, count,
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

void scenario_read_list(ScenarioReader *reader, const ScenarioContext *at, const ScenarioKey *key,
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
