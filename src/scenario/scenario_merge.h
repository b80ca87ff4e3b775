/* What is put together before a scenario is read: files named by `include:`, and keys set on the
 * command line. Both work on the tree, so that a message about what they bring points to where it
 * was written. */

#ifndef SCENARIO_SCENARIO_MERGE_H
#define SCENARIO_SCENARIO_MERGE_H

#include "scenario/scenario_doc.h"

/* Replaces the tree's `include:` by what the files hold: maps are joined, anything else that stands
 * in both is taken from the including file, and of several files from the later one. Paths count
 * from `folder`, the one of the file that includes. Returns the whole tree, or NULL after adding to
 * diag what is wrong. */
ScenarioNode *scenario_include(ScenarioDoc *doc, ScenarioNode *root, const char *folder,
                               ScenarioDiag *diag, bool *out_io);

/* Sets one key: "links.wire.delay=5ms", "faults.0.nth=2". Names may hold dots
 * (apps.sender.7.start=1s). The value is YAML. False after adding to diag what is wrong with the
 * setting itself; whether the key exists is found out when the tree is read. */
bool scenario_set(ScenarioDoc *doc, ScenarioNode *root, const char *setting, ScenarioDiag *diag);

#endif
