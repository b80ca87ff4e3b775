/* Protects: octets reach the file whole, and a disk that is full is seen. */

#include "trace/trace_output.h"

#include <glib/gstdio.h>
#include <string.h>

static void put(TraceOutput *output, uint8_t value, size_t len_bytes)
{
    memset(trace_output_reserve(output, len_bytes), value, len_bytes);
    trace_output_commit(output, len_bytes);
}

/* More than the buffer holds, in records that do not divide it. */
static void put_much(TraceOutput *output)
{
    for (int i = 0; i < 2000; i++) {
        put(output, (uint8_t)i, 1000);
    }
}

static void assert_much(const uint8_t *bytes, size_t len_bytes)
{
    g_assert_cmpuint(len_bytes, ==, 2000 * 1000);
    for (size_t i = 0; i < len_bytes; i++) {
        if (bytes[i] != (uint8_t)(i / 1000)) {
            g_assert_cmpuint(i, ==, 0);
        }
    }
}

static void test_memory(void)
{
    g_autoptr(TraceOutput) output = trace_output_new_memory();
    put_much(output);
    size_t len_bytes;
    const uint8_t *bytes = trace_output_bytes(output, &len_bytes);
    assert_much(bytes, len_bytes);
    g_assert_true(trace_output_close(output, NULL));
}

static void test_file(void)
{
    g_autofree char *folder = g_dir_make_tmp("wirelab-test-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, "file", NULL);
    g_file_set_contents(path, "an older and longer file", -1, NULL);
    g_autoptr(GError) error = NULL;
    g_autoptr(TraceOutput) output = trace_output_new(path, &error);
    g_assert_no_error(error);
    put_much(output);
    g_assert_true(trace_output_close(output, &error));
    g_assert_no_error(error);

    g_autofree char *contents = NULL;
    gsize len_bytes;
    g_assert_true(g_file_get_contents(path, &contents, &len_bytes, NULL));
    assert_much((const uint8_t *)contents, len_bytes);

    /* Room asked for ahead was given back: octets and no more than a few blocks. */
    GStatBuf status;
    g_assert_cmpint(g_stat(path, &status), ==, 0);
    g_assert_cmpint(status.st_blocks * 512, <, (gint64)len_bytes + 256 * 1024);
    g_remove(path);
    g_rmdir(folder);
}

static void test_cannot_open(void)
{
    g_autoptr(GError) error = NULL;
    g_assert_null(trace_output_new("/nonexistent/file", &error));
    g_assert_error(error, G_FILE_ERROR, G_FILE_ERROR_NOENT);
    g_assert_true(g_str_has_prefix(error->message, "/nonexistent/file: "));
}

/* A few octets fail when the file is closed; many fail earlier, and a run can notice. */
static void test_disk_full(gconstpointer data)
{
    if (!g_file_test("/dev/full", G_FILE_TEST_EXISTS)) {
        g_test_skip("this system has no /dev/full");
        return;
    }
    bool much = GPOINTER_TO_INT(data);
    g_autoptr(GError) error = NULL;
    g_autoptr(TraceOutput) output = trace_output_new("/dev/full", &error);
    g_assert_no_error(error);
    if (much) {
        put_much(output);
    } else {
        put(output, 1, 10);
    }
    g_assert_cmpint(trace_output_failed(output), ==, much);
    g_assert_false(trace_output_close(output, &error));
    g_assert_error(error, G_FILE_ERROR, G_FILE_ERROR_NOSPC);
    g_assert_true(g_str_has_prefix(error->message, "/dev/full: "));
    g_assert_false(trace_output_close(output, NULL));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/trace/output/memory", test_memory);
    g_test_add_func("/trace/output/file", test_file);
    g_test_add_func("/trace/output/cannot-open", test_cannot_open);
    g_test_add_data_func("/trace/output/disk-full-at-close", GINT_TO_POINTER(false),
                         test_disk_full);
    g_test_add_data_func("/trace/output/disk-full-early", GINT_TO_POINTER(true), test_disk_full);
    return g_test_run();
}
