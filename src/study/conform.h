/* The grid of wirelab conform: every state, a segment of every kind at every place of the receive
 * window, with every acknowledgement, with and without text; for each cell what RFC 9293 section
 * 3.10.7 and RFC 5961 expect, and what the stack did.
 *
 * A cell is tried in a world of its own: real segments and calls of a program lead to the state,
 * the segment comes in over the wire, and what the host sends leaves over the wire. Nothing is
 * taken from inside the connection but the state that it announces. */

#ifndef STUDY_CONFORM_H
#define STUDY_CONFORM_H

#include "sim/lang.h"
#include "tcp/tcp_fsm.h"
#include "wire/seq.h"

#include <stdbool.h>

/* ---- the grid ---- */

/* The eleven states; SYN-RECEIVED answers differently after a passive and an active OPEN, and so
 * stands twice. */
typedef enum ConformOrigin {
    CONFORM_CLOSED,
    CONFORM_LISTEN,
    CONFORM_SYN_SENT,
    CONFORM_SYN_RECEIVED,
    CONFORM_SYN_RECEIVED_ACTIVE, /* by a simultaneous open */
    CONFORM_ESTABLISHED,
    CONFORM_FIN_WAIT_1,
    CONFORM_FIN_WAIT_2,
    CONFORM_CLOSE_WAIT,
    CONFORM_CLOSING,
    CONFORM_LAST_ACK,
    CONFORM_TIME_WAIT,
    CONFORM_N_ORIGINS
} ConformOrigin;

typedef enum ConformKind {
    CONFORM_SYN,
    CONFORM_SYN_ACK,
    CONFORM_SYN_FIN,
    CONFORM_ACK,
    CONFORM_FIN,
    CONFORM_FIN_ACK,
    CONFORM_RST,
    CONFORM_RST_ACK,
    CONFORM_N_KINDS
} ConformKind;

/* Where the sequence number lies. Where there is no window yet, the numbers are as different. */
typedef enum ConformPlace {
    CONFORM_LEFT,       /* the segment ends just before RCV.NXT; an empty one is one before it */
    CONFORM_LEFT_EDGE,  /* RCV.NXT */
    CONFORM_INSIDE,     /* with a gap before it */
    CONFORM_RIGHT_EDGE, /* the last number of the window */
    CONFORM_BEYOND,     /* the first one right of it */
    CONFORM_N_PLACES
} ConformPlace;

typedef enum ConformAckPlace {
    CONFORM_ACK_NONE,    /* the kind has none */
    CONFORM_ACK_TOO_OLD, /* before SND.UNA - MAX.SND.WND (RFC 5961 section 5) */
    CONFORM_ACK_OLD,     /* of nothing new: before SND.UNA; before a handshake's end: ISS */
    CONFORM_ACK_RIGHT,   /* SND.NXT: of everything sent */
    CONFORM_ACK_FUTURE,  /* SND.NXT + 1 */
    CONFORM_N_ACKS
} ConformAckPlace;

typedef struct ConformCell {
    ConformOrigin origin;
    ConformKind kind;
    ConformPlace place;
    ConformAckPlace ack;
    bool text;
} ConformCell;

#define CONFORM_TEXT_BYTES 10 /* of a segment with text */

/* The words of the axes; origins are spelt as RFC 9293 does. */
const char *conform_origin_to_string(ConformOrigin origin);
/* The state itself. */
TcpState conform_origin_state(ConformOrigin origin);
const char *conform_kind_to_string(ConformKind kind);
const char *conform_place_to_string(ConformPlace place);
const char *conform_ack_to_string(ConformAckPlace ack);
const char *conform_text_to_string(bool text);
uint16_t conform_kind_flags(ConformKind kind); /* of the segment: TCP_SYN | TCP_ACK */

/* A part of the grid: bit sets over each axis. */
typedef struct ConformFilter {
    uint32_t origins, kinds, places, acks, texts;
} ConformFilter;
/* words: NULL-terminated; those of one axis are alternatives, an axis without any is whole.
 * SYN-RECEIVED means both its rows; SYN-RCVD, as wirelab's traces spell it, is the same. NULL, or
 * the word that belongs to no axis. */
const char *conform_filter_read(const char *const *words, ConformFilter *out_filter);
bool conform_filter_has(const ConformFilter *filter, const ConformCell *cell);
/* Every word that conform_filter_read() knows; ends with a NULL. Free with g_free(). */
const char **conform_words(void);
/* The cells of the part in their order, as an array of ConformCell; owned by the caller. */
GArray *conform_cells(const ConformFilter *filter);

/* ---- answers ---- */

/* What is sent, as RFC 9293 3.10.7 writes it. */
typedef enum ConformReply {
    CONFORM_REPLY_NOTHING,
    CONFORM_REPLY_RST,       /* <SEQ=SEG.ACK><CTL=RST> */
    CONFORM_REPLY_RST_ACK,   /* <SEQ=0><ACK=SEG.SEQ+SEG.LEN><CTL=RST,ACK> */
    CONFORM_REPLY_ACK,       /* <SEQ=SND.NXT><ACK=RCV.NXT><CTL=ACK> */
    CONFORM_REPLY_CHALLENGE, /* the same, counted as a challenge (RFC 5961 section 7) */
    CONFORM_REPLY_SYN_ACK,   /* <SEQ=ISS><ACK=RCV.NXT><CTL=SYN,ACK> */
    CONFORM_REPLY_OTHER,     /* only seen: none of these, or several segments */
    CONFORM_N_REPLIES
} ConformReply;

/* What the program is told of the end of its connection. */
typedef enum ConformReport {
    CONFORM_REPORT_NONE,
    CONFORM_REPORT_RESET,
    CONFORM_REPORT_REFUSED,
    CONFORM_REPORT_CLOSED, /* an orderly end */
    CONFORM_REPORT_FREE,   /* only expected: the RFC leaves it open */
    CONFORM_N_REPORTS
} ConformReport;

const char *conform_reply_to_string(ConformReply reply);    /* msgid: "challenge ACK" */
const char *conform_report_to_string(ConformReport report); /* msgid: "connection reset" */

/* The same for what is expected and what was seen. */
typedef struct ConformAnswer {
    TcpState after;
    TcpState then; /* once the handshake is complete and what was missing before it has come */
    ConformReply reply;
    uint16_t flags; /* of the reply; 0: nothing is sent */
    TcpSeq seq, ack;
    ConformReport report;
    uint32_t text_bytes; /* of the segment, that the program gets in the end */
} ConformAnswer;

/* ---- the rules (conform_rules.c) ---- */

/* A paragraph that rules come from. */
typedef struct ConformParagraph {
    const char *cite; /* "RFC 9293 3.10.7.4, first" */
    const char *says; /* msgid: in our words */
} ConformParagraph;

typedef struct ConformOutcome {
    int8_t after; /* TcpState, or CONFORM_SAME */
    int8_t then;  /* CONFORM_SAME: as after; from SYN-RECEIVED: ESTABLISHED */
    uint8_t reply, report;
    uint8_t takes; /* ConformTakes */
} ConformOutcome;
#define CONFORM_SAME (-1)

typedef enum ConformTakes {
    CONFORM_TAKES_NOTHING,
    CONFORM_TAKES,      /* text and FIN, as far as they lie in the window */
    CONFORM_TAKES_LATER /* the same; but RCV.NXT stays behind the SYN until ESTABLISHED */
} ConformTakes;

typedef struct ConformRule {
    ConformFilter cells;
    ConformOutcome outcome;
    const ConformParagraph *why;
} ConformRule;

/* The rule for a cell: the first one that has it. There is one for every cell. */
const ConformRule *conform_rule(const ConformCell *cell);
/* Where the RFCs leave a choice or wirelab departs: what wirelab does instead. NULL: nothing. */
const ConformRule *conform_choice(const ConformCell *cell);
/* All rules and choices, *out_count of them. */
const ConformRule *conform_rules(size_t *out_count);
const ConformRule *conform_choices(size_t *out_count);

/* ---- trying (conform_bed.c) and judging (conform.c) ---- */

typedef enum ConformVerdict {
    CONFORM_AS_EXPECTED,
    CONFORM_CHOSEN, /* as conform_choice() says */
    CONFORM_WRONG,
    CONFORM_N_VERDICTS
} ConformVerdict;
const char *conform_verdict_to_string(ConformVerdict verdict); /* stable word */

/* The initial sequence numbers of every cell: both sequence spaces wrap around in most cells. */
#define CONFORM_HOST_ISS 0xffffffc0u
#define CONFORM_PEER_ISS 0xfffffff0u

/* The numbers of the segment and of the connection when it arrives. */
typedef struct ConformNumbers {
    TcpSeq seg_seq, seg_ack;
    uint32_t seg_len; /* SEG.LEN: SYN and FIN count */
    TcpSeq snd_nxt, rcv_nxt;
} ConformNumbers;

typedef struct ConformResult {
    ConformCell cell;
    const ConformRule *rule;
    const ConformRule *choice; /* NULL unless the verdict is CONFORM_CHOSEN */
    ConformNumbers numbers;
    ConformAnswer expected, seen;
    ConformVerdict verdict;
} ConformResult;

/* Leads a host to the cell's state, lets the segment come, and tells what was seen. */
void conform_try(const ConformCell *cell, ConformNumbers *out_numbers, ConformAnswer *out_seen);
/* Tries the cell and judges it. */
void conform_judge(const ConformCell *cell, ConformResult *out_result);

#endif
