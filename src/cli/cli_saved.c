/* wirelab ladder and plot: the pictures of a saved run, drawn again without simulating. */

#include "cli/cli_saved.h"

#include "render/render_ladder.h"
#include "render/render_plot.h"
#include "trace/trace_tables.h"

TraceRun *cli_saved_read(const Cli *cli, const char *folder)
{
    if (!trace_folder_is_run(folder)) {
        cli_error(cli, N_("%s: no run stands here (a run has a %s)"), folder, TRACE_MANIFEST);
        return NULL;
    }
    g_autofree char *path = g_build_filename(folder, "trace.ndjson", NULL);
    g_autoptr(GError) error = NULL;
    TraceRun *run = trace_run_read(path, &error);
    if (run == NULL) {
        cli_error(cli, "%s", error->message);
    }
    return run;
}

GOptionEntry cli_full_option(gboolean *out_full)
{
    return (GOptionEntry){ .long_name = "full",
                           .arg = G_OPTION_ARG_NONE,
                           .arg_data = out_full,
                           .description = N_("draw each packet of the ladder, however many") };
}

Lang *cli_saved_lang(const TraceRun *run)
{
    Lang *lang = lang_new(run->lang != NULL ? run->lang : "en");
    return lang != NULL ? lang : lang_new("en");
}

/* Draws into the folder; full: each packet, however many. False sets error. */
typedef bool (*DrawFn)(const TraceRun *run, const Lang *lang, bool full, TraceFolder *folder,
                       GError **error);

static bool write_string(TraceFolder *folder, const char *name, GString *taken, GError **error)
{
    bool good = trace_folder_write(folder, name, taken, error);
    g_string_free(taken, TRUE);
    return good;
}

static bool draw_ladder(const TraceRun *run, const Lang *lang, bool full, TraceFolder *folder,
                        GError **error)
{
    g_autoptr(Ladder) ladder = ladder_new(run, lang, full);
    return write_string(folder, "ladder.svg", ladder_svg(ladder), error) &&
           write_string(folder, "ladder.txt", ladder_text(ladder, 0, false), error);
}

static bool draw_plots(const TraceRun *run, const Lang *lang, bool full, TraceFolder *folder,
                       GError **error)
{
    (void)full;
    g_autoptr(GPtrArray) scripts =
        render_plot_write(run, folder, lang, RENDER_PLOT_MOST, NULL, error);
    g_autofree char *place = g_build_filename(trace_folder_path(folder), "plots", NULL);
    return scripts != NULL && render_plot_draw(place, scripts, error);
}

/* The entries may fill in full; least: what has to be recorded. */
static CliStatus draw(Cli *cli, const CliVerb *verb, int argc, char **argv,
                      const GOptionEntry *entries, const gboolean *full, TraceLevel least,
                      DrawFn draw_into)
{
    CliStatus status = CLI_FINE;
    if (!cli_parse(cli, verb, &argc, &argv, entries, &status)) {
        return status;
    }
    g_autoptr(TraceRun) run = cli_saved_read(cli, argv[1]);
    if (run == NULL) {
        return CLI_IO;
    }
    if (run->recording.level < least) {
        cli_error(cli, N_("%s: recorded at the level '%s', which is too little for this picture"),
                  argv[1], trace_level_to_string(run->recording.level));
        return CLI_IO;
    }
    g_autoptr(GError) error = NULL;
    g_autoptr(TraceFolder) folder = trace_folder_open(argv[1], &error);
    if (folder == NULL) {
        cli_error(cli, "%s", error->message);
        return CLI_IO;
    }
    g_autoptr(Lang) lang = cli_saved_lang(run);
    if (!draw_into(run, lang, *full, folder, &error)) {
        cli_error(cli, "%s", error->message);
        return CLI_IO;
    }
    return CLI_FINE;
}

CliStatus cli_ladder(Cli *cli, const CliVerb *verb, int argc, char **argv)
{
    gboolean full = FALSE;
    const GOptionEntry entries[] = { cli_full_option(&full), { 0 } };
    return draw(cli, verb, argc, argv, entries, &full, TRACE_LEVEL_FULL, draw_ladder);
}

CliStatus cli_plot(Cli *cli, const CliVerb *verb, int argc, char **argv)
{
    const gboolean full = FALSE;
    const GOptionEntry entries[] = { { 0 } };
    return draw(cli, verb, argc, argv, entries, &full, TRACE_LEVEL_CONNECTIONS, draw_plots);
}
