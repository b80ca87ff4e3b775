#include "sim/sim_lines.h"

#include <glib.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

void *sim_lines_new0(size_t count, size_t bytes)
{
    g_assert(count > 0 && bytes <= (SIZE_MAX - SIM_LINE_BYTES) / count);
    size_t lines = (count * bytes + SIM_LINE_BYTES - 1) / SIM_LINE_BYTES;
    void *memory = aligned_alloc(SIM_LINE_BYTES, lines * SIM_LINE_BYTES);
    if (memory == NULL) {
        g_error("out of memory: %zu cache lines", lines);
    }
    return memset(memory, 0, lines * SIM_LINE_BYTES);
}
