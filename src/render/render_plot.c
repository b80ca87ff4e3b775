#include "render/render_plot.h"

#include <gio/gio.h>

#include "render/render_plot_data.h"

/* ---- files ---- */

static bool write_plot(const RenderPlot *plot, TraceFolder *folder, const char *base,
                       const Lang *lang, GError **error)
{
    g_autoptr(GString) script = render_plot_script(plot, base, lang);
    const struct {
        const char *suffix;
        const GString *text;
    } files[] = { { ".dat", plot->vars },
                  { "-marks.dat", plot->marks },
                  { "-queue.dat", plot->queue },
                  { ".gp", script } };
    for (size_t i = 0; i < G_N_ELEMENTS(files); i++) {
        g_autofree char *name = g_strdup_printf("plots/%s%s", base, files[i].suffix);
        if (!trace_folder_write(folder, name, files[i].text, error)) {
            return false;
        }
    }
    return true;
}

static bool is_chosen(const TraceConn *conn, uint32_t taken, uint32_t most,
                      const char *const *names)
{
    return names != NULL ? g_strv_contains(names, conn->name) : taken < most;
}

/* A saved run may have been written by anybody: what is no part of a file's name is left out. */
static char *base_of(const TraceConn *conn)
{
    char *base = g_strconcat(conn->name, "-cwnd", NULL);
    for (char *c = base; *c != '\0'; c++) {
        *c = *c == '/' || g_ascii_iscntrl(*c) ? '_' : *c;
    }
    return base;
}

GPtrArray *render_plot_write(const TraceRun *run, TraceFolder *folder, const Lang *lang,
                             uint32_t most, const char *const *names, GError **error)
{
    g_autoptr(GPtrArray) scripts = g_ptr_array_new_with_free_func(g_free);
    for (uint32_t i = 0; i < run->conns->len; i++) {
        const TraceConn *conn = trace_conn(run, i);
        g_autoptr(RenderPlot) plot =
            is_chosen(conn, scripts->len, most, names) ? render_plot_read(run, i) : NULL;
        if (plot == NULL) {
            continue;
        }
        g_autofree char *base = base_of(conn);
        if (!write_plot(plot, folder, base, lang, error)) {
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

/* The command line. A name that begins with a hyphen would be an option. */
static GPtrArray *words_of(const GPtrArray *scripts)
{
    GPtrArray *words = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_add(words, g_strdup("gnuplot"));
    g_ptr_array_add(words, g_strdup("-d"));
    for (guint i = 0; i < scripts->len; i++) {
        g_ptr_array_add(words, g_strconcat("./", g_ptr_array_index(scripts, i), NULL));
    }
    g_ptr_array_add(words, NULL);
    return words;
}

bool render_plot_draw(const char *folder, const GPtrArray *scripts, GError **error)
{
    if (scripts->len == 0) {
        return true;
    }
    g_autofree char *program = g_find_program_in_path("gnuplot");
    if (program == NULL) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                    "gnuplot is not installed, or not in PATH");
        return false;
    }
    g_autoptr(GPtrArray) words = words_of(scripts);
    g_autoptr(GSubprocessLauncher) launcher = clean_launcher(folder);
    g_autoptr(GSubprocess) gnuplot =
        g_subprocess_launcher_spawnv(launcher, (const char *const *)words->pdata, error);
    g_autofree char *said = NULL;
    if (gnuplot == NULL ||
        !g_subprocess_communicate_utf8(gnuplot, NULL, NULL, NULL, &said, error)) {
        return false;
    }
    /* What it warns of is no trouble. */
    if (!g_subprocess_get_successful(gnuplot)) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED, "gnuplot: %s",
                    said != NULL ? g_strstrip(said) : "?");
        return false;
    }
    return true;
}
