/* Protects: torture. Its verdicts, each of which has to be able to fail; that a failing case is
 * written as a scenario that does the same; that the report does not depend on the number of
 * workers; and, by torture itself, the stack: handshake, 10 kB and teardown with any two faults. */

#include "study/torture_text.h"
#include "study/torture_worker.h"

#include <string.h>

/* ---- a scenario under torture ---- */

typedef struct Bed {
    Scenario *scenario;
    TortureBase *base;
} Bed;

static void bed_clear(Bed *bed)
{
    g_clear_pointer(&bed->base, torture_base_free);
    g_clear_pointer(&bed->scenario, scenario_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Bed, bed_clear)

static void say(ScenarioDiag *diag)
{
    g_autofree char *text = scenario_diag_to_string(diag);
    g_test_message("%s", text);
}

static Bed bed_of(Scenario *scenario, ScenarioDiag *diag)
{
    Bed bed = { .scenario = scenario };
    bed.base = scenario == NULL ? NULL : torture_base_new(scenario, diag);
    say(diag);
    g_assert_nonnull(bed.base);
    g_assert_cmpstr(torture_check_to_string(bed.base->verdict.check), ==, "fine");
    return bed;
}

static Bed bed_from_file(const char *path, const char *const *settings)
{
    g_autofree char *file = g_test_build_filename(G_TEST_DIST, path, NULL);
    g_autofree char *models = g_test_build_filename(G_TEST_DIST, "models", NULL);
    const char *const folders[] = { models, NULL };
    ScenarioRequest request = { .path = file, .settings = settings, .folders = folders };
    g_autoptr(ScenarioDiag) diag = scenario_diag_new(NULL, false);
    bool io = false;
    return bed_of(scenario_load(&request, diag, &io), diag);
}

static Bed bed_from_text(const char *yaml)
{
    g_autoptr(GBytes) bytes = g_bytes_new(yaml, strlen(yaml));
    g_autoptr(ScenarioDiag) diag = scenario_diag_new(NULL, false);
    ScenarioRequest request = { .path = "case.yaml" };
    return bed_of(scenario_load_bytes(&request, bytes, diag), diag);
}

/* Handshake, 10 kB, teardown. */
static Bed ten_kilobytes(void)
{
    static const char *const settings[] = { "apps.client.1.send=10kB", NULL };
    return bed_from_file("scenarios/handshake.yaml", settings);
}

static TortureWishes wishes_of(unsigned depth, unsigned workers)
{
    TortureWishes wishes = { .depth = depth, .workers = workers };
    for (unsigned kind = 0; kind < TORTURE_N_KINDS; kind++) {
        wishes.kinds[kind] = true;
    }
    return wishes;
}

static char *report_of(const TortureBase *base, const TortureWishes *wishes, uint64_t *out_failed)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(TortureReport) report = torture_sweep(base, wishes, &error);
    g_assert_no_error(error);
    g_autoptr(GPtrArray) files = g_ptr_array_new();
    GString *text = torture_report_text(base, report, files, NULL);
    *out_failed = report->tally.failed;
    return g_string_free(text, FALSE);
}

/* ---- faults ---- */

static void test_faults(void)
{
    g_auto(Bed) bed = ten_kilobytes();
    GArray *packets = bed.base->packets;
    bool in_headers = false, in_payload = false;
    for (guint i = 0; i < packets->len; i++) {
        const TorturePacket *packet = &g_array_index(packets, TorturePacket, i);
        TortureFault fault;
        g_assert_true(torture_fault_plan(packets, i, TORTURE_CORRUPT, &fault));
        g_assert_cmpuint(fault.bit, <, 8 * packet->frame_bytes);
        in_headers = in_headers || fault.bit < 8 * packet->header_bytes;
        in_payload = in_payload || fault.bit >= 8 * packet->header_bytes;
        if (torture_fault_plan(packets, i, TORTURE_SWAP, &fault)) {
            g_assert_cmpint(fault.by_ns, >, 0);
        }
    }
    g_assert_true(in_headers && in_payload);
    TortureFault last;
    g_assert_false(torture_fault_plan(packets, packets->len - 1, TORTURE_SWAP, &last));
    g_assert_true(torture_fault_plan(packets, packets->len - 1, TORTURE_DELAY, &last));
}

/* The next of the same wire comes first, and by no more than it has to. */
static void test_swap(void)
{
    g_auto(Bed) bed = ten_kilobytes();
    TortureFault fault;
    guint i = 0;
    while (g_array_index(bed.base->packets, TorturePacket, i).frame_bytes < 1000) {
        i++;
    }
    g_assert_true(torture_fault_plan(bed.base->packets, i, TORTURE_SWAP, &fault));
    g_auto(TortureOutcome) outcome = torture_run(bed.base, &fault, 1, bed.base->packets, true);
    g_assert_cmpint(outcome.verdict.check, ==, TORTURE_FINE);
    const TorturePacket *packet = &g_array_index(outcome.packets, TorturePacket, i);
    const TorturePacket *next = packet + 1;
    while (next->wire != packet->wire) {
        next++;
    }
    g_assert_cmpint(packet->arrived_at_ns, ==, next->arrived_at_ns + 1);
}

/* ---- verdicts ---- */

/* A server that takes one connection after the other, and a client with something to say. */
static const char endless_server[] = "wirelab: 1\n"
                                     "hosts: {client: , server: }\n"
                                     "links: {wire: {between: [client, server]}}\n"
                                     "apps:\n"
                                     "  server:\n"
                                     "    - listen: 80\n"
                                     "    - repeat: {times: 9, do: [accept, receive, close]}\n"
                                     "  client: [connect: server:80, send: 3kB, close]\n";

static void spoil_sameness(TortureBase *base)
{
    g_array_index(base->packets, TorturePacket, 2).digest++;
}

static void spoil_programs(TortureBase *base)
{
    g_array_index(base->done, bool, 0) = g_array_index(base->done, bool, 1) = true;
}

/* As if nobody had to wait for anybody. */
static void spoil_patience(TortureBase *base)
{
    base->end_ns = 10 * SIM_NS_PER_MS;
    base->give_up_ns = 0;
}

static void spoil_end(TortureBase *base)
{
    spoil_patience(base);
    base->judged[TORTURE_BYTES_LOST] = false;
}

typedef struct VerdictRow {
    const char *label;
    void (*spoil)(TortureBase *base);
    TortureCheck check;
} VerdictRow;

static const VerdictRow verdict_rows[] = {
    { "/study/torture/verdict/fine", NULL, TORTURE_FINE },
    { "/study/torture/verdict/not-same", spoil_sameness, TORTURE_NOT_SAME },
    { "/study/torture/verdict/left-open", spoil_end, TORTURE_LEFT_OPEN },
    { "/study/torture/verdict/hangs", spoil_programs, TORTURE_HANGS },
    { "/study/torture/verdict/bytes-lost", spoil_patience, TORTURE_BYTES_LOST },
};

/* A lost data segment, after the first four packets. */
static void test_verdict(gconstpointer data)
{
    const VerdictRow *row = data;
    g_auto(Bed) bed = bed_from_text(endless_server);
    if (row->spoil != NULL) {
        row->spoil(bed.base);
    }
    TortureFault fault;
    guint i = 0;
    while (g_array_index(bed.base->packets, TorturePacket, i).frame_bytes < 1000) {
        i++;
    }
    g_assert_true(torture_fault_plan(bed.base->packets, i, TORTURE_DROP, &fault));
    g_auto(TortureOutcome) outcome = torture_run(bed.base, &fault, 1, bed.base->packets, false);
    g_assert_cmpstr(torture_check_to_string(outcome.verdict.check), ==,
                    torture_check_to_string(row->check));
    g_autofree char *text = torture_verdict_text(&outcome.verdict, NULL);
    g_assert_cmpint(text[0] == '\0', ==, row->check == TORTURE_FINE);
}

/* The reset of an abort is lost, so the other side, which only listens, cannot know: that is no
 * failure of TCP. Were it to send something, it would have to find out. */
static const char silent_server[] =
    "wirelab: 1\n"
    "hosts: {client: , server: }\n"
    "links: {wire: {between: [client, server], type: raw-ip}}\n"
    "apps:\n"
    "  server: [listen: 80, accept, receive: {bytes: until-eof, expect: reset}]\n"
    "  client: [connect: server:80, wait: 1s, abort]\n";

static void test_half_open(void)
{
    g_auto(Bed) bed = bed_from_text(silent_server);
    GArray *packets = bed.base->packets;
    for (guint i = 0; i < packets->len; i++) {
        TortureFault fault;
        g_assert_true(torture_fault_plan(packets, i, TORTURE_DROP, &fault));
        g_auto(TortureOutcome) outcome = torture_run(bed.base, &fault, 1, packets, false);
        g_assert_cmpstr(torture_check_to_string(outcome.verdict.check), ==, "fine");
        g_assert_cmpint(outcome.half_open, ==, i == packets->len - 1);
    }
}

static void fail_an_assertion(void *data)
{
    g_assert_cmpint(GPOINTER_TO_INT(data), ==, 2);
}

static void test_assertion(void)
{
    TortureWorker worker = { 0 };
    char said[100] = "";
    g_assert_true(torture_worker_start(&worker, fail_an_assertion, GINT_TO_POINTER(1), NULL));
    g_assert_cmpint(torture_worker_look(&worker, true, said, sizeof said), ==, TORTURE_WORKER_DIED);
    g_assert_nonnull(strstr(said, "fail_an_assertion"));
    g_assert_true(torture_worker_start(&worker, fail_an_assertion, GINT_TO_POINTER(2), NULL));
    g_assert_cmpint(torture_worker_look(&worker, true, said, sizeof said), ==, TORTURE_WORKER_DONE);
}

/* ---- cases ---- */

/* Loads the case as a scenario; what it does by itself is what the faults did. */
static void check_case(const TortureBase *base, const TortureFailure *failure)
{
    const GArray *packets = base->packets;
    g_auto(TortureOutcome) first = torture_run(base, failure->faults, 1, packets, true);
    g_auto(TortureOutcome) whole = torture_run(base, failure->faults, failure->count,
                                               failure->count == 1 ? packets : first.packets, true);
    g_autoptr(GString) yaml = torture_case_yaml(base, failure, NULL);
    g_assert_true(g_str_has_prefix(yaml->str, "# wirelab torture: "));
    g_auto(Bed) bed = bed_from_text(yaml->str);
    const GArray *again = bed.base->packets;
    g_assert_cmpuint(again->len, ==, whole.packets->len);
    for (guint i = 0; i < again->len; i++) {
        g_assert_cmpuint(g_array_index(again, TorturePacket, i).digest, ==,
                         g_array_index(whole.packets, TorturePacket, i).digest);
    }
}

static void check_cases(const Bed *bed)
{
    for (unsigned kind = 0; kind < TORTURE_N_KINDS; kind++) {
        TortureFailure failure = { .count = 1, .verdict = { .check = TORTURE_LEFT_OPEN } };
        if (!torture_fault_plan(bed->base->packets, 4, (TortureKind)kind, &failure.faults[0])) {
            continue;
        }
        check_case(bed->base, &failure);
        g_auto(TortureOutcome) first =
            torture_run(bed->base, failure.faults, 1, bed->base->packets, true);
        if (torture_fault_plan(first.packets, 7, TORTURE_DROP, &failure.faults[1])) {
            failure.count = 2;
            check_case(bed->base, &failure);
        }
    }
}

static void test_cases(void)
{
    g_auto(Bed) bed = ten_kilobytes();
    check_cases(&bed);
}

/* With faults of its own, in a topology, among many of a kind. */
static void test_cases_of_topology(void)
{
    g_auto(Bed) bed = bed_from_text(
        "wirelab: 1\n"
        "topology: {dumbbell: {senders: 2, bottleneck: {rate: 5Mbit/s, queue: 10pkt}}}\n"
        "hosts: {sender: {tcp: {send-buffer: 64KiB}}}\n"
        "apps:\n"
        "  sender: {steps: [connect: receiver.1:9, send: 5kB, close], start: {spread: 10ms}}\n"
        "  receiver.1: [listen: 9, repeat: {times: 2, do: [accept, receive, close]}]\n"
        "faults: [{link: bottleneck, toward: right, nth: 3, do: duplicate}]\n");
    check_cases(&bed);
}

/* ---- all of it ---- */

/* Handshake, 10 kB and teardown with any two faults; `make check` takes every fifth first packet.
 */
static void test_ten_kilobytes(void)
{
    g_auto(Bed) bed = ten_kilobytes();
    TortureWishes wishes = wishes_of(2, g_get_num_processors());
    bool all = g_getenv("WIRELAB_LONG") != NULL;
    for (uint32_t packet = 1; packet <= bed.base->packets->len; packet += 5) {
        wishes.first_packet = packet;
        wishes.last_packet = all ? packet + 4 : packet;
        uint64_t failed;
        g_autofree char *text = report_of(bed.base, &wishes, &failed);
        g_test_message("%s", text);
        g_assert_cmpuint(failed, ==, 0);
    }
}

/* Scenarios of their own kind, with any one fault: a late third segment brings a connection back by
 * its SYN cookie; a program gets through where it should not have, and leaves the rest undone. */
static const char *const kinds[] = { "syn-cookies", "syn-flood",       "simultaneous-open",
                                     "zero-window", "tail-loss-probe", "time-wait" };

static void test_one_fault(gconstpointer data)
{
    g_autofree char *path = g_strdup_printf("scenarios/%s.yaml", (const char *)data);
    g_auto(Bed) bed = bed_from_file(path, NULL);
    TortureWishes wishes = wishes_of(1, g_get_num_processors());
    uint64_t failed;
    g_autofree char *text = report_of(bed.base, &wishes, &failed);
    g_test_message("%s", text);
    g_assert_cmpuint(failed, ==, 0);
}

static void test_workers(void)
{
    g_auto(Bed) bed = ten_kilobytes();
    TortureWishes one = wishes_of(2, 1), three = wishes_of(2, 3);
    one.first_packet = three.first_packet = 4;
    one.last_packet = three.last_packet = 5;
    uint64_t failed;
    g_autofree char *by_one = report_of(bed.base, &one, &failed);
    g_autofree char *by_three = report_of(bed.base, &three, &failed);
    g_assert_cmpstr(by_one, ==, by_three);
}

/* Failures too, one fault where one suffices. */
static void test_failures_of_workers(void)
{
    g_auto(Bed) bed = bed_from_text(endless_server);
    spoil_programs(bed.base);
    TortureWishes one = wishes_of(2, 1), three = wishes_of(2, 3);
    g_autoptr(TortureReport) report = torture_sweep(bed.base, &one, NULL);
    g_assert_cmpuint(report->tally.failed, ==, report->tally.runs);
    for (guint i = 0; i < report->failures->len; i++) {
        g_assert_cmpuint(g_array_index(report->failures, TortureFailure, i).count, ==, 1);
    }
    uint64_t failed;
    g_autofree char *by_one = report_of(bed.base, &one, &failed);
    g_autofree char *by_three = report_of(bed.base, &three, &failed);
    g_assert_cmpstr(by_one, ==, by_three);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/study/torture/faults", test_faults);
    g_test_add_func("/study/torture/swap", test_swap);
    for (size_t i = 0; i < G_N_ELEMENTS(verdict_rows); i++) {
        g_test_add_data_func(verdict_rows[i].label, &verdict_rows[i], test_verdict);
    }
    g_test_add_func("/study/torture/half-open", test_half_open);
    g_test_add_func("/study/torture/assertion", test_assertion);
    g_test_add_func("/study/torture/cases", test_cases);
    g_test_add_func("/study/torture/cases-of-topology", test_cases_of_topology);
    g_test_add_func("/study/torture/ten-kilobytes", test_ten_kilobytes);
    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
        g_autofree char *path = g_strdup_printf("/study/torture/one-fault/%s", kinds[i]);
        g_test_add_data_func(path, kinds[i], test_one_fault);
    }
    g_test_add_func("/study/torture/workers", test_workers);
    g_test_add_func("/study/torture/failures-of-workers", test_failures_of_workers);
    return g_test_run();
}
