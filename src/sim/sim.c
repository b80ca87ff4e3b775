#include "sim/sim.h"

#include "sim/sim_queue.h"

struct Sim {
    int64_t now_ns;
    int64_t last_at_ns; /* of the latest event */
    SimKey current, current_cause;
    uint64_t event_count, queue_operation_count;
    bool stopping;
    SimQueue queue;
};

void sim_entity_init(SimEntity *entity, uint32_t id)
{
    g_assert(id > 0 && id <= SIM_ENTITY_MAX);
    *entity = (SimEntity){ .id = id, .next_event = 1, .next_item = 1 };
}

Sim *sim_new(void)
{
    Sim *sim = g_new0(Sim, 1);
    sim_queue_init(&sim->queue);
    return sim;
}

void sim_free(Sim *sim)
{
    if (sim != NULL) {
        sim_queue_clear(&sim->queue);
        g_free(sim);
    }
}

void sim_set_ahead(Sim *sim, SimAheadFn ahead)
{
    sim_queue_set_ahead(&sim->queue, ahead);
}

void sim_event_init(SimEvent *event, SimEventFn fn)
{
    *event = (SimEvent){ .at_ns = SIM_NEVER, .fn = fn, .queued_at_ns = SIM_NEVER };
}

/* An event is in the queue while its queued_at_ns is not SIM_NEVER. */
static inline bool is_queued(const SimEvent *event)
{
    return event->queued_at_ns != SIM_NEVER;
}

/* Whether the queue holds the event at its very place, and not at an earlier one. */
static inline bool is_settled(const SimEvent *event)
{
    return event->queued_at_ns == event->at_ns && event->queued_key == event->key;
}

static inline void enqueue(Sim *sim, SimEvent *event)
{
    event->queued_at_ns = event->at_ns;
    event->queued_key = event->key;
    sim->queue_operation_count++;
    sim_queue_push(&sim->queue, event);
}

static inline void dequeue(Sim *sim, SimEvent *event)
{
    sim->queue_operation_count++;
    sim_queue_remove(&sim->queue, event);
}

static inline void arm(Sim *sim, SimEvent *event, int64_t at_ns, SimKey key, SimKey cause)
{
    event->at_ns = at_ns;
    event->key = key;
    event->cause = cause;
    if (is_queued(event)) {
        bool later = event->queued_at_ns < at_ns ||
                     (event->queued_at_ns == at_ns && event->queued_key <= key);
        if (later) {
            return; /* moved when it comes up */
        }
        dequeue(sim, event);
    }
    enqueue(sim, event);
}

void sim_arm(Sim *sim, SimEvent *event, int64_t at_ns, SimEntity *entity)
{
    g_assert(at_ns >= sim->now_ns && at_ns != SIM_NEVER);
    arm(sim, event, at_ns, sim_entity_event_key(entity), sim->current);
}

void sim_arm_keyed(Sim *sim, SimEvent *event, int64_t at_ns, SimKey key, SimKey cause)
{
    g_assert(at_ns != SIM_NEVER);
    g_assert(at_ns > sim->now_ns || (at_ns == sim->now_ns && key > sim->current));
    arm(sim, event, at_ns, key, cause);
}

#define WATCH_KEY 0 /* no entity draws it; the first of its instant */

void sim_arm_watch(Sim *sim, SimEvent *event, int64_t at_ns)
{
    g_assert(at_ns > sim->now_ns && at_ns != SIM_NEVER);
    arm(sim, event, at_ns, WATCH_KEY, 0);
}

void sim_cancel(Sim *sim, SimEvent *event)
{
    if (is_queued(event)) {
        dequeue(sim, event);
    }
    event->at_ns = SIM_NEVER;
    event->queued_at_ns = SIM_NEVER;
}

/* The earliest armed event, if it is due at or before limit_ns. Moves those that were re-armed
 * to a later time and have come up to where they belong. */
static inline SimEvent *first_due(Sim *sim, int64_t limit_ns)
{
    for (;;) {
        SimEvent *event = sim_queue_first(&sim->queue, limit_ns);
        if (event == NULL || is_settled(event)) {
            return event;
        }
        sim_queue_pop(&sim->queue, event);
        enqueue(sim, event);
    }
}

static inline void run_event(Sim *sim, SimEvent *event)
{
    sim_queue_pop(&sim->queue, event);
    sim->now_ns = event->at_ns;
    sim->current = event->key;
    sim->current_cause = event->cause;
    if (event->key != WATCH_KEY) {
        sim->event_count++;
        sim->last_at_ns = event->at_ns;
    }
    event->at_ns = SIM_NEVER;
    event->queued_at_ns = SIM_NEVER;
    event->fn(event, sim->now_ns);
}

static inline void leave_event(Sim *sim)
{
    sim->current = 0;
    sim->current_cause = 0;
}

void sim_run(Sim *sim, int64_t until_ns)
{
    g_assert(until_ns >= sim->now_ns);
    sim->stopping = false;
    while (!sim->stopping) {
        SimEvent *event = first_due(sim, until_ns);
        if (event == NULL) {
            break;
        }
        run_event(sim, event);
    }
    leave_event(sim);
    if (!sim->stopping && until_ns != SIM_NEVER) {
        sim->now_ns = until_ns;
    }
}

bool sim_step(Sim *sim, int64_t until_ns)
{
    SimEvent *event = first_due(sim, until_ns);
    if (event == NULL) {
        return false;
    }
    run_event(sim, event);
    leave_event(sim);
    return true;
}

void sim_stop(Sim *sim)
{
    sim->stopping = true;
}

int64_t sim_next_at(Sim *sim)
{
    SimEvent *event = first_due(sim, SIM_NEVER);
    return event != NULL ? event->at_ns : SIM_NEVER;
}

int64_t sim_now(const Sim *sim)
{
    return sim->now_ns;
}

int64_t sim_last_at(const Sim *sim)
{
    return sim->last_at_ns;
}

SimKey sim_current(const Sim *sim)
{
    return sim->current;
}

SimKey sim_current_cause(const Sim *sim)
{
    return sim->current_cause;
}

uint64_t sim_event_count(const Sim *sim)
{
    return sim->event_count;
}

uint64_t sim_queue_operation_count(const Sim *sim)
{
    return sim->queue_operation_count;
}

size_t sim_queue_bytes(const Sim *sim)
{
    return sim_queue_allocated_bytes(&sim->queue);
}
