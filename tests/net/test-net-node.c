/* Protects: what a port lets through to its node, and what becomes of the rest. */

#include "net/wire_bed.h"

typedef struct Arrival {
    const char *label;
    MacAddr dst;
    bool promiscuous, down;
    const char *log;
} Arrival;

static const Arrival arrivals[] = {
    { "own-address", { { 2, 0, 0, 0, 0, 2 } }, false, false, "0 got #1\n" },
    { "broadcast", { { 255, 255, 255, 255, 255, 255 } }, false, false, "0 got #1\n" },
    { "multicast", { { 1, 0, 0x5e, 0, 0, 1 } }, false, false, "0 got #1\n" },
    { "other-station",
      { { 2, 0, 0, 0, 0, 3 } },
      false,
      false,
      "0 drop #1 for another station in a node\n" },
    { "promiscuous", { { 2, 0, 0, 0, 0, 3 } }, true, false, "0 got #1\n" },
    { "node-down", { { 2, 0, 0, 0, 0, 2 } }, false, true, "0 drop #1 host down in a node\n" },
};

static void test_arrival(gconstpointer data)
{
    const Arrival *a = data;
    NetWireConfig config = wire_bed_config();
    WireBed bed;
    wire_bed_open_with(&bed, &config, PACKET_LINK_ETHERNET, 1);
    wire_bed_watch(&bed);
    NetPort *port = net_wire_to(bed.wire);
    port->promiscuous = a->promiscuous;
    bed.b->up = !a->down;
    Packet *pkt = wire_bed_tcp(&bed, 100);
    pkt->eth.dst = a->dst;
    net_port_arrive(port, pkt, 0);
    wire_bed_expect(&bed, a->log);
    wire_bed_close(&bed);
}

/* A raw frame is judged by its octets, not by what a struct said before they were changed. */
static void test_raw_is_read(void)
{
    NetWireConfig config = wire_bed_config();
    WireBed bed;
    wire_bed_open_with(&bed, &config, PACKET_LINK_ETHERNET, 1);
    wire_bed_watch(&bed);
    Packet *pkt = wire_bed_tcp(&bed, 100);
    packet_corrupt_bit(pkt, 47); /* the last bit of the destination: 02:00:00:00:00:03 */
    net_port_arrive(net_wire_to(bed.wire), pkt, 0);
    wire_bed_expect(&bed, "0 drop #1 corrupted for another station in a node\n");

    const uint8_t octets[13] = { 2, 0, 0, 0, 0, 2 };
    pkt = packet_new_raw(&bed.packets, &bed.a->entity, 0, PACKET_WHY_INJECTED, PACKET_LINK_ETHERNET,
                         octets, sizeof octets);
    net_port_arrive(net_wire_to(bed.wire), pkt, 0);
    wire_bed_expect(&bed, "0 drop #2 bad frame in a node\n");
    g_assert_cmpuint(bed.b->dropped_pkts[NET_DROP_BAD_FRAME], ==, 1);
    g_assert_cmpuint(bed.b->dropped_pkts[NET_DROP_NOT_FOR_US], ==, 1);
    wire_bed_close(&bed);
}

/* A raw-ip link has no addresses to look at. */
static void test_raw_ip(void)
{
    NetWireConfig config = wire_bed_config();
    WireBed bed;
    wire_bed_open(&bed, &config);
    net_port_arrive(net_wire_to(bed.wire), wire_bed_tcp(&bed, 100), 0);
    wire_bed_expect(&bed, "0 got #1\n");
    wire_bed_close(&bed);
}

static void test_send(void)
{
    NetWireConfig config = wire_bed_config();
    WireBed bed;
    wire_bed_open(&bed, &config);
    NetPort *unplugged = net_node_add_port(bed.a, (MacAddr){ { 2, 0, 0, 0, 0, 9 } });
    g_assert_cmpuint(unplugged->index, ==, 1);
    bed.a->probe = &bed.probe;
    net_port_send(unplugged, wire_bed_tcp(&bed, 100), 0);
    wire_bed_expect(&bed, "0 drop #1 link down in a node\n");
    bed.a->up = false;
    wire_bed_send(&bed, 0, 100);
    wire_bed_expect(&bed, "0 drop #2 host down in a node\n");
    g_assert_cmpuint(net_wire_stats(bed.wire).offered_pkts, ==, 0);
    wire_bed_close(&bed);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(arrivals); i++) {
        g_autofree char *path = g_strconcat("/net/node/arrival/", arrivals[i].label, NULL);
        g_test_add_data_func(path, &arrivals[i], test_arrival);
    }
    g_test_add_func("/net/node/raw-is-read", test_raw_is_read);
    g_test_add_func("/net/node/raw-ip", test_raw_ip);
    g_test_add_func("/net/node/send", test_send);
    return g_test_run();
}
