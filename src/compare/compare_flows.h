/* Compares the TCP connections of two sides of which at least one is a capture: segment by segment,
 * in relative numbers, each connection with the one that plays its part on the other side.
 *
 * The capture's clock is its own; how far it stands from the run's (or the other capture's) is
 * taken from the first connection's handshake, and times are told on the clock of the run. */

#ifndef COMPARE_COMPARE_FLOWS_H
#define COMPARE_COMPARE_FLOWS_H

#include "compare/compare.h"
#include "compare/compare_info.h"
#include "compare/flow.h"

typedef struct CompareFlowsOptions {
    unsigned parts;        /* of a segment, bits 1 << FlowPart */
    FlowPoint point;       /* where the capture was made; UNKNOWN: its handshake tells */
    int64_t tolerance_ns;  /* shifts up to this are none */
    const char *info_path; /* a kernel's record of cwnd and ssthresh (compare_info.h); NULL:
                              "info.csv" beside the capture if there is one */
} CompareFlowsOptions;

typedef struct CompareFlowsSide {
    char *name;    /* as given */
    TraceRun *run; /* NULL: a capture */
    FlowSet *set;
    int64_t origin_ns; /* on its own clock; what is told begins there */
} CompareFlowsSide;

/* A connection on both sides, or on one. */
typedef struct ComparePair {
    const Flow *flow[2]; /* NULL: on the other side only */
    uint32_t same;       /* segments that are the same from the first on */
    bool differs;        /* after these */
    uint32_t in_common;  /* segments that are the same, in order, leaving out others */
    int64_t first_shift_ns, largest_shift_ns; /* b - a on the same ones, beyond the tolerance */
    int64_t duration_ns[2];                   /* from the first segment to the last */
} ComparePair;

typedef struct CompareFlows {
    CompareVerdict verdict; /* IDENTICAL: the same segments at the same times */
    CompareFlowsSide side[2];
    unsigned parts;
    GArray *pairs;     /* of ComparePair: in the order of a, then those that b alone has */
    uint32_t first;    /* DIFFERENT: the pair that differs first */
    CompareInfo *info; /* NULL: none was there */
} CompareFlows;

/* Reads both sides, of which one is no folder. NULL sets error: one cannot be read, a capture holds
 * no TCP, or a record was named and there is no run beside it. */
CompareFlows *compare_flows(const char *a, const char *b, const CompareFlowsOptions *options,
                            GError **error);
void compare_flows_free(CompareFlows *comparison);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CompareFlows, compare_flows_free)

/* Whether one side was seen by the client and the other by the server. */
bool compare_flows_from_two_places(const CompareFlows *comparison);

/* What is to be said; owned by the caller. */
GString *compare_flows_text(const CompareFlows *comparison, const Lang *lang);
GString *compare_flows_json(const CompareFlows *comparison);

#endif
