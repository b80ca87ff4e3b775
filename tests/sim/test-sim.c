/* The contracts of sim.h, one by one. The queue as a whole is held to a naive model in
 * test-sim-model.c. */

#include "sim/sim.h"

#include "sim/sim_rng.h"

typedef struct Fixture {
    Sim *sim;
    SimEntity entity[4];
    GString *log; /* a letter for each event run */
    Rng *rng;
    int *budget; /* events to run before stopping */
    SimKey last_key;
} Fixture;

/* An event that writes its letter and then does something. */
typedef struct Tick {
    SimEvent event;
    Fixture *fixture;
    char letter;
    void (*then)(struct Tick *tick, int64_t now_ns);
    struct Tick *other;
    int left;
} Tick;

static void on_tick(SimEvent *event, int64_t now_ns)
{
    Tick *tick = (Tick *)event;
    g_assert_false(sim_event_armed(event));
    g_assert_cmpint(sim_now(tick->fixture->sim), ==, now_ns);
    g_string_append_c(tick->fixture->log, tick->letter);
    if (tick->then != NULL) {
        tick->then(tick, now_ns);
    }
}

static Tick tick_make(Fixture *fixture, char letter)
{
    Tick tick = { .fixture = fixture, .letter = letter };
    sim_event_init(&tick.event, on_tick);
    return tick;
}

static void set_up(Fixture *fixture, gconstpointer data)
{
    fixture->sim = sim_new();
    fixture->log = g_string_new(NULL);
    for (uint32_t i = 0; i < G_N_ELEMENTS(fixture->entity); i++) {
        sim_entity_init(&fixture->entity[i], i + 1);
    }
}

static void tear_down(Fixture *fixture, gconstpointer data)
{
    sim_free(fixture->sim);
    g_string_free(fixture->log, TRUE);
}

static void arm(Tick *tick, int64_t at_ns, int entity)
{
    sim_arm(tick->fixture->sim, &tick->event, at_ns, &tick->fixture->entity[entity]);
}

static void cancel(Tick *tick)
{
    sim_cancel(tick->fixture->sim, &tick->event);
}

static void assert_log(Fixture *fixture, const char *expected)
{
    g_assert_cmpstr(fixture->log->str, ==, expected);
}

/* Ties run by entity id, then by that entity's serial; not by the order of arming. */
static void test_ties(Fixture *fixture, gconstpointer data)
{
    Tick a = tick_make(fixture, 'a'), b = tick_make(fixture, 'b'), c = tick_make(fixture, 'c');
    Tick d = tick_make(fixture, 'd'), e = tick_make(fixture, 'e');
    arm(&e, 100, 2);
    arm(&c, 100, 1);
    arm(&b, 100, 0);
    arm(&d, 100, 1);
    arm(&a, 99, 3);
    sim_run(fixture->sim, SIM_NEVER);
    assert_log(fixture, "abcde");
    g_assert_cmpint(sim_now(fixture->sim), ==, 100);
    g_assert_cmpuint(sim_event_count(fixture->sim), ==, 5);
}

/* An event moved later runs once, at the later time, in the later time's order; the wake-up in
 * between takes no serial and counts as nothing. */
static void test_rearm_later(Fixture *fixture, gconstpointer data)
{
    Tick a = tick_make(fixture, 'a'), b = tick_make(fixture, 'b'), c = tick_make(fixture, 'c');
    arm(&a, 10, 0);
    arm(&b, 20, 0);
    arm(&a, 30, 0);
    arm(&c, 30, 0);
    g_assert_cmpint(sim_next_at(fixture->sim), ==, 20);
    g_assert_cmpuint(fixture->entity[0].next_event, ==, 5);
    sim_run(fixture->sim, 15);
    assert_log(fixture, "");
    g_assert_cmpint(sim_now(fixture->sim), ==, 15);
    sim_run(fixture->sim, SIM_NEVER);
    assert_log(fixture, "bac");
    g_assert_cmpuint(sim_event_count(fixture->sim), ==, 3);
    g_assert_cmpuint(fixture->entity[0].next_event, ==, 5);
}

static void test_rearm_earlier(Fixture *fixture, gconstpointer data)
{
    Tick a = tick_make(fixture, 'a'), b = tick_make(fixture, 'b');
    arm(&a, 30, 0);
    arm(&b, 20, 0);
    arm(&a, 10, 0);
    sim_run(fixture->sim, SIM_NEVER);
    assert_log(fixture, "ab");
    g_assert_cmpint(sim_now(fixture->sim), ==, 20);
}

/* Later and then earlier again, but still after the place in the queue; and before it. */
static void test_rearm_back_and_forth(Fixture *fixture, gconstpointer data)
{
    Tick a = tick_make(fixture, 'a'), b = tick_make(fixture, 'b');
    arm(&b, 50, 0);
    arm(&a, 10, 0);
    arm(&a, 90, 0);
    arm(&a, 40, 0);
    sim_run(fixture->sim, 45);
    assert_log(fixture, "a");
    arm(&a, 60, 0);
    arm(&a, 90, 0);
    arm(&a, 46, 0);
    sim_run(fixture->sim, SIM_NEVER);
    assert_log(fixture, "aab");
}

/* The same time again, with a larger key, goes behind those armed in between. */
static void test_rearm_same_time(Fixture *fixture, gconstpointer data)
{
    Tick a = tick_make(fixture, 'a'), b = tick_make(fixture, 'b');
    arm(&a, 10, 0);
    arm(&b, 10, 0);
    arm(&a, 10, 0);
    sim_run(fixture->sim, SIM_NEVER);
    assert_log(fixture, "ba");
}

static void test_cancel(Fixture *fixture, gconstpointer data)
{
    Tick a = tick_make(fixture, 'a'), b = tick_make(fixture, 'b'), c = tick_make(fixture, 'c');
    cancel(&a);
    arm(&a, 10, 0);
    arm(&b, 10, 0);
    arm(&c, 10, 0);
    cancel(&b);
    cancel(&b);
    g_assert_false(sim_event_armed(&b.event));
    g_assert_true(sim_event_armed(&a.event));
    cancel(&a);
    arm(&a, 11, 0);
    arm(&a, 12, 0);
    cancel(&a); /* where the queue holds it and where it is due differ */
    sim_run(fixture->sim, SIM_NEVER);
    assert_log(fixture, "c");
}

/* The queue forgets a cancelled event at once: its memory may go. */
static void test_owner_freed_after_cancel(Fixture *fixture, gconstpointer data)
{
    Tick a = tick_make(fixture, 'a');
    for (int64_t at_ns = 5; at_ns < 1000; at_ns += 7) {
        Tick *owner = g_new(Tick, 1);
        *owner = tick_make(fixture, 'x');
        arm(owner, at_ns, 0);
        arm(owner, at_ns * 3, 0);
        cancel(owner);
        g_free(owner);
    }
    arm(&a, 2000, 0);
    sim_run(fixture->sim, SIM_NEVER);
    assert_log(fixture, "a");
}

static void free_self(Tick *tick, int64_t now_ns)
{
    cancel(tick);
    g_free(tick);
}

static void test_owner_freed_in_handler(Fixture *fixture, gconstpointer data)
{
    for (int i = 0; i < 3; i++) {
        Tick *owner = g_new(Tick, 1);
        *owner = tick_make(fixture, (char)('a' + i));
        owner->then = free_self;
        arm(owner, 10, 0);
    }
    sim_run(fixture->sim, SIM_NEVER);
    assert_log(fixture, "abc");
}

static void cancel_other(Tick *tick, int64_t now_ns)
{
    cancel(tick->other);
}

/* The next event of the same time, and a later one, are cancelled by the event before them. */
static void test_cancel_in_handler(Fixture *fixture, gconstpointer data)
{
    Tick a = tick_make(fixture, 'a'), b = tick_make(fixture, 'b');
    Tick c = tick_make(fixture, 'c'), d = tick_make(fixture, 'd');
    a.then = c.then = cancel_other;
    a.other = &b;
    c.other = &d;
    arm(&a, 10, 0);
    arm(&b, 10, 0);
    arm(&c, 11, 0);
    arm(&d, INT64_C(1) << 40, 0);
    sim_run(fixture->sim, SIM_NEVER);
    assert_log(fixture, "ac");
}

static void arm_other_now(Tick *tick, int64_t now_ns)
{
    if (tick->left-- > 0) {
        arm(tick->other, now_ns, 0);
    }
}

/* Armed at now in a handler: run at now, in key order among those of now, before time moves. */
static void test_arm_at_now(Fixture *fixture, gconstpointer data)
{
    Tick a = tick_make(fixture, 'a'), b = tick_make(fixture, 'b'), c = tick_make(fixture, 'c');
    Tick d = tick_make(fixture, 'd');
    a.then = b.then = arm_other_now;
    a.other = &b;
    b.other = &a;
    a.left = b.left = 2;
    arm(&a, 10, 0);
    arm(&c, 10, 1);
    arm(&d, 11, 0);
    sim_run(fixture->sim, SIM_NEVER);
    assert_log(fixture, "ababacd");
}

static void rearm_self(Tick *tick, int64_t now_ns)
{
    if (tick->left-- > 0) {
        arm(tick, now_ns + 10, 0);
    }
}

static void test_arm_self(Fixture *fixture, gconstpointer data)
{
    Tick a = tick_make(fixture, 'a'), b = tick_make(fixture, 'b');
    a.then = rearm_self;
    a.left = 4;
    arm(&a, 10, 0);
    arm(&b, 35, 0);
    sim_run(fixture->sim, SIM_NEVER);
    assert_log(fixture, "aaabaa");
    g_assert_cmpint(sim_now(fixture->sim), ==, 50);
}

/* A frame in flight keeps the key it drew when it was sent, also against events armed since. */
static void test_keyed(Fixture *fixture, gconstpointer data)
{
    SimEntity *wire = &fixture->entity[1];
    SimKey first = sim_entity_event_key(wire), second = sim_entity_event_key(wire);
    g_assert_cmphex(first, ==, (UINT64_C(2) << SIM_SERIAL_BITS) + 1);
    g_assert_cmphex(second, ==, first + 1);
    Tick a = tick_make(fixture, 'a'), b = tick_make(fixture, 'b'), c = tick_make(fixture, 'c');
    Tick d = tick_make(fixture, 'd');
    arm(&c, 10, 1);
    arm(&d, 10, 2);
    sim_arm_keyed(fixture->sim, &b.event, 10, second, 77);
    sim_arm_keyed(fixture->sim, &a.event, 10, first, 78);
    g_assert_cmphex(b.event.cause, ==, 77);
    g_assert_cmpuint(wire->next_event, ==, 4);
    sim_run(fixture->sim, SIM_NEVER);
    assert_log(fixture, "abcd");
}

static void test_keyed_in_the_past(Fixture *fixture, gconstpointer data)
{
    if (g_test_subprocess()) {
        Tick a = tick_make(fixture, 'a');
        sim_run(fixture->sim, 100);
        sim_arm_keyed(fixture->sim, &a.event, 99, 1, 0);
        return;
    }
    g_test_trap_subprocess(NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
    g_test_trap_assert_failed();
}

static void check_cause(Tick *tick, int64_t now_ns)
{
    Sim *sim = tick->fixture->sim;
    if (tick->letter == 'a') {
        g_assert_cmphex(sim_current_cause(sim), ==, 0);
        tick->other->event.cause = 1; /* must be overwritten */
        arm(tick->other, now_ns + 1, 2);
        g_assert_cmphex(tick->other->event.cause, ==, sim_current(sim));
    } else {
        g_assert_cmphex(sim_current(sim), ==, (UINT64_C(3) << SIM_SERIAL_BITS) + 1);
        g_assert_cmphex(sim_current_cause(sim), ==, (UINT64_C(1) << SIM_SERIAL_BITS) + 1);
    }
}

static void test_causes(Fixture *fixture, gconstpointer data)
{
    Tick a = tick_make(fixture, 'a'), b = tick_make(fixture, 'b');
    a.then = b.then = check_cause;
    a.other = &b;
    arm(&a, 10, 0);
    g_assert_cmphex(sim_current(fixture->sim), ==, 0);
    sim_run(fixture->sim, SIM_NEVER);
    assert_log(fixture, "ab");
    g_assert_cmphex(sim_current(fixture->sim), ==, 0);
    g_assert_cmphex(sim_current_cause(fixture->sim), ==, 0);
}

/* Up to and including until_ns, then the clock stands there; an empty queue with an end, too. */
static void test_until(Fixture *fixture, gconstpointer data)
{
    Tick a = tick_make(fixture, 'a'), b = tick_make(fixture, 'b'), c = tick_make(fixture, 'c');
    arm(&a, 10, 0);
    arm(&b, 20, 0);
    arm(&c, 21, 0);
    sim_run(fixture->sim, 20);
    assert_log(fixture, "ab");
    g_assert_cmpint(sim_now(fixture->sim), ==, 20);
    sim_run(fixture->sim, 1000);
    assert_log(fixture, "abc");
    g_assert_cmpint(sim_now(fixture->sim), ==, 1000);
    g_assert_cmpint(sim_last_at(fixture->sim), ==, 21);
    g_assert_cmpint(sim_next_at(fixture->sim), ==, SIM_NEVER);
    sim_run(fixture->sim, SIM_NEVER);
    g_assert_cmpint(sim_now(fixture->sim), ==, 1000);
}

/* Looking at what comes next, or running up to before it, must not close the door to what comes
 * sooner. */
static void test_arm_before_what_was_seen(Fixture *fixture, gconstpointer data)
{
    Tick ticks[8];
    for (int i = 0; i < 8; i++) {
        ticks[i] = tick_make(fixture, (char)('a' + i));
    }
    const int64_t far_ns = INT64_C(1) << 42;
    for (int i = 7; i >= 0; i--) {
        arm(&ticks[i], (far_ns >> (35 - 5 * i)) + i, 0);
        g_assert_cmpint(sim_next_at(fixture->sim), ==, ticks[i].event.at_ns);
        g_assert_false(sim_step(fixture->sim, 2));
    }
    g_assert_cmpint(sim_now(fixture->sim), ==, 0);
    sim_run(fixture->sim, SIM_NEVER);
    assert_log(fixture, "abcdefgh");
}

static void test_step(Fixture *fixture, gconstpointer data)
{
    Tick a = tick_make(fixture, 'a'), b = tick_make(fixture, 'b');
    arm(&a, 10, 0);
    arm(&b, 10, 0);
    arm(&b, 20, 0);
    g_assert_false(sim_step(fixture->sim, 9));
    g_assert_cmpint(sim_now(fixture->sim), ==, 0);
    g_assert_true(sim_step(fixture->sim, 10));
    assert_log(fixture, "a");
    g_assert_false(sim_step(fixture->sim, 19));
    g_assert_cmpint(sim_now(fixture->sim), ==, 10);
    g_assert_true(sim_step(fixture->sim, SIM_NEVER));
    g_assert_cmpint(sim_now(fixture->sim), ==, 20);
    g_assert_cmphex(sim_current(fixture->sim), ==, 0);
    g_assert_false(sim_step(fixture->sim, SIM_NEVER));
    assert_log(fixture, "ab");
}

static void stop_now(Tick *tick, int64_t now_ns)
{
    sim_stop(tick->fixture->sim);
}

static void test_stop(Fixture *fixture, gconstpointer data)
{
    Tick a = tick_make(fixture, 'a'), b = tick_make(fixture, 'b');
    a.then = stop_now;
    arm(&a, 10, 0);
    arm(&b, 10, 0);
    sim_run(fixture->sim, 1000);
    assert_log(fixture, "a");
    g_assert_cmpint(sim_now(fixture->sim), ==, 10);
    sim_run(fixture->sim, 1000);
    assert_log(fixture, "ab");
    g_assert_cmpint(sim_now(fixture->sim), ==, 1000);
}

/* A retransmission timer under ACKs: each ACK re-arms it 200 ms ahead, a thousand ACKs a
 * timeout. The queue must be asked about as often as the timer could have fired, not as often as
 * an ACK came. */
static void ack(Tick *tick, int64_t now_ns)
{
    arm(tick->other, now_ns + 200 * SIM_NS_PER_MS, 1);
    if (--tick->left > 0) {
        arm(tick, now_ns + 200 * SIM_NS_PER_US, 0);
    }
}

static void test_rto_costs_nothing_per_ack(Fixture *fixture, gconstpointer data)
{
    const int acks = 100000;
    Tick data_in = tick_make(fixture, 'a'), rto = tick_make(fixture, 'r');
    data_in.then = ack;
    data_in.other = &rto;
    data_in.left = acks;
    arm(&data_in, 0, 0);
    sim_run(fixture->sim, SIM_NEVER);
    g_assert_cmpuint(sim_event_count(fixture->sim), ==, acks + 1);
    g_assert_cmpuint(fixture->log->len, ==, acks + 1);
    g_assert_cmpuint(fixture->entity[1].next_event, ==, acks + 1);
    uint64_t for_rto = sim_queue_operation_count(fixture->sim) - acks;
    g_assert_cmpuint(for_rto, >=, 1);
    g_assert_cmpuint(for_rto, <=, acks / 1000 + 2);
}

static void check_ascends(SimEvent *event, int64_t now_ns)
{
    Tick *tick = (Tick *)event;
    SimKey key = sim_current(tick->fixture->sim);
    g_assert_cmphex(key, >, tick->fixture->last_key);
    tick->fixture->last_key = key;
}

/* A hundred thousand events of one instant, their keys in no order: quadratic work would take
 * minutes. */
static void test_crowd_of_one_time(Fixture *fixture, gconstpointer data)
{
    enum { TICKS = 100003 }; /* a prime, so that the keys are all different */
    Tick *ticks = g_new(Tick, TICKS);
    for (uint64_t i = 0; i < TICKS; i++) {
        ticks[i] = (Tick){ .fixture = fixture };
        sim_event_init(&ticks[i].event, check_ascends);
        sim_arm_keyed(fixture->sim, &ticks[i].event, SIM_NS_PER_S, 1 + i * 61803 % TICKS, 0);
    }
    sim_run(fixture->sim, SIM_NEVER);
    g_assert_cmpuint(sim_event_count(fixture->sim), ==, TICKS);
    g_free(ticks);
}

static void wander(Tick *tick, int64_t now_ns)
{
    Rng *rng = tick->fixture->rng;
    arm(tick, now_ns + 1 + (int64_t)rng_below(rng, 10 * (uint64_t)SIM_NS_PER_MS), 0);
    g_string_truncate(tick->fixture->log, 0);
    if (--*tick->fixture->budget == 0) {
        sim_stop(tick->fixture->sim);
    }
}

/* Once a crowd has been through, the queue has the memory it needs for it: in 300 rounds more only
 * a bucket that is fuller than any before takes another array. */
static void test_memory_settles(Fixture *fixture, gconstpointer data)
{
    enum { TICKS = 2000, WARM_UP = 200 * TICKS, STEADY = 300 * TICKS };
    int budget = WARM_UP;
    Rng rng;
    rng_init(&rng, 1, "steady");
    fixture->rng = &rng;
    fixture->budget = &budget;
    Tick *ticks = g_new(Tick, TICKS);
    for (int i = 0; i < TICKS; i++) {
        ticks[i] = tick_make(fixture, 'x');
        ticks[i].then = wander;
        arm(&ticks[i], i, 0);
    }
    sim_run(fixture->sim, SIM_NEVER);
    size_t bytes = sim_queue_bytes(fixture->sim);
    budget = STEADY;
    sim_run(fixture->sim, SIM_NEVER);
    g_assert_cmpuint(sim_event_count(fixture->sim), ==, WARM_UP + STEADY);
    g_assert_cmpuint(sim_queue_bytes(fixture->sim), <=, bytes + bytes / 50);
    g_assert_cmpuint(bytes, <, 400 * TICKS);
    g_free(ticks);
}

/* A watch comes before the events of its instant, counts as none and takes no serial. */
static void test_watch(Fixture *fixture, gconstpointer data)
{
    Tick event = tick_make(fixture, 'e'), watch = tick_make(fixture, 'w');
    arm(&event, 5, 0);
    SimKey next = fixture->entity[0].next_event;
    sim_arm_watch(fixture->sim, &watch.event, 5);
    sim_run(fixture->sim, SIM_NEVER);
    g_assert_cmpstr(fixture->log->str, ==, "we");
    g_assert_cmpuint(sim_event_count(fixture->sim), ==, 1);
    g_assert_cmpuint(fixture->entity[0].next_event, ==, next);
}

/* A run that ends with a watch still tells when its last event was: watching changes no answer. */
static void test_watch_is_not_the_last(Fixture *fixture, gconstpointer data)
{
    Tick event = tick_make(fixture, 'e'), watch = tick_make(fixture, 'w');
    arm(&event, 5, 0);
    sim_arm_watch(fixture->sim, &watch.event, 7);
    sim_run(fixture->sim, 10);
    assert_log(fixture, "ew");
    g_assert_cmpint(sim_last_at(fixture->sim), ==, 5);
}

static void test_sizes(void)
{
    g_assert_cmpuint(sizeof(SimEvent), <=, 64);
    SimEntity entity;
    sim_entity_init(&entity, SIM_ENTITY_MAX);
    g_assert_cmphex(sim_entity_item_key(&entity), ==, UINT64_C(0xffffff0000000001));
    g_assert_cmphex(sim_entity_event_key(&entity), ==, UINT64_C(0xffffff0000000001));
    g_assert_cmphex(sim_entity_item_key(&entity), ==, UINT64_C(0xffffff0000000002));
}

#define ADD(path, function) g_test_add("/sim/sim/" path, Fixture, NULL, set_up, function, tear_down)

/* ---- what comes is shown ---- */

typedef struct Shown {
    Tick tick; /* has to be first */
    unsigned times;
} Shown;

static void count_shown(const SimEvent *const *events, unsigned n, int64_t until_ns)
{
    g_assert_cmpuint(n, <=, SIM_AHEAD_MOST);
    for (unsigned i = 0; i < n; i++) {
        g_assert_true(sim_event_armed(events[i]));
        g_assert_cmpint(events[i]->queued_at_ns, <=, until_ns);
        ((Shown *)events[i])->times++;
    }
}

/* Events 3 us apart, and a crowd of one time that is too large to be shown. */
static void test_ahead(Fixture *fixture, gconstpointer data)
{
    static Shown spread[200], crowd[2 * SIM_AHEAD_MOST];
    sim_set_ahead(fixture->sim, count_shown);
    for (unsigned i = 0; i < G_N_ELEMENTS(spread); i++) {
        spread[i] = (Shown){ tick_make(fixture, 'a'), 0 };
        arm(&spread[i].tick, 1000 + 3000 * (int64_t)i, 0);
    }
    for (unsigned i = 0; i < G_N_ELEMENTS(crowd); i++) {
        crowd[i] = (Shown){ tick_make(fixture, 'b'), 0 };
        arm(&crowd[i].tick, 700000, 1);
    }
    sim_run(fixture->sim, SIM_NEVER);
    g_assert_cmpuint(fixture->log->len, ==, G_N_ELEMENTS(spread) + G_N_ELEMENTS(crowd));
    unsigned n_shown = 0;
    for (unsigned i = 0; i < G_N_ELEMENTS(spread); i++) {
        g_assert_cmpuint(spread[i].times, <=, 1);
        n_shown += spread[i].times;
    }
    g_assert_cmpuint(n_shown, >, G_N_ELEMENTS(spread) * 9 / 10);
    g_assert_cmpuint(crowd[0].times, ==, 0);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("ties", test_ties);
    ADD("rearm-later", test_rearm_later);
    ADD("rearm-earlier", test_rearm_earlier);
    ADD("rearm-back-and-forth", test_rearm_back_and_forth);
    ADD("rearm-same-time", test_rearm_same_time);
    ADD("cancel", test_cancel);
    ADD("owner-freed-after-cancel", test_owner_freed_after_cancel);
    ADD("owner-freed-in-handler", test_owner_freed_in_handler);
    ADD("cancel-in-handler", test_cancel_in_handler);
    ADD("arm-at-now", test_arm_at_now);
    ADD("arm-self", test_arm_self);
    ADD("keyed", test_keyed);
    ADD("keyed-in-the-past", test_keyed_in_the_past);
    ADD("causes", test_causes);
    ADD("until", test_until);
    ADD("arm-before-what-was-seen", test_arm_before_what_was_seen);
    ADD("step", test_step);
    ADD("stop", test_stop);
    ADD("rto-costs-nothing-per-ack", test_rto_costs_nothing_per_ack);
    ADD("crowd-of-one-time", test_crowd_of_one_time);
    ADD("memory-settles", test_memory_settles);
    ADD("watch", test_watch);
    ADD("watch-is-not-the-last", test_watch_is_not_the_last);
    ADD("ahead", test_ahead);
    g_test_add_func("/sim/sim/sizes", test_sizes);
    return g_test_run();
}
