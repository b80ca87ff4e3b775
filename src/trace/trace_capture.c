#include "trace/trace_capture.h"

#include <string.h>

#include "trace/trace_pcap.h"
#include "trace/trace_pcapng.h"

struct TraceCapture {
    const Lang *lang;
    uint64_t records;
    /* network.pcapng */
    TracePcapng *network; /* NULL for host captures */
    GArray *interfaces;   /* of uint32_t, by place; TRACE_NONE: not a wire */
    GString *comment;     /* of the record being written */
    GHashTable *marks;    /* packet -> what its mark says, until it is sent; only looked up */
    /* hosts/ */
    GPtrArray *hosts; /* of TracePcap, by place; NULL: not captured */
};

static TraceCapture *capture_new(const Lang *lang)
{
    TraceCapture *capture = g_new0(TraceCapture, 1);
    capture->lang = lang;
    return capture;
}

/* ---- network.pcapng ---- */

/* A queue marks a packet before it is sent: its record comes later, and is the only one. */
static void keep_mark(TraceCapture *capture, const TraceLine *line)
{
    g_hash_table_insert(capture->marks, GUINT_TO_POINTER(line->packet),
                        trace_fate_story(line, capture->lang));
}

static void put_mark(TraceCapture *capture, uint32_t packet)
{
    const char *mark = g_hash_table_lookup(capture->marks, GUINT_TO_POINTER(packet));
    if (G_UNLIKELY(mark != NULL)) {
        g_string_append_printf(capture->comment, "; %s", mark);
        g_hash_table_remove(capture->marks, GUINT_TO_POINTER(packet));
    }
}

/* "#17 "; printf() took as long as the checksum of the frame. */
static void put_number(GString *out, uint32_t number)
{
    char digits[16];
    char *at = digits + sizeof digits;
    *--at = '\0';
    *--at = ' ';
    do {
        *--at = (char)('0' + number % 10);
        number /= 10;
    } while (number != 0);
    *--at = '#';
    g_string_append(out, at);
}

/* Writes the comment of a record into capture->comment. */
static void make_comment(TraceCapture *capture, const TraceRun *run, const TraceLine *line,
                         const Packet *pkt)
{
    GString *out = capture->comment;
    g_string_truncate(out, 0);
    put_number(out, line->packet + 1);
    if (line->what == TRACE_TRANSMIT) {
        trace_put_why(out, run, line->packet, pkt->why, capture->lang);
        put_mark(capture, line->packet);
        return;
    }
    g_autofree char *fate = trace_fate_story(line, capture->lang);
    g_string_append(out, lang_text(capture->lang, line->what == TRACE_DROP ? N_("lost here: ")
                                                                           : N_("changed here: ")));
    g_string_append(out, fate);
}

static bool is_for_network(const TraceLine *line)
{
    return line->what != TRACE_FAULT || line->net.fault == NET_FAULT_CORRUPT;
}

static void on_network_line(void *sink, const TraceRun *run, const TraceLine *line, uint32_t number,
                            const Packet *pkt)
{
    TraceCapture *capture = sink;
    if (!is_for_network(line)) {
        if (line->net.fault == NET_FAULT_MARK) {
            keep_mark(capture, line);
        }
        return;
    }
    uint32_t interface = g_array_index(capture->interfaces, uint32_t, line->place);
    if (interface == TRACE_NONE) {
        return;
    }
    make_comment(capture, run, line, pkt);
    TraceRecord record = { .at_ns = line->time_ns,
                           .interface = interface,
                           .direction = TRACE_DIRECTION_OUT,
                           .number = line->packet + 1,
                           .comment = capture->comment->str };
    trace_pcapng_write(capture->network, &record, pkt);
    capture->records++;
}

static void add_interfaces(TraceCapture *capture, const TraceRun *run)
{
    capture->interfaces = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    for (guint i = 0; i < run->places->len; i++) {
        const TracePlace *place = trace_place(run, i);
        uint32_t interface = TRACE_NONE;
        if (place->kind == TRACE_PLACE_WIRE) {
            interface = trace_pcapng_add_interface(capture->network, place->name, NULL, place->type,
                                                   place->rate_bps);
        }
        g_array_append_val(capture->interfaces, interface);
    }
}

static void add_name(void *capture, InetAddr addr, const char *host)
{
    trace_pcapng_add_name(capture, addr, host);
}

TraceCapture *trace_capture_network(TraceLog *log, TraceFolder *folder, const Lang *lang,
                                    GError **error)
{
    g_autofree char *path = trace_folder_file(folder, "network.pcapng", error);
    TraceOutput *output = path == NULL ? NULL : trace_output_new(path, error);
    if (output == NULL) {
        return NULL;
    }
    TraceCapture *capture = capture_new(lang);
    capture->network = trace_pcapng_new(output, NULL);
    capture->comment = g_string_new(NULL);
    capture->marks = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    add_interfaces(capture, trace_log_run(log));
    trace_log_for_each_addr(log, add_name, capture->network);
    trace_log_add_sink(
        log, TRACE_KIND(TRACE_TRANSMIT) | TRACE_KIND(TRACE_DROP) | TRACE_KIND(TRACE_FAULT),
        on_network_line, capture);
    return capture;
}

/* ---- hosts/ ---- */

static void on_host_line(void *sink, const TraceRun *run, const TraceLine *line, uint32_t number,
                         const Packet *pkt)
{
    TraceCapture *capture = sink;
    bool outgoing = line->what == TRACE_OFFER;
    TracePcap *host = g_ptr_array_index(capture->hosts, line->place);
    if (host != NULL) {
        trace_pcap_write(host, line->time_ns, pkt, line->hop.wire, outgoing);
        capture->records++;
    }
}

static bool is_chosen(const TracePlace *place, uint32_t taken, uint32_t most,
                      const char *const *names)
{
    if (place->kind != TRACE_PLACE_HOST) {
        return false;
    }
    return names != NULL ? g_strv_contains(names, place->name) : taken < most;
}

/* What the links of a host are: all of one kind, or both. */
static TracePcapLink link_of(const TraceRun *run, uint32_t host)
{
    bool seen[2] = { false, false };
    for (guint i = 0; i < run->places->len; i++) {
        const TracePlace *place = trace_place(run, i);
        if (place->kind == TRACE_PLACE_WIRE && (place->from == host || place->to == host)) {
            seen[place->type == PACKET_LINK_RAW_IP] = true;
        }
    }
    return seen[0] && seen[1] ? TRACE_PCAP_COOKED
           : seen[1]          ? TRACE_PCAP_RAW_IP
                              : TRACE_PCAP_ETHERNET;
}

static TracePcap *open_host(const TraceRun *run, uint32_t host, TraceFolder *folder, GError **error)
{
    g_autofree char *name = g_strdup_printf("hosts/%s.pcap", trace_place(run, host)->name);
    g_autofree char *path = trace_folder_file(folder, name, error);
    TraceOutput *output = path == NULL ? NULL : trace_output_new(path, error);
    return output == NULL ? NULL : trace_pcap_new(output, link_of(run, host));
}

TraceCapture *trace_capture_hosts(TraceLog *log, TraceFolder *folder, uint32_t most,
                                  const char *const *names, GError **error)
{
    const TraceRun *run = trace_log_run(log);
    g_autoptr(TraceCapture) capture = capture_new(NULL);
    uint32_t taken = 0;
    capture->hosts = g_ptr_array_new();
    g_ptr_array_set_size(capture->hosts, (gint)run->places->len);
    for (guint i = 0; i < run->places->len; i++) {
        if (is_chosen(trace_place(run, i), taken, most, names)) {
            TracePcap *host = open_host(run, i, folder, error);
            if (host == NULL) {
                return NULL;
            }
            g_ptr_array_index(capture->hosts, i) = host;
            taken++;
        }
    }
    trace_log_add_sink(log, TRACE_KIND(TRACE_OFFER) | TRACE_KIND(TRACE_ARRIVE), on_host_line,
                       capture);
    return g_steal_pointer(&capture);
}

/* ---- life ---- */

bool trace_capture_close(TraceCapture *capture, GError **error)
{
    bool good = capture->network == NULL || trace_pcapng_close(capture->network, error);
    for (guint i = 0; capture->hosts != NULL && i < capture->hosts->len; i++) {
        TracePcap *host = g_ptr_array_index(capture->hosts, i);
        if (host != NULL && !trace_pcap_close(host, good ? error : NULL)) {
            good = false;
        }
    }
    return good;
}

void trace_capture_free(TraceCapture *capture)
{
    if (capture == NULL) {
        return;
    }
    for (guint i = 0; capture->hosts != NULL && i < capture->hosts->len; i++) {
        g_clear_pointer((TracePcap **)&g_ptr_array_index(capture->hosts, i), trace_pcap_free);
    }
    g_clear_pointer(&capture->hosts, g_ptr_array_unref);
    g_clear_pointer(&capture->network, trace_pcapng_free);
    g_clear_pointer(&capture->interfaces, g_array_unref);
    g_clear_pointer(&capture->marks, g_hash_table_unref);
    if (capture->comment != NULL) {
        g_string_free(capture->comment, TRUE);
    }
    g_free(capture);
}

uint64_t trace_capture_records(const TraceCapture *capture)
{
    return capture->records;
}
