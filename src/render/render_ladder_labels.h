/* How much room the texts of a ladder take, and where they stand. Internal to the ladder. */

#ifndef RENDER_RENDER_LADDER_LABELS_H
#define RENDER_RENDER_LADDER_LABELS_H

#include "render/render_ladder.h"

#define LADDER_TEXT_PX 11      /* size of the font */
#define LADDER_SMALL_PX 10     /* of numbers, notes and causes */
#define LADDER_STATE_GAP_PX 22 /* from a line to its states: bars stand between */
#define LADDER_LABEL_GAP_PX 16 /* from a line to the label of an arrow that leaves it */
#define LADDER_LANE_GAP_PX 14  /* between the lanes of states and calls */
#define LADDER_CROSS_PX 6      /* half of a cross */

/* Width of a text in the widest of the fonts that are likely. */
int ladder_text_px(const char *text, int size_px, bool bold);

/* The largest integer whose square is not larger. */
int ladder_root(int64_t square);

/* Width of an arrow's label and note. */
int ladder_arrow_px(const LadderArrow *arrow);
int ladder_mark_px(const LadderMark *mark);

/* Rows of text above an arrow: 1, or 2 with a note; 0: a copy, which has its number alone. */
int ladder_arrow_rows(const LadderArrow *arrow);

/* Fills ladder->labels from where arrows and marks stand now. */
void ladder_place_labels(Ladder *ladder);

#endif
