#include "compare/compare_flows.h"

/* ---- reading ---- */

static bool read_capture(CompareFlowsSide *side, GError **error)
{
    g_autoptr(Capture) capture = capture_open(side->name, error);
    if (capture == NULL) {
        return false;
    }
    side->set = flow_set_of_capture(capture);
    if (side->set->flows->len == 0) {
        g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_INVAL,
                    "%s: no TCP segment over IPv4 among %" G_GUINT64_FORMAT " frames%s%s",
                    side->name, side->set->frames, side->set->fault != NULL ? ": " : "",
                    side->set->fault != NULL ? side->set->fault : "");
        return false;
    }
    return true;
}

static bool read_run(CompareFlowsSide *side, FlowPoint point, GError **error)
{
    if (!compare_is_run(side->name, error)) {
        return false;
    }
    g_autofree char *path = g_build_filename(side->name, "trace.ndjson", NULL);
    side->run = trace_run_read(path, error);
    side->set = side->run == NULL ? NULL : flow_set_of_run(side->run, point);
    return side->set != NULL;
}

/* Captures first: they say from where to look at the run. */
static bool read_sides(CompareFlows *comparison, FlowPoint point, GError **error)
{
    CompareFlowsSide *run = NULL;
    for (unsigned i = 0; i < 2; i++) {
        CompareFlowsSide *side = &comparison->side[i];
        if (g_file_test(side->name, G_FILE_TEST_IS_DIR)) {
            run = side;
        } else if (!read_capture(side, error)) {
            return false;
        } else if (point != FLOW_POINT_UNKNOWN) {
            side->set->point = point;
        }
    }
    const CompareFlowsSide *other = &comparison->side[run == &comparison->side[0]];
    g_assert(run != other);
    return run == NULL || read_run(run, other->set->point, error);
}

/* ---- which connection is which ---- */

/* Ever less has to be the same: the ends, the server's port, the order alone. */
static char *key_of_ends(const Flow *flow)
{
    char client[INET_ADDR_TEXT_BYTES], server[INET_ADDR_TEXT_BYTES];
    inet_addr_format(flow->end[0].addr, client);
    inet_addr_format(flow->end[1].addr, server);
    return g_strdup_printf("%s %u %s %u", client, flow->end[0].port, server, flow->end[1].port);
}

static char *key_of_port(const Flow *flow)
{
    return g_strdup_printf("%u", flow->end[1].port);
}

static char *key_of_order(const Flow *flow)
{
    return g_strdup("");
}

static void free_queue(void *queue)
{
    g_queue_free(queue);
}

/* Of the flows that have no partner yet, pairs the first of a with the first of b that has the same
 * key, and so on. Partners are indices into b's flows plus one. */
static void pair_by(char *(*key_of)(const Flow *), const FlowSet *a, const FlowSet *b,
                    guint *partner, bool *taken)
{
    g_autoptr(GHashTable) waiting =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_queue);
    for (guint i = 0; i < b->flows->len; i++) {
        if (taken[i]) {
            continue;
        }
        g_autofree char *key = key_of(g_ptr_array_index(b->flows, i));
        GQueue *queue = g_hash_table_lookup(waiting, key);
        if (queue == NULL) {
            queue = g_queue_new();
            g_hash_table_insert(waiting, g_steal_pointer(&key), queue);
        }
        g_queue_push_tail(queue, GUINT_TO_POINTER(i + 1));
    }
    for (guint i = 0; i < a->flows->len; i++) {
        if (partner[i] != 0) {
            continue;
        }
        g_autofree char *key = key_of(g_ptr_array_index(a->flows, i));
        GQueue *queue = g_hash_table_lookup(waiting, key);
        partner[i] = queue == NULL ? 0 : GPOINTER_TO_UINT(g_queue_pop_head(queue));
        if (partner[i] != 0) {
            taken[partner[i] - 1] = true;
        }
    }
}

static void add_pair(CompareFlows *comparison, const Flow *a, const Flow *b)
{
    const ComparePair pair = { .flow = { a, b } };
    g_array_append_val(comparison->pairs, pair);
}

static void pair_flows(CompareFlows *comparison)
{
    static char *(*const passes[])(const Flow *) = { key_of_ends, key_of_port, key_of_order };
    const FlowSet *a = comparison->side[0].set, *b = comparison->side[1].set;
    g_autofree guint *partner = g_new0(guint, a->flows->len + 1);
    g_autofree bool *taken = g_new0(bool, b->flows->len + 1);
    for (size_t i = 0; i < G_N_ELEMENTS(passes); i++) {
        pair_by(passes[i], a, b, partner, taken);
    }
    for (guint i = 0; i < a->flows->len; i++) {
        add_pair(comparison, g_ptr_array_index(a->flows, i),
                 partner[i] == 0 ? NULL : g_ptr_array_index(b->flows, partner[i] - 1));
    }
    for (guint i = 0; i < b->flows->len; i++) {
        if (!taken[i]) {
            add_pair(comparison, NULL, g_ptr_array_index(b->flows, i));
        }
    }
}

/* ---- the two clocks ---- */

static int64_t first_time_ns(const Flow *flow)
{
    return flow->segments->len > 0 ? flow_segment(flow, 0)->time_ns : 0;
}

/* When the server's SYN was seen, or else the first segment. */
static int64_t answer_time_ns(const Flow *flow)
{
    for (guint i = 0; i < flow->segments->len; i++) {
        if (flow_segment(flow, i)->end == 1) {
            return flow_segment(flow, i)->time_ns;
        }
    }
    return first_time_ns(flow);
}

bool compare_flows_from_two_places(const CompareFlows *comparison)
{
    FlowPoint a = comparison->side[0].set->point, b = comparison->side[1].set->point;
    return a != b && a != FLOW_POINT_UNKNOWN && b != FLOW_POINT_UNKNOWN;
}

/* b's clock less a's. Seen from the same place, the first segment tells. From two places, its way
 * from one to the other comes on top, and that of the answer off; the mean has neither. */
static int64_t clock_offset_ns(const CompareFlows *comparison, const ComparePair *pair)
{
    const Flow *a = pair->flow[0], *b = pair->flow[1];
    int64_t first_ns = first_time_ns(b) - first_time_ns(a);
    int64_t answer_ns = answer_time_ns(b) - answer_time_ns(a);
    return compare_flows_from_two_places(comparison) ? first_ns + (answer_ns - first_ns) / 2
                                                     : first_ns;
}

/* A run's time begins with the run; without one, both begin with the first segment of a. */
static void set_origins(CompareFlows *comparison)
{
    const ComparePair *pair = &g_array_index(comparison->pairs, ComparePair, 0);
    CompareFlowsSide *a = &comparison->side[0], *b = &comparison->side[1];
    if (pair->flow[0] == NULL || pair->flow[1] == NULL) {
        a->origin_ns = a->run == NULL && pair->flow[0] != NULL ? first_time_ns(pair->flow[0]) : 0;
        b->origin_ns = b->run == NULL && pair->flow[1] != NULL ? first_time_ns(pair->flow[1]) : 0;
        return;
    }
    int64_t offset_ns = clock_offset_ns(comparison, pair);
    a->origin_ns = a->run != NULL ? 0 : b->run != NULL ? -offset_ns : first_time_ns(pair->flow[0]);
    b->origin_ns = a->origin_ns + offset_ns;
}

/* ---- segment by segment ---- */

static int64_t time_at(const CompareFlows *comparison, unsigned side, const Flow *flow, uint32_t i)
{
    return flow_segment(flow, i)->time_ns - comparison->side[side].origin_ns;
}

static void note_shift(const CompareFlows *comparison, ComparePair *pair, uint32_t i,
                       int64_t tolerance_ns)
{
    int64_t shift_ns =
        time_at(comparison, 1, pair->flow[1], i) - time_at(comparison, 0, pair->flow[0], i);
    if (ABS(shift_ns) <= tolerance_ns) {
        return;
    }
    if (pair->first_shift_ns == 0) {
        pair->first_shift_ns = shift_ns;
    }
    if (ABS(shift_ns) > ABS(pair->largest_shift_ns)) {
        pair->largest_shift_ns = shift_ns;
    }
}

static void compare_pair(const CompareFlows *comparison, ComparePair *pair, int64_t tolerance_ns)
{
    const Flow *a = pair->flow[0], *b = pair->flow[1];
    for (unsigned i = 0; i < 2; i++) {
        const Flow *flow = pair->flow[i];
        if (flow != NULL && flow->segments->len > 0) {
            pair->duration_ns[i] =
                flow_segment(flow, flow->segments->len - 1)->time_ns - first_time_ns(flow);
        }
    }
    if (a == NULL || b == NULL) {
        pair->differs = true;
        return;
    }
    uint32_t least = MIN(a->segments->len, b->segments->len);
    while (pair->same < least &&
           flow_segments_equal(flow_segment(a, pair->same), flow_segment(b, pair->same),
                               comparison->parts)) {
        note_shift(comparison, pair, pair->same, tolerance_ns);
        pair->same++;
    }
    pair->differs = pair->same < a->segments->len || pair->same < b->segments->len;
    pair->in_common = pair->differs ? flow_in_common(a, b, comparison->parts) : pair->same;
}

/* When a pair begins to differ; on which side does not matter. */
static int64_t differs_at_ns(const CompareFlows *comparison, const ComparePair *pair)
{
    int64_t at_ns = INT64_MAX;
    for (unsigned i = 0; i < 2; i++) {
        const Flow *flow = pair->flow[i];
        if (flow != NULL && pair->same < flow->segments->len) {
            at_ns = MIN(at_ns, time_at(comparison, i, flow, pair->same));
        }
    }
    return at_ns;
}

static void compare_pairs(CompareFlows *comparison, int64_t tolerance_ns)
{
    int64_t first_at_ns = INT64_MAX;
    for (guint i = 0; i < comparison->pairs->len; i++) {
        ComparePair *pair = &g_array_index(comparison->pairs, ComparePair, i);
        compare_pair(comparison, pair, tolerance_ns);
        int64_t at_ns = pair->differs ? differs_at_ns(comparison, pair) : INT64_MAX;
        if (pair->differs && (comparison->verdict != COMPARE_DIFFERENT || at_ns < first_at_ns)) {
            comparison->verdict = COMPARE_DIFFERENT;
            comparison->first = i;
            first_at_ns = at_ns;
        } else if (pair->first_shift_ns != 0 && comparison->verdict == COMPARE_IDENTICAL) {
            comparison->verdict = COMPARE_SHIFTED;
        }
    }
}

/* ---- the kernel's record ---- */

/* The path that was given, or of the record beside the capture; NULL: there is none. */
static char *info_path(const CompareFlowsSide *capture, const char *given)
{
    if (given != NULL) {
        return g_strdup(given);
    }
    g_autofree char *folder = g_path_get_dirname(capture->name);
    g_autofree char *path = g_build_filename(folder, "info.csv", NULL);
    return g_file_test(path, G_FILE_TEST_IS_REGULAR) ? g_steal_pointer(&path) : NULL;
}

/* It is about the first connection, and of use only beside a run. */
static bool compare_info(CompareFlows *comparison, const char *given, GError **error)
{
    unsigned run = comparison->side[0].run != NULL ? 0 : 1;
    const CompareFlowsSide *capture = &comparison->side[!run];
    const ComparePair *pair = &g_array_index(comparison->pairs, ComparePair, 0);
    const Flow *flow = pair->flow[run];
    if (comparison->side[run].run == NULL && given != NULL) {
        g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_INVAL,
                    "%s: there is no run to set the record beside", given);
        return false;
    }
    if (comparison->side[run].run == NULL || flow == NULL || pair->flow[!run] == NULL) {
        return true;
    }
    g_autofree char *path = info_path(capture, given);
    if (path == NULL) {
        return true;
    }
    comparison->info = compare_info_read(path, error);
    if (comparison->info == NULL) {
        return false;
    }
    int64_t same_until_ns = !pair->differs    ? INT64_MAX
                            : pair->same == 0 ? 0
                                              : flow_segment(flow, pair->same - 1)->time_ns;
    compare_info_check(comparison->info, comparison->side[run].run, flow, capture->origin_ns,
                       same_until_ns);
    return true;
}

CompareFlows *compare_flows(const char *a, const char *b, const CompareFlowsOptions *options,
                            GError **error)
{
    g_autoptr(CompareFlows) comparison = g_new0(CompareFlows, 1);
    comparison->side[0].name = g_strdup(a);
    comparison->side[1].name = g_strdup(b);
    comparison->parts = options->parts;
    comparison->pairs = g_array_new(FALSE, FALSE, sizeof(ComparePair));
    if (!read_sides(comparison, options->point, error)) {
        return NULL;
    }
    pair_flows(comparison);
    set_origins(comparison);
    compare_pairs(comparison, options->tolerance_ns);
    return compare_info(comparison, options->info_path, error) ? g_steal_pointer(&comparison)
                                                               : NULL;
}

void compare_flows_free(CompareFlows *comparison)
{
    if (comparison == NULL) {
        return;
    }
    for (unsigned i = 0; i < 2; i++) {
        g_free(comparison->side[i].name);
        trace_run_free(comparison->side[i].run);
        flow_set_free(comparison->side[i].set);
    }
    g_clear_pointer(&comparison->pairs, g_array_unref);
    compare_info_free(comparison->info);
    g_free(comparison);
}
