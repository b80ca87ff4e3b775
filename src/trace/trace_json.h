/* A text in a JSON file. */

#ifndef TRACE_TRACE_JSON_H
#define TRACE_TRACE_JSON_H

#include <glib.h>

/* Appends text, UTF-8, as a JSON string with its quotes (RFC 8259 section 7). */
void trace_json_put_text(GString *out, const char *text);

#endif
