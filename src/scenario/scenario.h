/* A scenario: a YAML file read, checked and ready to build a world from. */

#ifndef SCENARIO_SCENARIO_H
#define SCENARIO_SCENARIO_H

#include "scenario/scenario_config.h"
#include "scenario/scenario_doc.h"

typedef struct ScenarioNames ScenarioNames;

typedef struct Scenario {
    char *name;               /* as given, or the file's without folder and ".yaml" */
    ScenarioDoc *doc;         /* owns all that config holds */
    ScenarioConfig config;    /* topologies expanded, profiles and defaults applied */
    ScenarioNames *names;     /* hosts and links by name */
    ScenarioModules *modules; /* NULL: none were loaded */
} Scenario;

typedef struct ScenarioRequest {
    const char *path;            /* shown in messages as it is */
    const char *const *settings; /* "KEY=VALUE", ends with a NULL; may be NULL */
    const char *const *folders;  /* further folders with profiles, ends with a NULL; may be NULL */
    const char *const *modules;  /* files of modules to load, ends with a NULL; may be NULL */
} ScenarioRequest;

/* Reads and checks a scenario. NULL after adding to diag everything that is wrong; *out_io is then
 * true if a file could not be read, and untouched otherwise. */
Scenario *scenario_load(const ScenarioRequest *request, ScenarioDiag *diag, bool *out_io);

/* The same from bytes, for tests: includes count from the current folder, profiles are looked for
 * in request->folders alone. */
Scenario *scenario_load_bytes(const ScenarioRequest *request, GBytes *bytes, ScenarioDiag *diag);

void scenario_free(Scenario *scenario);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Scenario, scenario_free)

/* "file:line:col" of a mark. Owned by the caller. */
char *scenario_where(const Scenario *scenario, ScenarioMark mark);

#endif
