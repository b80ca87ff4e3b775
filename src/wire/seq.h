/* Sequence numbers modulo 2^32, compared as RFC 9293 section 3.4 asks. */

#ifndef WIRE_SEQ_H
#define WIRE_SEQ_H

#include <stdbool.h>
#include <stdint.h>

typedef uint32_t TcpSeq;

static inline int32_t seq_diff(TcpSeq a, TcpSeq b) /* a - b, for numbers less than 2^31 apart */
{
    return (int32_t)(a - b);
}
static inline bool seq_lt(TcpSeq a, TcpSeq b)
{
    return seq_diff(a, b) < 0;
}
static inline bool seq_leq(TcpSeq a, TcpSeq b)
{
    return seq_diff(a, b) <= 0;
}
static inline bool seq_gt(TcpSeq a, TcpSeq b)
{
    return seq_diff(a, b) > 0;
}
static inline bool seq_geq(TcpSeq a, TcpSeq b)
{
    return seq_diff(a, b) >= 0;
}
/* low <= a < low + size, modulo 2^32 */
static inline bool seq_in(TcpSeq a, TcpSeq low, uint32_t size)
{
    return a - low < size;
}
static inline TcpSeq seq_max(TcpSeq a, TcpSeq b)
{
    return seq_gt(a, b) ? a : b;
}
static inline TcpSeq seq_min(TcpSeq a, TcpSeq b)
{
    return seq_lt(a, b) ? a : b;
}

#endif
