/* A kernel's record of its window: whatever the text, the reader refuses it by file and line, or
 * gives rows whose times a clock can show. */

#include "fuzz/fuzz.h"

#include "compare/compare_info.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autofree char *text = g_strndup((const char *)data, size);
    g_autoptr(GError) error = NULL;
    g_autoptr(CompareInfo) info = compare_info_parse("fuzz", text, &error);
    g_assert_true((info == NULL) == (error != NULL));
    if (info == NULL) {
        g_assert_true(g_str_has_prefix(error->message, "fuzz:"));
        return 0;
    }
    for (guint i = 0; i < info->rows->len; i++) {
        int64_t time_ns = g_array_index(info->rows, CompareInfoRow, i).time_ns;
        g_assert_true(time_ns >= 0 && time_ns / SIM_NS_PER_S <= UINT32_MAX);
    }
    return 0;
}
