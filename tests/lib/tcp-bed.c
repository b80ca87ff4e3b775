#include "lib/tcp-bed.h"

#include <string.h>

enum { PEER_PORT = 1000, SERVER_PORT = 80 };

#define SETTLE_NS 10 /* the wires take 1 ns */

/* ---- what the host does ---- */

static const char *const note_names[] = {
    [TCP_NOTE_ESTABLISHED] = "established", [TCP_NOTE_URGENT] = "urgent",
    [TCP_NOTE_READABLE] = "readable",       [TCP_NOTE_PEER_CLOSED] = "peer-closed",
    [TCP_NOTE_WRITABLE] = "writable",       [TCP_NOTE_SENT] = "sent",
    [TCP_NOTE_ADVICE] = "advice",           [TCP_NOTE_CLOSED] = "closed",
};

static void append_word(GString *words, const char *word)
{
    g_string_append_printf(words, "%s%s", words->len > 0 ? " " : "", word);
}

static void read_all(TcpBed *bed, int64_t now_ns)
{
    for (;;) {
        Payload payload = tcp_receive(bed->conn, UINT32_MAX, now_ns);
        if (payload.len_bytes == 0) {
            return;
        }
        bed->read_bytes += payload.len_bytes;
        payload_clear(&payload);
    }
}

static void on_note(void *holder, TcpConn *conn, TcpNote note, TcpReason reason, int64_t now_ns)
{
    TcpBed *bed = holder;
    g_assert(bed->conn == NULL || bed->conn == conn);
    append_word(bed->notes, note_names[note]);
    if (note == TCP_NOTE_READABLE && bed->reads) {
        read_all(bed, now_ns);
    }
    if (note == TCP_NOTE_PEER_CLOSED && bed->closes) {
        tcp_shutdown(conn, now_ns);
    }
    if (note == TCP_NOTE_CLOSED) {
        bed->reason = reason;
        bed->conn = NULL;
    }
}

static void on_ready(void *holder, TcpListener *listener, int64_t now_ns)
{
    TcpBed *bed = holder;
    bed->conn = tcp_accept(listener, on_note, bed);
    append_word(bed->notes, "accepted");
}

static void on_state(void *watcher, const TcpConn *conn, TcpState from, TcpEvent event, TcpState to,
                     int64_t now_ns)
{
    TcpBed *bed = watcher;
    g_assert(tcp_conn_state(conn) == to && tcp_fsm_next(from, event) == to);
    if (bed->states->len == 0) {
        g_string_assign(bed->states, tcp_state_to_string(from));
    }
    append_word(bed->states, tcp_state_to_string(to));
}

static void on_discard(void *watcher, const InetStack *stack, const Packet *pkt, InetDiscard why,
                       PacketFault fault, int64_t now_ns)
{
    TcpBed *bed = watcher;
    bed->discard = why;
}

/* ---- the wire ---- */

static void learn(TcpBed *bed, const Packet *pkt)
{
    if (pkt->kind == PACKET_TCP && (pkt->tcp.flags & TCP_SYN) && !bed->iss_known) {
        bed->iss = pkt->tcp.seq;
        bed->iss_known = true;
        bed->host_tcp_port = pkt->tcp.src_port;
        bed->ts_base = pkt->tcp.ts_val - (uint32_t)(sim_now(bed->sim) / SIM_NS_PER_MS);
    }
}

static void capture(NetPort *port, Packet *pkt, int64_t now_ns)
{
    TcpBed *bed = port->above;
    packet_check_round_trip(pkt);
    learn(bed, pkt);
    g_queue_push_tail(&bed->sent, pkt);
}

static NetPort *new_port(TcpBed *bed, NetNode *node, uint8_t last_octet)
{
    return net_node_add_port(node, (MacAddr){ { 2, 0, 0, 0, 0, last_octet } });
}

void tcp_bed_config(TcpConfig *config)
{
    tcp_config_init(config);
    config->sack = false;
    config->timestamps = false;
    config->window_scaling = false;
    config->receive_buffer_bytes = 65535;
    config->send_buffer_bytes = 65536;
}

void tcp_bed_open(TcpBed *bed, const TcpConfig *config)
{
    *bed = (TcpBed){ .config = *config, .discard = INET_N_DISCARDS };
    bed->sim = sim_new();
    sim_pool_init(&bed->pool, sizeof(Packet));
    bed->host = net_node_new(bed->sim, &bed->pool, 1, "host");
    bed->peer = net_node_new(bed->sim, &bed->pool, 2, "peer");
    bed->host_port = new_port(bed, bed->host, 1);
    NetPort *peer_port = new_port(bed, bed->peer, 2);
    NetWireConfig wire = { .delay_ns = 1, .queue_limit = 1000 };
    bed->link = net_link_new("wire", PACKET_LINK_RAW_IP, 1500, bed->host_port, peer_port,
                             (NetWireConfig[]){ wire, wire }, 1, 3);
    peer_port->receive = capture;
    peer_port->above = bed;
    InetConfig inet_config;
    inet_config_init(&inet_config);
    bed->inet = inet_stack_new(bed->host, &inet_config, 1);
    InetIface *iface = inet_iface_new(bed->inet, bed->host_port, TCP_BED_HOST, 24);
    inet_iface_up(iface, 0);
    bed->inet_probe = (InetProbe){ .watcher = bed, .on_discard = on_discard };
    inet_stack_set_probe(bed->inet, &bed->inet_probe);
    bed->tcp = tcp_stack_new(bed->inet, 1, config);
    bed->probe = (TcpProbe){ .watcher = bed, .on_state = on_state };
    tcp_stack_set_probe(bed->tcp, &bed->probe);
    bed->states = g_string_new(NULL);
    bed->notes = g_string_new(NULL);
    bed->host_tcp_port = SERVER_PORT;
    bed->peer_tcp_port = PEER_PORT;
}

void tcp_bed_close(TcpBed *bed)
{
    tcp_bed_expect_nothing(bed);
    tcp_stack_free(bed->tcp);
    inet_stack_free(bed->inet);
    net_link_free(bed->link);
    net_node_free(bed->host);
    net_node_free(bed->peer);
    sim_free(bed->sim);
    g_assert_cmpuint(bed->pool.in_use, ==, 0);
    sim_pool_clear(&bed->pool);
    g_string_free(bed->states, TRUE);
    g_string_free(bed->notes, TRUE);
}

/* ---- the program ---- */

void tcp_bed_listen(TcpBed *bed)
{
    bed->listener = tcp_listen(bed->tcp, (InetAddr){ 0 }, SERVER_PORT, &bed->config, on_ready, bed);
    g_assert(bed->listener != NULL);
}

void tcp_bed_connect(TcpBed *bed)
{
    bed->peer_tcp_port = SERVER_PORT;
    bed->conn = tcp_connect(bed->tcp, (InetAddr){ 0 }, 0, TCP_BED_PEER, SERVER_PORT, &bed->config,
                            on_note, bed, sim_now(bed->sim));
    g_assert(bed->conn != NULL);
    tcp_bed_run(bed, SETTLE_NS);
}

void tcp_bed_accept_one(TcpBed *bed)
{
    tcp_bed_listen(bed);
    tcp_bed_inject(bed, "S 0:0(0) win 65535 <mss 1460>");
    tcp_bed_expect(bed, "S. 0:0(0) ack 1 <...>");
    tcp_bed_inject(bed, ". 1:1(0) ack 1 win 65535");
    g_assert(bed->conn != NULL && tcp_conn_state(bed->conn) == TCP_STATE_ESTABLISHED);
    tcp_bed_forget(bed);
}

void tcp_bed_connect_one(TcpBed *bed)
{
    tcp_bed_connect(bed);
    tcp_bed_expect(bed, "S 0:0(0) <...>");
    tcp_bed_inject(bed, "S. 0:0(0) ack 1 win 65535 <mss 1460>");
    tcp_bed_expect(bed, ". 1:1(0) ack 1");
    g_assert(tcp_conn_state(bed->conn) == TCP_STATE_ESTABLISHED);
    tcp_bed_forget(bed);
}

/* ---- states ---- */

static const struct {
    TcpSeq host_next, peer_next;
} numbers[TCP_N_STATES] = {
    [TCP_STATE_SYN_SENT] = { 1, 0 },    [TCP_STATE_SYN_RCVD] = { 1, 1 },
    [TCP_STATE_ESTABLISHED] = { 1, 1 }, [TCP_STATE_FIN_WAIT_1] = { 2, 1 },
    [TCP_STATE_FIN_WAIT_2] = { 2, 1 },  [TCP_STATE_CLOSE_WAIT] = { 1, 2 },
    [TCP_STATE_CLOSING] = { 2, 2 },     [TCP_STATE_LAST_ACK] = { 2, 2 },
    [TCP_STATE_TIME_WAIT] = { 2, 2 },
};

TcpSeq tcp_bed_host_next(TcpState state)
{
    return numbers[state].host_next;
}

TcpSeq tcp_bed_peer_next(TcpState state)
{
    return numbers[state].peer_next;
}

static void shut_down(TcpBed *bed)
{
    tcp_shutdown(bed->conn, sim_now(bed->sim));
    tcp_bed_run(bed, SETTLE_NS);
}

/* From ESTABLISHED on. */
static void reach_late(TcpBed *bed, TcpState state)
{
    tcp_bed_accept_one(bed);
    if (state == TCP_STATE_CLOSE_WAIT || state == TCP_STATE_LAST_ACK) {
        tcp_bed_inject(bed, "F. 1:1(0) ack 1 win 65535");
    }
    if (state != TCP_STATE_ESTABLISHED && state != TCP_STATE_CLOSE_WAIT) {
        shut_down(bed);
    }
    if (state == TCP_STATE_FIN_WAIT_2 || state == TCP_STATE_TIME_WAIT) {
        tcp_bed_inject(bed, ". 1:1(0) ack 2 win 65535");
    }
    if (state == TCP_STATE_TIME_WAIT) {
        tcp_bed_inject(bed, "F. 1:1(0) ack 2 win 65535");
    }
    if (state == TCP_STATE_CLOSING) {
        tcp_bed_inject(bed, "F. 1:1(0) ack 1 win 65535");
    }
}

void tcp_bed_reach(TcpBed *bed, TcpState state)
{
    if (state >= TCP_STATE_ESTABLISHED) {
        reach_late(bed, state);
        g_assert_cmpstr(tcp_state_to_string(tcp_conn_state(bed->conn)), ==,
                        tcp_state_to_string(state));
    } else if (state == TCP_STATE_SYN_SENT) {
        tcp_bed_connect(bed);
    } else if (state != TCP_STATE_CLOSED) {
        tcp_bed_listen(bed);
    }
    if (state == TCP_STATE_SYN_RCVD) {
        tcp_bed_inject(bed, "S 0:0(0) win 65535 <mss 1460>");
    }
    tcp_bed_forget(bed);
}

/* ---- time and segments ---- */

int64_t tcp_bed_now(const TcpBed *bed)
{
    return sim_now(bed->sim);
}

void tcp_bed_run(TcpBed *bed, int64_t duration_ns)
{
    sim_run(bed->sim, sim_now(bed->sim) + duration_ns);
}

SimKey tcp_bed_inject(TcpBed *bed, const char *text)
{
    SegmentOrigin origin = { TCP_BED_PEER_ISN, bed->iss, 0, bed->ts_base };
    Segment segment;
    segment_parse(text, &origin, &segment);
    Packet *pkt = packet_new(&bed->pool, &bed->peer->entity, 0, PACKET_WHY_INJECTED);
    pkt->kind = PACKET_TCP;
    pkt->link = PACKET_LINK_RAW_IP;
    pkt->ip = (WireIp){ .src = TCP_BED_PEER,
                        .dst = TCP_BED_HOST,
                        .protocol = IP_PROTOCOL_TCP,
                        .ttl = 64,
                        .tos = segment.ecn };
    pkt->tcp = segment.tcp;
    pkt->tcp.src_port = bed->peer_tcp_port;
    pkt->tcp.dst_port = bed->host_tcp_port;
    if (segment.len_bytes > 0) {
        pkt->payload = (Payload){ .len_bytes = segment.len_bytes,
                                  .stream = 7,
                                  .offset = segment.tcp.seq - TCP_BED_PEER_ISN };
    }
    packet_set_length(pkt);
    SimKey id = pkt->id;
    net_port_arrive(bed->host_port, pkt, sim_now(bed->sim));
    tcp_bed_run(bed, SETTLE_NS);
    return id;
}

SimKey tcp_bed_injectf(TcpBed *bed, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    g_autofree char *text = g_strdup_vprintf(format, args);
    va_end(args);
    return tcp_bed_inject(bed, text);
}

void tcp_bed_send(TcpBed *bed, uint32_t len_bytes)
{
    tcp_send_pattern(bed->conn, len_bytes, false, false, sim_now(bed->sim));
    tcp_bed_run(bed, SETTLE_NS);
}

Packet *tcp_bed_take(TcpBed *bed, const char *file, int line)
{
    Packet *pkt = g_queue_pop_head(&bed->sent);
    if (pkt == NULL) {
        g_error("%s:%d: the host has sent nothing", file, line);
    }
    return pkt;
}

static SegmentOrigin host_origin(const TcpBed *bed)
{
    return (SegmentOrigin){ bed->iss, TCP_BED_PEER_ISN, bed->ts_base, 0 };
}

void tcp_bed_check_sent(TcpBed *bed, const char *file, int line, const char *text)
{
    g_autoptr(Packet) pkt = tcp_bed_take(bed, file, line);
    SegmentOrigin origin = host_origin(bed);
    segment_assert(file, line, pkt, text, &origin);
}

void tcp_bed_check_why(TcpBed *bed, const char *file, int line, const char *text, PacketWhy why)
{
    const Packet *pkt = g_queue_peek_head(&bed->sent);
    if (pkt != NULL && pkt->why != why) {
        g_error("%s:%d: expected %s, got %s", file, line, packet_why_to_string(why),
                packet_why_to_string(pkt->why));
    }
    tcp_bed_check_sent(bed, file, line, text);
}

void tcp_bed_check_nothing(TcpBed *bed, const char *file, int line)
{
    const Packet *pkt = g_queue_peek_head(&bed->sent);
    if (pkt != NULL) {
        SegmentOrigin origin = host_origin(bed);
        g_autofree char *text = segment_format(&pkt->tcp, pkt->payload.len_bytes, &origin);
        g_error("%s:%d: expected nothing, got '%s' (%s)", file, line, text,
                packet_why_to_string(pkt->why));
    }
}

void tcp_bed_check_text(GString *what, const char *file, int line, const char *text)
{
    if (strcmp(what->str, text) != 0) {
        g_error("%s:%d: expected '%s', got '%s'", file, line, text, what->str);
    }
    g_string_set_size(what, 0);
}

void tcp_bed_forget(TcpBed *bed)
{
    Packet *pkt;
    while ((pkt = g_queue_pop_head(&bed->sent)) != NULL) {
        packet_free(pkt);
    }
    g_string_set_size(bed->states, 0);
    g_string_set_size(bed->notes, 0);
}

void tcp_bed_icmp(TcpBed *bed, uint8_t type, uint8_t code, uint32_t rest, TcpSeq seq)
{
    uint8_t quoted[28] = { 0x45, 0, 5, 220, 0, 0, 0x40, 0, 64, IP_PROTOCOL_TCP };
    uint32_t words[4] = { GUINT32_TO_BE(inet_addr_to_v4(TCP_BED_HOST)),
                          GUINT32_TO_BE(inet_addr_to_v4(TCP_BED_PEER)),
                          GUINT32_TO_BE((uint32_t)bed->host_tcp_port << 16 | bed->peer_tcp_port),
                          GUINT32_TO_BE(bed->iss + seq) };
    memcpy(quoted + 12, words, sizeof words);
    Packet *pkt = packet_new(&bed->pool, &bed->peer->entity, 0, PACKET_WHY_ICMP_ERROR);
    pkt->kind = PACKET_ICMP;
    pkt->link = PACKET_LINK_RAW_IP;
    pkt->ip = (WireIp){
        .src = TCP_BED_PEER, .dst = TCP_BED_HOST, .protocol = IP_PROTOCOL_ICMP, .ttl = 64
    };
    pkt->icmp = (WireIcmp){ .type = type, .code = code, .rest = rest };
    pkt->payload = payload_literal(quoted, sizeof quoted);
    packet_set_length(pkt);
    net_port_arrive(bed->host_port, pkt, sim_now(bed->sim));
    tcp_bed_run(bed, SETTLE_NS);
}
