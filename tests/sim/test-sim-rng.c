/* Random streams: the published vectors, independence of streams, and the shape of each
 * distribution. */

#include "sim/sim_rng.h"

#include <glib.h>
#include <math.h>

#include "sim/sim_rng_table.h"

/* The known-answer vectors published with Random123 for philox4x32, 10 rounds. */
typedef struct PhiloxRow {
    const char *label;
    uint32_t counter[4], key[2], block[4];
} PhiloxRow;

static const PhiloxRow philox_rows[] = {
    { "zeros", { 0, 0, 0, 0 }, { 0, 0 }, { 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8 } },
    { "ones",
      { 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff },
      { 0xffffffff, 0xffffffff },
      { 0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd } },
    { "pi",
      { 0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344 },
      { 0xa4093822, 0x299f31d0 },
      { 0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1 } },
};

static void test_philox(gconstpointer data)
{
    const PhiloxRow *row = data;
    uint32_t block[4];
    rng_block(row->key, row->counter, block);
    for (int i = 0; i < 4; i++) {
        g_assert_cmphex(block[i], ==, row->block[i]);
    }
}

/* Aumasson, Bernstein, "SipHash: a fast short-input PRF", appendix A, and the authors' table:
 * key 00..0f, messages 00, 00 01, ... of the given length. */
static void test_siphash(void)
{
    static const struct {
        uint64_t len_bytes, hash;
    } rows[] = {
        { 0, 0x726fdb47dd0e0e31 },  { 1, 0x74f839c593dc67fd },  { 2, 0x0d6c8009d9a94f5a },
        { 3, 0x85676696d7fb7e2d },  { 4, 0xcf2794e0277187b7 },  { 5, 0x18765564cd99a68d },
        { 6, 0xcbc9466e58fee3ce },  { 7, 0xab0200f58b01d137 },  { 8, 0x93f5f5799a932462 },
        { 9, 0x9e0082df0ba9e4b0 },  { 10, 0x7a5dbbc594ddb9f3 }, { 11, 0xf4b32f46226bada7 },
        { 12, 0x751e8fbc860ee5fb }, { 13, 0x14ea5627c0843d90 }, { 14, 0xf723ca908e7af2ee },
        { 15, 0xa129ca6149be45e5 },
    };
    const uint64_t key[2] = { 0x0706050403020100, 0x0f0e0d0c0b0a0908 };
    uint8_t message[16];
    for (uint8_t i = 0; i < sizeof message; i++) {
        message[i] = i;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_assert_cmphex(rng_hash(key, message, rows[i].len_bytes), ==, rows[i].hash);
    }
}

/* The first draws of one stream, for ever: a change here changes every run of every scenario. */
static void test_pinned_stream(void)
{
    Rng rng;
    rng_init(&rng, 1, "link wire client>server loss");
    static const uint64_t draws[] = { 0xb226bfef3b6d5e33, 0x77060b8ae2b71ce8, 0xdc3a25c1deed2d18 };
    for (size_t i = 0; i < G_N_ELEMENTS(draws); i++) {
        g_assert_cmpuint(rng.index, ==, i);
        g_assert_cmphex(rng_u64(&rng), ==, draws[i]);
        g_assert_cmphex(rng.last, ==, draws[i]);
    }
}

/* What one stream draws depends on no other: not on its being there, nor on how much it has
 * drawn. */
static void test_streams_are_independent(void)
{
    Rng alone, beside, other;
    rng_init(&alone, 7, "a");
    rng_init(&other, 7, "b");
    rng_init(&beside, 7, "a");
    bool differs_by_name = false, differs_by_seed = false;
    Rng seeded;
    rng_init(&seeded, 8, "a");
    for (int i = 0; i < 1000; i++) {
        uint64_t expected = rng_u64(&alone);
        differs_by_name |= rng_u64(&other) != expected;
        rng_u64(&other);
        differs_by_seed |= rng_u64(&seeded) != expected;
        g_assert_cmphex(rng_u64(&beside), ==, expected);
    }
    g_assert_true(differs_by_name);
    g_assert_true(differs_by_seed);
}

/* A draw is a pure function of its index: a stream set to an index goes on from there. */
static void test_counter_based(void)
{
    Rng rng;
    rng_init(&rng, 3, "seek");
    uint64_t draws[50];
    for (size_t i = 0; i < G_N_ELEMENTS(draws); i++) {
        draws[i] = rng_u64(&rng);
    }
    for (size_t i = G_N_ELEMENTS(draws); i-- > 0;) {
        rng.index = i;
        g_assert_cmphex(rng_u64(&rng), ==, draws[i]);
    }
    rng.index = (uint64_t)1 << 32; /* the upper half of the index counts too */
    g_assert_cmphex(rng_u64(&rng), !=, draws[0]);
}

/* Every kind of draw takes exactly one, so that a changed parameter leaves later draws where
 * they were. */
static void test_one_draw_each(void)
{
    Rng rng;
    rng_init(&rng, 1, "one");
    rng_below(&rng, 1);
    rng_below(&rng, UINT64_MAX);
    rng_chance(&rng, 0);
    rng_chance(&rng, SIM_PPB);
    rng_exponential_ns(&rng, 0);
    rng_exponential_ns(&rng, INT64_MAX);
    rng_normal_ns(&rng, 0);
    rng_normal_ns(&rng, INT64_MAX);
    rng_uniform_ns(&rng, 0);
    rng_uniform_ns(&rng, INT64_MAX);
    g_assert_cmpuint(rng.index, ==, 10);
}

static void test_below(void)
{
    Rng rng;
    rng_init(&rng, 5, "below");
    unsigned counts[10] = { 0 };
    for (int i = 0; i < 100000; i++) {
        counts[rng_below(&rng, 10)]++;
    }
    for (int i = 0; i < 10; i++) { /* 10 000 expected, deviation 95 */
        g_assert_cmpuint(counts[i], >, 9600);
        g_assert_cmpuint(counts[i], <, 10400);
    }
    for (int i = 0; i < 1000; i++) {
        g_assert_cmpuint(rng_below(&rng, 1), ==, 0);
    }
}

static void test_chance(void)
{
    static const uint32_t ppbs[] = { 0, 1000000, 250000000, SIM_PPB };
    Rng rng;
    rng_init(&rng, 5, "chance");
    for (size_t i = 0; i < G_N_ELEMENTS(ppbs); i++) {
        double p = ppbs[i] / 1e9, n = 200000, hits = 0;
        for (int j = 0; j < n; j++) {
            hits += rng_chance(&rng, ppbs[i]);
        }
        g_assert_cmpfloat(fabs(hits - n * p), <=, 5 * sqrt(n * p * (1 - p)));
    }
}

/* Mean, variance, skewness and excess kurtosis of a million draws of unit size. */
typedef struct Moments {
    double mean, variance, skewness, kurtosis, least, most;
} Moments;

static Moments moments_of(int64_t (*draw)(Rng *rng, int64_t size_ns), const char *stream)
{
    const int n = 1000000;
    const double unit = 1e9;
    double *x = g_new(double, n);
    Moments m = { .least = INFINITY, .most = -INFINITY };
    Rng rng;
    rng_init(&rng, 11, stream);
    for (int i = 0; i < n; i++) {
        x[i] = (double)draw(&rng, (int64_t)unit) / unit;
        m.mean += x[i] / n;
        m.least = fmin(m.least, x[i]);
        m.most = fmax(m.most, x[i]);
    }
    double third = 0, fourth = 0;
    for (int i = 0; i < n; i++) {
        double d = x[i] - m.mean;
        m.variance += d * d / n;
        third += d * d * d / n;
        fourth += d * d * d * d / n;
    }
    m.skewness = third / pow(m.variance, 1.5);
    m.kurtosis = fourth / (m.variance * m.variance) - 3;
    g_free(x);
    return m;
}

static void test_exponential(void)
{
    Moments m = moments_of(rng_exponential_ns, "exponential");
    g_assert_cmpfloat(fabs(m.mean - 1), <, 0.004);
    g_assert_cmpfloat(fabs(m.variance - 1), <, 0.012);
    g_assert_cmpfloat(fabs(m.skewness - 2), <, 0.05);
    g_assert_cmpfloat(fabs(m.kurtosis - 6), <, 0.6);
    g_assert_cmpfloat(m.least, >=, 0);
    g_assert_cmpfloat(m.most, >, 11);
}

static void test_normal(void)
{
    Moments m = moments_of(rng_normal_ns, "normal");
    g_assert_cmpfloat(fabs(m.mean), <, 0.004);
    g_assert_cmpfloat(fabs(m.variance - 1), <, 0.006);
    g_assert_cmpfloat(fabs(m.skewness), <, 0.01);
    g_assert_cmpfloat(fabs(m.kurtosis), <, 0.02);
    g_assert_cmpfloat(m.least, >=, -6);
    g_assert_cmpfloat(m.most, <=, 6);
    g_assert_cmpfloat(m.most, >, 4);
}

static void test_uniform(void)
{
    Moments m = moments_of(rng_uniform_ns, "uniform");
    g_assert_cmpfloat(fabs(m.mean), <, 0.003);
    g_assert_cmpfloat(fabs(m.variance - 1.0 / 3), <, 0.002);
    g_assert_cmpfloat(m.least, >=, -1);
    g_assert_cmpfloat(m.most, <=, 1);
}

/* Both ends of the small ranges are drawn, nothing beyond; huge sizes saturate instead of
 * wrapping. */
static void test_edges(void)
{
    Rng rng;
    rng_init(&rng, 2, "edges");
    bool low = false, high = false;
    for (int i = 0; i < 1000; i++) {
        int64_t x = rng_uniform_ns(&rng, 1);
        low |= x == -1;
        high |= x == 1;
        g_assert_cmpint(ABS(x), <=, 1);
        g_assert_cmpint(rng_uniform_ns(&rng, 0), ==, 0);
        g_assert_cmpint(rng_exponential_ns(&rng, 0), ==, 0);
        g_assert_cmpint(rng_normal_ns(&rng, 0), ==, 0);
        g_assert_cmpint(rng_exponential_ns(&rng, INT64_MAX), >=, 0);
        g_assert_cmpint(rng_normal_ns(&rng, INT64_MAX), >=, -INT64_MAX);
    }
    g_assert_true(low && high);
}

/* The committed tables are the functions they claim to be. */
static void test_tables(void)
{
    const int n = RNG_TABLE_EXPONENTIAL_STEPS;
    for (int i = 0; i <= n; i++) {
        double value = -log((n + i) / (2.0 * n)) * 0x1p32;
        g_assert_cmpfloat(fabs(value - rng_table_exponential[i]), <, 0.51);
    }
    const int steps = RNG_TABLE_NORMAL_STEPS;
    for (int i = 1; i <= RNG_TABLE_NORMAL_OCTAVES * steps; i++) {
        int octave = (i - 1) / steps, step = steps - (i - octave * steps);
        double p = ldexp((steps + step) / (2.0 * steps), -octave);
        double z = rng_table_normal[i] * 0x1p-28;
        if (z < 6) {
            g_assert_cmpfloat(fabs(erfc(z / sqrt(2)) / p - 1), <, 1e-7);
        } else {
            g_assert_cmpfloat(erfc(6 / sqrt(2)), >=, p);
        }
    }
    g_assert_cmpuint(rng_table_normal[0], ==, 0);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(philox_rows); i++) {
        g_autofree char *path = g_strdup_printf("/sim/rng/philox/%s", philox_rows[i].label);
        g_test_add_data_func(path, &philox_rows[i], test_philox);
    }
    g_test_add_func("/sim/rng/siphash", test_siphash);
    g_test_add_func("/sim/rng/pinned-stream", test_pinned_stream);
    g_test_add_func("/sim/rng/streams-are-independent", test_streams_are_independent);
    g_test_add_func("/sim/rng/counter-based", test_counter_based);
    g_test_add_func("/sim/rng/one-draw-each", test_one_draw_each);
    g_test_add_func("/sim/rng/below", test_below);
    g_test_add_func("/sim/rng/chance", test_chance);
    g_test_add_func("/sim/rng/exponential", test_exponential);
    g_test_add_func("/sim/rng/normal", test_normal);
    g_test_add_func("/sim/rng/uniform", test_uniform);
    g_test_add_func("/sim/rng/edges", test_edges);
    g_test_add_func("/sim/rng/tables", test_tables);
    return g_test_run();
}
