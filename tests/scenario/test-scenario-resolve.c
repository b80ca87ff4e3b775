/* Protects: the resolved scenario loads, resolves to itself, and leaves the same run; every default
 * stands in it; the profile `standard` changes nothing. */

#include "scenario/scenario_bed.h"

#include "scenario/scenario_resolve.h"

#include <string.h>

/* Scenarios that between them use every part of the format. */
static const char kitchen[] =
    "wirelab: 1\n"
    "title: {en: 'a \"quoted\" title: with # signs', zh: 三次握手}\n"
    "about: plain words\n"
    "seed: 5\n"
    "stop: 20s\n"
    "captures: [a]\n"
    "outputs: [trace, story]\n"
    "hosts:\n"
    "  a: {tcp: {congestion: {name: reno}, recovery: newreno, isn: 100, mss: 1000B}}\n"
    "  b: {stack: standard, arp: {age: 5s}, ip: {ttl: 9}}\n"
    "  farm: {count: 3, tcp: {congestion: reno}}\n"
    "  r: {kind: router, routes: [{to: 10.99.0.0/16, via: b}]}\n"
    "  sw: {kind: switch, ageing: 5s}\n"
    "links:\n"
    "  ab: {between: [a, sw], queue: 64KiB, loss: 1%, mtu: 1400B}\n"
    "  bs: {between: [b, sw], loss: {model: random, rate: 2%}, toward: {b: {delay: 7ms}}}\n"
    "  rs: {model: dsl, between: [r, sw], queue: {model: home-router}, network: 10.7.0.0/24}\n"
    "  far: {between: [farm.*, r], type: raw-ip, toward: {1: {queue: 5pkt}}}\n"
    "apps:\n"
    "  a:\n"
    "    - [set: {nagle: false, delayed-ack: false}, connect: b:80, send: {text: 'GET / \"x\"'}, "
    "receive: 10B, shutdown, receive, close]\n"
    "    - {ping: {to: b, count: 2}, start: 1s, on-reboot: stay-down}\n"
    "  b:\n"
    "    steps: [listen: {port: 80, backlog: 3}, accept, receive: 5B, repeat: {times: 3, do: "
    "[send: 1kB, wait: 10ms]}, wait: sent, close]\n"
    "  farm: {bulk: {to: b:81, bytes: 5kB}, start: {at: 1s, spread: 30ms}}\n"
    "  farm.2: [connect: {to: b:82, expect: refused}, send-to: {to: a:7, bytes: 5B}]\n"
    "  r: discard\n"
    "faults:\n"
    "  - {link: ab, toward: 2, match: {what: DATA, from-byte: 3}, nth: 2, times: all, do: delay, "
    "by: 3ms}\n"
    "  - {link: bs, toward: b, do: corrupt, bit: 300}\n"
    "events:\n"
    "  - {at: 2s, link: far, set: {rate: 1Mbit/s, queue: 3pkt}}\n"
    "  - {at: 5s, host: b, do: crash}\n"
    "  - {at: 6s, host: b, do: reboot}\n"
    "inject:\n"
    "  - {at: 3s, link: ab, toward: a, raw: 0102 0304}\n"
    "  - {at: 100ms, link: ab, toward: a, segment: \"S 0:0(0) <mss 9>\", from: 1.2.3.4:5, to: "
    "a:80}\n"
    "expect:\n"
    "  - drops: {link: ab, toward: a, min: 0}\n"
    "  - completion: {of: a-b-80, min: 1ms}\n"
    "  - states: {of: a-b-80, are: [CLOSED]}\n";

static const char dumbbell[] =
    "wirelab: 1\n"
    "stop: 1s\n"
    "topology: {dumbbell: {senders: 3, bottleneck: {rate: 5Mbit/s, queue: 10pkt}}}\n"
    "hosts: {sender: {tcp: {send-buffer: 64KiB}}}\n"
    "apps:\n"
    "  sender: {bulk: {to: receiver.*:9}, start: {spread: 10ms}}\n"
    "  receiver: discard\n";

static void test_same_run(gconstpointer data)
{
    g_autoptr(Scenario) scenario = scenario_bed_load_good(data, NULL);
    g_autoptr(GString) resolved = scenario_resolve(scenario);
    g_autoptr(Scenario) again = scenario_bed_load_good(resolved->str, NULL);
    g_autoptr(GString) resolved_again = scenario_resolve(again);
    g_assert_cmpstr(resolved_again->str, ==, resolved->str);
    /* Where a thing was written is the only difference, and shows only in failures. */
    g_autofree char *run = scenario_bed_run(scenario);
    g_autofree char *run_again = scenario_bed_run(again);
    char *failures = strstr(run, "\nt.yaml:");
    char *failures_again = strstr(run_again, "\nt.yaml:");
    g_assert_true((failures == NULL) == (failures_again == NULL));
    if (failures != NULL) {
        *failures = *failures_again = '\0';
    }
    g_assert_cmpstr(run, ==, run_again);
}

/* Twice in one process: nothing hangs on the first. */
static void test_twice(gconstpointer data)
{
    g_autoptr(Scenario) scenario = scenario_bed_load_good(data, NULL);
    g_autofree char *first = scenario_bed_run(scenario);
    g_autofree char *second = scenario_bed_run(scenario);
    g_assert_cmpstr(first, ==, second);
    g_assert_cmpuint(strlen(first), >, 10000);
}

/* models/standard.yaml says in words and sources what the stack does by itself. */
static void test_standard(void)
{
    static const char yaml[] = "wirelab: 1\nhosts: {a: {stack: standard}}\n";
    g_autoptr(Scenario) with = scenario_bed_load_good(yaml, NULL);
    const char *const nowhere[] = { NULL };
    const ScenarioRequest request = { .path = "t.yaml", .folders = nowhere };
    g_autoptr(GBytes) bytes = g_bytes_new_static(yaml, strlen(yaml));
    g_autoptr(ScenarioDiag) diag = scenario_diag_new(NULL, false);
    g_autoptr(Scenario) without = scenario_load_bytes(&request, bytes, diag);
    g_assert_nonnull(without);
    g_autoptr(GString) with_text = scenario_resolve(with);
    g_autoptr(GString) without_text = scenario_resolve(without);
    g_assert_cmpstr(with_text->str, ==, without_text->str);
    /* The profile was found, so the comparison means something. */
    g_assert_cmpuint(scenario_doc_sources(with->doc)->len, ==, 2);
    g_assert_cmpuint(scenario_doc_sources(without->doc)->len, ==, 1);
}

/* Every shipped profile loads where it belongs. */
static void test_profiles(void)
{
    g_autofree char *folder = g_test_build_filename(G_TEST_DIST, "models", NULL);
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    g_assert_nonnull(dir);
    guint count = 0;
    for (const char *file = g_dir_read_name(dir); file != NULL; file = g_dir_read_name(dir)) {
        if (!g_str_has_suffix(file, ".yaml")) {
            continue;
        }
        g_autofree char *path = g_build_filename(folder, file, NULL);
        g_autofree char *text = NULL;
        g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
        g_autofree char *name = g_strndup(file, strlen(file) - strlen(".yaml"));
        bool is_host = strstr(text, "\nhost:") != NULL;
        bool is_queue = strstr(text, "\nqueue:") != NULL;
        g_autofree char *host = g_strdup_printf("hosts.a.stack=%s", is_host ? name : "standard");
        g_autofree char *link =
            g_strdup_printf("links.w.%s=%s", is_queue ? "queue.model" : "model", name);
        const char *const settings[] = { host, is_host ? NULL : link, NULL };
        g_autoptr(Scenario) scenario = scenario_bed_load_good(
            "wirelab: 1\nhosts: {a: , b: }\nlinks: {w: {between: [a, b]}}\n", settings);
        g_assert_cmpuint(scenario->config.hosts.count, ==, 2);
        count++;
    }
    g_assert_cmpuint(count, >=, 11);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_data_func("/scenario/resolve/same-run/kitchen", kitchen, test_same_run);
    g_test_add_data_func("/scenario/resolve/same-run/dumbbell", dumbbell, test_same_run);
    g_test_add_data_func("/scenario/resolve/twice/kitchen", kitchen, test_twice);
    g_test_add_data_func("/scenario/resolve/twice/dumbbell", dumbbell, test_twice);
    g_test_add_func("/scenario/resolve/standard", test_standard);
    g_test_add_func("/scenario/resolve/profiles", test_profiles);
    return g_test_run();
}
