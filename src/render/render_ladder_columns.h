/* Which places get a time line, in which order, and where they stand. Internal to the ladder. */

#ifndef RENDER_RENDER_LADDER_COLUMNS_H
#define RENDER_RENDER_LADDER_COLUMNS_H

#include "render/render_ladder.h"

/* Chooses the time lines and their order: the first connection's opener, what its packets cross,
 * the other end; then everybody else who talks, on the side of whom he is next to. */
void ladder_choose_columns(Ladder *ladder);

/* The column of a place; TRACE_NONE if it has none. */
static inline uint32_t ladder_column_of(const Ladder *ladder, uint32_t place)
{
    return place == TRACE_NONE ? TRACE_NONE : ladder->column_of[place];
}

/* Gives the columns their x, wide enough apart for the texts of arrows and marks, and every point
 * its own. */
void ladder_place_across(Ladder *ladder);

#endif
