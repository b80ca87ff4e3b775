/* The receive side: bytes in order that the program has not read yet, and ranges that arrived early.
 * RFC 9293 section 3.10.7.4 (seventh), RFC 2018 section 4 (which blocks to report). */

#ifndef TCP_TCP_REASM_H
#define TCP_TCP_REASM_H

#include "wire/payload.h"
#include "wire/wire_tcp.h"

typedef struct TcpReasm TcpReasm; /* held by value in the connection; fields are for tcp_reasm.c */
struct TcpReasm {
    TcpSeq rcv_nxt;              /* next expected, moved by insert */
    uint32_t ready_bytes;        /* in order, unread */
    uint32_t early_bytes;        /* held out of order */
    uint32_t early_ranges;
    Payload ready;               /* the common case: one run */
    GQueue *more;                /* further in-order runs; NULL while unused */
    struct TcpReasmRange *early; /* sorted, disjoint, not adjacent; NULL nearly always */
    TcpSeq recent[WIRE_TCP_MAX_SACKS]; /* left edges in the order RFC 2018 section 4 wants */
    uint8_t recent_count;
    WireSack duplicate;          /* D-SACK of the latest segment (RFC 2883), if left != right */
};

typedef enum TcpReasmResult {
    TCP_REASM_IN_ORDER,   /* rcv_nxt moved */
    TCP_REASM_EARLY,      /* kept, a gap stands before it */
    TCP_REASM_DUPLICATE,  /* nothing new */
    TCP_REASM_NO_ROOM     /* dropped: too many ranges */
} TcpReasmResult;

void tcp_reasm_init(TcpReasm *reasm, TcpSeq rcv_nxt);
void tcp_reasm_clear(TcpReasm *reasm);
/* Takes the payload of a segment cut off at the right edge of the window; len > 0. What lies before rcv_nxt or
 * is held already is dropped and becomes `duplicate`, which the connection empties once it is reported. */
TcpReasmResult tcp_reasm_insert(TcpReasm *reasm, TcpSeq seq, Payload payload);
/* Moves up to max_bytes of in-order bytes out as one payload owned by the caller; len 0 if there are none.
 * May return less than asked where runs do not join: call again. */
Payload tcp_reasm_read(TcpReasm *reasm, uint32_t max_bytes);
/* Whether an early range ends exactly here or lies beyond: there is a gap. */
static inline bool tcp_reasm_has_gap(const TcpReasm *reasm)
{
    return reasm->early_ranges != 0;
}
/* Fills up to max blocks, the most recent first; with_dsack puts the duplicate in front. Returns how many. */
uint8_t tcp_reasm_sacks(const TcpReasm *reasm, uint8_t max, bool with_dsack, WireSack *out_blocks);

#endif
