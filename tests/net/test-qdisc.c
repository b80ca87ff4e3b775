/* Protects: the table of queue disciplines, their wrappers, and that a wire obeys what a hook
 * decides. The disciplines here are for the test: each shows one thing that a real one will want to
 * do. */

#include "net/wire_bed.h"

#include <string.h>

/* ---- The table ---- */

static void check_params(const SimParamSpec *params)
{
    for (; params != NULL && params->name != NULL; params++) {
        g_assert_nonnull(params->help);
        g_assert_cmpint(params->min, <=, params->max);
        g_assert_true(params->required ||
                      (params->fallback >= params->min && params->fallback <= params->max));
    }
}

static void test_registry(void)
{
    const QdiscOps *const *all = qdisc_registry();
    g_assert_nonnull(all[0]);
    for (unsigned i = 0; all[i] != NULL; i++) {
        g_assert_nonnull(all[i]->enqueue);
        g_assert_true((all[i]->dequeue == NULL) == (all[i]->clear == NULL));
        g_assert_true(all[i]->params == NULL || all[i]->configure != NULL);
        g_assert_true(qdisc_find(all[i]->name) == all[i]); /* so no name is used twice */
        check_params(all[i]->params);
    }
    g_assert_null(qdisc_find("no-such-discipline"));
}

/* ---- Limits ---- */

typedef struct Room {
    const char *label;
    int64_t limit;
    uint64_t most_bytes;
    uint32_t backlog_pkts;
    uint64_t backlog_bytes;
    bool idle, has_room; /* for one of 100 octets */
} Room;

static const Room rooms[] = {
    { "packets", 5, 1000000, 4, 4000, false, true },
    { "packets-full", 5, 1000000, 5, 5000, false, false },
    { "bytes", -1001, 1000000, 9, 900, false, true },
    { "bytes-full", -1001, 1000000, 9, 901, false, false },
    { "bytes-do-not-count-packets", -1000001, 1000000, 9999, 999, false, true },
    { "no-queue", 0, 1000000, 0, 0, false, false },
    { "no-queue-but-idle", 0, 1000000, 0, 0, true, true },
    { "at-most", 1000000, 1000, 9, 901, false, false },
    { "huge", INT64_MAX, INT64_MAX, UINT32_MAX - 1, 0, false, true },
    { "more-than-32-bits", INT64_C(1) << 32, INT64_MAX, 0, 0, false, true },
    { "huge-bytes", INT64_MIN, INT64_MAX, 0, INT64_MAX - 100, false, true },
};

static void test_room(gconstpointer data)
{
    const Room *r = data;
    const Packet pkt = { .kind = PACKET_TCP, .link = PACKET_LINK_RAW_IP, .network_bytes = 100 };
    Qdisc qdisc;
    qdisc_init(&qdisc, &qdisc_droptail, NULL);
    qdisc_set_limit(&qdisc, r->limit, r->most_bytes);
    qdisc.backlog_pkts = r->backlog_pkts;
    qdisc.backlog_bytes = r->backlog_bytes;
    qdisc.idle = r->idle;
    g_assert_cmpint(qdisc_has_room(&qdisc, &pkt), ==, r->has_room);
}

/* ---- Marks ---- */

static QdiscVerdict mark_all(Qdisc *qdisc, Packet *pkt, int64_t now_ns, Rng *rng)
{
    rng_u64(rng);
    return QDISC_MARK;
}

static const QdiscOps marker = { .name = "marker", .enqueue = mark_all };

typedef struct Mark {
    const char *label;
    PacketKind kind;
    uint8_t tos, tos_after;
    bool can;
} Mark;

static const Mark marks[] = {
    { "not-ect", PACKET_TCP, 0xb8, 0xb8, false },      { "ect-1", PACKET_TCP, 0xb9, 0xbb, true },
    { "ect-0", PACKET_UDP, 0x02, 0x03, true },         { "ce", PACKET_TCP, 0x03, 0x03, true },
    { "fragment", PACKET_IP_OTHER, 0x02, 0x03, true }, { "raw", PACKET_RAW, 0x02, 0x02, false },
    { "arp", PACKET_ARP, 0x02, 0x02, false },
};

static void test_mark(gconstpointer data)
{
    const Mark *m = data;
    Packet pkt = { .kind = m->kind, .network_bytes = 100, .ip = { .tos = m->tos } };
    Qdisc qdisc;
    Rng rng;
    rng_init(&rng, 1, "mark");
    qdisc_init(&qdisc, &marker, NULL);
    g_assert_cmpint(qdisc_can_mark(&pkt), ==, m->can);
    g_assert_cmpint(qdisc_enqueue(&qdisc, &pkt, 0, &rng), ==, QDISC_MARK);
    g_assert_cmphex(pkt.ip.tos, ==, m->tos_after);
    g_assert_cmpuint(qdisc.backlog_pkts, ==, 1);
}

/* Opens a bed with a discipline and a limit in packets; logs drops, faults and the queue. */
static void open_bed(WireBed *bed, const QdiscOps *ops, int64_t limit)
{
    NetWireConfig config = wire_bed_config();
    wire_bed_open(bed, &config);
    net_wire_set_qdisc(bed->wire, ops, limit, NULL);
    bed->probe.on_offer = bed->probe.on_transmit = bed->probe.on_arrive = NULL;
    wire_bed_watch(bed);
}

static void test_marks_are_told(void)
{
    WireBed bed;
    open_bed(&bed, &marker, 5);
    for (unsigned i = 0; i < 3; i++) {
        Packet *pkt = wire_bed_tcp(&bed, 100);
        pkt->ip.tos = i == 1 ? 0 : 2;
        wire_bed_offer(&bed, 0, pkt);
    }
    wire_bed_expect(&bed, "0 marked CE #1 0/5 by 'link wire a>b queue'\n"
                          "0 queue 1, 100 bytes\n"
                          "0 marked CE #3 1/5 by 'link wire a>b queue'\n"
                          "0 queue 2, 200 bytes\n");
    g_assert_cmpuint(net_wire_stats(bed.wire).marked_pkts, ==, 2);
    wire_bed_close(&bed);
}

/* ---- Dropping before the queue is full ---- */

static QdiscVerdict drop_odd(Qdisc *qdisc, Packet *pkt, int64_t now_ns, Rng *rng)
{
    return (pkt->id & 1) != 0 ? QDISC_DROP_EARLY : QDISC_KEEP;
}

static const QdiscOps dropper = { .name = "dropper", .enqueue = drop_odd };

static void test_early_drop(void)
{
    WireBed bed;
    open_bed(&bed, &dropper, 5);
    for (unsigned i = 0; i < 5; i++) {
        wire_bed_send(&bed, 0, 100);
    }
    wire_bed_finish(&bed);
    wire_bed_expect(&bed, "0 drop #1 dropped early by the queue 0/5\n"
                          "0 drop #3 dropped early by the queue 0/5\n"
                          "0 queue 1, 100 bytes\n"
                          "0 drop #5 dropped early by the queue 1/5\n"
                          "100000 queue 0, 0 bytes\n"
                          "1100000 got #2\n"
                          "1200000 got #4\n");
    g_assert_cmpuint(net_wire_stats(bed.wire).dropped_pkts[NET_DROP_QUEUE_EARLY], ==, 3);
    wire_bed_close(&bed);
}

/* ---- Disciplines that hold their packets ---- */

typedef struct Held {
    Packet *top; /* a stack */
} Held;

static QdiscVerdict push(Qdisc *qdisc, Packet *pkt, int64_t now_ns, Rng *rng)
{
    Held *held = qdisc->state;
    if (!qdisc_has_room(qdisc, pkt)) {
        Packet *victim = held->top; /* the newest goes, the newer one stays */
        if (victim == NULL) {
            return QDISC_DROP;
        }
        held->top = victim->next;
        qdisc_condemn(qdisc, victim);
    }
    pkt->next = held->top;
    held->top = pkt;
    return QDISC_KEEP;
}

static Packet *pop(Qdisc *qdisc, int64_t now_ns, Rng *rng)
{
    Held *held = qdisc->state;
    Packet *pkt = held->top;
    if (pkt != NULL) {
        held->top = pkt->next;
    }
    return pkt;
}

/* Lets one packet go at each whole millisecond. */
static Packet *pop_paced(Qdisc *qdisc, int64_t now_ns, Rng *rng)
{
    if (now_ns % SIM_NS_PER_MS != 0) {
        qdisc->retry_at_ns = (now_ns / SIM_NS_PER_MS + 1) * SIM_NS_PER_MS;
        return NULL;
    }
    return pop(qdisc, now_ns, rng);
}

/* Condemns what has an even number, as a discipline does that looks at how long a packet has
 * waited. */
static Packet *pop_odd(Qdisc *qdisc, int64_t now_ns, Rng *rng)
{
    Packet *pkt;
    while ((pkt = pop(qdisc, now_ns, rng)) != NULL && (pkt->id & 1) == 0) {
        qdisc_condemn(qdisc, pkt);
    }
    return pkt;
}

static void condemn_all(Qdisc *qdisc)
{
    for (Packet *pkt; (pkt = pop(qdisc, 0, NULL)) != NULL;) {
        qdisc_condemn(qdisc, pkt);
    }
}

static const QdiscOps stack = {
    .name = "stack",
    .state_bytes = sizeof(Held),
    .enqueue = push,
    .dequeue = pop,
    .clear = condemn_all,
};
static const QdiscOps paced = {
    .name = "paced",
    .state_bytes = sizeof(Held),
    .enqueue = push,
    .dequeue = pop_paced,
    .clear = condemn_all,
};
static const QdiscOps picky = {
    .name = "picky",
    .state_bytes = sizeof(Held),
    .enqueue = push,
    .dequeue = pop_odd,
    .clear = condemn_all,
};

typedef struct Discipline {
    const char *label;
    const QdiscOps *ops;
    int64_t limit;
    int64_t down_at_ns; /* 0: never */
    const char *log;    /* of five packets of 100 octets offered at 0.5 ms */
} Discipline;

static const Discipline disciplines[] = {
    { "another-order", &stack, 5, 0,
      "500000 queue 1, 100 bytes\n500000 queue 2, 200 bytes\n500000 queue 3, 300 bytes\n"
      "500000 queue 4, 400 bytes\n600000 queue 3, 300 bytes\n700000 queue 2, 200 bytes\n"
      "800000 queue 1, 100 bytes\n900000 queue 0, 0 bytes\n"
      "1600000 got #1\n1700000 got #5\n1800000 got #4\n1900000 got #3\n2000000 got #2\n" },
    /* The newest in a full queue makes room: the backlog keeps its length. */
    { "one-goes-for-another", &stack, 2, 0,
      "500000 queue 1, 100 bytes\n500000 queue 2, 200 bytes\n"
      "500000 drop #3 dropped early by the queue 2/2\n"
      "500000 drop #4 dropped early by the queue 2/2\n"
      "600000 queue 1, 100 bytes\n700000 queue 0, 0 bytes\n"
      "1600000 got #1\n1700000 got #5\n1800000 got #2\n" },
    { "asked-again-later", &paced, 2, 0,
      "500000 queue 1, 100 bytes\n500000 queue 2, 200 bytes\n"
      "500000 drop #2 dropped early by the queue 2/2\n"
      "500000 drop #3 dropped early by the queue 2/2\n"
      "500000 drop #4 dropped early by the queue 2/2\n"
      "1000000 queue 1, 100 bytes\n2000000 queue 0, 0 bytes\n"
      "2100000 got #5\n3100000 got #1\n" },
    { "drops-on-the-way-out", &picky, 5, 0,
      "500000 queue 1, 100 bytes\n500000 queue 2, 200 bytes\n500000 queue 3, 300 bytes\n"
      "500000 queue 4, 400 bytes\n600000 queue 3, 300 bytes\n"
      "700000 drop #4 dropped early by the queue 1/5\n"
      "700000 queue 1, 100 bytes\n"
      "800000 drop #2 dropped early by the queue 0/5\n"
      "800000 queue 0, 0 bytes\n"
      "1600000 got #1\n1700000 got #5\n1800000 got #3\n" },
    { "link-down", &stack, 5, 650000,
      "500000 queue 1, 100 bytes\n500000 queue 2, 200 bytes\n500000 queue 3, 300 bytes\n"
      "500000 queue 4, 400 bytes\n600000 queue 3, 300 bytes\n"
      "650000 change down\n"
      "650000 drop #5 link down\n650000 drop #4 link down\n650000 drop #3 link down\n"
      "650000 drop #2 link down\n"
      "650000 queue 0, 0 bytes\n"
      "1600000 got #1\n" },
};

static void test_discipline(gconstpointer data)
{
    const Discipline *d = data;
    WireBed bed;
    open_bed(&bed, d->ops, d->limit);
    for (unsigned i = 0; i < 5; i++) {
        wire_bed_send(&bed, 500000, 100);
    }
    if (d->down_at_ns > 0) {
        sim_run(bed.sim, d->down_at_ns);
        net_link_set_up(bed.link, false, d->down_at_ns);
    }
    wire_bed_finish(&bed);
    wire_bed_expect(&bed, d->log);
    NetWireStats stats = net_wire_stats(bed.wire);
    g_assert_cmpuint(stats.queued_pkts, ==, 0);
    g_assert_cmpuint(stats.sent_pkts, ==, stats.arrived_pkts);
    wire_bed_close(&bed);
}

/* A packet that meets an idle transmitter and has to wait all the same has been in the queue. */
static void test_held_back_is_queued(void)
{
    WireBed bed;
    open_bed(&bed, &paced, 50);
    wire_bed_send(&bed, 500000, 100);
    g_assert_cmpuint(net_wire_stats(bed.wire).queued_pkts, ==, 1);
    wire_bed_finish(&bed);
    g_assert_cmpuint(net_wire_stats(bed.wire).max_queue_pkts, ==, 1);
    g_assert_cmpuint(net_wire_stats(bed.wire).max_queue_bytes, ==, 100);
    wire_bed_close(&bed);
}

/* The queue's packets go with the link. */
static void test_free_with_backlog(void)
{
    WireBed bed;
    open_bed(&bed, &paced, 50);
    for (unsigned i = 0; i < 20; i++) {
        wire_bed_send(&bed, 500000, 100);
    }
    wire_bed_close(&bed); /* asserts that no packet is left */
}

#define ADD(prefix, rows, test)                                                                    \
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {                                              \
        g_autofree char *path = g_strconcat(prefix, (rows)[i].label, NULL);                        \
        g_test_add_data_func(path, &(rows)[i], test);                                              \
    }

/* ---- Drop-tail marks by length: RFC3168-ECN-AQM-1, RFC 8257 3.1 ---- */

typedef struct Length {
    const char *label;
    int64_t mark_above; /* SIM_UNIT_QUEUE */
    bool ect, watched;
    unsigned marked, dropped; /* of eight packets of 100 octets that come at once */
} Length;

/* The first is sent at once, so that the others meet 0, 1, 2, ... packets; the sixth to wait finds
 * no room. */
static const Length lengths[] = {
    { "packets", 2, true, true, 2, 2 },       { "packets-unwatched", 2, true, false, 2, 2 },
    { "octets", -251, true, true, 2, 2 },     { "octets-unwatched", -251, true, false, 2, 2 },
    { "at-once", 0, true, false, 4, 2 },      { "never-reached", 5, true, false, 0, 2 },
    { "not-capable", 2, false, false, 0, 2 },
};

static void test_mark_above(gconstpointer data)
{
    const Length *row = data;
    WireBed bed;
    NetWireConfig config = wire_bed_config();
    config.queue_limit = 5;
    config.marks = true;
    config.mark_above = row->mark_above;
    wire_bed_open(&bed, &config);
    if (row->watched) {
        wire_bed_watch(&bed);
    }
    for (unsigned i = 0; i < 8; i++) {
        Packet *pkt = wire_bed_tcp(&bed, 100);
        pkt->ip.tos = row->ect ? WIRE_IP_ECT_0 : 0;
        wire_bed_offer(&bed, 0, pkt);
    }
    wire_bed_finish(&bed);
    NetWireStats stats = net_wire_stats(bed.wire);
    g_assert_cmpuint(stats.marked_pkts, ==, row->marked);
    g_assert_cmpuint(stats.dropped_pkts[NET_DROP_QUEUE_FULL], ==, row->dropped);
    g_assert_true(!row->watched || strstr(bed.log->str, "marked CE #5 3/") != NULL ||
                  strstr(bed.log->str, "marked CE #5 300/") != NULL);
    wire_bed_close(&bed);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/net/qdisc/registry", test_registry);
    ADD("/net/qdisc/room/", rooms, test_room);
    ADD("/net/qdisc/mark/", marks, test_mark);
    g_test_add_func("/net/qdisc/marks-are-told", test_marks_are_told);
    ADD("/net/qdisc/mark-above/", lengths, test_mark_above);
    g_test_add_func("/net/qdisc/early-drop", test_early_drop);
    ADD("/net/qdisc/wire/", disciplines, test_discipline);
    g_test_add_func("/net/qdisc/held-back-is-queued", test_held_back_is_queued);
    g_test_add_func("/net/qdisc/free-with-backlog", test_free_with_backlog);
    return g_test_run();
}
