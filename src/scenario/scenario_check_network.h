/* Networks and addresses that a scenario gives: they must be such as hosts can have, and everybody
 * must have his own. */

#ifndef SCENARIO_SCENARIO_CHECK_NETWORK_H
#define SCENARIO_SCENARIO_CHECK_NETWORK_H

#include "scenario/scenario_plan.h"

/* "10.0.1.2". False after an error. */
bool scenario_check_address(const ScenarioValue *value, ScenarioDiag *diag, InetAddr *out_addr);

/* "10.0.1.0/24", of which the bits behind the prefix must be zero. False after an error. */
bool scenario_check_prefix(const ScenarioValue *value, ScenarioDiag *diag, InetAddr *out_network,
                           uint8_t *out_bits);

/* The networks of all links against each other and against their stations, and the addresses given
 * under `ends`. */
void scenario_check_networks(const ScenarioPlan *plan, ScenarioDiag *diag);

#endif
