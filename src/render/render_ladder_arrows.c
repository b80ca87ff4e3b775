/* Packets as arrows. */

#include <string.h>

#include "render/render_ladder_build.h"

#define LOST_PART 550     /* how much of the way a lost packet's arrow goes, in thousandths */
#define INJECTED_PART 300 /* where the arrow of a packet begins that was put on a wire */

void ladder_find_flights(LadderBuilder *builder)
{
    const TraceRun *run = builder->ladder->run;
    for (uint32_t i = 0; i < run->places->len; i++) {
        builder->flight_ns[i] = -1;
    }
    for (uint32_t i = 0; i < run->lines->len; i++) {
        const TraceLine *line = trace_line(run, i);
        int64_t *flight_ns = &builder->flight_ns[line->place];
        if (line->what == TRACE_TRANSMIT &&
            (*flight_ns < 0 || line->hop.arrives_at_ns - line->time_ns < *flight_ns)) {
            *flight_ns = line->hop.arrives_at_ns - line->time_ns;
        }
    }
}

/* The flight over a wire, or over its twin the other way. */
static int64_t flight_over(const LadderBuilder *builder, uint32_t wire)
{
    const TraceRun *run = builder->ladder->run;
    if (builder->flight_ns[wire] >= 0) {
        return builder->flight_ns[wire];
    }
    const TracePlace *place = trace_place(run, wire);
    for (uint32_t i = 0; i < run->places->len; i++) {
        const TracePlace *twin = trace_place(run, i);
        if (twin->kind == TRACE_PLACE_WIRE && twin->from == place->to && twin->to == place->from &&
            builder->flight_ns[i] >= 0) {
            return builder->flight_ns[i];
        }
    }
    return 0;
}

/* A switch that sends a frame to several ports makes a copy for each but one. */
static bool is_copy_of_switch(const TraceRun *run, const TracePacket *pkt)
{
    uint32_t maker = trace_line(run, pkt->made)->place;
    return pkt->original != TRACE_NONE && trace_place(run, maker)->kind == TRACE_PLACE_SWITCH;
}

static LadderArrow *arrow_of(LadderBuilder *builder, uint32_t packet)
{
    Ladder *ladder = builder->ladder;
    const TracePacket *pkt = trace_packet(ladder->run, packet);
    if (builder->arrow_of[packet] != TRACE_NONE) {
        return ladder_arrow(ladder, builder->arrow_of[packet]);
    }
    builder->arrow_of[packet] = ladder->arrows->len;
    LadderArrow arrow = { .packet = packet,
                          .gathered_from = TRACE_NONE,
                          .marked_at = TRACE_NONE,
                          .fate = LADDER_IN_FLIGHT,
                          .original = pkt->original,
                          .retransmission = trace_packet_is_again(pkt),
                          .injected = pkt->snapshot->why == PACKET_WHY_INJECTED,
                          .copy = is_copy_of_switch(ladder->run, pkt),
                          .faulty = pkt->snapshot->why == PACKET_WHY_DUPLICATE };
    ladder_name_packet(ladder, &arrow);
    if (arrow.copy) {
        arrow.note = NULL;
    }
    g_array_append_val(ladder->arrows, arrow);
    g_ptr_array_add(builder->points, g_array_new(FALSE, FALSE, sizeof(LadderPoint)));
    return ladder_arrow(ladder, ladder->arrows->len - 1);
}

static GArray *points_of(const LadderBuilder *builder, uint32_t packet)
{
    return g_ptr_array_index(builder->points, builder->arrow_of[packet]);
}

static LadderPoint *last_point(const LadderBuilder *builder, uint32_t packet)
{
    GArray *points = points_of(builder, packet);
    return points->len == 0 ? NULL : &g_array_index(points, LadderPoint, points->len - 1);
}

/* The line of the node's own that led to this one at the same instant: what orders it there. On the
 * way there are an offer and faults, no more. */
static uint32_t order_of(const Ladder *ladder, const TraceLine *line)
{
    const TraceLine *at = line;
    for (int step = 0; step < 8 && at->cause != TRACE_NONE; step++) {
        const TraceLine *cause = trace_line(ladder->run, at->cause);
        if (trace_place(ladder->run, at->place)->kind != TRACE_PLACE_WIRE ||
            cause->time_ns != line->time_ns) {
            break;
        }
        at = cause;
    }
    return ladder_line_index(ladder, at);
}

/* A place without a line is passed over: the arrow goes on to the next that has one. */
static LadderPoint *add_point(LadderBuilder *builder, const TraceLine *line, uint32_t place,
                              bool leaves)
{
    uint32_t column = ladder_column_of(builder->ladder, place);
    if (column == TRACE_NONE) {
        return NULL;
    }
    LadderPoint point = { .column = column,
                          .toward = column,
                          .leaves = leaves,
                          .line = order_of(builder->ladder, line),
                          .time_ns = line->time_ns };
    g_array_append_val(points_of(builder, line->packet), point);
    return last_point(builder, line->packet);
}

/* The column that a wire leads to, or else one in its direction; TRACE_NONE: there is none. */
static uint32_t column_toward(const Ladder *ladder, uint32_t wire, uint32_t from)
{
    uint32_t to = ladder_column_of(ladder, trace_place(ladder->run, wire)->to);
    if (to != TRACE_NONE) {
        return to;
    }
    return from + 1 < ladder->columns->len ? from + 1 : from > 0 ? from - 1 : TRACE_NONE;
}

static void on_transmit(LadderBuilder *builder, const TraceLine *line)
{
    LadderArrow *arrow = arrow_of(builder, line->packet);
    bool first = points_of(builder, line->packet)->len == 0;
    LadderPoint *point =
        add_point(builder, line, trace_place(builder->ladder->run, line->place)->from, true);
    if (point != NULL && first && arrow->injected) {
        uint32_t toward = column_toward(builder->ladder, line->place, point->column);
        point->toward = toward != TRACE_NONE ? toward : point->column;
        point->part = toward != TRACE_NONE ? INJECTED_PART : 0;
    }
    arrow->fate = LADDER_IN_FLIGHT;
}

static void on_arrive(LadderBuilder *builder, const TraceLine *line)
{
    LadderArrow *arrow = arrow_of(builder, line->packet);
    add_point(builder, line, line->place, false);
    arrow->fate = LADDER_ARRIVED;
}

/* ---- the ends of packets ---- */

/* The packet ends in a node: the line of a host tells why, beside a thin one the arrow itself. */
static void die_in_node(LadderBuilder *builder, const TraceLine *line, LadderFate fate,
                        const char *why)
{
    Ladder *ladder = builder->ladder;
    LadderArrow *arrow = arrow_of(builder, line->packet);
    const LadderPoint *last = last_point(builder, line->packet);
    if (fate == LADDER_DISCARDED || arrow->fate != LADDER_DISCARDED) {
        arrow->fate = fate;
    }
    arrow->fate_text = arrow->fate_text == NULL ? why : arrow->fate_text;
    if (last != NULL && last->leaves) {
        add_point(builder, line, line->place, false);
    }
    if (fate == LADDER_DISCARDED) {
        const char *format = lang_text(ladder->lang, N_("#%u discarded: %s"));
        char *text = g_strdup_printf(format, line->packet + 1, why);
        ladder_add_mark(ladder, line, LADDER_DISCARD, ladder_keep(ladder, text), NULL);
    } else {
        char *text = g_strdup_printf("#%u: %s", line->packet + 1, why);
        ladder_add_mark(ladder, line, LADDER_UNNEEDED, ladder_keep(ladder, text), NULL);
    }
}

/* The arrow goes a part of the way to where the packet was bound, as fast as others go there. */
static void die_on_wire(LadderBuilder *builder, const TraceLine *line)
{
    Ladder *ladder = builder->ladder;
    uint32_t from = ladder_column_of(ladder, trace_place(ladder->run, line->place)->from);
    const LadderPoint *last = last_point(builder, line->packet);
    if (last == NULL || (last->column != from && from != TRACE_NONE) || !last->leaves) {
        LadderPoint *made =
            add_point(builder, line, trace_place(ladder->run, line->place)->from, true);
        last = made != NULL ? made : last;
    }
    uint32_t toward = last == NULL ? TRACE_NONE : column_toward(ladder, line->place, last->column);
    if (toward == TRACE_NONE) {
        return;
    }
    LadderPoint end = { .column = last->column,
                        .toward = toward,
                        .part = LOST_PART,
                        .line = ladder_line_index(ladder, line),
                        .time_ns = last->time_ns };
    end.time_ns += flight_over(builder, line->place) * LOST_PART / 1000;
    g_array_append_val(points_of(builder, line->packet), end);
}

static void on_drop(LadderBuilder *builder, const TraceLine *line)
{
    Ladder *ladder = builder->ladder;
    LadderArrow *arrow = arrow_of(builder, line->packet);
    const char *why = ladder_drop_text(ladder, line);
    if (trace_place(ladder->run, line->place)->kind == TRACE_PLACE_WIRE) {
        arrow->fate = LADDER_LOST;
        arrow->fate_text = why;
        die_on_wire(builder, line);
    } else if (line->net.drop == NET_DROP_NOT_FOR_US) {
        arrow->fate = LADDER_STRAY;
    } else {
        die_in_node(builder, line, LADDER_DISCARDED, why);
    }
}

static void on_discard(LadderBuilder *builder, const TraceLine *line)
{
    bool loss = ladder_discard_is_loss(line->discard.discard);
    die_in_node(builder, line, loss ? LADDER_DISCARDED : LADDER_UNUSED,
                ladder_discard_text(builder->ladder, line));
}

static void on_fault(LadderBuilder *builder, const TraceLine *line)
{
    LadderArrow *arrow = arrow_of(builder, line->packet);
    g_autofree char *fate = trace_fate_story(line, builder->ladder->lang);
    if (line->net.fault == NET_FAULT_MARK) {
        arrow->marked_at =
            ladder_column_of(builder->ladder, trace_place(builder->ladder->run, line->place)->from);
    } else {
        arrow->faulty = true;
    }
    arrow->note = ladder_keep(
        builder->ladder,
        arrow->note == NULL ? g_strdup(fate) : g_strconcat(arrow->note, LADDER_NOTES, fate, NULL));
}

void ladder_read_packet(LadderBuilder *builder, const TraceLine *line)
{
    switch (line->what) {
    case TRACE_TRANSMIT:
        on_transmit(builder, line);
        break;
    case TRACE_ARRIVE:
        on_arrive(builder, line);
        break;
    case TRACE_DROP:
        on_drop(builder, line);
        break;
    case TRACE_DISCARD:
        on_discard(builder, line);
        break;
    case TRACE_FAULT:
        on_fault(builder, line);
        break;
    default:
        break;
    }
}

/* ---- the end of the run ---- */

/* A packet that was on a wire when the run ended is drawn as far as it had come. */
static void end_in_flight(LadderBuilder *builder, const LadderArrow *arrow, GArray *points)
{
    const TraceRun *run = builder->ladder->run;
    const LadderPoint *last = &g_array_index(points, LadderPoint, points->len - 1);
    for (uint32_t i = run->lines->len; i-- > 0;) {
        const TraceLine *line = trace_line(run, i);
        if (line->packet != arrow->packet || line->what != TRACE_TRANSMIT) {
            continue;
        }
        uint32_t toward = column_toward(builder->ladder, line->place, last->column);
        int64_t flight_ns = line->hop.arrives_at_ns - last->time_ns;
        if (toward == TRACE_NONE || flight_ns <= 0) {
            return;
        }
        __int128 part = (__int128)(run->end_ns - last->time_ns) * 1000 / flight_ns;
        LadderPoint end = { .column = last->column,
                            .toward = toward,
                            .part = (int)CLAMP(part, 50, 990),
                            .line = run->lines->len,
                            .time_ns = run->end_ns };
        g_array_append_val(points, end);
        return;
    }
}

/* ---- lost on the way in ---- */

/* Where an arrow leaves a column and goes on; NULL: nowhere. */
static LadderPoint *departure_from(const LadderBuilder *builder, uint32_t packet, uint32_t column)
{
    GArray *points = builder->arrow_of[packet] != TRACE_NONE ? points_of(builder, packet) : NULL;
    for (guint k = points != NULL ? points->len : 0; k-- > 1;) {
        LadderPoint *point = &g_array_index(points, LadderPoint, k - 1);
        if (point->leaves && point->part == 0 && point->column == column) {
            return point;
        }
    }
    return NULL;
}

static bool was_sent(const LadderBuilder *builder, uint32_t packet)
{
    return packet != TRACE_NONE && builder->arrow_of[packet] != TRACE_NONE &&
           ladder_arrow(builder->ladder, builder->arrow_of[packet])->fate != LADDER_LOST;
}

/* The departure of the frame that the wire was offered last before this offer, and that it sent;
 * NULL: there is none. */
static const LadderPoint *front_of(const LadderBuilder *builder, const TraceLine *offer,
                                   uint32_t column)
{
    for (uint32_t i = ladder_line_index(builder->ladder, offer); i-- > 0;) {
        const TraceLine *line = trace_line(builder->ladder->run, i);
        if (line->what == TRACE_OFFER && line->hop.wire == offer->hop.wire &&
            was_sent(builder, line->packet)) {
            return departure_from(builder, line->packet, column);
        }
    }
    return NULL;
}

/* A fault takes a packet as it is offered, when frames before it still stand in the queue: it is
 * drawn behind them, where it would have left, so that segments stand in their order. */
static void queue_lost(const LadderBuilder *builder, const TraceLine *drop)
{
    const TraceRun *run = builder->ladder->run;
    const TraceLine *offer = drop->cause != TRACE_NONE ? trace_line(run, drop->cause) : NULL;
    uint32_t column = ladder_column_of(builder->ladder, trace_place(run, drop->place)->from);
    bool in_advance = drop->net.drop == NET_DROP_FAULT || drop->net.drop == NET_DROP_LOSS;
    if (!in_advance || offer == NULL || offer->what != TRACE_OFFER || column == TRACE_NONE) {
        return;
    }
    LadderPoint *start = departure_from(builder, drop->packet, column);
    const LadderPoint *front = start != NULL ? front_of(builder, offer, column) : NULL;
    if (front != NULL && front->time_ns > start->time_ns) {
        int64_t waits_ns = front->time_ns - start->time_ns;
        start[0].time_ns += waits_ns;
        start[0].line = front->line;
        start[1].time_ns += waits_ns;
    }
}

/* ---- the end ---- */

static gint compare_arrows(gconstpointer a, gconstpointer b)
{
    const LadderArrow *x = a, *y = b;
    const LadderPoint *p = &x->points[0], *q = &y->points[0];
    if (p->time_ns != q->time_ns) {
        return p->time_ns < q->time_ns ? -1 : 1;
    }
    if (p->line != q->line) {
        return p->line < q->line ? -1 : 1;
    }
    return (x->packet > y->packet) - (x->packet < y->packet);
}

/* Puts the arrows in their order; `original` is a packet until then, or TRACE_NONE. */
static void order_arrows(LadderBuilder *builder)
{
    Ladder *ladder = builder->ladder;
    g_array_sort(ladder->arrows, compare_arrows);
    memset(builder->arrow_of, 0xff, sizeof(uint32_t) * ladder->run->packets->len);
    for (uint32_t i = 0; i < ladder->arrows->len; i++) {
        builder->arrow_of[ladder_arrow(ladder, i)->packet] = i;
    }
    for (uint32_t i = 0; i < ladder->arrows->len; i++) {
        LadderArrow *arrow = ladder_arrow(ladder, i);
        if (arrow->original != TRACE_NONE) {
            arrow->original = builder->arrow_of[arrow->original];
        }
    }
}

void ladder_finish_arrows(LadderBuilder *builder)
{
    Ladder *ladder = builder->ladder;
    uint32_t count = ladder->arrows->len, kept = 0;
    for (uint32_t i = 0; i < ladder->run->lines->len; i++) {
        const TraceLine *line = trace_line(ladder->run, i);
        if (line->what == TRACE_DROP && line->packet != TRACE_NONE &&
            builder->shown[line->packet]) {
            queue_lost(builder, line);
        }
    }
    for (uint32_t i = 0; i < count; i++) {
        LadderArrow *arrow = ladder_arrow(ladder, i);
        GArray *points = g_ptr_array_index(builder->points, i);
        if (arrow->fate == LADDER_IN_FLIGHT && points->len > 0) {
            end_in_flight(builder, arrow, points);
        }
        if (points->len < 2) {
            g_array_unref(points);
            continue;
        }
        arrow->point_count = points->len;
        arrow->points = (LadderPoint *)(void *)g_array_free(points, FALSE);
        *ladder_arrow(ladder, kept++) = *arrow;
    }
    g_array_set_size(ladder->arrows, kept);
    order_arrows(builder);
}
