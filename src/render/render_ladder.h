/* The ladder: time lines side by side, packets as arrows between them.
 *
 * A Ladder is the picture before it is drawn: which places get a line, which packets are shown,
 * where everything stands, and where each text stands. It is laid out once, so that no text covers
 * another, and drawn as SVG or as text.
 *
 * Down the page runs time, by a scale that is stated: distances are true, stretched only where
 * labels need the room; where nothing happens for long the axis is broken and the break says how
 * long it is. An arrow leaves where its first bit leaves and ends where its last bit arrives; at a
 * router or switch in between it shows the wait. What happens at one instant in one place stands in
 * the order in which it happened. Coordinates are whole pixels. */

#ifndef RENDER_RENDER_LADDER_H
#define RENDER_RENDER_LADDER_H

#include "trace/trace_run.h"

#define LADDER_MAX_ARROWS 100 /* more: the first and the last of them, and a note in between */
#define LADDER_ROW_PX 15      /* from one label to the next below it */
#define LADDER_SCALE_PX 44    /* see scale_ns */
#define LADDER_NOTES "; "     /* between the notes of an arrow */

typedef struct LadderColumn {
    uint32_t place;
    bool is_end;      /* a host: states and calls beside it; else a thin line */
    bool labels_left; /* on which side they stand */
    int x;
    int states_px; /* width of the lane of states beside the line, and of */
    int calls_px;  /* the lane outside of it: what programs do, timers; 0: one lane for all */
} LadderColumn;

/* Where a packet was at an instant: on a line, or some thousandths of the way to another one. */
typedef struct LadderPoint {
    uint32_t column, toward;
    int part;      /* 0: on the line */
    bool leaves;   /* on the line: the packet leaves it here; else it arrives */
    uint32_t line; /* of the run: orders what happens at one time in one place */
    int64_t time_ns;
    int x, y;
} LadderPoint;

typedef enum LadderFate {
    LADDER_ARRIVED,
    LADDER_LOST,      /* on the way: the arrow ends in a cross */
    LADDER_DISCARDED, /* it arrived, and what it brought was lost: a cross at the line */
    LADDER_UNUSED,    /* it arrived, and was not needed: a ring at the line */
    LADDER_STRAY,     /* it arrived at a station that it was not for */
    LADDER_IN_FLIGHT, /* the run ended first */
    LADDER_N_FATES
} LadderFate;
const char *ladder_fate_to_string(LadderFate fate); /* "lost": the word in pictures' classes */

typedef struct LadderArrow {
    uint32_t packet;
    LadderPoint *points; /* where it was, in time order; at least two */
    uint32_t point_count;
    LadderFate fate;
    const char *flags;     /* "SYN ACK", "ARP", "ICMP" */
    const char *label;     /* "seq=0 ack=1 len=10" */
    const char *note;      /* what is worth a second line: SACK blocks, why it was sent, what
                            * befell it; joined by LADDER_NOTES; or NULL */
    const char *fate_text; /* LOST, DISCARDED, UNUSED: the reason; else NULL */
    uint32_t original;     /* the arrow it repeats, or TRACE_NONE */
    /* Like packets between the arrow `gathered_from` and this one, drawn as a band; 0: none. */
    uint32_t gathered, gathered_from;
    const char *gathered_text; /* "8 more, #7..#14: seq=1449..11585 len=8x1448" */
    bool retransmission;
    uint32_t marked_at; /* the column at which a queue marked it: CE; or TRACE_NONE */
    bool faulty;   /* corrupted, duplicated, delayed by a link */
    bool injected; /* made on a wire: the arrow begins there */
    bool copy;     /* of a frame that a switch sends to several ports */
} LadderArrow;

typedef enum LadderMarkKind {
    LADDER_STATE,
    LADDER_CALL,    /* a program calls */
    LADDER_EVENT,   /* a program is told */
    LADDER_TIMER,   /* a timer fires */
    LADDER_DISCARD, /* a packet dies in the host, and what it brought is lost */
    LADDER_UNNEEDED,
    LADDER_HOST, /* crash, reboot */
    LADDER_LINK, /* a link changed: in the field, right of the column */
    LADDER_N_MARKS
} LadderMarkKind;
const char *ladder_mark_to_string(LadderMarkKind kind); /* "state": its class in pictures */

typedef struct LadderMark {
    LadderMarkKind kind;
    uint32_t column;
    uint32_t toward; /* LADDER_LINK: the other end of the link; else the same column */
    uint32_t line;
    int64_t time_ns;
    int y;
    const char *text;
    const char *cause; /* LADDER_STATE: what led to it; else NULL */
} LadderMark;

/* A stretch of time beside the line of a host: a timer from its setting to its firing, or the host
 * down. */
typedef struct LadderBar {
    uint32_t column;
    bool down;
    TcpTimer timer; /* unless down */
    uint32_t from_line, to_line;
    int64_t from_ns, to_ns;
    int y_from, y_to;
    int lane; /* bars that run at one time stand side by side */
} LadderBar;

typedef struct LadderTick {
    int64_t time_ns;
    int y;
} LadderTick;

typedef struct LadderBreak {
    int y;
    int64_t resumes_ns; /* the instant behind it */
    int64_t skipped_ns;
    uint32_t packets_omitted; /* 0: nothing happened in it */
} LadderBreak;

typedef enum LadderLabelKind {
    LADDER_LABEL_PACKET,
    LADDER_LABEL_NOTE,
    LADDER_LABEL_BAND,
    LADDER_LABEL_FATE,
    LADDER_LABEL_MARK
} LadderLabelKind;

/* Where a text stands: turned along an arrow, or level (slope 0). */
typedef struct LadderLabel {
    LadderLabelKind kind;
    uint32_t owner;  /* arrow or mark */
    int x, y;        /* the end of its base line that stays, whatever the font */
    bool to_left;    /* it runs left from there */
    int slope;       /* of the base line: down the page, thousandths of what it runs to the right */
    int left, right; /* how far it reaches across; a generous estimate */
    int above, below; /* and up and down of its base line */
} LadderLabel;

typedef struct Ladder {
    const TraceRun *run; /* borrowed */
    const Lang *lang;    /* borrowed */
    bool full;           /* each packet is drawn: no bands, nothing left out */
    GStringChunk *texts;
    uint32_t *column_of;      /* by place: its column, or TRACE_NONE */
    GArray *columns;          /* of LadderColumn */
    GArray *arrows;           /* of LadderArrow, in the order of their first point */
    GArray *marks;            /* of LadderMark, in the order of the run */
    GArray *bars;             /* of LadderBar */
    GArray *ticks;            /* of LadderTick */
    GArray *breaks;           /* of LadderBreak */
    GArray *labels;           /* of LadderLabel */
    uint32_t places_omitted;  /* hosts that sent or received, and got no line */
    uint32_t packets_omitted; /* between the first and the last ones */
    int64_t omitted_from_ns, omitted_to_ns;
    int64_t scale_ns; /* this much time is LADDER_SCALE_PX where nothing is stretched */
    int width, height, top;
} Ladder;

/* Lays the run out. Run and lang must outlive it. full: draws each packet, however many. */
Ladder *ladder_new(const TraceRun *run, const Lang *lang, bool full);
void ladder_free(Ladder *ladder);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Ladder, ladder_free)

#define ladder_column(ladder, i) (&g_array_index((ladder)->columns, LadderColumn, i))
#define ladder_arrow(ladder, i) (&g_array_index((ladder)->arrows, LadderArrow, i))
#define ladder_mark(ladder, i) (&g_array_index((ladder)->marks, LadderMark, i))
#define ladder_bar(ladder, i) (&g_array_index((ladder)->bars, LadderBar, i))
#define ladder_break(ladder, i) (&g_array_index((ladder)->breaks, LadderBreak, i))
#define ladder_label(ladder, i) (&g_array_index((ladder)->labels, LadderLabel, i))

/* How far b has to move down the page to clear a; 0: they do not overlap. */
int ladder_label_overlap(const LadderLabel *a, const LadderLabel *b);

/* The picture; owned by the caller. */
GString *ladder_svg(const Ladder *ladder);
/* The same in characters, in so many cells if it can be done, 0: as many as it takes. colour: ANSI
 * sequences for a terminal. */
GString *ladder_text(const Ladder *ladder, int cells, bool colour);

/* The run's title in the language of its files, or its name; borrowed. */
const char *ladder_title(const TraceRun *run);
/* The text without control characters, which neither XML nor a terminal can take; owned by the
 * caller. */
char *ladder_plain(const char *text);
/* "20.4 ms", the shortest exact form with up to four digits; owned by the caller. */
char *ladder_duration(int64_t ns);

#endif
