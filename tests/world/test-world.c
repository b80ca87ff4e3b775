/* Protects: a world is a library object: addresses by a stated rule, routes that lead there, frames
 * put in and taken out at its rim, several of them in one process, the same run every time. */

#include "world/world.h"

static WorldNode *add_host(World *world, const char *name, bool forwards)
{
    WorldHostConfig config;
    world_host_config_init(&config);
    config.inet.forwards = forwards;
    return world_add_host(world, name, &config);
}

static WorldLink *join(World *world, const char *name, WorldNode *from, WorldNode *to)
{
    WorldLinkConfig config;
    world_link_config_init(&config, name, from, to);
    return world_add_link(world, &config);
}

static void assert_addr(InetAddr addr, const char *expected)
{
    char text[INET_ADDR_TEXT_BYTES];
    inet_addr_format(addr, text);
    g_assert_cmpstr(text, ==, expected);
}

/* The n-th network is 10.0.n.0/24; what a switch joins is one network. */
static void test_addresses(void)
{
    g_autoptr(World) world = world_new(1);
    WorldNode *a = add_host(world, "a", false);
    WorldNode *r = add_host(world, "r", true);
    WorldNode *sw = world_add_switch(world, "sw", SIM_NS_PER_S);
    WorldNode *b = add_host(world, "b", false);
    WorldNode *c = add_host(world, "c", false);
    const WorldLink *first = join(world, "ar", a, r);
    join(world, "rs", r, sw);
    join(world, "bs", b, sw);
    join(world, "cs", c, sw);
    world_connect(world, WORLD_ROUTING_HOPS);
    assert_addr(a->addr, "10.0.1.1");
    assert_addr(r->addr, "10.0.1.2");
    assert_addr(((WorldEnd *)r->ends->pdata[1])->addr, "10.0.2.1");
    assert_addr(b->addr, "10.0.2.2");
    assert_addr(c->addr, "10.0.2.3");
    char mac[18];
    mac_addr_format(&first->end[0].port->mac, mac);
    g_assert_cmpstr(mac, ==, "02:00:0a:00:01:01");
    InetAddr found;
    g_assert_true(world_resolve(world, "c", &found));
    assert_addr(found, "10.0.2.3");
    g_assert_false(world_resolve(world, "sw", &found));
}

/* A host with several addresses is reached at the one on the caller's own network, else at one to
 * which there is a route. */
static void test_nearest_address(void)
{
    g_autoptr(World) world = world_new(1);
    WorldNode *a = add_host(world, "a", false);
    WorldNode *b = add_host(world, "b", false);
    WorldNode *c = add_host(world, "c", false);
    WorldNode *d = add_host(world, "d", false);
    join(world, "bc", b, c);
    join(world, "ba", b, a);
    join(world, "cd", c, d);
    world_connect(world, WORLD_ROUTING_HOPS);
    InetAddr found;
    g_assert_true(world_resolve_from(world, a, "b", &found));
    assert_addr(found, "10.0.2.1");
    g_assert_true(world_resolve_from(world, c, "b", &found));
    assert_addr(found, "10.0.1.1");
    g_assert_true(
        world_add_route(d, inet_addr_v4(0x0a000200), 24, ((WorldEnd *)c->ends->pdata[1])->addr, 1));
    g_assert_true(world_resolve_from(world, d, "b", &found));
    assert_addr(found, "10.0.2.1");
    g_assert_true(world_resolve_from(world, d, "10.0.1.1", &found));
    assert_addr(found, "10.0.1.1");
}

/* Of two ways the shorter one in hops, or the quicker one. */
static void test_routes(gconstpointer data)
{
    WorldRouting routing = (WorldRouting)GPOINTER_TO_INT(data);
    g_autoptr(World) world = world_new(1);
    WorldNode *a = add_host(world, "a", true);
    WorldNode *b = add_host(world, "b", true);
    WorldNode *c = add_host(world, "c", true);
    WorldNode *far = add_host(world, "far", false);
    WorldLinkConfig slow;
    world_link_config_init(&slow, "ac", a, c);
    slow.wire[0].delay_ns = slow.wire[1].delay_ns = 50 * SIM_NS_PER_MS;
    world_add_link(world, &slow);
    join(world, "ab", a, b);
    join(world, "bc", b, c);
    join(world, "cf", c, far);
    world_connect(world, routing);
    InetPath path = { 0 };
    g_assert_true(inet_path_find(a->inet, far->addr, &path) == (routing != WORLD_ROUTING_NONE));
    if (routing != WORLD_ROUTING_NONE) {
        assert_addr(path.src, routing == WORLD_ROUTING_HOPS ? "10.0.1.1" : "10.0.2.1");
    }
}

/* Of two routers as near to a network the earlier node is taken, not the one plugged in first. */
static void test_equal_routes(void)
{
    g_autoptr(World) world = world_new(1);
    WorldNode *a = add_host(world, "a", true);
    WorldNode *b = add_host(world, "b", true);
    WorldNode *c = add_host(world, "c", true);
    WorldNode *sw = world_add_switch(world, "sw", SIM_NS_PER_S);
    WorldNode *far = add_host(world, "far", false);
    join(world, "ab", a, b);
    join(world, "ac", a, c);
    join(world, "cs", c, sw);
    join(world, "bs", b, sw);
    join(world, "fs", far, sw);
    g_assert_true(world_connect(world, WORLD_ROUTING_HOPS));
    InetPath path = { 0 };
    g_assert_true(inet_path_find(a->inet, far->addr, &path));
    assert_addr(path.src, "10.0.1.1");
}

/* A scenario may give all of 10.0.0.0/8 away, so that nothing is left for the others. */
static void test_no_room(void)
{
    g_autoptr(World) world = world_new(1);
    WorldNode *a = add_host(world, "a", false);
    WorldNode *r = add_host(world, "r", true);
    WorldLinkConfig config;
    world_link_config_init(&config, "all", a, r);
    config.network = inet_addr_v4(0x0a000000);
    config.prefix_bits = 8;
    world_add_link(world, &config);
    join(world, "more", r, add_host(world, "b", false));
    g_assert_false(world_connect(world, WORLD_ROUTING_HOPS));
}

/* Delays that add up to more than an int64_t holds still make a way. */
static void test_far_routes(void)
{
    g_autoptr(World) world = world_new(1);
    WorldNode *last = add_host(world, "r0", true), *first = last;
    for (int i = 1; i <= 12; i++) {
        g_autofree char *name = g_strdup_printf("r%d", i);
        WorldNode *next = add_host(world, name, true);
        WorldLinkConfig slow;
        world_link_config_init(&slow, name, last, next);
        slow.wire[0].delay_ns = slow.wire[1].delay_ns = SIM_PARAM_MAX_NS;
        world_add_link(world, &slow);
        last = next;
    }
    g_assert_true(world_connect(world, WORLD_ROUTING_DELAY));
    InetPath path = { 0 };
    g_assert_true(inet_path_find(first->inet, last->addr, &path));
}

/* What left the world. */
typedef struct Rim {
    guint frames;
    uint16_t type;
} Rim;

static void take_frame(void *above, WorldNode *node, const uint8_t *bytes, size_t len_bytes,
                       int64_t now_ns)
{
    Rim *rim = above;
    rim->frames++;
    rim->type = (uint16_t)(bytes[12] << 8 | bytes[13]);
    g_assert_cmpuint(len_bytes, >=, 60);
}

/* An ARP request put in at the host's port is answered at the rim. */
static void test_rim(void)
{
    static const uint8_t request[60] = {
        0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02, 0,  0, 0, 0, 9, 8, 6, 0, 1, 8, 0,  6, 4, 0,
        1,    0x02, 0,    0,    0,    0,    9,    10, 0, 1, 2, 0, 0, 0, 0, 0, 0, 10, 0, 1, 1,
    };
    Rim rim = { 0 };
    g_autoptr(World) world = world_new(1);
    WorldNode *host = add_host(world, "host", false);
    WorldNode *outside = world_add_outside(world, "outside", take_frame, &rim);
    WorldLink *link = join(world, "wire", host, outside);
    world_connect(world, WORLD_ROUTING_HOPS);
    world_run(world, 0);
    world_put_frame(world, link->end[0].port, request, sizeof request);
    world_run(world, SIM_NS_PER_S);
    g_assert_cmpuint(rim.frames, ==, 1);
    g_assert_cmphex(rim.type, ==, 0x0806);
}

static void note(World *world, void *data, int64_t now_ns)
{
    g_string_append_printf(data, "%" G_GINT64_FORMAT " ", now_ns);
}

static void test_events(void)
{
    g_autoptr(World) world = world_new(1);
    g_autoptr(GString) log = g_string_new(NULL);
    world_connect(world, WORLD_ROUTING_NONE);
    world_at(world, 20, note, log, NULL);
    world_at(world, 10, note, log, NULL);
    g_assert_cmpint(world_run(world, 15), ==, 15);
    g_assert_cmpint(world_run(world, 1000), ==, 20);
    g_assert_cmpstr(log->str, ==, "10 20 ");
}

static void crash_host(World *world, void *data, int64_t now_ns)
{
    world_crash(world, data, now_ns);
}

static void reboot_host(World *world, void *data, int64_t now_ns)
{
    world_reboot(world, data, now_ns);
}

/* After a reboot programs begin again, but for those that stay down. */
static void test_reboot(void)
{
    static const AppStep wait = { .kind = APP_STEP_WAIT, .time_ns = 1 };
    g_autoptr(World) world = world_new(1);
    WorldNode *host = add_host(world, "host", false);
    world_connect(world, WORLD_ROUTING_NONE);
    WorldProgramConfig config = {
        .name = "again", .ops = &app_steps, .steps = &wait, .step_count = 1
    };
    const WorldProgram *again = world_add_program(world, host, &config, NULL);
    config.name = "once";
    config.stays_down = true;
    const WorldProgram *once = world_add_program(world, host, &config, NULL);
    world_at(world, 10, crash_host, host, NULL);
    world_at(world, 20, reboot_host, host, NULL);
    world_run(world, 5);
    g_assert_true(again->app->done && once->app->done);
    world_run(world, 15);
    g_assert_true(!again->app->done && !once->app->done);
    world_run(world, 30);
    g_assert_true(again->app->done && !once->app->done);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/world/addresses", test_addresses);
    g_test_add_func("/world/nearest-address", test_nearest_address);
    g_test_add_data_func("/world/routes/hops", GINT_TO_POINTER(WORLD_ROUTING_HOPS), test_routes);
    g_test_add_data_func("/world/routes/delay", GINT_TO_POINTER(WORLD_ROUTING_DELAY), test_routes);
    g_test_add_data_func("/world/routes/none", GINT_TO_POINTER(WORLD_ROUTING_NONE), test_routes);
    g_test_add_func("/world/routes/equal", test_equal_routes);
    g_test_add_func("/world/reboot", test_reboot);
    g_test_add_func("/world/no-room", test_no_room);
    g_test_add_func("/world/routes/far", test_far_routes);
    g_test_add_func("/world/rim", test_rim);
    g_test_add_func("/world/events", test_events);
    return g_test_run();
}
