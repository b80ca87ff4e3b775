/* Protects: scripts and data of plots say what the run was, whatever its names; gnuplot accepts
 * them, runs nothing else, and is missed in clear words. */

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>

#include "lib/temp-folder.h"
#include "lib/trace-builder.h"
#include "render/render_palette.h"
#include "render/render_plot.h"

#define MS SIM_NS_PER_MS
#define BASE "client-server-80-cwnd"

/* ---- a run to plot ---- */

static void add_vars(TraceRun *run, int64_t at_ns, const char *phase, uint32_t cwnd,
                     uint32_t flight)
{
    TraceLine *line = trace_builder_line(run, at_ns, 0, TRACE_VARS, TRACE_NONE);
    line->conn = 0;
    line->end = 0;
    line->vars = (TcpVars){ .cwnd_bytes = cwnd,
                            .ssthresh_bytes = at_ns < 50 * MS ? TCP_SSTHRESH_INFINITE : 7500,
                            .in_flight_bytes = flight,
                            .snd_wnd = 64000,
                            .srtt_ns = at_ns == 0 ? -1 : 40 * MS + 1000,
                            .rto_ns = 1000 * MS,
                            .cc_phase = phase };
}

static void add_queue(TraceRun *run, int64_t at_ns, uint32_t wire, uint32_t pkts)
{
    trace_builder_line(run, at_ns, wire, TRACE_QUEUE, TRACE_NONE)->queue.pkts = pkts;
}

/* Slow start, a segment lost in a full queue and one with wrong bits, both sent again. */
static TraceRun *build_run(void)
{
    TraceRun *run = trace_builder_pair();
    add_vars(run, 0, "slow-start", 10000, 0);
    uint32_t lost =
        trace_builder_segment(run, 10 * MS, 0, TCP_ACK, 1, 1, 1000, PACKET_WHY_DATA, TRACE_NONE);
    trace_builder_dropped(run, 10 * MS, lost, NET_DROP_QUEUE_FULL);
    uint32_t damaged =
        trace_builder_segment(run, 20 * MS, 0, TCP_ACK, 1001, 1, 1000, PACKET_WHY_DATA, TRACE_NONE);
    trace_builder_arrives(run, 30 * MS, damaged);
    trace_builder_discarded(run, 30 * MS, damaged, INET_DISCARD_PARSE);
    add_queue(run, 20 * MS, 2, 5);
    add_vars(run, 20 * MS, "slow-start", 12345, 12000);
    add_vars(run, 60 * MS, "fast-recovery", 7500, 12000);
    uint32_t again = trace_builder_segment(run, 60 * MS, 0, TCP_ACK, 1, 1, 1000,
                                           PACKET_WHY_RETRANSMIT_FAST, lost);
    trace_builder_arrives(run, 80 * MS, again);
    add_queue(run, 80 * MS, 2, 0);
    add_vars(run, 100 * MS, "congestion-avoidance", 8000, 3000);
    add_vars(run, 120 * MS, "congestion-avoidance", 8500, 0);
    add_queue(run, 200 * MS, 2, 9);
    trace_builder_sort(run);
    return run;
}

typedef struct Plotted {
    char *place, *plots;
    GPtrArray *scripts;
} Plotted;

static Plotted plot_in(TraceRun *run, const char *code)
{
    g_autofree char *top = test_temp_folder();
    g_autoptr(Lang) lang = lang_new(code);
    g_autoptr(GError) error = NULL;
    run->lang = trace_run_text(run, code);
    Plotted plotted = { .place = g_strdup(top) };
    g_autofree char *manifest = g_build_filename(top, TRACE_MANIFEST, NULL);
    g_assert_true(g_file_set_contents(manifest, "{}", -1, &error));
    g_autoptr(TraceFolder) folder = trace_folder_open(top, &error);
    g_assert_no_error(error);
    plotted.scripts = render_plot_write(run, folder, lang, RENDER_PLOT_MOST, NULL, &error);
    g_assert_no_error(error);
    plotted.plots = g_build_filename(top, "plots", NULL);
    return plotted;
}

static Plotted plot(TraceRun *run)
{
    return plot_in(run, "en");
}

static void clear(Plotted *plotted)
{
    test_remove_tree(plotted->place);
    g_ptr_array_unref(plotted->scripts);
    g_free(plotted->place);
    g_free(plotted->plots);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Plotted, clear)

static void assert_has(const char *text, const char *words)
{
    if (strstr(text, words) == NULL) {
        g_error("no '%s' in:\n%s", words, text);
    }
}

/* ---- data ---- */

static void test_data(void)
{
    g_autoptr(TraceRun) run = build_run();
    g_auto(Plotted) plotted = plot(run);
    g_assert_cmpuint(plotted.scripts->len, ==, 1);
    g_assert_cmpstr(g_ptr_array_index(plotted.scripts, 0), ==, BASE ".gp");
    g_autofree char *vars = test_read_file(plotted.plots, BASE ".dat");
    g_assert_cmpstr(vars, ==,
                    "# time_s cwnd_kB ssthresh_kB in_flight_kB peer_window_kB srtt_ms rto_ms\n"
                    "0.000000000 10.000 ? 0.000 64.000 ? 1000.000\n"
                    "0.020000000 12.345 ? 12.000 64.000 40.001 1000.000\n"
                    "0.060000000 7.500 7.500 12.000 64.000 40.001 1000.000\n"
                    "0.100000000 8.000 7.500 3.000 64.000 40.001 1000.000\n"
                    "0.120000000 8.500 7.500 0.000 64.000 40.001 1000.000\n");
}

/* A loss where the packet died, a retransmission where it was sent; both at the window's height. */
static void test_marks(void)
{
    g_autoptr(TraceRun) run = build_run();
    g_auto(Plotted) plotted = plot(run);
    g_autofree char *marks = test_read_file(plotted.plots, BASE "-marks.dat");
    g_assert_cmpstr(marks, ==,
                    "# time_s retransmission_kB loss_kB\n"
                    "0.010000000 ? 10.000\n"
                    "0.030000000 ? 12.345\n"
                    "0.060000000 7.500 ?\n");
}

/* The queue is told for the time of the plot, and no longer. */
static void test_queue(void)
{
    g_autoptr(TraceRun) run = build_run();
    g_auto(Plotted) plotted = plot(run);
    g_autofree char *queue = test_read_file(plotted.plots, BASE "-queue.dat");
    g_assert_cmpstr(queue, ==,
                    "# time_s queue_pkts\n# wire client>server\n0.000000000 0\n"
                    "0.020000000 5\n0.080000000 0\n0.120000000 0\n");
}

/* ---- script ---- */

static void test_script(void)
{
    g_autoptr(TraceRun) run = build_run();
    g_auto(Plotted) plotted = plot(run);
    g_autofree char *script = test_read_file(plotted.plots, BASE ".gp");
    static const char *const words[] = {
        "'./" BASE ".dat' using 1:2 with steps lw 2.2 lc rgb '#1558b0' title 'cwnd'",
        "title 'ssthresh'",
        "title 'bytes in flight'",
        "title 'peer''s window (to 64 kB)'",
        "'./" BASE "-marks.dat' using 1:2 with points pt 6",
        "title 'retransmission'",
        "'./" BASE "-marks.dat' using 1:3 with points pt 2",
        "title 'loss'",
        "title 'RTO'",
        "title 'smoothed RTT'",
        "'./" BASE "-queue.dat' index 0 using 1:2 with steps lw 1.5 lc rgb",
        "title 'wire client>server'",
        "keyentry with boxes fillstyle solid border rgb '#9aa5b1' fillcolor rgb '#e4eefa' title 's",
        "title 'fast recovery'",
        "title 'congestion avoidance'",
        "rectangle from 0.060000000,graph 0 to 0.100000000,graph 1 fillcolor rgb '#fbe3bd'",
        "set xrange [0.000000000:0.120000000]",
        "set yrange [0:14]\n",                    /* above 12.345 kB, whatever the peer offers */
        "set yrange [20000501e-6:2000000000e-6]", /* the timeout does not cling to the edge */
        "set yrange [0:6]\n",                     /* above five packets; the nine came later */
    };
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
        assert_has(script, words[i]);
    }
    g_assert_null(strstr(script, "loss: slow start again")); /* there was none */
    g_assert_null(strchr(script, '$'));                      /* every colour was found */
}

static void test_chinese(void)
{
    g_autoptr(TraceRun) run = build_run();
    g_auto(Plotted) plotted = plot_in(run, "zh");
    g_autofree char *script = test_read_file(plotted.plots, BASE ".gp");
    static const char *const words[] = { "慢启动", "快速恢复", "拥塞避免", "丢失", "重传", "时间" };
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
        assert_has(script, words[i]);
    }
}

/* A connection that never told of its sender has no plot; named ones are drawn beyond the most. */
static void test_choice(void)
{
    g_autoptr(TraceRun) silent = trace_builder_story();
    g_auto(Plotted) none = plot(silent);
    g_assert_cmpuint(none.scripts->len, ==, 0);
    g_autoptr(GError) error = NULL;
    g_assert_true(render_plot_draw(none.place, none.scripts, &error));
    g_autoptr(TraceRun) run = build_run();
    g_auto(Plotted) plotted = plot(run);
    g_autoptr(Lang) lang = lang_new("en");
    g_autoptr(TraceFolder) folder = trace_folder_open(plotted.place, &error);
    static const char *const named[] = { "client-server-80", NULL }, *const other[] = { "x", NULL };
    g_autoptr(GPtrArray) chosen = render_plot_write(run, folder, lang, 0, named, &error);
    g_autoptr(GPtrArray) unknown = render_plot_write(run, folder, lang, 9, other, &error);
    g_autoptr(GPtrArray) too_many = render_plot_write(run, folder, lang, 0, NULL, &error);
    g_assert_cmpuint(chosen->len, ==, 1);
    g_assert_cmpuint(unknown->len, ==, 0);
    g_assert_cmpuint(too_many->len, ==, 0);
}

/* ---- gnuplot ---- */

static gboolean stands(const Plotted *plotted, const char *name)
{
    g_autofree char *path = g_build_filename(plotted->plots, name, NULL);
    return g_file_test(path, G_FILE_TEST_EXISTS);
}

static void assert_picture(const Plotted *plotted, const char *name, const char *magic)
{
    g_autofree char *path = g_build_filename(plotted->plots, name, NULL);
    g_autofree char *contents = NULL;
    g_assert_true(g_file_get_contents(path, &contents, NULL, NULL));
    g_assert_true(g_str_has_prefix(contents, magic));
}

static void test_draw(void)
{
    g_autoptr(TraceRun) run = build_run();
    g_auto(Plotted) plotted = plot_in(run, "zh");
    g_autoptr(GError) error = NULL;
    render_plot_draw(plotted.plots, plotted.scripts, &error);
    g_assert_no_error(error);
    assert_picture(&plotted, BASE ".svg", "<?xml");
    assert_picture(&plotted, BASE ".png", "\x89PNG");
}

/* Names and titles that mean something to gnuplot or to a shell. */
static const char *const hostile[] = {
    "it's 'quoted' \"twice\"",
    "`touch pwned`",
    "$(touch pwned) $PATH ${HOME}",
    "@macro @@",
    "{/Symbol a}_b^c{",
    "a\nsystem('touch pwned')",
    "'\nsystem 'touch pwned",
    "<touch pwned",
    "|touch pwned",
    "\\\\\\",
    "%s %d %n",
    "../../pwned",
    "-e",
    "; ! touch pwned",
    "#",
    "'; system('touch pwned') #",
};

static void test_hostile(gconstpointer data)
{
    const char *words = data;
    g_autoptr(TraceRun) run = build_run();
    run->title_en = words;
    trace_place(run, 0)->name = words;
    trace_place(run, 2)->name = words;
    trace_conn(run, 0)->name = words;
    g_auto(Plotted) plotted = plot(run);
    g_autoptr(GError) error = NULL;
    g_assert_cmpuint(plotted.scripts->len, ==, 1);
    render_plot_draw(plotted.plots, plotted.scripts, &error);
    g_assert_no_error(error);
    g_assert_false(stands(&plotted, "pwned"));
    g_autofree char *png = g_strdelimit(g_strconcat(words, "-cwnd.png", NULL), "/\n", '_');
    assert_picture(&plotted, png, "\x89PNG");
}

/* What a title says is drawn as it stands: no Greek letter, no number in place of a name. */
static void test_title(void)
{
    g_autoptr(TraceRun) run = build_run();
    run->title_en = "{/Symbol a}_b @c $d `e` 'f'";
    g_auto(Plotted) plotted = plot(run);
    g_autofree char *script = test_read_file(plotted.plots, BASE ".gp");
    assert_has(script, "title '{/Symbol a}_b @c $d `e` ''f'': client-server-80, sender client' "
                       "noenhanced");
    g_autoptr(GError) error = NULL;
    render_plot_draw(plotted.plots, plotted.scripts, &error);
    g_assert_no_error(error);
    g_autofree char *svg = test_read_file(plotted.plots, BASE ".svg");
    assert_has(svg, "{/Symbol a}_b @c $d `e` ");
}

/* A program in the place of gnuplot, found first. Returns the PATH of before. */
static char *stand_in(const Plotted *plotted, const char *script)
{
    g_autofree char *path = g_build_filename(plotted->place, "gnuplot", NULL);
    if (script != NULL) {
        g_assert_true(g_file_set_contents(path, script, -1, NULL));
        g_assert_cmpint(g_chmod(path, 0755), ==, 0);
    }
    char *before = g_strdup(g_getenv("PATH"));
    g_autofree char *search =
        script != NULL ? g_strconcat(plotted->place, ":", before, NULL) : g_strdup(plotted->place);
    g_setenv("PATH", search, TRUE);
    return before;
}

static void test_missing(void)
{
    g_autoptr(TraceRun) run = build_run();
    g_auto(Plotted) plotted = plot(run);
    g_autofree char *before = stand_in(&plotted, NULL);
    g_autoptr(GError) error = NULL;
    g_assert_false(render_plot_draw(plotted.plots, plotted.scripts, &error));
    g_setenv("PATH", before, TRUE);
    g_assert_cmpstr(error->message, ==, "gnuplot is not installed, or not in PATH");
    g_assert_true(stands(&plotted, BASE ".gp")); /* and the data stay */
}

/* What gnuplot complains of reaches the reader. */
static void test_failing(void)
{
    g_autoptr(TraceRun) run = build_run();
    g_auto(Plotted) plotted = plot(run);
    g_autofree char *before =
        stand_in(&plotted, "#!/bin/sh\necho 'no such terminal' >&2\nexit 1\n");
    g_autoptr(GError) error = NULL;
    g_assert_false(render_plot_draw(plotted.plots, plotted.scripts, &error));
    g_setenv("PATH", before, TRUE);
    g_assert_cmpstr(error->message, ==, "gnuplot: no such terminal");
}

/* Of the user's environment nothing gets through but where programs are; settings are not read. */
static void test_clean_environment(void)
{
    g_autoptr(TraceRun) run = build_run();
    g_auto(Plotted) plotted = plot(run);
    g_autofree char *before =
        stand_in(&plotted, "#!/bin/sh\n{ env; pwd; printf '%s\\n' \"$@\"; } >seen\n");
    g_setenv("GNUTERM", "x11", TRUE);
    g_setenv("GNUPLOT_LIB", "/elsewhere", TRUE);
    g_setenv("LC_ALL", "de_DE.UTF-8", TRUE);
    g_autoptr(GError) error = NULL;
    g_assert_true(render_plot_draw(plotted.plots, plotted.scripts, &error));
    g_unsetenv("GNUTERM");
    g_unsetenv("GNUPLOT_LIB");
    g_unsetenv("LC_ALL");
    g_setenv("PATH", before, TRUE);
    g_autofree char *seen = test_read_file(plotted.plots, "seen");
    g_assert_null(strstr(seen, "GNU"));
    g_assert_null(strstr(seen, "de_DE"));
    assert_has(seen, "LC_ALL=C.UTF-8\n");
    assert_has(seen, "HOME=/\n");
    assert_has(seen, "/plots\n-d\n./" BASE ".gp\n");
}

/* ---- colours ---- */

/* The luminance of a colour, in ten-thousandths of white's, as WCAG 2 counts it. */
static double luminance(const char *code)
{
    static const double weights[] = { 0.2126, 0.7152, 0.0722 };
    double sum = 0;
    for (int i = 0; i < 3; i++) {
        char hex[] = { code[1 + 2 * i], code[2 + 2 * i], '\0' };
        double part = (double)g_ascii_strtoull(hex, NULL, 16) / 255;
        double linear = part * (0.75 * part * part + 0.25 * part); /* near enough to its curve */
        sum += weights[i] * linear;
    }
    return sum;
}

/* Colours of words are dark enough to be read on paper; the shades of phases light enough to be
 * written on, and apart from each other in grey. */
static void test_palette(void)
{
    static const char *const inks[] = { "ink",   "soft", "forth", "back",
                                        "again", "loss", "reset", "timer" };
    for (size_t i = 0; i < G_N_ELEMENTS(inks); i++) {
        double contrast = 1.05 / (luminance(render_palette_code(inks[i])) + 0.05);
        g_assert_cmpfloat(contrast, >, 4.5);
    }
    static const char *const shades[] = { "paper", "slow-start", "fast-recovery",
                                          "timeout-recovery" };
    for (size_t i = 1; i < G_N_ELEMENTS(shades); i++) {
        double lighter = luminance(render_palette_code(shades[i - 1]));
        double darker = luminance(render_palette_code(shades[i]));
        g_assert_cmpfloat(darker, <, lighter - 0.02);
        g_assert_cmpfloat(darker, >, 0.4);
    }
    g_assert_null(render_palette_code("mauve"));
    g_autoptr(GString) text = g_string_new(NULL);
    render_palette_put(text, "a:$forth;b:$slow-start}");
    g_assert_cmpstr(text->str, ==, "a:#1558b0;b:#e4eefa}");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/render/plot/data", test_data);
    g_test_add_func("/render/plot/marks", test_marks);
    g_test_add_func("/render/plot/queue", test_queue);
    g_test_add_func("/render/plot/script", test_script);
    g_test_add_func("/render/plot/chinese", test_chinese);
    g_test_add_func("/render/plot/choice", test_choice);
    g_test_add_func("/render/plot/draw", test_draw);
    for (size_t i = 0; i < G_N_ELEMENTS(hostile); i++) {
        g_autofree char *name = g_strdup_printf("/render/plot/hostile/%" G_GSIZE_FORMAT, i);
        g_test_add_data_func(name, hostile[i], test_hostile);
    }
    g_test_add_func("/render/plot/title", test_title);
    g_test_add_func("/render/plot/missing", test_missing);
    g_test_add_func("/render/plot/failing", test_failing);
    g_test_add_func("/render/plot/clean-environment", test_clean_environment);
    g_test_add_func("/render/plot/palette", test_palette);
    return g_test_run();
}
