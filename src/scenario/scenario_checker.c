#include "scenario/scenario_checker.h"

#include <string.h>

static void report_unknown(const ScenarioChecker *checker, const ScenarioValue *value,
                           const char *meant, const char *plain, const char *suggesting)
{
    if (meant != NULL && strchr(value->text, '.') == NULL) {
        scenario_diag_error(checker->diag, value->mark, suggesting, value->text, meant);
    } else {
        scenario_diag_error(checker->diag, value->mark, plain, value->text);
    }
}

bool scenario_checker_host(const ScenarioChecker *checker, const ScenarioValue *value,
                           ScenarioRef *out_ref)
{
    if (scenario_names_host(checker->names, value->text, out_ref)) {
        return true;
    }
    report_unknown(checker, value, scenario_names_suggest_host(checker->names, value->text),
                   N_("there is no host '%s'"), N_("there is no host '%s'; did you mean '%s'?"));
    return false;
}

static bool find_link(const ScenarioChecker *checker, const ScenarioValue *value,
                      ScenarioRef *out_ref)
{
    if (scenario_names_link(checker->names, value->text, out_ref)) {
        return true;
    }
    report_unknown(checker, value, scenario_names_suggest_link(checker->names, value->text),
                   N_("there is no link '%s'"), N_("there is no link '%s'; did you mean '%s'?"));
    return false;
}

bool scenario_checker_direction(const ScenarioChecker *checker, const ScenarioValue *link,
                                const ScenarioValue *toward)
{
    ScenarioRef ref;
    if (!find_link(checker, link, &ref)) {
        return false;
    }
    if (!toward->given) {
        return true;
    }
    for (uint32_t member = ref.first; member <= ref.last; member++) {
        if (scenario_names_direction(checker->names, ref.link, member, toward->text) < 0) {
            scenario_diag_error(checker->diag, toward->mark, N_("'%s' is no end of link '%s'"),
                                toward->text, link->text);
            return false;
        }
    }
    return true;
}

void scenario_checker_beside(const ScenarioChecker *checker, const ScenarioValue *value,
                             const char *key, const char *other)
{
    scenario_diag_error(checker->diag, value->mark, N_("'%s' cannot stand beside '%s'"), key,
                        other);
}

void scenario_checker_needs(const ScenarioChecker *checker, ScenarioMark mark, const char *key,
                            const char *other)
{
    scenario_diag_error(checker->diag, mark, N_("'%s' needs '%s' beside it"), key, other);
}
