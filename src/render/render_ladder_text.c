/* The ladder as text: a row for each departure, arrival and mark, in the order of time. An arrow
 * under which nothing else happens is drawn in one row; otherwise its departure ends in "~", and so
 * begins its arrival. Columns count terminal cells, so that Chinese words keep the lines straight.
 */

#include <string.h>

#include "render/render_ladder_text.h"

/* ---- drawing ---- */

static void put_time(TextLadder *text, int64_t time_ns)
{
    g_autofree char *told =
        g_strdup_printf("%" G_GINT64_FORMAT ".%06" G_GINT64_FORMAT, time_ns / SIM_NS_PER_S,
                        time_ns % SIM_NS_PER_S / SIM_NS_PER_US);
    if (time_ns != text->told_ns) {
        ladder_cells_put(&text->cells, text->time_cells - 2 - (int)strlen(told), told, G_MAXINT);
    }
    text->told_ns = time_ns;
}

static void put_lines(TextLadder *text, char host, char node)
{
    for (guint i = 0; i < text->ladder->columns->len; i++) {
        char glyph = ladder_column(text->ladder, i)->is_end ? host : node;
        ladder_cells_fill(&text->cells, text->column_at[i], text->column_at[i] + 1, glyph);
    }
}

static void put_colour(TextLadder *text, const char *code)
{
    if (text->colour) {
        g_string_append_printf(text->out, "\033[%sm", code);
    }
}

static void flush(TextLadder *text)
{
    ladder_cells_flush(&text->cells, text->out);
    put_colour(text, "0");
    g_string_append_c(text->out, '\n');
}

/* Left of the first line, right of the last, or right of one within, if that is free. */
static void put_mark(TextLadder *text, uint32_t index)
{
    const LadderMark *mark = ladder_mark(text->ladder, index);
    int at = text->column_at[mark->column];
    if (ladder_column(text->ladder, mark->column)->labels_left &&
        ladder_mark_is_outermost(text->ladder, mark)) {
        g_autofree char *words = ladder_text_mark(mark, text->left_cells);
        int width = MIN(ladder_cells_of(words), text->left_cells);
        ladder_cells_put(&text->cells, at - 1 - width, words, text->left_cells);
    } else {
        bool last = mark->column + 1 == text->ladder->columns->len;
        int most = last ? text->right_cells
                        : text->column_at[mark->column + 1] - text->column_at[mark->column] - 3;
        g_autofree char *words = ladder_text_mark(mark, most);
        ladder_cells_put(&text->cells, at + 2, words, most);
    }
}

/* Cells of a point: a line's, or between two. */
static int cell_of(const TextLadder *text, const LadderPoint *point)
{
    int from = text->column_at[point->column], to = text->column_at[point->toward];
    return from + (to - from) * point->part / 1000;
}

typedef struct Shaft {
    int from, to; /* cells; from > to: leftward */
    bool rightward;
    char stroke;
} Shaft;

static Shaft shaft_of(const TextLadder *text, const LadderArrow *arrow)
{
    Shaft shaft = { .from = cell_of(text, &arrow->points[0]),
                    .to = cell_of(text, ladder_arrow_end(arrow)),
                    .stroke = arrow->retransmission ? '=' : '-' };
    shaft.rightward = shaft.to > shaft.from;
    return shaft;
}

static void put_shaft(TextLadder *text, const Shaft *shaft)
{
    int low = MIN(shaft->from, shaft->to), high = MAX(shaft->from, shaft->to);
    for (guint i = 0; i < text->ladder->columns->len; i++) {
        int at = text->column_at[i];
        if (at > low && at < high) {
            ladder_cells_fill(&text->cells, at, at + 1, '+');
        }
    }
    for (int at = low + 1; at < high; at++) {
        if (ladder_cells_blank(&text->cells, at, at + 1)) {
            ladder_cells_fill(&text->cells, at, at + 1, shaft->stroke);
        }
    }
}

static void put_glyph(TextLadder *text, const Shaft *shaft, bool at_end, char glyph)
{
    int inward = shaft->rightward == at_end ? -1 : 1;
    int at = (at_end ? shaft->to : shaft->from) + inward;
    ladder_cells_fill(&text->cells, at, at + 1, glyph);
}

static bool label_fits(const Shaft *shaft, const char *label)
{
    return ladder_cells_of(label) + LADDER_SHORTEST_ARROW_CELLS <= ABS(shaft->to - shaft->from);
}

/* Beside the departure, with a blank on both sides; next to a shaft that is too short for
 * it. */
static void put_label(TextLadder *text, const Shaft *shaft, const char *label)
{
    g_autofree char *padded = g_strdup_printf(" %s ", label);
    int width = ladder_cells_of(padded);
    int low = MIN(shaft->from, shaft->to), high = MAX(shaft->from, shaft->to);
    int last = text->column_at[text->ladder->columns->len - 1];
    int at = !label_fits(shaft, label) ? (high < last ? high + 1 : low - width)
             : shaft->rightward        ? shaft->from + 3
                                       : shaft->from - 2 - width;
    ladder_cells_put(&text->cells, MAX(at, 0), padded, G_MAXINT);
}

static char head_of(const LadderArrow *arrow, bool rightward)
{
    switch (arrow->fate) {
    case LADDER_LOST:
    case LADDER_DISCARDED:
        return 'X';
    case LADDER_UNUSED:
        return 'o';
    case LADDER_STRAY:
        return '.';
    case LADDER_IN_FLIGHT:
        return '~';
    default:
        return rightward ? '>' : '<';
    }
}

/* Whether the row of an arrow tells what befell it: a mark beside the line of a host does not. */
static bool tells_fate(const TextLadder *text, const LadderArrow *arrow)
{
    return arrow->fate_text != NULL &&
           (arrow->fate == LADDER_LOST ||
            !ladder_column(text->ladder, ladder_arrow_end(arrow)->column)->is_end);
}

/* What befell a packet on its way stands behind the cross. */
static void put_fate(TextLadder *text, const LadderArrow *arrow, const Shaft *shaft)
{
    if (tells_fate(text, arrow)) {
        int width = ladder_cells_of(arrow->fate_text);
        int at = shaft->rightward ? shaft->to + 1 : shaft->to - 1 - width;
        ladder_cells_put(&text->cells, MAX(at, 0), arrow->fate_text, G_MAXINT);
    }
}

/* A lost packet's arrow ends behind its label, which so has room. */
static void stretch_lost(const LadderArrow *arrow, Shaft *shaft, int label_cells)
{
    int least = label_cells + LADDER_ARROW_CELLS - 1;
    if (arrow->fate == LADDER_LOST && ABS(shaft->to - shaft->from) < least) {
        shaft->to = shaft->from + (shaft->rightward ? least : -least);
    }
}

static const char *colour_of(const LadderArrow *arrow)
{
    return arrow->fate == LADDER_LOST || arrow->fate == LADDER_DISCARDED ? "31"
           : arrow->retransmission || arrow->faulty                      ? "33"
           : arrow->fate == LADDER_UNUSED || arrow->fate == LADDER_STRAY ? "90"
                                                                         : "0";
}

/* One row of a note, beside the departure. */
static void put_note_row(TextLadder *text, const LadderArrow *arrow, const Shaft *shaft,
                         const char *note)
{
    int width = ladder_cells_of(note);
    int at = shaft->rightward ? shaft->from + 4 : shaft->from - 3 - width;
    put_lines(text, '|', ':');
    ladder_cells_put(&text->cells, MAX(at, 0), note, G_MAXINT);
    put_colour(text, colour_of(arrow));
    flush(text);
}

/* A note in as many rows as it takes. */
static void put_wrapped(TextLadder *text, const LadderArrow *arrow, const Shaft *shaft,
                        const char *note, int room)
{
    g_auto(GStrv) words = g_strsplit(note, " ", -1);
    g_autoptr(GString) row = g_string_new("(");
    for (char **word = words; *word != NULL; word++) {
        bool fits = ladder_cells_of(row->str) + 1 + ladder_cells_of(*word) < room;
        if (word != words && !fits) {
            put_note_row(text, arrow, shaft, row->str);
            g_string_assign(row, " ");
        } else if (word != words) {
            g_string_append_c(row, ' ');
        }
        g_string_append(row, *word);
    }
    g_string_append_c(row, ')');
    put_note_row(text, arrow, shaft, row->str);
}

/* The reasons for a packet in rows below it, and its fate if that found no room behind the cross.
 */
static void put_note_rows(TextLadder *text, const LadderArrow *arrow, const Shaft *shaft,
                          const char *fate)
{
    g_auto(GStrv) notes = arrow->note != NULL ? g_strsplit(arrow->note, LADDER_NOTES, -1) : NULL;
    int room = MAX(ABS(shaft->to - shaft->from) - 5, LADDER_LEAST_SPAN_CELLS - 5);
    for (char **note = notes; note != NULL && *note != NULL; note++) {
        put_wrapped(text, arrow, shaft, *note, room);
    }
    if (fate != NULL) {
        put_wrapped(text, arrow, shaft, fate, room);
    }
}

/* Whether what befell a packet has to stand below it: its label takes the place behind the cross,
 * or there is too little room before the line that it was bound for. */
static bool fate_is_below(const TextLadder *text, const LadderArrow *arrow, const Shaft *shaft,
                          const char *label)
{
    int goal = text->column_at[ladder_arrow_end(arrow)->toward];
    bool room =
        arrow->fate != LADDER_LOST || ABS(goal - shaft->to) > ladder_cells_of(arrow->fate_text) + 1;
    return tells_fate(text, arrow) && !(room && label_fits(shaft, label));
}

/* What is gathered before the last packet of a burst. */
static void put_gathered(TextLadder *text, const LadderArrow *arrow)
{
    Shaft shaft = shaft_of(text, arrow);
    shaft.stroke = '.';
    put_lines(text, '|', ':');
    put_shaft(text, &shaft);
    put_label(text, &shaft, arrow->gathered_text);
    put_colour(text, "90");
    flush(text);
}

static void put_departure(TextLadder *text, const LadderRow *row)
{
    const LadderArrow *arrow = ladder_arrow(text->ladder, row->index);
    Shaft shaft = shaft_of(text, arrow);
    g_autofree char *label = ladder_text_arrow(arrow);
    bool fits = arrow->note != NULL && arrow->fate != LADDER_LOST &&
                ladder_cells_of(label) + ladder_cells_of(arrow->note) + LADDER_ARROW_CELLS + 3 <=
                    ABS(shaft.to - shaft.from);
    if (fits) {
        char *both = g_strdup_printf("%s (%s)", label, arrow->note);
        g_free(label);
        label = both;
    }
    put_colour(text, colour_of(arrow));
    stretch_lost(arrow, &shaft, ladder_cells_of(label));
    put_shaft(text, &shaft);
    put_label(text, &shaft, label);
    bool whole = row->kind == LADDER_ROW_WHOLE;
    bool fate_below = whole && fate_is_below(text, arrow, &shaft, label);
    if (whole && !fate_below) {
        put_fate(text, arrow, &shaft);
    }
    put_glyph(text, &shaft, true,
              row->kind == LADDER_ROW_DEPARTS ? '~' : head_of(arrow, shaft.rightward));
    if (arrow->injected) {
        put_glyph(text, &shaft, false, '*');
    } else if (arrow->marked_at != TRACE_NONE) {
        put_glyph(text, &shaft, false, '^');
    }
    flush(text);
    if ((arrow->note != NULL && !fits) || fate_below) {
        put_note_rows(text, arrow, &shaft, fate_below ? arrow->fate_text : NULL);
    }
}

static void put_arrival(TextLadder *text, const LadderRow *row)
{
    const LadderArrow *arrow = ladder_arrow(text->ladder, row->index);
    Shaft shaft = shaft_of(text, arrow);
    g_autofree char *label = g_strdup_printf("#%u", arrow->packet + 1);
    put_colour(text, colour_of(arrow));
    put_shaft(text, &shaft);
    put_label(text, &shaft, label);
    put_fate(text, arrow, &shaft);
    put_glyph(text, &shaft, false, '~');
    put_glyph(text, &shaft, true, head_of(arrow, shaft.rightward));
    flush(text);
}

static void put_break(TextLadder *text, const LadderBreak *b)
{
    g_autofree char *skipped = ladder_duration(b->skipped_ns);
    put_lines(text, '~', '~');
    ladder_cells_put(&text->cells, 0, skipped, G_MAXINT);
    if (b->packets_omitted > 0) {
        g_autofree char *omitted =
            g_strdup_printf(lang_text(text->ladder->lang, N_("%u packets left out (%s)")),
                            b->packets_omitted, skipped);
        ladder_cells_put(&text->cells, text->column_at[0] + 3, omitted, G_MAXINT);
    }
    flush(text);
}

static void put_row(TextLadder *text, const LadderRow *row)
{
    if (row->kind == LADDER_ROW_BREAK) {
        put_break(text, ladder_break(text->ladder, row->index));
        return;
    }
    bool departs = row->kind == LADDER_ROW_WHOLE || row->kind == LADDER_ROW_DEPARTS;
    if (departs && ladder_arrow(text->ladder, row->index)->gathered > 0) {
        put_gathered(text, ladder_arrow(text->ladder, row->index));
    }
    put_time(text, row->time_ns);
    put_lines(text, '|', ':');
    for (unsigned i = 0; i < 2; i++) {
        if (row->marks[i] != TRACE_NONE) {
            put_mark(text, row->marks[i]);
        }
    }
    if (row->kind == LADDER_ROW_MARK) {
        put_colour(text, "36");
        flush(text);
    } else if (row->kind == LADDER_ROW_ARRIVES) {
        put_arrival(text, row);
    } else {
        put_departure(text, row);
    }
}

/* ---- the whole ---- */

static void put_head(TextLadder *text)
{
    const Ladder *ladder = text->ladder;
    g_autofree char *title = ladder_plain(ladder_title(ladder->run));
    g_string_append_printf(text->out, "%s\n\n", title);
    for (guint i = 0; i < ladder->columns->len; i++) {
        const char *name = trace_place(ladder->run, ladder_column(ladder, i)->place)->name;
        int at = text->column_at[i] - ladder_cells_of(name) / 2;
        ladder_cells_put(&text->cells, MAX(at, 0), name, G_MAXINT);
    }
    flush(text);
}

static void put_foot(TextLadder *text)
{
    const Ladder *ladder = text->ladder;
    g_string_append_printf(
        text->out, "\n%s\n",
        lang_text(
            ladder->lang,
            N_("time in seconds; > call, < event, @ timer; ~ on its way, X lost or discarded, "
               "o not needed, = sent again")));
    if (ladder->places_omitted > 0) {
        g_string_append_printf(
            text->out,
            lang_text(ladder->lang, N_("%u more places sent or received and have no line here")),
            ladder->places_omitted);
        g_string_append_c(text->out, '\n');
    }
}

GString *ladder_text(const Ladder *ladder, int cells, bool colour)
{
    TextLadder text = { .ladder = ladder,
                        .rows = ladder_rows(ladder),
                        .column_at = g_new0(int, ladder->columns->len + 1),
                        .out = g_string_new(NULL),
                        .told_ns = -1,
                        .colour = colour };
    ladder_cells_init(&text.cells);
    ladder_text_widths(&text, cells);
    put_head(&text);
    for (guint i = 0; i < text.rows->len; i++) {
        if (!ladder_row(text.rows, i)->gone) {
            put_row(&text, ladder_row(text.rows, i));
        }
    }
    put_foot(&text);
    ladder_cells_clear(&text.cells);
    g_array_unref(text.rows);
    g_free(text.column_at);
    return text.out;
}
