#include "net/qdisc.h"

#include <string.h>

static const QdiscOps *const registry[] = { &qdisc_droptail, NULL };

const QdiscOps *const *qdisc_registry(void)
{
    return registry;
}

const QdiscOps *qdisc_find(const char *name)
{
    for (size_t i = 0; registry[i] != NULL; i++) {
        if (strcmp(registry[i]->name, name) == 0) {
            return registry[i];
        }
    }
    return NULL;
}

void qdisc_init(Qdisc *qdisc, const QdiscOps *ops, const SimParams *params)
{
    *qdisc = (Qdisc){ .ops = ops };
    qdisc_set_mark(qdisc, false, 0);
    if (ops->state_bytes > 0) {
        qdisc->state = g_malloc0(ops->state_bytes);
    }
    if (ops->configure != NULL) {
        ops->configure(qdisc, params);
    }
}

void qdisc_finish(Qdisc *qdisc)
{
    g_assert(qdisc->backlog_pkts == 0 && qdisc->condemned == NULL);
    g_clear_pointer(&qdisc->state, g_free);
}

void qdisc_set_limit(Qdisc *qdisc, int64_t limit, uint64_t most_bytes)
{
    if (limit >= 0) {
        qdisc->limit_pkts = (uint32_t)MIN(limit, (int64_t)UINT32_MAX);
        qdisc->limit_bytes = most_bytes;
    } else {
        qdisc->limit_pkts = UINT32_MAX;
        qdisc->limit_bytes = MIN((uint64_t) - (limit + 1), most_bytes);
    }
}

void qdisc_set_mark(Qdisc *qdisc, bool marks, int64_t above)
{
    qdisc->mark_above_pkts =
        marks && above >= 0 ? (uint32_t)MIN(above, (int64_t)UINT32_MAX) : UINT32_MAX;
    qdisc->mark_above_bytes = marks && above < 0 ? (uint64_t) - (above + 1) : UINT64_MAX;
}

bool qdisc_has_room(const Qdisc *qdisc, const Packet *pkt)
{
    return qdisc->idle || (qdisc->backlog_pkts < qdisc->limit_pkts &&
                           qdisc->backlog_bytes + packet_wire_bytes(pkt) <= qdisc->limit_bytes);
}

bool qdisc_can_mark(const Packet *pkt)
{
    bool has_ip = pkt->kind != PACKET_ARP && pkt->kind != PACKET_RAW;
    return has_ip && wire_ip_ecn(&pkt->ip) != WIRE_IP_NOT_ECT;
}

QdiscVerdict qdisc_enqueue(Qdisc *qdisc, Packet *pkt, int64_t now_ns, Rng *rng)
{
    uint32_t wire_bytes = packet_wire_bytes(pkt);
    QdiscVerdict verdict = qdisc->ops->enqueue(qdisc, pkt, now_ns, rng);
    if (verdict == QDISC_DROP || verdict == QDISC_DROP_EARLY) {
        return verdict;
    }
    qdisc->backlog_pkts++;
    qdisc->backlog_bytes += wire_bytes;
    if (verdict == QDISC_MARK && qdisc_can_mark(pkt)) {
        pkt->ip.tos |= WIRE_IP_CE;
    }
    return verdict;
}

Packet *qdisc_dequeue(Qdisc *qdisc, int64_t now_ns, Rng *rng)
{
    Packet *pkt = qdisc->ops->dequeue(qdisc, now_ns, rng);
    if (pkt != NULL) {
        qdisc_left(qdisc, packet_wire_bytes(pkt));
    } else {
        g_assert(qdisc->backlog_pkts == 0 || qdisc->retry_at_ns > now_ns);
    }
    return pkt;
}

void qdisc_condemn(Qdisc *qdisc, Packet *pkt)
{
    pkt->next = NULL;
    if (qdisc->condemned != NULL) {
        qdisc->condemned_last->next = pkt;
    } else {
        qdisc->condemned = pkt;
    }
    qdisc->condemned_last = pkt;
    qdisc_left(qdisc, packet_wire_bytes(pkt));
}

Packet *qdisc_next_condemned(Qdisc *qdisc)
{
    Packet *pkt = qdisc->condemned;
    if (pkt != NULL) {
        qdisc->condemned = pkt->next;
    }
    return pkt;
}

void qdisc_clear(Qdisc *qdisc)
{
    qdisc->ops->clear(qdisc);
    g_assert(qdisc->backlog_pkts == 0 && qdisc->backlog_bytes == 0);
}
