/* wirelab torture: a scenario again and again, with faults, and what came of it. */

#include "cli/cli_load.h"
#include "cli/cli_signals.h"
#include "study/torture_text.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <unistd.h>

#define SHOWN_EVERY_US (G_USEC_PER_SEC / 5)
#define MOST_JOBS 1024

/* What the command line asks for, as written; each NULL if not given. */
typedef struct Texts {
    char *place; /* -o */
    char *faults, *depth, *packets, *jobs;
    char **settings, **plugins;
} Texts;

static void texts_clear(Texts *texts)
{
    g_free(texts->place);
    g_free(texts->faults);
    g_free(texts->depth);
    g_free(texts->packets);
    g_free(texts->jobs);
    g_strfreev(texts->settings);
    g_strfreev(texts->plugins);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Texts, texts_clear)

/* ---- options ---- */

static bool read_kinds(const Cli *cli, const char *text, TortureWishes *wishes)
{
    g_auto(GStrv) names = g_strsplit(text != NULL ? text : "", ",", -1);
    for (unsigned kind = 0; kind < TORTURE_N_KINDS; kind++) {
        wishes->kinds[kind] = text == NULL;
    }
    for (guint i = 0; names[i] != NULL; i++) {
        TortureKind kind;
        if (!torture_kind_parse(names[i], &kind)) {
            cli_error(cli, N_("'%s' is no fault; these are: %s"), names[i],
                      "drop,duplicate,delay,swap,corrupt");
            return false;
        }
        wishes->kinds[kind] = true;
    }
    return true;
}

static bool read_number(const char *text, uint64_t most, uint64_t *out_number)
{
    return g_ascii_string_to_unsigned(text, 10, 1, most, out_number, NULL);
}

static bool read_depth(const Cli *cli, const char *text, TortureWishes *wishes)
{
    uint64_t depth = TORTURE_MOST_FAULTS;
    if (text != NULL && !read_number(text, TORTURE_MOST_FAULTS, &depth)) {
        cli_error(cli, N_("--depth must be 1 or 2, not '%s'"), text);
        return false;
    }
    wishes->depth = (unsigned)depth;
    return true;
}

static bool read_jobs(const Cli *cli, const char *text, TortureWishes *wishes)
{
    uint64_t jobs = g_get_num_processors();
    if (text != NULL && !read_number(text, MOST_JOBS, &jobs)) {
        cli_error(cli, N_("--jobs takes a number from 1 to %d, not '%s'"), MOST_JOBS, text);
        return false;
    }
    wishes->workers = (unsigned)jobs;
    return true;
}

/* "7" or "3-7". */
static bool read_packets(const Cli *cli, const char *text, TortureWishes *wishes)
{
    if (text == NULL) {
        return true;
    }
    g_auto(GStrv) bounds = g_strsplit(text, "-", 2);
    uint64_t first = 0, last = 0;
    bool fine = bounds[0] != NULL && read_number(bounds[0], G_MAXUINT32, &first);
    fine = fine && read_number(bounds[1] != NULL ? bounds[1] : bounds[0], G_MAXUINT32, &last);
    if (!fine || first > last) {
        cli_error(cli, N_("--packets takes numbers of packets like 3-7, not '%s'"), text);
        return false;
    }
    wishes->first_packet = (uint32_t)first;
    wishes->last_packet = (uint32_t)last;
    return true;
}

/* ---- progress ---- */

typedef struct Display {
    const Cli *cli;
    bool wanted, shown;
    int64_t start_us, next_us;
} Display;

/* A TortureWishes.on_progress. */
static bool show(void *above, uint32_t done, uint32_t units)
{
    Display *display = above;
    int64_t now_us = g_get_monotonic_time();
    if (display->wanted && now_us >= display->next_us) {
        display->shown = true;
        display->next_us = now_us + SHOWN_EVERY_US;
        int64_t wall_us = now_us - display->start_us;
        int64_t left_us = done == 0 ? 0 : wall_us * (units - done) / done;
        g_autofree char *line = g_strdup_printf(
            lang_text(display->cli->lang, N_("%u of %u first faults done in %lld s, %lld s to go")),
            done, units, (long long)(wall_us / G_USEC_PER_SEC),
            (long long)(left_us / G_USEC_PER_SEC));
        g_printerr("\r\033[K%s", line);
    }
    return !cli_signals_pending();
}

static void display_end(const Display *display)
{
    if (display->shown) {
        g_printerr("\r\033[K");
    }
}

/* ---- what it leaves ---- */

/* Writes a scenario for each failure; NULL after saying why one could not be written. */
static GPtrArray *write_cases(const Cli *cli, const TortureBase *base, const TortureReport *report,
                              const char *given)
{
    g_autofree char *own = g_build_filename("results", "torture", base->scenario->name, NULL);
    const char *place = given != NULL ? given : own;
    g_autoptr(GPtrArray) files = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < report->failures->len; i++) {
        g_autofree char *name = g_strdup_printf("case-%u.yaml", i + 1);
        char *path = g_build_filename(place, name, NULL);
        g_ptr_array_add(files, path);
        g_autoptr(GString) yaml =
            torture_case_yaml(base, &g_array_index(report->failures, TortureFailure, i), cli->lang);
        g_autoptr(GError) error = NULL;
        if (g_mkdir_with_parents(place, 0777) != 0 ||
            !g_file_set_contents(path, yaml->str, (gssize)yaml->len, &error)) {
            cli_error(cli, N_("cannot write %s: %s"), path,
                      error != NULL ? error->message : g_strerror(errno));
            return NULL;
        }
    }
    return g_steal_pointer(&files);
}

static CliStatus conclude(const Cli *cli, const TortureBase *base, const TortureReport *report,
                          const char *place)
{
    g_autoptr(GPtrArray) files = write_cases(cli, base, report, place);
    if (files == NULL) {
        return CLI_IO;
    }
    g_autoptr(GString) text = cli->json ? torture_report_json(base, report, files)
                                        : torture_report_text(base, report, files, cli->lang);
    if (!cli_put(cli, text->str)) {
        return CLI_IO;
    }
    if (report->interrupted) {
        cli_note(cli, N_("interrupted"));
        return CLI_INTERRUPTED;
    }
    return report->tally.failed > 0 ? CLI_FAILED : CLI_FINE;
}

/* ---- the verb ---- */

static CliStatus sweep(const Cli *cli, const TortureBase *base, TortureWishes *wishes,
                       const char *place)
{
    if (wishes->first_packet > base->packets->len) {
        cli_error(cli, N_("there are only %u packets without a fault"), base->packets->len);
        return CLI_USAGE;
    }
    Display display = { .cli = cli,
                        .wanted = !cli->quiet && isatty(STDERR_FILENO) != 0,
                        .start_us = g_get_monotonic_time() };
    display.next_us = display.start_us + G_USEC_PER_SEC;
    wishes->on_progress = show;
    wishes->above = &display;
    g_autoptr(GError) error = NULL;
    cli_signals_hold();
    g_autoptr(TortureReport) report = torture_sweep(base, wishes, &error);
    cli_signals_release();
    display_end(&display);
    if (report == NULL) {
        cli_error(cli, "%s", error->message);
        return CLI_IO;
    }
    return conclude(cli, base, report, place);
}

static CliStatus torture(const Cli *cli, const char *path, const Texts *texts,
                         TortureWishes *wishes)
{
    CliStatus status = CLI_FINE;
    g_autoptr(ScenarioDiag) diag = scenario_diag_new(cli->lang, cli->colour_err);
    g_autoptr(Scenario) scenario = cli_load(path, (const char *const *)texts->settings,
                                            (const char *const *)texts->plugins, diag, &status);
    if (scenario == NULL) {
        cli_say_problems(diag);
        return status;
    }
    scenario_diag_set_sources(diag, scenario_doc_sources(scenario->doc));
    g_autoptr(TortureBase) base = torture_base_new(scenario, diag);
    if (base == NULL) {
        cli_say_problems(diag);
        return CLI_INVALID;
    }
    if (base->verdict.check != TORTURE_FINE) {
        g_autofree char *text = torture_verdict_text(&base->verdict, cli->lang);
        cli_error(cli, N_("it fails without a fault: %s"), text);
        return CLI_FAILED;
    }
    return sweep(cli, base, wishes, texts->place);
}

CliStatus cli_torture(Cli *cli, const CliVerb *verb, int argc, char **argv)
{
    g_auto(Texts) texts = { 0 };
    const GOptionEntry entries[] = {
        { .long_name = "faults",
          .arg = G_OPTION_ARG_STRING,
          .arg_data = &texts.faults,
          .description = N_("which: drop,duplicate,delay,swap,corrupt; all unless given"),
          .arg_description = "FAULT,..." },
        { .long_name = "depth",
          .arg = G_OPTION_ARG_STRING,
          .arg_data = &texts.depth,
          .description = N_("how many faults in a run at most: 2 unless given"),
          .arg_description = "1|2" },
        { .long_name = "packets",
          .arg = G_OPTION_ARG_STRING,
          .arg_data = &texts.packets,
          .description = N_("which packets meet the first fault, like 3-7"),
          .arg_description = "A-B" },
        { .long_name = "jobs",
          .short_name = 'j',
          .arg = G_OPTION_ARG_STRING,
          .arg_data = &texts.jobs,
          .description = N_("processes at a time: one a processor unless given"),
          .arg_description = "N" },
        { .long_name = "set",
          .arg = G_OPTION_ARG_STRING_ARRAY,
          .arg_data = &texts.settings,
          .description = N_("set a key, like links.wire.delay=5ms"),
          .arg_description = "KEY=VALUE" },
        CLI_PLUGIN_OPTION(&texts.plugins),
        { .long_name = "output",
          .short_name = 'o',
          .arg = G_OPTION_ARG_FILENAME,
          .arg_data = &texts.place,
          .description = N_("the folder for failing cases"),
          .arg_description = "DIR" },
        { 0 },
    };
    CliStatus status = CLI_FINE;
    if (!cli_parse(cli, verb, &argc, &argv, entries, &status)) {
        return status;
    }
    TortureWishes wishes = { 0 };
    if (!read_kinds(cli, texts.faults, &wishes) || !read_depth(cli, texts.depth, &wishes) ||
        !read_packets(cli, texts.packets, &wishes) || !read_jobs(cli, texts.jobs, &wishes)) {
        return CLI_USAGE;
    }
    return torture(cli, argv[1], &texts, &wishes);
}
