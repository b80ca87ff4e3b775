/* Writes trace.ndjson. */

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "trace/trace_fields.h"
#include "trace/trace_json.h"

static void put_name(GString *out, const char *name)
{
    g_string_append_c(out, ',');
    trace_json_put_text(out, name);
    g_string_append_c(out, ':');
}

static void put_sacks(GString *out, const WireTcp *tcp)
{
    g_string_append_c(out, '[');
    for (unsigned i = 0; i < tcp->sack_count; i++) {
        g_string_append_printf(out, "%s[%u,%u]", i > 0 ? "," : "", tcp->sack[i].left,
                               tcp->sack[i].right);
    }
    g_string_append_c(out, ']');
}

static void put_rare(GString *out, const WireTcp *tcp)
{
    const char *separator = "\"";
    wire_tcp_rare_format(tcp, out, &separator, ", ");
    g_string_append_c(out, '"');
}

static void put_value(GString *out, const TraceRun *run, const TraceField *field, const void *at)
{
    char text[64];
    switch (field->type) {
    case TRACE_FIELD_BOOL:
        g_string_append(out, *(const bool *)at ? "true" : "false");
        break;
    case TRACE_FIELD_U8:
        g_string_append_printf(out, "%u", *(const uint8_t *)at);
        break;
    case TRACE_FIELD_U16:
        g_string_append_printf(out, "%u", *(const uint16_t *)at);
        break;
    case TRACE_FIELD_U32:
        g_string_append_printf(out, "%u", *(const uint32_t *)at);
        break;
    case TRACE_FIELD_U64:
        g_string_append_printf(out, "%" G_GUINT64_FORMAT, *(const uint64_t *)at);
        break;
    case TRACE_FIELD_I32:
        g_string_append_printf(out, "%d", *(const int32_t *)at);
        break;
    case TRACE_FIELD_I64:
        g_string_append_printf(out, "%" G_GINT64_FORMAT, *(const int64_t *)at);
        break;
    case TRACE_FIELD_KEY:
        g_string_append_printf(out, "\"%016" G_GINT64_MODIFIER "x\"", *(const uint64_t *)at);
        break;
    case TRACE_FIELD_TEXT:
        trace_json_put_text(out, *(const char *const *)at);
        break;
    case TRACE_FIELD_ENUM:
        trace_json_put_text(out, field->to_string(*(const unsigned *)at));
        break;
    case TRACE_FIELD_FLAGS:
        wire_tcp_flags_format(*(const uint16_t *)at, text);
        trace_json_put_text(out, text);
        break;
    case TRACE_FIELD_ADDR:
        inet_addr_format(*(const InetAddr *)at, text);
        trace_json_put_text(out, text);
        break;
    case TRACE_FIELD_MAC:
        mac_addr_format(at, text);
        trace_json_put_text(out, text);
        break;
    case TRACE_FIELD_PLACE:
        trace_json_put_text(out, trace_place(run, *(const uint32_t *)at)->name);
        break;
    case TRACE_FIELD_SACKS:
        put_sacks(out, at);
        break;
    case TRACE_FIELD_RARE:
        put_rare(out, at);
        break;
    case TRACE_N_FIELD_TYPES:
        g_assert_not_reached();
    }
}

/* A text or a place that there is not. */
static bool is_none(const TraceField *field, const void *at)
{
    return (field->type == TRACE_FIELD_TEXT && *(const char *const *)at == NULL) ||
           (field->type == TRACE_FIELD_PLACE && *(const uint32_t *)at == TRACE_NONE);
}

static void put_fields(GString *out, const TraceRun *run, const TraceField *fields,
                       const void *base)
{
    for (const TraceField *field = fields; field->name != NULL; field++) {
        const void *at = (const uint8_t *)base + field->offset;
        if (!is_none(field, at) && (field->applies == NULL || field->applies(base))) {
            put_name(out, field->name);
            put_value(out, run, field, at);
        }
    }
}

static void put_number(GString *out, const char *name, uint64_t value)
{
    put_name(out, name);
    g_string_append_printf(out, "%" G_GUINT64_FORMAT, value);
}

static void put_raw(GString *out, const Packet *pkt)
{
    gsize len;
    const uint8_t *bytes = g_bytes_get_data(pkt->payload.bytes, &len);
    put_name(out, "raw");
    g_string_append_c(out, '"');
    for (gsize i = 0; i < len; i++) {
        g_string_append_printf(out, "%02x", bytes[i]);
    }
    g_string_append_c(out, '"');
}

static void put_because(GString *out, const TracePacket *pkt)
{
    if (pkt->because[0] == TRACE_NONE) {
        return;
    }
    put_name(out, "because");
    for (unsigned i = 0; i < 3 && pkt->because[i] != TRACE_NONE; i++) {
        g_string_append_printf(out, "%c%u", i == 0 ? '[' : ',', pkt->because[i] + 1);
    }
    g_string_append_c(out, ']');
}

/* The packet itself, in the line where it first appears. */
static void put_packet(GString *out, const TraceRun *run, const TracePacket *pkt)
{
    const Packet *snapshot = pkt->snapshot;
    put_name(out, "new");
    TraceFacts facts = trace_facts(snapshot);
    g_string_append_printf(out, "{\"network_bytes\":%u", snapshot->network_bytes);
    if (pkt->original != TRACE_NONE) {
        put_number(out, "original", pkt->original + 1);
    }
    put_because(out, pkt);
    if (pkt->conn != TRACE_NONE) {
        put_name(out, "conn");
        trace_json_put_text(out, trace_conn(run, pkt->conn)->name);
        put_number(out, "sender_end", pkt->sender_end);
    }
    put_fields(out, run, trace_fact_fields, &facts);
    put_fields(out, run, trace_length_fields, snapshot);
    if (trace_packet_has_eth(&facts)) {
        put_fields(out, run, trace_eth_fields, snapshot);
    }
    if (trace_packet_has_ip(&facts)) {
        put_fields(out, run, trace_ip_fields, snapshot);
    }
    put_fields(out, run, trace_packet_fields(snapshot->kind), snapshot);
    if (snapshot->kind == PACKET_RAW) {
        put_raw(out, snapshot);
    }
    g_string_append_c(out, '}');
}

static void put_line(GString *out, const TraceRun *run, uint32_t index)
{
    const TraceLine *line = trace_line(run, index);
    g_string_append_printf(out, "{\"n\":%u,\"time_ns\":%" G_GINT64_FORMAT ",\"where\":", index + 1,
                           line->time_ns);
    trace_json_put_text(out, trace_place(run, line->place)->name);
    put_name(out, "what");
    trace_json_put_text(out, trace_what_to_string(line->what));
    if (line->conn != TRACE_NONE) {
        put_name(out, "conn");
        trace_json_put_text(out, trace_conn(run, line->conn)->name);
        put_number(out, "end", line->end);
    }
    if (line->packet != TRACE_NONE) {
        put_number(out, "packet", line->packet + 1);
    }
    if (line->cause != TRACE_NONE) {
        put_number(out, "cause", line->cause + 1);
    }
    put_fields(out, run, trace_line_fields(line->what), line);
    if (line->packet != TRACE_NONE && trace_packet(run, line->packet)->made == index) {
        put_packet(out, run, trace_packet(run, line->packet));
    }
    g_string_append(out, "}\n");
}

static void put_places(GString *out, const TraceRun *run)
{
    put_name(out, "places");
    for (guint i = 0; i < run->places->len; i++) {
        const TracePlace *place = trace_place(run, i);
        g_string_append_printf(out, "%s{\"kind\":\"%s\",\"entity\":%u", i == 0 ? "[" : ",",
                               trace_place_kind_to_string(place->kind), place->entity);
        put_name(out, "name");
        trace_json_put_text(out, place->name);
        if (place->kind == TRACE_PLACE_WIRE) {
            put_name(out, "link");
            trace_json_put_text(out, place->link);
            put_number(out, "from", place->from);
            put_number(out, "to", place->to);
            put_name(out, "type");
            trace_json_put_text(out, place->type == PACKET_LINK_ETHERNET ? "ethernet" : "raw-ip");
        }
        g_string_append_c(out, '}');
    }
    g_string_append(out, run->places->len == 0 ? "[]" : "]");
}

static void put_addrs(GString *out, const TraceRun *run)
{
    put_name(out, "addresses");
    for (guint i = 0; i < run->addrs->len; i++) {
        const TraceAddr *entry = &g_array_index(run->addrs, TraceAddr, i);
        char addr[INET_ADDR_TEXT_BYTES];
        inet_addr_format(entry->addr, addr);
        g_string_append_printf(out, "%s{\"addr\":\"%s\",\"host\":", i == 0 ? "[" : ",", addr);
        trace_json_put_text(out, trace_place(run, entry->place)->name);
        g_string_append_c(out, '}');
    }
    g_string_append(out, run->addrs->len == 0 ? "[]" : "]");
}

static void put_end(GString *out, const TraceRun *run, const TraceEnd *end)
{
    char addr[INET_ADDR_TEXT_BYTES];
    inet_addr_format(end->addr, addr);
    g_string_append_printf(out, "{\"addr\":\"%s\",\"port\":%u", addr, end->port);
    if (end->place != TRACE_NONE) {
        put_name(out, "host");
        trace_json_put_text(out, trace_place(run, end->place)->name);
    }
    if (end->iss_known) {
        put_number(out, "iss", end->iss);
    }
    g_string_append_c(out, '}');
}

static void put_conns(GString *out, const TraceRun *run)
{
    put_name(out, "connections");
    for (guint i = 0; i < run->conns->len; i++) {
        const TraceConn *conn = trace_conn(run, i);
        g_string_append(out, i == 0 ? "[{\"name\":" : ",{\"name\":");
        trace_json_put_text(out, conn->name);
        g_string_append(out, ",\"ends\":[");
        put_end(out, run, &conn->end[0]);
        g_string_append_c(out, ',');
        put_end(out, run, &conn->end[1]);
        g_string_append(out, "]}");
    }
    g_string_append(out, run->conns->len == 0 ? "[]" : "]");
}

static void put_optional(GString *out, const char *name, const char *text)
{
    if (text != NULL) {
        put_name(out, name);
        trace_json_put_text(out, text);
    }
}

static void put_schema(GString *out, const TraceRun *run)
{
    g_string_append_printf(out, "{\"schema\":\"wirelab-trace\",\"version\":%d",
                           TRACE_FORMAT_VERSION);
    put_optional(out, "scenario", run->scenario);
    put_optional(out, "title_en", run->title_en);
    put_optional(out, "title_zh", run->title_zh);
    put_optional(out, "about_en", run->about_en);
    put_optional(out, "about_zh", run->about_zh);
    put_optional(out, "lang", run->lang);
    put_number(out, "seed", run->seed);
    put_number(out, "end_ns", (uint64_t)run->end_ns);
    put_optional(out, "record",
                 run->recording.level < TRACE_LEVEL_FULL
                     ? trace_level_to_string(run->recording.level)
                     : NULL);
    put_places(out, run);
    put_addrs(out, run);
    put_conns(out, run);
    g_string_append(out, "}\n");
}

#define FLUSH_BYTES (1u << 20)

static bool flush(GString *out, FILE *file)
{
    bool whole = fwrite(out->str, 1, out->len, file) == out->len;
    g_string_truncate(out, 0);
    return whole;
}

bool trace_run_write(const TraceRun *run, const char *path, GError **error)
{
    g_autoptr(GString) out = g_string_sized_new(FLUSH_BYTES + 4096);
    FILE *file = fopen(path, "wb");
    bool good = file != NULL;
    put_schema(out, run);
    for (uint32_t i = 0; good && i < run->lines->len; i++) {
        put_line(out, run, i);
        good = out->len < FLUSH_BYTES || flush(out, file);
    }
    good = good && flush(out, file);
    int saved = errno;
    if (file != NULL && fclose(file) != 0 && good) {
        saved = errno;
        good = false;
    }
    if (!good) {
        g_set_error(error, G_FILE_ERROR, g_file_error_from_errno(saved), "%s: %s", path,
                    g_strerror(saved));
    }
    return good;
}
