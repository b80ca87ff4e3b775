#include "trace/trace_fields.h"

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

#define LINE(member) offsetof(TraceLine, member)
#define PACKET(member) offsetof(Packet, member)
#define END                                                                                        \
    {                                                                                              \
        NULL, TRACE_FIELD_BOOL, 0, NULL, 0                                                         \
    }

static const TraceField call_fields[] = {
    { "call", TRACE_FIELD_TEXT, LINE(call.call), NULL, 0 },
    { "text", TRACE_FIELD_TEXT, LINE(call.text), NULL, 0 },
    { "result", TRACE_FIELD_ENUM, LINE(call.result), name_socket_error, SOCKET_N_ERRORS },
    END,
};
static const TraceField event_fields[] = {
    { "event", TRACE_FIELD_ENUM, LINE(event.event), name_socket_event, SOCKET_N_EVENTS },
    { "error", TRACE_FIELD_ENUM, LINE(event.error), name_socket_error, SOCKET_N_ERRORS },
    END,
};
static const TraceField state_fields[] = {
    { "from", TRACE_FIELD_ENUM, LINE(state.from), name_state, TCP_N_STATES },
    { "to", TRACE_FIELD_ENUM, LINE(state.to), name_state, TCP_N_STATES },
    { "by", TRACE_FIELD_ENUM, LINE(state.by), name_tcp_event, TCP_N_EVENTS },
    END,
};
static const TraceField discard_fields[] = {
    { "why", TRACE_FIELD_ENUM, LINE(discard.discard), name_discard, INET_N_DISCARDS },
    { "fault", TRACE_FIELD_ENUM, LINE(discard.parse_fault), name_packet_fault, PACKET_N_FAULTS },
    END,
};
static const TraceField vars_fields[] = {
    { "iss", TRACE_FIELD_U32, LINE(vars.iss), NULL, 0 },
    { "irs", TRACE_FIELD_U32, LINE(vars.irs), NULL, 0 },
    { "snd_una", TRACE_FIELD_U32, LINE(vars.snd_una), NULL, 0 },
    { "snd_nxt", TRACE_FIELD_U32, LINE(vars.snd_nxt), NULL, 0 },
    { "rcv_nxt", TRACE_FIELD_U32, LINE(vars.rcv_nxt), NULL, 0 },
    { "snd_wnd", TRACE_FIELD_U32, LINE(vars.snd_wnd), NULL, 0 },
    { "rcv_wnd", TRACE_FIELD_U32, LINE(vars.rcv_wnd), NULL, 0 },
    { "cwnd_bytes", TRACE_FIELD_U32, LINE(vars.cwnd_bytes), NULL, 0 },
    { "ssthresh_bytes", TRACE_FIELD_U32, LINE(vars.ssthresh_bytes), NULL, 0 },
    { "in_flight_bytes", TRACE_FIELD_U32, LINE(vars.in_flight_bytes), NULL, 0 },
    { "srtt_ns", TRACE_FIELD_I64, LINE(vars.srtt_ns), NULL, 0 },
    { "rttvar_ns", TRACE_FIELD_I64, LINE(vars.rttvar_ns), NULL, 0 },
    { "rto_ns", TRACE_FIELD_I64, LINE(vars.rto_ns), NULL, 0 },
    { "in_recovery", TRACE_FIELD_BOOL, LINE(vars.in_recovery), NULL, 0 },
    { "cc_phase", TRACE_FIELD_TEXT, LINE(vars.cc_phase), NULL, 0 },
    END,
};
static const TraceField timer_fields[] = {
    { "timer", TRACE_FIELD_ENUM, LINE(timer.timer), name_timer, TCP_N_TIMERS },
    { "change", TRACE_FIELD_ENUM, LINE(timer.change), name_change, TCP_TIMER_FIRED + 1 },
    { "due_at_ns", TRACE_FIELD_I64, LINE(timer.due_at_ns), NULL, 0 },
    END,
};
static const TraceField deliver_fields[] = {
    { "offset", TRACE_FIELD_U64, LINE(deliver.offset), NULL, 0 },
    { "bytes", TRACE_FIELD_U64, LINE(deliver.bytes), NULL, 0 },
    END,
};
static const TraceField closed_fields[] = {
    { "reason", TRACE_FIELD_ENUM, LINE(reason), name_reason, TCP_N_REASONS },
    END,
};
static const TraceField neighbour_fields[] = {
    { "text", TRACE_FIELD_TEXT, LINE(neighbour.text), NULL, 0 },
    { "addr", TRACE_FIELD_ADDR, LINE(neighbour.addr), NULL, 0 },
    { "mac", TRACE_FIELD_MAC, LINE(neighbour.mac), NULL, 0 },
    END,
};
static const TraceField text_fields[] = {
    { "text", TRACE_FIELD_TEXT, LINE(text), NULL, 0 },
    END,
};
static const TraceField hop_fields[] = {
    { "wire", TRACE_FIELD_PLACE, LINE(hop.wire), NULL, 0 },
    { "eth_src", TRACE_FIELD_MAC, LINE(hop.eth.src), NULL, 0 },
    { "eth_dst", TRACE_FIELD_MAC, LINE(hop.eth.dst), NULL, 0 },
    { "ttl", TRACE_FIELD_U8, LINE(hop.ttl), NULL, 0 },
    { "arrives_at_ns", TRACE_FIELD_I64, LINE(hop.arrives_at_ns), NULL, 0 },
    END,
};
#define DETAIL_FIELDS                                                                              \
    { "queue_pkts", TRACE_FIELD_U32, LINE(net.detail.queue_pkts), NULL, 0 },                       \
        { "queue_limit_pkts", TRACE_FIELD_U32, LINE(net.detail.queue_limit_pkts), NULL, 0 },       \
        { "queue_bytes", TRACE_FIELD_U64, LINE(net.detail.queue_bytes), NULL, 0 },                 \
        { "queue_limit_bytes", TRACE_FIELD_U64, LINE(net.detail.queue_limit_bytes), NULL, 0 },     \
        { "fault_index", TRACE_FIELD_I32, LINE(net.detail.fault_index), NULL, 0 },                 \
        { "rng_stream", TRACE_FIELD_TEXT, LINE(net.detail.rng_stream), NULL, 0 },                  \
        { "rng_index", TRACE_FIELD_U64, LINE(net.detail.rng_index), NULL, 0 },                     \
    {                                                                                              \
        "rng_value", TRACE_FIELD_KEY, LINE(net.detail.rng_value), NULL, 0                          \
    }
static const TraceField drop_fields[] = {
    { "why", TRACE_FIELD_ENUM, LINE(net.drop), name_drop, NET_N_DROPS },
    DETAIL_FIELDS,
    END,
};
static const TraceField fault_fields[] = {
    { "fault", TRACE_FIELD_ENUM, LINE(net.fault), name_fault, NET_N_FAULT_KINDS },
    DETAIL_FIELDS,
    { "bit", TRACE_FIELD_U64, LINE(net.detail.bit), NULL, 0 },
    { "extra_ns", TRACE_FIELD_I64, LINE(net.detail.extra_ns), NULL, 0 },
    END,
};
static const TraceField queue_fields[] = {
    { "pkts", TRACE_FIELD_U32, LINE(queue.pkts), NULL, 0 },
    { "bytes", TRACE_FIELD_U64, LINE(queue.bytes), NULL, 0 },
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
        [TRACE_WRONG_BYTES] = deliver_fields,
        [TRACE_HOST] = text_fields,
        [TRACE_OFFER] = hop_fields,
        [TRACE_ARRIVE] = hop_fields,
        [TRACE_TRANSMIT] = hop_fields,
        [TRACE_DROP] = drop_fields,
        [TRACE_FAULT] = fault_fields,
        [TRACE_QUEUE] = queue_fields,
        [TRACE_CHANGE] = text_fields,
    };
    g_assert(what < TRACE_N_WHATS);
    return fields[what];
}

const TraceField trace_eth_fields[] = {
    { "eth_src", TRACE_FIELD_MAC, PACKET(eth.src), NULL, 0 },
    { "eth_dst", TRACE_FIELD_MAC, PACKET(eth.dst), NULL, 0 },
    { "eth_type", TRACE_FIELD_U16, PACKET(eth.type), NULL, 0 },
    END,
};
const TraceField trace_ip_fields[] = {
    { "src", TRACE_FIELD_ADDR, PACKET(ip.src), NULL, 0 },
    { "dst", TRACE_FIELD_ADDR, PACKET(ip.dst), NULL, 0 },
    { "protocol", TRACE_FIELD_U8, PACKET(ip.protocol), NULL, 0 },
    { "ttl", TRACE_FIELD_U8, PACKET(ip.ttl), NULL, 0 },
    { "tos", TRACE_FIELD_U8, PACKET(ip.tos), NULL, 0 },
    { "ip_option_bytes", TRACE_FIELD_U8, PACKET(ip.option_bytes), NULL, 0 },
    { "ident", TRACE_FIELD_U16, PACKET(ip.ident), NULL, 0 },
    { "fragment_offset", TRACE_FIELD_U16, PACKET(ip.fragment_offset), NULL, 0 },
    { "dont_fragment", TRACE_FIELD_BOOL, PACKET(ip.dont_fragment), NULL, 0 },
    { "more_fragments", TRACE_FIELD_BOOL, PACKET(ip.more_fragments), NULL, 0 },
    END,
};
static const TraceField tcp_fields[] = {
    { "src_port", TRACE_FIELD_U16, PACKET(tcp.src_port), NULL, 0 },
    { "dst_port", TRACE_FIELD_U16, PACKET(tcp.dst_port), NULL, 0 },
    { "flags", TRACE_FIELD_FLAGS, PACKET(tcp.flags), NULL, 0 },
    { "seq", TRACE_FIELD_U32, PACKET(tcp.seq), NULL, 0 },
    { "ack", TRACE_FIELD_U32, PACKET(tcp.ack), NULL, 0 },
    { "window", TRACE_FIELD_U16, PACKET(tcp.window), NULL, 0 },
    { "urgent", TRACE_FIELD_U16, PACKET(tcp.urgent), NULL, 0 },
    { "header_bytes", TRACE_FIELD_U8, PACKET(tcp.header_bytes), NULL, 0 },
    { "options", TRACE_FIELD_U8, PACKET(tcp.options), NULL, 0 },
    { "mss", TRACE_FIELD_U16, PACKET(tcp.mss), NULL, 0 },
    { "window_scale", TRACE_FIELD_U8, PACKET(tcp.window_scale), NULL, 0 },
    { "ts_val", TRACE_FIELD_U32, PACKET(tcp.ts_val), NULL, 0 },
    { "ts_ecr", TRACE_FIELD_U32, PACKET(tcp.ts_ecr), NULL, 0 },
    { "sack", TRACE_FIELD_SACKS, PACKET(tcp), NULL, 0 },
    END,
};
static const TraceField udp_fields[] = {
    { "src_port", TRACE_FIELD_U16, PACKET(udp.src_port), NULL, 0 },
    { "dst_port", TRACE_FIELD_U16, PACKET(udp.dst_port), NULL, 0 },
    END,
};
static const TraceField icmp_fields[] = {
    { "type", TRACE_FIELD_U8, PACKET(icmp.type), NULL, 0 },
    { "code", TRACE_FIELD_U8, PACKET(icmp.code), NULL, 0 },
    { "rest", TRACE_FIELD_U32, PACKET(icmp.rest), NULL, 0 },
    END,
};
static const TraceField arp_fields[] = {
    { "operation", TRACE_FIELD_U16, PACKET(arp.operation), NULL, 0 },
    { "sender_mac", TRACE_FIELD_MAC, PACKET(arp.sender_mac), NULL, 0 },
    { "sender_addr", TRACE_FIELD_ADDR, PACKET(arp.sender_addr), NULL, 0 },
    { "target_mac", TRACE_FIELD_MAC, PACKET(arp.target_mac), NULL, 0 },
    { "target_addr", TRACE_FIELD_ADDR, PACKET(arp.target_addr), NULL, 0 },
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
    { "kind", TRACE_FIELD_ENUM, offsetof(TraceFacts, kind), name_kind, PACKET_RAW + 1 },
    { "link", TRACE_FIELD_ENUM, offsetof(TraceFacts, link), name_link, PACKET_LINK_RAW_IP + 1 },
    { "why", TRACE_FIELD_ENUM, offsetof(TraceFacts, why), name_why, PACKET_N_WHYS },
    { "corrupted", TRACE_FIELD_BOOL, offsetof(TraceFacts, corrupted), NULL, 0 },
    END,
};
const TraceField trace_length_fields[] = {
    { "payload_bytes", TRACE_FIELD_U32, PACKET(payload.len_bytes), NULL, 0 },
    { "stream", TRACE_FIELD_KEY, PACKET(payload.stream), NULL, 0 },
    { "offset", TRACE_FIELD_U64, PACKET(payload.offset), NULL, 0 },
    END,
};
