#include "compare/flow.h"

#include <string.h>

static const char *const parts[FLOW_N_PARTS] = {
    [FLOW_PART_FLAGS] = "flags",   [FLOW_PART_SEQ] = "seq",         [FLOW_PART_ACK] = "ack",
    [FLOW_PART_LEN] = "len",       [FLOW_PART_SACK] = "sack",       [FLOW_PART_PSH] = "psh",
    [FLOW_PART_WINDOW] = "window", [FLOW_PART_OPTIONS] = "options",
};

const char *flow_part_to_string(FlowPart part)
{
    g_assert(part < FLOW_N_PARTS);
    return parts[part];
}

static const char *const points[FLOW_N_POINTS] = {
    [FLOW_POINT_UNKNOWN] = "unknown",
    [FLOW_POINT_CLIENT] = "client",
    [FLOW_POINT_SERVER] = "server",
};

const char *flow_point_to_string(FlowPoint point)
{
    g_assert(point < FLOW_N_POINTS);
    return points[point];
}

static const char *const oddities[FLOW_N_ODDITIES] = {
    [FLOW_ODDITY_NONE] = "",
    [FLOW_ODDITY_OTHER] = N_("not TCP over IPv4"),
    [FLOW_ODDITY_FRAGMENT] = N_("fragments"),
    [FLOW_ODDITY_MALFORMED] = N_("malformed"),
    [FLOW_ODDITY_TOO_SHORT] = N_("cut too short"),
    [FLOW_ODDITY_OFFLOADED] = N_("longer than a wire carries"),
};

const char *flow_oddity_to_string(FlowOddity oddity)
{
    g_assert(oddity < FLOW_N_ODDITIES);
    return oddities[oddity];
}

/* ---- life ---- */

Flow *flow_new(void)
{
    Flow *flow = g_new0(Flow, 1);
    flow->conn = TRACE_NONE;
    flow->segments = g_array_new(FALSE, FALSE, sizeof(FlowSegment));
    return flow;
}

void flow_free(Flow *flow)
{
    if (flow == NULL) {
        return;
    }
    g_free(flow->name);
    g_free(flow->end[0].name);
    g_free(flow->end[1].name);
    g_array_unref(flow->segments);
    g_free(flow);
}

static void free_flow(void *flow)
{
    flow_free(flow);
}

FlowSet *flow_set_new(void)
{
    FlowSet *set = g_new0(FlowSet, 1);
    set->flows = g_ptr_array_new_with_free_func(free_flow);
    return set;
}

void flow_set_free(FlowSet *set)
{
    if (set == NULL) {
        return;
    }
    g_ptr_array_unref(set->flows);
    g_free(set->fault);
    g_free(set);
}

/* ---- taking segments in ---- */

/* Octets of timestamps in each segment (RFC 7323 appendix A). */
enum { TIMESTAMP_BYTES = 12, DEFAULT_MSS_BYTES = 536, MAX_WINDOW_SCALE = 14 };
/* An MSS that leaves less room in a segment is a mistake, and says nothing. */
enum { LEAST_FULL_SEGMENT_BYTES = 64 };

static void learn_syn(FlowEnd *end, const WireTcp *tcp)
{
    end->iss = tcp->seq;
    end->iss_known = true;
    end->syn_seen = true;
    end->options = tcp->options;
    end->window_scale = tcp->window_scale;
    /* RFC 9293 3.7.1: without the option, 536. */
    end->mss = (tcp->options & TCP_OPT_MSS) != 0 ? tcp->mss : DEFAULT_MSS_BYTES;
}

static void learn(Flow *flow, const FlowSighting *seen)
{
    FlowEnd *sender = &flow->end[seen->end], *peer = &flow->end[!seen->end];
    if ((seen->tcp->flags & TCP_SYN) != 0 && !sender->syn_seen) {
        learn_syn(sender, seen->tcp);
    } else if (!sender->iss_known) {
        sender->iss = seen->tcp->seq - 1;
        sender->iss_known = true;
    }
    if ((seen->tcp->flags & TCP_ACK) != 0 && !peer->iss_known) {
        peer->iss = seen->tcp->ack - 1;
        peer->iss_known = true;
    }
    flow->closing = flow->closing || (seen->tcp->flags & (TCP_FIN | TCP_RST)) != 0;
}

static bool both_offered(const Flow *flow, uint8_t option)
{
    return (flow->end[0].options & flow->end[1].options & option) != 0;
}

uint32_t flow_full_segment_bytes(const Flow *flow)
{
    if (!flow->end[0].syn_seen || !flow->end[1].syn_seen) {
        return 0;
    }
    uint32_t mss = MIN(flow->end[0].mss, flow->end[1].mss);
    uint32_t timestamps = both_offered(flow, TCP_OPT_TIMESTAMPS) ? TIMESTAMP_BYTES : 0;
    return mss >= timestamps + LEAST_FULL_SEGMENT_BYTES ? mss - timestamps : 0;
}

static uint32_t scaled_window(const Flow *flow, const FlowSighting *seen)
{
    /* RFC 7323 2.2: the window of a SYN is never scaled. 2.3: a shift beyond 14 counts as 14. */
    bool scaled = (seen->tcp->flags & TCP_SYN) == 0 && both_offered(flow, TCP_OPT_WINDOW_SCALE);
    uint8_t shift = scaled ? MIN(flow->end[seen->end].window_scale, MAX_WINDOW_SCALE) : 0;
    return (uint32_t)seen->tcp->window << shift;
}

static FlowSegment relative(const Flow *flow, const FlowSighting *seen)
{
    const WireTcp *tcp = seen->tcp;
    const FlowEnd *sender = &flow->end[seen->end], *peer = &flow->end[!seen->end];
    FlowSegment segment = {
        .time_ns = seen->time_ns,
        .end = seen->end,
        .options = tcp->options,
        .window_scale = tcp->window_scale,
        .flags = tcp->flags,
        .mss = tcp->mss,
        .seq = tcp->seq - sender->iss,
        .ack = (tcp->flags & TCP_ACK) != 0 ? tcp->ack - peer->iss : 0,
        .len_bytes = seen->len_bytes,
        .window_bytes = scaled_window(flow, seen),
        .number = seen->number,
        .line = seen->line,
    };
    if ((tcp->options & TCP_OPT_SACK) != 0) {
        segment.sack_count = MIN(tcp->sack_count, WIRE_TCP_MAX_SACKS);
    }
    for (unsigned i = 0; i < segment.sack_count; i++) {
        segment.sack[i] =
            (WireSack){ tcp->sack[i].left - peer->iss, tcp->sack[i].right - peer->iss };
    }
    return segment;
}

bool flow_see(Flow *flow, const FlowSighting *seen)
{
    learn(flow, seen);
    FlowSegment segment = relative(flow, seen);
    uint32_t full_bytes = flow_full_segment_bytes(flow);
    bool offloaded = full_bytes > 0 && segment.len_bytes > full_bytes;
    /* What belongs to the end of the data goes with the last piece alone. */
    while (offloaded && segment.len_bytes > full_bytes) {
        FlowSegment piece = segment;
        piece.flags = segment.flags & (uint16_t) ~(TCP_FIN | TCP_PSH);
        piece.len_bytes = full_bytes;
        g_array_append_val(flow->segments, piece);
        segment.seq += full_bytes;
        segment.len_bytes -= full_bytes;
    }
    g_array_append_val(flow->segments, segment);
    return offloaded;
}

/* ---- what is the same ---- */

static bool same_sacks(const FlowSegment *a, const FlowSegment *b)
{
    if (a->sack_count != b->sack_count) {
        return false;
    }
    for (unsigned i = 0; i < a->sack_count; i++) {
        if (a->sack[i].left != b->sack[i].left || a->sack[i].right != b->sack[i].right) {
            return false;
        }
    }
    return true;
}

/* SACK blocks are a part of their own. */
static bool same_options(const FlowSegment *a, const FlowSegment *b)
{
    uint8_t compared = (uint8_t)~TCP_OPT_SACK;
    return ((a->options ^ b->options) & compared) == 0 && a->mss == b->mss &&
           a->window_scale == b->window_scale;
}

bool flow_segments_equal(const FlowSegment *a, const FlowSegment *b, unsigned compared)
{
    uint16_t flags = a->flags ^ b->flags;
    const bool differs[FLOW_N_PARTS] = {
        [FLOW_PART_FLAGS] = (flags & ~TCP_PSH) != 0,
        [FLOW_PART_SEQ] = a->seq != b->seq,
        [FLOW_PART_ACK] = a->ack != b->ack,
        [FLOW_PART_LEN] = a->len_bytes != b->len_bytes,
        [FLOW_PART_SACK] = !same_sacks(a, b),
        [FLOW_PART_PSH] = (flags & TCP_PSH) != 0,
        [FLOW_PART_WINDOW] = a->window_bytes != b->window_bytes,
        [FLOW_PART_OPTIONS] = !same_options(a, b),
    };
    for (unsigned i = 0; i < FLOW_N_PARTS; i++) {
        if ((compared & 1u << i) != 0 && differs[i]) {
            return false;
        }
    }
    return a->end == b->end;
}

/* ---- words ---- */

/* The options that open a connection; what every segment has says nothing. */
static void put_options(GString *out, const FlowSegment *segment)
{
    const char *separator = " <";
    if ((segment->options & TCP_OPT_MSS) != 0) {
        g_string_append_printf(out, "%smss %u", separator, segment->mss);
        separator = ", ";
    }
    if ((segment->options & TCP_OPT_SACK_PERMITTED) != 0) {
        g_string_append_printf(out, "%ssackOK", separator);
        separator = ", ";
    }
    if ((segment->options & TCP_OPT_TIMESTAMPS) != 0) {
        g_string_append_printf(out, "%sTS", separator);
        separator = ", ";
    }
    if ((segment->options & TCP_OPT_WINDOW_SCALE) != 0) {
        g_string_append_printf(out, "%swscale %u", separator, segment->window_scale);
        separator = ", ";
    }
    g_string_append(out, separator[0] == ',' ? ">" : "");
}

void flow_put_segment(GString *out, const Flow *flow, uint32_t index)
{
    const FlowSegment *segment = flow_segment(flow, index);
    char flags[WIRE_TCP_FLAGS_TEXT_BYTES];
    wire_tcp_flags_format(segment->flags, flags);
    g_string_append_printf(out, "#%u %s > %s %s seq %u", segment->number,
                           flow->end[segment->end].name, flow->end[!segment->end].name,
                           flags[0] != '\0' ? flags : "-", segment->seq);
    if ((segment->flags & TCP_ACK) != 0) {
        g_string_append_printf(out, " ack %u", segment->ack);
    }
    if (segment->len_bytes > 0) {
        g_string_append_printf(out, " len %u", segment->len_bytes);
    }
    if ((segment->flags & TCP_RST) == 0) {
        g_string_append_printf(out, " win %u", segment->window_bytes);
    }
    if ((segment->flags & TCP_SYN) != 0) {
        put_options(out, segment);
    }
    for (unsigned i = 0; i < segment->sack_count; i++) {
        g_string_append_printf(out, "%s %u-%u", i == 0 ? " sack" : "", segment->sack[i].left,
                               segment->sack[i].right);
    }
}

/* ---- what led to it ---- */

uint32_t flow_answered(const Flow *flow, uint32_t index)
{
    uint8_t end = flow_segment(flow, index)->end;
    for (uint32_t i = index; i-- > 0;) {
        if (flow_segment(flow, i)->end != end) {
            return i;
        }
    }
    return TRACE_NONE;
}

/* Sequence space it occupies. */
static uint32_t seq_space(const FlowSegment *segment)
{
    return segment->len_bytes + ((segment->flags & TCP_SYN) != 0) +
           ((segment->flags & TCP_FIN) != 0);
}

uint32_t flow_repeated(const Flow *flow, uint32_t index)
{
    const FlowSegment *segment = flow_segment(flow, index);
    if (seq_space(segment) == 0) {
        return TRACE_NONE;
    }
    for (uint32_t i = 0; i < index; i++) {
        const FlowSegment *earlier = flow_segment(flow, i);
        if (earlier->end == segment->end &&
            seq_in(segment->seq, earlier->seq, seq_space(earlier))) {
            return i;
        }
    }
    return TRACE_NONE;
}
