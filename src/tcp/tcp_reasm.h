/* The receive side: bytes in order that the program has not read yet, and ranges that arrived
 * early. RFC 9293 section 3.10.7.4 (seventh), RFC 2018 section 4 (which blocks to report), RFC 2883
 * (duplicates).
 *
 * Where segments overlap, the bytes that came first are kept. */

#ifndef TCP_TCP_REASM_H
#define TCP_TCP_REASM_H

#include "wire/payload.h"
#include "wire/wire_tcp.h"

/* Ranges held out of order, at most; a window of 4 MiB with every second segment lost has 1450. */
#define TCP_REASM_MAX_RANGES 2048

typedef struct TcpReasmGaps TcpReasmGaps;
typedef struct TcpReasmPiece TcpReasmPiece;

/* Bytes without a gap: one payload nearly always, then as many as do not join. */
typedef struct TcpReasmRun {
    Payload payload;            /* len_bytes 0: the run is empty */
    TcpReasmPiece *more, *last; /* further payloads; NULL while unused */
} TcpReasmRun;

typedef struct TcpReasm { /* held by value in the connection; fields are for tcp_reasm.c */
    TcpSeq rcv_nxt;       /* next expected, moved by insert; the connection steps over a FIN */
    uint32_t ready_bytes; /* in order, unread */
    uint32_t early_bytes; /* held out of order */
    uint32_t early_ranges;
    WireSack duplicate; /* to be reported once (RFC 2883); left == right: none */
    TcpReasmRun ready;
    TcpReasmGaps *gaps; /* NULL until something has come early */
} TcpReasm;

typedef enum TcpReasmResult {
    TCP_REASM_IN_ORDER,  /* rcv_nxt moved */
    TCP_REASM_EARLY,     /* kept, a gap stands before it */
    TCP_REASM_DUPLICATE, /* nothing new */
    TCP_REASM_NO_ROOM    /* dropped: too many ranges */
} TcpReasmResult;

void tcp_reasm_init(TcpReasm *reasm, TcpSeq rcv_nxt);
void tcp_reasm_clear(TcpReasm *reasm);
/* Takes the payload of a segment cut off at the right edge of the window; len > 0. What lies before
 * rcv_nxt or is held already is dropped and becomes `duplicate`, unless there is one, until
 * tcp_reasm_sacks(). */
TcpReasmResult tcp_reasm_insert(TcpReasm *reasm, TcpSeq seq, Payload payload);
/* Moves up to max_bytes of in-order bytes out as one payload owned by the caller; len 0 if there
 * are none. May return less than asked where runs do not join: call again. */
Payload tcp_reasm_read(TcpReasm *reasm, uint32_t max_bytes);

/* Whether bytes are held beyond a gap. */
static inline bool tcp_reasm_has_gap(const TcpReasm *reasm)
{
    return reasm->early_ranges != 0;
}

/* Whether tcp_reasm_sacks() has anything to report. */
static inline bool tcp_reasm_has_sacks(const TcpReasm *reasm)
{
    return reasm->early_ranges != 0 || reasm->duplicate.left != reasm->duplicate.right;
}

/* From rcv_nxt to the end of what is held beyond a gap; 0: nothing is. */
uint32_t tcp_reasm_span_bytes(const TcpReasm *reasm);

/* Fills up to max blocks for an ACK about to be sent, the most recent first; the latest duplicate,
 * if with_dsack, goes in front and is then forgotten. Returns how many. */
uint8_t tcp_reasm_sacks(TcpReasm *reasm, uint8_t max, bool with_dsack, WireSack *out_blocks);

#endif
