#include "sim/sim_params.h"

#include <glib.h>
#include <string.h>

static size_t index_of(const SimParams *params, const char *name)
{
    size_t i = 0;
    while (params->specs[i].name != NULL && strcmp(params->specs[i].name, name) != 0) {
        i++;
    }
    g_assert(params->specs[i].name != NULL);
    return i;
}

static bool is_text(SimUnit unit)
{
    return unit == SIM_UNIT_TEXT || unit == SIM_UNIT_HOST_PORT;
}

int64_t sim_params_get(const SimParams *params, const char *name)
{
    size_t i = index_of(params, name);
    g_assert(!is_text(params->specs[i].unit));
    return params->values[i];
}

const char *sim_params_text(const SimParams *params, const char *name)
{
    size_t i = index_of(params, name);
    g_assert(is_text(params->specs[i].unit));
    return params->texts[i];
}
