/* A packet's way over a wire. net_wire_offer() and on_arrival() are all that it meets on a wire
 * that nobody watches and that does it no harm; whether there is more is asked by one branch,
 * `plain`. */

#include "net/net_wire_private.h"

/* ---- Time ---- */

void net_wire_forget_length(NetWire *wire)
{
    wire->tx_bytes = UINT32_MAX;
}

static void remember_length(NetWire *wire, uint32_t wire_bytes)
{
    uint64_t bits = ((uint64_t)wire_bytes + wire->gap_bytes) * 8;

    wire->tx_bytes = wire_bytes;
    wire->tx_ns = wire->infinite ? 0 : bits * SIM_NS_PER_S / wire->tx_rate;
    wire->tx_rest = wire->infinite ? 0 : bits * SIM_NS_PER_S % wire->tx_rate;
}

/* Occupies the transmitter with a frame of that length; returns when it begins. */
static inline int64_t occupy(NetWire *wire, uint32_t wire_bytes, int64_t now_ns)
{
    if (wire->free_at_ns < now_ns) {
        wire->free_at_ns = now_ns;
        wire->free_rest = 0;
    }
    if (wire->tx_bytes != wire_bytes) {
        remember_length(wire, wire_bytes);
    }
    int64_t started_at_ns = wire->free_at_ns;
    wire->free_at_ns += (int64_t)wire->tx_ns;
    wire->free_rest += wire->tx_rest;
    if (wire->free_rest >= wire->tx_rate) {
        wire->free_rest -= wire->tx_rate;
        wire->free_at_ns++;
    }
    return started_at_ns;
}

/* A wire does not reorder by itself: a frame that would arrive before an earlier one arrives with
 * it. */
static inline void set_arrival(NetWire *wire, Packet *pkt, int64_t arrives_at_ns)
{
    wire->floor_ns = MAX(wire->floor_ns, arrives_at_ns);
    pkt->arrives_at_ns = wire->floor_ns;
}

/* How much later than usual a frame arrives of its own accord, those behind it waiting for it. */
static inline int64_t late_ns(const Packet *pkt)
{
    return pkt->late && !pkt->may_be_overtaken ? pkt->extra_ns : 0;
}

void net_wire_set_arrival(NetWire *wire, Packet *pkt, int64_t sent_at_ns)
{
    set_arrival(wire, pkt, sent_at_ns + wire->delay_ns + late_ns(pkt));
}

void net_wire_time(NetWire *wire, Packet *pkt, int64_t now_ns)
{
    pkt->started_at_ns = occupy(wire, packet_wire_bytes(pkt), now_ns);
    net_wire_set_arrival(wire, pkt, wire->free_at_ns);
}

/* ---- What is announced ---- */

static void announce_transmit(const NetWire *wire, const Packet *pkt)
{
    const NetProbe *probe = wire->probe;
    if (probe != NULL && probe->on_transmit != NULL) {
        probe->on_transmit(probe->watcher, wire, pkt, pkt->started_at_ns);
    }
}

void net_wire_announce_queue(NetWire *wire, int64_t at_ns)
{
    const NetProbe *probe = wire->probe;
    const Qdisc *qdisc = &wire->qdisc;
    bool same = qdisc->backlog_pkts == wire->announced_pkts &&
                qdisc->backlog_bytes == wire->announced_bytes;

    wire->announced_pkts = qdisc->backlog_pkts;
    wire->announced_bytes = qdisc->backlog_bytes;
    if (!same && probe != NULL && probe->on_queue != NULL) {
        probe->on_queue(probe->watcher, wire, qdisc->backlog_pkts, qdisc->backlog_bytes, at_ns);
    }
}

void net_wire_announce_fault(const NetWire *wire, const Packet *pkt, NetFaultKind kind,
                             const NetDetail *detail, int64_t now_ns)
{
    const NetProbe *probe = wire->probe;
    if (probe != NULL && probe->on_fault != NULL) {
        probe->on_fault(probe->watcher, wire, pkt, kind, detail, now_ns);
    }
}

void net_wire_drop(NetWire *wire, Packet *pkt, NetDrop why, const NetDetail *detail, int64_t now_ns)
{
    const NetProbe *probe = wire->probe;
    wire->stats.dropped_pkts[why]++;
    wire->stats.dropped_bytes += packet_wire_bytes(pkt);
    if (probe != NULL && probe->on_drop != NULL) {
        probe->on_drop(probe->watcher, wire, NULL, pkt, why, detail, now_ns);
    }
    packet_free(pkt);
}

/* ---- Frames in flight ---- */

static inline void arm_head(NetWire *wire)
{
    const Packet *head = wire->head;
    sim_arm_keyed(wire->sim, &wire->arrival, head->arrives_at_ns, head->wire_key, head->wire_cause);
}

static inline void append(NetWire *wire, Packet *pkt)
{
    pkt->wire_key = sim_entity_event_key(&wire->entity);
    pkt->next = NULL;
    if (wire->head != NULL) {
        wire->last->next = pkt;
        wire->last = pkt;
    } else {
        wire->head = pkt;
        wire->last = pkt;
        arm_head(wire);
    }
}

/* The frame will be the first of those waiting; by then it has long left the cache. */
static inline void prefetch_waiting(const Packet *pkt)
{
    if (pkt != NULL) {
        __builtin_prefetch(pkt->next);
        __builtin_prefetch(&pkt->network_bytes);
    }
}

/* The first of the frames waiting has begun, at its started_at_ns. */
static inline void begin_first(NetWire *wire)
{
    const Packet *pkt = wire->waiting;
    wire->waiting = pkt->next;
    prefetch_waiting(pkt->next);
    qdisc_left(&wire->qdisc, packet_wire_bytes(pkt));
    if (G_UNLIKELY(wire->probe != NULL)) {
        announce_transmit(wire, pkt);
        net_wire_announce_queue(wire, pkt->started_at_ns);
    }
}

/* Whoever watches is told of each beginning when it comes. */
static void watch_next_begin(NetWire *wire)
{
    if (wire->waiting != NULL) {
        sim_arm_watch(wire->sim, &wire->watch, wire->waiting->started_at_ns);
    } else {
        sim_cancel(wire->sim, &wire->watch);
    }
}

static void on_watch(SimEvent *event, int64_t now_ns)
{
    net_wire_settle((NetWire *)((char *)event - offsetof(NetWire, watch)), now_ns);
}

static inline void begin_due(NetWire *wire, int64_t now_ns)
{
    while (wire->waiting != NULL && wire->waiting->started_at_ns <= now_ns) {
        begin_first(wire);
    }
}

void net_wire_settle(NetWire *wire, int64_t now_ns)
{
    begin_due(wire, now_ns);
    if (G_UNLIKELY(wire->probe != NULL)) {
        watch_next_begin(wire);
    }
    /* The end of a transmission at this very instant comes before all else that happens in it. */
    if (net_wire_serves(wire) && wire->server->departure.at_ns <= now_ns) {
        net_wire_serve(wire, now_ns);
    }
}

void net_wire_deliver(NetWire *wire, Packet *pkt, int64_t now_ns)
{
    const NetProbe *probe = wire->probe;
    pkt->late = false;
    pkt->may_be_overtaken = false;
    wire->arrived_pkts++;
    if (probe != NULL && probe->on_arrive != NULL) {
        probe->on_arrive(probe->watcher, wire, pkt, now_ns);
    }
    net_port_arrive(wire->to, pkt, now_ns);
}

static void arrive_with_care(NetWire *wire, Packet *pkt, int64_t now_ns)
{
    net_wire_settle(wire, now_ns);
    if (pkt->may_be_overtaken) {
        net_impair_hold(wire->impair, pkt);
    } else {
        net_wire_deliver(wire, pkt, now_ns);
    }
}

static void on_arrival(SimEvent *event, int64_t now_ns)
{
    NetWire *wire = (NetWire *)event;
    Packet *pkt = wire->head;

    if (wire->waiting == pkt) {
        begin_first(wire);
    }
    wire->head = pkt->next;
    if (wire->head != NULL) {
        arm_head(wire);
    }
    if (G_UNLIKELY(!wire->plain)) {
        arrive_with_care(wire, pkt, now_ns);
        return;
    }
    wire->arrived_pkts++;
    net_port_arrive(wire->to, pkt, now_ns);
}

const NetWire *net_wire_arriving(const SimEvent *event)
{
    return event->fn == on_arrival ? (const NetWire *)event : NULL;
}

/* ---- The queue ---- */

void net_wire_expect_backlog(NetWire *wire)
{
    const Qdisc *qdisc = &wire->qdisc;
    wire->sure_pkts = MIN(qdisc->limit_pkts, wire->stats.max_queue_pkts);
    wire->sure_bytes = MIN(qdisc->limit_bytes, wire->stats.max_queue_bytes);
    /* What it meets is less than what it is part of, so nothing within them is marked. */
    wire->sure_pkts = MIN(wire->sure_pkts, qdisc->mark_above_pkts);
    wire->sure_bytes = MIN(wire->sure_bytes, qdisc->mark_above_bytes);
}

static inline bool fits(const NetWire *wire, uint32_t wire_bytes)
{
    return wire->qdisc.backlog_pkts < wire->sure_pkts &&
           wire->qdisc.backlog_bytes + wire_bytes <= wire->sure_bytes;
}

/* Whether a packet fits and makes no new maximum; makes the backlog exact only if that decides. */
static inline bool fits_for_sure(NetWire *wire, uint32_t wire_bytes, int64_t now_ns)
{
    if (G_LIKELY(fits(wire, wire_bytes))) {
        return true;
    }
    begin_due(wire, now_ns);
    return fits(wire, wire_bytes);
}

/* Takes a packet into a drop-tail queue that nobody watches, to arrive `late` later than usual;
 * false, and nothing is done: the discipline has to be asked. */
static inline bool take_quietly(NetWire *wire, Packet *pkt, uint32_t wire_bytes, int64_t late,
                                int64_t now_ns)
{
    if (wire->free_at_ns <= now_ns) {
        wire->waiting = NULL; /* all that was waiting has begun */
        wire->qdisc.backlog_pkts = 0;
        wire->qdisc.backlog_bytes = 0;
    } else if (G_LIKELY(fits_for_sure(wire, wire_bytes, now_ns))) {
        wire->waiting = wire->waiting != NULL ? wire->waiting : pkt;
        wire->qdisc.backlog_pkts++;
        wire->qdisc.backlog_bytes += wire_bytes;
    } else {
        return false;
    }
    pkt->started_at_ns = occupy(wire, wire_bytes, now_ns);
    set_arrival(wire, pkt, wire->free_at_ns + wire->delay_ns + late);
    append(wire, pkt);
    return true;
}

/* The backlog is exact and has just grown. */
static void note_backlog(NetWire *wire, int64_t now_ns)
{
    NetWireStats *stats = &wire->stats;
    stats->max_queue_pkts = MAX(stats->max_queue_pkts, wire->qdisc.backlog_pkts);
    stats->max_queue_bytes = MAX(stats->max_queue_bytes, wire->qdisc.backlog_bytes);
    net_wire_expect_backlog(wire);
    net_wire_announce_queue(wire, now_ns);
}

/* The state that a packet met; `own` octets of it are the packet's, if it was kept and marked. */
static NetDetail queue_detail(const NetWire *wire, bool marked, uint32_t own_bytes)
{
    const Qdisc *qdisc = &wire->qdisc;
    NetDetail detail = NET_DETAIL_NONE;
    detail.queue_pkts = qdisc->backlog_pkts - (marked ? 1 : 0);
    detail.queue_bytes = qdisc->backlog_bytes - (marked ? own_bytes : 0);
    if (marked && wire->config.marks) {
        detail.queue_limit_pkts = wire->config.mark_above >= 0 ? qdisc->mark_above_pkts : 0;
        detail.queue_limit_bytes = wire->config.mark_above < 0 ? qdisc->mark_above_bytes : 0;
    } else if (wire->config.queue_limit >= 0) {
        detail.queue_limit_pkts = qdisc->limit_pkts;
    } else {
        detail.queue_limit_bytes = qdisc->limit_bytes;
    }
    return detail;
}

void net_wire_drop_condemned(NetWire *wire, NetDrop why, int64_t now_ns)
{
    for (Packet *pkt; (pkt = qdisc_next_condemned(&wire->qdisc)) != NULL;) {
        NetDetail detail = queue_detail(wire, false, 0);
        net_wire_drop(wire, pkt, why, &detail, now_ns);
    }
}

/* The discipline has not kept the packet, or has marked it. */
static void announce_verdict(NetWire *wire, Packet *pkt, QdiscVerdict verdict,
                             uint64_t draws_before, int64_t now_ns)
{
    bool marked = verdict == QDISC_MARK;
    NetDetail detail = queue_detail(wire, marked, packet_wire_bytes(pkt));
    if (wire->server != NULL && wire->server->stream.rng.index != draws_before) {
        net_stream_detail(&wire->server->stream, &detail);
    }
    if (!marked) {
        NetDrop why = verdict == QDISC_DROP ? NET_DROP_QUEUE_FULL : NET_DROP_QUEUE_EARLY;
        net_wire_drop(wire, pkt, why, &detail, now_ns);
    } else if (qdisc_can_mark(pkt)) {
        wire->stats.marked_pkts++;
        net_wire_announce_fault(wire, pkt, NET_FAULT_MARK, &detail, now_ns);
    }
}

/* Asks the discipline; false: the packet is gone. */
static bool admit(NetWire *wire, Packet *pkt, int64_t now_ns)
{
    Rng *rng = wire->server != NULL ? &wire->server->stream.rng : NULL;
    uint64_t draws_before = rng != NULL ? rng->index : 0;
    QdiscVerdict verdict = qdisc_enqueue(&wire->qdisc, pkt, now_ns, rng);

    if (verdict != QDISC_KEEP) {
        announce_verdict(wire, pkt, verdict, draws_before, now_ns);
    }
    net_wire_drop_condemned(wire, NET_DROP_QUEUE_EARLY, now_ns);
    return verdict == QDISC_KEEP || verdict == QDISC_MARK;
}

void net_wire_serve(NetWire *wire, int64_t now_ns)
{
    NetServer *server = wire->server;
    Qdisc *qdisc = &wire->qdisc;

    while (wire->free_at_ns <= now_ns) {
        Packet *pkt = qdisc_dequeue(qdisc, now_ns, &server->stream.rng);
        net_wire_drop_condemned(wire, NET_DROP_QUEUE_EARLY, now_ns);
        if (pkt == NULL) {
            break;
        }
        net_wire_time(wire, pkt, now_ns);
        append(wire, pkt);
        announce_transmit(wire, pkt);
        net_wire_announce_queue(wire, now_ns);
    }
    net_wire_announce_queue(wire, now_ns); /* it may have given packets up and none out */
    bool busy = wire->free_at_ns > now_ns;
    int64_t next_at_ns = busy ? wire->free_at_ns : qdisc->retry_at_ns;
    if (qdisc->backlog_pkts == 0) {
        sim_cancel(wire->sim, &server->departure);
    } else if (server->departure.at_ns != next_at_ns) {
        sim_arm(wire->sim, &server->departure, next_at_ns, &wire->entity);
    }
}

static void on_departure(SimEvent *event, int64_t now_ns)
{
    NetServer *server = (NetServer *)event;
    net_wire_serve(server->wire, now_ns);
}

static void ask_discipline(NetWire *wire, Packet *pkt, int64_t now_ns)
{
    net_wire_settle(wire, now_ns);
    bool idle = wire->free_at_ns <= now_ns && wire->qdisc.backlog_pkts == 0;
    wire->qdisc.idle = idle;
    if (!admit(wire, pkt, now_ns)) {
        return;
    }
    if (!idle) {
        note_backlog(wire, now_ns);
    }
    if (net_wire_serves(wire)) {
        net_wire_serve(wire, now_ns);
        if (idle) {
            note_backlog(wire, now_ns); /* not empty if the discipline holds the packet back */
        }
        return;
    }
    net_wire_time(wire, pkt, now_ns);
    append(wire, pkt);
    if (wire->waiting == NULL) {
        wire->waiting = pkt;
    }
    net_wire_settle(wire, now_ns);
}

void net_wire_accept(NetWire *wire, Packet *pkt, int64_t now_ns)
{
    bool quiet = wire->probe == NULL && wire->server == NULL;
    if (!quiet || !take_quietly(wire, pkt, packet_wire_bytes(pkt), late_ns(pkt), now_ns)) {
        ask_discipline(wire, pkt, now_ns);
    }
}

/* ---- The way in ---- */

static void offer_with_care(NetWire *wire, Packet *pkt, uint32_t wire_bytes, int64_t now_ns)
{
    const NetProbe *probe = wire->probe;
    net_wire_settle(wire, now_ns);
    if (probe != NULL && probe->on_offer != NULL) {
        probe->on_offer(probe->watcher, wire, pkt, now_ns);
    }
    if (!wire->up) {
        net_wire_drop(wire, pkt, NET_DROP_LINK_DOWN, &NET_DETAIL_NONE, now_ns);
    } else if (wire_bytes > wire->longest_bytes) {
        net_wire_drop(wire, pkt, NET_DROP_TOO_BIG, &NET_DETAIL_NONE, now_ns);
    } else if (wire->impair != NULL) {
        net_impair_offer(wire->impair, pkt, now_ns);
    } else {
        net_wire_accept(wire, pkt, now_ns);
    }
}

void net_wire_offer(NetWire *wire, Packet *pkt, int64_t now_ns)
{
    uint32_t wire_bytes = packet_wire_bytes(pkt);

    if (NET_CHECKING) {
        packet_check_round_trip(pkt);
        net_wire_check(wire);
    }
    wire->offered_pkts++;
    wire->offered_bytes += wire_bytes;
    pkt->wire_cause = sim_current(wire->sim);
    if (G_UNLIKELY(!wire->plain || wire_bytes > wire->longest_bytes)) {
        offer_with_care(wire, pkt, wire_bytes, now_ns);
    } else if (G_UNLIKELY(!take_quietly(wire, pkt, wire_bytes, 0, now_ns))) {
        ask_discipline(wire, pkt, now_ns);
    }
}

void net_wire_init_events(NetWire *wire)
{
    sim_event_init(&wire->arrival, on_arrival);
    sim_event_init(&wire->watch, on_watch);
}

void net_wire_init_server(NetServer *server, NetWire *wire)
{
    server->wire = wire;
    sim_event_init(&server->departure, on_departure);
}

/* ---- The books ---- */

NetWireStats net_wire_stats(const NetWire *wire)
{
    NetWireStats stats = wire->stats;
    int64_t now_ns = sim_now(wire->sim);
    uint64_t dropped_pkts = 0;

    stats.offered_pkts = wire->offered_pkts;
    stats.offered_bytes = wire->offered_bytes;
    stats.arrived_pkts = wire->arrived_pkts;
    stats.queued_pkts = wire->qdisc.backlog_pkts;
    stats.queued_bytes = wire->qdisc.backlog_bytes;
    for (const Packet *pkt = wire->waiting; pkt != NULL && pkt->started_at_ns <= now_ns;
         pkt = pkt->next) {
        stats.queued_pkts--;
        stats.queued_bytes -= packet_wire_bytes(pkt);
    }
    for (NetDrop why = 0; why < NET_N_DROPS; why++) {
        dropped_pkts += stats.dropped_pkts[why];
    }
    stats.sent_pkts = stats.offered_pkts + stats.duplicated_pkts - dropped_pkts - stats.queued_pkts;
    stats.sent_bytes =
        stats.offered_bytes + stats.duplicated_bytes - stats.dropped_bytes - stats.queued_bytes;
    return stats;
}

void net_wire_check(const NetWire *wire)
{
    NetWireStats stats = net_wire_stats(wire);
    uint32_t in_flight_pkts = 0, waiting_pkts = 0;
    uint64_t waiting_bytes = 0;
    bool waits = false;

    for (const Packet *pkt = wire->head; pkt != NULL; pkt = pkt->next) {
        const Packet *next = pkt->next;
        g_assert(next != NULL ? pkt->arrives_at_ns <= next->arrives_at_ns : pkt == wire->last);
        g_assert(next == NULL || pkt->wire_key < next->wire_key);
        g_assert(next == NULL || pkt->started_at_ns <= next->started_at_ns);
        waits = waits || pkt == wire->waiting;
        waiting_pkts += waits;
        waiting_bytes += waits ? packet_wire_bytes(pkt) : 0;
        in_flight_pkts++;
    }
    if (!net_wire_serves(wire)) {
        g_assert(waiting_pkts == wire->qdisc.backlog_pkts);
        g_assert(waiting_bytes == wire->qdisc.backlog_bytes);
        in_flight_pkts -= stats.queued_pkts;
    }
    in_flight_pkts += wire->impair != NULL ? net_impair_held_pkts(wire->impair) : 0;
    g_assert(stats.sent_pkts == stats.arrived_pkts + in_flight_pkts);
    g_assert(stats.queued_pkts <= stats.max_queue_pkts);
    g_assert(sim_event_armed(&wire->arrival) == (wire->head != NULL));
}
