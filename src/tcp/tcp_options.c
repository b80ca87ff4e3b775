/* What two ends agree on by the options of their SYNs: MSS (RFC 9293 3.7.1), window scale and
 * timestamps (RFC 7323), SACK (RFC 2018). ECN, which lies in the flags, is negotiated in tcp_ecn.c.
 */

#include "tcp/tcp_fast_open.h"
#include "tcp/tcp_user_timeout.h"

enum {
    IPV4_HEADER_BYTES = 20,
    IPV6_HEADER_BYTES = 40,
    DEFAULT_MSS_IPV4_BYTES = 536, /* MUST-15 */
    DEFAULT_MSS_IPV6_BYTES = 1220,
    LEAST_MSS_BYTES = 64, /* leaves room for data beside the longest options */
    MAX_SHIFT = 14        /* RFC 7323 2.3 */
};

/* RFC 7323 5.5: a timestamp older than this says nothing any more. */
#define TIMESTAMP_LIFE_S (INT64_C(24) * 24 * 3600)

static bool is_ipv6(InetAddr addr)
{
    return inet_addr_family(addr) == INET_FAMILY_IPV6;
}

static uint16_t segment_bytes(InetAddr remote, uint32_t mtu_bytes)
{
    uint32_t headers =
        WIRE_TCP_HEADER_BYTES + (is_ipv6(remote) ? IPV6_HEADER_BYTES : IPV4_HEADER_BYTES);
    uint32_t bytes = MAX(mtu_bytes, headers) - headers;
    return (uint16_t)CLAMP(bytes, LEAST_MSS_BYTES, UINT16_MAX);
}

uint16_t tcp_options_segment_bytes(const TcpConn *conn, uint32_t mtu_bytes)
{
    return segment_bytes(conn->ends.remote, mtu_bytes);
}

bool tcp_options_wants_sack(const TcpConfig *config)
{
    return config->sack && (config->recovery == NULL || config->recovery->wants_sack);
}

uint16_t tcp_options_advertised_mss(const TcpConfig *config, const InetPath *path)
{
    if (config->mss_bytes != 0) {
        return (uint16_t)CLAMP(config->mss_bytes, LEAST_MSS_BYTES, UINT16_MAX);
    }
    /* MUST-67: what IP here can receive, however narrow the path the other way. */
    const InetIface *iface = path->iface;
    uint32_t mtu_bytes = iface != NULL ? inet_iface_port(iface)->mtu_bytes : path->mtu_bytes;
    return segment_bytes(path->dst, mtu_bytes);
}

void tcp_options_init(TcpConn *conn)
{
    const TcpConfig *config = conn->config;
    conn->sack_ok = tcp_options_wants_sack(config);
    conn->ts_ok = config->timestamps;
    conn->scale_ok = config->window_scaling;
    uint8_t shift =
        conn->space != NULL ? tcp_space_shift(config) : tcp_window_shift(conn->rcv_buf_bytes);
    conn->rcv_shift = conn->scale_ok ? shift : 0;
    tcp_conn_limit_segments(conn, tcp_options_segment_bytes(conn, conn->path.mtu_bytes));
    conn->adv_mss_bytes = tcp_options_advertised_mss(config, &conn->path);
}

void tcp_options_offer(const TcpConn *conn, WireTcp *syn)
{
    syn->options |= TCP_OPT_MSS; /* MUST-14, MAY-3 */
    syn->mss = conn->adv_mss_bytes;
    if (conn->sack_ok) {
        syn->options |= TCP_OPT_SACK_PERMITTED;
    }
    if (conn->scale_ok) {
        syn->options |= TCP_OPT_WINDOW_SCALE;
        syn->window_scale = conn->rcv_shift;
    }
    tcp_fast_open_offer(conn, syn);
}

void tcp_options_accept(TcpConn *conn, const WireTcp *syn, int64_t now_ns)
{
    conn->sack_ok = conn->sack_ok && (syn->options & TCP_OPT_SACK_PERMITTED) != 0;
    conn->ts_ok = conn->ts_ok && (syn->options & TCP_OPT_TIMESTAMPS) != 0;
    conn->scale_ok = conn->scale_ok && (syn->options & TCP_OPT_WINDOW_SCALE) != 0;
    conn->snd_shift = conn->scale_ok ? MIN(syn->window_scale, MAX_SHIFT) : 0;
    conn->rcv_shift = conn->scale_ok ? conn->rcv_shift : 0;
    if (conn->ts_ok) {
        tcp_options_take_timestamp(conn, syn->ts_val, now_ns);
    }
    uint16_t mss_bytes =
        is_ipv6(conn->ends.remote) ? DEFAULT_MSS_IPV6_BYTES : DEFAULT_MSS_IPV4_BYTES;
    if (syn->options & TCP_OPT_MSS) {
        mss_bytes = MAX(syn->mss, LEAST_MSS_BYTES);
    }
    if (conn->config->mss_bytes != 0) {
        mss_bytes = MIN(mss_bytes, conn->adv_mss_bytes);
    }
    conn->peer_mss_bytes = mss_bytes;
    tcp_user_timeout_take(conn, syn, now_ns);
    tcp_conn_limit_segments(conn, MIN(mss_bytes, conn->seg_limit_bytes));
    /* What the peer's full segments hold, until longer ones come: options as ours have, and who
     * takes only short segments sends such. */
    uint32_t option_bytes = conn->seg_limit_bytes - conn->snd_mss_bytes;
    uint32_t least_bytes = MIN(conn->adv_mss_bytes, DEFAULT_MSS_IPV4_BYTES) - option_bytes;
    conn->rcv_mss_bytes = (uint16_t)MIN(least_bytes, conn->snd_mss_bytes);
}

uint32_t tcp_options_clock(const TcpConn *conn, int64_t now_ns)
{
    /* RFC 7323 5.4: a tick of 1 ms; 7.1: an offset of its own for each connection. */
    return (uint32_t)(now_ns / SIM_NS_PER_MS) + conn->ts_offset;
}

void tcp_options_take_timestamp(TcpConn *conn, uint32_t ts_val, int64_t now_ns)
{
    conn->ts_recent = ts_val;
    conn->ts_recent_at_s = (uint32_t)(now_ns / SIM_NS_PER_S);
}

bool tcp_options_is_old(const TcpConn *conn, const WireTcp *tcp, int64_t now_ns)
{
    return seq_lt(tcp->ts_val, conn->ts_recent) &&
           now_ns / SIM_NS_PER_S - conn->ts_recent_at_s <= TIMESTAMP_LIFE_S;
}
