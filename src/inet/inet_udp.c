/* UDP: demultiplexing, receive buffers that hold the packets themselves, and ICMP errors for
 * programs. Checksums are made and verified where octets are (wire/); they are always on (RFC
 * 1122 4.1.3.4). */

#include "inet/inet_udp.h"

#include "inet/inet_internal.h"

#define UDP_MAX_BYTES (WIRE_IPV4_MAX_BYTES - WIRE_IPV4_HEADER_BYTES - WIRE_UDP_HEADER_BYTES)
#define EPHEMERAL_FIRST 49152u /* RFC 6335 section 6 */
#define EPHEMERAL_PORTS (65536u - EPHEMERAL_FIRST)

struct UdpStack {
    InetStack *inet;
    GHashTable *sockets; /* chains of UdpSocket by port */
    uint64_t port_key[2];
    uint32_t ports_given;
};

struct UdpSocket {
    UdpStack *udp;
    UdpSocket *next; /* on the same port, another address */
    UdpEventFn on_event;
    void *above;
    InetAddr addr, peer; /* any: not fixed */
    uint16_t port, peer_port;
    uint8_t ttl, tos;
    uint32_t buffer_bytes, waiting_bytes;
    Packet *first, *last; /* to be read */
    InetPath path;
};

/* Sockets by port. */

static UdpSocket *chain_at(const UdpStack *udp, uint16_t port)
{
    return g_hash_table_lookup(udp->sockets, GUINT_TO_POINTER(port));
}

static void set_chain(UdpStack *udp, uint16_t port, UdpSocket *chain)
{
    if (chain == NULL) {
        g_hash_table_remove(udp->sockets, GUINT_TO_POINTER(port));
    } else {
        g_hash_table_replace(udp->sockets, GUINT_TO_POINTER(port), chain);
    }
}

static bool is_taken(const UdpStack *udp, InetAddr addr, uint16_t port)
{
    for (const UdpSocket *socket = chain_at(udp, port); socket != NULL; socket = socket->next) {
        if (inet_addr_is_any(addr) || inet_addr_is_any(socket->addr) ||
            inet_addr_equal(socket->addr, addr)) {
            return true;
        }
    }
    return false;
}

/* RFC 6056 3.3.3: a hash says where to begin, a counter where to go on. 0: all are taken. */
static uint16_t ephemeral_port(UdpStack *udp, InetAddr addr)
{
    uint64_t offset = rng_hash(udp->port_key, &addr, sizeof addr);
    for (uint32_t i = 0; i < EPHEMERAL_PORTS; i++) {
        uint64_t step = (offset + udp->ports_given++) % EPHEMERAL_PORTS;
        uint16_t port = (uint16_t)(EPHEMERAL_FIRST + step);
        if (!is_taken(udp, addr, port)) {
            return port;
        }
    }
    return 0;
}

/* Whether a datagram between these is the socket's; the more it has fixed, the better it fits. 0:
 * no. */
static unsigned fit_of(const UdpSocket *socket, InetAddr local, InetAddr remote,
                       uint16_t remote_port)
{
    unsigned fit = 1;
    if (!inet_addr_is_any(socket->addr)) {
        if (!inet_addr_equal(socket->addr, local)) {
            return 0;
        }
        fit++;
    }
    if (socket->peer_port != 0) {
        if (!inet_addr_equal(socket->peer, remote) || socket->peer_port != remote_port) {
            return 0;
        }
        fit++;
    }
    return fit;
}

static UdpSocket *find(const UdpStack *udp, InetAddr local, uint16_t local_port, InetAddr remote,
                       uint16_t remote_port)
{
    UdpSocket *best = NULL;
    unsigned best_fit = 0;
    for (UdpSocket *socket = chain_at(udp, local_port); socket != NULL; socket = socket->next) {
        unsigned fit = fit_of(socket, local, remote, remote_port);
        if (fit > best_fit) {
            best = socket;
            best_fit = fit;
        }
    }
    return best;
}

/* Input. */

static uint32_t buffer_cost(const Packet *pkt)
{
    return WIRE_UDP_HEADER_BYTES + pkt->payload.len_bytes;
}

static void tell(UdpSocket *socket, const InetError *error, int64_t now_ns)
{
    if (socket->on_event != NULL) {
        socket->on_event(socket->above, socket, error, now_ns);
    }
}

static void keep(UdpSocket *socket, Packet *pkt)
{
    pkt->next = NULL;
    if (socket->first == NULL) {
        socket->first = pkt;
    } else {
        socket->last->next = pkt;
    }
    socket->last = pkt;
    socket->waiting_bytes += buffer_cost(pkt);
}

static void receive(void *above, Packet *pkt, int64_t now_ns)
{
    UdpStack *udp = above;
    UdpSocket *socket = find(udp, pkt->ip.dst, pkt->udp.dst_port, pkt->ip.src, pkt->udp.src_port);
    if (socket == NULL) {
        /* RFC 1122 4.1.3.1. */
        inet_icmp_error(udp->inet, pkt, ICMP_UNREACHABLE, ICMP_UNREACHABLE_PORT, 0, now_ns);
        inet_discard(udp->inet, pkt, INET_DISCARD_NO_PORT, now_ns);
    } else if (socket->waiting_bytes + buffer_cost(pkt) > socket->buffer_bytes) {
        inet_discard(udp->inet, pkt, INET_DISCARD_RECEIVE_BUFFER, now_ns);
    } else {
        keep(socket, pkt);
        tell(socket, NULL, now_ns);
    }
}

static void on_error(void *above, const InetError *error, int64_t now_ns)
{
    UdpStack *udp = above;
    UdpSocket *socket = find(udp, error->src, error->src_port, error->dst, error->dst_port);
    if (socket == NULL) {
        return;
    }
    if (error->type == ICMP_UNREACHABLE && error->code == ICMP_UNREACHABLE_NEEDS_FRAGMENTATION) {
        inet_path_learn_mtu(udp->inet, error->dst, error->rest, now_ns);
    }
    tell(socket, error, now_ns); /* RFC 1122 4.1.3.3 */
}

bool udp_receive(UdpSocket *socket, UdpDatagram *out_datagram)
{
    Packet *pkt = socket->first;
    if (pkt == NULL) {
        return false;
    }
    socket->first = pkt->next;
    socket->waiting_bytes -= buffer_cost(pkt);
    *out_datagram = (UdpDatagram){
        .from = pkt->ip.src,
        .to = pkt->ip.dst,
        .from_port = pkt->udp.src_port,
        .to_port = pkt->udp.dst_port,
        .payload = pkt->payload,
        .packet = pkt->id,
    };
    pkt->payload = (Payload){ 0 };
    packet_free(pkt);
    return true;
}

/* Output. */

bool udp_send(UdpSocket *socket, InetAddr to, uint16_t to_port, Payload payload, int64_t now_ns)
{
    InetStack *inet = socket->udp->inet;
    NetNode *node = inet_stack_node(inet);
    if (payload.len_bytes > UDP_MAX_BYTES) {
        payload_clear(&payload);
        return false;
    }
    Packet *pkt =
        packet_new(node->packets, &node->entity, sim_current(node->sim), PACKET_WHY_DATAGRAM);
    pkt->kind = PACKET_UDP;
    if (!inet_addr_is_any(socket->addr)) {
        pkt->ip.src = socket->addr;
    }
    pkt->ip.dst = to;
    pkt->ip.protocol = IP_PROTOCOL_UDP;
    pkt->ip.ttl = socket->ttl;
    pkt->ip.tos = socket->tos;
    pkt->udp = (WireUdp){ .src_port = socket->port, .dst_port = to_port };
    pkt->payload = payload;
    return inet_send(inet, pkt, &socket->path, now_ns);
}

/* Life. */

UdpSocket *udp_open(UdpStack *udp, InetAddr addr, uint16_t port, uint32_t buffer_bytes,
                    UdpEventFn on_event, void *above)
{
    if (port == 0) {
        port = ephemeral_port(udp, addr);
    }
    if (port == 0 || is_taken(udp, addr, port)) {
        return NULL;
    }
    UdpSocket *socket = g_new0(UdpSocket, 1);
    socket->udp = udp;
    socket->addr = addr;
    socket->port = port;
    socket->buffer_bytes = buffer_bytes;
    socket->on_event = on_event;
    socket->above = above;
    socket->next = chain_at(udp, port);
    set_chain(udp, port, socket);
    return socket;
}

static void socket_free(UdpSocket *socket)
{
    UdpDatagram datagram;
    while (udp_receive(socket, &datagram)) {
        payload_clear(&datagram.payload);
    }
    g_free(socket);
}

void udp_close(UdpSocket *socket)
{
    UdpSocket *chain = chain_at(socket->udp, socket->port);
    UdpSocket **place = &chain;
    while (*place != socket) {
        place = &(*place)->next;
    }
    *place = socket->next;
    set_chain(socket->udp, socket->port, chain);
    socket_free(socket);
}

uint16_t udp_port(const UdpSocket *socket)
{
    return socket->port;
}

void udp_connect(UdpSocket *socket, InetAddr addr, uint16_t port)
{
    socket->peer = addr;
    socket->peer_port = port;
}

void udp_set_header(UdpSocket *socket, uint8_t ttl, uint8_t tos)
{
    socket->ttl = ttl;
    socket->tos = tos;
}

static const InetProtocolOps udp_protocol = { IP_PROTOCOL_UDP, receive, on_error, NULL };

UdpStack *udp_stack_new(InetStack *inet)
{
    UdpStack *udp = g_new0(UdpStack, 1);
    udp->inet = inet;
    udp->sockets = g_hash_table_new(NULL, NULL);
    g_autofree char *name = g_strdup_printf("host %s UDP ports", inet_stack_node(inet)->name);
    Rng rng;
    rng_init(&rng, inet_stack_seed(inet), name);
    udp->port_key[0] = rng_u64(&rng);
    udp->port_key[1] = rng_u64(&rng);
    inet_register(inet, &udp_protocol, udp);
    return udp;
}

void udp_stack_free(UdpStack *udp)
{
    if (udp == NULL) {
        return;
    }
    GHashTableIter iter;
    gpointer chain;
    g_hash_table_iter_init(&iter, udp->sockets);
    while (g_hash_table_iter_next(&iter, NULL, &chain)) {
        for (UdpSocket *socket = chain; socket != NULL;) {
            UdpSocket *next = socket->next;
            socket_free(socket);
            socket = next;
        }
    }
    g_hash_table_unref(udp->sockets);
    g_free(udp);
}
