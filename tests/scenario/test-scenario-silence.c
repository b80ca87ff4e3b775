/* Protects: no key is silent. Every key of the table is changed in a scenario of its own, and the
 * run, its files or its verdict have to change, or the change has to be refused; a key that is
 * added without a row in scenario_silence.c fails here. */

#include "scenario/scenario_bed.h"
#include "scenario/scenario_silence.h"

#include "scenario/scenario_keys_walk.h"

#include <string.h>

/* What a key is tried with. */
typedef struct Trial {
    const SilencePlace *place;
    const SilenceRow *row;
} Trial;

/* The settings between the '|', the place filled in. Ends with a NULL; the array frees them. */
static void add_settings(GPtrArray *settings, const char *joined, const char *prefix)
{
    g_auto(GStrv) parts = g_strsplit(joined == NULL ? "" : joined, "|", -1);
    for (size_t i = 0; parts[i] != NULL; i++) {
        if (parts[i][0] == '@') {
            g_ptr_array_add(settings, g_strconcat(prefix, parts[i] + 1, NULL));
        } else {
            g_ptr_array_add(settings, g_strdup(parts[i]));
        }
    }
}

static Scenario *load(const Trial *trial, bool changed, char **out_errors)
{
    g_autoptr(GPtrArray) settings = g_ptr_array_new_with_free_func(g_free);
    add_settings(settings, trial->row->before, trial->place->prefix);
    if (changed) {
        add_settings(settings, trial->row->change, trial->place->prefix);
    }
    g_ptr_array_add(settings, NULL);
    return scenario_bed_load(trial->place->yaml, (const char *const *)settings->pdata, NULL,
                             out_errors);
}

static void fail(const char *why, const char *text)
{
    g_test_message("%s:\n%s", why, text);
    g_test_fail();
}

static void test_refused(const Trial *trial)
{
    g_autofree char *errors = NULL;
    g_autoptr(Scenario) after = load(trial, true, &errors);
    if (after != NULL || strstr(errors, trial->row->refusal) == NULL) {
        fail("not refused as it should be", after != NULL ? "" : errors);
    }
}

static void test_key(gconstpointer data)
{
    const Trial *trial = data;
    g_autofree char *errors = NULL;
    g_autoptr(Scenario) before = load(trial, false, &errors);
    if (before == NULL) {
        fail("refused before anything was changed", errors);
        return;
    }
    if (trial->row->refusal != NULL) {
        test_refused(trial);
        return;
    }
    g_autoptr(Scenario) after = load(trial, true, &errors);
    if (after == NULL) {
        fail("refused", errors);
        return;
    }
    g_autofree char *run_before = scenario_bed_run(before);
    g_autofree char *run_after = scenario_bed_run(after);
    if (g_str_equal(run_before, run_after)) {
        fail("the key is silent", trial->row->change);
    }
}

/* Keys that change only the files of a run (test-scenario-silence-files.sh tries them), or the tree
 * before it is read (test-scenario-include). */
static const char *const elsewhere[] = {
    "name", "title.en", "title.zh", "about.en", "about.zh", "include",
    "lang", "record",   "outputs",  "captures", NULL,
};

static char *join(const char *pattern, const char *key)
{
    return g_strdup_printf("%s%s%s", pattern, pattern[0] == '\0' ? "" : ".", key);
}

/* Path patterns with a trial. */
static GHashTable *tried(void)
{
    GHashTable *paths = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (const SilencePlace *place = silence_places; place->map != NULL; place++) {
        for (const SilenceRow *row = silence_rows; row->map != NULL; row++) {
            if (g_str_equal(place->map, row->map)) {
                g_hash_table_add(paths, join(place->pattern, row->key));
            }
        }
    }
    for (size_t i = 0; elsewhere[i] != NULL; i++) {
        g_hash_table_add(paths, g_strdup(elsewhere[i]));
    }
    return paths;
}

typedef struct Coverage {
    GHashTable *tried;
    GHashTable *known;
    GString *missing;
} Coverage;

/* A map is what stands in it. */
static bool is_tried_below(GHashTable *paths, const char *path)
{
    g_autofree char *below = g_strconcat(path, ".", NULL);
    GHashTableIter iter;
    gpointer other = NULL;
    g_hash_table_iter_init(&iter, paths);
    while (g_hash_table_iter_next(&iter, &other, NULL)) {
        if (g_str_has_prefix(other, below)) {
            return true;
        }
    }
    return false;
}

static void look_at(void *data, const char *path, const ScenarioKey *key)
{
    Coverage *coverage = data;
    g_hash_table_add(coverage->known, g_strdup(path));
    bool is_map = key->map != NULL || key->form == SCENARIO_FORM_MAP;
    if (!g_hash_table_contains(coverage->tried, path) &&
        !(is_map && is_tried_below(coverage->tried, path))) {
        g_string_append_printf(coverage->missing, "\n%s", path);
    }
}

static void test_every_key(void)
{
    g_autoptr(GHashTable) paths = tried();
    g_autoptr(GHashTable) known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(GString) missing = g_string_new(NULL);
    Coverage coverage = { .tried = paths, .known = known, .missing = missing };
    scenario_keys_walk(look_at, &coverage);
    g_assert_cmpstr(missing->str, ==, "");
    /* And no row tries what is no key. */
    GHashTableIter iter;
    gpointer path = NULL;
    g_hash_table_iter_init(&iter, paths);
    while (g_hash_table_iter_next(&iter, &path, NULL)) {
        if (!g_hash_table_contains(known, path)) {
            g_test_message("%s", (const char *)path);
        }
        g_assert_true(g_hash_table_contains(known, path));
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/scenario/silence/every-key", test_every_key);
    g_autoptr(GPtrArray) trials = g_ptr_array_new_with_free_func(g_free);
    for (const SilencePlace *place = silence_places; place->map != NULL; place++) {
        for (const SilenceRow *row = silence_rows; row->map != NULL; row++) {
            if (!g_str_equal(place->map, row->map)) {
                continue;
            }
            Trial *trial = g_new(Trial, 1);
            *trial = (Trial){ place, row };
            g_ptr_array_add(trials, trial);
            g_autofree char *path = join(place->prefix, row->key);
            g_autofree char *label = g_strdup_printf("/scenario/silence/%s-%s", row->map, path);
            g_test_add_data_func(label, trial, test_key);
        }
    }
    return g_test_run();
}
