/* Delivery-rate samples (draft-ietf-ccwg-bbr section 4.1): how many bytes the network delivered
 * in how much time, from one segment's way to the other end and back.
 *
 * Each transmission is stamped with what had been delivered when it left. When it is delivered
 * itself, the difference to what has been delivered by then, over the longer of the times that
 * sending and acknowledging took, is a rate that no burst on either way can exaggerate.
 *
 * The stamps lie beside the scoreboard's ring and are kept only for a congestion control that asks
 * for them; without, a scoreboard has no TcpRate and nothing here is called. */

#ifndef TCP_TCP_RATE_H
#define TCP_TCP_RATE_H

#include "tcp/tcp_cc.h"
#include "tcp/tcp_sent.h"

/* As the connection stood when a record was sent last: the draft's P.delivered and so on. */
typedef struct TcpRateStamp {
    uint64_t delivered_bytes, lost_bytes;
    int64_t delivered_at_ns, first_sent_at_ns;
    uint32_t in_flight_bytes; /* the record included */
    bool app_limited;
} TcpRateStamp;

struct TcpRate {
    TcpRateStamp *stamps;                 /* of the record in the same place of the ring */
    uint64_t delivered_bytes, lost_bytes; /* C.delivered, C.lost */
    uint64_t app_limited_bytes; /* what is sent before so much is delivered is limited by the
                                 * program; 0: nothing is */
    int64_t delivered_at_ns, first_sent_at_ns;
    /* Of the ACK being handled: the newest record delivered, and what was before. */
    TcpSentMark newest;
    TcpRateStamp newest_stamp;
    uint64_t prior_lost_bytes;
    uint32_t prior_in_flight_bytes;
};

/* Nothing is known yet; the records that are out count as sent now. */
TcpRate *tcp_rate_new(const TcpSentQueue *queue, int64_t now_ns);
void tcp_rate_free(TcpRate *rate);

/* ---- what the scoreboard tells ---- */

/* The records moved to the start of a ring of so many places; 0: there is none. */
void tcp_rate_resize(const TcpSentQueue *queue, uint32_t capacity);
/* Record i went out, for the first time or again. */
void tcp_rate_on_sent(const TcpSentQueue *queue, uint32_t i);
/* Record `to` is a part of record `from`, or comes to be in its place. */
void tcp_rate_copy(const TcpSentQueue *queue, uint32_t to, uint32_t from);
void tcp_rate_on_delivered(const TcpSentQueue *queue, const TcpSent *record);
void tcp_rate_begin_ack(const TcpSentQueue *queue);

/* ---- what the connection asks ---- */

/* After the ACK was applied and its losses are marked. min_rtt_ns: -1: no sample yet; a rate
 * measured over less time is none (section 4.1.2.3). */
void tcp_rate_sample(const TcpSentQueue *queue, const TcpSentAck *ack, int64_t min_rtt_ns,
                     int64_t now_ns, TcpRateSample *out_sample);
/* The program, not the window, holds the sender back: what is in flight now, and what is sent until
 * that is delivered, says nothing about the path. */
void tcp_rate_app_limited(const TcpSentQueue *queue);

#endif
