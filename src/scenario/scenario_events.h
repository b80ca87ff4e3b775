/* What befalls a scenario's world: faults on its wires, events, and handmade segments. */

#ifndef SCENARIO_SCENARIO_EVENTS_H
#define SCENARIO_SCENARIO_EVENTS_H

#include "scenario/scenario_build.h"

void scenario_add_faults(ScenarioBuilt *built, const Scenario *scenario);
/* Puts `events:` and `inject:` on the clock. */
void scenario_add_events(ScenarioBuilt *built, const Scenario *scenario, const Lang *lang);

#endif
