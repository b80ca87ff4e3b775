#include "render/render_ladder_layout.h"

#include <string.h>

/* ---- across ---- */

#define TIME_PX 92    /* the axis at the left edge */
#define STATES_PX 150 /* beside the line of a host */
#define CALLS_PX 180  /* outside of the states */
#define SPAN_PX 440   /* between the first host and the second, whatever stands between */
#define NODE_PX 190   /* at least, between neighbours */
#define MARGIN_PX 16
#define MAX_COLUMNS 8 /* with more places, only hosts get lines */

uint32_t ladder_column_of(const Ladder *ladder, uint32_t place)
{
    for (uint32_t i = 0; i < ladder->columns->len; i++) {
        if (ladder_column(ladder, i)->place == place) {
            return i;
        }
    }
    return TRACE_NONE;
}

static void add_column(Ladder *ladder, uint32_t place)
{
    if (place == TRACE_NONE || ladder_column_of(ladder, place) != TRACE_NONE) {
        return;
    }
    LadderColumn column = { .place = place,
                            .is_end = trace_place(ladder->run, place)->kind == TRACE_PLACE_HOST };
    g_array_append_val(ladder->columns, column);
}

/* Adds the nodes that a packet crosses, in the order in which it meets them. */
static void add_path(Ladder *ladder, uint32_t packet)
{
    for (uint32_t i = 0; i < ladder->run->lines->len; i++) {
        const TraceLine *line = trace_line(ladder->run, i);
        if (line->packet == packet && line->what == TRACE_TRANSMIT) {
            add_column(ladder, trace_place(ladder->run, line->place)->from);
            add_column(ladder, trace_place(ladder->run, line->place)->to);
        }
    }
}

static void add_talkers(Ladder *ladder, bool nodes_too)
{
    for (uint32_t i = 0; i < ladder->run->lines->len && ladder->columns->len < MAX_COLUMNS; i++) {
        const TraceLine *line = trace_line(ladder->run, i);
        if (line->what == TRACE_TRANSMIT) {
            const TracePlace *wire = trace_place(ladder->run, line->place);
            const uint32_t ends[2] = { wire->from, wire->to };
            for (unsigned e = 0; e < 2; e++) {
                if (nodes_too || trace_place(ladder->run, ends[e])->kind == TRACE_PLACE_HOST) {
                    add_column(ladder, ends[e]);
                }
            }
        }
    }
}

static void set_across(Ladder *ladder)
{
    int x = TIME_PX + CALLS_PX + STATES_PX;
    uint32_t n = ladder->columns->len;
    int step = n > 1 ? MAX(SPAN_PX / (int)(n - 1), NODE_PX) : 0;
    for (uint32_t i = 0; i < n; i++) {
        LadderColumn *column = ladder_column(ladder, i);
        column->x = x;
        column->labels_left = i == 0;
        /* The labels of a host in the middle stand at its right: room for them, and for the arrows.
         */
        bool inner_host = column->is_end && i > 0 && i + 1 < n;
        x += inner_host ? MAX(step, STATES_PX + CALLS_PX + 40) : step;
    }
    x = n > 0 ? ladder_column(ladder, n - 1)->x : x;
    ladder->width = x + STATES_PX + CALLS_PX + MARGIN_PX;
}

void ladder_choose_columns(Ladder *ladder)
{
    const TraceRun *run = ladder->run;
    bool crowded = run->places->len > 3 * MAX_COLUMNS;
    if (run->conns->len > 0) {
        add_column(ladder, trace_conn(run, 0)->end[0].place);
        for (uint32_t i = 0; !crowded && i < run->packets->len; i++) {
            if (trace_packet(run, i)->conn == 0 && trace_packet(run, i)->sender_end == 0) {
                add_path(ladder, i);
                break;
            }
        }
        add_column(ladder, trace_conn(run, 0)->end[1].place);
    }
    add_talkers(ladder, !crowded);
    for (uint32_t i = 0; ladder->columns->len < 2 && i < run->places->len; i++) {
        if (trace_place(run, i)->kind == TRACE_PLACE_HOST) {
            add_column(ladder, i);
        }
    }
    set_across(ladder);
}

/* ---- down ---- */

#define TOP_PX 96
#define BOTTOM_PX 40
#define BREAK_PX 40    /* height of a broken stretch */
#define LONGEST_PX 110 /* a quiet stretch that would be longer is broken */
#define TICK_PX 15

/* Something that needs a y: at the same time in the same slot, the later one goes below. */
typedef struct Need {
    int64_t time_ns;
    uint32_t rank; /* order among needs of one time */
    int slot;      /* labels of one slot keep their distance; -1: no label */
    int *y;
} Need;

enum { SLOT_DEPART_LEFT, SLOT_DEPART_RIGHT, SLOT_ARRIVE, SLOT_STATE, SLOT_CALL, SLOTS };

static int slot_of(uint32_t column, int kind)
{
    return (int)column * SLOTS + kind;
}

static void need(GArray *needs, int64_t time_ns, int slot, int *y)
{
    Need n = { .time_ns = time_ns, .rank = needs->len, .slot = slot, .y = y };
    g_array_append_val(needs, n);
}

static GArray *collect_needs(Ladder *ladder)
{
    GArray *needs = g_array_new(FALSE, FALSE, sizeof(Need));
    for (uint32_t i = 0; i < ladder->arrows->len; i++) {
        LadderArrow *arrow = ladder_arrow(ladder, i);
        for (uint32_t k = 0; k < arrow->point_count; k++) {
            LadderPoint *point = &arrow->points[k];
            bool rightward = arrow->points[arrow->point_count - 1].x >= arrow->points[0].x;
            int kind = k == 0 ? (rightward ? SLOT_DEPART_RIGHT : SLOT_DEPART_LEFT) : SLOT_ARRIVE;
            bool labelled = k == 0 || k + 1 == arrow->point_count;
            need(needs, point->time_ns, labelled ? slot_of(point->column, kind) : -1, &point->y);
        }
    }
    for (uint32_t i = 0; i < ladder->marks->len; i++) {
        LadderMark *mark = ladder_mark(ladder, i);
        int kind = mark->kind == LADDER_STATE ? SLOT_STATE : SLOT_CALL;
        need(needs, mark->time_ns, slot_of(mark->column, kind), &mark->y);
    }
    for (uint32_t i = 0; i < ladder->bars->len; i++) {
        LadderBar *bar = ladder_bar(ladder, i);
        need(needs, bar->from_ns, -1, &bar->y_from);
        need(needs, bar->to_ns, -1, &bar->y_to);
    }
    return needs;
}

static gint compare_needs(gconstpointer a, gconstpointer b)
{
    const Need *x = a, *y = b;
    if (x->time_ns != y->time_ns) {
        return x->time_ns < y->time_ns ? -1 : 1;
    }
    return x->rank < y->rank ? -1 : x->rank > y->rank;
}

/* The scale: a typical leg of an arrow is LADDER_SCALE_PX high. */
static gint compare_times(gconstpointer a, gconstpointer b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return x < y ? -1 : x > y;
}

static int64_t typical_leg_ns(const Ladder *ladder)
{
    g_autoptr(GArray) legs = g_array_new(FALSE, FALSE, sizeof(int64_t));
    for (uint32_t i = 0; i < ladder->arrows->len; i++) {
        const LadderArrow *arrow = ladder_arrow(ladder, i);
        int64_t ns = arrow->points[arrow->point_count - 1].time_ns - arrow->points[0].time_ns;
        if (ns > 0 && arrow->fate != LADDER_LOST) {
            g_array_append_val(legs, ns);
        }
    }
    if (legs->len == 0) {
        return SIM_NS_PER_MS;
    }
    g_array_sort(legs, compare_times);
    return g_array_index(legs, int64_t, legs->len / 2);
}

static void add_break(Ladder *ladder, int y, int64_t skipped_ns)
{
    LadderBreak b = { .y = y, .skipped_ns = skipped_ns };
    g_array_append_val(ladder->breaks, b);
}

/* How far down the next moment is; a long quiet stretch is broken. */
static int advance(Ladder *ladder, int y, int64_t gap_ns)
{
    int64_t px = (int64_t)((__int128)gap_ns * LADDER_SCALE_PX / ladder->scale_ns);
    if (px <= LONGEST_PX) {
        return y + (int)px;
    }
    add_break(ladder, y + BREAK_PX / 2 + 4, gap_ns);
    return y + BREAK_PX + 8;
}

static void add_tick(Ladder *ladder, int64_t time_ns, int y)
{
    guint n = ladder->ticks->len;
    if (n == 0 || y - g_array_index(ladder->ticks, LadderTick, n - 1).y >= TICK_PX) {
        LadderTick tick = { time_ns, y };
        g_array_append_val(ladder->ticks, tick);
    }
}

/* Places the needs of one instant at *y or, where labels need the room, below; returns the lowest y
 * used. */
static int place_instant(GArray *needs, guint from, guint to, int *y, int *slots)
{
    for (guint i = from; i < to; i++) {
        int slot = g_array_index(needs, Need, i).slot;
        bool first = true;
        for (guint k = from; k < i && first; k++) {
            first = g_array_index(needs, Need, k).slot != slot;
        }
        if (slot >= 0 && first) {
            *y = MAX(*y, slots[slot] + LADDER_ROW_PX);
        }
    }
    int lowest = *y;
    for (guint i = from; i < to; i++) {
        Need *n = &g_array_index(needs, Need, i);
        *n->y = n->slot < 0 ? *y : MAX(*y, slots[n->slot] + LADDER_ROW_PX);
        if (n->slot >= 0) {
            slots[n->slot] = *n->y;
        }
        lowest = MAX(lowest, *n->y);
    }
    return lowest;
}

void ladder_place_in_time(Ladder *ladder)
{
    g_autoptr(GArray) needs = collect_needs(ladder);
    guint slot_count = (ladder->columns->len + 1) * SLOTS;
    g_autofree int *slots = g_new(int, slot_count);
    for (guint i = 0; i < slot_count; i++) {
        slots[i] = -LADDER_ROW_PX;
    }
    g_array_sort(needs, compare_needs);
    ladder->scale_ns = MAX(typical_leg_ns(ladder), 1);
    ladder->top = TOP_PX;
    int y = TOP_PX + 12;
    int lowest = y;
    for (guint i = 0, next; i < needs->len; i = next) {
        int64_t time_ns = g_array_index(needs, Need, i).time_ns;
        for (next = i + 1;
             next < needs->len && g_array_index(needs, Need, next).time_ns == time_ns;) {
            next++;
        }
        if (i > 0) {
            y = MAX(advance(ladder, y, time_ns - g_array_index(needs, Need, i - 1).time_ns),
                    lowest + 1);
        }
        lowest = place_instant(needs, i, next, &y, slots);
        add_tick(ladder, time_ns, y);
    }
    ladder->height = lowest + BOTTOM_PX;
}
