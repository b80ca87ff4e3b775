/* Putting fragments together again (RFC 791 section 3.2, RFC 1122 section 3.3.2).
 *
 * A datagram's fragments wait in the order of their offsets. Fragments that repeat one another
 * exactly are what networks do; any other overlap is what attackers do, and then the whole datagram
 * is dropped, with all that still comes of it.
 *
 * Departs: RFC 791 lets overlapping fragments overwrite one another; RFC 5722 (for IPv6) says why
 * not. */

#include "inet/inet_internal.h"

typedef struct InetReassembly {
    InetStack *stack;
    WireIp key;           /* source, destination, protocol and identification count */
    Packet *pieces;       /* by offset */
    uint32_t have_bytes;  /* of the IP payload */
    uint32_t total_bytes; /* 0: the last fragment has not come */
    bool spoilt;          /* there was an overlap: what else comes is dropped */
    SimEvent event;       /* time is up */
} InetReassembly;

static uint32_t start_of(const Packet *piece)
{
    return piece->ip.fragment_offset * UINT32_C(8);
}

static uint32_t end_of(const Packet *piece)
{
    return start_of(piece) + piece->payload.len_bytes;
}

/* What a piece, or an entry without any, counts against the host's limit. */
static uint32_t cost_of(const Packet *piece)
{
    return piece->network_bytes;
}
#define ENTRY_COST_BYTES ((uint32_t)sizeof(InetReassembly))

static Packet *take_piece(InetReassembly *entry)
{
    Packet *piece = entry->pieces;
    if (piece != NULL) {
        entry->pieces = piece->next;
        entry->stack->reassembly_bytes -= cost_of(piece);
    }
    return piece;
}

static void discard_pieces(InetReassembly *entry, InetDiscard why, int64_t now_ns)
{
    Packet *piece;
    while ((piece = take_piece(entry)) != NULL) {
        inet_discard(entry->stack, piece, why, now_ns);
    }
}

static void entry_free(gpointer data)
{
    InetReassembly *entry = data;
    InetStack *stack = entry->stack;
    Packet *piece;
    while ((piece = take_piece(entry)) != NULL) {
        packet_free(piece);
    }
    sim_cancel(stack->node->sim, &entry->event);
    stack->reassembly_bytes -= ENTRY_COST_BYTES;
    g_free(entry);
}

void inet_reassembly_free(InetStack *stack)
{
    g_clear_pointer(&stack->reassemblies, g_ptr_array_unref);
}

void inet_reassembly_forget_all(InetStack *stack)
{
    int64_t now_ns = sim_now(stack->node->sim);
    for (guint i = 0; stack->reassemblies != NULL && i < stack->reassemblies->len; i++) {
        InetReassembly *entry = g_ptr_array_index(stack->reassemblies, i);
        Packet *piece;
        while ((piece = take_piece(entry)) != NULL) {
            net_node_drop(stack->node, piece, NET_DROP_NODE_DOWN, now_ns);
        }
    }
    inet_reassembly_free(stack);
}

/* RFC 1122 3.3.2: time exceeded, if there is a first fragment to quote. */
static void on_timeout(SimEvent *event, int64_t now_ns)
{
    InetReassembly *entry = (InetReassembly *)((char *)event - offsetof(InetReassembly, event));
    InetStack *stack = entry->stack;
    if (entry->pieces != NULL && start_of(entry->pieces) == 0) {
        inet_icmp_error(stack, entry->pieces, ICMP_TIME_EXCEEDED, ICMP_TIME_EXCEEDED_REASSEMBLY, 0,
                        now_ns);
    }
    discard_pieces(entry, INET_DISCARD_REASSEMBLY_TIMEOUT, now_ns);
    g_ptr_array_remove(stack->reassemblies, entry);
}

/* Entries. */

static bool same_datagram(const WireIp *a, const WireIp *b)
{
    return a->ident == b->ident && a->protocol == b->protocol && inet_addr_equal(a->src, b->src) &&
           inet_addr_equal(a->dst, b->dst);
}

/* Few datagrams are unfinished at a time, so they are looked through, not hashed. */
static InetReassembly *find(const InetStack *stack, const WireIp *ip)
{
    for (guint i = 0; stack->reassemblies != NULL && i < stack->reassemblies->len; i++) {
        InetReassembly *entry = g_ptr_array_index(stack->reassemblies, i);
        if (same_datagram(&entry->key, ip)) {
            return entry;
        }
    }
    return NULL;
}

/* RFC 1122 3.3.2: the time runs from the first arrival and is not renewed. */
static InetReassembly *entry_new(InetStack *stack, const WireIp *ip, int64_t now_ns)
{
    InetReassembly *entry = g_new0(InetReassembly, 1);
    entry->stack = stack;
    entry->key = *ip;
    sim_event_init(&entry->event, on_timeout);
    sim_arm(stack->node->sim, &entry->event, now_ns + stack->config.reassembly_ns,
            &stack->node->entity);
    if (stack->reassemblies == NULL) {
        stack->reassemblies = g_ptr_array_new_with_free_func(entry_free);
    }
    g_ptr_array_add(stack->reassemblies, entry);
    stack->reassembly_bytes += ENTRY_COST_BYTES;
    return entry;
}

/* Placing a fragment. */

typedef enum Fit { FIT_PLACED, FIT_DUPLICATE, FIT_OVERLAP } Fit;

static bool repeats(const Packet *a, const Packet *b)
{
    return start_of(a) == start_of(b) && a->ip.more_fragments == b->ip.more_fragments &&
           payload_same_bytes(&a->payload, &b->payload);
}

/* Octets of the IP payload known to exist once the fragment is taken. */
static uint32_t reach_with(const InetReassembly *entry, const Packet *pkt)
{
    uint32_t reach_bytes = end_of(pkt);
    for (const Packet *piece = entry->pieces; piece != NULL; piece = piece->next) {
        reach_bytes = MAX(reach_bytes, end_of(piece));
    }
    return reach_bytes;
}

/* Whether the end of the datagram, as this fragment or an earlier one gives it, contradicts the
 * rest, or the first fragment's options leave no room for so much. */
static bool contradicts_end(const InetReassembly *entry, const Packet *pkt)
{
    uint32_t total_bytes = pkt->ip.more_fragments ? entry->total_bytes : end_of(pkt);
    uint32_t reach_bytes = reach_with(entry, pkt);
    const Packet *first = start_of(pkt) == 0 || entry->pieces == NULL ? pkt : entry->pieces;
    uint32_t header_bytes = WIRE_IPV4_HEADER_BYTES + first->ip.option_bytes;
    return (entry->total_bytes != 0 && total_bytes != entry->total_bytes) ||
           (total_bytes != 0 && reach_bytes > total_bytes) ||
           header_bytes + reach_bytes > WIRE_IPV4_MAX_BYTES;
}

/* Puts the fragment in its place, if it fits between its neighbours. */
static Fit place_piece(InetReassembly *entry, Packet *pkt)
{
    Packet **place = &entry->pieces;
    const Packet *before = NULL;
    while (*place != NULL && start_of(*place) < start_of(pkt)) {
        before = *place;
        place = &(*place)->next;
    }
    if (*place != NULL && repeats(*place, pkt)) {
        return FIT_DUPLICATE;
    }
    if ((before != NULL && end_of(before) > start_of(pkt)) ||
        (*place != NULL && end_of(pkt) > start_of(*place)) || contradicts_end(entry, pkt)) {
        return FIT_OVERLAP;
    }
    pkt->next = *place;
    *place = pkt;
    entry->have_bytes += pkt->payload.len_bytes;
    entry->stack->reassembly_bytes += cost_of(pkt);
    if (!pkt->ip.more_fragments) {
        entry->total_bytes = end_of(pkt);
    }
    return FIT_PLACED;
}

/* The whole datagram, from complete pieces. RFC 3168 5.3: congestion marked on one is marked on
 * all. */
static Packet *join(const InetReassembly *entry)
{
    const Packet *first = entry->pieces;
    Packet *whole = inet_packet_new(entry->stack, PACKET_WHY_NONE);
    uint8_t *bytes = g_malloc(entry->total_bytes);
    packet_set_original(whole, packet_original(first));
    whole->kind = PACKET_IP_OTHER;
    whole->link = first->link;
    whole->eth = first->eth;
    whole->ip = first->ip;
    whole->ip.more_fragments = false;
    whole->ip_options = g_memdup2(first->ip_options, first->ip.option_bytes);
    for (const Packet *piece = first; piece != NULL; piece = piece->next) {
        payload_write(&piece->payload, bytes + start_of(piece));
        whole->corrupted |= piece->corrupted;
        if (wire_ip_is_ce(&piece->ip)) {
            whole->ip.tos |= WIRE_IP_CE;
        }
    }
    whole->payload = (Payload){ .len_bytes = entry->total_bytes,
                                .bytes = g_bytes_new_take(bytes, entry->total_bytes) };
    packet_set_length(whole);
    return whole;
}

/* RFC 3168 5.3: a mark on a fragment of what is not ECN-capable as a whole must not get lost, and
 * cannot be told to anyone. */
static bool has_mixed_marks(const InetReassembly *entry)
{
    bool marked = false, incapable = false;
    for (const Packet *piece = entry->pieces; piece != NULL; piece = piece->next) {
        marked |= wire_ip_is_ce(&piece->ip);
        incapable |= wire_ip_ecn(&piece->ip) == WIRE_IP_NOT_ECT;
    }
    return marked && incapable;
}

/* Takes the entry, which is complete. NULL: what it holds is no good. */
static Packet *finish(InetReassembly *entry, int64_t now_ns)
{
    InetStack *stack = entry->stack;
    if (has_mixed_marks(entry)) {
        discard_pieces(entry, INET_DISCARD_FRAGMENT_ECN, now_ns);
        g_ptr_array_remove(stack->reassemblies, entry);
        return NULL;
    }
    Packet *whole = join(entry);
    g_ptr_array_remove(stack->reassemblies, entry);
    PacketFault fault = packet_parse_transport(whole);
    if (stack->probe != NULL && stack->probe->on_reassembled != NULL) {
        stack->probe->on_reassembled(stack->probe->watcher, stack, whole, now_ns);
    }
    if (fault != PACKET_OK) {
        inet_discard_fault(stack, whole, INET_DISCARD_PARSE, fault, now_ns);
        return NULL;
    }
    return whole;
}

/* RFC 791 3.2: all but the last are multiples of 8 octets, and the whole is at most 65,535 (the
 * "ping of death" was more). */
static bool is_possible(const Packet *pkt)
{
    uint32_t len_bytes = pkt->payload.len_bytes;
    bool whole_words = !pkt->ip.more_fragments || len_bytes % 8 == 0;
    uint32_t header_bytes = WIRE_IPV4_HEADER_BYTES + pkt->ip.option_bytes;
    return len_bytes != 0 && whole_words && header_bytes + end_of(pkt) <= WIRE_IPV4_MAX_BYTES;
}

static bool has_room(const InetStack *stack, const InetReassembly *entry, const Packet *pkt)
{
    uint32_t more_bytes = cost_of(pkt) + (entry == NULL ? ENTRY_COST_BYTES : 0);
    return stack->reassembly_bytes + more_bytes <= stack->config.reassembly_max_bytes;
}

/* Takes a fragment that does not belong: an overlap spoils the datagram. */
static void refuse(InetReassembly *entry, Packet *pkt, Fit fit, int64_t now_ns)
{
    if (fit == FIT_DUPLICATE) {
        inet_discard(entry->stack, pkt, INET_DISCARD_FRAGMENT_DUPLICATE, now_ns);
        return;
    }
    entry->spoilt = true;
    discard_pieces(entry, INET_DISCARD_FRAGMENT_OVERLAP, now_ns);
    inet_discard(entry->stack, pkt, INET_DISCARD_FRAGMENT_OVERLAP, now_ns);
}

Packet *inet_reassembly_add(InetStack *stack, Packet *pkt, int64_t now_ns)
{
    if (!is_possible(pkt)) {
        inet_discard_fault(stack, pkt, INET_DISCARD_PARSE, PACKET_FAULT_IP_HEADER, now_ns);
        return NULL;
    }
    InetReassembly *entry = find(stack, &pkt->ip);
    if (!has_room(stack, entry, pkt)) {
        inet_discard(stack, pkt, INET_DISCARD_REASSEMBLY_FULL, now_ns);
        return NULL;
    }
    if (entry == NULL) {
        entry = entry_new(stack, &pkt->ip, now_ns);
    }
    Fit fit = entry->spoilt ? FIT_OVERLAP : place_piece(entry, pkt);
    if (fit != FIT_PLACED) {
        refuse(entry, pkt, fit, now_ns);
        return NULL;
    }
    return entry->have_bytes == entry->total_bytes ? finish(entry, now_ns) : NULL;
}
