#include "scenario/scenario_value.h"

#include "scenario/scenario_quantity.h"

#include <string.h>

struct ScenarioValueReader {
    ScenarioDoc *doc;
    ScenarioDiag *diag;
    GRegex *syntaxes[SCENARIO_N_SYNTAXES]; /* compiled when first needed */
};

ScenarioValueReader *scenario_value_reader_new(ScenarioDoc *doc, ScenarioDiag *diag)
{
    ScenarioValueReader *reader = g_new0(ScenarioValueReader, 1);
    reader->doc = doc;
    reader->diag = diag;
    return reader;
}

void scenario_value_reader_free(ScenarioValueReader *reader)
{
    for (int i = 0; i < SCENARIO_N_SYNTAXES; i++) {
        g_clear_pointer(&reader->syntaxes[i], g_regex_unref);
    }
    g_free(reader);
}

bool scenario_value_matches(ScenarioValueReader *reader, ScenarioSyntax syntax, const char *text)
{
    const char *pattern = scenario_syntax_get(syntax)->pattern;
    if (pattern == NULL) {
        return true;
    }
    GRegex **regex = &reader->syntaxes[syntax];
    if (*regex == NULL) {
        *regex = g_regex_new(pattern, G_REGEX_DOLLAR_ENDONLY, 0, NULL);
        g_assert(*regex != NULL);
    }
    return g_regex_match(*regex, text, 0, NULL);
}

bool scenario_value_check_syntax(ScenarioValueReader *reader, ScenarioSyntax syntax,
                                 const char *text, ScenarioMark mark)
{
    if (scenario_value_matches(reader, syntax, text)) {
        return true;
    }
    scenario_diag_error(
        reader->diag, mark, N_("'%s' is not %s"), text,
        lang_text(scenario_diag_lang(reader->diag), scenario_syntax_get(syntax)->describe));
    return false;
}

/* What is expected, for "'x' must be ...". Owned by the caller. */
static char *describe_expected(const ScenarioValueReader *reader, const ScenarioKey *key)
{
    const Lang *lang = scenario_diag_lang(reader->diag);
    if (key->spec.unit != SIM_UNIT_WORD) {
        const char *text = key->spec.unit == SIM_UNIT_TEXT
                               ? scenario_syntax_get(key->syntax)->describe
                               : scenario_quantity_describe(key->spec.unit);
        return g_strdup(lang_text(lang, text));
    }
    GString *out = g_string_new(lang_text(lang, N_("one of")));
    for (size_t i = 0; scenario_key_word(key, i) != NULL; i++) {
        g_string_append_printf(out, "%s %s", i == 0 ? "" : ",", scenario_key_word(key, i));
    }
    return g_string_free(out, FALSE);
}

static void report_form(ScenarioValueReader *reader, const ScenarioKey *key,
                        const ScenarioNode *node)
{
    g_autofree char *expected = describe_expected(reader, key);
    scenario_diag_error(reader->diag, node->mark,
                        node->kind == SCENARIO_NODE_SCALAR ? N_("'%s' has no value; it must be %s")
                        : node->kind == SCENARIO_NODE_LIST
                            ? N_("'%s' is a list here; it must be %s")
                            : N_("'%s' is a map here; it must be %s"),
                        key->spec.name, expected);
}

/* The words that loaded modules add to a key. */
static bool read_module(const ScenarioValueReader *reader, const ScenarioKey *key,
                        const ScenarioNode *node, int64_t *out_number)
{
    const ScenarioModules *modules = key->modules ? scenario_doc_modules(reader->doc) : NULL;
    for (size_t i = 0; scenario_modules_at(modules, i) != NULL; i++) {
        if (g_str_equal(scenario_modules_at(modules, i)->name, node->text)) {
            *out_number = (int64_t)(scenario_key_word_count(key) + i);
            return true;
        }
    }
    return false;
}

static bool read_word(ScenarioValueReader *reader, const ScenarioKey *key, const ScenarioNode *node,
                      int64_t *out_number)
{
    g_autoptr(GPtrArray) words = g_ptr_array_new();
    for (size_t i = 0; scenario_key_word(key, i) != NULL; i++) {
        if (g_str_equal(scenario_key_word(key, i), node->text)) {
            *out_number = (int64_t)i;
            return true;
        }
        g_ptr_array_add(words, (gpointer)scenario_key_word(key, i));
    }
    if (read_module(reader, key, node, out_number)) {
        return true;
    }
    g_ptr_array_add(words, NULL);
    const char *meant = scenario_suggest(node->text, (const char *const *)words->pdata);
    if (meant != NULL) {
        scenario_diag_error(reader->diag, node->mark,
                            N_("'%s' is not known to '%s'; did you mean '%s'?"), node->text,
                            key->spec.name, meant);
    } else {
        g_autofree char *expected = describe_expected(reader, key);
        scenario_diag_error(reader->diag, node->mark,
                            N_("'%s' is not known to '%s'; it must be %s"), node->text,
                            key->spec.name, expected);
    }
    return false;
}

static bool read_bool(ScenarioValueReader *reader, const ScenarioKey *key, const ScenarioNode *node,
                      int64_t *out_number)
{
    static const char *const yes[] = { "true", "True", "TRUE", NULL };
    static const char *const no[] = { "false", "False", "FALSE", NULL };
    static const char *const almost_yes[] = {
        "yes", "Yes", "YES", "on", "On", "ON", "y", "1", NULL
    };
    bool is_yes = node->plain && g_strv_contains(yes, node->text);
    if (is_yes || (node->plain && g_strv_contains(no, node->text))) {
        *out_number = is_yes;
        return true;
    }
    if (g_strv_contains(yes, node->text) || g_strv_contains(no, node->text)) {
        scenario_diag_error(reader->diag, node->mark,
                            N_("'%s' must be true or false; the quotes make '%s' a text"),
                            key->spec.name, node->text);
        return false;
    }
    scenario_diag_error(reader->diag, node->mark,
                        N_("'%s' must be true or false, not '%s'; write %s"), key->spec.name,
                        node->text, g_strv_contains(almost_yes, node->text) ? "true" : "false");
    return false;
}

static bool read_special(const ScenarioKey *key, const char *text, int64_t *out_number)
{
    for (const ScenarioWord *word = key->special; word != NULL && word->word != NULL; word++) {
        if (g_str_equal(word->word, text)) {
            *out_number = word->number;
            return true;
        }
    }
    return false;
}

static bool check_range(ScenarioValueReader *reader, const ScenarioKey *key,
                        const ScenarioNode *node, int64_t number)
{
    if (number >= key->spec.min && number <= key->spec.max) {
        return true;
    }
    bool too_small = number < key->spec.min;
    g_autofree char *bound =
        scenario_quantity_format(key->spec.unit, too_small ? key->spec.min : key->spec.max);
    scenario_diag_error(reader->diag, node->mark,
                        too_small ? N_("%s is too small for '%s': at least %s")
                                  : N_("%s is too large for '%s': at most %s"),
                        node->text, key->spec.name, bound);
    return false;
}

static bool read_quantity(ScenarioValueReader *reader, const ScenarioKey *key,
                          const ScenarioNode *node, int64_t *out_number)
{
    if (read_special(key, node->text, out_number)) {
        return true;
    }
    if (key->spec.unit == SIM_UNIT_NUMBER && !node->plain) {
        scenario_diag_error(reader->diag, node->mark,
                            N_("'%s' must be a whole number; without the quotes '%s' would be one"),
                            key->spec.name, node->text);
        return false;
    }
    int64_t number = 0;
    g_autofree char *wrong = scenario_quantity_parse(key->spec.unit, node->text,
                                                     scenario_diag_lang(reader->diag), &number);
    if (wrong != NULL) {
        scenario_diag_error(reader->diag, node->mark, "'%s': %s", key->spec.name, wrong);
        return false;
    }
    if (!check_range(reader, key, node, number)) {
        return false;
    }
    *out_number = number;
    return true;
}

static bool read_host_port(ScenarioValueReader *reader, const ScenarioKey *key,
                           const ScenarioNode *node)
{
    const char *colon = strrchr(node->text, ':');
    guint64 port = 0;
    if (colon != NULL && colon > node->text &&
        g_ascii_string_to_unsigned(colon + 1, 10, 1, 65535, &port, NULL)) {
        g_autofree char *host = g_strndup(node->text, (gsize)(colon - node->text));
        if (scenario_value_matches(reader, SCENARIO_SYNTAX_HOST, host) ||
            scenario_value_matches(reader, SCENARIO_SYNTAX_ADDRESS, host)) {
            return true;
        }
    }
    scenario_diag_error(reader->diag, node->mark,
                        N_("'%s' must be a host and a port, like server:80, not '%s'"),
                        key->spec.name, node->text);
    return false;
}

static bool read_number(ScenarioValueReader *reader, const ScenarioKey *key,
                        const ScenarioNode *node, int64_t *out_number)
{
    switch (key->spec.unit) {
    case SIM_UNIT_BOOL:
        return read_bool(reader, key, node, out_number);
    case SIM_UNIT_WORD:
        return read_word(reader, key, node, out_number);
    case SIM_UNIT_TEXT:
        return scenario_value_check_syntax(reader, key->syntax, node->text, node->mark);
    case SIM_UNIT_HOST_PORT:
        return read_host_port(reader, key, node);
    default:
        return read_quantity(reader, key, node, out_number);
    }
}

void scenario_value_read(ScenarioValueReader *reader, const ScenarioKey *key,
                         const ScenarioNode *node, ScenarioValue *out)
{
    if (node->kind != SCENARIO_NODE_SCALAR || scenario_node_is_null(node)) {
        report_form(reader, key, node);
        return;
    }
    ScenarioValue value = { .text = node->text, .mark = node->mark, .given = true };
    if (read_number(reader, key, node, &value.number)) {
        *out = value;
    }
}

/* A module's word is what was written. */
static char *format_word(const ScenarioKey *key, const ScenarioValue *value)
{
    bool of_module = key->modules && (size_t)value->number >= scenario_key_word_count(key);
    return g_strdup(of_module ? value->text : scenario_key_word(key, (size_t)value->number));
}

char *scenario_value_format(const ScenarioKey *key, const ScenarioValue *value)
{
    switch (key->spec.unit) {
    case SIM_UNIT_TEXT:
    case SIM_UNIT_HOST_PORT:
        return g_strdup(value->text);
    case SIM_UNIT_BOOL:
        return g_strdup(value->number != 0 ? "true" : "false");
    case SIM_UNIT_WORD:
        return value->number < 0 ? NULL : format_word(key, value);
    default:
        for (const ScenarioWord *word = key->special; word != NULL && word->word != NULL; word++) {
            if (word->number == value->number) {
                return g_strdup(word->word);
            }
        }
        return value->number < key->spec.min || value->number > key->spec.max
                   ? NULL
                   : scenario_quantity_format(key->spec.unit, value->number);
    }
}

bool scenario_value_is_default(const ScenarioKey *key, const ScenarioValue *value)
{
    if (key->spec.unit == SIM_UNIT_TEXT || key->spec.unit == SIM_UNIT_HOST_PORT) {
        return g_strcmp0(value->text, key->fallback_text) == 0;
    }
    return value->number == scenario_key_fallback(key);
}
