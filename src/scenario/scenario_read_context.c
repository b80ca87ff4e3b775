/* Where something stands, in words, and what may be wrong with the keys that stand there. */

#include "scenario/scenario_read_inner.h"

void *scenario_read_field(const ScenarioKey *key, void *base)
{
    return (uint8_t *)base + key->offset;
}

ScenarioPart *scenario_read_part(const ScenarioMap *map, void *base)
{
    return (ScenarioPart *)(void *)((uint8_t *)base + map->part_offset);
}

int *scenario_read_kind(const ScenarioMap *map, void *base)
{
    return (int *)(void *)((uint8_t *)base + map->kind_offset);
}

bool scenario_read_is_free_key(const char *key)
{
    return key[0] == 'x' && key[1] == '-';
}

/* A brief form leaves out a key that then need not be spoken of; nor need what has no name. */
static const ScenarioContext *skip_unspoken(const ScenarioContext *at)
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
char *scenario_read_describe(const ScenarioReader *reader, const ScenarioContext *at)
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
    const ScenarioContext *parent = at->parent;
    while (parent != NULL && parent->name == NULL && parent->key == NULL && parent->index == 0) {
        parent = parent->parent;
    }
    if (parent == NULL) {
        return g_steal_pointer(&own);
    }
    g_autofree char *whole = scenario_read_describe(reader, parent);
    return g_strdup_printf(lang_text(lang, N_("%s of %s")), own, whole);
}

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
        const SimParamSpec *specs = scenario_read_part(map, base)->specs;
        for (; specs != NULL && specs->name != NULL; specs++) {
            g_ptr_array_add(names, (gpointer)specs->name);
        }
    }
    g_ptr_array_add(names, NULL);
    return names;
}

void scenario_read_unknown_key(ScenarioReader *reader, const ScenarioContext *at, ScenarioMark mark,
                               const char *word, const GPtrArray *names)
{
    g_autofree char *where = scenario_read_describe(reader, at);
    const char *meant = scenario_suggest(word, (const char *const *)names->pdata);
    if (meant != NULL) {
        scenario_diag_error(reader->diag, mark, N_("unknown key '%s' in %s; did you mean '%s'?"),
                            word, where, meant);
    } else {
        scenario_diag_error(reader->diag, mark, N_("unknown key '%s' in %s"), word, where);
    }
}

void scenario_read_unknown(ScenarioReader *reader, const ScenarioContext *at, ScenarioMark mark,
                           const char *word, void *base)
{
    g_autoptr(GPtrArray) names = key_names(at->map, base);
    scenario_read_unknown_key(reader, at, mark, word, names);
}

/* Makes base one of the kind, or says that it is one already. */
bool scenario_read_set_kind(ScenarioReader *reader, const ScenarioContext *at, void *base, int kind,
                            const char *word, ScenarioMark mark)
{
    int *slot = scenario_read_kind(at->map, base);
    if (*slot >= 0) {
        g_autofree char *where = scenario_read_describe(reader, at);
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

void scenario_read_check_required(ScenarioReader *reader, const ScenarioContext *at,
                                  const ScenarioKey *key, bool given, ScenarioMark mark)
{
    if (!key->spec.required || given) {
        return;
    }
    g_autofree char *where = scenario_read_describe(reader, at);
    scenario_diag_error(reader->diag, mark, N_("%s needs the key '%s'"), where, key->spec.name);
}
