/* What the program has written and the peer has not acknowledged, as runs of payload in stream order.
 * A million patterned bytes are one run. */

#ifndef TCP_TCP_SENDBUF_H
#define TCP_TCP_SENDBUF_H

#include "wire/payload.h"

typedef struct TcpSendBuf {
    uint64_t base;        /* stream offset of the first byte held: snd_una's */
    uint64_t end;         /* stream offset behind the last */
    uint32_t limit_bytes; /* capacity */
    uint32_t first, count, capacity; /* ring of runs */
    Payload *runs;        /* NULL while everything fits `single` */
    Payload single;
} TcpSendBuf;

void tcp_sendbuf_init(TcpSendBuf *buf, uint32_t limit_bytes);
void tcp_sendbuf_clear(TcpSendBuf *buf);
uint32_t tcp_sendbuf_room_bytes(const TcpSendBuf *buf);
/* Takes the payload, which must fit; runs that continue the last one are joined. */
void tcp_sendbuf_append(TcpSendBuf *buf, Payload payload);
/* The bytes [offset, offset + len) as one payload owned by the caller (literal bytes of several runs are
 * joined by copying). The range must be held. */
Payload tcp_sendbuf_slice(const TcpSendBuf *buf, uint64_t offset, uint32_t len_bytes);
/* Forgets everything before `offset`. */
void tcp_sendbuf_drop_before(TcpSendBuf *buf, uint64_t offset);

#endif
