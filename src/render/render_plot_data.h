/* What a plot shows, read from the run in one pass. Internal to the plots. */

#ifndef RENDER_RENDER_PLOT_DATA_H
#define RENDER_RENDER_PLOT_DATA_H

#include "trace/trace_run.h"

/* A stretch of one phase of the sender. */
typedef struct RenderPhase {
    const char *name; /* "slow-start": the word in traces */
    int64_t from_ns, to_ns;
} RenderPhase;

typedef struct RenderPlot {
    const TraceRun *run; /* borrowed */
    uint32_t conn;
    uint8_t end;   /* whose sender is plotted */
    GArray *wires; /* of uint32_t: places that the sender's packets crossed, first ones first */
    /* Between these the sender had something to tell: TIME-WAIT is not worth a minute of paper. */
    int64_t from_ns, to_ns;
    GArray *phases; /* of RenderPhase */
    /* The files: lines of numbers parted by blanks, "?" where nothing is known. */
    GString *vars;  /* time_s cwnd_kB ssthresh_kB in_flight_kB peer_window_kB srtt_ms rto_ms */
    GString *marks; /* time_s retransmission_kB loss_kB: at the height of the window */
    GString *queue; /* time_s queue_pkts, a block a wire, as gnuplot's `index` wants them */
    /* The largest of each, for the scales: of what the sender makes of its window, */
    uint32_t window_bytes;
    uint32_t peer_window_bytes;
    int64_t least_ns, most_ns; /* of smoothed RTT and RTO; most 0: none is known */
    uint32_t queue_pkts;
} RenderPlot;

/* The sender's side of a connection, from the end that sent more octets; NULL: nothing is known of
 * it. */
RenderPlot *render_plot_read(const TraceRun *run, uint32_t conn);
void render_plot_free(RenderPlot *plot);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RenderPlot, render_plot_free)

/* The script that draws the files <base>.dat, <base>-marks.dat and <base>-queue.dat into <base>.svg
 * and <base>.png; owned by the caller. */
GString *render_plot_script(const RenderPlot *plot, const char *base, const Lang *lang);

#endif
