/* Protects: the tree is the file's, with places; aliases and merging work within bounds; whatever
 * is thrown at the reader is refused quickly. */

#include "scenario/scenario_doc.h"

#include <string.h>

typedef struct Fixture {
    ScenarioDoc *doc;
    ScenarioDiag *diag;
} Fixture;

static void set_up(Fixture *fixture, gconstpointer data)
{
    fixture->doc = scenario_doc_new();
    fixture->diag = scenario_diag_new(NULL, false);
}

static void tear_down(Fixture *fixture, gconstpointer data)
{
    scenario_doc_free(fixture->doc);
    scenario_diag_free(fixture->diag);
}

static ScenarioNode *parse_bytes(Fixture *fixture, GBytes *bytes)
{
    uint32_t source =
        scenario_sources_add(scenario_doc_sources(fixture->doc), "t.yaml", bytes, false);
    return scenario_doc_parse(fixture->doc, source, fixture->diag);
}

static ScenarioNode *parse(Fixture *fixture, const char *text)
{
    g_autoptr(GBytes) bytes = g_bytes_new(text, strlen(text));
    return parse_bytes(fixture, bytes);
}

/* The tree as text: {key: value, ...}, [item, ...]. */
static void append_tree(GString *out, const ScenarioNode *node)
{
    if (node->kind == SCENARIO_NODE_SCALAR) {
        g_string_append(out, node->text);
        return;
    }
    bool is_map = node->kind == SCENARIO_NODE_MAP;
    g_string_append_c(out, is_map ? '{' : '[');
    uint32_t count = 0;
    for (const ScenarioNode *child = node->first; child != NULL; child = child->next, count++) {
        g_string_append_printf(out, "%s%s%s", count == 0 ? "" : ", ", is_map ? child->key : "",
                               is_map ? ": " : "");
        append_tree(out, child);
    }
    g_assert_cmpuint(count, ==, node->count);
    g_string_append_c(out, is_map ? '}' : ']');
}

typedef struct Tree {
    const char *label;
    const char *yaml;
    const char *tree;
} Tree;

static const Tree trees[] = {
    { "block", "a: 1\nb:\n  - x\n  - {c: d}\n", "{a: 1, b: [x, {c: d}]}" },
    { "quotes", "a: 'it''s'\nb: \"tab\\t\"\n", "{a: it's, b: tab\t}" },
    { "folded", "a: >-\n  one\n  two\n", "{a: one two}" },
    { "star-inside", "a: [sender.*, b]\n", "{a: [sender.*, b]}" },
    { "colon-inside", "a: {to: server:80}\n", "{a: {to: server:80}}" },
    { "alias", "a: &x {b: 1}\nc: *x\n", "{a: {b: 1}, c: {b: 1}}" },
    { "alias-of-list", "a: &x [1, 2]\nc: [*x, 3]\n", "{a: [1, 2], c: [[1, 2], 3]}" },
    { "anchor-again", "a: &x 1\nb: &x 2\nc: *x\n", "{a: 1, b: 2, c: 2}" },
    { "merge", "a: &x {b: 1, c: 2}\nd: {<<: *x, c: 3}\n", "{a: {b: 1, c: 2}, d: {c: 3, b: 1}}" },
    { "merge-after", "a: &x {b: 1}\nd: {b: 0, <<: *x}\n", "{a: {b: 1}, d: {b: 0}}" },
    { "merge-list", "a: &x {b: 1}\nc: &y {b: 2, d: 2}\ne: {<<: [*x, *y]}\n",
      "{a: {b: 1}, c: {b: 2, d: 2}, e: {b: 1, d: 2}}" },
    { "version", "%YAML 1.2\n---\na: 1\n...\n", "{a: 1}" },
    { "bom",
      "\xef\xbb\xbf"
      "a: 1\n",
      "{a: 1}" },
    { "crlf", "a: 1\r\nb: 2\r\n", "{a: 1, b: 2}" },
};

static void test_tree(Fixture *fixture, gconstpointer data)
{
    const Tree *tree = data;
    const ScenarioNode *root = parse(fixture, tree->yaml);
    g_assert_cmpuint(scenario_diag_count(fixture->diag), ==, 0);
    g_autoptr(GString) text = g_string_new(NULL);
    append_tree(text, root);
    g_assert_cmpstr(text->str, ==, tree->tree);
}

static void test_places(Fixture *fixture, gconstpointer data)
{
    const ScenarioNode *root = parse(fixture, "一: 1\nb: {c: deep}\n");
    const ScenarioNode *c = scenario_node_find(scenario_node_find(root, "b"), "c");
    g_assert_cmpuint(c->key_mark.line, ==, 2);
    g_assert_cmpuint(c->key_mark.col, ==, 5);
    g_assert_cmpuint(c->mark.col, ==, 8);
    g_assert_cmpuint(c->mark.len, ==, 4);
}

/* Generous, for the sanitizers on a busy machine; in a release it is a fraction of a second. */
#define SOON_US (20 * G_USEC_PER_SEC)

static void assert_refused(Fixture *fixture, GBytes *bytes, const char *message)
{
    gint64 start_us = g_get_monotonic_time();
    g_assert_null(parse_bytes(fixture, bytes));
    g_autofree char *errors = scenario_diag_to_string(fixture->diag);
    g_assert_nonnull(strstr(errors, message));
    g_assert_cmpuint(strlen(errors), <, 2000);
    g_assert_cmpint(g_get_monotonic_time() - start_us, <, SOON_US);
}

/* A billion laughs: each line names the one before nine times. */
static void test_bomb(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GString) yaml = g_string_new("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for (int i = 1; i < 12; i++) {
        g_string_append_printf(yaml, "a%d: &a%d [", i, i);
        for (int k = 0; k < 9; k++) {
            g_string_append_printf(yaml, "%s*a%d", k == 0 ? "" : ", ", i - 1);
        }
        g_string_append(yaml, "]\n");
    }
    g_autoptr(GBytes) bytes = g_bytes_new(yaml->str, yaml->len);
    assert_refused(fixture, bytes, "aliases expand to more than");
}

/* Aliases that nest: deeper by each line without a deep line. */
static void test_deep_aliases(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GString) yaml = g_string_new("a0: &a0 [x]\n");
    for (int i = 1; i < 100; i++) {
        g_string_append_printf(yaml, "a%d: &a%d [*a%d]\n", i, i, i - 1);
    }
    g_autoptr(GBytes) bytes = g_bytes_new(yaml->str, yaml->len);
    assert_refused(fixture, bytes, "nested deeper than");
}

static void test_deep(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GString) yaml = g_string_new(NULL);
    for (int i = 0; i < 100000; i++) {
        g_string_append(yaml, data);
    }
    g_autoptr(GBytes) bytes = g_bytes_new(yaml->str, yaml->len);
    assert_refused(fixture, bytes, "nested deeper than");
}

/* Ten megabytes of noise, from a generator of no quality and no seed but its start. */
static GBytes *noise(size_t len_bytes, uint8_t low, uint8_t range)
{
    uint8_t *bytes = g_malloc(len_bytes);
    uint32_t state = 1;
    for (size_t i = 0; i < len_bytes; i++) {
        state = state * 1664525u + 1013904223u;
        bytes[i] = (uint8_t)(low + (state >> 24) % range);
    }
    return g_bytes_new_take(bytes, len_bytes);
}

static void test_noise_large(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GBytes) bytes = noise(10 << 20, 0, 255);
    assert_refused(fixture, bytes, "too large");
}

static void test_noise_octets(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GBytes) bytes = noise(SCENARIO_DOC_MAX_BYTES, 128, 127);
    assert_refused(fixture, bytes, "this is not YAML");
}

static void test_noise_printable(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GBytes) bytes = noise(SCENARIO_DOC_MAX_BYTES, 32, 95);
    gint64 start_us = g_get_monotonic_time();
    parse_bytes(fixture, bytes);
    g_assert_cmpint(g_get_monotonic_time() - start_us, <, SOON_US);
}

static void test_many_values(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GString) yaml = g_string_new(NULL);
    for (uint32_t i = 0; i <= SCENARIO_DOC_MAX_NODES; i++) {
        g_string_append(yaml, "- a\n");
    }
    g_autoptr(GBytes) bytes = g_bytes_new(yaml->str, yaml->len);
    assert_refused(fixture, bytes, "more than");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(trees); i++) {
        g_autofree char *path = g_strdup_printf("/scenario/doc/tree/%s", trees[i].label);
        g_test_add(path, Fixture, &trees[i], set_up, test_tree, tear_down);
    }
#define ADD(name, function, data)                                                                  \
    g_test_add("/scenario/doc/" name, Fixture, data, set_up, function, tear_down)
    ADD("places", test_places, NULL);
    ADD("bomb", test_bomb, NULL);
    ADD("deep-aliases", test_deep_aliases, NULL);
    ADD("deep-lists", test_deep, "[");
    ADD("deep-maps", test_deep, "{a: ");
    ADD("noise-large", test_noise_large, NULL);
    ADD("noise-octets", test_noise_octets, NULL);
    ADD("noise-printable", test_noise_printable, NULL);
    ADD("many-values", test_many_values, NULL);
    return g_test_run();
}
