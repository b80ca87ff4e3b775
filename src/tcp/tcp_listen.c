/* Listeners: connections spawned by a SYN, the backlog, accept (RFC 9293 3.10.7.2, 3.9.1.1). */

#include "tcp/tcp_cookie.h"
#include "tcp/tcp_fast_open.h"

enum { BEYOND_OLD_BYTES = 1 << 16 };

static bool overlaps(const TcpListener *listener, InetAddr addr, uint16_t port)
{
    return listener->port == port && (inet_addr_equal(listener->addr, addr) ||
                                      inet_addr_family(listener->addr) == INET_FAMILY_NONE ||
                                      inet_addr_family(addr) == INET_FAMILY_NONE);
}

TcpListener *tcp_listener_find(const TcpStack *tcp, InetAddr addr, uint16_t port)
{
    for (uint32_t i = 0; i < tcp->listeners->len; i++) {
        TcpListener *listener = g_ptr_array_index(tcp->listeners, i);
        if (overlaps(listener, addr, port)) {
            return listener;
        }
    }
    return NULL;
}

static void announce(const TcpListener *listener, TcpState from, TcpEvent event)
{
    const TcpProbe *probe = listener->tcp->probe;
    if (probe != NULL && probe->on_listen != NULL) {
        int64_t now_ns = sim_now(inet_stack_node(listener->tcp->inet)->sim);
        probe->on_listen(probe->watcher, listener->tcp, listener->port, from, event,
                         tcp_fsm_next(from, event), now_ns);
    }
}

TcpListener *tcp_listen(TcpStack *tcp, InetAddr addr, uint16_t port, const TcpConfig *config,
                        TcpListenerFn on_ready, void *holder)
{
    if (tcp_listener_find(tcp, addr, port) != NULL) {
        return NULL;
    }
    TcpListener *listener = g_new0(TcpListener, 1);
    listener->tcp = tcp;
    listener->addr = addr;
    listener->port = port;
    listener->config = tcp_stack_share_config(tcp, config);
    listener->on_ready = on_ready;
    listener->holder = holder;
    g_queue_init(&listener->ready);
    g_ptr_array_add(tcp->listeners, listener);
    announce(listener, TCP_STATE_CLOSED, TCP_EVENT_OPEN_PASSIVE);
    return listener;
}

void tcp_listener_end(TcpListener *listener, TcpEvent event)
{
    announce(listener, TCP_STATE_LISTEN, event);
    tcp_listener_free(listener);
}

void tcp_listener_free(TcpListener *listener)
{
    g_queue_clear(&listener->ready);
    g_rc_box_release(listener->config);
    g_free(listener);
}

void tcp_listener_close(TcpListener *listener, int64_t now_ns)
{
    TcpConn *next;
    for (TcpConn *conn = listener->tcp->first; conn != NULL; conn = next) {
        next = conn->next;
        if (conn->fast_open && conn->fast->listener == listener) {
            tcp_fast_open_done(conn);
        }
        if (conn->spawned && conn->listener == listener) {
            tcp_abort(conn, now_ns);
        }
    }
    g_ptr_array_remove(listener->tcp->listeners, listener);
    tcp_listener_end(listener, TCP_EVENT_CLOSE);
}

uint16_t tcp_listener_port(const TcpListener *listener)
{
    return listener->port;
}

void tcp_listener_configure(TcpListener *listener, const TcpConfig *config)
{
    g_rc_box_release(listener->config);
    listener->config = tcp_stack_share_config(listener->tcp, config);
}

TcpConn *tcp_accept(TcpListener *listener, TcpNoteFn on_note, void *holder)
{
    TcpConn *conn = g_queue_pop_head(&listener->ready);
    if (conn != NULL) {
        listener->pending--;
        conn->spawned = false;
        conn->on_note = on_note;
        conn->holder = holder;
    }
    return conn;
}

void tcp_listener_ready(TcpListener *listener, TcpConn *conn, int64_t now_ns)
{
    g_queue_push_tail(&listener->ready, conn);
    listener->on_ready(listener->holder, listener, now_ns);
}

void tcp_listener_lost(TcpListener *listener, TcpConn *conn)
{
    g_queue_remove(&listener->ready, conn);
    listener->pending--;
    conn->spawned = false;
    conn->holder = NULL;
}

/* ---- arrival ---- */

/* A connection in LISTEN, as the listener that it comes from. */
static TcpConn *new_conn(TcpListener *listener, TcpOpening *opening, int64_t now_ns)
{
    TcpStack *tcp = listener->tcp;
    opening->config = g_rc_box_acquire(listener->config);
    TcpConn *conn = tcp_conn_new(tcp, opening, now_ns);
    conn->spawned = true;
    conn->listener = listener;
    listener->pending++;
    tcp->stats.passive_opens++;
    return conn;
}

static void spawn(TcpListener *listener, TcpOpening *opening, Packet *pkt, const TcpSeq *beyond,
                  int64_t now_ns)
{
    TcpConn *conn = new_conn(listener, opening, now_ns);
    if (beyond != NULL && !seq_gt(conn->iss, *beyond)) {
        tcp_conn_set_iss(conn, *beyond + BEYOND_OLD_BYTES);
    }
    TcpSegment seg;
    tcp_input_begin(&seg, pkt, 0, now_ns);
    tcp_conn_enter(conn);
    conn->segments_received++;
    tcp_input_announce(conn, pkt, now_ns);
    tcp_fast_open_arrival(conn, &seg);
    tcp_handshake_syn_only(conn, &seg);
    packet_free(pkt);
    tcp_conn_leave(conn, now_ns);
}

/* The ACK brought a cookie back: there is a connection now, and the segment is for it. */
static void spawn_by_cookie(TcpListener *listener, TcpOpening *opening, Packet *pkt,
                            const WireTcp *syn, int64_t now_ns)
{
    TcpConn *conn = new_conn(listener, opening, now_ns);
    TcpSegment seg = {
        .tcp = syn, .seq = syn->seq, .wnd = syn->window, .flags = syn->flags, .now_ns = now_ns
    };
    listener->tcp->stats.cookies_taken++;
    tcp_conn_set_iss(conn, pkt->tcp.ack - 1);
    tcp_conn_enter(conn);
    tcp_handshake_by_cookie(conn, &seg);
    tcp_input(conn, pkt, now_ns);
    tcp_conn_leave(conn, now_ns);
}

bool tcp_listener_ready_full(const TcpListener *listener)
{
    const TcpConfig *config = listener->config;
    return config->syn_backlog != 0 && listener->ready.length >= config->backlog;
}

/* No further SYN can be kept. */
static bool is_full(const TcpListener *listener)
{
    const TcpConfig *config = listener->config;
    if (config->syn_backlog == 0) {
        return listener->pending >= config->backlog;
    }
    uint32_t opening = listener->pending - listener->ready.length;
    return opening >= config->syn_backlog || tcp_listener_ready_full(listener);
}

static void syn_arrival(TcpListener *listener, TcpOpening *opening, Packet *pkt,
                        const TcpSeq *beyond, int64_t now_ns)
{
    TcpStack *tcp = listener->tcp;
    bool full = is_full(listener);
    uint8_t cookies = listener->config->syn_cookies;
    if (full && cookies == TCP_SYN_COOKIES_OFF) {
        tcp->stats.listen_drops++;
        inet_discard(tcp->inet, pkt, INET_DISCARD_BACKLOG, now_ns);
    } else if (!inet_path_find(tcp->inet, pkt->ip.src, &opening->path)) {
        inet_discard(tcp->inet, pkt, INET_DISCARD_NO_ROUTE, now_ns);
    } else if (full || cookies == TCP_SYN_COOKIES_ALWAYS) {
        tcp_cookie_answer(listener, opening, pkt, now_ns);
        packet_free(pkt);
    } else {
        spawn(listener, opening, pkt, beyond, now_ns);
    }
}

/* RFC 9293 3.10.7.2, second: nothing in LISTEN can be acknowledged, unless it was a cookie. */
static void ack_arrival(TcpListener *listener, TcpOpening *opening, Packet *pkt, int64_t now_ns)
{
    TcpStack *tcp = listener->tcp;
    WireTcp syn;
    if (!tcp_cookie_check(listener, &opening->ends, pkt, &syn, now_ns)) {
        tcp_transmit_reset_reply(tcp, pkt, now_ns);
        inet_discard(tcp->inet, pkt, INET_DISCARD_TCP_STATE, now_ns);
    } else if (listener->ready.length >= listener->config->backlog ||
               !inet_path_find(tcp->inet, pkt->ip.src, &opening->path)) {
        inet_discard(tcp->inet, pkt, INET_DISCARD_BACKLOG, now_ns);
    } else {
        spawn_by_cookie(listener, opening, pkt, &syn, now_ns);
    }
}

void tcp_listener_arrival(TcpListener *listener, Packet *pkt, const TcpSeq *beyond, int64_t now_ns)
{
    TcpStack *tcp = listener->tcp;
    uint16_t flags = pkt->tcp.flags;
    TcpOpening opening = {
        .ends = { pkt->ip.dst, pkt->ip.src, pkt->tcp.dst_port, pkt->tcp.src_port },
    };
    if (flags & TCP_RST) { /* first */
        inet_discard(tcp->inet, pkt, INET_DISCARD_TCP_RST, now_ns);
    } else if (flags & TCP_ACK) { /* second */
        ack_arrival(listener, &opening, pkt, now_ns);
    } else if ((flags & TCP_SYN) == 0) { /* fourth */
        inet_discard(tcp->inet, pkt, INET_DISCARD_TCP_STATE, now_ns);
    } else { /* third */
        syn_arrival(listener, &opening, pkt, beyond, now_ns);
    }
}
