/* Protects: sequence numbers compare modulo 2^32 (RFC 9293 section 3.4), also where they wrap. */

#include "wire/seq.h"

#include <glib.h>

typedef struct SeqPair {
    const char *label;
    TcpSeq a, b;
    int order; /* of a against b */
} SeqPair;

static const SeqPair pairs[] = {
    { "equal", 5, 5, 0 },
    { "less", 5, 6, -1 },
    { "across-the-wrap", 0xffffffff, 0, -1 },
    { "far-across-the-wrap", 0xc0000000, 0x10000000, -1 },
    { "almost-half", 0, 0x7fffffff, -1 },
    { "more-than-half", 0, 0x80000001, 1 },
};

static void test_order(gconstpointer data)
{
    const SeqPair *row = data;
    for (int i = 0; i < 2; i++) {
        TcpSeq a = i == 0 ? row->a : row->b, b = i == 0 ? row->b : row->a;
        int order = i == 0 ? row->order : -row->order;
        g_assert_cmpint(seq_lt(a, b), ==, order < 0);
        g_assert_cmpint(seq_leq(a, b), ==, order <= 0);
        g_assert_cmpint(seq_gt(a, b), ==, order > 0);
        g_assert_cmpint(seq_geq(a, b), ==, order >= 0);
        g_assert_cmphex(seq_max(a, b), ==, order >= 0 ? a : b);
        g_assert_cmphex(seq_min(a, b), ==, order <= 0 ? a : b);
        g_assert_cmpint(seq_diff(a, b), ==, -seq_diff(b, a));
    }
}

static void test_range(void)
{
    g_assert_true(seq_in(0xfffffff0, 0xfffffff0, 1));
    g_assert_false(seq_in(0xfffffff0, 0xfffffff0, 0));
    g_assert_true(seq_in(3, 0xfffffff0, 0x14));
    g_assert_false(seq_in(4, 0xfffffff0, 0x14));
    g_assert_false(seq_in(0xffffffef, 0xfffffff0, 0x14));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(pairs); i++) {
        g_autofree char *path = g_strdup_printf("/wire/seq/order/%s", pairs[i].label);
        g_test_add_data_func(path, &pairs[i], test_order);
    }
    g_test_add_func("/wire/seq/range", test_range);
    return g_test_run();
}
