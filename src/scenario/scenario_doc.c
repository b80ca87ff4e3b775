#include "scenario/scenario_doc.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <yaml.h>

#define CHUNK_BYTES 65536
/* Maps up to this size are searched for duplicate keys pair by pair. */
#define SMALL_MAP 16

struct ScenarioDoc {
    GPtrArray *sources;
    GPtrArray *chunks;
    uint8_t *chunk;
    size_t chunk_left_bytes;
    uint32_t node_count, copied_count;
};

typedef struct Reader {
    ScenarioDoc *doc;
    ScenarioDiag *diag;
    yaml_parser_t parser;
    uint32_t source;
    GHashTable *anchors; /* name -> finished node */
} Reader;

/* What libyaml says of bad syntax, marked for the catalogue. */
static const char *const yaml_problems[] = {
    N_("did not find expected ',' or ']'"),
    N_("did not find expected ',' or '}'"),
    N_("did not find expected key"),
    N_("did not find expected '-' indicator"),
    N_("did not find expected node content"),
    N_("did not find expected <document start>"),
    N_("could not find expected ':'"),
    N_("mapping values are not allowed in this context"),
    N_("block sequence entries are not allowed in this context"),
    N_("found character that cannot start any token"),
    N_("found unexpected end of stream"),
    N_("found unexpected document indicator"),
    N_("found a tab character that violates indentation"),
    N_("found unknown escape character"),
    N_("control characters are not allowed"),
    N_("invalid leading UTF-8 octet"),
    N_("invalid trailing UTF-8 octet"),
    N_("incomplete UTF-8 octet sequence"),
};

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

static const char *copy_text(ScenarioDoc *doc, const char *text, size_t len_bytes)
{
    char *copy = scenario_doc_alloc(doc, len_bytes + 1);
    memcpy(copy, text, len_bytes);
    return copy;
}

const char *scenario_doc_text(ScenarioDoc *doc, const char *text)
{
    return copy_text(doc, text, strlen(text));
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

static ScenarioMark mark_of(const Reader *reader, yaml_mark_t start, yaml_mark_t end)
{
    ScenarioMark mark = { .source = reader->source,
                          .line = (uint32_t)start.line + 1,
                          .col = (uint32_t)start.column + 1 };
    mark.len = end.line == start.line ? (uint32_t)(end.column - start.column) : 0;
    return mark;
}

/* libyaml's reader knows only the octet it stumbled over. */
static ScenarioMark mark_of_offset(const Reader *reader, size_t offset)
{
    size_t len_bytes = 0;
    const char *bytes = g_bytes_get_data(
        scenario_sources_get(reader->doc->sources, reader->source)->bytes, &len_bytes);
    ScenarioMark mark = { .source = reader->source, .line = 1, .col = 1 };
    for (size_t i = 0; i < MIN(offset, len_bytes); i++) {
        if (bytes[i] == '\n') {
            mark.line++;
            mark.col = 1;
        } else if (((uint8_t)bytes[i] & 0xc0) != 0x80) {
            mark.col++;
        }
    }
    return mark;
}

/* The octet at a mark of the scanner. */
static char octet_at(const Reader *reader, yaml_mark_t mark)
{
    size_t len_bytes = 0;
    const char *at = g_bytes_get_data(
        scenario_sources_get(reader->doc->sources, reader->source)->bytes, &len_bytes);
    const char *end = at + len_bytes;
    for (size_t i = 0; i < mark.index && at < end; i++) {
        at = g_utf8_next_char(at);
    }
    return at < end ? *at : '\0';
}

static void report_syntax(Reader *reader)
{
    const yaml_parser_t *parser = &reader->parser;
    const Lang *lang = scenario_diag_lang(reader->diag);
    const char *problem = parser->problem == NULL ? yaml_problems[4] : parser->problem;
    if (parser->error == YAML_READER_ERROR) {
        scenario_diag_error(reader->diag, mark_of_offset(reader, parser->problem_offset),
                            N_("this is not YAML: %s"), lang_text(lang, problem));
        return;
    }
    ScenarioMark mark = mark_of(reader, parser->problem_mark, parser->problem_mark);
    char octet = octet_at(reader, parser->problem_mark);
    if (parser->error == YAML_SCANNER_ERROR && octet == '\t') {
        scenario_diag_error(reader->diag, mark,
                            N_("a tab cannot indent YAML; write spaces instead"));
    } else if (parser->error == YAML_SCANNER_ERROR && (octet == '@' || octet == '`')) {
        scenario_diag_error(reader->diag, mark, N_("a value cannot begin with '%c' in YAML"),
                            octet);
    } else {
        scenario_diag_error(reader->diag, mark, N_("this is not YAML: %s"),
                            lang_text(lang, problem));
    }
}

static bool next_event(Reader *reader, yaml_event_t *out_event)
{
    if (yaml_parser_parse(&reader->parser, out_event) == 0) {
        report_syntax(reader);
        return false;
    }
    return true;
}

static bool check_budget(Reader *reader, ScenarioMark mark, uint32_t depth)
{
    if (depth > SCENARIO_DOC_MAX_DEPTH) {
        scenario_diag_error(reader->diag, mark, N_("nested deeper than %d levels"),
                            SCENARIO_DOC_MAX_DEPTH);
        return false;
    }
    if (reader->doc->node_count >= SCENARIO_DOC_MAX_NODES) {
        scenario_diag_error(reader->diag, mark, N_("more than %u values"), SCENARIO_DOC_MAX_NODES);
        return false;
    }
    return true;
}

static bool check_tag(Reader *reader, const yaml_char_t *tag, ScenarioMark mark)
{
    if (tag == NULL) {
        return true;
    }
    scenario_diag_error(reader->diag, mark, N_("YAML tags are not used in scenarios: '%s'"),
                        (const char *)tag);
    return false;
}

static void set_anchor(Reader *reader, const char *anchor, ScenarioNode *node)
{
    if (anchor != NULL) {
        g_hash_table_insert(reader->anchors, g_strdup(anchor), node);
    }
}

/* Copies what an alias names, within the budget: a few lines of nested aliases name billions of
 * nodes. */
static ScenarioNode *copy_alias(Reader *reader, const ScenarioNode *node, ScenarioMark mark,
                                uint32_t depth)
{
    ScenarioDoc *doc = reader->doc;
    if (doc->copied_count >= SCENARIO_DOC_MAX_COPIED) {
        scenario_diag_error(reader->diag, mark, N_("aliases expand to more than %u values"),
                            SCENARIO_DOC_MAX_COPIED);
        return NULL;
    }
    if (!check_budget(reader, mark, depth)) {
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

static ScenarioNode *read_alias(Reader *reader, const yaml_event_t *event, uint32_t depth)
{
    ScenarioMark mark = mark_of(reader, event->start_mark, event->end_mark);
    const char *name = (const char *)event->data.alias.anchor;
    const ScenarioNode *node = g_hash_table_lookup(reader->anchors, name);
    if (node == NULL) {
        scenario_diag_error(reader->diag, mark, N_("no anchor '&%s' stands before this"), name);
        return NULL;
    }
    return copy_alias(reader, node, mark, depth);
}

static ScenarioNode *read_scalar(Reader *reader, const yaml_event_t *event)
{
    ScenarioMark mark = mark_of(reader, event->start_mark, event->end_mark);
    if (!check_tag(reader, event->data.scalar.tag, mark)) {
        return NULL;
    }
    const char *value = (const char *)event->data.scalar.value;
    if (memchr(value, '\0', event->data.scalar.length) != NULL) {
        scenario_diag_error(reader->diag, mark, N_("a text cannot hold a NUL character"));
        return NULL;
    }
    ScenarioNode *node = scenario_node_new(reader->doc, SCENARIO_NODE_SCALAR, mark);
    node->plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    node->text = copy_text(reader->doc, value, event->data.scalar.length);
    set_anchor(reader, (const char *)event->data.scalar.anchor, node);
    return node;
}

static ScenarioNode *read_value(Reader *reader, yaml_event_t *event, uint32_t depth);

static ScenarioNode *read_list(Reader *reader, const yaml_event_t *start, uint32_t depth)
{
    ScenarioMark mark = mark_of(reader, start->start_mark, start->end_mark);
    if (!check_tag(reader, start->data.sequence_start.tag, mark)) {
        return NULL;
    }
    ScenarioNode *list = scenario_node_new(reader->doc, SCENARIO_NODE_LIST, mark);
    for (;;) {
        yaml_event_t event;
        if (!next_event(reader, &event)) {
            return NULL;
        }
        bool ended = event.type == YAML_SEQUENCE_END_EVENT;
        ScenarioNode *item = ended ? NULL : read_value(reader, &event, depth + 1);
        yaml_event_delete(&event);
        if (ended) {
            set_anchor(reader, (const char *)start->data.sequence_start.anchor, list);
            return list;
        }
        if (item == NULL) {
            return NULL;
        }
        scenario_node_append(list, item);
    }
}

/* Adds what `<<` brings: a map, or a list of maps of which the earlier ones win. */
static bool merge_into(Reader *reader, ScenarioNode *map, ScenarioNode *brought)
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

static void report_duplicate(Reader *reader, const ScenarioNode *first, const ScenarioNode *again)
{
    scenario_diag_error(reader->diag, again->key_mark,
                        N_("key '%s' stands here twice, first in line %u"), again->key,
                        first->key_mark.line);
}

/* Later ones of the same key are reported and dropped. */
static void drop_duplicates(Reader *reader, ScenarioNode *map)
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

static bool finish_map(Reader *reader, ScenarioNode *map)
{
    drop_duplicates(reader, map);
    ScenarioNode *merge = scenario_node_find(map, "<<");
    if (merge == NULL) {
        return true;
    }
    scenario_node_remove(map, merge);
    return merge_into(reader, map, merge);
}

/* Reads a map's next key into *out_key; false at its end, or if there is none to be had. */
static bool read_key(Reader *reader, ScenarioNode **out_key, bool *out_failed)
{
    yaml_event_t event;
    *out_failed = true;
    if (!next_event(reader, &event)) {
        return false;
    }
    bool ended = event.type == YAML_MAPPING_END_EVENT;
    ScenarioNode *key = NULL;
    if (event.type == YAML_SCALAR_EVENT) {
        key = read_scalar(reader, &event);
    } else if (!ended) {
        scenario_diag_error(reader->diag, mark_of(reader, event.start_mark, event.end_mark),
                            N_("a key must be a word"));
    }
    yaml_event_delete(&event);
    *out_failed = !ended && key == NULL;
    *out_key = key;
    return key != NULL;
}

static ScenarioNode *read_map(Reader *reader, const yaml_event_t *start, uint32_t depth)
{
    ScenarioMark mark = mark_of(reader, start->start_mark, start->end_mark);
    if (!check_tag(reader, start->data.mapping_start.tag, mark)) {
        return NULL;
    }
    ScenarioNode *map = scenario_node_new(reader->doc, SCENARIO_NODE_MAP, mark);
    ScenarioNode *key = NULL;
    bool failed = false;
    while (read_key(reader, &key, &failed)) {
        yaml_event_t event;
        if (!next_event(reader, &event)) {
            return NULL;
        }
        ScenarioNode *value = read_value(reader, &event, depth + 1);
        yaml_event_delete(&event);
        if (value == NULL) {
            return NULL;
        }
        value->key = key->text;
        value->key_mark = key->mark;
        scenario_node_append(map, value);
    }
    if (failed || !finish_map(reader, map)) {
        return NULL;
    }
    set_anchor(reader, (const char *)start->data.mapping_start.anchor, map);
    return map;
}

static ScenarioNode *read_value(Reader *reader, yaml_event_t *event, uint32_t depth)
{
    if (!check_budget(reader, mark_of(reader, event->start_mark, event->end_mark), depth)) {
        return NULL;
    }
    switch (event->type) {
    case YAML_SCALAR_EVENT:
        return read_scalar(reader, event);
    case YAML_SEQUENCE_START_EVENT:
        return read_list(reader, event, depth);
    case YAML_MAPPING_START_EVENT:
        return read_map(reader, event, depth);
    case YAML_ALIAS_EVENT:
        return read_alias(reader, event, depth);
    default:
        g_assert_not_reached();
    }
}

/* Steps over events up to the first that begins a value. False: there is none. */
static bool find_root(Reader *reader, yaml_event_t *out_event)
{
    while (next_event(reader, out_event)) {
        if (out_event->type == YAML_STREAM_END_EVENT) {
            yaml_event_delete(out_event);
            scenario_diag_error(reader->diag, (ScenarioMark){ .source = reader->source },
                                N_("there is nothing in this file"));
            return false;
        }
        if (out_event->type != YAML_STREAM_START_EVENT &&
            out_event->type != YAML_DOCUMENT_START_EVENT) {
            return true;
        }
        yaml_event_delete(out_event);
    }
    return false;
}

/* After the root: the end of the document, and of the stream. */
static bool check_end(Reader *reader)
{
    for (;;) {
        yaml_event_t event;
        if (!next_event(reader, &event)) {
            return false;
        }
        yaml_event_type_t type = event.type;
        if (type == YAML_DOCUMENT_START_EVENT) {
            scenario_diag_error(reader->diag, mark_of(reader, event.start_mark, event.end_mark),
                                N_("a second document begins here; a scenario is one"));
        }
        yaml_event_delete(&event);
        if (type == YAML_STREAM_END_EVENT || type == YAML_DOCUMENT_START_EVENT) {
            return type == YAML_STREAM_END_EVENT;
        }
    }
}

static ScenarioNode *read_root(Reader *reader)
{
    yaml_event_t event;
    if (!find_root(reader, &event)) {
        return NULL;
    }
    ScenarioNode *root = read_value(reader, &event, 1);
    yaml_event_delete(&event);
    return root != NULL && check_end(reader) ? root : NULL;
}

ScenarioNode *scenario_doc_parse(ScenarioDoc *doc, uint32_t source, ScenarioDiag *diag)
{
    scenario_diag_set_sources(diag, doc->sources);
    size_t len_bytes = 0;
    const void *bytes =
        g_bytes_get_data(scenario_sources_get(doc->sources, source)->bytes, &len_bytes);
    if (len_bytes > SCENARIO_DOC_MAX_BYTES) {
        scenario_diag_error(diag, (ScenarioMark){ .source = source },
                            N_("too large: more than %u MiB"), SCENARIO_DOC_MAX_BYTES >> 20);
        return NULL;
    }
    Reader reader = { .doc = doc, .diag = diag, .source = source };
    int initialised = yaml_parser_initialize(&reader.parser);
    g_assert(initialised != 0);
    yaml_parser_set_encoding(&reader.parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&reader.parser, len_bytes == 0 ? (const void *)"" : bytes,
                                 len_bytes);
    reader.anchors = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    ScenarioNode *root = read_root(&reader);
    g_hash_table_unref(reader.anchors);
    yaml_parser_delete(&reader.parser);
    return root;
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
