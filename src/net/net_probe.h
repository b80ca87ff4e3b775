/* What the lower network announces. `trace/` fills the struct in; a NULL pointer means nobody
 * watches. */

#ifndef NET_NET_PROBE_H
#define NET_NET_PROBE_H

#include "net/net_loss.h"
#include "sim/sim_params.h"
#include "wire/packet.h"

typedef struct NetWire NetWire;
typedef struct NetNode NetNode;

/* Why a packet died below the network layer. One name table: net_drop_to_string(). */
typedef enum NetDrop {
    NET_DROP_QUEUE_FULL,
    NET_DROP_QUEUE_EARLY, /* the queue discipline signals congestion before the queue is full */
    NET_DROP_FAULT,       /* the scenario's fault said so */
    NET_DROP_LOSS,        /* the link's loss model said so */
    NET_DROP_LINK_DOWN,   /* or unplugged */
    NET_DROP_TOO_BIG,     /* longer than the link's MTU */
    NET_DROP_NODE_DOWN,   /* the host has crashed */
    NET_DROP_NOT_FOR_US,  /* another station's MAC address */
    NET_DROP_BAD_FRAME,   /* shorter than a link header */
    NET_DROP_NO_PORT,     /* a switch had nowhere to send it */
    NET_N_DROPS
} NetDrop;
/* The msgid, which is the word in traces: "queue full", "link down", ... */
const char *net_drop_to_string(NetDrop drop);

/* What only we know of a drop or another fault. What does not apply is 0 or NULL, the index -1. */
typedef struct NetDetail {
    uint32_t queue_pkts, queue_limit_pkts; /* QUEUE_*, mark: the state met; the limit, or what it */
    uint64_t queue_bytes, queue_limit_bytes; /* marks above, in the unit given, the other 0 */
    int32_t fault_index;                     /* FAULT: index in the scenario's list; -1: none */
    const char *rng_stream;                  /* chance: name of the stream that drew, borrowed */
    uint64_t rng_index, rng_value;           /* and its deciding draw */
    uint64_t bit;                            /* corruption: which bit of the frame */
    int64_t extra_ns;                        /* delay: how much */
    SimKey copy;                             /* duplication: id of the copy */
} NetDetail;

#define NET_DETAIL_NONE ((NetDetail){ .fault_index = -1 })

/* What an event has changed of a wire. `what` is "rate", "gap", "delay", "queue", "mark-above",
 * "loss", "duplicate", "corrupt", "reorder" (how often), "reorder-by" (how much later), "jitter",
 * "jitter-reorders", "up" or "down"; the last two say all by themselves. */
typedef struct NetChange {
    const char *what;
    SimUnit unit; /* of the values; SIM_N_UNITS: there are none */
    int64_t from, to;
} NetChange;

/* Everything is announced when it happens: now_ns is the time of the clock, and never goes back.
 * Where the queue is a plain FIFO nothing happens when a transmission begins; a wire that is
 * watched wakes up for it all the same, which is no event and changes nothing (sim_arm_watch()). */
typedef struct NetProbe {
    void *watcher; /* first argument of all calls */
    /* A node gave a packet to a wire; before faults, loss and queue. */
    void (*on_offer)(void *watcher, const NetWire *wire, const Packet *pkt, int64_t now_ns);
    /* Its transmission began, at now_ns == pkt->started_at_ns. Announced once. */
    void (*on_transmit)(void *watcher, const NetWire *wire, const Packet *pkt, int64_t now_ns);
    void (*on_arrive)(void *watcher, const NetWire *wire, const Packet *pkt, int64_t now_ns);
    /* wire or node may be NULL: where it happened. The packet is freed after the call. */
    void (*on_drop)(void *watcher, const NetWire *wire, const NetNode *node, const Packet *pkt,
                    NetDrop why, const NetDetail *detail, int64_t now_ns);
    /* Not fatal: delayed, duplicated, corrupted, marked. The packet is as after the change. */
    void (*on_fault)(void *watcher, const NetWire *wire, const Packet *pkt, NetFaultKind kind,
                     const NetDetail *detail, int64_t now_ns);
    /* Queue length after each change, the packet being sent not counted. */
    void (*on_queue)(void *watcher, const NetWire *wire, uint32_t queue_pkts, uint64_t queue_bytes,
                     int64_t now_ns);
    /* A wire was changed by an event: once for each thing. */
    void (*on_change)(void *watcher, const NetWire *wire, const NetChange *change, int64_t now_ns);
} NetProbe;

#endif
