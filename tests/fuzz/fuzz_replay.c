/* main() of a fuzzer that was not built by libFuzzer: each input of the corpus that bears the
 * parser's name becomes a test, beside the empty input. What the fuzzer once broke stays mended. */

#include "fuzz/fuzz.h"

#include <glib.h>

static void replay_empty(void)
{
    g_assert_cmpint(LLVMFuzzerTestOneInput((const uint8_t *)"", 0), ==, 0);
}

static void replay_file(gconstpointer data)
{
    const char *path = data;
    g_autofree char *bytes = NULL;
    gsize length = 0;
    g_autoptr(GError) error = NULL;
    g_file_get_contents(path, &bytes, &length, &error);
    g_assert_no_error(error);
    /* A copy of exactly this length: the sanitizer sees a read one byte too far. */
    g_autofree uint8_t *exact = g_memdup2(bytes, length);
    g_assert_cmpint(LLVMFuzzerTestOneInput(exact == NULL ? (const uint8_t *)"" : exact, length), ==,
                    0);
}

/* The parser of .../fuzz-PARSER. */
static char *parser_name(const char *program)
{
    g_autofree char *base = g_path_get_basename(program);
    const char *dash = strchr(base, '-');
    g_assert_nonnull(dash);
    return g_strdup(dash + 1);
}

static int compare_names(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Returns the names in folder, sorted; none if there is no such folder. */
static GPtrArray *list_folder(const char *folder)
{
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    const char *name = NULL;
    while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
        g_ptr_array_add(names, g_strdup(name));
    }
    g_ptr_array_sort(names, compare_names);
    return names;
}

int main(int argc, char **argv)
{
    g_autofree char *parser = parser_name(argv[0]);
    g_test_init(&argc, &argv, NULL);

    g_autofree char *empty = g_strdup_printf("/fuzz/%s/empty", parser);
    g_test_add_func(empty, replay_empty);

    g_autofree char *folder =
        g_test_build_filename(G_TEST_DIST, "tests", "fuzz", "corpus", parser, NULL);
    g_autoptr(GPtrArray) names = list_folder(folder);
    for (guint i = 0; i < names->len; i++) {
        const char *name = g_ptr_array_index(names, i);
        g_autofree char *test = g_strdup_printf("/fuzz/%s/%s", parser, name);
        g_test_add_data_func_full(test, g_build_filename(folder, name, NULL), replay_file, g_free);
    }
    return g_test_run();
}
