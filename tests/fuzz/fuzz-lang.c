/* Message catalogues: whatever the bytes, the reader refuses them or answers from inside them. */

#include "fuzz/fuzz.h"

#include "sim/lang.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const ids[] = { "", "a", "yes", "zzzz", "\xff" };
    g_autoptr(Lang) lang = lang_new_from_mo("zh", data, size);
    for (size_t i = 0; lang != NULL && i < G_N_ELEMENTS(ids); i++) {
        const char *text = lang_text(lang, ids[i]);
        g_assert_true(text == ids[i] || (text >= (const char *)data &&
                                         text + strlen(text) < (const char *)data + size));
    }
    return 0;
}
