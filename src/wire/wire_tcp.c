/* TCP headers to and from octets. */

#include "wire/wire_tcp.h"

#include <glib.h>
#include <string.h>

#include "wire/wire_bytes.h"

/* Option kinds and lengths (RFC 9293 section 3.2, RFC 2018, RFC 7323). */
enum {
    KIND_END = 0,
    KIND_NOP = 1,
    KIND_MSS = 2,
    KIND_WINDOW_SCALE = 3,
    KIND_SACK_PERMITTED = 4,
    KIND_SACK = 5,
    KIND_TIMESTAMPS = 8,
    KIND_USER_TIMEOUT = 28,
    KIND_FAST_OPEN = 34,
    KIND_TRIAL = 254 /* RFC 6994: what it is says the number that follows */
};
enum { TRIAL_FAST_OPEN = 0xf989 };
enum {
    LEN_MSS = 4,
    LEN_WINDOW_SCALE = 3,
    LEN_SACK_PERMITTED = 2,
    LEN_SACK_BLOCK = 8,
    LEN_TIMESTAMPS = 10,
    LEN_USER_TIMEOUT = 4,
    LEN_FAST_OPEN = 2, /* and the cookie */
    LEN_TRIAL = 4
};

enum { MASK_FLAGS = 0x1ff };

/* RFC 5482 section 2: the granularity, and the time in it. */
enum { USER_TIMEOUT_MINUTES = 0x8000, USER_TIMEOUT_VALUE = 0x7fff };

/* Where options are written. */
typedef struct OptionWriter {
    uint8_t *at;
    bool aligned; /* no-operations keep the numbers on 4-octet boundaries */
} OptionWriter;

static void put_nops(OptionWriter *writer, int count)
{
    for (int i = 0; writer->aligned && i < count; i++) {
        *writer->at++ = KIND_NOP;
    }
}

/* Kind and length; the caller writes the value behind the place returned. */
static uint8_t *put_option(OptionWriter *writer, int nops, uint8_t kind, uint8_t len_bytes)
{
    put_nops(writer, nops);
    uint8_t *option = writer->at;
    option[0] = kind;
    option[1] = len_bytes;
    writer->at += len_bytes;
    return option + 2;
}

/* The cookie's option, filled up with no-operations to a multiple of 4. */
static void put_cookie(OptionWriter *writer, const WireTcp *header)
{
    const WireTcpRare *rare = &header->rare;
    uint8_t head_bytes = rare->cookie_trial ? LEN_TRIAL : LEN_FAST_OPEN;
    uint8_t len_bytes = (uint8_t)(head_bytes + rare->cookie_bytes);
    uint8_t *value =
        put_option(writer, 0, rare->cookie_trial ? KIND_TRIAL : KIND_FAST_OPEN, len_bytes);
    if (rare->cookie_trial) {
        wire_put16(value, TRIAL_FAST_OPEN);
        value += 2;
    }
    memcpy(value, header->cookie, rare->cookie_bytes);
    put_nops(writer, -len_bytes & 3);
}

static void put_rare(OptionWriter *writer, const WireTcp *header)
{
    if ((header->rare.options & TCP_RARE_USER_TIMEOUT) != 0) {
        wire_put16(put_option(writer, 0, KIND_USER_TIMEOUT, LEN_USER_TIMEOUT),
                   header->rare.user_timeout);
    }
    if ((header->rare.options & TCP_RARE_FAST_OPEN) != 0) {
        put_cookie(writer, header);
    }
}

static void put_sacks(OptionWriter *writer, const WireTcp *header)
{
    uint8_t len_bytes = (uint8_t)(2 + LEN_SACK_BLOCK * header->sack_count);
    uint8_t *value = put_option(writer, 2, KIND_SACK, len_bytes);
    for (int i = 0; i < header->sack_count; i++, value += LEN_SACK_BLOCK) {
        wire_put32(value, header->sack[i].left);
        wire_put32(value + 4, header->sack[i].right);
    }
}

static void put_options(OptionWriter *writer, const WireTcp *header)
{
    bool timestamps = (header->options & TCP_OPT_TIMESTAMPS) != 0;
    bool sack_permitted = (header->options & TCP_OPT_SACK_PERMITTED) != 0;
    if ((header->options & TCP_OPT_MSS) != 0) {
        wire_put16(put_option(writer, 0, KIND_MSS, LEN_MSS), header->mss);
    }
    if (sack_permitted) {
        put_option(writer, timestamps ? 0 : 2, KIND_SACK_PERMITTED, LEN_SACK_PERMITTED);
    }
    if (timestamps) {
        uint8_t *value =
            put_option(writer, sack_permitted ? 0 : 2, KIND_TIMESTAMPS, LEN_TIMESTAMPS);
        wire_put32(value, header->ts_val);
        wire_put32(value + 4, header->ts_ecr);
    }
    if ((header->options & TCP_OPT_WINDOW_SCALE) != 0) {
        *put_option(writer, 1, KIND_WINDOW_SCALE, LEN_WINDOW_SCALE) = header->window_scale;
    }
    if (G_UNLIKELY((header->options & TCP_OPT_RARE) != 0)) {
        put_rare(writer, header);
    }
    if ((header->options & TCP_OPT_SACK) != 0) {
        put_sacks(writer, header);
    }
}

void wire_tcp_write(const WireTcp *header, uint8_t *out_bytes)
{
    g_assert(header->header_bytes >= WIRE_TCP_HEADER_BYTES && header->header_bytes <= 60 &&
             header->header_bytes % 4 == 0 && header->sack_count <= WIRE_TCP_MAX_SACKS);
    wire_put16(out_bytes, header->src_port);
    wire_put16(out_bytes + 2, header->dst_port);
    wire_put32(out_bytes + 4, header->seq);
    wire_put32(out_bytes + 8, header->ack);
    wire_put16(out_bytes + 12,
               (uint16_t)(header->header_bytes / 4 << 12 | (header->flags & MASK_FLAGS)));
    wire_put16(out_bytes + 14, header->window);
    wire_put16(out_bytes + 16, 0);
    wire_put16(out_bytes + 18, header->urgent);

    uint8_t aligned_bytes = wire_tcp_length(header);
    OptionWriter writer = { .at = out_bytes + WIRE_TCP_HEADER_BYTES,
                            .aligned = aligned_bytes <= header->header_bytes };
    put_options(&writer, header);
    uint8_t *end = out_bytes + header->header_bytes;
    g_assert(writer.at <= end);
    memset(writer.at, KIND_END, (size_t)(end - writer.at));
}

/* A cookie of these octets. */
static bool take_cookie(const uint8_t *bytes, unsigned len_bytes, bool trial, WireTcp *header)
{
    bool sized = len_bytes == 0 || (len_bytes >= WIRE_TCP_MIN_COOKIE_BYTES &&
                                    len_bytes <= WIRE_TCP_MAX_COOKIE_BYTES && len_bytes % 2 == 0);
    if (!sized || (header->flags & TCP_SYN) == 0 || header->sack_count > 0) {
        return false;
    }
    WireTcpCookie cookie = { .len_bytes = (uint8_t)len_bytes, .trial = trial };
    memcpy(cookie.bytes, bytes, len_bytes);
    wire_tcp_set_cookie(header, &cookie);
    return true;
}

static bool take_rare(const uint8_t *option, uint8_t len_bytes, WireTcp *header)
{
    const uint8_t *value = option + 2;
    if (option[0] == KIND_USER_TIMEOUT && len_bytes == LEN_USER_TIMEOUT &&
        header->sack_count <= WIRE_TCP_SACKS_BESIDE_RARE) {
        wire_tcp_set_user_timeout(header, wire_get16(value));
        return true;
    }
    if (option[0] == KIND_FAST_OPEN) {
        return take_cookie(value, len_bytes - LEN_FAST_OPEN, false, header);
    }
    return option[0] == KIND_TRIAL && len_bytes >= LEN_TRIAL &&
           wire_get16(value) == TRIAL_FAST_OPEN &&
           take_cookie(value + 2, len_bytes - LEN_TRIAL, true, header);
}

uint8_t wire_tcp_most_sacks(const WireTcp *header)
{
    if ((header->options & TCP_OPT_RARE) == 0) {
        return WIRE_TCP_MAX_SACKS;
    }
    return (header->rare.options & TCP_RARE_FAST_OPEN) != 0 ? 0 : WIRE_TCP_SACKS_BESIDE_RARE;
}

/* One option of a known kind and length; false: not one of those. */
static bool take_option(const uint8_t *option, uint8_t len_bytes, WireTcp *header)
{
    const uint8_t *value = option + 2;
    if (option[0] == KIND_MSS && len_bytes == LEN_MSS) {
        header->options |= TCP_OPT_MSS;
        header->mss = wire_get16(value);
    } else if (option[0] == KIND_WINDOW_SCALE && len_bytes == LEN_WINDOW_SCALE) {
        header->options |= TCP_OPT_WINDOW_SCALE;
        header->window_scale = value[0];
    } else if (option[0] == KIND_SACK_PERMITTED && len_bytes == LEN_SACK_PERMITTED) {
        header->options |= TCP_OPT_SACK_PERMITTED;
    } else if (option[0] == KIND_TIMESTAMPS && len_bytes == LEN_TIMESTAMPS) {
        header->options |= TCP_OPT_TIMESTAMPS;
        header->ts_val = wire_get32(value);
        header->ts_ecr = wire_get32(value + 4);
    } else if (option[0] == KIND_SACK && len_bytes > 2 && (len_bytes - 2) % LEN_SACK_BLOCK == 0 &&
               (len_bytes - 2) / LEN_SACK_BLOCK <= wire_tcp_most_sacks(header)) {
        header->options |= TCP_OPT_SACK;
        header->sack_count = (uint8_t)((len_bytes - 2) / LEN_SACK_BLOCK);
        for (int i = 0; i < header->sack_count; i++, value += LEN_SACK_BLOCK) {
            header->sack[i] = (WireSack){ wire_get32(value), wire_get32(value + 4) };
        }
    } else {
        return take_rare(option, len_bytes, header);
    }
    return true;
}

static PacketFault take_options(const uint8_t *bytes, size_t len_bytes, WireTcp *header)
{
    size_t at = 0;
    while (at < len_bytes && bytes[at] != KIND_END) {
        if (bytes[at] == KIND_NOP) {
            at++;
            continue;
        }
        /* RFC 9293 3.1 MUST-7: an illegal option length must not lead astray. */
        if (len_bytes - at < 2 || bytes[at + 1] < 2 || bytes[at + 1] > len_bytes - at) {
            return PACKET_FAULT_TCP_OPTION;
        }
        /* RFC 9293 3.1 MUST-6: an option that is not implemented is ignored. */
        if (!take_option(bytes + at, bytes[at + 1], header)) {
            header->options |= TCP_OPT_UNKNOWN;
        }
        at += bytes[at + 1];
    }
    return PACKET_OK;
}

PacketFault wire_tcp_parse(const uint8_t *bytes, size_t len_bytes, WireTcp *out_header)
{
    if (len_bytes < WIRE_TCP_HEADER_BYTES) {
        return PACKET_FAULT_SHORT;
    }
    size_t header_bytes = (size_t)(bytes[12] >> 4) * 4;
    if (header_bytes < WIRE_TCP_HEADER_BYTES || header_bytes > len_bytes) {
        return PACKET_FAULT_TRANSPORT_HEADER;
    }
    WireTcp header = {
        .src_port = wire_get16(bytes),
        .dst_port = wire_get16(bytes + 2),
        .seq = wire_get32(bytes + 4),
        .ack = wire_get32(bytes + 8),
        .flags = wire_get16(bytes + 12) & MASK_FLAGS,
        .window = wire_get16(bytes + 14),
        .urgent = wire_get16(bytes + 18),
        .header_bytes = (uint8_t)header_bytes,
    };
    PacketFault fault =
        take_options(bytes + WIRE_TCP_HEADER_BYTES, header_bytes - WIRE_TCP_HEADER_BYTES, &header);
    if (fault == PACKET_OK) {
        *out_header = header;
    }
    return fault;
}

/* ---- rare options ---- */

/* Nothing is in the room of the rare options yet, or of the cookie. */
static WireTcpRare *add_rare(WireTcp *header, uint8_t option)
{
    if ((header->options & TCP_OPT_RARE) == 0) {
        header->options |= TCP_OPT_RARE;
        memset(&header->sack[WIRE_TCP_SACKS_BESIDE_RARE], 0,
               sizeof header->sack - WIRE_TCP_SACKS_BESIDE_RARE * sizeof header->sack[0]);
    }
    header->rare.options |= option;
    return &header->rare;
}

void wire_tcp_set_cookie(WireTcp *header, const WireTcpCookie *cookie)
{
    WireTcpRare *rare = add_rare(header, TCP_RARE_FAST_OPEN);
    rare->cookie_bytes = cookie->len_bytes;
    rare->cookie_trial = cookie->trial;
    memset(header->cookie, 0, sizeof header->cookie);
    memcpy(header->cookie, cookie->bytes, cookie->len_bytes);
}

void wire_tcp_set_user_timeout(WireTcp *header, uint16_t user_timeout)
{
    add_rare(header, TCP_RARE_USER_TIMEOUT)->user_timeout = user_timeout;
}

static bool has_rare(const WireTcp *header, uint8_t option)
{
    return (header->options & TCP_OPT_RARE) != 0 && (header->rare.options & option) != 0;
}

bool wire_tcp_get_cookie(const WireTcp *header, WireTcpCookie *out_cookie)
{
    if (G_LIKELY(!has_rare(header, TCP_RARE_FAST_OPEN))) {
        return false;
    }
    *out_cookie = (WireTcpCookie){ .len_bytes = header->rare.cookie_bytes,
                                   .trial = header->rare.cookie_trial };
    memcpy(out_cookie->bytes, header->cookie, header->rare.cookie_bytes);
    return true;
}

bool wire_tcp_get_user_timeout(const WireTcp *header, uint16_t *out_user_timeout)
{
    if (G_LIKELY(!has_rare(header, TCP_RARE_USER_TIMEOUT))) {
        return false;
    }
    *out_user_timeout = header->rare.user_timeout;
    return true;
}

uint8_t wire_tcp_cookie_option_bytes(const WireTcpCookie *cookie)
{
    unsigned bytes = (cookie->trial ? LEN_TRIAL : LEN_FAST_OPEN) + cookie->len_bytes;
    return (uint8_t)((bytes + 3) & ~3u);
}

uint8_t wire_tcp_rare_bytes(const WireTcp *header)
{
    WireTcpCookie cookie;
    unsigned bytes = has_rare(header, TCP_RARE_USER_TIMEOUT) ? LEN_USER_TIMEOUT : 0;
    if (wire_tcp_get_cookie(header, &cookie)) {
        bytes += wire_tcp_cookie_option_bytes(&cookie);
    }
    return (uint8_t)bytes;
}

void wire_tcp_rare_format(const WireTcp *header, GString *out, const char **separator,
                          const char *next)
{
    uint16_t timeout;
    WireTcpCookie cookie;
    if (wire_tcp_get_user_timeout(header, &timeout)) {
        g_string_append_printf(out, "%sUTO %u%s", *separator, timeout & USER_TIMEOUT_VALUE,
                               (timeout & USER_TIMEOUT_MINUTES) != 0 ? "m" : "s");
        *separator = next;
    }
    if (wire_tcp_get_cookie(header, &cookie)) {
        g_string_append_printf(out, "%sFO%s", *separator, cookie.trial ? "EXP" : "");
        for (unsigned i = 0; i < cookie.len_bytes; i++) {
            g_string_append_printf(out, "%s%02x", i == 0 ? " " : "", cookie.bytes[i]);
        }
        *separator = next;
    }
}

/* Pairs of hex digits; false: an odd one, too many of them, or a length that no cookie has. */
static bool scan_cookie(const char **text, WireTcp *header, bool trial)
{
    WireTcpCookie cookie = { .trial = trial };
    const char *at = *text + strspn(*text, " ");
    if (!g_ascii_isxdigit(*at)) {
        at = *text; /* a request */
    }
    for (; g_ascii_isxdigit(*at); at += 2) {
        if (!g_ascii_isxdigit(at[1]) || cookie.len_bytes == WIRE_TCP_MAX_COOKIE_BYTES) {
            return false;
        }
        cookie.bytes[cookie.len_bytes++] =
            (uint8_t)(g_ascii_xdigit_value(at[0]) << 4 | g_ascii_xdigit_value(at[1]));
    }
    if (!take_cookie(cookie.bytes, cookie.len_bytes, trial, header)) {
        return false;
    }
    *text = at;
    return true;
}

static bool scan_user_timeout(const char **text, WireTcp *header)
{
    char *end = NULL;
    uint64_t value = g_ascii_strtoull(*text, &end, 10);
    if (end == *text || value > USER_TIMEOUT_VALUE || (*end != 's' && *end != 'm')) {
        return false;
    }
    wire_tcp_set_user_timeout(header, (uint16_t)(value | (*end == 'm' ? USER_TIMEOUT_MINUTES : 0)));
    *text = end + 1;
    return true;
}

bool wire_tcp_rare_scan(const char **text, WireTcp *header)
{
    static const char *const words[] = { "FOEXP", "FO", "UTO " };
    unsigned i = 0;
    while (i < G_N_ELEMENTS(words) && !g_str_has_prefix(*text, words[i])) {
        i++;
    }
    if (i == G_N_ELEMENTS(words)) {
        return false;
    }
    const char *at = *text + strlen(words[i]);
    if (words[i][0] == 'U' ? !scan_user_timeout(&at, header) : !scan_cookie(&at, header, i == 0)) {
        return false;
    }
    *text = at;
    return true;
}

void wire_tcp_flags_format(uint16_t flags, char out_text[WIRE_TCP_FLAGS_TEXT_BYTES])
{
    static const struct {
        uint16_t flag;
        const char *word;
    } order[] = {
        { TCP_SYN, "SYN" }, { TCP_FIN, "FIN" }, { TCP_RST, "RST" },
        { TCP_PSH, "PSH" }, { TCP_ACK, "ACK" }, { TCP_URG, "URG" },
        { TCP_ECE, "ECE" }, { TCP_CWR, "CWR" }, { TCP_AE, "AE" },
    };
    out_text[0] = '\0';
    for (size_t i = 0; i < G_N_ELEMENTS(order); i++) {
        if ((flags & order[i].flag) != 0) {
            g_strlcat(out_text, out_text[0] != '\0' ? " " : "", WIRE_TCP_FLAGS_TEXT_BYTES);
            g_strlcat(out_text, order[i].word, WIRE_TCP_FLAGS_TEXT_BYTES);
        }
    }
}
