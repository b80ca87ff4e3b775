/* What is placed when all the rest stands: the ends of lost packets' arrows; and which texts
 * overlap. */

#include "render/render_ladder_layout.h"

/* ---- lost packets ---- */

static bool same_leg(const LadderPoint *a, const LadderPoint *b)
{
    return a[0].column == b[0].column && a[1].toward == b[1].toward;
}

/* The leg of a packet that came through, nearest on the page to this one; NULL: there is none. */
static const LadderPoint *nearest_leg(const Ladder *ladder, const LadderPoint *start)
{
    const LadderPoint *nearest = NULL;
    for (uint32_t i = 0; i < ladder->arrows->len; i++) {
        const LadderArrow *arrow = ladder_arrow(ladder, i);
        for (uint32_t k = 0; k + 1 < ladder_timed_points(arrow); k++) {
            const LadderPoint *leg = &arrow->points[k];
            bool whole = leg[0].part == 0 && leg[1].part == 0;
            if (whole && same_leg(leg, start) &&
                (nearest == NULL || ABS(leg->y - start->y) < ABS(nearest->y - start->y))) {
                nearest = leg;
            }
        }
    }
    return nearest;
}

void ladder_place_lost(LadderLayout *layout)
{
    const Ladder *ladder = layout->ladder;
    for (uint32_t i = 0; i < ladder->arrows->len; i++) {
        const LadderArrow *arrow = ladder_arrow(ladder, i);
        if (arrow->fate != LADDER_LOST) {
            continue;
        }
        LadderPoint *end = &arrow->points[arrow->point_count - 1];
        const LadderPoint *start = end - 1, *leg = nearest_leg(ladder, start);
        int fall = ladder_height_of(layout, end->time_ns - start->time_ns);
        if (leg != NULL && ABS(leg->y - start->y) <= layout->longest_px) {
            fall = (leg[1].y - leg[0].y) * end->part / 1000;
        }
        end->y = start->y + MIN(fall, layout->longest_px);
    }
}

/* ---- texts that overlap ---- */

/* What moves a label. */
static uint32_t need_of_label(const LadderLayout *layout, const LadderLabel *label)
{
    if (label->kind == LADDER_LABEL_MARK) {
        return ladder_need_of(layout, &ladder_mark(layout->ladder, label->owner)->y);
    }
    const LadderArrow *arrow = ladder_arrow(layout->ladder, label->owner);
    uint32_t point = label->kind == LADDER_LABEL_FATE ? ladder_timed_points(arrow) - 1 : 0;
    return ladder_need_of(layout, &arrow->points[point].y);
}

/* The rows of the page that a label may touch. */
typedef struct Extent {
    int top, bottom;
    uint32_t label;
} Extent;

static gint compare_extents(gconstpointer a, gconstpointer b)
{
    const Extent *x = a, *y = b;
    if (x->top != y->top) {
        return x->top < y->top ? -1 : 1;
    }
    return (x->label > y->label) - (x->label < y->label);
}

static GArray *find_extents(const Ladder *ladder)
{
    GArray *extents = g_array_new(FALSE, FALSE, sizeof(Extent));
    for (uint32_t i = 0; i < ladder->labels->len; i++) {
        const LadderLabel *label = ladder_label(ladder, i);
        int far = label->y + label->slope * (label->left + label->right - 2 * label->x) / 1000;
        Extent extent = { MIN(label->y, far) - label->above, MAX(label->y, far) + label->below, i };
        g_array_append_val(extents, extent);
    }
    g_array_sort(extents, compare_extents);
    return extents;
}

/* Demands that the later of two texts stand lower. True: they overlap. */
static bool part(LadderLayout *layout, const LadderLabel *a, const LadderLabel *b)
{
    uint32_t need_a = need_of_label(layout, a), need_b = need_of_label(layout, b);
    if (need_a > need_b) {
        const LadderLabel *swapped = a;
        uint32_t need = need_a;
        a = b;
        b = swapped;
        need_a = need_b;
        need_b = need;
    }
    int down = ladder_label_overlap(a, b);
    if (down == 0 || need_a == need_b) {
        return false;
    }
    int apart = *ladder_need_at(layout, need_b)->y - *ladder_need_at(layout, need_a)->y;
    ladder_add_push(layout, need_a, need_b, apart + down + layout->slack);
    return true;
}

bool ladder_part_labels(LadderLayout *layout)
{
    const Ladder *ladder = layout->ladder;
    g_autoptr(GArray) extents = find_extents(ladder);
    bool any = false;
    for (guint i = 0; i < extents->len; i++) {
        const Extent *a = &g_array_index(extents, Extent, i);
        for (guint k = i + 1; k < extents->len; k++) {
            const Extent *b = &g_array_index(extents, Extent, k);
            if (b->top >= a->bottom) {
                break;
            }
            any =
                part(layout, ladder_label(ladder, a->label), ladder_label(ladder, b->label)) || any;
        }
    }
    return any;
}
