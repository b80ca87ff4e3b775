/* Several observers are served by probes of the world's own, which hand each announcement on. A
 * callback that none of them wants stays NULL, so that nobody pays for it. */

#include "world/world_private.h"

struct WorldFanOut {
    const World *world;
    NetProbe net;
    InetProbe inet;
    TcpProbe tcp;
    SocketProbe socket;
};

/* FAN_OUT(room, callback, parameters, arguments): hands one announcement to all who want it. */
#define FAN_OUT(room, callback, parameters, ...)                                                   \
    static void room##_##callback parameters                                                       \
    {                                                                                              \
        const GPtrArray *observers = ((const WorldFanOut *)watcher)->world->observers;             \
        for (guint i = 0; i < observers->len; i++) {                                               \
            const WorldObserver *observer = observers->pdata[i];                                   \
            if (observer->room != NULL && observer->room->callback != NULL) {                      \
                observer->room->callback(observer->room->watcher, __VA_ARGS__);                    \
            }                                                                                      \
        }                                                                                          \
    }

FAN_OUT(net, on_offer, (void *watcher, const NetWire *wire, const Packet *pkt, int64_t now_ns),
        wire, pkt, now_ns)
FAN_OUT(net, on_transmit, (void *watcher, const NetWire *wire, const Packet *pkt, int64_t now_ns),
        wire, pkt, now_ns)
FAN_OUT(net, on_arrive, (void *watcher, const NetWire *wire, const Packet *pkt, int64_t now_ns),
        wire, pkt, now_ns)
FAN_OUT(net, on_drop,
        (void *watcher, const NetWire *wire, const NetNode *node, const Packet *pkt, NetDrop why,
         const NetDetail *detail, int64_t now_ns),
        wire, node, pkt, why, detail, now_ns)
FAN_OUT(net, on_fault,
        (void *watcher, const NetWire *wire, const Packet *pkt, NetFaultKind kind,
         const NetDetail *detail, int64_t now_ns),
        wire, pkt, kind, detail, now_ns)
FAN_OUT(net, on_queue,
        (void *watcher, const NetWire *wire, uint32_t queue_pkts, uint64_t queue_bytes,
         int64_t now_ns),
        wire, queue_pkts, queue_bytes, now_ns)
FAN_OUT(net, on_change,
        (void *watcher, const NetWire *wire, const NetChange *change, int64_t now_ns), wire, change,
        now_ns)

FAN_OUT(inet, on_send, (void *watcher, const InetStack *stack, const Packet *pkt, int64_t now_ns),
        stack, pkt, now_ns)
FAN_OUT(inet, on_receive,
        (void *watcher, const InetStack *stack, const Packet *pkt, int64_t now_ns), stack, pkt,
        now_ns)
FAN_OUT(inet, on_forward,
        (void *watcher, const InetStack *stack, const Packet *pkt, int64_t now_ns), stack, pkt,
        now_ns)
FAN_OUT(inet, on_discard,
        (void *watcher, const InetStack *stack, const Packet *pkt, InetDiscard why,
         PacketFault fault, int64_t now_ns),
        stack, pkt, why, fault, now_ns)
FAN_OUT(inet, on_neighbour,
        (void *watcher, const InetStack *stack, InetAddr addr, const MacAddr *mac, const char *what,
         int64_t now_ns),
        stack, addr, mac, what, now_ns)
FAN_OUT(inet, on_reassembled,
        (void *watcher, const InetStack *stack, const Packet *pkt, int64_t now_ns), stack, pkt,
        now_ns)

FAN_OUT(tcp, on_listen,
        (void *watcher, const TcpStack *tcp, uint16_t port, TcpState from, TcpEvent event,
         TcpState to, int64_t now_ns),
        tcp, port, from, event, to, now_ns)
FAN_OUT(tcp, on_created, (void *watcher, const TcpConn *conn, int64_t now_ns), conn, now_ns)
FAN_OUT(tcp, on_state,
        (void *watcher, const TcpConn *conn, TcpState from, TcpEvent event, TcpState to,
         int64_t now_ns),
        conn, from, event, to, now_ns)
FAN_OUT(tcp, on_segment,
        (void *watcher, const TcpConn *conn, const Packet *pkt, const SimKey *because,
         uint32_t because_count, int64_t now_ns),
        conn, pkt, because, because_count, now_ns)
FAN_OUT(tcp, on_arrival, (void *watcher, const TcpConn *conn, const Packet *pkt, int64_t now_ns),
        conn, pkt, now_ns)
FAN_OUT(tcp, on_vars, (void *watcher, const TcpConn *conn, int64_t now_ns), conn, now_ns)
FAN_OUT(tcp, on_timer,
        (void *watcher, const TcpConn *conn, TcpTimer timer, TcpTimerChange change,
         int64_t due_at_ns, int64_t now_ns),
        conn, timer, change, due_at_ns, now_ns)
FAN_OUT(tcp, on_delivered,
        (void *watcher, const TcpConn *conn, const Payload *payload, int64_t now_ns), conn, payload,
        now_ns)
FAN_OUT(tcp, on_closed, (void *watcher, const TcpConn *conn, TcpReason reason, int64_t now_ns),
        conn, reason, now_ns)

FAN_OUT(socket, on_call,
        (void *watcher, const SocketHost *host, const Socket *sock, const TcpConn *conn,
         const char *call, const char *text, int64_t now_ns),
        host, sock, conn, call, text, now_ns)
FAN_OUT(socket, on_return,
        (void *watcher, const SocketHost *host, const Socket *sock, const TcpConn *conn,
         const char *call, SocketError result, int64_t now_ns),
        host, sock, conn, call, result, now_ns)
FAN_OUT(socket, on_event,
        (void *watcher, const SocketHost *host, const Socket *sock, const TcpConn *conn,
         SocketEvent event, SocketError error, int64_t now_ns),
        host, sock, conn, event, error, now_ns)
FAN_OUT(socket, on_wrong_bytes,
        (void *watcher, const SocketHost *host, const Socket *sock, uint64_t offset,
         int64_t now_ns),
        host, sock, offset, now_ns)

/* Sets the fan-out's callback if any observer has it. */
#define WANT(observer, room, callback)                                                             \
    do {                                                                                           \
        if ((observer)->room != NULL && (observer)->room->callback != NULL) {                      \
            fan_out->room.callback = room##_##callback;                                            \
        }                                                                                          \
    } while (0)

static void want_all(WorldFanOut *fan_out, const WorldObserver *observer)
{
    WANT(observer, net, on_offer);
    WANT(observer, net, on_transmit);
    WANT(observer, net, on_arrive);
    WANT(observer, net, on_drop);
    WANT(observer, net, on_fault);
    WANT(observer, net, on_queue);
    WANT(observer, net, on_change);
    WANT(observer, inet, on_send);
    WANT(observer, inet, on_receive);
    WANT(observer, inet, on_forward);
    WANT(observer, inet, on_discard);
    WANT(observer, inet, on_neighbour);
    WANT(observer, inet, on_reassembled);
    WANT(observer, tcp, on_listen);
    WANT(observer, tcp, on_created);
    WANT(observer, tcp, on_state);
    WANT(observer, tcp, on_segment);
    WANT(observer, tcp, on_arrival);
    WANT(observer, tcp, on_vars);
    WANT(observer, tcp, on_timer);
    WANT(observer, tcp, on_delivered);
    WANT(observer, tcp, on_closed);
    WANT(observer, socket, on_call);
    WANT(observer, socket, on_return);
    WANT(observer, socket, on_event);
    WANT(observer, socket, on_wrong_bytes);
}

void world_fan_out_free(WorldFanOut *fan_out)
{
    g_free(fan_out);
}

static void build_fan_out(World *world)
{
    WorldFanOut *fan_out = g_new0(WorldFanOut, 1);
    fan_out->world = world;
    fan_out->net.watcher = fan_out->inet.watcher = fan_out;
    fan_out->tcp.watcher = fan_out->socket.watcher = fan_out;
    for (guint i = 0; i < world->observers->len; i++) {
        want_all(fan_out, world->observers->pdata[i]);
    }
    world->fan_out = fan_out;
}

static void set_probes(World *world, const WorldObserver *observer)
{
    for (guint i = 0; i < world->nodes->len; i++) {
        WorldNode *node = world->nodes->pdata[i];
        node->net->probe = observer->net;
        if (node->inet != NULL) {
            inet_stack_set_probe(node->inet, observer->inet);
            tcp_stack_set_probe(node->tcp, observer->tcp);
            socket_host_set_probe(node->sockets, observer->socket);
        }
    }
    for (guint i = 0; i < world->links->len; i++) {
        const WorldLink *link = world->links->pdata[i];
        net_wire_set_probe(net_link_wire(link->net, 0), observer->net);
        net_wire_set_probe(net_link_wire(link->net, 1), observer->net);
    }
}

void world_set_probes(World *world)
{
    static const WorldObserver nobody = { 0 };
    g_clear_pointer(&world->fan_out, world_fan_out_free);
    if (world->observers->len <= 1) {
        set_probes(world, world->observers->len == 0 ? &nobody : world->observers->pdata[0]);
        return;
    }
    build_fan_out(world);
    const WorldObserver all = { .net = &world->fan_out->net,
                                .inet = &world->fan_out->inet,
                                .tcp = &world->fan_out->tcp,
                                .socket = &world->fan_out->socket };
    set_probes(world, &all);
}

void world_add_observer(World *world, const WorldObserver *observer)
{
    g_assert(world->connected && !world->started);
    g_ptr_array_add(world->observers, (gpointer)observer);
    world_set_probes(world);
}

void world_remove_observer(World *world, const WorldObserver *observer)
{
    bool known = g_ptr_array_remove(world->observers, (gpointer)observer);
    g_assert(known);
    world_set_probes(world);
}

void world_announce_host(World *world, const WorldNode *node, const char *what, int64_t now_ns)
{
    for (guint i = 0; i < world->observers->len; i++) {
        const WorldObserver *observer = world->observers->pdata[i];
        if (observer->on_host != NULL) {
            observer->on_host(observer->watcher, node, what, now_ns);
        }
    }
}
