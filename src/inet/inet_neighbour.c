/* Neighbours: what is known of the addresses on a link, and the packets that wait for an answer.
 *
 * An entry is EMPTY until a packet needs it, ASKING while requests are out, KNOWN when an answer or
 * another message of the neighbour's has come. A KNOWN entry that is used after arp_age_ns is
 * POLLED by unicast and goes on being used; without an answer it is dropped (RFC 1122 2.3.2.1,
 * mechanism 2). Nothing happens to entries that nobody uses. How to ask is the business of the
 * family: for IPv4, ARP. */

#include <stdlib.h>

#include "inet/inet_internal.h"
#include "sim/sim_lines.h"

static guint neighbour_hash(gconstpointer data)
{
    const InetNeighbour *neighbour = data;
    return (guint)inet_addr_hash(neighbour->addr) ^ neighbour->iface->port->index;
}

static gboolean neighbour_equal(gconstpointer a, gconstpointer b)
{
    const InetNeighbour *left = a, *right = b;
    return left->iface == right->iface && inet_addr_equal(left->addr, right->addr);
}

void inet_neighbour_announce(const InetStack *stack, InetAddr addr, const MacAddr *mac,
                             const char *what, int64_t now_ns)
{
    if (stack->probe != NULL && stack->probe->on_neighbour != NULL) {
        stack->probe->on_neighbour(stack->probe->watcher, stack, addr, mac, what, now_ns);
    }
}

static InetNeighbour *lookup(InetIface *iface, InetAddr addr)
{
    InetStack *stack = iface->stack;
    if (stack->neighbours_by_addr == NULL) {
        return NULL;
    }
    InetNeighbour key = { .addr = addr, .iface = iface };
    return g_hash_table_lookup(stack->neighbours_by_addr, &key);
}

/* Group addresses are mapped, not asked for: all ones to all ones, and the lower 23 bits of a
 * multicast address into 01:00:5e:00:00:00 (RFC 1112 6.4). */
static bool map_group(InetAddr addr, MacAddr *out_mac)
{
    if (inet_addr_is_broadcast(addr)) {
        *out_mac = mac_addr_broadcast;
        return true;
    }
    if (inet_addr_is_multicast(addr)) {
        uint32_t group = inet_addr_to_v4(addr);
        *out_mac = (MacAddr){ { 0x01, 0x00, 0x5e, (uint8_t)(group >> 16 & 0x7f),
                                (uint8_t)(group >> 8), (uint8_t)group } };
        return true;
    }
    return false;
}

static void on_event(SimEvent *event, int64_t now_ns);

InetNeighbour *inet_neighbour_get(InetIface *iface, InetAddr addr)
{
    InetNeighbour *neighbour = lookup(iface, addr);
    if (neighbour != NULL) {
        return neighbour;
    }
    InetStack *stack = iface->stack;
    neighbour = sim_lines_new0(1, sizeof *neighbour);
    neighbour->addr = addr;
    neighbour->iface = iface;
    neighbour->eth.src = iface->port->mac;
    neighbour->eth.type = WIRE_ETHERTYPE_IPV4;
    sim_event_init(&neighbour->event, on_event);
    if (map_group(addr, &neighbour->eth.dst)) {
        neighbour->state = INET_NEIGHBOUR_FIXED;
        neighbour->usable_until_ns = SIM_NEVER;
    }
    if (stack->neighbours_by_addr == NULL) {
        stack->neighbours_by_addr = g_hash_table_new(neighbour_hash, neighbour_equal);
    }
    g_hash_table_add(stack->neighbours_by_addr, neighbour);
    g_ptr_array_add(stack->neighbours, neighbour);
    return neighbour;
}

InetNeighbour *inet_neighbour_find(InetIface *iface, InetAddr addr)
{
    InetNeighbour *neighbour = lookup(iface, addr);
    bool holds = neighbour != NULL && neighbour->state != INET_NEIGHBOUR_EMPTY &&
                 neighbour->state != INET_NEIGHBOUR_FIXED;
    return holds ? neighbour : NULL;
}

void inet_neighbour_free(InetNeighbour *neighbour)
{
    Packet *pkt;
    sim_cancel(neighbour->iface->stack->node->sim, &neighbour->event);
    while ((pkt = inet_packet_queue_pop(&neighbour->waiting)) != NULL) {
        packet_free(pkt);
    }
    free(neighbour);
}

void inet_neighbour_forget_all(InetStack *stack)
{
    for (guint i = 0; i < stack->neighbours->len; i++) {
        InetNeighbour *neighbour = g_ptr_array_index(stack->neighbours, i);
        inet_packet_queue_drop(stack, &neighbour->waiting);
    }
    g_clear_pointer(&stack->neighbours_by_addr, g_hash_table_unref);
    g_ptr_array_set_size(stack->neighbours, 0);
    stack->generation++;
}

/* Asking. */

static void arm(InetNeighbour *neighbour, int64_t at_ns)
{
    NetNode *node = neighbour->iface->stack->node;
    sim_arm(node->sim, &neighbour->event, at_ns, &node->entity);
}

/* Sends a request as soon as the last one is arp_retry_ns old, now or later. */
static void ask(InetNeighbour *neighbour, int64_t now_ns)
{
    if (now_ns >= neighbour->ask_after_ns) {
        neighbour->tries++;
        neighbour->ask_after_ns = now_ns + neighbour->iface->stack->config.arp_retry_ns;
        inet_arp_ask(neighbour, neighbour->state == INET_NEIGHBOUR_POLLING, now_ns);
    }
    arm(neighbour, neighbour->ask_after_ns);
}

static void start(InetNeighbour *neighbour, InetNeighbourState state, int64_t now_ns)
{
    neighbour->state = state;
    neighbour->tries = 0;
    ask(neighbour, now_ns);
}

static void give_up(InetNeighbour *neighbour, int64_t now_ns)
{
    InetStack *stack = neighbour->iface->stack;
    bool known = neighbour->state == INET_NEIGHBOUR_POLLING;
    neighbour->state = INET_NEIGHBOUR_EMPTY;
    neighbour->usable_until_ns = 0;
    inet_neighbour_announce(stack, neighbour->addr, known ? &neighbour->eth.dst : NULL,
                            known ? "expired" : "failed", now_ns);

    InetPacketQueue failed = neighbour->waiting;
    neighbour->waiting = (InetPacketQueue){ 0 };
    Packet *pkt;
    while ((pkt = inet_packet_queue_pop(&failed)) != NULL) {
        /* RFC 1122 2.4, RFC 1812 3.3.2: the next hop cannot be reached, which is an unreachable
         * host. */
        inet_icmp_failed(stack, pkt, ICMP_UNREACHABLE, ICMP_UNREACHABLE_HOST, now_ns);
        inet_discard(stack, pkt, INET_DISCARD_NEIGHBOUR, now_ns);
    }
}

static void on_event(SimEvent *event, int64_t now_ns)
{
    InetNeighbour *neighbour = (InetNeighbour *)((char *)event - offsetof(InetNeighbour, event));
    if (neighbour->tries >= neighbour->iface->stack->config.arp_tries) {
        give_up(neighbour, now_ns);
    } else {
        ask(neighbour, now_ns);
    }
}

/* Of the packets that wait the oldest makes room: RFC 1122 2.3.2.2 wants the latest kept. */
static void wait_for_answer(InetNeighbour *neighbour, Packet *pkt, int64_t now_ns)
{
    InetStack *stack = neighbour->iface->stack;
    inet_packet_queue_push(&neighbour->waiting, pkt);
    if (neighbour->waiting.len_pkts > stack->config.arp_queue_pkts) {
        Packet *oldest = inet_packet_queue_pop(&neighbour->waiting);
        inet_discard(stack, oldest, INET_DISCARD_NEIGHBOUR_QUEUE, now_ns);
    }
}

void inet_neighbour_doubt(InetNeighbour *neighbour, int64_t now_ns)
{
    if (neighbour->state == INET_NEIGHBOUR_KNOWN) {
        neighbour->usable_until_ns = MIN(neighbour->usable_until_ns, now_ns);
    }
}

void inet_neighbour_send(InetNeighbour *neighbour, Packet *pkt, int64_t now_ns)
{
    if (neighbour->state == INET_NEIGHBOUR_KNOWN) {
        neighbour->usable_until_ns = SIM_NEVER; /* until the poll is decided */
        start(neighbour, INET_NEIGHBOUR_POLLING, now_ns);
        inet_transmit(neighbour->iface, neighbour, pkt, now_ns);
        return;
    }
    wait_for_answer(neighbour, pkt, now_ns);
    if (neighbour->state == INET_NEIGHBOUR_EMPTY) {
        start(neighbour, INET_NEIGHBOUR_ASKING, now_ns);
    }
}

/* Knowing. */

static const char *change_by(const InetNeighbour *neighbour, const MacAddr *mac)
{
    if (neighbour->state == INET_NEIGHBOUR_EMPTY || neighbour->state == INET_NEIGHBOUR_ASKING) {
        return "learned";
    }
    return mac_addr_equal(&neighbour->eth.dst, mac) ? NULL : "changed";
}

void inet_neighbour_confirm(InetNeighbour *neighbour, MacAddr mac, int64_t now_ns)
{
    InetStack *stack = neighbour->iface->stack;
    const char *what = change_by(neighbour, &mac);
    sim_cancel(stack->node->sim, &neighbour->event);
    neighbour->state = INET_NEIGHBOUR_KNOWN;
    neighbour->eth.dst = mac;
    neighbour->usable_until_ns = now_ns + stack->config.arp_age_ns;
    if (what != NULL) {
        inet_neighbour_announce(stack, neighbour->addr, &neighbour->eth.dst, what, now_ns);
    }
    Packet *pkt;
    while ((pkt = inet_packet_queue_pop(&neighbour->waiting)) != NULL) {
        inet_transmit(neighbour->iface, neighbour, pkt, now_ns);
    }
}
