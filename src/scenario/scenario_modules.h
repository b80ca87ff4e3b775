/* Congestion controls that the user brings: shared objects, each of which exports one TcpCcModule
 * (tcp/tcp_cc_ops.h). They hang from the scenario that was loaded with them and leave with it. */

#ifndef SCENARIO_SCENARIO_MODULES_H
#define SCENARIO_SCENARIO_MODULES_H

#include "scenario/scenario_diag.h"
#include "tcp/tcp_cc_ops.h"

typedef struct ScenarioModules ScenarioModules;

ScenarioModules *scenario_modules_new(void);
/* Nothing that a module does may be under way any more. */
void scenario_modules_free(ScenarioModules *modules);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ScenarioModules, scenario_modules_free)

/* Loads one; path as given by the user. False after adding to diag what is wrong: it cannot be
 * loaded, is no such module, was built for another version, lacks a hook, or has a name that is
 * taken.
 */
bool scenario_modules_load(ScenarioModules *modules, const char *path, ScenarioDiag *diag);

/* The i-th; NULL past the last, and where modules is NULL. */
const TcpCcOps *scenario_modules_at(const ScenarioModules *modules, size_t i);

/* For manifest.json: the name of each and the digest of its file, {"mycc": "sha256:..."}. Owned by
 * the caller; NULL: there is none. */
char *scenario_modules_json(const ScenarioModules *modules);

#endif
