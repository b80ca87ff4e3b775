/* What changes what: for every key of the scenario language a scenario in which changing that key
 * shows. The tables are read by test-scenario-silence.c. */

#ifndef SCENARIO_SCENARIO_SILENCE_H
#define SCENARIO_SCENARIO_SILENCE_H

#include <stddef.h>

/* A map of the format, where it can be filled in: the same map in several places is several of
 * these with one `map`. */
typedef struct SilencePlace {
    const char *map;     /* which of the rows go here */
    const char *pattern; /* path in the table of keys: "links.*" */
    const char *prefix;  /* path in the scenario, '@' in the rows: "links.w" */
    const char *yaml;
} SilencePlace;

/* Settings are those of --set, separated by '|'. */
typedef struct SilenceRow {
    const char *map, *key; /* path below the place's */
    const char *before;    /* settings of both runs; may be NULL */
    const char *change;    /* settings of the second run */
    const char *refusal;   /* found in the message that refuses the change; NULL: it is allowed */
} SilenceRow;

/* Both end with a row of NULL. */
extern const SilencePlace silence_places[];
extern const SilenceRow silence_rows[];

#endif
