/* RFC 7413, both ends, and what a client remembers. */

#include "tcp/tcp_fast_open.h"

#include <string.h>

/* What is known of a server. */
typedef struct TcpFastServer {
    InetAddr addr; /* the key */
    WireTcpCookie cookie;
    uint16_t mss_bytes;    /* as it announced it; 0: not known */
    int64_t not_before_ns; /* after a failure */
} TcpFastServer;

struct TcpFastCache {
    GHashTable *servers; /* looked up, never walked */
};

/* ---- what a client remembers: section 4.1.3 ---- */

static guint addr_hash(gconstpointer addr)
{
    const InetAddr *a = addr;
    return (guint)((a->hi ^ a->lo) * UINT64_C(0x9e3779b97f4a7c15) >> 32);
}

static gboolean addr_equal(gconstpointer a, gconstpointer b)
{
    return inet_addr_equal(*(const InetAddr *)a, *(const InetAddr *)b);
}

void tcp_fast_cache_free(TcpFastCache *cache)
{
    if (cache != NULL) {
        g_hash_table_unref(cache->servers);
        g_free(cache);
    }
}

/* NULL: nothing is known. */
static const TcpFastServer *find_server(const TcpConn *conn)
{
    const TcpFastCache *cache = conn->tcp->fast_cache;
    return cache != NULL ? g_hash_table_lookup(cache->servers, &conn->ends.remote) : NULL;
}

static TcpFastServer *get_server(TcpConn *conn)
{
    TcpStack *tcp = conn->tcp;
    if (tcp->fast_cache == NULL) {
        tcp->fast_cache = g_new(TcpFastCache, 1);
        tcp->fast_cache->servers = g_hash_table_new_full(addr_hash, addr_equal, NULL, g_free);
    }
    TcpFastServer *server = g_hash_table_lookup(tcp->fast_cache->servers, &conn->ends.remote);
    if (server == NULL) {
        server = g_new0(TcpFastServer, 1);
        server->addr = conn->ends.remote;
        g_hash_table_insert(tcp->fast_cache->servers, &server->addr, server);
    }
    return server;
}

/* ---- the client ---- */

static TcpFastOpen *begin(TcpConn *conn)
{
    conn->fast = g_new0(TcpFastOpen, 1);
    conn->fast_open = true;
    return conn->fast;
}

static bool is_client(const TcpConn *conn)
{
    return conn->fast_open && conn->active;
}

void tcp_fast_open_begin(TcpConn *conn, int64_t now_ns)
{
    const TcpConfig *config = conn->config;
    if (G_LIKELY((config->fast_open & TCP_FAST_OPEN_CLIENT) == 0)) {
        return;
    }
    const TcpFastServer *server = find_server(conn);
    if (server != NULL && now_ns < server->not_before_ns) {
        return;
    }
    TcpFastOpen *fast = begin(conn);
    fast->offered = config->fast_open_cookies;
    if (server != NULL) {
        fast->cookie = server->cookie;
    }
    conn->syn_waits = fast->cookie.len_bytes > 0 || !config->fast_open_cookies;
}

uint32_t tcp_fast_open_room_bytes(const TcpConn *conn)
{
    if (!conn->syn_waits) {
        return 0;
    }
    const TcpFastServer *server = find_server(conn);
    uint32_t bytes = conn->seg_limit_bytes;
    if (server != NULL && server->mss_bytes != 0) {
        bytes = MIN(bytes, server->mss_bytes);
    }
    if (conn->config->mss_bytes != 0) {
        bytes = MIN(bytes, conn->adv_mss_bytes);
    }
    return MAX(bytes, WIRE_TCP_MAX_OPTION_BYTES) - WIRE_TCP_MAX_OPTION_BYTES;
}

uint32_t tcp_fast_open_syn_bytes(const TcpConn *conn)
{
    return MIN(conn->unsent_bytes, tcp_fast_open_room_bytes(conn));
}

/* A cookie that was not asked for is none of ours; the MSS counts in any case (4.1.3). */
static void remember(TcpConn *conn, const TcpSegment *seg, bool refused)
{
    WireTcpCookie cookie;
    TcpFastServer *server = get_server(conn);
    bool granted = wire_tcp_get_cookie(seg->tcp, &cookie) && cookie.len_bytes > 0;
    if (seg->tcp->options & TCP_OPT_MSS) {
        server->mss_bytes = seg->tcp->mss;
    }
    if (granted) {
        server->cookie = cookie;
    }
    if (refused && !granted) {
        tcp_fast_open_failed(conn, seg->now_ns);
    } else if (conn->syn_timeouts == 0) {
        server->not_before_ns = 0;
    }
}

void tcp_fast_open_answered(TcpConn *conn, const TcpSegment *seg)
{
    if (G_LIKELY(!is_client(conn))) {
        tcp_fast_open_done(conn);
        return;
    }
    bool data_sent = conn->snd_nxt != conn->iss + 1, data_left = conn->sent.count > 0;
    remember(conn, seg, data_left);
    conn->syn_data_acked = data_sent && !data_left;
    if (data_left) {
        tcp_recovery_resend_all(&conn->recovery, conn->snd_nxt, seg->now_ns);
        conn->recovery.why = PACKET_WHY_RETRANSMIT_RECOVERY;
    }
    tcp_fast_open_done(conn);
}

void tcp_fast_open_failed(TcpConn *conn, int64_t now_ns)
{
    if (is_client(conn)) {
        get_server(conn)->not_before_ns = now_ns + conn->config->fast_open_hold_off_ns;
    }
}

/* ---- the server ---- */

/* The octets of an address as they stand in an IP header; returns how many. */
static size_t address_octets(InetAddr addr, uint8_t out_octets[16])
{
    uint64_t words[] = { GUINT64_TO_BE(addr.hi), GUINT64_TO_BE(addr.lo) };
    size_t len = inet_addr_family(addr) == INET_FAMILY_IPV4 ? 4 : sizeof words;
    memcpy(out_octets, (const uint8_t *)words + sizeof words - len, len);
    return len;
}

void tcp_fast_open_cookie(const TcpStack *tcp, const TcpConfig *config, const TcpEnds *ends,
                          WireTcpCookie *out_cookie)
{
    uint8_t octets[2 * 16];
    size_t len = address_octets(ends->remote, octets);
    len += address_octets(ends->local, octets + len);
    uint64_t key[2] = { tcp->fast_key[0], tcp->fast_key[1] };
    if (config->fast_open_keyed) {
        memcpy(key, config->fast_open_key, sizeof key);
        key[0] = GUINT64_FROM_LE(key[0]);
        key[1] = GUINT64_FROM_LE(key[1]);
    }
    uint64_t hash = GUINT64_TO_LE(rng_hash(key, octets, len));
    *out_cookie = (WireTcpCookie){ .len_bytes = sizeof hash };
    memcpy(out_cookie->bytes, &hash, sizeof hash);
}

static bool same_cookie(const WireTcpCookie *a, const WireTcpCookie *b)
{
    return a->len_bytes == b->len_bytes && memcmp(a->bytes, b->bytes, a->len_bytes) == 0;
}

void tcp_fast_open_arrival(TcpConn *conn, const TcpSegment *seg)
{
    const TcpConfig *config = conn->config;
    TcpListener *listener = conn->listener;
    WireTcpCookie shown = { 0 }, ours;
    bool asked = wire_tcp_get_cookie(seg->tcp, &shown);
    bool trusted = !config->fast_open_cookies && seg->len_bytes > 0;
    if ((config->fast_open & TCP_FAST_OPEN_SERVER) == 0 || (!asked && !trusted) ||
        listener->fast_pending >= config->fast_open_pending) {
        return; /* 4.1.2: past the limit it is as if there were no option */
    }
    TcpFastOpen *fast = begin(conn);
    tcp_fast_open_cookie(conn->tcp, config, &conn->ends, &ours);
    if (trusted || same_cookie(&shown, &ours)) {
        conn->accepted_early = true;
        conn->syn_data_acked = seg->len_bytes > 0;
        fast->listener = listener;
        listener->fast_pending++;
    } else {
        ours.trial = shown.trial;
        fast->cookie = ours;
        fast->offered = true;
    }
}

/* ---- both ---- */

void tcp_fast_open_offer(const TcpConn *conn, WireTcp *syn)
{
    /* 4.2.2: a SYN or SYN-ACK that is sent again goes without. */
    if (G_LIKELY(!conn->fast_open) || !conn->fast->offered || conn->sent.count > 0) {
        return;
    }
    const TcpFastOpen *fast = conn->fast;
    uint32_t bytes = wire_tcp_length(syn) + wire_tcp_cookie_option_bytes(&fast->cookie);
    if (bytes <= WIRE_TCP_HEADER_BYTES + WIRE_TCP_MAX_OPTION_BYTES) {
        wire_tcp_set_cookie(syn, &fast->cookie);
    }
}

void tcp_fast_open_done(TcpConn *conn)
{
    if (G_LIKELY(!conn->fast_open)) {
        return;
    }
    if (conn->fast->listener != NULL) {
        conn->fast->listener->fast_pending--;
    }
    g_free(conn->fast);
    conn->probe_packet = 0;
    conn->fast_open = false;
}

bool tcp_syn_data_acked(const TcpConn *conn)
{
    return conn->syn_data_acked;
}
