/* Protects: every recovery has what the wrappers call, and a name of its own. */

#include "tcp/tcp_recovery.h"

static void test_required_hooks(void)
{
    uint32_t count = 0;
    for (const TcpRecoveryOps *const *ops = tcp_recovery_registry(); *ops != NULL; ops++, count++) {
        g_assert_nonnull((*ops)->name);
        g_assert_nonnull((*ops)->on_ack);
        g_assert_nonnull((*ops)->on_timeout);
        g_assert_nonnull((*ops)->next);
        g_assert_true(tcp_recovery_find((*ops)->name) == *ops); /* no name is used twice */
    }
    g_assert_cmpuint(count, >=, 4);
    g_assert_null(tcp_recovery_find("rack"));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/tcp/recovery/required-hooks", test_required_hooks);
    return g_test_run();
}
