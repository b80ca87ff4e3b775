/* Protects: in the steady state a run takes no memory from the system, whatever room the blocks
 * would be for: every malloc() of the process is counted while a whole world runs. */

#include <stdlib.h>

#include "scenario/scenario_build.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#endif

#if defined(__GLIBC__) && !defined(SANITIZED)
#define COUNTING 1

extern void *__libc_malloc(size_t bytes);
extern void *__libc_calloc(size_t count, size_t bytes);
extern void *__libc_realloc(void *block, size_t bytes);
extern void *__libc_memalign(size_t alignment, size_t bytes);

static uint64_t allocations;

void *malloc(size_t bytes)
{
    allocations++;
    return __libc_malloc(bytes);
}

void *calloc(size_t count, size_t bytes)
{
    allocations++;
    return __libc_calloc(count, bytes);
}

void *realloc(void *block, size_t bytes)
{
    allocations++;
    return __libc_realloc(block, bytes);
}

void *aligned_alloc(size_t alignment, size_t bytes)
{
    allocations++;
    return __libc_memalign(alignment, bytes);
}
#else
#define COUNTING 0
static uint64_t allocations;
#endif

/* A world of a shipped scenario. */
typedef struct Row {
    const char *label, *path;
    int64_t settled_s, until_s; /* nothing is allocated between these */
} Row;

static const Row rows[] = {
    { "dumbbell-of-10", "scenarios/bench/w2-n10.yaml", 2, 3 },
    { "dumbbell-of-100", "scenarios/bench/w2.yaml", 2, 3 },
    { "chain", "scenarios/bench/w0.yaml", 1, 2 },
};

static void test_steady_state(gconstpointer data)
{
    const Row *row = data;
    if (!COUNTING) {
        g_test_skip("malloc() is not ours to count here");
        return;
    }
    g_autofree char *file = g_test_build_filename(G_TEST_DIST, row->path, NULL);
    ScenarioRequest request = { .path = file };
    g_autoptr(ScenarioDiag) diag = scenario_diag_new(NULL, false);
    bool io = false;
    g_autoptr(Scenario) scenario = scenario_load(&request, diag, &io);
    g_assert_nonnull(scenario);
    g_autoptr(ScenarioBuilt) built = scenario_build(scenario, NULL, diag);
    g_assert_nonnull(built);

    uint64_t before = allocations;
    world_run(built->world, row->settled_s * SIM_NS_PER_S);
    g_assert_cmpuint(allocations, >, before); /* the pools have grown: the counter counts */
    before = allocations;
    world_run(built->world, row->until_s * SIM_NS_PER_S);
    g_assert_cmpuint(allocations, ==, before);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *path = g_strdup_printf("/world/allocations/%s", rows[i].label);
        g_test_add_data_func(path, &rows[i], test_steady_state);
    }
    return g_test_run();
}
