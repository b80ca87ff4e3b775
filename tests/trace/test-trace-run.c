/* Protects: a run that was written and read again is the same run, to the byte; a damaged file is
 * refused with its line. */

#include <glib/gstdio.h>
#include <string.h>

#include "lib/trace-builder.h"
#include "trace/trace_tables.h"

static char *temporary_file(void)
{
    g_autofree char *folder = g_dir_make_tmp("trace-XXXXXX", NULL);
    return g_build_filename(folder, "trace.ndjson", NULL);
}

static void remove_file(const char *path)
{
    g_autofree char *folder = g_path_get_dirname(path);
    g_remove(path);
    g_rmdir(folder);
}

static char *write_run(const TraceRun *run, const char *path)
{
    char *contents = NULL;
    g_assert_true(trace_run_write(run, path, NULL));
    g_assert_true(g_file_get_contents(path, &contents, NULL, NULL));
    return contents;
}

static void test_round_trip(void)
{
    g_autofree char *path = temporary_file();
    g_autoptr(TraceRun) run = trace_builder_story();
    g_autofree char *first = write_run(run, path);
    g_autoptr(GError) error = NULL;
    g_autoptr(TraceRun) again = trace_run_read(path, &error);
    g_assert_no_error(error);
    g_autofree char *second = write_run(again, path);
    g_assert_cmpstr(first, ==, second);
    g_assert_cmpuint(again->lines->len, ==, run->lines->len);
    g_autoptr(GString) story = trace_story(run, NULL);
    g_autoptr(GString) story_again = trace_story(again, NULL);
    g_assert_cmpstr(story->str, ==, story_again->str);
    remove_file(path);
}

/* Who draws a run again knows what was never recorded. */
static void test_level(void)
{
    g_autofree char *path = temporary_file();
    g_autoptr(TraceRun) run = trace_builder_story();
    for (unsigned level = 0; level < TRACE_N_LEVELS; level++) {
        run->recording.level = (TraceLevel)level;
        g_assert_true(trace_run_write(run, path, NULL));
        g_autoptr(TraceRun) again = trace_run_read(path, NULL);
        g_assert_cmpint(again->recording.level, ==, level);
    }
    remove_file(path);
}

/* The fuzzer starts from traces as they are written now; from ones that are refused at their first
 * line it would not get far. */
static void test_seed(gconstpointer data)
{
    const char *name = data;
    g_autofree char *path =
        g_test_build_filename(G_TEST_DIST, "tests", "fuzz", "corpus", "trace", name, NULL);
    g_autoptr(GError) error = NULL;
    g_autoptr(TraceRun) run = trace_run_read(path, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(run->lines->len, >, 0);
}

typedef struct BadFile {
    const char *label, *from, *to, *message;
} BadFile;

static const BadFile bad_files[] = {
    { "/trace/run/not-json", "{\"n\":1,", "{\"n\":1 ", ":2: not JSON" },
    { "/trace/run/other-version", "\"version\":2", "\"version\":1",
      ":1: a trace of another version" },
    { "/trace/run/other-schema", "wirelab-trace", "something", ":1: not a wirelab trace" },
    { "/trace/run/other-level",
      "\"seed\":", "\"record\":\"some\",\"seed\":", ":1: no level of recording: some" },
    { "/trace/run/line-missing", "\"n\":3,", "\"n\":4,", ":4: lines are missing" },
    { "/trace/run/unknown-place", "\"where\":\"client\"", "\"where\":\"nobody\"",
      ": unknown place: nobody" },
    { "/trace/run/before-the-start", "\"time_ns\":0,", "\"time_ns\":-5,",
      ": a time before the start" },
    { "/trace/run/unknown-kind", "\"what\":\"state\"", "\"what\":\"mood\"",
      ": unknown kind of line: mood" },
    { "/trace/run/unknown-word", "\"to\":\"SYN-SENT\"", "\"to\":\"SYN-LOST\"",
      ": a value that means nothing: to" },
    { "/trace/run/field-missing", "\"urgent\":0,", "", ": a field is missing: urgent" },
};

static void test_bad_file(gconstpointer data)
{
    const BadFile *bad = data;
    g_autofree char *path = temporary_file();
    g_autoptr(TraceRun) run = trace_builder_story();
    g_autofree char *good = write_run(run, path);
    char *at = strstr(good, bad->from);
    g_assert_nonnull(at);
    g_autofree char *damaged =
        g_strdup_printf("%.*s%s%s", (int)(at - good), good, bad->to, at + strlen(bad->from));
    g_assert_true(g_file_set_contents(path, damaged, -1, NULL));
    g_autoptr(GError) error = NULL;
    g_autoptr(TraceRun) read = trace_run_read(path, &error);
    g_assert_null(read);
    g_assert_nonnull(strstr(error->message, bad->message));
    remove_file(path);
}

/* A zero is a value like any other: a closed window, a sequence number, the first fault of a list.
 * What does not apply is not there. */
static void test_zero_is_written(void)
{
    g_autofree char *path = temporary_file();
    g_autoptr(TraceRun) run = trace_builder_pair();
    const Packet probe = { .kind = PACKET_TCP, .tcp = { .src_port = 1, .dst_port = 2 } };
    uint32_t packet = trace_builder_packet(run, 0, 0, &probe, TRACE_NONE);
    trace_builder_dies(run, 0, packet, 2, NET_DROP_FAULT);
    trace_line(run, run->lines->len - 1)->net.detail.fault_index = 0;
    TraceLine *change = trace_builder_line(run, 0, 2, TRACE_CHANGE, TRACE_NONE);
    change->change = (NetChange){ .what = "loss", .unit = SIM_UNIT_PROBABILITY, .from = 5 };
    g_autofree char *text = write_run(run, path);
    static const char *const fields[] = {
        "\"seq\":0",         "\"ack\":0", "\"window\":0",        "\"payload_bytes\":0",
        "\"fault_index\":0", "\"to\":0",  "\"corrupted\":false",
    };
    for (size_t i = 0; i < G_N_ELEMENTS(fields); i++) {
        g_test_message("%s", fields[i]);
        g_assert_nonnull(strstr(text, fields[i]));
    }
    g_assert_null(strstr(text, "\"mss\""));
    g_assert_null(strstr(text, "\"rng_index\""));
    remove_file(path);
}

static void test_relative_numbers(void)
{
    g_autoptr(TraceRun) run = trace_builder_story();
    const TracePacket *syn_ack = trace_packet(run, 1);
    g_assert_cmpuint(trace_relative_seq(run, syn_ack), ==, 0);
    g_assert_cmpuint(trace_relative_ack(run, syn_ack), ==, 1);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/trace/run/round-trip", test_round_trip);
    g_test_add_func("/trace/run/level", test_level);
    g_test_add_func("/trace/run/relative-numbers", test_relative_numbers);
    g_test_add_func("/trace/run/zero-is-written", test_zero_is_written);
    g_test_add_data_func("/trace/run/seed/fragmentation", "fragmentation", test_seed);
    g_test_add_data_func("/trace/run/seed/handshake", "handshake", test_seed);
    for (size_t i = 0; i < G_N_ELEMENTS(bad_files); i++) {
        g_test_add_data_func(bad_files[i].label, &bad_files[i], test_bad_file);
    }
    return g_test_run();
}
