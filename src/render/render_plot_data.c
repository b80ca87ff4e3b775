#include "render/render_plot_data.h"

#include <string.h>

#include "render/render_ladder_words.h"
#include "trace/trace_tables.h"

static uint8_t sending_end(const TraceRun *run, uint32_t conn)
{
    uint64_t bytes[2] = { 0, 0 };
    for (uint32_t i = 0; i < run->packets->len; i++) {
        const TracePacket *pkt = trace_packet(run, i);
        if (pkt->conn == conn) {
            bytes[pkt->sender_end] += pkt->snapshot->payload.len_bytes;
        }
    }
    return bytes[1] > bytes[0];
}

/* Whether the packet of a line is one that the plotted end sent. */
static bool is_of_sender(const RenderPlot *plot, const TraceLine *line)
{
    if (line->packet == TRACE_NONE) {
        return false;
    }
    const TracePacket *pkt = trace_packet(plot->run, line->packet);
    return pkt->conn == plot->conn && pkt->sender_end == plot->end;
}

/* ---- numbers ---- */

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

static void put_vars(GString *out, int64_t time_ns, const TcpVars *vars)
{
    trace_put_seconds(out, time_ns);
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

/* ---- the sender ---- */

static void note_duration(RenderPlot *plot, int64_t ns)
{
    if (ns > 0) {
        plot->least_ns = plot->most_ns == 0 ? ns : MIN(plot->least_ns, ns);
        plot->most_ns = MAX(plot->most_ns, ns);
    }
}

static void note_largest(RenderPlot *plot, const TcpVars *vars)
{
    bool known = vars->ssthresh_bytes != TCP_SSTHRESH_INFINITE;
    plot->window_bytes = MAX(plot->window_bytes, MAX(vars->cwnd_bytes, vars->in_flight_bytes));
    plot->window_bytes = MAX(plot->window_bytes, known ? vars->ssthresh_bytes : 0);
    plot->peer_window_bytes = MAX(plot->peer_window_bytes, vars->snd_wnd);
    note_duration(plot, vars->srtt_ns);
    note_duration(plot, vars->rto_ns);
}

static void note_phase(RenderPlot *plot, const char *name, int64_t now_ns)
{
    guint n = plot->phases->len;
    RenderPhase *last = n > 0 ? &g_array_index(plot->phases, RenderPhase, n - 1) : NULL;
    if (last != NULL) {
        last->to_ns = now_ns;
    }
    if (last == NULL || strcmp(last->name, name) != 0) {
        RenderPhase phase = { name, now_ns, now_ns };
        g_array_append_val(plot->phases, phase);
    }
}

/* Whether the sender's packet came to grief here: on the way, or found damaged at its end. */
static bool is_loss(const TraceLine *line)
{
    return line->what == TRACE_DROP ||
           (line->what == TRACE_DISCARD && ladder_discard_is_loss(line->discard.discard));
}

static void read_mark(RenderPlot *plot, const TraceLine *line, uint32_t cwnd_bytes)
{
    bool again =
        line->what == TRACE_SEND && trace_packet_is_again(trace_packet(plot->run, line->packet));
    if (again || is_loss(line)) {
        trace_put_seconds(plot->marks, line->time_ns);
        g_string_append(plot->marks, again ? "" : " ?");
        put_thousandths(plot->marks, cwnd_bytes);
        g_string_append(plot->marks, again ? " ?\n" : "\n");
    }
}

static void read_sender(RenderPlot *plot)
{
    plot->vars =
        g_string_new("# time_s cwnd_kB ssthresh_kB in_flight_kB peer_window_kB srtt_ms rto_ms\n");
    plot->marks = g_string_new("# time_s retransmission_kB loss_kB\n");
    plot->phases = g_array_new(FALSE, FALSE, sizeof(RenderPhase));
    uint32_t cwnd_bytes = 0;
    for (uint32_t i = 0; i < plot->run->lines->len; i++) {
        const TraceLine *line = trace_line(plot->run, i);
        if (line->what == TRACE_VARS && line->conn == plot->conn && line->end == plot->end) {
            cwnd_bytes = line->vars.cwnd_bytes;
            put_vars(plot->vars, line->time_ns, &line->vars);
            note_largest(plot, &line->vars);
            note_phase(plot, line->vars.cc_phase, line->time_ns);
        } else if (is_of_sender(plot, line)) {
            read_mark(plot, line, cwnd_bytes);
        }
    }
}

/* ---- queues ---- */

static void find_wires(RenderPlot *plot)
{
    g_autofree bool *seen = g_new0(bool, plot->run->places->len);
    plot->wires = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    for (uint32_t i = 0; i < plot->run->lines->len; i++) {
        const TraceLine *line = trace_line(plot->run, i);
        if (line->what == TRACE_TRANSMIT && !seen[line->place] && is_of_sender(plot, line)) {
            seen[line->place] = true;
            g_array_append_val(plot->wires, line->place);
        }
    }
}

static void put_queue(RenderPlot *plot, int64_t time_ns, uint32_t pkts)
{
    trace_put_seconds(plot->queue, time_ns);
    g_string_append_printf(plot->queue, " %u\n", pkts);
    plot->queue_pkts = MAX(plot->queue_pkts, pkts);
}

/* From the first instant of the plot to the last. */
static void read_queue(RenderPlot *plot, uint32_t wire)
{
    uint32_t pkts = 0;
    bool begun = false;
    g_string_append_printf(plot->queue, "# %s\n", trace_place(plot->run, wire)->name);
    for (uint32_t i = 0; i < plot->run->lines->len; i++) {
        const TraceLine *line = trace_line(plot->run, i);
        if (!begun && line->time_ns >= plot->from_ns) {
            put_queue(plot, plot->from_ns, pkts);
            begun = true;
        }
        if (line->what == TRACE_QUEUE && line->place == wire && line->time_ns <= plot->to_ns) {
            pkts = line->queue.pkts;
            if (begun) {
                put_queue(plot, line->time_ns, pkts);
            }
        }
    }
    put_queue(plot, plot->to_ns, pkts);
}

static void read_queues(RenderPlot *plot)
{
    plot->queue = g_string_new("# time_s queue_pkts\n");
    for (guint w = 0; w < plot->wires->len; w++) {
        g_string_append(plot->queue, w > 0 ? "\n\n" : "");
        read_queue(plot, g_array_index(plot->wires, uint32_t, w));
    }
}

/* ---- the whole ---- */

RenderPlot *render_plot_read(const TraceRun *run, uint32_t conn)
{
    g_autoptr(RenderPlot) plot = g_new0(RenderPlot, 1);
    plot->run = run;
    plot->conn = conn;
    plot->end = sending_end(run, conn);
    read_sender(plot);
    if (plot->phases->len == 0) {
        return NULL;
    }
    plot->from_ns = g_array_index(plot->phases, RenderPhase, 0).from_ns;
    plot->to_ns = g_array_index(plot->phases, RenderPhase, plot->phases->len - 1).to_ns;
    plot->to_ns = MAX(plot->to_ns, plot->from_ns + 1);
    find_wires(plot);
    read_queues(plot);
    return g_steal_pointer(&plot);
}

static void free_string(GString *string)
{
    if (string != NULL) {
        g_string_free(string, TRUE);
    }
}

void render_plot_free(RenderPlot *plot)
{
    if (plot == NULL) {
        return;
    }
    free_string(plot->vars);
    free_string(plot->marks);
    free_string(plot->queue);
    g_clear_pointer(&plot->wires, g_array_unref);
    g_clear_pointer(&plot->phases, g_array_unref);
    g_free(plot);
}
