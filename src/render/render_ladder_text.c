/* The ladder as text: a row a leg or mark, in the order of time. An arrow that something else
 * happens under is drawn in two rows, its departure ("~") and its arrival. Columns count terminal
 * cells, so that Chinese words keep the lines straight. */

#include <string.h>

#include "render/render_ladder.h"

#define TIME_CELLS 12
#define LEFT_CELLS 30
#define GAP_CELLS 46 /* between neighbours */
#define RIGHT_CELLS 40

typedef enum RowKind { ROW_WHOLE, ROW_DEPARTS, ROW_ARRIVES, ROW_MARK, ROW_BREAK } RowKind;

typedef struct Row {
    int64_t time_ns;
    int64_t until_ns; /* WHOLE: arrival */
    uint32_t rank;    /* the line it shows */
    RowKind kind;
    uint32_t arrow, leg;    /* all but MARK, BREAK */
    char *beside[2];        /* labels left of the first line and right of another; owned */
    uint32_t beside_column; /* of the right one */
} Row;

/* ---- cells ---- */

static int cells_of(const char *text)
{
    int cells = 0;
    for (const char *c = text; *c != 0; c = g_utf8_next_char(c)) {
        gunichar ch = g_utf8_get_char(c);
        cells += g_unichar_iszerowidth(ch) ? 0 : g_unichar_iswide(ch) ? 2 : 1;
    }
    return cells;
}

/* Appends text cut to at most that many cells; returns the cells used. */
static int put_cut(GString *out, const char *text, int most)
{
    int cells = 0;
    for (const char *c = text; *c != 0; c = g_utf8_next_char(c)) {
        gunichar ch = g_utf8_get_char(c);
        int width = g_unichar_iszerowidth(ch) ? 0 : g_unichar_iswide(ch) ? 2 : 1;
        if (cells + width > most) {
            break;
        }
        g_string_append_unichar(out, ch);
        cells += width;
    }
    return cells;
}

static void put_repeated(GString *out, const char *glyph, int times)
{
    for (int i = 0; i < times; i++) {
        g_string_append(out, glyph);
    }
}

/* ---- rows ---- */

static gint compare_rows(gconstpointer a, gconstpointer b)
{
    const Row *x = a, *y = b;
    if (x->time_ns != y->time_ns) {
        return x->time_ns < y->time_ns ? -1 : 1;
    }
    return x->rank < y->rank ? -1 : x->rank > y->rank;
}

static bool is_leg(const LadderArrow *arrow, uint32_t leg)
{
    return arrow->points[leg].x != arrow->points[leg + 1].x;
}

static void add_legs(const Ladder *ladder, GArray *rows)
{
    for (uint32_t i = 0; i < ladder->arrows->len; i++) {
        const LadderArrow *arrow = ladder_arrow(ladder, i);
        for (uint32_t leg = 0; leg + 1 < arrow->point_count; leg++) {
            if (is_leg(arrow, leg)) {
                Row row = { .time_ns = arrow->points[leg].time_ns,
                            .until_ns = arrow->points[leg + 1].time_ns,
                            .rank = arrow->points[leg].line,
                            .arrow = i,
                            .leg = leg };
                g_array_append_val(rows, row);
            }
        }
    }
}

static char *mark_text(const LadderMark *mark)
{
    static const char *const prefix[] = { [LADDER_STATE] = "",
                                          [LADDER_CALL] = "> ",
                                          [LADDER_EVENT] = "< ",
                                          [LADDER_HOST] = "! ",
                                          [LADDER_TIMER] = "@ " };
    return g_strconcat(prefix[mark->kind], mark->text, NULL);
}

static void add_marks(const Ladder *ladder, GArray *rows)
{
    for (uint32_t i = 0; i < ladder->marks->len; i++) {
        const LadderMark *mark = ladder_mark(ladder, i);
        bool left = ladder_column(ladder, mark->column)->labels_left;
        Row row = { .time_ns = mark->time_ns,
                    .until_ns = mark->time_ns,
                    .rank = mark->line,
                    .kind = ROW_MARK,
                    .beside_column = mark->column };
        row.beside[left ? 0 : 1] = mark_text(mark);
        g_array_append_val(rows, row);
    }
}

/* Whether something happens between the departure of the i-th row's arrow and its arrival. */
static bool something_under(const GArray *rows, guint i)
{
    const Row *row = &g_array_index(rows, Row, i);
    while (++i < rows->len && g_array_index(rows, Row, i).time_ns == row->time_ns) {
    }
    return i < rows->len && g_array_index(rows, Row, i).time_ns < row->until_ns;
}

/* Splits each leg under which something else happens. */
static void split_legs(const Ladder *ladder, GArray *rows)
{
    g_autoptr(GArray) arrivals = g_array_new(FALSE, FALSE, sizeof(Row));
    for (guint i = 0; i < rows->len; i++) {
        Row *row = &g_array_index(rows, Row, i);
        if (row->kind == ROW_WHOLE && something_under(rows, i)) {
            row->kind = ROW_DEPARTS;
            Row arrival = *row;
            arrival.kind = ROW_ARRIVES;
            arrival.time_ns = row->until_ns;
            arrival.rank = ladder_arrow(ladder, row->arrow)->points[row->leg + 1].line;
            g_array_append_val(arrivals, arrival);
        }
    }
    g_array_append_vals(rows, arrivals->data, arrivals->len);
    g_array_sort(rows, compare_rows);
}

static const LadderPoint *row_end(const Ladder *ladder, const Row *row)
{
    return &ladder_arrow(ladder, row->arrow)->points[row->leg + (row->kind != ROW_DEPARTS)];
}

/* A mark may stand beside an arrow that leaves or reaches its line at that instant. */
static bool may_join(const Ladder *ladder, const Row *row, const Row *mark)
{
    unsigned side = mark->beside[0] != NULL ? 0 : 1;
    if (row->kind == ROW_MARK || row->beside[side] != NULL) {
        return false;
    }
    const LadderArrow *arrow = ladder_arrow(ladder, row->arrow);
    const LadderPoint *start = &arrow->points[row->leg], *end = row_end(ladder, row);
    bool at_start = row->kind != ROW_ARRIVES && start->column == mark->beside_column &&
                    start->time_ns == mark->time_ns;
    bool at_end = row->kind != ROW_DEPARTS && arrow->fate != LADDER_LOST &&
                  end->column == mark->beside_column && end->time_ns == mark->time_ns;
    return at_start || at_end;
}

/* Moves marks beside arrows next to them; the rows that are left empty go. */
static void join_marks(const Ladder *ladder, GArray *rows)
{
    for (guint i = 0; i < rows->len; i++) {
        Row *mark = &g_array_index(rows, Row, i);
        for (int step = -1; mark->kind == ROW_MARK && step <= 1; step += 2) {
            guint at = i + (guint)step;
            Row *row = at < rows->len ? &g_array_index(rows, Row, at) : NULL;
            if (row != NULL && may_join(ladder, row, mark)) {
                unsigned side = mark->beside[0] != NULL ? 0 : 1;
                row->beside[side] = g_steal_pointer(&mark->beside[side]);
                row->beside_column = side == 1 ? mark->beside_column : row->beside_column;
                g_array_remove_index(rows, i--);
                break;
            }
        }
    }
}

/* ---- drawing ---- */

static void put_time(GString *out, int64_t ns)
{
    g_string_append_printf(out, "%4" G_GINT64_FORMAT ".%06" G_GINT64_FORMAT " ", ns / SIM_NS_PER_S,
                           ns % SIM_NS_PER_S / SIM_NS_PER_US);
}

static char *arrow_text(const LadderArrow *arrow, const Row *row)
{
    if (row->kind == ROW_ARRIVES || row->leg > 0) {
        return g_strdup_printf("#%u", arrow->packet + 1);
    }
    return g_strdup_printf("#%u %s %s%s%s%s", arrow->packet + 1, arrow->flags, arrow->label,
                           arrow->note != NULL ? " [" : "", arrow->note != NULL ? arrow->note : "",
                           arrow->note != NULL ? "]" : "");
}

/* One gap between two lines, with the arrow of the row drawn through it. */
static void put_arrow_gap(GString *out, const LadderArrow *arrow, const Row *row, bool rightward)
{
    g_autofree char *text = arrow_text(arrow, row);
    bool last_leg = row->leg + 2 == arrow->point_count;
    bool lost = last_leg && arrow->fate == LADDER_LOST && row->kind != ROW_DEPARTS;
    const char *stroke = arrow->retransmission ? "=" : "-";
    const char *head = row->kind == ROW_DEPARTS ? "~" : lost ? "X" : rightward ? ">" : "<";
    const char *tail = row->kind == ROW_ARRIVES ? "~" : stroke;
    GString *label = g_string_new(NULL);
    int room = GAP_CELLS - 6;
    int cells = put_cut(label, text, room);
    int fill = GAP_CELLS - 4 - cells;
    g_string_append(out, rightward ? tail : head);
    put_repeated(out, stroke, rightward ? 1 : fill - 1);
    g_string_append_printf(out, " %s ", label->str);
    put_repeated(out, stroke, rightward ? fill - 1 : 1);
    g_string_append(out, rightward ? head : tail);
    g_string_free(label, TRUE);
}

static void put_empty_gap(GString *out, const Row *row, uint32_t column)
{
    int used = 0;
    if (row->beside[1] != NULL && row->beside_column == column) {
        g_string_append_c(out, ' ');
        used = 1 + put_cut(out, row->beside[1], GAP_CELLS - 2);
    }
    put_repeated(out, " ", GAP_CELLS - used);
}

/* The columns an arrow's leg crosses: [*out_low, *out_high). A lost one is drawn to where it was
 * bound. */
static bool row_span(const Ladder *ladder, const Row *row, uint32_t *out_low, uint32_t *out_high)
{
    if (row->kind == ROW_MARK) {
        *out_low = *out_high = 0;
        return true;
    }
    const LadderArrow *arrow = ladder_arrow(ladder, row->arrow);
    const LadderPoint *a = &arrow->points[row->leg], *b = &arrow->points[row->leg + 1];
    bool rightward = b->x > a->x;
    uint32_t to = b->column;
    if (to == a->column) {
        to = rightward ? a->column + 1 : a->column - 1;
    }
    *out_low = MIN(a->column, to);
    *out_high = MAX(a->column, to);
    return rightward;
}

static void put_row(GString *out, const Ladder *ladder, const Row *row)
{
    uint32_t low, high, n = ladder->columns->len;
    bool rightward = row_span(ladder, row, &low, &high);
    put_time(out, row->time_ns);
    g_autoptr(GString) left = g_string_new(NULL);
    int cells = row->beside[0] != NULL ? put_cut(left, row->beside[0], LEFT_CELLS) : 0;
    put_repeated(out, " ", LEFT_CELLS - cells);
    g_string_append_printf(out, "%s ", left->str);
    for (uint32_t c = 0; c < n; c++) {
        bool within = c > low && c < high;
        g_string_append(out, within ? "+" : "|");
        if (c + 1 < n && c >= low && c < high) {
            put_arrow_gap(out, ladder_arrow(ladder, row->arrow), row, rightward);
        } else if (c + 1 < n) {
            put_empty_gap(out, row, c);
        } else if (row->beside[1] != NULL && row->beside_column == c) {
            g_string_append_c(out, ' ');
            put_cut(out, row->beside[1], RIGHT_CELLS);
        }
    }
}

/* Why a packet died, at the end of its last row. */
static void put_fate(GString *out, const Ladder *ladder, const Row *row)
{
    if (row->kind == ROW_MARK || row->kind == ROW_DEPARTS) {
        return;
    }
    const LadderArrow *arrow = ladder_arrow(ladder, row->arrow);
    if (row->leg + 2 == arrow->point_count && arrow->fate_text != NULL) {
        g_string_append_printf(out, "  X %s", arrow->fate_text);
    }
}

static void put_colour(GString *out, const Ladder *ladder, const Row *row)
{
    const LadderArrow *arrow = row->kind == ROW_MARK ? NULL : ladder_arrow(ladder, row->arrow);
    const char *code = arrow == NULL                     ? "36"
                       : arrow->fate == LADDER_LOST      ? "31"
                       : arrow->fate == LADDER_DISCARDED ? "35"
                       : arrow->retransmission           ? "33"
                                                         : "0";
    g_string_append_printf(out, "\033[%sm", code);
}

static void put_names(GString *out, const Ladder *ladder)
{
    g_string_append_printf(out, "%s\n\n", ladder_title(ladder->run));
    put_repeated(out, " ", TIME_CELLS + LEFT_CELLS - 1);
    for (guint c = 0; c < ladder->columns->len; c++) {
        const char *name = trace_place(ladder->run, ladder_column(ladder, c)->place)->name;
        int cells = cells_of(name);
        g_string_append(out, name);
        put_repeated(out, " ", MAX(GAP_CELLS + 1 - cells, 1));
    }
    g_string_truncate(out, strlen(g_strchomp(out->str)));
    g_string_append_c(out, '\n');
}

GString *ladder_text(const Ladder *ladder, bool colour)
{
    g_autoptr(GArray) rows = g_array_new(FALSE, FALSE, sizeof(Row));
    add_legs(ladder, rows);
    add_marks(ladder, rows);
    g_array_sort(rows, compare_rows);
    split_legs(ladder, rows);
    join_marks(ladder, rows);
    GString *out = g_string_new(NULL);
    put_names(out, ladder);
    for (guint i = 0; i < rows->len; i++) {
        Row *row = &g_array_index(rows, Row, i);
        if (colour) {
            put_colour(out, ladder, row);
        }
        put_row(out, ladder, row);
        put_fate(out, ladder, row);
        g_string_append(out, colour ? "\033[0m\n" : "\n");
        g_free(row->beside[0]);
        g_free(row->beside[1]);
    }
    return out;
}
