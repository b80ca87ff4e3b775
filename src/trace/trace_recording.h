/* How much of a run is recorded, and why: the scenario's `record:`, and what became of it. */

#ifndef TRACE_TRACE_RECORDING_H
#define TRACE_TRACE_RECORDING_H

#include "sim/lang.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef enum TraceLevel {
    TRACE_LEVEL_SUMMARY,     /* nothing by line */
    TRACE_LEVEL_CONNECTIONS, /* calls, states, sender's variables; no packets */
    TRACE_LEVEL_FULL,
    TRACE_N_LEVELS
} TraceLevel;
const char *trace_level_to_string(TraceLevel level); /* "full": the word of the scenario */
/* False: there is no level of this name. */
bool trace_level_from_string(const char *word, TraceLevel *out_level);

typedef enum TraceBecause {
    TRACE_BECAUSE_ASKED,    /* the scenario says this level */
    TRACE_BECAUSE_EXPECTED, /* what the scenario expects cannot be judged by less */
    TRACE_BECAUSE_FITS,     /* `auto`: everything is there */
    TRACE_BECAUSE_TOO_LONG, /* `auto`: the next level up goes past most_lines */
    TRACE_N_BECAUSES
} TraceBecause;
const char *trace_because_to_string(TraceBecause because); /* "too-long" */

typedef struct TraceRecording {
    TraceLevel level;
    TraceBecause because;
    uint32_t most_lines; /* of a trace; valid if TRACE_BECAUSE_TOO_LONG */
} TraceRecording;

/* {"level": "connections", "because": "too-long", "most_lines": 2000000} */
void trace_recording_put_json(GString *out, const TraceRecording *recording);
/* Says in a line what is not there; nothing, if everything is. */
void trace_recording_put_text(GString *out, const TraceRecording *recording, const Lang *lang);

#endif
