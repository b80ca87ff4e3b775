/* Scenarios written down in tests: loaded from text, run, and what is left of the run as text. */

#ifndef SCENARIO_SCENARIO_BED_H
#define SCENARIO_SCENARIO_BED_H

#include "scenario/scenario.h"

/* Loads the text as if it were the file "t.yaml". settings: NULL-terminated, or NULL. NULL: it was
 * refused, and *out_errors (owned by the caller) says why, in English or lang. Profiles are those
 * of the source tree. */
Scenario *scenario_bed_load(const char *yaml, const char *const *settings, const Lang *lang,
                            char **out_errors);
/* The same, and asserts that there is nothing wrong with it. */
Scenario *scenario_bed_load_good(const char *yaml, const char *const *settings);

/* Everything that can be seen of a run: the trace with its causes, the summary, and which
 * expectations and programs failed. The run is recorded in full. Owned by the caller. */
char *scenario_bed_run(const Scenario *scenario);

/* The failures alone: "LINE:COL: message" a line. Owned by the caller. */
char *scenario_bed_failures(const Scenario *scenario);

#endif
