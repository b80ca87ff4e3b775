/* A row of terminal cells to draw in, for the ladder in text; wide characters take two. */

#ifndef RENDER_RENDER_LADDER_CELLS_H
#define RENDER_RENDER_LADDER_CELLS_H

#include <glib.h>
#include <stdbool.h>

typedef struct LadderCells {
    GArray *cells; /* of gunichar; 0: the second half of a wide character */
} LadderCells;

void ladder_cells_init(LadderCells *row);
void ladder_cells_clear(LadderCells *row);

/* How many cells a text takes. */
int ladder_cells_of(const char *text);

/* Draws a text from cell `at` on, cut to at most so many cells, with "…" where it is cut. */
void ladder_cells_put(LadderCells *row, int at, const char *text, int most);
/* Draws one character in each of the cells [from, to). */
void ladder_cells_fill(LadderCells *row, int from, int to, char glyph);
/* Whether nothing but blanks stands in [from, to). */
bool ladder_cells_blank(const LadderCells *row, int from, int to);

/* Appends what was drawn, without blanks at the end, and empties the row. */
void ladder_cells_flush(LadderCells *row, GString *out);

#endif
