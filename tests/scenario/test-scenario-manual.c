/* Protects: what `wirelab explain` and wirelab-scenario(5) say of the keys: each is told, once, and
 * is found by whatever path a reader would write. */

#include <string.h>

#include "scenario/scenario_keys_walk.h"
#include "scenario/scenario_manual.h"

/* ---- all keys ---- */

typedef struct Check {
    GHashTable *told;     /* first words of the lines */
    GHashTable *referred; /* those of them whose keys are told elsewhere */
} Check;

static Check read_listing(const char *listing)
{
    Check check = { g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
                    g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL) };
    g_auto(GStrv) lines = g_strsplit(listing, "\n", -1);
    for (size_t i = 0; lines[i] != NULL && lines[i][0] != '\0'; i++) {
        char *path = g_strndup(lines[i], strcspn(lines[i], " "));
        g_assert_true(g_hash_table_add(check.told, path)); /* once */
        if (strstr(lines[i], "Keys as below ") != NULL) {
            g_hash_table_add(check.referred, g_strdup(path));
        }
    }
    return check;
}

static bool is_below_a_reference(const Check *check, const char *path)
{
    g_autofree char *above = g_strdup(path);
    for (char *dot = strrchr(above, '.'); dot != NULL; dot = strrchr(above, '.')) {
        *dot = '\0';
        if (g_hash_table_contains(check->referred, above)) {
            return true;
        }
    }
    return false;
}

static void check_key(void *data, const char *path, const ScenarioKey *key)
{
    const Check *check = data;
    bool told = g_hash_table_contains(check->told, path);
    bool elsewhere = is_below_a_reference(check, path);
    g_test_message("%s (%s)", path, key->spec.name);
    g_assert_true(told != elsewhere);
}

static void test_all(void)
{
    g_autofree char *listing = scenario_explain_all(NULL);
    Check check = read_listing(listing);
    g_assert_true(g_hash_table_contains(check.referred, "topology.star.link"));
    scenario_keys_walk(check_key, &check);
    g_hash_table_unref(check.told);
    g_hash_table_unref(check.referred);
}

/* ---- one key ---- */

typedef struct Asked {
    const char *label, *path;
    const char *said; /* in the answer; NULL: there is none */
    const char *meant;
} Asked;

static const Asked asked[] = {
    { "/scenario/manual/explain/whole-path", "links.wire.delay", "propagation", NULL },
    { "/scenario/manual/explain/told-elsewhere", "topology.star.link.mtu", "The largest datagram",
      NULL },
    { "/scenario/manual/explain/place-left-out", "apps.client.steps.listen.port", "The local port",
      NULL },
    { "/scenario/manual/explain/last-word", "delayed-ack-time", "hosts.*.tcp.delayed-ack-time",
      NULL },
    { "/scenario/manual/explain/default", "links.wire.mtu", "default: 1500B", NULL },
    { "/scenario/manual/explain/keys-below", "hosts.server.arp", "hosts.*.arp.tries", NULL },
    { "/scenario/manual/explain/misspelt", "links.wire.dealy", NULL, "delay" },
};

static void test_explain(gconstpointer data)
{
    const Asked *row = data;
    g_autofree char *meant = NULL;
    g_autofree char *text = scenario_explain(row->path, NULL, &meant);
    g_assert_cmpstr(meant, ==, row->meant);
    if (row->said == NULL) {
        g_assert_null(text);
    } else {
        g_assert_nonnull(text);
        g_test_message("%s", text);
        g_assert_nonnull(strstr(text, row->said));
    }
}

/* ---- the manual page ---- */

/* A line of text that began with a dot would be taken for a macro and vanish. */
static void test_page(void)
{
    static const char *const macros[] = { ".TH", ".SH", ".SS", ".TP", ".B", ".BR", ".br", NULL };
    g_autofree char *page = scenario_manual_page(NULL);
    g_auto(GStrv) lines = g_strsplit(page, "\n", -1);
    for (size_t i = 0; lines[i] != NULL; i++) {
        if (lines[i][0] == '.' || lines[i][0] == '\'') {
            g_autofree char *macro = g_strndup(lines[i], strcspn(lines[i], " "));
            g_assert_true(g_strv_contains(macros, macro));
        }
    }
    g_assert_nonnull(strstr(page, "Keys as below topology.chain.link."));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/scenario/manual/all", test_all);
    g_test_add_func("/scenario/manual/page", test_page);
    for (size_t i = 0; i < G_N_ELEMENTS(asked); i++) {
        g_test_add_data_func(asked[i].label, &asked[i], test_explain);
    }
    return g_test_run();
}
