#include "scenario/scenario_expect_bounds.h"

#include "scenario/scenario_quantity.h"

static bool is_within(const ScenarioExpect *expect, int64_t number)
{
    return (!expect->are.given || number == expect->are.number) &&
           (!expect->min.given || number >= expect->min.number) &&
           (!expect->max.given || number <= expect->max.number);
}

static char *number_text(SimUnit unit, int64_t number)
{
    return unit == SIM_UNIT_BOOL ? g_strdup(number != 0 ? "true" : "false")
                                 : scenario_quantity_format(unit, number);
}

/* "exactly 1", "at least 1kB and at most 2kB". Owned by the caller. */
static char *bounds_text(const ScenarioExpect *expect, SimUnit unit, const Lang *lang)
{
    if (expect->are.given) {
        g_autofree char *are = number_text(unit, expect->are.number);
        return g_strdup_printf(lang_text(lang, N_("exactly %s")), are);
    }
    g_autofree char *min = number_text(unit, MAX(expect->min.number, 0));
    g_autofree char *max = number_text(unit, MAX(expect->max.number, 0));
    if (expect->min.given && expect->max.given) {
        return g_strdup_printf(lang_text(lang, N_("at least %s and at most %s")), min, max);
    }
    return expect->min.given ? g_strdup_printf(lang_text(lang, N_("at least %s")), min)
                             : g_strdup_printf(lang_text(lang, N_("at most %s")), max);
}

char *scenario_expect_bounds(const ScenarioExpect *expect, int64_t number, SimUnit unit,
                             const Lang *lang)
{
    if (is_within(expect, number)) {
        return NULL;
    }
    g_autofree char *wanted = bounds_text(expect, unit, lang);
    g_autofree char *seen = number_text(unit, number);
    return g_strdup_printf(lang_text(lang, N_("it was %s, expected %s")), seen, wanted);
}
