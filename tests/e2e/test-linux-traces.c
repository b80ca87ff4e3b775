/* Protects: the same segments, in the same order, with the same relative numbers, flags (PSH
 * aside), lengths and SACK blocks as two real Linux hosts exchanged over the same link, as each of
 * the two saw them. */

#include "compare/flow.h"
#include "lib/run-scenario.h"

typedef struct TraceRow {
    const char *label, *scenario;
    FlowPoint point;
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
};

/* The segments of the only connection, a line each, without what tells the two sides apart. */
static GString *tell(const FlowSet *set)
{
    GString *out = g_string_new(NULL);
    g_assert_cmpuint(set->flows->len, ==, 1);
    const Flow *flow = g_ptr_array_index(set->flows, 0);
    for (uint32_t i = 0; i < flow->segments->len; i++) {
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
    g_autoptr(GString) expected = tell(recorded);
    g_autoptr(GString) actual = tell(simulated);
    g_assert_cmpint(recorded->point, ==, row->point);
    g_assert_cmpstr(actual->str, ==, expected->str);
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
