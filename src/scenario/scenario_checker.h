/* What the checks of a scenario share: the names they look up, and the errors they have in common.
 */

#ifndef SCENARIO_SCENARIO_CHECKER_H
#define SCENARIO_SCENARIO_CHECKER_H

#include "scenario/scenario_plan.h"

/* All borrowed. */
typedef struct ScenarioChecker {
    const ScenarioConfig *config;
    const ScenarioNames *names;
    const ScenarioPlan *plan;
    ScenarioDiag *diag;
} ScenarioChecker;

/* Looks a host up. False after an error that proposes the one that may have been meant. */
bool scenario_checker_host(const ScenarioChecker *checker, const ScenarioValue *value,
                           ScenarioRef *out_ref);

/* Finds a link, and checks that the direction, if given, is one of its. False after an error. */
bool scenario_checker_direction(const ScenarioChecker *checker, const ScenarioValue *link,
                                const ScenarioValue *toward);

/* An error about a key that cannot stand beside, or without, another one. */
void scenario_checker_beside(const ScenarioChecker *checker, const ScenarioValue *value,
                             const char *key, const char *other);
void scenario_checker_needs(const ScenarioChecker *checker, ScenarioMark mark, const char *key,
                            const char *other);

#endif
