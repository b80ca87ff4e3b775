/* trace.ndjson: whatever the bytes, the reader refuses them or gives a run that can be told,
 * tabled, drawn and written. */

#include "fuzz/fuzz.h"

#include <stdio.h>

#include "render/render_ladder.h"
#include "trace/trace_tables.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    FILE *file = size > 0 ? fmemopen((void *)(uintptr_t)data, size, "rb") : NULL;
    if (file == NULL) {
        return 0;
    }
    g_autoptr(TraceRun) run = trace_run_read_file(file, "fuzz", NULL);
    fclose(file);
    if (run != NULL) {
        g_autoptr(GString) story = trace_story(run, NULL);
        g_autoptr(Ladder) ladder = ladder_new(run, NULL, size % 2 == 1);
        g_autoptr(GString) svg = ladder_svg(ladder);
        g_autoptr(GString) text = ladder_text(ladder, 0, false);
        g_assert_true(run->lines->len > 0 || story->len == 0);
        g_assert_cmpuint(svg->len, >, 0);
        g_assert_cmpuint(text->len, >, 0);
    }
    return 0;
}
