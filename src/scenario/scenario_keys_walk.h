/* Every key of the table, for those who want to see all of them: the manual, and the test that none
 * is silent. */

#ifndef SCENARIO_SCENARIO_KEYS_WALK_H
#define SCENARIO_SCENARIO_KEYS_WALK_H

#include "scenario/scenario_keys.h"

/* A key with its path pattern: names are '*', places in lists '0'. Both are borrowed for the call.
 */
typedef void (*ScenarioKeyFn)(void *data, const char *path, const ScenarioKey *key);

/* Calls back for each key, depth first. Steps stand in steps: a map is not entered again below
 * itself. */
void scenario_keys_walk(ScenarioKeyFn fn, void *data);

#endif
