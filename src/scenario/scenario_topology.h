/* Ready-made networks: chain, star, dumbbell and fat tree, written as the hosts and links that they
 * stand for, as if the scenario had named them. */

#ifndef SCENARIO_SCENARIO_TOPOLOGY_H
#define SCENARIO_SCENARIO_TOPOLOGY_H

#include "scenario/scenario_read.h"

/* Puts the topology's hosts and links into the configuration's lists, which are empty; what the
 * scenario itself says of them is read over that later. */
void scenario_topology_expand(ScenarioDoc *doc, ScenarioReader *reader, ScenarioConfig *config,
                              ScenarioDiag *diag);

#endif
