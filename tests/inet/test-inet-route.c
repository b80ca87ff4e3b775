/* Protects routes and the ways found with them: longest prefix, metric, age, redirects; caches that
 * notice every change; path MTUs that come and go (RFC 1191). */

#include "inet/inet_internal.h"
#include "inet/lab.h"

/* A router with three stations, 10.0.N.2 behind interface N. */
typedef struct Star {
    Lab *lab;
    InetStack *r;
} Star;

static Star build(void)
{
    InetConfig config;
    inet_config_init(&config);
    config.forwards = true;
    Star star = { .lab = lab_new() };
    star.r = lab_stack(star.lab, "r", &config);
    for (int i = 0; i < 3; i++) {
        g_autofree char *name = g_strdup_printf("x%d", i);
        g_autofree char *theirs = g_strdup_printf("10.0.%d.2", i);
        g_autofree char *ours = g_strdup_printf("10.0.%d.1/24", i);
        lab_station(star.lab, name, theirs, star.r, ours, PACKET_LINK_ETHERNET, LAB_MTU_BYTES);
    }
    return star;
}

static void add(Star *star, const char *network, uint8_t prefix_bits, const char *gateway,
                guint iface, uint32_t metric)
{
    inet_route_add(star->r, lab_addr(network), prefix_bits, lab_addr(gateway),
                   lab_iface(star->r, iface), metric);
}

/* The next hop to dst, as text; "none". */
static char *next_hop(Star *star, const char *dst)
{
    InetPath path = { 0 };
    char text[INET_ADDR_TEXT_BYTES];
    if (!inet_path_find(star->r, lab_addr(dst), &path)) {
        return g_strdup("none");
    }
    if (path.kind == INET_PATH_LOCAL) {
        return g_strdup("local");
    }
    inet_addr_format(path.neighbour->addr, text);
    return g_strdup(text);
}

static void expect_next_hop(Star *star, const char *dst, const char *expected)
{
    g_autofree char *found = next_hop(star, dst);
    g_assert_cmpstr(found, ==, expected);
}

static void test_longest_prefix(void)
{
    static const struct {
        const char *dst, *next_hop;
    } rows[] = {
        { "10.0.0.7", "10.0.0.7" }, { "10.0.0.1", "local" },
        { "127.0.0.1", "local" },   { "10.1.2.3", "10.0.1.2" },
        { "10.1.2.4", "10.0.2.2" }, { "10.1.3.4", "10.0.0.2" },
        { "11.0.0.0", "10.0.2.9" }, { "10.0.1.255", "255.255.255.255" },
        { "0.0.0.0", "none" },      { "255.255.255.255", "255.255.255.255" },
    };
    Star star = build();
    expect_next_hop(&star, "11.0.0.0", "none");
    add(&star, "10.1.2.3", 32, "10.0.1.2", 1, 0);
    add(&star, "10.1.2.0", 24, "10.0.2.2", 2, 0);
    add(&star, "10.0.0.0", 8, "10.0.0.2", 0, 0);
    add(&star, "0.0.0.0", 0, "10.0.2.9", 2, 0);
    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        expect_next_hop(&star, rows[i].dst, rows[i].next_hop);
    }
    lab_free(star.lab);
}

/* Among routes to one network: the lowest metric, then the older; removal uncovers the next. */
static void test_metric_and_age(void)
{
    Star star = build();
    add(&star, "20.0.0.0", 8, "10.0.0.2", 0, 5);
    add(&star, "20.0.0.0", 8, "10.0.1.2", 1, 5);
    add(&star, "20.0.0.0", 8, "10.0.2.2", 2, 3);
    expect_next_hop(&star, "20.1.1.1", "10.0.2.2");
    g_assert_true(inet_route_remove(star.r, lab_addr("20.0.0.0"), 8, lab_addr("10.0.2.2")));
    expect_next_hop(&star, "20.1.1.1", "10.0.0.2");
    g_assert_true(inet_route_remove(star.r, lab_addr("20.0.0.0"), 8, lab_addr("10.0.0.2")));
    expect_next_hop(&star, "20.1.1.1", "10.0.1.2");
    g_assert_false(inet_route_remove(star.r, lab_addr("20.0.0.0"), 9, lab_addr("10.0.1.2")));
    g_assert_true(inet_route_remove(star.r, lab_addr("20.9.9.9"), 8, lab_addr("10.0.1.2")));
    expect_next_hop(&star, "20.1.1.1", "none");
    g_assert_false(inet_route_remove(star.r, lab_addr("20.0.0.0"), 8, lab_addr("10.0.1.2")));
    for (uint32_t metric = 1; metric <= 3; metric++) { /* out of the middle, and by the last */
        g_autofree char *gateway = g_strdup_printf("10.0.0.%u", metric + 1);
        add(&star, "20.0.0.0", 8, gateway, 0, metric);
    }
    g_assert_true(inet_route_remove(star.r, lab_addr("20.0.0.0"), 8, lab_addr("10.0.0.3")));
    g_assert_true(inet_route_remove(star.r, lab_addr("20.0.0.0"), 8, lab_addr("10.0.0.4")));
    expect_next_hop(&star, "20.1.1.1", "10.0.0.2");
    lab_free(star.lab);
}

/* An IPv6 route stands in the same table and is never taken for an IPv4 destination. */
static void test_families(void)
{
    Star star = build();
    inet_route_add(star.r, (InetAddr){ 0 }, 0, lab_addr("fe80::1"), lab_iface(star.r, 0), 0);
    inet_route_add(star.r, lab_addr("2001:db8::"), 32, (InetAddr){ 0 }, lab_iface(star.r, 1), 0);
    expect_next_hop(&star, "20.0.0.1", "none");
    expect_next_hop(&star, "2001:db8::5", "2001:db8::5");
    expect_next_hop(&star, "2002::5", "fe80::1");
    lab_free(star.lab);
}

#define N_ROUTES 3000
#define N_LOOKUPS 20000

/* Thousands of routes against a plain search of all of them. */
static void test_many(void)
{
    Star star = build();
    Rng rng;
    rng_init(&rng, 1, "routes");
    g_autofree uint32_t *networks = g_new(uint32_t, N_ROUTES);
    g_autofree uint8_t *lengths = g_new(uint8_t, N_ROUTES);
    for (int i = 0; i < N_ROUTES; i++) {
        lengths[i] = (uint8_t)(9 + rng_below(&rng, 20));
        networks[i] = (20u << 24 | (uint32_t)rng_below(&rng, 1 << 24)) & UINT32_MAX
                                                                             << (32 - lengths[i]);
        uint32_t gateway = 10u << 24 | (uint32_t)(i + 2);
        inet_route_add(star.r, inet_addr_v4(networks[i]), lengths[i], inet_addr_v4(gateway),
                       lab_iface(star.r, 0), 0);
    }
    for (int n = 0; n < N_LOOKUPS; n++) {
        uint32_t dst = 20u << 24 | (uint32_t)rng_below(&rng, 1 << 24);
        int best = -1;
        for (int i = 0; i < N_ROUTES; i++) {
            bool fits = ((dst ^ networks[i]) & UINT32_MAX << (32 - lengths[i])) == 0;
            if (fits && (best < 0 || lengths[i] > lengths[best])) {
                best = i;
            }
        }
        const InetRoute *route = inet_route_find(star.r, inet_addr_v4(dst));
        g_assert_cmpint(route == NULL, ==, best < 0);
        if (route != NULL) {
            g_assert_cmpuint(inet_addr_to_v4(route->gateway), ==, 10u << 24 | (uint32_t)(best + 2));
        }
    }
    lab_free(star.lab);
}

/* The router's cache gives what a look-up gives, through growth and through changes of the
 * routes. */
static void test_cache(void)
{
    Star star = build();
    add(&star, "20.0.0.0", 8, "10.0.0.2", 0, 0);
    for (int round = 0; round < 4; round++) {
        for (uint32_t i = 0; i < 1000; i++) {
            InetAddr dst = inet_addr_v4(20u << 24 | i);
            const InetPath *path = inet_path_lookup(star.r, dst, 0);
            g_assert_true(inet_addr_equal(path->dst, dst));
            g_assert_cmpuint(path->iface->port->index, ==, round < 2 ? 0 : 1);
        }
        if (round == 1) {
            add(&star, "20.0.0.0", 9, "10.0.1.2", 1, 0);
        }
    }
    g_assert_cmpuint(star.r->cache.n_slots, >=, 512); /* it has grown with its use */
    g_assert_null(inet_path_lookup(star.r, lab_addr("30.0.0.1"), 0));
    g_assert_null(inet_path_lookup(star.r, lab_addr("30.0.0.1"), 0));
    lab_free(star.lab);
}

static uint32_t mtu_of(Star *star, const char *dst)
{
    InetPath path = { 0 };
    g_assert_true(inet_path_find(star->r, lab_addr(dst), &path));
    return path.mtu_bytes;
}

/* RFC1191-PMTU-MIN-1 and RFC1191-PMTU-NOINC-1: a report lowers the estimate of its destination,
 * never below 68 octets, and never raises it. */
static void test_path_mtu_learned(void)
{
    Star star = build();
    InetAddr dst = lab_addr("10.0.0.2");
    InetPath kept = { 0 };
    g_assert_true(inet_path_find(star.r, dst, &kept));
    inet_path_learn_mtu(star.r, dst, 1400, 0);
    g_assert_cmpuint(kept.generation, !=, star.r->generation);
    g_assert_cmpuint(mtu_of(&star, "10.0.0.2"), ==, 1400);
    g_assert_cmpuint(mtu_of(&star, "10.0.0.3"), ==, 1500);
    inet_path_learn_mtu(star.r, dst, 1450, 0);
    g_assert_cmpuint(mtu_of(&star, "10.0.0.2"), ==, 1400);
    inet_path_learn_mtu(star.r, dst, 20, 0);
    g_assert_cmpuint(mtu_of(&star, "10.0.0.2"), ==, 68);
    inet_stack_reset(star.r);
    g_assert_cmpuint(mtu_of(&star, "10.0.0.2"), ==, 1500);
    lab_free(star.lab);
}

/* RFC1191-PMTU-INC-1: ten minutes (section 6.3), for each destination its own; the cache notices
 * too. */
static void test_path_mtu_ages(void)
{
    Star star = build();
    InetAddr dst = lab_addr("10.0.0.2");
    inet_path_learn_mtu(star.r, dst, 1000, 0);
    g_assert_cmpuint(inet_path_lookup(star.r, dst, 0)->mtu_bytes, ==, 1000);
    lab_run_ms(star.lab, 300000);
    inet_path_learn_mtu(star.r, lab_addr("10.0.1.2"), 900, lab_now(star.lab));
    lab_run_ms(star.lab, 299999);
    g_assert_cmpuint(mtu_of(&star, "10.0.0.2"), ==, 1000);
    lab_run_ms(star.lab, 1);
    g_assert_cmpuint(inet_path_lookup(star.r, dst, lab_now(star.lab))->mtu_bytes, ==, 1500);
    g_assert_cmpuint(mtu_of(&star, "10.0.0.2"), ==, 1500);
    g_assert_cmpuint(mtu_of(&star, "10.0.1.2"), ==, 900);
    lab_run_ms(star.lab, 300000);
    g_assert_cmpuint(mtu_of(&star, "10.0.1.2"), ==, 1500);
    lab_free(star.lab);
}

/* A flow's own path renews itself in inet_send() when a learned MTU expires, and when a route
 * changes. */
static void test_path_renewed(void)
{
    Star star = build();
    add(&star, "20.0.0.0", 8, "10.0.0.2", 0, 0);
    InetAddr dst = lab_addr("20.0.0.1");
    inet_path_learn_mtu(star.r, dst, 1000, 0);
    InetPath path = { 0 };
    for (int step = 0; step < 3; step++) {
        Packet *pkt = packet_new(&star.lab->packets, &inet_stack_node(star.r)->entity, 0,
                                 PACKET_WHY_DATAGRAM);
        pkt->kind = PACKET_UDP;
        pkt->ip.src = lab_addr("10.0.0.1");
        pkt->ip.dst = dst;
        pkt->ip.protocol = IP_PROTOCOL_UDP;
        g_assert_true(inet_send(star.r, pkt, &path, lab_now(star.lab)));
        g_assert_cmpuint(path.mtu_bytes, ==, step == 0 ? 1000 : 1500);
        g_assert_cmpuint(path.iface->port->index, ==, step == 2 ? 1 : 0);
        lab_run_ms(star.lab, 600000);
        if (step == 1) {
            add(&star, "20.0.0.0", 9, "10.0.1.2", 1, 0);
        }
    }
    lab_expect(star.lab, "x0 saw UDP 10.0.0.1:0 > 20.0.0.1:0 ttl 64 len 0\n"
                         "x0 saw UDP 10.0.0.1:0 > 20.0.0.1:0 ttl 64 len 0\n"
                         "x1 saw UDP 10.0.0.1:0 > 20.0.0.1:0 ttl 64 len 0\n");
    lab_free(star.lab);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/inet/route/longest-prefix", test_longest_prefix);
    g_test_add_func("/inet/route/metric-and-age", test_metric_and_age);
    g_test_add_func("/inet/route/families", test_families);
    g_test_add_func("/inet/route/many", test_many);
    g_test_add_func("/inet/path/cache", test_cache);
    g_test_add_func("/inet/path/RFC1191-PMTU-MIN-1", test_path_mtu_learned);
    g_test_add_func("/inet/path/RFC1191-PMTU-INC-1", test_path_mtu_ages);
    g_test_add_func("/inet/path/renewed", test_path_renewed);
    return g_test_run();
}
