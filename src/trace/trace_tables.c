#include "config.h"

#include "trace/trace_tables.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "trace/trace_json.h"

void trace_put_seconds(GString *out, int64_t ns)
{
    g_string_append_printf(out, "%s%" G_GINT64_FORMAT ".%09" G_GINT64_FORMAT, ns < 0 ? "-" : "",
                           ABS(ns) / SIM_NS_PER_S, ABS(ns) % SIM_NS_PER_S);
}

/* ---- where each packet ended ---- */

/* For each packet the line that says how it ended for its connection: received, lost, discarded. */
static uint32_t *find_fates(const TraceRun *run)
{
    uint32_t *fates = g_new(uint32_t, run->packets->len + 1);
    memset(fates, 0xff, sizeof *fates * (run->packets->len + 1));
    for (uint32_t i = 0; i < run->lines->len; i++) {
        const TraceLine *line = trace_line(run, i);
        if (line->what == TRACE_RECEIVE || line->what == TRACE_DROP ||
            line->what == TRACE_DISCARD) {
            fates[line->packet] = i;
        }
    }
    return fates;
}

/* ---- connections/<name>/ ---- */

typedef struct Tables {
    GString *states, *cwnd, *segments;
} Tables;

static void start_tables(Tables *tables)
{
    tables->states = g_string_new("time_ns,host,from,event,to,packet\n");
    tables->cwnd = g_string_new("time_ns,host,cwnd_bytes,ssthresh_bytes,in_flight_bytes,snd_wnd,"
                                "rcv_wnd,srtt_ns,rttvar_ns,rto_ns,phase\n");
    tables->segments = g_string_new("packet,time_ns,from,to,flags,seq,ack,len,window,why,original,"
                                    "ended_at_ns,fate\n");
}

/* The packet whose arrival led to this line, or 0. */
static uint32_t packet_behind(const TraceRun *run, const TraceLine *line)
{
    const TraceLine *cause = line->cause == TRACE_NONE ? NULL : trace_line(run, line->cause);
    return cause == NULL || cause->packet == TRACE_NONE ? 0 : cause->packet + 1;
}

static void put_state(GString *out, const TraceRun *run, const TraceLine *line)
{
    g_string_append_printf(
        out, "%" G_GINT64_FORMAT ",%s,%s,%s,%s,", line->time_ns,
        trace_place(run, line->place)->name, tcp_state_to_string(line->state.from),
        tcp_event_to_string(line->state.by), tcp_state_to_string(line->state.to));
    uint32_t packet = packet_behind(run, line);
    if (packet != 0) {
        g_string_append_printf(out, "%u", packet);
    }
    g_string_append_c(out, '\n');
}

/* A number that is not known yet is an empty cell. */
static void put_known(GString *out, int64_t value, bool known)
{
    if (known) {
        g_string_append_printf(out, ",%" G_GINT64_FORMAT, value);
    } else {
        g_string_append_c(out, ',');
    }
}

static void put_vars(GString *out, const TraceRun *run, const TraceLine *line)
{
    const TcpVars *vars = &line->vars;
    g_string_append_printf(out, "%" G_GINT64_FORMAT ",%s,%u", line->time_ns,
                           trace_place(run, line->place)->name, vars->cwnd_bytes);
    put_known(out, vars->ssthresh_bytes, vars->ssthresh_bytes != TCP_SSTHRESH_INFINITE);
    g_string_append_printf(out, ",%u,%u,%u", vars->in_flight_bytes, vars->snd_wnd, vars->rcv_wnd);
    put_known(out, vars->srtt_ns, vars->srtt_ns >= 0);
    put_known(out, vars->rttvar_ns, vars->rttvar_ns >= 0);
    put_known(out, vars->rto_ns, vars->rto_ns >= 0);
    g_string_append_printf(out, ",%s\n", vars->cc_phase);
}

static void put_fate(GString *out, const TraceRun *run, uint32_t fate)
{
    if (fate == TRACE_NONE) {
        g_string_append(out, ",,in flight\n");
        return;
    }
    const TraceLine *line = trace_line(run, fate);
    g_string_append_printf(out, ",%" G_GINT64_FORMAT ",", line->time_ns);
    if (line->what == TRACE_RECEIVE) {
        g_string_append(out, "received\n");
    } else if (line->what == TRACE_DROP) {
        g_string_append_printf(out, "lost: %s\n", net_drop_to_string(line->net.drop));
    } else {
        g_string_append_printf(out, "discarded: %s\n",
                               inet_discard_to_string(line->discard.discard));
    }
}

static const char *end_name(const TraceRun *run, const TraceEnd *end,
                            char text[INET_ADDR_TEXT_BYTES])
{
    if (end->place != TRACE_NONE) {
        return trace_place(run, end->place)->name;
    }
    inet_addr_format(end->addr, text);
    return text;
}

static void put_segment(GString *out, const TraceRun *run, uint32_t index, int64_t sent_at_ns,
                        uint32_t fate)
{
    const TracePacket *pkt = trace_packet(run, index);
    const TraceConn *conn = trace_conn(run, pkt->conn);
    const Packet *p = pkt->snapshot;
    char from[INET_ADDR_TEXT_BYTES], to[INET_ADDR_TEXT_BYTES], flags[40];
    wire_tcp_flags_format(p->tcp.flags, flags);
    g_string_append_printf(out, "%u,%" G_GINT64_FORMAT ",%s,%s,%s,%u,", index + 1, sent_at_ns,
                           end_name(run, &conn->end[pkt->sender_end], from),
                           end_name(run, &conn->end[!pkt->sender_end], to), flags,
                           trace_relative_seq(run, pkt));
    if ((p->tcp.flags & TCP_ACK) != 0) {
        g_string_append_printf(out, "%u", trace_relative_ack(run, pkt));
    }
    g_string_append_printf(out, ",%u,%u,%s,", p->payload.len_bytes, p->tcp.window,
                           packet_why_to_string(p->why));
    if (pkt->original != TRACE_NONE) {
        g_string_append_printf(out, "%u", pkt->original + 1);
    }
    put_fate(out, run, fate);
}

static void put_line(Tables *tables, const TraceRun *run, uint32_t index, const uint32_t *fates)
{
    const TraceLine *line = trace_line(run, index);
    if (line->what == TRACE_STATE) {
        put_state(tables->states, run, line);
    } else if (line->what == TRACE_VARS) {
        put_vars(tables->cwnd, run, line);
    } else if (line->packet != TRACE_NONE && trace_packet(run, line->packet)->made == index) {
        put_segment(tables->segments, run, line->packet, line->time_ns, fates[line->packet]);
    }
}

/* No segments where packets were not recorded. */
static bool write_tables(Tables *tables, TraceLevel level, const char *conn, TraceFolder *folder,
                         GError **error)
{
    const struct {
        const char *file;
        GString *table;
        TraceLevel least;
    } all[] = { { "states.csv", tables->states, TRACE_LEVEL_CONNECTIONS },
                { "cwnd.csv", tables->cwnd, TRACE_LEVEL_CONNECTIONS },
                { "segments.csv", tables->segments, TRACE_LEVEL_FULL } };
    bool good = true;
    for (size_t i = 0; i < G_N_ELEMENTS(all); i++) {
        g_autofree char *name = g_strdup_printf("connections/%s/%s", conn, all[i].file);
        if (level >= all[i].least) {
            good = good && trace_folder_write(folder, name, all[i].table, error);
        }
        g_string_free(all[i].table, TRUE);
    }
    return good;
}

/* The connection a line belongs to: its own, or that of the packet it introduces. */
static uint32_t conn_of_line(const TraceRun *run, uint32_t index)
{
    const TraceLine *line = trace_line(run, index);
    if (line->packet == TRACE_NONE) {
        return line->conn;
    }
    const TracePacket *pkt = trace_packet(run, line->packet);
    return pkt->made == index ? pkt->conn : TRACE_NONE;
}

bool trace_write_connections(const TraceRun *run, TraceFolder *folder, GError **error)
{
    g_autofree uint32_t *fates = find_fates(run);
    g_autofree Tables *tables = g_new0(Tables, run->conns->len + 1);
    for (guint i = 0; i < run->conns->len; i++) {
        start_tables(&tables[i]);
    }
    for (uint32_t i = 0; i < run->lines->len; i++) {
        uint32_t conn = conn_of_line(run, i);
        if (conn != TRACE_NONE) {
            put_line(&tables[conn], run, i, fates);
        }
    }
    bool good = true;
    for (guint i = 0; i < run->conns->len; i++) {
        good = write_tables(&tables[i], run->recording.level, trace_conn(run, i)->name, folder,
                            good ? error : NULL) &&
               good;
    }
    return good;
}

/* ---- story.txt ---- */

GString *trace_story(const TraceRun *run, const Lang *lang)
{
    GString *out = g_string_new(NULL);
    for (uint32_t i = 0; i < run->lines->len; i++) {
        g_autofree char *text = trace_line_story(run, i, lang);
        if (text != NULL) {
            trace_put_seconds(out, trace_line(run, i)->time_ns);
            g_string_append_printf(out, "  %s\n", text);
        }
    }
    return out;
}

/* ---- manifest.json ---- */

/* In pieces that stay in the processor's cache: a trace may be larger than the memory. NULL: an
 * error. */
static char *digest_of(const char *path, GError **error)
{
    enum { PIECE_BYTES = 64 * 1024 };
    int fd = g_open(path, O_RDONLY | O_CLOEXEC, 0);
    g_autofree guchar *piece = g_malloc(PIECE_BYTES);
    g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA256);
    ssize_t len_bytes = -1;
    while (fd >= 0 && (len_bytes = read(fd, piece, PIECE_BYTES)) != 0) {
        if (len_bytes > 0) {
            g_checksum_update(checksum, piece, (gssize)len_bytes);
        } else if (errno != EINTR) {
            break;
        }
    }
    int error_number = errno;
    if (fd >= 0) {
        close(fd);
    }
    if (len_bytes < 0) {
        g_set_error(error, G_FILE_ERROR, (gint)g_file_error_from_errno(error_number), "%s: %s",
                    path, g_strerror(error_number));
        return NULL;
    }
    return g_strdup(g_checksum_get_string(checksum));
}

/* Captures may be larger than everything else together by far, and to read them back would cost
 * more than to run again: they are known by their size. */
static bool is_capture(const char *name)
{
    return g_str_has_suffix(name, ".pcap") || g_str_has_suffix(name, ".pcapng");
}

/* "sha256:..." or "bytes:...". Owned by the caller; NULL: an error. */
static char *mark_of(const char *path, GError **error)
{
    if (!is_capture(path)) {
        g_autofree char *digest = digest_of(path, error);
        return digest == NULL ? NULL : g_strconcat("sha256:", digest, NULL);
    }
    GStatBuf status;
    if (g_stat(path, &status) != 0) {
        int error_number = errno;
        g_set_error(error, G_FILE_ERROR, (gint)g_file_error_from_errno(error_number), "%s: %s",
                    path, g_strerror(error_number));
        return NULL;
    }
    return g_strdup_printf("bytes:%" G_GINT64_FORMAT, (int64_t)status.st_size);
}

static bool put_file(GString *out, TraceFolder *folder, const char *name, bool first,
                     GError **error)
{
    g_autofree char *path = g_build_filename(trace_folder_path(folder), name, NULL);
    g_autofree char *mark = mark_of(path, error);
    if (mark == NULL) {
        return false;
    }
    g_string_append(out, first ? "\n    " : ",\n    ");
    trace_json_put_text(out, name);
    g_string_append_printf(out, ": \"%s\"", mark);
    return true;
}

bool trace_write_manifest(const TraceRun *run, TraceFolder *folder, GError **error)
{
    g_autoptr(GPtrArray) names = trace_folder_list(trace_folder_path(folder), error);
    if (names == NULL) {
        return false;
    }
    g_autoptr(GString) out = g_string_new(NULL);
    g_string_append_printf(out,
                           "{\n  \"wirelab\": \"%s\",\n  \"formats\": {\"trace\": %d},\n"
                           "  \"scenario\": ",
                           PACKAGE_VERSION, TRACE_FORMAT_VERSION);
    trace_json_put_text(out, run->scenario);
    g_string_append_printf(
        out,
        ",\n  \"seed\": %" G_GUINT64_FORMAT ",\n  \"lang\": \"%s\",\n  \"record\": ", run->seed,
        run->lang);
    trace_recording_put_json(out, &run->recording);
    if (run->modules != NULL) {
        g_string_append_printf(out, ",\n  \"plugins\": %s", run->modules);
    }
    g_string_append(out, ",\n  \"files\": {");
    bool first = true;
    for (guint i = 0; i < names->len; i++) {
        const char *name = g_ptr_array_index(names, i);
        if (trace_folder_is_result(name)) {
            if (!put_file(out, folder, name, first, error)) {
                return false;
            }
            first = false;
        }
    }
    g_string_append(out, "\n  }\n}\n");
    return trace_folder_write(folder, TRACE_MANIFEST, out, error);
}
