/* Protects: observers of one world are told the same, in the same words, however many there are;
 * none changes what happens or what another hears; one that is removed hears no more. */

#include "world/world_observe.h"

/* Writes down what it hears. */
typedef struct Listener {
    GString *heard;
    NetProbe net;
    InetProbe inet;
    TcpProbe tcp;
    SocketProbe socket;
    WorldObserver observer;
} Listener;

static void say(void *watcher, const char *what, int64_t number, int64_t now_ns)
{
    const Listener *listener = watcher;
    g_string_append_printf(listener->heard, "%" G_GINT64_FORMAT " %s %" G_GINT64_FORMAT "\n",
                           now_ns, what, number);
}

static void on_offer(void *watcher, const NetWire *wire, const Packet *pkt, int64_t now_ns)
{
    say(watcher, "offer", (int64_t)pkt->id, now_ns);
}

static void on_transmit(void *watcher, const NetWire *wire, const Packet *pkt, int64_t now_ns)
{
    say(watcher, "transmit", (int64_t)pkt->id, now_ns);
}

static void on_change(void *watcher, const NetWire *wire, const NetChange *change, int64_t now_ns)
{
    say(watcher, change->what, change->to, now_ns);
}

static void on_receive(void *watcher, const InetStack *stack, const Packet *pkt, int64_t now_ns)
{
    say(watcher, "receive", (int64_t)pkt->id, now_ns);
}

static void on_state(void *watcher, const TcpConn *conn, TcpState from, TcpEvent event, TcpState to,
                     int64_t now_ns)
{
    say(watcher, "state", to, now_ns);
}

static void on_call(void *watcher, const SocketHost *host, const Socket *socket,
                    const TcpConn *conn, const char *call, const char *text, int64_t now_ns)
{
    say(watcher, call, 0, now_ns);
}

static void on_host(void *watcher, const WorldNode *node, const char *what, int64_t now_ns)
{
    say(watcher, what, node->index, now_ns);
}

static void listener_init(Listener *listener)
{
    *listener = (Listener){ .heard = g_string_new(NULL) };
    listener->net = (NetProbe){ .watcher = listener,
                                .on_offer = on_offer,
                                .on_transmit = on_transmit,
                                .on_change = on_change };
    listener->inet = (InetProbe){ .watcher = listener, .on_receive = on_receive };
    listener->tcp = (TcpProbe){ .watcher = listener, .on_state = on_state };
    listener->socket = (SocketProbe){ .watcher = listener, .on_call = on_call };
    listener->observer = (WorldObserver){ .net = &listener->net,
                                          .inet = &listener->inet,
                                          .tcp = &listener->tcp,
                                          .socket = &listener->socket,
                                          .watcher = listener,
                                          .on_host = on_host };
}

static void listener_clear(Listener *listener)
{
    g_string_free(listener->heard, TRUE);
}

static void take_down(World *world, void *data, int64_t now_ns)
{
    net_link_set_up(world_find_link(world, "wire")->net, false, now_ns);
    world_crash(world, world_find_node(world, "b"), now_ns);
}

/* Two hosts: one sends the other something; later the wire and a host fail. */
static World *build(void)
{
    static const AppStep server[] = {
        { .kind = APP_STEP_LISTEN, .text = "80", .port = 80 },
        { .kind = APP_STEP_ACCEPT, .text = "" },
        { .kind = APP_STEP_RECEIVE, .text = "", .bytes = UINT64_MAX },
    };
    static const AppStep client[] = {
        { .kind = APP_STEP_CONNECT, .text = "b:80", .host = "b", .port = 80 },
        { .kind = APP_STEP_SEND, .text = "20kB", .bytes = 20000 },
    };
    World *world = world_new(1);
    WorldHostConfig config;
    world_host_config_init(&config);
    WorldNode *a = world_add_host(world, "a", &config), *b = world_add_host(world, "b", &config);
    WorldLinkConfig link;
    world_link_config_init(&link, "wire", a, b);
    world_add_link(world, &link);
    world_connect(world, WORLD_ROUTING_HOPS);
    const WorldProgramConfig programs[] = {
        { .name = "b", .ops = &app_steps, .steps = server, .step_count = G_N_ELEMENTS(server) },
        { .name = "a", .ops = &app_steps, .steps = client, .step_count = G_N_ELEMENTS(client) },
    };
    g_assert_nonnull(world_add_program(world, b, &programs[0], NULL));
    g_assert_nonnull(world_add_program(world, a, &programs[1], NULL));
    world_at(world, SIM_NS_PER_S, take_down, NULL, NULL);
    return world;
}

/* What one observer hears by itself. */
static char *heard_alone(void)
{
    Listener alone;
    listener_init(&alone);
    World *world = build();
    world_add_observer(world, &alone.observer);
    world_run(world, 2 * SIM_NS_PER_S);
    world_free(world);
    return g_string_free(alone.heard, FALSE);
}

static void test_same_to_both(void)
{
    g_autofree char *expected = heard_alone();
    g_assert_nonnull(g_strstr_len(expected, -1, "crash 1"));
    Listener first, second;
    listener_init(&first);
    listener_init(&second);
    World *world = build();
    world_add_observer(world, &first.observer);
    world_add_observer(world, &second.observer);
    world_run(world, 2 * SIM_NS_PER_S);
    world_free(world);
    g_assert_cmpstr(first.heard->str, ==, expected);
    g_assert_cmpstr(second.heard->str, ==, expected);
    listener_clear(&first);
    listener_clear(&second);
}

/* One wants the states alone: it hears nothing else, and takes nothing from the other. */
static void test_different_wishes(void)
{
    g_autofree char *expected = heard_alone();
    Listener all, states;
    listener_init(&all);
    listener_init(&states);
    states.observer.net = NULL;
    states.observer.inet = NULL;
    states.socket.on_call = NULL;
    states.observer.on_host = NULL;
    World *world = build();
    world_add_observer(world, &states.observer);
    world_add_observer(world, &all.observer);
    world_run(world, 2 * SIM_NS_PER_S);
    world_free(world);
    g_assert_cmpstr(all.heard->str, ==, expected);
    g_auto(GStrv) lines = g_strsplit(states.heard->str, "\n", -1);
    for (size_t i = 0; lines[i] != NULL && lines[i][0] != '\0'; i++) {
        g_assert_nonnull(g_strstr_len(lines[i], -1, " state "));
    }
    g_assert_cmpuint(g_strv_length(lines), >, 4);
    listener_clear(&all);
    listener_clear(&states);
}

/* Whichever of them goes, in the middle: it hears no more, the other everything. */
static void test_removal(gconstpointer data)
{
    g_autofree char *expected = heard_alone();
    Listener listeners[2];
    Listener *goes = &listeners[GPOINTER_TO_INT(data)], *stays = &listeners[!GPOINTER_TO_INT(data)];
    listener_init(&listeners[0]);
    listener_init(&listeners[1]);
    World *world = build();
    world_add_observer(world, &listeners[0].observer);
    world_add_observer(world, &listeners[1].observer);
    world_run(world, 4 * SIM_NS_PER_MS);
    g_assert_cmpstr(goes->heard->str, ==, stays->heard->str);
    gsize len = goes->heard->len;
    world_remove_observer(world, &goes->observer);
    world_run(world, 2 * SIM_NS_PER_S);
    world_free(world);
    g_assert_cmpuint(goes->heard->len, ==, len);
    g_assert_cmpuint(len, >, 0);
    g_assert_cmpstr(stays->heard->str, ==, expected);
    listener_clear(&listeners[0]);
    listener_clear(&listeners[1]);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/world/observe/same-to-both", test_same_to_both);
    g_test_add_func("/world/observe/different-wishes", test_different_wishes);
    g_test_add_data_func("/world/observe/first-goes", GINT_TO_POINTER(0), test_removal);
    g_test_add_data_func("/world/observe/second-goes", GINT_TO_POINTER(1), test_removal);
    return g_test_run();
}
