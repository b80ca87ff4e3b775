#include "scenario/scenario_expect_story.h"

#include "scenario/scenario_keys.h"
#include "trace/trace_tables.h"

#include <string.h>

static bool is_word(char c)
{
    return g_ascii_isalnum(c) || c == '-' || c == '_';
}

/* Whether the line holds the words, none of them cut: "ack 1" is not in "ack 12". */
static bool holds(const char *line, const char *words)
{
    size_t len = strlen(words);
    for (const char *at = strstr(line, words); at != NULL; at = strstr(at + 1, words)) {
        bool begins = at == line || !is_word(at[-1]) || !is_word(words[0]);
        bool ends = !is_word(at[len]) || !is_word(words[len - 1]);
        if (begins && ends) {
            return true;
        }
    }
    return false;
}

/* The lines of story.txt; owned. */
static GPtrArray *story_of(const TraceRun *run)
{
    GPtrArray *story = g_ptr_array_new_with_free_func(g_free);
    for (uint32_t i = 0; i < run->lines->len; i++) {
        g_autofree char *text = trace_line_story(run, i, NULL);
        if (text != NULL) {
            GString *line = g_string_new(NULL);
            trace_put_seconds(line, trace_line(run, i)->time_ns);
            g_string_append_printf(line, "  %s", text);
            g_ptr_array_add(story, g_string_free(line, FALSE));
        }
    }
    return story;
}

/* NULL: all is told. *out_value is what is missing. */
static char *check_tells(const ScenarioExpect *expect, const GPtrArray *story, const Lang *lang,
                         const ScenarioValue **out_value)
{
    guint at = 0;
    for (uint32_t i = 0; i < expect->tells.count; i++) {
        const ScenarioValue *value = scenario_item(&expect->tells, ScenarioValue, i);
        guint from = at;
        while (at < story->len && !holds(story->pdata[at], value->text)) {
            at++;
        }
        if (at++ < story->len) {
            continue;
        }
        *out_value = value;
        return i == 0
                   ? g_strdup_printf(lang_text(lang, N_("it does not tell '%s'")), value->text)
                   : g_strdup_printf(lang_text(lang, N_("it does not tell '%s' after '%s'")),
                                     value->text, (const char *)story->pdata[from - 1]);
    }
    return NULL;
}

/* NULL: no line has these words. */
static char *check_never(const ScenarioValue *value, const GPtrArray *story, const Lang *lang)
{
    for (guint i = 0; i < story->len; i++) {
        const char *line = story->pdata[i];
        if (holds(line, value->text)) {
            return g_strdup_printf(lang_text(lang, N_("it should never tell '%s', but does: '%s'")),
                                   value->text, line);
        }
    }
    return NULL;
}

static void add_failure(GPtrArray *failures, const ScenarioValue *value, const char *wrong)
{
    if (wrong != NULL) {
        scenario_failure_add(failures, value->mark, g_strdup_printf("story: %s", wrong));
    }
}

void scenario_expect_story_check(const ScenarioExpect *expect, const TraceRun *run,
                                 const Lang *lang, GPtrArray *failures)
{
    g_autoptr(GPtrArray) story = story_of(run);
    const ScenarioValue *missing = NULL;
    g_autofree char *untold = check_tells(expect, story, lang, &missing);
    add_failure(failures, missing, untold);
    for (uint32_t i = 0; i < expect->never.count; i++) {
        const ScenarioValue *value = scenario_item(&expect->never, ScenarioValue, i);
        g_autofree char *told = check_never(value, story, lang);
        add_failure(failures, value, told);
    }
}
