/* Faults by plan: drop, duplicate, delay or corrupt the n-th packet that matches. */

#ifndef NET_NET_FAULT_H
#define NET_NET_FAULT_H

#include "net/net_loss.h"

/* Every condition given must hold; a zero or NULL one always holds. */
typedef struct NetMatch {
    uint16_t flags_set, flags_clear; /* TCP flags that must be on, off; any => packet must be TCP */
    int8_t kind;                     /* a PacketKind, or -1: any */
    uint16_t src_port, dst_port;     /* 0: any */
    bool has_payload;                /* at least one octet of application data */
    bool retransmission;             /* TCP: repeats an earlier packet */
    uint32_t retransmission_of;      /* n: repeats the n-th matching first transmission on this wire; 0: any */
    uint32_t stream_low, stream_high; /* TCP payload overlaps stream offsets [low, high); 0,0: any */
} NetMatch;

typedef struct NetFault {
    NetMatch match;
    uint32_t first, last;  /* which matching packets, counted from 1; last 0: no end */
    NetFaultKind action;
    int64_t delay_ns;      /* DELAY, and how much later a DUPLICATE follows */
    uint32_t bit;          /* CORRUPT: bit of the frame, UINT32_MAX: drawn from the wire's stream */
    int32_t index;         /* place in the scenario's list, for the trace */
    uint32_t seen;         /* matching packets so far: kept by the wire */
} NetFault;

/* Whether a packet matches, without counting it. */
bool net_match(const NetMatch *match, const Packet *pkt);

#endif
