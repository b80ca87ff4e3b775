#include "study/torture_sweep.h"

#include "study/torture_worker.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#define UNIT_FAILURES 2u /* kept of a unit */
#define RUNS_OF_A_WORKER                                                                           \
    2000u /* then another takes over: a scenario keeps what worlds were                            \
           * built with for as long as it lives */
#define LOOK_US (G_USEC_PER_SEC / 100)

/* What a unit has found, in memory that all processes share. */
typedef struct Unit {
    uint32_t step; /* the run that is being done, or was when the process died; 0: the first fault
                    * alone, then the second faults in their order */
    bool done;
    TortureTally tally;
    uint32_t failure_count;
    TortureFailure failures[UNIT_FAILURES];
} Unit;

typedef struct Sweep Sweep;

/* Where a process is; shared as well. */
typedef struct Post {
    bool busy; /* with `unit`, from its step on */
    uint32_t unit;
    TortureFault second; /* of the run that is being done */
} Post;

typedef struct Board {
    atomic_uint next, done; /* units */
} Board;

struct Sweep {
    const TortureBase *base;
    const TortureWishes *wishes;
    GArray *firsts; /* of TortureFault: one a unit */
    Board *board;   /* one share: board, posts, units */
    Post *posts;
    Unit *units;
    size_t share_bytes;
    GArray *workers; /* of TortureWorker */
};

typedef struct Place {
    Sweep *sweep;
    Post *post;
    uint32_t runs;
} Place;

/* ---- a unit, in a worker ---- */

static void count_run(Unit *unit, const TortureFault *faults, unsigned count,
                      const TortureOutcome *outcome)
{
    TortureTally *tally = &unit->tally;
    tally->runs++;
    tally->runs_of[faults[count - 1].kind]++;
    tally->with_timeouts += outcome->timeouts > 0;
    tally->with_errors += outcome->errors > 0;
    tally->half_open += outcome->half_open;
    if (outcome->read_ns > tally->slowest_read_ns) {
        tally->slowest_read_ns = outcome->read_ns;
        tally->slowest_count = count;
        memcpy(tally->slowest, faults, count * sizeof *faults);
    }
}

static void note_failure(Unit *unit, const TortureFault *faults, unsigned count,
                         const TortureVerdict *verdict)
{
    unit->tally.failed++;
    if (unit->failure_count < UNIT_FAILURES) {
        TortureFailure *failure = &unit->failures[unit->failure_count++];
        *failure = (TortureFailure){ .count = count, .verdict = *verdict };
        memcpy(failure->faults, faults, count * sizeof *faults);
    }
}

static void finish_run(Place *place, Unit *unit, const TortureFault *faults, unsigned count,
                       const TortureOutcome *outcome)
{
    place->runs++;
    count_run(unit, faults, count, outcome);
    if (outcome->verdict.check != TORTURE_FINE) {
        note_failure(unit, faults, count, &outcome->verdict);
    }
}

/* Whether two bits of one packet would be inverted, on different wires of its way: they may cancel
 * out in the Internet checksum, which is no fault of the stack. */
static bool corrupts_twice(const GArray *packets, const TortureFault *faults)
{
    return faults[0].kind == TORTURE_CORRUPT && faults[1].kind == TORTURE_CORRUPT &&
           g_array_index(packets, TorturePacket, faults[0].packet).id ==
               g_array_index(packets, TorturePacket, faults[1].packet).id;
}

/* All second faults of packets after the first, from the unit's step on. False: another process
 * shall go on. */
static bool run_seconds(Place *place, Unit *unit, const TortureFault *first, const GArray *packets)
{
    const TortureWishes *wishes = place->sweep->wishes;
    uint32_t step = 0;
    for (guint i = first->packet + 1; i < packets->len; i++) {
        for (unsigned kind = 0; kind < TORTURE_N_KINDS; kind++) {
            TortureFault faults[TORTURE_MOST_FAULTS] = { *first };
            if (!wishes->kinds[kind] || ++step < unit->step ||
                !torture_fault_plan(packets, i, (TortureKind)kind, &faults[1]) ||
                corrupts_twice(packets, faults)) {
                continue;
            }
            if (place->runs >= RUNS_OF_A_WORKER) {
                unit->step = step;
                return false;
            }
            unit->step = step;
            place->post->second = faults[1];
            g_auto(TortureOutcome) outcome =
                torture_run(place->sweep->base, faults, 2, packets, false);
            finish_run(place, unit, faults, 2, &outcome);
        }
    }
    return true;
}

/* A first fault that fails alone needs no second one. */
static bool run_unit(Place *place, Unit *unit, const TortureFault *first)
{
    const Sweep *sweep = place->sweep;
    bool again = unit->step > 0;
    bool deeper = sweep->wishes->depth > 1;
    g_auto(TortureOutcome) outcome =
        torture_run(sweep->base, first, 1, sweep->base->packets, deeper);
    if (!again) {
        finish_run(place, unit, first, 1, &outcome);
        unit->step = 1;
    }
    return !deeper || outcome.verdict.check != TORTURE_FINE ||
           run_seconds(place, unit, first, outcome.packets);
}

static bool take_unit(Place *place)
{
    Sweep *sweep = place->sweep;
    if (!place->post->busy) {
        place->post->unit = atomic_fetch_add(&sweep->board->next, 1);
        place->post->busy = place->post->unit < sweep->firsts->len;
    }
    return place->post->busy;
}

static void work(void *data)
{
    Place *place = data;
    while (place->runs < RUNS_OF_A_WORKER && take_unit(place)) {
        uint32_t number = place->post->unit;
        Unit *unit = &place->sweep->units[number];
        if (!run_unit(place, unit, &g_array_index(place->sweep->firsts, TortureFault, number))) {
            return;
        }
        unit->done = true;
        place->post->busy = false;
        atomic_fetch_add(&place->sweep->board->done, 1);
    }
}

/* ---- the parent ---- */

static void plan_units(Sweep *sweep)
{
    const TortureWishes *wishes = sweep->wishes;
    const GArray *packets = sweep->base->packets;
    guint from = wishes->first_packet > 0 ? wishes->first_packet - 1 : 0;
    guint to = wishes->last_packet > 0 ? MIN(wishes->last_packet, packets->len) : packets->len;
    for (guint i = from; i < to; i++) {
        for (unsigned kind = 0; kind < TORTURE_N_KINDS; kind++) {
            TortureFault fault;
            if (wishes->kinds[kind] && torture_fault_plan(packets, i, (TortureKind)kind, &fault)) {
                g_array_append_val(sweep->firsts, fault);
            }
        }
    }
}

static void sweep_free(Sweep *sweep)
{
    for (guint i = 0; i < sweep->workers->len; i++) {
        TortureWorker *worker = &g_array_index(sweep->workers, TortureWorker, i);
        if (worker->pid != 0) {
            torture_worker_kill(worker);
        }
    }
    if (sweep->board != NULL) {
        torture_share_free(sweep->board, sweep->share_bytes);
    }
    g_array_unref(sweep->firsts);
    g_array_unref(sweep->workers);
    g_free(sweep);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Sweep, sweep_free)

static Sweep *sweep_new(const TortureBase *base, const TortureWishes *wishes, GError **error)
{
    g_autoptr(Sweep) sweep = g_new0(Sweep, 1);
    sweep->base = base;
    sweep->wishes = wishes;
    sweep->firsts = g_array_new(FALSE, FALSE, sizeof(TortureFault));
    sweep->workers = g_array_new(FALSE, TRUE, sizeof(TortureWorker));
    plan_units(sweep);
    unsigned workers = MIN(MAX(wishes->workers, 1), MAX(sweep->firsts->len, 1));
    g_array_set_size(sweep->workers, workers);
    size_t posts_bytes = workers * sizeof(Post);
    sweep->share_bytes = sizeof(Unit) * (sweep->firsts->len + 1) + posts_bytes;
    Unit *units = torture_share_new(sweep->share_bytes, error);
    if (units == NULL) {
        return NULL;
    }
    /* The share begins with a unit's room for the board, which is smaller. */
    sweep->board = (Board *)(void *)units;
    sweep->units = units + 1;
    sweep->posts = (Post *)(void *)(sweep->units + sweep->firsts->len);
    return g_steal_pointer(&sweep);
}

static bool start(Sweep *sweep, guint i, GError **error)
{
    Place place = { .sweep = sweep, .post = &sweep->posts[i] };
    return torture_worker_start(&g_array_index(sweep->workers, TortureWorker, i), work, &place,
                                error);
}

/* The process died in the middle of a run: that run has failed, and the unit goes on behind it. */
static void note_death(Sweep *sweep, const Post *post, const TortureVerdict *verdict)
{
    Unit *unit = &sweep->units[post->unit];
    TortureFault faults[TORTURE_MOST_FAULTS] = {
        g_array_index(sweep->firsts, TortureFault, post->unit), post->second
    };
    unsigned count = unit->step == 0 ? 1 : 2;
    TortureOutcome outcome = { .verdict = *verdict };
    count_run(unit, faults, count, &outcome);
    note_failure(unit, faults, count, verdict);
}

/* Whether a worker is needed in the place of the one that has ended. */
static bool is_needed(Sweep *sweep, guint i, TortureWorkerEnd end, const TortureVerdict *verdict)
{
    Post *post = &sweep->posts[i];
    if (end == TORTURE_WORKER_DIED && post->busy) {
        note_death(sweep, post, verdict);
        Unit *unit = &sweep->units[post->unit];
        if (unit->step++ == 0) {
            /* It died of the first fault alone. */
            post->busy = false;
            atomic_fetch_add(&sweep->board->done, 1);
        }
    }
    return post->busy || atomic_load(&sweep->board->next) < sweep->firsts->len;
}

/* Looks after the workers once. False: none runs any more, or error is set. */
static bool look(Sweep *sweep, GError **error)
{
    bool any = false;
    for (guint i = 0; i < sweep->workers->len; i++) {
        TortureWorker *worker = &g_array_index(sweep->workers, TortureWorker, i);
        if (worker->pid == 0) {
            continue;
        }
        TortureVerdict verdict = { .check = TORTURE_ASSERTION };
        TortureWorkerEnd end =
            torture_worker_look(worker, false, verdict.text, sizeof verdict.text);
        if (end != TORTURE_WORKER_RUNS && is_needed(sweep, i, end, &verdict) &&
            !start(sweep, i, error)) {
            return false;
        }
        any = any || worker->pid != 0;
    }
    return any;
}

/* False: it was interrupted, or error is set. */
static bool run_workers(Sweep *sweep, GError **error)
{
    const TortureWishes *wishes = sweep->wishes;
    for (guint i = 0; i < sweep->workers->len; i++) {
        if (!start(sweep, i, error)) {
            return false;
        }
    }
    GError *wrong = NULL;
    while (look(sweep, &wrong)) {
        if (wishes->on_progress != NULL &&
            !wishes->on_progress(wishes->above, atomic_load(&sweep->board->done),
                                 sweep->firsts->len)) {
            return false;
        }
        g_usleep(LOOK_US);
    }
    if (wrong != NULL) {
        g_propagate_error(error, wrong);
        return false;
    }
    return true;
}

/* ---- the report ---- */

static void add_tally(TortureTally *sum, const TortureTally *part)
{
    sum->runs += part->runs;
    sum->failed += part->failed;
    for (unsigned kind = 0; kind < TORTURE_N_KINDS; kind++) {
        sum->runs_of[kind] += part->runs_of[kind];
    }
    sum->with_timeouts += part->with_timeouts;
    sum->with_errors += part->with_errors;
    sum->half_open += part->half_open;
    if (part->slowest_read_ns > sum->slowest_read_ns) {
        sum->slowest_read_ns = part->slowest_read_ns;
        sum->slowest_count = part->slowest_count;
        memcpy(sum->slowest, part->slowest, sizeof sum->slowest);
    }
}

static bool is_same_case(const TortureFailure *a, const TortureFailure *b)
{
    bool same = a->count == b->count;
    for (unsigned i = 0; same && i < a->count; i++) {
        const TortureFault *f = &a->faults[i], *g = &b->faults[i];
        same = f->wire == g->wire && f->nth == g->nth && f->kind == g->kind && f->bit == g->bit &&
               f->by_ns == g->by_ns;
    }
    return same;
}

/* One run, in a process of its own. */
typedef struct Trial {
    const TortureBase *base;
    TortureFault fault;
    TortureVerdict *verdict; /* shared */
} Trial;

static void try_one(void *data)
{
    Trial *trial = data;
    g_auto(TortureOutcome) outcome =
        torture_run(trial->base, &trial->fault, 1, trial->base->packets, false);
    *trial->verdict = outcome.verdict;
}

/* Whether the second fault fails without the first, where the base has that packet as well. */
static bool fails_alone(const TortureBase *base, TortureFault fault, TortureFailure *out_failure)
{
    guint i = 0;
    while (i < base->packets->len &&
           (g_array_index(base->packets, TorturePacket, i).wire != fault.wire ||
            g_array_index(base->packets, TorturePacket, i).nth != fault.nth)) {
        i++;
    }
    fault.packet = i;
    Trial trial = { .base = base, .fault = fault };
    TortureWorker worker = { 0 };
    trial.verdict = i < base->packets->len ? torture_share_new(sizeof *trial.verdict, NULL) : NULL;
    if (trial.verdict == NULL) {
        return false;
    }
    TortureFailure alone = { .faults = { fault }, .count = 1 };
    if (torture_worker_start(&worker, try_one, &trial, NULL)) {
        TortureVerdict death = { .check = TORTURE_ASSERTION };
        TortureWorkerEnd end = torture_worker_look(&worker, true, death.text, sizeof death.text);
        alone.verdict = end == TORTURE_WORKER_DIED ? death : *trial.verdict;
    }
    torture_share_free(trial.verdict, sizeof *trial.verdict);
    if (alone.verdict.check != TORTURE_FINE) {
        *out_failure = alone;
    }
    return alone.verdict.check != TORTURE_FINE;
}

static void add_failure(TortureReport *report, const TortureBase *base,
                        const TortureFailure *failure)
{
    TortureFailure least = *failure;
    if (report->failures->len == TORTURE_MOST_FAILURES) {
        return;
    }
    if (failure->count == 2) {
        fails_alone(base, failure->faults[1], &least);
    }
    for (guint i = 0; i < report->failures->len; i++) {
        if (is_same_case(&g_array_index(report->failures, TortureFailure, i), &least)) {
            return;
        }
    }
    g_array_append_val(report->failures, least);
}

TortureReport *torture_sweep(const TortureBase *base, const TortureWishes *wishes, GError **error)
{
    g_assert(base->verdict.check == TORTURE_FINE);
    g_autoptr(Sweep) sweep = sweep_new(base, wishes, error);
    GError *wrong = NULL;
    if (sweep == NULL) {
        return NULL;
    }
    bool whole = run_workers(sweep, &wrong);
    if (wrong != NULL) {
        g_propagate_error(error, wrong);
        return NULL;
    }
    TortureReport *report = g_new0(TortureReport, 1);
    report->failures = g_array_new(FALSE, FALSE, sizeof(TortureFailure));
    report->interrupted = !whole;
    for (guint i = 0; i < sweep->firsts->len; i++) {
        const Unit *unit = &sweep->units[i];
        add_tally(&report->tally, &unit->tally);
        for (uint32_t k = 0; k < unit->failure_count; k++) {
            add_failure(report, base, &unit->failures[k]);
        }
    }
    return report;
}

void torture_report_free(TortureReport *report)
{
    if (report != NULL) {
        g_array_unref(report->failures);
        g_free(report);
    }
}
