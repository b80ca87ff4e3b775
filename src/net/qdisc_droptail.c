/* Drop-tail: first in, first out, and no room is no room. It may mark what is ECN-capable and meets
 * a long queue (RFC 8257 3.1: by the length of the moment), so that senders slow down before the
 * room is used up.
 *
 * Departs: RFC 3168 section 5 would drop early what cannot be marked. Drop-tail drops nothing while
 * there is room. */

#include "net/qdisc.h"

static QdiscVerdict droptail_enqueue(Qdisc *qdisc, Packet *pkt, int64_t now_ns, Rng *rng)
{
    if (!qdisc_has_room(qdisc, pkt)) {
        return QDISC_DROP;
    }
    return qdisc_is_above_mark(qdisc) ? QDISC_MARK : QDISC_KEEP;
}

const QdiscOps qdisc_droptail = {
    .name = "drop-tail",
    .enqueue = droptail_enqueue,
};
