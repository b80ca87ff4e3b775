/* A pool of blocks of one size: a free list over slabs that are only returned with the pool.
 * After the first rounds of a run nothing is allocated any more; a test counts. Under
 * AddressSanitizer a free block is poisoned. */

#ifndef SIM_SIM_POOL_H
#define SIM_SIM_POOL_H

#include <glib.h>
#include <stddef.h>
#include <stdint.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SIM_POOL_ASAN 1
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define SIM_POOL_ASAN 1
#endif

#ifdef SIM_POOL_ASAN
#include <sanitizer/asan_interface.h>
#define SIM_POOL_POISON(block, bytes) __asan_poison_memory_region(block, bytes)
#define SIM_POOL_UNPOISON(block, bytes) __asan_unpoison_memory_region(block, bytes)
#else
#define SIM_POOL_POISON(block, bytes) ((void)0)
#define SIM_POOL_UNPOISON(block, bytes) ((void)0)
#endif

#define SIM_POOL_LINE_BYTES 64

typedef struct SimPool {
    size_t block_bytes;
    void *free_list; /* each free block starts with the next one's address */
    void *slabs;
    uint64_t in_use;     /* blocks handed out now */
    uint64_t high_water; /* most ever in use */
    uint64_t slab_count; /* slabs allocated: constant in the steady state */
    uint64_t capacity;   /* blocks in all slabs */
} SimPool;

/* block_bytes is rounded up to a cache line. */
void sim_pool_init(SimPool *pool, size_t block_bytes);
/* Frees the slabs; blocks still in use go with them. */
void sim_pool_clear(SimPool *pool);

/* The slow path of sim_pool_take(): adds a slab to a pool without a free block and returns one
 * of its blocks, not counted as in use. */
void *sim_pool_grow(SimPool *pool);

/* A block with undefined contents, on a cache line of its own. */
static inline void *sim_pool_take(SimPool *pool)
{
    void *block = pool->free_list;
    if (G_LIKELY(block != NULL)) {
        SIM_POOL_UNPOISON(block, pool->block_bytes);
        pool->free_list = *(void **)block;
    } else {
        block = sim_pool_grow(pool);
    }
    if (++pool->in_use > pool->high_water) {
        pool->high_water = pool->in_use;
    }
    return block;
}

/* Takes back a block of this pool. */
static inline void sim_pool_give(SimPool *pool, void *block)
{
    g_assert(pool->in_use > 0);
    pool->in_use--;
    *(void **)block = pool->free_list;
    pool->free_list = block;
    SIM_POOL_POISON(block, pool->block_bytes);
}

#endif
