/* Protects: --set reaches any key by its path, also where a brief form stands or nothing; include
 * joins files so that the including one wins; messages point to where a thing was written. */

#include "scenario/scenario_bed.h"

#include "scenario/scenario_resolve.h"

#include <glib/gstdio.h>
#include <string.h>

static const char base[] = "wirelab: 1\n"
                           "hosts: {client: , server: , farm: {count: 3}, r: router}\n"
                           "links:\n"
                           "  wire: {between: [client, server], queue: 50pkt}\n"
                           "  farm: {between: [farm.*, r]}\n"
                           "apps:\n"
                           "  client: [connect: server:80, send: 1kB, close]\n"
                           "  server: [listen: 80, accept]\n"
                           "  farm.2: {discard: }\n"
                           "faults:\n"
                           "  - {link: wire, toward: server, match: SYN, do: drop}\n";

typedef struct Row {
    const char *label;
    const char *setting;
    const char *resolved; /* a piece of the resolved scenario, blanks squeezed; or */
    const char *error;    /* what is said */
} Row;

static const Row rows[] = {
    { "value", "links.wire.delay=5ms", "rate: 1Gbit/s delay: 5ms", NULL },
    { "number", "seed=7", "seed: 7", NULL },
    { "brief-replaced", "links.wire.queue=20pkt", "limit: 20pkt", NULL },
    { "brief-beside", "links.wire.queue.limit=64KiB", "limit: 64KiB", NULL },
    { "brief-kept", "links.wire.queue.type=drop-tail", "limit: 50pkt", NULL },
    { "nothing-there", "hosts.client.tcp.nagle=false", "nagle: false", NULL },
    { "list-index", "faults.0.nth=2", "nth: 2", NULL },
    { "list-append", "faults.1={link: wire, toward: client, do: corrupt}", "do: corrupt", NULL },
    { "new-list", "events.0={at: 1s, link: wire, do: down}", "do: down", NULL },
    { "brief-in-list", "faults.0.match.from-port=9", "what: SYN without: nothing from-port: 9",
      NULL },
    { "step", "apps.client.1=send: 2kB", "bytes: 2kB", NULL },
    { "step-option", "apps.client.1.send.each=100B", "bytes: 1kB each: 100B", NULL },
    { "program-of-list", "apps.client.start=3s", "at: 3s", NULL },
    { "member", "apps.farm.2.start=4s", "at: 4s", NULL },
    { "new-member", "apps.farm.3=discard", "farm.3:", NULL },
    { "family", "apps.farm.*=echo", "farm.*:", NULL },
    { "whole-map", "links.wire.toward={server: {rate: 1Mbit/s}}", "server: rate: 1Mbit/s", NULL },
    { "free-key", "x-note=hello", "wirelab: 1", NULL },
    { "unknown", "links.wire.dealy=5ms", NULL,
      "--set links.wire.dealy=5ms: error: unknown key 'dealy' in link 'wire'; did you mean "
      "'delay'?\n" },
    { "wrong-unit", "links.wire.delay=5", NULL,
      "--set links.wire.delay=5: error: 'delay': '5' has no unit; write 5ms or 5s\n    5\n    "
      "^\n" },
    { "no-equals", "links.wire.delay", NULL,
      "--set links.wire.delay: error: a setting is written KEY=VALUE\n" },
    { "empty-word", "links..delay=1s", NULL,
      "--set links..delay=1s: error: a key in this path is empty\n" },
    { "index-beyond", "faults.5.nth=2", NULL,
      "--set faults.5.nth=2: error: '5' is no place in a list of 1\n" },
    { "no-yaml", "links.wire.between=[a", NULL,
      "--set links.wire.between=[a: error: this is not YAML: did not find expected ',' or ']'\n" },
};

/* Runs of blanks and ends of lines become one blank. Owned by the caller. */
static char *squeeze(const char *text)
{
    GString *out = g_string_new(NULL);
    for (const char *at = text; *at != '\0'; at++) {
        bool blank = g_ascii_isspace(*at);
        if (!blank || (out->len > 0 && out->str[out->len - 1] != ' ')) {
            g_string_append_c(out, blank ? ' ' : *at);
        }
    }
    return g_string_free(out, FALSE);
}

static void test_set(gconstpointer data)
{
    const Row *row = data;
    const char *const settings[] = { row->setting, NULL };
    g_autofree char *errors = NULL;
    g_autoptr(Scenario) scenario = scenario_bed_load(base, settings, NULL, &errors);
    if (row->error != NULL) {
        g_assert_null(scenario);
        g_assert_true(g_str_has_prefix(errors, row->error));
        return;
    }
    g_assert_cmpstr(errors, ==, NULL);
    g_autoptr(GString) resolved = scenario_resolve(scenario);
    g_autofree char *squeezed = squeeze(resolved->str);
    if (strstr(squeezed, row->resolved) == NULL) {
        g_test_message("%s", resolved->str);
        g_test_fail();
    }
}

/* Files in a folder of their own. */
typedef struct Fixture {
    char *folder;
    GPtrArray *files;
} Fixture;

static void set_up(Fixture *fixture, gconstpointer data)
{
    fixture->folder = g_dir_make_tmp("wirelab-XXXXXX", NULL);
    fixture->files = g_ptr_array_new_with_free_func(g_free);
}

static void tear_down(Fixture *fixture, gconstpointer data)
{
    for (guint i = 0; i < fixture->files->len; i++) {
        g_unlink(fixture->files->pdata[i]);
    }
    g_rmdir(fixture->folder);
    g_ptr_array_unref(fixture->files);
    g_free(fixture->folder);
}

static const char *put(Fixture *fixture, const char *name, const char *text)
{
    char *path = g_build_filename(fixture->folder, name, NULL);
    g_assert_true(g_file_set_contents(path, text, -1, NULL));
    g_ptr_array_add(fixture->files, path);
    return path;
}

static Scenario *load(const char *path, char **out_errors)
{
    g_autoptr(ScenarioDiag) diag = scenario_diag_new(NULL, false);
    const ScenarioRequest request = { .path = path };
    bool io = false;
    Scenario *scenario = scenario_load(&request, diag, &io);
    *out_errors = scenario == NULL ? scenario_diag_to_string(diag) : NULL;
    return scenario;
}

static void test_include(Fixture *fixture, gconstpointer data)
{
    put(fixture, "net.yaml",
        "wirelab: 1\n"
        "hosts: {a: , b: }\n"
        "links: {w: {between: [a, b], rate: 1Mbit/s, delay: 9ms}}\n");
    put(fixture, "lossy.yaml", "links: {w: {loss: 1%, delay: 8ms}}\n");
    const char *main_file = put(fixture, "main.yaml",
                                "wirelab: 1\n"
                                "include: [net.yaml, lossy.yaml]\n"
                                "hosts: {c: router}\n"
                                "links: {w: {rate: 2Mbit/s}}\n");
    g_autofree char *errors = NULL;
    g_autoptr(Scenario) scenario = load(main_file, &errors);
    g_assert_cmpstr(errors, ==, NULL);
    g_assert_cmpstr(scenario->name, ==, "main");
    g_assert_cmpuint(scenario->config.hosts.count, ==, 3);
    const ScenarioLink *link = scenario_item(&scenario->config.links, ScenarioLink, 0);
    g_assert_cmpint(link->wire.rate_bps.number, ==, 2000000);
    g_assert_cmpint(link->wire.delay_ns.number, ==, 8000000);
    g_assert_cmpint(link->wire.loss.chance_ppb.number, ==, 10000000);
}

/* An error in an included file is told with that file's name and line. */
static void test_include_error(Fixture *fixture, gconstpointer data)
{
    put(fixture, "net.yaml", "hosts: {a: }\nstop: 5\n");
    const char *main_file = put(fixture, "main.yaml", "wirelab: 1\ninclude: net.yaml\n");
    g_autofree char *errors = NULL;
    g_autoptr(Scenario) scenario = load(main_file, &errors);
    g_assert_null(scenario);
    g_assert_true(g_str_has_prefix(errors, "net.yaml:2:7: error: 'stop': '5' has no unit"));
}

static void test_include_missing(Fixture *fixture, gconstpointer data)
{
    const char *main_file = put(fixture, "main.yaml", "wirelab: 1\ninclude: none.yaml\n");
    g_autofree char *errors = NULL;
    g_autoptr(Scenario) scenario = load(main_file, &errors);
    g_assert_null(scenario);
    g_assert_nonnull(strstr(errors, "main.yaml:2:10: error: 'none.yaml' cannot be read: "));
}

static void test_include_itself(Fixture *fixture, gconstpointer data)
{
    put(fixture, "b.yaml", "include: c.yaml\n");
    put(fixture, "c.yaml", "include: b.yaml\n");
    const char *main_file = put(fixture, "main.yaml", "wirelab: 1\ninclude: b.yaml\n");
    g_autofree char *errors = NULL;
    g_autoptr(Scenario) scenario = load(main_file, &errors);
    g_assert_null(scenario);
    g_assert_nonnull(strstr(errors, "c.yaml:1:10: error: 'b.yaml' includes itself"));
}

static void test_missing_file(Fixture *fixture, gconstpointer data)
{
    g_autofree char *errors = NULL;
    g_autoptr(Scenario) scenario = load("/nowhere/none.yaml", &errors);
    g_assert_null(scenario);
    g_assert_true(g_str_has_prefix(errors, "/nowhere/none.yaml: error: cannot be read: "));
}

/* A profile beside the scenario comes before one of the same name elsewhere. */
static void test_own_profile(Fixture *fixture, gconstpointer data)
{
    g_autofree char *models = g_build_filename(fixture->folder, "models", NULL);
    g_mkdir(models, 0777);
    put(fixture, "models/dsl.yaml", "source: me\nlink: {rate: 3Mbit/s}\n");
    const char *main_file =
        put(fixture, "main.yaml",
            "wirelab: 1\nhosts: {a: , b: }\nlinks: {w: {model: dsl, between: [a, b]}}\n");
    g_autofree char *errors = NULL;
    g_autoptr(Scenario) scenario = load(main_file, &errors);
    g_assert_cmpstr(errors, ==, NULL);
    const ScenarioLink *link = scenario_item(&scenario->config.links, ScenarioLink, 0);
    g_assert_cmpint(link->wire.rate_bps.number, ==, 3000000);
    g_unlink(fixture->files->pdata[0]);
    g_rmdir(models);
}

static void test_profile_without_source(Fixture *fixture, gconstpointer data)
{
    g_autofree char *models = g_build_filename(fixture->folder, "models", NULL);
    g_mkdir(models, 0777);
    put(fixture, "models/mine.yaml", "link: {rate: 3Mbit/s}\n");
    const char *main_file =
        put(fixture, "main.yaml",
            "wirelab: 1\nhosts: {a: , b: }\nlinks: {w: {model: mine, between: [a, b]}}\n");
    g_autofree char *errors = NULL;
    g_autoptr(Scenario) scenario = load(main_file, &errors);
    g_assert_null(scenario);
    g_assert_true(g_str_has_prefix(
        errors, "models/mine.yaml:1:1: error: a profile must say under 'source' where"));
    g_unlink(fixture->files->pdata[0]);
    g_rmdir(models);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *path = g_strdup_printf("/scenario/set/%s", rows[i].label);
        g_test_add_data_func(path, &rows[i], test_set);
    }
#define ADD(name, function) g_test_add(name, Fixture, NULL, set_up, function, tear_down)
    ADD("/scenario/include/joins", test_include);
    ADD("/scenario/include/error", test_include_error);
    ADD("/scenario/include/missing", test_include_missing);
    ADD("/scenario/include/itself", test_include_itself);
    ADD("/scenario/include/no-such-scenario", test_missing_file);
    ADD("/scenario/profile/own-first", test_own_profile);
    ADD("/scenario/profile/without-source", test_profile_without_source);
    return g_test_run();
}
