/* Drop-tail: first in, first out, and no room is no room. */

#include "net/qdisc.h"

static QdiscVerdict droptail_enqueue(Qdisc *qdisc, Packet *pkt, int64_t now_ns, Rng *rng)
{
    return qdisc_has_room(qdisc, pkt) ? QDISC_KEEP : QDISC_DROP;
}

const QdiscOps qdisc_droptail = {
    .name = "drop-tail",
    .enqueue = droptail_enqueue,
};
