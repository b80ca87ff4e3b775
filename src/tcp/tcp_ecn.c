#include "tcp/tcp_ecn.h"

enum { SETUP = TCP_ECE | TCP_CWR, MOST_HOLDS = 16 };

/* ---- the handshake: RFC 3168 6.1.1 ---- */

void tcp_ecn_open(TcpConn *conn)
{
    if (conn->config->ecn >= TCP_ECN_ON) {
        conn->ecn = g_new0(TcpEcn, 1);
    }
    if (conn->config->ecn == TCP_ECN_ACCURATE) {
        conn->ecn->accurate = g_new0(TcpAccEcn, 1);
    }
}

void tcp_ecn_close(TcpConn *conn)
{
    if (conn->ecn != NULL) {
        g_free(conn->ecn->accurate);
        g_clear_pointer(&conn->ecn, g_free);
    }
}

/* A SYN with both flags asks for it; RFC 9768 3.1.1: with all three, for accurate feedback, and a
 * server that knows only the older kind agrees to that. */
static void take_offer(TcpConn *conn, const TcpSegment *seg)
{
    uint16_t flags = seg->tcp->flags;
    if ((flags & SETUP) != SETUP || conn->config->ecn == TCP_ECN_OFF) {
        tcp_ecn_close(conn);
        return;
    }
    if (conn->ecn == NULL) {
        conn->ecn = g_new0(TcpEcn, 1);
    }
    TcpEcn *ecn = conn->ecn;
    ecn->agreed = true;
    if ((flags & TCP_AE) == 0 || conn->config->ecn != TCP_ECN_ACCURATE) {
        g_clear_pointer(&ecn->accurate, g_free);
        return;
    }
    if (ecn->accurate == NULL) {
        ecn->accurate = g_new0(TcpAccEcn, 1);
    }
    tcp_accecn_agree(ecn->accurate, seg);
}

/* A SYN-ACK with ECE alone agrees. One with both reflects what it does not understand. */
static void take_answer(TcpConn *conn, const TcpSegment *seg)
{
    uint16_t flags = seg->tcp->flags;
    TcpEcn *ecn = conn->ecn;
    if (ecn->accurate != NULL && tcp_accecn_agrees(flags)) {
        ecn->agreed = true;
        tcp_accecn_agree(ecn->accurate, seg);
    } else if ((flags & SETUP) == TCP_ECE) { /* RFC 9768 3.1.2: back to the older kind */
        ecn->agreed = true;
        g_clear_pointer(&ecn->accurate, g_free);
    } else {
        tcp_ecn_close(conn);
    }
}

void tcp_ecn_take_syn(TcpConn *conn, const TcpSegment *seg)
{
    if ((seg->tcp->flags & TCP_ACK) == 0) {
        take_offer(conn, seg);
    } else if (conn->ecn != NULL) {
        take_answer(conn, seg);
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
    /* RFC 9768 3.1.4: accurate feedback is asked for once more. */
    bool once_more = conn->ecn->accurate != NULL && conn->syn_timeouts < 2;
    if (conn->state == TCP_STATE_SYN_SENT && !once_more) {
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
    if (ecn->accurate != NULL) {
        ecn->stats.ce_received += ce;
        ecn->no_ect |= tcp_accecn_arrival(conn, ecn->accurate, seg);
        return;
    }
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

static void tell_accurate(TcpConn *conn, const TcpSegment *seg, TcpCcAck *ack)
{
    TcpEcn *ecn = conn->ecn;
    uint32_t mss_bytes = conn->cc.mss_bytes;
    uint32_t packets = (ack->acked_bytes + mss_bytes - 1) / mss_bytes;
    uint32_t marks = tcp_accecn_marks(ecn->accurate, seg, packets);
    ack->ecn_echo = marks > 0;
    ack->marked_bytes = MIN(marks * mss_bytes, ack->acked_bytes);
    ecn->no_ect |= ecn->accurate->zeroed; /* 3.2.2.4 */
    ecn->holds = marks > 0 ? ecn->holds : 0;
    ecn->stats.ece_received += marks > 0;
}

void tcp_ecn_tell(TcpConn *conn, const TcpSegment *seg, TcpCcAck *ack)
{
    TcpEcn *ecn = conn->ecn;
    if (ecn->accurate != NULL) {
        tell_accurate(conn, seg, ack);
        return;
    }
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
    const TcpAccEcn *accurate = conn->ecn->accurate;
    if ((tcp->flags & TCP_ACK) == 0) {
        uint16_t asks = accurate != NULL ? TCP_ACCECN_FLAGS : SETUP;
        tcp->flags |= conn->ecn->no_ect ? 0 : asks;
    } else if (conn->ecn->agreed) {
        tcp->flags |= accurate != NULL ? accurate->code : TCP_ECE;
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
    if (ecn->accurate != NULL) {
        tcp->flags |= tcp_accecn_flags(ecn->accurate, out);
    } else if (ecn->echo) {
        tcp->flags |= TCP_ECE;
        ecn->stats.ece_sent++;
    }
    if (is_new_data(out) && !ecn->no_ect) {
        pkt->ip.tos |= WIRE_IP_ECT_0; /* RFC 8311 4.2 */
    }
    if (is_new_data(out) && !ecn->no_ect && ecn->accurate == NULL) {
        TcpTrouble *trouble = conn->recovery.trouble;
        if (trouble != NULL && trouble->cut_untold) {
            tcp->flags |= TCP_CWR;
            trouble->cut_untold = false;
        }
    }
}
