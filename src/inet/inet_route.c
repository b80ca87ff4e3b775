/* Routes: a hash table of networks, asked once for each prefix length in use, the longest first.
 *
 * Families share the table: an IPv4 network is held IPv4-mapped, so its prefix length counts from
 * 96 of 128. Routes to one network form a chain, the best first. */

#include <string.h>

#include "inet/inet_internal.h"

static guint key_hash(gconstpointer data)
{
    const InetRouteKey *key = data;
    return (guint)inet_addr_hash(key->network) ^ key->length * 0x01000193u;
}

static gboolean key_equal(gconstpointer a, gconstpointer b)
{
    const InetRouteKey *left = a, *right = b;
    return left->length == right->length && inet_addr_equal(left->network, right->network);
}

static void chain_free(gpointer data)
{
    for (InetRoute *route = data; route != NULL;) {
        InetRoute *next = route->next;
        g_free(route);
        route = next;
    }
}

void inet_route_init(InetStack *stack)
{
    stack->routes = g_hash_table_new(key_hash, key_equal);
    stack->route_lengths = g_byte_array_new();
}

void inet_route_clear(InetStack *stack)
{
    GHashTableIter iter;
    gpointer chain;
    g_hash_table_iter_init(&iter, stack->routes);
    while (g_hash_table_iter_next(&iter, NULL, &chain)) {
        chain_free(chain);
    }
    g_clear_pointer(&stack->routes, g_hash_table_unref);
    g_byte_array_unref(g_steal_pointer(&stack->route_lengths));
}

static InetRouteKey make_key(InetAddr network, uint8_t prefix_bits)
{
    bool v4 = inet_addr_family(network) == INET_FAMILY_IPV4;
    return (InetRouteKey){ inet_addr_mask(network, prefix_bits),
                           (uint8_t)(v4 ? 96 + prefix_bits : prefix_bits) };
}

/* A length once used stays in the list: an empty look-up now and then, and no counting. */
static void use_length(InetStack *stack, uint8_t length)
{
    GByteArray *lengths = stack->route_lengths;
    guint at = 0;
    while (at < lengths->len && lengths->data[at] > length) {
        at++;
    }
    if (at < lengths->len && lengths->data[at] == length) {
        return;
    }
    g_byte_array_append(lengths, &length, 1);
    memmove(lengths->data + at + 1, lengths->data + at, lengths->len - 1 - at);
    lengths->data[at] = length;
}

/* Makes `chain` the routes to the network of its first; NULL: there are none to `key` any more. */
static void set_chain(InetStack *stack, const InetRouteKey *key, InetRoute *chain)
{
    if (chain == NULL) {
        g_hash_table_remove(stack->routes, key);
    } else {
        g_hash_table_replace(stack->routes, &chain->key, chain);
    }
    stack->generation++;
}

static InetRoute *add(InetStack *stack, InetAddr network, uint8_t prefix_bits, InetAddr gateway,
                      InetIface *iface, uint32_t metric)
{
    InetRoute *route = g_new0(InetRoute, 1);
    route->key = make_key(network, prefix_bits);
    route->gateway = gateway;
    route->iface = iface;
    route->metric = metric;

    InetRoute *chain = g_hash_table_lookup(stack->routes, &route->key);
    InetRoute **place = &chain;
    while (*place != NULL && (*place)->metric <= metric) {
        place = &(*place)->next;
    }
    route->next = *place;
    *place = route;
    use_length(stack, route->key.length);
    set_chain(stack, &route->key, chain);
    return route;
}

void inet_route_add(InetStack *stack, InetAddr network, uint8_t prefix_bits, InetAddr gateway,
                    InetIface *iface, uint32_t metric)
{
    add(stack, network, prefix_bits, gateway, iface, metric);
}

static bool same_gateway(InetAddr a, InetAddr b)
{
    return inet_addr_equal(a, b) || (inet_addr_is_any(a) && inet_addr_is_any(b));
}

static void remove_route(InetStack *stack, InetRoute *route)
{
    InetRouteKey key = route->key;
    InetRoute *chain = g_hash_table_lookup(stack->routes, &key);
    InetRoute **place = &chain;
    while (*place != route) {
        place = &(*place)->next;
    }
    *place = route->next;
    set_chain(stack, &key, chain);
    g_free(route);
}

bool inet_route_remove(InetStack *stack, InetAddr network, uint8_t prefix_bits, InetAddr gateway)
{
    InetRouteKey key = make_key(network, prefix_bits);
    InetRoute *route = g_hash_table_lookup(stack->routes, &key);
    while (route != NULL && !same_gateway(route->gateway, gateway)) {
        route = route->next;
    }
    if (route == NULL) {
        return false;
    }
    remove_route(stack, route);
    return true;
}

const InetRoute *inet_route_find(const InetStack *stack, InetAddr dst)
{
    bool v4 = inet_addr_family(dst) == INET_FAMILY_IPV4;
    const GByteArray *lengths = stack->route_lengths;
    for (guint i = 0; i < lengths->len; i++) {
        uint8_t length = lengths->data[i];
        if (v4 && length < 96) {
            break;
        }
        InetRouteKey key = { inet_addr_mask(dst, (uint8_t)(v4 ? length - 96 : length)), length };
        const InetRoute *route = g_hash_table_lookup(stack->routes, &key);
        if (route != NULL) {
            return route;
        }
    }
    return NULL;
}

/* The route to one host that a redirect brought; NULL: none. */
static InetRoute *find_learned(InetStack *stack, const InetRouteKey *key)
{
    InetRoute *route = g_hash_table_lookup(stack->routes, key);
    while (route != NULL && !route->learned) {
        route = route->next;
    }
    return route;
}

void inet_route_learn(InetStack *stack, InetAddr dst, InetAddr gateway, InetIface *iface)
{
    uint8_t host_bits = inet_addr_family(dst) == INET_FAMILY_IPV4 ? 32 : 128;
    InetRouteKey key = make_key(dst, host_bits);
    InetRoute *route = find_learned(stack, &key);
    if (route == NULL) {
        route = add(stack, dst, host_bits, gateway, iface, 0);
        route->learned = true;
    }
    route->gateway = gateway;
    route->iface = iface;
    stack->generation++;
}

void inet_route_forget_learned(InetStack *stack)
{
    g_autoptr(GPtrArray) learned = g_ptr_array_new();
    GHashTableIter iter;
    gpointer chain;
    g_hash_table_iter_init(&iter, stack->routes);
    while (g_hash_table_iter_next(&iter, NULL, &chain)) {
        for (InetRoute *route = chain; route != NULL; route = route->next) {
            if (route->learned) {
                g_ptr_array_add(learned, route);
            }
        }
    }
    for (guint i = 0; i < learned->len; i++) {
        remove_route(stack, g_ptr_array_index(learned, i));
    }
}
