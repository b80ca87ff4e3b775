/* summary.txt and summary.json: each connection, each program and each wire in numbers. */

#include "trace/trace_json.h"
#include "trace/trace_tables.h"
#include "trace/trace_words.h"

/* Bits a second over a span; 0 where there is no span. */
static uint64_t goodput_bps(uint64_t bytes, int64_t span_ns)
{
    return span_ns <= 0
               ? 0
               : (uint64_t)((unsigned __int128)bytes * 8 * SIM_NS_PER_S / (uint64_t)span_ns);
}

static int64_t lifetime_ns(const TraceRun *run, const TraceEnd *end)
{
    return (end->closed_at_ns >= 0 ? end->closed_at_ns : run->end_ns) - end->opened_at_ns;
}

static uint64_t wire_drops(const NetWireStats *stats)
{
    uint64_t sum = 0;
    for (unsigned i = 0; i < NET_N_DROPS; i++) {
        sum += stats->dropped_pkts[i];
    }
    return sum;
}

/* ---- text ---- */

/* A number as a text that lives as long as the expression it stands in: translators may reorder %s.
 */
typedef struct NumberText {
    char text[24];
} NumberText;

static NumberText number_text(uint64_t value)
{
    NumberText number;
    g_snprintf(number.text, sizeof number.text, "%" G_GUINT64_FORMAT, value);
    return number;
}

static void put_ecn_text(GString *out, const TcpEcnStats *ecn, const Lang *lang)
{
    g_string_append_printf(
        out,
        lang_text(lang, N_("; ECN: %s marked segments read, %s sent with ECE, window reduced %s "
                           "times")),
        number_text(ecn->ce_received).text, number_text(ecn->ece_sent).text,
        number_text(ecn->reductions).text);
}

static void put_end_text(GString *out, const TraceRun *run, const TraceEnd *end, const Lang *lang)
{
    const TcpConnStats *stats = &end->stats;
    g_string_append_printf(
        out,
        lang_text(lang, N_("  %s: sent %s bytes in %s segments, %s of them again; read %s bytes")),
        trace_place(run, end->place)->name, number_text(stats->bytes_sent).text,
        number_text(stats->segments_sent).text, number_text(stats->segments_retransmitted).text,
        number_text(stats->bytes_delivered).text);
    if (end->vars.srtt_ns >= 0) {
        g_string_append(out, "; srtt ");
        trace_put_seconds(out, end->vars.srtt_ns);
        g_string_append(out, " s");
    }
    if (stats->ecn.agreed) {
        put_ecn_text(out, &stats->ecn, lang);
    }
    if (end->closed_at_ns < 0) {
        g_string_append(out, lang_text(lang, N_("; still open")));
    } else if (end->reason != TCP_REASON_CLOSED) {
        g_string_append_printf(out, "; %s", lang_text(lang, tcp_reason_to_string(end->reason)));
    }
    g_string_append_c(out, '\n');
}

static void put_conn_text(GString *out, const TraceRun *run, const TraceConn *conn,
                          const Lang *lang)
{
    g_string_append_printf(out, "%s\n", conn->name);
    for (unsigned e = 0; e < 2; e++) {
        if (conn->end[e].place != TRACE_NONE) {
            put_end_text(out, run, &conn->end[e], lang);
        }
    }
}

/* Round trips have too many places to be read with all of them in a small unit. */
static void put_value_text(GString *out, SimUnit unit, int64_t value, const Lang *lang)
{
    if (unit == SIM_UNIT_DURATION) {
        trace_put_seconds(out, value);
        g_string_append(out, " s");
    } else if (unit == SIM_UNIT_PROBABILITY) {
        g_string_append_printf(out, "%" G_GINT64_FORMAT ".%03" G_GINT64_FORMAT "%%",
                               value / 10000000, value / 10000 % 1000);
    } else {
        trace_put_quantity(out, unit, value, lang);
    }
}

static void put_failure_text(GString *out, const TraceProgram *program, const Lang *lang)
{
    g_string_append_printf(out, lang_text(lang, N_("; failed: %s")),
                           lang_text(lang, program->failure));
    if (program->failure_error != program->failure_expected) {
        g_string_append_printf(out, " (%s)", socket_error_to_string(program->failure_error));
    }
}

/* One that has an end, and has not come to it, is told apart: it says whether it is finished. */
static void put_program_text(GString *out, const TraceProgram *program, const Lang *lang)
{
    g_string_append_printf(out, "%s %s:", program->name, program->ops->name);
    const char *separator = " ";
    for (guint i = 0; program->ops->results[i] != NULL; i++) {
        const AppResult *result = program->ops->results[i];
        if (program->values[i] == APP_NO_RESULT || result == &app_result_finished) {
            continue;
        }
        g_string_append_printf(out, "%s%s ", separator, lang_text(lang, result->label));
        put_value_text(out, result->unit, program->values[i], lang);
        separator = lang_text(lang, N_(", "));
    }
    if (program->failure != NULL) {
        put_failure_text(out, program, lang);
    }
    if (!program->done && app_has_result(program->ops, app_result_finished.name)) {
        g_string_append(out, lang_text(lang, N_("; not finished")));
    }
    g_string_append_c(out, '\n');
}

static void put_wire_text(GString *out, const TracePlace *place, const Lang *lang)
{
    const NetWireStats *stats = &place->stats;
    g_string_append_printf(
        out, lang_text(lang, N_("%s: %s frames, %s bytes; longest queue %u; lost %s")), place->name,
        number_text(stats->sent_pkts).text, number_text(stats->sent_bytes).text,
        stats->max_queue_pkts, number_text(wire_drops(stats)).text);
    const char *separator = " (";
    for (unsigned i = 0; i < NET_N_DROPS; i++) {
        if (stats->dropped_pkts[i] > 0) {
            g_string_append_printf(out, "%s%s %s", separator,
                                   lang_text(lang, net_drop_to_string((NetDrop)i)),
                                   number_text(stats->dropped_pkts[i]).text);
            separator = ", ";
        }
    }
    g_string_append(out, separator[0] == ',' ? ")" : "");
    if (stats->marked_pkts > 0) {
        g_string_append_printf(out, lang_text(lang, N_("; marked %s")),
                               number_text(stats->marked_pkts).text);
    }
    g_string_append_c(out, '\n');
}

static const char *in_language(const TraceRun *run, const char *english, const char *chinese)
{
    return g_strcmp0(run->lang, "zh") == 0 && chinese != NULL ? chinese : english;
}

GString *trace_summary_text(const TraceRun *run, const Lang *lang)
{
    GString *out = g_string_new(NULL);
    const char *title = in_language(run, run->title_en, run->title_zh);
    const char *about = in_language(run, run->about_en, run->about_zh);
    g_string_append_printf(out, "%s\n", title != NULL ? title : run->scenario);
    if (about != NULL) {
        g_string_append_printf(out, "%s\n", about);
    }
    g_string_append(out, lang_text(lang, N_("simulated time ")));
    trace_put_seconds(out, run->end_ns);
    g_string_append(out, " s\n");
    trace_recording_put_text(out, &run->recording, lang);
    g_string_append_c(out, '\n');
    for (guint i = 0; i < run->conns->len; i++) {
        put_conn_text(out, run, trace_conn(run, i), lang);
    }
    g_string_append(out, run->conns->len > 0 ? "\n" : "");
    for (guint i = 0; i < run->programs->len; i++) {
        put_program_text(out, trace_program(run, i), lang);
    }
    g_string_append(out, run->programs->len > 0 ? "\n" : "");
    for (guint i = 0; i < run->places->len; i++) {
        if (trace_place(run, i)->kind == TRACE_PLACE_WIRE) {
            put_wire_text(out, trace_place(run, i), lang);
        }
    }
    return out;
}

/* ---- JSON ---- */

static void put_ecn_json(GString *out, const TcpEcnStats *ecn)
{
    g_string_append_printf(
        out, ",\"ecn\":{\"ce_received\":%u,\"ece_sent\":%u,\"ece_received\":%u,\"reductions\":%u}",
        ecn->ce_received, ecn->ece_sent, ecn->ece_received, ecn->reductions);
}

static void put_end_json(GString *out, const TraceRun *run, const TraceEnd *end)
{
    const TcpConnStats *stats = &end->stats;
    int64_t span_ns = lifetime_ns(run, end);
    const struct {
        const char *name;
        uint64_t value;
    } numbers[] = {
        { "segments_sent", stats->segments_sent },
        { "segments_received", stats->segments_received },
        { "segments_retransmitted", stats->segments_retransmitted },
        { "bytes_sent", stats->bytes_sent },
        { "bytes_retransmitted", stats->bytes_retransmitted },
        { "bytes_acked", stats->bytes_acked },
        { "bytes_delivered", stats->bytes_delivered },
        { "timeouts", stats->timeouts },
        { "fast_retransmits", stats->fast_retransmits },
        { "dupacks_received", stats->dupacks_received },
        { "goodput_bps", goodput_bps(stats->bytes_delivered, span_ns) },
    };
    g_string_append_printf(out,
                           "{\"host\":\"%s\",\"opened_at_ns\":%" G_GINT64_FORMAT
                           ",\"closed_at_ns\":%" G_GINT64_FORMAT ",\"reason\":\"%s\"",
                           trace_place(run, end->place)->name, end->opened_at_ns, end->closed_at_ns,
                           tcp_reason_to_string(end->reason));
    for (size_t i = 0; i < G_N_ELEMENTS(numbers); i++) {
        g_string_append_printf(out, ",\"%s\":%" G_GUINT64_FORMAT, numbers[i].name,
                               numbers[i].value);
    }
    g_string_append_printf(out, ",\"srtt_ns\":%" G_GINT64_FORMAT, end->vars.srtt_ns);
    if (stats->ecn.agreed) {
        put_ecn_json(out, &stats->ecn);
    }
    g_string_append_c(out, '}');
}

/* "rtt-avg", in nanoseconds: "rtt_avg_ns". */
static void put_result_json(GString *out, const AppResult *result, int64_t value)
{
    static const char *const suffixes[SIM_N_UNITS] = {
        [SIM_UNIT_DURATION] = "_ns", [SIM_UNIT_RATE] = "_bps", [SIM_UNIT_PROBABILITY] = "_ppb"
    };
    g_autofree char *name = g_strdelimit(g_strdup(result->name), "-", '_');
    const char *suffix = suffixes[result->unit];
    g_string_append_printf(out, "\"%s%s\":", name, suffix != NULL ? suffix : "");
    if (value == APP_NO_RESULT) {
        g_string_append(out, "null");
    } else if (result->unit == SIM_UNIT_BOOL) {
        g_string_append(out, value != 0 ? "true" : "false");
    } else {
        g_string_append_printf(out, "%" G_GINT64_FORMAT, value);
    }
}

static void put_program_json(GString *out, const TraceRun *run, const TraceProgram *program)
{
    g_string_append_printf(
        out, "{\"name\":\"%s\",\"host\":\"%s\",\"program\":\"%s\",\"failure\":", program->name,
        trace_place(run, program->place)->name, program->ops->name);
    if (program->failure != NULL) {
        trace_json_put_text(out, program->failure);
    } else {
        g_string_append(out, "null");
    }
    g_string_append(out, ",\"results\":{");
    for (guint i = 0; program->ops->results[i] != NULL; i++) {
        g_string_append(out, i > 0 ? "," : "");
        put_result_json(out, program->ops->results[i], program->values[i]);
    }
    g_string_append(out, "}}");
}

static void put_wire_json(GString *out, const TracePlace *place)
{
    const NetWireStats *stats = &place->stats;
    g_string_append_printf(out,
                           "{\"name\":\"%s\",\"offered_pkts\":%" G_GUINT64_FORMAT
                           ",\"sent_pkts\":%" G_GUINT64_FORMAT ",\"sent_bytes\":%" G_GUINT64_FORMAT
                           ",\"max_queue_pkts\":%u,\"marked_pkts\":%" G_GUINT64_FORMAT
                           ",\"lost\":{",
                           place->name, stats->offered_pkts, stats->sent_pkts, stats->sent_bytes,
                           stats->max_queue_pkts, stats->marked_pkts);
    const char *separator = "";
    for (unsigned i = 0; i < NET_N_DROPS; i++) {
        if (stats->dropped_pkts[i] > 0) {
            g_string_append_printf(out, "%s\"%s\":%" G_GUINT64_FORMAT, separator,
                                   net_drop_to_string((NetDrop)i), stats->dropped_pkts[i]);
            separator = ",";
        }
    }
    g_string_append(out, "}}");
}

GString *trace_summary_json(const TraceRun *run)
{
    GString *out = g_string_new(NULL);
    g_string_append_printf(out, "{\"end_ns\":%" G_GINT64_FORMAT, run->end_ns);
    if (run->recording.level < TRACE_LEVEL_FULL) {
        g_string_append(out, ",\"record\":");
        trace_recording_put_json(out, &run->recording);
    }
    g_string_append(out, ",\"connections\":[");
    for (guint i = 0; i < run->conns->len; i++) {
        const TraceConn *conn = trace_conn(run, i);
        g_string_append_printf(out, "%s\n{\"name\":\"%s\",\"ends\":[", i > 0 ? "," : "",
                               conn->name);
        const char *separator = "";
        for (unsigned e = 0; e < 2; e++) {
            if (conn->end[e].place != TRACE_NONE) {
                g_string_append(out, separator);
                put_end_json(out, run, &conn->end[e]);
                separator = ",";
            }
        }
        g_string_append(out, "]}");
    }
    g_string_append(out, "],\n\"programs\":[");
    for (guint i = 0; i < run->programs->len; i++) {
        g_string_append(out, i > 0 ? ",\n" : "\n");
        put_program_json(out, run, trace_program(run, i));
    }
    g_string_append(out, "],\n\"wires\":[");
    const char *separator = "\n";
    for (guint i = 0; i < run->places->len; i++) {
        if (trace_place(run, i)->kind == TRACE_PLACE_WIRE) {
            g_string_append(out, separator);
            put_wire_json(out, trace_place(run, i));
            separator = ",\n";
        }
    }
    g_string_append(out, "]}\n");
    return out;
}
