/* Faults by plan and by chance: what befalls a packet as it is offered, before the queue.
 *
 * Every fault looks at every packet, and every chance that was ever given draws once for every
 * packet, whatever the others have decided: draw n of a stream belongs to the n-th packet offered
 * while the link was up, and turning one on moves no draw of another. Then one reason to die
 * suffices, in the order: fault, chance, model. A survivor is corrupted, delayed and duplicated, in
 * that order; its copies go through the queue directly behind it, with its delay, and are not
 * judged again. */

#include "net/net_wire_private.h"

typedef enum StreamUse {
    STREAM_LOSS,
    STREAM_DUPLICATE,
    STREAM_CORRUPT,
    STREAM_REORDER,
    STREAM_JITTER,
    STREAM_BIT,
    STREAM_MODEL,
    N_STREAMS
} StreamUse;

static const char *const stream_uses[N_STREAMS] = {
    [STREAM_LOSS] = "loss",        [STREAM_DUPLICATE] = "duplicate", [STREAM_CORRUPT] = "corrupt",
    [STREAM_REORDER] = "reorder",  [STREAM_JITTER] = "jitter",       [STREAM_BIT] = "bit",
    [STREAM_MODEL] = "loss model",
};

typedef struct PlannedFault {
    NetFault fault;
    bool due; /* for the packet being offered */
} PlannedFault;

struct NetImpair {
    SimEvent release; /* of held[0]; has to be first */
    NetWire *wire;
    GPtrArray *held; /* frames that are being overtaken: a heap by (arrives_at_ns, wire_key) */
    GArray *faults;  /* of PlannedFault */
    Loss model;      /* ops NULL: none */
    NetStream streams[N_STREAMS];
};

/* What the chances say of one packet. */
typedef struct Draws {
    bool lost, duplicated, corrupted, reordered;
    NetVerdict model;
    bool model_drew;
    int64_t jitter_ns;
} Draws;

/* ---- Frames held back ---- */

static bool arrives_before(const Packet *a, const Packet *b)
{
    return a->arrives_at_ns < b->arrives_at_ns ||
           (a->arrives_at_ns == b->arrives_at_ns && a->wire_key < b->wire_key);
}

static void swap(gpointer *a, gpointer *b)
{
    gpointer kept = *a;
    *a = *b;
    *b = kept;
}

static void heap_push(GPtrArray *heap, Packet *pkt)
{
    g_ptr_array_add(heap, pkt);
    for (guint i = heap->len - 1; i > 0; i = (i - 1) / 2) {
        gpointer *child = &heap->pdata[i], *parent = &heap->pdata[(i - 1) / 2];
        if (arrives_before(*parent, *child)) {
            break;
        }
        swap(parent, child);
    }
}

static Packet *heap_pop(GPtrArray *heap)
{
    Packet *first = g_ptr_array_remove_index_fast(heap, 0);
    guint i = 0;
    for (guint child = 1; child < heap->len; child = 2 * i + 1) {
        bool has_right = child + 1 < heap->len;
        if (has_right && arrives_before(heap->pdata[child + 1], heap->pdata[child])) {
            child++;
        }
        if (arrives_before(heap->pdata[i], heap->pdata[child])) {
            break;
        }
        swap(&heap->pdata[i], &heap->pdata[child]);
        i = child;
    }
    return first;
}

static void arm_release(NetImpair *impair)
{
    const Packet *first = impair->held->len > 0 ? impair->held->pdata[0] : NULL;
    if (first != NULL) {
        sim_arm_keyed(impair->wire->sim, &impair->release, first->arrives_at_ns, first->wire_key,
                      first->wire_cause);
    }
}

static void on_release(SimEvent *event, int64_t now_ns)
{
    NetImpair *impair = (NetImpair *)event;
    Packet *pkt = heap_pop(impair->held);
    arm_release(impair);
    net_wire_settle(impair->wire, now_ns);
    net_wire_deliver(impair->wire, pkt, now_ns);
}

void net_impair_hold(NetImpair *impair, Packet *pkt)
{
    pkt->arrives_at_ns += pkt->extra_ns;
    heap_push(impair->held, pkt);
    arm_release(impair);
}

uint32_t net_impair_held_pkts(const NetImpair *impair)
{
    return impair->held->len;
}

/* ---- What may befall a packet ---- */

NetImpair *net_impair_new(NetWire *wire)
{
    NetImpair *impair = g_new0(NetImpair, 1);
    sim_event_init(&impair->release, on_release);
    impair->wire = wire;
    impair->held = g_ptr_array_new();
    impair->faults = g_array_new(FALSE, TRUE, sizeof(PlannedFault));
    return impair;
}

void net_impair_free(NetImpair *impair)
{
    if (impair == NULL) {
        return;
    }
    sim_cancel(impair->wire->sim, &impair->release);
    for (guint i = 0; i < impair->held->len; i++) {
        packet_free(impair->held->pdata[i]);
    }
    g_ptr_array_unref(impair->held);
    g_array_unref(impair->faults);
    loss_finish(&impair->model);
    for (StreamUse use = 0; use < N_STREAMS; use++) {
        g_free(impair->streams[use].name);
    }
    g_free(impair);
}

static NetStream *open_stream(NetImpair *impair, StreamUse use)
{
    NetStream *stream = &impair->streams[use];
    if (stream->name == NULL) {
        net_stream_open(stream, impair->wire, stream_uses[use]);
    }
    return stream;
}

void net_impair_add_fault(NetImpair *impair, const NetFault *fault)
{
    PlannedFault planned = { .fault = *fault };
    g_array_append_val(impair->faults, planned);
}

void net_impair_set_loss(NetImpair *impair, const LossOps *ops, const SimParams *params)
{
    loss_finish(&impair->model);
    loss_init(&impair->model, ops, params);
    open_stream(impair, STREAM_MODEL);
}

bool net_impair_needed(const NetWireConfig *config)
{
    return config->loss_ppb > 0 || config->duplicate_ppb > 0 || config->corrupt_ppb > 0 ||
           config->reorder_ppb > 0 || config->jitter_ns > 0;
}

void net_impair_configure(NetImpair *impair, const NetWireConfig *config)
{
    const bool given[N_STREAMS] = {
        [STREAM_LOSS] = config->loss_ppb > 0,       [STREAM_DUPLICATE] = config->duplicate_ppb > 0,
        [STREAM_CORRUPT] = config->corrupt_ppb > 0, [STREAM_REORDER] = config->reorder_ppb > 0,
        [STREAM_JITTER] = config->jitter_ns > 0,
    };
    for (StreamUse use = 0; use < N_STREAMS; use++) {
        if (given[use]) {
            open_stream(impair, use);
        }
    }
}

/* ---- Judging one packet ---- */

static bool chance(NetImpair *impair, StreamUse use, uint32_t ppb)
{
    NetStream *stream = &impair->streams[use];
    return stream->name != NULL && rng_chance(&stream->rng, ppb);
}

static Draws draw_all(NetImpair *impair, const Packet *pkt)
{
    const NetWireConfig *config = &impair->wire->config;
    NetStream *jitter = &impair->streams[STREAM_JITTER];
    Draws draws = {
        .lost = chance(impair, STREAM_LOSS, config->loss_ppb),
        .duplicated = chance(impair, STREAM_DUPLICATE, config->duplicate_ppb),
        .corrupted = chance(impair, STREAM_CORRUPT, config->corrupt_ppb),
        .reordered = chance(impair, STREAM_REORDER, config->reorder_ppb),
    };
    if (jitter->name != NULL) {
        draws.jitter_ns = (int64_t)rng_below(&jitter->rng, (uint64_t)config->jitter_ns + 1);
    }
    if (impair->model.ops != NULL) {
        Rng *rng = &impair->streams[STREAM_MODEL].rng;
        draws.model = loss_verdict(&impair->model, pkt, rng, &draws.model_drew);
    }
    return draws;
}

static void find_due_faults(NetImpair *impair, const Packet *pkt)
{
    for (guint i = 0; i < impair->faults->len; i++) {
        PlannedFault *planned = &g_array_index(impair->faults, PlannedFault, i);
        planned->due = net_fault_due(&planned->fault, pkt);
    }
}

/* The next fault due of that kind, from *from on, which moves past it; NULL: no more. */
static const NetFault *next_due(const NetImpair *impair, NetFaultKind action, guint *from)
{
    while (*from < impair->faults->len) {
        const PlannedFault *planned = &g_array_index(impair->faults, PlannedFault, (*from)++);
        if (planned->due && planned->fault.action == action) {
            return &planned->fault;
        }
    }
    return NULL;
}

static NetDetail chance_detail(const NetImpair *impair, StreamUse use)
{
    NetDetail detail = NET_DETAIL_NONE;
    net_stream_detail(&impair->streams[use], &detail);
    return detail;
}

/* ---- What a survivor suffers ---- */

/* Anywhere in the network datagram; the link header is left alone, and so is padding. A raw packet
 * that nobody has read yet may be hit anywhere behind its link header. */
static uint64_t draw_bit(NetImpair *impair, const Packet *pkt)
{
    uint64_t frame_bytes = packet_frame_bytes(pkt);
    uint64_t header_bytes = pkt->link == PACKET_LINK_ETHERNET ? WIRE_ETH_HEADER_BYTES : 0;
    header_bytes = frame_bytes > header_bytes ? header_bytes : 0;
    uint64_t body_bytes = frame_bytes - header_bytes;
    if (pkt->network_bytes > 0) {
        body_bytes = MIN(body_bytes, pkt->network_bytes);
    }
    return 8 * header_bytes + rng_below(&open_stream(impair, STREAM_BIT)->rng, 8 * body_bytes);
}

static void corrupt(NetImpair *impair, Packet *pkt, uint64_t bit, NetDetail detail, int64_t now_ns)
{
    detail.bit = bit % (8 * (uint64_t)packet_frame_bytes(pkt));
    packet_corrupt_bit(pkt, detail.bit);
    impair->wire->stats.corrupted_pkts++;
    net_wire_announce_fault(impair->wire, pkt, NET_FAULT_CORRUPT, &detail, now_ns);
}

static void corrupt_all(NetImpair *impair, Packet *pkt, const Draws *draws, int64_t now_ns)
{
    const NetFault *fault;
    if (packet_frame_bytes(pkt) == 0) {
        return; /* injected without a single octet: there is no bit to flip */
    }
    for (guint i = 0; (fault = next_due(impair, NET_FAULT_CORRUPT, &i)) != NULL;) {
        NetDetail detail = { .fault_index = fault->index };
        uint64_t bit = fault->bit;
        if (fault->bit == NET_BIT_DRAWN) {
            bit = draw_bit(impair, pkt);
            net_stream_detail(&impair->streams[STREAM_BIT], &detail);
        }
        corrupt(impair, pkt, bit, detail, now_ns);
    }
    if (draws->corrupted) {
        corrupt(impair, pkt, draw_bit(impair, pkt), chance_detail(impair, STREAM_CORRUPT), now_ns);
    }
    if (draws->model == NET_CORRUPT) {
        corrupt(impair, pkt, draw_bit(impair, pkt), chance_detail(impair, STREAM_MODEL), now_ns);
    }
}

static void delay(NetImpair *impair, Packet *pkt, int64_t extra_ns, NetDetail detail,
                  int64_t now_ns)
{
    detail.extra_ns = extra_ns;
    pkt->extra_ns += extra_ns;
    pkt->may_be_overtaken = true;
    impair->wire->stats.delayed_pkts++;
    net_wire_announce_fault(impair->wire, pkt, NET_FAULT_DELAY, &detail, now_ns);
}

static void delay_all(NetImpair *impair, Packet *pkt, const Draws *draws, int64_t now_ns)
{
    const NetWireConfig *config = &impair->wire->config;
    const NetFault *fault;

    pkt->late = true;
    pkt->extra_ns = draws->jitter_ns;
    pkt->may_be_overtaken = config->jitter_reorders && draws->jitter_ns > 0;
    for (guint i = 0; (fault = next_due(impair, NET_FAULT_DELAY, &i)) != NULL;) {
        NetDetail detail = { .fault_index = fault->index };
        delay(impair, pkt, fault->delay_ns, detail, now_ns);
    }
    if (draws->reordered) {
        delay(impair, pkt, config->reorder_ns, chance_detail(impair, STREAM_REORDER), now_ns);
    }
}

static Packet *duplicate(NetImpair *impair, const Packet *pkt, int64_t later_ns, NetDetail detail,
                         int64_t now_ns)
{
    NetWire *wire = impair->wire;
    Packet *copy = packet_copy(pkt, &wire->entity, sim_current(wire->sim), PACKET_WHY_DUPLICATE);
    copy->wire_cause = pkt->wire_cause;
    copy->late = true;
    copy->extra_ns = (pkt->late ? pkt->extra_ns : 0) + later_ns;
    copy->may_be_overtaken = pkt->may_be_overtaken || later_ns > 0;
    wire->stats.duplicated_pkts++;
    wire->stats.duplicated_bytes += packet_wire_bytes(copy);
    detail.copy = copy->id;
    net_wire_announce_fault(wire, pkt, NET_FAULT_DUPLICATE, &detail, now_ns);
    return copy;
}

/* The copies of a packet, linked by `next` in the order in which they follow it. */
static Packet *duplicate_all(NetImpair *impair, const Packet *pkt, const Draws *draws,
                             int64_t now_ns)
{
    Packet *copies = NULL, **end = &copies;
    const NetFault *fault;

    for (guint i = 0; (fault = next_due(impair, NET_FAULT_DUPLICATE, &i)) != NULL;) {
        NetDetail detail = { .fault_index = fault->index };
        *end = duplicate(impair, pkt, fault->delay_ns, detail, now_ns);
        end = &(*end)->next;
    }
    if (draws->duplicated) {
        *end = duplicate(impair, pkt, 0, chance_detail(impair, STREAM_DUPLICATE), now_ns);
        end = &(*end)->next;
    }
    *end = NULL;
    return copies;
}

/* Whether the packet dies here, by plan or by chance; takes it then. */
static bool lose(NetImpair *impair, Packet *pkt, const Draws *draws, int64_t now_ns)
{
    NetDetail detail = NET_DETAIL_NONE;
    guint from = 0;
    const NetFault *fault = next_due(impair, NET_FAULT_DROP, &from);
    NetDrop why = NET_DROP_LOSS;

    if (fault != NULL) {
        detail.fault_index = fault->index;
        why = NET_DROP_FAULT;
    } else if (draws->lost) {
        net_stream_detail(&impair->streams[STREAM_LOSS], &detail);
    } else if (draws->model == NET_LOSE) {
        if (draws->model_drew) {
            net_stream_detail(&impair->streams[STREAM_MODEL], &detail);
        }
    } else {
        return false;
    }
    net_wire_drop(impair->wire, pkt, why, &detail, now_ns);
    return true;
}

void net_impair_offer(NetImpair *impair, Packet *pkt, int64_t now_ns)
{
    find_due_faults(impair, pkt);
    Draws draws = draw_all(impair, pkt);
    if (lose(impair, pkt, &draws, now_ns)) {
        return;
    }
    corrupt_all(impair, pkt, &draws, now_ns);
    delay_all(impair, pkt, &draws, now_ns);
    Packet *copy = duplicate_all(impair, pkt, &draws, now_ns);
    net_wire_accept(impair->wire, pkt, now_ns);
    while (copy != NULL) {
        Packet *next = copy->next;
        net_wire_accept(impair->wire, copy, now_ns);
        copy = next;
    }
}
