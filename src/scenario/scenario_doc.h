/* YAML as a tree in which everything knows where it stands.
 *
 * Strict: one document, no tags, string keys, no key twice in a map, bounded size, depth and
 * expansion of aliases. An alias is a copy of what its anchor names; the key `<<` merges the maps
 * named by aliases, keys given beside it win. What a scalar means is decided later, by the key it
 * stands under. */

#ifndef SCENARIO_SCENARIO_DOC_H
#define SCENARIO_SCENARIO_DOC_H

#include "scenario/scenario_modules.h"

#define SCENARIO_DOC_MAX_BYTES (8u << 20) /* of one source */
#define SCENARIO_DOC_MAX_DEPTH 32
#define SCENARIO_DOC_MAX_NODES 1000000u
#define SCENARIO_DOC_MAX_COPIED 100000u /* nodes made by aliases */

typedef enum ScenarioNodeKind {
    SCENARIO_NODE_SCALAR,
    SCENARIO_NODE_LIST,
    SCENARIO_NODE_MAP
} ScenarioNodeKind;

typedef struct ScenarioNode ScenarioNode;
struct ScenarioNode {
    ScenarioNodeKind kind;
    bool plain;     /* scalar: written without quotes */
    uint32_t count; /* list, map: children */
    ScenarioMark mark;
    ScenarioMark key_mark;
    const char *key;            /* in a map: its key; NULL in a list */
    const char *text;           /* scalar */
    ScenarioNode *first, *last; /* children in their order */
    ScenarioNode *next;         /* the next child of the same parent */
};

/* Owns the nodes, their texts and whatever else lives as long as the scenario. */
typedef struct ScenarioDoc ScenarioDoc;

ScenarioDoc *scenario_doc_new(void);
void scenario_doc_free(ScenarioDoc *doc);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ScenarioDoc, scenario_doc_free)

/* The modules whose names the scenario may use; borrowed, NULL: none. They outlive the document. */
const ScenarioModules *scenario_doc_modules(const ScenarioDoc *doc);
void scenario_doc_set_modules(ScenarioDoc *doc, const ScenarioModules *modules);

/* The list of sources; borrowed. */
GPtrArray *scenario_doc_sources(const ScenarioDoc *doc);

/* Zeroed memory that lives as long as the document. */
void *scenario_doc_alloc(ScenarioDoc *doc, size_t bytes);
/* A copy that lives as long as the document. */
const char *scenario_doc_text(ScenarioDoc *doc, const char *text);

/* Parses a source. NULL if nothing can be made of it; what is wrong is added to diag, and duplicate
 * keys are reported without giving up. */
ScenarioNode *scenario_doc_parse(ScenarioDoc *doc, uint32_t source, ScenarioDiag *diag);

/* Reads a file and parses it; shown_name is what messages call it. A file that cannot be read is an
 * error at `mark`, or nowhere in particular if mark.line is 0; *out_io is then true. */
ScenarioNode *scenario_doc_read(ScenarioDoc *doc, const char *path, const char *shown_name,
                                ScenarioMark mark, ScenarioDiag *diag, bool *out_io);

/* A node of the tree that stands nowhere in a source but takes its place from another one. */
ScenarioNode *scenario_node_new(ScenarioDoc *doc, ScenarioNodeKind kind, ScenarioMark mark);
/* Appends a child; its key must be set in a map. */
void scenario_node_append(ScenarioNode *parent, ScenarioNode *child);
/* The child of that key; NULL: none, or not a map. */
ScenarioNode *scenario_node_find(const ScenarioNode *map, const char *key);
/* Takes the child out of its parent. */
void scenario_node_remove(ScenarioNode *parent, ScenarioNode *child);
/* A deep copy; the copy of the root has no key and no next. */
ScenarioNode *scenario_node_copy(ScenarioDoc *doc, const ScenarioNode *node);
/* Whether the scalar says nothing: plain and empty, `~` or `null`. */
bool scenario_node_is_null(const ScenarioNode *node);

#endif
