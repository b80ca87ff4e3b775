/* The event core beside a model too simple to be wrong: an unsorted array, searched whole for
 * its least (time, key). The same random operations go to both, from outside and from within
 * handlers. */

#include "sim/sim.h"

#include "sim/sim_rng.h"

#define ENTITIES 5
#define OPERATIONS 100000

/* With the share of operations below, some two thirds of a row's events are pending at a time: few
 * keep the queue's lists short, many make crowds of every kind. */
typedef struct Row {
    const char *label;
    size_t events;
    uint64_t span_ns[2]; /* delays are drawn below one or the other of these */
} Row;

static const Row rows[] = {
    { "all-at-once", 48, { 1, 1 } },
    { "all-at-once-crowd", 300, { 1, 1 } },
    { "many-ties", 48, { 3, 70 } },
    { "many-ties-crowd", 500, { 3, 70 } },
    { "near", 48, { 1000, 10000 } },
    { "near-crowd", 700, { 1000, 10000 } },
    { "near-and-far", 48, { 100, UINT64_C(1) << 40 } },
    { "network", 48, { 12144, 10000000 } },
    { "network-crowd", 900, { 12144, 10000000 } },
    { "frames-and-one-time", 700, { 12144, 1 } },
    { "very-far", 48, { UINT64_C(1) << 33, UINT64_C(1) << 48 } },
    { "very-far-crowd", 400, { UINT64_C(1) << 33, UINT64_C(1) << 48 } },
};

typedef struct Expected {
    bool armed;
    int64_t at_ns;
    SimKey key, cause;
} Expected;

typedef struct Model {
    Sim *sim;
    Rng rng;
    const Row *row;
    SimEntity entities[ENTITIES];
    uint64_t serials[ENTITIES]; /* as they should stand */
    struct Owner *owners;
    Expected *expected;
    uint64_t run_count;
    int operations_left;
    int64_t limit_ns; /* of the run or step under way */
} Model;

typedef struct Owner {
    SimEvent event;
    Model *model;
    size_t index;
} Owner;

static size_t least(const Model *model)
{
    size_t best = model->row->events;
    for (size_t i = 0; i < model->row->events; i++) {
        const Expected *a = &model->expected[i];
        const Expected *b = best < model->row->events ? &model->expected[best] : NULL;
        if (a->armed &&
            (b == NULL || a->at_ns < b->at_ns || (a->at_ns == b->at_ns && a->key < b->key))) {
            best = i;
        }
    }
    return best;
}

static int64_t draw_time(Model *model)
{
    uint64_t span_ns = model->row->span_ns[rng_below(&model->rng, 2)];
    return sim_now(model->sim) + (int64_t)rng_below(&model->rng, span_ns);
}

static SimKey draw_key(Model *model, size_t e)
{
    return (SimKey)model->entities[e].id << SIM_SERIAL_BITS | model->serials[e]++;
}

static void arm(Model *model, size_t i)
{
    size_t e = rng_below(&model->rng, ENTITIES);
    int64_t at_ns = draw_time(model);
    model->expected[i] = (Expected){ true, at_ns, draw_key(model, e), sim_current(model->sim) };
    sim_arm(model->sim, &model->owners[i].event, at_ns, &model->entities[e]);
}

/* With a key drawn now, or one of the far future of its entity, so that keyed events overtake
 * others. */
static void arm_keyed(Model *model, size_t i)
{
    size_t e = rng_below(&model->rng, ENTITIES);
    int64_t at_ns = draw_time(model);
    SimKey key = sim_entity_event_key(&model->entities[e]);
    g_assert_cmphex(key, ==, draw_key(model, e));
    if (at_ns == sim_now(model->sim) && key <= sim_current(model->sim)) {
        at_ns++;
    }
    SimKey cause = rng_u64(&model->rng);
    model->expected[i] = (Expected){ true, at_ns, key, cause };
    sim_arm_keyed(model->sim, &model->owners[i].event, at_ns, key, cause);
}

static void cancel(Model *model, size_t i)
{
    model->expected[i].armed = false;
    sim_cancel(model->sim, &model->owners[i].event);
}

static void operate(Model *model)
{
    model->operations_left--;
    size_t i = rng_below(&model->rng, model->row->events);
    switch (rng_below(&model->rng, 8)) {
    case 0:
    case 1:
        cancel(model, i);
        break;
    case 2:
    case 3:
        arm_keyed(model, i);
        break;
    default:
        arm(model, i);
        break;
    }
}

static void on_event(SimEvent *event, int64_t now_ns)
{
    Owner *owner = (Owner *)event;
    Model *model = owner->model;
    Expected *expected = &model->expected[owner->index];
    g_assert_cmpuint(owner->index, ==, least(model));
    g_assert_cmpint(now_ns, ==, expected->at_ns);
    g_assert_cmpint(now_ns, <=, model->limit_ns);
    g_assert_cmphex(sim_current(model->sim), ==, expected->key);
    g_assert_cmphex(sim_current_cause(model->sim), ==, expected->cause);
    g_assert_false(sim_event_armed(event));
    expected->armed = false;
    model->run_count++;
    for (uint64_t n = rng_below(&model->rng, 3); n > 0 && model->operations_left > 0; n--) {
        operate(model);
    }
    if (rng_below(&model->rng, 50) == 0) {
        sim_stop(model->sim);
    }
}

static int64_t next_at(const Model *model)
{
    size_t i = least(model);
    return i < model->row->events ? model->expected[i].at_ns : SIM_NEVER;
}

/* A run or a step to a drawn time; then everything that can be seen from outside must agree. */
static void advance(Model *model)
{
    int64_t before_ns = sim_now(model->sim);
    model->limit_ns = draw_time(model);
    if (rng_below(&model->rng, 2) == 0) {
        bool due = next_at(model) <= model->limit_ns;
        g_assert_cmpint(sim_step(model->sim, model->limit_ns), ==, due);
        if (!due) {
            g_assert_cmpint(sim_now(model->sim), ==, before_ns);
        }
    } else {
        sim_run(model->sim, model->limit_ns);
        if (sim_now(model->sim) == model->limit_ns && next_at(model) <= model->limit_ns) {
            sim_run(model->sim, model->limit_ns); /* it was stopped */
        }
    }
    g_assert_cmpint(sim_now(model->sim), <=, model->limit_ns);
    g_assert_cmpuint(sim_event_count(model->sim), ==, model->run_count);
    g_assert_cmphex(sim_current(model->sim), ==, 0);
    if (rng_below(&model->rng, 4) == 0) {
        g_assert_cmpint(sim_next_at(model->sim), ==, next_at(model));
    }
}

static void test_against_model(gconstpointer data)
{
    const Row *row = data;
    Model model = { .sim = sim_new(), .row = row };
    model.owners = g_new(Owner, row->events);
    model.expected = g_new0(Expected, row->events);
    model.operations_left = OPERATIONS;
    rng_init(&model.rng, 1, row->label);
    for (uint32_t e = 0; e < ENTITIES; e++) {
        sim_entity_init(&model.entities[e], ENTITIES - e);
        model.serials[e] = 1;
    }
    for (size_t i = 0; i < row->events; i++) {
        model.owners[i] = (Owner){ .model = &model, .index = i };
        sim_event_init(&model.owners[i].event, on_event);
    }
    while (model.operations_left > 0) {
        for (uint64_t n = rng_below(&model.rng, 20); n > 0 && model.operations_left > 0; n--) {
            operate(&model);
        }
        advance(&model);
    }
    model.limit_ns = SIM_NEVER;
    while (least(&model) < row->events) {
        sim_run(model.sim, SIM_NEVER);
    }
    g_assert_cmpuint(model.run_count, >, OPERATIONS / 10);
    for (uint32_t e = 0; e < ENTITIES; e++) {
        g_assert_cmpuint(model.entities[e].next_event, ==, model.serials[e]);
    }
    sim_free(model.sim);
    g_free(model.owners);
    g_free(model.expected);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *path = g_strdup_printf("/sim/model/%s", rows[i].label);
        g_test_add_data_func(path, &rows[i], test_against_model);
    }
    return g_test_run();
}
