/* Segments sent and not yet acknowledged, oldest first: the scoreboard.
 *
 * A ring of records, contiguous in sequence space, found by binary search; grows on demand, empty when idle.
 * The sums below are kept incrementally; the checking build recounts them after every change. Costs no more
 * per segment with a window of 10,000 than with one of 100: every record changes class a bounded number of
 * times, and searches start from hints. */

#ifndef TCP_TCP_SENT_H
#define TCP_TCP_SENT_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/sim.h"
#include "wire/wire_tcp.h"

enum {
    TCP_SENT_SACKED = 0x01,
    TCP_SENT_LOST = 0x02,          /* recovery says so; not SACKED */
    TCP_SENT_RETRANSMITTED = 0x04, /* a copy is in flight (cleared when that copy is deemed lost too) */
    TCP_SENT_EVER_RETRANSMITTED = 0x08 /* Karn: gives no RTT sample without timestamps */
};

typedef struct TcpSent {
    TcpSeq seq, end;       /* sequence space: SYN and FIN count */
    int64_t sent_at_ns;    /* the latest transmission */
    SimKey packet;         /* id of the latest transmission */
    SimKey first_packet;   /* id of the original */
    uint16_t transmissions;
    uint8_t flags;         /* TCP_SENT_* */
    uint8_t ctl;           /* TCP_SYN, TCP_FIN, TCP_PSH, TCP_URG as first sent */
} TcpSent;

typedef struct TcpSentQueue {
    TcpSent *ring;
    uint32_t first, count, capacity;
    uint32_t out_bytes;           /* all of it: snd_nxt - snd_una */
    uint32_t sacked_bytes, lost_bytes, retransmitted_bytes; /* sums over records with the flag */
    TcpSeq highest_sacked;        /* end of the highest SACKed record; valid if sacked_bytes > 0 */
} TcpSentQueue;

void tcp_sent_init(TcpSentQueue *queue);
void tcp_sent_clear(TcpSentQueue *queue);
/* A new segment behind the last one. */
void tcp_sent_push(TcpSentQueue *queue, const TcpSent *segment);
/* The i-th oldest. The pointer holds until the next push, split or drop. */
TcpSent *tcp_sent_at(const TcpSentQueue *queue, uint32_t i);
/* Index of the record that holds seq; queue->count if none. */
uint32_t tcp_sent_find(const TcpSentQueue *queue, TcpSeq seq);
/* Cuts the record that holds seq in two at seq. */
void tcp_sent_split(TcpSentQueue *queue, TcpSeq seq);
/* Sets and clears flags, keeping the sums. */
void tcp_sent_mark(TcpSentQueue *queue, uint32_t i, uint8_t set, uint8_t clear);
/* In flight by RFC 6675's pipe: sent, less SACKed, less lost, plus retransmitted. */
uint32_t tcp_sent_pipe_bytes(const TcpSentQueue *queue);

/* What an ACK did to the queue. */
typedef struct TcpSentAck {
    uint32_t acked_bytes;        /* left the queue by the cumulative ACK */
    uint32_t newly_sacked_bytes;
    uint32_t delivered_bytes;    /* acked and not SACKed before, plus newly SACKed */
    int64_t newest_sent_at_ns;   /* latest transmission time among the newly delivered that were sent once; -1 */
    bool covers_retransmission;  /* some acked record had been retransmitted */
    bool dsack;                  /* the first block reports a duplicate (RFC 2883) */
    bool sack_was_new;           /* SACK information that was not there before (RFC 6675 "duplicate ACK") */
    bool reneged;                /* a cumulative ACK shows SACKed bytes the receiver dropped */
} TcpSentAck;

/* Applies cumulative ACK and SACK blocks; blocks outside [snd_una, snd_nxt) are ignored. */
void tcp_sent_ack(TcpSentQueue *queue, TcpSeq snd_una, const WireSack *blocks, uint8_t block_count,
                  TcpSentAck *out_ack);

#endif
