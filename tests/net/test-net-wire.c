/* Protects: when frames leave and arrive, to the nanosecond; what fits a queue; what is announced
 * of it. */

#include "net/wire_bed.h"

#include <string.h>

/* ---- Time ---- */

typedef struct Timing {
    const char *label;
    PacketLink link;
    int64_t rate_bps, delay_ns;
    bool count_gap;
    uint32_t network_bytes;
    unsigned pkts;              /* offered back to back at time 0 */
    int64_t last_arrives_at_ns; /* of the last of them */
} Timing;

static const Timing timings[] = {
    { "raw-ip-10M", PACKET_LINK_RAW_IP, 10000000, 1, false, 1500, 1, 1200001 },
    { "ethernet-10M", PACKET_LINK_ETHERNET, 10000000, 20000000, false, 1500, 1, 21214400 },
    { "ethernet-10M-gap", PACKET_LINK_ETHERNET, 10000000, 20000000, true, 1500, 1, 21230400 },
    { "ethernet-short-is-64", PACKET_LINK_ETHERNET, 10000000, 1, false, 40, 1, 51201 },
    { "ethernet-46-is-64", PACKET_LINK_ETHERNET, 10000000, 1, false, 46, 1, 51201 },
    { "ethernet-47-is-65", PACKET_LINK_ETHERNET, 10000000, 1, false, 47, 1, 52001 },
    { "raw-ip-has-no-gap", PACKET_LINK_RAW_IP, 10000000, 1, true, 1500, 1, 1200001 },
    { "1G-exact", PACKET_LINK_ETHERNET, 1000000000, 1000, false, 1500, 3, 37432 },
    /* 320 bits at 3 bit/s: 106666666666.67 ns each, so the third ends on a whole nanosecond. */
    { "3bps-first", PACKET_LINK_RAW_IP, 3, 1, false, 40, 1, 106666666667 },
    { "3bps-second", PACKET_LINK_RAW_IP, 3, 1, false, 40, 2, 213333333334 },
    { "3bps-third", PACKET_LINK_RAW_IP, 3, 1, false, 40, 3, 320000000001 },
    /* 7 x 12000 bits at 7 Gbit/s: 12 us, though one takes 1714.29 ns. */
    { "7G-first", PACKET_LINK_RAW_IP, 7000000000, 1, false, 1500, 1, 1715 },
    { "7G-seventh", PACKET_LINK_RAW_IP, 7000000000, 1, false, 1500, 7, 12001 },
    { "faster-than-the-clock", PACKET_LINK_RAW_IP, 100000000000000, 1, false, 1500, 50, 7 },
    { "infinite", PACKET_LINK_RAW_IP, 0, 5, false, 1500, 50, 5 },
};

static void test_timing(gconstpointer data)
{
    const Timing *t = data;
    NetWireConfig config = { .rate_bps = t->rate_bps,
                             .delay_ns = t->delay_ns,
                             .count_gap = t->count_gap,
                             .queue_limit = 50 };
    WireBed bed;
    wire_bed_open_with(&bed, &config, t->link, 1);
    for (unsigned i = 0; i < t->pkts; i++) {
        wire_bed_send(&bed, 0, t->network_bytes);
    }
    wire_bed_finish(&bed);
    g_assert_cmpint(sim_now(bed.sim), ==, t->last_arrives_at_ns);
    g_assert_cmpuint(sim_event_count(bed.sim), ==, t->pkts); /* one event a hop */
    wire_bed_close(&bed);
}

/* A million frames of two lengths at an awkward rate end when arithmetic says, not a nanosecond
 * later. */
static void test_no_drift(void)
{
    const uint64_t rate_bps = 999999937;
    const unsigned pkts = 100000;
    NetWireConfig config = { .rate_bps = (int64_t)rate_bps, .delay_ns = 1, .queue_limit = 2000 };
    uint64_t bits = 0;
    WireBed bed;
    wire_bed_open(&bed, &config);
    for (unsigned i = 0; i < pkts; i++) {
        uint32_t network_bytes = i % 3 == 0 ? 40 : 1500;
        int64_t ends_at_ns = (int64_t)(bits * SIM_NS_PER_S / rate_bps);
        wire_bed_send(&bed, MAX(sim_now(bed.sim), ends_at_ns - 1000000), network_bytes);
        bits += 8 * network_bytes;
        g_assert_cmpuint(bits, <, UINT64_MAX / SIM_NS_PER_S);
    }
    wire_bed_finish(&bed);
    g_assert_cmpint(sim_now(bed.sim), ==, (int64_t)(bits * SIM_NS_PER_S / rate_bps) + 1);
    g_assert_cmpuint(net_wire_stats(bed.wire).arrived_pkts, ==, pkts);
    wire_bed_close(&bed);
}

/* A transmitter that has been idle owes nothing from before. */
static void test_idle_forgets_remainder(void)
{
    NetWireConfig config = { .rate_bps = 3000000000, .delay_ns = 1, .queue_limit = 50 };
    WireBed bed;
    wire_bed_open(&bed, &config);
    wire_bed_send(&bed, 0, 40); /* until 106 2/3 ns */
    wire_bed_send(&bed, 1000, 40);
    wire_bed_send(&bed, 1106, 40); /* goes on from 1106 2/3 */
    wire_bed_finish(&bed);
    wire_bed_expect(&bed, "107 got #1\n1107 got #2\n1214 got #3\n");
    wire_bed_close(&bed);
}

/* ---- The queue, and what is announced ---- */

typedef struct Offer {
    int64_t at_ns;
    uint32_t network_bytes;
} Offer;

typedef struct Watched {
    const char *label;
    int64_t queue_limit;
    Offer offers[8]; /* until one of no octets */
    const char *log;
} Watched;

#define LIMIT_BYTES(bytes) (-(int64_t)(bytes)-1)

/* An octet takes 1 us, the way 1 ms. */
static const Watched watched[] = {
    { "idle",
      50,
      { { 0, 100 }, { 5000000, 1500 } },
      "0 offer #1\n"
      "0 transmit #1\n"
      "1100000 arrive #1\n"
      "1100000 got #1\n"
      "5000000 offer #2\n"
      "5000000 transmit #2\n"
      "7500000 arrive #2\n"
      "7500000 got #2\n" },
    { "limit-in-packets-excludes-the-one-being-sent",
      2,
      { { 0, 100 }, { 0, 100 }, { 0, 100 }, { 0, 100 } },
      "0 offer #1\n"
      "0 transmit #1\n"
      "0 offer #2\n"
      "0 queue 1, 100 bytes\n"
      "0 offer #3\n"
      "0 queue 2, 200 bytes\n"
      "0 offer #4\n"
      "0 drop #4 queue full 2/2\n"
      "100000 transmit #2\n"
      "100000 queue 1, 100 bytes\n"
      "200000 transmit #3\n"
      "200000 queue 0, 0 bytes\n"
      "1100000 arrive #1\n"
      "1100000 got #1\n"
      "1200000 arrive #2\n"
      "1200000 got #2\n"
      "1300000 arrive #3\n"
      "1300000 got #3\n" },
    { "limit-in-bytes",
      LIMIT_BYTES(250),
      { { 0, 100 }, { 0, 100 }, { 0, 100 }, { 0, 100 }, { 0, 50 }, { 0, 40 } },
      "0 offer #1\n"
      "0 transmit #1\n"
      "0 offer #2\n"
      "0 queue 1, 100 bytes\n"
      "0 offer #3\n"
      "0 queue 2, 200 bytes\n"
      "0 offer #4\n"
      "0 drop #4 queue full 200/250 bytes\n"
      "0 offer #5\n"
      "0 queue 3, 250 bytes\n"
      "0 offer #6\n"
      "0 drop #6 queue full 250/250 bytes\n"
      "100000 transmit #2\n"
      "100000 queue 2, 150 bytes\n"
      "200000 transmit #3\n"
      "200000 queue 1, 50 bytes\n"
      "300000 transmit #5\n"
      "300000 queue 0, 0 bytes\n"
      "1100000 arrive #1\n"
      "1100000 got #1\n"
      "1200000 arrive #2\n"
      "1200000 got #2\n"
      "1300000 arrive #3\n"
      "1300000 got #3\n"
      "1350000 arrive #5\n"
      "1350000 got #5\n" },
    { "no-queue-at-all",
      0,
      { { 0, 100 }, { 99999, 100 }, { 100000, 100 } },
      "0 offer #1\n"
      "0 transmit #1\n"
      "99999 offer #2\n"
      "99999 drop #2 queue full 0/0\n"
      "100000 offer #3\n"
      "100000 transmit #3\n"
      "1100000 arrive #1\n"
      "1100000 got #1\n"
      "1200000 arrive #3\n"
      "1200000 got #3\n" },
    /* A place is free at the very instant at which a transmission ends, and not a nanosecond
       before. */
    { "a-place-becomes-free",
      1,
      { { 0, 100 }, { 0, 100 }, { 99999, 100 }, { 100000, 100 } },
      "0 offer #1\n"
      "0 transmit #1\n"
      "0 offer #2\n"
      "0 queue 1, 100 bytes\n"
      "99999 offer #3\n"
      "99999 drop #3 queue full 1/1\n"
      "100000 transmit #2\n"
      "100000 queue 0, 0 bytes\n"
      "100000 offer #4\n"
      "100000 queue 1, 100 bytes\n"
      "200000 transmit #4\n"
      "200000 queue 0, 0 bytes\n"
      "1100000 arrive #1\n"
      "1100000 got #1\n"
      "1200000 arrive #2\n"
      "1200000 got #2\n"
      "1300000 arrive #4\n"
      "1300000 got #4\n" },
    { "too-big",
      50,
      { { 0, 1500 }, { 0, 1501 } },
      "0 offer #1\n"
      "0 transmit #1\n"
      "0 offer #2\n"
      "0 drop #2 longer than the MTU\n"
      "2500000 arrive #1\n"
      "2500000 got #1\n" },
};

static void offer_all(WireBed *bed, const Watched *w)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(w->offers) && w->offers[i].network_bytes > 0; i++) {
        wire_bed_send(bed, w->offers[i].at_ns, w->offers[i].network_bytes);
    }
    wire_bed_finish(bed);
}

static void test_watched(gconstpointer data)
{
    const Watched *w = data;
    NetWireConfig config = wire_bed_config();
    WireBed bed;
    config.queue_limit = w->queue_limit;
    wire_bed_open(&bed, &config);
    wire_bed_watch(&bed);
    offer_all(&bed, w);
    wire_bed_expect(&bed, w->log);
    wire_bed_close(&bed);
}

/* The same offers with nobody watching: the lines "got" of the log and no others. */
static void test_unwatched(gconstpointer data)
{
    const Watched *w = data;
    NetWireConfig config = wire_bed_config();
    g_autoptr(GString) got = g_string_new(NULL);
    g_auto(GStrv) lines = g_strsplit(w->log, "\n", -1);
    WireBed bed;
    for (unsigned i = 0; lines[i] != NULL; i++) {
        if (strstr(lines[i], " got ") != NULL) {
            g_string_append_printf(got, "%s\n", lines[i]);
        }
    }
    config.queue_limit = w->queue_limit;
    wire_bed_open(&bed, &config);
    offer_all(&bed, w);
    wire_bed_expect(&bed, got->str);
    wire_bed_close(&bed);
}

/* A watcher who comes late hears of the queue as it is then. */
static void test_watch_late(void)
{
    NetWireConfig config = wire_bed_config();
    WireBed bed;
    wire_bed_open(&bed, &config);
    for (unsigned i = 0; i < 4; i++) {
        wire_bed_send(&bed, 0, 100);
    }
    sim_run(bed.sim, 150000); /* there were 3 in the queue, now there are 2 */
    wire_bed_watch(&bed);
    wire_bed_send(&bed, 150000, 100);
    sim_run(bed.sim, 350000);
    net_wire_settle(bed.wire, 350000);
    wire_bed_expect(&bed, "150000 offer #5\n"
                          "150000 queue 3, 300 bytes\n"
                          "200000 transmit #3\n"
                          "200000 queue 2, 200 bytes\n"
                          "300000 transmit #4\n"
                          "300000 queue 1, 100 bytes\n");
    wire_bed_close(&bed);
}

/* ---- The counters ---- */

static void test_stats(void)
{
    NetWireConfig config = wire_bed_config();
    NetWireStats stats;
    WireBed bed;
    config.queue_limit = 3;
    wire_bed_open(&bed, &config);
    for (unsigned i = 0; i < 6; i++) {
        wire_bed_send(&bed, 0, 100 + i);
    }
    wire_bed_send(&bed, 0, 1501);

    sim_run(bed.sim, 150000);
    stats = net_wire_stats(bed.wire);
    g_assert_cmpuint(stats.offered_pkts, ==, 7);
    g_assert_cmpuint(stats.offered_bytes, ==, 600 + 15 + 1501);
    g_assert_cmpuint(stats.dropped_pkts[NET_DROP_QUEUE_FULL], ==, 2);
    g_assert_cmpuint(stats.dropped_pkts[NET_DROP_TOO_BIG], ==, 1);
    g_assert_cmpuint(stats.dropped_bytes, ==, 104 + 105 + 1501);
    g_assert_cmpuint(stats.sent_pkts, ==, 2);
    g_assert_cmpuint(stats.sent_bytes, ==, 100 + 101);
    g_assert_cmpuint(stats.queued_pkts, ==, 2);
    g_assert_cmpuint(stats.queued_bytes, ==, 102 + 103);
    g_assert_cmpuint(stats.arrived_pkts, ==, 0);

    wire_bed_finish(&bed);
    stats = net_wire_stats(bed.wire);
    g_assert_cmpuint(stats.sent_pkts, ==, 4);
    g_assert_cmpuint(stats.queued_pkts, ==, 0);
    g_assert_cmpuint(stats.queued_bytes, ==, 0);
    g_assert_cmpuint(stats.arrived_pkts, ==, 4);
    g_assert_cmpuint(stats.max_queue_pkts, ==, 3);
    g_assert_cmpuint(stats.max_queue_bytes, ==, 101 + 102 + 103);
    wire_bed_close(&bed);
}

/* The backlog is not looked up for every packet, but its maximum is exact. */
static void test_max_queue(void)
{
    NetWireConfig config = wire_bed_config();
    WireBed bed;
    wire_bed_open(&bed, &config);
    for (unsigned i = 0; i < 4; i++) {
        wire_bed_send(&bed, 0, 100);
    }
    /* At 350 us the backlog is 0; at 399 us two more make it 2 again, not 5. */
    sim_run(bed.sim, 350000);
    for (unsigned i = 0; i < 3; i++) {
        wire_bed_send(&bed, 399000, 40);
    }
    NetWireStats stats = net_wire_stats(bed.wire);
    g_assert_cmpuint(stats.queued_pkts, ==, 3);
    g_assert_cmpuint(stats.queued_bytes, ==, 120);
    g_assert_cmpuint(stats.max_queue_pkts, ==, 3);
    g_assert_cmpuint(stats.max_queue_bytes, ==, 300);
    wire_bed_send(&bed, 399000, 40);
    g_assert_cmpuint(net_wire_stats(bed.wire).max_queue_pkts, ==, 4);
    g_assert_cmpuint(net_wire_stats(bed.wire).max_queue_bytes, ==, 300);
    wire_bed_close(&bed);
}

/* ---- Life ---- */

/* Frames on the wire and packets in the queue go with the link. */
static void test_free_with_frames(void)
{
    NetWireConfig config = wire_bed_config();
    WireBed bed;
    wire_bed_open(&bed, &config);
    for (unsigned i = 0; i < 20; i++) {
        wire_bed_send(&bed, 0, 1000);
    }
    sim_run(bed.sim, 5000000);
    wire_bed_close(&bed); /* asserts that no packet is left */
}

/* After the first rounds a wire allocates nothing for a packet. */
static void test_no_allocation(void)
{
    NetWireConfig config = wire_bed_config();
    uint64_t slabs = 0;
    WireBed bed;
    wire_bed_open(&bed, &config);
    for (unsigned i = 0; i < 10000; i++) {
        wire_bed_send(&bed, (int64_t)i * 50000, 100);
        g_string_truncate(bed.log, 0);
        if (i == 1000) {
            slabs = bed.packets.slab_count;
        }
    }
    g_assert_cmpuint(bed.packets.slab_count, ==, slabs);
    g_assert_cmpuint(net_wire_stats(bed.wire).dropped_pkts[NET_DROP_QUEUE_FULL], >, 1000);
    wire_bed_close(&bed);
}

#define ADD(prefix, rows, test)                                                                    \
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {                                              \
        g_autofree char *path = g_strconcat(prefix, (rows)[i].label, NULL);                        \
        g_test_add_data_func(path, &(rows)[i], test);                                              \
    }

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("/net/wire/timing/", timings, test_timing);
    g_test_add_func("/net/wire/no-drift", test_no_drift);
    g_test_add_func("/net/wire/idle-forgets-remainder", test_idle_forgets_remainder);
    ADD("/net/wire/watched/", watched, test_watched);
    ADD("/net/wire/unwatched/", watched, test_unwatched);
    g_test_add_func("/net/wire/watch-late", test_watch_late);
    g_test_add_func("/net/wire/stats", test_stats);
    g_test_add_func("/net/wire/max-queue", test_max_queue);
    g_test_add_func("/net/wire/free-with-frames", test_free_with_frames);
    g_test_add_func("/net/wire/no-allocation", test_no_allocation);
    return g_test_run();
}
