#include "app/app_flow.h"

enum { REMEMBERED = 64 /* datagrams of which a second copy is known as such */ };

/* One sender's stream. */
typedef struct Flow {
    uint64_t stream;                     /* the key */
    uint64_t next_offset;                /* behind the furthest datagram so far */
    uint64_t count;                      /* datagrams so far */
    uint64_t recent_offsets[REMEMBERED]; /* the n-th at n % REMEMBERED */
} Flow;

static Flow *find_flow(App *app, uint64_t stream)
{
    if (app->flows == NULL) {
        app->flows = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, g_free);
    }
    Flow *flow = g_hash_table_lookup(app->flows, &stream);
    if (flow == NULL) {
        flow = g_new0(Flow, 1);
        flow->stream = stream;
        g_hash_table_insert(app->flows, &flow->stream, flow);
    }
    return flow;
}

static bool is_known(const Flow *flow, uint64_t offset)
{
    for (uint64_t i = 0; i < MIN(flow->count, REMEMBERED); i++) {
        if (flow->recent_offsets[i] == offset) {
            return true;
        }
    }
    return false;
}

/* A gap is counted in datagrams of the size of the one that shows it. */
static void count_gap(AppStats *stats, uint64_t gap_bytes, uint32_t len_bytes)
{
    stats->lost_pkts += (gap_bytes + len_bytes - 1) / len_bytes;
}

/* One from before the furthest was missing until now, unless it has been here already. */
static void count_late(AppStats *stats, bool known)
{
    if (known) {
        stats->duplicated_pkts++;
    } else {
        stats->reordered_pkts++;
        stats->lost_pkts -= stats->lost_pkts > 0;
    }
}

void app_flow_count(App *app, const UdpDatagram *datagram, int64_t now_ns)
{
    const Payload *payload = &datagram->payload;
    app->stats.received_pkts++;
    app_count_read(app, payload->len_bytes, now_ns);
    if (payload->stream == 0) {
        return; /* empty, or of unknown origin */
    }
    Flow *flow = find_flow(app, payload->stream);
    if (payload->offset >= flow->next_offset) {
        count_gap(&app->stats, payload->offset - flow->next_offset, payload->len_bytes);
        flow->next_offset = payload->offset + payload->len_bytes;
    } else {
        count_late(&app->stats, is_known(flow, payload->offset));
    }
    flow->recent_offsets[flow->count++ % REMEMBERED] = payload->offset;
}
