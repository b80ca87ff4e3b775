/* Torture: the runs of a scenario with one fault, and with two, all of them or some.
 *
 * A unit is a first fault with all the second ones that may follow it, on the packets of the run
 * that it produced. Units are shared out among worker processes, since a failed assertion ends a
 * process; the one that takes its place goes on with the run after that. What a unit finds depends
 * on the scenario alone, and units are added up in their order, so the report is the same whatever
 * the number of workers. */

#ifndef STUDY_TORTURE_SWEEP_H
#define STUDY_TORTURE_SWEEP_H

#include "study/torture_run.h"

#define TORTURE_MOST_FAILURES 20u /* told in full; the others are counted */

typedef struct TortureWishes {
    bool kinds[TORTURE_N_KINDS];
    unsigned depth;                     /* 1 or 2 faults a run */
    uint32_t first_packet, last_packet; /* of the first fault, from 1; 0: all */
    unsigned workers;                   /* processes; at least 1 */
    /* Now and then, with the units done; optional. False: leave. */
    bool (*on_progress)(void *above, uint32_t done, uint32_t units);
    void *above;
} TortureWishes;

typedef struct TortureFailure {
    TortureFault faults[TORTURE_MOST_FAULTS];
    unsigned count;
    TortureVerdict verdict;
} TortureFailure;

/* Sums over runs; the base is none of them. */
typedef struct TortureTally {
    uint64_t runs, failed;
    uint64_t runs_of[TORTURE_N_KINDS]; /* by the last fault */
    uint64_t with_timeouts, with_errors, half_open;
    int64_t slowest_read_ns; /* the latest last byte read */
    TortureFault slowest[TORTURE_MOST_FAULTS];
    unsigned slowest_count;
} TortureTally;

typedef struct TortureReport {
    TortureTally tally;
    GArray *failures; /* of TortureFailure: the first ones, one fault where one suffices */
    bool interrupted;
} TortureReport;

/* The base's own verdict has to be fine. NULL sets error: no process can be started. */
TortureReport *torture_sweep(const TortureBase *base, const TortureWishes *wishes, GError **error);
void torture_report_free(TortureReport *report);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TortureReport, torture_report_free)

#endif
