#include "scenario/scenario_diag.h"

#include <stdlib.h>
#include <string.h>

#include "trace/trace_json.h"

/* Of a source line: more is cut off, so that a line of a megabyte does not drown the message. */
#define MAX_LINE_CHARS 160
#define MAX_WORD_CHARS 40
/* More errors than this are only counted. */
#define MAX_KEPT 200

typedef struct Problem {
    ScenarioMark mark;
    uint32_t serial;
    char *message;
    char *text; /* the whole of what is shown */
} Problem;

struct ScenarioDiag {
    const Lang *lang;
    const char *word; /* msgid of what an error is called */
    bool colour;
    GPtrArray *sources;
    GArray *problems; /* of Problem, in the order in which they were found */
    uint32_t unkept;  /* errors beyond MAX_KEPT */
};

static void source_free(gpointer data)
{
    ScenarioSource *source = data;
    g_free(source->name);
    g_bytes_unref(source->bytes);
    g_free(source);
}

GPtrArray *scenario_sources_new(void)
{
    return g_ptr_array_new_with_free_func(source_free);
}

uint32_t scenario_sources_add(GPtrArray *sources, const char *name, GBytes *bytes, bool is_setting)
{
    ScenarioSource *source = g_new0(ScenarioSource, 1);
    source->name = g_strdup(name);
    source->bytes = g_bytes_ref(bytes);
    source->is_setting = is_setting;
    g_ptr_array_add(sources, source);
    return sources->len - 1;
}

const ScenarioSource *scenario_sources_get(const GPtrArray *sources, uint32_t index)
{
    g_assert(index < sources->len);
    return sources->pdata[index];
}

static void problem_clear(gpointer data)
{
    Problem *problem = data;
    g_free(problem->message);
    g_free(problem->text);
}

ScenarioDiag *scenario_diag_new(const Lang *lang, bool colour)
{
    ScenarioDiag *diag = g_new0(ScenarioDiag, 1);
    diag->lang = lang;
    diag->word = N_("error");
    diag->colour = colour;
    diag->problems = g_array_new(FALSE, FALSE, sizeof(Problem));
    g_array_set_clear_func(diag->problems, problem_clear);
    return diag;
}

void scenario_diag_free(ScenarioDiag *diag)
{
    if (diag == NULL) {
        return;
    }
    g_array_unref(diag->problems);
    g_clear_pointer(&diag->sources, g_ptr_array_unref);
    g_free(diag);
}

void scenario_diag_set_word(ScenarioDiag *diag, const char *word)
{
    diag->word = word;
}

const Lang *scenario_diag_lang(const ScenarioDiag *diag)
{
    return diag->lang;
}

void scenario_diag_set_sources(ScenarioDiag *diag, GPtrArray *sources)
{
    g_ptr_array_ref(sources);
    g_clear_pointer(&diag->sources, g_ptr_array_unref);
    diag->sources = sources;
}

char *scenario_mark_to_string(const GPtrArray *sources, ScenarioMark mark)
{
    const ScenarioSource *source = scenario_sources_get(sources, mark.source);
    if (source->is_setting || mark.line == 0) {
        return g_strdup(source->name);
    }
    return g_strdup_printf("%s:%u:%u", source->name, mark.line, mark.col);
}

/* The line's octets without its end. */
static void find_line(const ScenarioSource *source, uint32_t line, const char **out_start,
                      size_t *out_bytes)
{
    size_t len_bytes = 0;
    const char *at = g_bytes_get_data(source->bytes, &len_bytes);
    const char *end = at + len_bytes;
    for (uint32_t i = 1; i < line && at < end; i++) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        at = newline == NULL ? end : newline + 1;
    }
    const char *newline = at == end ? NULL : memchr(at, '\n', (size_t)(end - at));
    *out_start = at;
    *out_bytes = (size_t)((newline == NULL ? end : newline) - at);
    if (*out_bytes > 0 && at[*out_bytes - 1] == '\r') {
        (*out_bytes)--;
    }
}

static int display_width(gunichar c)
{
    return g_unichar_iszerowidth(c) ? 0 : g_unichar_iswide(c) ? 2 : 1;
}

/* Appends the characters from..to-1 (from 0) of the line, blanks for what a terminal would not show
 * as one character, and returns the width of those before `col`. */
static uint32_t append_line(GString *out, const char *line, size_t bytes, uint32_t from,
                            uint32_t to, uint32_t col)
{
    uint32_t width = 0;
    uint32_t i = 0;
    for (const char *at = line; at < line + bytes && i < to; i++) {
        gunichar c = g_utf8_get_char_validated(at, line + bytes - at);
        bool valid = c != (gunichar)-1 && c != (gunichar)-2;
        bool shown = valid && g_unichar_isprint(c);
        if (i >= from) {
            g_string_append_unichar(out, shown ? c : ' ');
            width += i + 1 < col ? (uint32_t)display_width(shown ? c : ' ') : 0;
        }
        at = valid ? g_utf8_next_char(at) : at + 1;
    }
    return width;
}

static void append_snippet(GString *out, const ScenarioDiag *diag, ScenarioMark mark)
{
    const char *line = NULL;
    size_t bytes = 0;
    find_line(scenario_sources_get(diag->sources, mark.source), mark.line, &line, &bytes);
    uint32_t from = mark.col > MAX_LINE_CHARS * 3 / 4 ? mark.col - MAX_LINE_CHARS / 2 : 0;
    g_string_append(out, "    ");
    uint32_t width = append_line(out, line, bytes, from, from + MAX_LINE_CHARS, mark.col);
    g_string_append_printf(out, "\n    %*s%s^", (int)width, "", diag->colour ? "\033[1;32m" : "");
    for (uint32_t i = 1; i < MIN(mark.len, MAX_WORD_CHARS); i++) {
        g_string_append_c(out, '~');
    }
    g_string_append_printf(out, "%s\n", diag->colour ? "\033[0m" : "");
}

static char *format_problem(const ScenarioDiag *diag, ScenarioMark mark, const char *message)
{
    GString *out = g_string_new(NULL);
    const char *error = lang_text(diag->lang, diag->word);
    g_autofree char *place =
        diag->sources == NULL ? NULL : scenario_mark_to_string(diag->sources, mark);
    if (diag->colour) {
        g_string_append_printf(out, "\033[1m%s%s\033[1;31m%s:\033[0;1m %s\033[0m\n",
                               place == NULL ? "" : place, place == NULL ? "" : ": ", error,
                               message);
    } else {
        g_string_append_printf(out, "%s%s%s: %s\n", place == NULL ? "" : place,
                               place == NULL ? "" : ": ", error, message);
    }
    if (place != NULL && mark.line != 0) {
        append_snippet(out, diag, mark);
    }
    return g_string_free(out, FALSE);
}

static bool is_known(const ScenarioDiag *diag, ScenarioMark mark, const char *message)
{
    for (guint i = 0; i < diag->problems->len; i++) {
        const Problem *problem = &g_array_index(diag->problems, Problem, i);
        if (problem->mark.source == mark.source && problem->mark.line == mark.line &&
            problem->mark.col == mark.col && g_str_equal(problem->message, message)) {
            return true;
        }
    }
    return false;
}

void scenario_diag_error(ScenarioDiag *diag, ScenarioMark mark, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    g_autofree char *message = g_strdup_vprintf(lang_text(diag->lang, format), args);
    va_end(args);
    if (is_known(diag, mark, message)) {
        return;
    }
    if (diag->problems->len == MAX_KEPT) {
        diag->unkept++;
        return;
    }
    Problem problem = { .mark = mark, .serial = diag->problems->len };
    problem.text = format_problem(diag, mark, message);
    problem.message = g_steal_pointer(&message);
    g_array_append_val(diag->problems, problem);
}

uint32_t scenario_diag_count(const ScenarioDiag *diag)
{
    return diag->problems->len + diag->unkept;
}

static int compare_u32(uint32_t a, uint32_t b)
{
    return a < b ? -1 : a > b;
}

static gint compare_problems(gconstpointer a, gconstpointer b)
{
    const Problem *left = a;
    const Problem *right = b;
    int order = compare_u32(left->mark.source, right->mark.source);
    order = order != 0 ? order : compare_u32(left->mark.line, right->mark.line);
    order = order != 0 ? order : compare_u32(left->mark.col, right->mark.col);
    return order != 0 ? order : compare_u32(left->serial, right->serial);
}

char *scenario_diag_to_string(ScenarioDiag *diag)
{
    g_array_sort(diag->problems, compare_problems);
    GString *out = g_string_new(NULL);
    guint shown = MIN(diag->problems->len, SCENARIO_DIAG_MAX_SHOWN);
    for (guint i = 0; i < shown; i++) {
        g_string_append(out, g_array_index(diag->problems, Problem, i).text);
    }
    if (scenario_diag_count(diag) > shown) {
        g_string_append_printf(out, lang_text(diag->lang, N_("... and %u more errors")),
                               scenario_diag_count(diag) - shown);
        g_string_append_c(out, '\n');
    }
    return g_string_free(out, FALSE);
}

char *scenario_diag_to_json(ScenarioDiag *diag)
{
    g_array_sort(diag->problems, compare_problems);
    GString *out = g_string_new("[");
    for (guint i = 0; i < diag->problems->len; i++) {
        const Problem *problem = &g_array_index(diag->problems, Problem, i);
        ScenarioMark mark = problem->mark;
        bool is_known_source = diag->sources != NULL && mark.source < diag->sources->len;
        g_string_append(out, i == 0 ? "{\"file\":" : ",{\"file\":");
        trace_json_put_text(
            out, is_known_source ? scenario_sources_get(diag->sources, mark.source)->name : "");
        g_string_append_printf(out, ",\"line\":%u,\"column\":%u,\"message\":", mark.line, mark.col);
        trace_json_put_text(out, problem->message);
        g_string_append_c(out, '}');
    }
    g_string_append_c(out, ']');
    return g_string_free(out, FALSE);
}

/* Edit distance in which swapping two neighbours is one step (optimal string alignment). Words
 * longer than MAX_WORD_CHARS are never alike. */
static uint32_t edit_distance(const char *a, const char *b)
{
    size_t a_len = strlen(a);
    size_t b_len = strlen(b);
    if (a_len >= MAX_WORD_CHARS || b_len >= MAX_WORD_CHARS) {
        return UINT32_MAX;
    }
    uint32_t row[3][MAX_WORD_CHARS + 1] = { { 0 } };
    for (uint32_t j = 0; j <= b_len; j++) {
        row[0][j] = j;
    }
    for (uint32_t i = 1; i <= a_len; i++) {
        uint32_t *now = row[i % 3];
        const uint32_t *before = row[(i + 2) % 3];
        const uint32_t *twice_before = row[(i + 1) % 3];
        now[0] = i;
        for (uint32_t j = 1; j <= b_len; j++) {
            uint32_t best = MIN(before[j], now[j - 1]) + 1;
            best = MIN(best, before[j - 1] + (a[i - 1] != b[j - 1]));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                best = MIN(best, twice_before[j - 2] + 1);
            }
            now[j] = best;
        }
    }
    return row[a_len % 3][b_len];
}

const char *scenario_suggest(const char *word, const char *const *candidates)
{
    const char *best = NULL;
    uint32_t best_distance = (uint32_t)strlen(word) / 3 + 2;
    for (size_t i = 0; candidates[i] != NULL; i++) {
        uint32_t distance = edit_distance(word, candidates[i]);
        /* Half of a short word may not be wrong. */
        if (distance < best_distance && distance * 2 <= MAX(strlen(candidates[i]), 2)) {
            best = candidates[i];
            best_distance = distance;
        }
    }
    return best;
}
