#include "render/render_ladder_words.h"

#include <string.h>

#include "inet/inet_icmp.h"

#define LONGEST_CALL 40 /* characters of a program's call that are shown */

const char *ladder_fate_to_string(LadderFate fate)
{
    static const char *const words[LADDER_N_FATES] = {
        [LADDER_ARRIVED] = "arrived", [LADDER_LOST] = "lost",   [LADDER_DISCARDED] = "discarded",
        [LADDER_UNUSED] = "unused",   [LADDER_STRAY] = "stray", [LADDER_IN_FLIGHT] = "in-flight",
    };
    g_assert(fate < LADDER_N_FATES);
    return words[fate];
}

const char *ladder_mark_to_string(LadderMarkKind kind)
{
    static const char *const words[LADDER_N_MARKS] = {
        [LADDER_STATE] = "state", [LADDER_CALL] = "call",       [LADDER_EVENT] = "event",
        [LADDER_TIMER] = "timer", [LADDER_DISCARD] = "discard", [LADDER_UNNEEDED] = "unneeded",
        [LADDER_HOST] = "crash",  [LADDER_LINK] = "link",
    };
    g_assert(kind < LADDER_N_MARKS);
    return words[kind];
}

const char *ladder_title(const TraceRun *run)
{
    bool zh = g_strcmp0(run->lang, "zh") == 0;
    const char *title = zh && run->title_zh != NULL ? run->title_zh : run->title_en;
    return title != NULL ? title : run->scenario != NULL ? run->scenario : "";
}

char *ladder_plain(const char *text)
{
    GString *out = g_string_new(NULL);
    for (const char *c = text; *c != '\0'; c = g_utf8_next_char(c)) {
        gunichar ch = g_utf8_get_char(c);
        g_string_append_unichar(out, g_unichar_iscntrl(ch) ? ' ' : ch);
    }
    return g_string_free(out, FALSE);
}

char *ladder_duration(int64_t ns)
{
    static const struct {
        int64_t ns;
        const char *unit;
    } units[] = {
        { SIM_NS_PER_S, "s" }, { SIM_NS_PER_MS, "ms" }, { SIM_NS_PER_US, "us" }, { 1, "ns" }
    };
    size_t u = 0;
    while (u + 1 < G_N_ELEMENTS(units) && ns < units[u].ns) {
        u++;
    }
    int64_t whole = ns / units[u].ns, rest = ns % units[u].ns * 1000 / units[u].ns;
    if (rest == 0 || whole >= 1000) {
        return g_strdup_printf("%" G_GINT64_FORMAT " %s", whole, units[u].unit);
    }
    g_autofree char *decimals = g_strdup_printf("%03" G_GINT64_FORMAT, rest);
    int digits = whole >= 100 ? 1 : whole >= 10 ? 2 : 3;
    while (digits > 1 && decimals[digits - 1] == '0') {
        digits--;
    }
    return g_strdup_printf("%" G_GINT64_FORMAT ".%.*s %s", whole, digits, decimals, units[u].unit);
}

const char *ladder_keep(Ladder *ladder, char *owned)
{
    const char *kept = g_string_chunk_insert_const(ladder->texts, owned);
    g_free(owned);
    return kept;
}

/* ---- packets ---- */

static char *tcp_label(const TraceRun *run, const TracePacket *pkt, const Lang *lang)
{
    const Packet *p = pkt->snapshot;
    GString *out = g_string_new(NULL);
    g_string_append_printf(out, "seq=%u", trace_relative_seq(run, pkt));
    if ((p->tcp.flags & TCP_ACK) != 0) {
        g_string_append_printf(out, " ack=%u", trace_relative_ack(run, pkt));
    }
    if (p->payload.len_bytes > 0) {
        g_string_append_printf(out, " len=%u", p->payload.len_bytes);
    }
    if ((p->tcp.flags & TCP_URG) != 0) {
        g_string_append_printf(out, " urg=%u", p->tcp.urgent);
    }
    if (p->tcp.window == 0 && (p->tcp.flags & (TCP_RST | TCP_SYN)) == 0) {
        g_string_append(out, " win=0");
    }
    if (wire_ip_ecn(&p->ip) != WIRE_IP_NOT_ECT) {
        g_string_append_printf(out, " %s", wire_ip_ecn_to_string(&p->ip));
    }
    if (p->why == PACKET_WHY_DUPLICATE_ACK) {
        g_string_append(out, lang_text(lang, N_(" (duplicate)")));
    }
    return g_string_free(out, FALSE);
}

static void put_sacks(GString *out, const TraceRun *run, const TracePacket *pkt)
{
    const WireTcp *tcp = &pkt->snapshot->tcp;
    TcpSeq base = tcp->ack - trace_relative_ack(run, pkt);
    g_string_append(out, "sack");
    for (unsigned i = 0; i < tcp->sack_count; i++) {
        g_string_append_printf(out, " %u-%u", tcp->sack[i].left - base, tcp->sack[i].right - base);
    }
}

static char *arp_label(const WireArp *arp, const Lang *lang)
{
    char sender[INET_ADDR_TEXT_BYTES], target[INET_ADDR_TEXT_BYTES];
    inet_addr_format(arp->sender_addr, sender);
    inet_addr_format(arp->target_addr, target);
    return arp->operation == 1 ? g_strdup_printf(lang_text(lang, N_("who has %s?")), target)
                               : g_strdup_printf(lang_text(lang, N_("%s is here")), sender);
}

static char *icmp_label(const Packet *p, const Lang *lang)
{
    const char *what = lang_text(lang, icmp_to_string(p->icmp.type, p->icmp.code));
    if (p->icmp.type == ICMP_ECHO || p->icmp.type == ICMP_ECHO_REPLY) {
        return g_strdup_printf("%s seq=%u len=%u", what, p->icmp.rest & 0xffff,
                               p->payload.len_bytes);
    }
    return g_strdup(what);
}

static char *ip_label(const Packet *p)
{
    if (p->ip.more_fragments || p->ip.fragment_offset > 0) {
        uint32_t start_bytes = p->ip.fragment_offset * 8u;
        return g_strdup_printf("id=%u %u-%u%s", p->ip.ident, start_bytes,
                               start_bytes + p->payload.len_bytes, p->ip.more_fragments ? "+" : "");
    }
    return g_strdup_printf("len=%u", p->payload.len_bytes);
}

static const char *flags_of(Ladder *ladder, const Packet *p)
{
    char flags[WIRE_TCP_FLAGS_TEXT_BYTES];
    switch (p->kind) {
    case PACKET_TCP:
        wire_tcp_flags_format(p->tcp.flags, flags);
        return g_string_chunk_insert_const(ladder->texts, flags[0] != '\0' ? flags : "-");
    case PACKET_UDP:
        return "UDP";
    case PACKET_ICMP:
        return "ICMP";
    case PACKET_ARP:
        return "ARP";
    case PACKET_IP_OTHER:
        return "IP";
    case PACKET_RAW:
        break;
    }
    return lang_text(ladder->lang, N_("raw octets"));
}

static char *label_of(const Ladder *ladder, const TracePacket *pkt)
{
    const Packet *p = pkt->snapshot;
    switch (p->kind) {
    case PACKET_TCP:
        return tcp_label(ladder->run, pkt, ladder->lang);
    case PACKET_UDP:
        return g_strdup_printf("%u>%u len=%u", p->udp.src_port, p->udp.dst_port,
                               p->payload.len_bytes);
    case PACKET_ICMP:
        return icmp_label(p, ladder->lang);
    case PACKET_ARP:
        return arp_label(&p->arp, ladder->lang);
    case PACKET_IP_OTHER:
        return ip_label(p);
    case PACKET_RAW:
        break;
    }
    return g_strdup_printf("len=%u", p->payload.len_bytes);
}

void ladder_name_packet(Ladder *ladder, LadderArrow *arrow)
{
    const TracePacket *pkt = trace_packet(ladder->run, arrow->packet);
    const Packet *p = pkt->snapshot;
    GString *note = g_string_new(NULL);
    if (p->kind == PACKET_TCP && (p->tcp.options & TCP_OPT_SACK) != 0) {
        put_sacks(note, ladder->run, pkt);
    }
    if (p->kind == PACKET_TCP) {
        const char *separator = note->len > 0 ? LADDER_NOTES : "";
        wire_tcp_rare_format(&p->tcp, note, &separator, LADDER_NOTES);
    }
    if (trace_why_is_telling(p->why) && p->why != PACKET_WHY_DELAYED_ACK &&
        p->why != PACKET_WHY_DUPLICATE_ACK) {
        g_autofree char *why = trace_why_story(ladder->run, arrow->packet, p->why, ladder->lang);
        g_string_append_printf(note, "%s%s", note->len > 0 ? LADDER_NOTES : "", why);
    }
    arrow->flags = flags_of(ladder, p);
    arrow->label = ladder_keep(ladder, label_of(ladder, pkt));
    arrow->note = note->len > 0 ? g_string_chunk_insert_const(ladder->texts, note->str) : NULL;
    g_string_free(note, TRUE);
}

/* ---- hosts ---- */

static const char *const event_words[TCP_N_EVENTS] = {
    [TCP_EVENT_OPEN_ACTIVE] = N_("active open"),
    [TCP_EVENT_OPEN_PASSIVE] = N_("passive open"),
    [TCP_EVENT_CLOSE] = N_("close called"),
    [TCP_EVENT_ABORT] = N_("abort called"),
    [TCP_EVENT_RCV_SYN] = N_("SYN received"),
    [TCP_EVENT_RCV_SYN_ACK] = N_("SYN-ACK received"),
    [TCP_EVENT_RCV_ACK_OF_SYN] = N_("ACK of SYN received"),
    [TCP_EVENT_RCV_FIN] = N_("FIN received"),
    [TCP_EVENT_RCV_ACK_OF_FIN] = N_("ACK of FIN received"),
    [TCP_EVENT_RCV_FIN_ACK] = N_("FIN and ACK of FIN received"),
    [TCP_EVENT_RCV_RST] = N_("RST received"),
    [TCP_EVENT_RCV_ICMP] = N_("ICMP error received"),
    [TCP_EVENT_TIMEOUT_2MSL] = N_("2 MSL passed"),
    [TCP_EVENT_TIMEOUT_USER] = N_("gave up"),
    [TCP_EVENT_CRASH] = N_("host crashed"),
};

const char *ladder_state_cause(Ladder *ladder, const TraceLine *line)
{
    const char *word = lang_text(ladder->lang, event_words[line->state.by]);
    const TraceLine *cause =
        line->cause != TRACE_NONE ? trace_line(ladder->run, line->cause) : NULL;
    if (line->state.from == TCP_STATE_LISTEN && line->state.to == TCP_STATE_CLOSED) {
        return ladder_keep(ladder,
                           g_strdup_printf(lang_text(ladder->lang, N_("%s: the listener")), word));
    }
    if (cause == NULL || cause->packet == TRACE_NONE || cause->what == TRACE_SEND) {
        return word;
    }
    return ladder_keep(ladder, g_strdup_printf("%s (#%u)", word, cause->packet + 1));
}

const char *ladder_timer_text(Ladder *ladder, TcpTimer timer, int64_t ran_ns)
{
    static const char *const words[TCP_N_TIMERS] = {
        [TCP_TIMER_RETRANSMIT] = N_("retransmission timer"),
        [TCP_TIMER_REORDERING] = N_("reordering timer"),
        [TCP_TIMER_LOSS_PROBE] = N_("loss-probe timer"),
        [TCP_TIMER_PERSIST] = N_("persist timer"),
        [TCP_TIMER_DELAYED_ACK] = N_("delayed-ACK timer"),
        [TCP_TIMER_KEEP_ALIVE] = N_("keep-alive timer"),
        [TCP_TIMER_TIME_WAIT] = N_("TIME-WAIT timer"),
        [TCP_TIMER_USER] = N_("user timeout"),
    };
    g_autofree char *span = ladder_duration(ran_ns);
    return ladder_keep(ladder,
                       g_strdup_printf("%s (%s)", lang_text(ladder->lang, words[timer]), span));
}

static const char *const error_words[SOCKET_N_ERRORS] = {
    [SOCKET_OK] = N_("done"),
    [SOCKET_REFUSED] = N_("refused"),
    [SOCKET_RESET] = N_("reset"),
    [SOCKET_TIMED_OUT] = N_("timed out"),
    [SOCKET_UNREACHABLE] = N_("destination unreachable"),
    [SOCKET_NO_ROUTE] = N_("no route"),
    [SOCKET_ABORTED] = N_("aborted"),
    [SOCKET_CLOSED] = N_("closed"),
    [SOCKET_NOT_CONNECTED] = N_("not connected"),
    [SOCKET_ALREADY_CONNECTED] = N_("already connected"),
    [SOCKET_ADDRESS_IN_USE] = N_("address in use"),
    [SOCKET_TOO_BIG] = N_("too big"),
    [SOCKET_HOST_DOWN] = N_("host down"),
};

const char *ladder_call_text(Ladder *ladder, const TraceLine *line)
{
    GString *out = g_string_new(line->call.call);
    if (line->call.text != NULL && line->call.text[0] != '\0') {
        g_string_append_printf(out, ": %s", line->call.text);
    }
    if (g_utf8_strlen(out->str, -1) > LONGEST_CALL) {
        g_string_truncate(out,
                          (gsize)(g_utf8_offset_to_pointer(out->str, LONGEST_CALL) - out->str));
        g_string_append(out, "…");
    }
    bool at_end = line->call.result == SOCKET_CLOSED && g_str_equal(line->call.call, "receive");
    if (line->call.result != SOCKET_OK) {
        const char *result = at_end ? N_("end of stream") : error_words[line->call.result];
        g_string_append_printf(out, " (%s)", lang_text(ladder->lang, result));
    }
    return ladder_keep(ladder, g_string_free(out, FALSE));
}

const char *ladder_change_text(Ladder *ladder, const TraceLine *line)
{
    g_autofree char *change = trace_change_story(line, ladder->lang);
    const char *link = trace_place(ladder->run, line->place)->link;
    return ladder_keep(ladder, g_strdup_printf("%s: %s", link, change));
}

const char *ladder_host_text(const Ladder *ladder, const TraceLine *line)
{
    static const char *const words[] = { N_("crash"), N_("reboot") };
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
        if (g_str_equal(words[i], line->text)) {
            return lang_text(ladder->lang, words[i]);
        }
    }
    return line->text;
}

/* The ICMP error that a program is told of says more than that its goal is unreachable. */
static const char *icmp_behind(const Ladder *ladder, const TraceLine *line)
{
    const TraceLine *cause =
        line->cause != TRACE_NONE ? trace_line(ladder->run, line->cause) : NULL;
    if (cause == NULL || cause->packet == TRACE_NONE || line->event.error != SOCKET_UNREACHABLE) {
        return NULL;
    }
    const Packet *p = trace_packet(ladder->run, cause->packet)->snapshot;
    return p->kind == PACKET_ICMP
               ? lang_text(ladder->lang, icmp_to_string(p->icmp.type, p->icmp.code))
               : NULL;
}

const char *ladder_event_text(const Ladder *ladder, const TraceLine *line)
{
    static const char *const words[SOCKET_N_EVENTS] = {
        [SOCKET_EVENT_CONNECTED] = N_("connected"), [SOCKET_EVENT_URGENT] = N_("urgent data"),
        [SOCKET_EVENT_EOF] = N_("end of stream"),   [SOCKET_EVENT_CLOSED] = N_("closed"),
        [SOCKET_EVENT_ERROR] = N_("error"),
    };
    const char *word = line->event.error != SOCKET_OK && words[line->event.event] != NULL
                           ? error_words[line->event.error]
                           : words[line->event.event];
    const char *icmp = word != NULL ? icmp_behind(ladder, line) : NULL;
    return icmp != NULL ? icmp : word != NULL ? lang_text(ladder->lang, word) : NULL;
}

const char *ladder_drop_text(Ladder *ladder, const TraceLine *line)
{
    const char *word = lang_text(ladder->lang, net_drop_to_string(line->net.drop));
    const NetDetail *detail = &line->net.detail;
    if (line->net.drop == NET_DROP_QUEUE_FULL && detail->queue_limit_pkts > 0) {
        return ladder_keep(ladder, g_strdup_printf("%s %u/%u", word, detail->queue_pkts,
                                                   detail->queue_limit_pkts));
    }
    return word;
}

const char *ladder_discard_text(Ladder *ladder, const TraceLine *line)
{
    const char *word = line->discard.discard == INET_DISCARD_PARSE
                           ? packet_fault_to_string(line->discard.parse_fault)
                           : inet_discard_to_string(line->discard.discard);
    return lang_text(ladder->lang, word);
}

bool ladder_discard_is_loss(InetDiscard discard)
{
    static const bool expected[INET_N_DISCARDS] = {
        [INET_DISCARD_NOT_LOCAL] = true,   [INET_DISCARD_FRAGMENT_DUPLICATE] = true,
        [INET_DISCARD_NO_PROTOCOL] = true, [INET_DISCARD_ICMP] = true,
        [INET_DISCARD_NO_PORT] = true,     [INET_DISCARD_NO_CONNECTION] = true,
        [INET_DISCARD_TCP_WINDOW] = true,  [INET_DISCARD_TCP_PAWS] = true,
        [INET_DISCARD_TCP_OLD_ACK] = true, [INET_DISCARD_TCP_FUTURE_ACK] = true,
        [INET_DISCARD_TCP_NO_ACK] = true,  [INET_DISCARD_TCP_SYN] = true,
        [INET_DISCARD_TCP_RST] = true,     [INET_DISCARD_TCP_DUPLICATE] = true,
        [INET_DISCARD_TCP_STATE] = true,
    };
    g_assert(discard < INET_N_DISCARDS);
    return !expected[discard];
}
