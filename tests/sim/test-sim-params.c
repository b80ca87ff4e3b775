/* Typed parameters are found by name, whatever their place in the table. */

#include "sim/sim_params.h"

#include <glib.h>

static const char *const words[] = { "head", "tail", NULL };

static const SimParamSpec specs[] = {
    { .name = "limit", .unit = SIM_UNIT_QUEUE, .fallback = 50, .min = INT64_MIN, .max = INT64_MAX },
    { .name = "drop-from", .unit = SIM_UNIT_WORD, .max = 1, .words = words },
    { .name = "file", .unit = SIM_UNIT_TEXT },
    { .name = "chance", .unit = SIM_UNIT_PROBABILITY, .max = 1000000000 },
    { .name = NULL },
};
static const int64_t values[] = { -65537, 1, 0, 250000000 };
static const char *const texts[] = { NULL, NULL, "losses.txt", NULL };
static const SimParams params = { .specs = specs, .values = values, .texts = texts };

static void test_by_name(void)
{
    g_assert_cmpint(sim_params_get(&params, "chance"), ==, 250000000);
    g_assert_cmpint(sim_params_get(&params, "limit"), ==, -65537);
    g_assert_cmpint(sim_params_get(&params, "drop-from"), ==, 1);
    g_assert_cmpstr(sim_params_text(&params, "file"), ==, "losses.txt");
}

/* A part that asks for a parameter it has not declared, or for the wrong kind, is a bug. */
static void test_unknown_name(void)
{
    if (g_test_subprocess()) {
        sim_params_get(&params, "lmit");
        return;
    }
    g_test_trap_subprocess(NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
    g_test_trap_assert_failed();
}

static void test_wrong_kind(void)
{
    if (g_test_subprocess()) {
        sim_params_text(&params, "limit");
        return;
    }
    g_test_trap_subprocess(NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
    g_test_trap_assert_failed();
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/sim/params/by-name", test_by_name);
    g_test_add_func("/sim/params/unknown-name", test_unknown_name);
    g_test_add_func("/sim/params/wrong-kind", test_wrong_kind);
    return g_test_run();
}
