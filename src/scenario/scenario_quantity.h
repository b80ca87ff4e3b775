/* Quantities with units, as exact integers: "1.5Gbit/s" is 1500000000 and nothing else.
 *
 * One table says for each unit of sim_params.h how it is written: the suffixes with their factors,
 * what people write by mistake, and the pattern for the JSON Schema. */

#ifndef SCENARIO_SCENARIO_QUANTITY_H
#define SCENARIO_SCENARIO_QUANTITY_H

#include "sim/lang.h"
#include "sim/sim_params.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* Whether values of the unit are written as a number with a suffix. */
bool scenario_quantity_has_suffix(SimUnit unit);

/* "a duration, like 20ms": a msgid. */
const char *scenario_quantity_describe(SimUnit unit);

/* A regular expression (ECMA 262, anchored) that every written value matches. NULL: none is needed.
 * Owned by the caller. */
char *scenario_quantity_pattern(SimUnit unit);

/* The suffixes with what they stand for, for the manual: "ns, us, ms, s, min, h". Owned by the
 * caller. */
char *scenario_quantity_suffixes(SimUnit unit);

/* Reads a value written in full: digits, at most one point, a suffix (or none, for
 * SIM_UNIT_NUMBER). Returns NULL and sets *out_value, or returns what is wrong with it, in the
 * language given, with the mended text where there is one; owned by the caller. Never negative. */
char *scenario_quantity_parse(SimUnit unit, const char *text, const Lang *lang, int64_t *out_value);

/* The shortest text that reads back as the value. Owned by the caller. */
char *scenario_quantity_format(SimUnit unit, int64_t value);

#endif
