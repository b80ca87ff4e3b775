/* Faults by plan: drop, duplicate, delay or corrupt the n-th packet that matches.
 *
 * Every fault of a wire looks at every packet offered while the link is up, and counts it if it
 * matches, whatever the other faults do to it. So "the third SYN" is the third that was offered,
 * also if the first two were dropped. */

#ifndef NET_NET_FAULT_H
#define NET_NET_FAULT_H

#include "net/net_loss.h"

/* Every condition given must hold; a zero one always holds. Start from NET_MATCH_ANY. A packet that
 * travels raw (injected as octets, corrupted by an earlier link) has no flags, ports or payload to
 * match. */
typedef struct NetMatch {
    uint16_t flags_set, flags_clear; /* TCP flags that must be on, off; any => packet must be TCP */
    int8_t kind;                     /* a PacketKind, or -1: any */
    uint16_t src_port, dst_port;     /* 0: any; else the packet must be TCP or UDP */
    bool has_payload;                /* at least one octet of application data, by TCP or UDP */
    bool no_payload;                 /* none: an ACK that says nothing else */
    bool retransmission;             /* TCP: repeats an earlier segment (by its `why`) */
    uint32_t retransmission_of;      /* n: repeats the n-th first transmission that meets the other
                                      * conditions on this wire; 0: any */
    uint64_t stream_low, stream_high; /* TCP payload overlaps offsets [low, high); 0, 0: any */
} NetMatch;

#define NET_MATCH_ANY ((NetMatch){ .kind = -1 })

typedef struct NetFault {
    NetMatch match;
    uint32_t first, last; /* which matching packets, counted from 1; last 0: no end */
    NetFaultKind action;
    int64_t delay_ns; /* DELAY: how much later it arrives; DUPLICATE: how much later the copy does
                       * than if it followed directly. Others may overtake meanwhile. */
    uint32_t bit;  /* CORRUPT: bit of the frame (modulo its length), NET_BIT_DRAWN: drawn from the
                    * wire's stream, anywhere in the network datagram */
    int32_t index; /* place in the scenario's list, for the trace */

    /* Kept by net_fault_due(). */
    uint32_t seen;           /* matching packets so far */
    uint32_t firsts;         /* with retransmission_of: first transmissions so far */
    SimKey repeated, repeat; /* the one meant, and its latest repetition */
} NetFault;

#define NET_BIT_DRAWN UINT32_MAX

/* Whether a packet meets the conditions that can be told from it alone: all but which transmission
 * it repeats. Counts nothing. */
bool net_match(const NetMatch *match, const Packet *pkt);

/* Whether the fault befalls this packet, which is offered to the wire: counts it if it matches. */
bool net_fault_due(NetFault *fault, const Packet *pkt);

#endif
