/* Protects: what happens to frames when a link changes, goes down and comes back. */

#include "net/wire_bed.h"

/* ---- Changes during the run ---- */

typedef struct Change {
    const char *label;
    int64_t at_ns;
    NetWireConfig config;
    unsigned pkts; /* of 100 octets, offered at 0: 100 us each on 8 Mbit/s, then 1 ms */
    const char *log;
} Change;

static const Change changes[] = {
    /* #1 is in flight, #2 is being sent until 200 us, #3 and #4 wait. */
    { "rate-halved",
      150000,
      { .rate_bps = 4000000, .delay_ns = 1000000, .queue_limit = 50 },
      4,
      "1100000 got #1\n"
      "1200000 got #2\n"
      "1400000 got #3\n"
      "1600000 got #4\n" },
    { "rate-doubled",
      150000,
      { .rate_bps = 16000000, .delay_ns = 1000000, .queue_limit = 50 },
      4,
      "1100000 got #1\n"
      "1200000 got #2\n"
      "1250000 got #3\n"
      "1300000 got #4\n" },
    { "rate-infinite",
      150000,
      { .rate_bps = 0, .delay_ns = 1000000, .queue_limit = 50 },
      4,
      "1100000 got #1\n"
      "1200000 got #2\n"
      "1200000 got #3\n"
      "1200000 got #4\n" },
    { "delay-longer",
      150000,
      { .rate_bps = 8000000, .delay_ns = 5000000, .queue_limit = 50 },
      4,
      "1100000 got #1\n"
      "1200000 got #2\n"
      "5300000 got #3\n"
      "5400000 got #4\n" },
    /* #3 and #4 would overtake #2: they arrive with it. */
    { "delay-shorter-keeps-the-order",
      150000,
      { .rate_bps = 8000000, .delay_ns = 1000, .queue_limit = 50 },
      4,
      "1100000 got #1\n"
      "1200000 got #2\n"
      "1200000 got #3\n"
      "1200000 got #4\n" },
    { "everything-has-left",
      500000,
      { .rate_bps = 1000, .delay_ns = 1, .queue_limit = 1 },
      4,
      "1100000 got #1\n"
      "1200000 got #2\n"
      "1300000 got #3\n"
      "1400000 got #4\n" },
    { "at-the-end-of-a-transmission",
      200000,
      { .rate_bps = 4000000, .delay_ns = 1000000, .queue_limit = 50 },
      4,
      "1100000 got #1\n"
      "1200000 got #2\n"
      "1300000 got #3\n" /* begun at this instant, at the old rate */
      "1500000 got #4\n" },
    { "lower-limit-evicts-nobody",
      150000,
      { .rate_bps = 8000000, .delay_ns = 1000000, .queue_limit = 1 },
      4,
      "1100000 got #1\n"
      "1200000 got #2\n"
      "1300000 got #3\n"
      "1400000 got #4\n" },
};

static void test_change(gconstpointer data)
{
    const Change *c = data;
    NetWireConfig config = wire_bed_config();
    WireBed bed;
    wire_bed_open(&bed, &config);
    for (unsigned i = 0; i < c->pkts; i++) {
        wire_bed_send(&bed, 0, 100);
    }
    sim_run(bed.sim, c->at_ns);
    net_wire_reconfigure(bed.wire, &c->config, c->at_ns);
    wire_bed_finish(&bed);
    wire_bed_expect(&bed, c->log);
    wire_bed_close(&bed);
}

/* A change that does not touch the timing loses no fraction of a nanosecond. */
static void test_change_keeps_remainder(void)
{
    NetWireConfig config = { .rate_bps = 3000000000, .delay_ns = 1, .queue_limit = 1000 };
    WireBed bed;
    wire_bed_open(&bed, &config);
    for (unsigned i = 0; i < 300; i++) {
        wire_bed_send(&bed, 0, 40); /* 106.67 ns */
        config.queue_limit++;
        net_wire_reconfigure(bed.wire, &config, 0);
    }
    wire_bed_finish(&bed);
    g_assert_cmpint(sim_now(bed.sim), ==, 32001);
    wire_bed_close(&bed);
}

/* A remainder counts parts of the old rate and means nothing at the new one. */
static void test_new_rate_drops_remainder(void)
{
    NetWireConfig config = { .rate_bps = 3000000000, .delay_ns = 1, .queue_limit = 1000 };
    WireBed bed;
    wire_bed_open(&bed, &config);
    wire_bed_send(&bed, 0, 40); /* until 106 2/3 ns */
    wire_bed_send(&bed, 0, 40);
    config.rate_bps = 800000000;
    net_wire_reconfigure(bed.wire, &config, 0);
    wire_bed_finish(&bed);
    wire_bed_expect(&bed, "107 got #1\n507 got #2\n");
    wire_bed_close(&bed);
}

static void test_change_is_announced(void)
{
    NetWireConfig config = wire_bed_config();
    WireBed bed;
    wire_bed_open(&bed, &config);
    wire_bed_watch(&bed);
    net_wire_reconfigure(bed.wire, &config, 0);
    wire_bed_expect(&bed, "");
    config.rate_bps++;
    config.count_gap = true;
    config.delay_ns++;
    config.queue_limit++;
    net_wire_reconfigure(bed.wire, &config, 0);
    wire_bed_expect(&bed, "0 change rate 8000000 -> 8000001\n0 change gap 0 -> 1\n"
                          "0 change delay 1000000 -> 1000001\n0 change queue 50 -> 51\n");
    config.loss_ppb++;
    config.duplicate_ppb++;
    config.corrupt_ppb++;
    config.reorder_ns++;
    config.jitter_reorders = true;
    net_wire_reconfigure(bed.wire, &config, 0);
    wire_bed_expect(&bed, "0 change loss 0 -> 1\n0 change duplicate 0 -> 1\n"
                          "0 change corrupt 0 -> 1\n0 change reorder-by 0 -> 1\n"
                          "0 change jitter-reorders 0 -> 1\n");
    wire_bed_close(&bed);
}

/* ---- Down and up ---- */

static void test_down(void)
{
    NetWireConfig config = wire_bed_config();
    WireBed bed;
    wire_bed_open(&bed, &config);
    wire_bed_watch(&bed);
    for (unsigned i = 0; i < 4; i++) {
        wire_bed_send(&bed, 0, 100);
    }
    sim_run(bed.sim, 99999);
    g_string_truncate(bed.log, 0);
    sim_run(bed.sim, 150000);
    net_link_set_up(bed.link, false, 150000);
    net_link_set_up(bed.link, false, 150000);
    wire_bed_send(&bed, 160000, 100);
    wire_bed_expect(&bed, "100000 transmit #2\n"
                          "100000 queue 2, 200 bytes\n"
                          "150000 change down\n"
                          "150000 drop #2 link down\n"
                          "150000 drop #3 link down\n"
                          "150000 drop #4 link down\n"
                          "150000 queue 0, 0 bytes\n"
                          "160000 offer #5\n"
                          "160000 drop #5 link down\n");
    net_link_set_up(bed.link, true, 170000);
    wire_bed_send(&bed, 170000, 100);
    wire_bed_finish(&bed);
    wire_bed_expect(&bed, "170000 change up\n"
                          "170000 offer #6\n"
                          "170000 transmit #6\n"
                          "1100000 arrive #1\n"
                          "1100000 got #1\n"
                          "1270000 arrive #6\n"
                          "1270000 got #6\n");
    NetWireStats stats = net_wire_stats(bed.wire);
    g_assert_cmpuint(stats.sent_pkts, ==, 2);
    g_assert_cmpuint(stats.dropped_pkts[NET_DROP_LINK_DOWN], ==, 4);
    wire_bed_close(&bed);
}

/* A frame whose last bit leaves at the very instant has left. */
static void test_down_at_the_end(void)
{
    NetWireConfig config = wire_bed_config();
    WireBed bed;
    wire_bed_open(&bed, &config);
    wire_bed_send(&bed, 0, 100);
    sim_run(bed.sim, 100000);
    net_link_set_up(bed.link, false, 100000);
    wire_bed_finish(&bed);
    wire_bed_expect(&bed, "1100000 got #1\n");
    wire_bed_close(&bed);
}

/* The frames lost with the link hold back nobody who comes after. */
static void test_down_clears_the_way(void)
{
    NetWireConfig config = wire_bed_config();
    WireBed bed;
    wire_bed_open(&bed, &config);
    for (unsigned i = 0; i < 40; i++) {
        wire_bed_send(&bed, 0, 1500);
    }
    sim_run(bed.sim, 1000);
    net_link_set_up(bed.link, false, 1000);
    g_assert_cmpint(sim_next_at(bed.sim), ==, SIM_NEVER);
    net_link_set_up(bed.link, true, 2000);
    wire_bed_send(&bed, 2000, 100);
    wire_bed_finish(&bed);
    wire_bed_expect(&bed, "1102000 got #41\n");
    wire_bed_close(&bed);
}

/* Both directions go down, and each has its own queue and time. */
static void test_both_directions(void)
{
    NetWireConfig config = wire_bed_config();
    WireBed bed;
    wire_bed_open(&bed, &config);
    NetWire *back = net_link_wire(bed.link, 1);
    g_assert_true(net_wire_to(back) == net_wire_from(bed.wire));
    g_assert_cmpuint(net_wire_entity(bed.wire), ==, 3);
    g_assert_cmpuint(net_wire_entity(back), ==, 4);
    g_assert_cmpstr(net_wire_link_name(back), ==, "wire");
    g_assert_cmpstr(net_link_name(bed.link), ==, "wire");
    wire_bed_send(&bed, 0, 100);
    net_wire_offer(back, wire_bed_tcp(&bed, 100), 0);
    wire_bed_finish(&bed);
    wire_bed_expect(&bed, "1100000 got #1\n1100000 got #2\n");
    net_link_set_up(bed.link, false, sim_now(bed.sim));
    g_assert_false(net_wire_is_up(bed.wire));
    g_assert_false(net_wire_is_up(back));
    wire_bed_close(&bed);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(changes); i++) {
        g_autofree char *path = g_strconcat("/net/link/change/", changes[i].label, NULL);
        g_test_add_data_func(path, &changes[i], test_change);
    }
    g_test_add_func("/net/link/change-keeps-remainder", test_change_keeps_remainder);
    g_test_add_func("/net/link/new-rate-drops-remainder", test_new_rate_drops_remainder);
    g_test_add_func("/net/link/change-is-announced", test_change_is_announced);
    g_test_add_func("/net/link/down", test_down);
    g_test_add_func("/net/link/down-at-the-end", test_down_at_the_end);
    g_test_add_func("/net/link/down-clears-the-way", test_down_clears_the_way);
    g_test_add_func("/net/link/both-directions", test_both_directions);
    return g_test_run();
}
