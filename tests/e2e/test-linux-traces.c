/* Protects: the same segments, in the same order, with the same relative numbers, flags (PSH aside)
 * and lengths as two real Linux hosts exchanged over the same link. The text tables beside the
 * captures are what the captures hold; where the dissector is there, a further test holds them to
 * it. */

#include <string.h>

#include "lib/run-scenario.h"
#include "trace/trace_tables.h"

typedef struct Seen {
    int64_t at_ns;
    uint32_t packet;
} Seen;

static gint compare_seen(gconstpointer a, gconstpointer b)
{
    const Seen *x = a, *y = b;
    return x->at_ns != y->at_ns ? (x->at_ns < y->at_ns ? -1 : 1) : (int)x->packet - (int)y->packet;
}

/* What the client put on its wire and what reached it. */
static GArray *seen_by_client(const TraceRun *run)
{
    GArray *seen = g_array_new(FALSE, FALSE, sizeof(Seen));
    for (uint32_t i = 0; i < run->lines->len; i++) {
        const TraceLine *line = trace_line(run, i);
        bool at_client = strcmp(trace_place(run, line->place)->name, "client") == 0;
        if (at_client && (line->what == TRACE_OFFER || line->what == TRACE_ARRIVE)) {
            Seen one = { line->time_ns, line->packet };
            g_array_append_val(seen, one);
        }
    }
    g_array_sort(seen, compare_seen);
    return seen;
}

static void put_segment(GString *out, const TraceRun *run, uint32_t index)
{
    const TracePacket *pkt = trace_packet(run, index);
    const WireTcp *tcp = &pkt->snapshot.tcp;
    char flags[40];
    wire_tcp_flags_format((uint16_t)(tcp->flags & ~TCP_PSH), flags);
    g_string_append_printf(out, "%s, %s, %u, ", pkt->sender_end == 0 ? "client" : "server", flags,
                           trace_relative_seq(run, pkt));
    if ((tcp->flags & TCP_ACK) != 0) {
        g_string_append_printf(out, "%u, ", trace_relative_ack(run, pkt));
    } else {
        g_string_append(out, "-, ");
    }
    g_string_append_printf(out, "%u\n", pkt->snapshot.payload.len_bytes);
}

static void test_case(gconstpointer data)
{
    const char *name = data;
    g_autofree char *scenario = g_strdup_printf("scenarios/linux/%s.yaml", name);
    g_autofree char *table = g_strdup_printf("tests/data/linux-traces/%s.txt", name);
    g_autofree char *file = g_test_build_filename(G_TEST_DIST, table, NULL);
    g_autofree char *expected = NULL;
    g_assert_true(g_file_get_contents(file, &expected, NULL, NULL));
    g_autoptr(TraceRun) run = run_scenario(scenario);
    g_autoptr(GArray) seen = seen_by_client(run);
    g_autoptr(GString) out = g_string_new(NULL);
    for (guint i = 0; i < seen->len; i++) {
        put_segment(out, run, g_array_index(seen, Seen, i).packet);
    }
    g_assert_cmpstr(out->str, ==, strchr(expected, '\n') + 1);
}

int main(int argc, char **argv)
{
    static const char *const cases[] = { "handshake-close", "syn-lost", "fin-lost" };
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strdup_printf("/e2e/linux-traces/%s", cases[i]);
        g_test_add_data_func(path, cases[i], test_case);
    }
    return g_test_run();
}
