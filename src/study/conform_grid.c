/* The axes of the grid, their words, and the walk over a part of it. */

#include "study/conform.h"

#include "wire/wire_tcp.h"

static const char *const origin_names[] = {
    [CONFORM_CLOSED] = "CLOSED",
    [CONFORM_LISTEN] = "LISTEN",
    [CONFORM_SYN_SENT] = "SYN-SENT",
    [CONFORM_SYN_RECEIVED] = "SYN-RECEIVED",
    [CONFORM_SYN_RECEIVED_ACTIVE] = "SYN-RECEIVED-ACTIVE",
    [CONFORM_ESTABLISHED] = "ESTABLISHED",
    [CONFORM_FIN_WAIT_1] = "FIN-WAIT-1",
    [CONFORM_FIN_WAIT_2] = "FIN-WAIT-2",
    [CONFORM_CLOSE_WAIT] = "CLOSE-WAIT",
    [CONFORM_CLOSING] = "CLOSING",
    [CONFORM_LAST_ACK] = "LAST-ACK",
    [CONFORM_TIME_WAIT] = "TIME-WAIT",
};

static const TcpState origin_states[] = {
    [CONFORM_CLOSED] = TCP_STATE_CLOSED,
    [CONFORM_LISTEN] = TCP_STATE_LISTEN,
    [CONFORM_SYN_SENT] = TCP_STATE_SYN_SENT,
    [CONFORM_SYN_RECEIVED] = TCP_STATE_SYN_RCVD,
    [CONFORM_SYN_RECEIVED_ACTIVE] = TCP_STATE_SYN_RCVD,
    [CONFORM_ESTABLISHED] = TCP_STATE_ESTABLISHED,
    [CONFORM_FIN_WAIT_1] = TCP_STATE_FIN_WAIT_1,
    [CONFORM_FIN_WAIT_2] = TCP_STATE_FIN_WAIT_2,
    [CONFORM_CLOSE_WAIT] = TCP_STATE_CLOSE_WAIT,
    [CONFORM_CLOSING] = TCP_STATE_CLOSING,
    [CONFORM_LAST_ACK] = TCP_STATE_LAST_ACK,
    [CONFORM_TIME_WAIT] = TCP_STATE_TIME_WAIT,
};

static const char *const kind_names[] = {
    [CONFORM_SYN] = "SYN", [CONFORM_SYN_ACK] = "SYN-ACK", [CONFORM_SYN_FIN] = "SYN-FIN",
    [CONFORM_ACK] = "ACK", [CONFORM_FIN] = "FIN",         [CONFORM_FIN_ACK] = "FIN-ACK",
    [CONFORM_RST] = "RST", [CONFORM_RST_ACK] = "RST-ACK",
};

static const uint16_t kind_flags[] = {
    [CONFORM_SYN] = TCP_SYN,
    [CONFORM_SYN_ACK] = TCP_SYN | TCP_ACK,
    [CONFORM_SYN_FIN] = TCP_SYN | TCP_FIN,
    [CONFORM_ACK] = TCP_ACK,
    [CONFORM_FIN] = TCP_FIN,
    [CONFORM_FIN_ACK] = TCP_FIN | TCP_ACK,
    [CONFORM_RST] = TCP_RST,
    [CONFORM_RST_ACK] = TCP_RST | TCP_ACK,
};

static const char *const place_names[] = {
    [CONFORM_LEFT] = "left",     [CONFORM_LEFT_EDGE] = "left-edge",
    [CONFORM_INSIDE] = "inside", [CONFORM_RIGHT_EDGE] = "right-edge",
    [CONFORM_BEYOND] = "beyond",
};

static const char *const ack_names[] = {
    [CONFORM_ACK_NONE] = "ack-none",     [CONFORM_ACK_TOO_OLD] = "ack-too-old",
    [CONFORM_ACK_OLD] = "ack-old",       [CONFORM_ACK_RIGHT] = "ack-right",
    [CONFORM_ACK_FUTURE] = "ack-future",
};

static const char *const text_names[] = { "bare", "text" };

const char *conform_origin_to_string(ConformOrigin origin)
{
    g_assert(origin < CONFORM_N_ORIGINS);
    return origin_names[origin];
}

TcpState conform_origin_state(ConformOrigin origin)
{
    g_assert(origin < CONFORM_N_ORIGINS);
    return origin_states[origin];
}

const char *conform_kind_to_string(ConformKind kind)
{
    g_assert(kind < CONFORM_N_KINDS);
    return kind_names[kind];
}

const char *conform_place_to_string(ConformPlace place)
{
    g_assert(place < CONFORM_N_PLACES);
    return place_names[place];
}

const char *conform_ack_to_string(ConformAckPlace ack)
{
    g_assert(ack < CONFORM_N_ACKS);
    return ack_names[ack];
}

const char *conform_text_to_string(bool text)
{
    return text_names[text];
}

uint16_t conform_kind_flags(ConformKind kind)
{
    g_assert(kind < CONFORM_N_KINDS);
    return kind_flags[kind];
}

/* ---- filters ---- */

/* Another word for values of an axis. */
typedef struct Alias {
    const char *word;
    uint32_t origins;
} Alias;

static const Alias aliases[] = {
    { "SYN-RECEIVED", 1u << CONFORM_SYN_RECEIVED | 1u << CONFORM_SYN_RECEIVED_ACTIVE },
    { "SYN-RCVD", 1u << CONFORM_SYN_RECEIVED | 1u << CONFORM_SYN_RECEIVED_ACTIVE },
};

/* An axis: its words and its place in a filter. */
typedef struct Axis {
    const char *const *words;
    size_t count, offset;
} Axis;

static const Axis axes[] = {
    { origin_names, CONFORM_N_ORIGINS, offsetof(ConformFilter, origins) },
    { kind_names, CONFORM_N_KINDS, offsetof(ConformFilter, kinds) },
    { place_names, CONFORM_N_PLACES, offsetof(ConformFilter, places) },
    { ack_names, CONFORM_N_ACKS, offsetof(ConformFilter, acks) },
    { text_names, G_N_ELEMENTS(text_names), offsetof(ConformFilter, texts) },
};

static uint32_t *bits_of(ConformFilter *filter, const Axis *axis)
{
    return (uint32_t *)(void *)((char *)filter + axis->offset);
}

static bool add_word(ConformFilter *filter, const char *word)
{
    for (size_t i = 0; i < G_N_ELEMENTS(aliases); i++) {
        if (g_ascii_strcasecmp(word, aliases[i].word) == 0) {
            filter->origins |= aliases[i].origins;
            return true;
        }
    }
    for (size_t a = 0; a < G_N_ELEMENTS(axes); a++) {
        for (size_t i = 0; i < axes[a].count; i++) {
            if (g_ascii_strcasecmp(word, axes[a].words[i]) == 0) {
                *bits_of(filter, &axes[a]) |= 1u << i;
                return true;
            }
        }
    }
    return false;
}

const char *conform_filter_read(const char *const *words, ConformFilter *out_filter)
{
    ConformFilter filter = { 0 };
    for (; *words != NULL; words++) {
        if (!add_word(&filter, *words)) {
            return *words;
        }
    }
    for (size_t a = 0; a < G_N_ELEMENTS(axes); a++) {
        uint32_t *bits = bits_of(&filter, &axes[a]);
        *bits = *bits == 0 ? UINT32_MAX : *bits;
    }
    *out_filter = filter;
    return NULL;
}

bool conform_filter_has(const ConformFilter *filter, const ConformCell *cell)
{
    return (filter->origins & 1u << cell->origin) != 0 && (filter->kinds & 1u << cell->kind) != 0 &&
           (filter->places & 1u << cell->place) != 0 && (filter->acks & 1u << cell->ack) != 0 &&
           (filter->texts & 1u << cell->text) != 0;
}

const char **conform_words(void)
{
    g_autoptr(GPtrArray) words = g_ptr_array_new();
    for (size_t a = 0; a < G_N_ELEMENTS(axes); a++) {
        for (size_t i = 0; i < axes[a].count; i++) {
            g_ptr_array_add(words, (char *)axes[a].words[i]);
        }
    }
    g_ptr_array_add(words, NULL);
    return (const char **)g_ptr_array_steal(words, NULL);
}

/* ---- the walk ---- */

static bool exists(const ConformCell *cell)
{
    bool has_ack = (kind_flags[cell->kind] & TCP_ACK) != 0;
    return has_ack == (cell->ack != CONFORM_ACK_NONE);
}

GArray *conform_cells(const ConformFilter *filter)
{
    const uint32_t count =
        CONFORM_N_ORIGINS * CONFORM_N_KINDS * CONFORM_N_ACKS * CONFORM_N_PLACES * 2;
    GArray *cells = g_array_new(FALSE, FALSE, sizeof(ConformCell));
    for (uint32_t i = 0; i < count; i++) {
        uint32_t rest = i;
        ConformCell cell = { 0 };
        cell.text = rest % 2 != 0;
        rest /= 2;
        cell.place = rest % CONFORM_N_PLACES;
        rest /= CONFORM_N_PLACES;
        cell.ack = rest % CONFORM_N_ACKS;
        rest /= CONFORM_N_ACKS;
        cell.kind = rest % CONFORM_N_KINDS;
        cell.origin = rest / CONFORM_N_KINDS;
        if (exists(&cell) && conform_filter_has(filter, &cell)) {
            g_array_append_val(cells, cell);
        }
    }
    return cells;
}
