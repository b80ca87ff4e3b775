/* Protects: where a switch sends a frame: what it learns, when it floods, filters and forgets. */

#include "net/net_switch.h"
#include "net/net_wire.h"

#include <string.h>

enum { STATIONS = 4 };

/* Stations 1 to 4 on ports 0 to 3 of one switch; an infinitely fast link to each takes 1 us. */
typedef struct Lan {
    Sim *sim;
    SimPool packets;
    NetNode *hub;
    NetSwitch *sw;
    NetNode *station[STATIONS];
    NetLink *link[STATIONS];
    GString *log; /* "2<-1 " when station 2 gets a frame that has the source address of station 1 */
} Lan;

static MacAddr station_mac(unsigned number)
{
    return (MacAddr){ { 2, 0, 0, 0, (uint8_t)(number >> 8), (uint8_t)number } };
}

static unsigned station_number(const MacAddr *mac)
{
    return (unsigned)mac->octet[4] << 8 | mac->octet[5];
}

static void receive(NetPort *port, Packet *pkt, int64_t now_ns)
{
    Lan *lan = port->above;
    bool is_copy = pkt->repeats;
    g_string_append_printf(lan->log, "%u%s%u ", station_number(&port->mac), is_copy ? "<=" : "<-",
                           station_number(&pkt->eth.src));
    packet_free(pkt);
}

static void lan_open(Lan *lan, int64_t ageing_ns)
{
    const NetWireConfig config = { .delay_ns = 1000, .queue_limit = 100 };
    *lan = (Lan){ .sim = sim_new(), .log = g_string_new(NULL) };
    sim_pool_init(&lan->packets, sizeof(Packet));
    lan->hub = net_node_new(lan->sim, &lan->packets, 1, "switch");
    lan->sw = net_switch_new(lan->hub, ageing_ns);
    for (unsigned i = 0; i < STATIONS; i++) {
        g_autofree char *name = g_strdup_printf("station%u", i + 1);
        lan->station[i] = net_node_new(lan->sim, &lan->packets, 2 + i, name);
        NetPort *port = net_node_add_port(lan->station[i], station_mac(i + 1));
        NetPort *plug = net_node_add_port(lan->hub, station_mac(100 + i));
        port->receive = receive;
        port->above = lan;
        port->promiscuous = true; /* to see what is flooded */
        net_switch_add_port(lan->sw, plug);
        lan->link[i] = net_link_new(name, PACKET_LINK_ETHERNET, 1500, port, plug,
                                    (NetWireConfig[]){ config, config }, 1, 10 + 2 * i);
    }
}

static void lan_close(Lan *lan)
{
    for (unsigned i = 0; i < STATIONS; i++) {
        net_link_free(lan->link[i]);
        net_node_free(lan->station[i]);
    }
    net_switch_free(lan->sw);
    net_node_free(lan->hub);
    g_assert_cmpuint(lan->packets.in_use, ==, 0);
    sim_pool_clear(&lan->packets);
    sim_free(lan->sim);
    g_string_free(lan->log, TRUE);
}

/* A station sends a frame with these addresses; the way takes 2 us. */
static void lan_send(Lan *lan, unsigned station, const MacAddr *src, const MacAddr *dst)
{
    NetNode *node = lan->station[station - 1];
    Packet *pkt = packet_new(&lan->packets, &node->entity, 0, PACKET_WHY_DATAGRAM);
    pkt->kind = PACKET_UDP;
    pkt->link = PACKET_LINK_ETHERNET;
    pkt->eth = (WireEth){ .dst = *dst, .src = *src, .type = WIRE_ETHERTYPE_IPV4 };
    pkt->ip = (WireIp){ .src = inet_addr_v4(0x0a000001),
                        .dst = inet_addr_v4(0x0a000002),
                        .protocol = IP_PROTOCOL_UDP,
                        .ttl = 64 };
    packet_set_length(pkt);
    net_port_send(node->ports->pdata[0], pkt, sim_now(lan->sim));
}

static void lan_run(Lan *lan, int64_t for_ns)
{
    sim_run(lan->sim, sim_now(lan->sim) + for_ns);
}

/* One frame from station to station, and who got it. */
static void lan_expect(Lan *lan, unsigned from, unsigned to, const char *who)
{
    MacAddr src = station_mac(from), dst = to > 0 ? station_mac(to) : mac_addr_broadcast;
    g_string_truncate(lan->log, 0);
    lan_send(lan, from, &src, &dst);
    lan_run(lan, 2000);
    g_assert_cmpstr(lan->log->str, ==, who);
}

#define LONG (300 * SIM_NS_PER_S)

/* The first port in order gets the frame itself, the others copies. */
static void test_learn(void)
{
    Lan lan;
    lan_open(&lan, LONG);
    lan_expect(&lan, 1, 2, "2<-1 3<=1 4<=1 "); /* nobody has seen 2 */
    lan_expect(&lan, 2, 1, "1<-2 ");
    lan_expect(&lan, 1, 2, "2<-1 ");
    lan_expect(&lan, 3, 1, "1<-3 ");
    lan_expect(&lan, 1, 4, "2<-1 3<=1 4<=1 ");
    g_assert_cmpuint(net_switch_station_count(lan.sw), ==, 3);
    g_assert_null(net_switch_find(lan.sw, &(MacAddr){ { 2, 0, 0, 0, 0, 4 } }, 0));
    lan_close(&lan);
}

static void test_broadcast(void)
{
    Lan lan;
    lan_open(&lan, LONG);
    lan_expect(&lan, 3, 0, "1<-3 2<=3 4<=3 ");
    lan_expect(&lan, 4, 3, "3<-4 ");
    lan_expect(&lan, 3, 0, "1<-3 2<=3 4<=3 "); /* always to all */
    lan_close(&lan);
}

/* A frame for a station behind the port it came from goes nowhere. */
static void test_filter(void)
{
    Lan lan;
    lan_open(&lan, LONG);
    MacAddr one = station_mac(1), other = station_mac(11);
    lan_send(&lan, 1, &other, &one); /* 11 is behind port 0 too */
    lan_run(&lan, 2000);
    lan_expect(&lan, 1, 11, "");
    g_assert_cmpuint(lan.hub->dropped_pkts[NET_DROP_NO_PORT], ==, 1);
    lan_close(&lan);
}

static void test_move(void)
{
    Lan lan;
    lan_open(&lan, LONG);
    MacAddr two = station_mac(2), one = station_mac(1);
    lan_expect(&lan, 2, 1, "1<-2 3<=2 4<=2 ");
    lan_expect(&lan, 1, 2, "2<-1 ");
    lan_send(&lan, 4, &two, &one); /* 2 has been plugged in where 4 was */
    lan_run(&lan, 2000);
    lan_expect(&lan, 1, 2, "4<-1 ");
    g_assert_cmpuint(net_switch_station_count(lan.sw), ==, 2);
    lan_close(&lan);
}

/* An entry holds until ageing_ns after the latest frame, to the nanosecond. */
static void test_ageing(void)
{
    const int64_t ageing_ns = SIM_NS_PER_S;
    Lan lan;
    lan_open(&lan, ageing_ns);
    lan_expect(&lan, 2, 1, "1<-2 3<=2 4<=2 "); /* seen at 1 us; now it is 2 us */
    lan_run(&lan, ageing_ns - 2000 - 1);
    lan_expect(&lan, 1, 2, "2<-1 "); /* is at the switch 1 us later: 1 ns before the end */
    lan_expect(&lan, 1, 2, "2<-1 3<=1 4<=1 ");
    lan_expect(&lan, 2, 1, "1<-2 ");
    lan_run(&lan, ageing_ns / 2);
    lan_expect(&lan, 2, 1, "1<-2 "); /* refreshed */
    lan_run(&lan, ageing_ns / 2 + 10000);
    lan_expect(&lan, 3, 2, "2<-3 ");
    MacAddr two = station_mac(2);
    int64_t seen_at_ns = sim_now(lan.sim) - ageing_ns / 2 - 10000 - 3000;
    g_assert_nonnull(net_switch_find(lan.sw, &two, seen_at_ns + ageing_ns - 1));
    g_assert_null(net_switch_find(lan.sw, &two, seen_at_ns + ageing_ns));
    lan_close(&lan);
}

/* A group address is no station, whoever claims it as a source. */
static void test_group_source(void)
{
    Lan lan;
    lan_open(&lan, LONG);
    const MacAddr group = { { 1, 0, 0x5e, 0, 0, 1 } };
    MacAddr two = station_mac(2);
    lan_send(&lan, 1, &group, &two);
    lan_run(&lan, 2000);
    g_assert_cmpuint(net_switch_station_count(lan.sw), ==, 0);
    lan_close(&lan);
}

/* Behind a link that is down nobody is reached directly; there may be another way, so the frame is
 * flooded. */
static void test_port_down(void)
{
    Lan lan;
    lan_open(&lan, LONG);
    lan_expect(&lan, 2, 1, "1<-2 3<=2 4<=2 ");
    net_link_set_up(lan.link[1], false, sim_now(lan.sim));
    lan_expect(&lan, 1, 2, "3<-1 4<=1 ");
    net_link_set_up(lan.link[2], false, sim_now(lan.sim));
    net_link_set_up(lan.link[3], false, sim_now(lan.sim));
    lan_expect(&lan, 1, 2, "");
    g_assert_cmpuint(lan.hub->dropped_pkts[NET_DROP_NO_PORT], ==, 1);
    lan_close(&lan);
}

/* Octets that nobody can parse are passed on by their link header, as they are. */
static void test_raw(void)
{
    const uint8_t octets[] = { 2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 0x88, 0x99, 7, 7, 7 };
    Lan lan;
    lan_open(&lan, LONG);
    Packet *pkt = packet_new_raw(&lan.packets, &lan.station[0]->entity, 0, PACKET_WHY_INJECTED,
                                 PACKET_LINK_ETHERNET, octets, sizeof octets);
    net_port_send(lan.station[0]->ports->pdata[0], pkt, 0);
    lan_run(&lan, 2000);
    g_assert_cmpstr(lan.log->str, ==, "2<-1 3<=1 4<=1 ");
    lan_close(&lan);
}

/* ---- Many stations ---- */

static void learn_station(Lan *lan, unsigned number)
{
    MacAddr src = station_mac(number), dst = station_mac(1);
    lan_send(lan, 2, &src, &dst);
    lan_run(lan, 2000);
    g_string_truncate(lan->log, 0);
}

static unsigned known_stations(const Lan *lan, unsigned from, unsigned until)
{
    unsigned known = 0;
    for (unsigned i = from; i < until; i++) {
        MacAddr mac = station_mac(i);
        known += net_switch_find(lan->sw, &mac, sim_now(lan->sim)) == lan->hub->ports->pdata[1];
    }
    return known;
}

/* The table holds as many as it says and no more; when entries have aged, new stations take their
 * places. */
static void test_bounded(void)
{
    const int64_t ageing_ns = SIM_NS_PER_S;
    Lan lan;
    lan_open(&lan, ageing_ns);
    lan_expect(&lan, 1, 0, "2<-1 3<=1 4<=1 ");
    for (unsigned i = 0; i < NET_SWITCH_MAX_STATIONS + 99; i++) {
        learn_station(&lan, 1000 + i); /* 33 ms in all */
    }
    g_assert_cmpuint(net_switch_station_count(lan.sw), ==, NET_SWITCH_MAX_STATIONS);
    g_assert_cmpuint(known_stations(&lan, 1000, 1000 + NET_SWITCH_MAX_STATIONS - 1), ==,
                     NET_SWITCH_MAX_STATIONS - 1);
    g_assert_cmpuint(known_stations(&lan, 1000 + NET_SWITCH_MAX_STATIONS - 1,
                                    1000 + NET_SWITCH_MAX_STATIONS + 99),
                     ==, 0);

    lan_run(&lan, ageing_ns);
    for (unsigned i = 0; i < 100; i++) {
        learn_station(&lan, 40000 + i);
    }
    g_assert_cmpuint(known_stations(&lan, 40000, 40100), ==, 100);
    g_assert_cmpuint(known_stations(&lan, 1000, 1000 + NET_SWITCH_MAX_STATIONS), ==, 0);
    lan_close(&lan);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/net/switch/learn", test_learn);
    g_test_add_func("/net/switch/broadcast", test_broadcast);
    g_test_add_func("/net/switch/filter", test_filter);
    g_test_add_func("/net/switch/move", test_move);
    g_test_add_func("/net/switch/ageing", test_ageing);
    g_test_add_func("/net/switch/group-source", test_group_source);
    g_test_add_func("/net/switch/port-down", test_port_down);
    g_test_add_func("/net/switch/raw", test_raw);
    g_test_add_func("/net/switch/bounded", test_bounded);
    return g_test_run();
}
