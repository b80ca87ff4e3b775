/* The bounds of the retransmission time-out must leave it a value, at a host and after every step
 * of a program that sets them. */

#ifndef SCENARIO_SCENARIO_CHECK_RTO_H
#define SCENARIO_SCENARIO_CHECK_RTO_H

#include "scenario/scenario_config.h"

/* Reports a host whose own bounds contradict each other. */
void scenario_check_rto(const ScenarioTcp *tcp, ScenarioDiag *diag);
/* Reports each step of a program on that host after which they would. */
void scenario_check_rto_steps(const ScenarioTcp *host, const ScenarioList *steps,
                              ScenarioDiag *diag);

#endif
