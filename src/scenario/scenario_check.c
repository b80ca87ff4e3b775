#include "scenario/scenario_check.h"

#include "app/app_steps.h"
#include "scenario/scenario_check_apps.h"
#include "scenario/scenario_check_network.h"
#include "scenario/scenario_check_rto.h"
#include "scenario/scenario_check_set.h"
#include "scenario/scenario_check_times.h"
#include "scenario/scenario_checker.h"
#include "scenario/scenario_judge.h"
#include "scenario/scenario_keys.h"
#include "scenario/scenario_names.h"
#include "scenario/scenario_segment.h"

#include <string.h>

/* Hosts */

static void check_route(const ScenarioChecker *checker, const ScenarioRoute *route)
{
    InetAddr network;
    uint8_t bits;
    ScenarioRef via;
    if (!g_str_equal(route->to.text, "default")) {
        scenario_check_prefix(&route->to, checker->diag, &network, &bits);
    }
    if (scenario_checker_host(checker, &route->via, &via) && via.last > via.first) {
        scenario_diag_error(checker->diag, route->via.mark,
                            N_("'%s' is many hosts; name one of them"), route->via.text);
    }
}

static void check_host(const ScenarioChecker *checker, const ScenarioHost *host)
{
    for (uint32_t i = 0; i < host->routes.count; i++) {
        check_route(checker, scenario_item(&host->routes, ScenarioRoute, i));
    }
    scenario_check_rto(&host->tcp, checker->diag);
}

/* Links */

static void check_end(const ScenarioChecker *checker, const ScenarioLink *link,
                      const ScenarioEnd *end)
{
    const ScenarioValue name = { .text = end->head.name, .mark = end->head.mark, .given = true };
    bool is_end = false;
    uint32_t members = scenario_names_link_members(checker->names, link);
    for (uint32_t i = members == 0 ? 0 : 1; i <= members; i++) {
        is_end |= scenario_names_direction(checker->names, link, i, end->head.name) >= 0;
    }
    if (!is_end) {
        scenario_diag_error(checker->diag, name.mark, N_("'%s' is no end of link '%s'"), name.text,
                            link->head.name);
    }
}

static void check_loss(const ScenarioChecker *checker, const ScenarioWire *wire)
{
    if (wire->loss.model.given && wire->loss.chance_ppb.number > 0) {
        scenario_checker_beside(checker, &wire->loss.chance_ppb, "chance", "model");
    }
}

static void check_link(const ScenarioChecker *checker, const ScenarioLink *link)
{
    InetAddr network;
    uint8_t bits;
    if (link->network.given) {
        scenario_check_prefix(&link->network, checker->diag, &network, &bits);
    }
    for (uint32_t i = 0; i < link->ends.count; i++) {
        check_end(checker, link, scenario_item(&link->ends, ScenarioEnd, i));
    }
    for (uint32_t i = 0; i < link->toward.count; i++) {
        const ScenarioToward *toward = scenario_item(&link->toward, ScenarioToward, i);
        if (scenario_names_direction(checker->names, link, 0, toward->head.name) < 0) {
            scenario_diag_error(checker->diag, toward->head.mark, N_("'%s' is no end of link '%s'"),
                                toward->head.name, link->head.name);
        }
        check_loss(checker, &toward->wire);
    }
    check_loss(checker, &link->wire);
    for (uint32_t side = 0; side < 2; side++) {
        const ScenarioValue *end = scenario_item(&link->between, ScenarioValue, side);
        ScenarioRef ref;
        if (link->type.number == PACKET_LINK_RAW_IP &&
            scenario_names_host(checker->names, end->text, &ref) &&
            ref.host->kind.number == SCENARIO_SWITCH) {
            scenario_diag_error(checker->diag, link->type.mark,
                                N_("a raw-ip link cannot end at the switch '%s'"), end->text);
        }
    }
}

/* Without a spanning tree a loop of switches would carry one broadcast for ever. */
static void check_switch_loops(const ScenarioChecker *checker)
{
    const ScenarioLink *loop = checker->plan->loop;
    if (loop != NULL) {
        scenario_diag_error(checker->diag, loop->head.mark,
                            N_("link '%s' closes a loop of switches"), loop->head.name);
    }
}

/* Programs */

/* Whether there is a way from each member that runs the program to the host it names. */
static void check_way(const ScenarioChecker *checker, const ScenarioValue *value,
                      const ScenarioRef *runs, const ScenarioRef *to, bool star)
{
    for (uint32_t member = runs->first; runs->host != NULL && member <= runs->last; member++) {
        uint32_t to_member = star ? member : to->first;
        if (!scenario_plan_joined(checker->plan,
                                  scenario_plan_node(checker->plan, runs->host, member),
                                  scenario_plan_node(checker->plan, to->host, to_member))) {
            g_autofree char *from = scenario_member_name(runs->host->head.name, member);
            g_autofree char *name = scenario_member_name(to->host->head.name, to_member);
            scenario_diag_error(checker->diag, value->mark,
                                N_("there is no way from '%s' to '%s': no links, switches and "
                                   "routers lead there"),
                                from, name);
            return;
        }
    }
}

/* A host named in a program that members from first to last run: a star is the member's own number.
 */
static void check_target(const ScenarioChecker *checker, const ScenarioValue *value,
                         const char *host, const ScenarioRef *runs)
{
    const ScenarioValue name = { .text = host, .mark = value->mark, .given = true };
    InetAddr addr;
    ScenarioRef ref;
    if (g_ascii_isdigit(host[0])) {
        scenario_check_address(&name, checker->diag, &addr);
        return;
    }
    if (!scenario_checker_host(checker, &name, &ref)) {
        return;
    }
    bool star = strchr(host, '*') != NULL;
    if (ref.host->kind.number == SCENARIO_SWITCH) {
        scenario_diag_error(checker->diag, value->mark, N_("the switch '%s' has no address"), host);
    } else if (star && runs->last == 0) {
        scenario_diag_error(checker->diag, value->mark,
                            N_("'%s' stands for the member with the same number, but the program "
                               "runs on a single host"),
                            value->text);
    } else if (star && runs->last > ref.last) {
        scenario_diag_error(checker->diag, value->mark,
                            N_("'%s' has %u members, but the program runs on member %u"), host,
                            ref.last, runs->last);
    } else if (!star && ref.last > ref.first) {
        scenario_diag_error(checker->diag, value->mark, N_("'%s' is many hosts; name one of them"),
                            host);
    } else {
        check_way(checker, value, runs, &ref, star);
    }
}

static void check_host_port(const ScenarioChecker *checker, const ScenarioValue *value,
                            const ScenarioRef *runs)
{
    const char *colon = strrchr(value->text, ':');
    g_autofree char *host = g_strndup(value->text, (gsize)(colon - value->text));
    check_target(checker, value, host, runs);
}

static void check_steps(const ScenarioChecker *checker, const ScenarioList *steps,
                        const ScenarioRef *runs)
{
    for (uint32_t i = 0; i < steps->count; i++) {
        const ScenarioStep *step = scenario_item(steps, ScenarioStep, i);
        InetAddr addr;
        if (step->to.given) {
            check_host_port(checker, &step->to, runs);
        }
        if (step->address.given) {
            scenario_check_address(&step->address, checker->diag, &addr);
        }
        if (step->kind == APP_STEP_SEND && step->bytes.given && step->text.given) {
            scenario_checker_beside(checker, &step->text, "text", "bytes");
        } else if (step->kind == APP_STEP_SEND && !step->bytes.given && !step->text.given) {
            scenario_checker_needs(checker, step->mark, "send", "bytes");
        }
        check_steps(checker, &step->body, runs);
    }
}

static void check_app(const ScenarioChecker *checker, const ScenarioPart *app,
                      const ScenarioRef *runs)
{
    for (uint32_t i = 0; app->specs != NULL && app->specs[i].name != NULL; i++) {
        const ScenarioValue *value = &app->values[i];
        if (app->specs[i].unit == SIM_UNIT_HOST_PORT && value->given) {
            check_host_port(checker, value, runs);
        } else if (app->specs[i].unit == SIM_UNIT_TEXT && value->given) {
            check_target(checker, value, value->text, runs); /* the only texts programs have */
        }
    }
}

static void check_programs(const ScenarioChecker *checker, const ScenarioPrograms *programs)
{
    const ScenarioValue name = { .text = programs->head.name,
                                 .mark = programs->head.mark,
                                 .given = true };
    ScenarioRef runs;
    if (!scenario_checker_host(checker, &name, &runs)) {
        return;
    }
    if (runs.host->kind.number == SCENARIO_SWITCH) {
        scenario_diag_error(checker->diag, name.mark, N_("the switch '%s' cannot run programs"),
                            name.text);
    }
    for (uint32_t i = 0; i < programs->programs.count; i++) {
        const ScenarioProgram *program = scenario_item(&programs->programs, ScenarioProgram, i);
        if (program->kind == SCENARIO_PROGRAM_STEPS) {
            check_steps(checker, &program->steps, &runs);
            scenario_check_set_steps(&program->steps, checker->diag);
            scenario_check_rto_steps(&runs.host->tcp, &program->steps, checker->diag);
            scenario_check_times(program, runs.last - runs.first + 1, checker->diag);
        } else {
            check_app(checker, &program->app, &runs);
        }
        if (program->start.spread_ns.number > 0 && runs.last == 0) {
            scenario_diag_error(checker->diag, program->start.spread_ns.mark,
                                N_("'spread' is for a family; '%s' is a single host"), name.text);
        }
    }
}

/* Connections */

/* "client-server-80", perhaps with "-2": whether it begins with the name of a host and a '-'. */
static bool may_be_connection(const ScenarioChecker *checker, const char *text)
{
    for (const char *dash = strchr(text, '-'); dash != NULL; dash = strchr(dash + 1, '-')) {
        g_autofree char *host = g_strndup(text, (gsize)(dash - text));
        ScenarioRef ref;
        if (scenario_names_host(checker->names, host, &ref) || g_ascii_isdigit(host[0])) {
            return true;
        }
    }
    return false;
}

static void check_of(const ScenarioChecker *checker, const ScenarioValue *of)
{
    ScenarioRef ref;
    if (!of->given || may_be_connection(checker, of->text)) {
        return;
    }
    if (scenario_checker_host(checker, of, &ref) && ref.last > ref.first) {
        scenario_diag_error(checker->diag, of->mark, N_("'%s' is many hosts; name one of them"),
                            of->text);
    }
}

/* Faults, events, injections */

static void check_fault(const ScenarioChecker *checker, const ScenarioFault *fault)
{
    scenario_checker_direction(checker, &fault->link, &fault->toward);
    if (fault->action.number == SCENARIO_FAULT_DELAY && !fault->by_ns.given) {
        scenario_checker_needs(checker, fault->action.mark, "delay", "by");
    }
    if (fault->match.stream_to.number > 0 &&
        fault->match.stream_to.number <= fault->match.stream_from.number) {
        scenario_diag_error(checker->diag, fault->match.stream_to.mark,
                            N_("'%s' must be larger than '%s'"), "to-byte", "from-byte");
    }
}

/* The parts of a wire that stay what they are during a run. */
static void check_change(const ScenarioChecker *checker, const ScenarioWire *set)
{
    const ScenarioValue *fixed = set->queue.type.given    ? &set->queue.type
                                 : set->queue.model.given ? &set->queue.model
                                                          : &set->loss.model;
    if (fixed->given) {
        scenario_diag_error(checker->diag, fixed->mark, N_("'%s' cannot change during a run"),
                            fixed->text);
    }
}

static void check_host_event(const ScenarioChecker *checker, const ScenarioEvent *event)
{
    ScenarioRef ref;
    if (event->set != NULL) {
        scenario_checker_beside(checker, &event->host, "host", "set");
    } else if (event->action.number < SCENARIO_EVENT_CRASH) {
        scenario_diag_error(checker->diag,
                            event->action.given ? event->action.mark : event->host.mark,
                            N_("an event of a host needs 'do: crash' or 'do: reboot'"));
    }
    if (scenario_checker_host(checker, &event->host, &ref) &&
        ref.host->kind.number == SCENARIO_SWITCH) {
        scenario_diag_error(checker->diag, event->host.mark, N_("a switch cannot crash: '%s'"),
                            event->host.text);
    }
}

static void check_event(const ScenarioChecker *checker, const ScenarioEvent *event)
{
    if (event->host.given == event->link.given) {
        scenario_diag_error(checker->diag, event->head.mark,
                            N_("an event needs either 'link' or 'host'"));
        return;
    }
    if (event->host.given) {
        check_host_event(checker, event);
        return;
    }
    scenario_checker_direction(checker, &event->link, &event->toward);
    bool up_or_down = event->action.given && event->action.number < SCENARIO_EVENT_CRASH;
    if ((event->set != NULL) == up_or_down || (event->action.given && !up_or_down)) {
        scenario_diag_error(checker->diag, event->link.mark,
                            N_("an event of a link needs 'set', 'do: up' or 'do: down'"));
    } else if (up_or_down && event->toward.given) {
        scenario_checker_beside(checker, &event->toward, "toward", "do");
    }
    if (event->set != NULL) {
        check_change(checker, event->set);
    }
}

static void check_inject(const ScenarioChecker *checker, const ScenarioInject *inject)
{
    static const ScenarioRef nobody = { 0 };
    ScenarioRef ref;
    if (scenario_checker_direction(checker, &inject->link, &inject->toward) &&
        scenario_names_link(checker->names, inject->link.text, &ref) && ref.last > ref.first) {
        scenario_diag_error(checker->diag, inject->link.mark,
                            N_("'%s' is many links; name one of them"), inject->link.text);
    }
    if (inject->raw.given == inject->segment.given) {
        scenario_diag_error(checker->diag, inject->head.mark,
                            N_("an injection needs either 'segment' or 'raw'"));
        return;
    }
    const ScenarioValue *beside = inject->from.given ? &inject->from
                                  : inject->to.given ? &inject->to
                                                     : &inject->of;
    if (inject->raw.given && beside->given) {
        scenario_checker_beside(checker, beside,
                                inject->from.given ? "from"
                                : inject->to.given ? "to"
                                                   : "of",
                                "raw");
    }
    if (inject->raw.given) {
        return;
    }
    ScenarioSegment segment;
    g_autofree char *wrong =
        scenario_segment_parse(inject->segment.text, scenario_diag_lang(checker->diag), &segment);
    if (wrong != NULL) {
        scenario_diag_error(checker->diag, inject->segment.mark, "%s", wrong);
    }
    if (!inject->from.given || !inject->to.given) {
        scenario_checker_needs(checker, inject->segment.mark, "segment",
                               inject->from.given ? "to" : "from");
        return;
    }
    check_of(checker, &inject->of);
    check_host_port(checker, &inject->from, &nobody);
    check_host_port(checker, &inject->to, &nobody);
}

/* Expectations */

static void check_bounds(const ScenarioChecker *checker, const ScenarioExpect *expect)
{
    bool any = expect->are.given || expect->min.given || expect->max.given;
    if (!any) {
        scenario_diag_error(checker->diag, expect->mark, N_("this needs 'are', 'min' or 'max'"));
    } else if (expect->are.given && (expect->min.given || expect->max.given)) {
        scenario_checker_beside(checker, &expect->are, "are", expect->min.given ? "min" : "max");
    } else if (expect->min.given && expect->max.given && expect->min.number > expect->max.number) {
        scenario_diag_error(checker->diag, expect->max.mark, N_("'%s' must be larger than '%s'"),
                            "max", "min");
    }
}

static void check_expect(const ScenarioChecker *checker, const ScenarioExpect *expect)
{
    ScenarioRef ref;
    if (expect->kind == SCENARIO_EXPECT_RESULT) {
        const ScenarioExpect result = scenario_judge_unfold(expect);
        check_bounds(checker, &result);
        return;
    }
    check_of(checker, &expect->of);
    if (expect->at.given) {
        scenario_checker_host(checker, &expect->at, &ref);
    }
    if (expect->link.given) {
        scenario_checker_direction(checker, &expect->link, &expect->toward);
    } else if (expect->toward.given) {
        scenario_checker_needs(checker, expect->toward.mark, "toward", "link");
    }
    if (expect->kind == SCENARIO_EXPECT_DROPS && expect->link.given && expect->at.given) {
        scenario_checker_beside(checker, &expect->at, "at", "link");
    }
    static const bool bounded[SCENARIO_N_EXPECTS] = {
        [SCENARIO_EXPECT_RETRANSMISSIONS] = true, [SCENARIO_EXPECT_SEGMENTS] = true,
        [SCENARIO_EXPECT_DROPS] = true,           [SCENARIO_EXPECT_COMPLETION] = true,
        [SCENARIO_EXPECT_DELIVERED] = true,       [SCENARIO_EXPECT_MARKS] = true,
        [SCENARIO_EXPECT_CE_RECEIVED] = true,     [SCENARIO_EXPECT_ECE_SENT] = true,
        [SCENARIO_EXPECT_ECN_REDUCTIONS] = true,
    };
    if (bounded[expect->kind]) {
        check_bounds(checker, expect);
    }
    if (expect->kind == SCENARIO_EXPECT_STORY && !expect->tells.given && !expect->never.given) {
        scenario_diag_error(checker->diag, expect->mark, N_("this needs 'tells' or 'never'"));
    }
}

static void check_hosts_exist(const ScenarioChecker *checker, const ScenarioList *values)
{
    ScenarioRef ref;
    for (uint32_t i = 0; i < values->count; i++) {
        scenario_checker_host(checker, scenario_item(values, ScenarioValue, i), &ref);
    }
}

/* Calls check on each item of a list. */
#define CHECK_EACH(checker, list, type, check)                                                     \
    do {                                                                                           \
        for (uint32_t i_ = 0; i_ < (list)->count; i_++) {                                          \
            check(checker, scenario_item(list, type, i_));                                         \
        }                                                                                          \
    } while (0)

void scenario_check(const Scenario *scenario, ScenarioDiag *diag)
{
    const ScenarioConfig *config = &scenario->config;
    g_autoptr(ScenarioPlan) plan = scenario_plan_new(config, scenario->names);
    const ScenarioChecker it = {
        .config = config, .names = scenario->names, .plan = plan, .diag = diag
    };
    CHECK_EACH(&it, &config->hosts, ScenarioHost, check_host);
    CHECK_EACH(&it, &config->links, ScenarioLink, check_link);
    check_switch_loops(&it);
    scenario_check_networks(plan, diag);
    CHECK_EACH(&it, &config->apps, ScenarioPrograms, check_programs);
    CHECK_EACH(&it, &config->faults, ScenarioFault, check_fault);
    CHECK_EACH(&it, &config->events, ScenarioEvent, check_event);
    CHECK_EACH(&it, &config->inject, ScenarioInject, check_inject);
    CHECK_EACH(&it, &config->expect, ScenarioExpect, check_expect);
    check_hosts_exist(&it, &config->captures);
    if (scenario_diag_count(diag) == 0) {
        scenario_check_apps(scenario, diag);
    }
}
