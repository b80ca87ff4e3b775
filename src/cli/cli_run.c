/* wirelab run: a scenario in, a folder out, and a verdict on what the scenario expects. */

#include "cli/cli_leave.h"
#include "cli/cli_load.h"
#include "cli/cli_progress.h"
#include "cli/cli_record.h"
#include "cli/cli_signals.h"
#include "scenario/scenario_expect.h"
#include "scenario/scenario_judge.h"
#include "trace/trace_tables.h"

#include <sys/resource.h>

/* What the command line asks for. */
typedef struct Wishes {
    char *place; /* -o */
    char *only;
    char **settings, **plugins;
    gboolean stats;
} Wishes;

/* Everything about one run; freed in the reverse order of making. */
typedef struct Run {
    const Cli *cli;
    const Wishes *wishes;
    Lang *lang; /* of the files */
    Scenario *scenario;
    CliOutputs outputs;
    CliRecord record;
    ScenarioBuilt *built;
    ScenarioWatch *watch; /* NULL: nobody looks */
    ScenarioExpectations *expectations;
    CliLeave *leave; /* NULL: no files */
    CliProgress progress;
} Run;

/* What was begun of an attempt, files too. */
static void drop_attempt(Run *run)
{
    g_clear_pointer(&run->leave, cli_leave_free);
    g_clear_pointer(&run->built, scenario_built_free);
    g_clear_pointer(&run->expectations, scenario_expectations_free);
    g_clear_pointer(&run->watch, scenario_watch_free);
}

static void run_clear(Run *run)
{
    drop_attempt(run);
    g_clear_pointer(&run->scenario, scenario_free);
    g_clear_pointer(&run->lang, lang_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Run, run_clear)

static CliStatus io_error(const Cli *cli, const GError *error)
{
    if (g_error_matches(error, G_FILE_ERROR, G_FILE_ERROR_EXIST)) {
        cli_error(cli, N_("%s; only an earlier run is replaced"), error->message);
    } else {
        cli_error(cli, "%s", error->message);
    }
    return CLI_IO;
}

/* The outputs that the level allows. Says which of those that somebody named it does not. */
static CliOutputs possible_outputs(const Run *run)
{
    CliOutputs possible = cli_leave_possible(run->outputs, (TraceLevel)run->record.level);
    bool are_named = run->wishes->only != NULL || run->scenario->config.outputs.given;
    if (are_named && possible != run->outputs) {
        g_autofree char *words = cli_leave_words(run->outputs & ~possible);
        cli_error(run->cli,
                  N_("the level '%s' records too little for these outputs, which are not left: %s"),
                  trace_level_to_string((TraceLevel)run->record.level), words);
    }
    return possible;
}

/* Puts a recorder into the world if anybody wants to know what happens. */
static CliStatus watch(Run *run)
{
    if (run->record.level < 0) {
        return CLI_FINE;
    }
    CliOutputs outputs = possible_outputs(run);
    run->watch =
        scenario_watch_new(run->scenario, run->built, (TraceLevel)run->record.level,
                           cli_leave_keeps(outputs) || scenario_watch_keeps(run->scenario));
    cli_record_apply(&run->record, run->watch->log);
    run->expectations = scenario_expectations_new(run->scenario, run->watch->log);
    if (run->outputs == 0) {
        return CLI_FINE;
    }
    g_autoptr(GError) error = NULL;
    run->leave = cli_leave_begin(run->wishes->place, run->scenario, run->lang, outputs,
                                 run->watch->log, &error);
    return run->leave == NULL ? io_error(run->cli, error) : CLI_FINE;
}

static CliStatus prepare(Run *run, const char *path)
{
    CliStatus status = CLI_FINE;
    g_autoptr(ScenarioDiag) diag = scenario_diag_new(run->cli->lang, run->cli->colour_err);
    run->scenario = cli_load(path, (const char *const *)run->wishes->settings,
                             (const char *const *)run->wishes->plugins, diag, &status);
    if (run->scenario == NULL) {
        cli_say_problems(diag);
        return status;
    }
    run->lang = lang_new(lang_codes()[run->scenario->config.lang.number]);
    if (!cli_leave_choose(run->cli, run->wishes->only, run->scenario, &run->outputs)) {
        return CLI_USAGE;
    }
    run->record = cli_record_new(run->cli, run->scenario, run->outputs != 0);
    return CLI_FINE;
}

/* Builds the world and runs it to its end. */
static CliStatus attempt(Run *run)
{
    CliStatus status = CLI_FINE;
    g_autoptr(ScenarioDiag) diag = scenario_diag_new(run->cli->lang, run->cli->colour_err);
    run->built = cli_build(run->scenario, diag, &status);
    if (run->built == NULL) {
        cli_say_problems(diag);
        return status;
    }
    status = watch(run);
    if (status != CLI_FINE) {
        return status;
    }
    TraceLog *log = run->watch == NULL ? NULL : run->watch->log;
    run->progress =
        cli_progress_run(run->cli, run->built->world, log, run->scenario->config.stop_ns.number);
    if (log != NULL) {
        world_settle(run->built->world);
        trace_log_finish(log, run->progress.end_ns);
    }
    return CLI_FINE;
}

/* Until the trace is as short as it has to be. */
static CliStatus simulate(Run *run)
{
    CliStatus status = attempt(run);
    while (status == CLI_FINE && run->watch != NULL &&
           cli_record_again(&run->record, run->cli, run->watch->log)) {
        drop_attempt(run);
        status = attempt(run);
    }
    return status;
}

/* Prints what did not come true. An interrupted run is not judged by what it should have become. */
static CliStatus judge(Run *run)
{
    const Cli *cli = run->cli;
    GPtrArray *failures = run->built->failures;
    scenario_judge_programs(run->built, cli->lang);
    if (!run->progress.interrupted) {
        scenario_judge_results(run->built, cli->lang);
    }
    if (run->expectations != NULL && !run->progress.interrupted) {
        scenario_expectations_check(run->expectations, cli->lang, failures);
    }
    g_autoptr(ScenarioDiag) diag = scenario_diag_new(cli->lang, cli->colour_err);
    scenario_diag_set_sources(diag, scenario_doc_sources(run->scenario->doc));
    scenario_diag_set_word(diag, N_("failed"));
    for (guint i = 0; i < failures->len; i++) {
        const ScenarioFailure *failure = failures->pdata[i];
        scenario_diag_error(diag, failure->mark, "%s", failure->message);
    }
    cli_say_problems(diag);
    return failures->len > 0 ? CLI_FAILED : CLI_FINE;
}

static CliStatus leave(Run *run)
{
    if (run->leave == NULL) {
        return CLI_FINE;
    }
    const char *suffix = run->progress.interrupted ? ".interrupted" : "";
    g_autoptr(GError) error = NULL;
    if (!cli_leave_end(run->leave, suffix, &error)) {
        return io_error(run->cli, error);
    }
    cli_note(run->cli, N_("the run is in %s%s"), cli_leave_place(run->leave), suffix);
    if (cli_leave_trouble(run->leave) != NULL) {
        cli_error(run->cli, N_("the plots are not drawn, their scripts and data are there: %s"),
                  cli_leave_trouble(run->leave));
    }
    return CLI_FINE;
}

static int64_t peak_rss_kib(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

static CliStatus print_stats(const Run *run)
{
    WorldStats stats = world_stats(run->built->world);
    int64_t rss_kib = peak_rss_kib();
    g_autofree char *line = g_strdup_printf(
        "run_s=%" G_GINT64_FORMAT ".%06" G_GINT64_FORMAT " events=%" G_GUINT64_FORMAT
        " hops=%" G_GUINT64_FORMAT " bytes=%" G_GUINT64_FORMAT " rss_mib=%" G_GINT64_FORMAT
        ".%" G_GINT64_FORMAT "\n",
        run->progress.wall_us / G_USEC_PER_SEC, run->progress.wall_us % G_USEC_PER_SEC,
        stats.events, stats.hops, stats.delivered_bytes, rss_kib / 1024,
        rss_kib % 1024 * 10 / 1024);
    return cli_put(run->cli, line) ? CLI_FINE : CLI_IO;
}

/* --json: the summary of the run on standard output. */
static CliStatus print_json(const Run *run)
{
    if (!run->cli->json || run->watch == NULL) {
        return CLI_FINE;
    }
    g_autoptr(GString) json = trace_summary_json(trace_log_run(run->watch->log));
    return cli_put(run->cli, json->str) ? CLI_FINE : CLI_IO;
}

/* Says how much it was; how fast is for --stats. */
static void tell_size(const Run *run)
{
    if (run->cli->verbose) {
        WorldStats stats = world_stats(run->built->world);
        cli_note(run->cli, N_("%llu events, %llu frames on wires, %llu bytes delivered"),
                 (unsigned long long)stats.events, (unsigned long long)stats.hops,
                 (unsigned long long)stats.delivered_bytes);
    }
}

/* Leaves the files of what was run, and judges it. An interruption waits until they are in place.
 */
static CliStatus conclude(Run *run)
{
    const Cli *cli = run->cli;
    tell_size(run);
    CliStatus status = leave(run);
    g_clear_pointer(&run->leave, cli_leave_free);
    cli_signals_release();
    CliStatus verdict = judge(run);
    status = status != CLI_FINE ? status : verdict;
    CliStatus printed = run->wishes->stats ? print_stats(run) : CLI_FINE;
    printed = printed != CLI_FINE ? printed : print_json(run);
    status = printed != CLI_FINE ? printed : status;
    if (run->progress.interrupted && status != CLI_IO) {
        cli_note(cli, N_("interrupted"));
        return CLI_INTERRUPTED;
    }
    return status;
}

static CliStatus run_scenario(const Cli *cli, const Wishes *wishes, const char *path)
{
    g_auto(Run) run = { .cli = cli, .wishes = wishes };
    cli_signals_hold();
    CliStatus status = prepare(&run, path);
    status = status == CLI_FINE ? simulate(&run) : status;
    if (status != CLI_FINE) {
        g_clear_pointer(&run.leave, cli_leave_free);
        cli_signals_release();
        return status;
    }
    return conclude(&run);
}

/* Of --seed and --lang; NULL was not given. False after saying what is wrong. */
static bool are_usable(const Cli *cli, const char *seed, const char *lang)
{
    if (seed != NULL && !g_ascii_string_to_unsigned(seed, 10, 0, G_MAXUINT64, NULL, NULL)) {
        cli_error(cli, N_("--seed takes a whole number, not '%s'"), seed);
        return false;
    }
    if (lang != NULL && !g_strv_contains(lang_codes(), lang)) {
        cli_error(cli, N_("--lang must be en or zh, not '%s'"), lang);
        return false;
    }
    return true;
}

CliStatus cli_run(Cli *cli, const CliVerb *verb, int argc, char **argv)
{
    g_autofree char *place = NULL;
    g_autofree char *only = NULL;
    g_autofree char *seed = NULL;
    g_autofree char *lang = NULL;
    g_auto(GStrv) settings = NULL, plugins = NULL;
    Wishes wishes = { 0 };
    const GOptionEntry entries[] = {
        { .long_name = "output",
          .short_name = 'o',
          .arg = G_OPTION_ARG_FILENAME,
          .arg_data = &place,
          .description = N_("the folder of the run"),
          .arg_description = "DIR" },
        { .long_name = "seed",
          .arg = G_OPTION_ARG_STRING,
          .arg_data = &seed,
          .description = N_("another seed"),
          .arg_description = "N" },
        { .long_name = "set",
          .arg = G_OPTION_ARG_STRING_ARRAY,
          .arg_data = &settings,
          .description = N_("set a key, like links.wire.delay=5ms"),
          .arg_description = "KEY=VALUE" },
        { .long_name = "only",
          .arg = G_OPTION_ARG_STRING,
          .arg_data = &only,
          .description = N_("which files to leave"),
          .arg_description = "OUTPUT,...|none" },
        { .long_name = "stats",
          .arg_data = &wishes.stats,
          .description = N_("print what the run took") },
        { .long_name = "lang",
          .arg = G_OPTION_ARG_STRING,
          .arg_data = &lang,
          .description = N_("language of the files"),
          .arg_description = "en|zh" },
        CLI_PLUGIN_OPTION(&plugins),
        { 0 },
    };
    CliStatus status = CLI_FINE;
    if (!cli_parse(cli, verb, &argc, &argv, entries, &status)) {
        return status;
    }
    if (!are_usable(cli, seed, lang)) {
        return CLI_USAGE;
    }
    g_autoptr(GStrvBuilder) all = g_strv_builder_new();
    g_strv_builder_addv(all, settings == NULL ? (const char *[]){ NULL } : (const char **)settings);
    g_autofree char *seed_setting = seed == NULL ? NULL : g_strconcat("seed=", seed, NULL);
    g_autofree char *lang_setting = lang == NULL ? NULL : g_strconcat("lang=", lang, NULL);
    if (seed_setting != NULL) {
        g_strv_builder_add(all, seed_setting);
    }
    if (lang_setting != NULL) {
        g_strv_builder_add(all, lang_setting);
    }
    g_auto(GStrv) all_settings = g_strv_builder_end(all);
    wishes.place = place;
    wishes.only = only;
    wishes.settings = all_settings;
    wishes.plugins = plugins;
    return run_scenario(cli, &wishes, argv[1]);
}
