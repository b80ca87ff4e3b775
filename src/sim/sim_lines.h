/* Zeroed memory that starts on a cache line of its own, for what every event looks at: a struct of
 * 64 bytes then is one line and never two. */

#ifndef SIM_SIM_LINES_H
#define SIM_SIM_LINES_H

#include <stddef.h>
#include <stdint.h>

#define SIM_LINE_BYTES 64

/* Fetches n_lines cache lines from `start` on, to be changed soon; any address will do. */
static inline void sim_lines_fetch(const void *start, unsigned n_lines)
{
    for (unsigned i = 0; i < n_lines; i++) {
        __builtin_prefetch((const void *)((uintptr_t)start + i * SIM_LINE_BYTES), 1);
    }
}

/* Never NULL; given back with free(). count > 0. */
void *sim_lines_new0(size_t count, size_t bytes);

#endif
