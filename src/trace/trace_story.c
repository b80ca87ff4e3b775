/* Lines in plain words, for story.txt, the ladder's notes, capture comments and comparisons. */

#include <string.h>

#include "inet/inet_icmp.h"
#include "trace/trace_run.h"

/* ---- a packet in a few words ---- */

static void put_options(GString *out, const WireTcp *tcp)
{
    const char *separator = " <";
    if ((tcp->options & TCP_OPT_MSS) != 0) {
        g_string_append_printf(out, "%smss %u", separator, tcp->mss);
        separator = ", ";
    }
    if ((tcp->options & TCP_OPT_SACK_PERMITTED) != 0) {
        g_string_append_printf(out, "%ssackOK", separator);
        separator = ", ";
    }
    if ((tcp->options & TCP_OPT_WINDOW_SCALE) != 0) {
        g_string_append_printf(out, "%swscale %u", separator, tcp->window_scale);
        separator = ", ";
    }
    wire_tcp_rare_format(tcp, out, &separator, ", ");
    if (separator[0] == ',') {
        g_string_append_c(out, '>');
    }
}

static void put_sacks(GString *out, const TraceRun *run, const TracePacket *pkt)
{
    const WireTcp *tcp = &pkt->snapshot->tcp;
    if ((tcp->options & TCP_OPT_SACK) == 0) {
        return;
    }
    TcpSeq base = tcp->ack - trace_relative_ack(run, pkt);
    g_string_append(out, " sack");
    for (unsigned i = 0; i < tcp->sack_count; i++) {
        g_string_append_printf(out, " %u-%u", tcp->sack[i].left - base, tcp->sack[i].right - base);
    }
}

static void put_tcp(GString *out, const TraceRun *run, const TracePacket *pkt)
{
    const Packet *p = pkt->snapshot;
    char flags[40];
    wire_tcp_flags_format(p->tcp.flags, flags);
    g_string_append_printf(out, "%s seq %u", flags[0] != 0 ? flags : "-",
                           trace_relative_seq(run, pkt));
    if ((p->tcp.flags & TCP_ACK) != 0) {
        g_string_append_printf(out, " ack %u", trace_relative_ack(run, pkt));
    }
    if (p->payload.len_bytes > 0) {
        g_string_append_printf(out, " len %u", p->payload.len_bytes);
    }
    if ((p->tcp.flags & TCP_RST) == 0) {
        g_string_append_printf(out, " win %u", p->tcp.window);
    }
    if ((p->tcp.flags & TCP_URG) != 0) {
        g_string_append_printf(out, " urg %u", p->tcp.urgent);
    }
    if (wire_ip_ecn(&p->ip) != WIRE_IP_NOT_ECT) {
        g_string_append_printf(out, " %s", wire_ip_ecn_to_string(&p->ip));
    }
    put_options(out, &p->tcp);
    put_sacks(out, run, pkt);
}

static void put_arp(GString *out, const WireArp *arp)
{
    char sender[INET_ADDR_TEXT_BYTES], target[INET_ADDR_TEXT_BYTES], mac[18];
    inet_addr_format(arp->sender_addr, sender);
    inet_addr_format(arp->target_addr, target);
    mac_addr_format(&arp->sender_mac, mac);
    if (arp->operation == 1) {
        g_string_append_printf(out, "ARP who-has %s tell %s", target, sender);
    } else {
        g_string_append_printf(out, "ARP %s is-at %s", sender, mac);
    }
}

static void put_what(GString *out, const TraceRun *run, const TracePacket *pkt, const Lang *lang)
{
    const Packet *p = pkt->snapshot;
    switch (p->kind) {
    case PACKET_TCP:
        put_tcp(out, run, pkt);
        break;
    case PACKET_UDP:
        g_string_append_printf(out, "UDP %u > %u len %u", p->udp.src_port, p->udp.dst_port,
                               p->payload.len_bytes);
        break;
    case PACKET_ICMP:
        g_string_append_printf(out, "ICMP %s",
                               lang_text(lang, icmp_to_string(p->icmp.type, p->icmp.code)));
        if (p->icmp.type == ICMP_ECHO || p->icmp.type == ICMP_ECHO_REPLY) {
            g_string_append_printf(out, " seq %u len %u", p->icmp.rest & 0xffff,
                                   p->payload.len_bytes);
        }
        break;
    case PACKET_ARP:
        put_arp(out, &p->arp);
        break;
    case PACKET_IP_OTHER:
        g_string_append_printf(out, "IP %u len %u", p->ip.protocol, p->payload.len_bytes);
        if (p->ip.more_fragments || p->ip.fragment_offset > 0) {
            g_string_append_printf(
                out, " id %u fragment %u-%u%s", p->ip.ident, p->ip.fragment_offset * 8u,
                p->ip.fragment_offset * 8u + p->payload.len_bytes, p->ip.more_fragments ? "+" : "");
        }
        break;
    case PACKET_RAW:
        g_string_append_printf(out, "raw len %u", p->payload.len_bytes);
        break;
    }
}

char *trace_packet_story(const TraceRun *run, uint32_t index, const Lang *lang)
{
    const TracePacket *pkt = trace_packet(run, index);
    const Packet *p = pkt->snapshot;
    GString *out = g_string_new(NULL);
    g_string_append_printf(out, "#%u ", index + 1);
    if (p->kind != PACKET_ARP && p->kind != PACKET_RAW) {
        char from[INET_ADDR_TEXT_BYTES], to[INET_ADDR_TEXT_BYTES];
        g_string_append_printf(out, "%s > %s ", trace_run_name_of(run, p->ip.src, from),
                               trace_run_name_of(run, p->ip.dst, to));
    }
    put_what(out, run, pkt, lang);
    return g_string_free(out, FALSE);
}

/* ---- why it was sent ---- */

bool trace_why_is_telling(PacketWhy why)
{
    static const bool silent[PACKET_N_WHYS] = {
        [PACKET_WHY_NONE] = true,         [PACKET_WHY_OPEN] = true,
        [PACKET_WHY_DATA] = true,         [PACKET_WHY_CLOSE] = true,
        [PACKET_WHY_ACK] = true,          [PACKET_WHY_DATAGRAM] = true,
        [PACKET_WHY_ECHO_REQUEST] = true, [PACKET_WHY_ECHO_REPLY] = true,
        [PACKET_WHY_ICMP_ERROR] = true,   [PACKET_WHY_ARP_REQUEST] = true,
        [PACKET_WHY_ARP_REPLY] = true,
    };
    return !silent[why];
}

void trace_put_why(GString *out, const TraceRun *run, uint32_t index, PacketWhy why,
                   const Lang *lang)
{
    const TracePacket *pkt = trace_packet(run, index);
    g_string_append(out, lang_text(lang, packet_why_to_string(why)));
    if (pkt->original != TRACE_NONE) {
        g_string_append_printf(out, lang_text(lang, N_(" of #%u")), pkt->original + 1);
    }
    for (unsigned i = 0; i < 3 && pkt->because[i] != TRACE_NONE; i++) {
        g_string_append_printf(out, i == 0 ? lang_text(lang, N_(" because of #%u")) : " #%u",
                               pkt->because[i] + 1);
    }
}

char *trace_why_story(const TraceRun *run, uint32_t index, PacketWhy why, const Lang *lang)
{
    GString *out = g_string_new(NULL);
    trace_put_why(out, run, index, why, lang);
    return g_string_free(out, FALSE);
}

/* ---- where it died ---- */

static void put_random(GString *out, const NetDetail *detail, const Lang *lang)
{
    if (detail->rng_stream != NULL) {
        g_autofree char *index = g_strdup_printf("%" G_GUINT64_FORMAT, detail->rng_index);
        g_string_append_printf(out, lang_text(lang, N_(" (draw %s of '%s')")), index,
                               detail->rng_stream);
    }
}

/* How long the queue was, and how long it may be. */
static void put_queue(GString *out, const NetDetail *detail)
{
    if (detail->queue_limit_pkts > 0) {
        g_string_append_printf(out, " %u/%u", detail->queue_pkts, detail->queue_limit_pkts);
    } else {
        g_string_append_printf(out, " %" G_GUINT64_FORMAT "/%" G_GUINT64_FORMAT " B",
                               detail->queue_bytes, detail->queue_limit_bytes);
    }
}

static void put_mark(GString *out, const NetDetail *detail, const Lang *lang)
{
    if (detail->queue_limit_pkts > 0 || detail->queue_limit_bytes > 0) {
        g_string_append(out, lang_text(lang, N_(": queue")));
        put_queue(out, detail);
    }
}

static void put_drop(GString *out, const TraceLine *line, const Lang *lang)
{
    const NetDetail *detail = &line->net.detail;
    g_string_append(out, lang_text(lang, net_drop_to_string(line->net.drop)));
    if (line->net.drop == NET_DROP_QUEUE_FULL) {
        put_queue(out, detail);
    } else if (line->net.drop == NET_DROP_FAULT && detail->fault_index >= 0) {
        g_string_append_printf(out, " (faults[%d])", detail->fault_index);
    }
    put_random(out, detail, lang);
}

static void put_fault(GString *out, const TraceLine *line, const Lang *lang)
{
    const NetDetail *detail = &line->net.detail;
    g_string_append(out, lang_text(lang, net_fault_kind_to_string(line->net.fault)));
    if (line->net.fault == NET_FAULT_DELAY) {
        g_string_append_printf(out, " +%" G_GINT64_FORMAT " us", detail->extra_ns / SIM_NS_PER_US);
    } else if (line->net.fault == NET_FAULT_MARK) {
        put_mark(out, detail, lang);
    } else if (line->net.fault == NET_FAULT_CORRUPT) {
        g_string_append_printf(out, " (bit %" G_GUINT64_FORMAT ")", detail->bit);
    }
    if (detail->rng_stream == NULL && detail->fault_index >= 0) {
        g_string_append_printf(out, " (faults[%d])", detail->fault_index);
    }
    put_random(out, detail, lang);
}

char *trace_fate_story(const TraceLine *line, const Lang *lang)
{
    GString *out = g_string_new(NULL);
    if (line->what == TRACE_DROP) {
        put_drop(out, line, lang);
    } else if (line->what == TRACE_FAULT) {
        put_fault(out, line, lang);
    } else {
        g_assert(line->what == TRACE_DISCARD);
        g_string_append(out, lang_text(lang, inet_discard_to_string(line->discard.discard)));
        if (line->discard.discard == INET_DISCARD_PARSE) {
            g_string_append_printf(
                out, ": %s", lang_text(lang, packet_fault_to_string(line->discard.parse_fault)));
        }
    }
    return g_string_free(out, FALSE);
}

/* ---- lines ---- */

static const char *place_name(const TraceRun *run, const TraceLine *line)
{
    return trace_place(run, line->place)->name;
}

static void put_send(GString *out, const TraceRun *run, const TraceLine *line, const Lang *lang)
{
    PacketWhy why = trace_packet(run, line->packet)->snapshot->why;
    g_autofree char *packet = trace_packet_story(run, line->packet, lang);
    g_string_append(out, packet);
    if (trace_why_is_telling(why)) {
        g_autofree char *reason = trace_why_story(run, line->packet, why, lang);
        g_string_append_printf(out, " [%s]", reason);
    }
}

static void put_fate(GString *out, const TraceRun *run, const TraceLine *line, const Lang *lang)
{
    static const char *const verbs[TRACE_N_WHATS] = {
        [TRACE_DROP] = N_("lost at"),
        [TRACE_FAULT] = N_("hit at"),
        [TRACE_DISCARD] = N_("discarded by"),
    };
    g_autofree char *fate = trace_fate_story(line, lang);
    g_string_append_printf(out, "#%u %s %s: %s", line->packet + 1,
                           lang_text(lang, verbs[line->what]), place_name(run, line), fate);
}

/* A packet that no program asked for: ARP, a fragment, a copy, a segment put on the wire by hand.
 * The copies that a switch makes for its other ports say nothing new. */
static bool is_news(const TraceRun *run, const TraceLine *line, uint32_t index)
{
    if (line->packet == TRACE_NONE || trace_packet(run, line->packet)->made != index) {
        return false;
    }
    bool copied = trace_packet(run, line->packet)->original != TRACE_NONE;
    return !copied || trace_place(run, line->place)->kind != TRACE_PLACE_SWITCH;
}

static void put_reassembled(GString *out, const TraceRun *run, const TraceLine *line,
                            const Lang *lang)
{
    g_autofree char *packet = trace_packet_story(run, line->packet, lang);
    g_string_append_printf(out, lang_text(lang, N_("%s has put together %s")),
                           place_name(run, line), packet);
}

static void put_timer(GString *out, const TraceRun *run, const TraceLine *line, const Lang *lang)
{
    g_string_append_printf(out, lang_text(lang, N_("%s %s timer fires")), place_name(run, line),
                           lang_text(lang, tcp_timer_to_string(line->timer.timer)));
}

static void put_change(GString *out, const TraceRun *run, const TraceLine *line, const Lang *lang)
{
    g_autofree char *change = trace_change_story(line, lang);
    g_string_append_printf(out, "%s %s", place_name(run, line), change);
}

char *trace_line_story(const TraceRun *run, uint32_t index, const Lang *lang)
{
    const TraceLine *line = trace_line(run, index);
    GString *out = g_string_new(NULL);
    switch (line->what) {
    case TRACE_STATE:
        g_string_append_printf(out, "%s %s -> %s", place_name(run, line),
                               tcp_state_to_string(line->state.from),
                               tcp_state_to_string(line->state.to));
        break;
    case TRACE_SEND:
        put_send(out, run, line, lang);
        break;
    case TRACE_DROP:
    case TRACE_FAULT:
    case TRACE_DISCARD:
        put_fate(out, run, line, lang);
        break;
    case TRACE_TIMER:
        if (line->timer.change == TCP_TIMER_FIRED) {
            put_timer(out, run, line, lang);
        }
        break;
    case TRACE_CLOSED:
        if (line->reason != TCP_REASON_CLOSED) {
            g_string_append_printf(out, "%s %s", place_name(run, line),
                                   lang_text(lang, tcp_reason_to_string(line->reason)));
        }
        break;
    case TRACE_CHANGE:
        put_change(out, run, line, lang);
        break;
    case TRACE_HOST:
        g_string_append_printf(out, "%s %s", place_name(run, line), lang_text(lang, line->text));
        break;
    case TRACE_WRONG_BYTES:
        g_string_append_printf(out, "%s %s %" G_GUINT64_FORMAT, place_name(run, line),
                               lang_text(lang, N_("read wrong bytes at offset")),
                               line->deliver.offset);
        break;
    case TRACE_REASSEMBLED:
        put_reassembled(out, run, line, lang);
        break;
    default:
        if (is_news(run, line, index)) {
            put_send(out, run, line, lang);
        }
        break;
    }
    if (out->len == 0) {
        return g_string_free(out, TRUE), NULL;
    }
    return g_string_free(out, FALSE);
}

/* ---- every line ---- */

static char *tell_call(const TraceRun *run, const TraceLine *line)
{
    return g_strdup_printf("%s: %s", place_name(run, line),
                           line->call.text != NULL ? line->call.text : line->call.call);
}

static char *tell_timer_set(const TraceRun *run, const TraceLine *line, const Lang *lang)
{
    return g_strdup_printf(
        line->timer.change == TCP_TIMER_SET ? lang_text(lang, N_("%s %s timer is set"))
                                            : lang_text(lang, N_("%s %s timer is cancelled")),
        place_name(run, line), lang_text(lang, tcp_timer_to_string(line->timer.timer)));
}

static char *tell_hop(const TraceRun *run, const TraceLine *line, const Lang *lang)
{
    static const char *const verbs[TRACE_N_WHATS] = {
        [TRACE_OFFER] = N_("%s gives #%u to the wire"),
        [TRACE_TRANSMIT] = N_("%s begins to send #%u"),
        [TRACE_ARRIVE] = N_("%s: #%u has arrived"),
        [TRACE_RECEIVE] = N_("%s receives #%u"),
        [TRACE_FORWARD] = N_("%s forwards #%u"),
    };
    return verbs[line->what] == NULL ? NULL
                                     : g_strdup_printf(lang_text(lang, verbs[line->what]),
                                                       place_name(run, line), line->packet + 1);
}

/* Lines that no story has, and nobody was told of. */
static char *tell_rest(const TraceRun *run, const TraceLine *line, const Lang *lang)
{
    static const char *const words[TRACE_N_WHATS] = {
        [TRACE_CREATED] = N_("%s has its end of a new connection"),
        [TRACE_VARS] = N_("%s: the sender's variables change"),
        [TRACE_DELIVER] = N_("%s hands bytes to the program"),
        [TRACE_NEIGHBOUR] = N_("%s learns of a neighbour"),
        [TRACE_QUEUE] = N_("%s: the length of the queue changes"),
    };
    if (line->what == TRACE_CLOSED) {
        return g_strdup_printf("%s: %s", place_name(run, line),
                               lang_text(lang, tcp_reason_to_string(line->reason)));
    }
    return g_strdup_printf(lang_text(lang, words[line->what]), place_name(run, line));
}

char *trace_line_tell(const TraceRun *run, uint32_t index, const Lang *lang)
{
    const TraceLine *line = trace_line(run, index);
    char *told = trace_line_story(run, index, lang);
    if (told == NULL && line->what == TRACE_CALL) {
        told = tell_call(run, line);
    } else if (told == NULL && line->what == TRACE_TIMER) {
        told = tell_timer_set(run, line, lang);
    } else if (told == NULL && line->what == TRACE_EVENT) {
        told = g_strdup_printf("%s: %s", place_name(run, line),
                               lang_text(lang, socket_event_to_string(line->event.event)));
    } else if (told == NULL) {
        told = tell_hop(run, line, lang);
    }
    return told != NULL ? told : tell_rest(run, line, lang);
}
