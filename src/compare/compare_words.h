/* Words that the comparisons share. */

#ifndef COMPARE_COMPARE_WORDS_H
#define COMPARE_COMPARE_WORDS_H

#include "trace/trace_run.h"

#define COMPARE_LINES_BEFORE 3

/* Appends a line of a run: its time, and what happened. */
void compare_put_line(GString *out, const char *indent, const TraceRun *run, uint32_t line,
                      const Lang *lang);
/* Appends the chain of causes behind a line, the nearest first, a line each. */
void compare_put_causes(GString *out, const TraceRun *run, uint32_t line, const Lang *lang);
/* Appends "WHAT0.001000000 s" and ends the line. */
void compare_put_shift(GString *out, const char *what, int64_t ns);

#endif
