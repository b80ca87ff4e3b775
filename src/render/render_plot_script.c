/* The gnuplot script of a plot: three panels over one axis of time, the phases of the sender behind
 * them, drawn once as SVG and once as PNG. */

#include <string.h>

#include "render/render_ladder.h"
#include "render/render_palette.h"
#include "render/render_plot_data.h"
#include "trace/trace_tables.h"

#define FONT "'DejaVu Sans,WenQuanYi Zen Hei,Noto Sans CJK SC,11'"

/* gnuplot's single quotes take everything literally but themselves, which are doubled, and the end
 * of the line. Three in a row at the beginning it would misread: a typographer's quote stands for
 * the one that the text begins with. */
static void put_quoted(GString *out, const char *text)
{
    g_string_append_c(out, '\'');
    for (const char *c = text; *c != '\0'; c++) {
        if (*c == '\'') {
            g_string_append(out, c == text ? "\u2019" : "''");
        } else {
            g_string_append_c(out, g_ascii_iscntrl(*c) ? ' ' : *c);
        }
    }
    g_string_append_c(out, '\'');
}

/* A file beside the script. Its name alone could be a pipe to gnuplot, "<command". */
static void put_file(GString *out, const char *base, const char *suffix)
{
    g_autofree char *name = g_strconcat("./", base, suffix, NULL);
    put_quoted(out, name);
}

static void put_setting(GString *out, const char *what, const char *text)
{
    g_string_append_printf(out, "set %s ", what);
    put_quoted(out, text);
    g_string_append_c(out, '\n');
}

/* ---- phases ---- */

typedef struct Phase {
    const char *name;   /* in traces */
    const char *colour; /* of the palette */
    const char *label;  /* msgid */
} Phase;

static const Phase phases[] = {
    { "slow-start", "$slow-start", N_("slow start") },
    { "congestion-avoidance", "$paper", N_("congestion avoidance") },
    { "fast-recovery", "$fast-recovery", N_("fast recovery") },
    { "timeout-recovery", "$timeout-recovery", N_("loss: slow start again") },
};

static const Phase *phase_called(const char *name)
{
    for (size_t i = 0; i < G_N_ELEMENTS(phases); i++) {
        if (strcmp(phases[i].name, name) == 0) {
            return &phases[i];
        }
    }
    return NULL;
}

static void put_shade(GString *out, const RenderPhase *shown)
{
    const Phase *phase = phase_called(shown->name);
    if (phase == NULL || shown->from_ns == shown->to_ns) {
        return;
    }
    g_string_append(out, "set object rectangle from ");
    trace_put_seconds(out, shown->from_ns);
    g_string_append(out, ",graph 0 to ");
    trace_put_seconds(out, shown->to_ns);
    g_string_append(out, ",graph 1 fillcolor rgb '");
    render_palette_put(out, phase->colour);
    g_string_append(out, "' fillstyle solid noborder behind\n");
}

static bool has_phase(const RenderPlot *plot, const Phase *phase)
{
    for (guint i = 0; i < plot->phases->len; i++) {
        const RenderPhase *shown = &g_array_index(plot->phases, RenderPhase, i);
        if (strcmp(shown->name, phase->name) == 0 && shown->from_ns < shown->to_ns) {
            return true;
        }
    }
    return false;
}

/* ---- panels ---- */

/* The entries of one plot command. */
typedef struct Panel {
    GString *out;
    const RenderPlot *plot;
    const Lang *lang;
    const char *base;
    bool any; /* an entry was put */
} Panel;

static void begin_entry(Panel *panel)
{
    g_string_append(panel->out, panel->any ? ", \\\n     " : "plot ");
    panel->any = true;
}

typedef struct Curve {
    unsigned column;   /* of the data, over the first */
    const char *style; /* with colours of the palette */
    const char *label; /* msgid */
} Curve;

/* Whether a column of the data, counted from 1, has a number anywhere: gnuplot complains of curves
 * without a point. */
static bool has_points(const GString *data, unsigned column)
{
    g_auto(GStrv) lines = g_strsplit(data->str, "\n", -1);
    for (char **line = lines; *line != NULL; line++) {
        g_auto(GStrv) words = g_strsplit(*line, " ", -1);
        if (*line[0] != '#' && g_strv_length(words) >= column &&
            !g_str_equal(words[column - 1], "?")) {
            return true;
        }
    }
    return false;
}

static void put_curves(Panel *panel, const char *suffix, const GString *data, const Curve *curves,
                       size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!has_points(data, curves[i].column)) {
            continue;
        }
        begin_entry(panel);
        put_file(panel->out, panel->base, suffix);
        g_string_append_printf(panel->out, " using 1:%u with ", curves[i].column);
        render_palette_put(panel->out, curves[i].style);
        g_string_append(panel->out, " title ");
        put_quoted(panel->out, lang_text(panel->lang, curves[i].label));
    }
}

static void put_phase_key(Panel *panel)
{
    for (size_t i = 0; i < G_N_ELEMENTS(phases); i++) {
        if (has_phase(panel->plot, &phases[i])) {
            begin_entry(panel);
            g_string_append(panel->out, "keyentry with boxes fillstyle solid border rgb '");
            render_palette_put(panel->out, "$rule' fillcolor rgb '");
            render_palette_put(panel->out, phases[i].colour);
            g_string_append(panel->out, "' title ");
            put_quoted(panel->out, lang_text(panel->lang, phases[i].label));
        }
    }
}

/* The peer's window may be far above the sender's: it is cut, and its key says so. */
static void put_peer_window(Panel *panel, uint64_t top_kb)
{
    const RenderPlot *plot = panel->plot;
    uint32_t largest_kb = plot->peer_window_bytes / 1000;
    begin_entry(panel);
    put_file(panel->out, panel->base, ".dat");
    render_palette_put(panel->out, " using 1:5 with steps lw 1.5 dt 3 lc rgb '$soft' title ");
    g_autofree char *label =
        largest_kb > top_kb
            ? g_strdup_printf(lang_text(panel->lang, N_("peer's window (to %u kB)")), largest_kb)
            : g_strdup(lang_text(panel->lang, N_("peer's window")));
    put_quoted(panel->out, label);
}

static void put_window_panel(Panel *panel)
{
    static const Curve curves[] = {
        { 4, "steps lw 1 lc rgb '$back'", N_("bytes in flight") },
        { 3, "steps lw 1.8 dt 2 lc rgb '$reset'", "ssthresh" },
        { 2, "steps lw 2.2 lc rgb '$forth'", "cwnd" },
    };
    static const Curve marks[] = {
        { 2, "points pt 6 ps 1 lw 1.5 lc rgb '$again'", N_("retransmission") },
        { 3, "points pt 2 ps 1 lw 2 lc rgb '$loss'", N_("loss") },
    };
    uint64_t top_kb = (uint64_t)panel->plot->window_bytes * 11 / 10 / 1000 + 1;
    g_string_append_printf(panel->out, "set yrange [0:%" G_GUINT64_FORMAT "]\n", top_kb);
    put_setting(panel->out, "ylabel", lang_text(panel->lang, N_("window, kB")));
    put_peer_window(panel, top_kb);
    put_curves(panel, ".dat", panel->plot->vars, curves, G_N_ELEMENTS(curves));
    put_curves(panel, "-marks.dat", panel->plot->marks, marks, G_N_ELEMENTS(marks));
    put_phase_key(panel);
    g_string_append_c(panel->out, '\n');
}

/* The timeout is often a hundred times the round trip: both are read on a logarithmic scale. */
static void put_time_panel(Panel *panel)
{
    static const Curve curves[] = {
        { 7, "steps lw 1.8 dt 2 lc rgb '$timer'", "RTO" },
        { 6, "steps lw 2.2 lc rgb '$forth'", N_("smoothed RTT") },
    };
    const RenderPlot *plot = panel->plot;
    if (plot->most_ns > 0) {
        g_string_append_printf(panel->out,
                               "set logscale y\nset yrange [%" G_GINT64_FORMAT
                               "e-6:%" G_GINT64_FORMAT "e-6]\n",
                               plot->least_ns / 2 + 1, plot->most_ns * 2);
        put_setting(panel->out, "ylabel", lang_text(panel->lang, N_("time, ms")));
        put_curves(panel, ".dat", plot->vars, curves, G_N_ELEMENTS(curves));
        g_string_append(panel->out, "\nunset logscale y\n");
    }
}

static void put_queue_panel(Panel *panel)
{
    static const char *const styles[] = { "lw 1.5 lc rgb '$forth'", "lw 1.5 dt 2 lc rgb '$again'",
                                          "lw 1.5 dt 3 lc rgb '$back'",
                                          "lw 1.5 dt 4 lc rgb '$reset'" };
    const RenderPlot *plot = panel->plot;
    put_setting(panel->out, "ylabel", lang_text(panel->lang, N_("queue, packets")));
    put_setting(panel->out, "xlabel", lang_text(panel->lang, N_("time, s")));
    g_string_append_printf(panel->out, "set yrange [0:%u]\n",
                           plot->queue_pkts + plot->queue_pkts / 10 + 1);
    for (guint w = 0; w < plot->wires->len; w++) {
        begin_entry(panel);
        put_file(panel->out, panel->base, "-queue.dat");
        g_string_append_printf(panel->out, " index %u using 1:2 with steps ", w);
        render_palette_put(panel->out, styles[w % G_N_ELEMENTS(styles)]);
        g_string_append(panel->out, " title ");
        put_quoted(panel->out,
                   trace_place(plot->run, g_array_index(plot->wires, uint32_t, w))->name);
    }
    g_string_append(panel->out, "\nunset xlabel\n");
}

static GString *panels_of(const RenderPlot *plot, const char *base, const Lang *lang)
{
    static void (*const put[])(Panel * panel) = { put_window_panel, put_time_panel,
                                                  put_queue_panel };
    GString *out = g_string_new(NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(put); i++) {
        Panel panel = { .out = out, .plot = plot, .lang = lang, .base = base };
        put[i](&panel);
    }
    return out;
}

/* ---- the whole ---- */

/* The same panels on one kind of paper. */
static void put_picture(GString *out, const char *terminal, const char *suffix, const char *base,
                        const char *panels, const char *title)
{
    g_string_append_printf(out, "set terminal %s font " FONT " noenhanced\nset output ", terminal);
    put_file(out, base, suffix);
    g_string_append(out, "\nset multiplot layout 3,1 title ");
    put_quoted(out, title);
    g_string_append_printf(out, " noenhanced\n%sunset multiplot\nunset output\n", panels);
}

static char *title_of(const RenderPlot *plot, const Lang *lang)
{
    const TraceConn *conn = trace_conn(plot->run, plot->conn);
    uint32_t place = conn->end[plot->end].place;
    const char *sender = place != TRACE_NONE ? trace_place(plot->run, place)->name : "?";
    return g_strdup_printf(lang_text(lang, N_("%s: %s, sender %s")), ladder_title(plot->run),
                           conn->name, sender);
}

GString *render_plot_script(const RenderPlot *plot, const char *base, const Lang *lang)
{
    g_autoptr(GString) panels = panels_of(plot, base, lang);
    g_autofree char *title = title_of(plot, lang);
    GString *out = g_string_new("reset\nset encoding utf8\nset datafile missing '?'\n"
                                "set key at graph 1.03,1 left top Left reverse samplen 3\n");
    render_palette_put(out, "set grid lc rgb '$grid'\nset border lc rgb '$soft'\n"
                            "set lmargin 10\nset rmargin 34\nset boxwidth 1 absolute\n");
    g_string_append(out, "set xrange [");
    trace_put_seconds(out, plot->from_ns);
    g_string_append_c(out, ':');
    trace_put_seconds(out, plot->to_ns);
    g_string_append(out, "]\n");
    for (guint i = 0; i < plot->phases->len; i++) {
        put_shade(out, &g_array_index(plot->phases, RenderPhase, i));
    }
    put_picture(out, "svg size 1100,900 background rgb 'white'", ".svg", base, panels->str, title);
    put_picture(out, "pngcairo size 1100,900", ".png", base, panels->str, title);
    return out;
}
