/* TCP connections as somebody saw them pass: the segments of each in order, with relative numbers,
 * the same whether they come from a capture or from a saved run.
 *
 * End 0 of a flow is the client: who sent the SYN; where no handshake was seen, the end with the
 * higher port. Relative numbers count from the initial sequence numbers (the SYN is 0); where those
 * were not seen, the first number seen of an end is 1. */

#ifndef COMPARE_FLOW_H
#define COMPARE_FLOW_H

#include "compare/capture.h"
#include "trace/trace_run.h"

/* What of a segment is compared, beside who sent it. */
typedef enum FlowPart {
    FLOW_PART_FLAGS, /* all but PSH */
    FLOW_PART_SEQ,
    FLOW_PART_ACK,
    FLOW_PART_LEN,
    FLOW_PART_SACK,
    FLOW_PART_PSH,
    FLOW_PART_WINDOW,  /* scaled */
    FLOW_PART_OPTIONS, /* which there are; MSS and scale of a SYN */
    FLOW_N_PARTS
} FlowPart;
const char *flow_part_to_string(FlowPart part); /* "flags" */
#define FLOW_PARTS_USUAL                                                                           \
    (1u << FLOW_PART_FLAGS | 1u << FLOW_PART_SEQ | 1u << FLOW_PART_ACK | 1u << FLOW_PART_LEN |     \
     1u << FLOW_PART_SACK)

typedef struct FlowSegment {
    int64_t time_ns;
    uint8_t end; /* which sent it */
    uint8_t sack_count;
    uint8_t options; /* TCP_OPT_* */
    uint8_t window_scale;
    uint16_t flags;
    uint16_t mss;
    uint32_t seq, ack; /* relative; ack 0 without the flag */
    uint32_t len_bytes;
    uint32_t window_bytes;             /* scaled, but for that of a SYN */
    WireSack sack[WIRE_TCP_MAX_SACKS]; /* relative */
    uint32_t number; /* of the frame in the capture, or of the packet in the run; from 1 */
    uint32_t line;   /* of the run: where it was given to the wire or came from it; TRACE_NONE */
} FlowSegment;

typedef struct FlowEnd {
    InetAddr addr;
    uint16_t port;
    char *name; /* the host's, or the address */
    TcpSeq iss; /* valid if iss_known */
    bool iss_known;
    /* From its SYN. */
    bool syn_seen;
    uint8_t options, window_scale;
    uint16_t mss;
} FlowEnd;

typedef struct Flow {
    char *name; /* the connection's in the run; "10.0.0.1:40000 > 10.0.0.2:80" */
    FlowEnd end[2];
    GArray *segments; /* of FlowSegment */
    uint32_t conn;    /* of the run; TRACE_NONE */
    bool closing;     /* a FIN or RST was seen */
} Flow;

#define flow_segment(flow, i) (&g_array_index((flow)->segments, FlowSegment, i))

/* Where somebody stood who saw it all pass: which arrivals lie before which answers. */
typedef enum FlowPoint {
    FLOW_POINT_UNKNOWN, /* no handshake tells */
    FLOW_POINT_CLIENT,
    FLOW_POINT_SERVER,
    FLOW_N_POINTS
} FlowPoint;
const char *flow_point_to_string(FlowPoint point); /* "client" */

/* What a capture held beside the segments that could be read. */
typedef enum FlowOddity {
    FLOW_ODDITY_NONE,
    FLOW_ODDITY_OTHER,    /* no TCP over IPv4 */
    FLOW_ODDITY_FRAGMENT, /* of a datagram, which is not put together */
    FLOW_ODDITY_MALFORMED,
    FLOW_ODDITY_TOO_SHORT, /* too little of the frame was kept to read its headers */
    FLOW_ODDITY_OFFLOADED, /* longer than a wire carries; taken apart as a network card does it */
    FLOW_N_ODDITIES
} FlowOddity;
const char *flow_oddity_to_string(FlowOddity oddity); /* "malformed"; a msgid */

typedef struct FlowSet {
    GPtrArray *flows; /* of Flow, owned, in the order of their first segment */
    FlowPoint point;
    uint64_t frames; /* of a capture */
    uint64_t odd[FLOW_N_ODDITIES];
    char *fault; /* why the capture could not be read to its end; NULL: it could */
} FlowSet;

FlowSet *flow_set_new(void);
void flow_set_free(FlowSet *set);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FlowSet, flow_set_free)

Flow *flow_new(void);
void flow_free(Flow *flow);

/* A segment that was seen. */
typedef struct FlowSighting {
    int64_t time_ns;
    const WireTcp *tcp;
    uint8_t end;
    uint32_t len_bytes;
    uint32_t number, line;
} FlowSighting;

/* Appends it with relative numbers, learning from it what is not known of the ends. A segment
 * longer than both ends' MSS allow is appended as the segments that a wire carries; true if so. */
bool flow_see(Flow *flow, const FlowSighting *seen);

/* Payload of a full segment by the SYNs of both ends; 0: they were not seen. */
uint32_t flow_full_segment_bytes(const Flow *flow);

/* Reads a capture to its end. Frames that are no TCP, or damaged, are counted. */
FlowSet *flow_set_of_capture(Capture *capture);
/* What the server's host saw of each connection in the run, or, for another point, the client's. */
FlowSet *flow_set_of_run(const TraceRun *run, FlowPoint point);

/* Whether two segments are the same in `parts` (bits 1 << FlowPart) and in who sent them. */
bool flow_segments_equal(const FlowSegment *a, const FlowSegment *b, unsigned parts);
/* Appends "#4 client > server ACK seq 1 ack 1 len 1448 win 64512". */
void flow_put_segment(GString *out, const Flow *flow, uint32_t segment);

/* What led to a segment as far as a bystander can tell; TRACE_NONE: nothing. The last segment of
 * the other end before it: */
uint32_t flow_answered(const Flow *flow, uint32_t segment);
/* ... and the first that carried its first byte, if that was seen before: it repeats this one. */
uint32_t flow_repeated(const Flow *flow, uint32_t segment);

/* How many segments two flows have in common in the same order, leaving out others on either side
 * (a longest common subsequence). Where more than a few thousand are not common, what
 * the flows share at their beginnings alone. */
uint32_t flow_in_common(const Flow *a, const Flow *b, unsigned parts);

#endif
