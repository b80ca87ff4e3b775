#include "compare/compare_words.h"

#include "trace/trace_tables.h"

#define CAUSES_SHOWN 8

void compare_put_line(GString *out, const char *indent, const TraceRun *run, uint32_t line,
                      const Lang *lang)
{
    g_autofree char *text = trace_line_tell(run, line, lang);
    g_string_append(out, indent);
    trace_put_seconds(out, trace_line(run, line)->time_ns);
    g_string_append_printf(out, "  %s\n", text);
}

void compare_put_causes(GString *out, const TraceRun *run, uint32_t line, const Lang *lang)
{
    uint32_t cause = trace_line(run, line)->cause;
    for (unsigned i = 0; cause != TRACE_NONE && i < CAUSES_SHOWN; i++) {
        compare_put_line(out, "      <- ", run, cause, lang);
        cause = trace_line(run, cause)->cause;
    }
}

void compare_put_shift(GString *out, const char *what, int64_t ns)
{
    g_string_append(out, what);
    trace_put_seconds(out, ns);
    g_string_append(out, " s\n");
}
