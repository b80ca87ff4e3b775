/* A ladder, drawn for a test. */

#ifndef TESTS_LIB_PICTURE_H
#define TESTS_LIB_PICTURE_H

#include "lib/svg.h"
#include "render/render_ladder.h"

typedef struct Picture {
    TraceRun *run;
    Lang *lang;
    Ladder *ladder;
    Svg *svg;
} Picture;

/* Each takes the run; the second puts its lines in order and draws in English. */
Picture picture_draw_in(TraceRun *run, const char *code);
Picture picture_draw(TraceRun *run);
void picture_clear(Picture *picture);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Picture, picture_clear)

/* A segment with SEQ 1 and ACK 1 of one end of the first connection; returns the packet. */
uint32_t picture_segment(TraceRun *run, int64_t at_ns, uint8_t end, uint16_t flags, uint32_t len,
                         PacketWhy why);

/* What is drawn of a packet; NULL: nothing. */
const LadderArrow *picture_arrow_of(const Ladder *ladder, uint32_t packet);
const SvgElement *picture_packet(const Picture *picture, const char *number);
/* How far down the page it falls. */
int picture_fall_of(const Ladder *ladder, uint32_t packet);
/* The first mark with these words; NULL: there is none. */
const LadderMark *picture_mark_with(const Ladder *ladder, const char *text);
/* Whether a text of the picture has them. */
gboolean picture_has_words(const Picture *picture, const char *words);

#endif
