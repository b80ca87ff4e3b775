/* Protects: the table of loss models, the random one, and that a wire does what a model says. */

#include "net/wire_bed.h"

static void test_registry(void)
{
    const LossOps *const *all = loss_registry();
    g_assert_nonnull(all[0]);
    for (unsigned i = 0; all[i] != NULL; i++) {
        g_assert_nonnull(all[i]->verdict);
        g_assert_true(all[i]->params == NULL || all[i]->configure != NULL);
        g_assert_true(loss_find(all[i]->name) == all[i]); /* so no name is used twice */
        for (const SimParamSpec *spec = all[i]->params; spec != NULL && spec->name != NULL;
             spec++) {
            g_assert_nonnull(spec->help);
            g_assert_cmpint(spec->min, <=, spec->max);
        }
    }
    g_assert_null(loss_find("no-such-model"));
}

static void test_names(void)
{
    for (NetFaultKind kind = 0; kind < NET_N_FAULT_KINDS; kind++) {
        g_assert_nonnull(net_fault_kind_to_string(kind));
        for (NetFaultKind other = 0; other < kind; other++) {
            g_assert_cmpstr(net_fault_kind_to_string(kind), !=, net_fault_kind_to_string(other));
        }
    }
    for (NetDrop why = 0; why < NET_N_DROPS; why++) {
        g_assert_nonnull(net_drop_to_string(why));
        for (NetDrop other = 0; other < why; other++) {
            g_assert_cmpstr(net_drop_to_string(why), !=, net_drop_to_string(other));
        }
    }
}

static unsigned lost_of_1000(uint32_t rate_ppb)
{
    const int64_t values[] = { rate_ppb };
    const SimParams params = { .specs = loss_random.params, .values = values };
    const Packet pkt = { .kind = PACKET_TCP };
    unsigned lost = 0;
    Loss loss;
    Rng rng;
    rng_init(&rng, 1, "loss");
    loss_init(&loss, &loss_random, &params);
    for (unsigned i = 0; i < 1000; i++) {
        bool drew;
        lost += loss_verdict(&loss, &pkt, &rng, &drew) == NET_LOSE;
        g_assert_true(drew);
    }
    g_assert_cmpuint(rng.index, ==, 1000); /* one draw a packet, whatever the rate */
    loss_finish(&loss);
    return lost;
}

static void test_random(void)
{
    g_assert_cmpuint(lost_of_1000(0), ==, 0);
    g_assert_cmpuint(lost_of_1000(SIM_PPB), ==, 1000);
    g_assert_cmpuint(lost_of_1000(SIM_PPB / 4), >, 200);
    g_assert_cmpuint(lost_of_1000(SIM_PPB / 4), <, 300);
}

/* ---- On a wire: each packet meets the next verdict of a list, drawn or not ---- */

typedef struct Listed {
    unsigned at;
} Listed;

static NetVerdict next_listed(Loss *loss, const Packet *pkt, Rng *rng)
{
    static const NetVerdict verdicts[] = { NET_KEEP, NET_LOSE, NET_CORRUPT, NET_LOSE };
    Listed *listed = loss->state;
    if (listed->at == 1) {
        rng_u64(rng);
    }
    return verdicts[listed->at++ % G_N_ELEMENTS(verdicts)];
}

static const LossOps listed_model = {
    .name = "listed",
    .state_bytes = sizeof(Listed),
    .verdict = next_listed,
};

static void test_wire(void)
{
    NetWireConfig config = wire_bed_config();
    const NetFault fault = {
        .match = NET_MATCH_ANY, .first = 5, .last = 5, .action = NET_FAULT_DROP, .index = 2
    };
    WireBed bed;
    wire_bed_open(&bed, &config);
    net_wire_set_loss(bed.wire, &listed_model, NULL);
    net_wire_add_fault(bed.wire, &fault);
    bed.probe.on_offer = bed.probe.on_transmit = bed.probe.on_arrive = NULL;
    bed.probe.on_fault = NULL;
    wire_bed_watch(&bed);
    for (unsigned i = 0; i < 6; i++) {
        wire_bed_send(&bed, i * SIM_NS_PER_MS, 100);
    }
    wire_bed_finish(&bed);
    /* The model is asked about #5 too, though a fault has dropped it: so #6 is the one it loses. */
    wire_bed_expect(&bed, "1000000 drop #2 random loss by 'link wire a>b loss model'\n"
                          "1100000 got #1\n"
                          "3000000 drop #4 random loss\n"
                          "3100000 got #3 corrupted\n"
                          "4000000 drop #5 planned fault by fault 2\n"
                          "5000000 drop #6 random loss\n");
    wire_bed_close(&bed);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/net/loss/registry", test_registry);
    g_test_add_func("/net/loss/names", test_names);
    g_test_add_func("/net/loss/random", test_random);
    g_test_add_func("/net/loss/wire", test_wire);
    return g_test_run();
}
