#include "lib/temp-folder.h"

#include <glib/gstdio.h>

char *test_temp_folder(void)
{
    g_autoptr(GError) error = NULL;
    char *path = g_dir_make_tmp("wirelab-test-XXXXXX", &error);
    g_assert_no_error(error);
    return path;
}

void test_remove_tree(const char *path)
{
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
    for (const char *name; dir != NULL && (name = g_dir_read_name(dir)) != NULL;) {
        g_autofree char *below = g_build_filename(path, name, NULL);
        test_remove_tree(below);
    }
    g_remove(path);
}

char *test_read_file(const char *folder, const char *name)
{
    g_autofree char *path = g_build_filename(folder, name, NULL);
    g_autoptr(GError) error = NULL;
    char *contents = NULL;
    g_file_get_contents(path, &contents, NULL, &error);
    g_assert_no_error(error);
    return contents;
}
