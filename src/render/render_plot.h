/* Plots by gnuplot: how a connection's sender went, and how long the queues on its way were.
 *
 * A plot is a script and the data it reads (plots/<connection>-cwnd.gp, .dat and -queue.dat,
 * -marks.dat): they depend on the run alone and are part of what two runs are compared by. The
 * pictures (.svg, .png) are drawn from them by one gnuplot process and depend on its version. */

#ifndef RENDER_RENDER_PLOT_H
#define RENDER_RENDER_PLOT_H

#include "trace/trace_folder.h"
#include "trace/trace_run.h"

#define RENDER_PLOT_MOST 12 /* connections, unless others are named */

/* Writes scripts and data of the first `most` connections that sent data, or of those named
 * (NULL-terminated; may be NULL), below plots/. Returns the names of the scripts, without folder,
 * to be drawn; owned by the caller. NULL sets error: a file could not be written. */
GPtrArray *render_plot_write(const TraceRun *run, TraceFolder *folder, const Lang *lang,
                             uint32_t most, const char *const *names, GError **error);

/* Draws the scripts that stand in a folder. False sets error: gnuplot is not there, or what it
 * said. */
bool render_plot_draw(const char *folder, const GPtrArray *scripts, GError **error);

#endif
