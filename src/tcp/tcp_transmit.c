/* Segments on their way out: header, options, payload, and the acknowledgement that every one of
 * them is. */

#include "tcp/tcp_ecn.h"
#include "tcp/tcp_path.h"
#include "tcp/tcp_user_timeout.h"

/* A path narrower than this takes fragments: our least segment with all options may not fit. */
enum { LEAST_UNFRAGMENTED_MTU_BYTES = 128 };

static Packet *segment_new(TcpStack *tcp, const TcpEnds *ends, uint16_t flags, PacketWhy why)
{
    NetNode *node = tcp->node;
    Packet *pkt = packet_new(node->packets, &node->entity, sim_current(node->sim), why);
    pkt->kind = PACKET_TCP;
    pkt->ip.src = ends->local;
    pkt->ip.dst = ends->remote;
    pkt->ip.protocol = IP_PROTOCOL_TCP;
    pkt->ip.dont_fragment = true; /* RFC 1191: path MTU discovery */
    pkt->tcp.src_port = ends->local_port;
    pkt->tcp.dst_port = ends->remote_port;
    pkt->tcp.flags = flags;
    return pkt;
}

/* The block that reaches the FIN holds it too. */
static void count_fin(const TcpConn *conn, WireTcp *tcp)
{
    for (uint8_t i = 0; i < tcp->sack_count; i++) {
        tcp->sack[i].right += tcp->sack[i].right == conn->fin_seq;
    }
}

/* RFC 7323 3.2: on every segment but RST once agreed, and on the SYN that proposes it. RFC 2018
 * section 4: SACK blocks on every acknowledgement while there is a gap. */
static void fill_options(TcpConn *conn, WireTcp *tcp, int64_t now_ns)
{
    if ((tcp->flags & (TCP_RST | TCP_ACK)) == TCP_RST) {
        return;
    }
    if (conn->ts_ok) {
        tcp->options |= TCP_OPT_TIMESTAMPS;
        tcp->ts_val = tcp_options_clock(conn, now_ns);
        tcp->ts_ecr = tcp->flags & TCP_ACK ? conn->ts_recent : 0;
    }
    if (G_UNLIKELY(tcp->flags & TCP_SYN)) {
        tcp_options_offer(conn, tcp);
        if (G_UNLIKELY(conn->timeout_owed)) {
            tcp_user_timeout_offer(conn, tcp);
        }
        return;
    }
    if (G_UNLIKELY(tcp_reasm_has_sacks(&conn->reasm)) && conn->sack_ok) {
        /* RFC 2018 section 3: four blocks, or three beside timestamps. */
        uint8_t most = conn->ts_ok ? WIRE_TCP_MAX_SACKS - 1 : WIRE_TCP_MAX_SACKS;
        tcp->options |= TCP_OPT_SACK;
        tcp->sack_count = tcp_reasm_sacks(&conn->reasm, most, true, tcp->sack);
        if (G_UNLIKELY(conn->config->sack_fin && conn->fin_seen)) {
            count_fin(conn, tcp);
        }
    }
    if (G_UNLIKELY(conn->timeout_owed)) {
        tcp_user_timeout_offer(conn, tcp);
    }
}

/* RFC 9293 3.8.5: URG and the distance to the octet after the urgent data (MUST-62). */
static void fill_urgent(TcpConn *conn, WireTcp *tcp)
{
    if (seq_gt(conn->snd_up, tcp->seq)) {
        tcp->flags |= TCP_URG;
        tcp->urgent = (uint16_t)MIN(conn->snd_up - tcp->seq, UINT16_MAX);
        conn->urgent_owed = false;
    }
}

/* Whatever bears ACK pays the acknowledgement that is due. */
static void fill_ack(TcpConn *conn, WireTcp *tcp, int64_t now_ns)
{
    tcp->ack = tcp_conn_rcv_nxt(conn);
    conn->last_ack_sent = tcp->ack;
    conn->ack_why = PACKET_WHY_NONE;
    tcp_timer_cancel(conn, TCP_TIMER_DELAYED_ACK, now_ns);
    if (G_UNLIKELY(conn->pace != NULL)) {
        tcp_pace_ack_sent(conn);
    }
}

static void count(TcpConn *conn, const TcpOut *out)
{
    conn->tcp->stats.segments_sent++;
    conn->segments_sent++;
    if (out->original != 0) {
        conn->tcp->stats.segments_retransmitted++;
        conn->segments_retransmitted++;
        conn->bytes_retransmitted += out->len_bytes;
    }
}

SimKey tcp_transmit(TcpConn *conn, const TcpOut *out, int64_t now_ns)
{
    Packet *pkt = segment_new(conn->tcp, &conn->ends, out->flags, out->why);
    WireTcp *tcp = &pkt->tcp;
    tcp->seq = out->seq;
    pkt->ip.dont_fragment = conn->path.mtu_bytes >= LEAST_UNFRAGMENTED_MTU_BYTES;
    packet_set_original(pkt, out->original);
    pkt->ip.tos = conn->tos; /* SHLD-22 */
    pkt->ip.ttl = conn->config->ttl;
    if (G_LIKELY(tcp->flags & TCP_ACK)) {
        fill_ack(conn, tcp, now_ns);
    }
    if (G_UNLIKELY(conn->urgent_out)) {
        fill_urgent(conn, tcp);
    }
    fill_options(conn, tcp, now_ns);
    if (G_UNLIKELY(conn->ecn != NULL)) {
        tcp_ecn_fill(conn, out, pkt);
    }
    if ((tcp->flags & TCP_RST) == 0) {
        tcp->window = tcp_window_advertise(conn, (tcp->flags & TCP_SYN) != 0);
    }
    if (out->len_bytes > 0) {
        TcpSeq text = out->seq + ((out->flags & TCP_SYN) != 0);
        uint64_t offset = conn->sendbuf.base + (text - conn->buf_seq);
        pkt->payload = tcp_sendbuf_slice(&conn->sendbuf, offset, out->len_bytes);
        if (G_UNLIKELY(conn->pace != NULL)) {
            tcp_pace_data_sent(conn, now_ns);
        }
    }
    packet_set_length(pkt);
    count(conn, out);
    const TcpProbe *probe = conn->tcp->probe;
    if (G_UNLIKELY(probe != NULL) && probe->on_segment != NULL) {
        probe->on_segment(probe->watcher, conn, pkt, out->because, out->because_count, now_ns);
    }
    SimKey id = pkt->id;
    uint64_t generation = conn->path.generation;
    inet_send(conn->tcp->inet, pkt, &conn->path, now_ns);
    if (G_UNLIKELY(conn->path.generation != generation)) {
        tcp_path_renewed(conn);
    }
    return id;
}

void tcp_transmit_ack(TcpConn *conn, PacketWhy why, int64_t now_ns)
{
    tcp_transmit(conn, &(TcpOut){ .seq = conn->snd_nxt, .flags = TCP_ACK, .why = why }, now_ns);
}

void tcp_transmit_reset(TcpConn *conn, int64_t now_ns)
{
    conn->tcp->stats.resets_sent++;
    bool acks = conn->config->reset_acks &&
                (conn->state != TCP_STATE_SYN_RCVD || conn->accepted_early);
    TcpOut out = { .seq = conn->snd_nxt,
                   .flags = acks ? TCP_RST | TCP_ACK : TCP_RST,
                   .why = PACKET_WHY_RESET };
    tcp_transmit(conn, &out, now_ns);
}

void tcp_transmit_stateless(TcpStack *tcp, const TcpEnds *ends, const WireTcp *header,
                            PacketWhy why, InetPath *path, int64_t now_ns)
{
    Packet *pkt = segment_new(tcp, ends, header->flags, why);
    pkt->tcp = *header;
    pkt->tcp.src_port = ends->local_port;
    pkt->tcp.dst_port = ends->remote_port;
    packet_set_length(pkt);
    tcp->stats.segments_sent++;
    inet_send(tcp->inet, pkt, path, now_ns);
}

void tcp_transmit_reset_reply(TcpStack *tcp, const Packet *pkt, int64_t now_ns)
{
    const WireTcp *offender = &pkt->tcp;
    if (offender->flags & TCP_RST) {
        return;
    }
    TcpEnds ends = { pkt->ip.dst, pkt->ip.src, offender->dst_port, offender->src_port };
    WireTcp reset = { .flags = TCP_RST };
    if (offender->flags & TCP_ACK) {
        reset.seq = offender->ack;
    } else {
        reset.flags |= TCP_ACK;
        reset.ack = offender->seq + wire_tcp_seq_len(offender, pkt->payload.len_bytes);
    }
    tcp->stats.resets_sent++;
    tcp_transmit_stateless(tcp, &ends, &reset, PACKET_WHY_RESET_REPLY, NULL, now_ns);
}
