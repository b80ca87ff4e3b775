#include "study/conform_report.h"

#include "render/render_ladder_cells.h"
#include "wire/wire_tcp.h"

#define LABEL_CELLS 24
#define COLUMN_CELLS 10

static const char *const state_signs[] = {
    [TCP_STATE_CLOSED] = "CL",     [TCP_STATE_LISTEN] = "LI",      [TCP_STATE_SYN_SENT] = "SS",
    [TCP_STATE_SYN_RCVD] = "SR",   [TCP_STATE_ESTABLISHED] = "ES", [TCP_STATE_FIN_WAIT_1] = "F1",
    [TCP_STATE_FIN_WAIT_2] = "F2", [TCP_STATE_CLOSE_WAIT] = "CW",  [TCP_STATE_CLOSING] = "CG",
    [TCP_STATE_LAST_ACK] = "LA",   [TCP_STATE_TIME_WAIT] = "TW",
};

static const char *const reply_signs[] = {
    [CONFORM_REPLY_NOTHING] = "-",      [CONFORM_REPLY_RST] = "RST",
    [CONFORM_REPLY_RST_ACK] = "RST+A",  [CONFORM_REPLY_ACK] = "ack",
    [CONFORM_REPLY_CHALLENGE] = "chal", [CONFORM_REPLY_SYN_ACK] = "SYN+A",
    [CONFORM_REPLY_OTHER] = "?",
};

/* As a mark behind the sign, and as a colour (SGR). */
static const struct {
    const char *mark, *sgr;
} verdict_signs[] = {
    [CONFORM_AS_EXPECTED] = { "", "32" },
    [CONFORM_CHOSEN] = { "*", "33" },
    [CONFORM_WRONG] = { "!", "1;31" },
};

unsigned conform_report_count(const GArray *results, ConformVerdict verdict)
{
    unsigned count = 0;
    for (guint i = 0; i < results->len; i++) {
        count += g_array_index(results, ConformResult, i).verdict == verdict;
    }
    return count;
}

/* ---- the table ---- */

static void put_padded(GString *out, const char *text, int cells)
{
    g_string_append_printf(out, "%s%*s", text, MAX(cells - ladder_cells_of(text), 0), "");
}

static void end_line(GString *out)
{
    while (out->str[out->len - 1] == ' ') {
        g_string_truncate(out, out->len - 1);
    }
    g_string_append_c(out, '\n');
}

static void put_heads(GString *out, ConformOrigin origin)
{
    put_padded(out, conform_origin_to_string(origin), LABEL_CELLS);
    for (unsigned place = 0; place < CONFORM_N_PLACES; place++) {
        put_padded(out, conform_place_to_string(place), 2 * COLUMN_CELLS);
    }
    end_line(out);
    put_padded(out, "", LABEL_CELLS);
    for (unsigned column = 0; column < 2 * CONFORM_N_PLACES; column++) {
        put_padded(out, conform_text_to_string(column % 2 != 0), COLUMN_CELLS);
    }
    end_line(out);
}

static void put_sign(GString *out, const ConformResult *result, bool colour)
{
    TcpState before = conform_origin_state(result->cell.origin);
    TcpState after = result->seen.after;
    const char *mark = verdict_signs[result->verdict].mark;
    g_autofree char *sign = after == before
                                ? g_strconcat(reply_signs[result->seen.reply], mark, NULL)
                                : g_strconcat(result->seen.reply == CONFORM_REPLY_NOTHING
                                                  ? ""
                                                  : reply_signs[result->seen.reply],
                                              ">", state_signs[after], mark, NULL);
    if (colour) {
        g_string_append_printf(out, "\033[%sm", verdict_signs[result->verdict].sgr);
    }
    g_string_append(out, sign);
    g_string_append(out, colour ? "\033[0m" : "");
    put_padded(out, "", COLUMN_CELLS - ladder_cells_of(sign));
}

static void put_label(GString *out, const ConformCell *cell)
{
    const char *ack = cell->ack == CONFORM_ACK_NONE ? "" : conform_ack_to_string(cell->ack);
    g_autofree char *label = g_strdup_printf("  %-8s %s", conform_kind_to_string(cell->kind), ack);
    put_padded(out, label, LABEL_CELLS);
}

static bool same_row(const ConformCell *a, const ConformCell *b)
{
    return a->origin == b->origin && a->kind == b->kind && a->ack == b->ack;
}

/* The cells from *at on that stand in one row; *at moves behind them. */
static void put_row(GString *out, const GArray *results, guint *at, bool colour)
{
    const ConformCell *first = &g_array_index(results, ConformResult, *at).cell;
    put_label(out, first);
    unsigned column = 0;
    while (*at < results->len) {
        const ConformResult *result = &g_array_index(results, ConformResult, *at);
        if (!same_row(first, &result->cell)) {
            break;
        }
        unsigned own = 2 * result->cell.place + result->cell.text;
        put_padded(out, "", (int)(own - column) * COLUMN_CELLS);
        put_sign(out, result, colour);
        column = own + 1;
        (*at)++;
    }
    end_line(out);
}

static void put_key(GString *out, const Lang *lang)
{
    g_string_append(out, lang_text(lang, N_("ack: <SEQ=SND.NXT><ACK=RCV.NXT><CTL=ACK>, chal: the "
                                            "same as a challenge, RST: <SEQ=SEG.ACK><CTL=RST>,\n"
                                            "RST+A: <SEQ=0><ACK=SEG.SEQ+SEG.LEN><CTL=RST,ACK>, "
                                            "-: nothing, >XX: into that state,\n"
                                            "*: a choice of wirelab's, !: not as expected\n")));
}

void conform_report_table(GString *out, const GArray *results, const Lang *lang, bool colour)
{
    int origin = -1;
    for (guint i = 0; i < results->len;) {
        const ConformCell *cell = &g_array_index(results, ConformResult, i).cell;
        if ((int)cell->origin != origin) {
            g_string_append(out, origin < 0 ? "" : "\n");
            origin = (int)cell->origin;
            put_heads(out, cell->origin);
        }
        put_row(out, results, &i, colour);
    }
    g_string_append_c(out, '\n');
    put_key(out, lang);
}

/* ---- in words ---- */

static int32_t host_number(TcpSeq seq)
{
    return (int32_t)(seq - CONFORM_HOST_ISS);
}

static int32_t peer_number(TcpSeq seq)
{
    return (int32_t)(seq - CONFORM_PEER_ISS);
}

/* <SEQ=1><ACK=101><CTL=FIN,ACK>, as the RFC writes it. */
static void put_segment(GString *out, uint16_t flags, int32_t seq, int32_t ack)
{
    char words[WIRE_TCP_FLAGS_TEXT_BYTES];
    wire_tcp_flags_format(flags, words);
    g_string_append_printf(out, "<SEQ=%d>", seq);
    if ((flags & TCP_ACK) != 0) {
        g_string_append_printf(out, "<ACK=%d>", ack);
    }
    g_string_append_printf(out, "<CTL=%s>", g_strdelimit(words, " ", ','));
}

static void put_reply(GString *out, const ConformAnswer *answer)
{
    /* The 0 of a RST that has no number to go by is no number of the host's. */
    bool is_zero = answer->flags == (TCP_RST | TCP_ACK) && answer->seq == 0;
    put_segment(out, answer->flags, is_zero ? 0 : host_number(answer->seq),
                peer_number(answer->ack));
}

static void put_answer(GString *out, const ConformAnswer *answer, const Lang *lang)
{
    g_string_append(out, tcp_state_to_string(answer->after));
    if (answer->then != answer->after) {
        g_string_append_printf(out, lang_text(lang, N_(" (in the end %s)")),
                               tcp_state_to_string(answer->then));
    }
    g_string_append_printf(out, lang_text(lang, N_("; sends %s")),
                           lang_text(lang, conform_reply_to_string(answer->reply)));
    if (answer->flags != 0) {
        g_string_append_c(out, ' ');
        put_reply(out, answer);
    }
    if (answer->text_bytes > 0) {
        g_string_append_printf(out, lang_text(lang, N_("; takes %u octets")), answer->text_bytes);
    }
    if (answer->report != CONFORM_REPORT_NONE) {
        g_string_append_printf(out, lang_text(lang, N_("; tells the user: %s")),
                               lang_text(lang, conform_report_to_string(answer->report)));
    }
    g_string_append_c(out, '\n');
}

static void put_head(GString *out, const char *word)
{
    g_string_append(out, "  ");
    put_padded(out, word, 12);
}

static void put_why(GString *out, const char *word, const ConformRule *rule, const Lang *lang)
{
    put_head(out, word);
    g_string_append_printf(out, "%s: %s\n", rule->why->cite, lang_text(lang, rule->why->says));
}

void conform_report_cell(GString *out, const ConformResult *result, const Lang *lang)
{
    static const char *const verdicts[] = {
        [CONFORM_AS_EXPECTED] = N_("as expected"),
        [CONFORM_CHOSEN] = N_("a choice of wirelab's"),
        [CONFORM_WRONG] = N_("not as expected"),
    };
    const ConformCell *cell = &result->cell;
    g_string_append_printf(out, "%s %s %s %s %s: %s\n", conform_origin_to_string(cell->origin),
                           conform_kind_to_string(cell->kind), conform_place_to_string(cell->place),
                           conform_ack_to_string(cell->ack), conform_text_to_string(cell->text),
                           lang_text(lang, verdicts[result->verdict]));
    put_head(out, lang_text(lang, N_("arrives")));
    put_segment(out, conform_kind_flags(cell->kind), peer_number(result->numbers.seg_seq),
                host_number(result->numbers.seg_ack));
    g_string_append_c(out, '\n');
    put_head(out, lang_text(lang, N_("expected")));
    put_answer(out, &result->expected, lang);
    put_why(out, "", result->rule, lang);
    if (result->verdict != CONFORM_AS_EXPECTED) {
        put_head(out, lang_text(lang, N_("seen")));
        put_answer(out, &result->seen, lang);
    }
    if (result->choice != NULL) {
        put_why(out, lang_text(lang, N_("because")), result->choice, lang);
    }
}

void conform_report_summary(GString *out, const GArray *results, const Lang *lang)
{
    g_string_append_printf(
        out,
        lang_text(lang, N_("%u cells: %u as expected, %u by a choice of wirelab's, %u wrong\n")),
        results->len, conform_report_count(results, CONFORM_AS_EXPECTED),
        conform_report_count(results, CONFORM_CHOSEN),
        conform_report_count(results, CONFORM_WRONG));
}
