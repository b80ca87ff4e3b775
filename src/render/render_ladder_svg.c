/* The ladder as SVG: self-contained, printable without colour, with classes and data attributes
 * that say what each mark is. Shapes differ as well as colours: a cross for a loss, dashes for a
 * retransmission. */

#include "render/render_ladder.h"

#define ARROW_HEAD_PX 9
#define STATE_GAP_PX 14 /* between a line and its states */
#define CALL_GAP_PX 164 /* between a line and its calls */
#define CROSS_PX 6
#define LABEL_GAP_PX 16 /* between a line and the label of an arrow that leaves it */

static const char style[] =
    "text{font-family:'DejaVu Sans','Noto Sans','Noto Sans CJK SC','WenQuanYi Zen Hei',"
    "'Microsoft YaHei','PingFang SC',sans-serif;font-size:11px;fill:#1c2733}"
    ".title{font-size:18px;font-weight:bold}.host{font-size:14px;font-weight:bold}"
    ".node{font-size:12px}.faint{fill:#66717d;font-size:10px}"
    ".line{stroke:#1c2733;stroke-width:2}.line.thin{stroke:#9aa5b1;stroke-width:1}"
    ".path{fill:none;stroke:#1f5fa8;stroke-width:1.4}.head{fill:#1f5fa8}"
    ".back .path{stroke:#2b7a3d}.back .head{fill:#2b7a3d}"
    ".again .path{stroke:#b35900;stroke-dasharray:6 3}.again .head{fill:#b35900}"
    ".faulty .path{stroke-width:2.2}"
    ".rst .path{stroke:#8a1c7c}.rst .head{fill:#8a1c7c}"
    ".cross{stroke:#c62020;stroke-width:2.6;fill:none}.fate{fill:#c62020}"
    ".label{paint-order:stroke;stroke:#fff;stroke-width:3px;stroke-linejoin:round}"
    ".flags{font-weight:bold}.note{fill:#b35900}"
    ".state{font-weight:bold}.call{fill:#1f4e79}.event{fill:#2b6a3d;font-style:italic}"
    ".timer{fill:#8a5a00}.crash{fill:#c62020;font-weight:bold}"
    ".bar{fill:#f0c060;stroke:#8a5a00;stroke-width:.6}.tie{fill:none;stroke:#b35900;"
    "stroke-width:1.2;stroke-dasharray:2 3}.break{fill:none;stroke:#66717d;stroke-width:1}"
    ".tick{fill:#66717d;font-size:10px}";

static void put_escaped(GString *out, const char *text)
{
    g_autofree char *escaped = g_markup_escape_text(text, -1);
    g_string_append(out, escaped);
}

static void put_text(GString *out, const char *class, const char *anchor, int x, int y,
                     const char *text)
{
    g_string_append_printf(out, "<text class=\"%s\" text-anchor=\"%s\" x=\"%d\" y=\"%d\">", class,
                           anchor, x, y);
    put_escaped(out, text);
    g_string_append(out, "</text>\n");
}

/* ---- frame ---- */

static void put_head(GString *out, const Ladder *ladder)
{
    g_string_append_printf(out,
                           "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" width=\"%d\" "
                           "height=\"%d\" viewBox=\"0 0 %d %d\">\n<title>",
                           ladder->width, ladder->height, ladder->width, ladder->height);
    put_escaped(out, ladder_title(ladder->run));
    g_string_append_printf(out, "</title>\n<style>%s</style>\n", style);
    g_string_append_printf(out, "<rect class=\"page\" width=\"%d\" height=\"%d\" fill=\"#fff\"/>\n",
                           ladder->width, ladder->height);
    put_text(out, "title", "start", 16, 30, ladder_title(ladder->run));
    g_autofree char *scale = ladder_duration(ladder->scale_ns);
    g_autofree char *legend = g_strdup_printf(
        lang_text(ladder->lang, N_("time runs down in seconds; %d pixels are %s, more where labels "
                                   "need the room; #n numbers a packet in every file")),
        LADDER_SCALE_PX, scale);
    put_text(out, "faint", "start", 16, 48, legend);
}

static void put_columns(GString *out, const Ladder *ladder)
{
    for (guint i = 0; i < ladder->columns->len; i++) {
        const LadderColumn *column = ladder_column(ladder, i);
        g_string_append_printf(out,
                               "<line class=\"line%s\" x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/>\n",
                               column->is_end ? "" : " thin", column->x, ladder->top - 12,
                               column->x, ladder->height - 24);
        put_text(out, column->is_end ? "host" : "node", "middle", column->x, ladder->top - 20,
                 trace_place(ladder->run, column->place)->name);
    }
}

static void put_ticks(GString *out, const Ladder *ladder)
{
    for (guint i = 0; i < ladder->ticks->len; i++) {
        const LadderTick *tick = &g_array_index(ladder->ticks, LadderTick, i);
        g_autofree char *text = g_strdup_printf("%" G_GINT64_FORMAT ".%06" G_GINT64_FORMAT,
                                                tick->time_ns / SIM_NS_PER_S,
                                                tick->time_ns % SIM_NS_PER_S / SIM_NS_PER_US);
        put_text(out, "tick", "end", 82, tick->y + 4, text);
    }
}

static void put_breaks(GString *out, const Ladder *ladder)
{
    for (guint i = 0; i < ladder->breaks->len; i++) {
        const LadderBreak *b = ladder_break(ladder, i);
        g_autofree char *skipped = ladder_duration(b->skipped_ns);
        g_string_append_printf(out, "<g class=\"gap\" data-ns=\"%" G_GINT64_FORMAT "\">\n",
                               b->skipped_ns);
        for (guint c = 0; c < ladder->columns->len; c++) {
            int x = ladder_column(ladder, c)->x;
            g_string_append_printf(
                out,
                "<path d=\"M%d %dh12v12h-12z\" fill=\"#fff\"/><path class=\"break\" "
                "d=\"M%d %dl12 -5m-12 11l12 -5\"/>\n",
                x - 6, b->y - 6, x - 6, b->y + 2);
        }
        put_text(out, "faint", "end", 82, b->y + 4, skipped);
        g_string_append(out, "</g>\n");
    }
}

/* ---- arrows ---- */

static void put_path(GString *out, const LadderArrow *arrow)
{
    g_string_append(out, "<path class=\"path\" d=\"");
    for (uint32_t k = 0; k < arrow->point_count; k++) {
        g_string_append_printf(out, "%c%d %d", k == 0 ? 'M' : 'L', arrow->points[k].x,
                               arrow->points[k].y);
    }
    g_string_append(out, "\"/>\n");
}

/* A head at the end, turned along the last leg: by thousandths of its slope. */
static void put_arrow_head(GString *out, const LadderArrow *arrow)
{
    const LadderPoint *end = &arrow->points[arrow->point_count - 1];
    const LadderPoint *before = &arrow->points[arrow->point_count - 2];
    int dx = end->x - before->x, dy = end->y - before->y;
    int back = dx >= 0 ? -ARROW_HEAD_PX : ARROW_HEAD_PX;
    int drop = dx == 0 ? 0 : CLAMP(dy * back / (dx == 0 ? 1 : dx), -ARROW_HEAD_PX, ARROW_HEAD_PX);
    g_string_append_printf(out, "<path class=\"head\" d=\"M%d %dl%d %dl0 8z\"/>\n", end->x, end->y,
                           back, drop - 4);
}

static void put_cross(GString *out, const Ladder *ladder, const LadderArrow *arrow)
{
    const LadderPoint *end = &arrow->points[arrow->point_count - 1];
    bool rightward = end->x >= arrow->points[0].x;
    (void)ladder;
    g_string_append_printf(out, "<path class=\"cross\" d=\"M%d %dl%d %dm0 -%dl-%d %d\"/>\n",
                           end->x - CROSS_PX, end->y - CROSS_PX, 2 * CROSS_PX, 2 * CROSS_PX,
                           2 * CROSS_PX, 2 * CROSS_PX, 2 * CROSS_PX);
    int gap = rightward ? CROSS_PX + 4 : -CROSS_PX - 4;
    bool at_line = arrow->fate == LADDER_DISCARDED;
    put_text(out, "fate label", rightward == at_line ? "end" : "start",
             end->x + (at_line ? -gap : gap), end->y + (at_line ? 14 : 4), arrow->fate_text);
}

/* The label leans along the first leg, so that it never leaves its arrow. */
static void put_label(GString *out, const LadderArrow *arrow)
{
    const LadderPoint *a = &arrow->points[0], *b = &arrow->points[1];
    bool rightward = b->x >= a->x;
    int dx = b->x - a->x;
    int slope = dx == 0 ? 0 : CLAMP((b->y - a->y) * 1000 / dx, -400, 400);
    g_string_append_printf(out,
                           "<text class=\"label\" text-anchor=\"%s\" "
                           "transform=\"matrix(1 %s%d.%03d 0 1 %d %d)\">",
                           rightward ? "start" : "end", slope < 0 ? "-" : "", ABS(slope) / 1000,
                           ABS(slope) % 1000, a->x + (rightward ? LABEL_GAP_PX : -LABEL_GAP_PX),
                           a->y - 4 + slope * (rightward ? LABEL_GAP_PX : -LABEL_GAP_PX) / 1000);
    g_string_append_printf(out, "<tspan class=\"faint\">#%u</tspan> <tspan class=\"flags\">",
                           arrow->packet + 1);
    put_escaped(out, arrow->flags);
    g_string_append(out, "</tspan> ");
    put_escaped(out, arrow->label);
    if (arrow->note != NULL) {
        g_string_append(out, " <tspan class=\"note\">");
        put_escaped(out, arrow->note);
        g_string_append(out, "</tspan>");
    }
    g_string_append(out, "</text>\n");
}

/* From the original's departure to the repetition's, outside of the line. */
static void put_tie(GString *out, const Ladder *ladder, const LadderArrow *arrow)
{
    const LadderPoint *from = &ladder_arrow(ladder, arrow->original)->points[0];
    const LadderPoint *to = &arrow->points[0];
    if (from->column != to->column) {
        return;
    }
    int out_px = ladder_column(ladder, to->column)->labels_left ? -10 : 10;
    g_string_append_printf(out,
                           "<path class=\"tie\" data-original=\"%u\" data-packet=\"%u\" "
                           "d=\"M%d %dc%d 6 %d %d 0 %d\"/>\n",
                           ladder_arrow(ladder, arrow->original)->packet + 1, arrow->packet + 1,
                           from->x, from->y, out_px, out_px, to->y - from->y - 6, to->y - from->y);
}

static void put_arrow(GString *out, const Ladder *ladder, const LadderArrow *arrow)
{
    const Packet *p = &trace_packet(ladder->run, arrow->packet)->snapshot;
    bool back = arrow->points[arrow->point_count - 1].x < arrow->points[0].x;
    bool rst = p->kind == PACKET_TCP && (p->tcp.flags & TCP_RST) != 0;
    g_string_append_printf(out, "<g class=\"packet%s%s%s%s%s\" data-packet=\"%u\">\n<title>",
                           back ? " back" : "", rst ? " rst" : "",
                           arrow->retransmission ? " again" : "", arrow->faulty ? " faulty" : "",
                           arrow->fate == LADDER_LOST        ? " lost"
                           : arrow->fate == LADDER_DISCARDED ? " discarded"
                                                             : "",
                           arrow->packet + 1);
    g_autofree char *story = trace_packet_story(ladder->run, arrow->packet, ladder->lang);
    put_escaped(out, story);
    g_string_append(out, "</title>\n");
    if (arrow->original != TRACE_NONE && arrow->retransmission) {
        put_tie(out, ladder, arrow);
    }
    put_path(out, arrow);
    if (arrow->fate != LADDER_LOST) {
        put_arrow_head(out, arrow);
    }
    if (arrow->fate_text != NULL) {
        put_cross(out, ladder, arrow);
    }
    put_label(out, arrow);
    g_string_append(out, "</g>\n");
}

/* ---- beside the lines ---- */

static void put_mark(GString *out, const Ladder *ladder, const LadderMark *mark)
{
    static const char *const classes[] = { [LADDER_STATE] = "state",
                                           [LADDER_CALL] = "call",
                                           [LADDER_EVENT] = "event",
                                           [LADDER_HOST] = "crash",
                                           [LADDER_TIMER] = "timer" };
    const LadderColumn *column = ladder_column(ladder, mark->column);
    int side = column->labels_left ? -1 : 1;
    int x = column->x + side * (mark->kind == LADDER_STATE ? STATE_GAP_PX : CALL_GAP_PX);
    g_string_append_printf(out,
                           "<text class=\"label %s\" data-host=\"%s\" text-anchor=\"%s\" x=\"%d\" "
                           "y=\"%d\">",
                           classes[mark->kind], trace_place(ladder->run, column->place)->name,
                           column->labels_left ? "end" : "start", x, mark->y + 4);
    put_escaped(out, mark->text);
    if (mark->cause != NULL) {
        g_string_append(out, " <tspan class=\"faint\">");
        put_escaped(out, mark->cause);
        g_string_append(out, "</tspan>");
    }
    g_string_append(out, "</text>\n");
    if (mark->kind == LADDER_STATE) {
        g_string_append_printf(out, "<circle cx=\"%d\" cy=\"%d\" r=\"3.5\" fill=\"#1c2733\"/>\n",
                               column->x, mark->y);
    }
}

static void put_bar(GString *out, const Ladder *ladder, const LadderBar *bar)
{
    const LadderColumn *column = ladder_column(ladder, bar->column);
    g_string_append_printf(out,
                           "<rect class=\"bar\" data-timer=\"%s\" x=\"%d\" y=\"%d\" width=\"5\" "
                           "height=\"%d\"/>\n",
                           tcp_timer_to_string(bar->timer),
                           column->x + (column->labels_left ? -8 : 3), bar->y_from,
                           MAX(bar->y_to - bar->y_from, 1));
}

GString *ladder_svg(const Ladder *ladder)
{
    GString *out = g_string_new(NULL);
    put_head(out, ladder);
    for (guint i = 0; i < ladder->bars->len; i++) {
        put_bar(out, ladder, ladder_bar(ladder, i));
    }
    put_columns(out, ladder);
    put_breaks(out, ladder);
    put_ticks(out, ladder);
    for (guint i = 0; i < ladder->arrows->len; i++) {
        put_arrow(out, ladder, ladder_arrow(ladder, i));
    }
    for (guint i = 0; i < ladder->marks->len; i++) {
        put_mark(out, ladder, ladder_mark(ladder, i));
    }
    g_string_append(out, "</svg>\n");
    return out;
}
