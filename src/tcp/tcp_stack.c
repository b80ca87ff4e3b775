/* One host's TCP: who a segment is for, ports, initial sequence numbers, and the segment for
 * nobody. */

#include <stdlib.h>
#include <string.h>

#include "sim/sim_lines.h"
#include "tcp/tcp_fast_open.h"

enum {
    FEWEST_BUCKETS = 8, /* of a table; one connection needs none */
    /* RFC 6335 section 6 sets 49152 to 65535 aside; below them the next half when a host needs
     * more. */
    PORT_DYNAMIC = 49152,
    PORT_LEAST = 32768,
    PORT_END = 65536
};

#define ISN_STEP_NS (4 * SIM_NS_PER_US) /* RFC 9293 3.4.1 */

void tcp_config_init(TcpConfig *config)
{
    *config = (TcpConfig){
        .receive_buffer_bytes = 1 << 20,
        .send_buffer_bytes = 1 << 20,
        .sack = true,
        .timestamps = true,
        .timestamps_required = true,
        .window_scaling = true,
        .nagle = true,
        .delayed_ack = true,
        .delayed_ack_ns = 40 * SIM_NS_PER_MS,
        .initial_rto_ns = SIM_NS_PER_S,
        .min_rto_ns = SIM_NS_PER_S,
        .max_rto_ns = 60 * SIM_NS_PER_S,
        .msl_ns = 120 * SIM_NS_PER_S,
        .time_wait_reuse = true,
        .r1_retries = 3,
        .r2_retries = 15,
        .r2_ns = 100 * SIM_NS_PER_S,
        .syn_r2_ns = 180 * SIM_NS_PER_S,
        .advertised_user_timeout_ns = 300 * SIM_NS_PER_S, /* RFC 9293 3.9.1.1 */
        .least_user_timeout_ns = 100 * SIM_NS_PER_S,      /* R2: RFC 5482 3.1 */
        .most_user_timeout_ns = 3600 * SIM_NS_PER_S,
        .fast_open_cookies = true,
        .fast_open_pending = 16,
        .fast_open_hold_off_ns = 600 * SIM_NS_PER_S,
        .syn_data = true,
        .keep_alive_idle_ns = 7200 * SIM_NS_PER_S,
        .keep_alive_interval_ns = 75 * SIM_NS_PER_S,
        .keep_alive_probes = 9,
        .backlog = 128,
        .slow_start_after_idle = true,
        .limited_transmit = true,
        .challenge_ack = true,
        .challenge_ack_hz = 10,
        .fixed_isn = -1,
        .cc = tcp_cc_find("cubic"),
    };
}

static TcpConfig *copy_config(const TcpConfig *config)
{
    TcpConfig *copy = g_rc_box_new(TcpConfig);
    *copy = *config;
    return copy;
}

TcpConfig *tcp_stack_share_config(TcpStack *tcp, const TcpConfig *config)
{
    return config == NULL ? g_rc_box_acquire(tcp->config) : copy_config(config);
}

TcpStack *tcp_stack_new(InetStack *inet, uint64_t seed, const TcpConfig *config)
{
    static const InetProtocolOps protocol = { IP_PROTOCOL_TCP, tcp_stack_receive, tcp_icmp_error,
                                              tcp_stack_ahead };
    NetNode *node = inet_stack_node(inet);
    TcpStack *tcp = sim_lines_new0(1, sizeof *tcp);
    tcp->inet = inet;
    tcp->node = node;
    tcp->buckets = &tcp->sole;
    tcp->bucket_count = 1;
    tcp->config = copy_config(config);
    tcp->listeners = g_ptr_array_new();
    tcp->seed = seed;
    tcp->fixed_isn = -1;
    g_autofree char *name = g_strdup_printf("tcp %s secret", node->name);
    Rng rng;
    rng_init(&rng, seed, name);
    tcp->secret[0] = rng_u64(&rng);
    tcp->secret[1] = rng_u64(&rng);
    tcp->fast_key[0] = rng_u64(&rng);
    tcp->fast_key[1] = rng_u64(&rng);
    inet_register(inet, &protocol, tcp);
    return tcp;
}

static void free_buckets(TcpStack *tcp)
{
    if (tcp->buckets != &tcp->sole) {
        g_free(tcp->buckets);
    }
}

void tcp_stack_free(TcpStack *tcp)
{
    if (tcp == NULL) {
        return;
    }
    while (tcp->first != NULL) {
        tcp_conn_free(tcp->first);
    }
    for (uint32_t i = 0; i < tcp->listeners->len; i++) {
        tcp_listener_free(g_ptr_array_index(tcp->listeners, i));
    }
    g_ptr_array_free(tcp->listeners, TRUE);
    tcp_fast_cache_free(tcp->fast_cache);
    free_buckets(tcp);
    g_rc_box_release(tcp->config);
    free(tcp);
}

void tcp_stack_share(TcpStack *tcp, const TcpStack *other)
{
    if (memcmp(tcp->config, other->config, sizeof *tcp->config) == 0) {
        g_rc_box_release(tcp->config);
        tcp->config = g_rc_box_acquire(other->config);
    }
}

void tcp_stack_set_probe(TcpStack *tcp, const TcpProbe *probe)
{
    tcp->probe = probe;
}

InetStack *tcp_stack_inet(const TcpStack *tcp)
{
    return tcp->inet;
}

const TcpConfig *tcp_stack_config(const TcpStack *tcp)
{
    return tcp->config;
}

const TcpStackStats *tcp_stack_stats(const TcpStack *tcp)
{
    return &tcp->stats;
}

void tcp_stack_crash(TcpStack *tcp, int64_t now_ns)
{
    while (tcp->first != NULL) {
        TcpConn *conn = tcp->first;
        if (conn->state == TCP_STATE_CLOSED) { /* it lingers */
            tcp_conn_free(conn);
            continue;
        }
        conn->on_note = NULL;
        conn->released = true;
        tcp_conn_enter(conn);
        tcp_conn_end(conn, TCP_EVENT_CRASH, TCP_REASON_CRASHED, now_ns);
        tcp_conn_leave(conn, now_ns);
    }
    for (uint32_t i = 0; i < tcp->listeners->len; i++) {
        tcp_listener_end(g_ptr_array_index(tcp->listeners, i), TCP_EVENT_CRASH);
    }
    g_ptr_array_set_size(tcp->listeners, 0);
    g_clear_pointer(&tcp->fast_cache, tcp_fast_cache_free);
}

/* ---- the table of connections ---- */

uint64_t tcp_stack_hash(const TcpStack *tcp, TcpHashUse use, const TcpEnds *ends)
{
    /* Little-endian on every machine: the hash reads octets. */
    uint64_t ports = (uint64_t)use << 32 | (uint32_t)ends->local_port << 16 | ends->remote_port;
    uint64_t words[] = { GUINT64_TO_LE(ends->local.hi), GUINT64_TO_LE(ends->local.lo),
                         GUINT64_TO_LE(ends->remote.hi), GUINT64_TO_LE(ends->remote.lo),
                         GUINT64_TO_LE(ports) };
    return rng_hash(tcp->secret, words, sizeof words);
}

/* Good enough to spread four-tuples over buckets; nothing observable follows from it. */
static uint32_t bucket_hash(const TcpEnds *ends)
{
    uint64_t ports = (uint64_t)ends->local_port << 16 | ends->remote_port;
    uint64_t mixed = ends->local.hi ^ ends->remote.hi ^ ends->local.lo << 20 ^ ends->remote.lo ^
                     ports * UINT64_C(0xff51afd7ed558ccd);
    return (uint32_t)(mixed * UINT64_C(0x9e3779b97f4a7c15) >> 32);
}

static bool same_ends(const TcpEnds *a, const TcpEnds *b)
{
    return a->remote_port == b->remote_port && a->local_port == b->local_port &&
           inet_addr_equal(a->remote, b->remote) && inet_addr_equal(a->local, b->local);
}

TcpConn *tcp_stack_find(const TcpStack *tcp, const TcpEnds *ends)
{
    TcpConn *conn = tcp->buckets[bucket_hash(ends) & (tcp->bucket_count - 1)];
    while (conn != NULL && !same_ends(&conn->ends, ends)) {
        conn = conn->hash_next;
    }
    return conn;
}

static TcpConn **bucket_of(const TcpStack *tcp, const TcpConn *conn)
{
    return &tcp->buckets[bucket_hash(&conn->ends) & (tcp->bucket_count - 1)];
}

/* Twice the buckets, filled again in the order in which the connections were made. */
static void grow_buckets(TcpStack *tcp)
{
    free_buckets(tcp);
    tcp->bucket_count = tcp->bucket_count > 1 ? 2 * tcp->bucket_count : FEWEST_BUCKETS;
    tcp->buckets = g_new0(TcpConn *, tcp->bucket_count);
    for (TcpConn *conn = tcp->first; conn != NULL; conn = conn->next) {
        if (conn->state == TCP_STATE_CLOSED) {
            continue; /* hidden */
        }
        TcpConn **bucket = bucket_of(tcp, conn);
        conn->hash_next = *bucket;
        *bucket = conn;
    }
}

void tcp_stack_add(TcpStack *tcp, TcpConn *conn)
{
    if (tcp->conn_count >= tcp->bucket_count) {
        grow_buckets(tcp);
    }
    TcpConn **bucket = bucket_of(tcp, conn);
    conn->hash_next = *bucket;
    *bucket = conn;
    conn->prev = tcp->last;
    *(tcp->last != NULL ? &tcp->last->next : &tcp->first) = conn;
    tcp->last = conn;
    tcp->conn_count++;
}

void tcp_stack_hide(TcpStack *tcp, TcpConn *conn)
{
    TcpConn **link = bucket_of(tcp, conn);
    while (*link != conn) {
        link = &(*link)->hash_next;
    }
    *link = conn->hash_next;
    tcp->conn_count--;
}

void tcp_stack_remove(TcpStack *tcp, TcpConn *conn)
{
    if (conn->state != TCP_STATE_CLOSED) {
        tcp_stack_hide(tcp, conn);
    }
    *(conn->prev != NULL ? &conn->prev->next : &tcp->first) = conn->next;
    *(conn->next != NULL ? &conn->next->prev : &tcp->last) = conn->prev;
}

/* ---- ports and sequence numbers ---- */

static bool is_free(const TcpStack *tcp, const TcpEnds *ends)
{
    return tcp_stack_find(tcp, ends) == NULL &&
           tcp_listener_find(tcp, ends->local, ends->local_port) == NULL;
}

uint16_t tcp_stack_pick_port(TcpStack *tcp, const TcpEnds *ends)
{
    /* RFC 6056 3.3.3: an offset that depends on the destination, and a counter. The offset lies
     * in the dynamic half, so that a host with few connections does not leave it. */
    TcpEnds trial = *ends;
    trial.local_port = 0;
    uint32_t offset =
        (uint32_t)(tcp_stack_hash(tcp, TCP_HASH_PORT, &trial) % (PORT_END - PORT_DYNAMIC));
    for (uint32_t tried = 0; tried < PORT_END - PORT_LEAST; tried++) {
        uint32_t step = PORT_DYNAMIC - PORT_LEAST + offset + tcp->next_port++;
        trial.local_port = (uint16_t)(PORT_LEAST + step % (PORT_END - PORT_LEAST));
        if (is_free(tcp, &trial)) {
            return trial.local_port;
        }
    }
    return 0;
}

/* The number that a figure wants first; what comes later finds the clock as far on as it would be
 * (RFC 9293 figure 8: 300, and 400 us later 400). */
static TcpSeq fixed_isn(TcpStack *tcp, int64_t first, int64_t now_ns)
{
    if (tcp->fixed_isn != first) {
        tcp->fixed_isn = first;
        tcp->fixed_isn_at_ns = now_ns;
    }
    return (TcpSeq)first + (TcpSeq)((now_ns - tcp->fixed_isn_at_ns) / ISN_STEP_NS);
}

TcpSeq tcp_stack_isn(TcpStack *tcp, const TcpConfig *config, uint32_t offset, int64_t now_ns)
{
    if (config->fixed_isn >= 0) {
        return fixed_isn(tcp, config->fixed_isn, now_ns);
    }
    /* RFC 6528 section 3: ISN = M + F(four-tuple, secret), M stepping every 4 us (MUST-8,
     * SHLD-1). */
    return (TcpSeq)(now_ns / ISN_STEP_NS) + offset;
}

/* ---- arrival ---- */

/* RFC 1122 4.2.3.10: only segments from one host to one host mean anything (MUST-57, MUST-63). */
static bool is_unicast(const TcpStack *tcp, const Packet *pkt)
{
    return !inet_addr_is_multicast(pkt->ip.dst) &&
           !inet_stack_is_broadcast(tcp->inet, pkt->ip.dst) &&
           !inet_addr_is_multicast(pkt->ip.src) && !inet_stack_is_broadcast(tcp->inet, pkt->ip.src);
}

/* RFC 6191 section 2: a SYN may open a new connection where an old one is in TIME-WAIT. Where
 * the SYN has timestamps, they decide, if they are equal or the old connection had none,
 * sequence numbers. */
static bool may_reopen(const TcpConn *conn, const WireTcp *syn)
{
    bool newer_seq = seq_gt(syn->seq, tcp_conn_rcv_nxt(conn));
    if ((syn->options & TCP_OPT_TIMESTAMPS) == 0 || !conn->config->timestamps) {
        return newer_seq;
    }
    return !conn->ts_ok || seq_gt(syn->ts_val, conn->ts_recent) ||
           (syn->ts_val == conn->ts_recent && newer_seq);
}

/* MAY-2. False: the SYN is to be treated like any other segment for the old connection. */
static bool reopen(TcpStack *tcp, TcpConn *conn, Packet *pkt, int64_t now_ns)
{
    uint16_t flags = pkt->tcp.flags & (TCP_SYN | TCP_ACK | TCP_RST);
    if (conn->state != TCP_STATE_TIME_WAIT || flags != TCP_SYN || !conn->config->time_wait_reuse ||
        !may_reopen(conn, &pkt->tcp)) {
        return false;
    }
    TcpListener *listener = tcp_listener_find(tcp, pkt->ip.dst, pkt->tcp.dst_port);
    if (listener == NULL) {
        return false;
    }
    TcpSeq beyond = conn->snd_nxt;
    tcp_conn_enter(conn);
    tcp_conn_end(conn, TCP_EVENT_RCV_SYN, TCP_REASON_CLOSED, now_ns);
    tcp_conn_leave(conn, now_ns);
    tcp_listener_arrival(listener, pkt, &beyond, now_ns);
    return true;
}

void tcp_stack_receive(void *above, Packet *pkt, int64_t now_ns)
{
    TcpStack *tcp = above;
    tcp->stats.segments_received++;
    const WireTcp *header = &pkt->tcp;
    TcpEnds ends = { pkt->ip.dst, pkt->ip.src, header->dst_port, header->src_port };
    TcpConn *conn = tcp_stack_find(tcp, &ends);
    if (G_LIKELY(conn != NULL)) {
        if (G_LIKELY(conn->state != TCP_STATE_TIME_WAIT) || !reopen(tcp, conn, pkt, now_ns)) {
            tcp_input(conn, pkt, now_ns);
        }
        return;
    }
    if (!is_unicast(tcp, pkt)) {
        inet_discard(tcp->inet, pkt, INET_DISCARD_BAD_SOURCE, now_ns);
        return;
    }
    TcpListener *listener = tcp_listener_find(tcp, pkt->ip.dst, header->dst_port);
    if (listener != NULL) {
        tcp_listener_arrival(listener, pkt, NULL, now_ns);
        return;
    }
    /* RFC 9293 3.10.7.1: CLOSED. */
    tcp_transmit_reset_reply(tcp, pkt, now_ns);
    inet_discard(tcp->inet, pkt, INET_DISCARD_NO_CONNECTION, now_ns);
}

static void fetch_conn(const TcpConn *conn, unsigned step)
{
    if (step == 2) {
        sim_lines_fetch(conn, sizeof *conn / SIM_LINE_BYTES);
    } else if (step == 3 && conn != NULL) {
        sim_lines_fetch(conn->holder, 1);
        tcp_sent_fetch(&conn->sent);
    }
}

void tcp_stack_ahead(const void *above, const Packet *pkt, unsigned step)
{
    const TcpStack *tcp = above;
    if (step == 0) {
        sim_lines_fetch(tcp, 1);
        return;
    }
    if (pkt->kind != PACKET_TCP) {
        return;
    }
    TcpEnds ends = { pkt->ip.dst, pkt->ip.src, pkt->tcp.dst_port, pkt->tcp.src_port };
    TcpConn *const *bucket = &tcp->buckets[bucket_hash(&ends) & (tcp->bucket_count - 1)];
    if (step == 1) {
        sim_lines_fetch(bucket, 1);
    } else {
        fetch_conn(*bucket, step);
    }
}
