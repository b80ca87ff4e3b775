/* Segments sent and not yet acknowledged, oldest first: the scoreboard.
 *
 * A ring of records, contiguous in sequence space; grows on demand, small when idle. A lap over it
 * is never more than a few times as long as what is outstanding: a window that was large once would
 * otherwise drag all of the ring through the caches for ever. The sums below are kept
 * incrementally; the checking build recounts them after every change. Costs no more per segment
 * with a window of 10,000 than with one of 100: every record changes class a bounded number of
 * times, and searches start from hints.
 *
 * RFC 6675 speaks of octets, this file of records; a record is what one segment carried, and it is
 * only split where a SACK block or a new segment size asks for it. */

#ifndef TCP_TCP_SENT_H
#define TCP_TCP_SENT_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "sim/sim.h"
#include "sim/sim_lines.h"
#include "wire/wire_tcp.h"

enum {
    TCP_SENT_SACKED = 0x01,
    TCP_SENT_LOST = 0x02, /* deemed lost; not SACKED */
    /* A copy is in flight; cleared when that copy is deemed lost too. */
    TCP_SENT_RETRANSMITTED = 0x04,
    TCP_SENT_EVER_RETRANSMITTED = 0x08 /* Karn: gives no RTT sample without timestamps */
};

typedef struct TcpSent {
    TcpSeq seq, end;     /* sequence space: SYN and FIN count */
    int64_t sent_at_ns;  /* the latest transmission */
    SimKey packet;       /* id of the latest transmission */
    SimKey first_packet; /* id of the original */
    uint32_t sacked_run; /* SACKED: at least so many records from here on are; kept by tcp_sent.c */
    uint16_t transmissions;
    uint8_t flags; /* TCP_SENT_* */
    uint8_t ctl;   /* TCP_SYN, TCP_FIN, TCP_PSH, TCP_URG as first sent */
} TcpSent;

typedef struct TcpRate TcpRate; /* tcp_rate.h */

typedef struct TcpSentQueue {
    TcpSent *ring;
    uint32_t first, count;
    uint32_t capacity;  /* slots of a lap: a power of two, or 0 */
    uint32_t allocated; /* slots of the ring, of which a lap need not use all */
    uint32_t out_bytes;                                     /* all of it: snd_nxt - snd_una */
    uint32_t sacked_bytes, lost_bytes, retransmitted_bytes; /* sums over records with the flag */
    uint32_t sacked_count;                                  /* records with the flag */
    TcpSeq highest_sacked; /* end of the highest SACKed record; valid if sacked_bytes > 0 */

    /* Hints, as indices; records move, the hints with them. */
    uint32_t lost_next;   /* no record before it is both un-SACKed and not LOST */
    uint32_t above_bytes; /* SACKed bytes of the records from lost_next on... */
    uint32_t above_runs;  /* ...and how many runs they form */
    uint32_t resend_next; /* RFC 6675 HighRxt: the record after the highest one sent again */

    TcpRate *rate; /* NULL: nobody asks how fast data is delivered */
} TcpSentQueue;

void tcp_sent_init(TcpSentQueue *queue);
/* From now on the rate of delivery is measured, until it is forgotten. */
void tcp_sent_measure_rate(TcpSentQueue *queue, int64_t now_ns);
void tcp_sent_forget_rate(TcpSentQueue *queue);
/* Forgets every record and gives the memory back; the queue may be used again. */
void tcp_sent_clear(TcpSentQueue *queue);
/* A new segment behind the last one, with flags and sacked_run 0; copied. */
void tcp_sent_push(TcpSentQueue *queue, const TcpSent *segment);

/* The i-th oldest, i < count. The pointer holds until the next push or split. */
static inline TcpSent *tcp_sent_at(const TcpSentQueue *queue, uint32_t i)
{
    return &queue->ring[(queue->first + i) & (queue->capacity - 1)];
}

/* Fetches the oldest record and the place of the next one into the cache. */
static inline void tcp_sent_fetch(const TcpSentQueue *queue)
{
    if (queue->capacity != 0) {
        sim_lines_fetch(tcp_sent_at(queue, 0), 1);
        sim_lines_fetch(tcp_sent_at(queue, queue->count), 1);
    }
}

/* Index of the record that holds seq; queue->count if none. */
uint32_t tcp_sent_find(const TcpSentQueue *queue, TcpSeq seq);
/* Cuts record i in two at seq, which lies strictly inside; both parts keep its flags. */
void tcp_sent_split(TcpSentQueue *queue, uint32_t i, TcpSeq seq);

/* Record i was sent once more, in packet `packet`: counts it and, if `counted`, lets the copy be in
 * flight. */
void tcp_sent_again(TcpSentQueue *queue, uint32_t i, SimKey packet, bool counted, int64_t now_ns);

/* In flight by RFC 6675's pipe: sent, less SACKed, less lost, plus retransmitted. */
static inline uint32_t tcp_sent_pipe_bytes(const TcpSentQueue *queue)
{
    return queue->out_bytes - queue->sacked_bytes - queue->lost_bytes + queue->retransmitted_bytes;
}

/* One transmission of a record. */
typedef struct TcpSentMark {
    int64_t sent_at_ns; /* -1: there is none */
    SimKey packet;
} TcpSentMark;

/* Whether a was sent after b (RFC 8985 6.2: RACK_sent_after()).
 * Departs: the RFC goes by sequence numbers where its clock shows the same time. Here a whole
 * flight may leave at one instant, retransmissions among it; the packets' own order tells. */
static inline bool tcp_sent_after(const TcpSentMark *a, const TcpSentMark *b)
{
    return a->sent_at_ns > b->sent_at_ns ||
           (a->sent_at_ns == b->sent_at_ns && a->packet > b->packet);
}

/* What an ACK did to the queue. */
typedef struct TcpSentAck {
    uint32_t acked_bytes; /* left the queue by the cumulative ACK */
    uint32_t newly_sacked_bytes;
    uint32_t delivered_bytes; /* acked and not SACKed before, plus newly SACKed */
    /* The newly delivered that were sent last: of records sent once, and of those sent again. */
    TcpSentMark newest_once, newest_again;
    TcpSeq lowest_once, highest; /* ends of the lowest of the former, and of the highest of all;
                                  * valid if there is any */
    int64_t lowest_once_at_ns;   /* when the former was sent */
    int64_t last_acked_at_ns;    /* when the last acknowledged that was not SACKed before was */
    /* Of the acked records that had been sent again: the earliest of their latest transmissions;
     * -1: there was none. */
    int64_t resent_at_ns;
    WireSack duplicate; /* valid if dsack */
    bool dsack;         /* the first block reports a duplicate (RFC 2883) */
    bool sack_was_new;  /* SACK information that was not there before (RFC 6675 "duplicate ACK") */
    bool reneged;       /* the oldest byte outstanding is one that was SACKed: the receiver took
                         * it back (RFC 2018 section 8); a time-out will send it again */
} TcpSentAck;

/* Applies cumulative ACK and SACK blocks; blocks outside [snd_una, snd_nxt) are ignored. */
void tcp_sent_ack(TcpSentQueue *queue, TcpSeq snd_una, const WireSack *blocks, uint8_t block_count,
                  TcpSentAck *out_ack);

/* Marks every record LOST that is by RFC 6675's IsLost(): dupthresh discontiguous SACKed runs, or
 * more than (dupthresh - 1) * mss SACKed bytes, lie above it. Each record is looked at once in its
 * life. */
void tcp_sent_find_losses(TcpSentQueue *queue, uint32_t dupthresh, uint32_t mss_bytes);
/* A time-out: every record that is not SACKED and was sent last at that instant or before is LOST,
 * no copy of it in flight, and so is the oldest; sending again starts there. If that is SACKED, the
 * receiver has reneged and all SACK information is forgotten. */
void tcp_sent_lose_old(TcpSentQueue *queue, int64_t sent_by_ns);
static inline void tcp_sent_lose_all(TcpSentQueue *queue)
{
    tcp_sent_lose_old(queue, INT64_MAX);
}
/* Nothing is LOST: what was deemed so was only late, and is counted as in flight once. */
void tcp_sent_find_again(TcpSentQueue *queue);
/* Record i, not SACKED, is LOST, and so is a copy of it. */
void tcp_sent_lose(TcpSentQueue *queue, uint32_t i);
/* Sending again starts at the oldest record (RFC 6675 section 5 (4.3): HighRxt = HighACK); copies
 * sent earlier are no longer in flight. */
void tcp_sent_resend_from_oldest(TcpSentQueue *queue);
/* The first record from resend_next on that is not SACKed; count if there is none. Moves
 * resend_next there. */
uint32_t tcp_sent_next_hole(TcpSentQueue *queue);
/* The same, passing over what has a copy in flight; count if that is not LOST. */
uint32_t tcp_sent_next_lost(TcpSentQueue *queue);

#endif
