#include "scenario/scenario_check_set.h"

#include "app/app_steps.h"
#include "scenario/scenario_keys.h"

#include <string.h>

/* What socket_config_changed() hands to a connection that lives. */
static const char *const live_keys[] = { "nagle", "keep-alive", "receive-buffer", "user-timeout",
                                         NULL };

typedef struct Program {
    ScenarioDiag *diag;
    bool open;        /* a connection was opened and not closed yet */
    uint32_t to_open; /* steps still to come that open one */
} Program;

static bool opens(const ScenarioStep *step)
{
    return step->kind == APP_STEP_CONNECT || step->kind == APP_STEP_LISTEN;
}

/* A call that fails, as expected, leaves nothing open either. */
static bool closes(const ScenarioStep *step)
{
    return step->kind == APP_STEP_CLOSE || step->kind == APP_STEP_ABORT ||
           step->expect.number != SOCKET_OK;
}

static uint32_t count_opening(const ScenarioList *steps)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < steps->count; i++) {
        const ScenarioStep *step = scenario_item(steps, ScenarioStep, i);
        count += opens(step) + count_opening(&step->body);
    }
    return count;
}

static void check_host_matters(const ScenarioTcp *tcp, ScenarioDiag *diag)
{
    const ScenarioValue *value = tcp->congestion.name.given ? &tcp->congestion.name
                                 : tcp->recovery.given      ? &tcp->recovery
                                                            : &tcp->hystart;
    const ScenarioPart *part = &tcp->congestion.part;
    for (uint32_t i = 0; !value->given && part->specs != NULL && part->specs[i].name != NULL; i++) {
        value = &part->values[i];
    }
    if (value->given) {
        scenario_diag_error(diag, value->mark,
                            N_("this is set under the host's 'tcp', not by a program"));
    }
}

static void check_option(const Program *program, const char *name, const ScenarioValue *value)
{
    if (program->open && !g_strv_contains(live_keys, name)) {
        scenario_diag_error(program->diag, value->mark,
                            N_("'%s' cannot change on a connection that is open; set it before "
                               "'connect', or before 'listen' on the other side"),
                            name);
    } else if (!program->open && program->to_open == 0) {
        scenario_diag_error(program->diag, value->mark,
                            N_("'%s' would change nothing: no 'connect' or 'listen' follows"),
                            name);
    }
}

static void check_options(const Program *program, const ScenarioTcp *tcp)
{
    uint32_t i = 0;
    for (const ScenarioKey *key = scenario_map_tcp.keys; key->tcp_set != NULL; key++, i++) {
        if (tcp->values[i].given) {
            check_option(program, key->spec.name, &tcp->values[i]);
        }
    }
}

static void check_steps(Program *program, const ScenarioList *steps)
{
    for (uint32_t i = 0; i < steps->count; i++) {
        const ScenarioStep *step = scenario_item(steps, ScenarioStep, i);
        if (step->tcp != NULL) {
            check_host_matters(step->tcp, program->diag);
            check_options(program, step->tcp);
        }
        if (step->kind == APP_STEP_REPEAT) {
            /* The end of one round is before the beginning of the next. */
            uint32_t again = count_opening(&step->body);
            program->to_open += again;
            check_steps(program, &step->body);
            program->to_open -= again;
        } else if (closes(step)) {
            program->open = false;
        } else if (step->kind == APP_STEP_CONNECT || step->kind == APP_STEP_ACCEPT) {
            program->open = true;
        }
        program->to_open -= opens(step);
    }
}

void scenario_check_set_steps(const ScenarioList *steps, ScenarioDiag *diag)
{
    Program program = { .diag = diag, .to_open = count_opening(steps) };
    check_steps(&program, steps);
}
