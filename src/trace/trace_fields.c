#include "trace/trace_fields.h"

#include <string.h>

/* Name tables take their own enum; a field has any of them. */
#define NAMES(function, type, to_string)                                                           \
    static const char *function(unsigned value)                                                    \
    {                                                                                              \
        return to_string((type)value);                                                             \
    }
NAMES(name_state, TcpState, tcp_state_to_string)
NAMES(name_tcp_event, TcpEvent, tcp_event_to_string)
NAMES(name_timer, TcpTimer, tcp_timer_to_string)
NAMES(name_reason, TcpReason, tcp_reason_to_string)
NAMES(name_socket_event, SocketEvent, socket_event_to_string)
NAMES(name_socket_error, SocketError, socket_error_to_string)
NAMES(name_discard, InetDiscard, inet_discard_to_string)
NAMES(name_packet_fault, PacketFault, packet_fault_to_string)
NAMES(name_drop, NetDrop, net_drop_to_string)
NAMES(name_fault, NetFaultKind, net_fault_kind_to_string)
NAMES(name_why, PacketWhy, packet_why_to_string)

static const char *name_change(unsigned change)
{
    static const char *const names[] = {
        [TCP_TIMER_SET] = "set",
        [TCP_TIMER_CANCELLED] = "cancelled",
        [TCP_TIMER_FIRED] = "fired",
    };
    return names[change];
}

static const char *name_kind(unsigned kind)
{
    static const char *const names[] = {
        [PACKET_TCP] = "tcp", [PACKET_UDP] = "udp",     [PACKET_ICMP] = "icmp",
        [PACKET_ARP] = "arp", [PACKET_IP_OTHER] = "ip", [PACKET_RAW] = "raw",
    };
    return names[kind];
}

static const char *name_link(unsigned link)
{
    return link == PACKET_LINK_ETHERNET ? "ethernet" : "raw-ip";
}

static const char *name_unit(unsigned unit)
{
    static const char *const names[SIM_N_UNITS + 1] = {
        [SIM_UNIT_NUMBER] = "number", [SIM_UNIT_BOOL] = "bool",       [SIM_UNIT_DURATION] = "ns",
        [SIM_UNIT_BYTES] = "bytes",   [SIM_UNIT_PACKETS] = "pkts",    [SIM_UNIT_QUEUE] = "queue",
        [SIM_UNIT_RATE] = "bps",      [SIM_UNIT_PROBABILITY] = "ppb", [SIM_UNIT_WORD] = "word",
        [SIM_UNIT_TEXT] = "text",     [SIM_UNIT_HOST_PORT] = "place", [SIM_N_UNITS] = "none",
    };
    return names[unit];
}

/* ---- what applies when ---- */

static bool has_values(const void *line)
{
    return ((const TraceLine *)line)->change.unit != SIM_N_UNITS;
}

static bool is_parse_fault(const void *line)
{
    return ((const TraceLine *)line)->discard.discard == INET_DISCARD_PARSE;
}

static bool is_set(const void *line)
{
    return ((const TraceLine *)line)->timer.change == TCP_TIMER_SET;
}

static bool has_mac(const void *line)
{
    static const MacAddr none;
    return memcmp(&((const TraceLine *)line)->neighbour.mac, &none, sizeof none) != 0;
}

static bool is_on_ethernet(const void *line)
{
    static const MacAddr none;
    return memcmp(&((const TraceLine *)line)->hop.eth.src, &none, sizeof none) != 0;
}

static bool is_ip(const void *line)
{
    return ((const TraceLine *)line)->hop.ttl > 0;
}

static bool is_transmit(const void *line)
{
    return ((const TraceLine *)line)->what == TRACE_TRANSMIT;
}

static bool met_queue_of_pkts(const void *line)
{
    return ((const TraceLine *)line)->net.detail.queue_limit_pkts > 0;
}

static bool met_queue_of_bytes(const void *line)
{
    return ((const TraceLine *)line)->net.detail.queue_limit_bytes > 0;
}

static bool met_queue(const void *line)
{
    return met_queue_of_pkts(line) || met_queue_of_bytes(line);
}

static bool was_drawn(const void *line)
{
    return ((const TraceLine *)line)->net.detail.rng_stream != NULL;
}

static bool is_corruption(const void *line)
{
    return ((const TraceLine *)line)->net.fault == NET_FAULT_CORRUPT;
}

static bool is_delay(const void *line)
{
    return ((const TraceLine *)line)->net.fault == NET_FAULT_DELAY;
}

static bool has_stream(const void *pkt)
{
    return ((const Packet *)pkt)->payload.stream != 0;
}

static bool has_mss(const void *pkt)
{
    return (((const Packet *)pkt)->tcp.options & TCP_OPT_MSS) != 0;
}

static bool has_window_scale(const void *pkt)
{
    return (((const Packet *)pkt)->tcp.options & TCP_OPT_WINDOW_SCALE) != 0;
}

static bool has_timestamps(const void *pkt)
{
    return (((const Packet *)pkt)->tcp.options & TCP_OPT_TIMESTAMPS) != 0;
}

static bool has_rare(const void *pkt)
{
    return (((const Packet *)pkt)->tcp.options & TCP_OPT_RARE) != 0;
}

static bool has_sack(const void *pkt)
{
    return (((const Packet *)pkt)->tcp.options & TCP_OPT_SACK) != 0;
}

/* ---- the tables ---- */

#define LINE(member) offsetof(TraceLine, member)
#define PACKET(member) offsetof(Packet, member)
#define FIELD(name, type, offset)                                                                  \
    {                                                                                              \
        name, TRACE_FIELD_##type, offset, NULL, 0, NULL                                            \
    }
#define FIELD_IF(applies, name, type, offset)                                                      \
    {                                                                                              \
        name, TRACE_FIELD_##type, offset, NULL, 0, applies                                         \
    }
#define WORD(name, offset, to_string, count)                                                       \
    {                                                                                              \
        name, TRACE_FIELD_ENUM, offset, to_string, count, NULL                                     \
    }
#define WORD_IF(applies, name, offset, to_string, count)                                           \
    {                                                                                              \
        name, TRACE_FIELD_ENUM, offset, to_string, count, applies                                  \
    }
#define END FIELD(NULL, BOOL, 0)

static const TraceField call_fields[] = {
    FIELD("call", TEXT, LINE(call.call)),
    FIELD("text", TEXT, LINE(call.text)),
    WORD("result", LINE(call.result), name_socket_error, SOCKET_N_ERRORS),
    END,
};
static const TraceField event_fields[] = {
    WORD("event", LINE(event.event), name_socket_event, SOCKET_N_EVENTS),
    WORD("error", LINE(event.error), name_socket_error, SOCKET_N_ERRORS),
    END,
};
static const TraceField state_fields[] = {
    WORD("from", LINE(state.from), name_state, TCP_N_STATES),
    WORD("to", LINE(state.to), name_state, TCP_N_STATES),
    WORD("by", LINE(state.by), name_tcp_event, TCP_N_EVENTS),
    END,
};
static const TraceField discard_fields[] = {
    WORD("why", LINE(discard.discard), name_discard, INET_N_DISCARDS),
    WORD_IF(is_parse_fault, "fault", LINE(discard.parse_fault), name_packet_fault, PACKET_N_FAULTS),
    END,
};
static const TraceField vars_fields[] = {
    FIELD("iss", U32, LINE(vars.iss)),
    FIELD("irs", U32, LINE(vars.irs)),
    FIELD("snd_una", U32, LINE(vars.snd_una)),
    FIELD("snd_nxt", U32, LINE(vars.snd_nxt)),
    FIELD("rcv_nxt", U32, LINE(vars.rcv_nxt)),
    FIELD("snd_wnd", U32, LINE(vars.snd_wnd)),
    FIELD("rcv_wnd", U32, LINE(vars.rcv_wnd)),
    FIELD("cwnd_bytes", U32, LINE(vars.cwnd_bytes)),
    FIELD("ssthresh_bytes", U32, LINE(vars.ssthresh_bytes)),
    FIELD("in_flight_bytes", U32, LINE(vars.in_flight_bytes)),
    FIELD("srtt_ns", I64, LINE(vars.srtt_ns)),
    FIELD("rttvar_ns", I64, LINE(vars.rttvar_ns)),
    FIELD("rto_ns", I64, LINE(vars.rto_ns)),
    FIELD("in_recovery", BOOL, LINE(vars.in_recovery)),
    FIELD("cc_phase", TEXT, LINE(vars.cc_phase)),
    END,
};
static const TraceField timer_fields[] = {
    WORD("timer", LINE(timer.timer), name_timer, TCP_N_TIMERS),
    WORD("change", LINE(timer.change), name_change, TCP_TIMER_FIRED + 1),
    FIELD_IF(is_set, "due_at_ns", I64, LINE(timer.due_at_ns)),
    END,
};
static const TraceField deliver_fields[] = {
    FIELD("offset", U64, LINE(deliver.offset)),
    FIELD("bytes", U64, LINE(deliver.bytes)),
    END,
};
static const TraceField wrong_bytes_fields[] = {
    FIELD("offset", U64, LINE(deliver.offset)),
    END,
};
static const TraceField closed_fields[] = {
    WORD("reason", LINE(reason), name_reason, TCP_N_REASONS),
    END,
};
static const TraceField neighbour_fields[] = {
    FIELD("text", TEXT, LINE(neighbour.text)),
    FIELD("addr", ADDR, LINE(neighbour.addr)),
    FIELD_IF(has_mac, "mac", MAC, LINE(neighbour.mac)),
    END,
};
static const TraceField text_fields[] = {
    FIELD("text", TEXT, LINE(text)),
    END,
};
static const TraceField change_fields[] = {
    FIELD("change", TEXT, LINE(change.what)),
    WORD("unit", LINE(change.unit), name_unit, SIM_N_UNITS + 1),
    FIELD_IF(has_values, "from", I64, LINE(change.from)),
    FIELD_IF(has_values, "to", I64, LINE(change.to)),
    END,
};
static const TraceField hop_fields[] = {
    FIELD("wire", PLACE, LINE(hop.wire)),
    FIELD_IF(is_on_ethernet, "eth_src", MAC, LINE(hop.eth.src)),
    FIELD_IF(is_on_ethernet, "eth_dst", MAC, LINE(hop.eth.dst)),
    FIELD_IF(is_ip, "ttl", U8, LINE(hop.ttl)),
    FIELD_IF(is_ip, "tos", U8, LINE(hop.tos)),
    FIELD_IF(is_transmit, "arrives_at_ns", I64, LINE(hop.arrives_at_ns)),
    END,
};
#define DETAIL_FIELDS                                                                              \
    FIELD_IF(met_queue_of_pkts, "queue_limit_pkts", U32, LINE(net.detail.queue_limit_pkts)),       \
        FIELD_IF(met_queue_of_bytes, "queue_limit_bytes", U64,                                     \
                 LINE(net.detail.queue_limit_bytes)),                                              \
        FIELD_IF(met_queue, "queue_pkts", U32, LINE(net.detail.queue_pkts)),                       \
        FIELD_IF(met_queue, "queue_bytes", U64, LINE(net.detail.queue_bytes)),                     \
        FIELD("fault_index", I32, LINE(net.detail.fault_index)),                                   \
        FIELD("rng_stream", TEXT, LINE(net.detail.rng_stream)),                                    \
        FIELD_IF(was_drawn, "rng_index", U64, LINE(net.detail.rng_index)),                         \
        FIELD_IF(was_drawn, "rng_value", KEY, LINE(net.detail.rng_value))
static const TraceField drop_fields[] = {
    WORD("why", LINE(net.drop), name_drop, NET_N_DROPS),
    DETAIL_FIELDS,
    END,
};
static const TraceField fault_fields[] = {
    WORD("fault", LINE(net.fault), name_fault, NET_N_FAULT_KINDS),
    DETAIL_FIELDS,
    FIELD_IF(is_corruption, "bit", U64, LINE(net.detail.bit)),
    FIELD_IF(is_delay, "extra_ns", I64, LINE(net.detail.extra_ns)),
    END,
};
static const TraceField queue_fields[] = {
    FIELD("pkts", U32, LINE(queue.pkts)),
    FIELD("bytes", U64, LINE(queue.bytes)),
    END,
};
static const TraceField no_fields[] = { END };

const TraceField *trace_line_fields(TraceWhat what)
{
    static const TraceField *const fields[TRACE_N_WHATS] = {
        [TRACE_CALL] = call_fields,
        [TRACE_EVENT] = event_fields,
        [TRACE_CREATED] = no_fields,
        [TRACE_STATE] = state_fields,
        [TRACE_SEND] = no_fields,
        [TRACE_RECEIVE] = no_fields,
        [TRACE_FORWARD] = no_fields,
        [TRACE_DISCARD] = discard_fields,
        [TRACE_VARS] = vars_fields,
        [TRACE_TIMER] = timer_fields,
        [TRACE_DELIVER] = deliver_fields,
        [TRACE_CLOSED] = closed_fields,
        [TRACE_NEIGHBOUR] = neighbour_fields,
        [TRACE_REASSEMBLED] = no_fields,
        [TRACE_WRONG_BYTES] = wrong_bytes_fields,
        [TRACE_HOST] = text_fields,
        [TRACE_OFFER] = hop_fields,
        [TRACE_ARRIVE] = hop_fields,
        [TRACE_TRANSMIT] = hop_fields,
        [TRACE_DROP] = drop_fields,
        [TRACE_FAULT] = fault_fields,
        [TRACE_QUEUE] = queue_fields,
        [TRACE_CHANGE] = change_fields,
    };
    g_assert(what < TRACE_N_WHATS);
    return fields[what];
}

const TraceField trace_eth_fields[] = {
    FIELD("eth_src", MAC, PACKET(eth.src)),
    FIELD("eth_dst", MAC, PACKET(eth.dst)),
    FIELD("eth_type", U16, PACKET(eth.type)),
    END,
};
const TraceField trace_ip_fields[] = {
    FIELD("src", ADDR, PACKET(ip.src)),
    FIELD("dst", ADDR, PACKET(ip.dst)),
    FIELD("protocol", U8, PACKET(ip.protocol)),
    FIELD("ttl", U8, PACKET(ip.ttl)),
    FIELD("tos", U8, PACKET(ip.tos)),
    FIELD("ip_option_bytes", U8, PACKET(ip.option_bytes)),
    FIELD("ident", U16, PACKET(ip.ident)),
    FIELD("fragment_offset", U16, PACKET(ip.fragment_offset)),
    FIELD("dont_fragment", BOOL, PACKET(ip.dont_fragment)),
    FIELD("more_fragments", BOOL, PACKET(ip.more_fragments)),
    END,
};
static const TraceField tcp_fields[] = {
    FIELD("src_port", U16, PACKET(tcp.src_port)),
    FIELD("dst_port", U16, PACKET(tcp.dst_port)),
    FIELD("flags", FLAGS, PACKET(tcp.flags)),
    FIELD("seq", U32, PACKET(tcp.seq)),
    FIELD("ack", U32, PACKET(tcp.ack)),
    FIELD("window", U16, PACKET(tcp.window)),
    FIELD("urgent", U16, PACKET(tcp.urgent)),
    FIELD("header_bytes", U8, PACKET(tcp.header_bytes)),
    FIELD("options", U8, PACKET(tcp.options)),
    FIELD_IF(has_mss, "mss", U16, PACKET(tcp.mss)),
    FIELD_IF(has_window_scale, "window_scale", U8, PACKET(tcp.window_scale)),
    FIELD_IF(has_timestamps, "ts_val", U32, PACKET(tcp.ts_val)),
    FIELD_IF(has_timestamps, "ts_ecr", U32, PACKET(tcp.ts_ecr)),
    FIELD_IF(has_rare, "rare", RARE, PACKET(tcp)),
    FIELD_IF(has_sack, "sack", SACKS, PACKET(tcp)),
    END,
};
static const TraceField udp_fields[] = {
    FIELD("src_port", U16, PACKET(udp.src_port)),
    FIELD("dst_port", U16, PACKET(udp.dst_port)),
    END,
};
static const TraceField icmp_fields[] = {
    FIELD("type", U8, PACKET(icmp.type)),
    FIELD("code", U8, PACKET(icmp.code)),
    FIELD("rest", U32, PACKET(icmp.rest)),
    END,
};
static const TraceField arp_fields[] = {
    FIELD("operation", U16, PACKET(arp.operation)),
    FIELD("sender_mac", MAC, PACKET(arp.sender_mac)),
    FIELD("sender_addr", ADDR, PACKET(arp.sender_addr)),
    FIELD("target_mac", MAC, PACKET(arp.target_mac)),
    FIELD("target_addr", ADDR, PACKET(arp.target_addr)),
    END,
};

const TraceField *trace_packet_fields(PacketKind kind)
{
    static const TraceField *const fields[] = {
        [PACKET_TCP] = tcp_fields, [PACKET_UDP] = udp_fields,     [PACKET_ICMP] = icmp_fields,
        [PACKET_ARP] = arp_fields, [PACKET_IP_OTHER] = no_fields, [PACKET_RAW] = no_fields,
    };
    return fields[kind];
}

bool trace_packet_has_eth(const TraceFacts *facts)
{
    return facts->link == PACKET_LINK_ETHERNET;
}

bool trace_packet_has_ip(const TraceFacts *facts)
{
    return facts->kind != PACKET_ARP && facts->kind != PACKET_RAW;
}

TraceFacts trace_facts(const Packet *pkt)
{
    return (TraceFacts){
        .kind = pkt->kind, .link = pkt->link, .why = pkt->why, .corrupted = pkt->corrupted
    };
}

void trace_facts_apply(const TraceFacts *facts, Packet *pkt)
{
    pkt->kind = facts->kind;
    pkt->link = facts->link;
    pkt->why = facts->why;
    pkt->corrupted = facts->corrupted;
}

const TraceField trace_fact_fields[] = {
    WORD("kind", offsetof(TraceFacts, kind), name_kind, PACKET_RAW + 1),
    WORD("link", offsetof(TraceFacts, link), name_link, PACKET_LINK_RAW_IP + 1),
    WORD("why", offsetof(TraceFacts, why), name_why, PACKET_N_WHYS),
    FIELD("corrupted", BOOL, offsetof(TraceFacts, corrupted)),
    END,
};
const TraceField trace_length_fields[] = {
    FIELD("payload_bytes", U32, PACKET(payload.len_bytes)),
    FIELD_IF(has_stream, "stream", KEY, PACKET(payload.stream)),
    FIELD_IF(has_stream, "offset", U64, PACKET(payload.offset)),
    END,
};
