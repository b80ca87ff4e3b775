/* Protects: the files that a scenario includes are found beside it, however its own path is
 * written. */

#include "scenario/scenario.h"

#include <glib/gstdio.h>
#include <unistd.h>

/* A scenario in scenes/, which includes a file of that folder. */
static char *folder_with_scenario(void)
{
    char *folder = g_dir_make_tmp("wirelab-XXXXXX", NULL);
    g_assert_nonnull(folder);
    g_autofree char *scenes = g_build_filename(folder, "scenes", NULL);
    g_autofree char *main = g_build_filename(scenes, "main.yaml", NULL);
    g_autofree char *part = g_build_filename(scenes, "part.yaml", NULL);
    g_assert_cmpint(g_mkdir(scenes, 0700), ==, 0);
    g_assert_true(g_file_set_contents(main,
                                      "wirelab: 1\n"
                                      "include: part.yaml\n"
                                      "hosts: {a: , b: }\n"
                                      "links: {w: {between: [a, b]}}\n",
                                      -1, NULL));
    g_assert_true(g_file_set_contents(part, "seed: 77\n", -1, NULL));
    return folder;
}

static void remove_folder(const char *folder)
{
    g_autofree char *scenes = g_build_filename(folder, "scenes", NULL);
    g_autofree char *main = g_build_filename(scenes, "main.yaml", NULL);
    g_autofree char *part = g_build_filename(scenes, "part.yaml", NULL);
    g_assert_cmpint(g_remove(main) | g_remove(part) | g_rmdir(scenes) | g_rmdir(folder), ==, 0);
}

static void assert_includes(const char *path)
{
    g_autoptr(ScenarioDiag) diag = scenario_diag_new(NULL, false);
    bool io = false;
    const ScenarioRequest request = { .path = path };
    g_autoptr(Scenario) scenario = scenario_load(&request, diag, &io);
    g_assert_nonnull(scenario);
    g_assert_cmpuint(scenario->config.seed.number, ==, 77);
}

static void test_found(void)
{
    g_autofree char *before = g_get_current_dir();
    g_autofree char *folder = folder_with_scenario();
    g_autofree char *scenes = g_build_filename(folder, "scenes", NULL);
    g_autofree char *absolute = g_build_filename(scenes, "main.yaml", NULL);
    assert_includes(absolute);
    g_assert_cmpint(chdir(folder), ==, 0);
    assert_includes("scenes/main.yaml");
    g_assert_cmpint(chdir(scenes), ==, 0);
    assert_includes("main.yaml");
    assert_includes("../scenes/main.yaml");
    g_assert_cmpint(chdir(before), ==, 0);
    remove_folder(folder);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/scenario/include/found", test_found);
    return g_test_run();
}
