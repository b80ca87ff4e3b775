/* What was sent again, in the order of its sending: a queue of ranges of sequence numbers, each
 * with the time. Original transmissions need none: there, time and sequence run alike. */

#ifndef TCP_TCP_COPIES_H
#define TCP_TCP_COPIES_H

#include <stdbool.h>
#include <stdint.h>

#include "wire/seq.h"

typedef struct TcpCopy {
    TcpSeq seq, end;
    int64_t sent_at_ns;
} TcpCopy;

typedef struct TcpCopies { /* zeroed: empty */
    TcpCopy *ring;
    uint32_t first, count, capacity; /* capacity: a power of two, or 0 */
} TcpCopies;

void tcp_copies_push(TcpCopies *copies, const TcpCopy *copy);
/* The oldest; NULL: it is empty. Holds until the next push. */
const TcpCopy *tcp_copies_first(const TcpCopies *copies);
void tcp_copies_pop(TcpCopies *copies);
/* Forgets all and gives the memory back. */
void tcp_copies_clear(TcpCopies *copies);

#endif
