/* Protects the Internet layer as a whole: two hosts and a router talk, a host talks to itself,
 * forgets everything when it crashes, and allocates nothing once it runs. */

#include "inet/lab.h"

/* a - r - b, on 10.0.1.0/24 and 10.0.2.0/24; a and b have default routes to r. */
typedef struct Chain {
    InetStack *a, *r, *b;
} Chain;

static void add_default_route(InetStack *stack, const char *gateway)
{
    inet_route_add(stack, inet_addr_v4(0), 0, lab_addr(gateway), lab_iface(stack, 0), 0);
}

static Chain build_chain(Lab *lab, PacketLink type, uint32_t mtu_bytes)
{
    InetConfig router;
    inet_config_init(&router);
    router.forwards = true;
    Chain chain = { lab_stack(lab, "a", NULL), lab_stack(lab, "r", &router),
                    lab_stack(lab, "b", NULL) };
    lab_join(lab, chain.a, "10.0.1.1/24", chain.r, "10.0.1.254/24", type, LAB_MTU_BYTES);
    lab_join(lab, chain.r, "10.0.2.254/24", chain.b, "10.0.2.1/24", type, mtu_bytes);
    add_default_route(chain.a, "10.0.1.254");
    add_default_route(chain.b, "10.0.2.254");
    return chain;
}

static void ping(InetStack *stack, uint16_t ident, uint16_t sequence, const char *dst, uint8_t ttl,
                 uint32_t len_bytes)
{
    Payload payload = { .len_bytes = len_bytes, .stream = 1 };
    g_assert_true(icmp_echo_send(stack, ident, sequence, lab_addr(dst), ttl, false, payload,
                                 sim_now(inet_stack_node(stack)->sim)));
}

/* RFC1122-ICMP-ECHO-1: same data, from the address that was asked, with a fresh time to live. */
static void test_ping(gconstpointer link)
{
    g_autoptr(Lab) lab = lab_new();
    Chain chain = build_chain(lab, (PacketLink)GPOINTER_TO_INT(link), LAB_MTU_BYTES);
    lab->logs = LAB_FORWARD | LAB_GOT | LAB_DISCARD;
    uint16_t ident = lab_pinger(lab, chain.a);
    ping(chain.a, ident, 5, "10.0.2.1", 0, 56);
    lab_run_ms(lab, 100);
    lab_expect(lab, "r forwards ICMP echo request 00010005 10.0.1.1 > 10.0.2.1 ttl 63 len 56\n"
                    "b got ICMP echo request 00010005 10.0.1.1 > 10.0.2.1 ttl 63 len 56\n"
                    "r forwards ICMP echo reply 00010005 10.0.2.1 > 10.0.1.1 ttl 63 len 56\n"
                    "a got ICMP echo reply 00010005 10.0.2.1 > 10.0.1.1 ttl 63 len 56\n"
                    "ping 1/5: 56 octets from 10.0.2.1 ttl 63\n");
}

static void test_traceroute(void)
{
    g_autoptr(Lab) lab = lab_new();
    Chain chain = build_chain(lab, PACKET_LINK_ETHERNET, LAB_MTU_BYTES);
    lab->logs = 0;
    uint16_t ident = lab_pinger(lab, chain.a);
    ping(chain.a, ident, 1, "10.0.2.1", 1, 10);
    ping(chain.a, ident, 2, "10.0.2.1", 2, 10);
    lab_run_ms(lab, 100);
    lab_expect(lab, "ping 1/1: time to live exceeded for 10.0.2.1 says 10.0.1.254, rest 0\n"
                    "ping 1/2: 10 octets from 10.0.2.1 ttl 63\n");
}

/* To ourselves: by any of our addresses, each datagram in an event of its own, after the sender's
 * call. */
static void test_loopback(void)
{
    g_autoptr(Lab) lab = lab_new();
    Chain chain = build_chain(lab, PACKET_LINK_ETHERNET, LAB_MTU_BYTES);
    UdpStack *udp = udp_stack_new(chain.a);
    UdpSocket *socket = lab_socket(lab, udp, NULL, 7);
    lab->logs = LAB_GOT | LAB_TIME;
    uint16_t ident = lab_pinger(lab, chain.a);
    ping(chain.a, ident, 1, "127.0.0.1", 0, 3000); /* never cut */
    ping(chain.a, ident, 2, "10.0.1.1", 0, 4);
    Payload payload = { .len_bytes = 5, .stream = 1 };
    g_assert_true(udp_send(socket, lab_addr("127.1.2.3"), 7, payload, 0));
    g_assert_true(udp_send(socket, lab_addr("127.0.0.1"), 8, payload, 0)); /* refused */
    lab_expect(lab, "");
    uint64_t events = sim_event_count(lab->sim);
    lab_run_ms(lab, 0);
    lab_expect(lab, "0ms a got ICMP echo request 00010001 127.0.0.1 > 127.0.0.1 ttl 64 len 3000\n"
                    "0ms a got ICMP echo request 00010002 10.0.1.1 > 10.0.1.1 ttl 64 len 4\n"
                    "0ms a got UDP 127.1.2.3:7 > 127.1.2.3:7 ttl 64 len 5\n"
                    "0ms socket 7: 5 octets from 127.1.2.3:7 to 127.1.2.3\n"
                    "0ms a got UDP 127.0.0.1:7 > 127.0.0.1:8 ttl 64 len 5\n"
                    "0ms a got ICMP echo reply 00010001 127.0.0.1 > 127.0.0.1 ttl 64 len 3000\n"
                    "0ms ping 1/1: 3000 octets from 127.0.0.1 ttl 64\n"
                    "0ms a got ICMP echo reply 00010002 10.0.1.1 > 10.0.1.1 ttl 64 len 4\n"
                    "0ms ping 1/2: 4 octets from 10.0.1.1 ttl 64\n"
                    "0ms a got ICMP port unreachable 127.0.0.1 > 127.0.0.1 ttl 64 len 33\n"
                    "0ms socket 7: port unreachable for 127.0.0.1 says 127.0.0.1, rest 0\n");
    g_assert_cmpuint(sim_event_count(lab->sim) - events, ==, 7);
    udp_stack_free(udp);
}

/* A crash forgets neighbours, fragments, what waits and what loops; addresses and routes stay. */
static void test_reset(void)
{
    g_autoptr(Lab) lab = lab_new();
    InetStack *h = lab_stack(lab, "h", NULL);
    LabStation *x =
        lab_station(lab, "x", "10.0.0.2", h, "10.0.0.1/24", PACKET_LINK_ETHERNET, LAB_MTU_BYTES);
    x->answers_arp = false;
    uint16_t ident = lab_pinger(lab, h);
    InetPath path = { 0 };
    g_assert_true(inet_path_find(h, lab_addr("10.0.0.2"), &path));
    ping(h, ident, 1, "10.0.0.2", 0, 8); /* waits for ARP */
    lab_run_ms(lab, 5);
    Packet *fragment = lab_ip(x, "10.0.0.2", "10.0.0.1", 99, 8);
    fragment->ip.more_fragments = true;
    lab_say(x, fragment);
    ping(h, ident, 2, "10.0.0.1", 0, 8); /* on its way to ourselves */
    g_assert_cmpuint(lab->packets.in_use, ==, 3);
    inet_stack_reset(h);
    g_assert_cmpuint(lab->packets.in_use, ==, 0);
    g_assert_cmpuint(inet_stack_node(h)->dropped_pkts[NET_DROP_NODE_DOWN], ==, 3);
    lab_run_ms(lab, 100000); /* no timer of the old life fires */
    lab_expect(lab, "");
    x->answers_arp = true;
    ping(h, ident, 3, "10.0.0.2", 0, 8);
    lab_run_ms(lab, 5);
    lab_expect(lab, "x saw ICMP echo request 00010003 10.0.0.1 > 10.0.0.2 ttl 64 len 8\n");
    ping(h, ident, 4, "10.0.0.1", 0, 8); /* never received: freed with the stack */
}

/* What an interface was made with. */
static void test_iface(void)
{
    g_autoptr(Lab) lab = lab_new();
    Chain chain = build_chain(lab, PACKET_LINK_ETHERNET, LAB_MTU_BYTES);
    const InetIface *iface = lab_iface(chain.r, 1);
    g_assert_true(inet_addr_equal(inet_iface_addr(iface), lab_addr("10.0.2.254")));
    g_assert_cmpuint(inet_iface_prefix_bits(iface), ==, 24);
    g_assert_true(inet_iface_port(iface)->above == iface);
    g_assert_true(inet_stack_probe(chain.r) == &lab->probe);
}

static void ignore_echo(void *above, const IcmpEcho *reply, const InetError *error, int64_t now_ns)
{
}

/* The linker sends wirelab's calls of GLib's allocator here (--wrap), to be counted. */
static uint64_t n_allocations;

#define COUNTED(type, name, parameters, arguments)                                                 \
    type __real_##name parameters;                                                                 \
    __attribute__((visibility("default"))) type __wrap_##name parameters;                          \
    type __wrap_##name parameters                                                                  \
    {                                                                                              \
        n_allocations++;                                                                           \
        return __real_##name arguments;                                                            \
    }

COUNTED(void *, g_malloc, (gsize n), (n))
COUNTED(void *, g_malloc0, (gsize n), (n))
COUNTED(void *, g_memdup2, (const void *bytes, gsize n), (bytes, n))
COUNTED(GBytes *, g_bytes_new_take, (void *bytes, gsize n), (bytes, n))

/* Once the tables are filled, a thousand round trips through the router allocate nothing: neither a
 * slab of the pool nor anything else. */
static void test_steady_state(void)
{
    g_autoptr(Lab) lab = lab_new();
    Chain chain = build_chain(lab, PACKET_LINK_ETHERNET, LAB_MTU_BYTES);
    InetStack *stacks[] = { chain.a, chain.r, chain.b };
    for (unsigned i = 0; i < G_N_ELEMENTS(stacks); i++) {
        inet_stack_set_probe(stacks[i], NULL);
    }
    uint16_t ident = icmp_echo_open(chain.a, ignore_echo, NULL);
    ping(chain.a, ident, 0, "10.0.2.1", 0, 56);
    lab_run_ms(lab, 100);
    uint64_t slabs = lab->packets.slab_count, allocations = n_allocations;
    for (uint16_t i = 0; i < 1000; i++) {
        ping(chain.a, ident, i, "10.0.2.1", 0, 56);
        lab_run_ms(lab, 10);
    }
    g_assert_cmpuint(lab->packets.slab_count, ==, slabs);
    g_assert_cmpuint(allocations, >, 0); /* the counter works */
#ifndef WIRELAB_CHECKING                 /* which writes every packet out to check it */
    g_assert_cmpuint(n_allocations, ==, allocations);
#endif
}

/* Every reason has a name of its own. */
static void test_names(void)
{
    for (int i = 0; i < INET_N_DISCARDS; i++) {
        g_assert_nonnull(inet_discard_to_string((InetDiscard)i));
        for (int j = 0; j < i; j++) {
            g_assert_cmpstr(inet_discard_to_string((InetDiscard)i), !=,
                            inet_discard_to_string((InetDiscard)j));
        }
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_data_func("/inet/stack/ping/ethernet", GINT_TO_POINTER(PACKET_LINK_ETHERNET),
                         test_ping);
    g_test_add_data_func("/inet/stack/ping/raw-ip", GINT_TO_POINTER(PACKET_LINK_RAW_IP), test_ping);
    g_test_add_func("/inet/stack/traceroute", test_traceroute);
    g_test_add_func("/inet/stack/loopback", test_loopback);
    g_test_add_func("/inet/stack/reset", test_reset);
    g_test_add_func("/inet/stack/iface", test_iface);
    g_test_add_func("/inet/stack/steady-state", test_steady_state);
    g_test_add_func("/inet/stack/names", test_names);
    return g_test_run();
}
