/* What the program has written and the peer has not acknowledged, as runs of payload in stream
 * order. A million patterned bytes are one run. */

#ifndef TCP_TCP_SENDBUF_H
#define TCP_TCP_SENDBUF_H

#include "wire/payload.h"

typedef struct TcpSendRun {
    uint64_t at; /* place in the buffer's numbering of its first byte */
    Payload payload;
} TcpSendRun;

/* Places are counted from the first byte ever written: base is snd_una's, end that of the next
 * write. */
typedef struct TcpSendBuf {
    uint64_t base;        /* place of the first byte held */
    uint64_t end;         /* place behind the last */
    uint32_t limit_bytes; /* capacity */
    Payload single;       /* the only run, while there is one... */
    /* ...else, count > 0: a ring of runs, capacity a power of two. */
    uint32_t first, count, capacity;
    TcpSendRun *runs;
} TcpSendBuf;

void tcp_sendbuf_init(TcpSendBuf *buf, uint32_t limit_bytes);
void tcp_sendbuf_clear(TcpSendBuf *buf);

/* Bytes held. */
static inline uint32_t tcp_sendbuf_bytes(const TcpSendBuf *buf)
{
    return (uint32_t)(buf->end - buf->base);
}

static inline uint32_t tcp_sendbuf_room_bytes(const TcpSendBuf *buf)
{
    uint32_t held_bytes = tcp_sendbuf_bytes(buf);
    return held_bytes < buf->limit_bytes ? buf->limit_bytes - held_bytes : 0;
}

/* Takes the payload, which must fit; runs that continue the last one are joined. */
void tcp_sendbuf_append(TcpSendBuf *buf, Payload payload);
/* The bytes [place, place + len) as one payload owned by the caller. The range must be held. Where
 * it spans several runs they are joined by copying; the copy's stream is 0 unless the runs continue
 * one stream. */
Payload tcp_sendbuf_slice(const TcpSendBuf *buf, uint64_t place, uint32_t len_bytes);
/* Forgets everything before `place`, which lies within what is held. */
void tcp_sendbuf_drop_before(TcpSendBuf *buf, uint64_t place);

#endif
