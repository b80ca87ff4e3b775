#include "render/render_plot.h"

#include <gio/gio.h>
#include <string.h>

#include "trace/trace_tables.h"

/* ---- what is plotted ---- */

/* The end whose sender is worth a plot: the one that sent more octets of data. */
static uint8_t sending_end(const TraceRun *run, uint32_t conn)
{
    uint64_t bytes[2] = { 0, 0 };
    for (uint32_t i = 0; i < run->packets->len; i++) {
        const TracePacket *pkt = trace_packet(run, i);
        if (pkt->conn == conn) {
            bytes[pkt->sender_end] += pkt->snapshot.payload.len_bytes;
        }
    }
    return bytes[1] > bytes[0];
}

static bool is_of_end(const TraceLine *line, uint32_t conn, uint8_t end)
{
    return line->conn == conn && line->end == end;
}

static bool has_vars(const TraceRun *run, uint32_t conn, uint8_t end)
{
    for (uint32_t i = 0; i < run->lines->len; i++) {
        const TraceLine *line = trace_line(run, i);
        if (line->what == TRACE_VARS && is_of_end(line, conn, end)) {
            return true;
        }
    }
    return false;
}

/* ---- data ---- */

/* Thousandths of a unit, exact: "12.345". */
static void put_thousandths(GString *out, uint64_t value)
{
    g_string_append_printf(out, " %" G_GUINT64_FORMAT ".%03u", value / 1000,
                           (unsigned)(value % 1000));
}

static void put_duration_ms(GString *out, int64_t ns)
{
    if (ns < 0) {
        g_string_append(out, " ?");
    } else {
        put_thousandths(out, (uint64_t)ns / 1000);
    }
}

static void put_vars(GString *out, const TraceLine *line)
{
    const TcpVars *vars = &line->vars;
    trace_put_seconds(out, line->time_ns);
    put_thousandths(out, vars->cwnd_bytes);
    if (vars->ssthresh_bytes == TCP_SSTHRESH_INFINITE) {
        g_string_append(out, " ?");
    } else {
        put_thousandths(out, vars->ssthresh_bytes);
    }
    put_thousandths(out, vars->in_flight_bytes);
    put_thousandths(out, vars->snd_wnd);
    put_duration_ms(out, vars->srtt_ns);
    put_duration_ms(out, vars->rto_ns);
    g_string_append_c(out, '\n');
}

static GString *vars_data(const TraceRun *run, uint32_t conn, uint8_t end)
{
    GString *out =
        g_string_new("# time_s cwnd_kB ssthresh_kB in_flight_kB peer_window_kB srtt_ms rto_ms\n");
    for (uint32_t i = 0; i < run->lines->len; i++) {
        const TraceLine *line = trace_line(run, i);
        if (line->what == TRACE_VARS && is_of_end(line, conn, end)) {
            put_vars(out, line);
        }
    }
    return out;
}

/* Losses and retransmissions stand at the height of the window at that time. */
static GString *marks_data(const TraceRun *run, uint32_t conn, uint8_t end)
{
    GString *out = g_string_new("# time_s retransmission_kB loss_kB\n");
    uint32_t cwnd_bytes = 0;
    for (uint32_t i = 0; i < run->lines->len; i++) {
        const TraceLine *line = trace_line(run, i);
        if (line->what == TRACE_VARS && is_of_end(line, conn, end)) {
            cwnd_bytes = line->vars.cwnd_bytes;
        }
        const TracePacket *pkt =
            line->packet != TRACE_NONE ? trace_packet(run, line->packet) : NULL;
        if (pkt == NULL || pkt->conn != conn || pkt->sender_end != end) {
            continue;
        }
        bool again = line->what == TRACE_SEND && pkt->original != TRACE_NONE;
        if (again || line->what == TRACE_DROP) {
            trace_put_seconds(out, line->time_ns);
            g_string_append(out, again ? "" : " ?");
            put_thousandths(out, cwnd_bytes);
            g_string_append(out, again ? " ?\n" : "\n");
        }
    }
    return out;
}

/* Wires that the sender's packets crossed, in the order in which they first did. */
static GArray *wires_on_the_way(const TraceRun *run, uint32_t conn, uint8_t end)
{
    GArray *wires = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    g_autofree bool *seen = g_new0(bool, run->places->len);
    for (uint32_t i = 0; i < run->lines->len; i++) {
        const TraceLine *line = trace_line(run, i);
        if (line->what != TRACE_TRANSMIT || seen[line->place]) {
            continue;
        }
        const TracePacket *pkt = trace_packet(run, line->packet);
        if (pkt->conn == conn && pkt->sender_end == end) {
            seen[line->place] = true;
            g_array_append_val(wires, line->place);
        }
    }
    return wires;
}

/* The instants between which the sender had something to tell: TIME-WAIT is not worth a minute of
 * paper. */
static void find_range(const TraceRun *run, uint32_t conn, uint8_t end, int64_t *out_from_ns,
                       int64_t *out_to_ns)
{
    int64_t first_ns = -1, last_ns = 0;
    for (uint32_t i = 0; i < run->lines->len; i++) {
        const TraceLine *line = trace_line(run, i);
        if (line->what == TRACE_VARS && is_of_end(line, conn, end)) {
            first_ns = first_ns < 0 ? line->time_ns : first_ns;
            last_ns = line->time_ns;
        }
    }
    *out_from_ns = MAX(first_ns, 0);
    *out_to_ns = MAX(last_ns, *out_from_ns + 1);
}

static void put_queue(GString *out, int64_t time_ns, uint32_t pkts)
{
    trace_put_seconds(out, time_ns);
    g_string_append_printf(out, " %u\n", pkts);
}

/* One block a wire, parted by two empty lines, as gnuplot's `index` wants them; from the first
 * instant of the plot to the last. */
static GString *queue_data(const TraceRun *run, const GArray *wires, int64_t from_ns, int64_t to_ns)
{
    GString *out = g_string_new("# time_s queue_pkts\n");
    for (guint w = 0; w < wires->len; w++) {
        uint32_t place = g_array_index(wires, uint32_t, w), pkts = 0;
        bool begun = false;
        g_string_append_printf(out, "%s# %s\n", w > 0 ? "\n\n" : "", trace_place(run, place)->name);
        for (uint32_t i = 0; i < run->lines->len; i++) {
            const TraceLine *line = trace_line(run, i);
            if (!begun && line->time_ns >= from_ns) {
                put_queue(out, from_ns, pkts);
                begun = true;
            }
            if (line->what == TRACE_QUEUE && line->place == place && line->time_ns <= to_ns) {
                pkts = line->queue.pkts;
                if (begun) {
                    put_queue(out, line->time_ns, pkts);
                }
            }
        }
        put_queue(out, to_ns, pkts);
    }
    return out;
}

/* ---- script ---- */

/* gnuplot's single quotes take everything literally but themselves, which are doubled. */
static void put_quoted(GString *out, const char *text)
{
    g_string_append_c(out, '\'');
    for (; *text != 0; text++) {
        g_string_append_len(out, *text == '\'' ? "''" : text, *text == '\'' ? 2 : 1);
    }
    g_string_append_c(out, '\'');
}

static void put_setting(GString *out, const char *what, const char *text)
{
    g_string_append_printf(out, "set %s ", what);
    put_quoted(out, text);
    g_string_append_c(out, '\n');
}

/* Shades what is not congestion avoidance. */
static void put_phase(GString *out, const char *phase, int64_t from_ns, int64_t to_ns)
{
    static const struct {
        const char *phase, *colour;
    } shades[] = { { "slow-start", "#e6f2e6" },
                   { "fast-recovery", "#fbe6d8" },
                   { "timeout-recovery", "#f6d5d5" } };
    for (size_t i = 0; i < G_N_ELEMENTS(shades) && from_ns < to_ns; i++) {
        if (strcmp(shades[i].phase, phase) == 0) {
            g_string_append(out, "set object rectangle from ");
            trace_put_seconds(out, from_ns);
            g_string_append(out, ",graph 0 to ");
            trace_put_seconds(out, to_ns);
            g_string_append_printf(out,
                                   ",graph 1 fillcolor rgb '%s' fillstyle solid noborder behind\n",
                                   shades[i].colour);
        }
    }
}

static void put_phases(GString *out, const TraceRun *run, uint32_t conn, uint8_t end)
{
    const char *phase = "";
    int64_t since_ns = 0, last_ns = 0;
    for (uint32_t i = 0; i < run->lines->len; i++) {
        const TraceLine *line = trace_line(run, i);
        if (line->what == TRACE_VARS && is_of_end(line, conn, end)) {
            last_ns = line->time_ns;
            if (strcmp(phase, line->vars.cc_phase) != 0) {
                put_phase(out, phase, since_ns, last_ns);
                phase = line->vars.cc_phase;
                since_ns = last_ns;
            }
        }
    }
    put_phase(out, phase, since_ns, last_ns);
}

static void put_range(GString *out, int64_t from_ns, int64_t to_ns)
{
    g_string_append(out, "set xrange [");
    trace_put_seconds(out, from_ns);
    g_string_append_c(out, ':');
    trace_put_seconds(out, to_ns);
    g_string_append(out, "]\n");
}

typedef struct Curve {
    unsigned column; /* of the data, over the first */
    const char *style;
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

/* Returns whether a curve was put; `any`: one stands before it. */
static bool put_curves(GString *out, const char *name, const GString *data, const Curve *curves,
                       size_t count, bool any, const Lang *lang)
{
    for (size_t i = 0; i < count; i++) {
        if (!has_points(data, curves[i].column)) {
            continue;
        }
        g_string_append(out, any ? ", \\\n     " : "plot ");
        put_quoted(out, name);
        g_string_append_printf(out, " using 1:%u with %s title ", curves[i].column,
                               curves[i].style);
        put_quoted(out, lang_text(lang, curves[i].label));
        any = true;
    }
    return any;
}

static void put_window_panel(GString *out, const char *base, const GString *vars,
                             const GString *seen, const Lang *lang)
{
    static const Curve curves[] = {
        { 5, "steps lc rgb '#b0b8c0' lw 1", N_("peer's window") },
        { 4, "steps lc rgb '#2b7a3d' lw 1", N_("bytes in flight") },
        { 3, "steps lc rgb '#8a5a00' lw 1.2", "ssthresh" },
        { 2, "steps lc rgb '#1f5fa8' lw 2", "cwnd" },
    };
    static const Curve marks[] = {
        { 2, "points pt 6 ps 0.9 lc rgb '#b35900'", N_("retransmission") },
        { 3, "points pt 2 ps 0.9 lc rgb '#c62020'", N_("loss") },
    };
    g_autofree char *data = g_strconcat(base, ".dat", NULL);
    g_autofree char *marks_data_name = g_strconcat(base, "-marks.dat", NULL);
    put_setting(out, "ylabel", "kB");
    bool any = put_curves(out, data, vars, curves, G_N_ELEMENTS(curves), false, lang);
    put_curves(out, marks_data_name, seen, marks, G_N_ELEMENTS(marks), any, lang);
    g_string_append(out, "\n");
}

static void put_time_panel(GString *out, const char *base, const GString *vars, const Lang *lang)
{
    static const Curve curves[] = {
        { 7, "steps lc rgb '#8a1c7c' lw 1", "RTO" },
        { 6, "steps lc rgb '#1f5fa8' lw 2", N_("smoothed RTT") },
    };
    g_autofree char *data = g_strconcat(base, ".dat", NULL);
    put_setting(out, "ylabel", "ms");
    put_curves(out, data, vars, curves, G_N_ELEMENTS(curves), false, lang);
    g_string_append(out, "\n");
}

static bool any_queue(const TraceRun *run, const GArray *wires)
{
    for (uint32_t i = 0; i < run->lines->len; i++) {
        const TraceLine *line = trace_line(run, i);
        for (guint w = 0; line->what == TRACE_QUEUE && line->queue.pkts > 0 && w < wires->len;
             w++) {
            if (g_array_index(wires, uint32_t, w) == line->place) {
                return true;
            }
        }
    }
    return false;
}

static void put_queue_panel(GString *out, const char *base, const TraceRun *run,
                            const GArray *wires, const Lang *lang)
{
    g_autofree char *data = g_strconcat(base, "-queue.dat", NULL);
    put_setting(out, "ylabel", lang_text(lang, N_("queue, packets")));
    /* Of a queue that is always empty gnuplot would complain. */
    g_string_append(out, any_queue(run, wires) ? "plot " : "set yrange [0:1]\nplot ");
    for (guint w = 0; w < wires->len; w++) {
        put_quoted(out, data);
        g_string_append_printf(out, " index %u using 1:2 with steps lw 1.5 title ", w);
        put_quoted(out, trace_place(run, g_array_index(wires, uint32_t, w))->name);
        g_string_append(out, w + 1 < wires->len ? ", \\\n     " : "");
    }
    g_string_append(out, "\nset yrange [0:*]\n");
}

#define FONT "'DejaVu Sans,WenQuanYi Zen Hei,Noto Sans CJK SC,11'"

/* The same panels on one kind of paper. */
static void put_picture(GString *out, const char *terminal, const char *suffix, const char *base,
                        const char *panels, const char *title)
{
    g_autofree char *file = g_strconcat(base, suffix, NULL);
    g_string_append_printf(out, "set terminal %s font " FONT " noenhanced\n", terminal);
    put_setting(out, "output", file);
    g_string_append(out, "set multiplot layout 3,1 title ");
    put_quoted(out, title);
    g_string_append_printf(out, " noenhanced\n%sunset multiplot\nunset output\n", panels);
}

/* Of what the sender makes of its window; the peer's may be far above, and is cut. */
static uint64_t highest_window_bytes(const TraceRun *run, uint32_t conn, uint8_t end)
{
    uint32_t highest = 0;
    for (uint32_t i = 0; i < run->lines->len; i++) {
        const TraceLine *line = trace_line(run, i);
        if (line->what == TRACE_VARS && is_of_end(line, conn, end)) {
            const TcpVars *vars = &line->vars;
            bool known = vars->ssthresh_bytes != TCP_SSTHRESH_INFINITE;
            highest = MAX(highest, MAX(vars->cwnd_bytes, vars->in_flight_bytes));
            highest = MAX(highest, known ? vars->ssthresh_bytes : 0);
        }
    }
    return highest;
}

static GString *script(const TraceRun *run, uint32_t conn, uint8_t end, const GArray *wires,
                       const GString *vars, const GString *seen, const char *base, const Lang *lang)
{
    g_autoptr(GString) panels = g_string_new(NULL);
    g_autofree char *title =
        g_strdup_printf("%s (%s)", trace_conn(run, conn)->name,
                        trace_place(run, trace_conn(run, conn)->end[end].place)->name);
    g_string_append_printf(panels, "set yrange [0:%" G_GUINT64_FORMAT "]\n",
                           highest_window_bytes(run, conn, end) * 11 / 10 / 1000 + 1);
    put_window_panel(panels, base, vars, seen, lang);
    g_string_append(panels, "set yrange [0:*]\n");
    put_time_panel(panels, base, vars, lang);
    put_queue_panel(panels, base, run, wires, lang);
    GString *out = g_string_new("reset\nset encoding utf8\nset datafile missing '?'\n"
                                "set key outside right top\nset grid lc rgb '#dde2e7'\n"
                                "set yrange [0:*]\nset lmargin 10\nset rmargin 30\n");
    put_setting(out, "xlabel", lang_text(lang, N_("time, s")));
    int64_t from_ns, to_ns;
    find_range(run, conn, end, &from_ns, &to_ns);
    put_range(out, from_ns, to_ns);
    put_phases(out, run, conn, end);
    put_picture(out, "svg size 1100,900 background rgb 'white'", ".svg", base, panels->str, title);
    put_picture(out, "pngcairo size 1100,900", ".png", base, panels->str, title);
    return out;
}

/* ---- files ---- */

static bool write_string(TraceFolder *folder, const char *base, const char *suffix, GString *text,
                         GError **error)
{
    g_autofree char *name = g_strdup_printf("plots/%s%s", base, suffix);
    bool good = trace_folder_write(folder, name, text, error);
    g_string_free(text, TRUE);
    return good;
}

static bool write_plot(const TraceRun *run, uint32_t conn, uint8_t end, TraceFolder *folder,
                       const char *base, const Lang *lang, GError **error)
{
    g_autoptr(GArray) wires = wires_on_the_way(run, conn, end);
    int64_t from_ns, to_ns;
    find_range(run, conn, end, &from_ns, &to_ns);
    GString *vars = vars_data(run, conn, end), *seen = marks_data(run, conn, end);
    GString *text = script(run, conn, end, wires, vars, seen, base, lang);
    bool good = write_string(folder, base, ".dat", vars, error);
    good = write_string(folder, base, "-marks.dat", seen, good ? error : NULL) && good;
    good = write_string(folder, base, ".gp", text, good ? error : NULL) && good;
    return good &&
           write_string(folder, base, "-queue.dat", queue_data(run, wires, from_ns, to_ns), error);
}

static bool is_chosen(const TraceConn *conn, uint32_t taken, uint32_t most,
                      const char *const *names)
{
    return names != NULL ? g_strv_contains(names, conn->name) : taken < most;
}

GPtrArray *render_plot_write(const TraceRun *run, TraceFolder *folder, const Lang *lang,
                             uint32_t most, const char *const *names, GError **error)
{
    g_autoptr(GPtrArray) scripts = g_ptr_array_new_with_free_func(g_free);
    for (uint32_t i = 0; i < run->conns->len; i++) {
        uint8_t end = sending_end(run, i);
        const TraceConn *conn = trace_conn(run, i);
        if (!is_chosen(conn, scripts->len, most, names) || !has_vars(run, i, end)) {
            continue;
        }
        g_autofree char *base = g_strconcat(conn->name, "-cwnd", NULL);
        if (!write_plot(run, i, end, folder, base, lang, error)) {
            return NULL;
        }
        g_ptr_array_add(scripts, g_strconcat(base, ".gp", NULL));
    }
    return g_steal_pointer(&scripts);
}

/* ---- gnuplot ---- */

/* Nothing of the user's settings reaches gnuplot: it would draw otherwise, or run what they say. */
static GSubprocessLauncher *clean_launcher(const char *folder)
{
    GSubprocessLauncher *launcher = g_subprocess_launcher_new(G_SUBPROCESS_FLAGS_STDOUT_SILENCE |
                                                              G_SUBPROCESS_FLAGS_STDERR_PIPE);
    const char *path = g_getenv("PATH");
    g_autofree char *search = g_strconcat("PATH=", path != NULL ? path : "/usr/bin:/bin", NULL);
    char *environment[] = { search, (char *)"LC_ALL=C.UTF-8", (char *)"HOME=/", NULL };
    g_subprocess_launcher_set_environ(launcher, environment);
    g_subprocess_launcher_set_cwd(launcher, folder);
    return launcher;
}

bool render_plot_draw(const char *folder, const GPtrArray *scripts, GError **error)
{
    if (scripts->len == 0) {
        return true;
    }
    g_autoptr(GPtrArray) words = g_ptr_array_new();
    g_ptr_array_add(words, (void *)"gnuplot");
    g_ptr_array_add(words, (void *)"-d");
    for (guint i = 0; i < scripts->len; i++) {
        g_ptr_array_add(words, g_ptr_array_index(scripts, i));
    }
    g_ptr_array_add(words, NULL);
    g_autoptr(GSubprocessLauncher) launcher = clean_launcher(folder);
    g_autoptr(GSubprocess) gnuplot =
        g_subprocess_launcher_spawnv(launcher, (const char *const *)words->pdata, error);
    g_autofree char *said = NULL;
    if (gnuplot == NULL ||
        !g_subprocess_communicate_utf8(gnuplot, NULL, NULL, NULL, &said, error)) {
        return false;
    }
    /* It warns of curves without points, which is no trouble. */
    if (!g_subprocess_get_successful(gnuplot)) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED, "gnuplot: %s", g_strstrip(said));
        return false;
    }
    return true;
}
