/* What a comparison of connections found, in words and as JSON. */

#include "compare/compare_flows.h"
#include "compare/compare_words.h"
#include "trace/trace_json.h"
#include "trace/trace_tables.h"

static const ComparePair *pair_at(const CompareFlows *comparison, guint i)
{
    return &g_array_index(comparison->pairs, ComparePair, i);
}

static uint32_t count_segments(const Flow *flow)
{
    return flow == NULL ? 0 : flow->segments->len;
}

/* Parts in a million, rounded towards zero; 0 of 0 is nothing. */
static int64_t ppm(int64_t part, int64_t whole)
{
    return whole == 0 ? 0 : (int64_t)((__int128)part * 1000000 / whole);
}

/* How much longer a took than b. */
static int64_t completion_ppm(const ComparePair *pair)
{
    return ppm(pair->duration_ns[0] - pair->duration_ns[1], pair->duration_ns[1]);
}

/* Of all segments of both, those that have a like on the other side. */
static int64_t common_ppm(const ComparePair *pair)
{
    return ppm(2 * (int64_t)pair->in_common,
               (int64_t)count_segments(pair->flow[0]) + count_segments(pair->flow[1]));
}

/* ---- the two sides ---- */

/* "1.25%" */
static void put_percent(GString *out, int64_t in_ppm)
{
    g_string_append_printf(out, "%s%" G_GINT64_FORMAT ".%02" G_GINT64_FORMAT "%%",
                           in_ppm < 0 ? "-" : "", ABS(in_ppm) / 10000, ABS(in_ppm) / 100 % 100);
}

static const char *seen_from(FlowPoint point)
{
    static const char *const texts[FLOW_N_POINTS] = {
        [FLOW_POINT_UNKNOWN] = N_("as one end saw it"),
        [FLOW_POINT_CLIENT] = N_("as the client saw it"),
        [FLOW_POINT_SERVER] = N_("as the server saw it"),
    };
    return texts[point];
}

static void put_oddities(GString *out, const FlowSet *set, const Lang *lang)
{
    for (unsigned i = FLOW_ODDITY_NONE + 1; i < FLOW_N_ODDITIES; i++) {
        if (set->odd[i] > 0) {
            g_string_append_printf(out, ", %s: %" G_GUINT64_FORMAT,
                                   lang_text(lang, flow_oddity_to_string((FlowOddity)i)),
                                   set->odd[i]);
        }
    }
    if (set->fault != NULL) {
        g_string_append_printf(out, ", %s: %s", lang_text(lang, N_("the file breaks off")),
                               set->fault);
    }
}

static void put_side(GString *out, const CompareFlowsSide *side, const Lang *lang)
{
    g_string_append_printf(out, "%s: %s, ", side->name,
                           lang_text(lang, side->run != NULL ? N_("a run") : N_("a capture")));
    g_string_append(out, lang_text(lang, seen_from(side->set->point)));
    if (side->run == NULL) {
        g_string_append_printf(out, ", %s: %" G_GUINT64_FORMAT, lang_text(lang, N_("frames")),
                               side->set->frames);
        put_oddities(out, side->set, lang);
    }
    g_string_append_c(out, '\n');
}

static void put_sides(GString *out, const CompareFlows *comparison, const Lang *lang)
{
    const CompareFlowsSide *a = &comparison->side[0], *b = &comparison->side[1];
    put_side(out, a, lang);
    put_side(out, b, lang);
    compare_put_shift(out, lang_text(lang, N_("clocks apart by ")), b->origin_ns - a->origin_ns);
    if (compare_flows_from_two_places(comparison)) {
        g_string_append_printf(out, "%s\n",
                               lang_text(lang, N_("seen from two places: what crosses on the way "
                                                  "stands in another order on each side")));
    }
}

/* ---- each connection ---- */

static void put_duration(GString *out, const ComparePair *pair, const Lang *lang)
{
    g_string_append_printf(out, "    %s", lang_text(lang, N_("from first to last segment: ")));
    trace_put_seconds(out, pair->duration_ns[0]);
    g_string_append(out, " s, ");
    trace_put_seconds(out, pair->duration_ns[1]);
    g_string_append(out, " s (");
    put_percent(out, completion_ppm(pair));
    g_string_append(out, ")\n");
}

static void put_pair(GString *out, const CompareFlows *comparison, const ComparePair *pair,
                     const Lang *lang)
{
    const Flow *a = pair->flow[0], *b = pair->flow[1];
    g_string_append_printf(out, "%s\n", a != NULL ? a->name : b->name);
    if (a == NULL || b == NULL) {
        g_string_append_printf(out, lang_text(lang, N_("    only in %s\n")),
                               comparison->side[a == NULL].name);
        return;
    }
    g_string_append_printf(out,
                           lang_text(lang, N_("    the first %u segments are the same, of %u "
                                              "and %u; in common: %u (")),
                           pair->same, a->segments->len, b->segments->len, pair->in_common);
    put_percent(out, common_ppm(pair));
    g_string_append(out, ")\n");
    if (pair->first_shift_ns != 0) {
        g_string_append(out, "    ");
        compare_put_shift(out, lang_text(lang, N_("first shift: ")), pair->first_shift_ns);
        g_string_append(out, "    ");
        compare_put_shift(out, lang_text(lang, N_("largest shift: ")), pair->largest_shift_ns);
    }
    put_duration(out, pair, lang);
}

static void put_threshold(GString *out, uint32_t segments, const Lang *lang)
{
    if (segments == COMPARE_INFO_NO_SSTHRESH) {
        g_string_append(out, lang_text(lang, N_("none")));
    } else {
        g_string_append_printf(out, "%u", segments);
    }
}

static void put_info(GString *out, const CompareInfo *info, const Lang *lang)
{
    g_string_append_printf(
        out,
        lang_text(lang, N_("%s: cwnd and ssthresh of the %s within one segment in %u of %u rows "
                           "while the segments are the same, in %u of %u at all\n")),
        info->path, lang_text(lang, info->end == 0 ? N_("client") : N_("server")),
        info->within_before, info->compared_before, info->within, info->compared);
    if (info->first_off == TRACE_NONE) {
        return;
    }
    const CompareInfoRow *row = &g_array_index(info->rows, CompareInfoRow, info->first_off);
    g_string_append_printf(out, "    %s ", lang_text(lang, N_("first off at")));
    trace_put_seconds(out, info->first_off_at_ns);
    g_string_append_printf(out, " s: cwnd %u, ssthresh ", info->run_cwnd);
    put_threshold(out, info->run_ssthresh, lang);
    g_string_append_printf(out, "; %s cwnd %u, ssthresh ", lang_text(lang, N_("reported:")),
                           row->cwnd);
    put_threshold(out, row->ssthresh, lang);
    g_string_append_c(out, '\n');
}

/* ---- the first difference ---- */

static void put_segment(GString *out, const char *indent, const CompareFlows *comparison,
                        unsigned side, const Flow *flow, uint32_t i)
{
    g_string_append(out, indent);
    trace_put_seconds(out, flow_segment(flow, i)->time_ns - comparison->side[side].origin_ns);
    g_string_append(out, "  ");
    flow_put_segment(out, flow, i);
    g_string_append_c(out, '\n');
}

/* A bystander's guess at the causes: what it repeats, and what it answers. */
static void put_reasons(GString *out, const CompareFlows *comparison, unsigned side,
                        const Flow *flow, uint32_t i, const Lang *lang)
{
    const struct {
        const char *lead;
        uint32_t segment;
    } reasons[] = {
        { N_("      repeats, %s s later: "), flow_repeated(flow, i) },
        { N_("      <- %s s after: "), flow_answered(flow, i) },
    };
    for (size_t k = 0; k < G_N_ELEMENTS(reasons); k++) {
        if (reasons[k].segment == TRACE_NONE) {
            continue;
        }
        g_autoptr(GString) later = g_string_new(NULL);
        trace_put_seconds(later, flow_segment(flow, i)->time_ns -
                                     flow_segment(flow, reasons[k].segment)->time_ns);
        g_string_append_printf(out, lang_text(lang, reasons[k].lead), later->str);
        flow_put_segment(out, flow, reasons[k].segment);
        g_string_append_c(out, '\n');
    }
}

static void put_differing(GString *out, const CompareFlows *comparison, unsigned side,
                          const ComparePair *pair, const Lang *lang)
{
    const CompareFlowsSide *where = &comparison->side[side];
    const Flow *flow = pair->flow[side];
    g_string_append_printf(out, "%s\n", where->name);
    if (pair->same >= count_segments(flow)) {
        g_string_append_printf(out, "    %s\n", lang_text(lang, N_("the story has ended")));
        return;
    }
    put_segment(out, "    ", comparison, side, flow, pair->same);
    if (where->run != NULL) {
        compare_put_causes(out, where->run, flow_segment(flow, pair->same)->line, lang);
    } else {
        put_reasons(out, comparison, side, flow, pair->same, lang);
    }
}

static bool has_difference_on_both(const ComparePair *pair)
{
    return pair->same < count_segments(pair->flow[0]) && pair->same < count_segments(pair->flow[1]);
}

/* Calls `put` with each part in which the first differing segments differ. */
static void for_each_part(const CompareFlows *comparison, const ComparePair *pair,
                          void (*put)(GString *out, const char *part), GString *out)
{
    const FlowSegment *a = flow_segment(pair->flow[0], pair->same);
    const FlowSegment *b = flow_segment(pair->flow[1], pair->same);
    if (a->end != b->end) {
        put(out, "direction");
        return;
    }
    for (unsigned i = 0; i < FLOW_N_PARTS; i++) {
        if ((comparison->parts & 1u << i) != 0 && !flow_segments_equal(a, b, 1u << i)) {
            put(out, flow_part_to_string((FlowPart)i));
        }
    }
}

static void put_part(GString *out, const char *part)
{
    g_string_append_printf(out, " %s", part);
}

static void put_difference(GString *out, const CompareFlows *comparison, const Lang *lang)
{
    const ComparePair *pair = pair_at(comparison, comparison->first);
    unsigned side = pair->flow[0] != NULL ? 0 : 1;
    const Flow *flow = pair->flow[side];
    g_string_append_printf(out, lang_text(lang, N_("%s differs from segment %u on")), flow->name,
                           pair->same + 1);
    if (has_difference_on_both(pair)) {
        g_string_append_printf(out, ",%s", lang_text(lang, N_(" in:")));
        for_each_part(comparison, pair, put_part, out);
    }
    g_string_append_c(out, '\n');
    if (pair->same > 0) {
        g_string_append_printf(out, "%s\n", lang_text(lang, N_("both, before it:")));
    }
    for (uint32_t i = pair->same - MIN(pair->same, COMPARE_LINES_BEFORE); i < pair->same; i++) {
        put_segment(out, "    ", comparison, side, flow, i);
    }
    put_differing(out, comparison, 0, pair, lang);
    put_differing(out, comparison, 1, pair, lang);
}

GString *compare_flows_text(const CompareFlows *comparison, const Lang *lang)
{
    static const char *const verdicts[COMPARE_N_VERDICTS] = {
        [COMPARE_IDENTICAL] = N_("identical"),
        [COMPARE_SHIFTED] = N_("the same story, shifted in time"),
        [COMPARE_DIFFERENT] = N_("different stories"),
    };
    GString *out = g_string_new(lang_text(lang, verdicts[comparison->verdict]));
    g_string_append_c(out, '\n');
    put_sides(out, comparison, lang);
    for (guint i = 0; i < comparison->pairs->len; i++) {
        put_pair(out, comparison, pair_at(comparison, i), lang);
    }
    if (comparison->info != NULL) {
        put_info(out, comparison->info, lang);
    }
    if (comparison->verdict == COMPARE_DIFFERENT) {
        put_difference(out, comparison, lang);
    }
    return out;
}

/* ---- JSON ---- */

static void put_json_number(GString *out, const char *name, int64_t value)
{
    g_string_append_printf(out, "\"%s\":%" G_GINT64_FORMAT ",", name, value);
}

static void put_json_side(GString *out, const CompareFlowsSide *side)
{
    g_string_append(out, "{\"name\":");
    trace_json_put_text(out, side->name);
    g_string_append_printf(out, ",\"kind\":\"%s\",\"seen_by\":\"%s\",",
                           side->run != NULL ? "run" : "capture",
                           flow_point_to_string(side->set->point));
    put_json_number(out, "frames", (int64_t)side->set->frames);
    static const char *const names[FLOW_N_ODDITIES] = {
        [FLOW_ODDITY_OTHER] = "other",         [FLOW_ODDITY_FRAGMENT] = "fragments",
        [FLOW_ODDITY_MALFORMED] = "malformed", [FLOW_ODDITY_TOO_SHORT] = "too_short",
        [FLOW_ODDITY_OFFLOADED] = "offloaded",
    };
    for (unsigned i = FLOW_ODDITY_NONE + 1; i < FLOW_N_ODDITIES; i++) {
        put_json_number(out, names[i], (int64_t)side->set->odd[i]);
    }
    g_string_append(out, "\"fault\":");
    if (side->set->fault != NULL) {
        trace_json_put_text(out, side->set->fault);
    } else {
        g_string_append(out, "null");
    }
    g_string_append_c(out, '}');
}

static void put_json_part(GString *out, const char *part)
{
    g_string_append_printf(out, "%s\"%s\"", out->str[out->len - 1] == '[' ? "" : ",", part);
}

/* The segment at the first difference; null: the flow has ended. */
static void put_json_segment(GString *out, const CompareFlows *comparison, unsigned side,
                             const ComparePair *pair)
{
    const Flow *flow = pair->flow[side];
    if (pair->same >= count_segments(flow)) {
        g_string_append(out, "null");
        return;
    }
    const FlowSegment *segment = flow_segment(flow, pair->same);
    g_autoptr(GString) text = g_string_new(NULL);
    flow_put_segment(text, flow, pair->same);
    g_string_append_c(out, '{');
    put_json_number(out, "n", pair->same + 1);
    put_json_number(out, "number", segment->number);
    put_json_number(out, "time_ns", segment->time_ns - comparison->side[side].origin_ns);
    g_string_append(out, "\"text\":");
    trace_json_put_text(out, text->str);
    g_string_append_c(out, '}');
}

static void put_json_difference(GString *out, const CompareFlows *comparison,
                                const ComparePair *pair)
{
    g_string_append(out, ",\"differs_in\":[");
    if (has_difference_on_both(pair)) {
        for_each_part(comparison, pair, put_json_part, out);
    }
    g_string_append(out, "],\"a\":");
    put_json_segment(out, comparison, 0, pair);
    g_string_append(out, ",\"b\":");
    put_json_segment(out, comparison, 1, pair);
}

static void put_json_pair(GString *out, const CompareFlows *comparison, const ComparePair *pair)
{
    g_string_append(out, "{\"name\":");
    trace_json_put_text(out, pair->flow[0] != NULL ? pair->flow[0]->name : pair->flow[1]->name);
    g_string_append_c(out, ',');
    put_json_number(out, "segments_a", count_segments(pair->flow[0]));
    put_json_number(out, "segments_b", count_segments(pair->flow[1]));
    put_json_number(out, "same", pair->same);
    put_json_number(out, "in_common", pair->in_common);
    put_json_number(out, "first_shift_ns", pair->first_shift_ns);
    put_json_number(out, "largest_shift_ns", pair->largest_shift_ns);
    put_json_number(out, "duration_a_ns", pair->duration_ns[0]);
    put_json_number(out, "duration_b_ns", pair->duration_ns[1]);
    put_json_number(out, "completion_ppm", completion_ppm(pair));
    g_string_append_printf(out, "\"differs\":%s", pair->differs ? "true" : "false");
    if (pair->differs) {
        put_json_difference(out, comparison, pair);
    }
    g_string_append_c(out, '}');
}

static void put_json_info(GString *out, const CompareInfo *info)
{
    g_string_append(out, ",\"info\":{\"name\":");
    trace_json_put_text(out, info->path);
    g_string_append_printf(out, ",\"of\":\"%s\",", info->end == 0 ? "client" : "server");
    put_json_number(out, "rows", info->compared);
    put_json_number(out, "within", info->within);
    put_json_number(out, "rows_while_same", info->compared_before);
    put_json_number(out, "within_while_same", info->within_before);
    g_string_append(out, "\"first_off\":");
    if (info->first_off == TRACE_NONE) {
        g_string_append(out, "null}");
        return;
    }
    const CompareInfoRow *row = &g_array_index(info->rows, CompareInfoRow, info->first_off);
    g_string_append_c(out, '{');
    put_json_number(out, "time_ns", info->first_off_at_ns);
    put_json_number(out, "run_cwnd", info->run_cwnd);
    put_json_number(out, "run_ssthresh", info->run_ssthresh);
    put_json_number(out, "cwnd", row->cwnd);
    g_string_append_printf(out, "\"ssthresh\":%u}}", row->ssthresh);
}

GString *compare_flows_json(const CompareFlows *comparison)
{
    const CompareFlowsSide *a = &comparison->side[0], *b = &comparison->side[1];
    GString *out = g_string_new(NULL);
    g_string_append_printf(out, "{\"verdict\":\"%s\",\"sides\":[",
                           compare_verdict_to_string(comparison->verdict));
    put_json_side(out, a);
    g_string_append_c(out, ',');
    put_json_side(out, b);
    g_string_append_printf(out, "],\"clocks_apart_ns\":%" G_GINT64_FORMAT ",\"connections\":[",
                           b->origin_ns - a->origin_ns);
    for (guint i = 0; i < comparison->pairs->len; i++) {
        g_string_append(out, i > 0 ? "," : "");
        put_json_pair(out, comparison, pair_at(comparison, i));
    }
    g_string_append_c(out, ']');
    if (comparison->info != NULL) {
        put_json_info(out, comparison->info);
    }
    g_string_append(out, "}\n");
    return out;
}
