/* Captures: whatever the bytes, the reader refuses them or gives connections whose every segment
 * can be told and compared. */

#include "fuzz/fuzz.h"

#include "compare/flow.h"

static void try_flow(const Flow *flow)
{
    g_autoptr(GString) words = g_string_new(NULL);
    g_assert_cmpuint(flow->segments->len, >, 0);
    for (uint32_t i = 0; i < flow->segments->len; i++) {
        flow_put_segment(words, flow, i);
        uint32_t repeated = flow_repeated(flow, i), answered = flow_answered(flow, i);
        g_assert_true(repeated == TRACE_NONE || repeated < i);
        g_assert_true(answered == TRACE_NONE || answered < i);
    }
    g_assert_cmpuint(flow_in_common(flow, flow, ~0u), ==, flow->segments->len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    FILE *file = size > 0 ? fmemopen((void *)(uintptr_t)data, size, "rb") : NULL;
    g_autoptr(Capture) capture = file == NULL ? NULL : capture_open_file(file, "fuzz", NULL);
    if (capture == NULL) {
        return 0;
    }
    g_autoptr(FlowSet) set = flow_set_of_capture(capture);
    uint64_t counted = 0;
    for (unsigned i = 0; i < FLOW_N_ODDITIES; i++) {
        counted += set->odd[i];
    }
    g_assert_cmpuint(counted, ==, set->frames);
    for (guint i = 0; i < set->flows->len; i++) {
        try_flow(g_ptr_array_index(set->flows, i));
        uint32_t common = flow_in_common(g_ptr_array_index(set->flows, 0),
                                         g_ptr_array_index(set->flows, i), FLOW_PARTS_USUAL);
        g_assert_true(i > 0 || common > 0);
    }
    return 0;
}
