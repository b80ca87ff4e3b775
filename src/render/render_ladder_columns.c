#include "render/render_ladder_columns.h"

#include <string.h>

#include "render/render_ladder_labels.h"

#define MAX_COLUMNS 8 /* with more places, only hosts and the first connection's path get lines */
#define MAX_PATH 6    /* with more nodes on the path, its ends alone */

/* ---- which ---- */

/* Places in the making of the list. */
typedef struct Chooser {
    const TraceRun *run;
    bool *chosen; /* by place */
    bool *talks;  /* by place: a program calls there, or a packet is made, received or passed on */
    GArray *path; /* of uint32_t */
    GArray *left, *right;
} Chooser;

static bool is_host(const TraceRun *run, uint32_t place)
{
    return trace_place(run, place)->kind == TRACE_PLACE_HOST;
}

static void choose(Chooser *chooser, GArray *list, uint32_t place)
{
    if (place != TRACE_NONE && !chooser->chosen[place]) {
        chooser->chosen[place] = true;
        g_array_append_val(list, place);
    }
}

static void find_talkers(Chooser *chooser)
{
    const TraceRun *run = chooser->run;
    for (uint32_t i = 0; i < run->lines->len; i++) {
        const TraceLine *line = trace_line(run, i);
        if (line->what == TRACE_SEND || line->what == TRACE_RECEIVE || line->what == TRACE_CALL) {
            chooser->talks[line->place] = true;
        } else if (line->what == TRACE_TRANSMIT) {
            chooser->talks[trace_place(run, line->place)->from] = true;
        }
    }
}

/* The first packet of the first connection that its opener sent and the other end received; without
 * one, the first that any host got from another host, or else from another place. TRACE_NONE: there
 * is none. */
static uint32_t find_guide(const TraceRun *run)
{
    uint32_t goal = run->conns->len > 0 ? trace_conn(run, 0)->end[1].place : TRACE_NONE;
    uint32_t any = TRACE_NONE, from_host = TRACE_NONE;
    for (uint32_t i = 0; i < run->lines->len; i++) {
        const TraceLine *line = trace_line(run, i);
        if (line->what != TRACE_RECEIVE) {
            continue;
        }
        const TracePacket *pkt = trace_packet(run, line->packet);
        if (line->place == goal && pkt->conn == 0 && pkt->sender_end == 0) {
            return line->packet;
        }
        uint32_t maker = trace_line(run, pkt->made)->place;
        if (any == TRACE_NONE && maker != line->place) {
            any = line->packet;
        }
        if (from_host == TRACE_NONE && maker != line->place && is_host(run, maker)) {
            from_host = line->packet;
        }
    }
    return from_host != TRACE_NONE ? from_host : any;
}

/* The nodes that the guide crosses, in the order in which it meets them. */
static void add_path(Chooser *chooser)
{
    const TraceRun *run = chooser->run;
    uint32_t guide = find_guide(run);
    for (uint32_t i = guide == TRACE_NONE ? run->lines->len : trace_packet(run, guide)->made;
         i < run->lines->len; i++) {
        const TraceLine *line = trace_line(run, i);
        if (line->packet == guide && line->what == TRACE_TRANSMIT) {
            choose(chooser, chooser->path, trace_place(run, line->place)->from);
            choose(chooser, chooser->path, trace_place(run, line->place)->to);
        }
    }
    if (chooser->path->len > MAX_PATH) {
        memset(chooser->chosen, 0, run->places->len * sizeof(bool));
        uint32_t ends[2] = { g_array_index(chooser->path, uint32_t, 0),
                             g_array_index(chooser->path, uint32_t, chooser->path->len - 1) };
        g_array_set_size(chooser->path, 0);
        choose(chooser, chooser->path, ends[0]);
        choose(chooser, chooser->path, ends[1]);
    }
}

static void add_first_connection(Chooser *chooser)
{
    const TraceRun *run = chooser->run;
    if (run->conns->len > 0) {
        choose(chooser, chooser->path, trace_conn(run, 0)->end[0].place);
    }
    add_path(chooser);
    if (run->conns->len > 0) {
        choose(chooser, chooser->path, trace_conn(run, 0)->end[1].place);
    }
}

/* The node at the other end of a host's first wire. */
static uint32_t neighbour_of(const TraceRun *run, uint32_t host)
{
    for (uint32_t i = 0; i < run->places->len; i++) {
        const TracePlace *place = trace_place(run, i);
        if (place->kind == TRACE_PLACE_WIRE && place->from == host) {
            return place->to;
        }
    }
    return TRACE_NONE;
}

/* Whether a host hangs on the opener's first node, and that is not the other end's too. */
static bool belongs_left(const Chooser *chooser, uint32_t place)
{
    guint n = chooser->path->len;
    return n >= 4 && is_host(chooser->run, place) &&
           neighbour_of(chooser->run, place) == g_array_index(chooser->path, uint32_t, 1);
}

/* Returns how many hosts that talk found no room. */
static uint32_t add_others(Chooser *chooser, bool nodes_too)
{
    const TraceRun *run = chooser->run;
    uint32_t omitted = 0;
    for (uint32_t i = 0; i < run->places->len; i++) {
        bool wanted = chooser->talks[i] && !chooser->chosen[i] && (nodes_too || is_host(run, i));
        guint count = chooser->left->len + chooser->path->len + chooser->right->len;
        if (wanted && count < MAX_COLUMNS) {
            choose(chooser, belongs_left(chooser, i) ? chooser->left : chooser->right, i);
        } else if (wanted) {
            omitted++;
        }
    }
    return omitted;
}

/* Nobody talks: two hosts, so that there is something to look at. */
static void add_silent(Chooser *chooser)
{
    for (uint32_t i = 0; i < chooser->run->places->len && chooser->path->len < 2; i++) {
        if (is_host(chooser->run, i)) {
            choose(chooser, chooser->path, i);
        }
    }
}

static void add_column(Ladder *ladder, uint32_t place, bool labels_left)
{
    LadderColumn column = { .place = place,
                            .is_end = is_host(ladder->run, place),
                            .labels_left = labels_left };
    ladder->column_of[place] = ladder->columns->len;
    g_array_append_val(ladder->columns, column);
}

static uint32_t count_talkers(const Chooser *chooser)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < chooser->run->places->len; i++) {
        count += chooser->talks[i];
    }
    return count;
}

void ladder_choose_columns(Ladder *ladder)
{
    guint n = ladder->run->places->len;
    Chooser chooser = { .run = ladder->run,
                        .chosen = g_new0(bool, n + 1),
                        .talks = g_new0(bool, n + 1),
                        .path = g_array_new(FALSE, FALSE, sizeof(uint32_t)),
                        .left = g_array_new(FALSE, FALSE, sizeof(uint32_t)),
                        .right = g_array_new(FALSE, FALSE, sizeof(uint32_t)) };
    ladder->column_of = g_new(uint32_t, n + 1);
    memset(ladder->column_of, 0xff, sizeof(uint32_t) * (n + 1));
    find_talkers(&chooser);
    add_first_connection(&chooser);
    ladder->places_omitted = add_others(&chooser, count_talkers(&chooser) <= MAX_COLUMNS);
    add_silent(&chooser);
    for (guint i = chooser.left->len; i-- > 0;) {
        add_column(ladder, g_array_index(chooser.left, uint32_t, i), true);
    }
    for (guint i = 0; i < chooser.path->len; i++) {
        add_column(ladder, g_array_index(chooser.path, uint32_t, i), i == 0);
    }
    for (guint i = 0; i < chooser.right->len; i++) {
        add_column(ladder, g_array_index(chooser.right, uint32_t, i), false);
    }
    if (ladder->columns->len > 0) {
        ladder_column(ladder, 0)->labels_left = true;
    }
    g_array_unref(chooser.path);
    g_array_unref(chooser.left);
    g_array_unref(chooser.right);
    g_free(chooser.chosen);
    g_free(chooser.talks);
}

/* ---- where ---- */

#define TIME_PX 92        /* the axis at the left edge */
#define FIRST_SPAN_PX 440 /* least, between the first two hosts */
#define HOST_SPAN_PX 240  /* least, between others */
#define NODE_STEP_PX 130  /* least, between any neighbours */
#define WIDEST_STEP_PX 760
#define LEAST_LANE_PX 80
#define WIDEST_LANE_PX 280
#define MARGIN_PX 16

/* The widest text of an arrow that leaves each column, by direction: 0 left, 1 right. */
typedef struct Widths {
    int leaving[2];
} Widths;

static void find_lanes(Ladder *ladder)
{
    for (guint i = 0; i < ladder->marks->len; i++) {
        const LadderMark *mark = ladder_mark(ladder, i);
        if (mark->kind == LADDER_STATE) {
            ladder_column(ladder, mark->column)->states_px = LEAST_LANE_PX;
        }
    }
    for (guint i = 0; i < ladder->marks->len; i++) {
        const LadderMark *mark = ladder_mark(ladder, i);
        LadderColumn *column = ladder_column(ladder, mark->column);
        bool outermost = mark->column == (column->labels_left ? 0 : ladder->columns->len - 1);
        int *lane =
            mark->kind == LADDER_STATE || !outermost ? &column->states_px : &column->calls_px;
        if (mark->kind != LADDER_LINK) {
            *lane = CLAMP(ladder_mark_px(mark), *lane, WIDEST_LANE_PX);
        }
    }
}

static Widths *find_widths(const Ladder *ladder)
{
    Widths *widths = g_new0(Widths, ladder->columns->len + 1);
    for (guint i = 0; i < ladder->arrows->len; i++) {
        const LadderArrow *arrow = ladder_arrow(ladder, i);
        const LadderPoint *start = &arrow->points[0], *next = &arrow->points[1];
        uint32_t to = next->part == 0 ? next->column : next->toward;
        int *widest = &widths[start->column].leaving[to > start->column];
        *widest = MAX(*widest, ladder_arrow_px(arrow));
    }
    return widths;
}

/* Room beside a line for its marks, on one of its sides. */
static int marks_px(const LadderColumn *column, bool left)
{
    if (!column->is_end || column->labels_left != left) {
        return 0;
    }
    return LADDER_STATE_GAP_PX + column->states_px +
           (column->calls_px > 0 ? LADDER_LANE_GAP_PX + column->calls_px : 0);
}

static guint next_host(const Ladder *ladder, guint i)
{
    while (++i < ladder->columns->len && !ladder_column(ladder, i)->is_end) {
    }
    return i;
}

/* From column i to the next: a label that begins at a host fits before the next line. */
static int step_px(const Ladder *ladder, const Widths *widths, guint i)
{
    const LadderColumn *column = ladder_column(ladder, i), *next = column + 1;
    int right = widths[i].leaving[1] + 2 * LADDER_LABEL_GAP_PX;
    int left = widths[i + 1].leaving[0] + 2 * LADDER_LABEL_GAP_PX;
    bool hosts = column->is_end && next->is_end;
    int step = hosts ? left + right - LADDER_LABEL_GAP_PX : MAX(left, right);
    return CLAMP(step, NODE_STEP_PX, WIDEST_STEP_PX) + marks_px(column, false) +
           marks_px(next, true);
}

/* The x of the columns behind host i, up to the next host: not too near to it. */
static guint place_to_next_host(Ladder *ladder, const Widths *widths, guint i)
{
    guint next = MIN(next_host(ladder, i), ladder->columns->len - 1);
    int x = ladder_column(ladder, i)->x, span = 0, least = i == 0 ? FIRST_SPAN_PX : HOST_SPAN_PX;
    for (guint k = i; k < next; k++) {
        span += step_px(ladder, widths, k);
    }
    int spare = MAX(least - span, 0) / (int)MAX(next - i, 1);
    for (guint k = i; k < next; k++) {
        x += step_px(ladder, widths, k) + spare;
        ladder_column(ladder, k + 1)->x = x;
    }
    return MAX(next, i + 1);
}

static void place_columns(Ladder *ladder)
{
    g_autofree Widths *widths = find_widths(ladder);
    guint n = ladder->columns->len;
    if (n == 0) {
        ladder->width = FIRST_SPAN_PX;
        return;
    }
    ladder_column(ladder, 0)->x =
        TIME_PX + MARGIN_PX + MAX(marks_px(ladder_column(ladder, 0), true), MARGIN_PX);
    for (guint i = 0; i < n;) {
        i = place_to_next_host(ladder, widths, i);
    }
    const LadderColumn *last = ladder_column(ladder, n - 1);
    ladder->width =
        last->x + MAX(marks_px(last, false), LADDER_LABEL_GAP_PX + MARGIN_PX) + MARGIN_PX;
}

void ladder_place_across(Ladder *ladder)
{
    find_lanes(ladder);
    place_columns(ladder);
    for (guint i = 0; i < ladder->arrows->len; i++) {
        LadderArrow *arrow = ladder_arrow(ladder, i);
        for (uint32_t k = 0; k < arrow->point_count; k++) {
            LadderPoint *point = &arrow->points[k];
            int from = ladder_column(ladder, point->column)->x;
            point->x = from + (ladder_column(ladder, point->toward)->x - from) * point->part / 1000;
        }
    }
}
