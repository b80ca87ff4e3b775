/* A number that was seen, held against `are`, `min` and `max`. */

#ifndef SCENARIO_SCENARIO_EXPECT_BOUNDS_H
#define SCENARIO_SCENARIO_EXPECT_BOUNDS_H

#include "scenario/scenario_config.h"
#include "sim/lang.h"

/* NULL: the number is as expected. Else what was seen and what was expected: "it was 1, expected at
 * least 2"; owned by the caller. */
char *scenario_expect_bounds(const ScenarioExpect *expect, int64_t number, SimUnit unit,
                             const Lang *lang);

#endif
