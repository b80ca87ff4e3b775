#include "scenario/scenario_judge.h"

#include "app/app_result.h"
#include "scenario/scenario_expect_bounds.h"

#include <string.h>

/* ---- keys ---- */

static const char *result_name(size_t i)
{
    const AppResult *result = app_result_nth(i);
    return result == NULL ? NULL : result->name;
}

#define OF_SPEC                                                                                    \
    {                                                                                              \
        .name = "of", .unit = SIM_UNIT_TEXT, .required = true,                                     \
        .help = N_("Which program: the host whose only one with this result it is, or, like "      \
                   "client#2, the second of a host.")                                              \
    }
#define BOUND_SPECS(unit_, max_)                                                                   \
    { .name = "are", .unit = unit_, .fallback = -1, .max = max_, .help = N_("Exactly so much.") }, \
        { .name = "min",                                                                           \
          .unit = unit_,                                                                           \
          .fallback = -1,                                                                          \
          .max = max_,                                                                             \
          .help = N_("At least so much.") },                                                       \
    {                                                                                              \
        .name = "max", .unit = unit_, .fallback = -1, .max = max_, .help = N_("At most so much.")  \
    }
#define MAX_NUMBER INT64_C(1000000000000000)

static const SimParamSpec bool_specs[] = {
    OF_SPEC,
    { .name = "are",
      .unit = SIM_UNIT_BOOL,
      .max = 1,
      .required = true,
      .help = N_("Whether it is so.") },
    { 0 },
};
static const SimParamSpec number_specs[] = { OF_SPEC,
                                             BOUND_SPECS(SIM_UNIT_NUMBER, MAX_NUMBER),
                                             { 0 } };
static const SimParamSpec bytes_specs[] = { OF_SPEC,
                                            BOUND_SPECS(SIM_UNIT_BYTES, SIM_PARAM_MAX_BYTES),
                                            { 0 } };
static const SimParamSpec duration_specs[] = { OF_SPEC,
                                               BOUND_SPECS(SIM_UNIT_DURATION, SIM_PARAM_MAX_NS),
                                               { 0 } };
static const SimParamSpec rate_specs[] = { OF_SPEC,
                                           BOUND_SPECS(SIM_UNIT_RATE, SIM_PARAM_MAX_BPS),
                                           { 0 } };
static const SimParamSpec probability_specs[] = { OF_SPEC,
                                                  BOUND_SPECS(SIM_UNIT_PROBABILITY, 1000000000),
                                                  { 0 } };

static const SimParamSpec *result_specs(size_t i)
{
    static const SimParamSpec *const specs[SIM_N_UNITS] = {
        [SIM_UNIT_BOOL] = bool_specs,   [SIM_UNIT_NUMBER] = number_specs,
        [SIM_UNIT_BYTES] = bytes_specs, [SIM_UNIT_DURATION] = duration_specs,
        [SIM_UNIT_RATE] = rate_specs,   [SIM_UNIT_PROBABILITY] = probability_specs,
    };
    return specs[app_result_nth(i)->unit];
}

const ScenarioParts scenario_result_parts = { result_name, result_specs };

static void take_value(const ScenarioPart *part, const char *name, ScenarioValue *out)
{
    for (uint32_t i = 0; part->specs[i].name != NULL; i++) {
        if (g_str_equal(part->specs[i].name, name)) {
            *out = part->values[i];
        }
    }
}

ScenarioExpect scenario_judge_unfold(const ScenarioExpect *expect)
{
    ScenarioExpect out = *expect;
    take_value(&expect->result, "of", &out.of);
    take_value(&expect->result, "are", &out.are);
    take_value(&expect->result, "min", &out.min);
    take_value(&expect->result, "max", &out.max);
    return out;
}

/* ---- which program ---- */

static const App *program_app(const ScenarioBuilt *built, guint i)
{
    return ((const WorldProgram *)world_programs(built->world)->pdata[i])->app;
}

/* "client" means each program of the host, "client#1" its first one. */
static bool is_meant(const char *of, const char *name)
{
    size_t host_len = strcspn(name, "#");
    bool of_host = strncmp(of, name, host_len) == 0;
    if (strchr(of, '#') == NULL) {
        return of_host && of[host_len] == '\0';
    }
    return g_str_equal(of, name) ||
           (of_host && name[host_len] == '\0' && g_str_equal(of + host_len, "#1"));
}

static uint32_t bind_one(const ScenarioBuilt *built, const ScenarioExpect *expect,
                         ScenarioDiag *diag)
{
    uint32_t found = UINT32_MAX;
    for (guint i = 0; i < world_programs(built->world)->len; i++) {
        const App *app = program_app(built, i);
        if (!is_meant(expect->of.text, app->name) ||
            !app_has_result(app->ops, expect->result.name)) {
            continue;
        }
        if (found != UINT32_MAX) {
            scenario_diag_error(diag, expect->of.mark,
                                N_("several programs of '%s' have a result '%s'; name one of them, "
                                   "like %s#2"),
                                expect->of.text, expect->result.name, expect->of.text);
            return found;
        }
        found = i;
    }
    if (found == UINT32_MAX) {
        scenario_diag_error(diag, expect->of.mark, N_("no program of '%s' has a result '%s'"),
                            expect->of.text, expect->result.name);
    }
    return found;
}

void scenario_judge_bind(ScenarioBuilt *built, const Scenario *scenario, ScenarioDiag *diag)
{
    const ScenarioList *list = &scenario->config.expect;
    for (uint32_t i = 0; i < list->count; i++) {
        const ScenarioExpect *expect = scenario_item(list, ScenarioExpect, i);
        if (expect->kind != SCENARIO_EXPECT_RESULT) {
            continue;
        }
        ScenarioExpected expected = { .expect = scenario_judge_unfold(expect) };
        expected.program = bind_one(built, &expected.expect, diag);
        g_array_append_val(built->expected, expected);
    }
}

/* ---- the verdict ---- */

static bool is_expected_to_fail(const ScenarioBuilt *built, guint program)
{
    for (guint i = 0; i < built->expected->len; i++) {
        const ScenarioExpected *expected = &g_array_index(built->expected, ScenarioExpected, i);
        if (expected->program == program &&
            g_str_equal(expected->expect.result.name, app_result_failed.name)) {
            return true;
        }
    }
    return false;
}

static char *failure_text(const App *app, const Lang *lang)
{
    g_autofree char *what = g_strdup_printf(lang_text(lang, N_("program '%s': %s")), app->name,
                                            lang_text(lang, app->failure));
    if (app->failure_error == app->failure_expected) {
        return g_steal_pointer(&what);
    }
    return g_strdup_printf(lang_text(lang, N_("%s: it was '%s', expected '%s'")), what,
                           socket_error_to_string(app->failure_error),
                           socket_error_to_string(app->failure_expected));
}

void scenario_judge_programs(ScenarioBuilt *built, const Lang *lang)
{
    for (guint i = 0; i < world_programs(built->world)->len; i++) {
        const App *app = program_app(built, i);
        if (app->failure == NULL || is_expected_to_fail(built, i)) {
            continue;
        }
        const ScenarioSteps *steps = &g_array_index(built->steps, ScenarioSteps, i);
        const ScenarioProgram *program = g_array_index(built->programs, const ScenarioProgram *, i);
        ScenarioMark mark =
            app->failure_step < steps->count ? steps->marks[app->failure_step] : program->mark;
        scenario_failure_add(built->failures, mark, failure_text(app, lang));
    }
}

static const AppResult *find_result(const App *app, const char *name)
{
    const AppResult *const *at = app->ops->results;
    while (!g_str_equal((*at)->name, name)) {
        at++;
    }
    return *at;
}

void scenario_judge_results(ScenarioBuilt *built, const Lang *lang)
{
    for (guint i = 0; i < built->expected->len; i++) {
        const ScenarioExpected *expected = &g_array_index(built->expected, ScenarioExpected, i);
        const ScenarioExpect *expect = &expected->expect;
        const App *app = program_app(built, expected->program);
        const AppResult *result = find_result(app, expect->result.name);
        int64_t value = result->get(app);
        g_autofree char *wrong =
            value == APP_NO_RESULT
                ? g_strdup_printf(lang_text(lang, N_("program '%s' has nothing to tell of it")),
                                  app->name)
                : scenario_expect_bounds(expect, value, result->unit, lang);
        if (wrong != NULL) {
            scenario_failure_add(built->failures, expect->mark,
                                 g_strdup_printf("%s: %s", result->name, wrong));
        }
    }
}
