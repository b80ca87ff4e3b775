/* The legend: a sample of each kind of arrow and mark that this ladder shows, and a few words on
 * how to read it. */

#include <string.h>

#include "render/render_ladder_svg.h"

#define MARGIN_PX 16
#define SAMPLE_PX 30
#define ENTRY_GAP_PX 24
#define LINE_PX 20
#define MARK_FROM_PX 7

typedef struct Entry {
    const char *class; /* of the sample's group */
    const char *text;
    bool (*applies)(const Ladder *ladder);
    void (*draw)(GString *out, int x, int y);
} Entry;

static bool any_arrow(const Ladder *ladder, bool (*is)(const LadderArrow *arrow))
{
    for (guint i = 0; i < ladder->arrows->len; i++) {
        if (is(ladder_arrow(ladder, i))) {
            return true;
        }
    }
    return false;
}

static bool is_any(const LadderArrow *arrow)
{
    (void)arrow;
    return true;
}

static bool is_again(const LadderArrow *arrow)
{
    return arrow->retransmission;
}

static bool is_faulty(const LadderArrow *arrow)
{
    return arrow->faulty;
}

static bool is_marked(const LadderArrow *arrow)
{
    return arrow->marked_at != TRACE_NONE;
}

static bool is_injected(const LadderArrow *arrow)
{
    return arrow->injected;
}

static bool is_lost(const LadderArrow *arrow)
{
    return arrow->fate == LADDER_LOST || arrow->fate == LADDER_DISCARDED;
}

static bool is_unused(const LadderArrow *arrow)
{
    return arrow->fate == LADDER_UNUSED;
}

static bool is_stray(const LadderArrow *arrow)
{
    return arrow->fate == LADDER_STRAY;
}

static bool is_reset(const LadderArrow *arrow)
{
    return strstr(arrow->flags, "RST") != NULL;
}

#define APPLIES(function, is)                                                                      \
    static bool function(const Ladder *ladder)                                                     \
    {                                                                                              \
        return any_arrow(ladder, is);                                                              \
    }
APPLIES(has_any, is_any)
APPLIES(has_again, is_again)
APPLIES(has_faulty, is_faulty)
APPLIES(has_marked, is_marked)
APPLIES(has_injected, is_injected)
APPLIES(has_lost, is_lost)
APPLIES(has_unused, is_unused)
APPLIES(has_stray, is_stray)
APPLIES(has_reset, is_reset)

static bool has_timer(const Ladder *ladder)
{
    for (guint i = 0; i < ladder->bars->len; i++) {
        if (!ladder_bar(ladder, i)->down) {
            return true;
        }
    }
    return false;
}

static bool has_break(const Ladder *ladder)
{
    return ladder->breaks->len > 0;
}

static bool is_gathered(const LadderArrow *arrow)
{
    return arrow->gathered > 0;
}
APPLIES(has_band, is_gathered)

static void draw_path(GString *out, int x, int y)
{
    g_string_append_printf(out, "<path class=\"path\" d=\"M%d %dh%d\"/>\n", x, y, SAMPLE_PX);
}

static void draw_arrow(GString *out, int x, int y)
{
    draw_path(out, x, y);
    ladder_svg_head(out, x, y, x + SAMPLE_PX, y);
}

static void draw_injected(GString *out, int x, int y)
{
    draw_arrow(out, x, y);
    g_string_append_printf(out, "<path class=\"seed\" d=\"M%d %dl5 -5l5 5l-5 5z\"/>\n", x, y);
}

static void draw_marked(GString *out, int x, int y)
{
    draw_arrow(out, x, y);
    ladder_svg_mark(out, x + MARK_FROM_PX, y);
}

static void draw_lost(GString *out, int x, int y)
{
    draw_path(out, x, y);
    ladder_svg_cross(out, x + SAMPLE_PX - 4, y);
}

static void draw_unused(GString *out, int x, int y)
{
    draw_path(out, x, y);
    ladder_svg_ring(out, x + SAMPLE_PX - 4, y);
}

static void draw_stray(GString *out, int x, int y)
{
    draw_path(out, x, y);
    g_string_append_printf(out, "<path class=\"stop\" d=\"M%d %dv8\"/>\n", x + SAMPLE_PX, y - 4);
}

static void draw_band(GString *out, int x, int y)
{
    g_string_append_printf(out,
                           "<path class=\"area\" d=\"M%d %dh%dv10h%dz\"/>\n"
                           "<path class=\"hair\" d=\"M%d %dh%dm%d 3h%d\"/>\n",
                           x, y - 5, SAMPLE_PX, -SAMPLE_PX, x, y - 2, SAMPLE_PX, -SAMPLE_PX,
                           SAMPLE_PX);
}

static void draw_timer(GString *out, int x, int y)
{
    g_string_append_printf(out,
                           "<rect class=\"bar\" x=\"%d\" y=\"%d\" width=\"5\" height=\"12\"/>\n",
                           x + SAMPLE_PX - 8, y - 6);
}

static void draw_break(GString *out, int x, int y)
{
    g_string_append_printf(out, "<path class=\"break\" d=\"M%d %dl12 -5m-12 13l12 -5\"/>\n",
                           x + SAMPLE_PX - 14, y - 2);
}

static const Entry entries[] = {
    { "", N_("a packet"), has_any, draw_arrow },
    { "", N_("more of the same kind, their number beside (--full draws each)"), has_band,
      draw_band },
    { "again", N_("sent again, tied to the first time"), has_again, draw_arrow },
    { "rst", N_("a reset"), has_reset, draw_arrow },
    { "faulty", N_("delayed, duplicated or corrupted on the way"), has_faulty, draw_arrow },
    { "marked", N_("marked by a queue: congestion experienced (CE)"), has_marked, draw_marked },
    { "injected", N_("put on the wire by the scenario"), has_injected, draw_injected },
    { "", N_("lost"), has_lost, draw_lost },
    { "", N_("arrived, but not needed"), has_unused, draw_unused },
    { "stray", N_("for another station"), has_stray, draw_stray },
    { "", N_("a timer runs, and fires at its end"), has_timer, draw_timer },
    { "", N_("time in which nothing happens, left out"), has_break, draw_break },
};

static char *scale_text(const Ladder *ladder)
{
    g_autofree char *scale = ladder_duration(ladder->scale_ns);
    return g_strdup_printf(
        lang_text(ladder->lang,
                  N_("time runs down, in seconds: %d pixels are %s, more where labels need room")),
        LADDER_SCALE_PX, scale);
}

static void put_line(GString *out, int *y, const char *text)
{
    ladder_svg_text(out, "faint", "start", MARGIN_PX, *y, text);
    *y += LINE_PX - 5;
}

static void put_words(GString *out, const Ladder *ladder, int *y)
{
    g_autofree char *scale = scale_text(ladder);
    put_line(out, y, scale);
    put_line(out, y,
             lang_text(ladder->lang, N_("#n is the packet's number in every file of the run; seq "
                                        "and ack count from the first SYN of their side")));
    if (ladder->places_omitted > 0) {
        g_autofree char *text = g_strdup_printf(
            lang_text(ladder->lang, N_("%u more places sent or received and have no line here")),
            ladder->places_omitted);
        put_line(out, y, text);
    }
}

int ladder_svg_legend(GString *out, const Ladder *ladder, int y)
{
    int x = MARGIN_PX;
    y += LINE_PX / 2;
    g_string_append(out, "<g class=\"legend\">\n");
    for (size_t i = 0; i < G_N_ELEMENTS(entries); i++) {
        const Entry *entry = &entries[i];
        if (!entry->applies(ladder)) {
            continue;
        }
        const char *text = lang_text(ladder->lang, entry->text);
        int width = SAMPLE_PX + 8 + ladder_text_px(text, LADDER_SMALL_PX, false) + ENTRY_GAP_PX;
        if (x > MARGIN_PX && x + width > ladder->width) {
            x = MARGIN_PX;
            y += LINE_PX;
        }
        g_string_append_printf(out, "<g class=\"%s\">\n", entry->class);
        entry->draw(out, x, y);
        ladder_svg_text(out, "faint", "start", x + SAMPLE_PX + 8, y + 4, text);
        g_string_append(out, "</g>\n");
        x += width;
    }
    y += LINE_PX + 4;
    put_words(out, ladder, &y);
    g_string_append(out, "</g>\n");
    return y;
}
