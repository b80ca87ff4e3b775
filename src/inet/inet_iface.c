/* Interfaces, and whose an address is. A router may have thousands of interfaces, so an address is
 * found by bisection: `names` holds each interface's own address and its network's broadcast
 * address, in the order of addresses and, for one address, of making. */

#include <stdlib.h>

#include "inet/inet_internal.h"
#include "sim/sim_lines.h"

typedef struct Name {
    InetAddr addr;
    InetIface *iface;
} Name;

static const Name *name_at(const InetStack *stack, guint i)
{
    return &g_array_index(stack->names, Name, i);
}

/* Index of the first name that is `addr`, or comes after it. */
static guint first_name(const InetStack *stack, InetAddr addr)
{
    guint low = 0, high = stack->names->len;
    while (low < high) {
        guint middle = low + (high - low) / 2;
        if (inet_addr_compare(name_at(stack, middle)->addr, addr) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static bool is_name(const InetStack *stack, guint i, InetAddr addr)
{
    return i < stack->names->len && inet_addr_equal(name_at(stack, i)->addr, addr);
}

static void add_name(InetStack *stack, InetAddr addr, InetIface *iface)
{
    Name name = { addr, iface };
    guint i = first_name(stack, addr);
    while (is_name(stack, i, addr)) {
        i++;
    }
    g_array_insert_val(stack->names, i, name);
}

static void iface_free(void *data)
{
    InetIface *iface = data;
    inet_conflict_stop(iface);
    iface->port->receive = NULL;
    iface->port->ahead = NULL;
    iface->port->above = NULL;
    free(iface);
}

void inet_iface_init(InetStack *stack)
{
    stack->ifaces = g_ptr_array_new_with_free_func(iface_free);
    stack->names = g_array_new(FALSE, FALSE, sizeof(Name));
}

void inet_iface_clear(InetStack *stack)
{
    g_ptr_array_unref(stack->ifaces);
    g_array_unref(stack->names);
}

/* RFC 919; a network of one or two addresses (RFC 3021) has no broadcast address, nor has IPv6. */
static InetAddr network_broadcast(InetAddr addr, uint8_t prefix_bits)
{
    if (inet_addr_family(addr) != INET_FAMILY_IPV4 || prefix_bits > 30) {
        return (InetAddr){ 0 };
    }
    return inet_addr_v4(inet_addr_to_v4(addr) | UINT32_MAX >> prefix_bits);
}

InetIface *inet_iface_new(InetStack *stack, NetPort *port, InetAddr addr, uint8_t prefix_bits)
{
    InetIface *iface = sim_lines_new0(1, sizeof *iface);
    iface->stack = stack;
    iface->port = port;
    iface->addr = addr;
    iface->broadcast = network_broadcast(addr, prefix_bits);
    iface->prefix_bits = prefix_bits;
    iface->usable = true;
    inet_conflict_init(iface);
    port->receive = inet_receive;
    port->ahead = inet_ahead;
    port->above = iface;
    g_ptr_array_add(stack->ifaces, iface);
    add_name(stack, iface->addr, iface);
    if (inet_addr_family(iface->broadcast) != INET_FAMILY_NONE) {
        add_name(stack, iface->broadcast, iface);
    }
    inet_route_add(stack, addr, prefix_bits, (InetAddr){ 0 }, iface, 0);
    return iface;
}

InetAddr inet_iface_addr(const InetIface *iface)
{
    return iface->addr;
}

uint8_t inet_iface_prefix_bits(const InetIface *iface)
{
    return iface->prefix_bits;
}

NetPort *inet_iface_port(const InetIface *iface)
{
    return iface->port;
}

InetIface *inet_iface_of(const InetStack *stack, InetAddr addr)
{
    for (guint i = first_name(stack, addr); is_name(stack, i, addr); i++) {
        InetIface *iface = name_at(stack, i)->iface;
        if (iface->usable && inet_addr_equal(iface->addr, addr)) {
            return iface;
        }
    }
    return NULL;
}

/* All ones go out by the first interface (RFC 1122 3.3.6 leaves the choice open). */
static InetIface *first_usable(const InetStack *stack)
{
    for (guint i = 0; i < stack->ifaces->len; i++) {
        InetIface *iface = g_ptr_array_index(stack->ifaces, i);
        if (iface->usable) {
            return iface;
        }
    }
    return NULL;
}

InetIface *inet_iface_of_broadcast(const InetStack *stack, InetAddr addr)
{
    if (inet_addr_is_broadcast(addr)) {
        return first_usable(stack);
    }
    for (guint i = first_name(stack, addr); is_name(stack, i, addr); i++) {
        InetIface *iface = name_at(stack, i)->iface;
        if (iface->usable && inet_addr_equal(iface->broadcast, addr)) {
            return iface;
        }
    }
    return NULL;
}

bool inet_stack_has_addr(const InetStack *stack, InetAddr addr)
{
    return inet_iface_of(stack, addr) != NULL || inet_addr_is_loopback(addr);
}

bool inet_stack_is_broadcast(const InetStack *stack, InetAddr addr)
{
    if (inet_addr_is_broadcast(addr)) {
        return true;
    }
    for (guint i = first_name(stack, addr); is_name(stack, i, addr); i++) {
        if (inet_addr_equal(name_at(stack, i)->iface->broadcast, addr)) {
            return true;
        }
    }
    return false;
}
