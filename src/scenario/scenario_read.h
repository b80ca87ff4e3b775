/* From the tree to the structs, by the table of keys: finds unknown and missing keys, wrong forms,
 * units and ranges, and says so with a suggestion. What keys mean together is checked later
 * (scenario_check.h). */

#ifndef SCENARIO_SCENARIO_READ_H
#define SCENARIO_SCENARIO_READ_H

#include "scenario/scenario_doc.h"
#include "scenario/scenario_keys.h"

typedef struct ScenarioReader ScenarioReader;

/* folders: where to look for profiles, in order, ends with a NULL. All is borrowed. */
ScenarioReader *scenario_reader_new(ScenarioDoc *doc, ScenarioDiag *diag,
                                    const char *const *folders);
void scenario_reader_free(ScenarioReader *reader);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ScenarioReader, scenario_reader_free)

/* Reads the map at node (NULL: an empty one) into base, which is zeroed: defaults first, then the
 * profile it names, then what it says. */
void scenario_read(ScenarioReader *reader, const ScenarioMap *map, const ScenarioNode *node,
                   void *base);

/* Defaults, and what of node stands under one key of the map; other keys of node are not looked at.
 */
void scenario_read_only(ScenarioReader *reader, const ScenarioMap *map, const ScenarioNode *node,
                        const char *only, void *base);
/* The rest after scenario_read_only(). */
void scenario_read_rest(ScenarioReader *reader, const ScenarioMap *map, const ScenarioNode *node,
                        const char *already, void *base);

/* Whether a list where a map may stand is one of several such maps, or the brief form of a single
 * one: the first item tells. */
bool scenario_is_many(const ScenarioMap *map, const ScenarioNode *node);

/* Copies what is given in `over` onto `base`; both are structs of the map. Lists are not looked at.
 */
void scenario_overlay(const ScenarioMap *map, void *base, const void *over);

/* The part's values as its hooks want them; lives as long as the document. */
const SimParams *scenario_part_params(ScenarioDoc *doc, const ScenarioPart *part);

#endif
