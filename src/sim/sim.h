/* The clock and the event core of one world.
 *
 * Time is int64_t nanoseconds since the start of the run. Events run in the order (time, key),
 * where a key is the id of the entity that armed the event followed by that entity's own serial
 * number: a total order that stays the same however the network is divided among workers. Nothing
 * else takes part in it.
 *
 * An event is embedded in its owner, armed, re-armed and cancelled in place; the core never
 * allocates per event. Re-arming to a later time is O(1): the queue keeps the old place and
 * moves the event when it comes up; such a wake-up is no event, takes no serial and is not
 * counted. */

#ifndef SIM_SIM_H
#define SIM_SIM_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#define SIM_NS_PER_US INT64_C(1000)
#define SIM_NS_PER_MS INT64_C(1000000)
#define SIM_NS_PER_S INT64_C(1000000000)
#define SIM_NEVER INT64_MAX

/* (entity id << SIM_SERIAL_BITS) | serial; 0 is "nothing". Names events, packets and causes
 * alike. */
typedef uint64_t SimKey;
#define SIM_SERIAL_BITS 40
#define SIM_ENTITY_MAX ((UINT32_C(1) << (64 - SIM_SERIAL_BITS)) - 1)

/* Something that acts: a host, one direction of a link, a switch. It lives in one partition. Ids
 * start at 1 and are given by the world in the order of the scenario; serials start at 1. */
typedef struct SimEntity {
    uint32_t id;
    uint64_t next_event; /* serial of the next event armed */
    uint64_t next_item;  /* serial of the next packet made */
} SimEntity;

void sim_entity_init(SimEntity *entity, uint32_t id);

static inline SimKey sim_entity_event_key(SimEntity *entity)
{
    return (SimKey)entity->id << SIM_SERIAL_BITS | entity->next_event++;
}

/* Packets are numbered apart from events, so that a run with other timers numbers its packets
 * alike. */
static inline SimKey sim_entity_item_key(SimEntity *entity)
{
    return (SimKey)entity->id << SIM_SERIAL_BITS | entity->next_item++;
}

typedef struct Sim Sim;
typedef struct SimEvent SimEvent;

/* Runs an event. It is disarmed already and may be armed again, or freed with its owner, in the
 * call. */
typedef void (*SimEventFn)(SimEvent *event, int64_t now_ns);

/* Is shown n events that come soon, in no order and at until_ns at the latest, so that it can fetch
 * what they will look at into the cache; it changes nothing. */
typedef void (*SimAheadFn)(const SimEvent *const *events, unsigned n, int64_t until_ns);
#define SIM_AHEAD_MOST 64 /* n is never more */

/* One cache line. Owners read at_ns, key and cause; the rest is the queue's. */
struct SimEvent {
    int64_t at_ns; /* when it is due; SIM_NEVER: not armed */
    SimKey key;    /* its place among events of the same time */
    SimKey cause;  /* the event that was being handled when it was armed; 0: none */
    SimEventFn fn;
    int64_t queued_at_ns; /* where the queue holds it, <= at_ns */
    SimKey queued_key;
    union {
        struct SimEvent *link[2];
        uint64_t slot[2];
    } queue;
};

Sim *sim_new(void);
void sim_free(Sim *sim);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Sim, sim_free)

/* NULL, as in the beginning: nobody is shown what comes. */
void sim_set_ahead(Sim *sim, SimAheadFn ahead);

/* Prepares an event, not armed. Must precede any other use. */
void sim_event_init(SimEvent *event, SimEventFn fn);

static inline bool sim_event_armed(const SimEvent *event)
{
    return event->at_ns != SIM_NEVER;
}

/* Arms or re-arms for at_ns >= now with a new serial of the entity. The cause is the current
 * event. */
void sim_arm(Sim *sim, SimEvent *event, int64_t at_ns, SimEntity *entity);

/* The same with a key drawn earlier and its cause: for the head of a FIFO of frames in flight,
 * each of which drew its key when it was sent. (at_ns, key) must come after the event being
 * handled. */
void sim_arm_keyed(Sim *sim, SimEvent *event, int64_t at_ns, SimKey key, SimKey cause);

/* Arms a wake-up for at_ns > now that is no event: it takes no serial, is not counted, comes before
 * all events of its instant and may change nothing that an event can see. For announcing, at its
 * true time, what was decided earlier. */
void sim_arm_watch(Sim *sim, SimEvent *event, int64_t at_ns);

/* Takes the event out of the queue at once; one that is not armed is left alone. */
void sim_cancel(Sim *sim, SimEvent *event);

/* Runs every event due at or before until_ns, in order, then sets the clock to until_ns; ends
 * earlier, with the clock at the last event, when the queue is empty and until_ns is SIM_NEVER,
 * or after sim_stop(). */
void sim_run(Sim *sim, int64_t until_ns);

/* Runs at most one event, due at or before until_ns. False, and the clock unmoved, if there is
 * none. */
bool sim_step(Sim *sim, int64_t until_ns);

/* Makes sim_run() return after the event being handled. */
void sim_stop(Sim *sim);

/* The time of the earliest armed event; SIM_NEVER if there is none. */
int64_t sim_next_at(Sim *sim);

int64_t sim_now(const Sim *sim);
/* Outside of an event: the time of the latest one that was run, which the clock may have left
 * behind; 0: none was. */
int64_t sim_last_at(const Sim *sim);
/* Key and cause of the event being handled; 0 outside of one. */
SimKey sim_current(const Sim *sim);
SimKey sim_current_cause(const Sim *sim);
/* Events run so far (lazy wake-ups not counted). */
uint64_t sim_event_count(const Sim *sim);
/* Times an event was put into the queue or taken out before it was due: what re-arming to a later
 * time must not cost. */
uint64_t sim_queue_operation_count(const Sim *sim);
/* Memory allocated by the queue beside the Sim itself; settles in the steady state. */
size_t sim_queue_bytes(const Sim *sim);

#endif
