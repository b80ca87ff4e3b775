#include "trace/trace_words.h"

#include "sim/sim.h"

typedef struct Scale {
    int64_t factor;
    const char *suffix;
} Scale;

static const Scale rates[] = {
    { 1000000000, "Gbit/s" }, { 1000000, "Mbit/s" }, { 1000, "kbit/s" }, { 1, "bit/s" }
};
static const Scale durations[] = {
    { SIM_NS_PER_S, "s" }, { SIM_NS_PER_MS, "ms" }, { SIM_NS_PER_US, "us" }, { 1, "ns" }
};

/* In the largest unit of which it is a whole number; the scales end with a factor of 1. */
static void put_scaled(GString *out, const Scale *scales, int64_t value)
{
    while (value % scales->factor != 0 || (value == 0 && scales->factor != 1)) {
        scales++;
    }
    g_string_append_printf(out, "%" G_GINT64_FORMAT "%s", value / scales->factor, scales->suffix);
}

/* Parts per billion as a decimal of per cent, without idle zeros. */
static void put_percent(GString *out, int64_t ppb)
{
    g_string_append_printf(out, "%" G_GINT64_FORMAT, ppb / 10000000);
    if (ppb % 10000000 != 0) {
        g_string_append_printf(out, ".%07" G_GINT64_FORMAT, ppb % 10000000);
        while (out->str[out->len - 1] == '0') {
            g_string_truncate(out, out->len - 1);
        }
    }
    g_string_append_c(out, '%');
}

void trace_put_quantity(GString *out, SimUnit unit, int64_t value, const Lang *lang)
{
    switch (unit) {
    case SIM_UNIT_BOOL:
        g_string_append(out, value != 0 ? lang_text(lang, N_("yes")) : lang_text(lang, N_("no")));
        break;
    case SIM_UNIT_RATE:
        put_scaled(out, rates, value);
        break;
    case SIM_UNIT_DURATION:
        put_scaled(out, durations, value);
        break;
    case SIM_UNIT_PROBABILITY:
        put_percent(out, value);
        break;
    case SIM_UNIT_QUEUE:
        g_string_append_printf(out, "%" G_GINT64_FORMAT "%s", value < 0 ? -(value + 1) : value,
                               value < 0 ? "B" : "pkt");
        break;
    default:
        g_string_append_printf(out, "%" G_GINT64_FORMAT, value);
        break;
    }
}

static const char *change_word(const char *what)
{
    static const struct {
        const char *what, *text;
    } words[] = {
        { "rate", N_("rate") },
        { "gap", N_("gap between frames") },
        { "delay", N_("delay") },
        { "queue", N_("queue") },
        { "loss", N_("loss") },
        { "duplicate", N_("duplication") },
        { "corrupt", N_("corruption") },
        { "reorder", N_("reordering") },
        { "reorder-by", N_("reordering by") },
        { "jitter", N_("jitter") },
        { "jitter-reorders", N_("jitter reorders") },
        { "up", N_("up") },
        { "down", N_("down") },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
        if (g_str_equal(words[i].what, what)) {
            return words[i].text;
        }
    }
    return what;
}

char *trace_change_story(const TraceLine *line, const Lang *lang)
{
    const NetChange *change = &line->change;
    GString *out = g_string_new(lang_text(lang, change_word(change->what)));
    if (change->unit != SIM_N_UNITS) {
        g_string_append_c(out, ' ');
        trace_put_quantity(out, change->unit, change->from, lang);
        g_string_append(out, " -> ");
        trace_put_quantity(out, change->unit, change->to, lang);
    }
    return g_string_free(out, FALSE);
}
