/* Shortest paths (Dijkstra, "A note on two problems in connexion with graphs", 1959) from every
 * host and router that has a choice, over routers and switches, to every network. All ties go to
 * the earlier node and the earlier link. */

#include "world/world_private.h"

#define FAR INT64_MAX
#define FARTHEST (FAR - 1) /* of what is reached: sums of delays stop there */
/* Any route that a host is given is better. */
#define COMPUTED_METRIC UINT32_MAX

typedef struct Reached {
    int64_t distance;     /* FAR: not reached */
    const WorldEnd *out;  /* the end of the source by which the way leaves */
    const WorldEnd *next; /* the first station on the way; NULL: still behind switches only */
} Reached;

/* One look for shortest paths; arrays by node index, used again for each source. */
typedef struct Search {
    const World *world;
    WorldRouting routing;
    Reached *reached;
    GArray *heap;       /* of Candidate */
    GPtrArray *touched; /* nodes whose entry has to be put back */
} Search;

typedef struct Candidate {
    int64_t distance;
    uint32_t node;
} Candidate;

static bool comes_before(const Candidate *a, const Candidate *b)
{
    return a->distance < b->distance || (a->distance == b->distance && a->node < b->node);
}

static Candidate *heap_at(GArray *heap, guint i)
{
    return &g_array_index(heap, Candidate, i);
}

static void heap_swap(GArray *heap, guint i, guint j)
{
    Candidate held = *heap_at(heap, i);
    *heap_at(heap, i) = *heap_at(heap, j);
    *heap_at(heap, j) = held;
}

static void heap_push(GArray *heap, Candidate candidate)
{
    g_array_append_val(heap, candidate);
    for (guint i = heap->len - 1;
         i > 0 && comes_before(heap_at(heap, i), heap_at(heap, (i - 1) / 2)); i = (i - 1) / 2) {
        heap_swap(heap, i, (i - 1) / 2);
    }
}

static Candidate heap_pop(GArray *heap)
{
    Candidate first = *heap_at(heap, 0);
    heap_swap(heap, 0, heap->len - 1);
    g_array_set_size(heap, heap->len - 1);
    for (guint i = 0;;) {
        guint child = 2 * i + 1;
        if (child >= heap->len) {
            return first;
        }
        if (child + 1 < heap->len && comes_before(heap_at(heap, child + 1), heap_at(heap, child))) {
            child++;
        }
        if (!comes_before(heap_at(heap, child), heap_at(heap, i))) {
            return first;
        }
        heap_swap(heap, i, child);
        i = child;
    }
}

/* What it costs to leave by this end. A network counts as one hop however many switches it has, and
 * is paid for on the way in. */
static int64_t cost_of(const Search *search, const WorldEnd *out)
{
    if (search->routing == WORLD_ROUTING_DELAY) {
        return out->link->config.wire[out->side].delay_ns;
    }
    return out->node->kind == WORLD_SWITCH ? 0 : 1;
}

static bool is_transit(const WorldNode *node)
{
    return node->kind == WORLD_ROUTER || node->kind == WORLD_SWITCH;
}

static void relax(Search *search, const WorldNode *source, const WorldNode *from,
                  const WorldEnd *out)
{
    const WorldEnd *in = &out->link->end[1 - out->side];
    if (!is_transit(in->node) || in->node == source) {
        return;
    }
    const Reached *before = &search->reached[from->index];
    Reached *after = &search->reached[in->node->index];
    int64_t distance = before->distance + MIN(cost_of(search, out), FARTHEST - before->distance);
    if (distance >= after->distance) {
        return;
    }
    if (after->distance == FAR) {
        g_ptr_array_add(search->touched, in->node);
    }
    after->distance = distance;
    after->out = from == source ? out : before->out;
    after->next = before->next != NULL ? before->next : in->node->kind == WORLD_SWITCH ? NULL : in;
    heap_push(search->heap, (Candidate){ distance, in->node->index });
}

static void search_from(Search *search, const WorldNode *source)
{
    search->reached[source->index].distance = 0;
    g_ptr_array_add(search->touched, (gpointer)source);
    heap_push(search->heap, (Candidate){ 0, source->index });
    while (search->heap->len > 0) {
        Candidate nearest = heap_pop(search->heap);
        const WorldNode *node = search->world->nodes->pdata[nearest.node];
        if (nearest.distance > search->reached[nearest.node].distance) {
            continue;
        }
        for (guint i = 0; i < node->ends->len; i++) {
            relax(search, source, node, node->ends->pdata[i]);
        }
    }
}

static void forget(Search *search)
{
    for (guint i = 0; i < search->touched->len; i++) {
        const WorldNode *node = search->touched->pdata[i];
        search->reached[node->index] = (Reached){ .distance = FAR };
    }
    g_ptr_array_set_size(search->touched, 0);
}

/* Routes, before they are put into a host. */

typedef struct Route {
    uint32_t prefix;
    uint8_t bits;
    const WorldEnd *out, *next;
} Route;

/* Which networks a node is on, by their index. Owned by the caller. */
static bool *networks_of(const World *world, const WorldNode *node)
{
    bool *is_on = g_new0(bool, MAX(world->networks->len, 1));
    for (guint i = 0; i < node->ends->len; i++) {
        is_on[((const WorldEnd *)node->ends->pdata[i])->network] = true;
    }
    return is_on;
}

/* The nearest router on a network; NULL: none was reached. */
static const Reached *nearest_router(const Search *search, const WorldNetwork *network)
{
    const Reached *best = NULL;
    uint32_t best_index = 0;
    for (guint i = 0; i < network->stations->len; i++) {
        const WorldNode *node = ((const WorldEnd *)network->stations->pdata[i])->node;
        const Reached *reached = &search->reached[node->index];
        if (reached->distance == FAR || reached->next == NULL) {
            continue;
        }
        if (best == NULL || reached->distance < best->distance ||
            (reached->distance == best->distance && node->index < best_index)) {
            best = reached;
            best_index = node->index;
        }
    }
    return best;
}

static gint compare_routes(gconstpointer a, gconstpointer b)
{
    const Route *left = a;
    const Route *right = b;
    return left->prefix < right->prefix ? -1 : left->prefix > right->prefix;
}

/* Two halves of one larger network by the same way are one route. */
static void merge_tail(GArray *routes)
{
    while (routes->len >= 2) {
        Route *low = &g_array_index(routes, Route, routes->len - 2);
        const Route *high = &g_array_index(routes, Route, routes->len - 1);
        uint32_t half = low->bits == 0 ? 0 : UINT32_C(1) << (32 - low->bits);
        if (low->bits != high->bits || low->next != high->next || low->out != high->out ||
            half == 0 || (low->prefix & half) != 0 || high->prefix != low->prefix + half) {
            return;
        }
        low->bits--;
        g_array_set_size(routes, routes->len - 1);
    }
}

static void add_routes(const Search *search, const WorldNode *source)
{
    const GArray *networks = search->world->networks;
    g_autofree bool *is_on = networks_of(search->world, source);
    g_autoptr(GArray) found = g_array_new(FALSE, FALSE, sizeof(Route));
    for (guint i = 0; i < networks->len; i++) {
        const WorldNetwork *network = &g_array_index(networks, WorldNetwork, i);
        const Reached *way = is_on[i] ? NULL : nearest_router(search, network);
        if (way != NULL) {
            Route route = { inet_addr_to_v4(network->prefix), network->prefix_bits, way->out,
                            way->next };
            g_array_append_val(found, route);
        }
    }
    g_array_sort(found, compare_routes);
    g_autoptr(GArray) merged = g_array_new(FALSE, FALSE, sizeof(Route));
    for (guint i = 0; i < found->len; i++) {
        g_array_append_vals(merged, &g_array_index(found, Route, i), 1);
        merge_tail(merged);
    }
    for (guint i = 0; i < merged->len; i++) {
        const Route *route = &g_array_index(merged, Route, i);
        inet_route_add(source->inet, inet_addr_v4(route->prefix), route->bits, route->next->addr,
                       route->out->iface, COMPUTED_METRIC);
    }
}

/* The only router of the only network a host is on; NULL if there is a choice, or none. */
static const WorldEnd *only_router(const World *world, const WorldNode *node, bool *out_choice)
{
    *out_choice = node->ends->len > 1 || node->kind == WORLD_ROUTER;
    if (node->ends->len != 1 || node->kind == WORLD_ROUTER) {
        return NULL;
    }
    const WorldEnd *end = node->ends->pdata[0];
    const WorldNetwork *network = &g_array_index(world->networks, WorldNetwork, end->network);
    const WorldEnd *router = NULL;
    for (guint i = 0; i < network->stations->len; i++) {
        const WorldEnd *station = network->stations->pdata[i];
        if (station->node->kind == WORLD_ROUTER) {
            *out_choice |= router != NULL;
            router = station;
        }
    }
    return *out_choice ? NULL : router;
}

void world_compute_routes(World *world, WorldRouting routing)
{
    if (routing == WORLD_ROUTING_NONE) {
        return;
    }
    Search search = { .world = world, .routing = routing };
    search.reached = g_new(Reached, world->nodes->len);
    for (guint i = 0; i < world->nodes->len; i++) {
        search.reached[i] = (Reached){ .distance = FAR };
    }
    search.heap = g_array_new(FALSE, FALSE, sizeof(Candidate));
    search.touched = g_ptr_array_new();
    for (guint i = 0; i < world->nodes->len; i++) {
        const WorldNode *node = world->nodes->pdata[i];
        bool choice = false;
        const WorldEnd *router = node->inet == NULL ? NULL : only_router(world, node, &choice);
        if (router != NULL) {
            const WorldEnd *out = node->ends->pdata[0];
            inet_route_add(node->inet, inet_addr_v4(0), 0, router->addr, out->iface,
                           COMPUTED_METRIC);
        } else if (choice) {
            search_from(&search, node);
            add_routes(&search, node);
            forget(&search);
        }
    }
    g_free(search.reached);
    g_array_unref(search.heap);
    g_ptr_array_unref(search.touched);
}
