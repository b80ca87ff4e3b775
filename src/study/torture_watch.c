#include "study/torture_watch.h"

#define HASH_PRIME UINT64_C(0x100000001b3) /* of FNV-1a, here over eight octets at a time */
#define HASH_START UINT64_C(0xcbf29ce484222325)

/* ---- packets ---- */

static uint64_t hash_word(uint64_t hash, uint64_t word)
{
    hash = (hash ^ word) * HASH_PRIME;
    return hash ^ hash >> 29;
}

static uint64_t hash_packet(TortureWatch *watch, const Packet *pkt, uint32_t wire, int64_t now_ns)
{
    uint64_t hash = hash_word(hash_word(HASH_START, wire), (uint64_t)now_ns);
    uint32_t frame_bytes = packet_frame_bytes(pkt);
    uint32_t whole_bytes = frame_bytes / 8 * 8;
    packet_serialise(pkt, watch->octets);
    memset(watch->octets + frame_bytes, 0, 8);
    for (uint32_t i = 0; i <= whole_bytes; i += 8) {
        uint64_t word;
        memcpy(&word, watch->octets + i, sizeof word);
        hash = hash_word(hash, word);
    }
    return hash_word(hash, frame_bytes);
}

static TortureWire *find_wire(TortureWatch *watch, const NetWire *wire, uint32_t *out_index)
{
    *out_index = watch->wire_of_entity[net_wire_entity(wire)];
    return &watch->wires[*out_index];
}

/* Faults see what is offered while the link is up, if it is not too long for it. */
static bool is_counted(const TortureWatch *watch, const NetWire *wire, uint32_t index,
                       const Packet *pkt)
{
    const WorldLink *link = world_links(watch->world)->pdata[index / 2];
    uint32_t header_bytes = pkt->link == PACKET_LINK_ETHERNET ? WIRE_ETH_HEADER_BYTES : 0;
    return net_wire_is_up(wire) &&
           packet_frame_bytes(pkt) <= MAX(header_bytes + link->config.mtu_bytes,
                                          header_bytes > 0 ? WIRE_ETH_MIN_FRAME_BYTES : 0);
}

static void compare(TortureWatch *watch, uint32_t place, uint64_t digest)
{
    const GArray *packets = watch->model.packets;
    bool is_same =
        place < packets->len && g_array_index(packets, TorturePacket, place).digest == digest;
    if (!is_same && watch->differs_at == TORTURE_NO_PACKET) {
        watch->differs_at = place;
    }
}

static void keep(TortureWatch *watch, const Packet *pkt, uint32_t wire, uint64_t digest,
                 int64_t now_ns)
{
    uint32_t frame_bytes = packet_frame_bytes(pkt);
    uint32_t payload_bytes = pkt->kind == PACKET_RAW ? 0 : pkt->payload.len_bytes;
    TorturePacket packet = { .offered_at_ns = now_ns,
                             .arrived_at_ns = -1,
                             .digest = digest,
                             .id = pkt->id,
                             .wire = wire,
                             .nth = watch->wires[wire].offered,
                             .frame_bytes = frame_bytes,
                             .header_bytes = frame_bytes - payload_bytes };
    g_array_append_val(watch->packets, packet);
}

static void on_offer(void *watcher, const NetWire *wire, const Packet *pkt, int64_t now_ns)
{
    TortureWatch *watch = watcher;
    uint32_t index;
    TortureWire *entry = find_wire(watch, wire, &index);
    entry->seen++;
    if (!is_counted(watch, wire, index, pkt)) {
        return;
    }
    entry->offered++;
    uint32_t place = watch->packet_count++;
    bool is_model = watch->model.packets != NULL && place <= watch->model.same_until;
    if (watch->packets != NULL || is_model) {
        uint64_t digest = hash_packet(watch, pkt, index, now_ns);
        if (is_model) {
            compare(watch, place, digest);
        }
        if (watch->packets != NULL) {
            keep(watch, pkt, index, digest, now_ns);
        }
    }
    if (watch->model.packets != NULL && place >= watch->model.most_packets) {
        watch->endless = true;
        sim_stop(world_sim(watch->world));
    }
}

static void on_arrive(void *watcher, const NetWire *wire, const Packet *pkt, int64_t now_ns)
{
    TortureWatch *watch = watcher;
    uint32_t index;
    TortureWire *entry = find_wire(watch, wire, &index);
    bool older_arrived = true;
    for (guint i = entry->oldest; i < watch->packets->len; i++) {
        TorturePacket *packet = &g_array_index(watch->packets, TorturePacket, i);
        if (packet->wire == index && packet->id == pkt->id) {
            packet->arrived_at_ns = now_ns;
            entry->oldest = older_arrived ? i + 1 : entry->oldest;
            return;
        }
        older_arrived = older_arrived && (packet->wire != index || packet->arrived_at_ns >= 0);
    }
}

static void on_drop(void *watcher, const NetWire *wire, const NetNode *node, const Packet *pkt,
                    NetDrop why, const NetDetail *detail, int64_t now_ns)
{
    bool on_the_wire = why == NET_DROP_QUEUE_FULL || why == NET_DROP_QUEUE_EARLY ||
                       why == NET_DROP_FAULT || why == NET_DROP_LOSS || why == NET_DROP_LINK_DOWN ||
                       why == NET_DROP_TOO_BIG;
    if (wire != NULL && on_the_wire) {
        uint32_t index;
        find_wire(watcher, wire, &index)->dropped++;
    }
}

/* ---- connections ---- */

/* NULL: it closed before. */
static TortureEnd *find_end(const TortureWatch *watch, const TcpConn *conn)
{
    guint place = GPOINTER_TO_UINT(g_hash_table_lookup(watch->end_of_conn, conn));
    return place == 0 ? NULL : &g_array_index(watch->ends, TortureEnd, place - 1);
}

static void learn_numbers(TortureEnd *end, const TcpConn *conn)
{
    TcpVars vars;
    tcp_conn_vars(conn, &vars);
    end->iss = vars.iss;
    end->irs = vars.irs;
    end->in_flight_bytes = vars.snd_nxt - vars.snd_una;
}

static void on_created(void *watcher, const TcpConn *conn, int64_t now_ns)
{
    TortureWatch *watch = watcher;
    InetStack *inet = tcp_stack_inet(tcp_conn_stack(conn));
    TortureEnd end = { .conn = conn,
                       .host = inet_stack_node(inet)->name,
                       .addr = tcp_conn_local_addr(conn),
                       .peer_addr = tcp_conn_remote_addr(conn),
                       .port = tcp_conn_local_port(conn),
                       .peer_port = tcp_conn_remote_port(conn),
                       .of_program = tcp_conn_is_active(conn) };
    g_array_append_val(watch->ends, end);
    g_hash_table_insert(watch->end_of_conn, (gpointer)conn, GUINT_TO_POINTER(watch->ends->len));
    watch->open_ends++;
}

static void on_state(void *watcher, const TcpConn *conn, TcpState from, TcpEvent event, TcpState to,
                     int64_t now_ns)
{
    TortureWatch *watch = watcher;
    TortureEnd *end = find_end(watch, conn);
    if (end == NULL) {
        return;
    }
    learn_numbers(end, conn);
    end->of_program = end->of_program || to == TCP_STATE_ESTABLISHED;
    if (to == TCP_STATE_CLOSED && end->conn != NULL) {
        end->conn = NULL;
        watch->open_ends--;
    }
}

static void on_closed(void *watcher, const TcpConn *conn, TcpReason reason, int64_t now_ns)
{
    TortureWatch *watch = watcher;
    TortureEnd *end = find_end(watch, conn);
    if (end != NULL) {
        end->reason = reason;
        watch->errors += end->of_program && reason != TCP_REASON_CLOSED;
    }
}

static void on_delivered(void *watcher, const TcpConn *conn, const Payload *payload, int64_t now_ns)
{
    TortureWatch *watch = watcher;
    TortureEnd *end = find_end(watch, conn);
    if (end != NULL) {
        end->read_bytes += payload->len_bytes;
        watch->last_read_at_ns = now_ns;
    }
}

static void on_timer(void *watcher, const TcpConn *conn, TcpTimer timer, TcpTimerChange change,
                     int64_t due_at_ns, int64_t now_ns)
{
    TortureWatch *watch = watcher;
    watch->timeouts += timer == TCP_TIMER_RETRANSMIT && change == TCP_TIMER_FIRED;
}

/* Not every write is a call of its own, but there is a call or an event after the last. */
static void note_written(TortureWatch *watch, const Socket *socket, const TcpConn *conn)
{
    TortureEnd *end = conn == NULL ? NULL : find_end(watch, conn);
    if (end != NULL) {
        end->written_bytes = socket_written_bytes(socket);
    }
}

static void on_call(void *watcher, const SocketHost *host, const Socket *socket,
                    const TcpConn *conn, const char *call, const char *text, int64_t now_ns)
{
    note_written(watcher, socket, conn);
}

static void on_return(void *watcher, const SocketHost *host, const Socket *socket,
                      const TcpConn *conn, const char *call, SocketError result, int64_t now_ns)
{
    note_written(watcher, socket, conn);
}

static void on_event(void *watcher, const SocketHost *host, const Socket *socket,
                     const TcpConn *conn, SocketEvent event, SocketError error, int64_t now_ns)
{
    note_written(watcher, socket, conn);
}

static bool is_peer(const TortureEnd *a, const TortureEnd *b)
{
    return a->port == b->peer_port && a->peer_port == b->port && a->iss == b->irs &&
           a->irs == b->iss && inet_addr_equal(a->addr, b->peer_addr) &&
           inet_addr_equal(a->peer_addr, b->addr);
}

const TortureEnd *torture_watch_peer(const TortureWatch *watch, const TortureEnd *end)
{
    for (guint i = 0; i < watch->ends->len; i++) {
        const TortureEnd *other = &g_array_index(watch->ends, TortureEnd, i);
        if (other != end && is_peer(end, other)) {
            return other;
        }
    }
    return NULL;
}

/* ---- life ---- */

static void number_wires(TortureWatch *watch)
{
    const GPtrArray *links = world_links(watch->world);
    uint32_t most = 0;
    for (guint i = 0; i < links->len; i++) {
        const WorldLink *link = links->pdata[i];
        most = MAX(most, net_wire_entity(net_link_wire(link->net, 1)));
    }
    watch->wires = g_new0(TortureWire, 2 * links->len);
    watch->wire_of_entity = g_new0(uint32_t, most + 1);
    for (guint i = 0; i < links->len; i++) {
        const WorldLink *link = links->pdata[i];
        for (unsigned side = 0; side < 2; side++) {
            watch->wire_of_entity[net_wire_entity(net_link_wire(link->net, side))] = 2 * i + side;
        }
    }
}

TortureWatch *torture_watch_new(World *world, const TortureModel *model, bool keep)
{
    TortureWatch *watch = g_new0(TortureWatch, 1);
    watch->world = world;
    watch->model = *model;
    watch->differs_at = TORTURE_NO_PACKET;
    watch->ends = g_array_new(FALSE, FALSE, sizeof(TortureEnd));
    watch->end_of_conn = g_hash_table_new(NULL, NULL);
    watch->octets = g_malloc(WIRE_IPV4_MAX_BYTES + WIRE_ETH_HEADER_BYTES + 8);
    if (keep) {
        watch->packets = g_array_new(FALSE, FALSE, sizeof(TorturePacket));
    }
    number_wires(watch);
    watch->net = (NetProbe){ .watcher = watch,
                             .on_offer = on_offer,
                             .on_arrive = keep ? on_arrive : NULL,
                             .on_drop = on_drop };
    watch->tcp = (TcpProbe){ .watcher = watch,
                             .on_created = on_created,
                             .on_state = on_state,
                             .on_timer = on_timer,
                             .on_delivered = on_delivered,
                             .on_closed = on_closed };
    watch->socket = (SocketProbe){
        .watcher = watch, .on_call = on_call, .on_return = on_return, .on_event = on_event
    };
    watch->observer =
        (WorldObserver){ .net = &watch->net, .tcp = &watch->tcp, .socket = &watch->socket };
    world_add_observer(world, &watch->observer);
    return watch;
}

void torture_watch_finish(TortureWatch *watch)
{
    for (guint i = 0; i < watch->ends->len; i++) {
        TortureEnd *end = &g_array_index(watch->ends, TortureEnd, i);
        if (end->conn != NULL) {
            learn_numbers(end, end->conn);
        }
    }
}

void torture_watch_free(TortureWatch *watch)
{
    if (watch == NULL) {
        return;
    }
    if (watch->packets != NULL) {
        g_array_unref(watch->packets);
    }
    g_array_unref(watch->ends);
    g_hash_table_unref(watch->end_of_conn);
    g_free(watch->wires);
    g_free(watch->wire_of_entity);
    g_free(watch->octets);
    g_free(watch);
}
