/* The ladder as text, in the making: rows of terminal cells. Internal to the ladder. */

#ifndef RENDER_RENDER_LADDER_TEXT_H
#define RENDER_RENDER_LADDER_TEXT_H

#include "render/render_ladder_cells.h"
#include "render/render_ladder_rows.h"

#define LADDER_LEAST_SPAN_CELLS 36    /* between neighbouring hosts */
#define LADDER_ARROW_CELLS 8          /* of a span that its label leaves to the arrow; */
#define LADDER_SHORTEST_ARROW_CELLS 7 /* at least, or it stands next to it */

typedef struct TextLadder {
    const Ladder *ladder;
    GArray *rows;   /* of LadderRow */
    int *column_at; /* by column: its cell */
    int time_cells, left_cells, right_cells;
    LadderCells cells;
    GString *out;
    int64_t told_ns; /* the time that the latest row showed */
    bool colour;
} TextLadder;

/* "> connect: server:80", in at most so many cells if its cause can be left out; owned by the
 * caller. */
char *ladder_text_mark(const LadderMark *mark, int most);
/* "#1 SYN seq=0"; owned by the caller. */
char *ladder_text_arrow(const LadderArrow *arrow);
/* Places the columns, in so many cells if it can be done, 0: as many as it takes. */
void ladder_text_widths(TextLadder *text, int cells);

#endif
