/* The congestion window that a kernel reported of one end of a connection, beside that of the same
 * end in a run.
 *
 * The file is a table with commas; its first line names the columns. Of these are read: time_s
 * (seconds on the clock of the capture), unacked, ssthresh and cwnd (in segments, as TCP_INFO has
 * them). */

#ifndef COMPARE_COMPARE_INFO_H
#define COMPARE_COMPARE_INFO_H

#include "compare/flow.h"

/* TCP_INFO's word for a threshold that nothing has set yet. */
#define COMPARE_INFO_NO_SSTHRESH 0x7fffffffu

typedef struct CompareInfoRow {
    int64_t time_ns;
    uint32_t unacked, ssthresh, cwnd;
} CompareInfoRow;

typedef struct CompareInfo {
    char *path;
    GArray *rows; /* of CompareInfoRow */
    uint8_t end;  /* whose window it is: the end that has bytes in flight when the rows say so */
    /* Rows that could be compared and those within one segment of the run, both in all and as long
     * as the segments were the same. */
    uint32_t compared, within;
    uint32_t compared_before, within_before;
    uint32_t first_off;              /* row beyond that; TRACE_NONE: none */
    int64_t first_off_at_ns;         /* on the run's clock, like: */
    uint32_t run_cwnd, run_ssthresh; /* what the run had there, in segments */
} CompareInfo;

/* NULL sets error: `file:line: what is wrong`. */
CompareInfo *compare_info_read(const char *path, GError **error);
/* The same from the text of the file; name is for messages. */
CompareInfo *compare_info_parse(const char *name, const char *text, GError **error);
void compare_info_free(CompareInfo *info);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CompareInfo, compare_info_free)

/* Sets the rows against the windows of flow's ends in the run. ahead_ns: the rows' clock less the
 * run's. same_until_ns: up to where the segments were the same, on the run's clock. */
void compare_info_check(CompareInfo *info, const TraceRun *run, const Flow *flow, int64_t ahead_ns,
                        int64_t same_until_ns);

#endif
