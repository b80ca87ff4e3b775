/* The ladder as SVG: self-contained, printable without colour, with classes and data attributes
 * that say what each mark is. Shapes differ as well as colours: a cross for a loss, a ring for what
 * was not needed, dashes for a retransmission. First all shapes, then all texts, so that no arrow
 * runs through a label. */

#include "render/render_ladder_svg.h"

#include "render/render_palette.h"

#define GAP_PX 6   /* half of a break */
#define AXIS_PX 84 /* right edge of the time axis' texts */

static const char style[] =
    "text{font-family:'DejaVu Sans','Noto Sans','Noto Sans CJK SC','Noto Sans SC',"
    "'WenQuanYi Zen Hei','Microsoft YaHei','PingFang SC',sans-serif;font-size:11px;fill:$ink}"
    ".title{font-size:18px;font-weight:bold}.host{font-size:14px;font-weight:bold}"
    ".node{font-size:12px;fill:$soft}.faint{fill:$soft;font-size:10px;font-weight:normal}"
    ".line{stroke:$ink;stroke-width:2}.line.thin,.line.axis{stroke:$rule;"
    "stroke-width:1}"
    ".path{fill:none;stroke:$forth;stroke-width:1.4;stroke-linejoin:round}"
    ".head,.seed{fill:$forth}.back .path{stroke:$back}.back .head,.back .seed{fill:$back}"
    ".rst .path{stroke:$reset}.rst .head,.rst .seed{fill:$reset}"
    ".again .path{stroke:$again;stroke-dasharray:7 3}.again .head{fill:$again}"
    ".faulty .path{stroke-width:2.6}.stray .path{stroke:$rule;stroke-width:1}"
    ".packet:hover .path{stroke-width:3.5}"
    ".cross{stroke:$loss;stroke-width:2.6;fill:none;stroke-linecap:round}"
    ".ring{fill:$paper;stroke:$soft;stroke-width:1.4}.stop{stroke:$rule;stroke-width:2}"
    ".ce{fill:$running;stroke:$timer;stroke-width:1.4}"
    ".fate,.discard,.crash{fill:$loss}.unneeded{fill:$soft}"
    ".label{paint-order:stroke;stroke:$paper;stroke-width:3px;stroke-linejoin:round}"
    ".area{fill:$forth;fill-opacity:.09}.back .area{fill:$back}"
    ".hair{fill:none;stroke:$forth;stroke-width:.5;stroke-opacity:.55}.back .hair{stroke:$back}"
    ".gathered{fill:$soft;font-size:10px;font-style:italic}"
    ".flags{font-weight:bold}.note{fill:$again;font-size:10px}"
    ".state,.crash{font-weight:bold}.call{fill:$forth}.event{fill:$back;font-style:italic}"
    ".timer{fill:$timer}.link{fill:$timer;font-weight:bold}"
    ".dot{fill:$ink}.bar{fill:$running;stroke:$timer;stroke-width:.6}"
    ".down{fill:$paper;stroke:$loss;stroke-width:1;stroke-dasharray:2 2}"
    ".tie{fill:none;stroke:$again;stroke-width:1.2;stroke-dasharray:2 3}"
    ".break{fill:none;stroke:$soft;stroke-width:1}.blank{fill:$paper}"
    ".tick{fill:$soft;font-size:10px}.omitted{font-size:12px;font-style:italic}";

void ladder_svg_escaped(GString *out, const char *text)
{
    g_autofree char *plain = ladder_plain(text);
    g_autofree char *escaped = g_markup_escape_text(plain, -1);
    g_string_append(out, escaped);
}

void ladder_svg_text(GString *out, const char *class, const char *anchor, int x, int y,
                     const char *text)
{
    g_string_append_printf(out, "<text class=\"%s\" text-anchor=\"%s\" x=\"%d\" y=\"%d\">", class,
                           anchor, x, y);
    ladder_svg_escaped(out, text);
    g_string_append(out, "</text>\n");
}

void ladder_svg_attribute(GString *out, const char *name, const char *value)
{
    g_string_append_printf(out, " data-%s=\"", name);
    ladder_svg_escaped(out, value);
    g_string_append_c(out, '"');
}

void ladder_svg_time_attribute(GString *out, const char *name, int64_t ns)
{
    g_string_append_printf(out, " data-%s=\"%" G_GINT64_FORMAT "\"", name, ns);
}

/* ---- frame ---- */

static void put_start(GString *out, const Ladder *ladder, int height)
{
    bool chinese = g_str_equal(lang_code(ladder->lang), "zh");
    g_string_append_printf(out,
                           "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" xml:lang=\"%s\" "
                           "width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\">\n<title>",
                           chinese ? "zh-CN" : "en", ladder->width, height, ladder->width, height);
    ladder_svg_escaped(out, ladder_title(ladder->run));
    g_string_append(out, "</title>\n<style>");
    render_palette_put(out, style);
    if (chinese) { /* no Chinese type leans */
        g_string_append(out, ".event,.gathered,.omitted{font-style:normal}");
    }
    g_string_append(out, "</style>\n");
    g_string_append_printf(out, "<rect class=\"blank\" width=\"%d\" height=\"%d\"/>\n",
                           ladder->width, height);
    ladder_svg_text(out, "title", "start", 16, 32, ladder_title(ladder->run));
    if (ladder->run->scenario != NULL) {
        g_autofree char *seed = g_strdup_printf("%" G_GUINT64_FORMAT, ladder->run->seed);
        g_autofree char *text = g_strdup_printf(lang_text(ladder->lang, N_("scenario %s, seed %s")),
                                                ladder->run->scenario, seed);
        ladder_svg_text(out, "faint", "start", 16, 50, text);
    }
}

/* The first address of a host. */
static void put_addr(GString *out, const Ladder *ladder, const LadderColumn *column, int y)
{
    const GArray *addrs = ladder->run->addrs;
    for (guint i = 0; i < addrs->len; i++) {
        const TraceAddr *addr = &g_array_index(addrs, TraceAddr, i);
        if (addr->place == column->place && column->is_end) {
            char text[INET_ADDR_TEXT_BYTES];
            inet_addr_format(addr->addr, text);
            ladder_svg_text(out, "faint", "middle", column->x, y, text);
            return;
        }
    }
}

/* Names stand at both ends of the lines: a long picture is read in parts. */
static void put_columns(GString *out, const Ladder *ladder)
{
    int bottom = ladder->height - 26;
    for (guint i = 0; i < ladder->columns->len; i++) {
        const LadderColumn *column = ladder_column(ladder, i);
        const char *class = column->is_end ? "host" : "node";
        const char *name = trace_place(ladder->run, column->place)->name;
        g_string_append_printf(
            out, "<line class=\"line%s\" x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/>\n",
            column->is_end ? "" : " thin", column->x, ladder->top - 10, column->x, bottom);
        ladder_svg_text(out, class, "middle", column->x, ladder->top - 30, name);
        put_addr(out, ladder, column, ladder->top - 16);
        ladder_svg_text(out, class, "middle", column->x, bottom + 18, name);
    }
}

/* Digits behind the point: all that neighbouring ticks need. */
static int tick_digits(const Ladder *ladder)
{
    return ladder->scale_ns < 10 * SIM_NS_PER_US ? 9 : 6;
}

static void put_ticks(GString *out, const Ladder *ladder)
{
    int digits = tick_digits(ladder);
    g_string_append_printf(out,
                           "<line class=\"line axis\" x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/>\n",
                           AXIS_PX + 8, ladder->top - 10, AXIS_PX + 8, ladder->height - 26);
    for (guint i = 0; i < ladder->ticks->len; i++) {
        const LadderTick *tick = &g_array_index(ladder->ticks, LadderTick, i);
        g_autofree char *decimals =
            g_strdup_printf("%09" G_GINT64_FORMAT, tick->time_ns % SIM_NS_PER_S);
        g_autofree char *text = g_strdup_printf("%" G_GINT64_FORMAT ".%.*s",
                                                tick->time_ns / SIM_NS_PER_S, digits, decimals);
        g_string_append_printf(out, "<path class=\"break\" d=\"M%d %dh5\"/>\n", AXIS_PX + 3,
                               tick->y);
        ladder_svg_text(out, "tick", "end", AXIS_PX, tick->y + 4, text);
    }
}

static char *break_text(const Ladder *ladder, const LadderBreak *b)
{
    g_autofree char *skipped = ladder_duration(b->skipped_ns);
    return b->packets_omitted == 0
               ? g_steal_pointer(&skipped)
               : g_strdup_printf(lang_text(ladder->lang, N_("%u packets left out (%s)")),
                                 b->packets_omitted, skipped);
}

/* A line is broken between left and right. */
static void put_gap(GString *out, int left, int right, int y)
{
    int width = right - left;
    g_string_append_printf(out,
                           "<path class=\"blank\" d=\"M%d %dl%d -5v8l%d 5z\"/>"
                           "<path class=\"break\" d=\"M%d %dl%d -5m%d 13l%d -5\"/>\n",
                           left, y - 2, width, -width, left, y - 2, width, -width, width);
}

static bool bar_crosses(const Ladder *ladder, uint32_t column, int y)
{
    for (guint i = 0; i < ladder->bars->len; i++) {
        const LadderBar *bar = ladder_bar(ladder, i);
        if (bar->column == column && bar->y_from < y && bar->y_to > y) {
            return true;
        }
    }
    return false;
}

static void put_break(GString *out, const Ladder *ladder, const LadderBreak *b)
{
    g_autofree char *text = break_text(ladder, b);
    g_string_append_printf(
        out, "<g class=\"gap\" data-ns=\"%" G_GINT64_FORMAT "\" data-packets=\"%u\">\n",
        b->skipped_ns, b->packets_omitted);
    for (guint c = 0; c < ladder->columns->len; c++) {
        const LadderColumn *column = ladder_column(ladder, c);
        int bars = bar_crosses(ladder, c, b->y) ? LADDER_STATE_GAP_PX - GAP_PX : 0;
        put_gap(out, column->x - GAP_PX - (column->labels_left ? bars : 0),
                column->x + GAP_PX + (column->labels_left ? 0 : bars), b->y);
    }
    put_gap(out, AXIS_PX + 8 - GAP_PX, AXIS_PX + 8 + GAP_PX, b->y);
    if (b->packets_omitted > 0) {
        int middle =
            (ladder_column(ladder, 0)->x + ladder_column(ladder, ladder->columns->len - 1)->x) / 2;
        ladder_svg_text(out, "omitted label", "middle", middle, b->y + 4, text);
    } else {
        ladder_svg_text(out, "skipped faint", "end", AXIS_PX, b->y + 4, text);
    }
    g_string_append(out, "</g>\n");
}

/* ---- texts ---- */

static void put_thousandths(GString *out, int thousandths)
{
    g_string_append_printf(out, "%s%d.%03d ", thousandths < 0 ? "-" : "", ABS(thousandths) / 1000,
                           ABS(thousandths) % 1000);
}

/* A text turned by its slope. */
static void put_turned(GString *out, const char *class, const LadderLabel *label)
{
    g_string_append_printf(out, "<text class=\"label%s\" text-anchor=\"%s\"", class,
                           label->to_left ? "end" : "start");
    if (label->slope == 0) {
        g_string_append_printf(out, " x=\"%d\" y=\"%d\"", label->x, label->y);
        return;
    }
    int length = ladder_root(1000000 + label->slope * label->slope);
    int cosine = 1000000 / length, sine = label->slope * 1000 / length;
    g_string_append(out, " transform=\"matrix(");
    put_thousandths(out, cosine);
    put_thousandths(out, sine);
    put_thousandths(out, -sine);
    put_thousandths(out, cosine);
    g_string_append_printf(out, "%d %d)\"", label->x, label->y);
}

static void put_packet_label(GString *out, const Ladder *ladder, const LadderLabel *label)
{
    const LadderArrow *arrow = ladder_arrow(ladder, label->owner);
    put_turned(out, "", label);
    g_string_append_printf(out, " data-packet=\"%u\"><tspan class=\"faint\">#%u</tspan>",
                           arrow->packet + 1, arrow->packet + 1);
    if (!arrow->copy) {
        g_string_append(out, " <tspan class=\"flags\">");
        ladder_svg_escaped(out, arrow->flags);
        g_string_append(out, "</tspan> ");
        ladder_svg_escaped(out, arrow->label);
    }
    g_string_append(out, "</text>\n");
}

static void put_arrow_text(GString *out, const Ladder *ladder, const LadderLabel *label)
{
    const LadderArrow *arrow = ladder_arrow(ladder, label->owner);
    const struct {
        const char *class, *text;
    } kinds[] = { [LADDER_LABEL_NOTE] = { " note", arrow->note },
                  [LADDER_LABEL_BAND] = { " gathered", arrow->gathered_text },
                  [LADDER_LABEL_FATE] = { " fate", arrow->fate_text } };
    put_turned(out, kinds[label->kind].class, label);
    g_string_append_printf(out, " data-packet=\"%u\">", arrow->packet + 1);
    ladder_svg_escaped(out, kinds[label->kind].text);
    g_string_append(out, "</text>\n");
}

static void put_mark(GString *out, const Ladder *ladder, const LadderLabel *label)
{
    const LadderMark *mark = ladder_mark(ladder, label->owner);
    const LadderColumn *column = ladder_column(ladder, mark->column);
    g_autofree char *class = g_strconcat(" ", ladder_mark_to_string(mark->kind), NULL);
    if (mark->kind == LADDER_STATE) {
        g_string_append_printf(out, "<circle class=\"dot\" cx=\"%d\" cy=\"%d\" r=\"3.5\"/>\n",
                               column->x, mark->y);
    }
    put_turned(out, class, label);
    ladder_svg_attribute(out, "host", trace_place(ladder->run, column->place)->name);
    ladder_svg_time_attribute(out, "ns", mark->time_ns);
    g_string_append_c(out, '>');
    ladder_svg_escaped(out, mark->text);
    if (mark->cause != NULL) {
        g_string_append(out, " <tspan class=\"faint\">");
        ladder_svg_escaped(out, mark->cause);
        g_string_append(out, "</tspan>");
    }
    g_string_append(out, "</text>\n");
}

static void put_label(GString *out, const Ladder *ladder, const LadderLabel *label)
{
    if (label->kind == LADDER_LABEL_PACKET) {
        put_packet_label(out, ladder, label);
    } else if (label->kind == LADDER_LABEL_MARK) {
        put_mark(out, ladder, label);
    } else {
        put_arrow_text(out, ladder, label);
    }
}

/* ---- beside the lines ---- */

static void put_bar(GString *out, const Ladder *ladder, const LadderBar *bar)
{
    const LadderColumn *column = ladder_column(ladder, bar->column);
    int height = MAX(bar->y_to - bar->y_from, 1);
    if (bar->down) {
        g_string_append_printf(out,
                               "<rect class=\"down\" x=\"%d\" y=\"%d\" width=\"6\" "
                               "height=\"%d\"/>\n",
                               column->x - 3, bar->y_from, height);
        return;
    }
    int offset = 4 + 7 * bar->lane;
    g_string_append_printf(
        out,
        "<rect class=\"bar\" data-timer=\"%s\" data-from-ns=\"%" G_GINT64_FORMAT
        "\" data-to-ns=\"%" G_GINT64_FORMAT "\" x=\"%d\" y=\"%d\" width=\"5\" height=\"%d\"/>\n",
        tcp_timer_to_string(bar->timer), bar->from_ns, bar->to_ns,
        column->x + (column->labels_left ? -offset - 5 : offset), bar->y_from, height);
}

GString *ladder_svg(const Ladder *ladder)
{
    GString *out = g_string_new(NULL);
    g_autoptr(GString) legend = g_string_new(NULL);
    int height = ladder_svg_legend(legend, ladder, ladder->height);
    put_start(out, ladder, height);
    put_columns(out, ladder);
    for (guint i = 0; i < ladder->bars->len; i++) {
        put_bar(out, ladder, ladder_bar(ladder, i));
    }
    put_ticks(out, ladder);
    for (guint i = 0; i < ladder->arrows->len; i++) {
        if (ladder_arrow(ladder, i)->gathered > 0) {
            ladder_svg_band(out, ladder, ladder_arrow(ladder, i));
        }
    }
    for (guint i = 0; i < ladder->arrows->len; i++) {
        ladder_svg_arrow(out, ladder, ladder_arrow(ladder, i));
    }
    for (guint i = 0; i < ladder->breaks->len; i++) {
        put_break(out, ladder, ladder_break(ladder, i));
    }
    for (guint i = 0; i < ladder->labels->len; i++) {
        put_label(out, ladder, ladder_label(ladder, i));
    }
    g_string_append_len(out, legend->str, (gssize)legend->len);
    g_string_append(out, "</svg>\n");
    return out;
}
