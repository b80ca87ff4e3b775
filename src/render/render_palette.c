#include "render/render_palette.h"

#include <string.h>

/* After the palette of Okabe and Ito, darker: most of them colour text too. */
static const struct {
    const char *name, *code;
} colours[] = {
    { "paper", "#ffffff" },
    { "ink", "#1c2733" },
    { "soft", "#5d6874" },    /* what is read second */
    { "rule", "#9aa5b1" },    /* thin lines */
    { "grid", "#dde2e7" },    /* thinner ones */
    { "forth", "#1558b0" },   /* to the right; cwnd */
    { "back", "#00735c" },    /* to the left; bytes in flight */
    { "again", "#b35900" },   /* sent again */
    { "loss", "#c4001d" },    /* lost, discarded, crashed */
    { "reset", "#b0288e" },   /* RST; ssthresh */
    { "timer", "#6b5a00" },   /* timers, changes of links; RTO */
    { "running", "#f0c060" }, /* a timer that runs */
    /* Phases of a sender, lighter to darker, which tells them apart in grey too. */
    { "slow-start", "#e4eefa" },
    { "fast-recovery", "#fbe3bd" },
    { "timeout-recovery", "#e9b9a4" },
};

static const char *code_of(const char *name, size_t length)
{
    for (size_t i = 0; i < G_N_ELEMENTS(colours); i++) {
        if (strlen(colours[i].name) == length && strncmp(colours[i].name, name, length) == 0) {
            return colours[i].code;
        }
    }
    return NULL;
}

const char *render_palette_code(const char *name)
{
    return code_of(name, strlen(name));
}

void render_palette_put(GString *out, const char *text)
{
    for (const char *from = text; *from != '\0';) {
        size_t plain = strcspn(from, "$");
        g_string_append_len(out, from, (gssize)plain);
        from += plain;
        if (*from == '$') {
            size_t length = strspn(from + 1, "abcdefghijklmnopqrstuvwxyz-");
            const char *code = code_of(from + 1, length);
            g_assert(code != NULL);
            g_string_append(out, code);
            from += 1 + length;
        }
    }
}
