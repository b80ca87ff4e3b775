/* What makes a wire and what changes it: configuration, queue and loss model, faults, up and down.
 */

#include "net/net_wire_private.h"

/* A backlog of more time than this cannot build up, so that instants stay within int64_t: 36 years.
 */
#define MOST_BACKLOG_NS (INT64_C(1) << 60)

void net_stream_open(NetStream *stream, const NetWire *wire, const char *use)
{
    stream->name = g_strdup_printf("link %s %s>%s %s", wire->link_name, wire->from->node->name,
                                   wire->to->node->name, use);
    rng_init(&stream->rng, wire->seed, stream->name);
}

void net_stream_detail(const NetStream *stream, NetDetail *detail)
{
    detail->rng_stream = stream->name;
    detail->rng_index = stream->rng.index - 1;
    detail->rng_value = stream->rng.last;
}

/* ---- Making and freeing ---- */

static void set_plain(NetWire *wire)
{
    wire->plain = wire->up && wire->probe == NULL && wire->impair == NULL && wire->server == NULL;
}

static NetImpair *impair_of(NetWire *wire)
{
    if (wire->impair == NULL) {
        wire->impair = net_impair_new(wire);
        set_plain(wire);
    }
    return wire->impair;
}

static uint64_t most_backlog_bytes(const NetWireConfig *config)
{
    if (config->rate_bps == 0) {
        return INT64_MAX;
    }
    unsigned __int128 bits = (unsigned __int128)config->rate_bps * MOST_BACKLOG_NS / SIM_NS_PER_S;
    return (uint64_t)MIN(bits / 8, (unsigned __int128)INT64_MAX);
}

/* Takes the configuration over for what is offered from now on. */
static void configure(NetWire *wire, const NetWireConfig *config)
{
    bool counts_gap = config->count_gap && wire->to->link == PACKET_LINK_ETHERNET;

    g_assert(config->rate_bps >= 0 && config->delay_ns >= 1 && config->jitter_ns >= 0);
    wire->config = *config;
    wire->infinite = config->rate_bps == 0;
    wire->tx_rate = wire->infinite ? 1 : (uint64_t)config->rate_bps;
    wire->delay_ns = config->delay_ns;
    wire->gap_bytes = counts_gap ? WIRE_ETH_PREAMBLE_GAP_BYTES : 0;
    net_wire_forget_length(wire);
    qdisc_set_limit(&wire->qdisc, config->queue_limit, most_backlog_bytes(config));
    qdisc_set_mark(&wire->qdisc, config->marks, config->mark_above);
    net_wire_expect_backlog(wire);
    if (wire->impair != NULL || net_impair_needed(config)) {
        net_impair_configure(impair_of(wire), config);
    }
}

static uint32_t longest_frame_bytes(const NetPort *port)
{
    Packet longest = { .link = port->link, .network_bytes = port->mtu_bytes };
    return packet_wire_bytes(&longest);
}

void net_wire_init(NetWire *wire, NetPort *from, NetPort *to, const char *link_name,
                   const NetWireConfig *config, uint64_t seed, uint32_t entity_id)
{
    wire->sim = from->node->sim;
    wire->from = from;
    wire->to = to;
    wire->link_name = link_name;
    wire->seed = seed;
    wire->longest_bytes = longest_frame_bytes(from);
    wire->up = true;
    net_wire_init_events(wire);
    sim_entity_init(&wire->entity, entity_id);
    qdisc_init(&wire->qdisc, &qdisc_droptail, NULL);
    configure(wire, config);
    set_plain(wire);
}

static void free_list(Packet *pkt)
{
    while (pkt != NULL) {
        Packet *next = pkt->next;
        packet_free(pkt);
        pkt = next;
    }
}

static void free_qdisc(NetWire *wire)
{
    Qdisc *qdisc = &wire->qdisc;
    if (net_wire_serves(wire)) {
        qdisc_clear(qdisc);
        free_list(g_steal_pointer(&qdisc->condemned));
    }
    qdisc->backlog_pkts = 0;
    qdisc->backlog_bytes = 0;
    qdisc_finish(qdisc);
}

static void free_server(NetWire *wire)
{
    if (wire->server != NULL) {
        sim_cancel(wire->sim, &wire->server->departure);
        g_free(wire->server->stream.name);
        g_clear_pointer(&wire->server, g_free);
    }
}

void net_wire_clear(NetWire *wire)
{
    sim_cancel(wire->sim, &wire->arrival);
    sim_cancel(wire->sim, &wire->watch);
    free_list(g_steal_pointer(&wire->head));
    free_qdisc(wire);
    free_server(wire);
    g_clear_pointer(&wire->impair, net_impair_free);
}

void net_wire_set_qdisc(NetWire *wire, const QdiscOps *ops, int64_t limit, const SimParams *params)
{
    NetWireConfig config = wire->config;

    g_assert(wire->offered_pkts == 0);
    free_qdisc(wire);
    free_server(wire);
    qdisc_init(&wire->qdisc, ops, params);
    if (ops != &qdisc_droptail) {
        wire->server = g_new0(NetServer, 1);
        net_wire_init_server(wire->server, wire);
        net_stream_open(&wire->server->stream, wire, "queue");
    }
    config.queue_limit = limit;
    configure(wire, &config);
    set_plain(wire);
}

void net_wire_set_loss(NetWire *wire, const LossOps *ops, const SimParams *params)
{
    g_assert(wire->offered_pkts == 0);
    net_impair_set_loss(impair_of(wire), ops, params);
}

void net_wire_add_fault(NetWire *wire, const NetFault *fault)
{
    net_impair_add_fault(impair_of(wire), fault);
}

void net_wire_set_probe(NetWire *wire, const NetProbe *probe)
{
    net_wire_settle(wire, sim_now(wire->sim)); /* the new watcher is not told what came before it */
    wire->announced_pkts = wire->qdisc.backlog_pkts;
    wire->announced_bytes = wire->qdisc.backlog_bytes;
    wire->probe = probe;
    set_plain(wire);
    sim_cancel(wire->sim, &wire->watch);
    net_wire_settle(wire, sim_now(wire->sim));
}

/* ---- Changes during the run ---- */

static void announce_change(const NetWire *wire, const NetChange *change, int64_t now_ns)
{
    const NetProbe *probe = wire->probe;
    if (probe != NULL && probe->on_change != NULL) {
        probe->on_change(probe->watcher, wire, change, now_ns);
    }
}

/* As a change tells it: no queue is so long that it marks nothing. */
static int64_t mark_of(const NetWireConfig *config)
{
    return config->marks ? config->mark_above : SIM_PARAM_MAX_COUNT;
}

static void announce_changes(const NetWire *wire, const NetWireConfig *old, int64_t now_ns)
{
    const NetWireConfig *new = &wire->config;
    const NetChange changes[] = {
        { "rate", SIM_UNIT_RATE, old->rate_bps, new->rate_bps },
        { "gap", SIM_UNIT_BOOL, old->count_gap, new->count_gap },
        { "delay", SIM_UNIT_DURATION, old->delay_ns, new->delay_ns },
        { "queue", SIM_UNIT_QUEUE, old->queue_limit, new->queue_limit },
        { "mark-above", SIM_UNIT_QUEUE, mark_of(old), mark_of(new) },
        { "loss", SIM_UNIT_PROBABILITY, old->loss_ppb, new->loss_ppb },
        { "duplicate", SIM_UNIT_PROBABILITY, old->duplicate_ppb, new->duplicate_ppb },
        { "corrupt", SIM_UNIT_PROBABILITY, old->corrupt_ppb, new->corrupt_ppb },
        { "reorder", SIM_UNIT_PROBABILITY, old->reorder_ppb, new->reorder_ppb },
        { "reorder-by", SIM_UNIT_DURATION, old->reorder_ns, new->reorder_ns },
        { "jitter", SIM_UNIT_DURATION, old->jitter_ns, new->jitter_ns },
        { "jitter-reorders", SIM_UNIT_BOOL, old->jitter_reorders, new->jitter_reorders },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(changes); i++) {
        if (changes[i].from != changes[i].to) {
            announce_change(wire, &changes[i], now_ns);
        }
    }
}

/* The frame before those waiting; there has to be one. */
static const Packet *last_begun(const NetWire *wire)
{
    const Packet *pkt = wire->head;
    while (pkt->next != wire->waiting) {
        pkt = pkt->next;
    }
    return pkt;
}

/* When the transmitter is done with what has begun. */
static int64_t begun_until_ns(const NetWire *wire)
{
    return wire->waiting != NULL ? wire->waiting->started_at_ns : wire->free_at_ns;
}

static void rearm(NetWire *wire)
{
    if (wire->head != NULL) {
        sim_arm_keyed(wire->sim, &wire->arrival, wire->head->arrives_at_ns, wire->head->wire_key,
                      wire->head->wire_cause);
    } else {
        sim_cancel(wire->sim, &wire->arrival);
    }
}

/* Times the waiting frames anew. Those that have begun keep their arrival; there is one of them in
 * flight while anything waits, so the head does not change. */
static void retime_waiting(NetWire *wire, bool rate_changed, int64_t now_ns)
{
    if (rate_changed) {
        wire->free_at_ns = begun_until_ns(wire);
        wire->free_rest = 0; /* of a nanosecond, in the unit of the old rate */
    }
    if (wire->waiting == NULL) {
        return;
    }
    wire->floor_ns = last_begun(wire)->arrives_at_ns;
    for (Packet *pkt = wire->waiting; pkt != NULL; pkt = pkt->next) {
        if (rate_changed) {
            net_wire_time(wire, pkt, now_ns);
        } else {
            const Packet *next = pkt->next;
            net_wire_set_arrival(wire, pkt, next != NULL ? next->started_at_ns : wire->free_at_ns);
        }
    }
}

void net_wire_reconfigure(NetWire *wire, const NetWireConfig *config, int64_t now_ns)
{
    NetWireConfig old = wire->config;
    bool rate_changed = old.rate_bps != config->rate_bps || old.count_gap != config->count_gap;

    net_wire_settle(wire, now_ns);
    configure(wire, config);
    if (rate_changed || old.delay_ns != config->delay_ns) {
        retime_waiting(wire, rate_changed, now_ns);
        net_wire_settle(wire, now_ns);
    }
    announce_changes(wire, &old, now_ns);
}

/* Takes what has not left from the frames in flight; returns its first frame. */
static Packet *cut_unsent(NetWire *wire, int64_t now_ns)
{
    bool sending = begun_until_ns(wire) > now_ns;
    Packet *last = NULL, *first = wire->head;

    while (first != wire->waiting && !(sending && first->next == wire->waiting)) {
        last = first;
        first = first->next;
    }
    if (last != NULL) {
        last->next = NULL;
        wire->floor_ns = last->arrives_at_ns;
    } else {
        wire->head = NULL;
        wire->floor_ns = now_ns;
    }
    wire->last = last;
    wire->waiting = NULL;
    return first;
}

static void lose_unsent(NetWire *wire, int64_t now_ns)
{
    Packet *pkt = cut_unsent(wire, now_ns);
    rearm(wire);
    if (net_wire_serves(wire)) {
        qdisc_clear(&wire->qdisc);
    }
    wire->qdisc.backlog_pkts = 0;
    wire->qdisc.backlog_bytes = 0;
    wire->free_at_ns = now_ns;
    wire->free_rest = 0;
    while (pkt != NULL) {
        Packet *next = pkt->next;
        net_wire_drop(wire, pkt, NET_DROP_LINK_DOWN, &NET_DETAIL_NONE, now_ns);
        pkt = next;
    }
    net_wire_drop_condemned(wire, NET_DROP_LINK_DOWN, now_ns);
    if (net_wire_serves(wire)) {
        net_wire_serve(wire, now_ns);
    }
    net_wire_announce_queue(wire, now_ns);
}

void net_wire_set_up(NetWire *wire, bool up, int64_t now_ns)
{
    if (wire->up == up) {
        return;
    }
    net_wire_settle(wire, now_ns);
    wire->up = up;
    set_plain(wire);
    const NetChange change = { .what = up ? "up" : "down", .unit = SIM_N_UNITS };
    announce_change(wire, &change, now_ns);
    if (!up) {
        lose_unsent(wire, now_ns);
        net_wire_settle(wire, now_ns);
    }
}

/* ---- What others may know ---- */

bool net_wire_is_up(const NetWire *wire)
{
    return wire->up;
}

NetPort *net_wire_from(const NetWire *wire)
{
    return wire->from;
}

NetPort *net_wire_to(const NetWire *wire)
{
    return wire->to;
}

const char *net_wire_link_name(const NetWire *wire)
{
    return wire->link_name;
}

uint32_t net_wire_entity(const NetWire *wire)
{
    return wire->entity.id;
}

const NetWireConfig *net_wire_config(const NetWire *wire)
{
    return &wire->config;
}
