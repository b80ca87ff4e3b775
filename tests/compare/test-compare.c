/* Protects: the verdict on two runs, the place of the first difference, and what is said of it. */

#include "compare/compare.h"

#include <json-glib/json-glib.h>

#include "lib/temp-folder.h"
#include "lib/trace-builder.h"
#include "trace/trace_folder.h"

#define MS SIM_NS_PER_MS

typedef struct Fixture {
    char *root, *place[2];
} Fixture;

static void set_up(Fixture *f, gconstpointer data)
{
    f->root = test_temp_folder();
    f->place[0] = g_build_filename(f->root, "a", NULL);
    f->place[1] = g_build_filename(f->root, "b", NULL);
}

static void tear_down(Fixture *f, gconstpointer data)
{
    test_remove_tree(f->root);
    g_free(f->root);
    g_free(f->place[0]);
    g_free(f->place[1]);
}

/* Saves a run, with another file and an empty manifest, which nobody compares. Takes the run. */
static void leave_run(const char *place, TraceRun *taken, const char *other)
{
    g_autoptr(TraceFolder) folder = trace_folder_new(place, NULL);
    g_autofree char *path = trace_folder_file(folder, "trace.ndjson", NULL);
    g_autoptr(GString) contents = g_string_new(other);
    g_assert_true(trace_run_write(taken, path, NULL));
    g_assert_true(trace_folder_write(folder, "other.txt", contents, NULL));
    g_assert_true(trace_folder_write(folder, TRACE_MANIFEST, contents, NULL));
    g_assert_true(trace_folder_commit(folder, "", NULL));
    trace_run_free(taken);
}

static Comparison *compare(const Fixture *f)
{
    g_autoptr(GError) error = NULL;
    Comparison *comparison = compare_runs(f->place[0], f->place[1], &error);
    g_assert_no_error(error);
    return comparison;
}

static void assert_files(const Comparison *comparison, const char *expected)
{
    g_autoptr(GString) names = g_string_new(NULL);
    for (guint i = 0; i < comparison->files->len; i++) {
        g_string_append_printf(names, "%s ", (const char *)comparison->files->pdata[i]);
    }
    g_assert_cmpstr(names->str, ==, expected);
}

static void test_identical(Fixture *f, gconstpointer data)
{
    leave_run(f->place[0], trace_builder_story(), "same");
    leave_run(f->place[1], trace_builder_story(), "same");
    g_autoptr(Comparison) comparison = compare(f);
    g_assert_cmpint(comparison->verdict, ==, COMPARE_IDENTICAL);
    assert_files(comparison, "");
}

/* The same words with one file changed: nothing moved in time. */
static void test_other_file(Fixture *f, gconstpointer data)
{
    leave_run(f->place[0], trace_builder_story(), "same");
    leave_run(f->place[1], trace_builder_story(), "changed");
    g_autoptr(Comparison) comparison = compare(f);
    g_assert_cmpint(comparison->verdict, ==, COMPARE_SHIFTED);
    g_assert_cmpint(comparison->first_shift_ns, ==, 0);
    assert_files(comparison, "other.txt ");
}

/* Everything after the start 2 ms later, and the last line 9 ms earlier. */
static void test_shifted(Fixture *f, gconstpointer data)
{
    TraceRun *late = trace_builder_story();
    guint last = late->lines->len - 1;
    for (guint i = 0; i <= last; i++) {
        TraceLine *line = trace_line(late, i);
        line->time_ns += line->time_ns == 0 ? 0 : i == last ? -9 * MS : 2 * MS;
    }
    leave_run(f->place[0], trace_builder_story(), "same");
    leave_run(f->place[1], late, "same");
    g_autoptr(Comparison) comparison = compare(f);
    g_assert_cmpint(comparison->verdict, ==, COMPARE_SHIFTED);
    g_assert_cmpint(comparison->first_shift_ns, ==, 2 * MS);
    g_assert_cmpint(comparison->largest_shift_ns, ==, -9 * MS);
    assert_files(comparison, "trace.ndjson ");
}

/* One state change less: the first difference is its line, where the other story has ended. */
static void test_ended(Fixture *f, gconstpointer data)
{
    TraceRun *shorter = trace_builder_story();
    g_array_set_size(shorter->lines, shorter->lines->len - 1);
    leave_run(f->place[0], trace_builder_story(), "same");
    leave_run(f->place[1], shorter, "same");
    g_autoptr(Comparison) comparison = compare(f);
    const CompareSide *a = &comparison->side[0], *b = &comparison->side[1];
    g_assert_cmpint(comparison->verdict, ==, COMPARE_DIFFERENT);
    g_assert_cmpuint(b->at, ==, b->story->len);
    g_assert_cmpuint(a->at, ==, a->story->len - 1);
    g_autoptr(GString) text = compare_text(comparison, NULL);
    g_assert_nonnull(strstr(text->str, "the story has ended"));
    g_assert_nonnull(strstr(text->str, "CLOSE-WAIT"));
}

/* A change is told in the scenario's own words, whatever they are made of. */
static void test_json(Fixture *f, gconstpointer data)
{
    TraceRun *other = trace_builder_story();
    TraceLine line = { .time_ns = 2000 * MS,
                       .what = TRACE_CHANGE,
                       .place = 2,
                       .conn = TRACE_NONE,
                       .packet = TRACE_NONE,
                       .cause = TRACE_NONE,
                       .change = { .what = "rate \"10\" \\ 网络", .unit = SIM_N_UNITS } };
    g_array_append_val(other->lines, line);
    leave_run(f->place[0], trace_builder_story(), "same");
    leave_run(f->place[1], other, "same");
    g_autoptr(Comparison) comparison = compare(f);
    g_autoptr(GString) text = compare_json(comparison);
    g_autoptr(JsonParser) parser = json_parser_new();
    g_autoptr(GError) error = NULL;
    json_parser_load_from_data(parser, text->str, -1, &error);
    g_assert_no_error(error);
    JsonObject *object = json_node_get_object(json_parser_get_root(parser));
    g_assert_cmpstr(json_object_get_string_member(object, "verdict"), ==, "different");
    g_assert_true(json_object_get_null_member(object, "a"));
    JsonObject *b = json_object_get_object_member(object, "b");
    g_assert_nonnull(strstr(json_object_get_string_member(b, "text"), line.change.what));
}

static void test_no_run(Fixture *f, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    leave_run(f->place[0], trace_builder_story(), "same");
    g_assert_null(compare_runs(f->place[0], f->place[1], &error));
    g_assert_error(error, G_FILE_ERROR, G_FILE_ERROR_INVAL);
    g_assert_true(g_str_has_prefix(error->message, f->place[1]));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    static const struct {
        const char *path;
        void (*test)(Fixture *, gconstpointer);
    } tests[] = {
        { "/compare/identical", test_identical }, { "/compare/other-file", test_other_file },
        { "/compare/shifted", test_shifted },     { "/compare/ended", test_ended },
        { "/compare/json", test_json },           { "/compare/no-run", test_no_run },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(tests); i++) {
        g_test_add(tests[i].path, Fixture, NULL, set_up, tests[i].test, tear_down);
    }
    return g_test_run();
}
