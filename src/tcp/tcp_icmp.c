/* ICMP errors about what this host sent: RFC 9293 3.9.2.2, RFC 1191, RFC 5927. */

#include "tcp/tcp_path.h"

#include "inet/inet_icmp.h"

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
        tcp_path_report(conn, error->rest, error->seq, now_ns);
        return;
    }
    tcp_conn_enter(conn);
    act(conn, error, now_ns);
    tcp_conn_leave(conn, now_ns);
}
