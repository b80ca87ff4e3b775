/* Whose address is it? Probing for an address before it is used, announcing it, and defending it
 * against somebody else who uses it too (RFC 5227). */

#include "inet/inet_internal.h"

/* RFC 5227 section 1.1. */
#define PROBE_WAIT_NS SIM_NS_PER_S
#define PROBE_PKTS 3
#define PROBE_MIN_NS SIM_NS_PER_S
#define PROBE_MAX_NS (2 * SIM_NS_PER_S)
#define ANNOUNCE_WAIT_NS (2 * SIM_NS_PER_S)
#define ANNOUNCE_PKTS 2
#define ANNOUNCE_INTERVAL_NS (2 * SIM_NS_PER_S)
#define DEFEND_INTERVAL_NS (10 * SIM_NS_PER_S)

static void set_usable(InetIface *iface, bool usable)
{
    iface->usable = usable;
    iface->stack->generation++;
}

static void arm(InetIface *iface, int64_t at_ns)
{
    NetNode *node = iface->stack->node;
    sim_arm(node->sim, &iface->claim_event, at_ns, &node->entity);
}

static int64_t draw_ns(InetIface *iface, int64_t bound_ns)
{
    return (int64_t)rng_below(&iface->stack->rng, (uint64_t)bound_ns);
}

/* RFC 5227 2.3: two announcements, two seconds apart. */
static void announce(InetIface *iface, int64_t now_ns)
{
    inet_arp_claim(iface, false, now_ns);
    iface->claim_sent_pkts++;
    if (iface->claim_sent_pkts < ANNOUNCE_PKTS) {
        arm(iface, now_ns + ANNOUNCE_INTERVAL_NS);
    } else {
        iface->claim = INET_CLAIM_IDLE;
    }
}

static void begin_announcing(InetIface *iface, int64_t now_ns)
{
    iface->claim = INET_CLAIM_ANNOUNCING;
    iface->claim_sent_pkts = 0;
    announce(iface, now_ns);
}

/* RFC 5227 2.1.1: three probes, then silence for two seconds means that the address is free. */
static void probe(InetIface *iface, int64_t now_ns)
{
    if (iface->claim_sent_pkts == PROBE_PKTS) {
        set_usable(iface, true);
        begin_announcing(iface, now_ns);
        return;
    }
    inet_arp_claim(iface, true, now_ns);
    iface->claim_sent_pkts++;
    bool last = iface->claim_sent_pkts == PROBE_PKTS;
    int64_t gap_ns =
        last ? ANNOUNCE_WAIT_NS : PROBE_MIN_NS + draw_ns(iface, PROBE_MAX_NS - PROBE_MIN_NS);
    arm(iface, now_ns + gap_ns);
}

static void on_event(SimEvent *event, int64_t now_ns)
{
    InetIface *iface = (InetIface *)((char *)event - offsetof(InetIface, claim_event));
    if (iface->claim == INET_CLAIM_PROBING) {
        probe(iface, now_ns);
    } else {
        announce(iface, now_ns);
    }
}

void inet_conflict_init(InetIface *iface)
{
    sim_event_init(&iface->claim_event, on_event);
    iface->defended_at_ns = SIM_NEVER;
}

void inet_conflict_stop(InetIface *iface)
{
    sim_cancel(iface->stack->node->sim, &iface->claim_event);
    iface->claim = INET_CLAIM_IDLE;
    iface->defended_at_ns = SIM_NEVER;
    set_usable(iface, true);
}

void inet_iface_up(InetIface *iface, int64_t now_ns)
{
    const InetConfig *config = &iface->stack->config;
    inet_conflict_stop(iface);
    if (iface->port->link != PACKET_LINK_ETHERNET) {
        return;
    }
    if (config->arp_probe) {
        set_usable(iface, false);
        iface->claim = INET_CLAIM_PROBING;
        iface->claim_sent_pkts = 0;
        arm(iface, now_ns + draw_ns(iface, PROBE_WAIT_NS));
    } else if (config->arp_announce) {
        begin_announcing(iface, now_ns);
    }
}

/* RFC 5227 2.4 (c): an address that was configured is kept, and defended once in ten seconds; more
 * would let two hosts shout at each other for ever. */
static void defend(InetIface *iface, int64_t now_ns)
{
    bool lately =
        iface->defended_at_ns != SIM_NEVER && now_ns - iface->defended_at_ns < DEFEND_INTERVAL_NS;
    if (!lately) {
        iface->defended_at_ns = now_ns;
        inet_arp_claim(iface, false, now_ns);
    }
}

/* RFC 5227 2.1.1: while probing, whoever has the address or probes for it too stands against us. */
static bool stands_against(const InetIface *iface, const WireArp *arp)
{
    bool rival = iface->claim == INET_CLAIM_PROBING && inet_addr_is_any(arp->sender_addr) &&
                 inet_addr_equal(arp->target_addr, iface->addr);
    return rival || inet_addr_equal(arp->sender_addr, iface->addr);
}

bool inet_conflict_check(InetIface *iface, const WireArp *arp, int64_t now_ns)
{
    if (iface->claim == INET_CLAIM_LOST || G_LIKELY(!stands_against(iface, arp))) {
        return false;
    }
    inet_neighbour_announce(iface->stack, iface->addr, &arp->sender_mac, "conflict", now_ns);
    if (iface->claim == INET_CLAIM_PROBING) {
        sim_cancel(iface->stack->node->sim, &iface->claim_event);
        iface->claim = INET_CLAIM_LOST;
    } else {
        defend(iface, now_ns);
    }
    return true;
}
