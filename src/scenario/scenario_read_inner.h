/* What the files that read the tree have in common. For scenario_read*.c alone. */

#ifndef SCENARIO_SCENARIO_READ_INNER_H
#define SCENARIO_SCENARIO_READ_INNER_H

#include "scenario/scenario_models.h"
#include "scenario/scenario_read.h"
#include "scenario/scenario_value.h"

/* Where in the scenario something stands, for messages: a chain up to the top. */
typedef struct ScenarioContext {
    const struct ScenarioContext *parent;
    const ScenarioMap *map;
    const char *key;  /* under which the map stands */
    const char *name; /* of a named item */
    uint32_t index;   /* of a list's item, from 1; 0: none */
} ScenarioContext;

struct ScenarioReader {
    ScenarioDoc *doc;
    ScenarioDiag *diag;
    ScenarioValueReader *values;
    ScenarioModels *models;
};

/* ---- scenario_read.c ---- */

/* Reads node (NULL: an empty map) over what is in base already; partial: nothing is required. */
void scenario_read_into(ScenarioReader *reader, const ScenarioContext *at, const ScenarioNode *node,
                        void *base, bool partial);
/* Fills a new struct: defaults, and the profile that holds where the map names none. */
void scenario_read_start(ScenarioReader *reader, const ScenarioContext *at,
                         const ScenarioNode *node, void *base);

/* ---- scenario_read_context.c ---- */

/* The key's field in its map's struct. */
void *scenario_read_field(const ScenarioKey *key, void *base);
/* The place of the part that is chosen in the map. */
ScenarioPart *scenario_read_part(const ScenarioMap *map, void *base);
/* What says of which kind the struct is; -1: not known yet. */
int *scenario_read_kind(const ScenarioMap *map, void *base);
/* Whether the key may stand anywhere and means nothing: "x-author". */
bool scenario_read_is_free_key(const char *key);
/* "link 'wire'", "'queue' of link 'wire'", "step 3 of the programs of 'client'". Owned by the
 * caller. */
char *scenario_read_describe(const ScenarioReader *reader, const ScenarioContext *at);
/* Says that the key is unknown there, and which of the names may be meant; they end with a NULL. */
void scenario_read_unknown_key(ScenarioReader *reader, const ScenarioContext *at, ScenarioMark mark,
                               const char *word, const GPtrArray *names);
/* The same; the names are those that the map allows. */
void scenario_read_unknown(ScenarioReader *reader, const ScenarioContext *at, ScenarioMark mark,
                           const char *word, void *base);
/* Makes base one of the kind, or says that it is one already. */
bool scenario_read_set_kind(ScenarioReader *reader, const ScenarioContext *at, void *base, int kind,
                            const char *word, ScenarioMark mark);
/* Says that the key is missing, if it has to be there. */
void scenario_read_check_required(ScenarioReader *reader, const ScenarioContext *at,
                                  const ScenarioKey *key, bool given, ScenarioMark mark);

/* ---- scenario_read_parts.c ---- */

/* Makes the index-th part the map's, with the defaults of its keys. */
void scenario_read_choose_part(ScenarioReader *reader, const ScenarioMap *map, void *base,
                               size_t index, ScenarioMark mark);
/* Fills a zeroed struct of the map with its defaults. */
void scenario_read_defaults(ScenarioReader *reader, const ScenarioMap *map, void *base);
/* Reads a key that the part brought. False: it has none of that name. */
bool scenario_read_part_key(ScenarioReader *reader, const ScenarioPart *part,
                            const ScenarioNode *node);
/* Says which required keys of the part are missing. */
void scenario_read_check_part(ScenarioReader *reader, const ScenarioContext *at,
                              const ScenarioPart *part, ScenarioMark mark);
/* A part whose name is a key of the map (an application). False: no part has that name. */
bool scenario_read_part_variant(ScenarioReader *reader, const ScenarioContext *at, const char *word,
                                ScenarioMark mark, const ScenarioNode *node, void *base);
/* The word that chooses a part. */
void scenario_read_part_word(ScenarioReader *reader, const ScenarioContext *at,
                             const ScenarioKey *key, const ScenarioNode *node, void *base);
/* Reads that word first of all: the key that chooses a part comes before those that it brings. */
void scenario_read_part_choice(ScenarioReader *reader, const ScenarioContext *at,
                               const ScenarioNode *node, void *base);

/* ---- scenario_read_lists.c ---- */

/* Reads what stands under a key with a list: VALUES, LIST, MANY or NAMED. */
void scenario_read_list(ScenarioReader *reader, const ScenarioContext *at, const ScenarioKey *key,
                        const ScenarioNode *node, ScenarioList *list);

#endif
