#include "sim/sim_rng.h"

#include <glib.h>
#include <string.h>

#include "sim/sim_rng_table.h"

/* Philox4x32-10: multipliers and key increments from the paper, section 5.2 and table 2. */
#define PHILOX_ROUNDS 10
#define PHILOX_M0 UINT32_C(0xD2511F53)
#define PHILOX_M1 UINT32_C(0xCD9E8D57)
#define PHILOX_W0 UINT32_C(0x9E3779B9)
#define PHILOX_W1 UINT32_C(0xBB67AE85)

void rng_block(const uint32_t key[2], const uint32_t counter[4], uint32_t out_block[4])
{
    uint32_t k0 = key[0], k1 = key[1];
    uint32_t c0 = counter[0], c1 = counter[1], c2 = counter[2], c3 = counter[3];
    for (int round = 0; round < PHILOX_ROUNDS; round++) {
        uint64_t product0 = (uint64_t)PHILOX_M0 * c0;
        uint64_t product1 = (uint64_t)PHILOX_M1 * c2;
        c0 = (uint32_t)(product1 >> 32) ^ c1 ^ k0;
        c1 = (uint32_t)product1;
        c2 = (uint32_t)(product0 >> 32) ^ c3 ^ k1;
        c3 = (uint32_t)product0;
        k0 += PHILOX_W0;
        k1 += PHILOX_W1;
    }
    out_block[0] = c0;
    out_block[1] = c1;
    out_block[2] = c2;
    out_block[3] = c3;
}

static inline uint64_t rotate_left(uint64_t word, unsigned bits)
{
    return word << bits | word >> (64 - bits);
}

static inline void sip_round(uint64_t v[4])
{
    v[0] += v[1];
    v[2] += v[3];
    v[1] = rotate_left(v[1], 13) ^ v[0];
    v[3] = rotate_left(v[3], 16) ^ v[2];
    v[0] = rotate_left(v[0], 32);
    v[2] += v[1];
    v[0] += v[3];
    v[1] = rotate_left(v[1], 17) ^ v[2];
    v[3] = rotate_left(v[3], 21) ^ v[0];
    v[2] = rotate_left(v[2], 32);
}

static inline void sip_absorb(uint64_t v[4], uint64_t word)
{
    v[3] ^= word;
    sip_round(v);
    sip_round(v);
    v[0] ^= word;
}

/* Little-endian, whatever the machine. */
static uint64_t load_le(const uint8_t *bytes, size_t len_bytes)
{
    uint64_t word = 0;
    for (size_t i = 0; i < len_bytes; i++) {
        word |= (uint64_t)bytes[i] << (8 * i);
    }
    return word;
}

uint64_t rng_hash(const uint64_t key[2], const void *bytes, uint64_t len_bytes)
{
    uint64_t v[4] = {
        key[0] ^ UINT64_C(0x736f6d6570736575),
        key[1] ^ UINT64_C(0x646f72616e646f6d),
        key[0] ^ UINT64_C(0x6c7967656e657261),
        key[1] ^ UINT64_C(0x7465646279746573),
    };
    const uint8_t *p = bytes;
    const uint8_t *tail = p + len_bytes / 8 * 8;
    for (; p < tail; p += 8) {
        sip_absorb(v, load_le(p, 8));
    }
    sip_absorb(v, len_bytes << 56 | load_le(tail, len_bytes % 8));
    v[2] ^= 0xff;
    for (int round = 0; round < 4; round++) {
        sip_round(v);
    }
    return v[0] ^ v[1] ^ v[2] ^ v[3];
}

void rng_init(Rng *rng, uint64_t seed, const char *name)
{
    const uint64_t hash_key[2] = { seed, 0 };
    uint64_t hash = rng_hash(hash_key, name, strlen(name));
    *rng = (Rng){ .key = { (uint32_t)hash, (uint32_t)(hash >> 32) } };
}

uint64_t rng_u64(Rng *rng)
{
    const uint32_t counter[4] = { (uint32_t)rng->index, (uint32_t)(rng->index >> 32), 0, 0 };
    uint32_t block[4];
    rng_block(rng->key, counter, block);
    rng->index++;
    rng->last = (uint64_t)block[1] << 32 | block[0];
    return rng->last;
}

/* The upper 64 bits of a product of 128. */
static uint64_t multiply_high(uint64_t a, uint64_t b)
{
    uint64_t a_low = (uint32_t)a, a_high = a >> 32;
    uint64_t b_low = (uint32_t)b, b_high = b >> 32;
    uint64_t middle = a_high * b_low + (a_low * b_low >> 32);
    uint64_t middle2 = a_low * b_high + (uint32_t)middle;
    return a_high * b_high + (middle >> 32) + (middle2 >> 32);
}

/* value * factor / 2^bits, rounded to nearest, at most INT64_MAX; 0 < bits < 64. */
static int64_t scale(int64_t value, uint64_t factor, unsigned bits)
{
    uint64_t high = multiply_high((uint64_t)value, factor);
    uint64_t low = (uint64_t)value * factor;
    uint64_t half = UINT64_C(1) << (bits - 1);
    low += half;
    high += low < half;
    if (high >> (bits - 1) != 0) {
        return INT64_MAX;
    }
    return (int64_t)(high << (64 - bits) | low >> bits);
}

uint64_t rng_below(Rng *rng, uint64_t bound)
{
    g_assert(bound > 0);
    return multiply_high(rng_u64(rng), bound);
}

bool rng_chance(Rng *rng, uint32_t ppb)
{
    return rng_below(rng, SIM_PPB) < ppb;
}

/* A draw read as a fraction in (0, 1): 2^-octave * (1 + (step + rest / 2^32) / steps) / 2. */
typedef struct Fraction {
    unsigned octave;
    uint32_t step, rest;
} Fraction;

static Fraction split(uint64_t draw, unsigned steps_log2)
{
    draw |= 1; /* no logarithm of 0 */
    unsigned octave = (unsigned)__builtin_clzll(draw);
    draw = draw << octave << 1;
    return (Fraction){ .octave = octave,
                       .step = (uint32_t)(draw >> (64 - steps_log2)),
                       .rest = (uint32_t)(draw << steps_log2 >> 32) };
}

int64_t rng_exponential_ns(Rng *rng, int64_t mean_ns)
{
    g_assert(mean_ns >= 0);
    Fraction x = split(rng_u64(rng), RNG_TABLE_EXPONENTIAL_STEPS_LOG2);
    const uint32_t *entry = &rng_table_exponential[x.step];
    uint64_t fall = (uint64_t)(entry[0] - entry[1]) * x.rest >> 32;
    uint64_t ln2 = rng_table_exponential[0];
    return scale(mean_ns, x.octave * ln2 + entry[0] - fall, 32);
}

int64_t rng_normal_ns(Rng *rng, int64_t deviation_ns)
{
    g_assert(deviation_ns >= 0);
    uint64_t draw = rng_u64(rng);
    Fraction p = split(draw << 1, RNG_TABLE_NORMAL_STEPS_LOG2);
    uint64_t z = RNG_TABLE_NORMAL_CUT;
    if (p.octave < RNG_TABLE_NORMAL_OCTAVES) {
        uint32_t from_zero = (p.octave + 1) * RNG_TABLE_NORMAL_STEPS - p.step;
        const uint32_t *entry = &rng_table_normal[from_zero];
        z = entry[0] - ((uint64_t)(entry[0] - entry[-1]) * p.rest >> 32);
    }
    int64_t size_ns = scale(deviation_ns, z, 28);
    return draw >> 63 != 0 ? -size_ns : size_ns;
}

int64_t rng_uniform_ns(Rng *rng, int64_t range_ns)
{
    g_assert(range_ns >= 0);
    uint64_t offset = rng_below(rng, 2 * (uint64_t)range_ns + 1);
    return (int64_t)(offset - (uint64_t)range_ns);
}
