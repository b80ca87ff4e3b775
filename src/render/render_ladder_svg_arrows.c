/* Packets as arrows, and bands of them, in SVG. */

#include "render/render_ladder_svg.h"

#define HEAD_PX 9
#define HEAD_HALF_PX 4
#define RING_PX 4
#define MARK_PX 5
#define HAIR_PX 3 /* least, between the lines of a band */
#define TIE_PX 6  /* how far the innermost tie swings out */

static void put_path(GString *out, const LadderArrow *arrow)
{
    g_string_append(out, "<path class=\"path\" d=\"");
    for (uint32_t k = 0; k < arrow->point_count; k++) {
        g_string_append_printf(out, "%c%d %d", k == 0 ? 'M' : 'L', arrow->points[k].x,
                               arrow->points[k].y);
    }
    g_string_append(out, "\"/>\n");
}

/* In tenths of a pixel. */
static void put_tenths(GString *out, int tenths)
{
    g_string_append_printf(out, " %s%d.%d", tenths < 0 ? "-" : "", ABS(tenths) / 10,
                           ABS(tenths) % 10);
}

void ladder_svg_head(GString *out, int from_x, int from_y, int x, int y)
{
    int dx = x - from_x, dy = y - from_y;
    int length = MAX(ladder_root((int64_t)dx * dx + (int64_t)dy * dy), 1);
    int back_x = -dx * HEAD_PX * 10 / length, back_y = -dy * HEAD_PX * 10 / length;
    int side_x = -dy * HEAD_HALF_PX * 10 / length, side_y = dx * HEAD_HALF_PX * 10 / length;
    g_string_append_printf(out, "<path class=\"head\" d=\"M%d %dl", x, y);
    put_tenths(out, back_x + side_x);
    put_tenths(out, back_y + side_y);
    g_string_append(out, "l");
    put_tenths(out, -2 * side_x);
    put_tenths(out, -2 * side_y);
    g_string_append(out, "z\"/>\n");
}

void ladder_svg_cross(GString *out, int x, int y)
{
    int d = LADDER_CROSS_PX;
    g_string_append_printf(out, "<path class=\"cross\" d=\"M%d %dl%d %dm0 %dl%d %d\"/>\n", x - d,
                           y - d, 2 * d, 2 * d, -2 * d, -2 * d, 2 * d);
}

void ladder_svg_ring(GString *out, int x, int y)
{
    g_string_append_printf(out, "<circle class=\"ring\" cx=\"%d\" cy=\"%d\" r=\"%d\"/>\n", x, y,
                           RING_PX);
}

/* A triangle, as on road signs. */
void ladder_svg_mark(GString *out, int x, int y)
{
    int d = MARK_PX;
    g_string_append_printf(out, "<path class=\"ce\" d=\"M%d %dl%d %dh%dz\"/>\n", x, y - d, d, 2 * d,
                           -2 * d);
}

/* A thin line between the edges of a band, or all of them at once: `part` of `parts` lies before
 * it. */
static void put_within(GString *out, const LadderArrow *a, const LadderArrow *b, int part,
                       int parts)
{
    for (uint32_t k = 0; k < b->point_count; k++) {
        int y = a->points[k].y + (b->points[k].y - a->points[k].y) * part / parts;
        g_string_append_printf(out, "%c%d %d", k == 0 ? 'M' : 'L', b->points[k].x, y);
    }
}

/* The packets between two like ones: an area, and in it a line for each if there is room. */
void ladder_svg_band(GString *out, const Ladder *ladder, const LadderArrow *arrow)
{
    const LadderArrow *first = ladder_arrow(ladder, arrow->gathered_from);
    int parts = (int)arrow->gathered + 1;
    bool back = arrow->points[arrow->point_count - 1].x < arrow->points[0].x;
    g_string_append_printf(out,
                           "<g class=\"band%s\" data-first=\"%u\" data-last=\"%u\" "
                           "data-packets=\"%u\">\n<path class=\"area\" d=\"",
                           back ? " back" : "", first->packet + 1, arrow->packet + 1,
                           arrow->gathered);
    put_within(out, first, arrow, 0, 1);
    for (uint32_t k = arrow->point_count; k-- > 0;) {
        g_string_append_printf(out, "L%d %d", arrow->points[k].x, arrow->points[k].y);
    }
    g_string_append(out, "z\"/>\n<path class=\"hair\" d=\"");
    if (arrow->points[0].y - first->points[0].y >= HAIR_PX * parts) {
        for (int part = 1; part < parts; part++) {
            put_within(out, first, arrow, part, parts);
        }
    }
    g_string_append(out, "\"/>\n</g>\n");
}

/* What stands at the end of an arrow. */
static void put_end(GString *out, const LadderArrow *arrow)
{
    const LadderPoint *end = &arrow->points[arrow->point_count - 1], *before = end - 1;
    int back = end->x >= before->x ? -1 : 1;
    switch (arrow->fate) {
    case LADDER_LOST:
        ladder_svg_cross(out, end->x, end->y);
        break;
    case LADDER_DISCARDED:
        ladder_svg_cross(out, end->x + back * (LADDER_CROSS_PX + 1), end->y);
        break;
    case LADDER_STRAY:
        g_string_append_printf(out, "<path class=\"stop\" d=\"M%d %dv8\"/>\n", end->x + back * 4,
                               end->y - 4);
        break;
    case LADDER_UNUSED:
        ladder_svg_head(out, before->x, before->y, end->x + back * 2 * RING_PX, end->y);
        ladder_svg_ring(out, end->x + back * RING_PX, end->y);
        break;
    case LADDER_ARRIVED:
        ladder_svg_head(out, before->x, before->y, end->x, end->y);
        break;
    default:
        break;
    }
}

/* Where the queue stood. */
static void put_mark(GString *out, const LadderArrow *arrow)
{
    for (uint32_t k = 0; k < arrow->point_count; k++) {
        const LadderPoint *point = &arrow->points[k];
        if (point->leaves && point->column == arrow->marked_at) {
            ladder_svg_mark(out, point->x, point->y);
            return;
        }
    }
}

/* From the original's departure to the repetition's, on the inner side of the line. */
static void put_tie(GString *out, const Ladder *ladder, const LadderArrow *arrow)
{
    const LadderArrow *first = ladder_arrow(ladder, arrow->original);
    const LadderPoint *from = &first->points[0], *to = &arrow->points[0];
    int swing = TIE_PX + (int)(arrow->original % 3) * 3;
    if (from->column != to->column || to->y - from->y < 2 * swing) {
        return;
    }
    int side = ladder_column(ladder, to->column)->labels_left ? swing : -swing;
    g_string_append_printf(out,
                           "<path class=\"tie\" data-original=\"%u\" data-packet=\"%u\" "
                           "d=\"M%d %dq%d 0 %d %dV%dq0 %d %d %d\"/>\n",
                           first->packet + 1, arrow->packet + 1, from->x, from->y, side, side,
                           swing, to->y - swing, swing, -side, swing);
}

static void put_classes(GString *out, const Ladder *ladder, const LadderArrow *arrow)
{
    const Packet *p = trace_packet(ladder->run, arrow->packet)->snapshot;
    bool back = arrow->points[arrow->point_count - 1].x < arrow->points[0].x;
    bool rst = p->kind == PACKET_TCP && (p->tcp.flags & TCP_RST) != 0;
    g_string_append_printf(out, "%s%s%s%s%s%s %s", back ? " back" : "", rst ? " rst" : "",
                           arrow->retransmission ? " again" : "", arrow->faulty ? " faulty" : "",
                           arrow->marked_at != TRACE_NONE ? " marked" : "",
                           arrow->injected ? " injected" : "", ladder_fate_to_string(arrow->fate));
}

/* Everything known of a packet, for who points at it. */
static void put_title(GString *out, const Ladder *ladder, const LadderArrow *arrow)
{
    PacketWhy why = trace_packet(ladder->run, arrow->packet)->snapshot->why;
    g_autofree char *story = trace_packet_story(ladder->run, arrow->packet, ladder->lang);
    g_autofree char *reason = trace_why_story(ladder->run, arrow->packet, why, ladder->lang);
    g_string_append(out, "<title>");
    ladder_svg_escaped(out, story);
    g_string_append(out, " [");
    ladder_svg_escaped(out, reason);
    g_string_append_c(out, ']');
    if (arrow->fate_text != NULL) {
        g_string_append(out, "; ");
        ladder_svg_escaped(out, arrow->fate_text);
    }
    g_string_append(out, "</title>\n");
}

void ladder_svg_arrow(GString *out, const Ladder *ladder, const LadderArrow *arrow)
{
    const LadderPoint *start = &arrow->points[0], *end = &arrow->points[arrow->point_count - 1];
    g_string_append(out, "<g class=\"packet");
    put_classes(out, ladder, arrow);
    g_string_append_printf(out, "\" data-packet=\"%u\"", arrow->packet + 1);
    ladder_svg_attribute(out, "flags", arrow->flags);
    ladder_svg_attribute(out, "fate", ladder_fate_to_string(arrow->fate));
    ladder_svg_attribute(
        out, "from", trace_place(ladder->run, ladder_column(ladder, start->column)->place)->name);
    ladder_svg_attribute(out, "to",
                         trace_place(ladder->run, ladder_column(ladder, end->toward)->place)->name);
    ladder_svg_time_attribute(out, "from-ns", start->time_ns);
    ladder_svg_time_attribute(out, "to-ns", end->time_ns);
    g_string_append(out, ">\n");
    put_title(out, ladder, arrow);
    if (arrow->original != TRACE_NONE && !arrow->copy) {
        put_tie(out, ladder, arrow);
    }
    put_path(out, arrow);
    if (arrow->injected) {
        g_string_append_printf(out, "<path class=\"seed\" d=\"M%d %dl5 -5l5 5l-5 5z\"/>\n",
                               start->x - 5, start->y);
    }
    put_end(out, arrow);
    if (arrow->marked_at != TRACE_NONE) {
        put_mark(out, arrow);
    }
    g_string_append(out, "</g>\n");
}
