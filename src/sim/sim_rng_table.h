/* The tables behind rng_exponential_ns() and rng_normal_ns(); nobody else reads them. */

#ifndef SIM_SIM_RNG_TABLE_H
#define SIM_SIM_RNG_TABLE_H

#include <stdint.h>

/* -ln(x) for x = (n + i) / 2n, n = RNG_TABLE_EXPONENTIAL_STEPS, i = 0..n: one octave, times
 * 2^32. */
#define RNG_TABLE_EXPONENTIAL_STEPS_LOG2 8
#define RNG_TABLE_EXPONENTIAL_STEPS (1 << RNG_TABLE_EXPONENTIAL_STEPS_LOG2)
extern const uint32_t rng_table_exponential[RNG_TABLE_EXPONENTIAL_STEPS + 1];

/* The deviation z, times 2^28, that a normal variable exceeds on either side with probability p:
 * entry k * n + (n - i) for p = 2^-k * (n + i) / 2n, n = RNG_TABLE_NORMAL_STEPS, i = 0..n. From
 * z = 0 at p = 1 to the octave of p in which z reaches 6, where it is cut. */
#define RNG_TABLE_NORMAL_STEPS_LOG2 5
#define RNG_TABLE_NORMAL_STEPS (1 << RNG_TABLE_NORMAL_STEPS_LOG2)
#define RNG_TABLE_NORMAL_OCTAVES 29
#define RNG_TABLE_NORMAL_CUT (UINT32_C(6) << 28)
extern const uint32_t rng_table_normal[RNG_TABLE_NORMAL_OCTAVES * RNG_TABLE_NORMAL_STEPS + 1];

#endif
