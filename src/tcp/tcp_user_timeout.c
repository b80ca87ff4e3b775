#include "tcp/tcp_user_timeout.h"

enum {
    IN_MINUTES = 0x8000, /* RFC 5482 section 2 */
    MOST_VALUE = 0x7fff,
    SECONDS_A_MINUTE = 60,
    OPTION_BYTES = 4
};

static uint16_t encode(int64_t timeout_ns)
{
    int64_t seconds = (timeout_ns + SIM_NS_PER_S - 1) / SIM_NS_PER_S;
    if (seconds <= MOST_VALUE) {
        return (uint16_t)MAX(seconds, 1); /* 3.4: zero is never sent */
    }
    int64_t minutes = (seconds + SECONDS_A_MINUTE - 1) / SECONDS_A_MINUTE;
    return (uint16_t)(IN_MINUTES | MIN(minutes, MOST_VALUE));
}

static int64_t decode(uint16_t value)
{
    int64_t unit_s = (value & IN_MINUTES) != 0 ? SECONDS_A_MINUTE : 1;
    return (value & MOST_VALUE) * unit_s * SIM_NS_PER_S;
}

/* ADV_UTO */
static int64_t own_timeout_ns(const TcpConn *conn)
{
    return conn->timeout_fixed ? (int64_t)conn->user_timeout_ms * SIM_NS_PER_MS
                               : conn->config->advertised_user_timeout_ns;
}

uint32_t tcp_user_timeout_bytes(const TcpConn *conn)
{
    return conn->timeout_owed ? OPTION_BYTES : 0;
}

void tcp_user_timeout_offer(TcpConn *conn, WireTcp *tcp)
{
    bool room =
        (tcp->options & TCP_OPT_SACK) == 0 &&
        wire_tcp_length(tcp) + OPTION_BYTES <= WIRE_TCP_HEADER_BYTES + WIRE_TCP_MAX_OPTION_BYTES;
    if (room) {
        wire_tcp_set_user_timeout(tcp, encode(own_timeout_ns(conn)));
    }
    if ((tcp->flags & TCP_SYN) == 0) {
        conn->timeout_owed = !room; /* section 3: on each SYN, and on the first segment without */
    }
}

/* 3.1: USER_TIMEOUT = min(U_LIMIT, max(ADV_UTO, REMOTE_UTO, L_LIMIT)); L_LIMIT exceeds the RTO. */
static int64_t adopted_ns(const TcpConn *conn, int64_t remote_ns)
{
    const TcpConfig *config = conn->config;
    int64_t least_ns = MAX(config->least_user_timeout_ns, tcp_rtt_rto(&conn->rtt) + SIM_NS_PER_S);
    int64_t longest_ns = MAX(remote_ns, config->advertised_user_timeout_ns);
    return MIN(config->most_user_timeout_ns, MAX(longest_ns, least_ns));
}

void tcp_user_timeout_take(TcpConn *conn, const WireTcp *tcp, int64_t now_ns)
{
    uint16_t value;
    if (!conn->config->user_timeout_option || conn->timeout_fixed ||
        !wire_tcp_get_user_timeout(tcp, &value) || decode(value) == 0) {
        return;
    }
    conn->timeout_adopted = true;
    tcp_conn_set_user_timeout(conn, adopted_ns(conn, decode(value)));
    tcp_timer_cancel(conn, TCP_TIMER_USER, now_ns);
    tcp_timer_user(conn, true, now_ns);
}
