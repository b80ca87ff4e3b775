#include "trace/trace_folder.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct TraceFolder {
    char *place;
    char *temporary; /* NULL once in place */
    bool opened;     /* it was there before, and stays */
};

static bool fail(GError **error, const char *path)
{
    int saved = errno;
    g_set_error(error, G_FILE_ERROR, g_file_error_from_errno(saved), "%s: %s", path,
                g_strerror(saved));
    return false;
}

bool trace_folder_is_run(const char *path)
{
    g_autofree char *manifest = g_build_filename(path, TRACE_MANIFEST, NULL);
    return g_file_test(manifest, G_FILE_TEST_IS_REGULAR);
}

bool trace_folder_is_result(const char *name)
{
    bool picture = g_str_has_prefix(name, "plots/") &&
                   (g_str_has_suffix(name, ".svg") || g_str_has_suffix(name, ".png"));
    return !picture && strcmp(name, TRACE_MANIFEST) != 0;
}

static bool is_empty(const char *path)
{
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
    return dir != NULL && g_dir_read_name(dir) == NULL;
}

/* Nothing, an earlier run or an empty folder may be replaced. */
static bool may_replace(const char *place, GError **error)
{
    if (!g_file_test(place, G_FILE_TEST_EXISTS) || trace_folder_is_run(place) || is_empty(place)) {
        return true;
    }
    errno = EEXIST;
    return fail(error, place);
}

TraceFolder *trace_folder_new(const char *place, GError **error)
{
    g_autofree char *trimmed = g_canonicalize_filename(place, NULL);
    if (!may_replace(trimmed, error)) {
        return NULL;
    }
    g_autofree char *above = g_path_get_dirname(trimmed);
    if (g_mkdir_with_parents(above, 0777) != 0) {
        fail(error, above);
        return NULL;
    }
    g_autofree char *temporary = g_strconcat(trimmed, ".XXXXXX", NULL);
    if (g_mkdtemp_full(temporary, 0777) == NULL) {
        fail(error, above);
        return NULL;
    }
    TraceFolder *folder = g_new0(TraceFolder, 1);
    folder->place = g_steal_pointer(&trimmed);
    folder->temporary = g_steal_pointer(&temporary);
    return folder;
}

TraceFolder *trace_folder_open(const char *path, GError **error)
{
    if (!trace_folder_is_run(path)) {
        g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_INVAL, "%s: %s", path,
                    "no run stands here (a run has a " TRACE_MANIFEST ")");
        return NULL;
    }
    TraceFolder *folder = g_new0(TraceFolder, 1);
    folder->place = g_strdup(path);
    folder->temporary = g_strdup(path);
    folder->opened = true;
    return folder;
}

/* Removes a tree of our own making; what cannot be removed stays, and nothing depends on it. */
static void remove_tree(const char *path)
{
    g_autoptr(GDir) dir =
        g_file_test(path, G_FILE_TEST_IS_SYMLINK) ? NULL : g_dir_open(path, 0, NULL);
    for (const char *name; dir != NULL && (name = g_dir_read_name(dir)) != NULL;) {
        g_autofree char *below = g_build_filename(path, name, NULL);
        remove_tree(below);
    }
    (void)g_remove(path);
}

void trace_folder_free(TraceFolder *folder)
{
    if (folder == NULL) {
        return;
    }
    if (folder->temporary != NULL && !folder->opened) {
        remove_tree(folder->temporary);
    }
    g_free(folder->temporary);
    g_free(folder->place);
    g_free(folder);
}

const char *trace_folder_path(const TraceFolder *folder)
{
    return folder->temporary;
}

char *trace_folder_file(TraceFolder *folder, const char *name, GError **error)
{
    g_autofree char *path = g_build_filename(folder->temporary, name, NULL);
    g_autofree char *above = g_path_get_dirname(path);
    if (g_mkdir_with_parents(above, 0777) != 0) {
        fail(error, above);
        return NULL;
    }
    return g_steal_pointer(&path);
}

bool trace_folder_write(TraceFolder *folder, const char *name, const GString *contents,
                        GError **error)
{
    g_autofree char *path = trace_folder_file(folder, name, error);
    if (path == NULL) {
        return false;
    }
    FILE *file = fopen(path, "wb");
    if (file == NULL) {
        return fail(error, path);
    }
    bool whole = fwrite(contents->str, 1, contents->len, file) == contents->len;
    int saved = errno;
    if (fclose(file) != 0 && whole) {
        saved = errno;
        whole = false;
    }
    errno = saved;
    return whole || fail(error, path);
}

static bool collect(const char *root, const char *below, GPtrArray *names, GError **error)
{
    g_autofree char *path = g_build_filename(root, below, NULL);
    g_autoptr(GDir) dir = g_dir_open(path, 0, error);
    bool good = dir != NULL;
    for (const char *name; good && (name = g_dir_read_name(dir)) != NULL;) {
        g_autofree char *relative =
            *below == 0 ? g_strdup(name) : g_build_filename(below, name, NULL);
        g_autofree char *full = g_build_filename(root, relative, NULL);
        if (g_file_test(full, G_FILE_TEST_IS_DIR)) {
            good = collect(root, relative, names, error);
        } else {
            g_ptr_array_add(names, g_steal_pointer(&relative));
        }
    }
    return good;
}

static gint compare_names(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

GPtrArray *trace_folder_list(const char *path, GError **error)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    if (!collect(path, "", names, error)) {
        return NULL;
    }
    g_ptr_array_sort(names, compare_names);
    return g_steal_pointer(&names);
}

/* Moves what stands in the place out of the way; *out_aside NULL if nothing stood there. */
static bool put_aside(const char *place, char **out_aside, GError **error)
{
    *out_aside = NULL;
    if (!g_file_test(place, G_FILE_TEST_EXISTS)) {
        return true;
    }
    if (!may_replace(place, error)) {
        return false;
    }
    g_autofree char *aside = g_strconcat(place, ".XXXXXX", NULL);
    if (g_mkdtemp_full(aside, 0777) == NULL) {
        return fail(error, place);
    }
    if (g_rename(place, aside) != 0) {
        fail(error, place);
        (void)g_rmdir(aside);
        return false;
    }
    *out_aside = g_steal_pointer(&aside);
    return true;
}

bool trace_folder_commit(TraceFolder *folder, const char *suffix, GError **error)
{
    g_autofree char *place = g_strconcat(folder->place, suffix, NULL);
    g_autofree char *aside = NULL;
    if (!put_aside(place, &aside, error)) {
        return false;
    }
    if (g_rename(folder->temporary, place) != 0) {
        fail(error, place);
        if (aside != NULL) {
            (void)g_rename(aside, place);
        }
        return false;
    }
    g_clear_pointer(&folder->temporary, g_free);
    if (aside != NULL) {
        remove_tree(aside);
    }
    return true;
}
