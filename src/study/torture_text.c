#include "study/torture_text.h"

#include "scenario/scenario_quantity.h"
#include "scenario/scenario_resolve.h"
#include "trace/trace_json.h"

#include <string.h>

/* ---- a failing case as a scenario ---- */

static const struct {
    ScenarioFaultDo action;
    bool takes_time, takes_bit;
} forms[TORTURE_N_KINDS] = {
    [TORTURE_DROP] = { SCENARIO_FAULT_DROP, false, false },
    [TORTURE_DUPLICATE] = { SCENARIO_FAULT_DUPLICATE, false, false },
    [TORTURE_DELAY] = { SCENARIO_FAULT_DELAY, true, false },
    [TORTURE_SWAP] = { SCENARIO_FAULT_DELAY, true, false },
    [TORTURE_CORRUPT] = { SCENARIO_FAULT_CORRUPT, false, true },
};

static ScenarioFault fault_of_scenario(const TortureBase *base, const TortureFault *fault)
{
    const TortureWireName *wire = &g_array_index(base->wires, TortureWireName, fault->wire);
    return (ScenarioFault){
        .link = { .text = wire->link, .given = true },
        .toward = { .text = wire->toward, .given = true },
        .nth = { .number = fault->nth, .given = true },
        .times = { .number = 1 },
        .action = { .number = forms[fault->kind].action, .given = true },
        .by_ns = { .number = fault->by_ns, .given = forms[fault->kind].takes_time },
        .bit = { .number = fault->bit, .given = forms[fault->kind].takes_bit },
    };
}

/* Without the lines that it would break. */
static void put_comment(GString *out, const TortureFailure *failure, const Lang *lang)
{
    g_autofree char *text = torture_verdict_text(&failure->verdict, lang);
    g_strdelimit(text, "\n\r", ' ');
    g_string_append_printf(out, "# wirelab torture: %s\n", text);
}

GString *torture_case_yaml(const TortureBase *base, const TortureFailure *failure, const Lang *lang)
{
    Scenario scenario = *base->scenario;
    ScenarioList *list = &scenario.config.faults;
    uint32_t own = list->count;
    g_autofree ScenarioFault *faults = g_new0(ScenarioFault, own + failure->count);
    if (own > 0) {
        memcpy(faults, list->items, own * sizeof *faults);
    }
    for (unsigned i = 0; i < failure->count; i++) {
        faults[own + i] = fault_of_scenario(base, &failure->faults[i]);
    }
    *list = (ScenarioList){ .items = faults, .count = own + failure->count, .given = true };
    scenario.config.expect = (ScenarioList){ 0 };
    ScenarioValue *stop = &scenario.config.stop_ns;
    stop->number = MAX(stop->number, torture_bound_ns(base, failure->count));
    GString *out = g_string_new(NULL);
    put_comment(out, failure, lang);
    g_autoptr(GString) body = scenario_resolve_briefly(&scenario);
    g_string_append_len(out, body->str, (gssize)body->len);
    return out;
}

/* ---- faults ---- */

char *torture_fault_text(const TortureBase *base, const TortureFault *fault)
{
    static const char *const actions[] = {
        [SCENARIO_FAULT_DROP] = "drop",
        [SCENARIO_FAULT_DUPLICATE] = "duplicate",
        [SCENARIO_FAULT_DELAY] = "delay",
        [SCENARIO_FAULT_CORRUPT] = "corrupt",
    };
    const TortureWireName *wire = &g_array_index(base->wires, TortureWireName, fault->wire);
    GString *out = g_string_new(NULL);
    g_string_append_printf(out, "{link: %s, toward: %s, nth: %u, do: %s", wire->link, wire->toward,
                           fault->nth, actions[forms[fault->kind].action]);
    if (forms[fault->kind].takes_time) {
        g_autofree char *by = scenario_quantity_format(SIM_UNIT_DURATION, fault->by_ns);
        g_string_append_printf(out, ", by: %s", by);
    }
    if (forms[fault->kind].takes_bit) {
        g_string_append_printf(out, ", bit: %u", fault->bit);
    }
    g_string_append_c(out, '}');
    return g_string_free(out, FALSE);
}

static void put_faults(GString *out, const TortureBase *base, const TortureFault *faults,
                       unsigned count, const char *before)
{
    for (unsigned i = 0; i < count; i++) {
        g_autofree char *text = torture_fault_text(base, &faults[i]);
        g_string_append_printf(out, "%s%s\n", before, text);
    }
}

/* ---- for people ---- */

static void put_count(GString *out, const Lang *lang, const char *msgid, uint64_t count)
{
    g_string_append_printf(out, "%10" G_GUINT64_FORMAT "  %s\n", count, lang_text(lang, msgid));
}

static void put_kinds(GString *out, const TortureTally *tally, const Lang *lang)
{
    static const char *const labels[TORTURE_N_KINDS] = {
        [TORTURE_DROP] = N_("  drop a packet"),
        [TORTURE_DUPLICATE] = N_("  duplicate a packet"),
        [TORTURE_DELAY] = N_("  delay a packet past the next"),
        [TORTURE_SWAP] = N_("  swap a packet with the next"),
        [TORTURE_CORRUPT] = N_("  corrupt a bit"),
    };
    for (unsigned kind = 0; kind < TORTURE_N_KINDS; kind++) {
        if (tally->runs_of[kind] > 0) {
            put_count(out, lang, labels[kind], tally->runs_of[kind]);
        }
    }
}

static void put_slowest(GString *out, const TortureBase *base, const TortureTally *tally,
                        const Lang *lang)
{
    if (tally->slowest_count == 0) {
        return;
    }
    g_autofree char *time = scenario_quantity_format(SIM_UNIT_DURATION, tally->slowest_read_ns);
    g_string_append_printf(out, lang_text(lang, N_("The latest last byte was read at %s, with\n")),
                           time);
    put_faults(out, base, tally->slowest, tally->slowest_count, "  ");
}

/* What the scenario itself does not keep cannot be asked of it with faults. */
static void put_unjudged(GString *out, const TortureBase *base, const Lang *lang)
{
    static const char *const labels[TORTURE_N_CHECKS] = {
        [TORTURE_BYTES_LOST] = N_("Not judged, for it is not so without a fault either: every byte "
                                  "arrives."),
        [TORTURE_LEFT_OPEN] = N_("Not judged, for it is not so without a fault either: every "
                                 "connection is closed."),
    };
    if (base->is_cut) {
        g_string_append(out, lang_text(lang, N_("The scenario does not end by itself: it is not "
                                                "judged whether all arrives and ends.")));
        g_string_append_c(out, '\n');
        return;
    }
    for (unsigned check = 0; check < TORTURE_N_CHECKS; check++) {
        if (labels[check] != NULL && !base->judged[check]) {
            g_string_append_printf(out, "%s\n", lang_text(lang, labels[check]));
        }
    }
}

static void put_failures(GString *out, const TortureBase *base, const TortureReport *report,
                         const GPtrArray *files, const Lang *lang)
{
    for (guint i = 0; i < report->failures->len; i++) {
        const TortureFailure *failure = &g_array_index(report->failures, TortureFailure, i);
        g_autofree char *text = torture_verdict_text(&failure->verdict, lang);
        g_string_append_printf(out, "\n%s: %s\n", lang_text(lang, N_("failed")), text);
        put_faults(out, base, failure->faults, failure->count, "  ");
        if (i < files->len) {
            g_string_append_printf(out, "  %s\n", (const char *)files->pdata[i]);
        }
    }
}

GString *torture_report_text(const TortureBase *base, const TortureReport *report,
                             const GPtrArray *files, const Lang *lang)
{
    const TortureTally *tally = &report->tally;
    GString *out = g_string_new(NULL);
    put_count(out, lang, N_("packets without a fault"), base->packets->len);
    put_count(out, lang, N_("runs, by the last fault:"), tally->runs);
    put_kinds(out, tally, lang);
    put_count(out, lang, N_("runs needed a retransmission time-out"), tally->with_timeouts);
    put_count(out, lang, N_("runs told somebody of an error"), tally->with_errors);
    put_count(out, lang, N_("runs left a half-open connection (RFC 9293 3.5.1)"), tally->half_open);
    put_count(out, lang, N_("runs failed"), tally->failed);
    put_slowest(out, base, tally, lang);
    put_unjudged(out, base, lang);
    put_failures(out, base, report, files, lang);
    return out;
}

/* ---- for programs ---- */

static void put_json_count(GString *out, const char *name, uint64_t count)
{
    g_string_append_printf(out, ", \"%s\": %" G_GUINT64_FORMAT, name, count);
}

static void put_json_faults(GString *out, const TortureBase *base, const TortureFault *faults,
                            unsigned count)
{
    g_string_append(out, "\"faults\": [");
    for (unsigned i = 0; i < count; i++) {
        g_autofree char *text = torture_fault_text(base, &faults[i]);
        g_string_append(out, i == 0 ? "" : ", ");
        trace_json_put_text(out, text);
    }
    g_string_append_c(out, ']');
}

static void put_json_failure(GString *out, const TortureBase *base, const TortureFailure *failure,
                             const char *file)
{
    g_autofree char *text = torture_verdict_text(&failure->verdict, NULL);
    g_string_append_printf(
        out, "    {\"check\": \"%s\", \"text\": ", torture_check_to_string(failure->verdict.check));
    trace_json_put_text(out, text);
    g_string_append(out, ", ");
    put_json_faults(out, base, failure->faults, failure->count);
    if (file != NULL) {
        g_string_append(out, ", \"file\": ");
        trace_json_put_text(out, file);
    }
    g_string_append_c(out, '}');
}

GString *torture_report_json(const TortureBase *base, const TortureReport *report,
                             const GPtrArray *files)
{
    const TortureTally *tally = &report->tally;
    GString *out = g_string_new("{\n  \"scenario\": ");
    trace_json_put_text(out, base->scenario->name);
    g_string_append(out, ",\n  \"counts\": {");
    g_string_append_printf(out, "\"packets\": %u", base->packets->len);
    put_json_count(out, "runs", tally->runs);
    for (unsigned kind = 0; kind < TORTURE_N_KINDS; kind++) {
        put_json_count(out, torture_kind_to_string((TortureKind)kind), tally->runs_of[kind]);
    }
    put_json_count(out, "with_timeouts", tally->with_timeouts);
    put_json_count(out, "with_errors", tally->with_errors);
    put_json_count(out, "half_open", tally->half_open);
    put_json_count(out, "failed", tally->failed);
    g_string_append(out, "},\n  \"slowest\": {");
    g_string_append_printf(out, "\"read_ns\": %" G_GINT64_FORMAT ", ", tally->slowest_read_ns);
    put_json_faults(out, base, tally->slowest, tally->slowest_count);
    g_string_append_printf(out, "},\n  \"ends_by_itself\": %s,\n  \"failures\": [",
                           base->is_cut ? "false" : "true");
    for (guint i = 0; i < report->failures->len; i++) {
        g_string_append(out, i == 0 ? "\n" : ",\n");
        put_json_failure(out, base, &g_array_index(report->failures, TortureFailure, i),
                         i < files->len ? files->pdata[i] : NULL);
    }
    g_string_append(out, report->failures->len > 0 ? "\n  ]\n}\n" : "]\n}\n");
    return out;
}
