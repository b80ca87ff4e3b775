/* A pool of blocks of one size: a free list over slabs that are only returned with the pool.
 * After the first rounds of a run nothing is allocated any more; a test counts. Under AddressSanitizer
 * a free block is poisoned. */

#ifndef SIM_SIM_POOL_H
#define SIM_SIM_POOL_H

#include <stddef.h>
#include <stdint.h>

typedef struct SimPool {
    size_t block_bytes;
    void *free_list;
    void *slabs;
    uint64_t in_use;    /* blocks handed out now */
    uint64_t high_water; /* most ever in use */
    uint64_t slab_count; /* slabs allocated: constant in the steady state */
} SimPool;

/* block_bytes is rounded up to a cache line. */
void sim_pool_init(SimPool *pool, size_t block_bytes);
/* Frees the slabs; blocks still in use go with them. */
void sim_pool_clear(SimPool *pool);

void *sim_pool_grow(SimPool *pool); /* the slow path of sim_pool_take() */

/* A block with undefined contents. */
void *sim_pool_take(SimPool *pool);
/* Takes back a block of this pool. */
void sim_pool_give(SimPool *pool, void *block);

#endif
