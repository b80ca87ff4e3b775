#include "cli/cli_leave.h"

#include "render/render_ladder.h"
#include "render/render_plot.h"
#include "scenario/scenario_keys.h"
#include "scenario/scenario_names.h"
#include "scenario/scenario_resolve.h"
#include "trace/trace_capture.h"
#include "trace/trace_tables.h"

#define MOST_CAPTURES 16

struct CliLeave {
    char *place;
    const Scenario *scenario;
    const Lang *lang;
    CliOutputs outputs;
    TraceLog *log;
    TraceFolder *folder;
    TraceCapture *network, *hosts; /* NULL: not wanted */
    char *trouble;                 /* why plots were not drawn; NULL: they were */
};

typedef struct Output {
    const char *word;
    TraceLevel least; /* what has to be recorded for it */
    bool keeps;       /* it is written from the lines of the whole run */
    bool (*write)(CliLeave *leave, GError **error); /* after the run; NULL: written while it goes */
} Output;

static const TraceRun *run_of(const CliLeave *leave)
{
    return trace_log_run(leave->log);
}

static bool write_string(CliLeave *leave, const char *name, GString *taken, GError **error)
{
    bool ok = trace_folder_write(leave->folder, name, taken, error);
    g_string_free(taken, TRUE);
    return ok;
}

static bool write_trace(CliLeave *leave, GError **error)
{
    g_autofree char *path = trace_folder_file(leave->folder, "trace.ndjson", error);
    return path != NULL && trace_run_write(run_of(leave), path, error);
}

static bool write_connections(CliLeave *leave, GError **error)
{
    return trace_write_connections(run_of(leave), leave->folder, error);
}

/* Scripts and data are part of the run; that gnuplot is not there does not spoil it. */
static bool write_plots(CliLeave *leave, GError **error)
{
    g_autoptr(GPtrArray) scripts =
        render_plot_write(run_of(leave), leave->folder, leave->lang, RENDER_PLOT_MOST, NULL, error);
    if (scripts == NULL) {
        return false;
    }
    g_autoptr(GError) drawing = NULL;
    g_autofree char *place = g_build_filename(trace_folder_path(leave->folder), "plots", NULL);
    if (!render_plot_draw(place, scripts, &drawing)) {
        leave->trouble = g_strdup(drawing->message);
    }
    return true;
}

static bool write_ladder(CliLeave *leave, GError **error)
{
    g_autoptr(Ladder) ladder = ladder_new(run_of(leave), leave->lang, false);
    return write_string(leave, "ladder.svg", ladder_svg(ladder), error) &&
           write_string(leave, "ladder.txt", ladder_text(ladder, 0, false), error);
}

static bool write_story(CliLeave *leave, GError **error)
{
    return write_string(leave, "story.txt", trace_story(run_of(leave), leave->lang), error);
}

static bool write_summary(CliLeave *leave, GError **error)
{
    return write_string(leave, "summary.txt", trace_summary_text(run_of(leave), leave->lang),
                        error) &&
           write_string(leave, "summary.json", trace_summary_json(run_of(leave)), error);
}

/* In the order of the words of `outputs:`. A trace without lines still says what there was. */
static const Output outputs[] = {
    { "trace", TRACE_LEVEL_SUMMARY, true, write_trace },
    { "network", TRACE_LEVEL_FULL, false, NULL },
    { "hosts", TRACE_LEVEL_FULL, false, NULL },
    { "connections", TRACE_LEVEL_CONNECTIONS, true, write_connections },
    { "plots", TRACE_LEVEL_CONNECTIONS, true, write_plots },
    { "ladder", TRACE_LEVEL_FULL, true, write_ladder },
    { "story", TRACE_LEVEL_FULL, true, write_story },
    { "summary", TRACE_LEVEL_SUMMARY, false, write_summary },
};

CliOutputs cli_leave_possible(CliOutputs chosen, TraceLevel level)
{
    CliOutputs possible = 0;
    for (size_t i = 0; i < G_N_ELEMENTS(outputs); i++) {
        if (level >= outputs[i].least) {
            possible |= UINT32_C(1) << i;
        }
    }
    return chosen & possible;
}

char *cli_leave_words(CliOutputs chosen)
{
    const char *words[G_N_ELEMENTS(outputs) + 1] = { NULL };
    size_t n = 0;
    for (size_t i = 0; i < G_N_ELEMENTS(outputs); i++) {
        if ((chosen >> i & 1) != 0) {
            words[n++] = outputs[i].word;
        }
    }
    return g_strjoinv(", ", (char **)words);
}

bool cli_leave_keeps(CliOutputs chosen)
{
    for (size_t i = 0; i < G_N_ELEMENTS(outputs); i++) {
        if ((chosen >> i & 1) != 0 && outputs[i].keeps) {
            return true;
        }
    }
    return false;
}

static bool wants(const CliLeave *leave, const char *word)
{
    for (size_t i = 0; i < G_N_ELEMENTS(outputs); i++) {
        if (g_str_equal(outputs[i].word, word)) {
            return (leave->outputs >> i & 1) != 0;
        }
    }
    g_assert_not_reached();
}

static bool add_word(const Cli *cli, const char *word, CliOutputs *outputs_so_far)
{
    const char *words[G_N_ELEMENTS(outputs) + 2] = { [G_N_ELEMENTS(outputs)] = "none" };
    for (size_t i = 0; i < G_N_ELEMENTS(outputs); i++) {
        words[i] = outputs[i].word;
        if (g_str_equal(words[i], word)) {
            *outputs_so_far |= UINT32_C(1) << i;
            return true;
        }
    }
    const char *meant = scenario_suggest(word, words);
    g_autofree char *all = g_strjoinv(", ", (char **)words);
    if (meant != NULL) {
        cli_error(cli, N_("--only knows no '%s'; did you mean '%s'?"), word, meant);
    } else {
        cli_error(cli, N_("--only knows no '%s'; it knows: %s"), word, all);
    }
    return false;
}

bool cli_leave_choose(const Cli *cli, const char *only, const Scenario *scenario,
                      CliOutputs *out_outputs)
{
    const ScenarioList *wished = &scenario->config.outputs;
    CliOutputs chosen = 0;
    if (only == NULL) {
        for (uint32_t i = 0; i < wished->count; i++) {
            chosen |= UINT32_C(1) << scenario_item(wished, ScenarioValue, i)->number;
        }
        *out_outputs = wished->given ? chosen : (UINT32_C(1) << G_N_ELEMENTS(outputs)) - 1;
        return true;
    }
    g_auto(GStrv) words = g_strsplit(only, ",", -1);
    for (size_t i = 0; words[i] != NULL; i++) {
        bool is_none = g_str_equal(words[i], "none") && words[i + 1] == NULL && i == 0;
        if (!is_none && !add_word(cli, words[i], &chosen)) {
            return false;
        }
    }
    *out_outputs = chosen;
    return true;
}

/* The names under `captures:`, members of families written out. Ends with a NULL; the array frees
 * them. */
static GPtrArray *capture_names(const Scenario *scenario)
{
    const ScenarioList *wished = &scenario->config.captures;
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    for (uint32_t i = 0; i < wished->count; i++) {
        ScenarioRef ref;
        if (scenario_names_host(scenario->names, scenario_item(wished, ScenarioValue, i)->text,
                                &ref)) {
            for (uint32_t member = ref.first; member <= ref.last; member++) {
                g_ptr_array_add(names, scenario_member_name(ref.host->head.name, member));
            }
        }
    }
    g_ptr_array_add(names, NULL);
    return names;
}

static bool begin_captures(CliLeave *leave, GError **error)
{
    if (wants(leave, "network")) {
        leave->network = trace_capture_network(leave->log, leave->folder, leave->lang, error);
        if (leave->network == NULL) {
            return false;
        }
    }
    if (wants(leave, "hosts")) {
        g_autoptr(GPtrArray) names = capture_names(leave->scenario);
        bool given = leave->scenario->config.captures.given;
        leave->hosts = trace_capture_hosts(leave->log, leave->folder, MOST_CAPTURES,
                                           given ? (const char *const *)names->pdata : NULL, error);
        return leave->hosts != NULL;
    }
    return true;
}

CliLeave *cli_leave_begin(const char *place, const Scenario *scenario, const Lang *lang,
                          CliOutputs wished, TraceLog *log, GError **error)
{
    g_autoptr(CliLeave) leave = g_new0(CliLeave, 1);
    leave->place =
        place == NULL ? g_build_filename("results", scenario->name, NULL) : g_strdup(place);
    leave->scenario = scenario;
    leave->lang = lang;
    leave->outputs = wished;
    leave->log = log;
    leave->folder = trace_folder_new(leave->place, error);
    if (leave->folder == NULL || !begin_captures(leave, error)) {
        return NULL;
    }
    return g_steal_pointer(&leave);
}

void cli_leave_free(CliLeave *leave)
{
    if (leave == NULL) {
        return;
    }
    g_clear_pointer(&leave->network, trace_capture_free);
    g_clear_pointer(&leave->hosts, trace_capture_free);
    g_clear_pointer(&leave->folder, trace_folder_free);
    g_free(leave->trouble);
    g_free(leave->place);
    g_free(leave);
}

bool cli_leave_end(CliLeave *leave, const char *suffix, GError **error)
{
    if ((leave->network != NULL && !trace_capture_close(leave->network, error)) ||
        (leave->hosts != NULL && !trace_capture_close(leave->hosts, error))) {
        return false;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(outputs); i++) {
        if ((leave->outputs >> i & 1) != 0 && outputs[i].write != NULL &&
            !outputs[i].write(leave, error)) {
            return false;
        }
    }
    return write_string(leave, "scenario.resolved.yaml", scenario_resolve(leave->scenario),
                        error) &&
           trace_write_manifest(run_of(leave), leave->folder, error) &&
           trace_folder_commit(leave->folder, suffix, error);
}

const char *cli_leave_trouble(const CliLeave *leave)
{
    return leave->trouble;
}

const char *cli_leave_place(const CliLeave *leave)
{
    return leave->place;
}
