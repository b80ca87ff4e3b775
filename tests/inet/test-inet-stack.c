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

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_data_func("/inet/stack/ping/ethernet", GINT_TO_POINTER(PACKET_LINK_ETHERNET),
                         test_ping);
    g_test_add_data_func("/inet/stack/ping/raw-ip", GINT_TO_POINTER(PACKET_LINK_RAW_IP), test_ping);
    g_test_add_func("/inet/stack/traceroute", test_traceroute);
    return g_test_run();
}
