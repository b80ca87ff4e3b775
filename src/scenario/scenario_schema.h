/* The JSON Schema (draft 7) of scenarios, for editors and validators, made from the table of keys.
 */

#ifndef SCENARIO_SCENARIO_SCHEMA_H
#define SCENARIO_SCENARIO_SCHEMA_H

#include "sim/lang.h"

/* Descriptions in the language given. Ends with a newline; owned by the caller. */
char *scenario_schema(const Lang *lang);

#endif
