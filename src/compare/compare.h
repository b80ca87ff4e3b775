/* Compares two runs: the same bytes; the same story, shifted in time; or different stories, with
 * the first difference and what led to it on both sides.
 *
 * A story is the run's segments, state changes, losses and timers in words, without times
 * (trace_line_story()). A line's time is compared once the words agree. */

#ifndef COMPARE_COMPARE_H
#define COMPARE_COMPARE_H

#include "trace/trace_run.h"

typedef enum CompareVerdict {
    COMPARE_IDENTICAL, /* every file the same, but the manifest */
    COMPARE_SHIFTED,   /* the same story, other times or other numbers in files */
    COMPARE_DIFFERENT,
    COMPARE_N_VERDICTS
} CompareVerdict;
const char *compare_verdict_to_string(CompareVerdict verdict); /* "identical" */

typedef struct CompareSide {
    char *name; /* as given */
    TraceRun *run;
    GArray *story; /* of uint32_t: the lines that story.txt tells */
    uint32_t at;   /* place in `story` of the first difference; story->len: it has ended */
} CompareSide;

typedef struct Comparison {
    CompareVerdict verdict;
    CompareSide side[2];
    int64_t first_shift_ns;   /* SHIFTED: b - a at the first line with another time; 0: none has */
    int64_t largest_shift_ns; /* of largest magnitude */
    GPtrArray *files;         /* names of files that differ, or stand on one side only; sorted */
} Comparison;

/* Whether a run stands there; false sets error. */
bool compare_is_run(const char *folder, GError **error);
/* Reads two run folders. NULL sets error: one is no run, or cannot be read. */
Comparison *compare_runs(const char *a, const char *b, GError **error);
void compare_free(Comparison *comparison);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Comparison, compare_free)

/* What is to be said; owned by the caller. */
GString *compare_text(const Comparison *comparison, const Lang *lang);
GString *compare_json(const Comparison *comparison);

#endif
