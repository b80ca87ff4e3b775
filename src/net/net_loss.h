/* Loss models: what a wire does to a packet as it is offered, by chance. */

#ifndef NET_NET_LOSS_H
#define NET_NET_LOSS_H

#include "sim/sim_params.h"
#include "sim/sim_rng.h"
#include "wire/packet.h"

typedef enum NetFaultKind {
    NET_FAULT_NONE,
    NET_FAULT_DROP,
    NET_FAULT_DUPLICATE,
    NET_FAULT_DELAY,
    NET_FAULT_CORRUPT,
    NET_FAULT_MARK, /* congestion experienced, by the queue */
    NET_N_FAULT_KINDS
} NetFaultKind;
/* The msgid, which is the word in traces: "dropped", "duplicated", ... */
const char *net_fault_kind_to_string(NetFaultKind kind);

typedef enum NetVerdict { NET_KEEP, NET_LOSE, NET_CORRUPT } NetVerdict;

typedef struct LossOps LossOps;
typedef struct Loss {
    const LossOps *ops;
    void *state; /* ops->state_bytes long, zeroed and freed by the caller */
} Loss;

struct LossOps {
    const char *name; /* the word used in scenarios */
    size_t state_bytes;
    const SimParamSpec *params; /* optional */
    /* Optional: reads its parameters into state. Never fails: the table has checked ranges. */
    void (*configure)(Loss *loss, const SimParams *params);
    /* Required: called once for each packet offered, whatever else befalls it. May only draw from
     * rng; never frees the packet. */
    NetVerdict (*verdict)(Loss *loss, const Packet *pkt, Rng *rng);
};

extern const LossOps loss_random;

const LossOps *const *loss_registry(void);  /* NULL-terminated */
const LossOps *loss_find(const char *name); /* NULL: there is none of that name */

/* Allocates the state and lets the hook read params; loss_finish() frees the state. */
void loss_init(Loss *loss, const LossOps *ops, const SimParams *params);
void loss_finish(Loss *loss);
/* Asks the hook; out_drew tells whether it drew. */
NetVerdict loss_verdict(Loss *loss, const Packet *pkt, Rng *rng, bool *out_drew);

#endif
