#include "render/render_ladder.h"

#include <string.h>

#include "render/render_ladder_build.h"
#include "render/render_ladder_layout.h"

#define MOST_READ 3000 /* packets that are looked at for bands */

/* So many packets from the beginning, and from the end. */
typedef struct LadderChoice {
    uint32_t first, last;
} LadderChoice;

/* ---- what is shown ---- */

static bool place_is_shown(const Ladder *ladder, uint32_t place)
{
    return place == TRACE_NONE || ladder_column_of(ladder, place) != TRACE_NONE;
}

/* Packets that shown places send each other. */
static bool packet_is_shown(const Ladder *ladder, uint32_t index)
{
    const TraceRun *run = ladder->run;
    const TracePacket *pkt = trace_packet(run, index);
    const TracePlace *maker = trace_place(run, trace_line(run, pkt->made)->place);
    uint32_t place =
        maker->kind == TRACE_PLACE_WIRE ? maker->from : trace_line(run, pkt->made)->place;
    if (pkt->conn == TRACE_NONE) {
        return place_is_shown(ladder, place);
    }
    const TraceConn *conn = trace_conn(run, pkt->conn);
    return place_is_shown(ladder, place) && place_is_shown(ladder, conn->end[0].place) &&
           place_is_shown(ladder, conn->end[1].place);
}

/* Shows the first and the last of the packets; what happens in [omitted_from_ns, omitted_to_ns) is
 * left out. */
static void choose_packets(LadderBuilder *builder, const LadderChoice *choice)
{
    Ladder *ladder = builder->ladder;
    const TraceRun *run = ladder->run;
    uint32_t count = 0;
    for (uint32_t i = 0; i < run->packets->len; i++) {
        builder->shown[i] = packet_is_shown(ladder, i);
        count += builder->shown[i];
    }
    ladder->packets_omitted = 0;
    ladder->omitted_from_ns = ladder->omitted_to_ns = INT64_MAX;
    if (ladder->full || count <= (uint64_t)choice->first + choice->last) {
        return;
    }
    uint32_t first = choice->first, resumes = count - choice->last;
    ladder->packets_omitted = resumes - first;
    for (uint32_t i = 0, rank = 0; i < run->packets->len; i++) {
        if (!builder->shown[i]) {
            continue;
        }
        int64_t made_ns = trace_line(run, trace_packet(run, i)->made)->time_ns;
        ladder->omitted_from_ns = rank == first ? made_ns : ladder->omitted_from_ns;
        ladder->omitted_to_ns = rank == resumes ? made_ns : ladder->omitted_to_ns;
        builder->shown[i] = rank < first || rank >= resumes;
        rank++;
    }
}

static bool line_is_shown(const LadderBuilder *builder, const TraceLine *line)
{
    if (line->packet != TRACE_NONE) {
        return builder->shown[line->packet];
    }
    return line->time_ns < builder->ladder->omitted_from_ns ||
           line->time_ns >= builder->ladder->omitted_to_ns;
}

/* ---- the whole ---- */

static void read_lines(Ladder *ladder, const LadderChoice *choice)
{
    const TraceRun *run = ladder->run;
    LadderBuilder builder = { .ladder = ladder,
                              .arrow_of = g_new(uint32_t, run->packets->len + 1),
                              .shown = g_new0(bool, run->packets->len + 1),
                              .flight_ns = g_new(int64_t, run->places->len + 1),
                              .points = g_ptr_array_new(),
                              .last_call = g_new(uint32_t, ladder->columns->len + 1) };
    memset(builder.arrow_of, 0xff, sizeof(uint32_t) * (run->packets->len + 1));
    memset(builder.last_call, 0xff, sizeof(uint32_t) * (ladder->columns->len + 1));
    choose_packets(&builder, choice);
    ladder_find_flights(&builder);
    for (uint32_t i = 0; i < run->lines->len; i++) {
        const TraceLine *line = trace_line(run, i);
        if (line_is_shown(&builder, line)) {
            (line->packet != TRACE_NONE ? ladder_read_packet : ladder_read_host)(&builder, line);
        }
    }
    ladder_finish_arrows(&builder);
    g_ptr_array_unref(builder.points);
    g_free(builder.arrow_of);
    g_free(builder.shown);
    g_free(builder.flight_ns);
    g_free(builder.last_call);
    if (!ladder->full) {
        ladder_gather(ladder);
    }
}

static void forget_lines(Ladder *ladder)
{
    for (uint32_t i = 0; i < ladder->arrows->len; i++) {
        g_free(ladder_arrow(ladder, i)->points);
    }
    g_array_set_size(ladder->arrows, 0);
    g_array_set_size(ladder->marks, 0);
    g_array_set_size(ladder->bars, 0);
}

/* Of the packets that are shown, how many stand before this one. */
static uint32_t rank_of(const Ladder *ladder, uint32_t packet)
{
    uint32_t rank = 0;
    for (uint32_t i = 0; i < packet; i++) {
        rank += packet_is_shown(ladder, i);
    }
    return rank;
}

/* Reads the run; with too many arrows even so, once more: as many packets from either end as the
 * arrows there stand for. */
static void read_run(Ladder *ladder)
{
    LadderChoice choice = { MOST_READ * 2 / 3, MOST_READ / 3 };
    read_lines(ladder, &choice);
    uint32_t count = ladder->arrows->len;
    if (ladder->full || count <= LADDER_MAX_ARROWS) {
        return;
    }
    uint32_t last_drawn = ladder_arrow(ladder, LADDER_MAX_ARROWS * 2 / 3 - 1)->packet;
    uint32_t resumes = ladder_arrow(ladder, count - LADDER_MAX_ARROWS / 3)->packet;
    choice.first = rank_of(ladder, last_drawn) + 1;
    choice.last = rank_of(ladder, ladder->run->packets->len) - rank_of(ladder, resumes);
    forget_lines(ladder);
    read_lines(ladder, &choice);
}

Ladder *ladder_new(const TraceRun *run, const Lang *lang, bool full)
{
    Ladder *ladder = g_new0(Ladder, 1);
    ladder->run = run;
    ladder->lang = lang;
    ladder->full = full;
    ladder->texts = g_string_chunk_new(1024);
    ladder->columns = g_array_new(FALSE, TRUE, sizeof(LadderColumn));
    ladder->arrows = g_array_new(FALSE, TRUE, sizeof(LadderArrow));
    ladder->marks = g_array_new(FALSE, TRUE, sizeof(LadderMark));
    ladder->bars = g_array_new(FALSE, TRUE, sizeof(LadderBar));
    ladder->ticks = g_array_new(FALSE, TRUE, sizeof(LadderTick));
    ladder->breaks = g_array_new(FALSE, TRUE, sizeof(LadderBreak));
    ladder->labels = g_array_new(FALSE, TRUE, sizeof(LadderLabel));
    ladder_choose_columns(ladder);
    read_run(ladder);
    ladder_place_across(ladder);
    ladder_place_in_time(ladder);
    return ladder;
}

void ladder_free(Ladder *ladder)
{
    if (ladder == NULL) {
        return;
    }
    forget_lines(ladder);
    GArray *arrays[] = { ladder->columns, ladder->arrows, ladder->marks, ladder->bars,
                         ladder->ticks,   ladder->breaks, ladder->labels };
    for (size_t i = 0; i < G_N_ELEMENTS(arrays); i++) {
        g_array_unref(arrays[i]);
    }
    g_free(ladder->column_of);
    g_string_chunk_free(ladder->texts);
    g_free(ladder);
}
