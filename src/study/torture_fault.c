#include "study/torture_fault.h"

#define LATE_NS (3 * SIM_NS_PER_S / 2) /* longer than a first time-out of RFC 6298 */

/* Multiplying by it scatters consecutive numbers evenly (Knuth, volume 3, section 6.4). */
#define GOLDEN UINT32_C(2654435769)

static const char *const words[TORTURE_N_KINDS] = {
    [TORTURE_DROP] = "drop", [TORTURE_DUPLICATE] = "duplicate", [TORTURE_DELAY] = "delay",
    [TORTURE_SWAP] = "swap", [TORTURE_CORRUPT] = "corrupt",
};

static const NetFaultKind actions[TORTURE_N_KINDS] = {
    [TORTURE_DROP] = NET_FAULT_DROP,       [TORTURE_DUPLICATE] = NET_FAULT_DUPLICATE,
    [TORTURE_DELAY] = NET_FAULT_DELAY,     [TORTURE_SWAP] = NET_FAULT_DELAY,
    [TORTURE_CORRUPT] = NET_FAULT_CORRUPT,
};

const char *torture_kind_to_string(TortureKind kind)
{
    return words[kind];
}

bool torture_kind_parse(const char *word, TortureKind *out_kind)
{
    for (unsigned i = 0; i < TORTURE_N_KINDS; i++) {
        if (g_str_equal(word, words[i])) {
            *out_kind = (TortureKind)i;
            return true;
        }
    }
    return false;
}

/* How much later than alone it has to arrive to come after the next one of its wire; -1: there is
 * none that arrives. */
static int64_t behind_next_ns(const GArray *packets, uint32_t i)
{
    const TorturePacket *packet = &g_array_index(packets, TorturePacket, i);
    for (guint k = i + 1; packet->arrived_at_ns >= 0 && k < packets->len; k++) {
        const TorturePacket *next = &g_array_index(packets, TorturePacket, k);
        if (next->wire == packet->wire && next->arrived_at_ns >= packet->arrived_at_ns) {
            return next->arrived_at_ns - packet->arrived_at_ns + 1;
        }
    }
    return -1;
}

/* In the headers for every other packet, else anywhere: in most packets that is the payload. */
static uint32_t pick_bit(const TorturePacket *packet, uint32_t i)
{
    uint32_t bytes = i % 2 == 0 ? packet->header_bytes : packet->frame_bytes;
    return (uint32_t)((uint64_t)(uint32_t)(i * GOLDEN) * bytes * 8 >> 32);
}

bool torture_fault_plan(const GArray *packets, uint32_t i, TortureKind kind,
                        TortureFault *out_fault)
{
    const TorturePacket *packet = &g_array_index(packets, TorturePacket, i);
    int64_t behind_ns = behind_next_ns(packets, i);
    if (kind == TORTURE_SWAP && behind_ns < 0) {
        return false;
    }
    *out_fault =
        (TortureFault){ .packet = i, .wire = packet->wire, .nth = packet->nth, .kind = kind };
    if (kind == TORTURE_CORRUPT) {
        out_fault->bit = pick_bit(packet, i);
    } else if (kind == TORTURE_SWAP) {
        out_fault->by_ns = behind_ns;
    } else if (kind == TORTURE_DELAY) {
        out_fault->by_ns = MAX(behind_ns, 0) + LATE_NS;
    }
    return true;
}

NetFault torture_fault_of_wire(const TortureFault *fault, int32_t index)
{
    return (NetFault){ .match = NET_MATCH_ANY,
                       .first = fault->nth,
                       .last = fault->nth,
                       .action = actions[fault->kind],
                       .delay_ns = fault->by_ns,
                       .bit = fault->bit,
                       .index = index };
}
