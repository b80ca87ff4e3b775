/* Who is joined to whom, worked out before a world is built: every member of a host is a node,
 * every member of a link has two stations; links joined by switches are one network, and networks
 * joined by routers are one area. Counted from 0 in the order of the scenario, as the world does.
 */

#ifndef SCENARIO_SCENARIO_PLAN_H
#define SCENARIO_SCENARIO_PLAN_H

#include "scenario/scenario_names.h"
#include "wire/addr.h"

/* One end of a member of a link. */
typedef struct ScenarioStation {
    const ScenarioLink *link;
    const ScenarioHost *host;
    uint32_t member; /* of the link */
    uint32_t host_member;
    uint32_t node;
    uint32_t network;
    const ScenarioValue *address, *mac; /* what `ends` says of it; NULL: nothing */
} ScenarioStation;

typedef struct ScenarioPlan {
    ScenarioStation *stations; /* two for each member of a link: those of `between`, in order */
    uint32_t station_count;
    uint32_t network_count;
    uint32_t node_count;
    const ScenarioLink *loop;  /* the first that closes a loop of switches; NULL: none does */
    uint32_t *first_node;      /* by the host's index */
    uint32_t *area_of_network; /* the same number: there is a way from the one to the other */
    uint32_t *stations_of;     /* indices of stations by node, those of node n from first_of[n] */
    uint32_t *first_of;        /* one more than there are nodes */
} ScenarioPlan;

/* Borrows both. */
ScenarioPlan *scenario_plan_new(const ScenarioConfig *config, const ScenarioNames *names);
void scenario_plan_free(ScenarioPlan *plan);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ScenarioPlan, scenario_plan_free)

/* The node of a host's member; 0: of a host that is no family. */
uint32_t scenario_plan_node(const ScenarioPlan *plan, const ScenarioHost *host, uint32_t member);

/* Whether links, switches and routers lead from one node to the other. */
bool scenario_plan_joined(const ScenarioPlan *plan, uint32_t from, uint32_t to);

#endif
