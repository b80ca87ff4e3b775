#include "trace/trace_recording.h"

#include <string.h>

static const char *const levels[TRACE_N_LEVELS] = {
    [TRACE_LEVEL_SUMMARY] = "summary",
    [TRACE_LEVEL_CONNECTIONS] = "connections",
    [TRACE_LEVEL_FULL] = "full",
};

static const char *const becauses[TRACE_N_BECAUSES] = {
    [TRACE_BECAUSE_ASKED] = "asked",
    [TRACE_BECAUSE_EXPECTED] = "expected",
    [TRACE_BECAUSE_FITS] = "fits",
    [TRACE_BECAUSE_TOO_LONG] = "too-long",
};

const char *trace_level_to_string(TraceLevel level)
{
    g_assert(level < TRACE_N_LEVELS);
    return levels[level];
}

bool trace_level_from_string(const char *word, TraceLevel *out_level)
{
    for (unsigned i = 0; i < TRACE_N_LEVELS; i++) {
        if (strcmp(levels[i], word) == 0) {
            *out_level = (TraceLevel)i;
            return true;
        }
    }
    return false;
}

const char *trace_because_to_string(TraceBecause because)
{
    g_assert(because < TRACE_N_BECAUSES);
    return becauses[because];
}

void trace_recording_put_json(GString *out, const TraceRecording *recording)
{
    g_string_append_printf(out, "{\"level\": \"%s\", \"because\": \"%s\"",
                           trace_level_to_string(recording->level),
                           trace_because_to_string(recording->because));
    if (recording->because == TRACE_BECAUSE_TOO_LONG) {
        g_string_append_printf(out, ", \"most_lines\": %u", recording->most_lines);
    }
    g_string_append_c(out, '}');
}

void trace_recording_put_text(GString *out, const TraceRecording *recording, const Lang *lang)
{
    static const char *const lacks[TRACE_N_LEVELS] = {
        [TRACE_LEVEL_SUMMARY] = N_("recorded: this summary alone; no captures, tables or pictures"),
        [TRACE_LEVEL_CONNECTIONS] =
            N_("recorded: connections, without packets; no captures, segments, ladder or story"),
    };
    if (lacks[recording->level] == NULL) {
        return;
    }
    g_string_append(out, lang_text(lang, lacks[recording->level]));
    if (recording->because == TRACE_BECAUSE_TOO_LONG) {
        g_string_append_printf(
            out, lang_text(lang, N_("; more has over %u lines, which 'record: full' keeps")),
            recording->most_lines);
    }
    g_string_append_c(out, '\n');
}
