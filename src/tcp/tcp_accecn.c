#include "tcp/tcp_accecn.h"

enum {
    FIRST_COUNT = 5, /* RFC 9768 3.2.1: neither 0 nor what a classic end would say */
    ACE_MASK = 7,
    UNSAID_WITH_DATA = 2, /* 3.2.2.5.1: the n-th mark is told */
    UNSAID_WITHOUT = 3
};

/* 3.1.1: AE, CWR, ECE for the ECN field of the SYN or SYN-ACK as it arrived. */
static const uint16_t codes[] = {
    [WIRE_IP_NOT_ECT] = TCP_CWR,
    [WIRE_IP_ECT_1] = TCP_CWR | TCP_ECE,
    [WIRE_IP_ECT_0] = TCP_AE,
    [WIRE_IP_CE] = TCP_AE | TCP_CWR,
};

bool tcp_accecn_agrees(uint16_t flags)
{
    for (size_t i = 0; i < G_N_ELEMENTS(codes); i++) {
        if ((flags & TCP_ACCECN_FLAGS) == codes[i]) {
            return true;
        }
    }
    return false;
}

void tcp_accecn_agree(TcpAccEcn *accurate, const TcpSegment *seg)
{
    bool is_answer = (seg->tcp->flags & TCP_ACK) != 0;
    bool told_ce = is_answer && (seg->tcp->flags & TCP_ACCECN_FLAGS) == codes[WIRE_IP_CE];
    accurate->code = codes[wire_ip_ecn(&seg->pkt->ip)];
    accurate->code_owed = is_answer;
    accurate->r_cep = FIRST_COUNT + wire_ip_is_ce(&seg->pkt->ip);
    accurate->s_cep = FIRST_COUNT + told_ce;
}

/* 3.2.2.1, table 4: the ACK that ends SYN-RECEIVED tells how our SYN-ACK arrived. */
static bool take_code(TcpAccEcn *accurate, uint16_t code)
{
    accurate->s_cep = FIRST_COUNT + (code == codes[WIRE_IP_CE]);
    return code == 0;
}

static void note_mark(TcpConn *conn, TcpAccEcn *accurate, bool on_data)
{
    accurate->r_cep++;
    accurate->unsaid++;
    bool owes_data = on_data || tcp_conn_rcv_nxt(conn) != conn->last_ack_sent;
    bool changed = on_data && !accurate->after_mark;
    uint8_t most = owes_data ? UNSAID_WITH_DATA : UNSAID_WITHOUT;
    if ((changed || accurate->unsaid >= most) && conn->ack_why == PACKET_WHY_NONE) {
        conn->ack_why = PACKET_WHY_ACK;
    }
}

bool tcp_accecn_arrival(TcpConn *conn, TcpAccEcn *accurate, const TcpSegment *seg)
{
    bool ce = wire_ip_is_ce(&seg->pkt->ip), on_data = seg->len_bytes > 0;
    accurate->in_handshake =
        conn->state == TCP_STATE_SYN_RCVD && !on_data && (seg->tcp->flags & TCP_ACK) != 0;
    if (ce) {
        note_mark(conn, accurate, on_data);
    }
    accurate->after_mark = on_data ? ce : accurate->after_mark;
    return accurate->in_handshake && take_code(accurate, seg->tcp->flags & TCP_ACCECN_FLAGS);
}

static uint32_t ace_of(uint16_t flags)
{
    return (flags & TCP_AE ? 4 : 0) + (flags & TCP_CWR ? 2 : 0) + (flags & TCP_ECE ? 1 : 0);
}

/* Appendix A.2.1: the counter may have gone round while ACKs were lost or held back; of the numbers
 * that agree with it, the largest that the packets acknowledged allow. */
static uint32_t safe_marks(uint32_t marks, uint32_t packets)
{
    return packets <= ACE_MASK ? marks : packets - ((packets - marks) & ACE_MASK);
}

uint32_t tcp_accecn_marks(TcpAccEcn *accurate, const TcpSegment *seg, uint32_t packets)
{
    uint32_t ace = ace_of(seg->tcp->flags);
    if (accurate->in_handshake) {
        return 0;
    }
    if (!accurate->verified) { /* 3.2.2.4 */
        accurate->verified = true;
        accurate->zeroed = ace == 0;
    }
    if (accurate->zeroed) {
        return 0;
    }
    uint32_t marks = safe_marks((ace - accurate->s_cep) & ACE_MASK, packets);
    accurate->s_cep += marks;
    return marks;
}

uint16_t tcp_accecn_flags(TcpAccEcn *accurate, const TcpOut *out)
{
    bool tells_code = accurate->code_owed && out->len_bytes == 0;
    uint32_t ace = accurate->r_cep & ACE_MASK;
    accurate->code_owed = false;
    accurate->unsaid = 0;
    if (tells_code) {
        return accurate->code;
    }
    return (uint16_t)((ace & 4 ? TCP_AE : 0) | (ace & 2 ? TCP_CWR : 0) | (ace & 1 ? TCP_ECE : 0));
}
