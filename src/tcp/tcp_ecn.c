#include "tcp/tcp_ecn.h"

enum { SETUP = TCP_ECE | TCP_CWR, MOST_HOLDS = 16 };

/* ---- the handshake: RFC 3168 6.1.1 ---- */

void tcp_ecn_open(TcpConn *conn)
{
    if (conn->config->ecn == TCP_ECN_ON) {
        conn->ecn = g_new0(TcpEcn, 1);
    }
}

void tcp_ecn_close(TcpConn *conn)
{
    g_clear_pointer(&conn->ecn, g_free);
}

/* A SYN with both flags asks for it. */
static void take_offer(TcpConn *conn, uint16_t flags)
{
    if ((flags & SETUP) != SETUP || conn->config->ecn == TCP_ECN_OFF) {
        tcp_ecn_close(conn);
        return;
    }
    if (conn->ecn == NULL) {
        conn->ecn = g_new0(TcpEcn, 1);
    }
    conn->ecn->agreed = true;
}

/* A SYN-ACK with ECE alone agrees. One with both reflects what it does not understand. */
static void take_answer(TcpConn *conn, uint16_t flags)
{
    if ((flags & SETUP) == TCP_ECE) {
        conn->ecn->agreed = true;
    } else {
        tcp_ecn_close(conn);
    }
}

void tcp_ecn_take_syn(TcpConn *conn, const TcpSegment *seg)
{
    if ((seg->tcp->flags & TCP_ACK) == 0) {
        take_offer(conn, seg->tcp->flags);
    } else if (conn->ecn != NULL) {
        take_answer(conn, seg->tcp->flags);
    }
}

void tcp_ecn_take_syn_again(TcpConn *conn, const TcpSegment *seg)
{
    if ((seg->tcp->flags & (SETUP | TCP_ACK)) != SETUP) {
        /* "... at least one non-ECN-setup SYN": it has fallen back. */
        tcp_ecn_close(conn);
    }
}

/* RFC 3168 6.1.1.1. The first SYN may have arrived all the same. If it is what the peer answers,
 * marks must be echoed, but a host that has sent a SYN without the flags sets no ECT. */
void tcp_ecn_syn_timed_out(TcpConn *conn)
{
    if (conn->state == TCP_STATE_SYN_SENT) {
        conn->ecn->no_ect = true;
    }
}

bool tcp_ecn_syn_reset(TcpConn *conn, int64_t now_ns)
{
    if (conn->ecn == NULL || conn->ecn->no_ect) {
        return false;
    }
    tcp_ecn_close(conn);
    SimKey packet = tcp_output_again(conn, 0, PACKET_WHY_OPEN, now_ns);
    tcp_sent_again(&conn->sent, 0, packet, true, now_ns);
    tcp_timer_set(conn, TCP_TIMER_RETRANSMIT, now_ns + tcp_rtt_rto(&conn->rtt), now_ns);
    return true;
}

/* ---- the receiver: 6.1.3 ---- */

/* RFC 8257 3.2: ECE says how the data looks that an ACK covers. Where that changes, what came
 * before is acknowledged by itself. */
static void mirror(TcpConn *conn, bool ce, int64_t now_ns)
{
    if (ce != conn->ecn->echo && tcp_conn_rcv_nxt(conn) != conn->last_ack_sent) {
        tcp_transmit_ack(conn, PACKET_WHY_ACK, now_ns);
    }
    conn->ecn->echo = ce;
}

void tcp_ecn_arrival(TcpConn *conn, const TcpSegment *seg)
{
    TcpEcn *ecn = conn->ecn;
    bool ce = wire_ip_is_ce(&seg->pkt->ip);
    if (seg->len_bytes == 0) {
        return; /* 6.1.4: nothing but data tells of congestion */
    }
    ecn->stats.ce_received += ce;
    if (conn->cc.ops->mirrors_ecn) {
        mirror(conn, ce, seg->now_ns);
    } else if (ce) {
        ecn->echo = true;
    } else if (seg->tcp->flags & TCP_CWR) {
        ecn->echo = false;
    }
}

/* ---- the sender: 6.1.2 ---- */

int64_t tcp_ecn_held_ns(const TcpConn *conn, int64_t now_ns)
{
    return MAX(conn->ecn->held_until_ns - now_ns, 0);
}

/* "The sending TCP MUST reset the retransmit timer on receiving the ECN-Echo packet when the
 * congestion window is one", and sends when it expires; RFC 9438 4.6: backed off exponentially. */
static void hold(TcpConn *conn, int64_t now_ns)
{
    TcpEcn *ecn = conn->ecn;
    ecn->held_until_ns = now_ns + tcp_rtt_doubled(&conn->rtt, conn->rtt.backoff + ecn->holds);
    ecn->holds = (uint8_t)MIN(ecn->holds + 1, MOST_HOLDS);
}

void tcp_ecn_tell(TcpConn *conn, const TcpSegment *seg, TcpCcAck *ack)
{
    TcpEcn *ecn = conn->ecn;
    if ((seg->tcp->flags & TCP_ECE) == 0) {
        ecn->holds = 0;
        return;
    }
    ack->ecn_echo = true;
    ack->marked_bytes = ack->acked_bytes;
    ecn->stats.ece_received++;
}

void tcp_ecn_react(TcpConn *conn, const TcpCcAck *ack)
{
    if (!ack->ecn_echo) {
        return;
    }
    bool is_least = conn->cc.cwnd_bytes <= conn->cc.mss_bytes;
    if (tcp_recovery_on_ecn(&conn->recovery, ack->in_flight_bytes, conn->snd_nxt, ack->now_ns)) {
        conn->ecn->stats.reductions++;
        if (is_least) {
            hold(conn, ack->now_ns);
        }
    }
}

/* ---- what goes out ---- */

static void fill_syn(const TcpConn *conn, WireTcp *tcp)
{
    if ((tcp->flags & TCP_ACK) == 0) {
        tcp->flags |= conn->ecn->no_ect ? 0 : SETUP;
    } else if (conn->ecn->agreed) {
        tcp->flags |= TCP_ECE;
    }
}

/* 6.1.4 to 6.1.6: not on acknowledgements, retransmissions and window probes: were one of those
 * dropped, nobody would answer for the congestion that its mark tells of. */
static bool is_new_data(const TcpOut *out)
{
    return out->len_bytes > 0 && out->original == 0 && out->why != PACKET_WHY_WINDOW_PROBE;
}

void tcp_ecn_fill(TcpConn *conn, const TcpOut *out, Packet *pkt)
{
    TcpEcn *ecn = conn->ecn;
    WireTcp *tcp = &pkt->tcp;
    pkt->ip.tos &= (uint8_t)~WIRE_IP_ECN_MASK;
    if ((tcp->flags & (TCP_SYN | TCP_RST)) && conn->cc.ops->mirrors_ecn) {
        pkt->ip.tos |= WIRE_IP_ECT_0; /* RFC 8257 3.6 */
    }
    if (tcp->flags & TCP_SYN) {
        fill_syn(conn, tcp);
        return;
    }
    if (!ecn->agreed || (tcp->flags & TCP_RST)) {
        return;
    }
    if (ecn->echo) {
        tcp->flags |= TCP_ECE;
        ecn->stats.ece_sent++;
    }
    if (is_new_data(out) && !ecn->no_ect) {
        pkt->ip.tos |= WIRE_IP_ECT_0; /* RFC 8311 4.2 */
        TcpTrouble *trouble = conn->recovery.trouble;
        if (trouble != NULL && trouble->cut_untold) {
            tcp->flags |= TCP_CWR;
            trouble->cut_untold = false;
        }
    }
}
