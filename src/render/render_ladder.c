#include "render/render_ladder.h"

#include <string.h>

#include "inet/inet_icmp.h"
#include "render/render_ladder_layout.h"

const char *ladder_title(const TraceRun *run)
{
    bool zh = g_strcmp0(run->lang, "zh") == 0;
    const char *title = zh && run->title_zh != NULL ? run->title_zh : run->title_en;
    return title != NULL ? title : run->scenario != NULL ? run->scenario : "";
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

static const char *keep(Ladder *ladder, char *owned)
{
    const char *kept = g_string_chunk_insert_const(ladder->texts, owned);
    g_free(owned);
    return kept;
}

static uint32_t line_index(const Ladder *ladder, const TraceLine *line)
{
    return (uint32_t)(line - trace_line(ladder->run, 0));
}

/* ---- what a packet says ---- */

static char *tcp_label(const TraceRun *run, const TracePacket *pkt)
{
    const Packet *p = &pkt->snapshot;
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
    if ((p->tcp.options & TCP_OPT_SACK) != 0) {
        TcpSeq base = p->tcp.ack - trace_relative_ack(run, pkt);
        g_string_append(out, " sack");
        for (unsigned i = 0; i < p->tcp.sack_count; i++) {
            g_string_append_printf(out, " %u-%u", p->tcp.sack[i].left - base,
                                   p->tcp.sack[i].right - base);
        }
    }
    return g_string_free(out, FALSE);
}

static char *arp_label(const WireArp *arp)
{
    char sender[INET_ADDR_TEXT_BYTES], target[INET_ADDR_TEXT_BYTES];
    inet_addr_format(arp->sender_addr, sender);
    inet_addr_format(arp->target_addr, target);
    return arp->operation == 1 ? g_strdup_printf("who has %s?", target)
                               : g_strdup_printf("%s is here", sender);
}

static char *ip_label(const Packet *p)
{
    if (p->ip.more_fragments || p->ip.fragment_offset > 0) {
        return g_strdup_printf("id=%u bytes %u-%u%s", p->ip.ident, p->ip.fragment_offset * 8u,
                               p->ip.fragment_offset * 8u + p->payload.len_bytes,
                               p->ip.more_fragments ? "+" : "");
    }
    return g_strdup_printf("len=%u", p->payload.len_bytes);
}

static void name_packet(Ladder *ladder, LadderArrow *arrow, const TracePacket *pkt)
{
    const Packet *p = &pkt->snapshot;
    char flags[40];
    switch (p->kind) {
    case PACKET_TCP:
        wire_tcp_flags_format(p->tcp.flags, flags);
        arrow->flags = g_string_chunk_insert_const(ladder->texts, flags);
        arrow->label = keep(ladder, tcp_label(ladder->run, pkt));
        break;
    case PACKET_UDP:
        arrow->flags = "UDP";
        arrow->label = keep(ladder, g_strdup_printf("%u>%u len=%u", p->udp.src_port,
                                                    p->udp.dst_port, p->payload.len_bytes));
        break;
    case PACKET_ICMP:
        arrow->flags = "ICMP";
        arrow->label = keep(
            ladder, g_strdup(lang_text(ladder->lang, icmp_to_string(p->icmp.type, p->icmp.code))));
        break;
    case PACKET_ARP:
        arrow->flags = "ARP";
        arrow->label = keep(ladder, arp_label(&p->arp));
        break;
    case PACKET_IP_OTHER:
        arrow->flags = "IP";
        arrow->label = keep(ladder, ip_label(p));
        break;
    case PACKET_RAW:
        arrow->flags = lang_text(ladder->lang, N_("raw octets"));
        arrow->label = keep(ladder, g_strdup_printf("len=%u", p->payload.len_bytes));
        break;
    }
}

static bool is_retransmission(PacketWhy why)
{
    return why == PACKET_WHY_RETRANSMIT_TIMEOUT || why == PACKET_WHY_RETRANSMIT_FAST ||
           why == PACKET_WHY_RETRANSMIT_RECOVERY;
}

/* ---- arrows ---- */

/* Arrows being built, by packet. */
typedef struct Builder {
    Ladder *ladder;
    uint32_t *arrow_of; /* by packet: index of its arrow, or TRACE_NONE */
    GPtrArray *points;  /* by arrow: GArray of LadderPoint */
} Builder;

static LadderArrow *start_arrow(Builder *builder, uint32_t packet)
{
    Ladder *ladder = builder->ladder;
    const TracePacket *pkt = trace_packet(ladder->run, packet);
    if (builder->arrow_of[packet] != TRACE_NONE) {
        return ladder_arrow(ladder, builder->arrow_of[packet]);
    }
    builder->arrow_of[packet] = ladder->arrows->len;
    LadderArrow arrow = { .packet = packet,
                          .fate = LADDER_IN_FLIGHT,
                          .original = TRACE_NONE,
                          .retransmission = is_retransmission(pkt->snapshot.why),
                          .faulty = pkt->snapshot.why == PACKET_WHY_DUPLICATE };
    name_packet(ladder, &arrow, pkt);
    if (trace_why_is_telling(pkt->snapshot.why)) {
        arrow.note =
            keep(ladder, trace_why_story(ladder->run, packet, pkt->snapshot.why, ladder->lang));
    }
    if (pkt->original != TRACE_NONE) {
        arrow.original = builder->arrow_of[pkt->original];
    }
    g_array_append_val(ladder->arrows, arrow);
    g_ptr_array_add(builder->points, g_array_new(FALSE, FALSE, sizeof(LadderPoint)));
    return ladder_arrow(ladder, ladder->arrows->len - 1);
}

static GArray *points_of(const Builder *builder, uint32_t packet)
{
    return g_ptr_array_index(builder->points, builder->arrow_of[packet]);
}

/* A place without a line is passed over: the arrow goes on to the next that has one. */
static void add_point(Builder *builder, const TraceLine *line, uint32_t place)
{
    Ladder *ladder = builder->ladder;
    uint32_t column = ladder_column_of(ladder, place);
    if (column != TRACE_NONE) {
        LadderPoint point = { .column = column,
                              .line = line_index(ladder, line),
                              .time_ns = line->time_ns,
                              .x = ladder_column(ladder, column)->x };
        g_array_append_val(points_of(builder, line->packet), point);
    }
}

static void on_transmit(Builder *builder, const TraceLine *line)
{
    start_arrow(builder, line->packet);
    add_point(builder, line, trace_place(builder->ladder->run, line->place)->from);
}

static void on_arrive(Builder *builder, const TraceLine *line)
{
    LadderArrow *arrow = start_arrow(builder, line->packet);
    add_point(builder, line, line->place);
    arrow->fate = LADDER_ARRIVED;
}

/* The arrow goes a part of the way from where the packet was lost to where it was bound. */
static void on_drop(Builder *builder, const TraceLine *line)
{
    const TracePlace *place = trace_place(builder->ladder->run, line->place);
    LadderArrow *arrow = start_arrow(builder, line->packet);
    arrow->fate_text = keep(builder->ladder, trace_fate_story(line, builder->ladder->lang));
    if (place->kind != TRACE_PLACE_WIRE) {
        arrow->fate = LADDER_DISCARDED;
        add_point(builder, line, line->place);
        return;
    }
    arrow->fate = LADDER_LOST;
    uint32_t from = ladder_column_of(builder->ladder, place->from);
    uint32_t to = ladder_column_of(builder->ladder, place->to);
    GArray *points = points_of(builder, line->packet);
    if (points->len == 0 || g_array_index(points, LadderPoint, points->len - 1).column != from) {
        add_point(builder, line, place->from);
    }
    if (points->len > 0) {
        LadderPoint end = g_array_index(points, LadderPoint, points->len - 1);
        int target = to != TRACE_NONE ? ladder_column(builder->ladder, to)->x : end.x;
        end.line = line_index(builder->ladder, line);
        end.time_ns = line->time_ns;
        end.x += (target - end.x) * 55 / 100;
        g_array_append_val(points, end);
    }
}

static void on_discard(Builder *builder, const TraceLine *line)
{
    LadderArrow *arrow = start_arrow(builder, line->packet);
    /* What a host does not need (a duplicate, an old ACK) is not lost on the reader. */
    if (arrow->fate_text == NULL) {
        arrow->fate_text = keep(builder->ladder, trace_fate_story(line, builder->ladder->lang));
    }
    arrow->fate = LADDER_DISCARDED;
}

static void on_fault(Builder *builder, const TraceLine *line)
{
    LadderArrow *arrow = start_arrow(builder, line->packet);
    arrow->faulty = true;
    if (arrow->note == NULL) {
        arrow->note = keep(builder->ladder, trace_fate_story(line, builder->ladder->lang));
    }
}

/* ---- marks and bars ---- */

static void add_mark(Ladder *ladder, const TraceLine *line, LadderMarkKind kind, const char *text,
                     const char *cause)
{
    uint32_t column = ladder_column_of(ladder, line->place);
    if (column == TRACE_NONE || !ladder_column(ladder, column)->is_end) {
        return;
    }
    LadderMark mark = { .kind = kind,
                        .column = column,
                        .line = line_index(ladder, line),
                        .time_ns = line->time_ns,
                        .text = text,
                        .cause = cause };
    g_array_append_val(ladder->marks, mark);
}

static void on_call(Ladder *ladder, const TraceLine *line)
{
    const char *text = line->call.text != NULL ? line->call.text : line->call.call;
    if (line->call.result != SOCKET_OK) {
        const char *result = lang_text(ladder->lang, socket_error_to_string(line->call.result));
        text = keep(ladder, g_strdup_printf("%s: %s", text, result));
    }
    add_mark(ladder, line, LADDER_CALL, text, NULL);
}

static bool event_is_shown(SocketEvent event)
{
    return event == SOCKET_EVENT_CONNECTED || event == SOCKET_EVENT_EOF ||
           event == SOCKET_EVENT_URGENT || event == SOCKET_EVENT_ERROR ||
           event == SOCKET_EVENT_CLOSED;
}

static void on_event(Ladder *ladder, const TraceLine *line)
{
    if (!event_is_shown(line->event.event)) {
        return;
    }
    const char *text = lang_text(ladder->lang, socket_event_to_string(line->event.event));
    if (line->event.error != SOCKET_OK) {
        text = lang_text(ladder->lang, socket_error_to_string(line->event.error));
    }
    add_mark(ladder, line, LADDER_EVENT, text, NULL);
}

static void on_timer(Ladder *ladder, const TraceLine *line)
{
    uint32_t column = ladder_column_of(ladder, line->place);
    if (line->timer.change != TCP_TIMER_FIRED || column == TRACE_NONE) {
        return;
    }
    const char *name = lang_text(ladder->lang, tcp_timer_to_string(line->timer.timer));
    int64_t from_ns =
        line->cause != TRACE_NONE ? trace_line(ladder->run, line->cause)->time_ns : line->time_ns;
    g_autofree char *span = ladder_duration(line->time_ns - from_ns);
    LadderBar bar = {
        .column = column, .timer = line->timer.timer, .from_ns = from_ns, .to_ns = line->time_ns
    };
    g_array_append_val(ladder->bars, bar);
    add_mark(ladder, line, LADDER_TIMER, keep(ladder, g_strdup_printf("%s (%s)", name, span)),
             NULL);
}

static void on_line(Builder *builder, const TraceLine *line)
{
    Ladder *ladder = builder->ladder;
    switch (line->what) {
    case TRACE_TRANSMIT:
        on_transmit(builder, line);
        break;
    case TRACE_ARRIVE:
        on_arrive(builder, line);
        break;
    case TRACE_DROP:
        on_drop(builder, line);
        break;
    case TRACE_DISCARD:
        on_discard(builder, line);
        break;
    case TRACE_FAULT:
        on_fault(builder, line);
        break;
    case TRACE_STATE:
        add_mark(ladder, line, LADDER_STATE, tcp_state_to_string(line->state.to),
                 tcp_event_to_string(line->state.by));
        break;
    case TRACE_CALL:
        on_call(ladder, line);
        break;
    case TRACE_EVENT:
        on_event(ladder, line);
        break;
    case TRACE_TIMER:
        on_timer(ladder, line);
        break;
    case TRACE_HOST:
        add_mark(ladder, line, LADDER_HOST, lang_text(ladder->lang, line->text), NULL);
        break;
    default:
        break;
    }
}

/* ---- what is left out ---- */

/* The first and the last packets of a long run; [*out_from, *out_to) is left out. */
static void choose_window(const TraceRun *run, int64_t *out_from_ns, int64_t *out_to_ns)
{
    uint32_t n = run->packets->len;
    *out_from_ns = *out_to_ns = INT64_MAX;
    if (n > LADDER_MAX_PACKETS) {
        *out_from_ns =
            trace_line(run, trace_packet(run, LADDER_MAX_PACKETS * 2 / 3)->made)->time_ns;
        *out_to_ns = trace_line(run, trace_packet(run, n - LADDER_MAX_PACKETS / 3)->made)->time_ns;
    }
}

static bool is_shown(const Builder *builder, const TraceLine *line, int64_t from_ns, int64_t to_ns)
{
    const TraceRun *run = builder->ladder->run;
    int64_t time_ns = line->time_ns;
    if (line->packet != TRACE_NONE) {
        time_ns = trace_line(run, trace_packet(run, line->packet)->made)->time_ns;
    }
    return time_ns < from_ns || time_ns >= to_ns;
}

/* Arrows that never got two points say nothing. */
static void finish_arrows(Builder *builder)
{
    Ladder *ladder = builder->ladder;
    for (uint32_t i = 0; i < ladder->arrows->len; i++) {
        LadderArrow *arrow = ladder_arrow(ladder, i);
        GArray *points = g_ptr_array_index(builder->points, i);
        arrow->point_count = points->len;
        arrow->points = (LadderPoint *)(void *)g_array_free(points, FALSE);
    }
    for (uint32_t i = ladder->arrows->len; i-- > 0;) {
        LadderArrow *arrow = ladder_arrow(ladder, i);
        if (arrow->point_count < 2) {
            g_free(arrow->points);
            g_array_remove_index(ladder->arrows, i);
            for (uint32_t k = 0; k < ladder->arrows->len; k++) {
                uint32_t *original = &ladder_arrow(ladder, k)->original;
                *original = *original == i                             ? TRACE_NONE
                            : *original != TRACE_NONE && *original > i ? *original - 1
                                                                       : *original;
            }
        }
    }
}

static void read_lines(Ladder *ladder)
{
    const TraceRun *run = ladder->run;
    Builder builder = { .ladder = ladder,
                        .arrow_of = g_new(uint32_t, run->packets->len + 1),
                        .points = g_ptr_array_new() };
    int64_t from_ns, to_ns;
    memset(builder.arrow_of, 0xff, sizeof(uint32_t) * (run->packets->len + 1));
    choose_window(run, &from_ns, &to_ns);
    for (uint32_t i = 0; i < run->lines->len; i++) {
        if (is_shown(&builder, trace_line(run, i), from_ns, to_ns)) {
            on_line(&builder, trace_line(run, i));
        }
    }
    finish_arrows(&builder);
    g_ptr_array_unref(builder.points);
    g_free(builder.arrow_of);
}

Ladder *ladder_new(const TraceRun *run, const Lang *lang)
{
    Ladder *ladder = g_new0(Ladder, 1);
    ladder->run = run;
    ladder->lang = lang;
    ladder->texts = g_string_chunk_new(1024);
    ladder->columns = g_array_new(FALSE, TRUE, sizeof(LadderColumn));
    ladder->arrows = g_array_new(FALSE, TRUE, sizeof(LadderArrow));
    ladder->marks = g_array_new(FALSE, TRUE, sizeof(LadderMark));
    ladder->bars = g_array_new(FALSE, TRUE, sizeof(LadderBar));
    ladder->ticks = g_array_new(FALSE, TRUE, sizeof(LadderTick));
    ladder->breaks = g_array_new(FALSE, TRUE, sizeof(LadderBreak));
    ladder_choose_columns(ladder);
    read_lines(ladder);
    ladder_place_in_time(ladder);
    return ladder;
}

void ladder_free(Ladder *ladder)
{
    if (ladder == NULL) {
        return;
    }
    for (uint32_t i = 0; i < ladder->arrows->len; i++) {
        g_free(ladder_arrow(ladder, i)->points);
    }
    GArray *arrays[] = { ladder->columns, ladder->arrows, ladder->marks,
                         ladder->bars,    ladder->ticks,  ladder->breaks };
    for (size_t i = 0; i < G_N_ELEMENTS(arrays); i++) {
        g_array_unref(arrays[i]);
    }
    g_string_chunk_free(ladder->texts);
    g_free(ladder);
}
