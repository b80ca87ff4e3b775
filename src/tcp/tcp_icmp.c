/* ICMP errors about what this host sent: RFC 9293 3.9.2.2, RFC 1191, RFC 5927. */

#include "tcp/tcp_fast_open.h"

#include "inet/inet_icmp.h"

/* RFC 7413 4.2.2: a SYN whose data did not pass goes again without. */
static void resend_syn_alone(TcpConn *conn, int64_t now_ns)
{
    SimKey packet = tcp_output_again(conn, 0, PACKET_WHY_RETRANSMIT_RECOVERY, now_ns);
    tcp_sent_again(&conn->sent, 0, packet, true, now_ns);
    tcp_fast_open_failed(conn, now_ns);
}

/* Smaller segments from now on; what is outstanding was too big and goes out again, cut anew.
 * The window stays: nothing says that the path is congested (RFC 1191 6.4). */
static void fit_path(TcpConn *conn, int64_t now_ns)
{
    inet_path_find(conn->tcp->inet, conn->ends.remote, &conn->path);
    uint16_t seg_limit_bytes = tcp_options_segment_bytes(conn, conn->path.mtu_bytes);
    if (conn->state == TCP_STATE_CLOSED || seg_limit_bytes >= conn->seg_limit_bytes) {
        return; /* another of the same burst, or a lie */
    }
    tcp_conn_enter(conn);
    tcp_conn_limit_segments(conn, seg_limit_bytes);
    if (conn->recovery.ops != NULL && conn->state != TCP_STATE_TIME_WAIT) {
        tcp_cc_set_mss(&conn->cc, conn->snd_mss_bytes);
        tcp_recovery_set_mss(&conn->recovery, conn->snd_mss_bytes);
        tcp_recovery_resend_all(&conn->recovery, conn->snd_nxt, now_ns);
        conn->recovery.why = PACKET_WHY_RETRANSMIT_RECOVERY;
    } else if (conn->state == TCP_STATE_SYN_SENT && conn->sent.count > 1) {
        resend_syn_alone(conn, now_ns);
    }
    tcp_conn_leave(conn, now_ns);
}

/* RFC 1191 6.1: every connection to the destination is told, or its segments would die in this
 * host. */
static void lower_mtu(TcpStack *tcp, const InetError *error, int64_t now_ns)
{
    inet_path_learn_mtu(tcp->inet, error->dst, error->rest, now_ns);
    TcpConn *next;
    for (TcpConn *conn = tcp->first; conn != NULL; conn = next) {
        next = conn->next;
        if (inet_addr_equal(conn->ends.remote, error->dst)) {
            fit_path(conn, now_ns);
        }
    }
}

static bool is_hard(const InetError *error)
{
    return error->type == ICMP_UNREACHABLE &&
           (error->code == ICMP_UNREACHABLE_PROTOCOL || error->code == ICMP_UNREACHABLE_PORT);
}

static void act(TcpConn *conn, const InetError *error, int64_t now_ns)
{
    bool opening = conn->state == TCP_STATE_SYN_SENT || conn->state == TCP_STATE_SYN_RCVD;
    if (is_hard(error) && opening) {
        tcp_conn_end(conn, TCP_EVENT_RCV_ICMP, TCP_REASON_UNREACHABLE, now_ns);
    } else if (error->type == ICMP_UNREACHABLE || error->type == ICMP_TIME_EXCEEDED ||
               error->type == ICMP_PARAMETER_PROBLEM) {
        /* MUST-56, SHLD-25.
         * Departs: SHLD-26. Hard errors do not end a synchronised connection: RFC 5927 section
         * 5.2. */
        conn->advice = TCP_REASON_UNREACHABLE;
        tcp_conn_note(conn, TCP_NOTE_ADVICE);
    }
    /* MUST-55: whatever is left, Source Quench included, changes nothing. */
}

void tcp_icmp_error(void *above, const InetError *error, int64_t now_ns)
{
    TcpStack *tcp = above;
    TcpEnds ends = { error->src, error->dst, error->src_port, error->dst_port };
    TcpConn *conn = tcp_stack_find(tcp, &ends);
    /* RFC 5927 section 4.1: only an error about something that may still be under way is
     * believed. */
    if (conn == NULL || conn->snd_una == conn->snd_nxt ||
        !seq_in(error->seq, conn->snd_una, conn->snd_nxt - conn->snd_una)) {
        return;
    }
    if (error->type == ICMP_UNREACHABLE && error->code == ICMP_UNREACHABLE_NEEDS_FRAGMENTATION) {
        lower_mtu(tcp, error, now_ns);
        return;
    }
    tcp_conn_enter(conn);
    act(conn, error, now_ns);
    tcp_conn_leave(conn, now_ns);
}
