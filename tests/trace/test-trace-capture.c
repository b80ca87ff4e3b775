/* Protects: what stands in the captures of a run is what its lines say: each frame once per wire,
 * again where it died or was changed, with the reason; and in a host's capture what that host
 * handed out and got. */

#include "config.h"

#include "trace/trace_capture.h"

#include <string.h>

#include "lib/run-scenario.h"
#include "lib/temp-folder.h"

#define PCAP_HEADER_BYTES 24
#define PCAP_RECORD_BYTES 16
#define PCAPNG_ENHANCED_PACKET 6u

typedef struct Fixture {
    char *root;
    TraceFolder *folder;
    TraceCapture *network, *hosts;
    uint32_t most; /* of trace_capture_hosts(), as names */
    const char *const *names;
    TraceRun *run;
} Fixture;

static void set_up(Fixture *f, gconstpointer data)
{
    f->root = test_temp_folder();
    g_autofree char *place = g_build_filename(f->root, "run", NULL);
    f->folder = trace_folder_new(place, NULL);
    f->most = 16;
}

static void tear_down(Fixture *f, gconstpointer data)
{
    trace_capture_free(f->network);
    trace_capture_free(f->hosts);
    trace_run_free(f->run);
    trace_folder_free(f->folder);
    test_remove_tree(f->root);
    g_free(f->root);
}

static void begin(TraceLog *log, void *data)
{
    Fixture *f = data;
    f->network = trace_capture_network(log, f->folder, NULL, NULL);
    f->hosts = trace_capture_hosts(log, f->folder, f->most, f->names, NULL);
}

static void capture(Fixture *f, const char *scenario)
{
    g_autoptr(GError) error = NULL;
    f->run = run_scenario_watched(scenario, begin, f);
    g_assert_true(trace_capture_close(f->network, &error) && trace_capture_close(f->hosts, &error));
    g_assert_no_error(error);
}

static uint32_t u32_at(const char *bytes)
{
    uint32_t value;
    memcpy(&value, bytes, sizeof value);
    return GUINT32_FROM_LE(value);
}

static char *read_capture(const Fixture *f, const char *name, gsize *out_len)
{
    g_autofree char *path = g_build_filename(trace_folder_path(f->folder), name, NULL);
    char *bytes = NULL;
    g_assert_true(g_file_get_contents(path, &bytes, out_len, NULL));
    return bytes;
}

static uint32_t count_pcapng(const Fixture *f)
{
    gsize len;
    g_autofree char *bytes = read_capture(f, "network.pcapng", &len);
    uint32_t records = 0;
    gsize at = 0;
    for (; at < len; at += u32_at(bytes + at + 4)) {
        records += u32_at(bytes + at) == PCAPNG_ENHANCED_PACKET;
    }
    g_assert_cmpuint(at, ==, len);
    return records;
}

static uint32_t count_pcap(const Fixture *f, const char *name)
{
    gsize len;
    g_autofree char *bytes = read_capture(f, name, &len);
    uint32_t records = 0;
    gsize at = PCAP_HEADER_BYTES;
    for (; at < len; at += PCAP_RECORD_BYTES + u32_at(bytes + at + 8)) {
        records++;
    }
    g_assert_cmpuint(at, ==, len);
    return records;
}

/* Lines of these kinds at a place; TRACE_NONE: at any. */
static uint32_t count_lines(const TraceRun *run, uint32_t place, TraceWhat one, TraceWhat other)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < run->lines->len; i++) {
        const TraceLine *line = trace_line(run, i);
        count += (place == TRACE_NONE || line->place == place) &&
                 (line->what == one || line->what == other);
    }
    return count;
}

static bool network_says(const Fixture *f, const char *words)
{
    gsize len;
    g_autofree char *bytes = read_capture(f, "network.pcapng", &len);
    return memmem(bytes, len, words, strlen(words)) != NULL;
}

static void test_network(Fixture *f, gconstpointer data)
{
    capture(f, "scenarios/lost-syn.yaml");
    uint32_t expected = count_lines(f->run, TRACE_NONE, TRACE_TRANSMIT, TRACE_DROP);
    g_assert_cmpuint(count_lines(f->run, TRACE_NONE, TRACE_DROP, TRACE_DROP), ==, 1);
    g_assert_cmpuint(count_pcapng(f), ==, expected);
    g_assert_cmpuint(trace_capture_records(f->network), ==, expected);
    g_assert_true(network_says(f, "lost here: planned fault"));
    g_assert_true(network_says(f, "retransmission after timeout of #"));
}

/* The corrupted frame stands there as it was, and as it went on. */
static void test_corrupted(Fixture *f, gconstpointer data)
{
    capture(f, "scenarios/corruption.yaml");
    g_assert_cmpuint(count_lines(f->run, TRACE_NONE, TRACE_FAULT, TRACE_FAULT), ==, 1);
    g_assert_cmpuint(count_pcapng(f), ==,
                     count_lines(f->run, TRACE_NONE, TRACE_TRANSMIT, TRACE_FAULT));
    g_assert_true(network_says(f, "changed here: "));
}

static void assert_host(const Fixture *f, uint32_t host)
{
    g_autofree char *name = g_strdup_printf("hosts/%s.pcap", trace_place(f->run, host)->name);
    g_assert_cmpuint(count_pcap(f, name), ==, count_lines(f->run, host, TRACE_OFFER, TRACE_ARRIVE));
}

static void test_hosts(Fixture *f, gconstpointer data)
{
    capture(f, "scenarios/lost-syn.yaml");
    assert_host(f, 0);
    assert_host(f, 1);
}

static void assert_hosts_captured(const Fixture *f, const char *expected)
{
    g_autofree char *path = g_build_filename(trace_folder_path(f->folder), "hosts", NULL);
    g_autoptr(GPtrArray) names = trace_folder_list(path, NULL);
    g_assert_nonnull(names);
    g_ptr_array_add(names, NULL);
    g_autofree char *all = g_strjoinv(" ", (char **)names->pdata);
    g_assert_cmpstr(all, ==, expected);
}

static void test_first_hosts(Fixture *f, gconstpointer data)
{
    f->most = 1;
    capture(f, "scenarios/handshake.yaml");
    assert_hosts_captured(f, "client.pcap");
}

/* Names are all that counts, once they are given. */
static void test_named_hosts(Fixture *f, gconstpointer data)
{
    static const char *const names[] = { "server", NULL };
    f->most = 0;
    f->names = names;
    capture(f, "scenarios/handshake.yaml");
    assert_hosts_captured(f, "server.pcap");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    static const struct {
        const char *path;
        void (*test)(Fixture *, gconstpointer);
    } tests[] = {
        { "/trace/capture/network", test_network },
        { "/trace/capture/corrupted", test_corrupted },
        { "/trace/capture/hosts", test_hosts },
        { "/trace/capture/first-hosts", test_first_hosts },
        { "/trace/capture/named-hosts", test_named_hosts },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(tests); i++) {
        g_test_add(tests[i].path, Fixture, NULL, set_up, tests[i].test, tear_down);
    }
    return g_test_run();
}
