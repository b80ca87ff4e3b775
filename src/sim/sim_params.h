/* Typed parameters of a pluggable part (a queue, a loss model, a congestion control, an
 * application).
 *
 * The part declares them once, in a const table; the scenario's parser, defaults, JSON Schema
 * and manual page are made from that table, and the part reads values that are converted and
 * range-checked already. */

#ifndef SIM_SIM_PARAMS_H
#define SIM_SIM_PARAMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The most that a parameter may be: what can be written in a scenario, and adds up a few times
 * without leaving int64_t. */
#define SIM_PARAM_MAX_NS INT64_C(1000000000000000000) /* 31 years */
#define SIM_PARAM_MAX_BPS INT64_C(1000000000000000)
#define SIM_PARAM_MAX_BYTES INT64_C(1000000000000000)
#define SIM_PARAM_MAX_COUNT INT64_C(1000000000)

typedef enum SimUnit {
    SIM_UNIT_NUMBER,      /* a plain integer */
    SIM_UNIT_BOOL,        /* 0 or 1 */
    SIM_UNIT_DURATION,    /* ns */
    SIM_UNIT_BYTES,       /* bytes */
    SIM_UNIT_PACKETS,     /* packets */
    SIM_UNIT_QUEUE,       /* packets if >= 0; -(bytes) - 1 if < 0: a limit in either */
    SIM_UNIT_RATE,        /* bit/s */
    SIM_UNIT_PROBABILITY, /* parts per billion */
    SIM_UNIT_WORD,        /* index into `words` */
    SIM_UNIT_TEXT,        /* borrowed string */
    SIM_UNIT_HOST_PORT,   /* borrowed "host:port" text, resolved by the world */
    SIM_N_UNITS
} SimUnit;

typedef struct SimParamSpec {
    const char *name; /* the scenario key */
    SimUnit unit;
    int64_t fallback; /* the default; ignored for SIM_UNIT_TEXT and SIM_UNIT_HOST_PORT */
    int64_t min, max; /* inclusive */
    bool required;
    const char *const *words; /* SIM_UNIT_WORD: NULL-terminated */
    const char *help;         /* msgid: one sentence for manual page and schema */
} SimParamSpec;

/* Values for a table of specs, in the table's order; texts are borrowed from the scenario. */
typedef struct SimParams {
    const SimParamSpec *specs; /* ends with a NULL name */
    const int64_t *values;
    const char *const *texts;
} SimParams;

/* Both assert that the table has the name: asking for another one is a bug in the part. */
int64_t sim_params_get(const SimParams *params, const char *name);
const char *sim_params_text(const SimParams *params, const char *name);

#endif
