/* Shapes and texts that the ladder and its legend share. Internal to the ladder. */

#ifndef RENDER_RENDER_LADDER_SVG_H
#define RENDER_RENDER_LADDER_SVG_H

#include "render/render_ladder_labels.h"

void ladder_svg_escaped(GString *out, const char *text);
void ladder_svg_text(GString *out, const char *class, const char *anchor, int x, int y,
                     const char *text);

/* " data-name=\"value\"" */
void ladder_svg_attribute(GString *out, const char *name, const char *value);
void ladder_svg_time_attribute(GString *out, const char *name, int64_t ns);

/* A packet with what befell it; the band between it and the first of its burst. */
void ladder_svg_arrow(GString *out, const Ladder *ladder, const LadderArrow *arrow);
void ladder_svg_band(GString *out, const Ladder *ladder, const LadderArrow *arrow);

/* The head of an arrow that comes from a point and ends at (x, y). */
void ladder_svg_head(GString *out, int from_x, int from_y, int x, int y);
void ladder_svg_cross(GString *out, int x, int y);
void ladder_svg_ring(GString *out, int x, int y);
void ladder_svg_mark(GString *out, int x, int y);

/* The legend of what this ladder shows, and how to read it, from y on; returns where it ends. */
int ladder_svg_legend(GString *out, const Ladder *ladder, int y);

#endif
