#include "compare/compare.h"

#include <string.h>

#include "compare/compare_words.h"
#include "trace/trace_folder.h"
#include "trace/trace_json.h"

const char *compare_verdict_to_string(CompareVerdict verdict)
{
    static const char *const names[COMPARE_N_VERDICTS] = {
        [COMPARE_IDENTICAL] = "identical",
        [COMPARE_SHIFTED] = "shifted",
        [COMPARE_DIFFERENT] = "different",
    };
    g_assert(verdict < COMPARE_N_VERDICTS);
    return names[verdict];
}

/* ---- files ---- */

static bool same_file(const char *a, const char *b, const char *name)
{
    g_autofree char *path_a = g_build_filename(a, name, NULL);
    g_autofree char *path_b = g_build_filename(b, name, NULL);
    g_autofree char *text_a = NULL, *text_b = NULL;
    gsize len_a, len_b;
    return g_file_get_contents(path_a, &text_a, &len_a, NULL) &&
           g_file_get_contents(path_b, &text_b, &len_b, NULL) && len_a == len_b &&
           memcmp(text_a, text_b, len_a) == 0;
}

static gint compare_names(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Every name on either side, once, sorted. */
static GPtrArray *all_names(const char *a, const char *b, GError **error)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    const char *const folders[] = { a, b };
    for (unsigned i = 0; i < 2; i++) {
        g_autoptr(GPtrArray) some = trace_folder_list(folders[i], error);
        if (some == NULL) {
            return NULL;
        }
        for (guint k = 0; k < some->len; k++) {
            g_ptr_array_add(names, g_strdup(g_ptr_array_index(some, k)));
        }
    }
    g_ptr_array_sort(names, compare_names);
    for (guint i = names->len; i-- > 1;) {
        if (strcmp(g_ptr_array_index(names, i), g_ptr_array_index(names, i - 1)) == 0) {
            g_ptr_array_remove_index(names, i);
        }
    }
    return g_steal_pointer(&names);
}

static bool compare_files(Comparison *comparison, const char *a, const char *b, GError **error)
{
    g_autoptr(GPtrArray) names = all_names(a, b, error);
    if (names == NULL) {
        return false;
    }
    for (guint i = 0; i < names->len; i++) {
        const char *name = g_ptr_array_index(names, i);
        if (trace_folder_is_result(name) && !same_file(a, b, name)) {
            g_ptr_array_add(comparison->files, g_strdup(name));
        }
    }
    return true;
}

/* ---- stories ---- */

bool compare_is_run(const char *folder, GError **error)
{
    if (trace_folder_is_run(folder)) {
        return true;
    }
    g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_INVAL, "%s: %s", folder,
                "no run stands here (a run has a " TRACE_MANIFEST ")");
    return false;
}

static bool read_side(CompareSide *side, const char *folder, GError **error)
{
    if (!compare_is_run(folder, error)) {
        return false;
    }
    g_autofree char *path = g_build_filename(folder, "trace.ndjson", NULL);
    side->name = g_strdup(folder);
    side->story = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    side->run = trace_run_read(path, error);
    for (uint32_t i = 0; side->run != NULL && i < side->run->lines->len; i++) {
        g_autofree char *text = trace_line_story(side->run, i, NULL);
        if (text != NULL) {
            g_array_append_val(side->story, i);
        }
    }
    return side->run != NULL;
}

static uint32_t story_line(const CompareSide *side, uint32_t i)
{
    return g_array_index(side->story, uint32_t, i);
}

static void note_shift(Comparison *comparison, uint32_t i)
{
    const CompareSide *a = &comparison->side[0], *b = &comparison->side[1];
    int64_t shift_ns = trace_line(b->run, story_line(b, i))->time_ns -
                       trace_line(a->run, story_line(a, i))->time_ns;
    if (comparison->first_shift_ns == 0) {
        comparison->first_shift_ns = shift_ns;
    }
    if (ABS(shift_ns) > ABS(comparison->largest_shift_ns)) {
        comparison->largest_shift_ns = shift_ns;
    }
}

/* Goes along both stories to the first line whose words differ. */
static bool same_story(Comparison *comparison)
{
    CompareSide *a = &comparison->side[0], *b = &comparison->side[1];
    uint32_t i = 0;
    for (; i < a->story->len && i < b->story->len; i++) {
        g_autofree char *text_a = trace_line_story(a->run, story_line(a, i), NULL);
        g_autofree char *text_b = trace_line_story(b->run, story_line(b, i), NULL);
        if (strcmp(text_a, text_b) != 0) {
            break;
        }
        note_shift(comparison, i);
    }
    a->at = b->at = i;
    return i == a->story->len && i == b->story->len;
}

Comparison *compare_runs(const char *a, const char *b, GError **error)
{
    g_autoptr(Comparison) comparison = g_new0(Comparison, 1);
    comparison->files = g_ptr_array_new_with_free_func(g_free);
    if (!read_side(&comparison->side[0], a, error) || !read_side(&comparison->side[1], b, error) ||
        !compare_files(comparison, a, b, error)) {
        return NULL;
    }
    bool same = same_story(comparison);
    comparison->verdict = !same                        ? COMPARE_DIFFERENT
                          : comparison->files->len > 0 ? COMPARE_SHIFTED
                                                       : COMPARE_IDENTICAL;
    return g_steal_pointer(&comparison);
}

void compare_free(Comparison *comparison)
{
    if (comparison == NULL) {
        return;
    }
    for (unsigned i = 0; i < 2; i++) {
        g_free(comparison->side[i].name);
        g_clear_pointer(&comparison->side[i].story, g_array_unref);
        trace_run_free(comparison->side[i].run);
    }
    g_clear_pointer(&comparison->files, g_ptr_array_unref);
    g_free(comparison);
}

/* ---- words ---- */

/* The differing line of one side, and the chain of causes behind it. */
static void put_side(GString *out, const CompareSide *side, const Lang *lang)
{
    g_string_append_printf(out, "%s\n", side->name);
    if (side->at == side->story->len) {
        g_string_append_printf(out, "    %s\n", lang_text(lang, N_("the story has ended")));
        return;
    }
    uint32_t line = story_line(side, side->at);
    compare_put_line(out, "    ", side->run, line, lang);
    compare_put_causes(out, side->run, line, lang);
}

static void put_files(GString *out, const Comparison *comparison, const Lang *lang)
{
    g_string_append(out, lang_text(lang, N_("files that differ:")));
    for (guint i = 0; i < comparison->files->len; i++) {
        g_string_append_printf(out, " %s", (const char *)g_ptr_array_index(comparison->files, i));
    }
    g_string_append_c(out, '\n');
}

static void put_difference(GString *out, const Comparison *comparison, const Lang *lang)
{
    const CompareSide *a = &comparison->side[0];
    g_string_append_printf(out, lang_text(lang, N_("different stories, from line %u on\n")),
                           a->at + 1);
    g_string_append_printf(out, "%s\n", lang_text(lang, N_("both, before it:")));
    for (uint32_t i = a->at - MIN(a->at, COMPARE_LINES_BEFORE); i < a->at; i++) {
        compare_put_line(out, "    ", a->run, story_line(a, i), lang);
    }
    put_side(out, a, lang);
    put_side(out, &comparison->side[1], lang);
}

GString *compare_text(const Comparison *comparison, const Lang *lang)
{
    GString *out = g_string_new(NULL);
    switch (comparison->verdict) {
    case COMPARE_IDENTICAL:
        g_string_append_printf(out, "%s\n", lang_text(lang, N_("identical")));
        break;
    case COMPARE_SHIFTED:
        g_string_append_printf(out, "%s\n", lang_text(lang, N_("the same story, shifted in time")));
        compare_put_shift(out, lang_text(lang, N_("first shift: ")), comparison->first_shift_ns);
        compare_put_shift(out, lang_text(lang, N_("largest shift: ")),
                          comparison->largest_shift_ns);
        put_files(out, comparison, lang);
        break;
    default:
        put_difference(out, comparison, lang);
        break;
    }
    return out;
}

static void put_json_side(GString *out, const CompareSide *side)
{
    if (side->at == side->story->len) {
        g_string_append(out, "null");
        return;
    }
    uint32_t line = story_line(side, side->at);
    g_autofree char *text = trace_line_story(side->run, line, NULL);
    g_string_append_printf(out, "{\"n\":%u,\"time_ns\":%" G_GINT64_FORMAT ",\"text\":", line + 1,
                           trace_line(side->run, line)->time_ns);
    trace_json_put_text(out, text);
    g_string_append_c(out, '}');
}

GString *compare_json(const Comparison *comparison)
{
    GString *out = g_string_new(NULL);
    g_string_append_printf(out,
                           "{\"verdict\":\"%s\",\"first_shift_ns\":%" G_GINT64_FORMAT
                           ",\"largest_shift_ns\":%" G_GINT64_FORMAT ",\"files\":[",
                           compare_verdict_to_string(comparison->verdict),
                           comparison->first_shift_ns, comparison->largest_shift_ns);
    for (guint i = 0; i < comparison->files->len; i++) {
        g_string_append(out, i > 0 ? "," : "");
        trace_json_put_text(out, g_ptr_array_index(comparison->files, i));
    }
    g_string_append(out, "]");
    if (comparison->verdict == COMPARE_DIFFERENT) {
        g_string_append(out, ",\"a\":");
        put_json_side(out, &comparison->side[0]);
        g_string_append(out, ",\"b\":");
        put_json_side(out, &comparison->side[1]);
    }
    g_string_append(out, "}\n");
    return out;
}
