/* One tortured run: the scenario's world, up to two faults more, and a verdict.
 *
 * What has to hold:
 * - no assertion of the stack fails (the process ends then: torture_sweep.h catches that);
 * - up to the fault the run is that without it, octet by octet;
 * - no program reads a byte that was not written there;
 * - on every wire, offered + duplicated = dropped + arrived when all is over;
 * - it comes to an end, before the bound below;
 * - every byte that a program wrote is read by the other, or an end of the connection closed with
 * an error;
 * - every connection is CLOSED at the end, TIME-WAIT over, unless it is half-open: its peer gave it
 *   up, it has nothing to send, and so nothing tells it (RFC 9293 3.5.1);
 * - every program that is done without the fault is done, unless an error was told to somebody or a
 *   connection is half-open, or it has sent datagrams, which may be lost.
 * The last three are not asked where a program ended in another way than it says, because a call
 * told it something else: what it leaves undone then is its own. A run that goes on to the bound
 * has failed. It is the end of the run without faults, and for each fault the longest that a host
 * tries before it gives up (R2, the user timeout, keep-alive, and a time-out that is under way
 * then), and TIME-WAIT. */

#ifndef STUDY_TORTURE_RUN_H
#define STUDY_TORTURE_RUN_H

#include "scenario/scenario_build.h"
#include "study/torture_watch.h"

#define TORTURE_MOST_FAULTS 2

typedef enum TortureCheck {
    TORTURE_FINE,
    TORTURE_ASSERTION, /* text: what it says */
    TORTURE_NOT_SAME,  /* numbers[0]: the packet */
    TORTURE_WRONG_BYTES,
    TORTURE_BOOKS,      /* of a wire: numbers are seen, counted */
    TORTURE_ENDLESS,    /* numbers[0]: packets */
    TORTURE_BYTES_LOST, /* numbers: written, read */
    TORTURE_LEFT_OPEN,
    TORTURE_HANGS,
    TORTURE_N_CHECKS
} TortureCheck;
/* A stable word: "bytes-lost". */
const char *torture_check_to_string(TortureCheck check);

typedef struct TortureVerdict {
    TortureCheck check;
    char text[160]; /* which host, wire or program; of an assertion, its message */
    uint64_t numbers[2];
} TortureVerdict;
/* What is wrong, for people. Owned by the caller. */
char *torture_verdict_text(const TortureVerdict *verdict, const Lang *lang);

/* How a scenario names a wire. */
typedef struct TortureWireName {
    char *link, *toward;
} TortureWireName;

/* What the scenario does by itself, by which other runs are judged. */
typedef struct TortureBase {
    Scenario *scenario; /* borrowed */
    GArray *wires;      /* of TortureWireName */
    GArray *packets;    /* of TorturePacket */
    int64_t end_ns;
    int64_t give_up_ns;            /* what a fault may add */
    bool is_cut;                   /* it never ends by itself: runs stop where the scenario says */
    bool judged[TORTURE_N_CHECKS]; /* off: fails without a fault already */
    GArray *done;                  /* of bool: which programs are done at the end */
    uint64_t hurt_pkts;            /* dropped, copied, held back or corrupted on the way */
    TortureVerdict verdict;        /* of what no scenario may do */
    TortureVerdict unkept; /* of the rest: the first of it that the scenario does not keep */
} TortureBase;

/* NULL after adding to diag why no world can be built. The base may have failed itself: then it
 * says so in its verdict. */
TortureBase *torture_base_new(Scenario *scenario, ScenarioDiag *diag);
void torture_base_free(TortureBase *base);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TortureBase, torture_base_free)

typedef struct TortureOutcome {
    TortureVerdict verdict;
    GArray *packets;   /* of TorturePacket, owned; NULL: not kept */
    int64_t read_ns;   /* when the last byte was read */
    uint64_t timeouts; /* of retransmission timers */
    uint64_t errors;   /* ends that closed with one; one more if a program failed */
    bool half_open;
} TortureOutcome;
void torture_outcome_clear(TortureOutcome *outcome);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(TortureOutcome, torture_outcome_clear)

/* When a run with so many faults has to be over. */
int64_t torture_bound_ns(const TortureBase *base, unsigned count);

/* Runs with these faults. packets: those of the run with one fault less, by which the last fault
 * was planned; keep: remembers its own. */
TortureOutcome torture_run(const TortureBase *base, const TortureFault *faults, unsigned count,
                           const GArray *packets, bool keep);

#endif
