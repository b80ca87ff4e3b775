/* What the files that make the tree have in common. For scenario_doc*.c alone. */

#ifndef SCENARIO_SCENARIO_DOC_INNER_H
#define SCENARIO_SCENARIO_DOC_INNER_H

#include "scenario/scenario_doc.h"

#include <yaml.h>

struct ScenarioDoc {
    const ScenarioModules *modules; /* borrowed; NULL: none */
    GPtrArray *sources;
    GPtrArray *chunks;
    uint8_t *chunk;
    size_t chunk_left_bytes;
    uint32_t node_count, copied_count;
};

/* One source that is being parsed. */
typedef struct ScenarioDocReader {
    ScenarioDoc *doc;
    ScenarioDiag *diag;
    yaml_parser_t parser;
    uint32_t source;
    GHashTable *anchors; /* name -> finished node */
} ScenarioDocReader;

/* ---- scenario_doc.c ---- */

/* A copy of so many bytes, with a NUL behind them; lives as long as the document. */
const char *scenario_doc_copy_text(ScenarioDoc *doc, const char *text, size_t len_bytes);

/* ---- scenario_doc_parse.c ---- */

/* Whether one more node may stand at that depth; says so if not. */
bool scenario_doc_check_budget(ScenarioDocReader *reader, ScenarioMark mark, uint32_t depth);

/* ---- scenario_doc_alias.c ---- */

/* Remembers a finished node under its anchor; anchor may be NULL. */
void scenario_doc_set_anchor(ScenarioDocReader *reader, const char *anchor, ScenarioNode *node);
/* A copy of what the alias names. NULL: nothing, or too much, which is said. */
ScenarioNode *scenario_doc_read_alias(ScenarioDocReader *reader, const yaml_event_t *event,
                                      uint32_t depth);
/* When all keys of a map are there: reports those that stand twice and merges what `<<` brings;
 * false: that is no map. */
bool scenario_doc_finish_map(ScenarioDocReader *reader, ScenarioNode *map);

/* ---- scenario_doc_syntax.c ---- */

/* The place in the source; within one line it has a length. */
ScenarioMark scenario_doc_mark(const ScenarioDocReader *reader, yaml_mark_t start, yaml_mark_t end);
/* Says what libyaml stumbled over. */
void scenario_doc_report_syntax(ScenarioDocReader *reader);

#endif
