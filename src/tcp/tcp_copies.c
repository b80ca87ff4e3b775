#include "tcp/tcp_copies.h"

#include <glib.h>

enum { INITIAL_COPIES = 8 };

static TcpCopy *copy_at(const TcpCopies *copies, uint32_t i)
{
    return &copies->ring[(copies->first + i) & (copies->capacity - 1)];
}

static void grow(TcpCopies *copies)
{
    uint32_t capacity = copies->capacity != 0 ? 2 * copies->capacity : INITIAL_COPIES;
    TcpCopy *ring = g_new(TcpCopy, capacity);
    for (uint32_t i = 0; i < copies->count; i++) {
        ring[i] = *copy_at(copies, i);
    }
    g_free(copies->ring);
    copies->ring = ring;
    copies->first = 0;
    copies->capacity = capacity;
}

void tcp_copies_push(TcpCopies *copies, const TcpCopy *copy)
{
    if (copies->count == copies->capacity) {
        grow(copies);
    }
    *copy_at(copies, copies->count++) = *copy;
}

const TcpCopy *tcp_copies_first(const TcpCopies *copies)
{
    return copies->count > 0 ? copy_at(copies, 0) : NULL;
}

void tcp_copies_pop(TcpCopies *copies)
{
    g_assert(copies->count > 0);
    copies->first++;
    copies->count--;
}

void tcp_copies_clear(TcpCopies *copies)
{
    g_free(copies->ring);
    *copies = (TcpCopies){ 0 };
}
