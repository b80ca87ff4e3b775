#include "sim/sim_pool.h"

#include <stdlib.h>

#define SLAB_MIN_BYTES (16 * 1024)
#define SLAB_MAX_BYTES (1024 * 1024)

/* A slab starts with the address of the slab before it, on a line of its own. */
typedef struct Slab {
    struct Slab *next;
} Slab;

void sim_pool_init(SimPool *pool, size_t block_bytes)
{
    g_assert(block_bytes > 0);
    size_t lines = (block_bytes + SIM_POOL_LINE_BYTES - 1) / SIM_POOL_LINE_BYTES;
    *pool = (SimPool){ .block_bytes = lines * SIM_POOL_LINE_BYTES };
}

void sim_pool_clear(SimPool *pool)
{
    for (Slab *slab = pool->slabs, *next; slab != NULL; slab = next) {
        next = slab->next;
        free(slab);
    }
    sim_pool_init(pool, pool->block_bytes);
}

/* Each slab as large as all before it, so that a growing pool allocates seldom. */
static size_t next_slab_blocks(const SimPool *pool)
{
    size_t bytes = CLAMP(pool->capacity * pool->block_bytes, SLAB_MIN_BYTES, SLAB_MAX_BYTES);
    return MAX(bytes / pool->block_bytes, 1);
}

void *sim_pool_grow(SimPool *pool)
{
    g_assert(pool->free_list == NULL);
    size_t blocks = next_slab_blocks(pool);
    size_t slab_bytes = SIM_POOL_LINE_BYTES + blocks * pool->block_bytes;
    Slab *slab = aligned_alloc(SIM_POOL_LINE_BYTES, slab_bytes);
    if (slab == NULL) {
        g_error("out of memory: %zu bytes for a slab", slab_bytes);
    }
    slab->next = pool->slabs;
    pool->slabs = slab;
    pool->slab_count++;
    pool->capacity += blocks;

    char *first = (char *)slab + SIM_POOL_LINE_BYTES;
    for (size_t i = blocks - 1; i > 0; i--) {
        void *block = first + i * pool->block_bytes;
        *(void **)block = pool->free_list;
        pool->free_list = block;
        SIM_POOL_POISON(block, pool->block_bytes);
    }
    return first;
}
