/* More accurate ECN feedback (RFC 9768): the three flags that were AE, CWR and ECE in the handshake
 * are a counter afterwards, ACE, of the packets that arrived with a mark, modulo 8. So the sender
 * learns of every mark, not of one a window.
 *
 * The block hangs from TcpEcn while this is offered, and once it is agreed.
 *
 * Departs: the AccECN options (section 3.2.3) are neither sent nor read; the counter alone is what
 * every implementation has to do with (3.2.3.3 leaves sending them to the implementer). */

#ifndef TCP_TCP_ACCECN_H
#define TCP_TCP_ACCECN_H

#include "tcp/tcp_internal.h"

enum { TCP_ACCECN_FLAGS = TCP_AE | TCP_CWR | TCP_ECE };

typedef struct TcpAccEcn {
    uint32_t r_cep;    /* receiver: packets that arrived marked; begins at 5 */
    uint32_t s_cep;    /* sender: the same of the peer, as it has told */
    uint16_t code;     /* of the peer's SYN or SYN-ACK: how it had arrived (3.1.1) */
    uint8_t unsaid;    /* marks since the last segment that told of them */
    bool code_owed;    /* the client's first ACK tells `code`, if it bears no data */
    bool in_handshake; /* the segment being looked at bears such a code */
    bool after_mark;   /* the latest data was marked */
    bool verified;     /* a counter has been seen... */
    bool zeroed;       /* ...and it was 0, which no end begins with: the path mangles it */
} TcpAccEcn;

/* Whether a SYN-ACK with these flags agrees. */
bool tcp_accecn_agrees(uint16_t flags);
/* The peer's SYN or SYN-ACK has settled it. */
void tcp_accecn_agree(TcpAccEcn *accurate, const TcpSegment *seg);
/* Receiver: an acceptable segment. It sees to it that the marks are told in time (3.2.2.5.1).
 * True: the peer's view of the handshake says that nothing may bear ECT. */
bool tcp_accecn_arrival(TcpConn *conn, TcpAccEcn *accurate, const TcpSegment *seg);
/* Sender: how many more packets were marked, as the ACK says (3.2.2.5.2). packets: about so many
 * are newly acknowledged. */
uint32_t tcp_accecn_marks(TcpAccEcn *accurate, const TcpSegment *seg, uint32_t packets);
/* The flags of a segment without SYN on its way out. */
uint16_t tcp_accecn_flags(TcpAccEcn *accurate, const TcpOut *out);

#endif
