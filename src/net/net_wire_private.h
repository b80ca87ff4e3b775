/* The inside of a wire, shared by the files that implement it: net_wire.c (a packet's way),
 * net_impair.c (faults and chances), net_wire_setup.c (what changes it) and net_link.c (two of
 * them).
 *
 * `head` to `last` are the frames accepted by a plain FIFO, or, behind a queue with `dequeue`,
 * those that have left it: in order of their transmission, which is that of their arrival. The head
 * alone is armed. `waiting` is the first frame of them not known to have begun; the backlog counts
 * it and those after it. It is moved on when somebody has to know, so the backlog never says too
 * little. */

#ifndef NET_NET_WIRE_PRIVATE_H
#define NET_NET_WIRE_PRIVATE_H

#include <stdalign.h>

#include "net/net_wire.h"
#include "sim/sim_lines.h"

#ifdef WIRELAB_CHECKING
#define NET_CHECKING 1
#else
#define NET_CHECKING 0
#endif

typedef struct NetImpair NetImpair;

/* A named stream and its name, which details of a probe point to. */
typedef struct NetStream {
    Rng rng;
    char *name; /* NULL: not opened yet, nothing draws from it */
} NetStream;

/* What a wire has only if its queue was replaced. */
typedef struct NetServer {
    /* With `dequeue`: the end of a transmission behind which something waits, or the time at which
     * the discipline wants to be asked again; has to be first. */
    SimEvent departure;
    NetWire *wire;
    NetStream stream;
} NetServer;

/* A plain hop touches the first lines and no other. */
#define NET_WIRE_HOT_LINES 4
struct NetWire {
    alignas(SIM_LINE_BYTES) SimEvent arrival; /* of the head; has to be first */

    Packet *head, *last;
    Packet *waiting;
    int64_t free_at_ns; /* the transmitter has sent all that it was given... */
    uint64_t free_rest; /* ...and this many 1/tx_rate of a nanosecond later */
    int64_t floor_ns;   /* arrival of the latest frame: the next one does not precede it */
    Sim *sim;
    NetPort *to;

    uint64_t tx_rate, tx_ns, tx_rest; /* the latest length takes tx_ns + tx_rest / tx_rate */
    uint32_t tx_bytes;                /* and is this; UINT32_MAX: none */
    uint32_t longest_bytes;           /* a frame of the MTU, on the wire */
    int64_t delay_ns;
    uint64_t sure_bytes; /* a backlog within both fits for sure and is no new maximum */
    uint32_t sure_pkts;
    bool plain; /* up, nobody watches, no faults or chances, drop-tail */
    bool up;
    bool infinite;     /* the rate is */
    uint8_t gap_bytes; /* that take time too */
    const NetProbe *probe;

    SimEntity entity;
    uint64_t offered_pkts, offered_bytes, arrived_pkts;
    Qdisc qdisc; /* its backlog */

    NetWireStats stats;      /* all other counters, but sent_* and queued_* */
    uint32_t announced_pkts; /* by on_queue */
    uint64_t announced_bytes;
    NetImpair *impair; /* NULL: no fault, chance or loss model, ever */
    NetServer *server; /* NULL: the default drop-tail */
    NetPort *from;
    SimEvent watch; /* the next beginning, while somebody watches */
    const char *link_name;
    uint64_t seed;
    NetWireConfig config;
};

G_STATIC_ASSERT(offsetof(NetWire, qdisc) + offsetof(Qdisc, ops) <=
                NET_WIRE_HOT_LINES * SIM_LINE_BYTES);

static inline bool net_wire_serves(const NetWire *wire)
{
    return wire->qdisc.ops->dequeue != NULL;
}

/* net_wire.c */

/* The wire whose next arrival the event is; NULL: it is another event. */
const NetWire *net_wire_arriving(const SimEvent *event);
void net_wire_init_events(NetWire *wire);
void net_wire_init_server(NetServer *server, NetWire *wire);
/* The packet, past faults and chances, meets the queue; takes it. */
void net_wire_accept(NetWire *wire, Packet *pkt, int64_t now_ns);
/* Hands a frame over at the far end; takes it. */
void net_wire_deliver(NetWire *wire, Packet *pkt, int64_t now_ns);
/* Lets a queue with `dequeue` fill the transmitter if that is free. */
void net_wire_serve(NetWire *wire, int64_t now_ns);
/* Times a frame from when the transmitter is free: sets started_at_ns and arrives_at_ns. */
void net_wire_time(NetWire *wire, Packet *pkt, int64_t now_ns);
/* Sets arrives_at_ns of a frame whose last bit leaves at sent_at_ns. */
void net_wire_set_arrival(NetWire *wire, Packet *pkt, int64_t sent_at_ns);
/* Rate or gap has changed: no length is remembered. */
void net_wire_forget_length(NetWire *wire);
/* The limits or the maximum have changed. */
void net_wire_expect_backlog(NetWire *wire);
/* Counts and announces a death on the wire, and frees the packet. */
void net_wire_drop(NetWire *wire, Packet *pkt, NetDrop why, const NetDetail *detail,
                   int64_t now_ns);
void net_wire_drop_condemned(NetWire *wire, NetDrop why, int64_t now_ns);
void net_wire_announce_fault(const NetWire *wire, const Packet *pkt, NetFaultKind kind,
                             const NetDetail *detail, int64_t now_ns);
/* Announces the backlog unless it is what was announced last. */
void net_wire_announce_queue(NetWire *wire, int64_t at_ns);
/* Recounts everything that the wire holds and asserts the books. */
void net_wire_check(const NetWire *wire);

/* net_wire_setup.c */
void net_wire_init(NetWire *wire, NetPort *from, NetPort *to, const char *link_name,
                   const NetWireConfig *config, uint64_t seed, uint32_t entity_id);
void net_wire_clear(NetWire *wire);
void net_wire_set_up(NetWire *wire, bool up, int64_t now_ns);
/* The stream "link NAME A>B USE". */
void net_stream_open(NetStream *stream, const NetWire *wire, const char *use);
/* Which stream, and the index and value of its latest draw. */
void net_stream_detail(const NetStream *stream, NetDetail *detail);

/* net_impair.c */
NetImpair *net_impair_new(NetWire *wire);
void net_impair_free(NetImpair *impair);
void net_impair_add_fault(NetImpair *impair, const NetFault *fault);
void net_impair_set_loss(NetImpair *impair, const LossOps *ops, const SimParams *params);
/* Opens the streams of the chances that the configuration gives; they go on drawing ever after. */
void net_impair_configure(NetImpair *impair, const NetWireConfig *config);
bool net_impair_needed(const NetWireConfig *config);
/* Faults and chances act on a packet; the survivors, copies behind the original, are accepted.
 * Takes it. */
void net_impair_offer(NetImpair *impair, Packet *pkt, int64_t now_ns);
/* Holds back a frame that may be overtaken until arrives_at_ns + extra_ns; takes it. */
void net_impair_hold(NetImpair *impair, Packet *pkt);
uint32_t net_impair_held_pkts(const NetImpair *impair);

#endif
