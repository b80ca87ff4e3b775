/* The packetdrill module, driven through its interface by the scripts of tests/shim/scripts. */

#include <glib.h>
#include <string.h>

#include "shim/script-player.h"

typedef struct Case {
    void *module;
    char *script;
} Case;

static void play(gconstpointer data)
{
    const Case *test = data;
    script_player_run(test->module, test->script);
}

static void case_free(gpointer data)
{
    Case *test = data;
    g_free(test->script);
    g_free(test);
}

static char *module_path(void)
{
    const char *given = g_getenv("WIRELAB_PACKETDRILL_MODULE");
    return given != NULL
               ? g_strdup(given)
               : g_test_build_filename(G_TEST_BUILT, ".libs", "wirelab-packetdrill.so", NULL);
}

static gint by_name(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void add_scripts(void *module, const char *folder)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    GDir *dir = g_dir_open(folder, 0, NULL);
    g_assert_nonnull(dir);
    for (const char *name; (name = g_dir_read_name(dir)) != NULL;) {
        if (g_str_has_suffix(name, ".script")) {
            g_ptr_array_add(names, g_strndup(name, strlen(name) - strlen(".script")));
        }
    }
    g_dir_close(dir);
    g_ptr_array_sort(names, by_name);
    for (guint i = 0; i < names->len; i++) {
        Case *test = g_new(Case, 1);
        g_autofree char *path = g_strdup_printf("/shim/%s", (char *)names->pdata[i]);
        test->module = module;
        test->script = g_strdup_printf("%s/%s.script", folder, (char *)names->pdata[i]);
        g_test_add_data_func_full(path, test, play, case_free);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_autofree char *module = module_path();
    g_autofree char *folder = g_test_build_filename(G_TEST_DIST, "tests", "shim", "scripts", NULL);
    add_scripts(script_player_load(module), folder);
    return g_test_run();
}
