/* Protects the look-up of a host's own addresses and broadcasts against a plain search of all
 * interfaces: many of them in no order, networks in networks, an address given twice. */

#include "inet/inet_internal.h"
#include "inet/lab.h"

#define N_IFACES 300
#define N_ADDRS 4000

static InetAddr draw_addr(Rng *rng)
{
    return inet_addr_v4(10u << 24 | (uint32_t)rng_below(rng, N_ADDRS));
}

static InetIface *search(const InetStack *stack, InetAddr addr, bool broadcast)
{
    for (guint i = 0; i < stack->ifaces->len; i++) {
        InetIface *iface = g_ptr_array_index(stack->ifaces, i);
        if (iface->usable && inet_addr_equal(broadcast ? iface->broadcast : iface->addr, addr)) {
            return iface;
        }
    }
    return NULL;
}

static bool search_broadcast(const InetStack *stack, InetAddr addr)
{
    for (guint i = 0; i < stack->ifaces->len; i++) {
        if (inet_addr_equal(((InetIface *)g_ptr_array_index(stack->ifaces, i))->broadcast, addr)) {
            return true;
        }
    }
    return false;
}

static void test_many(void)
{
    g_autoptr(Lab) lab = lab_new();
    InetStack *stack = lab_stack(lab, "r", NULL);
    Rng rng;
    rng_init(&rng, 1, "interfaces");
    for (uint32_t i = 0; i < N_IFACES; i++) {
        MacAddr mac = { { 2, 0, 0, 0, (uint8_t)(i >> 8), (uint8_t)i } };
        NetPort *port = net_node_add_port(inet_stack_node(stack), mac);
        uint8_t prefix_bits = (uint8_t)(20 + rng_below(&rng, 13));
        inet_iface_new(stack, port, draw_addr(&rng), prefix_bits);
        lab_iface(stack, i)->usable = i == 0 || rng_below(&rng, 8) != 0;
    }
    for (uint32_t i = 0; i < N_ADDRS; i++) {
        InetAddr addr = inet_addr_v4(10u << 24 | i);
        g_assert_true(inet_iface_of(stack, addr) == search(stack, addr, false));
        g_assert_true(inet_iface_of_broadcast(stack, addr) == search(stack, addr, true));
        g_assert_true(inet_stack_is_broadcast(stack, addr) == search_broadcast(stack, addr));
    }
}

/* RFC 1122 3.3.6: all ones is everybody's broadcast and goes out by the first interface that may be
 * used; a network of one or two addresses has none (RFC 3021), least of all 0.0.0.0. */
static void test_all_ones_and_none(void)
{
    g_autoptr(Lab) lab = lab_new();
    InetStack *stack = lab_stack(lab, "h", NULL);
    InetAddr ones = lab_addr("255.255.255.255");
    g_assert_null(inet_iface_of_broadcast(stack, ones));
    for (uint8_t i = 0; i < 2; i++) {
        NetPort *port =
            net_node_add_port(inet_stack_node(stack), (MacAddr){ { 2, 0, 0, 0, 0, i } });
        inet_iface_new(stack, port, inet_addr_v4(10u << 24 | i), 31);
    }
    g_assert_true(inet_iface_of_broadcast(stack, ones) == lab_iface(stack, 0));
    lab_iface(stack, 0)->usable = false;
    g_assert_true(inet_iface_of_broadcast(stack, ones) == lab_iface(stack, 1));
    g_assert_true(inet_stack_is_broadcast(stack, ones));
    g_assert_false(inet_stack_is_broadcast(stack, (InetAddr){ 0 }));
    g_assert_false(inet_stack_is_broadcast(stack, inet_addr_v4(0)));
    g_assert_false(inet_stack_is_broadcast(stack, lab_addr("10.0.0.1")));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/inet/iface/many", test_many);
    g_test_add_func("/inet/iface/all-ones-and-none", test_all_ones_and_none);
    return g_test_run();
}
