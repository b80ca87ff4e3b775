/* Ways to destinations: a destination is ours, a group on a link, or reached by the best route.
 * Ways are kept by flows and in the stack's cache, and are good while the stack's generation stays
 * the same.
 *
 * Path MTUs that ICMP brought are held by destination for ten minutes (RFC 1191 section 6.3). */

#include "inet/inet_internal.h"

#define PATH_MTU_AGE_NS (600 * SIM_NS_PER_S) /* RFC 1191 6.3: about 10 minutes; never below 5 */
#define CACHE_MIN_SLOTS 8
#define CACHE_MAX_SLOTS 16384

typedef struct InetPathMtu {
    InetAddr dst; /* the key */
    uint32_t mtu_bytes;
    int64_t until_ns;
} InetPathMtu;

static guint addr_hash(gconstpointer addr)
{
    return (guint)inet_addr_hash(*(const InetAddr *)addr);
}

static gboolean addr_equal(gconstpointer a, gconstpointer b)
{
    return inet_addr_equal(*(const InetAddr *)a, *(const InetAddr *)b);
}

void inet_path_clear(InetStack *stack)
{
    g_clear_pointer(&stack->path_mtus, g_hash_table_unref);
    g_clear_pointer(&stack->cache.slots, g_free);
    stack->cache = (InetPathCache){ 0 };
    stack->paths_until_ns = SIM_NEVER;
}

/* Path MTUs. */

void inet_path_expire(InetStack *stack, int64_t now_ns)
{
    GHashTableIter iter;
    gpointer value;
    int64_t next_ns = SIM_NEVER;
    g_hash_table_iter_init(&iter, stack->path_mtus);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        const InetPathMtu *entry = value;
        if (entry->until_ns <= now_ns) {
            g_hash_table_iter_remove(&iter);
        } else {
            next_ns = MIN(next_ns, entry->until_ns);
        }
    }
    stack->paths_until_ns = next_ns;
    stack->generation++;
}

void inet_path_learn_mtu(InetStack *stack, InetAddr dst, uint32_t mtu_bytes, int64_t now_ns)
{
    InetPath path = { 0 };
    if (!inet_path_find(stack, dst, &path) || mtu_bytes >= path.mtu_bytes) {
        return; /* RFC 1191 3: a report never raises the estimate */
    }
    if (stack->path_mtus == NULL) {
        stack->path_mtus = g_hash_table_new_full(addr_hash, addr_equal, NULL, g_free);
    }
    InetPathMtu *entry = g_new(InetPathMtu, 1);
    entry->dst = dst;
    entry->mtu_bytes = MAX(mtu_bytes, INET_MIN_MTU_BYTES);
    entry->until_ns = now_ns + PATH_MTU_AGE_NS;
    g_hash_table_replace(stack->path_mtus, &entry->dst, entry);
    stack->paths_until_ns = MIN(stack->paths_until_ns, entry->until_ns);
    stack->generation++;
}

static uint32_t path_mtu(const InetStack *stack, InetAddr dst, const InetIface *iface)
{
    uint32_t mtu_bytes = iface->port->mtu_bytes;
    if (stack->path_mtus != NULL) {
        const InetPathMtu *entry = g_hash_table_lookup(stack->path_mtus, &dst);
        if (entry != NULL) {
            mtu_bytes = MIN(mtu_bytes, entry->mtu_bytes);
        }
    }
    return mtu_bytes;
}

/* Finding. */

static void set_link(InetPath *path, InetPathKind kind, InetIface *iface, InetAddr next_hop)
{
    path->kind = kind;
    path->iface = iface;
    path->src = iface->addr;
    path->mtu_bytes = iface->port->mtu_bytes;
    if (iface->port->link == PACKET_LINK_ETHERNET) {
        path->neighbour = inet_neighbour_get(iface, next_hop);
    }
}

/* The interface whose network has this broadcast address; all ones go out by the first (RFC
 * 1122 3.3.6 leaves the choice open). NULL: it is no broadcast. */
static InetIface *broadcast_iface(const InetStack *stack, InetAddr dst)
{
    for (guint i = 0; i < stack->ifaces->len; i++) {
        InetIface *iface = g_ptr_array_index(stack->ifaces, i);
        if (iface->usable &&
            (inet_addr_equal(iface->broadcast, dst) || inet_addr_is_broadcast(dst))) {
            return iface;
        }
    }
    return NULL;
}

static bool find_by_route(InetStack *stack, InetAddr dst, InetPath *path)
{
    const InetRoute *route = inet_route_find(stack, dst);
    if (route == NULL || !route->iface->usable) {
        return false;
    }
    if (inet_addr_is_multicast(dst)) {
        set_link(path, INET_PATH_MULTICAST, route->iface, dst);
        return true;
    }
    bool on_link = inet_addr_is_any(route->gateway);
    set_link(path, INET_PATH_UNICAST, route->iface, on_link ? dst : route->gateway);
    path->mtu_bytes = path_mtu(stack, dst, route->iface);
    return true;
}

static bool find(InetStack *stack, InetAddr dst, InetPath *path)
{
    InetIface *iface;
    *path = (InetPath){ .dst = dst, .generation = stack->generation };
    if (inet_stack_has_addr(stack, dst)) {
        path->kind = INET_PATH_LOCAL;
        path->src = dst;
        path->mtu_bytes = INET_LOCAL_MTU_BYTES;
        return true;
    }
    if (inet_addr_is_any(dst)) {
        return false;
    }
    if ((iface = broadcast_iface(stack, dst)) != NULL) {
        set_link(path, INET_PATH_BROADCAST, iface, inet_addr_v4(UINT32_MAX));
        return true;
    }
    return find_by_route(stack, dst, path);
}

bool inet_path_find(InetStack *stack, InetAddr dst, InetPath *path)
{
    int64_t now_ns = sim_now(stack->node->sim);
    if (now_ns >= stack->paths_until_ns) {
        inet_path_expire(stack, now_ns);
    }
    if (!find(stack, dst, path)) {
        *path = (InetPath){ 0 };
        return false;
    }
    return true;
}

void inet_path_doubt(InetStack *stack, const InetPath *path, int64_t now_ns)
{
    if (inet_path_is_valid(stack, path, path->dst) && path->neighbour != NULL) {
        inet_neighbour_doubt(path->neighbour, now_ns);
    }
}

/* The cache. */

static uint32_t slot_of(const InetPathCache *cache, InetAddr dst)
{
    return (uint32_t)inet_addr_hash(dst) & (cache->n_slots - 1);
}

/* More destinations than slots: most look-ups miss. Entries are found again when they are next
 * used. */
static void grow(InetPathCache *cache)
{
    g_free(cache->slots);
    cache->n_slots = MAX(cache->n_slots * 2, CACHE_MIN_SLOTS);
    cache->slots = g_new0(InetPath, cache->n_slots);
    cache->replacements = 0;
}

static InetPath *fill_slot(InetStack *stack, InetAddr dst)
{
    InetPathCache *cache = &stack->cache;
    if (cache->slots == NULL ||
        (cache->replacements >= cache->n_slots && cache->n_slots < CACHE_MAX_SLOTS)) {
        grow(cache);
    }
    InetPath *slot = &cache->slots[slot_of(cache, dst)];
    if (slot->generation == stack->generation) {
        cache->replacements++;
    }
    return inet_path_find(stack, dst, slot) ? slot : NULL;
}

InetPath *inet_path_lookup(InetStack *stack, InetAddr dst, int64_t now_ns)
{
    if (G_UNLIKELY(now_ns >= stack->paths_until_ns)) {
        inet_path_expire(stack, now_ns);
    }
    InetPathCache *cache = &stack->cache;
    if (G_LIKELY(cache->slots != NULL)) {
        InetPath *slot = &cache->slots[slot_of(cache, dst)];
        if (G_LIKELY(inet_path_is_valid(stack, slot, dst))) {
            return slot;
        }
    }
    return fill_slot(stack, dst);
}
