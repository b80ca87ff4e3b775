#include "trace/trace_run.h"

static const char *const place_kinds[TRACE_N_PLACE_KINDS] = {
    [TRACE_PLACE_HOST] = "host",
    [TRACE_PLACE_ROUTER] = "router",
    [TRACE_PLACE_SWITCH] = "switch",
    [TRACE_PLACE_WIRE] = "wire",
};

static const char *const whats[TRACE_N_WHATS] = {
    [TRACE_CALL] = "call",
    [TRACE_EVENT] = "event",
    [TRACE_CREATED] = "created",
    [TRACE_STATE] = "state",
    [TRACE_SEND] = "send",
    [TRACE_RECEIVE] = "receive",
    [TRACE_FORWARD] = "forward",
    [TRACE_DISCARD] = "discard",
    [TRACE_VARS] = "vars",
    [TRACE_TIMER] = "timer",
    [TRACE_DELIVER] = "deliver",
    [TRACE_CLOSED] = "closed",
    [TRACE_NEIGHBOUR] = "neighbour",
    [TRACE_REASSEMBLED] = "reassembled",
    [TRACE_WRONG_BYTES] = "wrong-bytes",
    [TRACE_HOST] = "host",
    [TRACE_OFFER] = "offer",
    [TRACE_ARRIVE] = "arrive",
    [TRACE_TRANSMIT] = "transmit",
    [TRACE_DROP] = "drop",
    [TRACE_FAULT] = "fault",
    [TRACE_QUEUE] = "queue",
    [TRACE_CHANGE] = "change",
};

const char *trace_place_kind_to_string(TracePlaceKind kind)
{
    g_assert(kind < TRACE_N_PLACE_KINDS);
    return place_kinds[kind];
}

const char *trace_what_to_string(TraceWhat what)
{
    g_assert(what < TRACE_N_WHATS);
    return whats[what];
}

static void clear_packet(void *data)
{
    TracePacket *pkt = data;
    if (pkt->snapshot != NULL) {
        trace_snapshot_clear(pkt->snapshot);
        g_free(pkt->snapshot);
    }
}

static void clear_program(void *data)
{
    TraceProgram *program = data;
    g_free(program->values);
}

static guint hash_addr(gconstpointer key)
{
    const InetAddr *addr = key;
    uint64_t mixed = (addr->hi ^ addr->lo) * UINT64_C(0x9e3779b97f4a7c15);
    return (guint)(mixed >> 32);
}

static gboolean same_addr(gconstpointer a, gconstpointer b)
{
    return inet_addr_equal(*(const InetAddr *)a, *(const InetAddr *)b);
}

TraceRun *trace_run_new(void)
{
    TraceRun *run = g_new0(TraceRun, 1);
    run->recording.level = TRACE_LEVEL_FULL;
    run->texts = g_string_chunk_new(4096);
    run->places = g_array_new(FALSE, TRUE, sizeof(TracePlace));
    run->addrs = g_array_new(FALSE, TRUE, sizeof(TraceAddr));
    run->place_of_addr = g_hash_table_new_full(hash_addr, same_addr, g_free, NULL);
    run->conns = g_array_new(FALSE, TRUE, sizeof(TraceConn));
    run->programs = g_array_new(FALSE, TRUE, sizeof(TraceProgram));
    g_array_set_clear_func(run->programs, clear_program);
    run->packets = g_array_new(FALSE, TRUE, sizeof(TracePacket));
    g_array_set_clear_func(run->packets, clear_packet);
    run->lines = g_array_new(FALSE, TRUE, sizeof(TraceLine));
    return run;
}

void trace_run_free(TraceRun *run)
{
    if (run == NULL) {
        return;
    }
    g_array_unref(run->lines);
    g_array_unref(run->packets);
    g_array_unref(run->conns);
    g_array_unref(run->programs);
    g_array_unref(run->places);
    g_array_unref(run->addrs);
    g_hash_table_unref(run->place_of_addr);
    g_string_chunk_free(run->texts);
    g_free(run);
}

void trace_run_add_addr(TraceRun *run, InetAddr addr, uint32_t place)
{
    const TraceAddr entry = { addr, place };
    g_array_append_val(run->addrs, entry);
    g_hash_table_insert(run->place_of_addr, g_memdup2(&addr, sizeof addr),
                        GUINT_TO_POINTER(place + 1));
}

uint32_t trace_run_place_of(const TraceRun *run, InetAddr addr)
{
    gpointer found = g_hash_table_lookup(run->place_of_addr, &addr);
    return found == NULL ? TRACE_NONE : GPOINTER_TO_UINT(found) - 1;
}

const char *trace_run_name_of(const TraceRun *run, InetAddr addr,
                              char out_text[INET_ADDR_TEXT_BYTES])
{
    uint32_t place = trace_run_place_of(run, addr);
    if (place != TRACE_NONE) {
        return trace_place(run, place)->name;
    }
    inet_addr_format(addr, out_text);
    return out_text;
}

const char *trace_run_text(TraceRun *run, const char *text)
{
    return text == NULL ? NULL : g_string_chunk_insert_const(run->texts, text);
}

void trace_snapshot(const Packet *pkt, Packet *out_snapshot)
{
    *out_snapshot = *pkt;
    out_snapshot->next = NULL;
    out_snapshot->pool = NULL;
    out_snapshot->payload = payload_slice(&pkt->payload, 0, pkt->payload.len_bytes);
    if (pkt->ip.option_bytes != 0) {
        out_snapshot->ip_options = g_memdup2(pkt->ip_options, pkt->ip.option_bytes);
    }
}

void trace_snapshot_clear(Packet *snapshot)
{
    payload_clear(&snapshot->payload);
    if (snapshot->ip.option_bytes != 0) {
        g_clear_pointer(&snapshot->ip_options, g_free);
    }
}

uint32_t trace_relative_seq(const TraceRun *run, const TracePacket *pkt)
{
    if (pkt->conn == TRACE_NONE) {
        return pkt->snapshot->tcp.seq;
    }
    const TraceEnd *sender = &trace_conn(run, pkt->conn)->end[pkt->sender_end];
    return sender->iss_known ? pkt->snapshot->tcp.seq - sender->iss : pkt->snapshot->tcp.seq;
}

uint32_t trace_relative_ack(const TraceRun *run, const TracePacket *pkt)
{
    if (pkt->conn == TRACE_NONE) {
        return pkt->snapshot->tcp.ack;
    }
    const TraceEnd *peer = &trace_conn(run, pkt->conn)->end[!pkt->sender_end];
    return peer->iss_known ? pkt->snapshot->tcp.ack - peer->iss : pkt->snapshot->tcp.ack;
}
