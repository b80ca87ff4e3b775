#include "tcp/tcp_minmax.h"

/* The first entry has left the window: the others move up. */
static void forget_oldest(TcpMaxFilter *filter, TcpMaxEntry entry)
{
    filter->best[0] = filter->best[1];
    filter->best[1] = filter->best[2];
    filter->best[2] = entry;
}

/* An entry that stands for a later part is taken from there once a quarter, or half, of the window
 * has gone by without one. */
static void spread(TcpMaxFilter *filter, TcpMaxEntry entry, uint32_t window)
{
    uint32_t age = entry.at - filter->best[0].at;
    if (filter->best[1].at == filter->best[0].at && age > window / 4) {
        filter->best[1] = entry;
        filter->best[2] = entry;
    } else if (filter->best[2].at == filter->best[1].at && age > window / 2) {
        filter->best[2] = entry;
    }
}

void tcp_max_add(TcpMaxFilter *filter, int64_t value, uint32_t now, uint32_t window)
{
    TcpMaxEntry entry = { value, now };
    if (value >= filter->best[0].value || now - filter->best[2].at > window) {
        tcp_max_reset(filter, value, now); /* the best of all, or nothing else is left */
        return;
    }
    if (value >= filter->best[1].value) {
        filter->best[1] = entry;
        filter->best[2] = entry;
    } else if (value >= filter->best[2].value) {
        filter->best[2] = entry;
    }
    if (now - filter->best[0].at <= window) {
        spread(filter, entry, window);
        return;
    }
    forget_oldest(filter, entry);
    if (now - filter->best[0].at > window) {
        forget_oldest(filter, entry);
    }
}
