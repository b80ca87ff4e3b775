/* Pools: blocks are apart, on cache lines of their own, and the steady state allocates nothing. */

#include "sim/sim_pool.h"

#include <string.h>

#define BLOCKS 5000

static void test_rounding(void)
{
    static const struct {
        size_t asked_bytes, got_bytes;
    } rows[] = { { 1, 64 }, { 63, 64 }, { 64, 64 }, { 65, 128 }, { 1600, 1600 }, { 1601, 1664 } };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        SimPool pool;
        sim_pool_init(&pool, rows[i].asked_bytes);
        g_assert_cmpuint(pool.block_bytes, ==, rows[i].got_bytes);
        sim_pool_clear(&pool);
    }
}

/* Writing one block through must not show in another: overlapping blocks are the pool's worst
 * bug. */
static void test_blocks_are_apart(void)
{
    SimPool pool;
    sim_pool_init(&pool, 100);
    static unsigned char *blocks[BLOCKS];
    for (size_t i = 0; i < BLOCKS; i++) {
        blocks[i] = sim_pool_take(&pool);
        g_assert_cmpuint((uintptr_t)blocks[i] % SIM_POOL_LINE_BYTES, ==, 0);
        memset(blocks[i], (int)(i % 251), 128);
    }
    for (size_t i = 0; i < BLOCKS; i++) {
        for (size_t j = 0; j < 128; j++) {
            g_assert_cmpuint(blocks[i][j], ==, i % 251);
        }
    }
    g_assert_cmpuint(pool.in_use, ==, BLOCKS);
    sim_pool_clear(&pool); /* with the blocks still in use */
    g_assert_cmpuint(pool.slab_count, ==, 0);
}

static void test_steady_state(void)
{
    SimPool pool;
    sim_pool_init(&pool, sizeof(void *));
    static void *blocks[BLOCKS];
    for (size_t i = 0; i < BLOCKS; i++) {
        blocks[i] = sim_pool_take(&pool);
    }
    uint64_t slabs = pool.slab_count;
    g_assert_cmpuint(slabs, >, 0);
    g_assert_cmpuint(slabs, <, 20);
    for (size_t round = 0; round < 100; round++) {
        for (size_t i = round; i < BLOCKS; i += 1 + round) {
            sim_pool_give(&pool, blocks[i]);
        }
        for (size_t i = round; i < BLOCKS; i += 1 + round) {
            blocks[i] = sim_pool_take(&pool);
        }
    }
    g_assert_cmpuint(pool.slab_count, ==, slabs);
    g_assert_cmpuint(pool.in_use, ==, BLOCKS);
    g_assert_cmpuint(pool.high_water, ==, BLOCKS);
    sim_pool_clear(&pool);
}

/* A block larger than the largest slab is still served. */
static void test_huge_block(void)
{
    SimPool pool;
    sim_pool_init(&pool, 3 * 1024 * 1024);
    unsigned char *block = sim_pool_take(&pool);
    block[0] = block[3 * 1024 * 1024 - 1] = 1;
    sim_pool_give(&pool, block);
    g_assert_true(sim_pool_take(&pool) == (void *)block);
    sim_pool_clear(&pool);
}

/* Under AddressSanitizer the use of a block after it was given back ends the program. */
static void test_poisoned_when_free(void)
{
#ifdef SIM_POOL_ASAN
    if (g_test_subprocess()) {
        SimPool pool;
        sim_pool_init(&pool, 64);
        volatile char *block = sim_pool_take(&pool);
        sim_pool_give(&pool, (void *)block);
        block[32] = 1;
        return;
    }
    g_test_trap_subprocess(NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
    g_test_trap_assert_failed();
    g_test_trap_assert_stderr("*use-after-poison*");
#else
    g_test_skip("built without AddressSanitizer");
#endif
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/sim/pool/rounding", test_rounding);
    g_test_add_func("/sim/pool/blocks-are-apart", test_blocks_are_apart);
    g_test_add_func("/sim/pool/steady-state", test_steady_state);
    g_test_add_func("/sim/pool/huge-block", test_huge_block);
    g_test_add_func("/sim/pool/poisoned-when-free", test_poisoned_when_free);
    return g_test_run();
}
