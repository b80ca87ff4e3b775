/* The receive window: what is offered, and when it is worth a segment (RFC 9293 3.8.6, RFC 1122
 * 4.2.3.3, RFC 7323 section 2). */

#include "tcp/tcp_internal.h"

enum { MAX_SHIFT = 14 /* RFC 7323 2.3 */ };

uint8_t tcp_window_shift(uint32_t buffer_bytes)
{
    uint8_t shift = 0;
    while (shift < MAX_SHIFT && buffer_bytes >> shift > UINT16_MAX) {
        shift++;
    }
    return shift;
}

/* What is free of the buffer, and can be told in the field. */
static uint32_t free_bytes(const TcpConn *conn)
{
    uint32_t used = conn->reasm.ready_bytes, most = (uint32_t)UINT16_MAX << conn->rcv_shift;
    return conn->rcv_buf_bytes > used ? MIN(conn->rcv_buf_bytes - used, most) : 0;
}

/* The least move of the right edge worth telling: SHLD-14's edge never moves back, MUST-39 keeps
 * it from moving forward by trifles. */
static uint32_t least_move(const TcpConn *conn)
{
    return MIN(conn->rcv_buf_bytes / 2, conn->adv_mss_bytes);
}

/* The window as it shall be: the whole free buffer if that moves the edge enough, else the old
 * edge. */
static uint32_t wanted_window(const TcpConn *conn)
{
    uint32_t offered = tcp_window_offered(conn), free = free_bytes(conn);
    return free >= offered + least_move(conn) ? free : offered;
}

/* The field for an edge that stays. Rounded up, so that the peer does not see the edge move
 * back, as long as the buffer has room for that but for one unit.
 * Departs: SHLD-14. Beyond that it is rounded down, or a stream of tiny segments would never
 * close the window; RFC 7323 2.4 allows for it: what was once offered is still accepted. */
static uint32_t field_of_kept_edge(const TcpConn *conn, uint32_t offered, uint8_t shift)
{
    uint32_t unit = UINT32_C(1) << shift;
    uint64_t up = ((uint64_t)offered + unit - 1) >> shift;
    return up << shift < (uint64_t)free_bytes(conn) + unit ? (uint32_t)up : offered >> shift;
}

uint16_t tcp_window_advertise(TcpConn *conn, bool syn)
{
    if (G_UNLIKELY(conn->space != NULL)) {
        return tcp_space_advertise(conn, syn);
    }
    uint32_t offered = tcp_window_offered(conn), window = wanted_window(conn);
    uint8_t shift = syn ? 0 : conn->rcv_shift; /* RFC 7323 2.2: never scaled in a SYN */
    uint32_t field = window > offered ? window >> shift : field_of_kept_edge(conn, offered, shift);
    field = MIN(field, UINT16_MAX);
    conn->rcv_adv = seq_max(conn->rcv_adv, tcp_conn_rcv_nxt(conn) + (field << shift));
    return (uint16_t)field;
}

bool tcp_window_update_due(const TcpConn *conn)
{
    if (G_UNLIKELY(conn->space != NULL)) {
        return tcp_space_update_due(conn);
    }
    /* Only where the peer may be held up: the window would at least double. In a stream that is
     * read as it comes, the ACKs of the data carry the window along. */
    uint32_t offered = tcp_window_offered(conn), window = wanted_window(conn);
    return window > offered && window / 2 >= offered;
}
