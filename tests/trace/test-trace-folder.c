/* Protects: a reader sees a whole run or none; an earlier run stays until the new one is whole;
 * what is not a run is never replaced. */

#include <glib/gstdio.h>

#include "lib/temp-folder.h"
#include "trace/trace_folder.h"

typedef struct Fixture {
    char *root, *place;
} Fixture;

static void set_up(Fixture *f, gconstpointer data)
{
    f->root = test_temp_folder();
    f->place = g_build_filename(f->root, "deep", "run", NULL);
}

static void tear_down(Fixture *f, gconstpointer data)
{
    test_remove_tree(f->root);
    g_free(f->root);
    g_free(f->place);
}

static TraceFolder *make_run(const char *place, const char *contents)
{
    g_autoptr(GError) error = NULL;
    TraceFolder *folder = trace_folder_new(place, &error);
    g_assert_no_error(error);
    g_autoptr(GString) text = g_string_new(contents);
    g_assert_true(trace_folder_write(folder, "sub/file.txt", text, NULL));
    g_assert_true(trace_folder_write(folder, TRACE_MANIFEST, text, NULL));
    return folder;
}

static void assert_holds(const char *place, const char *contents)
{
    g_autofree char *path = g_build_filename(place, "sub", "file.txt", NULL);
    g_autofree char *found = NULL;
    g_assert_true(g_file_get_contents(path, &found, NULL, NULL));
    g_assert_cmpstr(found, ==, contents);
}

/* Nothing but the runs named may remain beside the place. */
static void assert_entries(const Fixture *f, guint count)
{
    g_autofree char *above = g_path_get_dirname(f->place);
    g_autoptr(GDir) dir = g_dir_open(above, 0, NULL);
    guint found = 0;
    while (g_dir_read_name(dir) != NULL) {
        found++;
    }
    g_assert_cmpuint(found, ==, count);
}

static void test_replaces_a_run(Fixture *f, gconstpointer data)
{
    g_autoptr(TraceFolder) first = make_run(f->place, "first");
    g_assert_false(g_file_test(f->place, G_FILE_TEST_EXISTS));
    g_assert_true(trace_folder_commit(first, "", NULL));
    assert_holds(f->place, "first");
    g_autoptr(TraceFolder) second = make_run(f->place, "second");
    assert_holds(f->place, "first");
    g_assert_true(trace_folder_commit(second, "", NULL));
    assert_holds(f->place, "second");
    assert_entries(f, 1);
}

static void test_leaves_no_half(Fixture *f, gconstpointer data)
{
    TraceFolder *folder = make_run(f->place, "half");
    trace_folder_free(folder);
    assert_entries(f, 0);
}

static void test_interrupted_beside(Fixture *f, gconstpointer data)
{
    g_autoptr(TraceFolder) first = make_run(f->place, "first");
    g_assert_true(trace_folder_commit(first, "", NULL));
    g_autoptr(TraceFolder) second = make_run(f->place, "second");
    g_assert_true(trace_folder_commit(second, ".interrupted", NULL));
    assert_holds(f->place, "first");
    g_autofree char *interrupted = g_strconcat(f->place, ".interrupted", NULL);
    assert_holds(interrupted, "second");
}

static void test_refuses_others(Fixture *f, gconstpointer data)
{
    g_autofree char *file = g_build_filename(f->place, "thesis.tex", NULL);
    g_assert_cmpint(g_mkdir_with_parents(f->place, 0777), ==, 0);
    g_assert_true(g_file_set_contents(file, "years of work", -1, NULL));
    g_autoptr(GError) error = NULL;
    g_autoptr(TraceFolder) folder = trace_folder_new(f->place, &error);
    g_assert_null(folder);
    g_assert_error(error, G_FILE_ERROR, G_FILE_ERROR_EXIST);
    g_assert_true(g_file_test(file, G_FILE_TEST_EXISTS));
}

static void test_lists_files(Fixture *f, gconstpointer data)
{
    g_autoptr(TraceFolder) folder = make_run(f->place, "x");
    g_autoptr(GPtrArray) names = trace_folder_list(trace_folder_path(folder), NULL);
    g_assert_cmpuint(names->len, ==, 2);
    g_assert_cmpstr(g_ptr_array_index(names, 0), ==, "manifest.json");
    g_assert_cmpstr(g_ptr_array_index(names, 1), ==, "sub/file.txt");
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*test)(Fixture *, gconstpointer);
    } tests[] = {
        { "/trace/folder/replaces-a-run", test_replaces_a_run },
        { "/trace/folder/leaves-no-half", test_leaves_no_half },
        { "/trace/folder/interrupted-beside", test_interrupted_beside },
        { "/trace/folder/refuses-others", test_refuses_others },
        { "/trace/folder/lists-files", test_lists_files },
    };
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(tests); i++) {
        g_test_add(tests[i].name, Fixture, NULL, set_up, tests[i].test, tear_down);
    }
    return g_test_run();
}
