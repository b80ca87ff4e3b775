/* What loss costs a segment by the size of the window, through a whole run: programs, both ends,
 * wires. The window is held at so many segments whatever is lost, so that each has as many in
 * flight for each loss as it says; a percent of the data is lost. */

#include <stdio.h>

#include "app/app_steps.h"
#include "bench/bench.h"
#include "world/world.h"

enum { MSS = 1448, SEGMENTS = 600000, ROUNDS = 5 };
#define LOSS_PPB 10000000u /* 1 % */

static void stay(TcpCc *cc)
{
    cc->cwnd_bytes = (uint32_t) * (const uint64_t *)cc->state * MSS;
    cc->ssthresh_bytes = cc->cwnd_bytes;
}

static bool configure(TcpCc *cc, const SimParams *params, GError **error)
{
    (void)error;
    *(uint64_t *)cc->state = (uint64_t)sim_params_get(params, "window");
    return true;
}

static void init(TcpCc *cc, int64_t now_ns)
{
    (void)now_ns;
    stay(cc);
}

static void on_ack(TcpCc *cc, const TcpCcAck *ack)
{
    (void)ack;
    stay(cc);
}

static void on_loss(TcpCc *cc, const TcpCcLoss *loss)
{
    (void)loss;
    stay(cc);
}

static const SimParamSpec specs[] = {
    { .name = "window", .unit = SIM_UNIT_NUMBER, .fallback = 10, .min = 1, .max = 100000 },
    { 0 },
};

static const TcpCcOps still = {
    .name = "still",
    .state_bytes = sizeof(uint64_t),
    .params = specs,
    .configure = configure,
    .init = init,
    .on_ack = on_ack,
    .on_loss = on_loss,
};

static const AppStep sender[] = {
    { .kind = APP_STEP_CONNECT, .text = "", .host = "b", .port = 9 },
    { .kind = APP_STEP_SEND, .text = "", .bytes = (uint64_t)SEGMENTS * MSS },
    { .kind = APP_STEP_CLOSE, .text = "" },
};
static const AppStep receiver[] = {
    { .kind = APP_STEP_LISTEN, .text = "", .port = 9 },
    { .kind = APP_STEP_ACCEPT, .text = "" },
    { .kind = APP_STEP_RECEIVE, .text = "", .bytes = UINT64_MAX },
    { .kind = APP_STEP_CLOSE, .text = "" },
};

static WorldNode *add_host(World *world, const char *name, const TcpRecoveryOps *recovery,
                           const SimParams *params)
{
    WorldHostConfig config;
    world_host_config_init(&config);
    config.tcp.cc = &still;
    config.tcp.cc_params = params;
    config.tcp.recovery = recovery;
    config.tcp.prr = false;
    config.tcp.send_buffer_bytes = config.tcp.receive_buffer_bytes = 64 << 20;
    return world_add_host(world, name, &config);
}

static void add_program(World *world, WorldNode *node, const AppStep *steps, uint32_t count)
{
    const WorldProgramConfig config = {
        .name = node->net->name, .ops = &app_steps, .steps = steps, .step_count = count
    };
    world_add_program(world, node, &config, NULL);
}

/* Nanoseconds of processor time a segment. */
static double run_once(const TcpRecoveryOps *recovery, uint32_t window, uint32_t loss_ppb)
{
    const int64_t values[] = { window };
    const char *const texts[] = { NULL };
    const SimParams params = { specs, values, texts };
    g_autoptr(World) world = world_new(1);
    WorldNode *a = add_host(world, "a", recovery, &params);
    WorldNode *b = add_host(world, "b", recovery, &params);
    WorldLinkConfig config;
    world_link_config_init(&config, "wire", a, b);
    for (unsigned side = 0; side < 2; side++) {
        config.wire[side].rate_bps = INT64_C(10000000000);
        config.wire[side].delay_ns = 50 * SIM_NS_PER_MS;
        config.wire[side].queue_limit = 100000;
    }
    config.wire[0].loss_ppb = loss_ppb;
    world_add_link(world, &config);
    world_connect(world, WORLD_ROUTING_HOPS);
    add_program(world, b, receiver, G_N_ELEMENTS(receiver));
    add_program(world, a, sender, G_N_ELEMENTS(sender));
    int64_t start_ns = bench_now_ns();
    world_run(world, 100000 * SIM_NS_PER_S);
    int64_t took_ns = bench_now_ns() - start_ns;
    g_assert_cmpuint(world_stats(world).delivered_bytes, ==, (uint64_t)SEGMENTS * MSS);
    return (double)took_ns / SEGMENTS;
}

int main(void)
{
    static const char *const recoveries[] = { "sack", "rack" };
    static const uint32_t windows[] = { 100, 1000, 10000 };
    static const uint32_t losses[] = { 0, LOSS_PPB };
    printf("a segment through a whole run, one flow, the window held\n");
    for (size_t i = 0; i < G_N_ELEMENTS(recoveries) * G_N_ELEMENTS(losses); i++) {
        const char *name = recoveries[i / G_N_ELEMENTS(losses)];
        uint32_t loss_ppb = losses[i % G_N_ELEMENTS(losses)];
        printf("  %s, %u %% lost:", name, loss_ppb / 10000000);
        for (size_t w = 0; w < G_N_ELEMENTS(windows); w++) {
            double took_ns[ROUNDS];
            for (size_t round = 0; round < ROUNDS; round++) {
                took_ns[round] = run_once(tcp_recovery_find(name), windows[w], loss_ppb);
            }
            printf("  window %5u %4.0f ns", windows[w], bench_median(took_ns, ROUNDS));
        }
        printf("\n");
    }
    return 0;
}
