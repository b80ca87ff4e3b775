/* The Internet layer of one node, put together: the table of protocols, the books of what died. */

#include <stdlib.h>

#include "inet/inet_internal.h"
#include "sim/lang.h"
#include "sim/sim_lines.h"

static const char *const discard_names[INET_N_DISCARDS] = {
    [INET_DISCARD_PARSE] = N_("malformed"),
    [INET_DISCARD_NOT_LOCAL] = N_("not for this host"),
    [INET_DISCARD_BAD_SOURCE] = N_("impossible source address"),
    [INET_DISCARD_TTL] = N_("time to live exceeded"),
    [INET_DISCARD_NO_ROUTE] = N_("no route"),
    [INET_DISCARD_NEIGHBOUR] = N_("next hop does not answer ARP"),
    [INET_DISCARD_NEIGHBOUR_QUEUE] = N_("too many wait for ARP"),
    [INET_DISCARD_CANNOT_FRAGMENT] = N_("too long and may not be fragmented"),
    [INET_DISCARD_REASSEMBLY_TIMEOUT] = N_("other fragments did not come"),
    [INET_DISCARD_FRAGMENT_OVERLAP] = N_("fragments overlap"),
    [INET_DISCARD_FRAGMENT_DUPLICATE] = N_("duplicate fragment"),
    [INET_DISCARD_FRAGMENT_ECN] = N_("fragments disagree on ECN"),
    [INET_DISCARD_REASSEMBLY_FULL] = N_("no room for fragments"),
    [INET_DISCARD_OPTION] = N_("malformed IP option"),
    [INET_DISCARD_SOURCE_ROUTE] = N_("source route refused"),
    [INET_DISCARD_NO_PROTOCOL] = N_("protocol unknown here"),
    [INET_DISCARD_ICMP] = N_("ICMP message without meaning here"),
    [INET_DISCARD_NO_PORT] = N_("nobody listens on the port"),
    [INET_DISCARD_RECEIVE_BUFFER] = N_("receive buffer full"),
    [INET_DISCARD_NO_CONNECTION] = N_("no such connection"),
    [INET_DISCARD_BACKLOG] = N_("listener's backlog full"),
    [INET_DISCARD_TCP_WINDOW] = N_("outside the receive window"),
    [INET_DISCARD_TCP_PAWS] = N_("old timestamp"),
    [INET_DISCARD_TCP_OLD_ACK] = N_("old acknowledgment"),
    [INET_DISCARD_TCP_FUTURE_ACK] = N_("acknowledges what was never sent"),
    [INET_DISCARD_TCP_NO_ACK] = N_("no acknowledgment in it"),
    [INET_DISCARD_TCP_SYN] = N_("SYN in a synchronised state"),
    [INET_DISCARD_TCP_RST] = N_("RST that does not match"),
    [INET_DISCARD_TCP_DUPLICATE] = N_("nothing new in it"),
    [INET_DISCARD_TCP_CLOSED] = N_("data after close"),
    [INET_DISCARD_TCP_STATE] = N_("meaningless in this state"),
    [INET_DISCARD_TCP_REASSEMBLY] = N_("no room for data out of order"),
};

const char *inet_discard_to_string(InetDiscard discard)
{
    g_assert(discard < INET_N_DISCARDS);
    return discard_names[discard];
}

void inet_config_init(InetConfig *config)
{
    *config = (InetConfig){
        .ttl = 64,
        .arp_age_ns = 20 * 60 * SIM_NS_PER_S,
        .arp_retry_ns = SIM_NS_PER_S,
        .arp_tries = 3,
        .arp_queue_pkts = 64,
        .reassembly_ns = 60 * SIM_NS_PER_S,
        .reassembly_max_bytes = 256 * 1024,
        .icmp_error_rate_hz = 1000,
        .icmp_error_burst = 50,
        .send_redirects = true,
        .accept_redirects = true,
    };
}

void inet_packet_queue_push(InetPacketQueue *queue, Packet *pkt)
{
    pkt->next = NULL;
    if (queue->tail == NULL) {
        queue->head = pkt;
    } else {
        queue->tail->next = pkt;
    }
    queue->tail = pkt;
    queue->len_pkts++;
}

Packet *inet_packet_queue_pop(InetPacketQueue *queue)
{
    Packet *pkt = queue->head;
    if (pkt == NULL) {
        return NULL;
    }
    queue->head = pkt->next;
    if (queue->head == NULL) {
        queue->tail = NULL;
    }
    queue->len_pkts--;
    pkt->next = NULL;
    return pkt;
}

void inet_packet_queue_drop(InetStack *stack, InetPacketQueue *queue)
{
    Packet *pkt;
    while ((pkt = inet_packet_queue_pop(queue)) != NULL) {
        net_node_drop(stack->node, pkt, NET_DROP_NODE_DOWN, sim_now(stack->node->sim));
    }
}

/* What was sent to ourselves arrives, one datagram an event. */
static void receive_loop(SimEvent *event, int64_t now_ns)
{
    InetStack *stack = (InetStack *)((char *)event - offsetof(InetStack, loop_event));
    Packet *pkt = inet_packet_queue_pop(&stack->loop);
    if (stack->loop.head != NULL) {
        sim_arm(stack->node->sim, &stack->loop_event, now_ns, &stack->node->entity);
    }
    inet_deliver(stack, pkt, now_ns);
}

static void neighbour_free(void *data)
{
    inet_neighbour_free(data);
}

static void assert_config(const InetConfig *config)
{
    g_assert(config->ttl > 0);
    g_assert(config->arp_age_ns > 0 && config->arp_retry_ns > 0);
    g_assert(config->arp_tries > 0 && config->arp_queue_pkts > 0);
    g_assert(config->reassembly_ns > 0 && config->icmp_error_burst > 0);
}

InetStack *inet_stack_new(NetNode *node, const InetConfig *config, uint64_t seed)
{
    assert_config(config);
    InetStack *stack = sim_lines_new0(1, sizeof *stack);
    stack->node = node;
    stack->seed = seed;
    stack->config = *config;
    stack->forwards = config->forwards;
    stack->ttl = config->ttl;
    stack->generation = 1;
    stack->paths_until_ns = SIM_NEVER;
    stack->next_ident = 1;
    inet_iface_init(stack);
    stack->neighbours = g_ptr_array_new_with_free_func(neighbour_free);
    sim_event_init(&stack->loop_event, receive_loop);
    g_autofree char *stream = g_strdup_printf("host %s address probes", node->name);
    rng_init(&stack->rng, seed, stream);
    inet_route_init(stack);
    inet_icmp_init(stack);
    return stack;
}

void inet_stack_free(InetStack *stack)
{
    if (stack == NULL) {
        return;
    }
    Packet *pkt;
    while ((pkt = inet_packet_queue_pop(&stack->loop)) != NULL) {
        packet_free(pkt);
    }
    sim_cancel(stack->node->sim, &stack->loop_event);
    inet_reassembly_free(stack);
    g_clear_pointer(&stack->pingers, g_ptr_array_unref);
    inet_path_clear(stack);
    inet_route_clear(stack);
    g_clear_pointer(&stack->neighbours_by_addr, g_hash_table_unref);
    g_ptr_array_unref(stack->neighbours);
    inet_iface_clear(stack);
    free(stack);
}

void inet_stack_reset(InetStack *stack)
{
    sim_cancel(stack->node->sim, &stack->loop_event);
    inet_packet_queue_drop(stack, &stack->loop);
    inet_reassembly_forget_all(stack);
    inet_neighbour_forget_all(stack);
    inet_route_forget_learned(stack);
    inet_path_clear(stack);
    for (guint i = 0; i < stack->ifaces->len; i++) {
        inet_conflict_stop(g_ptr_array_index(stack->ifaces, i));
    }
    stack->generation++;
}

NetNode *inet_stack_node(const InetStack *stack)
{
    return stack->node;
}

uint64_t inet_stack_seed(const InetStack *stack)
{
    return stack->seed;
}

void inet_stack_set_probe(InetStack *stack, const InetProbe *probe)
{
    stack->probe = probe;
}

const InetProbe *inet_stack_probe(const InetStack *stack)
{
    return stack->probe;
}

const uint64_t *inet_stack_discards(const InetStack *stack)
{
    return stack->discards;
}

void inet_discard_fault(InetStack *stack, Packet *pkt, InetDiscard why, PacketFault fault,
                        int64_t now_ns)
{
    stack->discards[why]++;
    if (stack->probe != NULL && stack->probe->on_discard != NULL) {
        stack->probe->on_discard(stack->probe->watcher, stack, pkt, why, fault, now_ns);
    }
    packet_free(pkt);
}

void inet_discard(InetStack *stack, Packet *pkt, InetDiscard why, int64_t now_ns)
{
    inet_discard_fault(stack, pkt, why, PACKET_OK, now_ns);
}

Packet *inet_packet_new(InetStack *stack, PacketWhy why)
{
    NetNode *node = stack->node;
    return packet_new(node->packets, &node->entity, sim_current(node->sim), why);
}

/* Protocols. */

void inet_register(InetStack *stack, const InetProtocolOps *ops, void *above)
{
    g_assert(stack->n_protocols < INET_MAX_PROTOCOLS);
    g_assert(inet_protocol_find(stack, ops->protocol) == NULL);
    stack->protocol_numbers[stack->n_protocols] = ops->protocol;
    stack->protocols[stack->n_protocols++] = (InetProtocol){ ops, above };
}

const InetProtocol *inet_protocol_find(const InetStack *stack, uint8_t protocol)
{
    for (unsigned i = 0; i < stack->n_protocols; i++) {
        if (stack->protocol_numbers[i] == protocol) {
            return &stack->protocols[i];
        }
    }
    return NULL;
}
