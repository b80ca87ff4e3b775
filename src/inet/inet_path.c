/* Ways to destinations: a destination is ours, a group on a link, or reached by the best route.
 * Ways are kept by flows and in the stack's cache, and are good while the stack's generation stays
 * the same.
 *
 * Path MTUs that ICMP brought are held by destination for ten minutes (RFC 1191 section 6.3). */

#include <stdlib.h>
#include <string.h>

#include "inet/inet_internal.h"
#include "net/net_ahead.h"
#include "sim/sim_lines.h"

#define PATH_MTU_AGE_NS (600 * SIM_NS_PER_S) /* RFC 1191 6.3: about 10 minutes; never below 5 */
#define CACHE_MIN_SLOTS 8
#define CACHE_MAX_SLOTS (1 << 18) /* 16 MiB; beyond half as many destinations it starts afresh */

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
    free(stack->cache.slots);
    stack->cache = (InetPathCache){ 0 };
    stack->paths_until_ns = SIM_NEVER;
}

/* Path MTUs. */

/* Forgets the path MTUs that are too old, and every kept way with them. */
static void expire(InetStack *stack, int64_t now_ns)
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
    if ((iface = inet_iface_of_broadcast(stack, dst)) != NULL) {
        set_link(path, INET_PATH_BROADCAST, iface, inet_addr_v4(UINT32_MAX));
        return true;
    }
    return find_by_route(stack, dst, path);
}

bool inet_path_find(InetStack *stack, InetAddr dst, InetPath *path)
{
    int64_t now_ns = sim_now(stack->node->sim);
    if (now_ns >= stack->paths_until_ns) {
        expire(stack, now_ns);
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

/* The cache: a hash table with open addressing, at most half full. */

static uint32_t slot_of(const InetPathCache *cache, InetAddr dst)
{
    return (uint32_t)inet_addr_hash(dst) & (cache->n_slots - 1);
}

/* The slot that holds the way to dst, or that of an empty way where it belongs. */
static inline InetPath *find_slot(const InetPathCache *cache, InetAddr dst)
{
    uint32_t i = slot_of(cache, dst);
    while (cache->slots[i].kind != INET_PATH_NONE && !inet_addr_equal(cache->slots[i].dst, dst)) {
        i = (i + 1) & (cache->n_slots - 1);
    }
    return &cache->slots[i];
}

/* Gives the cache so many empty slots. Ways are found again when they are next used. */
static void set_slots(InetPathCache *cache, uint32_t n_slots)
{
    if (cache->n_slots == n_slots) {
        memset(cache->slots, 0, n_slots * sizeof *cache->slots);
    } else {
        free(cache->slots);
        cache->slots = sim_lines_new0(n_slots, sizeof *cache->slots);
        cache->n_slots = n_slots;
    }
    cache->used = 0;
}

/* Makes room for one more; what is there after a change of the routes is worth nothing. */
static void make_room(InetPathCache *cache, uint64_t generation)
{
    bool full = cache->used >= cache->n_slots / 2;
    if (full) {
        set_slots(cache, CLAMP(cache->n_slots * 2, CACHE_MIN_SLOTS, CACHE_MAX_SLOTS));
    } else if (cache->generation != generation) {
        set_slots(cache, cache->n_slots);
    }
    cache->generation = generation;
}

static InetPath *fill_slot(InetStack *stack, InetAddr dst)
{
    InetPath path;
    if (!inet_path_find(stack, dst, &path)) {
        return NULL;
    }
    make_room(&stack->cache, stack->generation);
    InetPath *slot = find_slot(&stack->cache, dst);
    *slot = path;
    stack->cache.used++;
    return slot;
}

InetPath *inet_path_lookup(InetStack *stack, InetAddr dst, int64_t now_ns)
{
    if (G_UNLIKELY(now_ns >= stack->paths_until_ns)) {
        expire(stack, now_ns);
    }
    const InetPathCache *cache = &stack->cache;
    if (G_LIKELY(cache->generation == stack->generation)) {
        InetPath *slot = find_slot(cache, dst);
        if (G_LIKELY(slot->kind != INET_PATH_NONE)) {
            return slot;
        }
    }
    return fill_slot(stack, dst);
}

void inet_path_ahead(const InetStack *stack, InetAddr dst, unsigned step)
{
    const InetPathCache *cache = &stack->cache;
    if (cache->n_slots == 0) {
        return;
    }
    const InetPath *slot = &cache->slots[slot_of(cache, dst)];
    if (step == 0) {
        sim_lines_fetch(slot, 1);
    } else if (slot->iface == NULL) {
        return;
    } else if (step == 1) {
        sim_lines_fetch(slot->iface, 1);
        sim_lines_fetch(slot->neighbour, 1);
    } else if (step == 2) {
        net_ahead_port(slot->iface->port);
    } else if (step == 3) {
        net_ahead_out(slot->iface->port);
    }
}
