#include "lib/picture.h"

#include <string.h>

#include "lib/trace-builder.h"

Picture picture_draw_in(TraceRun *run, const char *code)
{
    Picture picture = { .run = run, .lang = lang_new(code) };
    run->lang = trace_run_text(run, code);
    picture.ladder = ladder_new(run, picture.lang, false);
    GString *svg = ladder_svg(picture.ladder);
    picture.svg = svg_read(svg->str);
    g_string_free(svg, TRUE);
    return picture;
}

Picture picture_draw(TraceRun *run)
{
    trace_builder_sort(run);
    return picture_draw_in(run, "en");
}

void picture_clear(Picture *picture)
{
    svg_free(picture->svg);
    ladder_free(picture->ladder);
    lang_free(picture->lang);
    trace_run_free(picture->run);
}

uint32_t picture_segment(TraceRun *run, int64_t at_ns, uint8_t end, uint16_t flags, uint32_t len,
                         PacketWhy why)
{
    return trace_builder_segment(run, at_ns, end, flags, 1, 1, len, why, TRACE_NONE);
}

const LadderArrow *picture_arrow_of(const Ladder *ladder, uint32_t packet)
{
    for (uint32_t i = 0; i < ladder->arrows->len; i++) {
        if (ladder_arrow(ladder, i)->packet == packet) {
            return ladder_arrow(ladder, i);
        }
    }
    return NULL;
}

int picture_fall_of(const Ladder *ladder, uint32_t packet)
{
    const LadderArrow *arrow = picture_arrow_of(ladder, packet);
    return arrow->points[arrow->point_count - 1].y - arrow->points[0].y;
}

const LadderMark *picture_mark_with(const Ladder *ladder, const char *text)
{
    for (uint32_t i = 0; i < ladder->marks->len; i++) {
        if (strstr(ladder_mark(ladder, i)->text, text) != NULL) {
            return ladder_mark(ladder, i);
        }
    }
    return NULL;
}

const SvgElement *picture_packet(const Picture *picture, const char *number)
{
    return svg_find(picture->svg, "packet", "data-packet", number, 0);
}

gboolean picture_has_words(const Picture *picture, const char *words)
{
    for (guint i = 0; i < picture->svg->elements->len; i++) {
        const SvgElement *element = g_ptr_array_index(picture->svg->elements, i);
        if (g_str_equal(element->name, "text") && strstr(element->text->str, words) != NULL) {
            return TRUE;
        }
    }
    return FALSE;
}
