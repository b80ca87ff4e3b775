/* Protects: any two congestion controls are told apart by what they do, not only by their bytes.
 * Each pair has a sentence that says in what they must differ, and a number that shows it. */

#include "scenario/scenario_watch.h"

enum { KB = 1000 };

typedef enum Fact {
    FACT_DROPS,       /* packets that found the queue full */
    FACT_TIMEOUTS,    /* retransmission timers that fired */
    FACT_LEAST,       /* the least window from the first loss on, in kB */
    FACT_AFTER,       /* the window when the first recovery is over, in per cent of that before */
    FACT_WIDEST_LATE, /* the widest window from the fourth second on, in kB */
    FACT_LEAST_LATE,  /* the least from then on */
    N_FACTS
} Fact;

static const char *const fact_words[N_FACTS] = { "drops", "time-outs",   "least",
                                                 "after", "widest-late", "least-late" };

typedef struct Facts {
    int64_t value[N_FACTS];
    /* While they are gathered. */
    int64_t before_bytes, cwnd_bytes;
    bool lost, recovering, recovered;
} Facts;

/* A scenario with other algorithms at the sender, which is called client. */
typedef struct Setting {
    const char *path, *more; /* more: a setting, or NULL */
} Setting;

static const Setting settings[] = {
    { "scenarios/slow-start.yaml", "hosts.client.tcp.recovery=auto" },
    { "scenarios/lossy-transfer-reno.yaml", NULL },
};
enum { SAWTOOTH, THREE_LOSSES };

static TraceRun *run_with(const Setting *setting, const char *congestion)
{
    g_autofree char *file = g_test_build_filename(G_TEST_DIST, setting->path, NULL);
    g_autofree char *models = g_test_build_filename(G_TEST_DIST, "models", NULL);
    g_autofree char *choice = g_strconcat("hosts.client.tcp.congestion=", congestion, NULL);
    const char *const folders[] = { models, NULL };
    const char *const sets[] = { choice, setting->more, NULL };
    const ScenarioRequest request = { .path = file, .settings = sets, .folders = folders };
    g_autoptr(ScenarioDiag) diag = scenario_diag_new(NULL, false);
    bool io = false;
    g_autoptr(Scenario) scenario = scenario_load(&request, diag, &io);
    g_assert_nonnull(scenario);
    g_autoptr(ScenarioBuilt) built = scenario_build(scenario, NULL, diag);
    g_assert_nonnull(built);
    g_autoptr(ScenarioWatch) watch = scenario_watch_new(scenario, built, TRACE_LEVEL_FULL, true);
    int64_t end_ns = world_run(built->world, scenario->config.stop_ns.number);
    trace_log_finish(watch->log, end_ns);
    return trace_log_steal_run(watch->log);
}

/* The sender's window, as it changes. */
static void note_window(Facts *facts, const TraceLine *line)
{
    const TcpVars *vars = &line->vars;
    int64_t window_kb = vars->cwnd_bytes / KB;
    if (vars->in_recovery && !facts->lost) {
        facts->lost = true;
        facts->before_bytes = facts->cwnd_bytes;
        facts->value[FACT_LEAST] = INT64_MAX;
    }
    if (facts->lost) {
        facts->value[FACT_LEAST] = MIN(facts->value[FACT_LEAST], window_kb);
    }
    if (facts->recovering && !vars->in_recovery && !facts->recovered) {
        facts->recovered = true;
        facts->value[FACT_AFTER] = (int64_t)vars->cwnd_bytes * 100 / facts->before_bytes;
    }
    if (line->time_ns >= 4 * SIM_NS_PER_S) {
        facts->value[FACT_WIDEST_LATE] = MAX(facts->value[FACT_WIDEST_LATE], window_kb);
        facts->value[FACT_LEAST_LATE] = MIN(facts->value[FACT_LEAST_LATE], window_kb);
    }
    facts->recovering = vars->in_recovery;
    facts->cwnd_bytes = vars->cwnd_bytes;
}

static Facts gather(const TraceRun *run)
{
    Facts facts = { .value = { [FACT_LEAST_LATE] = INT64_MAX } };
    for (uint32_t i = 0; i < run->lines->len; i++) {
        const TraceLine *line = trace_line(run, i);
        if (line->what == TRACE_VARS && line->end == 0 && line->vars.cwnd_bytes > 0) {
            note_window(&facts, line);
        } else if (line->what == TRACE_DROP) {
            facts.value[FACT_DROPS] += line->net.drop == NET_DROP_QUEUE_FULL;
        } else if (line->what == TRACE_TIMER && line->end == 0) {
            facts.value[FACT_TIMEOUTS] +=
                line->timer.timer == TCP_TIMER_RETRANSMIT && line->timer.change == TCP_TIMER_FIRED;
        }
    }
    return facts;
}

static Facts facts_of(int setting, const char *congestion)
{
    static const char *const names[] = { "sawtooth", "three-losses" };
    g_autoptr(TraceRun) run = run_with(&settings[setting], congestion);
    Facts facts = gather(run);
    g_autoptr(GString) text = g_string_new(NULL);
    for (int i = 0; i < N_FACTS; i++) {
        g_string_append_printf(text, " %s %" G_GINT64_FORMAT, fact_words[i], facts.value[i]);
    }
    g_test_message("%s, %s:%s", names[setting], congestion, text->str);
    return facts;
}

/* In `setting`, the fact is so much smaller for `less` than for `more`. */
typedef struct Pair {
    const char *less, *more;
    int setting;
    Fact fact;
    int64_t by; /* at least */
    const char *sentence;
} Pair;

static const Pair pairs[] = {
    { "tahoe", "reno", THREE_LOSSES, FACT_TIMEOUTS, 1,
      "three losses in a window: Tahoe repairs them by slow start, Reno has to wait for the "
      "timer" },
    { "tahoe", "newreno", THREE_LOSSES, FACT_LEAST, 5,
      "Tahoe begins again with one segment, NewReno with half" },
    { "tahoe", "cubic", SAWTOOTH, FACT_LEAST, 40,
      "Tahoe begins again with one segment, CUBIC keeps seven tenths" },
    { "vegas", "tahoe", SAWTOOTH, FACT_DROPS, 20, "Vegas never fills the queue, Tahoe each time" },
    { "tahoe", "westwood", SAWTOOTH, FACT_LEAST, 5,
      "Tahoe begins again with one segment, Westwood+ with what it has measured" },
    { "tahoe", "bbr", SAWTOOTH, FACT_LEAST, 20,
      "Tahoe begins again with one segment, BBR keeps what is in flight" },
    { "newreno", "reno", THREE_LOSSES, FACT_TIMEOUTS, 1,
      "three losses in a window: NewReno repairs one a round trip, Reno has to wait for the "
      "timer" },
    { "reno", "cubic", SAWTOOTH, FACT_LEAST_LATE, 10,
      "of a full path and queue Reno keeps half, CUBIC seven tenths" },
    { "vegas", "reno", SAWTOOTH, FACT_WIDEST_LATE, 30,
      "Vegas stops with three segments in the queue, Reno when it is full" },
    { "westwood", "reno", THREE_LOSSES, FACT_AFTER, 10,
      "while slow start has just begun Westwood+ has measured less than the half that Reno keeps" },
    { "reno", "bbr", SAWTOOTH, FACT_LEAST_LATE, 40,
      "Reno keeps half of path and queue, BBR twice the path whatever is lost" },
    { "newreno", "cubic", SAWTOOTH, FACT_LEAST_LATE, 10,
      "of a full path and queue NewReno keeps half, CUBIC seven tenths" },
    { "vegas", "newreno", SAWTOOTH, FACT_WIDEST_LATE, 30,
      "Vegas stops with three segments in the queue, NewReno when it is full" },
    { "westwood", "newreno", THREE_LOSSES, FACT_AFTER, 10,
      "while slow start has just begun Westwood+ has measured less than the half of NewReno" },
    { "newreno", "bbr", SAWTOOTH, FACT_LEAST_LATE, 40,
      "NewReno keeps half of path and queue, BBR twice the path whatever is lost" },
    { "vegas", "cubic", SAWTOOTH, FACT_WIDEST_LATE, 30,
      "Vegas stops with three segments in the queue, CUBIC when it is full" },
    { "westwood", "cubic", SAWTOOTH, FACT_LEAST_LATE, 10,
      "Westwood+ returns to what the path holds, CUBIC to seven tenths of path and queue" },
    { "cubic", "bbr", SAWTOOTH, FACT_LEAST_LATE, 30,
      "CUBIC gives way to a loss, BBR keeps twice the path" },
    { "vegas", "westwood", SAWTOOTH, FACT_WIDEST_LATE, 30,
      "Vegas stops with three segments in the queue, Westwood+ when it is full" },
    { "vegas", "bbr", SAWTOOTH, FACT_WIDEST_LATE, 40,
      "Vegas holds the path and three segments more, BBR twice the path" },
    { "westwood", "bbr", SAWTOOTH, FACT_LEAST_LATE, 40,
      "Westwood+ returns to what the path holds, BBR keeps twice that" },
    { "tahoe", "bbr3", SAWTOOTH, FACT_LEAST, 15,
      "Tahoe begins again with one segment, BBR 3 keeps half of what the path holds at least" },
    { "reno", "bbr3", SAWTOOTH, FACT_AFTER, 15,
      "the first loss costs Reno half, BBR 3 what it had beyond the bound that it has learned" },
    { "newreno", "bbr3", SAWTOOTH, FACT_AFTER, 15,
      "the first loss costs NewReno half, BBR 3 what it had beyond the bound that it has learned" },
    { "bbr3", "cubic", SAWTOOTH, FACT_LEAST_LATE, 20,
      "BBR 3 goes down to half of the path now and then, CUBIC to seven tenths of path and queue" },
    { "vegas", "bbr3", SAWTOOTH, FACT_WIDEST_LATE, 20,
      "Vegas stops with three segments in the queue, BBR 3 probes beyond" },
    { "westwood", "bbr3", SAWTOOTH, FACT_AFTER, 20,
      "early in life Westwood+ has smoothed its estimate low, BBR 3 believes the largest" },
    { "bbr3", "bbr", SAWTOOTH, FACT_DROPS, 30,
      "BBR 3 bounds what is in flight by what got lost, version 1 does not" },
};

static void test_pair(gconstpointer data)
{
    const Pair *pair = data;
    g_test_message("%s", pair->sentence);
    int64_t less = facts_of(pair->setting, pair->less).value[pair->fact];
    int64_t more = facts_of(pair->setting, pair->more).value[pair->fact];
    g_assert_cmpint(less + pair->by, <=, more);
}

static bool is_pair(const Pair *pair, const char *a, const char *b)
{
    return (g_str_equal(pair->less, a) && g_str_equal(pair->more, b)) ||
           (g_str_equal(pair->less, b) && g_str_equal(pair->more, a));
}

/* No two of these without a row. */
static void test_complete(void)
{
    static const char *const names[] = { "tahoe", "reno",     "newreno", "cubic",
                                         "vegas", "westwood", "bbr",     "bbr3" };
    for (size_t a = 0; a < G_N_ELEMENTS(names); a++) {
        for (size_t b = a + 1; b < G_N_ELEMENTS(names); b++) {
            uint32_t rows = 0;
            for (size_t i = 0; i < G_N_ELEMENTS(pairs); i++) {
                rows += is_pair(&pairs[i], names[a], names[b]);
            }
            g_assert_cmpuint(rows, ==, 1);
        }
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/congestion-pairs/complete", test_complete);
    for (size_t i = 0; i < G_N_ELEMENTS(pairs); i++) {
        g_autofree char *path =
            g_strdup_printf("/congestion-pairs/%s-%s", pairs[i].less, pairs[i].more);
        g_test_add_data_func(path, &pairs[i], test_pair);
    }
    return g_test_run();
}
