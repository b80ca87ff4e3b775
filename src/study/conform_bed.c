/* One cell, tried: a host whose only neighbour we are leads its life until it is in the state, then
 * the segment comes over the wire. */

#include "study/conform.h"

#include "world/world_observe.h"

#define SERVER_PORT 80
#define PEER_PORT 1000
#define PEER_WINDOW_BYTES 2000u /* what we offer */
#define HOST_BUFFER_BYTES 1200u /* what the host offers: a gap of that size fits one segment */
#define SENT_BEFORE_BYTES 100u  /* by the host, and acknowledged, so that an ACK can be old */
#define OLD_BYTES 50u           /* so far back an old ACK lies */
#define INSIDE_BYTES 100u       /* so far behind RCV.NXT "inside" lies */
#define SETTLE_NS (10 * SIM_NS_PER_US)
#define ANSWER_NS (500 * SIM_NS_PER_MS) /* within that every ACK is sent (MUST-40) */

typedef struct Bed {
    World *world;
    WorldNode *host;
    NetPort *port;
    InetAddr host_addr, peer_addr;
    TcpProbe probe;
    WorldObserver observer;
    Socket *listener, *stream; /* of the program; NULL: none */
    bool listening;
    /* What was seen. */
    TcpState state; /* of the latest connection, or of the listener */
    ConformReport report;
    uint32_t frames; /* since the segment came */
    WireTcp frame;   /* the latest one */
    /* What we, the peer, know. */
    uint16_t host_tcp_port, peer_tcp_port;
    TcpSeq next;      /* our next number */
    TcpSeq host_next; /* the host's, by what it has sent */
    TcpSeq host_una;  /* what we have acknowledged of that */
    TcpSeq host_ack;  /* what the host has acknowledged */
    TcpSeq edge;      /* the right edge of its window */
} Bed;

/* ---- what the host does ---- */

static ConformReport report_of(SocketError error)
{
    switch (error) {
    case SOCKET_RESET:
        return CONFORM_REPORT_RESET;
    case SOCKET_REFUSED:
        return CONFORM_REPORT_REFUSED;
    default:
        return CONFORM_REPORT_CLOSED;
    }
}

static void on_event(void *program, Socket *socket, SocketEvent event, int64_t now_ns)
{
    Bed *bed = program;
    if (event == SOCKET_EVENT_ACCEPTABLE) {
        bed->stream = socket_accept(bed->listener, on_event, bed, now_ns);
    } else if (event == SOCKET_EVENT_CLOSED) {
        bed->report = report_of(socket_error(socket));
    }
}

static void on_listen(void *watcher, const TcpStack *tcp, uint16_t port, TcpState from,
                      TcpEvent event, TcpState to, int64_t now_ns)
{
    Bed *bed = watcher;
    bed->state = to;
}

static void on_state(void *watcher, const TcpConn *conn, TcpState from, TcpEvent event, TcpState to,
                     int64_t now_ns)
{
    Bed *bed = watcher;
    /* A connection that nobody has accepted leaves the listener behind: "return to LISTEN". */
    bool back = to == TCP_STATE_CLOSED && bed->listening && bed->stream == NULL;
    bed->state = back ? TCP_STATE_LISTEN : to;
}

static void learn(Bed *bed, const Packet *pkt)
{
    const WireTcp *tcp = &pkt->tcp;
    bed->frames++;
    bed->frame = *tcp;
    if ((tcp->flags & TCP_RST) != 0) {
        return;
    }
    TcpSeq end = tcp->seq + wire_tcp_seq_len(tcp, pkt->payload.len_bytes);
    bool is_new = (tcp->flags & TCP_SYN) != 0 || seq_gt(end, bed->host_next);
    bed->host_next = is_new ? end : bed->host_next;
    bed->host_tcp_port = tcp->src_port;
    if ((tcp->flags & TCP_ACK) != 0) {
        bed->host_ack = tcp->ack;
        bed->edge = tcp->ack + tcp->window;
    }
}

static void on_frame(void *above, WorldNode *node, const uint8_t *bytes, size_t len_bytes,
                     int64_t now_ns)
{
    Bed *bed = above;
    g_autoptr(Packet) pkt = world_new_raw_packet(bed->world, PACKET_LINK_RAW_IP, bytes, len_bytes);
    PacketFault fault = packet_parse(pkt, PACKET_DEPTH_TRANSPORT);
    g_assert(fault == PACKET_OK && pkt->kind == PACKET_TCP);
    learn(bed, pkt);
}

static void open_bed(Bed *bed)
{
    *bed = (Bed){ .state = TCP_STATE_CLOSED,
                  .host_tcp_port = SERVER_PORT,
                  .peer_tcp_port = PEER_PORT,
                  .next = CONFORM_PEER_ISS,
                  .host_next = CONFORM_HOST_ISS,
                  .host_una = CONFORM_HOST_ISS,
                  .host_ack = CONFORM_PEER_ISS + 1,
                  .edge = CONFORM_PEER_ISS + 1 + HOST_BUFFER_BYTES };
    bed->world = world_new(1);
    WorldHostConfig config;
    world_host_config_init(&config);
    config.tcp.fixed_isn = CONFORM_HOST_ISS;
    config.tcp.receive_buffer_bytes = HOST_BUFFER_BYTES;
    bed->host = world_add_host(bed->world, "host", &config);
    WorldNode *peer = world_add_outside(bed->world, "peer", on_frame, bed);
    WorldLinkConfig wire;
    world_link_config_init(&wire, "wire", bed->host, peer);
    wire.type = PACKET_LINK_RAW_IP;
    wire.wire[0].delay_ns = wire.wire[1].delay_ns = SIM_NS_PER_US;
    WorldLink *link = world_add_link(bed->world, &wire);
    world_connect(bed->world, WORLD_ROUTING_HOPS);
    bed->port = link->end[0].port;
    bed->host_addr = link->end[0].addr;
    bed->peer_addr = link->end[1].addr;
    bed->probe = (TcpProbe){ .watcher = bed, .on_listen = on_listen, .on_state = on_state };
    bed->observer = (WorldObserver){ .tcp = &bed->probe };
    world_add_observer(bed->world, &bed->observer);
}

/* ---- what we do ---- */

static int64_t now(const Bed *bed)
{
    return sim_now(world_sim(bed->world));
}

static void run(Bed *bed, int64_t duration_ns)
{
    int64_t until_ns = now(bed) + duration_ns;
    world_run(bed->world, until_ns);
}

/* A segment of ours arrives at the host. */
static void put(Bed *bed, uint16_t flags, TcpSeq seq, TcpSeq ack, uint32_t len_bytes)
{
    g_autoptr(Packet) pkt = world_new_packet(bed->world, PACKET_WHY_INJECTED);
    pkt->kind = PACKET_TCP;
    pkt->link = PACKET_LINK_RAW_IP;
    pkt->ip = (WireIp){
        .src = bed->peer_addr, .dst = bed->host_addr, .protocol = IP_PROTOCOL_TCP, .ttl = 64
    };
    pkt->tcp = (WireTcp){ .src_port = bed->peer_tcp_port,
                          .dst_port = bed->host_tcp_port,
                          .seq = seq,
                          .ack = (flags & TCP_ACK) != 0 ? ack : 0,
                          .flags = flags,
                          .window = PEER_WINDOW_BYTES,
                          .options = (flags & TCP_SYN) != 0 ? TCP_OPT_MSS : 0,
                          .mss = 1460 };
    pkt->payload = (Payload){ .len_bytes = len_bytes };
    packet_set_length(pkt);
    uint8_t bytes[WIRE_IPV4_HEADER_BYTES + 60 + HOST_BUFFER_BYTES];
    size_t size = packet_frame_bytes(pkt);
    g_assert(size <= sizeof bytes);
    packet_serialise(pkt, bytes);
    world_put_frame(bed->world, bed->port, bytes, size);
    run(bed, SETTLE_NS);
}

/* A segment in its turn. */
static void put_next(Bed *bed, uint16_t flags, TcpSeq ack)
{
    put(bed, flags, bed->next, ack, 0);
    bed->next += (flags & (TCP_SYN | TCP_FIN)) != 0;
}

static void step_listen(Bed *bed)
{
    bed->listener = socket_new(bed->host->sockets, SOCKET_STREAM, on_event, bed);
    socket_bind(bed->listener, (InetAddr){ 0 }, SERVER_PORT, now(bed));
    socket_listen(bed->listener, 0, now(bed));
    bed->listening = true;
}

static void step_connect(Bed *bed)
{
    bed->peer_tcp_port = SERVER_PORT;
    bed->stream = socket_new(bed->host->sockets, SOCKET_STREAM, on_event, bed);
    socket_connect(bed->stream, bed->peer_addr, SERVER_PORT, now(bed));
}

static void step_send(Bed *bed)
{
    uint64_t taken = 0;
    socket_send_pattern(bed->stream, SENT_BEFORE_BYTES, true, false, &taken, now(bed));
}

static void step_close(Bed *bed)
{
    socket_shutdown(bed->stream, now(bed));
}

static void step_syn(Bed *bed)
{
    put_next(bed, TCP_SYN, 0);
}

static void step_ack(Bed *bed)
{
    bed->host_una = bed->host_next;
    put_next(bed, TCP_ACK, bed->host_una);
}

/* With an acknowledgement of what was acknowledged before. */
static void step_fin(Bed *bed)
{
    put_next(bed, TCP_FIN | TCP_ACK, bed->host_una);
}

typedef void (*Step)(Bed *bed);

#define ESTABLISH step_listen, step_syn, step_ack, step_send, step_ack
#define MOST_STEPS 9

static const Step ways[CONFORM_N_ORIGINS][MOST_STEPS] = {
    [CONFORM_CLOSED] = { NULL },
    [CONFORM_LISTEN] = { step_listen },
    [CONFORM_SYN_SENT] = { step_connect },
    [CONFORM_SYN_RECEIVED] = { step_listen, step_syn },
    [CONFORM_SYN_RECEIVED_ACTIVE] = { step_connect, step_syn },
    [CONFORM_ESTABLISHED] = { ESTABLISH },
    [CONFORM_FIN_WAIT_1] = { ESTABLISH, step_close },
    [CONFORM_FIN_WAIT_2] = { ESTABLISH, step_close, step_ack },
    [CONFORM_CLOSE_WAIT] = { ESTABLISH, step_fin },
    [CONFORM_CLOSING] = { ESTABLISH, step_close, step_fin },
    [CONFORM_LAST_ACK] = { ESTABLISH, step_fin, step_close },
    [CONFORM_TIME_WAIT] = { ESTABLISH, step_close, step_ack, step_fin },
};

static void reach(Bed *bed, ConformOrigin origin)
{
    for (size_t i = 0; i < MOST_STEPS && ways[origin][i] != NULL; i++) {
        ways[origin][i](bed);
        run(bed, SETTLE_NS);
    }
    g_assert(bed->state == conform_origin_state(origin));
    bed->frames = 0;
    bed->report = CONFORM_REPORT_NONE;
}

/* ---- the segment ---- */

static TcpSeq seq_at(const Bed *bed, ConformPlace place, uint32_t seg_len)
{
    const TcpSeq at[] = { [CONFORM_LEFT] = bed->host_ack - MAX(seg_len, 1),
                          [CONFORM_LEFT_EDGE] = bed->host_ack,
                          [CONFORM_INSIDE] = bed->host_ack + INSIDE_BYTES,
                          [CONFORM_RIGHT_EDGE] = bed->edge - 1,
                          [CONFORM_BEYOND] = bed->edge };
    return at[place];
}

static TcpSeq ack_at(const Bed *bed, const ConformCell *cell)
{
    bool shaking = cell->origin >= CONFORM_SYN_SENT && cell->origin <= CONFORM_SYN_RECEIVED_ACTIVE;
    const TcpSeq at[] = { [CONFORM_ACK_NONE] = 0,
                          [CONFORM_ACK_TOO_OLD] = bed->host_una - PEER_WINDOW_BYTES - 1,
                          [CONFORM_ACK_OLD] = bed->host_una - (shaking ? 0 : OLD_BYTES),
                          [CONFORM_ACK_RIGHT] = bed->host_next,
                          [CONFORM_ACK_FUTURE] = bed->host_next + 1 };
    return at[cell->ack];
}

static void number(const Bed *bed, const ConformCell *cell, ConformNumbers *out)
{
    uint16_t flags = conform_kind_flags(cell->kind);
    uint32_t seg_len =
        (cell->text ? CONFORM_TEXT_BYTES : 0) + ((flags & TCP_SYN) != 0) + ((flags & TCP_FIN) != 0);
    *out = (ConformNumbers){ .seg_seq = seq_at(bed, cell->place, seg_len),
                             .seg_ack = ack_at(bed, cell),
                             .seg_len = seg_len,
                             .snd_nxt = bed->host_next,
                             .rcv_nxt = bed->host_ack };
}

static ConformReply reply_of(const Bed *bed, uint64_t challenges)
{
    static const struct {
        uint16_t flags;
        ConformReply reply;
    } replies[] = { { TCP_RST, CONFORM_REPLY_RST },
                    { TCP_RST | TCP_ACK, CONFORM_REPLY_RST_ACK },
                    { TCP_ACK, CONFORM_REPLY_ACK },
                    { TCP_SYN | TCP_ACK, CONFORM_REPLY_SYN_ACK } };
    if (bed->frames == 0) {
        return CONFORM_REPLY_NOTHING;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(replies) && bed->frames == 1; i++) {
        if (bed->frame.flags == replies[i].flags) {
            bool challenge = replies[i].reply == CONFORM_REPLY_ACK && challenges > 0;
            return challenge ? CONFORM_REPLY_CHALLENGE : replies[i].reply;
        }
    }
    return CONFORM_REPLY_OTHER;
}

/* ---- what was taken ---- */

/* Completes the handshake, and sends what is missing before the segment: what it held comes to
 * light. Returns the octets sent for that. */
static uint32_t follow_up(Bed *bed, const ConformCell *cell, const ConformNumbers *numbers)
{
    if (bed->state == TCP_STATE_SYN_RCVD) {
        put(bed, TCP_ACK, bed->host_ack, bed->host_next, 0);
    }
    bool receives = bed->state == TCP_STATE_ESTABLISHED || bed->state == TCP_STATE_FIN_WAIT_1 ||
                    bed->state == TCP_STATE_FIN_WAIT_2;
    bool has_window = cell->origin >= CONFORM_SYN_RECEIVED && cell->origin != CONFORM_TIME_WAIT;
    if (!receives || !has_window || !seq_gt(numbers->seg_seq, bed->host_ack)) {
        return 0;
    }
    uint32_t missing_bytes = numbers->seg_seq - bed->host_ack;
    bool fin_acked = bed->state != TCP_STATE_FIN_WAIT_1; /* else it is not now either */
    put(bed, TCP_ACK, bed->host_ack, fin_acked ? bed->host_next : bed->host_una, missing_bytes);
    return missing_bytes;
}

void conform_try(const ConformCell *cell, ConformNumbers *out_numbers, ConformAnswer *out_seen)
{
    Bed bed;
    open_bed(&bed);
    g_autoptr(World) owned G_GNUC_UNUSED = bed.world;
    reach(&bed, cell->origin);
    number(&bed, cell, out_numbers);
    const TcpStackStats *stats = tcp_stack_stats(bed.host->tcp);
    uint64_t challenges = stats->challenge_acks;
    put(&bed, conform_kind_flags(cell->kind), out_numbers->seg_seq, out_numbers->seg_ack,
        cell->text ? CONFORM_TEXT_BYTES : 0);
    run(&bed, ANSWER_NS);
    *out_seen = (ConformAnswer){ .after = bed.state,
                                 .reply = reply_of(&bed, stats->challenge_acks - challenges),
                                 .report = bed.report };
    if (bed.frames > 0) {
        out_seen->flags = bed.frame.flags;
        out_seen->seq = bed.frame.seq;
        out_seen->ack = bed.frame.ack;
    }
    uint32_t filled_bytes = follow_up(&bed, cell, out_numbers);
    out_seen->then = bed.state;
    if (bed.stream != NULL) {
        out_seen->text_bytes = (uint32_t)socket_readable_bytes(bed.stream) - filled_bytes;
    }
}
