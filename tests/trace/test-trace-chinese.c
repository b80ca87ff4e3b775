/* Protects: every sentence of a story, and of the chains of causes, is told in Chinese where the
 * reader wants it so. What stays in Latin letters are names, protocol words and the notation of
 * packets, all listed here. */

#include <string.h>

#include "lib/run-scenario.h"
#include "trace/trace_tables.h"

/* Notation, the same in every language. */
static const char *const notation[] = {
    "ECT",    "CE",       "FO",   "UTO",  "cookie",  "seq",   "ack",   "len",  "win",    "mss",
    "wscale", "sackOK",   "sack", "urg",  "UDP",     "TCP",   "IP",    "ICMP", "ARP",    "MAC",
    "raw",    "fragment", "id",   "tell", "who-has", "is-at", "us",    "B",    "faults", "RTO",
    "RST",    "SYN",      "FIN",  "ACK",  "PSH",     "URG",   "ECE",   "CWR",  "AE",     "MTU",
    "MSS",    "TTL",      "TIME", "WAIT", "ISN",     "SACK",  "PAWS",  "Mbit", "kbit",   "s",
    "ms",     "ns",       "Gbit", "bit",  "B/s",     "pkt",   "Nagle",
};

static bool is_name(const TraceRun *run, const char *word)
{
    for (guint i = 0; i < run->places->len; i++) {
        const TracePlace *place = trace_place(run, i);
        if (g_str_equal(place->name, word) || g_strcmp0(place->link, word) == 0) {
            return true;
        }
    }
    return false;
}

static bool is_state(const char *word)
{
    for (unsigned i = 0; i < TCP_N_STATES; i++) {
        if (g_str_equal(tcp_state_to_string((TcpState)i), word)) {
            return true;
        }
    }
    return false;
}

static bool is_known(const TraceRun *run, const char *word)
{
    for (size_t i = 0; i < G_N_ELEMENTS(notation); i++) {
        if (g_str_equal(notation[i], word)) {
            return true;
        }
    }
    return is_state(word) || is_name(run, word);
}

/* Without what a random stream is called, MAC addresses, and cookies. */
static char *without_names(const char *text)
{
    g_autoptr(GRegex) names =
        g_regex_new("'[^']*'|[0-9a-f]{2}(:[0-9a-f]{2}){5}|[0-9a-f]{8,32}", 0, 0, NULL);
    return g_regex_replace_literal(names, text, -1, 0, "", 0, NULL);
}

static void check_text(const TraceRun *run, const char *text)
{
    g_autoptr(GRegex) words = g_regex_new("[A-Za-z][A-Za-z.0-9-]*", 0, 0, NULL);
    g_autofree char *bare = without_names(text);
    g_autoptr(GMatchInfo) match = NULL;
    for (g_regex_match(words, bare, 0, &match); g_match_info_matches(match);
         g_match_info_next(match, NULL)) {
        g_autofree char *word = g_match_info_fetch(match, 0);
        if (!is_known(run, word)) {
            g_test_message("'%s' in: %s", word, text);
            g_test_fail();
        }
    }
}

/* A call stands in the words of its scenario, which nobody translates. */
static void check_run(const TraceRun *run, const Lang *zh)
{
    for (uint32_t i = 0; i < run->lines->len; i++) {
        g_autofree char *story = trace_line_story(run, i, zh);
        if (story != NULL) {
            check_text(run, story);
        } else if (trace_line(run, i)->what != TRACE_CALL) {
            g_autofree char *told = trace_line_tell(run, i, zh);
            check_text(run, told);
        }
    }
}

static void test_scenario(gconstpointer data)
{
    g_autoptr(Lang) zh = lang_new("zh");
    g_autoptr(TraceRun) run = run_scenario(data);
    check_run(run, zh);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_autofree char *folder = g_test_build_filename(G_TEST_DIST, "scenarios", NULL);
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    g_assert_nonnull(dir);
    g_autoptr(GPtrArray) paths = g_ptr_array_new_with_free_func(g_free);
    for (const char *name = g_dir_read_name(dir); name != NULL; name = g_dir_read_name(dir)) {
        if (g_str_has_suffix(name, ".yaml")) {
            char *path = g_build_filename("scenarios", name, NULL);
            g_autofree char *test = g_strdup_printf("/trace/chinese/%s", name);
            g_ptr_array_add(paths, path);
            g_test_add_data_func(test, path, test_scenario);
        }
    }
    return g_test_run();
}
