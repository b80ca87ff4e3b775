/* Bands: in a long ladder, the packets of a burst that say nothing of their own are gathered
 * between the first and the last of them, with their number. A packet that anything else tells of -
 * it was lost or repeated, it made a state, a repetition names it as its reason - is always drawn.
 */

#include <string.h>

#include "render/render_ladder_build.h"
#include "render/render_ladder_layout.h"

#define FEWEST 60  /* arrows: a ladder with no more draws each */
#define SMALLEST 3 /* packets of a band */

/* Like packets that follow each other from line to line. */
typedef struct Burst {
    uint32_t first, last; /* arrows */
    uint32_t count;
} Burst;

typedef struct Gatherer {
    Ladder *ladder;
    bool *told;     /* by arrow: something else tells of it */
    GArray *bursts; /* of Burst: the latest of each stream of packets */
    uint32_t *next; /* by arrow: the next one of its burst, or TRACE_NONE */
    bool *gone;     /* by arrow: it is within a band */
    int64_t leg_ns;
} Gatherer;

/* ---- what is always drawn ---- */

static void tell(Gatherer *gatherer, const uint32_t *arrow_of, uint32_t packet)
{
    if (packet != TRACE_NONE && arrow_of[packet] != TRACE_NONE) {
        gatherer->told[arrow_of[packet]] = true;
    }
}

static void find_told(Gatherer *gatherer, const uint32_t *arrow_of)
{
    const Ladder *ladder = gatherer->ladder;
    for (uint32_t i = 0; i < ladder->arrows->len; i++) {
        const LadderArrow *arrow = ladder_arrow(ladder, i);
        const TracePacket *pkt = trace_packet(ladder->run, arrow->packet);
        gatherer->told[i] |= arrow->fate != LADDER_ARRIVED || arrow->retransmission ||
                             arrow->faulty || arrow->marked_at != TRACE_NONE || arrow->injected ||
                             arrow->copy || arrow->original != TRACE_NONE;
        tell(gatherer, arrow_of, pkt->original);
        for (size_t k = 0; k < G_N_ELEMENTS(pkt->because); k++) {
            tell(gatherer, arrow_of, pkt->because[k]);
        }
    }
    for (uint32_t i = 0; i < ladder->marks->len; i++) {
        const LadderMark *mark = ladder_mark(ladder, i);
        uint32_t cause = trace_line(ladder->run, mark->line)->cause;
        if (mark->kind == LADDER_STATE && cause != TRACE_NONE) {
            tell(gatherer, arrow_of, trace_line(ladder->run, cause)->packet);
        }
    }
}

/* ---- what is alike ---- */

/* Whether two arrows belong to one stream of packets. */
static bool same_stream(const Ladder *ladder, const LadderArrow *a, const LadderArrow *b)
{
    const TracePacket *p = trace_packet(ladder->run, a->packet);
    const TracePacket *q = trace_packet(ladder->run, b->packet);
    const WireUdp *u = &p->snapshot->udp, *v = &q->snapshot->udp;
    return a->points[0].column == b->points[0].column && p->snapshot->kind == q->snapshot->kind &&
           p->conn == q->conn && p->sender_end == q->sender_end &&
           (p->snapshot->kind == PACKET_TCP ||
            (u->src_port == v->src_port && u->dst_port == v->dst_port));
}

static bool same_way(const LadderArrow *a, const LadderArrow *b)
{
    bool same = a->point_count == b->point_count;
    for (uint32_t k = 0; same && k < a->point_count; k++) {
        same = a->points[k].column == b->points[k].column;
    }
    return same;
}

/* Reasons that the ladder does not tell are one. */
static PacketWhy told_why(PacketWhy why)
{
    bool plain = why == PACKET_WHY_DELAYED_ACK || !trace_why_is_telling(why);
    return plain ? PACKET_WHY_NONE : why;
}

static bool may_be_gathered(const Gatherer *gatherer, uint32_t i)
{
    const LadderArrow *arrow = ladder_arrow(gatherer->ladder, i);
    const Packet *p = trace_packet(gatherer->ladder->run, arrow->packet)->snapshot;
    bool plain_tcp = p->kind == PACKET_TCP && p->tcp.flags == TCP_ACK && p->tcp.window > 0;
    return !gatherer->told[i] && (plain_tcp || p->kind == PACKET_UDP);
}

/* Whether an arrow goes on with a burst: alike, soon after the last, within a round trip. */
static bool goes_on(const Gatherer *gatherer, const Burst *burst, uint32_t i)
{
    const Ladder *ladder = gatherer->ladder;
    const LadderArrow *last = ladder_arrow(ladder, burst->last), *arrow = ladder_arrow(ladder, i);
    const Packet *p = trace_packet(ladder->run, last->packet)->snapshot;
    const Packet *q = trace_packet(ladder->run, arrow->packet)->snapshot;
    int64_t now_ns = arrow->points[0].time_ns;
    return same_way(last, arrow) && p->payload.len_bytes == q->payload.len_bytes &&
           told_why(p->why) == told_why(q->why) &&
           now_ns - last->points[0].time_ns <= gatherer->leg_ns &&
           now_ns - ladder_arrow(ladder, burst->first)->points[0].time_ns <= 2 * gatherer->leg_ns;
}

/* ---- bands ---- */

/* "8 more, #7..#14: seq=1449..11585 len=8x1448": of the packets within. */
static const char *text_of(Ladder *ladder, uint32_t first, uint32_t last, uint32_t count)
{
    const TraceRun *run = ladder->run;
    const TracePacket *a = trace_packet(run, ladder_arrow(ladder, first)->packet);
    const TracePacket *b = trace_packet(run, ladder_arrow(ladder, last)->packet);
    uint32_t len = a->snapshot->payload.len_bytes;
    GString *out = g_string_new(NULL);
    g_string_append_printf(out, lang_text(ladder->lang, N_("%u more, #%u..#%u:")), count,
                           ladder_arrow(ladder, first)->packet + 1,
                           ladder_arrow(ladder, last)->packet + 1);
    if (a->snapshot->kind == PACKET_TCP && len > 0) {
        g_string_append_printf(out, " seq=%u..%u", trace_relative_seq(run, a),
                               trace_relative_seq(run, b));
    } else if (a->snapshot->kind == PACKET_TCP) {
        uint32_t from = trace_relative_ack(run, a), to = trace_relative_ack(run, b);
        g_string_append_printf(out, from == to ? " ack=%u" : " ack=%u..%u", from, to);
    }
    if (len > 0 || a->snapshot->kind == PACKET_UDP) {
        g_string_append_printf(out, " len=%ux%u", count, len);
    }
    if (a->snapshot->why == PACKET_WHY_DUPLICATE_ACK) {
        g_string_append(out, lang_text(ladder->lang, N_(" (duplicate)")));
    }
    return ladder_keep(ladder, g_string_free(out, FALSE));
}

static void close_burst(Gatherer *gatherer, const Burst *burst)
{
    if (burst->count < SMALLEST + 2) {
        return;
    }
    Ladder *ladder = gatherer->ladder;
    uint32_t from = gatherer->next[burst->first], to = from;
    for (uint32_t i = from; i != burst->last; i = gatherer->next[i]) {
        gatherer->gone[i] = true;
        to = i;
    }
    LadderArrow *end = ladder_arrow(ladder, burst->last);
    end->gathered = burst->count - 2;
    end->gathered_from = burst->first;
    end->gathered_text = text_of(ladder, from, to, end->gathered);
}

static Burst *burst_of(const Gatherer *gatherer, uint32_t i)
{
    for (guint k = 0; k < gatherer->bursts->len; k++) {
        Burst *burst = &g_array_index(gatherer->bursts, Burst, k);
        if (same_stream(gatherer->ladder, ladder_arrow(gatherer->ladder, burst->last),
                        ladder_arrow(gatherer->ladder, i))) {
            return burst;
        }
    }
    Burst none = { TRACE_NONE, TRACE_NONE, 0 };
    none.last = i;
    g_array_append_val(gatherer->bursts, none);
    return &g_array_index(gatherer->bursts, Burst, gatherer->bursts->len - 1);
}

static void add_arrow(Gatherer *gatherer, uint32_t i)
{
    Burst *burst = burst_of(gatherer, i);
    bool may = may_be_gathered(gatherer, i);
    if (may && burst->count > 0 && goes_on(gatherer, burst, i)) {
        gatherer->next[burst->last] = i;
        burst->last = i;
        burst->count++;
        return;
    }
    close_burst(gatherer, burst);
    *burst = (Burst){ .first = i, .last = i, .count = may };
}

/* A stream that stopped has no more than its last burst to close. */
static void find_bands(Gatherer *gatherer)
{
    for (uint32_t i = 0; i < gatherer->ladder->arrows->len; i++) {
        add_arrow(gatherer, i);
    }
    for (guint k = 0; k < gatherer->bursts->len; k++) {
        close_burst(gatherer, &g_array_index(gatherer->bursts, Burst, k));
    }
}

/* ---- the whole ---- */

/* Takes the arrows within bands out. */
static void remove_gathered(Gatherer *gatherer)
{
    Ladder *ladder = gatherer->ladder;
    uint32_t kept = 0;
    g_autofree uint32_t *moved = g_new(uint32_t, ladder->arrows->len);
    for (uint32_t i = 0; i < ladder->arrows->len; i++) {
        moved[i] = gatherer->gone[i] ? TRACE_NONE : kept++;
    }
    kept = 0;
    for (uint32_t i = 0; i < ladder->arrows->len; i++) {
        LadderArrow *arrow = ladder_arrow(ladder, i);
        if (gatherer->gone[i]) {
            g_free(arrow->points);
            continue;
        }
        arrow->original = arrow->original != TRACE_NONE ? moved[arrow->original] : TRACE_NONE;
        arrow->gathered_from = arrow->gathered > 0 ? moved[arrow->gathered_from] : TRACE_NONE;
        *ladder_arrow(ladder, kept++) = *arrow;
    }
    g_array_set_size(ladder->arrows, kept);
}

void ladder_gather(Ladder *ladder)
{
    uint32_t count = ladder->arrows->len, packets = ladder->run->packets->len;
    if (count <= FEWEST) {
        return;
    }
    g_autofree uint32_t *arrow_of = g_new(uint32_t, packets);
    memset(arrow_of, 0xff, packets * sizeof(uint32_t));
    Gatherer gatherer = { .ladder = ladder,
                          .told = g_new0(bool, count),
                          .bursts = g_array_new(FALSE, FALSE, sizeof(Burst)),
                          .next = g_new0(uint32_t, count),
                          .gone = g_new0(bool, count),
                          .leg_ns = MIN(ladder_typical_leg_ns(ladder), INT64_MAX / 2) };
    for (uint32_t i = 0; i < count; i++) {
        arrow_of[ladder_arrow(ladder, i)->packet] = i;
    }
    find_told(&gatherer, arrow_of);
    find_bands(&gatherer);
    remove_gathered(&gatherer);
    g_array_unref(gatherer.bursts);
    g_free(gatherer.told);
    g_free(gatherer.next);
    g_free(gatherer.gone);
}
