#include "render/render_ladder_rows.h"

typedef struct RowMaker {
    const Ladder *ladder;
    GArray *rows; /* of LadderRow */
} RowMaker;

static gint compare_rows(gconstpointer a, gconstpointer b)
{
    const LadderRow *x = a, *y = b;
    if (x->time_ns != y->time_ns) {
        return x->time_ns < y->time_ns ? -1 : 1;
    }
    if (x->rank != y->rank) {
        return x->rank < y->rank ? -1 : 1;
    }
    return (x->kind > y->kind) - (x->kind < y->kind);
}

static void add_row(RowMaker *maker, int64_t time_ns, uint32_t rank, LadderRowKind kind,
                    uint32_t index)
{
    LadderRow row = { .time_ns = time_ns,
                      .rank = rank,
                      .kind = kind,
                      .index = index,
                      .marks = { TRACE_NONE, TRACE_NONE } };
    g_array_append_val(maker->rows, row);
}

/* Whether an arrow arrives anywhere. */
static bool arrives(const LadderArrow *arrow)
{
    return arrow->fate != LADDER_LOST && arrow->fate != LADDER_IN_FLIGHT;
}

static void collect_rows(RowMaker *maker)
{
    const Ladder *ladder = maker->ladder;
    for (uint32_t i = 0; i < ladder->arrows->len; i++) {
        const LadderArrow *arrow = ladder_arrow(ladder, i);
        const LadderPoint *end = ladder_arrow_end(arrow);
        add_row(maker, arrow->points[0].time_ns, arrow->points[0].line,
                arrives(arrow) ? LADDER_ROW_DEPARTS : LADDER_ROW_WHOLE, i);
        if (arrives(arrow)) {
            add_row(maker, end->time_ns, end->line, LADDER_ROW_ARRIVES, i);
        }
    }
    for (uint32_t i = 0; i < ladder->marks->len; i++) {
        const LadderMark *mark = ladder_mark(ladder, i);
        add_row(maker, mark->time_ns, mark->line, LADDER_ROW_MARK, i);
        ladder_row(maker->rows, maker->rows->len - 1)->marks[0] = i;
    }
    for (uint32_t i = 0; i < ladder->breaks->len; i++) {
        add_row(maker, ladder_break(ladder, i)->resumes_ns, 0, LADDER_ROW_BREAK, i);
    }
    g_array_sort(maker->rows, compare_rows);
}

/* Draws a departure and its arrival in one row where nothing happens between them but marks. */
static void join_arrivals(RowMaker *maker)
{
    for (guint i = 0; i < maker->rows->len; i++) {
        LadderRow *row = ladder_row(maker->rows, i);
        for (guint k = i + 1; row->kind == LADDER_ROW_DEPARTS && k < maker->rows->len; k++) {
            LadderRow *next = ladder_row(maker->rows, k);
            if (next->kind == LADDER_ROW_ARRIVES && next->index == row->index) {
                row->kind = LADDER_ROW_WHOLE;
                next->gone = true;
            } else if (next->kind != LADDER_ROW_MARK || next->time_ns != row->time_ns) {
                break;
            }
        }
    }
}

/* Whether the arrow of the row leaves or reaches the column of the mark at its instant, which is
 * the one that the row tells. */
static bool touches(const RowMaker *maker, const LadderRow *row, const LadderMark *mark)
{
    if (row->kind == LADDER_ROW_MARK || row->kind == LADDER_ROW_BREAK) {
        return false;
    }
    const LadderArrow *arrow = ladder_arrow(maker->ladder, row->index);
    const LadderPoint *start = &arrow->points[0], *end = ladder_arrow_end(arrow);
    bool at_start = row->kind != LADDER_ROW_ARRIVES && start->column == mark->column &&
                    start->time_ns == mark->time_ns;
    bool at_end = row->kind == LADDER_ROW_ARRIVES && end->column == mark->column &&
                  end->part == 0 && end->time_ns == mark->time_ns;
    return at_start || at_end;
}

bool ladder_mark_is_outermost(const Ladder *ladder, const LadderMark *mark)
{
    const LadderColumn *column = ladder_column(ladder, mark->column);
    uint32_t last = ladder->columns->len - 1;
    return mark->kind != LADDER_LINK && mark->column == (column->labels_left ? 0 : last);
}

/* The slot of a row that a mark beside an outer line takes: left, right. */
static unsigned slot_of(const RowMaker *maker, const LadderMark *mark)
{
    return ladder_column(maker->ladder, mark->column)->labels_left ? 0 : 1;
}

/* Gives a mark to a neighbouring row; false: it does not fit there. */
static bool give_mark(RowMaker *maker, LadderRow *mark_row, LadderRow *row)
{
    const LadderMark *mark = ladder_mark(maker->ladder, mark_row->index);
    unsigned slot = slot_of(maker, mark);
    if (row->kind == LADDER_ROW_MARK) {
        const LadderMark *other = ladder_mark(maker->ladder, row->index);
        bool free = row->marks[1] == TRACE_NONE && ladder_mark_is_outermost(maker->ladder, other) &&
                    other->column != mark->column && row->time_ns == mark->time_ns;
        if (free) {
            row->marks[1] = mark_row->index;
        }
        return free;
    }
    if (!touches(maker, row, mark) || row->marks[slot] != TRACE_NONE) {
        return false;
    }
    row->marks[slot] = mark_row->index;
    return true;
}

static LadderRow *neighbour(RowMaker *maker, guint i, int step)
{
    for (guint k = i + (guint)step; k < maker->rows->len; k += (guint)step) {
        if (!ladder_row(maker->rows, k)->gone) {
            return ladder_row(maker->rows, k);
        }
    }
    return NULL;
}

/* Draws marks in the rows next to them: what led to a departure, what an arrival led to. */
static void join_marks(RowMaker *maker)
{
    for (guint i = 0; i < maker->rows->len; i++) {
        LadderRow *row = ladder_row(maker->rows, i);
        if (row->kind != LADDER_ROW_MARK || row->gone ||
            !ladder_mark_is_outermost(maker->ladder, ladder_mark(maker->ladder, row->index))) {
            continue;
        }
        LadderRow *next = neighbour(maker, i, 1), *before = neighbour(maker, i, -1);
        bool joins = row->marks[1] == TRACE_NONE;
        row->gone =
            joins &&
            ((next != NULL && next->kind != LADDER_ROW_MARK && give_mark(maker, row, next)) ||
             (before != NULL && give_mark(maker, row, before)));
    }
}

GArray *ladder_rows(const Ladder *ladder)
{
    RowMaker maker = { ladder, g_array_new(FALSE, FALSE, sizeof(LadderRow)) };
    collect_rows(&maker);
    join_arrivals(&maker);
    join_marks(&maker);
    return maker.rows;
}
