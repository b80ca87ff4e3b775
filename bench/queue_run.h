/* A contender of bench-queue.c: the library's sim.c around another queue, and the loads it runs.
 *
 * A file that includes this one has defined BENCH_QUEUE, the contender's short name, and has
 * included a header that declares what sim/sim_queue.h declares, with SIM_SIM_QUEUE_H defined; or
 * has not, and gets the library's own. The functions of sim.h are renamed, so that all contenders
 * live in one program, and kept out of line where the library's callers would not see their bodies.
 */

#include <stdlib.h>

#include "bench/bench.h"
#include "bench/queue.h"
#include "sim/sim.h"

__attribute__((noinline)) void sim_arm(Sim *sim, SimEvent *event, int64_t at_ns, SimEntity *entity);
__attribute__((noinline)) void sim_arm_keyed(Sim *sim, SimEvent *event, int64_t at_ns, SimKey key,
                                             SimKey cause);
__attribute__((noinline)) void sim_cancel(Sim *sim, SimEvent *event);

#include "sim/sim.c"

typedef struct Timers {
    SimEvent rto, delayed_ack;
} Timers;

/* A wire whose head is re-armed at every arrival and, in some loads, the timers of a connection. */
typedef struct Station {
    SimEvent wire;
    SimEntity entity;
    struct Contest *contest;
    _Alignas(64) Timers timers[];
} Station;

typedef struct Contest {
    Sim *sim;
    const BenchQueueLoad *load;
    size_t next_delay;
    uint64_t events_left;
    uint64_t checksum;
} Contest;

static void note(Contest *contest, const Station *station, int64_t now_ns)
{
    contest->checksum = contest->checksum * 31 + (uint64_t)now_ns + station->entity.id;
    if (--contest->events_left == 0) {
        sim_stop(contest->sim);
    }
}

/* Every arrival moves the retransmission timer on; every second one leaves an ACK to be delayed. */
static void touch_timers(Station *station, int64_t now_ns)
{
    Sim *sim = station->contest->sim;
    sim_arm(sim, &station->timers->rto, now_ns + 200 * SIM_NS_PER_MS, &station->entity);
    if (sim_event_armed(&station->timers->delayed_ack)) {
        sim_cancel(sim, &station->timers->delayed_ack);
    } else {
        sim_arm(sim, &station->timers->delayed_ack, now_ns + 40 * SIM_NS_PER_MS, &station->entity);
    }
}

static void on_wire(SimEvent *event, int64_t now_ns)
{
    Station *station = (Station *)((char *)event - offsetof(Station, wire));
    Contest *contest = station->contest;
    int64_t delay_ns = contest->load->delay_ns[contest->next_delay++ % BENCH_QUEUE_DELAYS];
    sim_arm(contest->sim, event, now_ns + delay_ns, &station->entity);
    if (contest->load->timers) {
        touch_timers(station, now_ns);
    }
    note(contest, station, now_ns);
}

static void on_rto(SimEvent *event, int64_t now_ns)
{
    Station *station = (Station *)((char *)event - offsetof(Station, timers[0].rto));
    note(station->contest, station, now_ns);
}

static void on_delayed_ack(SimEvent *event, int64_t now_ns)
{
    Station *station = (Station *)((char *)event - offsetof(Station, timers[0].delayed_ack));
    note(station->contest, station, now_ns);
}

static void start(Contest *contest, Station *station, uint32_t id)
{
    station->contest = contest;
    sim_entity_init(&station->entity, id);
    sim_event_init(&station->wire, on_wire);
    int64_t at_ns = contest->load->delay_ns[contest->next_delay++ % BENCH_QUEUE_DELAYS] + id % 1024;
    sim_arm(contest->sim, &station->wire, at_ns, &station->entity);
    if (contest->load->timers) {
        sim_event_init(&station->timers->rto, on_rto);
        sim_event_init(&station->timers->delayed_ack, on_delayed_ack);
        touch_timers(station, at_ns);
    }
}

static BenchQueueResult run(const BenchQueueLoad *load)
{
    /* With timers a station has a wire, a retransmission timer and, half the time, a third. */
    size_t stations = load->timers ? MAX(load->pending * 2 / 5, 1) : load->pending;
    size_t bytes = sizeof(Station) + (load->timers ? sizeof(Timers) : 0);
    char *all = aligned_alloc(64, stations * bytes);
    g_assert(all != NULL);
    Contest contest = { .sim = sim_new(), .load = load };
    for (size_t i = 0; i < stations; i++) {
        start(&contest, (Station *)(all + i * bytes), (uint32_t)i + 1);
    }
    contest.events_left = 2 * load->pending + 1000;
    sim_run(contest.sim, SIM_NEVER);

    contest.events_left = load->events;
    int64_t began_ns = bench_now_ns();
    sim_run(contest.sim, SIM_NEVER);
    int64_t took_ns = bench_now_ns() - began_ns;

    sim_free(contest.sim);
    free(all);
    return (BenchQueueResult){ .ns_per_event = (double)took_ns / (double)load->events,
                               .checksum = contest.checksum };
}

const BenchQueue BENCH_NAME(bench_queue) = { .name = BENCH_QUEUE_NAME, .run = run };
