/* The largest value of the last so many ticks, in constant space: the three best of ever later
 * parts of the window, of which the first is the answer. Exact while the largest is recent; an
 * older maximum that leaves is replaced by the best of the last quarter, half or all that came
 * after it (the filter that Linux uses for BBR). Ticks are round trips or whatever the caller
 * counts. */

#ifndef TCP_TCP_MINMAX_H
#define TCP_TCP_MINMAX_H

#include <stdint.h>

typedef struct TcpMaxEntry {
    int64_t value;
    uint32_t at;
} TcpMaxEntry;

typedef struct TcpMaxFilter {
    TcpMaxEntry best[3]; /* values fall, times rise */
} TcpMaxFilter;

static inline int64_t tcp_max_get(const TcpMaxFilter *filter)
{
    return filter->best[0].value;
}

static inline void tcp_max_reset(TcpMaxFilter *filter, int64_t value, uint32_t now)
{
    for (unsigned i = 0; i < 3; i++) {
        filter->best[i] = (TcpMaxEntry){ value, now };
    }
}

/* window: how many ticks a value counts. Ticks never go back. */
void tcp_max_add(TcpMaxFilter *filter, int64_t value, uint32_t now, uint32_t window);

#endif
