#include "lib/segment.h"

#include <stdlib.h>
#include <string.h>

static const struct {
    char letter;
    uint16_t flag;
} letters[] = { { 'S', TCP_SYN }, { 'F', TCP_FIN }, { 'R', TCP_RST },
                { 'P', TCP_PSH }, { 'U', TCP_URG }, { 'E', TCP_ECE },
                { 'W', TCP_CWR }, { 'A', TCP_AE },  { '.', TCP_ACK } };

static const char *const ecn_words[] = { "[noecn] ", "[ect1] ", "[ect0] ", "[ce] " };

/* ---- reading ---- */

static void wrong(const char *text, const char *at)
{
    g_error("segment text '%s' is not understood at '%s'", text, at);
}

static uint32_t number(const char *text, const char **at)
{
    char *end;
    uint32_t value = (uint32_t)strtoll(*at, &end, 10);
    if (end == *at) {
        wrong(text, *at);
    }
    *at = end;
    return value;
}

static bool skip(const char **at, const char *word)
{
    bool found = g_str_has_prefix(*at, word);
    *at += found ? strlen(word) : 0;
    return found;
}

static void parse_ecn(const char **at, Segment *segment)
{
    for (uint8_t i = 0; i < G_N_ELEMENTS(ecn_words) && !segment->has_ecn; i++) {
        segment->has_ecn = skip(at, ecn_words[i]);
        segment->ecn = segment->has_ecn ? i : 0;
    }
}

static uint16_t parse_flags(const char **at)
{
    uint16_t flags = 0;
    for (; **at != ' ' && **at != '\0'; (*at)++) {
        for (size_t i = 0; i < G_N_ELEMENTS(letters); i++) {
            flags |= **at == letters[i].letter ? letters[i].flag : 0;
        }
    }
    return flags;
}

static void parse_sacks(const char *text, const char **at, const SegmentOrigin *origin,
                        WireTcp *tcp)
{
    tcp->options |= TCP_OPT_SACK;
    do {
        WireSack *block = &tcp->sack[tcp->sack_count++];
        block->left = origin->ack + number(text, at);
        skip(at, ":");
        block->right = origin->ack + number(text, at);
    } while (skip(at, " "));
}

static void parse_option(const char *text, const char **at, const SegmentOrigin *origin,
                         WireTcp *tcp)
{
    if (skip(at, "mss ")) {
        tcp->options |= TCP_OPT_MSS;
        tcp->mss = (uint16_t)number(text, at);
    } else if (skip(at, "sackOK")) {
        tcp->options |= TCP_OPT_SACK_PERMITTED;
    } else if (skip(at, "TS val ")) {
        tcp->options |= TCP_OPT_TIMESTAMPS;
        tcp->ts_val = origin->ts_val + number(text, at);
        skip(at, " ecr ");
        uint32_t ecr = number(text, at);
        tcp->ts_ecr = ecr != 0 ? origin->ts_ecr + ecr : 0;
    } else if (skip(at, "wscale ")) {
        tcp->options |= TCP_OPT_WINDOW_SCALE;
        tcp->window_scale = (uint8_t)number(text, at);
    } else if (skip(at, "sack ")) {
        parse_sacks(text, at, origin, tcp);
    } else if (!skip(at, "nop") && !wire_tcp_rare_scan(at, tcp)) {
        wrong(text, *at);
    }
}

static void parse_options(const char *text, const char **at, const SegmentOrigin *origin,
                          Segment *segment)
{
    if (skip(at, "...>")) {
        segment->any_options = true;
        return;
    }
    segment->has_options = true;
    while (!skip(at, ">")) {
        parse_option(text, at, origin, &segment->tcp);
        skip(at, ",");
    }
}

void segment_parse(const char *text, const SegmentOrigin *origin, Segment *out_segment)
{
    const char *at = text;
    Segment segment = { 0 };
    WireTcp *tcp = &segment.tcp;
    parse_ecn(&at, &segment);
    tcp->flags = parse_flags(&at);
    skip(&at, " ");
    tcp->seq = origin->seq + number(text, &at);
    skip(&at, ":");
    number(text, &at); /* the end, for the reader */
    skip(&at, "(");
    segment.len_bytes = number(text, &at);
    skip(&at, ")");
    while (*at != '\0') {
        if (skip(&at, " ack ")) {
            tcp->ack = origin->ack + number(text, &at);
        } else if (skip(&at, " win ")) {
            tcp->window = (uint16_t)number(text, &at);
            segment.has_window = true;
        } else if (skip(&at, " urg ")) {
            tcp->urgent = (uint16_t)number(text, &at);
            tcp->flags |= TCP_URG;
        } else if (skip(&at, " <")) {
            parse_options(text, &at, origin, &segment);
        } else {
            wrong(text, at);
        }
    }
    tcp->header_bytes = wire_tcp_length(tcp);
    *out_segment = segment;
}

/* ---- writing ---- */

static void format_options(GString *out, const WireTcp *tcp, const SegmentOrigin *origin)
{
    const char *comma = " <";
    if (tcp->options & TCP_OPT_MSS) {
        g_string_append_printf(out, "%smss %u", comma, tcp->mss);
        comma = ",";
    }
    if (tcp->options & TCP_OPT_SACK_PERMITTED) {
        g_string_append_printf(out, "%ssackOK", comma);
        comma = ",";
    }
    if (tcp->options & TCP_OPT_TIMESTAMPS) {
        uint32_t ecr = tcp->ts_ecr != 0 ? tcp->ts_ecr - origin->ts_ecr : 0;
        g_string_append_printf(out, "%sTS val %u ecr %u", comma, tcp->ts_val - origin->ts_val, ecr);
        comma = ",";
    }
    if (tcp->options & TCP_OPT_WINDOW_SCALE) {
        g_string_append_printf(out, "%swscale %u", comma, tcp->window_scale);
        comma = ",";
    }
    wire_tcp_rare_format(tcp, out, &comma, ",");
    if (tcp->sack_count > 0) {
        g_string_append_printf(out, "%ssack", comma);
    }
    for (uint8_t i = 0; i < tcp->sack_count; i++) {
        g_string_append_printf(out, " %u:%u", tcp->sack[i].left - origin->ack,
                               tcp->sack[i].right - origin->ack);
    }
    g_string_append(out, tcp->options & ~TCP_OPT_UNKNOWN ? ">" : "");
}

char *segment_format(const WireTcp *tcp, uint32_t len_bytes, const SegmentOrigin *origin)
{
    GString *out = g_string_new(NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(letters); i++) {
        if (tcp->flags & letters[i].flag) {
            g_string_append_c(out, letters[i].letter);
        }
    }
    TcpSeq seq = tcp->seq - origin->seq;
    g_string_append_printf(out, "%s %d:%d(%u)", out->len == 0 ? "-" : "", (int32_t)seq,
                           (int32_t)(seq + len_bytes), len_bytes);
    if (tcp->flags & TCP_ACK) {
        g_string_append_printf(out, " ack %d", (int32_t)(tcp->ack - origin->ack));
    }
    g_string_append_printf(out, " win %u", tcp->window);
    if (tcp->flags & TCP_URG) {
        g_string_append_printf(out, " urg %u", tcp->urgent);
    }
    format_options(out, tcp, origin);
    return g_string_free(out, FALSE);
}

/* ---- comparing ---- */

static bool same_rare(const WireTcp *a, const WireTcp *b)
{
    g_autoptr(GString) left = g_string_new(NULL);
    g_autoptr(GString) right = g_string_new(NULL);
    const char *comma = "";
    wire_tcp_rare_format(a, left, &comma, ",");
    comma = "";
    wire_tcp_rare_format(b, right, &comma, ",");
    return g_string_equal(left, right);
}

static bool same_options(const WireTcp *a, const WireTcp *b)
{
    return same_rare(a, b) && a->options == b->options && a->mss == b->mss &&
           a->ts_val == b->ts_val && a->ts_ecr == b->ts_ecr && a->window_scale == b->window_scale &&
           a->sack_count == b->sack_count &&
           memcmp(a->sack, b->sack, a->sack_count * sizeof a->sack[0]) == 0;
}

void segment_assert(const char *file, int line, const Packet *pkt, const char *text,
                    const SegmentOrigin *origin)
{
    Segment want;
    segment_parse(text, origin, &want);
    const WireTcp *got = &pkt->tcp;
    bool same = got->flags == want.tcp.flags && got->seq == want.tcp.seq &&
                pkt->payload.len_bytes == want.len_bytes && got->urgent == want.tcp.urgent &&
                ((got->flags & TCP_ACK) == 0 || got->ack == want.tcp.ack) &&
                (!want.has_window || got->window == want.tcp.window) &&
                (!want.has_options || same_options(got, &want.tcp)) &&
                (!want.has_ecn || wire_ip_ecn(&pkt->ip) == want.ecn);
    if (!same) {
        g_autofree char *have = segment_format(got, pkt->payload.len_bytes, origin);
        g_error("%s:%d: expected '%s', got '%s%s' (%s)", file, line, text,
                ecn_words[wire_ip_ecn(&pkt->ip)], have, packet_why_to_string(pkt->why));
    }
}
