/* Protects: every cell of the grid of wirelab conform is as RFC 9293 and RFC 5961 expect, or as a
 * stated choice has it; and the tables of both hold nothing that no cell uses. */

#include "study/conform_report.h"

static ConformFilter whole(void)
{
    static const char *const none[] = { NULL };
    ConformFilter filter;
    g_assert_null(conform_filter_read(none, &filter));
    return filter;
}

/* One state: each cell that is wrong is told in words. */
static void test_origin(gconstpointer data)
{
    ConformFilter filter = whole();
    filter.origins = 1u << GPOINTER_TO_UINT(data);
    g_autoptr(GArray) cells = conform_cells(&filter);
    g_autoptr(GString) wrong = g_string_new(NULL);
    /* 4 kinds with 4 acknowledgements each and 4 without, at 5 places, with and without text. */
    g_assert_cmpuint(cells->len, ==, (4 * 4 + 4) * 5 * 2);
    for (guint i = 0; i < cells->len; i++) {
        ConformResult result;
        conform_judge(&g_array_index(cells, ConformCell, i), &result);
        if (result.verdict == CONFORM_WRONG) {
            conform_report_cell(wrong, &result, NULL);
        }
    }
    g_assert_cmpstr(wrong->str, ==, "");
}

/* A cell is the same each time. */
static void test_again(void)
{
    const ConformCell cell = { CONFORM_ESTABLISHED, CONFORM_FIN_ACK, CONFORM_INSIDE,
                               CONFORM_ACK_RIGHT, true };
    ConformResult first, second;
    conform_judge(&cell, &first);
    conform_judge(&cell, &second);
    g_assert_cmpmem(&first.seen, sizeof first.seen, &second.seen, sizeof second.seen);
}

/* Whether each rule is the first that fits some cell. */
static void test_rules_used(void)
{
    size_t count = 0;
    const ConformRule *rules = conform_rules(&count);
    g_autofree bool *used = g_new0(bool, count);
    ConformFilter filter = whole();
    g_autoptr(GArray) cells = conform_cells(&filter);
    for (guint i = 0; i < cells->len; i++) {
        used[conform_rule(&g_array_index(cells, ConformCell, i)) - rules] = true;
    }
    for (size_t i = 0; i < count; i++) {
        g_assert_true(rules[i].why->cite != NULL && rules[i].why->says != NULL);
        if (!used[i]) {
            g_error("rule %zu (%s: %s) is never used", i, rules[i].why->cite, rules[i].why->says);
        }
    }
}

/* Whether each choice is made by some cell, where the rule expects another thing. */
static void test_choices_made(void)
{
    size_t count = 0;
    const ConformRule *choices = conform_choices(&count);
    g_autofree bool *made = g_new0(bool, count);
    ConformFilter filter = whole();
    g_autoptr(GArray) cells = conform_cells(&filter);
    for (guint i = 0; i < cells->len; i++) {
        const ConformCell *cell = &g_array_index(cells, ConformCell, i);
        ConformResult result;
        const ConformRule *choice = conform_choice(cell);
        if (choice != NULL && !made[choice - choices]) {
            conform_judge(cell, &result);
            made[choice - choices] = result.verdict == CONFORM_CHOSEN;
        }
    }
    for (size_t i = 0; i < count; i++) {
        if (!made[i]) {
            g_error("choice %zu (%s) is never made", i, choices[i].why->cite);
        }
    }
}

static void test_filter(void)
{
    static const char *const words[] = { "syn-received", "RST", "left-edge", NULL };
    static const char *const unknown[] = { "ACK", "leftt", NULL };
    ConformFilter filter;
    g_assert_null(conform_filter_read(words, &filter));
    g_autoptr(GArray) cells = conform_cells(&filter);
    g_assert_cmpuint(cells->len, ==, 2 * 2); /* after either OPEN, with and without text */
    g_assert_cmpstr(conform_filter_read(unknown, &filter), ==, "leftt");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (unsigned origin = 0; origin < CONFORM_N_ORIGINS; origin++) {
        g_autofree char *path =
            g_strconcat("/study/conform/", conform_origin_to_string(origin), NULL);
        g_test_add_data_func(path, GUINT_TO_POINTER(origin), test_origin);
    }
    g_test_add_func("/study/conform/again", test_again);
    g_test_add_func("/study/conform/rules-used", test_rules_used);
    g_test_add_func("/study/conform/choices-made", test_choices_made);
    g_test_add_func("/study/conform/filter", test_filter);
    return g_test_run();
}
