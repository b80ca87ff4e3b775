#include "scenario/scenario_expect.h"

#include "scenario/scenario_expect_bounds.h"
#include "scenario/scenario_expect_story.h"
#include "scenario/scenario_keys.h"
#include "scenario/scenario_names.h"

#include <string.h>

/* Packets named in a failure; of more, the rest is counted. */
#define MAX_PACKETS_NAMED 8

/* One expectation and what was seen that concerns it. */
typedef struct Watched {
    const ScenarioExpect *expect;
    uint32_t conn;   /* TRACE_NONE: none has matched yet */
    uint8_t end;     /* which end of it */
    bool ambiguous;  /* a second connection matched */
    uint32_t other;  /* that one */
    GArray *states;  /* of TcpState */
    GArray *packets; /* of uint32_t: indices, the first MAX_PACKETS_NAMED */
    uint64_t count;  /* drops, marks, resets, packets that belong to the number expected */
    int64_t last_delivery_at_ns; /* -1: nothing was delivered */
} Watched;

struct ScenarioExpectations {
    const Scenario *scenario;
    TraceLog *log;
    GArray *watched;        /* of Watched */
    uint32_t conns_matched; /* connections of the run looked at so far */
};

static bool is_host(const TraceRun *run, const TraceConn *conn, unsigned end, const char *name)
{
    uint32_t place = conn->end[end].place;
    return place != TRACE_NONE && g_str_equal(trace_place(run, place)->name, name);
}

/* Which end of the connection an expectation is about; -1: it is about another connection. */
static int end_meant(const TraceRun *run, const ScenarioExpect *expect, const TraceConn *conn)
{
    bool by_name = g_str_equal(conn->name, expect->of.text);
    const char *host = expect->at.given ? expect->at.text : expect->of.text;
    bool of_host = is_host(run, conn, 0, expect->of.text) || is_host(run, conn, 1, expect->of.text);
    if (!by_name && !of_host) {
        return -1;
    }
    if (by_name && !expect->at.given) {
        return 0;
    }
    return is_host(run, conn, 0, host) ? 0 : is_host(run, conn, 1, host) ? 1 : -1;
}

/* Connections appear one by one; each is given to the expectations that mean it. Its second end may
 * become known later, so a connection is looked at again while it has none. */
static void match_conn(ScenarioExpectations *expectations, const TraceRun *run, uint32_t index)
{
    const TraceConn *conn = trace_conn(run, index);
    for (guint i = 0; i < expectations->watched->len; i++) {
        Watched *watched = &g_array_index(expectations->watched, Watched, i);
        int end = watched->expect->of.text == NULL ? -1 : end_meant(run, watched->expect, conn);
        if (end < 0 || watched->conn == index) {
            continue;
        }
        if (watched->conn == TRACE_NONE) {
            watched->conn = index;
            watched->end = (uint8_t)end;
        } else if (!watched->ambiguous) {
            watched->ambiguous = true;
            watched->other = index;
        }
    }
}

static void match_conns(ScenarioExpectations *expectations, const TraceRun *run)
{
    for (; expectations->conns_matched < run->conns->len; expectations->conns_matched++) {
        match_conn(expectations, run, expectations->conns_matched);
    }
}

static void note_packet(Watched *watched, uint32_t packet)
{
    watched->count++;
    if (packet != TRACE_NONE && watched->packets->len < MAX_PACKETS_NAMED) {
        g_array_append_val(watched->packets, packet);
    }
}

/* The states begin with the one that the first change leaves. */
static void watch_state(Watched *watched, const TraceLine *line)
{
    if (watched->states->len == 0) {
        g_array_append_val(watched->states, line->state.from);
    }
    g_array_append_val(watched->states, line->state.to);
}

static bool is_cause(const ScenarioExpect *expect, const TraceLine *line)
{
    int64_t cause = expect->cause.number;
    if (cause == 0) {
        /* What a station steps over on a shared wire is no loss. */
        return line->what == TRACE_DROP && line->net.drop != NET_DROP_NOT_FOR_US;
    }
    if (cause <= NET_N_DROPS) {
        return line->what == TRACE_DROP && (int64_t)line->net.drop == cause - 1;
    }
    return line->what == TRACE_DISCARD && (int64_t)line->discard.discard == cause - 1 - NET_N_DROPS;
}

/* "sender" and "sender.*" are every member of the family. */
static bool names_place(const char *word, const char *name)
{
    size_t len = strcspn(word, ".");
    bool whole_family = word[len] == '\0' || g_str_equal(word + len, ".*");
    return g_str_equal(word, name) ||
           (whole_family && strncmp(word, name, len) == 0 && name[len] == '.');
}

static bool is_there(const TraceRun *run, const ScenarioExpect *expect, const TraceLine *line)
{
    const TracePlace *place = trace_place(run, line->place);
    if (expect->at.given) {
        return names_place(expect->at.text, place->name);
    }
    if (!expect->link.given) {
        return true;
    }
    if (place->kind != TRACE_PLACE_WIRE || !names_place(expect->link.text, place->link)) {
        return false;
    }
    return !expect->toward.given ||
           names_place(expect->toward.text, trace_place(run, place->to)->name);
}

static void watch_send(Watched *watched, const TraceLine *line, const Packet *pkt)
{
    const ScenarioExpect *expect = watched->expect;
    bool own =
        line->conn == watched->conn && line->end == watched->end && watched->conn != TRACE_NONE;
    switch (expect->kind) {
    case SCENARIO_EXPECT_RETRANSMISSIONS:
        if (own && packet_is_retransmission(pkt)) {
            note_packet(watched, line->packet);
        }
        break;
    case SCENARIO_EXPECT_NO_RESET:
        if (pkt->kind == PACKET_TCP && (pkt->tcp.flags & TCP_RST) != 0 &&
            (!expect->of.given || line->conn == watched->conn)) {
            note_packet(watched, line->packet);
        }
        break;
    default:
        break;
    }
}

static void watch_line(Watched *watched, const TraceRun *run, const TraceLine *line,
                       const Packet *pkt)
{
    const ScenarioExpect *expect = watched->expect;
    bool own =
        watched->conn != TRACE_NONE && line->conn == watched->conn && line->end == watched->end;
    switch (line->what) {
    case TRACE_STATE:
        if (own && expect->kind == SCENARIO_EXPECT_STATES) {
            watch_state(watched, line);
        }
        break;
    case TRACE_DELIVER:
        if (own) {
            watched->last_delivery_at_ns = line->time_ns;
        }
        break;
    case TRACE_SEND:
        watch_send(watched, line, pkt);
        break;
    case TRACE_DROP:
    case TRACE_DISCARD:
        if (expect->kind == SCENARIO_EXPECT_DROPS && is_cause(expect, line) &&
            is_there(run, expect, line)) {
            note_packet(watched, line->packet);
        }
        break;
    case TRACE_FAULT:
        if (expect->kind == SCENARIO_EXPECT_MARKS && line->net.fault == NET_FAULT_MARK &&
            is_there(run, expect, line)) {
            note_packet(watched, line->packet);
        }
        break;
    default:
        break;
    }
}

static void on_line(void *sink, const TraceRun *run, const TraceLine *line, uint32_t number,
                    const Packet *pkt)
{
    ScenarioExpectations *expectations = sink;
    match_conns(expectations, run);
    if (line->what == TRACE_CREATED && line->conn != TRACE_NONE) {
        match_conn(expectations, run, line->conn);
    }
    for (guint i = 0; i < expectations->watched->len; i++) {
        watch_line(&g_array_index(expectations->watched, Watched, i), run, line, pkt);
    }
}

static void watched_clear(gpointer data)
{
    Watched *watched = data;
    g_array_unref(watched->states);
    g_array_unref(watched->packets);
}

ScenarioExpectations *scenario_expectations_new(const Scenario *scenario, TraceLog *log)
{
    ScenarioExpectations *expectations = g_new0(ScenarioExpectations, 1);
    expectations->scenario = scenario;
    expectations->log = log;
    expectations->watched = g_array_new(FALSE, FALSE, sizeof(Watched));
    g_array_set_clear_func(expectations->watched, watched_clear);
    for (uint32_t i = 0; i < scenario->config.expect.count; i++) {
        Watched watched = { .expect = scenario_item(&scenario->config.expect, ScenarioExpect, i),
                            .conn = TRACE_NONE,
                            .other = TRACE_NONE,
                            .last_delivery_at_ns = -1 };
        watched.states = g_array_new(FALSE, FALSE, sizeof(TcpState));
        watched.packets = g_array_new(FALSE, FALSE, sizeof(uint32_t));
        g_array_append_val(expectations->watched, watched);
    }
    if (expectations->watched->len > 0) {
        trace_log_add_sink(log, TRACE_ALL_KINDS, on_line, expectations);
    }
    return expectations;
}

void scenario_expectations_free(ScenarioExpectations *expectations)
{
    if (expectations == NULL) {
        return;
    }
    g_array_unref(expectations->watched);
    g_free(expectations);
}

/* The verdict */

/* " (#5, #9)"; nothing if no packet is known. */
static void append_packets(GString *out, const Watched *watched)
{
    for (guint i = 0; i < watched->packets->len; i++) {
        g_string_append_printf(out, "%s#%u", i == 0 ? " (" : ", ",
                               g_array_index(watched->packets, uint32_t, i) + 1);
    }
    if (watched->packets->len > 0) {
        g_string_append(out, watched->count > watched->packets->len ? ", ...)" : ")");
    }
}

static char *states_text(const GArray *states)
{
    GString *out = g_string_new(NULL);
    for (guint i = 0; i < states->len; i++) {
        g_string_append_printf(out, "%s%s", i == 0 ? "" : ", ",
                               tcp_state_to_string(g_array_index(states, TcpState, i)));
    }
    return g_string_free(out, FALSE);
}

/* NULL: they are as expected. */
static char *check_states(const Watched *watched, const Lang *lang)
{
    const ScenarioList *expected = &watched->expect->states;
    guint same = 0;
    while (same < watched->states->len && same < expected->count &&
           (int64_t)g_array_index(watched->states, TcpState, same) ==
               scenario_item(expected, ScenarioValue, same)->number) {
        same++;
    }
    if (same == watched->states->len && same == expected->count) {
        return NULL;
    }
    g_autofree char *seen = states_text(watched->states);
    const char *wanted = same < expected->count ? scenario_item(expected, ScenarioValue, same)->text
                                                : lang_text(lang, N_("nothing more"));
    const char *got = same < watched->states->len
                          ? tcp_state_to_string(g_array_index(watched->states, TcpState, same))
                          : lang_text(lang, N_("nothing more"));
    return g_strdup_printf(lang_text(lang, N_("state %u is %s, expected %s; the states were: %s")),
                           same + 1, got, wanted, seen);
}

/* NULL: the number is as expected. */
static char *check_number(const Watched *watched, int64_t number, SimUnit unit, const Lang *lang)
{
    g_autofree char *wrong = scenario_expect_bounds(watched->expect, number, unit, lang);
    if (wrong == NULL) {
        return NULL;
    }
    g_autoptr(GString) out = g_string_new(wrong);
    append_packets(out, watched);
    return g_string_free(g_steal_pointer(&out), FALSE);
}

static char *check_completion(const Watched *watched, const TraceConn *conn, const Lang *lang)
{
    if (watched->last_delivery_at_ns < 0) {
        return g_strdup(lang_text(lang, N_("nothing was delivered")));
    }
    /* An end that opens passively does so later. */
    int64_t opened_at_ns =
        conn->end[0].place != TRACE_NONE ? conn->end[0].opened_at_ns : conn->end[1].opened_at_ns;
    return check_number(watched, watched->last_delivery_at_ns - opened_at_ns, SIM_UNIT_DURATION,
                        lang);
}

static char *check_none(const Watched *watched, const Lang *lang)
{
    if (watched->count == 0) {
        return NULL;
    }
    g_autoptr(GString) out = g_string_new(lang_text(lang, N_("a reset was sent")));
    append_packets(out, watched);
    return g_string_free(g_steal_pointer(&out), FALSE);
}

static char *check_reason(const Watched *watched, const TraceEnd *end, const Lang *lang)
{
    if ((int64_t)end->reason == watched->expect->is.number) {
        return NULL;
    }
    return g_strdup_printf(
        lang_text(lang, N_("it ended with '%s', expected '%s'")),
        lang_text(lang, tcp_reason_to_string(end->reason)),
        lang_text(lang, tcp_reason_to_string((TcpReason)watched->expect->is.number)));
}

static char *check_conn(const Watched *watched, const TraceRun *run, const Lang *lang)
{
    const TraceConn *conn = trace_conn(run, watched->conn);
    const TraceEnd *end = &conn->end[watched->end];
    switch (watched->expect->kind) {
    case SCENARIO_EXPECT_STATES:
        return check_states(watched, lang);
    case SCENARIO_EXPECT_RETRANSMISSIONS:
        return check_number(watched, (int64_t)end->stats.segments_retransmitted, SIM_UNIT_NUMBER,
                            lang);
    case SCENARIO_EXPECT_SEGMENTS:
        return check_number(watched, (int64_t)end->stats.segments_sent, SIM_UNIT_NUMBER, lang);
    case SCENARIO_EXPECT_CE_RECEIVED:
        return check_number(watched, end->stats.ecn.ce_received, SIM_UNIT_NUMBER, lang);
    case SCENARIO_EXPECT_ECE_SENT:
        return check_number(watched, end->stats.ecn.ece_sent, SIM_UNIT_NUMBER, lang);
    case SCENARIO_EXPECT_ECN_REDUCTIONS:
        return check_number(watched, end->stats.ecn.reductions, SIM_UNIT_NUMBER, lang);
    case SCENARIO_EXPECT_COMPLETION:
        return check_completion(watched, conn, lang);
    case SCENARIO_EXPECT_DELIVERED:
        return check_number(watched, (int64_t)end->stats.bytes_delivered, SIM_UNIT_BYTES, lang);
    case SCENARIO_EXPECT_NO_RESET:
        return check_none(watched, lang);
    default:
        return check_reason(watched, end, lang);
    }
}

/* NULL: the expectation holds. */
static char *check_one(const Watched *watched, const TraceRun *run, const Lang *lang)
{
    const ScenarioExpect *expect = watched->expect;
    if (expect->kind == SCENARIO_EXPECT_DROPS || expect->kind == SCENARIO_EXPECT_MARKS) {
        return check_number(watched, (int64_t)watched->count, SIM_UNIT_NUMBER, lang);
    }
    if (!expect->of.given) {
        return check_none(watched, lang);
    }
    if (watched->conn == TRACE_NONE) {
        return g_strdup_printf(lang_text(lang, N_("there was no connection '%s'")),
                               expect->of.text);
    }
    if (watched->ambiguous) {
        return g_strdup_printf(
            lang_text(lang,
                      N_("'%s' has several connections: '%s', '%s'; name the one that is meant")),
            expect->of.text, trace_conn(run, watched->conn)->name,
            trace_conn(run, watched->other)->name);
    }
    return check_conn(watched, run, lang);
}

static const char *kind_name(int kind)
{
    const ScenarioKey *key = scenario_map_find(&scenario_map_top, "expect")->map->keys;
    while (key->variant != kind) {
        key++;
    }
    return key->spec.name;
}

void scenario_expectations_check(ScenarioExpectations *expectations, const Lang *lang,
                                 GPtrArray *failures)
{
    const TraceRun *run = trace_log_run(expectations->log);
    /* Where nothing was recorded by line, nobody has looked at the connections yet. */
    for (guint i = 0; i < run->conns->len; i++) {
        match_conn(expectations, run, i);
    }
    for (guint i = 0; i < expectations->watched->len; i++) {
        const Watched *watched = &g_array_index(expectations->watched, Watched, i);
        if (watched->expect->kind == SCENARIO_EXPECT_STORY) {
            scenario_expect_story_check(watched->expect, run, lang, failures);
            continue;
        }
        if (watched->expect->kind == SCENARIO_EXPECT_RESULT) {
            continue; /* scenario_judge.h */
        }
        g_autofree char *wrong = check_one(watched, run, lang);
        if (wrong != NULL) {
            scenario_failure_add(
                failures, watched->expect->mark,
                g_strdup_printf("%s: %s", kind_name(watched->expect->kind), wrong));
        }
    }
}
