#include "study/torture_run.h"

#include "scenario/scenario_watch.h"

#define SLICE_NS (10 * SIM_NS_PER_S)
#define MOST_PACKETS_FLOOR 10000u
#define MOST_PACKETS_TIMES 10u

static const char *const words[TORTURE_N_CHECKS] = {
    [TORTURE_FINE] = "fine",
    [TORTURE_ASSERTION] = "assertion",
    [TORTURE_NOT_SAME] = "not-same",
    [TORTURE_WRONG_BYTES] = "wrong-bytes",
    [TORTURE_BOOKS] = "books",
    [TORTURE_ENDLESS] = "endless",
    [TORTURE_BYTES_LOST] = "bytes-lost",
    [TORTURE_LEFT_OPEN] = "left-open",
    [TORTURE_HANGS] = "hangs",
};

const char *torture_check_to_string(TortureCheck check)
{
    return words[check];
}

char *torture_verdict_text(const TortureVerdict *verdict, const Lang *lang)
{
    const char *text = verdict->text;
    unsigned long long a = verdict->numbers[0], b = verdict->numbers[1];
    switch (verdict->check) {
    case TORTURE_FINE:
    case TORTURE_N_CHECKS:
        break;
    case TORTURE_ASSERTION:
        return g_strdup_printf(lang_text(lang, N_("an assertion failed: %s")), text);
    case TORTURE_NOT_SAME:
        return g_strdup_printf(
            lang_text(lang, N_("packet %llu, before the fault, is not the one of the run without")),
            a);
    case TORTURE_WRONG_BYTES:
        return g_strdup_printf(lang_text(lang, N_("'%s' read %llu bytes other than were sent")),
                               text, a);
    case TORTURE_BOOKS:
        return g_strdup_printf(
            lang_text(lang, N_("the books of the wire toward '%s' do not balance: %llu packets "
                               "and copies entered, %llu were dropped or arrived")),
            text, a, b);
    case TORTURE_ENDLESS:
        return g_strdup_printf(
            lang_text(lang, N_("the run does not come to an end; it was stopped after %llu "
                               "packets")),
            a);
    case TORTURE_BYTES_LOST:
        return g_strdup_printf(
            lang_text(lang, N_("'%s' wrote %llu bytes, its peer read %llu, and nobody was told of "
                               "an error")),
            text, a, b);
    case TORTURE_LEFT_OPEN:
        return g_strdup_printf(lang_text(lang, N_("a connection of '%s' is never closed")), text);
    case TORTURE_HANGS:
        return g_strdup_printf(lang_text(lang, N_("the program '%s' never ends")), text);
    }
    return g_strdup("");
}

/* One run while it lives. */
typedef struct Run {
    ScenarioBuilt *built;
    TortureWatch *watch;
    ScenarioWatch *names; /* NULL: nothing is injected by the name of a connection */
} Run;

static void run_clear(Run *run)
{
    g_clear_pointer(&run->watch, torture_watch_free);
    g_clear_pointer(&run->built, scenario_built_free);
    g_clear_pointer(&run->names, scenario_watch_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Run, run_clear)

static bool needs_names(const Scenario *scenario)
{
    for (uint32_t i = 0; i < scenario->config.inject.count; i++) {
        if (scenario_item(&scenario->config.inject, ScenarioInject, i)->of.given) {
            return true;
        }
    }
    return false;
}

static bool run_begin(Run *run, Scenario *scenario, const TortureModel *model, bool keep,
                      ScenarioDiag *diag)
{
    run->built = scenario_build(scenario, NULL, diag);
    if (run->built == NULL) {
        return false;
    }
    if (needs_names(scenario)) {
        run->names = scenario_watch_new(scenario, run->built, TRACE_LEVEL_CONNECTIONS, false);
    }
    run->watch = torture_watch_new(run->built->world, model, keep);
    return true;
}

static const App *program_app(const World *world, guint i)
{
    return ((const WorldProgram *)world_programs(world)->pdata[i])->app;
}

/* Whether all is over that was over without a fault; done NULL: all connections. */
static bool is_over(const Run *run, const GArray *done)
{
    const World *world = run->built->world;
    for (guint i = 0; done != NULL && i < done->len; i++) {
        if (g_array_index(done, bool, i) && !program_app(world, i)->done) {
            return false;
        }
    }
    return run->watch->open_ends == 0;
}

/* Runs to from_ns, and on until all has been over for a whole slice, or to bound_ns. The time of
 * the last event. */
static int64_t run_to_end(const Run *run, const GArray *done, int64_t from_ns, int64_t bound_ns)
{
    World *world = run->built->world;
    Sim *sim = world_sim(world);
    world_run(world, from_ns);
    bool was_over = false;
    for (int64_t at_ns = from_ns; at_ns < bound_ns && !run->watch->endless;) {
        bool over = is_over(run, done);
        if ((over && was_over) || sim_next_at(sim) == SIM_NEVER) {
            break;
        }
        was_over = over;
        at_ns = MIN(at_ns + SLICE_NS, bound_ns);
        world_run(world, at_ns);
    }
    world_settle(world);
    torture_watch_finish(run->watch);
    return sim_last_at(sim);
}

/* ---- the verdict ---- */

static TortureVerdict verdict_of(TortureCheck check, const char *text, uint64_t a, uint64_t b)
{
    TortureVerdict verdict = { .check = check, .numbers = { a, b } };
    g_strlcpy(verdict.text, text, sizeof verdict.text);
    return verdict;
}

static TortureVerdict judge_sameness(const TortureBase *base, const Run *run)
{
    const TortureWatch *watch = run->watch;
    uint32_t differs_at = watch->differs_at;
    if (watch->model.packets != NULL && watch->packet_count <= watch->model.same_until) {
        differs_at = MIN(differs_at, watch->packet_count);
    }
    return verdict_of(differs_at == TORTURE_NO_PACKET ? TORTURE_FINE : TORTURE_NOT_SAME, "",
                      (uint64_t)differs_at + 1, 0);
}

static TortureVerdict judge_bytes(const TortureBase *base, const Run *run)
{
    const GPtrArray *nodes = world_nodes(run->built->world);
    for (guint i = 0; i < nodes->len; i++) {
        const WorldNode *node = nodes->pdata[i];
        uint64_t wrong = node->sockets == NULL ? 0 : socket_host_wrong_bytes(node->sockets);
        if (wrong > 0) {
            return verdict_of(TORTURE_WRONG_BYTES, node->net->name, wrong, 0);
        }
    }
    return (TortureVerdict){ 0 };
}

static TortureVerdict judge_books(const TortureBase *base, const Run *run)
{
    const GPtrArray *links = world_links(run->built->world);
    bool is_empty = sim_next_at(world_sim(run->built->world)) == SIM_NEVER;
    for (guint i = 0; i < 2 * links->len; i++) {
        const WorldLink *link = links->pdata[i / 2];
        NetWireStats stats = net_wire_stats(net_link_wire(link->net, i % 2));
        const TortureWire *wire = &run->watch->wires[i];
        uint64_t in = wire->seen + stats.duplicated_pkts;
        uint64_t out = wire->dropped + stats.arrived_pkts;
        if (wire->seen != stats.offered_pkts || in < out || (is_empty && in != out)) {
            return verdict_of(TORTURE_BOOKS, link->end[1 - i % 2].node->net->name, in, out);
        }
    }
    return (TortureVerdict){ 0 };
}

static TortureVerdict judge_end(const TortureBase *base, const Run *run)
{
    return verdict_of(run->watch->endless ? TORTURE_ENDLESS : TORTURE_FINE, "",
                      run->watch->packet_count, 0);
}

static bool is_error(const TortureEnd *end)
{
    return end != NULL && end->reason != TCP_REASON_NONE && end->reason != TCP_REASON_CLOSED;
}

/* A program ended in another way than it says, because of what it was told: what it leaves undone
 * is its own. */
static bool has_failed_program(const Run *run)
{
    const World *world = run->built->world;
    for (guint i = 0; i < world_programs(world)->len; i++) {
        if (program_app(world, i)->failure != NULL) {
            return true;
        }
    }
    return false;
}

static TortureVerdict judge_delivery(const TortureBase *base, const Run *run)
{
    const GArray *ends = run->watch->ends;
    for (guint i = 0; i < ends->len; i++) {
        const TortureEnd *end = &g_array_index(ends, TortureEnd, i);
        const TortureEnd *peer = torture_watch_peer(run->watch, end);
        uint64_t read_bytes = peer == NULL ? 0 : peer->read_bytes;
        if (read_bytes != end->written_bytes && !is_error(end) && !is_error(peer) &&
            !has_failed_program(run)) {
            return verdict_of(TORTURE_BYTES_LOST, end->host, end->written_bytes, read_bytes);
        }
    }
    return (TortureVerdict){ 0 };
}

/* A connection of the same numbers has been there before: a late third segment has brought it back
 * by its SYN cookie (RFC 4987 3.6). */
static bool is_revived(const TortureWatch *watch, const TortureEnd *end)
{
    for (guint i = 0; i < watch->ends->len; i++) {
        const TortureEnd *other = &g_array_index(watch->ends, TortureEnd, i);
        if (other != end && other->conn == NULL && other->iss == end->iss &&
            other->irs == end->irs && other->port == end->port &&
            other->peer_port == end->peer_port && inet_addr_equal(other->addr, end->addr) &&
            inet_addr_equal(other->peer_addr, end->peer_addr)) {
            return true;
        }
    }
    return false;
}

/* The peer has given the connection up, or knows nothing of it, and this end has nothing to say by
 * which it would learn of it. */
static bool is_half_open(const Run *run, const TortureEnd *end)
{
    return end->in_flight_bytes == 0 &&
           (is_error(torture_watch_peer(run->watch, end)) || is_revived(run->watch, end));
}

static bool has_half_open(const Run *run)
{
    for (guint i = 0; i < run->watch->ends->len; i++) {
        const TortureEnd *end = &g_array_index(run->watch->ends, TortureEnd, i);
        if (end->conn != NULL && is_half_open(run, end)) {
            return true;
        }
    }
    return false;
}

static TortureVerdict judge_connections(const TortureBase *base, const Run *run)
{
    for (guint i = 0; i < run->watch->ends->len; i++) {
        const TortureEnd *end = &g_array_index(run->watch->ends, TortureEnd, i);
        if (end->conn != NULL && !is_half_open(run, end) && !has_failed_program(run)) {
            return verdict_of(TORTURE_LEFT_OPEN, end->host, 0, 0);
        }
    }
    return (TortureVerdict){ 0 };
}

static TortureVerdict judge_programs(const TortureBase *base, const Run *run)
{
    const World *world = run->built->world;
    bool may_wait = run->watch->errors > 0 || has_half_open(run) || has_failed_program(run);
    for (guint i = 0; i < base->done->len && !may_wait; i++) {
        const App *app = program_app(world, i);
        if (g_array_index(base->done, bool, i) && !app->done && !app->stats.has_datagrams) {
            return verdict_of(TORTURE_HANGS, app->name, 0, 0);
        }
    }
    return (TortureVerdict){ 0 };
}

/* In the order of their gravity; one that stops before its end can be held to the first alone. */
static const struct {
    TortureCheck check;
    bool of_cut_runs;
    TortureVerdict (*judge)(const TortureBase *base, const Run *run);
} judges[] = {
    { TORTURE_NOT_SAME, true, judge_sameness },    { TORTURE_WRONG_BYTES, true, judge_bytes },
    { TORTURE_BOOKS, true, judge_books },          { TORTURE_ENDLESS, true, judge_end },
    { TORTURE_BYTES_LOST, false, judge_delivery }, { TORTURE_LEFT_OPEN, false, judge_connections },
    { TORTURE_HANGS, false, judge_programs },
};

static TortureVerdict judge(const TortureBase *base, const Run *run)
{
    for (size_t i = 0; i < G_N_ELEMENTS(judges); i++) {
        if (base->judged[judges[i].check]) {
            TortureVerdict verdict = judges[i].judge(base, run);
            if (verdict.check != TORTURE_FINE) {
                return verdict;
            }
        }
    }
    return (TortureVerdict){ 0 };
}

/* ---- the run without faults ---- */

/* How long a host tries before it gives up, and a time-out under way then. */
static int64_t give_up_ns(const TcpConfig *config)
{
    int64_t data_ns = config->r2_ns > 0 ? config->r2_ns : config->r2_retries * config->max_rto_ns;
    int64_t longest_ns = MAX(MAX(data_ns, config->syn_r2_ns), config->user_timeout_ns);
    if (config->keep_alive) {
        longest_ns =
            MAX(longest_ns, config->keep_alive_idle_ns +
                                config->keep_alive_probes * config->keep_alive_interval_ns);
    }
    return longest_ns + config->max_rto_ns + 2 * config->msl_ns;
}

static int64_t longest_give_up_ns(const World *world)
{
    const GPtrArray *nodes = world_nodes(world);
    int64_t longest_ns = 0;
    for (guint i = 0; i < nodes->len; i++) {
        const WorldNode *node = nodes->pdata[i];
        if (node->tcp != NULL) {
            longest_ns = MAX(longest_ns, give_up_ns(tcp_stack_config(node->tcp)));
        }
    }
    return longest_ns;
}

/* What is wanted of programs: all: to end; else what they did. */
static void note_done(TortureBase *base, const World *world, bool all)
{
    g_array_set_size(base->done, 0);
    for (guint i = 0; i < world_programs(world)->len; i++) {
        const App *app = program_app(world, i);
        bool done = all || (app->done && app->failure == NULL);
        g_array_append_val(base->done, done);
    }
}

static uint64_t count_hurt(const World *world)
{
    uint64_t hurt_pkts = 0;
    for (guint i = 0; i < 2 * world_links(world)->len; i++) {
        const WorldLink *link = world_links(world)->pdata[i / 2];
        NetWireStats stats = net_wire_stats(net_link_wire(link->net, i % 2));
        hurt_pkts += stats.duplicated_pkts + stats.delayed_pkts + stats.corrupted_pkts;
        for (unsigned why = 0; why < NET_N_DROPS; why++) {
            hurt_pkts += stats.dropped_pkts[why];
        }
    }
    return hurt_pkts;
}

static void forget_after(GArray *packets, int64_t stop_ns)
{
    guint count = packets->len;
    while (count > 0 && g_array_index(packets, TorturePacket, count - 1).offered_at_ns > stop_ns) {
        count--;
    }
    g_array_set_size(packets, count);
}

/* A check that the run fails by itself says nothing of a fault. */
static void judge_base(TortureBase *base, const Run *run)
{
    for (size_t i = 0; i < G_N_ELEMENTS(judges); i++) {
        TortureVerdict verdict = judges[i].judge(base, run);
        bool fails = verdict.check != TORTURE_FINE;
        TortureVerdict *first = judges[i].of_cut_runs ? &base->verdict : &base->unkept;
        if (fails && first->check == TORTURE_FINE) {
            *first = verdict;
        }
        bool holds = judges[i].of_cut_runs || !base->is_cut;
        base->judged[judges[i].check] = holds && (!fails || judges[i].check == TORTURE_HANGS);
    }
}

static void wire_name_clear(void *data)
{
    TortureWireName *name = data;
    g_free(name->link);
    g_free(name->toward);
}

static GArray *name_wires(const World *world)
{
    GArray *names = g_array_new(FALSE, FALSE, sizeof(TortureWireName));
    g_array_set_clear_func(names, wire_name_clear);
    for (guint i = 0; i < 2 * world_links(world)->len; i++) {
        const WorldLink *link = world_links(world)->pdata[i / 2];
        TortureWireName name = { g_strdup(net_link_name(link->net)),
                                 g_strdup(link->end[1 - i % 2].node->net->name) };
        g_array_append_val(names, name);
    }
    return names;
}

TortureBase *torture_base_new(Scenario *scenario, ScenarioDiag *diag)
{
    g_auto(Run) run = { 0 };
    if (!run_begin(&run, scenario, &(TortureModel){ 0 }, true, diag)) {
        return NULL;
    }
    TortureBase *base = g_new0(TortureBase, 1);
    base->scenario = scenario;
    base->wires = name_wires(run.built->world);
    base->done = g_array_new(FALSE, FALSE, sizeof(bool));
    base->give_up_ns = longest_give_up_ns(run.built->world);
    int64_t stop_ns = scenario->config.stop_ns.number;
    base->end_ns = run_to_end(&run, NULL, stop_ns, stop_ns + base->give_up_ns);
    base->is_cut = !is_over(&run, NULL);
    base->packets = g_array_ref(run.watch->packets);
    if (base->is_cut) {
        base->end_ns = stop_ns;
        forget_after(base->packets, stop_ns);
    }
    base->hurt_pkts = count_hurt(run.built->world);
    note_done(base, run.built->world, true);
    judge_base(base, &run);
    note_done(base, run.built->world, false);
    return base;
}

void torture_base_free(TortureBase *base)
{
    if (base == NULL) {
        return;
    }
    g_array_unref(base->wires);
    g_array_unref(base->packets);
    g_array_unref(base->done);
    g_free(base);
}

/* ---- a run with faults ---- */

static void add_faults(const Run *run, const Scenario *scenario, const TortureFault *faults,
                       unsigned count)
{
    const GPtrArray *links = world_links(run->built->world);
    for (unsigned i = 0; i < count; i++) {
        const WorldLink *link = links->pdata[faults[i].wire / 2];
        NetFault fault =
            torture_fault_of_wire(&faults[i], (int32_t)(scenario->config.faults.count + i));
        net_wire_add_fault(net_link_wire(link->net, faults[i].wire % 2), &fault);
    }
}

int64_t torture_bound_ns(const TortureBase *base, unsigned count)
{
    return base->is_cut ? base->end_ns : base->end_ns + (1 + count) * base->give_up_ns;
}

TortureOutcome torture_run(const TortureBase *base, const TortureFault *faults, unsigned count,
                           const GArray *packets, bool keep)
{
    g_auto(Run) run = { 0 };
    g_autoptr(ScenarioDiag) diag = scenario_diag_new(NULL, false);
    const TortureModel model = { .packets = packets,
                                 .same_until = faults[count - 1].packet,
                                 .most_packets =
                                     MOST_PACKETS_FLOOR + MOST_PACKETS_TIMES * base->packets->len };
    bool begun = run_begin(&run, base->scenario, &model, keep, diag);
    g_assert(begun); /* it was, for the base */
    add_faults(&run, base->scenario, faults, count);
    run_to_end(&run, base->done, base->end_ns, torture_bound_ns(base, count));
    return (TortureOutcome){ .verdict = judge(base, &run),
                             .packets = keep ? g_array_ref(run.watch->packets) : NULL,
                             .read_ns = run.watch->last_read_at_ns,
                             .timeouts = run.watch->timeouts,
                             .errors = run.watch->errors + has_failed_program(&run),
                             .half_open = !base->is_cut && has_half_open(&run) };
}

void torture_outcome_clear(TortureOutcome *outcome)
{
    g_clear_pointer(&outcome->packets, g_array_unref);
}
