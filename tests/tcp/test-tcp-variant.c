/* Protects: the textbook names stand for registered parts. */

#include "tcp/tcp_variant.h"

static void test_variants(void)
{
    uint32_t count;
    const TcpVariant *variants = tcp_variant_list(&count);
    g_assert_cmpuint(count, >=, 4);
    for (uint32_t i = 0; i < count; i++) {
        g_assert_true(tcp_variant_find(variants[i].name) == &variants[i]);
        g_assert_true(tcp_cc_find(variants[i].cc->name) == variants[i].cc);
        g_assert_true(variants[i].recovery == NULL ||
                      tcp_recovery_find(variants[i].recovery->name) == variants[i].recovery);
    }
    g_assert_null(tcp_variant_find("bic"));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/tcp/variant/variants", test_variants);
    return g_test_run();
}
