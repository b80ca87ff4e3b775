/* The names of the faults a parser finds. */

#include "wire/packet_fault.h"

#include <glib.h>

#include "sim/lang.h"

static const char *const fault_names[PACKET_N_FAULTS] = {
    [PACKET_OK] = N_("no fault"),
    [PACKET_FAULT_SHORT] = N_("truncated header"),
    [PACKET_FAULT_ETHERTYPE] = N_("unknown EtherType"),
    [PACKET_FAULT_IP_VERSION] = N_("unknown IP version"),
    [PACKET_FAULT_IP_HEADER] = N_("bad IP header"),
    [PACKET_FAULT_IP_CHECKSUM] = N_("bad IP checksum"),
    [PACKET_FAULT_TRANSPORT_HEADER] = N_("bad transport header"),
    [PACKET_FAULT_TRANSPORT_CHECKSUM] = N_("bad transport checksum"),
    [PACKET_FAULT_TCP_OPTION] = N_("bad TCP option"),
};

const char *packet_fault_to_string(PacketFault fault)
{
    g_assert(fault < PACKET_N_FAULTS);
    return fault_names[fault];
}
