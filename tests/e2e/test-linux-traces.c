/* Protects: the same segments, in the same order, with the same relative numbers, flags (PSH
 * aside), lengths and SACK blocks as two real Linux hosts exchanged over the same link, as each of
 * the two saw them; cwnd and ssthresh of the sender within a segment of what the kernel reported.
 * Where losses meet a full queue, Linux itself repeats only the beginning. */

#include "compare/compare_info.h"
#include "compare/flow.h"
#include "lib/run-scenario.h"

typedef struct TraceRow {
    const char *label, *scenario;
    FlowPoint point;
    uint32_t segments; /* so many from the first on; 0: all */
    bool windows;      /* LABEL.csv has the sender's */
} TraceRow;

static const TraceRow rows[] = {
    { "handshake-close", "handshake-close", FLOW_POINT_CLIENT },
    { "handshake-close-server", "handshake-close", FLOW_POINT_SERVER },
    { "syn-lost", "syn-lost", FLOW_POINT_CLIENT },
    { "syn-lost-server", "syn-lost", FLOW_POINT_SERVER },
    { "fin-lost", "fin-lost", FLOW_POINT_CLIENT },
    { "fin-lost-server", "fin-lost", FLOW_POINT_SERVER },
    { "reqresp-small", "reqresp-small", FLOW_POINT_CLIENT },
    { "reqresp-small-server", "reqresp-small", FLOW_POINT_SERVER },
    { "half-close", "half-close", FLOW_POINT_CLIENT },
    { "half-close-server", "half-close", FLOW_POINT_SERVER },
    { "nodelay", "nodelay", FLOW_POINT_CLIENT },
    { "nodelay-server", "nodelay", FLOW_POINT_SERVER },
    { "abort", "abort", FLOW_POINT_CLIENT, .windows = true },
    { "tail-loss", "tail-loss", FLOW_POINT_CLIENT, .windows = true },
    { "zero-window", "zero-window", FLOW_POINT_CLIENT, .windows = true },
    { "bulk-clean", "bulk-clean", FLOW_POINT_CLIENT, .windows = true },
    { "bulk-reno", "bulk-reno", FLOW_POINT_CLIENT, 176, .windows = true },
    { "loss-slowstart", "loss-slowstart", FLOW_POINT_CLIENT, 189, .windows = true },
    { "reorder-3ms", "reorder-3ms", FLOW_POINT_CLIENT, 174, .windows = true },
    { "shallow-queue", "shallow-queue", FLOW_POINT_CLIENT, 130, .windows = true },
    { "nosack-loss", "nosack-loss", FLOW_POINT_CLIENT, 239 },
};

static const Flow *only_flow(const FlowSet *set)
{
    g_assert_cmpuint(set->flows->len, ==, 1);
    return g_ptr_array_index(set->flows, 0);
}

/* The segments of the only connection, a line each, without what tells the two sides apart. */
static GString *tell(const FlowSet *set, uint32_t segments)
{
    GString *out = g_string_new(NULL);
    const Flow *flow = only_flow(set);
    uint32_t count = segments == 0 ? flow->segments->len : MIN(segments, flow->segments->len);
    for (uint32_t i = 0; i < count; i++) {
        const FlowSegment *segment = flow_segment(flow, i);
        char flags[WIRE_TCP_FLAGS_TEXT_BYTES];
        wire_tcp_flags_format((uint16_t)(segment->flags & ~TCP_PSH), flags);
        g_string_append_printf(out, "%u %s %u %u %u", segment->end, flags, segment->seq,
                               segment->ack, segment->len_bytes);
        for (unsigned k = 0; k < segment->sack_count; k++) {
            g_string_append_printf(out, " %u-%u", segment->sack[k].left, segment->sack[k].right);
        }
        g_string_append_c(out, '\n');
    }
    return out;
}

/* The kernel's rows, up to where the segments are the same. */
static void check_windows(const TraceRow *row, const TraceRun *run, const Flow *recorded,
                          const Flow *simulated)
{
    g_autofree char *name = g_strdup_printf("tests/data/linux-traces/%s.csv", row->label);
    g_autofree char *path = g_test_build_filename(G_TEST_DIST, name, NULL);
    g_autoptr(GError) error = NULL;
    g_autoptr(CompareInfo) info = compare_info_read(path, &error);
    g_assert_no_error(error);
    uint32_t last = row->segments == 0 ? simulated->segments->len - 1 : row->segments - 1;
    int64_t ahead_ns = flow_segment(recorded, 0)->time_ns - flow_segment(simulated, 0)->time_ns;
    compare_info_check(info, run, simulated, ahead_ns, flow_segment(simulated, last)->time_ns);
    g_assert_cmpuint(info->compared_before, >, 0);
    /* The rows' own times, and the machine's, are off by as much as several segments take. */
    g_assert_cmpuint(100 * info->within_before, >=, 95 * info->compared_before);
}

static void test_case(gconstpointer data)
{
    const TraceRow *row = data;
    g_autofree char *scenario = g_strdup_printf("scenarios/linux/%s.yaml", row->scenario);
    g_autofree char *name = g_strdup_printf("tests/data/linux-traces/%s.pcap", row->label);
    g_autofree char *path = g_test_build_filename(G_TEST_DIST, name, NULL);
    g_autoptr(GError) error = NULL;
    g_autoptr(Capture) capture = capture_open(path, &error);
    g_assert_no_error(error);
    g_autoptr(TraceRun) run = run_scenario(scenario);
    g_autoptr(FlowSet) recorded = flow_set_of_capture(capture);
    g_autoptr(FlowSet) simulated = flow_set_of_run(run, row->point);
    g_autoptr(GString) expected = tell(recorded, row->segments);
    g_autoptr(GString) actual = tell(simulated, row->segments);
    g_assert_cmpint(recorded->point, ==, row->point);
    g_assert_cmpstr(actual->str, ==, expected->str);
    if (row->windows) {
        check_windows(row, run, only_flow(recorded), only_flow(simulated));
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *path = g_strdup_printf("/e2e/linux-traces/%s", rows[i].label);
        g_test_add_data_func(path, &rows[i], test_case);
    }
    return g_test_run();
}
