/* How wide the parts of a text ladder are. */

#include <string.h>

#include "render/render_ladder_text.h"

#define LANE_CELLS 40        /* at most, for what stands beside the outer lines */
#define LEAST_LANE_CELLS 12  /* a state fits */
#define BESIDE_LINES_CELLS 4 /* the outer lines, and a blank before what stands beside them */
#define LEAST_LEG_CELLS 20   /* between neighbouring nodes */
#define WIDEST_SPAN_CELLS 76

char *ladder_text_mark(const LadderMark *mark, int most)
{
    static const char *const prefix[LADDER_N_MARKS] = {
        [LADDER_STATE] = "",   [LADDER_CALL] = "> ",    [LADDER_EVENT] = "< ",
        [LADDER_TIMER] = "@ ", [LADDER_DISCARD] = "X ", [LADDER_UNNEEDED] = "o ",
        [LADDER_HOST] = "! ",  [LADDER_LINK] = "! ",
    };
    if (mark->cause != NULL) {
        char *both = g_strdup_printf("%s (%s)", mark->text, mark->cause);
        if (ladder_cells_of(both) <= most) {
            return both;
        }
        g_free(both);
    }
    return g_strconcat(prefix[mark->kind], mark->text, NULL);
}

char *ladder_text_arrow(const LadderArrow *arrow)
{
    return arrow->copy
               ? g_strdup_printf("#%u", arrow->packet + 1)
               : g_strdup_printf("#%u %s %s", arrow->packet + 1, arrow->flags, arrow->label);
}

static int widest_note(const LadderArrow *arrow)
{
    g_auto(GStrv) notes = arrow->note != NULL ? g_strsplit(arrow->note, LADDER_NOTES, -1) : NULL;
    int widest = 0;
    for (char **note = notes; note != NULL && *note != NULL; note++) {
        widest = MAX(widest, ladder_cells_of(*note) + 2);
    }
    return widest;
}

/* The widest text on a line of its own: of labels, and of what may stand below them. */
static int widest_label(const Ladder *ladder, bool with_notes)
{
    int widest = 0;
    for (uint32_t i = 0; i < ladder->arrows->len; i++) {
        const LadderArrow *arrow = ladder_arrow(ladder, i);
        g_autofree char *label = ladder_text_arrow(arrow);
        int fate =
            with_notes && arrow->fate == LADDER_LOST ? ladder_cells_of(arrow->fate_text) + 2 : 0;
        widest = MAX(widest, ladder_cells_of(label) + fate);
        widest = MAX(widest, with_notes ? widest_note(arrow) - 2 : 0);
        widest = MAX(widest,
                     with_notes && arrow->gathered > 0 ? ladder_cells_of(arrow->gathered_text) : 0);
    }
    return widest;
}

static int widest_mark(const TextLadder *text, bool left)
{
    int widest = 0;
    for (uint32_t i = 0; i < text->ladder->marks->len; i++) {
        const LadderMark *mark = ladder_mark(text->ladder, i);
        if (ladder_mark_is_outermost(text->ladder, mark) &&
            ladder_column(text->ladder, mark->column)->labels_left == left) {
            g_autofree char *words = ladder_text_mark(mark, LANE_CELLS);
            widest = MAX(widest, ladder_cells_of(words));
        }
    }
    return MIN(widest, LANE_CELLS);
}

/* Lines that are thin share the span between their hosts. */
static void place_columns(TextLadder *text, int span)
{
    const Ladder *ladder = text->ladder;
    guint n = ladder->columns->len;
    int at = text->time_cells + text->left_cells + (text->left_cells > 0);
    for (guint i = 0; i < n;) {
        guint next = i + 1;
        while (next < n && !ladder_column(ladder, next)->is_end) {
            next++;
        }
        for (guint k = i; k < next; k++) {
            text->column_at[k] = at + span * (int)(k - i) / (int)(next - i);
        }
        at += span;
        i = next;
    }
}

static int time_cells(const Ladder *ladder)
{
    g_autofree char *seconds =
        g_strdup_printf("%" G_GINT64_FORMAT, ladder->run->end_ns / SIM_NS_PER_S);
    return (int)strlen(seconds) + 8 + 2;
}

/* The largest number of legs from a host to the next one. */
static int most_legs(const Ladder *ladder)
{
    int most = 1, legs = 0;
    for (guint i = 1; i < ladder->columns->len; i++) {
        legs = ladder_column(ladder, i - 1)->is_end ? 1 : legs + 1;
        most = MAX(most, legs);
    }
    return most;
}

/* Where all does not fit, notes wrap first; then the lanes beside the outer lines give way. */
void ladder_text_widths(TextLadder *text, int cells)
{
    const Ladder *ladder = text->ladder;
    int spans = 0, least = MAX(LADDER_LEAST_SPAN_CELLS, most_legs(ladder) * LEAST_LEG_CELLS);
    for (guint i = 1; i < ladder->columns->len; i++) {
        spans += ladder_column(ladder, i)->is_end;
    }
    spans = MAX(spans, 1);
    int span = CLAMP(widest_label(ladder, true) + LADDER_ARROW_CELLS, least,
                     MAX(WIDEST_SPAN_CELLS, least));
    text->time_cells = time_cells(ladder);
    text->left_cells = widest_mark(text, true);
    text->right_cells = widest_mark(text, false);
    int lanes = text->left_cells + text->right_cells;
    int rest = cells - text->time_cells - BESIDE_LINES_CELLS;
    if (cells > 0 && lanes + span * spans > rest) {
        span = CLAMP(widest_label(ladder, false) + LADDER_SHORTEST_ARROW_CELLS,
                     LADDER_LEAST_SPAN_CELLS, span);
    }
    rest -= span * spans;
    if (cells > 0 && lanes > rest) {
        int left = MAX(rest * text->left_cells / lanes, MIN(text->left_cells, LEAST_LANE_CELLS));
        text->right_cells = MAX(rest - left, MIN(text->right_cells, LEAST_LANE_CELLS));
        text->left_cells = left;
    }
    place_columns(text, span);
}
