/* What torture does to a packet: five kinds of fault, each an ordinary fault of the wire
 * (net_fault.h), so that a scenario can say it too. */

#ifndef STUDY_TORTURE_FAULT_H
#define STUDY_TORTURE_FAULT_H

#include "net/net_fault.h"

/* A packet that a run offered to a wire while that was up and the packet not too long: the packets
 * that faults of the wire count. Wire 2 i is link i's away from its first end, wire 2 i + 1 the
 * other. */
typedef struct TorturePacket {
    int64_t offered_at_ns;
    int64_t arrived_at_ns; /* -1: it did not */
    uint64_t digest;       /* of its octets, the wire and the time */
    SimKey id;
    uint32_t wire, nth; /* the nth of its wire, from 1 */
    uint32_t frame_bytes, header_bytes;
} TorturePacket;

/* In the order in which a packet meets them. */
typedef enum TortureKind {
    TORTURE_DROP,
    TORTURE_DUPLICATE, /* the copy follows directly */
    TORTURE_DELAY,     /* until long after the next packet of its wire: a second and a half */
    TORTURE_SWAP,      /* until directly after it */
    TORTURE_CORRUPT,   /* one bit, each time elsewhere in headers or payload */
    TORTURE_N_KINDS
} TortureKind;
/* The word of `--faults` and of reports: "drop". */
const char *torture_kind_to_string(TortureKind kind);
/* False: there is no such kind. */
bool torture_kind_parse(const char *word, TortureKind *out_kind);

/* What befalls one packet, the nth of a wire. */
typedef struct TortureFault {
    uint32_t packet; /* its place among all packets of the run that it was planned by */
    uint32_t wire, nth;
    TortureKind kind;
    uint32_t bit;  /* CORRUPT */
    int64_t by_ns; /* DELAY, SWAP */
} TortureFault;

/* Plans a fault of packets[i], an array of TorturePacket. False: there is nothing to do it with,
 * like a swap of the last packet of a wire. */
bool torture_fault_plan(const GArray *packets, uint32_t i, TortureKind kind,
                        TortureFault *out_fault);
/* The same as the wire wants it; index: its place in the scenario's list of faults. */
NetFault torture_fault_of_wire(const TortureFault *fault, int32_t index);

#endif
