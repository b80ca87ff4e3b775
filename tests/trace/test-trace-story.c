/* Protects: the story names whoever can be named, counts sequence numbers from the SYN, and leaves
 * nothing out that was on a wire: ARP, fragments, copies, segments put there by hand. */

#include <glib/gstdio.h>
#include <string.h>

#include "lib/run-scenario.h"
#include "trace/trace_tables.h"

typedef struct Told {
    const char *label, *scenario;
    const char *lines[8]; /* found in this order, up to NULL */
} Told;

static const Told told[] = {
    { "arp", "scenarios/handshake.yaml",
      { "#2 ARP who-has 10.0.1.2 tell 10.0.1.1", "#3 ARP 10.0.1.2 is-at 02:00:0a:00:01:02" } },
    /* LISTEN begins with the call, long before there is a connection. */
    { "listening", "scenarios/old-duplicate-syn.yaml",
      { "0.000000000  server CLOSED -> LISTEN", "server LISTEN -> SYN-RCVD" } },
    /* No host of the run opened it; its numbers count from its own SYN all the same. */
    { "injected", "scenarios/old-duplicate-syn.yaml",
      { "client > server SYN seq 0 ", "[injected packet]", "server > client SYN ACK seq 0 ack 1 ",
        "client > server RST seq 1 [reset in reply]" } },
    { "refused", "scenarios/connection-refused.yaml",
      { "client > server SYN seq 0 ", "server > client RST ACK seq 0 ack 1 [reset in reply]" } },
    /* The host that resets has forgotten the connection; the reader has not. */
    { "forgotten", "scenarios/crash-and-reboot.yaml",
      { "client > server PSH ACK seq 1001 ack 1 len 1000", "server > client RST seq 1 " } },
    /* Somebody else's SYN with the four-tuple of a connection that waits: numbers of its own. */
    { "forged-rival", "scenarios/rfc9293-figure-8.yaml",
      { "a > b SYN seq 0 ", "a > b SYN seq 0 win 65535 [injected packet]",
        "b > a SYN ACK seq 0 ack 1 ", "a > b RST seq 1 ", "b > a SYN ACK seq 0 ack 1 ",
        "a > b ACK seq 1 ack 1 " } },
    /* The reset of figure 9 counts from the connection that is no more. */
    { "old-connection", "scenarios/rfc9293-figure-9.yaml",
      { "a reboot", "a > b SYN seq 0 ", "b > a ACK seq 1 ack 1 ", "a > b RST seq 1 " } },
    { "hosts-without-connection", "scenarios/ping.yaml",
      { "here > there ICMP echo request seq 1", "there > here ICMP echo reply seq 1" } },
    { "copy", "scenarios/duplicate.yaml",
      { "duplicated (faults[0])", "[duplicated by the link of #", "nothing new in it" } },
    { "change", "scenarios/halved-rate.yaml",
      { "wire client>server rate 10Mbit/s -> 5Mbit/s", "wire server>client rate 10Mbit/s" } },
    { "fragments", "scenarios/fragmentation.yaml",
      { "#1 sender > receiver UDP", "fragment 0-552+ [IP fragment of #1]",
        "fragment 552-1104+ [IP fragment of #1]", "fragment 1104-1408 [IP fragment of #1]",
        "receiver has put together #9 sender > receiver UDP" } },
};

static void test_told(gconstpointer data)
{
    const Told *expected = data;
    g_autoptr(TraceRun) run = run_scenario(expected->scenario);
    g_autoptr(GString) story = trace_story(run, NULL);
    const char *at = story->str;
    for (size_t i = 0; expected->lines[i] != NULL; i++) {
        const char *found = strstr(at, expected->lines[i]);
        if (found == NULL) {
            g_test_message("'%s' is not in, or not in its place in:\n%s", expected->lines[i],
                           story->str);
        }
        g_assert_nonnull(found);
        at = found + strlen(expected->lines[i]);
    }
}

/* The copies that a switch makes for its other ports are no news. */
static void test_flooding(void)
{
    g_autoptr(TraceRun) run = run_scenario("scenarios/arp.yaml");
    g_autoptr(GString) story = trace_story(run, NULL);
    const char *asked = strstr(story->str, "ARP who-has 10.0.1.2 tell 10.0.1.1");
    g_assert_nonnull(asked);
    g_assert_null(strstr(asked + 1, "ARP who-has 10.0.1.2 tell 10.0.1.1"));
}

/* A run read back from its folder tells the same: names and all. */
static void test_read_back(gconstpointer data)
{
    g_autoptr(TraceRun) run = run_scenario(data);
    g_autofree char *folder = g_dir_make_tmp("trace-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, "trace.ndjson", NULL);
    g_assert_true(trace_run_write(run, path, NULL));
    g_autoptr(TraceRun) again = trace_run_read(path, NULL);
    g_assert_nonnull(again);
    g_autoptr(GString) story = trace_story(run, NULL);
    g_autoptr(GString) story_again = trace_story(again, NULL);
    g_assert_cmpstr(story->str, ==, story_again->str);
    g_remove(path);
    g_rmdir(folder);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(told); i++) {
        g_autofree char *path = g_strdup_printf("/trace/story/%s", told[i].label);
        g_test_add_data_func(path, &told[i], test_told);
    }
    g_test_add_func("/trace/story/flooding", test_flooding);
    g_test_add_data_func("/trace/story/read-back", "scenarios/ping.yaml", test_read_back);
    return g_test_run();
}
