#include "render/render_ladder_labels.h"

#define STEEPEST 600 /* a label leans no more, in thousandths: it stays readable */
#define ASCENT_PX 10
#define DESCENT_PX 3
#define TIME_PX 92       /* the axis at the left edge, with its texts */
#define LABEL_ABOVE_PX 4 /* from the base line of a label to the arrow below it */

/* ---- widths ---- */

int ladder_text_px(const char *text, int size_px, bool bold)
{
    /* Advances of DejaVu Sans in hundredths of the size, from ' ' to '~'. */
    static const uint8_t advances[] = { 32, 40, 46, 84, 64,  95, 78, 27, 39, 39, 50, 84, 32, 36,
                                        32, 34, 64, 64, 64,  64, 64, 64, 64, 64, 64, 64, 34, 34,
                                        84, 84, 84, 53, 100, 68, 69, 70, 77, 63, 58, 77, 75, 29,
                                        29, 66, 56, 86, 75,  79, 60, 79, 69, 63, 61, 73, 68, 99,
                                        69, 61, 69, 39, 34,  39, 84, 50, 50, 61, 63, 55, 63, 62,
                                        35, 63, 63, 28, 28,  58, 28, 97, 63, 61, 63, 63, 41, 52,
                                        39, 63, 59, 82, 59,  59, 52, 64, 34, 64, 84 };
    int sum = 0;
    for (const char *c = text; *c != '\0'; c = g_utf8_next_char(c)) {
        gunichar ch = g_utf8_get_char(c);
        if (ch >= ' ' && ch <= '~') {
            sum += bold ? advances[ch - ' '] * 114 / 100 : advances[ch - ' '];
        } else if (!g_unichar_iszerowidth(ch)) {
            sum += g_unichar_iswide(ch) ? 103 : 68;
        }
    }
    return (sum * size_px + 99) / 100;
}

int ladder_arrow_px(const LadderArrow *arrow)
{
    g_autofree char *number = g_strdup_printf("#%u  ", arrow->packet + 1);
    int label = ladder_text_px(number, LADDER_SMALL_PX, false);
    if (!arrow->copy) {
        label += ladder_text_px(arrow->flags, LADDER_TEXT_PX, true) +
                 ladder_text_px(" ", LADDER_TEXT_PX, false) +
                 ladder_text_px(arrow->label, LADDER_TEXT_PX, false);
    }
    int note = arrow->note != NULL ? ladder_text_px(arrow->note, LADDER_SMALL_PX, false) : 0;
    int band =
        arrow->gathered > 0 ? ladder_text_px(arrow->gathered_text, LADDER_SMALL_PX, false) : 0;
    return MAX(MAX(label, note), band);
}

int ladder_mark_px(const LadderMark *mark)
{
    int width = ladder_text_px(mark->text, LADDER_TEXT_PX, mark->kind == LADDER_STATE);
    if (mark->cause != NULL) {
        width += ladder_text_px(" ", LADDER_TEXT_PX, false) +
                 ladder_text_px(mark->cause, LADDER_SMALL_PX, false);
    }
    return width;
}

int ladder_arrow_rows(const LadderArrow *arrow)
{
    return 1 + (arrow->note != NULL) + (arrow->gathered > 0);
}

/* ---- places ---- */

int ladder_root(int64_t square)
{
    int64_t root = 0;
    for (int64_t bit = INT64_C(1) << 31; bit > 0; bit >>= 1) {
        if ((root + bit) * (root + bit) <= square) {
            root += bit;
        }
    }
    return (int)root;
}

/* Adds a label whose text is that wide: turned, it reaches less far across and further up. */
static void add_label(Ladder *ladder, LadderLabel label, int width)
{
    int length = ladder_root(1000000 + label.slope * label.slope);
    int across = width * 1000 / length + ASCENT_PX * ABS(label.slope) / length;
    label.left = label.to_left ? label.x - across : label.x;
    label.right = label.to_left ? label.x : label.x + across;
    label.above = ASCENT_PX * length / 1000;
    label.below = DESCENT_PX * length / 1000;
    g_array_append_val(ladder->labels, label);
}

/* Labels of arrows that leave a host on the side of its marks begin beyond them. */
static int gap_at_start(const Ladder *ladder, const LadderPoint *start, bool rightward)
{
    const LadderColumn *column = ladder_column(ladder, start->column);
    bool beside_marks = column->is_end && column->labels_left != rightward && start->part == 0;
    return LADDER_LABEL_GAP_PX + (beside_marks ? column->states_px + LADDER_STATE_GAP_PX : 0);
}

static int slope_between(const LadderPoint *a, int x, int y)
{
    return x == a->x ? 0 : (y - a->y) * 1000 / (x - a->x);
}

/* The slope of a label of that width at the start of an arrow: along it, but never below it where
 * it bends. */
static int slope_along(const LadderArrow *arrow, int width)
{
    const LadderPoint *start = &arrow->points[0];
    int least = slope_between(start, arrow->points[1].x, arrow->points[1].y);
    for (uint32_t k = 1; k < arrow->point_count && ABS(arrow->points[k].x - start->x) < width;
         k++) {
        const LadderPoint *bend = &arrow->points[k];
        bool goes_on = k + 1 < arrow->point_count && bend[1].x != bend->x &&
                       (bend[1].x > bend->x) == (bend->x > start->x);
        int slope = slope_between(start, bend->x, bend->y);
        if (goes_on) {
            int x = bend[1].x > bend->x ? MIN(start->x + width, bend[1].x)
                                        : MAX(start->x - width, bend[1].x);
            int y = bend->y + (bend[1].y - bend->y) * (x - bend->x) / (bend[1].x - bend->x);
            int at_end = slope_between(start, x, y);
            slope = ABS(at_end) < ABS(slope) ? at_end : slope;
        }
        least = ABS(slope) < ABS(least) ? slope : least;
    }
    return CLAMP(least, -STEEPEST, STEEPEST);
}

static void place_arrow_label(Ladder *ladder, uint32_t index)
{
    const LadderArrow *arrow = ladder_arrow(ladder, index);
    const LadderPoint *start = &arrow->points[0];
    bool rightward = arrow->points[1].x >= start->x;
    int width = ladder_arrow_px(arrow), gap = gap_at_start(ladder, start, rightward);
    LadderLabel label = { .kind = LADDER_LABEL_PACKET,
                          .owner = index,
                          .x = start->x + (rightward ? gap : -gap),
                          .to_left = !rightward,
                          .slope = slope_along(arrow, gap + width) };
    label.y = start->y - LABEL_ABOVE_PX + label.slope * (label.x - start->x) / 1000;
    int row = (LADDER_ROW_PX - 2) * ladder_root(1000000 + label.slope * label.slope) / 1000;
    if (arrow->note != NULL) {
        LadderLabel note = label;
        note.kind = LADDER_LABEL_NOTE;
        add_label(ladder, note, width);
        label.y -= row;
    }
    add_label(ladder, label, width);
    if (arrow->gathered > 0) {
        LadderLabel band = label;
        band.kind = LADDER_LABEL_BAND;
        band.y -= row;
        add_label(ladder, band, width);
    }
}

/* Beyond a cross on the way; beside the line where the packet died in a node. */
static void place_fate_label(Ladder *ladder, uint32_t index)
{
    const LadderArrow *arrow = ladder_arrow(ladder, index);
    const LadderPoint *end = &arrow->points[arrow->point_count - 1], *before = end - 1;
    bool rightward = end->x >= before->x;
    int gap = (LADDER_CROSS_PX + 5) * (rightward ? 1 : -1);
    LadderLabel label = { .kind = LADDER_LABEL_FATE,
                          .owner = index,
                          .x = end->x + gap,
                          .y = end->y + (arrow->fate == LADDER_LOST ? LADDER_CROSS_PX + 4 : 4),
                          .to_left = !rightward };
    if (arrow->fate == LADDER_LOST) {
        label.slope = CLAMP(slope_between(before, end->x, end->y), -STEEPEST, STEEPEST);
    }
    int width = ladder_text_px(arrow->fate_text, LADDER_TEXT_PX, false);
    bool outside = label.to_left ? label.x - width < TIME_PX : label.x + width > ladder->width;
    if (outside) { /* back along the arrow, below it */
        label.x = end->x - gap;
        label.y += LADDER_ROW_PX;
        label.to_left = !label.to_left;
    }
    add_label(ladder, label, width);
}

static void place_mark_label(Ladder *ladder, uint32_t index)
{
    const LadderMark *mark = ladder_mark(ladder, index);
    const LadderColumn *column = ladder_column(ladder, mark->column);
    int side = column->labels_left ? -1 : 1;
    bool outside = mark->kind != LADDER_STATE && column->calls_px > 0;
    LadderLabel label = { .kind = LADDER_LABEL_MARK,
                          .owner = index,
                          .x = column->x + side * LADDER_STATE_GAP_PX,
                          .y = mark->y + 4,
                          .to_left = column->labels_left };
    int width = ladder_mark_px(mark);
    if (mark->kind == LADDER_LINK) {
        int middle = (column->x + ladder_column(ladder, mark->toward)->x) / 2;
        label.x = middle - width / 2;
        label.to_left = false;
    } else if (outside) {
        label.x += side * (column->states_px + LADDER_LANE_GAP_PX);
    }
    add_label(ladder, label, width);
}

/* A fate that the line of a host tells stands with its marks. */
static bool fate_in_field(const Ladder *ladder, const LadderArrow *arrow)
{
    const LadderPoint *end = &arrow->points[arrow->point_count - 1];
    return arrow->fate_text != NULL &&
           (arrow->fate == LADDER_LOST || !ladder_column(ladder, end->column)->is_end);
}

void ladder_place_labels(Ladder *ladder)
{
    g_array_set_size(ladder->labels, 0);
    for (uint32_t i = 0; i < ladder->arrows->len; i++) {
        place_arrow_label(ladder, i);
        if (fate_in_field(ladder, ladder_arrow(ladder, i))) {
            place_fate_label(ladder, i);
        }
    }
    for (uint32_t i = 0; i < ladder->marks->len; i++) {
        place_mark_label(ladder, i);
    }
}

/* ---- overlaps ---- */

/* Base line of the label at x. */
static int base_at(const LadderLabel *label, int x)
{
    return label->y + label->slope * (x - label->x) / 1000;
}

int ladder_label_overlap(const LadderLabel *a, const LadderLabel *b)
{
    int from = MAX(a->left, b->left), to = MIN(a->right, b->right);
    if (from >= to) {
        return 0;
    }
    /* The distance of two straight lines is largest and least at the ends. */
    int at_from = base_at(b, from) - base_at(a, from), at_to = base_at(b, to) - base_at(a, to);
    int least = MIN(at_from, at_to), largest = MAX(at_from, at_to);
    int down = a->below + b->above - least, up = b->below + a->above + largest;
    return up > 0 ? MAX(down, 0) : 0;
}
