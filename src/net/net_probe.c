#include "net/net_probe.h"

#include "sim/lang.h"

static const char *const drop_names[NET_N_DROPS] = {
    [NET_DROP_QUEUE_FULL] = N_("queue full"),
    [NET_DROP_QUEUE_EARLY] = N_("dropped early by the queue"),
    [NET_DROP_FAULT] = N_("planned fault"),
    [NET_DROP_LOSS] = N_("random loss"),
    [NET_DROP_LINK_DOWN] = N_("link down"),
    [NET_DROP_TOO_BIG] = N_("longer than the MTU"),
    [NET_DROP_NODE_DOWN] = N_("host down"),
    [NET_DROP_NOT_FOR_US] = N_("for another station"),
    [NET_DROP_BAD_FRAME] = N_("bad frame"),
    [NET_DROP_NO_PORT] = N_("no port to send it to"),
};

const char *net_drop_to_string(NetDrop drop)
{
    g_assert((unsigned)drop < NET_N_DROPS);
    return drop_names[drop];
}
