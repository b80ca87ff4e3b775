/* Protects: a queue whose departures are known on arrival against one that is asked at the end of
 * each transmission. Drop-tail and a twin of it with a dequeue hook meet the same random load, with
 * faults, changes of rate, delay and limit, and the link going down, all on a coarse grid of
 * instants so that much happens at once. Everything that is announced has to be the same but for
 * its order. */

#include "net/wire_bed.h"

typedef struct TwinState {
    Packet *head, *last;
} TwinState;

static QdiscVerdict twin_enqueue(Qdisc *qdisc, Packet *pkt, int64_t now_ns, Rng *rng)
{
    TwinState *state = qdisc->state;
    if (!qdisc_has_room(qdisc, pkt)) {
        return QDISC_DROP;
    }
    pkt->next = NULL;
    if (state->head != NULL) {
        state->last->next = pkt;
    } else {
        state->head = pkt;
    }
    state->last = pkt;
    return QDISC_KEEP;
}

static Packet *twin_dequeue(Qdisc *qdisc, int64_t now_ns, Rng *rng)
{
    TwinState *state = qdisc->state;
    Packet *pkt = state->head;
    if (pkt != NULL) {
        state->head = pkt->next;
    }
    return pkt;
}

static void twin_clear(Qdisc *qdisc)
{
    TwinState *state = qdisc->state;
    while (state->head != NULL) {
        Packet *pkt = state->head;
        state->head = pkt->next;
        qdisc_condemn(qdisc, pkt);
    }
}

static const QdiscOps twin = {
    .name = "twin",
    .state_bytes = sizeof(TwinState),
    .enqueue = twin_enqueue,
    .dequeue = twin_dequeue,
    .clear = twin_clear,
};

/* ---- The load ---- */

enum { STEPS = 1500 };
#define GRID_NS (10 * SIM_NS_PER_US) /* ten octets at 8 Mbit/s */

typedef struct Trial {
    const char *label;
    NetWireConfig config;
    bool changes; /* of rate, delay, limit */
    bool goes_down;
    bool faults;
} Trial;

typedef struct Step {
    SimEvent event; /* has to be first */
    WireBed *bed;
    Rng *rng;
    const Trial *trial;
} Step;

static void offer_some(Step *step, int64_t now_ns)
{
    uint64_t count = 1 + rng_below(step->rng, 6);
    for (uint64_t i = 0; i < count; i++) {
        uint32_t network_bytes = 40 + 10 * (uint32_t)rng_below(step->rng, 40);
        net_port_send(net_wire_from(step->bed->wire), wire_bed_tcp(step->bed, network_bytes),
                      now_ns);
    }
}

static void change_something(Step *step, int64_t now_ns)
{
    static const int64_t rates_bps[] = { 8000000, 4000000, 16000000, 7654321, 3333333, 0 };
    static const int64_t limits[] = { 0, 1, 5, 20, -1000, -300 };
    NetWireConfig config = *net_wire_config(step->bed->wire);
    switch (rng_below(step->rng, step->trial->faults ? 4 : 3)) {
    case 0:
        config.rate_bps = rates_bps[rng_below(step->rng, G_N_ELEMENTS(rates_bps))];
        break;
    case 1:
        config.delay_ns = 1 + GRID_NS * (int64_t)rng_below(step->rng, 100);
        break;
    case 2:
        config.queue_limit = limits[rng_below(step->rng, G_N_ELEMENTS(limits))];
        break;
    default:
        config.loss_ppb = (uint32_t)rng_below(step->rng, SIM_PPB / 10);
        break;
    }
    net_wire_reconfigure(step->bed->wire, &config, now_ns);
}

static void run_step(SimEvent *event, int64_t now_ns)
{
    Step *step = (Step *)event;
    uint64_t dice = rng_below(step->rng, 100);
    if (dice < 3 && step->trial->changes) {
        change_something(step, now_ns);
    } else if (dice < 6 && step->trial->goes_down) {
        net_link_set_up(step->bed->link, !net_wire_is_up(step->bed->wire), now_ns);
    } else {
        offer_some(step, now_ns);
    }
}

static void add_faults(NetWire *wire)
{
    const NetFault faults[] = {
        { .match = NET_MATCH_ANY, .first = 20, .last = 25, .action = NET_FAULT_DROP },
        { .match = NET_MATCH_ANY,
          .first = 5,
          .last = 90,
          .action = NET_FAULT_DELAY,
          .delay_ns = 30 * GRID_NS },
        { .match = NET_MATCH_ANY,
          .first = 60,
          .last = 200,
          .action = NET_FAULT_DUPLICATE,
          .delay_ns = 7 * GRID_NS },
        { .match = NET_MATCH_ANY, .first = 100, .action = NET_FAULT_CORRUPT, .bit = 77 },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(faults); i++) {
        net_wire_add_fault(wire, &faults[i]);
    }
}

/* Half of the steps run before the wire's own events of the same instant, half after. */
static void run_load(WireBed *bed, const Trial *trial, uint64_t seed)
{
    g_autofree Step *steps = g_new0(Step, STEPS);
    SimEntity early, late;
    int64_t at_ns = 0;
    Rng when, what;
    rng_init(&when, seed, "when");
    rng_init(&what, seed, "what");
    sim_entity_init(&early, 1);
    sim_entity_init(&late, 9);
    for (unsigned i = 0; i < STEPS; i++) {
        steps[i] = (Step){ .bed = bed, .rng = &what, .trial = trial };
        sim_event_init(&steps[i].event, run_step);
        at_ns += GRID_NS * (int64_t)rng_below(&when, 170);
        sim_arm(bed->sim, &steps[i].event, at_ns, rng_below(&when, 2) == 0 ? &early : &late);
    }
    wire_bed_finish(bed);
}

/* ---- The comparison ---- */

static int compare_lines(const void *a, const void *b)
{
    const char *const *x = a, *const *y = b;
    gint64 x_ns = g_ascii_strtoll(*x, NULL, 10), y_ns = g_ascii_strtoll(*y, NULL, 10);
    return x_ns != y_ns ? (x_ns < y_ns ? -1 : 1) : g_strcmp0(*x, *y);
}

static char *sorted(const char *log)
{
    g_auto(GStrv) lines = g_strsplit(log, "\n", -1);
    qsort(lines, g_strv_length(lines), sizeof *lines, compare_lines);
    return g_strjoinv("\n", lines);
}

static char *run(const Trial *trial, const QdiscOps *ops, bool watch, uint64_t seed)
{
    WireBed bed;
    wire_bed_open_with(&bed, &trial->config, PACKET_LINK_RAW_IP, seed);
    net_wire_set_qdisc(bed.wire, ops, trial->config.queue_limit, NULL);
    if (trial->faults) {
        add_faults(bed.wire);
    }
    if (watch) {
        wire_bed_watch(&bed);
    }
    run_load(&bed, trial, seed);
    NetWireStats stats = net_wire_stats(bed.wire);
    for (NetDrop why = 0; why < NET_N_DROPS; why++) {
        g_string_append_printf(bed.log, "%s: %" G_GUINT64_FORMAT "\n", net_drop_to_string(why),
                               stats.dropped_pkts[why]);
    }
    g_string_append_printf(bed.log, "sent %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT "\n",
                           stats.sent_pkts, stats.sent_bytes);
    g_string_append_printf(bed.log, "most %u %" G_GUINT64_FORMAT "\n", stats.max_queue_pkts,
                           stats.max_queue_bytes);
    g_assert_cmpuint(stats.sent_pkts, >, 200);
    char *log = sorted(bed.log->str);
    wire_bed_close(&bed);
    return log;
}

static void test_twin(gconstpointer data)
{
    const Trial *trial = data;
    uint64_t seeds = g_getenv("WIRELAB_LONG") != NULL ? 200 : 2;
    for (uint64_t seed = 1; seed <= seeds; seed++) {
        for (unsigned watch = 0; watch < 2; watch++) {
            g_autofree char *known = run(trial, &qdisc_droptail, watch != 0, seed);
            g_autofree char *asked = run(trial, &twin, watch != 0, seed);
            g_assert_cmpstr(known, ==, asked);
        }
    }
}

#define CONFIG .rate_bps = 8000000, .delay_ns = 100 * GRID_NS
#define CHANCES                                                                                    \
    .loss_ppb = SIM_PPB / 50, .duplicate_ppb = SIM_PPB / 20, .corrupt_ppb = SIM_PPB / 40,          \
    .reorder_ppb = SIM_PPB / 10, .reorder_ns = 20 * GRID_NS, .jitter_ns = 5 * GRID_NS

static const Trial trials[] = {
    { "packets", { CONFIG, .queue_limit = 5 } },
    { "bytes", { CONFIG, .queue_limit = -1000 } },
    { "awkward-rate", { .rate_bps = 7654321, .delay_ns = 100 * GRID_NS, .queue_limit = 5 } },
    { "changes", { CONFIG, .queue_limit = 5 }, .changes = true },
    { "awkward-changes",
      { .rate_bps = 7654321, .delay_ns = 100 * GRID_NS, .queue_limit = 5 },
      .changes = true },
    { "down", { CONFIG, .queue_limit = 5 }, .goes_down = true },
    { "changes-and-down", { CONFIG, .queue_limit = 5 }, .changes = true, .goes_down = true },
    { "faults", { CONFIG, .queue_limit = 5 }, .faults = true },
    { "chances", { CONFIG, .queue_limit = 5, CHANCES } },
    { "everything",
      { CONFIG, .queue_limit = 5, CHANCES, .jitter_reorders = true },
      .changes = true,
      .goes_down = true,
      .faults = true },
};

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(trials); i++) {
        g_autofree char *path = g_strconcat("/net/twin/", trials[i].label, NULL);
        g_test_add_data_func(path, &trials[i], test_twin);
    }
    return g_test_run();
}
