#include "scenario/scenario_check_rto.h"

#include "scenario/scenario_keys.h"
#include "scenario/scenario_quantity.h"

#include <string.h>

typedef struct Bounds {
    int64_t min_ns, max_ns;
} Bounds;

static const ScenarioValue *value_of(const ScenarioTcp *tcp, const char *name)
{
    size_t i = 0;
    while (strcmp(scenario_map_tcp.keys[i].spec.name, name) != 0) {
        i++;
    }
    return &tcp->values[i];
}

/* Takes over what is given; an error if the two contradict each other then. */
static void narrow(Bounds *bounds, const ScenarioTcp *tcp, ScenarioDiag *diag)
{
    const ScenarioValue *min = value_of(tcp, "min-rto"), *max = value_of(tcp, "max-rto");
    bounds->min_ns = min->given ? min->number : bounds->min_ns;
    bounds->max_ns = max->given ? max->number : bounds->max_ns;
    if ((min->given || max->given) && bounds->min_ns > bounds->max_ns) {
        g_autofree char *least = scenario_quantity_format(SIM_UNIT_DURATION, bounds->min_ns);
        g_autofree char *most = scenario_quantity_format(SIM_UNIT_DURATION, bounds->max_ns);
        scenario_diag_error(diag, min->given ? min->mark : max->mark,
                            N_("'min-rto' is %s here, more than 'max-rto', which is %s"), least,
                            most);
    }
}

static Bounds bounds_of_host(const ScenarioTcp *host)
{
    return (Bounds){ value_of(host, "min-rto")->number, value_of(host, "max-rto")->number };
}

void scenario_check_rto(const ScenarioTcp *tcp, ScenarioDiag *diag)
{
    Bounds bounds = bounds_of_host(tcp);
    narrow(&bounds, tcp, diag);
}

static void check_steps(Bounds *bounds, const ScenarioList *steps, ScenarioDiag *diag)
{
    for (uint32_t i = 0; i < steps->count; i++) {
        const ScenarioStep *step = scenario_item(steps, ScenarioStep, i);
        if (step->tcp != NULL) {
            narrow(bounds, step->tcp, diag);
        }
        check_steps(bounds, &step->body, diag);
    }
}

void scenario_check_rto_steps(const ScenarioTcp *host, const ScenarioList *steps,
                              ScenarioDiag *diag)
{
    Bounds bounds = bounds_of_host(host);
    check_steps(&bounds, steps, diag);
}
