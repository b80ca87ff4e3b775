/* Queue disciplines: keep, mark or drop, and in what order. The hook only decides; the wire counts,
 * announces and schedules through the wrappers below. */

#ifndef NET_QDISC_H
#define NET_QDISC_H

#include "sim/sim_params.h"
#include "sim/sim_rng.h"
#include "wire/packet.h"

typedef enum QdiscVerdict {
    QDISC_KEEP,
    QDISC_MARK,      /* keep, and set CE where the packet is ECN-capable: see qdisc_can_mark() */
    QDISC_DROP,      /* there is no room */
    QDISC_DROP_EARLY /* there is room, but the discipline signals congestion */
} QdiscVerdict;

typedef struct QdiscOps QdiscOps;
typedef struct Qdisc {
    uint32_t backlog_pkts;  /* waiting now, without the packet being sent: kept by the wrappers */
    uint64_t backlog_bytes; /* their octets on the wire */
    const QdiscOps *ops;
    uint32_t limit_pkts; /* both limits hold; where one was given, the other is out of reach */
    uint64_t limit_bytes;
    uint32_t mark_above_pkts; /* a discipline that marks by length: ECT packets that meet more... */
    uint64_t mark_above_bytes; /* ...than either; out of reach unless given */
    bool idle;           /* nothing is sent and nothing waits: a packet kept leaves at once */
    int64_t retry_at_ns; /* set by a `dequeue` that holds packets but gives none yet */
    Packet *condemned, *condemned_last; /* by qdisc_condemn(), linked by Packet.next */
    void *state;                        /* ops->state_bytes long, zeroed and freed by the caller */
} Qdisc;

struct QdiscOps {
    const char *name; /* the word used in scenarios */
    size_t state_bytes;
    const SimParamSpec *params;                               /* optional */
    void (*configure)(Qdisc *qdisc, const SimParams *params); /* optional */
    /* Required: asked once on a packet's arrival with the backlog it meets (at now_ns, mark and
     * drop by chance draw from rng). On QDISC_KEEP or QDISC_MARK a discipline with `dequeue` has
     * taken the packet, and while it holds it, `next` and the instants are its own to use; one
     * without leaves it to the wire. It may not look at the packet after another verdict. */
    QdiscVerdict (*enqueue)(Qdisc *qdisc, Packet *pkt, int64_t now_ns, Rng *rng);
    /* The next packet to be sent, given up to the caller, or NULL: it holds none, or none may leave
     * before retry_at_ns > now_ns, which it then sets. A NULL hook declares a plain FIFO: packets
     * leave in the order in which they were kept, so the wire knows each departure on arrival and
     * needs no event for it. */
    Packet *(*dequeue)(Qdisc *qdisc, int64_t now_ns, Rng *rng);
    void (*clear)(Qdisc *qdisc); /* required with dequeue: condemns all that it holds */
};

extern const QdiscOps qdisc_droptail;

const QdiscOps *const *qdisc_registry(void);  /* NULL-terminated */
const QdiscOps *qdisc_find(const char *name); /* NULL: there is none of that name */

/* Readies an empty queue: allocates the state, lets the hook read params (NULL: the defaults of a
 * discipline without parameters). qdisc_finish() frees the state; the queue must be empty. */
void qdisc_init(Qdisc *qdisc, const QdiscOps *ops, const SimParams *params);
void qdisc_finish(Qdisc *qdisc);

/* limit: SIM_UNIT_QUEUE, packets if >= 0, else -(bytes) - 1. most_bytes bounds it in any case. */
void qdisc_set_limit(Qdisc *qdisc, int64_t limit, uint64_t most_bytes);

/* above: SIM_UNIT_QUEUE; marks false: nothing is marked for the queue's length. */
void qdisc_set_mark(Qdisc *qdisc, bool marks, int64_t above);

/* Whether the backlog is above what qdisc_set_mark() has said. */
static inline bool qdisc_is_above_mark(const Qdisc *qdisc)
{
    return qdisc->backlog_pkts > qdisc->mark_above_pkts ||
           qdisc->backlog_bytes > qdisc->mark_above_bytes;
}

/* Whether a packet fits: it leaves at once, or the backlog with it stays within the limits. */
bool qdisc_has_room(const Qdisc *qdisc, const Packet *pkt);

/* Whether the packet says that its ends understand ECN (RFC 3168 section 5: ECT or CE). One that
 * travels raw cannot be marked. */
bool qdisc_can_mark(const Packet *pkt);

/* Asks the hook about an arriving packet. A packet kept is in the backlog; one to be marked and
 * qdisc_can_mark() has CE set. The caller keeps the packet unless the discipline has `dequeue`. */
QdiscVerdict qdisc_enqueue(Qdisc *qdisc, Packet *pkt, int64_t now_ns, Rng *rng);

/* The next packet of a discipline with `dequeue`; owned by the caller, NULL if there is none. */
Packet *qdisc_dequeue(Qdisc *qdisc, int64_t now_ns, Rng *rng);

/* One packet of these octets has left the backlog: by qdisc_dequeue(), or as the wire knows of a
 * FIFO. */
static inline void qdisc_left(Qdisc *qdisc, uint32_t wire_bytes)
{
    g_assert(qdisc->backlog_pkts > 0 && qdisc->backlog_bytes >= wire_bytes);
    qdisc->backlog_pkts--;
    qdisc->backlog_bytes -= wire_bytes;
}

/* For hooks: gives up a packet kept earlier, to be dropped (head drop, the fattest flow). */
void qdisc_condemn(Qdisc *qdisc, Packet *pkt);
/* For the wire: the next of those given up, in their order; owned by the caller, NULL if there is
 * none. */
Packet *qdisc_next_condemned(Qdisc *qdisc);

/* Makes a discipline with `dequeue` condemn all that it holds; the backlog is zero then. */
void qdisc_clear(Qdisc *qdisc);

#endif
