/* A link is two wires; a wire carries frames one way: faults, loss, queue, transmitter,
 * propagation.
 *
 * A packet offered meets, in order: the link's state, the MTU, the scenario's faults, chance and
 * the loss model, the queue. It is then sent at rate_bps and arrives delay_ns after its last bit
 * has left. Transmission times carry the sub-nanosecond remainder, so long-run rates are exact.
 * Where the queue is a plain FIFO, start, end and arrival are known when the packet is accepted:
 * one event a hop, and only the head of the frames in flight stands in the event queue. Where it is
 * not, each end of a transmission is an event too. What begins or ends at an instant does so before
 * anything else happens in it.
 *
 * A wire never reorders by itself: when its delay shrinks or jitter draws less, a frame that would
 * arrive before an earlier one arrives with it. Only a frame that a delay fault, a delayed
 * duplicate, reorder_ppb or jitter_reorders holds back is overtaken; it costs an event of its own.
 *
 * A corrupted frame has a wrong bit and goes on as raw octets. A real interface would discard most
 * of them by the check sequence; here the bit is flipped behind that check, in a memory or a bus,
 * because the point is that the receiver's checksum finds it, or does not. A drawn bit falls in the
 * network datagram, anywhere in it; only a fault that names its bit can hit the link header.
 *
 * The wire is an entity: it draws the key of each arrival when the packet's departure is known, and
 * the ids of the copies that it makes. */

#ifndef NET_NET_WIRE_H
#define NET_NET_WIRE_H

#include "net/net_fault.h"
#include "net/net_node.h"
#include "net/qdisc.h"

/* Counters of one wire. offered + duplicated = dropped (all causes) + sent + queued, in packets and
 * in octets on the wire. */
typedef struct NetWireStats {
    uint64_t offered_pkts, offered_bytes;
    uint64_t duplicated_pkts, duplicated_bytes; /* copies that faults made, beside those offered */
    uint64_t sent_pkts, sent_bytes; /* transmission begun, and not cut off by the link going down */
    uint64_t arrived_pkts;
    uint64_t dropped_pkts[NET_N_DROPS], dropped_bytes;
    uint64_t delayed_pkts, corrupted_pkts, marked_pkts;
    uint32_t queued_pkts, max_queue_pkts;
    uint64_t queued_bytes, max_queue_bytes;
} NetWireStats;

/* What a scenario can say of one direction. */
typedef struct NetWireConfig {
    int64_t rate_bps;    /* > 0; 0: infinitely fast */
    int64_t delay_ns;    /* >= 1 */
    bool count_gap;      /* Ethernet: preamble and gap take time too */
    int64_t queue_limit; /* SIM_UNIT_QUEUE */
    bool marks;          /* the queue sets CE in what is ECN-capable and meets... */
    int64_t mark_above;  /* ...more than this (SIM_UNIT_QUEUE) */
    uint32_t loss_ppb, duplicate_ppb, corrupt_ppb, reorder_ppb; /* chance per packet */
    int64_t reorder_ns;   /* how much later a reordered packet arrives */
    int64_t jitter_ns;    /* each arrival later by 0..jitter_ns; order kept unless... */
    bool jitter_reorders; /* ...this is set */
} NetWireConfig;

typedef struct NetLink NetLink;

/* Two wires between two ports, wire 0 from `a` to `b`. The rng streams are named from `name` and
 * the node names; entity ids `first_entity` and `first_entity + 1`. Plugs both ports in. */
NetLink *net_link_new(const char *name, PacketLink type, uint32_t mtu_bytes, NetPort *a, NetPort *b,
                      const NetWireConfig config[2], uint64_t seed, uint32_t first_entity);
/* Unplugs both ports; what is on the wires goes too, unannounced. */
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
bool net_wire_is_up(const NetWire *wire);
/* The counters now. */
NetWireStats net_wire_stats(const NetWire *wire);
const NetWireConfig *net_wire_config(const NetWire *wire);

/* Takes effect now, for what is offered from now on and for what waits: those frames are timed
 * anew. A frame being sent ends as begun, a frame in flight keeps its arrival, a lower limit evicts
 * nobody. */
void net_wire_reconfigure(NetWire *wire, const NetWireConfig *config, int64_t now_ns);
/* Replaces queue or loss model before the run; params are read in the call. */
void net_wire_set_qdisc(NetWire *wire, const QdiscOps *ops, int64_t limit, const SimParams *params);
void net_wire_set_loss(NetWire *wire, const LossOps *ops, const SimParams *params);
/* Adds a fault to the wire's list, in the scenario's order; copies it. */
void net_wire_add_fault(NetWire *wire, const NetFault *fault);
/* Borrows the probe; NULL: nobody watches. */
void net_wire_set_probe(NetWire *wire, const NetProbe *probe);
/* Announces every transmission that has begun by now: for a watcher that takes stock. */
void net_wire_settle(NetWire *wire, int64_t now_ns);

/* Offers a packet, now; takes it. */
void net_wire_offer(NetWire *wire, Packet *pkt, int64_t now_ns);

#endif
