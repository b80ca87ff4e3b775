#include "scenario/scenario_quantity.h"

#include <string.h>

/* 18 decimal digits always fit an int64_t. */
#define MAX_DIGITS 18
#define PPB_PER_PERCENT INT64_C(10000000)

typedef struct Suffix {
    const char *text;
    int64_t factor;
    bool is_binary; /* a power of two: written only where no decimal one fits */
} Suffix;

typedef struct Mistake {
    const char *wrong, *right;
} Mistake;

/* The first is the one that is proposed where a suffix was forgotten; the second too, if both are
 * likely. */
static const Suffix duration_suffixes[] = {
    { "ms", 1000000 },      { "s", 1000000000 },    { "ns", 1 }, { "us", 1000 },
    { "min", 60000000000 }, { "h", 3600000000000 }, { NULL },
};
static const Mistake duration_mistakes[] = {
    { "µs", "us" },       { "μs", "us" },    { "msec", "ms" },   { "sec", "s" },
    { "secs", "s" },      { "second", "s" }, { "seconds", "s" }, { "m", "min" },
    { "msecs", "ms" },    { "usec", "us" },  { "mins", "min" },  { "minute", "min" },
    { "minutes", "min" }, { "hour", "h" },   { "hours", "h" },   { NULL },
};
static const Suffix byte_suffixes[] = {
    { "B", 1 },
    { "kB", 1000 },
    { "MB", 1000000 },
    { "GB", 1000000000 },
    { "KiB", 1 << 10, true },
    { "MiB", 1 << 20, true },
    { "GiB", 1 << 30, true },
    { NULL },
};
static const Mistake byte_mistakes[] = {
    { "KB", "kB" },  { "k", "kB" },   { "K", "KiB" },   { "M", "MB" },    { "G", "GB" },
    { "kb", "kB" },  { "byte", "B" }, { "bytes", "B" }, { "kiB", "KiB" }, { "Ki", "KiB" },
    { "Mi", "MiB" }, { "Gi", "GiB" }, { NULL },
};
static const Suffix packet_suffixes[] = { { "pkt", 1 }, { NULL } };
static const Mistake packet_mistakes[] = {
    { "p", "pkt" }, { "pkts", "pkt" }, { "packet", "pkt" }, { "packets", "pkt" }, { NULL },
};
static const Suffix rate_suffixes[] = {
    { "Mbit/s", 1000000 },       { "bit/s", 1 }, { "kbit/s", 1000 }, { "Gbit/s", 1000000000 },
    { "Tbit/s", 1000000000000 }, { NULL },
};
static const Mistake rate_mistakes[] = {
    { "bps", "bit/s" },   { "kbps", "kbit/s" }, { "Kbps", "kbit/s" }, { "Mbps", "Mbit/s" },
    { "mbps", "Mbit/s" }, { "Gbps", "Gbit/s" }, { "gbps", "Gbit/s" }, { "Kbit/s", "kbit/s" },
    { "kb/s", "kbit/s" }, { "mb/s", "Mbit/s" }, { "gb/s", "Gbit/s" }, { "m", "Mbit/s" },
    { "Mb/s", "Mbit/s" }, { "Gb/s", "Gbit/s" }, { "kbit", "kbit/s" }, { "Mbit", "Mbit/s" },
    { "Gbit", "Gbit/s" }, { "M", "Mbit/s" },    { "G", "Gbit/s" },    { NULL },
};
static const Suffix probability_suffixes[] = {
    { "%", PPB_PER_PERCENT },
    { "ppb", 1 },
    { "ppm", 1000 },
    { NULL },
};
static const Mistake probability_mistakes[] = { { "percent", "%" }, { NULL } };

typedef struct Unit {
    const char *describe;
    const Suffix *suffixes; /* NULL: written as a plain number, or no number at all */
    const Mistake *mistakes;
    bool two_likely; /* the second suffix is proposed as well */
} Unit;

static const Unit units[SIM_N_UNITS] = {
    [SIM_UNIT_NUMBER] = { N_("a whole number") },
    [SIM_UNIT_BOOL] = { N_("true or false") },
    [SIM_UNIT_DURATION] = { N_("a duration, like 20ms"), duration_suffixes, duration_mistakes,
                            true },
    [SIM_UNIT_BYTES] = { N_("a number of bytes, like 64KiB"), byte_suffixes, byte_mistakes },
    [SIM_UNIT_PACKETS] = { N_("a number of packets, like 50pkt"), packet_suffixes,
                           packet_mistakes },
    [SIM_UNIT_QUEUE] = { N_("packets or bytes, like 50pkt or 64KiB"), packet_suffixes,
                         packet_mistakes },
    [SIM_UNIT_RATE] = { N_("a rate, like 10Mbit/s"), rate_suffixes, rate_mistakes },
    [SIM_UNIT_PROBABILITY] = { N_("a probability, like 0.1%"), probability_suffixes,
                               probability_mistakes },
    [SIM_UNIT_WORD] = { N_("one of its words") },
    [SIM_UNIT_TEXT] = { N_("a text") },
    [SIM_UNIT_HOST_PORT] = { N_("a host and a port, like server:80") },
};

static const Unit *unit_get(SimUnit unit)
{
    g_assert((unsigned)unit < SIM_N_UNITS && units[unit].describe != NULL);
    return &units[unit];
}

bool scenario_quantity_has_suffix(SimUnit unit)
{
    return unit_get(unit)->suffixes != NULL;
}

const char *scenario_quantity_describe(SimUnit unit)
{
    return unit_get(unit)->describe;
}

static void append_suffixes(GString *out, const Suffix *suffixes, const char *separator)
{
    for (const Suffix *suffix = suffixes; suffix->text != NULL; suffix++) {
        if (out->len > 0 && out->str[out->len - 1] != '(') {
            g_string_append(out, separator);
        }
        g_string_append(out, suffix->text);
    }
}

char *scenario_quantity_pattern(SimUnit unit)
{
    if (!scenario_quantity_has_suffix(unit)) {
        return NULL;
    }
    GString *out = g_string_new("(");
    append_suffixes(out, unit_get(unit)->suffixes, "|");
    if (unit == SIM_UNIT_QUEUE) {
        append_suffixes(out, byte_suffixes, "|");
    }
    g_string_prepend(out, "^[0-9]+(\\.[0-9]+)?");
    g_string_append(out, ")$");
    return g_string_free(out, FALSE);
}

char *scenario_quantity_suffixes(SimUnit unit)
{
    GString *out = g_string_new(NULL);
    if (scenario_quantity_has_suffix(unit)) {
        append_suffixes(out, unit_get(unit)->suffixes, ", ");
        if (unit == SIM_UNIT_QUEUE) {
            append_suffixes(out, byte_suffixes, ", ");
        }
    }
    return g_string_free(out, FALSE);
}

/* A decimal as digits / 10^decimals, without trailing zeros behind the point. */
typedef struct Decimal {
    int64_t digits;
    uint32_t decimals;
    bool too_long;
    const char *suffix; /* what follows it in the text */
} Decimal;

static Decimal read_decimal(const char *text)
{
    Decimal decimal = { 0 };
    const char *at = text;
    uint32_t count = 0;
    bool point = false;
    uint32_t zeros = 0; /* behind the point, not yet known to matter */
    for (; g_ascii_isdigit(*at) || (*at == '.' && !point && g_ascii_isdigit(at[1])); at++) {
        if (*at == '.') {
            point = true;
            continue;
        }
        if (point && *at == '0') {
            zeros++;
            continue;
        }
        uint32_t added = zeros + 1;
        for (; added > 0 && count < MAX_DIGITS; added--) {
            decimal.digits = decimal.digits * 10 + (added == 1 ? *at - '0' : 0);
            count += decimal.digits > 0;
            decimal.decimals += point;
        }
        decimal.too_long |= added > 0;
        zeros = 0;
    }
    decimal.suffix = at;
    return decimal;
}

/* The value in units of the suffix's factor; false if it is no whole number or does not fit. */
static bool scale(const Decimal *decimal, int64_t factor, int64_t *out_value)
{
    int64_t divisor = 1;
    for (uint32_t i = 0; i < decimal->decimals; i++) {
        if (factor % 10 == 0) {
            factor /= 10;
        } else if (__builtin_mul_overflow(divisor, 10, &divisor)) {
            return false;
        }
    }
    int64_t product = 0;
    if (__builtin_mul_overflow(decimal->digits, factor, &product) || product % divisor != 0) {
        return false;
    }
    *out_value = product / divisor;
    return true;
}

static const Suffix *find_suffix(const Suffix *suffixes, const char *text)
{
    for (const Suffix *suffix = suffixes; suffix->text != NULL; suffix++) {
        if (g_str_equal(suffix->text, text)) {
            return suffix;
        }
    }
    return NULL;
}

/* What the writer of a wrong suffix meant: a known mistake, or one that differs in case only. */
static const char *mend_suffix(const Unit *unit, const char *text)
{
    for (const Mistake *mistake = unit->mistakes; mistake->wrong != NULL; mistake++) {
        if (g_str_equal(mistake->wrong, text)) {
            return mistake->right;
        }
    }
    for (const Suffix *suffix = unit->suffixes; suffix->text != NULL; suffix++) {
        if (g_ascii_strcasecmp(suffix->text, text) == 0) {
            return suffix->text;
        }
    }
    return NULL;
}

static char *wrong_suffix(SimUnit unit, const Unit *info, const char *text, const Decimal *decimal,
                          const Lang *lang)
{
    size_t number_bytes = (size_t)(decimal->suffix - text);
    if (decimal->suffix[0] == '\0' && info->two_likely) {
        return g_strdup_printf(lang_text(lang, N_("'%s' has no unit; write %s%s or %s%s")), text,
                               text, info->suffixes[0].text, text, info->suffixes[1].text);
    }
    if (decimal->suffix[0] == '\0') {
        return g_strdup_printf(lang_text(lang, N_("'%s' has no unit; write %s%s")), text, text,
                               info->suffixes[0].text);
    }
    const char *suffix = decimal->suffix + strspn(decimal->suffix, " ");
    const char *right =
        find_suffix(info->suffixes, suffix) != NULL ? suffix : mend_suffix(info, suffix);
    if (right == NULL && unit == SIM_UNIT_QUEUE) {
        right = mend_suffix(&units[SIM_UNIT_BYTES], suffix);
    }
    if (right != NULL) {
        return g_strdup_printf(
            lang_text(lang, N_("'%s' is not how this unit is written; write %.*s%s")), text,
            (int)number_bytes, text, right);
    }
    return g_strdup_printf(lang_text(lang, N_("'%s' is not %s")), text,
                           lang_text(lang, info->describe));
}

static char *parse_number(const char *text, const Lang *lang, int64_t *out_value)
{
    const Unit *info = unit_get(SIM_UNIT_NUMBER);
    Decimal decimal = read_decimal(text);
    if (!g_ascii_isdigit(text[0]) || decimal.suffix[0] != '\0' || strchr(text, '.') != NULL) {
        return g_strdup_printf(lang_text(lang, N_("'%s' is not %s")), text,
                               lang_text(lang, info->describe));
    }
    if (text[0] == '0' && text[1] != '\0') {
        return g_strdup_printf(
            lang_text(lang, N_("'%s' begins with a zero; is it decimal? Write %s")), text,
            text[strspn(text, "0")] == '\0' ? "0" : text + strspn(text, "0"));
    }
    if (decimal.too_long) {
        return g_strdup_printf(lang_text(lang, N_("'%s' is too large")), text);
    }
    *out_value = decimal.digits;
    return NULL;
}

/* A queue's limit: packets as they are, bytes below zero. */
static int64_t encode_queue(int64_t bytes)
{
    return -bytes - 1;
}

char *scenario_quantity_parse(SimUnit unit, const char *text, const Lang *lang, int64_t *out_value)
{
    const Unit *info = unit_get(unit);
    if (unit == SIM_UNIT_NUMBER) {
        return parse_number(text, lang, out_value);
    }
    g_assert(info->suffixes != NULL);
    if (!g_ascii_isdigit(text[0])) {
        return g_strdup_printf(lang_text(lang, N_("'%s' is not %s")), text,
                               lang_text(lang, info->describe));
    }
    Decimal decimal = read_decimal(text);
    const Suffix *suffix = find_suffix(info->suffixes, decimal.suffix);
    bool is_bytes = suffix == NULL && unit == SIM_UNIT_QUEUE;
    if (is_bytes) {
        suffix = find_suffix(byte_suffixes, decimal.suffix);
    }
    if (suffix == NULL) {
        return wrong_suffix(unit, info, text, &decimal, lang);
    }
    int64_t value = 0;
    if (decimal.too_long || !scale(&decimal, suffix->factor, &value)) {
        return g_strdup_printf(
            lang_text(lang, decimal.decimals > 0
                                ? N_("'%s' is not a whole number of the smallest unit")
                                : N_("'%s' is too large")),
            text);
    }
    *out_value = is_bytes ? encode_queue(value) : value;
    return NULL;
}

/* The largest suffix of which the value is a whole number; a power of two only where nothing
 * decimal but the smallest unit would do. */
static const Suffix *best_suffix(const Suffix *suffixes, int64_t value)
{
    if (value == 0) {
        return &suffixes[0];
    }
    const Suffix *best = NULL;
    for (const Suffix *suffix = suffixes; suffix->text != NULL; suffix++) {
        bool fits = value % suffix->factor == 0 &&
                    (!suffix->is_binary || best->factor == 1 || best->is_binary);
        if (fits && (best == NULL || suffix->factor > best->factor)) {
            best = suffix;
        }
    }
    g_assert(best != NULL);
    return best;
}

static bool is_power_of_ten(int64_t factor)
{
    while (factor % 10 == 0) {
        factor /= 10;
    }
    return factor == 1;
}

/* The largest decimal suffix that the value reaches. */
static const Suffix *reached_suffix(const Suffix *suffixes, int64_t value)
{
    const Suffix *best = NULL;
    for (const Suffix *suffix = suffixes; suffix->text != NULL; suffix++) {
        if (is_power_of_ten(suffix->factor) && suffix->factor <= value &&
            (best == NULL || suffix->factor > best->factor)) {
            best = suffix;
        }
    }
    return best;
}

/* value / factor, a power of ten, in full and without zeros at the end, and the suffix. */
static char *format_decimal(int64_t value, int64_t factor, const char *suffix)
{
    GString *out = g_string_new(NULL);
    g_string_append_printf(out, "%" G_GINT64_FORMAT, value / factor);
    if (value % factor != 0) {
        g_string_append_c(out, '.');
        for (int64_t rest = value % factor; rest != 0; rest %= factor) {
            factor /= 10;
            g_string_append_c(out, (char)('0' + rest / factor));
        }
    }
    g_string_append(out, suffix);
    return g_string_free(out, FALSE);
}

char *scenario_quantity_format(SimUnit unit, int64_t value)
{
    const Suffix *suffixes = unit_get(unit)->suffixes;
    if (suffixes == NULL) {
        return g_strdup_printf("%" G_GINT64_FORMAT, value);
    }
    if (unit == SIM_UNIT_PROBABILITY) {
        return format_decimal(value, PPB_PER_PERCENT, "%");
    }
    if (unit == SIM_UNIT_QUEUE && value < 0) {
        value = -(value + 1);
        suffixes = byte_suffixes;
    }
    const Suffix *suffix = best_suffix(suffixes, value);
    bool is_fine = unit == SIM_UNIT_DURATION || unit == SIM_UNIT_RATE;
    if (is_fine && is_power_of_ten(suffix->factor) && value != 0) {
        suffix = reached_suffix(suffixes, value);
        return format_decimal(value, suffix->factor, suffix->text);
    }
    return g_strdup_printf("%" G_GINT64_FORMAT "%s", value / suffix->factor, suffix->text);
}
