/* Who looks at a tortured run: keeps what its verdict needs, and no more.
 *
 * Packets are compared with those of the run before, up to the fault, by their octets and times.
 * Each end of a connection is followed from its making to its end, with the bytes that its program
 * wrote and read; the two ends of a connection find each other by addresses, ports and initial
 * sequence numbers, so that a second connection of the same ports is another. */

#ifndef STUDY_TORTURE_WATCH_H
#define STUDY_TORTURE_WATCH_H

#include "study/torture_fault.h"
#include "world/world_observe.h"

#define TORTURE_NO_PACKET UINT32_MAX

/* One end of a connection. */
typedef struct TortureEnd {
    const TcpConn *conn; /* NULL: it is CLOSED */
    const char *host;    /* borrowed from the world */
    InetAddr addr, peer_addr;
    uint16_t port, peer_port;
    TcpSeq iss, irs;
    uint64_t written_bytes, read_bytes; /* by its program */
    TcpReason reason;                   /* why it closed; NONE: it has not, or was never opened */
    bool of_program; /* it opened the connection, or could accept it; a spawned one that never got
                      * through the handshake is nobody's */
    uint32_t in_flight_bytes; /* at the end of the run, of one that is not closed */
} TortureEnd;

/* What the run before it was like; all zero: there was none. */
typedef struct TortureModel {
    const GArray *packets; /* of TorturePacket */
    uint32_t same_until;   /* the last packet that has to be as there: the one of the new fault */
    uint32_t most_packets; /* more than that is no end */
} TortureModel;

typedef struct TortureWire {
    uint64_t seen, dropped; /* announced */
    uint32_t offered;       /* of these, what faults count */
    uint32_t oldest;        /* packet from which to look for one that arrives */
} TortureWire;

typedef struct TortureWatch {
    World *world;
    WorldObserver observer;
    NetProbe net;
    TcpProbe tcp;
    SocketProbe socket;
    TortureModel model;
    GArray *packets; /* of TorturePacket; NULL: not kept */
    GArray *ends;    /* of TortureEnd, in the order of their making */
    GHashTable *end_of_conn;
    TortureWire *wires;
    uint32_t *wire_of_entity; /* entity ids to wires */
    uint8_t *octets;          /* of one frame */
    uint32_t packet_count;    /* of those that faults count */
    uint32_t differs_at;      /* the first packet not as in the model; TORTURE_NO_PACKET: none */
    bool endless;             /* more packets than the model allows: the run was stopped */
    uint32_t open_ends;       /* not CLOSED */
    uint64_t timeouts;        /* of retransmission timers */
    uint64_t errors;          /* ends of programs that closed for another reason than an orderly
                               * end */
    int64_t last_read_at_ns;
} TortureWatch;

/* Puts a watch into a world that has not run; model is copied. keep: remembers its packets. */
TortureWatch *torture_watch_new(World *world, const TortureModel *model, bool keep);
/* After the world has run for the last time: looks at the ends that are still open. */
void torture_watch_finish(TortureWatch *watch);
/* Outlives the world, or not. */
void torture_watch_free(TortureWatch *watch);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TortureWatch, torture_watch_free)

/* The other end of a connection; NULL: there was none, or not yet. */
const TortureEnd *torture_watch_peer(const TortureWatch *watch, const TortureEnd *end);

#endif
