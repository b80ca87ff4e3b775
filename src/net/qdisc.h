/* Queue disciplines: keep, mark or drop, and in what order. The hook only decides; the wire counts, announces
 * and schedules through the wrappers below. */

#ifndef NET_QDISC_H
#define NET_QDISC_H

#include "sim/sim_params.h"
#include "sim/sim_rng.h"
#include "wire/packet.h"

typedef enum QdiscVerdict { QDISC_KEEP, QDISC_MARK, QDISC_DROP } QdiscVerdict;

typedef struct QdiscOps QdiscOps;
typedef struct Qdisc {
    const QdiscOps *ops;
    uint32_t backlog_pkts;  /* waiting now, the packet being sent not counted: kept by the wrappers */
    uint64_t backlog_bytes; /* their octets on the wire */
    int64_t limit;          /* SIM_UNIT_QUEUE: packets if >= 0, else -(bytes) - 1 */
    void *state;            /* ops->state_bytes long, zeroed and freed by the caller */
} Qdisc;

struct QdiscOps {
    const char *name; /* the word used in scenarios */
    size_t state_bytes;
    const SimParamSpec *params; /* optional */
    void (*configure)(Qdisc *qdisc, const SimParams *params); /* optional */
    /* Required: asked once on a packet's arrival with the backlog it meets (at now_ns, mark and drop by
     * chance draw from rng). On QDISC_KEEP or QDISC_MARK a discipline with `dequeue` has taken the packet;
     * one without leaves it to the wire. It may not look at the packet after QDISC_DROP. */
    QdiscVerdict (*enqueue)(Qdisc *qdisc, Packet *pkt, int64_t now_ns, Rng *rng);
    /* The next packet to be sent, given up to the caller, or NULL if it has none. A NULL hook declares a
     * plain FIFO: packets leave in the order in which they were kept, so the wire knows each departure on
     * arrival and needs no event for it. */
    Packet *(*dequeue)(Qdisc *qdisc, int64_t now_ns, Rng *rng);
    void (*clear)(Qdisc *qdisc); /* required with dequeue: frees what it holds */
};

const QdiscOps *const *qdisc_registry(void); /* NULL-terminated */
const QdiscOps *qdisc_find(const char *name);

#endif
