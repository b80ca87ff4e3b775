/* Named, counter-based random streams.
 *
 * A stream is a pure function of (scenario seed, stable name, index): Philox4x32-10 (Salmon,
 * Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011) keyed by a hash of
 * seed and name. So a new host or link draws from streams of its own and disturbs no other. One
 * stream per use ("link wire client>server loss"). Integers only. */

#ifndef SIM_SIM_RNG_H
#define SIM_SIM_RNG_H

#include <stdbool.h>
#include <stdint.h>

#define SIM_PPB UINT32_C(1000000000) /* probabilities are parts per billion, 0..SIM_PPB */

typedef struct Rng {
    uint32_t key[2];
    uint64_t index; /* draws taken so far; the next draw's index */
    uint64_t last;  /* the latest draw, for the trace's "because" */
} Rng;

/* name: stable, UTF-8, unique within the world. Takes nothing, cannot fail. */
void rng_init(Rng *rng, uint64_t seed, const char *name);

/* Uniform over all 64-bit values. */
uint64_t rng_u64(Rng *rng);

/* Uniform over 0..bound-1, bound > 0; always exactly one draw (multiply-shift, bias below bound
 * / 2^64). */
uint64_t rng_below(Rng *rng, uint64_t bound);

/* True with probability ppb / 10^9. Draws once even when ppb is 0 or SIM_PPB, so that a changed
 * probability leaves later draws where they were. */
bool rng_chance(Rng *rng, uint32_t ppb);

/* Exponential with the given mean, by integer table; mean_ns >= 0, the result >= 0. One draw. */
int64_t rng_exponential_ns(Rng *rng, int64_t mean_ns);

/* Normal with mean 0 and the given standard deviation >= 0, by integer table, cut at +-6
 * deviations. One draw. */
int64_t rng_normal_ns(Rng *rng, int64_t deviation_ns);

/* Uniform over -range_ns..range_ns, range_ns >= 0. One draw. */
int64_t rng_uniform_ns(Rng *rng, int64_t range_ns);

/* One block of Philox4x32-10, on which every draw stands: draw i is words 0 and 1 of counter {i,
 * 0}. */
void rng_block(const uint32_t key[2], const uint32_t counter[4], uint32_t out_block[4]);

/* 64-bit keyed hash (SipHash-2-4) of bytes: ISNs, stream names. */
uint64_t rng_hash(const uint64_t key[2], const void *bytes, uint64_t len_bytes);

#endif
