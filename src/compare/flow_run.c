/* The TCP connections of a run, as one of the hosts saw them: what it gave to its wires and what
 * arrived from them, as a capture made there would show it. */

#include "compare/flow.h"

static char *name_of_end(const TraceRun *run, const TraceEnd *end)
{
    char text[INET_ADDR_TEXT_BYTES];
    return g_strdup(end->place != TRACE_NONE ? trace_place(run, end->place)->name
                                             : trace_run_name_of(run, end->addr, text));
}

static Flow *flow_of_conn(const TraceRun *run, uint32_t index)
{
    const TraceConn *conn = trace_conn(run, index);
    Flow *flow = flow_new();
    flow->name = g_strdup(conn->name);
    flow->conn = index;
    for (unsigned i = 0; i < 2; i++) {
        flow->end[i].addr = conn->end[i].addr;
        flow->end[i].port = conn->end[i].port;
        flow->end[i].name = name_of_end(run, &conn->end[i]);
        flow->end[i].iss = conn->end[i].iss;
        flow->end[i].iss_known = conn->end[i].iss_known;
    }
    return flow;
}

/* The host that looks on; a forged peer has none, and the other end must do. */
static uint32_t onlooker(const TraceConn *conn, FlowPoint point)
{
    unsigned end = point == FLOW_POINT_SERVER ? 1 : 0;
    return conn->end[end].place != TRACE_NONE ? conn->end[end].place : conn->end[!end].place;
}

static void see_line(const TraceRun *run, uint32_t index, FlowPoint point, FlowSet *set)
{
    const TraceLine *line = trace_line(run, index);
    if ((line->what != TRACE_OFFER && line->what != TRACE_ARRIVE) || line->packet == TRACE_NONE) {
        return;
    }
    const TracePacket *pkt = trace_packet(run, line->packet);
    if (pkt->conn == TRACE_NONE || pkt->snapshot->kind != PACKET_TCP ||
        onlooker(trace_conn(run, pkt->conn), point) != line->place) {
        return;
    }
    const FlowSighting seen = { .time_ns = line->time_ns,
                                .tcp = &pkt->snapshot->tcp,
                                .end = pkt->sender_end,
                                .len_bytes = pkt->snapshot->payload.len_bytes,
                                .number = line->packet + 1,
                                .line = index };
    flow_see(g_ptr_array_index(set->flows, pkt->conn), &seen);
}

FlowSet *flow_set_of_run(const TraceRun *run, FlowPoint point)
{
    FlowSet *set = flow_set_new();
    set->point = point == FLOW_POINT_SERVER ? FLOW_POINT_SERVER : FLOW_POINT_CLIENT;
    for (uint32_t i = 0; i < run->conns->len; i++) {
        g_ptr_array_add(set->flows, flow_of_conn(run, i));
    }
    for (uint32_t i = 0; i < run->lines->len; i++) {
        see_line(run, i, point, set);
    }
    return set;
}
