/* Where things stand in a ladder: columns across, time down. Internal to the ladder. */

#ifndef RENDER_RENDER_LADDER_LAYOUT_H
#define RENDER_RENDER_LADDER_LAYOUT_H

#include "render/render_ladder.h"

/* Chooses the time lines and their order: the first connection's opener, what its packets cross,
 * the other end, then everybody else who sends or receives. */
void ladder_choose_columns(Ladder *ladder);
/* The column of a place; TRACE_NONE if it has none. */
uint32_t ladder_column_of(const Ladder *ladder, uint32_t place);

/* Gives every point, mark and bar its y, the ladder its ticks, breaks and height. */
void ladder_place_in_time(Ladder *ladder);

#endif
