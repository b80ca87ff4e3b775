/* Protects: which connection is held against which, the clocks, the verdict on two captures, and
 * what is said of the first difference. A run beside a capture is tests/cli/test-cli-compare.sh's
 * matter. */

#include "compare/compare_flows.h"

#include <json-glib/json-glib.h>
#include <string.h>

#include "lib/capture-builder.h"
#include "lib/temp-folder.h"

#define MS SIM_NS_PER_MS

typedef struct Fixture {
    char *root, *place[2];
    CaptureBuilder side[2];
    CompareFlowsOptions options;
} Fixture;

static void set_up(Fixture *f, gconstpointer data)
{
    f->root = test_temp_folder();
    f->place[0] = g_build_filename(f->root, "a.pcap", NULL);
    f->place[1] = g_build_filename(f->root, "b.pcap", NULL);
    capture_builder_init(&f->side[0], CAPTURE_LINK_RAW_IP);
    capture_builder_init(&f->side[1], CAPTURE_LINK_ETHERNET);
    f->options = (CompareFlowsOptions){ .parts = FLOW_PARTS_USUAL };
}

static void tear_down(Fixture *f, gconstpointer data)
{
    test_remove_tree(f->root);
    for (unsigned i = 0; i < 2; i++) {
        g_free(f->place[i]);
        capture_builder_clear(&f->side[i]);
    }
    g_free(f->root);
}

static CompareFlows *compare(const Fixture *f)
{
    g_autoptr(GError) error = NULL;
    capture_builder_save(&f->side[0], f->place[0]);
    capture_builder_save(&f->side[1], f->place[1]);
    CompareFlows *comparison = compare_flows(f->place[0], f->place[1], &f->options, &error);
    g_assert_no_error(error);
    return comparison;
}

static const ComparePair *pair_at(const CompareFlows *comparison, guint i)
{
    g_assert_cmpuint(comparison->pairs->len, >, i);
    return &g_array_index(comparison->pairs, ComparePair, i);
}

/* A handshake and a segment each way, which ends after `took_ns`. */
static void talk(CaptureBuilder *side, int64_t at_ns, int64_t took_ns)
{
    capture_builder_handshake(side, at_ns, 40 * MS, 0);
    capture_builder_segment(side, at_ns + 50 * MS, 0, "P. 1:101(100) ack 1 win 8");
    capture_builder_segment(side, at_ns + took_ns, 1, ". 1:1(0) ack 101 win 8");
}

/* Other addresses of time, ISSs and links are no difference; nor is PSH unless asked for. */
static void test_identical(Fixture *f, gconstpointer data)
{
    talk(&f->side[0], 0, 90 * MS);
    f->side[1].iss[1] = 4711;
    capture_builder_handshake(&f->side[1], 7000 * MS, 40 * MS, 0);
    capture_builder_segment(&f->side[1], 7050 * MS, 0, ". 1:101(100) ack 1 win 8");
    capture_builder_segment(&f->side[1], 7090 * MS, 1, ". 1:1(0) ack 101 win 8");
    g_autoptr(CompareFlows) comparison = compare(f);
    g_assert_cmpint(comparison->verdict, ==, COMPARE_IDENTICAL);
    g_assert_cmpint(comparison->side[1].origin_ns - comparison->side[0].origin_ns, ==, 7000 * MS);
    f->options.parts |= 1u << FLOW_PART_PSH;
    g_autoptr(CompareFlows) stricter = compare(f);
    g_assert_cmpint(stricter->verdict, ==, COMPARE_DIFFERENT);
    g_assert_cmpuint(pair_at(stricter, 0)->same, ==, 3);
}

static void test_shifted(Fixture *f, gconstpointer data)
{
    talk(&f->side[0], 0, 90 * MS);
    talk(&f->side[1], 100 * MS, 93 * MS);
    g_autoptr(CompareFlows) comparison = compare(f);
    g_assert_cmpint(comparison->verdict, ==, COMPARE_SHIFTED);
    g_assert_cmpint(pair_at(comparison, 0)->first_shift_ns, ==, 3 * MS);
    g_assert_cmpint(pair_at(comparison, 0)->duration_ns[1], ==, 93 * MS);
    f->options.tolerance_ns = 3 * MS;
    g_autoptr(CompareFlows) tolerant = compare(f);
    g_assert_cmpint(tolerant->verdict, ==, COMPARE_IDENTICAL);
}

/* One side was recorded at the client, the other at the server, 20 ms away, whose clock is ahead by
 * five seconds. */
static void test_two_places(Fixture *f, gconstpointer data)
{
    capture_builder_handshake(&f->side[0], 0, 40 * MS, 0);
    capture_builder_handshake(&f->side[1], 5020 * MS, 40 * MS, 1);
    g_autoptr(CompareFlows) comparison = compare(f);
    int64_t apart_ns = comparison->side[1].origin_ns - comparison->side[0].origin_ns;
    g_assert_cmpint(ABS(apart_ns - 5000 * MS), <=, SIM_NS_PER_US);
    g_assert_true(compare_flows_from_two_places(comparison));
}

/* The same ends first, then the server's port, then the order; what is left is only there. */
static void test_pairs(Fixture *f, gconstpointer data)
{
    static const uint16_t ports[2][4][2] = {
        { { 5001, 80 }, { 5002, 443 }, { 5003, 80 }, { 5004, 25 } },
        { { 5003, 80 }, { 6001, 443 }, { 6002, 80 }, { 6003, 22 } },
    };
    for (unsigned side = 0; side < 2; side++) {
        for (unsigned i = 0; i < 4; i++) {
            f->side[side].port[0] = ports[side][i][0];
            f->side[side].port[1] = ports[side][i][1];
            capture_builder_segment(&f->side[side], i * MS, 0, "S 0:0(0) win 8");
        }
    }
    f->side[1].port[0]++;
    capture_builder_segment(&f->side[1], 9 * MS, 0, "S 0:0(0) win 8");
    g_autoptr(CompareFlows) comparison = compare(f);
    static const uint16_t expected[][2] = {
        { 5001, 6002 }, { 5002, 6001 }, { 5003, 5003 }, { 5004, 6003 }, { 0, 6004 }
    };
    g_assert_cmpuint(comparison->pairs->len, ==, G_N_ELEMENTS(expected));
    for (guint i = 0; i < G_N_ELEMENTS(expected); i++) {
        for (unsigned side = 0; side < 2; side++) {
            const Flow *flow = pair_at(comparison, i)->flow[side];
            g_assert_cmpuint(flow == NULL ? 0 : flow->end[0].port, ==, expected[i][side]);
        }
    }
    g_assert_cmpint(comparison->verdict, ==, COMPARE_DIFFERENT);
    g_assert_cmpuint(comparison->first, ==, 4);
    g_autoptr(GString) text = compare_flows_text(comparison, NULL);
    g_assert_nonnull(strstr(text->str, "only in "));
}

/* b acknowledges later, after a repetition: the words name both. */
static void test_difference(Fixture *f, gconstpointer data)
{
    talk(&f->side[0], 0, 90 * MS);
    capture_builder_handshake(&f->side[1], 0, 40 * MS, 0);
    capture_builder_segment(&f->side[1], 50 * MS, 0, "P. 1:101(100) ack 1 win 8");
    capture_builder_segment(&f->side[1], 250 * MS, 0, "P. 1:101(100) ack 1 win 8");
    capture_builder_segment(&f->side[1], 290 * MS, 1, ". 1:1(0) ack 101 win 8");
    g_autoptr(CompareFlows) comparison = compare(f);
    g_assert_cmpint(comparison->verdict, ==, COMPARE_DIFFERENT);
    g_assert_cmpuint(pair_at(comparison, 0)->same, ==, 4);
    g_assert_cmpuint(pair_at(comparison, 0)->in_common, ==, 5);
    g_autoptr(GString) text = compare_flows_text(comparison, NULL);
    static const char *const words[] = {
        "different stories\n",
        "the first 4 segments are the same, of 5 and 6; in common: 5 (90.90%)",
        "differs from segment 5 on, in: direction\n",
        "both, before it:\n",
        "    0.050000000  #4 192.0.2.1 > 198.51.100.2 PSH ACK seq 1 ack 1 len 100 win 1024\n",
        "    0.090000000  #5 198.51.100.2 > 192.0.2.1 ACK seq 1 ack 101 win 1024\n"
        "      <- 0.040000000 s after: #4 192.0.2.1 ",
        "    0.250000000  #5 192.0.2.1 > 198.51.100.2 PSH ACK seq 1 ack 1 len 100 win 1024\n"
        "      repeats, 0.200000000 s later: #4 192.0.2.1 ",
    };
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
        g_assert_nonnull(strstr(text->str, words[i]));
    }
    g_autoptr(Lang) lang = lang_new("zh");
    g_autoptr(GString) chinese = compare_flows_text(comparison, lang);
    g_assert_null(strstr(chinese->str, "both, before it"));
}

static void test_json(Fixture *f, gconstpointer data)
{
    talk(&f->side[0], 0, 90 * MS);
    capture_builder_handshake(&f->side[1], 1000 * MS, 40 * MS, 0);
    capture_builder_segment(&f->side[1], 1050 * MS, 0, "P. 1:51(50) ack 1 win 8");
    g_autoptr(CompareFlows) comparison = compare(f);
    g_autoptr(GString) text = compare_flows_json(comparison);
    g_autoptr(JsonParser) parser = json_parser_new();
    g_autoptr(GError) error = NULL;
    json_parser_load_from_data(parser, text->str, -1, &error);
    g_assert_no_error(error);
    JsonObject *object = json_node_get_object(json_parser_get_root(parser));
    g_assert_cmpstr(json_object_get_string_member(object, "verdict"), ==, "different");
    g_assert_cmpint(json_object_get_int_member(object, "clocks_apart_ns"), ==, 1000 * MS);
    JsonObject *pair =
        json_array_get_object_element(json_object_get_array_member(object, "connections"), 0);
    g_assert_cmpint(json_object_get_int_member(pair, "same"), ==, 3);
    g_assert_cmpint(json_object_get_int_member(pair, "segments_a"), ==, 5);
    g_assert_cmpint(json_object_get_int_member(pair, "completion_ppm"), ==, 800000);
    JsonArray *parts = json_object_get_array_member(pair, "differs_in");
    g_assert_cmpuint(json_array_get_length(parts), ==, 1);
    g_assert_cmpstr(json_array_get_string_element(parts, 0), ==, "len");
    JsonObject *b = json_object_get_object_member(pair, "b");
    g_assert_cmpint(json_object_get_int_member(b, "n"), ==, 4);
    g_assert_cmpint(json_object_get_int_member(b, "time_ns"), ==, 50 * MS);
}

static void test_no_tcp(Fixture *f, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    talk(&f->side[0], 0, 90 * MS);
    capture_builder_frame(&f->side[1], 0, (const uint8_t *)"nothing", 7);
    capture_builder_save(&f->side[0], f->place[0]);
    capture_builder_save(&f->side[1], f->place[1]);
    g_assert_null(compare_flows(f->place[0], f->place[1], &f->options, &error));
    g_assert_error(error, G_FILE_ERROR, G_FILE_ERROR_INVAL);
    g_assert_true(g_str_has_prefix(error->message, f->place[1]));
}

/* ---- a kernel's record ---- */

typedef struct RecordRow {
    const char *label, *text, *wrong; /* NULL: nothing is wrong */
    int64_t last_ns;
} RecordRow;

static const RecordRow records[] = {
    { "plain", "time_s,unacked,ssthresh,cwnd\n5.25,3,2147483647,10\n", NULL, 5250 * MS },
    { "columns-by-name", "cwnd,x,time_s,ssthresh,unacked\n10,?,1.000000001,7,3", NULL,
      1000 * MS + 1 },
    { "spaces-and-returns", "time_s, unacked, ssthresh, cwnd\r\n2, 3, 7, 10\r\n", NULL, 2000 * MS },
    { "empty", "", "1: the table is empty", 0 },
    { "no-column", "time_s,unacked,cwnd\n", "1: no column is called ssthresh", 0 },
    { "short-row", "time_s,unacked,ssthresh,cwnd\n1,2,3,4\n1,2\n", "3: not a row of the table: 1,2",
      0 },
    { "no-number", "time_s,unacked,ssthresh,cwnd\n1,2,3,x\n", "2: not a row", 0 },
    { "no-time", "time_s,unacked,ssthresh,cwnd\n-1,2,3,4\n", "2: not a row", 0 },
    { "time-too-late", "time_s,unacked,ssthresh,cwnd\n99999999999,2,3,4\n", "2: not a row", 0 },
};

static void test_record(Fixture *f, gconstpointer data)
{
    const RecordRow *row = data;
    g_autoptr(GError) error = NULL;
    g_autofree char *path = g_build_filename(f->root, "info.csv", NULL);
    g_autofree char *wrong = row->wrong == NULL ? NULL : g_strdup_printf("%s:%s", path, row->wrong);
    g_file_set_contents(path, row->text, -1, &error);
    g_assert_no_error(error);
    g_autoptr(CompareInfo) info = compare_info_read(path, &error);
    if (wrong != NULL) {
        g_assert_null(info);
        g_assert_error(error, G_FILE_ERROR, G_FILE_ERROR_INVAL);
        g_assert_true(g_str_has_prefix(error->message, wrong));
        return;
    }
    g_assert_no_error(error);
    g_assert_cmpuint(info->rows->len, ==, 1);
    const CompareInfoRow *last = &g_array_index(info->rows, CompareInfoRow, info->rows->len - 1);
    g_assert_cmpint(last->time_ns, ==, row->last_ns);
    g_assert_cmpuint(last->cwnd, ==, 10);
    g_assert_cmpuint(last->unacked, ==, 3);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    static const struct {
        const char *path;
        void (*test)(Fixture *, gconstpointer);
    } tests[] = {
        { "/compare/flows/identical", test_identical },
        { "/compare/flows/shifted", test_shifted },
        { "/compare/flows/two-places", test_two_places },
        { "/compare/flows/pairs", test_pairs },
        { "/compare/flows/difference", test_difference },
        { "/compare/flows/json", test_json },
        { "/compare/flows/no-tcp", test_no_tcp },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(tests); i++) {
        g_test_add(tests[i].path, Fixture, NULL, set_up, tests[i].test, tear_down);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(records); i++) {
        g_autofree char *path = g_strdup_printf("/compare/info/%s", records[i].label);
        g_test_add(path, Fixture, &records[i], set_up, test_record, tear_down);
    }
    return g_test_run();
}
