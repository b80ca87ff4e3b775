/* The rows of a ladder in text. Internal to the ladder. */

#ifndef RENDER_RENDER_LADDER_ROWS_H
#define RENDER_RENDER_LADDER_ROWS_H

#include "render/render_ladder.h"

typedef enum LadderRowKind {
    LADDER_ROW_WHOLE, /* an arrow from departure to arrival, or to where it was lost */
    LADDER_ROW_DEPARTS,
    LADDER_ROW_ARRIVES,
    LADDER_ROW_MARK,
    LADDER_ROW_BREAK
} LadderRowKind;

typedef struct LadderRow {
    int64_t time_ns;
    uint32_t rank; /* the line it shows: order at one time */
    LadderRowKind kind;
    uint32_t index;    /* of the arrow, mark or break */
    uint32_t marks[2]; /* drawn in this row, or TRACE_NONE: left and right of an arrow */
    bool gone;         /* drawn in another row */
} LadderRow;

#define ladder_row(rows, i) (&g_array_index(rows, LadderRow, i))

/* All rows in order, of LadderRow; owned by the caller. */
GArray *ladder_rows(const Ladder *ladder);

static inline const LadderPoint *ladder_arrow_end(const LadderArrow *arrow)
{
    return &arrow->points[arrow->point_count - 1];
}

/* Whether a mark stands beside an outer line, on its outer side. */
bool ladder_mark_is_outermost(const Ladder *ladder, const LadderMark *mark);

#endif
