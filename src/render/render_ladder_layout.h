/* Where things stand down the page. Internal to the ladder.
 *
 * Everything that happens needs a y. Needs are placed in the order of time, each as high as the
 * scale and what stands above it allow; texts that overlap then are pushed apart, and all is placed
 * anew, until none do. */

#ifndef RENDER_RENDER_LADDER_LAYOUT_H
#define RENDER_RENDER_LADDER_LAYOUT_H

#include "render/render_ladder.h"

typedef enum LadderNeedKind {
    LADDER_NEED_DEPART, /* an arrow begins, with its label */
    LADDER_NEED_ARRIVE, /* one ends */
    LADDER_NEED_PASS,   /* one comes to a line that it will leave again */
    LADDER_NEED_MARK,
    LADDER_NEED_PLAIN
} LadderNeedKind;

/* Something that needs a y. Times are equal within an instant; there, in one column, the order is
 * that of the run. */
typedef struct LadderNeed {
    int64_t time_ns;
    uint32_t order;
    uint32_t column; /* TRACE_NONE: it stands in no line's order */
    LadderNeedKind kind;
    int lane;            /* of its column */
    int above;           /* room for its text */
    int64_t below_ns;    /* how long a lost packet's arrow goes on from here */
    int64_t lands_at_ns; /* the end of the leg that begins here */
    int *y;
    uint32_t first_push; /* index in pushes, or TRACE_NONE */
} LadderNeed;

/* A need stands at least dy below need a, which comes before it. */
typedef struct LadderPush {
    uint32_t a;
    int dy;
    uint32_t next; /* of the same need */
} LadderPush;

typedef struct LadderLayout {
    Ladder *ladder;
    GArray *needs;       /* of LadderNeed, in order */
    GArray *pushes;      /* of LadderPush */
    GHashTable *need_of; /* where a y is kept -> index of its need + 1; only looked up */
    int *line_bottom, *arrival_bottom; /* by column and lane */
    int *cursor;                       /* by column: the latest y of this instant */
    uint32_t *cursor_instant;          /* by column: which instant that is */
    int slack;                         /* how much further apart than needed texts are moved */
    int longest_px, longest_flight_px;
    int64_t lands_at_ns; /* the last arrival of what has departed so far */
    int lost_bottom;     /* how far down the arrows of lost packets reach */
} LadderLayout;

#define ladder_need_at(layout, i) (&g_array_index((layout)->needs, LadderNeed, i))

/* How long a packet is on its way, most often. */
int64_t ladder_typical_leg_ns(const Ladder *ladder);
/* Gives every point, mark and bar its y, the ladder its ticks, breaks, labels and height. The
 * columns have their x. */
void ladder_place_in_time(Ladder *ladder);

/* The need whose y is kept there. */
uint32_t ladder_need_of(const LadderLayout *layout, const int *y);
/* Demands that b stand at least dy below a; keeps the larger of two demands of one pair. */
void ladder_add_push(LadderLayout *layout, uint32_t a, uint32_t b, int dy);
/* How high a time is, up to G_MAXINT / 2. */
int ladder_height_of(const LadderLayout *layout, int64_t ns);

/* Points of an arrow that are instants of the run. Where a lost packet's arrow ends is none: it
 * follows its neighbours. */
static inline uint32_t ladder_timed_points(const LadderArrow *arrow)
{
    return arrow->fate == LADDER_LOST ? arrow->point_count - 1 : arrow->point_count;
}

/* Ends the arrows of lost packets, when all else is placed: parallel to their neighbours, or
 * falling as far as their time is high. */
void ladder_place_lost(LadderLayout *layout);
/* Pushes texts apart that overlap. False: none did. */
bool ladder_part_labels(LadderLayout *layout);

#endif
