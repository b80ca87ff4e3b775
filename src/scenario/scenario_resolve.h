/* scenario.resolved.yaml: the scenario with every default written out, profiles applied and
 * topologies expanded. Running it gives the same bytes, save the manifest. */

#ifndef SCENARIO_SCENARIO_RESOLVE_H
#define SCENARIO_SCENARIO_RESOLVE_H

#include "scenario/scenario.h"

/* Owned by the caller. */
GString *scenario_resolve(const Scenario *scenario);
/* The same, shorter: what holds by default is left out, as far as neither profiles nor a topology
 * make that hard to tell. */
GString *scenario_resolve_briefly(const Scenario *scenario);

#endif
