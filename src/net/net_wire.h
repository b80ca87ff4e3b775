/* A link is two wires; a wire carries frames one way: faults, loss, queue, transmitter, propagation.
 *
 * A packet offered meets, in order: the link's state, the scenario's faults, the loss model, the queue. It is
 * then sent at rate_bps and arrives delay_ns after its last bit has left. Transmission times carry the
 * sub-nanosecond remainder, so long-run rates are exact. Where the queue is a plain FIFO, start, end and
 * arrival are known when the packet is accepted: one event a hop, and only the head of the frames in flight
 * stands in the event queue. Frames in flight are ordered by (arrives_at_ns, wire_key); only a delay fault or
 * jitter ever inserts before the tail.
 *
 * The wire is an entity: it draws the key of each arrival when it accepts the packet. */

#ifndef NET_NET_WIRE_H
#define NET_NET_WIRE_H

#include "net/net_fault.h"
#include "net/net_node.h"
#include "net/qdisc.h"

/* Counters of one wire; offered = dropped (all causes) + sent + queued + being sent. */
typedef struct NetWireStats {
    uint64_t offered_pkts, offered_bytes;
    uint64_t sent_pkts, sent_bytes; /* put on the wire: transmission begun */
    uint64_t arrived_pkts;
    uint64_t dropped_pkts[NET_N_DROPS];
    uint64_t duplicated_pkts, delayed_pkts, corrupted_pkts, marked_pkts;
    uint32_t max_queue_pkts;
    uint64_t max_queue_bytes;
} NetWireStats;

/* What a scenario can say of one direction. */
typedef struct NetWireConfig {
    int64_t rate_bps;          /* > 0; 0: infinitely fast */
    int64_t delay_ns;          /* >= 1 */
    bool count_gap;            /* Ethernet: preamble and gap take time too */
    int64_t queue_limit;       /* SIM_UNIT_QUEUE */
    uint32_t loss_ppb, duplicate_ppb, corrupt_ppb, reorder_ppb; /* chance per packet */
    int64_t reorder_ns;        /* how much later a reordered packet arrives */
    int64_t jitter_ns;         /* each arrival later by 0..jitter_ns; order kept unless... */
    bool jitter_reorders;      /* ...this is set */
} NetWireConfig;

typedef struct NetLink NetLink;

/* Two wires between two ports, wire 0 from `a` to `b`. The rng streams are named from `name` and the node
 * names; entity ids `first_entity` and `first_entity + 1`. Plugs both ports in. */
NetLink *net_link_new(const char *name, PacketLink type, uint32_t mtu_bytes, NetPort *a, NetPort *b,
                      const NetWireConfig config[2], uint64_t seed, uint32_t first_entity);
void net_link_free(NetLink *link);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(NetLink, net_link_free)

const char *net_link_name(const NetLink *link);
NetWire *net_link_wire(NetLink *link, unsigned direction);
/* Down: what is queued or being sent is lost, what has left arrives. Up again: empty and idle. */
void net_link_set_up(NetLink *link, bool up, int64_t now_ns);

NetPort *net_wire_from(const NetWire *wire);
NetPort *net_wire_to(const NetWire *wire);
const char *net_wire_link_name(const NetWire *wire);
uint32_t net_wire_entity(const NetWire *wire);
const NetWireStats *net_wire_stats(const NetWire *wire);
const NetWireConfig *net_wire_config(const NetWire *wire);

/* Takes effect now: a frame being sent ends as begun, those waiting are timed anew. */
void net_wire_reconfigure(NetWire *wire, const NetWireConfig *config, int64_t now_ns);
/* Replaces queue or loss model before the run; params are read in the call. */
void net_wire_set_qdisc(NetWire *wire, const QdiscOps *ops, int64_t limit, const SimParams *params);
void net_wire_set_loss(NetWire *wire, const LossOps *ops, const SimParams *params);
/* Adds a fault to the wire's list, in the scenario's order; copies it. */
void net_wire_add_fault(NetWire *wire, const NetFault *fault);
void net_wire_set_probe(NetWire *wire, const NetProbe *probe);

/* Offers a packet, now; takes it. */
void net_wire_offer(NetWire *wire, Packet *pkt, int64_t now_ns);

#endif
