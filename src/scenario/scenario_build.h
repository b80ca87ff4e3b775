/* Builds the world that a scenario describes, through world.h alone. */

#ifndef SCENARIO_SCENARIO_BUILD_H
#define SCENARIO_SCENARIO_BUILD_H

#include "scenario/scenario.h"
#include "scenario/scenario_program.h"
#include "world/world.h"

/* The initial sequence numbers of a connection, named by itself or by a host that has no other, for
 * what is injected: iss[0] that of the end with the address `from`. Returns how many connections
 * the name means that have said theirs; they are set if it is one. */
typedef uint32_t (*ScenarioIsnFn)(void *above, const char *conn, InetAddr from,
                                  uint32_t out_iss[2]);

/* An expected result of a program. */
typedef struct ScenarioExpected {
    ScenarioExpect expect; /* with the values of its part in of, are, min and max */
    uint32_t program;      /* index among the world's */
} ScenarioExpected;

typedef struct ScenarioBuilt {
    World *world;
    GArray
        *steps; /* of ScenarioSteps, by the world's programs; count 0: a ready-made application */
    GArray *programs;    /* of const ScenarioProgram *, likewise */
    GArray *expected;    /* of ScenarioExpected, in the order of the scenario */
    GPtrArray *failures; /* of ScenarioFailure: what could not be done when its time came */
    ScenarioIsnFn
        find_isn; /* set by the caller before the run, if anything is injected relative to one */
    void *above;
} ScenarioBuilt;

/* Something that the scenario wants and that turned out impossible, or untrue. */
typedef struct ScenarioFailure {
    ScenarioMark mark;
    char *message; /* in the language of the user */
} ScenarioFailure;

void scenario_failure_add(GPtrArray *failures, ScenarioMark mark, char *message);

/* The scenario is borrowed and must outlive the world; lang too, for failures. NULL after adding to
 * diag what the parts of the world refuse. */
ScenarioBuilt *scenario_build(const Scenario *scenario, const Lang *lang, ScenarioDiag *diag);

void scenario_built_free(ScenarioBuilt *built);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ScenarioBuilt, scenario_built_free)

#endif
