/* The tree, the memory it lives in, and the file it comes from. */

#include "scenario/scenario_doc_inner.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define CHUNK_BYTES 65536

ScenarioDoc *scenario_doc_new(void)
{
    ScenarioDoc *doc = g_new0(ScenarioDoc, 1);
    doc->sources = scenario_sources_new();
    doc->chunks = g_ptr_array_new_with_free_func(g_free);
    return doc;
}

void scenario_doc_free(ScenarioDoc *doc)
{
    if (doc == NULL) {
        return;
    }
    g_ptr_array_unref(doc->sources);
    g_ptr_array_unref(doc->chunks);
    g_free(doc);
}

const ScenarioModules *scenario_doc_modules(const ScenarioDoc *doc)
{
    return doc->modules;
}

void scenario_doc_set_modules(ScenarioDoc *doc, const ScenarioModules *modules)
{
    doc->modules = modules;
}

GPtrArray *scenario_doc_sources(const ScenarioDoc *doc)
{
    return doc->sources;
}

void *scenario_doc_alloc(ScenarioDoc *doc, size_t bytes)
{
    size_t rounded = (bytes + 15) & ~(size_t)15;
    if (rounded > CHUNK_BYTES / 4) {
        void *block = g_malloc0(rounded);
        g_ptr_array_add(doc->chunks, block);
        return block;
    }
    if (rounded > doc->chunk_left_bytes) {
        doc->chunk = g_malloc0(CHUNK_BYTES);
        doc->chunk_left_bytes = CHUNK_BYTES;
        g_ptr_array_add(doc->chunks, doc->chunk);
    }
    void *block = doc->chunk;
    doc->chunk += rounded;
    doc->chunk_left_bytes -= rounded;
    return block;
}

const char *scenario_doc_copy_text(ScenarioDoc *doc, const char *text, size_t len_bytes)
{
    char *copy = scenario_doc_alloc(doc, len_bytes + 1);
    memcpy(copy, text, len_bytes);
    return copy;
}

const char *scenario_doc_text(ScenarioDoc *doc, const char *text)
{
    return scenario_doc_copy_text(doc, text, strlen(text));
}

ScenarioNode *scenario_node_new(ScenarioDoc *doc, ScenarioNodeKind kind, ScenarioMark mark)
{
    ScenarioNode *node = scenario_doc_alloc(doc, sizeof *node);
    node->kind = kind;
    node->mark = mark;
    doc->node_count++;
    return node;
}

void scenario_node_append(ScenarioNode *parent, ScenarioNode *child)
{
    child->next = NULL;
    if (parent->last == NULL) {
        parent->first = child;
    } else {
        parent->last->next = child;
    }
    parent->last = child;
    parent->count++;
}

ScenarioNode *scenario_node_find(const ScenarioNode *map, const char *key)
{
    if (map->kind != SCENARIO_NODE_MAP) {
        return NULL;
    }
    for (ScenarioNode *child = map->first; child != NULL; child = child->next) {
        if (g_str_equal(child->key, key)) {
            return child;
        }
    }
    return NULL;
}

void scenario_node_remove(ScenarioNode *parent, ScenarioNode *child)
{
    ScenarioNode *before = NULL;
    for (ScenarioNode *at = parent->first; at != child; at = at->next) {
        before = at;
    }
    if (before == NULL) {
        parent->first = child->next;
    } else {
        before->next = child->next;
    }
    if (parent->last == child) {
        parent->last = before;
    }
    child->next = NULL;
    parent->count--;
}

ScenarioNode *scenario_node_copy(ScenarioDoc *doc, const ScenarioNode *node)
{
    ScenarioNode *copy = scenario_node_new(doc, node->kind, node->mark);
    copy->plain = node->plain;
    copy->text = node->text;
    for (const ScenarioNode *child = node->first; child != NULL; child = child->next) {
        ScenarioNode *child_copy = scenario_node_copy(doc, child);
        child_copy->key = child->key;
        child_copy->key_mark = child->key_mark;
        scenario_node_append(copy, child_copy);
    }
    return copy;
}

bool scenario_node_is_null(const ScenarioNode *node)
{
    static const char *const words[] = { "", "~", "null", "Null", "NULL", NULL };
    return node->kind == SCENARIO_NODE_SCALAR && node->plain && g_strv_contains(words, node->text);
}

/* At most one octet more than is allowed: a device that never ends is refused too. */
static GBytes *read_file(const char *path, int *out_errno)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        *out_errno = errno;
        return NULL;
    }
    GByteArray *bytes = g_byte_array_new();
    uint8_t buffer[16384];
    size_t got = 0;
    while (bytes->len <= SCENARIO_DOC_MAX_BYTES &&
           (got = fread(buffer, 1, sizeof buffer, file)) > 0) {
        g_byte_array_append(bytes, buffer, (guint)got);
    }
    *out_errno = ferror(file) != 0 ? errno : 0;
    fclose(file);
    if (*out_errno != 0) {
        g_byte_array_unref(bytes);
        return NULL;
    }
    return g_byte_array_free_to_bytes(bytes);
}

ScenarioNode *scenario_doc_read(ScenarioDoc *doc, const char *path, const char *shown_name,
                                ScenarioMark mark, ScenarioDiag *diag, bool *out_io)
{
    scenario_diag_set_sources(diag, doc->sources);
    int error = 0;
    g_autoptr(GBytes) bytes = read_file(path, &error);
    if (bytes == NULL) {
        *out_io = true;
        if (mark.line == 0) {
            g_autoptr(GBytes) nothing = g_bytes_new_static("", 0);
            mark.source = scenario_sources_add(doc->sources, shown_name, nothing, false);
            scenario_diag_error(diag, mark, N_("cannot be read: %s"), g_strerror(error));
        } else {
            scenario_diag_error(diag, mark, N_("'%s' cannot be read: %s"), shown_name,
                                g_strerror(error));
        }
        return NULL;
    }
    return scenario_doc_parse(doc, scenario_sources_add(doc->sources, shown_name, bytes, false),
                              diag);
}
