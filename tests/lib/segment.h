/* TCP segments as text, in packetdrill's notation:
 *
 *     S. 0:0(0) ack 1 win 65535 <mss 1460,sackOK,TS val 7 ecr 3,wscale 5>
 *     P. 1:101(100) ack 1 urg 20        . 1:1(0) ack 201 <sack 401:601 801:901>
 *
 * Flags: F S R P . (ACK) U E W A (AE), in any order, "-" for none; before them, in brackets, the
 * ECN field of the IP header: [noecn], [ect1], [ect0], [ce]. Sequence numbers are relative to those
 * of a SegmentOrigin. */

#ifndef TESTS_LIB_SEGMENT_H
#define TESTS_LIB_SEGMENT_H

#include <glib.h>

#include "wire/packet.h"

/* What the numbers in the text count from, seen from the segment's sender. */
typedef struct SegmentOrigin {
    TcpSeq seq, ack;
    uint32_t ts_val, ts_ecr;
} SegmentOrigin;

/* A segment read from text. */
typedef struct Segment {
    WireTcp tcp; /* without ports; header_bytes and numbers are absolute */
    uint32_t len_bytes;
    uint8_t ecn;                           /* WIRE_IP_ECT_0 and the like */
    bool has_window, has_options, has_ecn; /* were written, so they are to be compared */
    bool any_options;                      /* "<...>" */
} Segment;

/* The text must be right: a test is wrong otherwise, and fails. */
void segment_parse(const char *text, const SegmentOrigin *origin, Segment *out_segment);
/* As the notation has it, every part written; free with g_free(). */
char *segment_format(const WireTcp *tcp, uint32_t len_bytes, const SegmentOrigin *origin);
/* Fails the test, printing both, unless the packet says what the text says. Window and options are
 * compared if they are in the text. */
void segment_assert(const char *file, int line, const Packet *pkt, const char *text,
                    const SegmentOrigin *origin);

#endif
