#include "study/conform_report.h"

#include "trace/trace_json.h"
#include "wire/wire_tcp.h"

static void put_member(GString *out, const char *name, const char *text)
{
    bool first = g_str_has_suffix(out->str, "{");
    g_string_append_printf(out, "%s\"%s\":", first ? "" : ",", name);
    trace_json_put_text(out, text);
}

static void put_answer(GString *out, const char *name, const ConformAnswer *answer)
{
    char flags[WIRE_TCP_FLAGS_TEXT_BYTES];
    wire_tcp_flags_format(answer->flags, flags);
    g_string_append_printf(out, ",\"%s\":{", name);
    put_member(out, "state", tcp_state_to_string(answer->after));
    put_member(out, "in_the_end", tcp_state_to_string(answer->then));
    put_member(out, "sends", conform_reply_to_string(answer->reply));
    if (answer->flags != 0) {
        put_member(out, "flags", flags);
        g_string_append_printf(out, ",\"seq\":%u", answer->seq);
        if ((answer->flags & TCP_ACK) != 0) {
            g_string_append_printf(out, ",\"ack\":%u", answer->ack);
        }
    }
    g_string_append_printf(out, ",\"takes_bytes\":%u", answer->text_bytes);
    put_member(out, "tells", conform_report_to_string(answer->report));
    g_string_append_c(out, '}');
}

static void put_why(GString *out, const char *name, const ConformRule *rule, const Lang *lang)
{
    g_string_append_printf(out, ",\"%s\":{", name);
    put_member(out, "cite", rule->why->cite);
    put_member(out, "says", lang_text(lang, rule->why->says));
    g_string_append_c(out, '}');
}

static void put_cell(GString *out, const ConformResult *result, const Lang *lang)
{
    const ConformCell *cell = &result->cell;
    g_string_append_c(out, '{');
    put_member(out, "origin", conform_origin_to_string(cell->origin));
    put_member(out, "segment", conform_kind_to_string(cell->kind));
    put_member(out, "place", conform_place_to_string(cell->place));
    put_member(out, "acknowledgement", conform_ack_to_string(cell->ack));
    g_string_append_printf(out, ",\"text_bytes\":%u,\"seq\":%u",
                           cell->text ? (unsigned)CONFORM_TEXT_BYTES : 0, result->numbers.seg_seq);
    put_member(out, "verdict", conform_verdict_to_string(result->verdict));
    put_answer(out, "expected", &result->expected);
    put_answer(out, "seen", &result->seen);
    put_why(out, "why", result->rule, lang);
    if (result->choice != NULL) {
        put_why(out, "choice", result->choice, lang);
    }
    g_string_append_c(out, '}');
}

void conform_report_json(GString *out, const GArray *results, const Lang *lang)
{
    g_string_append_printf(out, "{\"cells\":%u", results->len);
    for (unsigned verdict = 0; verdict < CONFORM_N_VERDICTS; verdict++) {
        g_string_append_printf(out, ",\"%s\":%u", conform_verdict_to_string(verdict),
                               conform_report_count(results, verdict));
    }
    g_string_append(out, ",\"grid\":[");
    for (guint i = 0; i < results->len; i++) {
        g_string_append(out, i > 0 ? ",\n" : "\n");
        put_cell(out, &g_array_index(results, ConformResult, i), lang);
    }
    g_string_append(out, "\n]}\n");
}
