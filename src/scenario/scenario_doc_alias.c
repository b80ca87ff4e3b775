/* Maps and values that stand in more than one place: anchors, aliases, the merge key `<<`, and keys
 * that stand twice. */

#include "scenario/scenario_doc_inner.h"

/* Maps up to this size are searched for duplicate keys pair by pair. */
#define SMALL_MAP 16

void scenario_doc_set_anchor(ScenarioDocReader *reader, const char *anchor, ScenarioNode *node)
{
    if (anchor != NULL) {
        g_hash_table_insert(reader->anchors, g_strdup(anchor), node);
    }
}

/* Copies what an alias names, within the budget: a few lines of nested aliases name billions of
 * nodes. */
static ScenarioNode *copy_alias(ScenarioDocReader *reader, const ScenarioNode *node,
                                ScenarioMark mark, uint32_t depth)
{
    ScenarioDoc *doc = reader->doc;
    if (doc->copied_count >= SCENARIO_DOC_MAX_COPIED) {
        scenario_diag_error(reader->diag, mark, N_("aliases expand to more than %u values"),
                            SCENARIO_DOC_MAX_COPIED);
        return NULL;
    }
    if (!scenario_doc_check_budget(reader, mark, depth)) {
        return NULL;
    }
    doc->copied_count++;
    ScenarioNode *copy = scenario_node_new(doc, node->kind, node->mark);
    copy->plain = node->plain;
    copy->text = node->text;
    for (const ScenarioNode *child = node->first; child != NULL; child = child->next) {
        ScenarioNode *child_copy = copy_alias(reader, child, mark, depth + 1);
        if (child_copy == NULL) {
            return NULL;
        }
        child_copy->key = child->key;
        child_copy->key_mark = child->key_mark;
        scenario_node_append(copy, child_copy);
    }
    return copy;
}

ScenarioNode *scenario_doc_read_alias(ScenarioDocReader *reader, const yaml_event_t *event,
                                      uint32_t depth)
{
    ScenarioMark mark = scenario_doc_mark(reader, event->start_mark, event->end_mark);
    const char *name = (const char *)event->data.alias.anchor;
    const ScenarioNode *node = g_hash_table_lookup(reader->anchors, name);
    if (node == NULL) {
        scenario_diag_error(reader->diag, mark, N_("no anchor '&%s' stands before this"), name);
        return NULL;
    }
    return copy_alias(reader, node, mark, depth);
}

/* Adds what `<<` brings: a map, or a list of maps of which the earlier ones win. */
static bool merge_into(ScenarioDocReader *reader, ScenarioNode *map, ScenarioNode *brought)
{
    if (brought->kind == SCENARIO_NODE_LIST) {
        for (ScenarioNode *item = brought->first; item != NULL; item = item->next) {
            if (item->kind != SCENARIO_NODE_MAP) {
                brought = item;
                break;
            }
            merge_into(reader, map, item);
        }
        if (brought->kind == SCENARIO_NODE_LIST) {
            return true;
        }
    }
    if (brought->kind != SCENARIO_NODE_MAP) {
        scenario_diag_error(reader->diag, brought->mark, N_("'<<' merges maps; this is none"));
        return false;
    }
    for (ScenarioNode *child = brought->first, *next; child != NULL; child = next) {
        next = child->next;
        if (scenario_node_find(map, child->key) == NULL) {
            scenario_node_append(map, child);
        }
    }
    return true;
}

static void report_duplicate(ScenarioDocReader *reader, const ScenarioNode *first,
                             const ScenarioNode *again)
{
    scenario_diag_error(reader->diag, again->key_mark,
                        N_("key '%s' stands here twice, first in line %u"), again->key,
                        first->key_mark.line);
}

/* Later ones of the same key are reported and dropped. */
static void drop_duplicates(ScenarioDocReader *reader, ScenarioNode *map)
{
    g_autoptr(GHashTable) seen =
        map->count > SMALL_MAP ? g_hash_table_new(g_str_hash, g_str_equal) : NULL;
    ScenarioNode *child = map->first;
    map->first = map->last = NULL;
    map->count = 0;
    for (ScenarioNode *next; child != NULL; child = next) {
        next = child->next;
        const ScenarioNode *first = seen != NULL ? g_hash_table_lookup(seen, child->key)
                                                 : scenario_node_find(map, child->key);
        if (first != NULL) {
            report_duplicate(reader, first, child);
            continue;
        }
        if (seen != NULL) {
            g_hash_table_insert(seen, (gpointer)child->key, child);
        }
        scenario_node_append(map, child);
    }
}

bool scenario_doc_finish_map(ScenarioDocReader *reader, ScenarioNode *map)
{
    drop_duplicates(reader, map);
    ScenarioNode *merge = scenario_node_find(map, "<<");
    if (merge == NULL) {
        return true;
    }
    scenario_node_remove(map, merge);
    return merge_into(reader, map, merge);
}
