/* Reads trace.ndjson back. */

#include <errno.h>
#include <json-glib/json-glib.h>
#include <stdio.h>
#include <string.h>

#include "trace/trace_fields.h"

typedef struct Reader {
    TraceRun *run;
    const char *path;
    unsigned line;              /* from 1 */
    GHashTable *places, *conns; /* name -> index + 1; only looked up */
} Reader;

static bool complain(const Reader *reader, GError **error, const char *what, const char *value)
{
    g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_INVAL, "%s:%u: %s%s%s", reader->path,
                reader->line, what, value != NULL ? ": " : "", value != NULL ? value : "");
    return false;
}

static const char *text_member(JsonObject *object, const char *name)
{
    JsonNode *node = json_object_get_member(object, name);
    return node != NULL && JSON_NODE_HOLDS_VALUE(node) &&
                   json_node_get_value_type(node) == G_TYPE_STRING
               ? json_node_get_string(node)
               : NULL;
}

static int64_t number_member(JsonObject *object, const char *name, int64_t fallback)
{
    JsonNode *node = json_object_get_member(object, name);
    return node != NULL && JSON_NODE_HOLDS_VALUE(node) ? json_node_get_int(node) : fallback;
}

static uint32_t look_up(GHashTable *table, const char *name)
{
    gpointer found = name == NULL ? NULL : g_hash_table_lookup(table, name);
    return found == NULL ? TRACE_NONE : GPOINTER_TO_UINT(found) - 1;
}

static bool read_enum(const TraceField *field, const char *word, unsigned *out_value)
{
    for (unsigned i = 0; word != NULL && i < field->count; i++) {
        if (strcmp(field->to_string(i), word) == 0) {
            *out_value = i;
            return true;
        }
    }
    return false;
}

static bool read_flags(const char *words, uint16_t *out_flags)
{
    *out_flags = 0;
    g_auto(GStrv) list = g_strsplit(words != NULL ? words : "", " ", -1);
    for (char **word = list; *word != NULL; word++) {
        bool known = **word == 0;
        for (uint16_t bit = 1; bit <= TCP_AE && !known; bit = (uint16_t)(bit << 1)) {
            char name[40];
            wire_tcp_flags_format(bit, name);
            if (strcmp(name, *word) == 0) {
                *out_flags |= bit;
                known = true;
            }
        }
        if (!known) {
            return false;
        }
    }
    return true;
}

static bool read_sacks(JsonNode *node, WireTcp *tcp)
{
    JsonArray *list = JSON_NODE_HOLDS_ARRAY(node) ? json_node_get_array(node) : NULL;
    guint count = list == NULL ? 0 : json_array_get_length(list);
    if (list == NULL || count > wire_tcp_most_sacks(tcp)) {
        return false;
    }
    for (guint i = 0; i < count; i++) {
        JsonNode *pair = json_array_get_element(list, i);
        if (!JSON_NODE_HOLDS_ARRAY(pair) || json_array_get_length(json_node_get_array(pair)) != 2) {
            return false;
        }
        JsonArray *edges = json_node_get_array(pair);
        tcp->sack[i] = (WireSack){ (TcpSeq)json_array_get_int_element(edges, 0),
                                   (TcpSeq)json_array_get_int_element(edges, 1) };
    }
    tcp->sack_count = (uint8_t)count;
    return true;
}

static bool read_rare(const char *text, WireTcp *tcp)
{
    tcp->options &= (uint8_t)~TCP_OPT_RARE; /* the text brings it back */
    do {
        if (!wire_tcp_rare_scan(&text, tcp)) {
            return false;
        }
    } while (g_str_has_prefix(text, ", ") && *(text += strlen(", ")) != '\0');
    return *text == '\0';
}

static bool read_value(const Reader *reader, const TraceField *field, JsonNode *node, void *at)
{
    bool is_value = JSON_NODE_HOLDS_VALUE(node);
    const char *text = is_value && json_node_get_value_type(node) == G_TYPE_STRING
                           ? json_node_get_string(node)
                           : NULL;
    int64_t number = is_value && text == NULL ? json_node_get_int(node) : 0;
    switch (field->type) {
    case TRACE_FIELD_BOOL:
        *(bool *)at = json_node_get_boolean(node);
        return is_value;
    case TRACE_FIELD_U8:
        *(uint8_t *)at = (uint8_t)number;
        return is_value;
    case TRACE_FIELD_U16:
        *(uint16_t *)at = (uint16_t)number;
        return is_value;
    case TRACE_FIELD_U32:
        *(uint32_t *)at = (uint32_t)number;
        return is_value;
    case TRACE_FIELD_U64:
        *(uint64_t *)at = (uint64_t)number;
        return is_value;
    case TRACE_FIELD_I32:
        *(int32_t *)at = (int32_t)number;
        return is_value;
    case TRACE_FIELD_I64:
        *(int64_t *)at = number;
        return is_value;
    case TRACE_FIELD_KEY:
        return text != NULL && g_ascii_string_to_unsigned(text, 16, 0, G_MAXUINT64, at, NULL);
    case TRACE_FIELD_TEXT:
        *(const char **)at = trace_run_text(reader->run, text);
        return text != NULL;
    case TRACE_FIELD_ENUM:
        return read_enum(field, text, at);
    case TRACE_FIELD_FLAGS:
        return text != NULL && read_flags(text, at);
    case TRACE_FIELD_ADDR:
        return text != NULL && inet_addr_parse(text, at);
    case TRACE_FIELD_MAC:
        return text != NULL && mac_addr_parse(text, at);
    case TRACE_FIELD_PLACE:
        *(uint32_t *)at = look_up(reader->places, text);
        return *(uint32_t *)at != TRACE_NONE;
    case TRACE_FIELD_SACKS:
        return read_sacks(node, at);
    case TRACE_FIELD_RARE:
        return text != NULL && read_rare(text, at);
    case TRACE_N_FIELD_TYPES:
        break;
    }
    g_assert_not_reached();
}

static bool read_fields(const Reader *reader, const TraceField *fields, JsonObject *object,
                        void *base, GError **error)
{
    for (const TraceField *field = fields; field->name != NULL; field++) {
        JsonNode *node = json_object_get_member(object, field->name);
        void *at = (uint8_t *)base + field->offset;
        if (node != NULL && !read_value(reader, field, node, at)) {
            return complain(reader, error, "a value that means nothing", field->name);
        }
        if (node == NULL && field->type == TRACE_FIELD_PLACE) {
            *(uint32_t *)at = TRACE_NONE;
        } else if (node == NULL && field->type != TRACE_FIELD_TEXT &&
                   (field->applies == NULL || field->applies(base))) {
            return complain(reader, error, "a field is missing", field->name);
        }
    }
    return true;
}

static bool read_raw(const Reader *reader, JsonObject *object, Packet *snapshot, GError **error)
{
    const char *hex = text_member(object, "raw");
    size_t len = hex == NULL ? 0 : strlen(hex) / 2;
    uint8_t *bytes = g_malloc(len + 1);
    for (size_t i = 0; i < len; i++) {
        int high = g_ascii_xdigit_value(hex[2 * i]), low = g_ascii_xdigit_value(hex[2 * i + 1]);
        if (high < 0 || low < 0) {
            g_free(bytes);
            return complain(reader, error, "not hexadecimal", "raw");
        }
        bytes[i] = (uint8_t)(high << 4 | low);
    }
    snapshot->payload.bytes = g_bytes_new_take(bytes, len);
    snapshot->payload.len_bytes = (uint32_t)len;
    return true;
}

static uint32_t number_to_index(int64_t number)
{
    return number >= 1 && number < TRACE_NONE ? (uint32_t)(number - 1) : TRACE_NONE;
}

static void read_because(JsonObject *object, TracePacket *pkt)
{
    JsonNode *node = json_object_get_member(object, "because");
    JsonArray *list =
        node != NULL && JSON_NODE_HOLDS_ARRAY(node) ? json_node_get_array(node) : NULL;
    for (guint i = 0; list != NULL && i < 3 && i < json_array_get_length(list); i++) {
        pkt->because[i] = number_to_index(json_array_get_int_element(list, i));
    }
}

static bool read_packet(const Reader *reader, JsonObject *object, uint32_t made, GError **error)
{
    TracePacket pkt = { .made = made,
                        .id = reader->run->packets->len + 1,
                        .because = { TRACE_NONE, TRACE_NONE, TRACE_NONE } };
    TraceFacts facts = { .kind = PACKET_TCP };
    g_autofree Packet *snapshot = g_new0(Packet, 1);
    pkt.original = number_to_index(number_member(object, "original", 0));
    read_because(object, &pkt);
    pkt.conn = look_up(reader->conns, text_member(object, "conn"));
    pkt.sender_end = number_member(object, "sender_end", 0) != 0;
    snapshot->network_bytes = (uint32_t)number_member(object, "network_bytes", 0);
    if (!read_fields(reader, trace_fact_fields, object, &facts, error) ||
        !read_fields(reader, trace_length_fields, object, snapshot, error) ||
        (trace_packet_has_eth(&facts) &&
         !read_fields(reader, trace_eth_fields, object, snapshot, error)) ||
        (trace_packet_has_ip(&facts) &&
         !read_fields(reader, trace_ip_fields, object, snapshot, error)) ||
        !read_fields(reader, trace_packet_fields(facts.kind), object, snapshot, error) ||
        (facts.kind == PACKET_RAW && !read_raw(reader, object, snapshot, error))) {
        return false;
    }
    trace_facts_apply(&facts, snapshot);
    pkt.snapshot = g_steal_pointer(&snapshot);
    g_array_append_val(reader->run->packets, pkt);
    return true;
}

static bool read_what(const Reader *reader, JsonObject *object, TraceLine *line, GError **error)
{
    const char *word = text_member(object, "what");
    for (unsigned i = 0; word != NULL && i < TRACE_N_WHATS; i++) {
        if (strcmp(trace_what_to_string((TraceWhat)i), word) == 0) {
            line->what = (TraceWhat)i;
            return true;
        }
    }
    return complain(reader, error, "unknown kind of line", word);
}

static bool read_line(const Reader *reader, JsonObject *object, GError **error)
{
    uint32_t index = reader->run->lines->len;
    TraceLine line = { .time_ns = number_member(object, "time_ns", 0) };
    line.place = look_up(reader->places, text_member(object, "where"));
    line.conn = look_up(reader->conns, text_member(object, "conn"));
    line.end = number_member(object, "end", 0) != 0;
    line.packet = number_to_index(number_member(object, "packet", 0));
    line.cause = number_to_index(number_member(object, "cause", 0));
    if (number_member(object, "n", 0) != (int64_t)index + 1) {
        return complain(reader, error, "lines are missing", NULL);
    }
    if (line.time_ns < 0) {
        return complain(reader, error, "a time before the start", NULL);
    }
    if (line.place == TRACE_NONE) {
        return complain(reader, error, "unknown place", text_member(object, "where"));
    }
    if (!read_what(reader, object, &line, error) ||
        !read_fields(reader, trace_line_fields(line.what), object, &line, error)) {
        return false;
    }
    JsonNode *made = json_object_get_member(object, "new");
    if (made != NULL && (!JSON_NODE_HOLDS_OBJECT(made) ||
                         !read_packet(reader, json_node_get_object(made), index, error))) {
        return false;
    }
    if (line.packet != TRACE_NONE && line.packet >= reader->run->packets->len) {
        return complain(reader, error, "a packet that never appeared", NULL);
    }
    g_array_append_val(reader->run->lines, line);
    return true;
}

static bool read_place(Reader *reader, JsonObject *object, GError **error)
{
    TracePlace place = { .entity = (uint32_t)number_member(object, "entity", 0),
                         .name = trace_run_text(reader->run, text_member(object, "name")),
                         .link = trace_run_text(reader->run, text_member(object, "link")),
                         .from = (uint32_t)number_member(object, "from", TRACE_NONE),
                         .to = (uint32_t)number_member(object, "to", TRACE_NONE),
                         .kind = TRACE_N_PLACE_KINDS };
    const char *kind = text_member(object, "kind");
    for (unsigned i = 0; kind != NULL && i < TRACE_N_PLACE_KINDS; i++) {
        if (strcmp(trace_place_kind_to_string((TracePlaceKind)i), kind) == 0) {
            place.kind = (TracePlaceKind)i;
        }
    }
    if (g_strcmp0(text_member(object, "type"), "raw-ip") == 0) {
        place.type = PACKET_LINK_RAW_IP;
    }
    if (place.name == NULL || place.kind == TRACE_N_PLACE_KINDS) {
        return complain(reader, error, "a place without name or kind", NULL);
    }
    g_array_append_val(reader->run->places, place);
    g_hash_table_insert(reader->places, g_strdup(place.name),
                        GUINT_TO_POINTER(reader->run->places->len));
    return true;
}

static bool read_addr(Reader *reader, JsonObject *object, GError **error)
{
    const char *text = text_member(object, "addr");
    uint32_t place = look_up(reader->places, text_member(object, "host"));
    InetAddr addr;
    if (text == NULL || !inet_addr_parse(text, &addr) || place == TRACE_NONE) {
        return complain(reader, error, "an address that means nothing", text);
    }
    trace_run_add_addr(reader->run, addr, place);
    return true;
}

static bool read_end(const Reader *reader, JsonObject *object, TraceEnd *end, GError **error)
{
    const char *addr = text_member(object, "addr");
    int64_t iss = number_member(object, "iss", -1);
    *end = (TraceEnd){ .place = look_up(reader->places, text_member(object, "host")),
                       .port = (uint16_t)number_member(object, "port", 0),
                       .iss = (TcpSeq)iss,
                       .iss_known = iss >= 0 };
    return (addr != NULL && inet_addr_parse(addr, &end->addr)) ||
           complain(reader, error, "an end without address", NULL);
}

static bool read_conn(Reader *reader, JsonObject *object, GError **error)
{
    TraceConn conn = { .name = trace_run_text(reader->run, text_member(object, "name")) };
    JsonNode *node = json_object_get_member(object, "ends");
    JsonArray *ends =
        node != NULL && JSON_NODE_HOLDS_ARRAY(node) ? json_node_get_array(node) : NULL;
    if (conn.name == NULL || ends == NULL || json_array_get_length(ends) != 2) {
        return complain(reader, error, "a connection without name or ends", NULL);
    }
    for (unsigned i = 0; i < 2; i++) {
        JsonNode *end = json_array_get_element(ends, i);
        if (!JSON_NODE_HOLDS_OBJECT(end)) {
            return complain(reader, error, "an end that is no object", NULL);
        }
        if (!read_end(reader, json_node_get_object(end), &conn.end[i], error)) {
            return false;
        }
    }
    g_array_append_val(reader->run->conns, conn);
    g_hash_table_insert(reader->conns, g_strdup(conn.name),
                        GUINT_TO_POINTER(reader->run->conns->len));
    return true;
}

static bool read_list(Reader *reader, JsonObject *object, const char *name,
                      bool (*read_one)(Reader *, JsonObject *, GError **), GError **error)
{
    JsonNode *node = json_object_get_member(object, name);
    if (node == NULL || !JSON_NODE_HOLDS_ARRAY(node)) {
        return complain(reader, error, "a list is missing", name);
    }
    JsonArray *list = json_node_get_array(node);
    for (guint i = 0; i < json_array_get_length(list); i++) {
        JsonNode *one = json_array_get_element(list, i);
        if (!JSON_NODE_HOLDS_OBJECT(one)) {
            return complain(reader, error, "an entry that is no object", name);
        }
        if (!read_one(reader, json_node_get_object(one), error)) {
            return false;
        }
    }
    return true;
}

static bool read_schema(Reader *reader, JsonObject *object, GError **error)
{
    TraceRun *run = reader->run;
    if (g_strcmp0(text_member(object, "schema"), "wirelab-trace") != 0) {
        return complain(reader, error, "not a wirelab trace", NULL);
    }
    if (number_member(object, "version", 0) != TRACE_FORMAT_VERSION) {
        return complain(reader, error, "a trace of another version", NULL);
    }
    const char *level = text_member(object, "record");
    if (level != NULL && !trace_level_from_string(level, &run->recording.level)) {
        return complain(reader, error, "no level of recording", level);
    }
    run->scenario = trace_run_text(run, text_member(object, "scenario"));
    run->title_en = trace_run_text(run, text_member(object, "title_en"));
    run->title_zh = trace_run_text(run, text_member(object, "title_zh"));
    run->about_en = trace_run_text(run, text_member(object, "about_en"));
    run->about_zh = trace_run_text(run, text_member(object, "about_zh"));
    run->lang = trace_run_text(run, text_member(object, "lang"));
    run->seed = (uint64_t)number_member(object, "seed", 0);
    run->end_ns = number_member(object, "end_ns", 0);
    return read_list(reader, object, "places", read_place, error) &&
           read_list(reader, object, "addresses", read_addr, error) &&
           read_list(reader, object, "connections", read_conn, error);
}

static bool read_json(Reader *reader, JsonParser *parser, const char *text, GError **error)
{
    g_autoptr(GError) local = NULL;
    if (!json_parser_load_from_data(parser, text, -1, &local)) {
        return complain(reader, error, "not JSON", local->message);
    }
    JsonNode *root = json_parser_get_root(parser);
    if (root == NULL || !JSON_NODE_HOLDS_OBJECT(root)) {
        return complain(reader, error, "not a JSON object", NULL);
    }
    JsonObject *object = json_node_get_object(root);
    return reader->line == 1 ? read_schema(reader, object, error)
                             : read_line(reader, object, error);
}

/* ---- references ---- */

static bool is_wire(const TraceRun *run, uint32_t place)
{
    return place < run->places->len && trace_place(run, place)->kind == TRACE_PLACE_WIRE;
}

static bool wires_join_nodes(const TraceRun *run)
{
    for (guint i = 0; i < run->places->len; i++) {
        const TracePlace *place = trace_place(run, i);
        bool ends = place->from < run->places->len && place->to < run->places->len &&
                    !is_wire(run, place->from) && !is_wire(run, place->to);
        if (place->kind == TRACE_PLACE_WIRE && (!ends || place->link == NULL)) {
            return false;
        }
    }
    return true;
}

static bool needs_packet(TraceWhat what)
{
    static const bool needs[TRACE_N_WHATS] = {
        [TRACE_SEND] = true,        [TRACE_RECEIVE] = true, [TRACE_FORWARD] = true,
        [TRACE_DISCARD] = true,     [TRACE_OFFER] = true,   [TRACE_ARRIVE] = true,
        [TRACE_TRANSMIT] = true,    [TRACE_DROP] = true,    [TRACE_FAULT] = true,
        [TRACE_REASSEMBLED] = true,
    };
    return needs[what];
}

/* What a line of its kind must say for its readers to make sense of it. */
static bool line_is_whole(const TraceRun *run, const TraceLine *line)
{
    switch (line->what) {
    case TRACE_CALL:
        return line->call.call != NULL;
    case TRACE_VARS:
        return line->vars.cc_phase != NULL;
    case TRACE_NEIGHBOUR:
        return line->neighbour.text != NULL;
    case TRACE_HOST:
        return line->text != NULL;
    case TRACE_CHANGE:
        return line->change.what != NULL;
    case TRACE_OFFER:
    case TRACE_ARRIVE:
        return is_wire(run, line->hop.wire);
    case TRACE_TRANSMIT:
        return is_wire(run, line->place);
    default:
        return true;
    }
}

static bool lines_refer(const TraceRun *run)
{
    for (guint i = 0; i < run->lines->len; i++) {
        const TraceLine *line = trace_line(run, i);
        bool cause = line->cause == TRACE_NONE || line->cause < run->lines->len;
        bool packet = line->packet != TRACE_NONE || !needs_packet(line->what);
        if (!cause || !packet || !line_is_whole(run, line)) {
            return false;
        }
    }
    return true;
}

static bool index_is_good(uint32_t index, guint count)
{
    return index == TRACE_NONE || index < count;
}

static bool packets_refer(const TraceRun *run)
{
    for (guint i = 0; i < run->packets->len; i++) {
        const TracePacket *pkt = trace_packet(run, i);
        bool good = index_is_good(pkt->original, run->packets->len);
        for (unsigned k = 0; k < 3; k++) {
            good = good && index_is_good(pkt->because[k], run->packets->len);
        }
        if (!good || trace_line(run, pkt->made)->packet != i) {
            return false;
        }
    }
    return true;
}

/* Every reference leads to what it claims to: readers need not look again. */
static bool check_references(const Reader *reader, GError **error)
{
    return (wires_join_nodes(reader->run) && lines_refer(reader->run) &&
            packets_refer(reader->run)) ||
           complain(reader, error, "something refers to what is not there", NULL);
}

static bool read_file(Reader *reader, FILE *file, GError **error)
{
    g_autoptr(JsonParser) parser = json_parser_new();
    char *text = NULL;
    size_t size = 0;
    bool good = true;
    while (good && getline(&text, &size, file) >= 0) {
        reader->line++;
        good = read_json(reader, parser, text, error);
    }
    free(text);
    if (good && reader->line == 0) {
        good = complain(reader, error, "the file is empty", NULL);
    }
    return good && check_references(reader, error);
}

TraceRun *trace_run_read_file(FILE *file, const char *name, GError **error)
{
    Reader reader = { .run = trace_run_new(), .path = name };
    reader.places = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    reader.conns = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    if (!read_file(&reader, file, error)) {
        g_clear_pointer(&reader.run, trace_run_free);
    }
    g_hash_table_unref(reader.places);
    g_hash_table_unref(reader.conns);
    return reader.run;
}

TraceRun *trace_run_read(const char *path, GError **error)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        g_set_error(error, G_FILE_ERROR, g_file_error_from_errno(errno), "%s: %s", path,
                    g_strerror(errno));
        return NULL;
    }
    TraceRun *run = trace_run_read_file(file, path, error);
    fclose(file);
    return run;
}
