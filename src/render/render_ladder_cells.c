#include "render/render_ladder_cells.h"

void ladder_cells_init(LadderCells *row)
{
    row->cells = g_array_new(FALSE, FALSE, sizeof(gunichar));
}

void ladder_cells_clear(LadderCells *row)
{
    g_array_unref(row->cells);
}

static int width_of(gunichar ch)
{
    bool unseen = g_unichar_iszerowidth(ch) || g_unichar_iscntrl(ch);
    return unseen ? 0 : g_unichar_iswide(ch) ? 2 : 1;
}

int ladder_cells_of(const char *text)
{
    int cells = 0;
    for (const char *c = text; *c != '\0'; c = g_utf8_next_char(c)) {
        cells += width_of(g_utf8_get_char(c));
    }
    return cells;
}

static void set_cell(LadderCells *row, int at, gunichar ch)
{
    gunichar blank = ' ';
    g_assert(at >= 0);
    while (row->cells->len <= (guint)at) {
        g_array_append_val(row->cells, blank);
    }
    g_array_index(row->cells, gunichar, at) = ch;
}

/* A wide character that loses a half becomes blank. */
static void put_char(LadderCells *row, int at, gunichar ch)
{
    guint len = row->cells->len, cell = (guint)at;
    if (cell < len && g_array_index(row->cells, gunichar, cell) == 0) {
        set_cell(row, at - 1, ' ');
    }
    guint behind = cell + (guint)width_of(ch);
    if (behind < len && g_array_index(row->cells, gunichar, behind) == 0) {
        set_cell(row, (int)behind, ' ');
    }
    set_cell(row, at, ch);
    if (width_of(ch) == 2) {
        set_cell(row, at + 1, 0);
    }
}

void ladder_cells_put(LadderCells *row, int at, const char *text, int most)
{
    bool cut = ladder_cells_of(text) > most;
    int left = most - cut;
    for (const char *c = text; *c != '\0'; c = g_utf8_next_char(c)) {
        gunichar ch = g_utf8_get_char(c);
        if (width_of(ch) == 0) {
            continue;
        }
        left -= width_of(ch);
        if (left < 0) {
            break;
        }
        put_char(row, at, ch);
        at += width_of(ch);
    }
    if (cut && most > 0) {
        put_char(row, at, 0x2026);
    }
}

void ladder_cells_fill(LadderCells *row, int from, int to, char glyph)
{
    for (int at = from; at < to; at++) {
        put_char(row, at, (gunichar)glyph);
    }
}

bool ladder_cells_blank(const LadderCells *row, int from, int to)
{
    for (int at = from; at < to && (guint)at < row->cells->len; at++) {
        if (g_array_index(row->cells, gunichar, at) != ' ') {
            return false;
        }
    }
    return true;
}

void ladder_cells_flush(LadderCells *row, GString *out)
{
    guint end = row->cells->len;
    while (end > 0 && g_array_index(row->cells, gunichar, end - 1) == ' ') {
        end--;
    }
    for (guint i = 0; i < end; i++) {
        gunichar ch = g_array_index(row->cells, gunichar, i);
        if (ch != 0) {
            g_string_append_unichar(out, ch);
        }
    }
    g_array_set_size(row->cells, 0);
}
