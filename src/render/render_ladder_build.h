/* A ladder in the making: the run is read line by line, into arrows, marks and bars. Internal to
 * the ladder. */

#ifndef RENDER_RENDER_LADDER_BUILD_H
#define RENDER_RENDER_LADDER_BUILD_H

#include "render/render_ladder_columns.h"
#include "render/render_ladder_words.h"

typedef struct LadderBuilder {
    Ladder *ladder;
    bool *shown;         /* by packet */
    uint32_t *arrow_of;  /* by packet: index of its arrow, or TRACE_NONE */
    int64_t *flight_ns;  /* by place: the shortest flight over the wire; -1: none seen */
    GPtrArray *points;   /* by arrow: GArray of LadderPoint */
    uint32_t *last_call; /* by column: the latest call shown, or TRACE_NONE */
} LadderBuilder;

static inline uint32_t ladder_line_index(const Ladder *ladder, const TraceLine *line)
{
    return (uint32_t)(line - trace_line(ladder->run, 0));
}

/* Fills flight_ns, before the first line. */
void ladder_find_flights(LadderBuilder *builder);
/* A line about a packet that is shown. */
void ladder_read_packet(LadderBuilder *builder, const TraceLine *line);
/* Any other line. */
void ladder_read_host(LadderBuilder *builder, const TraceLine *line);
/* After the last line: gives arrows their points. Those that never got two say nothing, and go. */
void ladder_finish_arrows(LadderBuilder *builder);

/* Gathers bursts of like packets into bands. */
void ladder_gather(Ladder *ladder);

/* A mark beside the line of the host where this happened, if it has one. */
void ladder_add_mark(Ladder *ladder, const TraceLine *line, LadderMarkKind kind, const char *text,
                     const char *cause);

#endif
