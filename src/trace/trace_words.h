/* Quantities as a person reads them, in story, summary and ladder. */

#ifndef TRACE_TRACE_WORDS_H
#define TRACE_TRACE_WORDS_H

#include "trace/trace_run.h"

/* "10Mbit/s", "20ms", "0.5%", "50pkt", exact. */
void trace_put_quantity(GString *out, SimUnit unit, int64_t value, const Lang *lang);

#endif
