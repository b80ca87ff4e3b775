/* Scenarios by chance: networks that do to packets whatever a network can, hosts that differ in
 * everything a host can choose, and programs that make sense: nobody waits for what nobody sends.
 */

#ifndef TESTS_STUDY_SOAK_SCENARIO_H
#define TESTS_STUDY_SOAK_SCENARIO_H

#include <glib.h>
#include <stdint.h>

/* The scenario of that number as YAML, the same as long as the keys of `tcp:` are. Owned by the
 * caller. */
char *soak_scenario(uint64_t number);

#endif
