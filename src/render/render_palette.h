/* The colours of all pictures, in one table: for white paper, told apart by people who do not see
 * red and green as most do, and never the only sign of a meaning. */

#ifndef RENDER_RENDER_PALETTE_H
#define RENDER_RENDER_PALETTE_H

#include <glib.h>

/* The code of a colour, "#1558b0", by its name in the table; NULL: there is none. */
const char *render_palette_code(const char *name);

/* Appends a text in which "$name" stands for the code of a colour; the names end where letters and
 * hyphens do, and must be in the table. */
void render_palette_put(GString *out, const char *text);

#endif
