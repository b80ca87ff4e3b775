/* Protects: whatever a network does to packets, every byte that was written is read, in order and
 * unchanged, or an error is told; and every connection and every program comes to its end. Random
 * scenarios, each judged as torture judges a run. A failing one is named by its number:
 * WIRELAB_SOAK_NUMBER=n runs that one alone and prints it. */

#include "study/soak_scenario.h"
#include "study/torture_run.h"
#include "study/torture_worker.h"

#include <stdlib.h>
#include <string.h>

enum { SLICE = 150, WHOLE = 60000, MOST_WORKERS = 16 };
#define WHOLE_HURT_PKTS 1000000

/* What a worker tells, in memory shared with the test. */
typedef struct Told {
    uint64_t number; /* of the scenario being run */
    uint64_t hurt_pkts;
    TortureVerdict verdict; /* of that one; then the worker ends */
} Told;

typedef struct Part {
    uint64_t first, step, end;
    Told *told;
} Part;

static TortureVerdict run_yaml(const char *yaml, uint64_t *out_hurt_pkts)
{
    g_autoptr(GBytes) bytes = g_bytes_new(yaml, strlen(yaml));
    g_autoptr(ScenarioDiag) diag = scenario_diag_new(NULL, false);
    g_autofree char *models = g_test_build_filename(G_TEST_DIST, "models", NULL);
    const char *const folders[] = { models, NULL };
    ScenarioRequest request = { .path = "soak.yaml", .folders = folders };
    g_autoptr(Scenario) scenario = scenario_load_bytes(&request, bytes, diag);
    g_autoptr(TortureBase) base = scenario == NULL ? NULL : torture_base_new(scenario, diag);
    if (base == NULL) {
        g_autofree char *text = scenario_diag_to_string(diag);
        g_error("%s\n%s", yaml, text);
    }
    *out_hurt_pkts += base->hurt_pkts;
    return base->verdict.check != TORTURE_FINE ? base->verdict : base->unkept;
}

static TortureVerdict run_one(uint64_t number, uint64_t *out_hurt_pkts)
{
    g_autofree char *yaml = soak_scenario(number);
    return run_yaml(yaml, out_hurt_pkts);
}

static void run_part(void *data)
{
    const Part *part = data;
    for (uint64_t i = part->first; i < part->end; i += part->step) {
        part->told->number = i;
        part->told->verdict = run_one(i, &part->told->hurt_pkts);
        if (part->told->verdict.check != TORTURE_FINE) {
            break;
        }
    }
}

static bool say_how_it_was(TortureWorker *worker, const Told *told)
{
    TortureVerdict verdict = { .check = TORTURE_ASSERTION };
    TortureWorkerEnd end = torture_worker_look(worker, true, verdict.text, sizeof verdict.text);
    verdict = end == TORTURE_WORKER_DIED ? verdict : told->verdict;
    if (verdict.check != TORTURE_FINE) {
        g_autofree char *text = torture_verdict_text(&verdict, NULL);
        g_autofree char *yaml = soak_scenario(told->number);
        g_test_message("WIRELAB_SOAK_NUMBER=%" G_GUINT64_FORMAT ": %s\n%s", told->number, text,
                       yaml);
    }
    return verdict.check == TORTURE_FINE;
}

static void test_soak(void)
{
    const char *one = g_getenv("WIRELAB_SOAK_NUMBER");
    bool whole = g_getenv("WIRELAB_LONG") != NULL;
    uint64_t first = one != NULL ? strtoull(one, NULL, 10) : 1;
    uint64_t count = one != NULL ? 1 : whole ? WHOLE : SLICE;
    unsigned workers = MIN(g_get_num_processors(), MOST_WORKERS);
    TortureWorker worker[MOST_WORKERS];
    Told *told = torture_share_new(MOST_WORKERS * sizeof *told, NULL);
    for (unsigned i = 0; i < workers; i++) {
        Part part = { first + i, workers, first + count, &told[i] };
        g_assert_true(torture_worker_start(&worker[i], run_part, &part, NULL));
    }
    uint64_t hurt_pkts = 0;
    bool fine = true;
    for (unsigned i = 0; i < workers; i++) {
        fine = say_how_it_was(&worker[i], &told[i]) && fine;
        hurt_pkts += told[i].hurt_pkts;
    }
    g_test_message("%" G_GUINT64_FORMAT " scenarios, %" G_GUINT64_FORMAT
                   " packets dropped, copied, held back or corrupted",
                   count, hurt_pkts);
    g_assert_true(fine);
    g_assert_cmpuint(hurt_pkts, >=, one != NULL ? 0 : whole ? WHOLE_HURT_PKTS : SLICE);
    torture_share_free(told, MOST_WORKERS * sizeof *told);
}

/* ---- what it has found ---- */

typedef struct FoundRow {
    const char *label, *yaml;
} FoundRow;

static const FoundRow found_rows[] = {
    /* A buffer that grows from less than a segment: the window stayed closed for ever. */
    { "/study/soak/found/tiny-memory",
      "wirelab: 1\n"
      "hosts:\n"
      "  client: {tcp: {send-buffer: 3kB}}\n"
      "  server: {stack: linux, tcp: {window-scaling: false, quick-ack: false, receive-buffer: "
      "700B}}\n"
      "links: {wire: {between: [client, server], mtu: 576B, rate: 10Mbit/s, delay: 10us}}\n"
      "apps:\n"
      "  server: [listen: 80, accept, receive, close]\n"
      "  client: [connect: server:80, send: 30kB, close]\n" },
    /* Bursts did not hear that the wait for a larger window was over. */
    { "/study/soak/found/burst-into-a-small-window",
      "wirelab: 1\n"
      "hosts: {client: {stack: linux}, server: {tcp: {receive-buffer: 700B}}}\n"
      "links: {wire: {between: [client, server], rate: 10Mbit/s, delay: 10us}}\n"
      "apps:\n"
      "  server: [listen: 80, accept, receive, close]\n"
      "  client: [connect: server:80, send: 10B, wait: 300ms, send: 20kB, close]\n" },
};

static void test_found(gconstpointer data)
{
    const FoundRow *row = data;
    uint64_t hurt_pkts = 0;
    TortureVerdict verdict = run_yaml(row->yaml, &hurt_pkts);
    g_assert_cmpstr(torture_check_to_string(verdict.check), ==, "fine");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/study/soak/random", test_soak);
    for (size_t i = 0; i < G_N_ELEMENTS(found_rows); i++) {
        g_test_add_data_func(found_rows[i].label, &found_rows[i], test_found);
    }
    return g_test_run();
}
