/* The scenario loader: whatever the bytes, they are refused with a message, or they are a scenario
 * whose resolved form loads again and is the same. The first line may hold a --set, after a '#'. */

#include "fuzz/fuzz.h"

#include "scenario/scenario.h"
#include "scenario/scenario_resolve.h"

#include <string.h>

/* "# set KEY=VALUE" in the first line. Owned by the caller; NULL: there is none. */
static char *setting_of(const uint8_t *data, size_t size)
{
    static const char mark[] = "# set ";
    const uint8_t *end = memchr(data, '\n', size);
    if (end == NULL || (size_t)(end - data) < strlen(mark) ||
        memcmp(data, mark, strlen(mark)) != 0) {
        return NULL;
    }
    return g_strndup((const char *)data + strlen(mark), (gsize)(end - data) - strlen(mark));
}

static Scenario *load(GBytes *bytes, const char *setting, ScenarioDiag *diag)
{
    const char *const settings[] = { setting, NULL };
    const char *const nowhere[] = { NULL };
    const ScenarioRequest request = { .path = "fuzz.yaml",
                                      .settings = settings,
                                      .folders = nowhere };
    return scenario_load_bytes(&request, bytes, diag);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    /* Files named by the input are none of ours. */
    if (memmem(data, size, "include", strlen("include")) != NULL) {
        return 0;
    }
    g_autoptr(GBytes) bytes = g_bytes_new(data, size);
    g_autofree char *setting = setting_of(data, size);
    g_autoptr(ScenarioDiag) diag = scenario_diag_new(NULL, false);
    g_autoptr(Scenario) scenario = load(bytes, setting, diag);
    g_autofree char *errors = scenario_diag_to_string(diag);
    g_assert_true((scenario == NULL) == (errors[0] != '\0'));
    g_assert_true(g_utf8_validate(errors, -1, NULL));
    if (scenario == NULL) {
        return 0;
    }
    g_autoptr(GString) resolved = scenario_resolve(scenario);
    g_autoptr(GBytes) resolved_bytes = g_bytes_new(resolved->str, resolved->len);
    g_autoptr(ScenarioDiag) diag_again = scenario_diag_new(NULL, false);
    g_autoptr(Scenario) again = load(resolved_bytes, NULL, diag_again);
    g_assert_nonnull(again);
    g_autoptr(GString) resolved_again = scenario_resolve(again);
    g_assert_cmpstr(resolved_again->str, ==, resolved->str);
    return 0;
}
