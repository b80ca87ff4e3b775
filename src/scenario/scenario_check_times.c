#include "scenario/scenario_check_times.h"

#include "app/app_steps.h"
#include "scenario/scenario_quantity.h"

/* The earliest time at which a program can be at a step: steps without a known length take none. */
typedef struct Clock {
    int64_t earliest_ns;
    bool fixed; /* by an `at` */
    ScenarioDiag *diag;
} Clock;

static int64_t later(int64_t time_ns, int64_t by_ns)
{
    return time_ns > INT64_MAX - by_ns ? INT64_MAX : time_ns + by_ns;
}

static void pass_at(Clock *clock, const ScenarioValue *at)
{
    if (at->number < clock->earliest_ns) {
        g_autofree char *due = scenario_quantity_format(SIM_UNIT_DURATION, at->number);
        g_autofree char *earliest = scenario_quantity_format(SIM_UNIT_DURATION, clock->earliest_ns);
        scenario_diag_error(clock->diag, at->mark,
                            N_("'at' is %s, but the program comes here at %s at the earliest; "
                               "times count from the start of the run"),
                            due, earliest);
    }
    clock->earliest_ns = MAX(at->number, clock->earliest_ns);
    clock->fixed = true;
}

/* to_first: no further than to the first `at`, which fixes the time of all that follows. */
static void pass(Clock *clock, const ScenarioList *steps, bool to_first)
{
    for (uint32_t i = 0; i < steps->count && !(to_first && clock->fixed); i++) {
        const ScenarioStep *step = scenario_item(steps, ScenarioStep, i);
        if (step->kind == APP_STEP_WAIT && step->wait_for.number > 0) {
            clock->earliest_ns = later(clock->earliest_ns, step->wait_for.number);
        } else if (step->kind == APP_STEP_AT) {
            pass_at(clock, &step->at_ns);
        } else if (step->kind == APP_STEP_REPEAT) {
            pass(clock, &step->body, to_first);
            if (!to_first && step->times.number != 1 && scenario_diag_count(clock->diag) == 0) {
                Clock again = { clock->earliest_ns, false, clock->diag };
                pass(&again, &step->body, true);
                clock->earliest_ns = MAX(clock->earliest_ns, again.earliest_ns);
            }
        }
    }
}

void scenario_check_times(const ScenarioProgram *program, uint32_t members, ScenarioDiag *diag)
{
    /* The last member of a family starts last. */
    unsigned __int128 spread =
        (unsigned __int128)program->start.spread_ns.number * (members - 1) / members;
    Clock clock = { later(program->start.at_ns.number, (int64_t)spread), false, diag };
    pass(&clock, &program->steps, false);
}
