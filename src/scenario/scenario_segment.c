#include "scenario/scenario_segment.h"

#include <string.h>

#define MAX_PAYLOAD_BYTES 65495

typedef struct FlagLetter {
    char letter;
    uint16_t flag;
} FlagLetter;

static const FlagLetter flag_letters[] = {
    { 'S', TCP_SYN }, { 'F', TCP_FIN }, { 'R', TCP_RST }, { 'P', TCP_PSH },
    { '.', TCP_ACK }, { 'U', TCP_URG }, { 'E', TCP_ECE }, { 'W', TCP_CWR },
};

/* A cursor over the text; every reader steps over the blanks behind what it took. */
typedef struct Cursor {
    const char *at;
} Cursor;

static void skip_blanks(Cursor *cursor)
{
    cursor->at += strspn(cursor->at, " \t");
}

static bool take(Cursor *cursor, const char *word)
{
    size_t len = strlen(word);
    bool is_word = g_ascii_isalpha(word[0]);
    if (strncmp(cursor->at, word, len) != 0 || (is_word && g_ascii_isalnum(cursor->at[len]))) {
        return false;
    }
    cursor->at += len;
    skip_blanks(cursor);
    return true;
}

static bool take_number(Cursor *cursor, uint64_t max, uint64_t *out_number)
{
    if (!g_ascii_isdigit(cursor->at[0])) {
        return false;
    }
    char *end = NULL;
    uint64_t number = g_ascii_strtoull(cursor->at, &end, 10);
    if (number > max) {
        return false;
    }
    cursor->at = end;
    skip_blanks(cursor);
    *out_number = number;
    return true;
}

static bool take_flags(Cursor *cursor, WireTcp *tcp)
{
    const char *start = cursor->at;
    for (; *cursor->at != '\0' && *cursor->at != ' '; cursor->at++) {
        size_t i = 0;
        while (i < G_N_ELEMENTS(flag_letters) && flag_letters[i].letter != *cursor->at) {
            i++;
        }
        if (i == G_N_ELEMENTS(flag_letters)) {
            return false;
        }
        tcp->flags |= flag_letters[i].flag;
    }
    bool any = cursor->at > start;
    skip_blanks(cursor);
    return any;
}

/* first:past(length) */
static bool take_range(Cursor *cursor, ScenarioSegment *segment)
{
    uint64_t first = 0;
    uint64_t past = 0;
    uint64_t len = 0;
    bool ok = take_number(cursor, UINT32_MAX, &first) && take(cursor, ":") &&
              take_number(cursor, UINT32_MAX, &past) && take(cursor, "(") &&
              take_number(cursor, MAX_PAYLOAD_BYTES, &len) && take(cursor, ")");
    if (!ok || (uint32_t)(past - first) != len) {
        return false;
    }
    segment->tcp.seq = (TcpSeq)first;
    segment->len_bytes = (uint32_t)len;
    return true;
}

static bool take_option(Cursor *cursor, WireTcp *tcp)
{
    uint64_t first = 0;
    uint64_t second = 0;
    if (take(cursor, "mss") && take_number(cursor, UINT16_MAX, &first)) {
        tcp->options |= TCP_OPT_MSS;
        tcp->mss = (uint16_t)first;
        return true;
    }
    if (take(cursor, "wscale") && take_number(cursor, UINT8_MAX, &first)) {
        tcp->options |= TCP_OPT_WINDOW_SCALE;
        tcp->window_scale = (uint8_t)first;
        return true;
    }
    if (take(cursor, "sackOK")) {
        tcp->options |= TCP_OPT_SACK_PERMITTED;
        return true;
    }
    if (take(cursor, "TS") && take(cursor, "val") && take_number(cursor, UINT32_MAX, &first) &&
        take(cursor, "ecr") && take_number(cursor, UINT32_MAX, &second)) {
        tcp->options |= TCP_OPT_TIMESTAMPS;
        tcp->ts_val = (uint32_t)first;
        tcp->ts_ecr = (uint32_t)second;
        return true;
    }
    if (wire_tcp_rare_scan(&cursor->at, tcp)) {
        skip_blanks(cursor);
        return true;
    }
    /* Padding is ours to choose. */
    return take(cursor, "nop") || take(cursor, "eol");
}

static bool take_options(Cursor *cursor, WireTcp *tcp)
{
    do {
        if (!take_option(cursor, tcp)) {
            return false;
        }
    } while (take(cursor, ","));
    return take(cursor, ">") &&
           wire_tcp_length(tcp) <= WIRE_TCP_HEADER_BYTES + WIRE_TCP_MAX_OPTION_BYTES;
}

static bool take_rest(Cursor *cursor, WireTcp *tcp)
{
    uint64_t number = 0;
    while (*cursor->at != '\0') {
        if (take(cursor, "ack")) {
            if (!take_number(cursor, UINT32_MAX, &number) || (tcp->flags & TCP_ACK) == 0) {
                return false;
            }
            tcp->ack = (TcpSeq)number;
        } else if (take(cursor, "win") && take_number(cursor, UINT16_MAX, &number)) {
            tcp->window = (uint16_t)number;
        } else if (take(cursor, "urg") && take_number(cursor, UINT16_MAX, &number)) {
            tcp->urgent = (uint16_t)number;
        } else if (!take(cursor, "<") || !take_options(cursor, tcp)) {
            return false;
        }
    }
    return true;
}

char *scenario_segment_parse(const char *text, const Lang *lang, ScenarioSegment *out_segment)
{
    ScenarioSegment segment = { .tcp = { .window = UINT16_MAX } };
    Cursor cursor = { text };
    skip_blanks(&cursor);
    if (!take_flags(&cursor, &segment.tcp)) {
        return g_strdup_printf(
            lang_text(lang, N_("a segment begins with its flags, letters of 'SFRP.UEW', not '%s'")),
            text);
    }
    if (!take_range(&cursor, &segment)) {
        return g_strdup_printf(
            lang_text(lang, N_("after the flags comes FIRST:PAST(LENGTH), like 1:1001(1000), not "
                               "'%s'")),
            cursor.at);
    }
    const char *rest = cursor.at;
    if (!take_rest(&cursor, &segment.tcp)) {
        return g_strdup_printf(
            lang_text(lang, N_("after the numbers comes 'ack N' (with '.'), 'win N', 'urg N' or "
                               "'<options>', not '%s'")),
            *cursor.at == '\0' ? rest : cursor.at);
    }
    *out_segment = segment;
    return NULL;
}
