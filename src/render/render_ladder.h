/* The ladder: time lines side by side, packets as arrows between them.
 *
 * A Ladder is the picture before it is drawn: which places get a line, which packets are shown, and
 * where everything stands. It is laid out once, so that nothing overlaps, and drawn as SVG or as
 * text.
 *
 * Down the page runs time, by a scale that is stated: within a burst distances are true, stretched
 * only where labels need the room; where nothing happens the axis is broken and the break says how
 * long it is. An arrow leaves where its first bit leaves and ends where its last bit arrives; at a
 * router or switch in between it shows the wait. Coordinates are whole pixels. */

#ifndef RENDER_RENDER_LADDER_H
#define RENDER_RENDER_LADDER_H

#include "trace/trace_run.h"

#define LADDER_MAX_PACKETS 300 /* more: the first and the last of them, and a note in between */
#define LADDER_ROW_PX 15

typedef struct LadderColumn {
    uint32_t place;
    bool is_end; /* a host: states and calls beside it; else a thin line */
    bool labels_left;
    int x;
} LadderColumn;

typedef struct LadderPoint {
    uint32_t column;
    uint32_t line; /* of the run: orders what happens at one time */
    int64_t time_ns;
    int x, y;
} LadderPoint;

typedef enum LadderFate {
    LADDER_ARRIVED,
    LADDER_LOST,      /* on the way: the arrow ends in a cross */
    LADDER_DISCARDED, /* it arrived, and the host threw it away: the same cross at its line */
    LADDER_IN_FLIGHT  /* the run ended first */
} LadderFate;

typedef struct LadderArrow {
    uint32_t packet;
    LadderPoint *points; /* where it was, in time order; at least two */
    uint32_t point_count;
    LadderFate fate;
    const char *flags; /* "SYN ACK", "ARP", "ICMP echo request" */
    const char *label; /* "seq 0 ack 1 len 0" */
    const char *note;  /* why it was sent, where the packet itself does not tell; NULL: nothing */
    const char
        *fate_text;    /* LOST, DISCARDED: the reason; also "corrupted" on one that travels on */
    uint32_t original; /* the arrow it repeats, or TRACE_NONE */
    bool retransmission;
    bool faulty; /* corrupted, duplicated, delayed by a link */
} LadderArrow;

typedef enum LadderMarkKind {
    LADDER_STATE,
    LADDER_CALL,  /* a program calls */
    LADDER_EVENT, /* a program is told */
    LADDER_HOST,  /* crash, reboot, a link changed */
    LADDER_TIMER
} LadderMarkKind;

typedef struct LadderMark {
    LadderMarkKind kind;
    uint32_t column;
    uint32_t line;
    int64_t time_ns;
    int y;
    const char *text;
    const char *cause; /* LADDER_STATE: the event, smaller; else NULL */
} LadderMark;

/* A timer from its setting to its firing, along the line of its host. */
typedef struct LadderBar {
    uint32_t column;
    TcpTimer timer;
    int64_t from_ns, to_ns;
    int y_from, y_to;
} LadderBar;

typedef struct LadderTick {
    int64_t time_ns;
    int y;
} LadderTick;

typedef struct LadderBreak {
    int y;
    int64_t skipped_ns;
    uint32_t packets_omitted; /* 0: nothing happened in it */
} LadderBreak;

typedef struct Ladder {
    const TraceRun *run; /* borrowed */
    const Lang *lang;    /* borrowed */
    GStringChunk *texts;
    GArray *columns;  /* of LadderColumn */
    GArray *arrows;   /* of LadderArrow, in the order of their departure */
    GArray *marks;    /* of LadderMark, in the order of time */
    GArray *bars;     /* of LadderBar */
    GArray *ticks;    /* of LadderTick */
    GArray *breaks;   /* of LadderBreak */
    int64_t scale_ns; /* this much time is LADDER_SCALE_PX where nothing is stretched */
    int width, height, top;
} Ladder;

#define LADDER_SCALE_PX 44

/* Lays the run out. Run and lang must outlive it. */
Ladder *ladder_new(const TraceRun *run, const Lang *lang);
void ladder_free(Ladder *ladder);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Ladder, ladder_free)

#define ladder_column(ladder, i) (&g_array_index((ladder)->columns, LadderColumn, i))
#define ladder_arrow(ladder, i) (&g_array_index((ladder)->arrows, LadderArrow, i))
#define ladder_mark(ladder, i) (&g_array_index((ladder)->marks, LadderMark, i))
#define ladder_bar(ladder, i) (&g_array_index((ladder)->bars, LadderBar, i))
#define ladder_break(ladder, i) (&g_array_index((ladder)->breaks, LadderBreak, i))

/* The picture; owned by the caller. colour: ANSI sequences for a terminal. */
GString *ladder_svg(const Ladder *ladder);
GString *ladder_text(const Ladder *ladder, bool colour);

/* The run's title in the language of its files, or its name; borrowed. */
const char *ladder_title(const TraceRun *run);
/* "20.4 ms", the shortest exact form with up to four digits; owned by the caller. */
char *ladder_duration(int64_t ns);

#endif
