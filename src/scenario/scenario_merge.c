#include "scenario/scenario_merge.h"

#include "scenario/scenario_read.h"

#include <string.h>

#define MAX_INCLUDE_DEPTH 8
#define MAX_INCLUDED_FILES 64

/* include: */

typedef struct Includer {
    ScenarioDoc *doc;
    ScenarioDiag *diag;
    GPtrArray *open; /* canonical paths of the files being read, outermost first */
    unsigned count;
    bool *out_io;
} Includer;

static void replace_child(ScenarioNode *map, ScenarioNode *old, ScenarioNode *new)
{
    new->next = old->next;
    if (map->last == old) {
        map->last = new;
    }
    if (map->first == old) {
        map->first = new;
        return;
    }
    ScenarioNode *before = map->first;
    while (before->next != old) {
        before = before->next;
    }
    before->next = new;
}

/* Puts `over` onto `base`; both are maps, and `over` is used up. */
static void merge_maps(ScenarioNode *base, ScenarioNode *over)
{
    for (ScenarioNode *child = over->first, *next; child != NULL; child = next) {
        next = child->next;
        ScenarioNode *same = scenario_node_find(base, child->key);
        if (same == NULL) {
            scenario_node_append(base, child);
        } else if (same->kind == SCENARIO_NODE_MAP && child->kind == SCENARIO_NODE_MAP) {
            merge_maps(same, child);
            same->key_mark = child->key_mark;
        } else if (!(same->kind == SCENARIO_NODE_MAP && scenario_node_is_null(child))) {
            replace_child(base, same, child);
        }
    }
    base->mark = over->mark;
}

static ScenarioNode *include_all(Includer *includer, ScenarioNode *root, const char *folder);

static bool may_open(Includer *includer, const ScenarioNode *name, const char *canonical)
{
    if (g_ptr_array_find_with_equal_func(includer->open, canonical, g_str_equal, NULL)) {
        scenario_diag_error(includer->diag, name->mark, N_("'%s' includes itself"), name->text);
        return false;
    }
    if (includer->open->len >= MAX_INCLUDE_DEPTH || includer->count >= MAX_INCLUDED_FILES) {
        scenario_diag_error(includer->diag, name->mark, N_("too many files are included: '%s'"),
                            name->text);
        return false;
    }
    return true;
}

static ScenarioNode *include_one(Includer *includer, const ScenarioNode *name, const char *folder)
{
    if (name->kind != SCENARIO_NODE_SCALAR || name->text[0] == '\0') {
        scenario_diag_error(includer->diag, name->mark,
                            N_("'include' must be a file name, or a list of them"));
        return NULL;
    }
    g_autofree char *path = g_canonicalize_filename(name->text, folder);
    if (!may_open(includer, name, path)) {
        return NULL;
    }
    ScenarioNode *root = scenario_doc_read(includer->doc, path, name->text, name->mark,
                                           includer->diag, includer->out_io);
    if (root == NULL) {
        return NULL;
    }
    if (root->kind != SCENARIO_NODE_MAP) {
        scenario_diag_error(includer->diag, root->mark, N_("%s must be a map"),
                            lang_text(scenario_diag_lang(includer->diag), scenario_map_top.title));
        return NULL;
    }
    includer->count++;
    g_autofree char *inner = g_path_get_dirname(path);
    g_ptr_array_add(includer->open, g_steal_pointer(&path));
    root = include_all(includer, root, inner);
    g_ptr_array_set_size(includer->open, (gint)includer->open->len - 1);
    return root;
}

static ScenarioNode *include_all(Includer *includer, ScenarioNode *root, const char *folder)
{
    ScenarioNode *names = scenario_node_find(root, "include");
    if (names == NULL) {
        return root;
    }
    scenario_node_remove(root, names);
    ScenarioNode *whole = NULL;
    const ScenarioNode *name = names->kind == SCENARIO_NODE_LIST ? names->first : names;
    for (; name != NULL; name = name->next) {
        ScenarioNode *included = include_one(includer, name, folder);
        if (included == NULL) {
            return NULL;
        }
        if (whole == NULL) {
            whole = included;
        } else {
            merge_maps(whole, included);
        }
    }
    if (whole == NULL) {
        return root;
    }
    merge_maps(whole, root);
    return whole;
}

ScenarioNode *scenario_include(ScenarioDoc *doc, ScenarioNode *root, const char *folder,
                               ScenarioDiag *diag, bool *out_io)
{
    Includer includer = { .doc = doc, .diag = diag, .out_io = out_io };
    includer.open = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_add(includer.open, g_strdup(""));
    g_autofree char *absolute = g_canonicalize_filename(folder, NULL);
    ScenarioNode *whole = include_all(&includer, root, absolute);
    g_ptr_array_unref(includer.open);
    return whole;
}

/* --set */

/* How far along a path we are: the node, and what the table says of it. */
typedef struct Walk {
    ScenarioDoc *doc;
    ScenarioDiag *diag;
    ScenarioMark mark; /* of the setting */
    ScenarioNode *node;
    const ScenarioMap
        *map; /* whose keys, or whose items' keys, stand here; NULL: unknown to the table */
    bool is_named, is_list; /* the node is a map of names, or a list, of such maps */
} Walk;

static ScenarioNode *add_child(Walk *walk, const char *key)
{
    ScenarioNode *child = scenario_node_new(walk->doc, SCENARIO_NODE_SCALAR, walk->mark);
    child->plain = true;
    child->text = "";
    child->key = key;
    child->key_mark = walk->mark;
    scenario_node_append(walk->node, child);
    return child;
}

static void become(ScenarioNode *node, ScenarioNodeKind kind)
{
    node->kind = kind;
    node->first = node->last = NULL;
    node->count = 0;
    node->text = NULL;
}

/* A value that stands for a map by its brief key, or a word alone that says its kind, is written
 * out, so that another key can be set. */
static void write_out(Walk *walk)
{
    ScenarioNode *node = walk->node;
    if (node->kind == SCENARIO_NODE_MAP || (node->kind == SCENARIO_NODE_LIST && walk->is_list)) {
        return;
    }
    if (scenario_node_is_null(node) || walk->map == NULL || walk->map->brief == NULL) {
        become(node, walk->is_list ? SCENARIO_NODE_LIST : SCENARIO_NODE_MAP);
        return;
    }
    ScenarioNode *brief = scenario_node_copy(walk->doc, node);
    become(node, SCENARIO_NODE_MAP);
    bool is_kind = walk->map->one_of && brief->kind == SCENARIO_NODE_SCALAR;
    brief->key = is_kind ? brief->text : walk->map->brief;
    brief->key_mark = brief->mark;
    if (is_kind) {
        brief->text = "";
        brief->plain = true;
    }
    scenario_node_append(node, brief);
}

/* A list that stands for a map, by its brief key: whose items are these? */
static const ScenarioMap *item_map(const ScenarioMap *map, const ScenarioNode *list)
{
    while (map != NULL && map->brief != NULL && !scenario_is_many(map, list)) {
        const ScenarioKey *key = scenario_map_find(map, map->brief);
        map = key->map;
        if (key->form == SCENARIO_FORM_LIST) {
            return map;
        }
    }
    return map;
}

static bool step_into_list(Walk *walk, const char *word, bool by_table)
{
    if (!by_table) {
        walk->map = item_map(walk->map, walk->node);
    }
    guint64 index = 0;
    if (!g_ascii_string_to_unsigned(word, 10, 0, walk->node->count, &index, NULL)) {
        scenario_diag_error(walk->diag, walk->mark, N_("'%s' is no place in a list of %u"), word,
                            walk->node->count);
        return false;
    }
    ScenarioNode *child = walk->node->first;
    for (guint64 i = 0; i < index && child != NULL; i++) {
        child = child->next;
    }
    walk->node = child != NULL ? child : add_child(walk, NULL);
    walk->is_list = false;
    return true;
}

/* The key of the path that begins at words[i], which may hold dots where names may. */
static const char *find_name(const Walk *walk, char **words, guint *i)
{
    if (walk->is_named && words[*i + 1] != NULL) {
        const char *next = words[*i + 1];
        g_autofree char *both = g_strjoin(".", words[*i], next, NULL);
        bool is_member = g_str_equal(next, "*") || (next[0] >= '1' && next[0] <= '9');
        if (scenario_node_find(walk->node, both) != NULL ||
            (is_member && scenario_node_find(walk->node, words[*i]) == NULL)) {
            (*i)++;
            return scenario_doc_text(walk->doc, both);
        }
    }
    return scenario_doc_text(walk->doc, words[*i]);
}

static void step_into_map(Walk *walk, const char *name)
{
    ScenarioNode *child = scenario_node_find(walk->node, name);
    walk->node = child != NULL ? child : add_child(walk, name);
    if (walk->is_named) {
        walk->is_named = false;
        while (walk->map != NULL && walk->map->only_brief) {
            walk->map = scenario_map_find(walk->map, walk->map->brief)->map;
        }
        return;
    }
    const ScenarioKey *key = walk->map == NULL ? NULL : scenario_map_find(walk->map, name);
    walk->map = key == NULL ? NULL : key->map;
    walk->is_named = key != NULL && key->form == SCENARIO_FORM_NAMED;
    walk->is_list =
        key != NULL && (key->form == SCENARIO_FORM_LIST || key->form == SCENARIO_FORM_VALUES);
}

static bool walk_path(Walk *walk, char **words)
{
    for (guint i = 0; words[i] != NULL; i++) {
        if (words[i][0] == '\0') {
            scenario_diag_error(walk->diag, walk->mark, N_("a key in this path is empty"));
            return false;
        }
        bool is_index = walk->node->kind == SCENARIO_NODE_LIST && g_ascii_isdigit(words[i][0]);
        bool by_table = walk->is_list;
        walk->is_list |= is_index;
        write_out(walk);
        if (walk->is_list) {
            if (!step_into_list(walk, words[i], by_table)) {
                return false;
            }
        } else {
            step_into_map(walk, find_name(walk, words, &i));
        }
    }
    return true;
}

static void replace_value(ScenarioNode *node, const ScenarioNode *value)
{
    node->kind = value->kind;
    node->plain = value->plain;
    node->mark = value->mark;
    node->text = value->text;
    node->first = value->first;
    node->last = value->last;
    node->count = value->count;
}

bool scenario_set(ScenarioDoc *doc, ScenarioNode *root, const char *setting, ScenarioDiag *diag)
{
    const char *equals = strchr(setting, '=');
    g_autofree char *name = g_strconcat("--set ", setting, NULL);
    g_autoptr(GBytes) bytes =
        g_bytes_new(equals == NULL ? "" : equals + 1, equals == NULL ? 0 : strlen(equals + 1));
    uint32_t source = scenario_sources_add(scenario_doc_sources(doc), name, bytes, true);
    scenario_diag_set_sources(diag, scenario_doc_sources(doc));
    Walk walk = { .doc = doc,
                  .diag = diag,
                  .mark = { .source = source },
                  .node = root,
                  .map = &scenario_map_top };
    if (equals == NULL || equals == setting) {
        scenario_diag_error(diag, walk.mark, N_("a setting is written KEY=VALUE"));
        return false;
    }
    const ScenarioNode *value = scenario_doc_parse(doc, source, diag);
    if (value == NULL) {
        return false;
    }
    g_autofree char *path = g_strndup(setting, (gsize)(equals - setting));
    g_auto(GStrv) words = g_strsplit(path, ".", -1);
    if (!walk_path(&walk, words)) {
        return false;
    }
    replace_value(walk.node, value);
    return true;
}
