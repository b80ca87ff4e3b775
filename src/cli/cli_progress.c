#include "cli/cli_progress.h"

#include "cli/cli_signals.h"

#include <unistd.h>

#define US_PER_S G_USEC_PER_SEC
#define SLICE_WALL_US (US_PER_S / 20)
#define FIRST_SHOWN_US US_PER_S
#define SHOWN_EVERY_US (US_PER_S / 5)
#define FIRST_SLICE_NS SIM_NS_PER_MS

typedef struct Display {
    bool wanted, shown;
    int64_t next_us;
} Display;

static void show(const Cli *cli, Display *display, const World *world, int64_t now_ns,
                 int64_t stop_ns, int64_t wall_us)
{
    if (!display->wanted || wall_us < display->next_us) {
        return;
    }
    display->shown = true;
    display->next_us = wall_us + SHOWN_EVERY_US;
    int64_t events = (int64_t)sim_event_count(world_sim(world));
    int64_t left_us = (int64_t)((__int128)wall_us * (stop_ns - now_ns) / MAX(now_ns, 1));
    g_autofree char *line = g_strdup_printf(
        lang_text(cli->lang,
                  N_("%lld.%lld s of %lld s simulated in %lld s, %lld events/s, %lld s to go")),
        (long long)(now_ns / SIM_NS_PER_S), (long long)(now_ns / (SIM_NS_PER_S / 10) % 10),
        (long long)(stop_ns / SIM_NS_PER_S), (long long)(wall_us / US_PER_S),
        (long long)(events * US_PER_S / MAX(wall_us, 1)), (long long)(left_us / US_PER_S));
    g_printerr("\r\033[K%s", line);
}

static bool is_over(World *world, const TraceLog *log, int64_t reached_ns, int64_t stop_ns)
{
    return reached_ns == stop_ns || sim_next_at(world_sim(world)) == SIM_NEVER ||
           (log != NULL && trace_log_overflowed(log));
}

/* The next slice, so that one takes about as long as we want to wait for an interruption. */
static int64_t adapt(int64_t slice_ns, int64_t took_us)
{
    if (took_us < SLICE_WALL_US / 2 && slice_ns < INT64_MAX / 4) {
        return slice_ns * 2;
    }
    return took_us > SLICE_WALL_US * 2 ? MAX(slice_ns / 2, 1) : slice_ns;
}

CliProgress cli_progress_run(const Cli *cli, World *world, const TraceLog *log, int64_t stop_ns)
{
    CliProgress progress = { 0 };
    Display display = { .wanted = !cli->quiet && isatty(STDERR_FILENO) != 0,
                        .next_us = FIRST_SHOWN_US };
    int64_t slice_ns = FIRST_SLICE_NS;
    int64_t reached_ns = 0;
    int64_t start_us = g_get_monotonic_time();
    while (!progress.interrupted) {
        int64_t before_us = g_get_monotonic_time();
        reached_ns = slice_ns < stop_ns - reached_ns ? reached_ns + slice_ns : stop_ns;
        progress.end_ns = world_run(world, reached_ns);
        if (is_over(world, log, reached_ns, stop_ns)) {
            break;
        }
        int64_t now_us = g_get_monotonic_time();
        slice_ns = adapt(slice_ns, now_us - before_us);
        show(cli, &display, world, reached_ns, stop_ns, now_us - start_us);
        progress.interrupted = cli_signals_pending();
    }
    progress.wall_us = g_get_monotonic_time() - start_us;
    if (display.shown) {
        g_printerr("\r\033[K");
    }
    return progress;
}
