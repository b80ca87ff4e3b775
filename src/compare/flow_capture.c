/* The TCP connections in a capture. Nothing in it is trusted: checksums are not looked at, since an
 * interface that computes them itself is captured with wrong ones; everything else is. */

#include <string.h>

#include "compare/flow.h"
#include "wire/wire_bytes.h"

/* What is left of a frame: `captured` of the `original` octets can be read. */
typedef struct Rest {
    const uint8_t *at;
    uint32_t captured_bytes, original_bytes;
} Rest;

static bool skip(Rest *rest, uint32_t bytes)
{
    if (bytes > rest->captured_bytes) {
        return false;
    }
    rest->at += bytes;
    rest->captured_bytes -= bytes;
    rest->original_bytes -= bytes;
    return true;
}

/* What could not be read may have been there. */
static FlowOddity unreadable(const Rest *rest)
{
    return rest->captured_bytes < rest->original_bytes ? FLOW_ODDITY_TOO_SHORT
                                                       : FLOW_ODDITY_MALFORMED;
}

/* ---- link headers ---- */

enum { ETHERTYPE_VLAN = 0x8100, ETHERTYPE_SERVICE_VLAN = 0x88a8, VLAN_TAG_BYTES = 4 };

/* For each link, the octets before the network header, and where the ethertype stands in them. */
static const struct {
    uint8_t header_bytes, type_at;
    bool has_type;
} links[CAPTURE_N_LINKS] = {
    [CAPTURE_LINK_ETHERNET] = { WIRE_ETH_HEADER_BYTES, 12, true },
    [CAPTURE_LINK_RAW_IP] = { 0, 0, false },
    [CAPTURE_LINK_COOKED] = { 16, 14, true },
    [CAPTURE_LINK_COOKED_V2] = { 20, 0, true },
    [CAPTURE_LINK_NULL] = { 4, 0, false },
};

static FlowOddity read_link(const CaptureFrame *frame, Rest *rest)
{
    *rest = (Rest){ frame->bytes, frame->captured_bytes, frame->original_bytes };
    if (!skip(rest, links[frame->link].header_bytes)) {
        return unreadable(rest);
    }
    if (!links[frame->link].has_type) {
        return FLOW_ODDITY_NONE;
    }
    uint16_t type = wire_get16(frame->bytes + links[frame->link].type_at);
    while (type == ETHERTYPE_VLAN || type == ETHERTYPE_SERVICE_VLAN) {
        if (!skip(rest, VLAN_TAG_BYTES)) {
            return unreadable(rest);
        }
        type = wire_get16(rest->at - 2);
    }
    return type == WIRE_ETHERTYPE_IPV4 ? FLOW_ODDITY_NONE : FLOW_ODDITY_OTHER;
}

/* ---- network and transport headers ---- */

enum { IPV4_TOTAL_AT = 2, VERSION_6 = 6 };
#define LONGEST_OFFLOADED_BYTES (8 * 65536) /* what Linux gives to an interface at most */

/* Leaves in `rest` the TCP segment, without the padding of the frame. */
static FlowOddity read_ipv4(Rest *rest, WireIp *out_ip)
{
    if (rest->captured_bytes > 0 && rest->at[0] >> 4 == VERSION_6) {
        return FLOW_ODDITY_OTHER;
    }
    if (!wire_ipv4_parse_quoted(rest->at, rest->captured_bytes, out_ip)) {
        return unreadable(rest);
    }
    uint32_t header_bytes = WIRE_IPV4_HEADER_BYTES + out_ip->option_bytes;
    uint32_t total_bytes = wire_get16(rest->at + IPV4_TOTAL_AT);
    /* A datagram that the interface will take apart may be too long for the field. */
    total_bytes = total_bytes == 0 ? rest->original_bytes : total_bytes;
    if (total_bytes < header_bytes || total_bytes > rest->original_bytes ||
        total_bytes > LONGEST_OFFLOADED_BYTES) {
        return FLOW_ODDITY_MALFORMED;
    }
    rest->original_bytes = total_bytes;
    rest->captured_bytes = MIN(rest->captured_bytes, total_bytes);
    skip(rest, header_bytes);
    return out_ip->protocol != IP_PROTOCOL_TCP ? FLOW_ODDITY_OTHER
           : wire_ip_is_fragment(out_ip)       ? FLOW_ODDITY_FRAGMENT
                                               : FLOW_ODDITY_NONE;
}

/* Leaves in `rest` the payload. */
static FlowOddity read_frame(const CaptureFrame *frame, Rest *rest, WireIp *out_ip,
                             WireTcp *out_tcp)
{
    FlowOddity odd = read_link(frame, rest);
    if (odd == FLOW_ODDITY_NONE) {
        odd = read_ipv4(rest, out_ip);
    }
    if (odd != FLOW_ODDITY_NONE) {
        return odd;
    }
    if (wire_tcp_parse(rest->at, rest->captured_bytes, out_tcp) != PACKET_OK) {
        return unreadable(rest);
    }
    skip(rest, out_tcp->header_bytes);
    return FLOW_ODDITY_NONE;
}

/* ---- connections ---- */

/* The two ends, the lower one first, so that both directions have the same key. */
typedef struct FlowKey {
    InetAddr addr[2];
    uint16_t port[2];
} FlowKey;

static FlowKey key_of(const WireIp *ip, const WireTcp *tcp)
{
    int order = inet_addr_compare(ip->src, ip->dst);
    bool swapped = order > 0 || (order == 0 && tcp->src_port > tcp->dst_port);
    FlowKey key;
    key.addr[swapped] = ip->src;
    key.port[swapped] = tcp->src_port;
    key.addr[!swapped] = ip->dst;
    key.port[!swapped] = tcp->dst_port;
    return key;
}

static guint hash_key(gconstpointer data)
{
    const FlowKey *key = data;
    uint64_t mixed = key->addr[0].lo * 31 + key->addr[1].lo;
    mixed = (mixed * 31 + key->port[0]) * 31 + key->port[1];
    return (guint)(mixed * UINT64_C(0x9e3779b97f4a7c15) >> 32);
}

static gboolean same_key(gconstpointer x, gconstpointer y)
{
    const FlowKey *a = x, *b = y;
    return inet_addr_equal(a->addr[0], b->addr[0]) && inet_addr_equal(a->addr[1], b->addr[1]) &&
           a->port[0] == b->port[0] && a->port[1] == b->port[1];
}

/* Whether the sender of this first segment is the client. */
static bool comes_from_client(const WireTcp *tcp)
{
    if ((tcp->flags & TCP_SYN) != 0) {
        return (tcp->flags & TCP_ACK) == 0;
    }
    return tcp->src_port >= tcp->dst_port;
}

static char *addr_text(InetAddr addr)
{
    char text[INET_ADDR_TEXT_BYTES];
    inet_addr_format(addr, text);
    return g_strdup(text);
}

static Flow *start_flow(FlowSet *set, const WireIp *ip, const WireTcp *tcp)
{
    Flow *flow = flow_new();
    unsigned sender = comes_from_client(tcp) ? 0 : 1;
    flow->end[sender].addr = ip->src;
    flow->end[sender].port = tcp->src_port;
    flow->end[!sender].addr = ip->dst;
    flow->end[!sender].port = tcp->dst_port;
    flow->end[0].name = addr_text(flow->end[0].addr);
    flow->end[1].name = addr_text(flow->end[1].addr);
    flow->name = g_strdup_printf("%s:%u > %s:%u", flow->end[0].name, flow->end[0].port,
                                 flow->end[1].name, flow->end[1].port);
    g_ptr_array_add(set->flows, flow);
    return flow;
}

static uint8_t end_of(const Flow *flow, const WireIp *ip, const WireTcp *tcp)
{
    bool is_client =
        inet_addr_equal(flow->end[0].addr, ip->src) && flow->end[0].port == tcp->src_port;
    return is_client ? 0 : 1;
}

/* A SYN with another number, after the connection had begun to close, opens the next one of the
 * same ends. */
static bool opens_anew(const Flow *flow, const WireIp *ip, const WireTcp *tcp)
{
    return flow->closing && (tcp->flags & (TCP_SYN | TCP_ACK)) == TCP_SYN &&
           flow->end[end_of(flow, ip, tcp)].iss != tcp->seq;
}

static Flow *find_flow(FlowSet *set, GHashTable *latest, const WireIp *ip, const WireTcp *tcp)
{
    FlowKey key = key_of(ip, tcp);
    Flow *flow = g_hash_table_lookup(latest, &key);
    if (flow == NULL || opens_anew(flow, ip, tcp)) {
        flow = start_flow(set, ip, tcp);
        g_hash_table_replace(latest, g_memdup2(&key, sizeof key), flow);
    }
    return flow;
}

/* ---- where the capture was made ---- */

/* The answer to a SYN comes at once where the server is, and the answer to that where the client
 * is. */
static FlowPoint point_of(const Flow *flow)
{
    int64_t syn_ns = -1, syn_ack_ns = -1;
    for (uint32_t i = 0; i < flow->segments->len; i++) {
        const FlowSegment *segment = flow_segment(flow, i);
        uint16_t kind = segment->flags & (TCP_SYN | TCP_ACK);
        if (kind == TCP_SYN && segment->end == 0) {
            syn_ns = segment->time_ns;
        } else if (kind == (TCP_SYN | TCP_ACK) && segment->end == 1) {
            syn_ack_ns = segment->time_ns;
        } else if (kind == TCP_ACK && segment->end == 0 && syn_ns >= 0 && syn_ack_ns >= 0) {
            return syn_ack_ns - syn_ns < segment->time_ns - syn_ack_ns ? FLOW_POINT_SERVER
                                                                       : FLOW_POINT_CLIENT;
        }
    }
    return FLOW_POINT_UNKNOWN;
}

static void find_point(FlowSet *set)
{
    for (guint i = 0; i < set->flows->len && set->point == FLOW_POINT_UNKNOWN; i++) {
        set->point = point_of(g_ptr_array_index(set->flows, i));
    }
}

FlowSet *flow_set_of_capture(Capture *capture)
{
    FlowSet *set = flow_set_new();
    g_autoptr(GHashTable) latest = g_hash_table_new_full(hash_key, same_key, g_free, NULL);
    CaptureFrame frame;
    while (set->frames < UINT32_MAX && capture_next(capture, &frame)) {
        WireIp ip;
        WireTcp tcp;
        Rest payload;
        set->frames++;
        FlowOddity odd = read_frame(&frame, &payload, &ip, &tcp);
        if (odd == FLOW_ODDITY_NONE) {
            Flow *flow = find_flow(set, latest, &ip, &tcp);
            const FlowSighting seen = { .time_ns = frame.time_ns,
                                        .tcp = &tcp,
                                        .end = end_of(flow, &ip, &tcp),
                                        .len_bytes = payload.original_bytes,
                                        .number = (uint32_t)set->frames,
                                        .line = TRACE_NONE };
            odd = flow_see(flow, &seen) ? FLOW_ODDITY_OFFLOADED : FLOW_ODDITY_NONE;
        }
        set->odd[odd]++;
    }
    set->fault = g_strdup(capture_fault(capture));
    find_point(set);
    return set;
}
