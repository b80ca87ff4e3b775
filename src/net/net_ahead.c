#include "net/net_ahead.h"

#include "net/net_wire_private.h"

static void fetch_wire(const NetWire *wire)
{
    sim_lines_fetch(wire, NET_WIRE_HOT_LINES);
}

void net_ahead_port(const NetPort *port)
{
    sim_lines_fetch(port, 1);
}

void net_ahead_out(const NetPort *port)
{
    if (port->out != NULL) {
        fetch_wire(port->out);
    }
}

/* Fetches the wires whose arrivals are among the events. */
static unsigned find_wires(const SimEvent *const *events, unsigned n, const NetWire **out_wires)
{
    unsigned n_wires = 0;
    for (unsigned i = 0; i < n; i++) {
        const NetWire *wire = net_wire_arriving(events[i]);
        if (wire != NULL) {
            fetch_wire(wire);
            out_wires[n_wires++] = wire;
        }
    }
    return n_wires;
}

/* Of a packet that will arrive. */
typedef struct Coming {
    const Packet *pkt;
    const NetPort *port;
} Coming;

enum { MOST_COMING = 2 * SIM_AHEAD_MOST };

/* Fetches the packets that the wires bring by until_ns: the head is an event, others follow it. */
static unsigned find_packets(const NetWire *const *wires, unsigned n, int64_t until_ns,
                             Coming *out_coming)
{
    unsigned n_coming = 0;
    for (unsigned i = 0; i < n; i++) {
        sim_lines_fetch(wires[i]->head, PACKET_HOT_LINES);
        net_ahead_port(wires[i]->to);
    }
    for (unsigned i = 0; i < n; i++) {
        const Packet *pkt = wires[i]->head;
        do {
            out_coming[n_coming++] = (Coming){ pkt, wires[i]->to };
            pkt = pkt->next;
            sim_lines_fetch(pkt, PACKET_HOT_LINES);
        } while (pkt != NULL && n_coming < MOST_COMING && pkt->arrives_at_ns <= until_ns);
        if (n_coming == MOST_COMING) {
            break;
        }
    }
    return n_coming;
}

static void ahead(const SimEvent *const *events, unsigned n, int64_t until_ns)
{
    const NetWire *wires[SIM_AHEAD_MOST];
    Coming coming[MOST_COMING];
    unsigned n_wires = find_wires(events, n, wires);
    unsigned n_coming = find_packets(wires, n_wires, until_ns, coming);

    for (unsigned step = 0; step < NET_AHEAD_STEPS; step++) {
        for (unsigned i = 0; i < n_coming; i++) {
            const NetPort *port = coming[i].port;
            if (port->ahead != NULL) {
                port->ahead(port, coming[i].pkt, step);
            }
        }
    }
}

void net_ahead_start(Sim *sim)
{
    sim_set_ahead(sim, ahead);
}
