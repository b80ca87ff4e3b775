#include "render/render_ladder_layout.h"

#include <string.h>

#include "render/render_ladder_labels.h"

#define TOP_PX 108 /* above the time lines: title, legend, names */
#define BOTTOM_PX 40
#define BREAK_PX 44           /* height of a broken stretch */
#define LONGEST_PX 110        /* a quiet stretch that would be longer is broken */
#define LONGEST_FLIGHT_PX 330 /* one in which a packet is on its way */
#define TICK_PX 15
#define BURST_LEG_PX 110 /* the most that a leg is stretched to, so that bursts stay parallel, */
#define BURSTS_PX 16000  /* shared by all packets: long pictures are drawn denser */
#define ARRIVALS_PX 12   /* between heads at one line */
#define ROUNDS 64        /* of finding texts that overlap and moving them apart */

/* lanes of a column */
enum { LANE_LEFT, LANE_RIGHT, LANE_STATES, LANE_CALLS, LANES };

/* ---- what needs a y ---- */

static void add_need(LadderLayout *layout, LadderNeed need)
{
    need.first_push = TRACE_NONE;
    g_array_append_val(layout->needs, need);
}

static void add_point(LadderLayout *layout, LadderArrow *arrow, uint32_t k)
{
    LadderPoint *point = &arrow->points[k];
    const LadderPoint *other = k == 0 ? point + 1 : point - 1;
    LadderNeed need = { .time_ns = point->time_ns,
                        .order = point->line,
                        .column = point->part == 0 ? point->column : TRACE_NONE,
                        .kind = point->leaves || point->part != 0 ? LADDER_NEED_PLAIN
                                                                  : LADDER_NEED_PASS,
                        .lane = other->x > point->x ? LANE_RIGHT : LANE_LEFT,
                        .y = &point->y };
    if (k == 0 && point->part == 0) {
        need.kind = LADDER_NEED_DEPART;
        need.above = ladder_arrow_rows(arrow) * (LADDER_ROW_PX - 1);
    } else if (k + 1 == arrow->point_count && point->part == 0) {
        need.kind = LADDER_NEED_ARRIVE;
    }
    if (k + 1 < ladder_timed_points(arrow)) {
        need.lands_at_ns = point[1].time_ns;
    } else if (arrow->fate == LADDER_LOST) {
        need.below_ns = point[1].time_ns - point->time_ns;
    }
    add_need(layout, need);
}

static void add_mark(LadderLayout *layout, LadderMark *mark)
{
    const LadderColumn *column = ladder_column(layout->ladder, mark->column);
    bool inside = mark->kind == LADDER_STATE || column->calls_px == 0;
    bool beside = mark->kind != LADDER_LINK;
    add_need(layout, (LadderNeed){ .time_ns = mark->time_ns,
                                   .order = mark->line,
                                   .column = beside ? mark->column : TRACE_NONE,
                                   .kind = beside ? LADDER_NEED_MARK : LADDER_NEED_PLAIN,
                                   .lane = inside ? LANE_STATES : LANE_CALLS,
                                   .y = &mark->y });
}

static void add_bar(LadderLayout *layout, LadderBar *bar)
{
    add_need(layout, (LadderNeed){ .time_ns = bar->from_ns,
                                   .order = bar->from_line,
                                   .column = bar->column,
                                   .kind = LADDER_NEED_PLAIN,
                                   .y = &bar->y_from });
    add_need(layout, (LadderNeed){ .time_ns = bar->to_ns,
                                   .order = bar->to_line,
                                   .column = bar->column,
                                   .kind = LADDER_NEED_PLAIN,
                                   .y = &bar->y_to });
}

static gint compare_needs(gconstpointer a, gconstpointer b)
{
    const LadderNeed *x = a, *y = b;
    if (x->time_ns != y->time_ns) {
        return x->time_ns < y->time_ns ? -1 : 1;
    }
    if (x->order != y->order) {
        return x->order < y->order ? -1 : 1;
    }
    return (x->kind > y->kind) - (x->kind < y->kind);
}

static void collect_needs(LadderLayout *layout)
{
    Ladder *ladder = layout->ladder;
    for (uint32_t i = 0; i < ladder->arrows->len; i++) {
        LadderArrow *arrow = ladder_arrow(ladder, i);
        for (uint32_t k = 0; k < ladder_timed_points(arrow); k++) {
            add_point(layout, arrow, k);
        }
    }
    for (uint32_t i = 0; i < ladder->marks->len; i++) {
        add_mark(layout, ladder_mark(ladder, i));
    }
    for (uint32_t i = 0; i < ladder->bars->len; i++) {
        add_bar(layout, ladder_bar(ladder, i));
    }
    g_array_sort(layout->needs, compare_needs);
    for (uint32_t i = 0; i < layout->needs->len; i++) {
        g_hash_table_insert(layout->need_of, ladder_need_at(layout, i)->y, GUINT_TO_POINTER(i + 1));
    }
}

uint32_t ladder_need_of(const LadderLayout *layout, const int *y)
{
    return GPOINTER_TO_UINT(g_hash_table_lookup(layout->need_of, y)) - 1;
}

/* ---- the scale ---- */

static gint compare_times(gconstpointer a, gconstpointer b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static int64_t median(GArray *times, int64_t otherwise)
{
    if (times->len == 0) {
        return otherwise;
    }
    g_array_sort(times, compare_times);
    return g_array_index(times, int64_t, times->len / 2);
}

int64_t ladder_typical_leg_ns(const Ladder *ladder)
{
    g_autoptr(GArray) legs = g_array_new(FALSE, FALSE, sizeof(int64_t));
    for (uint32_t i = 0; i < ladder->arrows->len; i++) {
        const LadderArrow *arrow = ladder_arrow(ladder, i);
        int64_t ns = arrow->points[arrow->point_count - 1].time_ns - arrow->points[0].time_ns;
        if (ns > 0 && arrow->fate != LADDER_LOST) {
            g_array_append_val(legs, ns);
        }
    }
    return MAX(median(legs, SIM_NS_PER_MS), 1);
}

/* How far apart packets leave a line while they follow each other; 0: they do not. */
static int64_t burst_gap_ns(const LadderLayout *layout, int64_t leg_ns)
{
    g_autoptr(GArray) gaps = g_array_new(FALSE, FALSE, sizeof(int64_t));
    guint lanes = layout->ladder->columns->len * LANES, departures = 0;
    g_autofree int64_t *last_ns = g_new0(int64_t, lanes + 1);
    g_autofree bool *seen = g_new0(bool, lanes + 1);
    for (uint32_t i = 0; i < layout->needs->len; i++) {
        const LadderNeed *need = ladder_need_at(layout, i);
        if (need->kind != LADDER_NEED_DEPART) {
            continue;
        }
        guint lane = need->column * LANES + (guint)need->lane;
        int64_t gap_ns = need->time_ns - last_ns[lane];
        if (seen[lane] && gap_ns > 0 && gap_ns < leg_ns / 2) {
            g_array_append_val(gaps, gap_ns);
        }
        seen[lane] = true;
        last_ns[lane] = need->time_ns;
        departures++;
    }
    return gaps->len * 5 < departures * 2 ? 0 : median(gaps, 0);
}

static bool has_bands(const Ladder *ladder)
{
    for (uint32_t i = 0; i < ladder->arrows->len; i++) {
        if (ladder_arrow(ladder, i)->gathered > 0) {
            return true;
        }
    }
    return false;
}

/* A typical flight is LADDER_SCALE_PX high; where packets follow each other closely, so much more
 * that their labels fit and their arrows stay parallel. */
static void choose_scale(LadderLayout *layout)
{
    int64_t leg_ns = ladder_typical_leg_ns(layout->ladder);
    int64_t gap_ns = burst_gap_ns(layout, leg_ns);
    int64_t leg_px = LADDER_SCALE_PX;
    if (gap_ns > 0 && !has_bands(layout->ladder)) {
        int64_t most_px =
            CLAMP(BURSTS_PX / layout->ladder->arrows->len, LADDER_SCALE_PX, BURST_LEG_PX);
        leg_px = CLAMP(leg_ns / gap_ns * LADDER_ROW_PX, LADDER_SCALE_PX, most_px);
    }
    layout->ladder->scale_ns = MAX((int64_t)((__int128)leg_ns * LADDER_SCALE_PX / leg_px), 1);
    layout->longest_px = (int)MAX(LONGEST_PX, leg_px + leg_px / 3);
    layout->longest_flight_px = MAX(LONGEST_FLIGHT_PX, layout->longest_px);
}

int ladder_height_of(const LadderLayout *layout, int64_t ns)
{
    __int128 px = (__int128)ns * LADDER_SCALE_PX / layout->ladder->scale_ns;
    return (int)MIN(px, G_MAXINT / 2);
}

/* ---- constraints ---- */

void ladder_add_push(LadderLayout *layout, uint32_t a, uint32_t b, int dy)
{
    LadderNeed *need = ladder_need_at(layout, b);
    for (uint32_t i = need->first_push; i != TRACE_NONE;) {
        LadderPush *push = &g_array_index(layout->pushes, LadderPush, i);
        if (push->a == a) {
            push->dy = MAX(push->dy, dy);
            return;
        }
        i = push->next;
    }
    LadderPush push = { a, dy, need->first_push };
    need->first_push = layout->pushes->len;
    g_array_append_val(layout->pushes, push);
}

/* An arrow falls at least as far as its time is high, so that equal flights are parallel. */
static void push_legs(LadderLayout *layout)
{
    for (uint32_t i = 0; i < layout->ladder->arrows->len; i++) {
        const LadderArrow *arrow = ladder_arrow(layout->ladder, i);
        for (uint32_t k = 1; k < ladder_timed_points(arrow); k++) {
            const LadderPoint *point = &arrow->points[k];
            int height = ladder_height_of(layout, point->time_ns - point[-1].time_ns);
            if (height > 0 && height <= layout->longest_flight_px) {
                ladder_add_push(layout, ladder_need_of(layout, &point[-1].y),
                                ladder_need_of(layout, &point->y), height);
            }
        }
    }
}

/* ---- placing ---- */

static int lane_of(const LadderNeed *need)
{
    return (int)need->column * LANES + need->lane;
}

/* The least y of a need by what stands above it, from needs before `before`. */
static int least_y(const LadderLayout *layout, const LadderNeed *need, uint32_t before)
{
    int y = G_MININT;
    if (need->kind == LADDER_NEED_DEPART) {
        y = layout->line_bottom[lane_of(need)] + need->above + 1;
    } else if (need->kind == LADDER_NEED_ARRIVE) {
        y = MAX(layout->arrival_bottom[lane_of(need)] + ARRIVALS_PX,
                layout->line_bottom[lane_of(need)] + ARRIVALS_PX / 3);
    } else if (need->kind == LADDER_NEED_PASS) {
        y = layout->arrival_bottom[lane_of(need)] + ARRIVALS_PX / 2;
    } else if (need->kind == LADDER_NEED_MARK) {
        y = layout->line_bottom[lane_of(need)] + LADDER_ROW_PX;
    }
    for (uint32_t i = need->first_push; i != TRACE_NONE;) {
        const LadderPush *push = &g_array_index(layout->pushes, LadderPush, i);
        if (push->a < before) {
            y = MAX(y, *ladder_need_at(layout, push->a)->y + push->dy);
        }
        i = push->next;
    }
    return y;
}

static void take_place(LadderLayout *layout, const LadderNeed *need)
{
    layout->lands_at_ns = MAX(layout->lands_at_ns, need->lands_at_ns);
    layout->lost_bottom =
        MAX(layout->lost_bottom,
            *need->y + MIN(ladder_height_of(layout, need->below_ns), layout->longest_px));
    if (need->kind == LADDER_NEED_DEPART || need->kind == LADDER_NEED_ARRIVE ||
        need->kind == LADDER_NEED_MARK) {
        layout->line_bottom[lane_of(need)] = *need->y;
    }
    if (need->kind == LADDER_NEED_ARRIVE || need->kind == LADDER_NEED_PASS) {
        layout->arrival_bottom[lane_of(need)] = *need->y;
    }
}

/* Places the needs [from, to) of one instant at *y, or lower where what comes first in a column
 * finds no room; then *y is lower. Returns the lowest y used. */
static int place_instant(LadderLayout *layout, uint32_t from, uint32_t to, int *y)
{
    uint32_t instant = from + 1;
    for (uint32_t i = from; i < to; i++) {
        const LadderNeed *need = ladder_need_at(layout, i);
        bool first = need->column == TRACE_NONE || layout->cursor_instant[need->column] != instant;
        if (first) {
            *y = MAX(*y, least_y(layout, need, from));
        }
        if (need->column != TRACE_NONE) {
            layout->cursor_instant[need->column] = instant;
            layout->cursor[need->column] = G_MININT;
        }
    }
    int lowest = *y;
    for (uint32_t i = from; i < to; i++) {
        LadderNeed *need = ladder_need_at(layout, i);
        *need->y = MAX(*y, least_y(layout, need, i));
        if (need->column != TRACE_NONE) {
            *need->y = MAX(*need->y, layout->cursor[need->column]);
            layout->cursor[need->column] = *need->y;
        }
        take_place(layout, need);
        lowest = MAX(lowest, *need->y);
    }
    return lowest;
}

static void add_tick(Ladder *ladder, int64_t time_ns, int y)
{
    guint n = ladder->ticks->len;
    if (n == 0 || y - g_array_index(ladder->ticks, LadderTick, n - 1).y >= TICK_PX) {
        LadderTick tick = { time_ns, y };
        g_array_append_val(ladder->ticks, tick);
    }
}

/* How far down the next instant is, at least; a long quiet stretch is broken. */
static int advance(LadderLayout *layout, int y, int lowest, int64_t before_ns, int64_t next_ns)
{
    Ladder *ladder = layout->ladder;
    int height = ladder_height_of(layout, next_ns - before_ns);
    bool omits = ladder->packets_omitted > 0 && before_ns < ladder->omitted_to_ns &&
                 next_ns >= ladder->omitted_to_ns;
    bool in_flight = before_ns < layout->lands_at_ns;
    if (height <= (in_flight ? layout->longest_flight_px : layout->longest_px) && !omits) {
        return MAX(y + height, lowest + 1);
    }
    lowest = MAX(lowest, layout->lost_bottom);
    LadderBreak b = { .y = lowest + BREAK_PX / 2 + 2,
                      .resumes_ns = next_ns,
                      .skipped_ns = next_ns - before_ns,
                      .packets_omitted = omits ? ladder->packets_omitted : 0 };
    g_array_append_val(ladder->breaks, b);
    return lowest + BREAK_PX;
}

static void place_all(LadderLayout *layout)
{
    Ladder *ladder = layout->ladder;
    uint32_t n = layout->needs->len;
    for (guint i = 0; i < ladder->columns->len * LANES; i++) {
        layout->line_bottom[i] = layout->arrival_bottom[i] = G_MININT / 2;
    }
    layout->lost_bottom = 0;
    layout->lands_at_ns = 0;
    memset(layout->cursor_instant, 0, ladder->columns->len * sizeof(uint32_t));
    g_array_set_size(ladder->ticks, 0);
    g_array_set_size(ladder->breaks, 0);
    ladder->top = TOP_PX;
    int y = TOP_PX + LADDER_ROW_PX, lowest = y;
    for (uint32_t from = 0, to; from < n; from = to) {
        int64_t time_ns = ladder_need_at(layout, from)->time_ns;
        for (to = from + 1; to < n && ladder_need_at(layout, to)->time_ns == time_ns; to++) {
        }
        if (from > 0) {
            y = advance(layout, y, lowest, ladder_need_at(layout, from - 1)->time_ns, time_ns);
        }
        lowest = place_instant(layout, from, to, &y);
        add_tick(ladder, time_ns, y);
    }
    ladder->height = MAX(lowest, layout->lost_bottom) + BOTTOM_PX;
}

/* Bars that run at the same time stand side by side. */
static void choose_bar_lanes(Ladder *ladder)
{
    for (uint32_t i = 0; i < ladder->bars->len; i++) {
        LadderBar *bar = ladder_bar(ladder, i);
        for (uint32_t k = 0; k < i; k++) {
            const LadderBar *other = ladder_bar(ladder, k);
            if (other->column == bar->column && other->lane == bar->lane &&
                other->to_ns > bar->from_ns && other->from_ns < bar->to_ns) {
                bar->lane = (other->lane + 1) % 2;
            }
        }
    }
}

void ladder_place_in_time(Ladder *ladder)
{
    guint n = ladder->columns->len;
    LadderLayout layout = { .ladder = ladder,
                            .needs = g_array_new(FALSE, FALSE, sizeof(LadderNeed)),
                            .pushes = g_array_new(FALSE, FALSE, sizeof(LadderPush)),
                            .need_of = g_hash_table_new(NULL, NULL),
                            .line_bottom = g_new(int, (n + 1) * LANES),
                            .arrival_bottom = g_new(int, (n + 1) * LANES),
                            .cursor = g_new0(int, n + 1),
                            .cursor_instant = g_new0(uint32_t, n + 1) };
    collect_needs(&layout);
    choose_scale(&layout);
    push_legs(&layout);
    bool overlaps = true;
    for (int round = 0; overlaps && round < ROUNDS; round++) {
        layout.slack = 1 + round / 4;
        place_all(&layout);
        ladder_place_lost(&layout);
        ladder_place_labels(ladder);
        overlaps = ladder_part_labels(&layout);
    }
    choose_bar_lanes(ladder);
    g_array_unref(layout.needs);
    g_array_unref(layout.pushes);
    g_hash_table_unref(layout.need_of);
    g_free(layout.line_bottom);
    g_free(layout.arrival_bottom);
    g_free(layout.cursor);
    g_free(layout.cursor_instant);
}
