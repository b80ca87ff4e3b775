#include "scenario/scenario_manual.h"

#include "scenario/scenario_keys_walk.h"
#include "scenario/scenario_quantity.h"
#include "scenario/scenario_value.h"

#include <string.h>

/* One key in words */

static char *words_of(const ScenarioKey *key)
{
    GString *out = g_string_new(NULL);
    for (size_t i = 0; scenario_key_word(key, i) != NULL; i++) {
        g_string_append_printf(out, "%s%s", i == 0 ? "" : ", ", scenario_key_word(key, i));
    }
    return g_string_free(out, FALSE);
}

/* What may stand under the key: "a duration, like 20ms; or none". */
static char *kind_text(const ScenarioKey *key, const Lang *lang)
{
    switch (key->form) {
    case SCENARIO_FORM_VALUE:
    case SCENARIO_FORM_VALUES:
        break;
    case SCENARIO_FORM_LIST:
        return g_strdup(lang_text(lang, N_("a list")));
    case SCENARIO_FORM_NAMED:
        return g_strdup(lang_text(lang, N_("a map of names")));
    case SCENARIO_FORM_INCLUDE:
        return g_strdup(lang_text(lang, N_("a file name, or a list of them")));
    default:
        return g_strdup(lang_text(lang, N_("a map")));
    }
    GString *out = g_string_new(NULL);
    if (key->spec.unit == SIM_UNIT_WORD) {
        g_autofree char *words = words_of(key);
        g_string_append_printf(out, lang_text(lang, N_("one of: %s")), words);
    } else if (key->spec.unit == SIM_UNIT_TEXT) {
        g_string_append(out, lang_text(lang, scenario_syntax_get(key->syntax)->describe));
    } else {
        g_string_append(out, lang_text(lang, scenario_quantity_describe(key->spec.unit)));
    }
    for (const ScenarioWord *word = key->special; word != NULL && word->word != NULL; word++) {
        g_string_append_printf(out, lang_text(lang, N_("; or %s")), word->word);
    }
    if (key->form == SCENARIO_FORM_VALUES) {
        g_string_append(out, lang_text(lang, N_("; or a list of such")));
    }
    return g_string_free(out, FALSE);
}

/* The default as it would be written; NULL: there is none. */
static char *default_text(const ScenarioKey *key)
{
    if (key->form != SCENARIO_FORM_VALUE || key->spec.required) {
        return NULL;
    }
    const ScenarioValue value = { .number = scenario_key_fallback(key),
                                  .text = key->fallback_text };
    return scenario_value_format(key, &value);
}

static bool has_range(const ScenarioKey *key)
{
    return key->form == SCENARIO_FORM_VALUE && key->spec.unit != SIM_UNIT_BOOL &&
           key->spec.unit != SIM_UNIT_WORD && key->spec.unit != SIM_UNIT_TEXT &&
           key->spec.unit != SIM_UNIT_HOST_PORT && key->spec.unit != SIM_UNIT_QUEUE;
}

static void append_fact(GString *out, const char *separator, const char *label, const char *value)
{
    g_string_append_printf(out, "%s%s: %s", separator, label, value);
}

/* Facts of a key, each behind the separator. */
static void append_facts(GString *out, const ScenarioKey *key, const char *separator,
                         const Lang *lang)
{
    g_autofree char *kind = kind_text(key, lang);
    append_fact(out, separator, lang_text(lang, N_("value")), kind);
    g_autofree char *fallback = default_text(key);
    if (key->spec.required) {
        g_string_append_printf(out, "%s%s", separator, lang_text(lang, N_("must be given")));
    } else if (fallback != NULL) {
        append_fact(out, separator, lang_text(lang, N_("default")), fallback);
    }
    if (has_range(key)) {
        g_autofree char *min = scenario_quantity_format(key->spec.unit, key->spec.min);
        g_autofree char *max = scenario_quantity_format(key->spec.unit, key->spec.max);
        g_autofree char *range = g_strdup_printf(lang_text(lang, N_("%s to %s")), min, max);
        append_fact(out, separator, lang_text(lang, N_("range")), range);
    }
    g_autofree char *suffixes = scenario_quantity_suffixes(key->spec.unit);
    if (suffixes[0] != '\0' && key->form == SCENARIO_FORM_VALUE) {
        append_fact(out, separator, lang_text(lang, N_("units")), suffixes);
    }
    if (key->only_for != NULL) {
        append_fact(out, separator, lang_text(lang, N_("only for")),
                    lang_text(lang, key->only_for));
    }
    if (key->map != NULL && key->map->brief != NULL && !key->map->only_brief) {
        append_fact(out, separator, lang_text(lang, N_("a value alone stands for")),
                    key->map->brief);
    }
}

static const char *help_of(const ScenarioKey *key, const Lang *lang)
{
    return key->spec.help == NULL ? "" : lang_text(lang, key->spec.help);
}

/* explain KEY */

typedef struct Search {
    char **words; /* of the path asked for */
    const Lang *lang;
    GString *out, *below, *hints;
    GPtrArray *last_words; /* of all keys */
} Search;

static bool is_number(const char *word)
{
    return word[0] != '\0' && word[strspn(word, "0123456789")] == '\0';
}

/* Whether the path is the pattern, names and places filled in or places left out; *out_prefix: or
 * leads to it. */
static bool agrees(char **words, char **parts, bool *out_prefix)
{
    size_t k = 0;
    for (; *parts != NULL && words[k] != NULL; parts++) {
        bool is_place = g_str_equal(*parts, "0");
        bool fits = g_str_equal(*parts, words[k]) || g_str_equal(*parts, "*") ||
                    (is_place && is_number(words[k]));
        if (!fits && !is_place) {
            return false;
        }
        k += fits;
    }
    *out_prefix = *parts != NULL;
    return words[k] == NULL;
}

/* Whether the path says at least where the key stands and what it is called: "apps.client.send"
 * without "steps", or only "delay". */
static bool is_hint(char **words, char **parts)
{
    size_t k = 0;
    const char *last = NULL;
    for (; *parts != NULL; parts++) {
        last = *parts;
        if (words[k] != NULL && (g_str_equal(*parts, words[k]) || g_str_equal(*parts, "*"))) {
            k++;
        }
    }
    return words[k] == NULL && k > 0 && g_str_equal(words[k - 1], last);
}

static void put_key(GString *out, const char *path, const ScenarioKey *key, const Lang *lang)
{
    g_string_append_printf(out, "%s\n  %s\n", path, help_of(key, lang));
    append_facts(out, key, "\n  ", lang);
    g_string_append_c(out, '\n');
}

static void look_at(void *data, const char *path, const ScenarioKey *key)
{
    Search *search = data;
    bool prefix = false;
    g_auto(GStrv) parts = g_strsplit(path, ".", -1);
    g_ptr_array_add(search->last_words, (gpointer)key->spec.name);
    if (!agrees(search->words, parts, &prefix)) {
        if (is_hint(search->words, parts)) {
            put_key(search->hints, path, key, search->lang);
            g_string_append_c(search->hints, '\n');
        }
    } else if (prefix) {
        g_string_append_printf(search->below, "  %s\n      %s\n", path, help_of(key, search->lang));
    } else {
        put_key(search->out, path, key, search->lang);
    }
}

char *scenario_explain(const char *path, const Lang *lang, char **out_meant)
{
    g_auto(GStrv) words = g_strsplit(path, ".", -1);
    g_autoptr(GString) below = g_string_new(NULL);
    g_autoptr(GString) hints = g_string_new(NULL);
    g_autoptr(GPtrArray) last_words = g_ptr_array_new();
    g_autoptr(GString) out = g_string_new(NULL);
    Search search = { .words = words,
                      .lang = lang,
                      .out = out,
                      .below = below,
                      .hints = hints,
                      .last_words = last_words };
    scenario_keys_walk(look_at, &search);
    if (below->len > 0) {
        g_string_append_printf(out, "%s%s\n%s", out->len == 0 ? "" : "\n",
                               lang_text(lang, N_("Keys below it:")), below->str);
    }
    if (out->len == 0) {
        g_string_append(out, hints->str);
    }
    if (out->len > 0) {
        return g_string_free(g_steal_pointer(&out), FALSE);
    }
    g_ptr_array_add(last_words, NULL);
    guint count = g_strv_length(words);
    *out_meant = g_strdup(scenario_suggest(count == 0 ? "" : words[count - 1],
                                           (const char *const *)last_words->pdata));
    return NULL;
}

/* All of them */

/* Keys that stand in several places, as those of a link do, are told at the first. */
typedef struct Listing {
    GString *out;
    const Lang *lang;
    GHashTable *told; /* ScenarioMap -> the path below which its keys are; only looked up */
    char *known;      /* what begins with this was told elsewhere; NULL: nothing yet */
} Listing;

/* Whether the key was told elsewhere. *out_same: where the keys below it were; NULL: they follow.
 */
static bool is_told(Listing *listing, const char *path, const ScenarioKey *key,
                    const char **out_same)
{
    *out_same = NULL;
    if (listing->known != NULL && g_str_has_prefix(path, listing->known)) {
        return true;
    }
    if (key->map == NULL) {
        return false;
    }
    *out_same = g_hash_table_lookup(listing->told, key->map);
    if (*out_same == NULL) {
        g_hash_table_insert(listing->told, (gpointer)key->map, g_strdup(path));
        return false;
    }
    g_free(listing->known);
    listing->known = g_strconcat(path, ".", NULL);
    return false;
}

static void list_all(GString *out, const Lang *lang, ScenarioKeyFn fn)
{
    Listing listing = { .out = out,
                        .lang = lang,
                        .told = g_hash_table_new_full(NULL, NULL, NULL, g_free) };
    scenario_keys_walk(fn, &listing);
    g_hash_table_unref(listing.told);
    g_free(listing.known);
}

static void list_key(void *data, const char *path, const ScenarioKey *key)
{
    Listing *listing = data;
    const char *same = NULL;
    if (is_told(listing, path, key, &same)) {
        return;
    }
    g_string_append_printf(listing->out, "%-44s %s", path, help_of(key, listing->lang));
    if (same != NULL) {
        g_string_append_c(listing->out, ' ');
        g_string_append_printf(listing->out, lang_text(listing->lang, N_("Keys as below %s.")),
                               same);
    }
    g_string_append_c(listing->out, '\n');
}

char *scenario_explain_all(const Lang *lang)
{
    GString *out = g_string_new(NULL);
    list_all(out, lang, list_key);
    return g_string_free(out, FALSE);
}

/* The manual page */

/* Text as man(7) wants it: no line begins with a dot or an apostrophe, hyphens are hyphens. */
static void append_roff(GString *out, const char *text)
{
    for (const char *at = text; *at != '\0'; at++) {
        bool starts_line = out->len == 0 || out->str[out->len - 1] == '\n';
        if (starts_line && (*at == '.' || *at == '\'')) {
            g_string_append(out, "\\&");
        }
        if (*at == '\\') {
            g_string_append(out, "\\e");
        } else if (*at == '-') {
            g_string_append(out, "\\-");
        } else {
            g_string_append_c(out, *at);
        }
    }
}

static void page_key(void *data, const char *path, const ScenarioKey *key)
{
    Listing *listing = data;
    const char *same = NULL;
    if (is_told(listing, path, key, &same)) {
        return;
    }
    bool is_top = strchr(path, '.') == NULL;
    if (is_top && key->form != SCENARIO_FORM_VALUE && key->form != SCENARIO_FORM_VALUES &&
        key->form != SCENARIO_FORM_INCLUDE) {
        g_string_append_printf(listing->out, ".SS %s\n", path);
    }
    g_string_append(listing->out, ".TP\n.B ");
    append_roff(listing->out, path);
    g_string_append_c(listing->out, '\n');
    append_roff(listing->out, help_of(key, listing->lang));
    g_string_append(listing->out, "\n.br\n");
    g_autoptr(GString) facts = g_string_new(NULL);
    append_facts(facts, key, "; ", listing->lang);
    append_roff(listing->out, facts->str + strlen("; "));
    g_string_append_c(listing->out, '\n');
    if (same != NULL) {
        g_autofree char *words =
            g_strdup_printf(lang_text(listing->lang, N_("Keys as below %s.")), same);
        g_string_append(listing->out, ".br\n");
        append_roff(listing->out, words);
        g_string_append_c(listing->out, '\n');
    }
}

char *scenario_manual_page(const Lang *lang)
{
    GString *out = g_string_new(".TH WIRELAB-SCENARIO 5 \"\" \"wirelab\" \"File Formats\"\n");
    g_string_append_printf(out, ".SH %s\nwirelab-scenario \\- %s\n", lang_text(lang, N_("NAME")),
                           lang_text(lang, N_("the keys of a wirelab scenario")));
    g_string_append_printf(out, ".SH %s\n", lang_text(lang, N_("DESCRIPTION")));
    append_roff(out, lang_text(lang, N_("A scenario is a YAML 1.2 document, one map with the keys "
                                        "below. Every quantity has a unit. A key that is not known "
                                        "is an error; keys that begin with x- are free. In the "
                                        "paths, * is any name and 0 a place in a list. Anchors and "
                                        "aliases work, and << merges maps.")));
    g_string_append_printf(out, "\n.SH %s\n", lang_text(lang, N_("KEYS")));
    list_all(out, lang, page_key);
    g_string_append_printf(out, ".SH %s\n.BR wirelab (1)\n", lang_text(lang, N_("SEE ALSO")));
    return g_string_free(out, FALSE);
}
