/* From the events of libyaml to nodes, within the limits. */

#include "scenario/scenario_doc_inner.h"

#include <string.h>

static bool next_event(ScenarioDocReader *reader, yaml_event_t *out_event)
{
    if (yaml_parser_parse(&reader->parser, out_event) == 0) {
        scenario_doc_report_syntax(reader);
        return false;
    }
    return true;
}

bool scenario_doc_check_budget(ScenarioDocReader *reader, ScenarioMark mark, uint32_t depth)
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

static bool check_tag(ScenarioDocReader *reader, const yaml_char_t *tag, ScenarioMark mark)
{
    if (tag == NULL) {
        return true;
    }
    scenario_diag_error(reader->diag, mark, N_("YAML tags are not used in scenarios: '%s'"),
                        (const char *)tag);
    return false;
}

static ScenarioNode *read_scalar(ScenarioDocReader *reader, const yaml_event_t *event)
{
    ScenarioMark mark = scenario_doc_mark(reader, event->start_mark, event->end_mark);
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
    node->text = scenario_doc_copy_text(reader->doc, value, event->data.scalar.length);
    scenario_doc_set_anchor(reader, (const char *)event->data.scalar.anchor, node);
    return node;
}

static ScenarioNode *read_value(ScenarioDocReader *reader, yaml_event_t *event, uint32_t depth);

static ScenarioNode *read_list(ScenarioDocReader *reader, const yaml_event_t *start, uint32_t depth)
{
    ScenarioMark mark = scenario_doc_mark(reader, start->start_mark, start->end_mark);
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
            scenario_doc_set_anchor(reader, (const char *)start->data.sequence_start.anchor, list);
            return list;
        }
        if (item == NULL) {
            return NULL;
        }
        scenario_node_append(list, item);
    }
}

/* Reads a map's next key into *out_key; false at its end, or if there is none to be had. */
static bool read_key(ScenarioDocReader *reader, ScenarioNode **out_key, bool *out_failed)
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
        scenario_diag_error(reader->diag,
                            scenario_doc_mark(reader, event.start_mark, event.end_mark),
                            N_("a key must be a word"));
    }
    yaml_event_delete(&event);
    *out_failed = !ended && key == NULL;
    *out_key = key;
    return key != NULL;
}

static ScenarioNode *read_map(ScenarioDocReader *reader, const yaml_event_t *start, uint32_t depth)
{
    ScenarioMark mark = scenario_doc_mark(reader, start->start_mark, start->end_mark);
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
    if (failed || !scenario_doc_finish_map(reader, map)) {
        return NULL;
    }
    scenario_doc_set_anchor(reader, (const char *)start->data.mapping_start.anchor, map);
    return map;
}

static ScenarioNode *read_value(ScenarioDocReader *reader, yaml_event_t *event, uint32_t depth)
{
    if (!scenario_doc_check_budget(
            reader, scenario_doc_mark(reader, event->start_mark, event->end_mark), depth)) {
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
        return scenario_doc_read_alias(reader, event, depth);
    default:
        g_assert_not_reached();
    }
}

/* Steps over events up to the first that begins a value. False: there is none. */
static bool find_root(ScenarioDocReader *reader, yaml_event_t *out_event)
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
static bool check_end(ScenarioDocReader *reader)
{
    for (;;) {
        yaml_event_t event;
        if (!next_event(reader, &event)) {
            return false;
        }
        yaml_event_type_t type = event.type;
        if (type == YAML_DOCUMENT_START_EVENT) {
            scenario_diag_error(reader->diag,
                                scenario_doc_mark(reader, event.start_mark, event.end_mark),
                                N_("a second document begins here; a scenario is one"));
        }
        yaml_event_delete(&event);
        if (type == YAML_STREAM_END_EVENT || type == YAML_DOCUMENT_START_EVENT) {
            return type == YAML_STREAM_END_EVENT;
        }
    }
}

static ScenarioNode *read_root(ScenarioDocReader *reader)
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
    ScenarioDocReader reader = { .doc = doc, .diag = diag, .source = source };
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
